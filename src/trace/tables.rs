//! What the tables under /proc/PID/net say of a socket of another process, found by its inode: where its descriptor may
//! not be copied, as in a container. It is less than the socket itself says; the rest is left out.

use std::path::Path;

use crate::event::{Identity, Observation};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::proc_net::{InetRow, inet_rows_in, unix_rows_in};
use crate::socket::{Address, Domain, Protocol, SocketType, TcpState};

/// Which socket a descriptor of a process refers to, by /proc/PID/fd. `None`: none.
fn inode(pid: i32, fd: i32) -> Option<u32> {
    let link = std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()?;
    let inode = link.to_str()?.strip_prefix("socket:[")?.strip_suffix(']')?;
    inode.parse().ok()
}

/// The identity of a socket, without the cookie.
pub(crate) fn identity(pid: i32, fd: i32) -> Identity {
    Identity {
        inode: inode(pid, fd),
        cookie: None,
    }
}

/// The tables of the network namespace of a process.
fn folder(pid: i32) -> String {
    format!("/proc/{pid}/net")
}

/// The tables with the protocol and the domain of their sockets.
const TABLES: [(&str, Domain, SocketType, Protocol); 4] = [
    (
        "tcp",
        Domain::INET,
        SocketType::STREAM,
        Protocol(libc::IPPROTO_TCP),
    ),
    (
        "tcp6",
        Domain::INET6,
        SocketType::STREAM,
        Protocol(libc::IPPROTO_TCP),
    ),
    (
        "udp",
        Domain::INET,
        SocketType::DGRAM,
        Protocol(libc::IPPROTO_UDP),
    ),
    (
        "udp6",
        Domain::INET6,
        SocketType::DGRAM,
        Protocol(libc::IPPROTO_UDP),
    ),
];

/// Which kind of socket a descriptor is. `None`: no table has it, for example a TCP socket that is not bound yet.
pub(crate) fn identify(pid: i32, fd: i32) -> Option<(ProbeTarget, Identity)> {
    let identity = identity(pid, fd);
    let inode = identity.inode?;
    let folder = folder(pid);
    let place = Path::new(&folder);
    for (table, domain, socket_type, protocol) in TABLES {
        if inet_rows_in(place, table)
            .iter()
            .any(|row| row.inode == inode)
        {
            let target = ProbeTarget::socket(fd, domain, socket_type, protocol);
            return Some((target, identity));
        }
    }
    let rows = unix_rows_in(place);
    let row = rows.iter().find(|row| row.inode == inode)?;
    let socket_type = SocketType(row.socket_type);
    let target = ProbeTarget::socket(fd, Domain::UNIX, socket_type, Protocol(0));
    Some((target, identity))
}

/// The state of a TCP socket, and with `addresses` its own and its peer's. `None`: no table has it.
pub(crate) fn observe(pid: i32, target: &ProbeTarget, addresses: bool) -> Option<Observation> {
    let inode = inode(pid, target.fd)?;
    let table = TABLES.iter().find(|(_, domain, socket_type, _)| {
        (*domain, *socket_type) == (target.domain, target.socket_type)
    })?;
    let rows = inet_rows_in(Path::new(&folder(pid)), table.0);
    let row = rows.iter().find(|row| row.inode == inode)?;
    Some(seen(row, target.is_tcp(), addresses))
}

fn seen(row: &InetRow, is_tcp: bool, addresses: bool) -> Observation {
    let tcp = TcpState::from_number(row.state).filter(|_| is_tcp);
    let has_peer = row.peer.port() != 0;
    Observation {
        local: addresses.then_some(Address::from(row.local)),
        peer: (addresses && has_peer).then_some(Address::from(row.peer)),
        tcp,
        // In other states the table counts the end of the stream too.
        unread: (tcp == Some(TcpState::Established)).then_some(row.received),
        ..Observation::default()
    }
}
