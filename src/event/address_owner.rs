//! Who outside of the session has an address.

use crate::socket::Address;

/// The holder of an address that bind(2) could not get, as /proc shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AddressOwner {
    /// A process has a descriptor of the socket.
    Process {
        /// Its number.
        pid: i32,
        /// Its name, /proc/PID/comm.
        program: String,
        /// What the socket is bound to: the address, or one that overlaps it.
        local: Address,
    },
    /// There is such a socket, but not whose it is.
    Hidden {
        /// Why not.
        reason: String,
        /// What the socket is bound to.
        local: Address,
    },
    /// No socket is shown that has it. TCP sockets that are bound and neither listen nor are connected are never shown.
    Nobody,
}
