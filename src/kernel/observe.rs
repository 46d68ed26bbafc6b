//! One look at a socket through its descriptor: TCP_INFO, addresses, bytes that wait.

use super::tcp_info;
use crate::event::{Observation, Queue};
use crate::socket::{Address, Domain, Kind, Protocol, SocketType, TcpState, sockaddr};
use crate::sys;
use crate::world::socket::is_tcp;

/// What must be known of a socket to ask about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Its descriptor, which must be open.
    pub fd: i32,
    /// Its domain.
    pub domain: Domain,
    /// Its type.
    pub socket_type: SocketType,
    /// Its protocol.
    pub protocol: Protocol,
}

impl Subject {
    /// Whether it has a TCP state.
    pub fn is_tcp(&self) -> bool {
        is_tcp(self.domain, self.socket_type, self.protocol)
    }
}

/// The TCP state alone. `None` for sockets that have none.
pub fn tcp_state(subject: &Subject) -> Option<TcpState> {
    if !subject.is_tcp() {
        return None;
    }
    tcp_info::read(subject.fd).ok()?.state
}

/// Looks at a socket. With `addresses`, its own and its peer's too.
pub fn observe(subject: &Subject, addresses: bool) -> Observation {
    let info = if subject.is_tcp() {
        tcp_info::read(subject.fd).ok()
    } else {
        None
    };
    let tcp = info.and_then(|info| info.state);
    let waiting = info
        .filter(|_| tcp == Some(TcpState::Listen))
        .map(|info| Queue {
            length: info.unacked,
            limit: info.sacked,
        });
    Observation {
        local: if addresses { local(subject.fd) } else { None },
        peer: if addresses { peer(subject.fd) } else { None },
        tcp,
        waiting,
        unread: sys::socket::unread(subject.fd).ok(),
        hung_up: false,
    }
}

/// Whether the peer of a connection of records has ended its direction and nothing is left to read.
///
/// Needed because an empty record is received as 0 too.
pub fn hung_up(subject: &Subject) -> bool {
    Kind::of(subject.socket_type) == Kind::Seqpacket
        && sys::socket::poll(subject.fd, libc::POLLRDHUP, 0)
            .is_ok_and(|events| events & libc::POLLRDHUP != 0)
        && sys::socket::unread(subject.fd) == Ok(0)
}

/// The local address.
pub fn local(fd: i32) -> Option<Address> {
    sockaddr::decode(&sys::socket::getsockname(fd).ok()?)
}

/// The peer's address.
pub fn peer(fd: i32) -> Option<Address> {
    sockaddr::decode(&sys::socket::getpeername(fd).ok()?)
}

/// What can be said of a socket that is not TCP: whether it listens, has a peer, or neither.
///
/// # Errors
///
/// The errno of getsockopt(2): EBADF, ENOTSOCK.
pub fn connectedness(fd: i32) -> sys::Result<&'static str> {
    let accepts = sys::socket::getsockopt(
        fd,
        libc::SOL_SOCKET,
        libc::SO_ACCEPTCONN,
        size_of::<libc::c_int>(),
    )?;
    Ok(if accepts.iter().any(|byte| *byte != 0) {
        "LISTEN"
    } else if sys::socket::getpeername(fd).is_ok() {
        "CONNECTED"
    } else {
        "UNCONNECTED"
    })
}
