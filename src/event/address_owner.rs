//! Which process outside of the session has an address.

use serde::{Deserialize, Serialize};

use crate::socket::Address;

/// The owner of an address that bind(2) could not get, as /proc shows it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
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
    /// There is such a socket, but its owner is not known.
    Hidden {
        /// Why not.
        reason: String,
        /// What the socket is bound to.
        local: Address,
    },
    /// No socket with it is shown. TCP sockets that are bound but neither listening nor connected are never shown.
    Nobody,
}
