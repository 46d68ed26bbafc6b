//! `state`, `peer`, `pending` and `unread`: what the kernel says of a connection, of its other end, of a queue.

use std::net::SocketAddr;

use crate::call::outcome::Returned;
use crate::engine::execute::{Execution, Result, refused};
use crate::engine::shared::Entry;
use crate::event::Identity;
use crate::kernel::sock_diag::Link;
use crate::kernel::sock_diag::ports::{AtPort, States};
use crate::socket::{Address, Domain, Errno, Protocol, TcpState};
use crate::sys::{Checked, Failure};

/// What `pending` gives for a socket that has no queue.
const NOT_LISTENING: &str = "NOT_LISTENING";

impl Execution<'_> {
    /// What the kernel says of a connection: through the descriptor while it is open, by its addresses afterwards.
    pub(crate) fn state(&self, fd: i32) -> Result {
        let entry = self.entry();
        let Some(entry) = entry else {
            return match crate::kernel::tcp_info::read(fd) {
                Ok(info) => Ok(tcp(info.state)),
                Err(failure) if failure == Failure::Errno(Errno(libc::EBADF)) => Err(failure),
                Err(_) => crate::kernel::observe::connectedness(fd).map(Returned::Word),
            };
        };
        if is_mptcp(&entry)
            && let Some(state) = mptcp(&entry.connection, Some(entry.identity))?
        {
            return Ok(Returned::State(state));
        }
        if !entry.target.is_tcp() {
            return if entry.open {
                crate::kernel::observe::connectedness(fd).map(Returned::Word)
            } else {
                Ok(Returned::Word("GONE"))
            };
        }
        let through_descriptor = if entry.open {
            crate::kernel::tcp_info::read(fd)?.state
        } else {
            None
        };
        match through_descriptor {
            // In TIME_WAIT the descriptor says CLOSE; only the kernel's table knows better.
            None | Some(TcpState::Close) => {
                let in_table = by_addresses(&entry.connection, entry.identity)?;
                Ok(in_table
                    .or(through_descriptor)
                    .map_or(Returned::Word("GONE"), Returned::State))
            }
            state => Ok(tcp(state)),
        }
    }

    /// What the kernel says of the other end, in whatever process it is.
    pub(crate) fn peer(&self, fd: i32) -> Result {
        let entry = self.entry();
        let known = entry.as_ref().map(|entry| entry.connection.clone());
        let (local, peer) = match known {
            Some((local, peer)) if peer.is_some() => (local, peer),
            _ => (
                crate::kernel::observe::local(fd),
                crate::kernel::observe::peer(fd),
            ),
        };
        let domain = entry.as_ref().map(|entry| entry.target.domain);
        let is_unix = domain == Some(Domain::UNIX) || matches!(local, Some(Address::Unix(_)));
        if is_unix {
            return unix_peer(fd, entry.as_ref().is_none_or(|entry| entry.open));
        }
        let Some(peer) = peer else {
            return no_peer(fd);
        };
        let is_multipath = entry.as_ref().is_some_and(is_mptcp);
        let is_tcp = entry.is_none_or(|entry| entry.target.is_tcp());
        let swapped = (Some(peer), local);
        if is_multipath {
            let state = mptcp(&swapped, None)?;
            return Ok(state.map_or_else(|| not_here(&swapped.0), Returned::State));
        }
        if is_tcp {
            let state = by_addresses(&swapped, Identity::default())?;
            return Ok(state.map_or_else(|| not_here(&swapped.0), Returned::State));
        }
        datagram_peer(&swapped)
    }
}

/// What is said of an end that the kernel's table does not have: that it is gone, unless it is another host's.
fn not_here(address: &Option<Address>) -> Returned {
    let is_ours = address
        .as_ref()
        .and_then(Address::internet)
        .and_then(|at| crate::kernel::host::has_address(at.ip()));
    Returned::Word(match is_ours {
        Some(true) => "GONE",
        Some(false) | None => "UNKNOWN",
    })
}

/// Without a peer getpeername(2) knows whether it is EBADF, ENOTSOCK or ENOTCONN.
fn no_peer(fd: i32) -> Result {
    crate::sys::socket::getpeername(fd, None)?;
    Err(refused("a peer has just appeared: try again"))
}

/// Why the kernel's table of sockets says nothing: that is no errno of the socket.
fn unread(error: &std::io::Error) -> Failure {
    Failure::Refused(format!(
        "the kernel's table of sockets cannot be read (sock_diag(7)): {error}"
    ))
}

fn tcp(state: Option<TcpState>) -> Returned {
    state.map_or(Returned::Word("unknown"), Returned::State)
}

fn by_addresses(
    connection: &(Option<Address>, Option<Address>),
    own: Identity,
) -> Checked<Option<TcpState>> {
    let Some(local) = connection.0.as_ref().and_then(Address::internet) else {
        return Ok(None);
    };
    // Without a peer it can only be a listener: one remains while a call is inside it. Others may have its address by
    // now, or beside it.
    let nobody = match local {
        SocketAddr::V4(_) => SocketAddr::from(([0; 4], 0)),
        SocketAddr::V6(_) => SocketAddr::from(([0; 16], 0)),
    };
    let peer = connection
        .1
        .as_ref()
        .and_then(Address::internet)
        .unwrap_or(nobody);
    let found = crate::kernel::sock_diag::tcp(local, peer).map_err(|error| unread(&error))?;
    let is_it = |found: &crate::kernel::sock_diag::Found| {
        let is_same = own.is_same(&found.identity);
        is_same.unwrap_or(found.state != TcpState::Listen)
    };
    Ok(found.filter(is_it).map(|found| found.state))
}

fn is_mptcp(entry: &Entry) -> bool {
    entry.target.protocol == Protocol(libc::IPPROTO_MPTCP)
}

/// The state of an MPTCP socket in the kernel's table, seen from the first address. `own` is the socket that it must be.
fn mptcp(
    connection: &(Option<Address>, Option<Address>),
    own: Option<Identity>,
) -> Checked<Option<TcpState>> {
    let (local, peer) = (connection.0.as_ref(), connection.1.as_ref());
    let (local, peer) = (
        local.and_then(Address::internet),
        peer.and_then(Address::internet),
    );
    let Some(local) = local else { return Ok(None) };
    let all = move || {
        let protocol = libc::IPPROTO_MPTCP;
        Link::open()?.at_port(protocol, local.port(), 0, States::ALL)
    };
    let found = crate::kernel::unshared::call("sock_diag", all);
    let found = found.unwrap_or_else(|| Err(std::io::Error::other("no thread asks")));
    let found = found.map_err(|error| unread(&error))?;
    // By the inode: an accepted MPTCP socket has the cookie of its listener. Without a descriptor it is 0.
    let inode = own.and_then(|own| own.inode).filter(|inode| *inode != 0);
    let has_inode = |at: &AtPort| inode.is_some() && at.identity.inode == inode;
    let has_pair = |at: &AtPort| {
        let is_orphan = own.is_none() || at.identity.inode == Some(0);
        is_orphan && peer.is_some() && Some(at.peer) == peer && at.local == local
    };
    let is_it = |at: &AtPort| has_inode(at) || has_pair(at);
    Ok(found.iter().find(|at| is_it(at)).map(|at| at.state))
}

/// How many connections wait to be accepted.
pub(crate) fn pending(fd: i32) -> Result {
    if let Ok(info) = crate::kernel::tcp_info::read(fd) {
        let listens = info.state == Some(TcpState::Listen);
        return Ok(if listens {
            Returned::Count(u64::from(info.unacked))
        } else {
            Returned::Word(NOT_LISTENING)
        });
    }
    if crate::kernel::observe::connectedness(fd)? != "LISTEN" {
        return Ok(Returned::Word(NOT_LISTENING));
    }
    let waiting = crate::kernel::sock_diag::unix_waiting(own_inode(fd)?);
    let waiting = waiting.map_err(|error| unread(&error))?;
    waiting
        .map(|count| Returned::Count(u64::from(count)))
        .ok_or_else(|| refused("the kernel's table of sockets does not say it (sock_diag(7))"))
}

/// The socket that an AF_UNIX socket is connected to: sock_diag names its inode.
fn unix_peer(fd: i32, is_open: bool) -> Result {
    if !is_open {
        return Ok(Returned::Word("GONE"));
    }
    let error = |error: std::io::Error| unread(&error);
    // Of the two ends of a pair, as of a connection to a listener, the kernel keeps who belongs to whom.
    let is_connected = crate::kernel::observe::peer(fd).is_some();
    if !is_connected {
        return no_peer(fd);
    }
    let inode = own_inode(fd)?;
    let other = crate::kernel::sock_diag::unix_peer(inode).map_err(error)?;
    let Some(other) = other else {
        return Ok(Returned::Word("GONE"));
    };
    let state = crate::kernel::sock_diag::unix_state(other).map_err(error)?;
    Ok(Returned::Word(match state {
        Some(TcpState::Listen) => "LISTEN",
        Some(TcpState::Established) => "CONNECTED",
        Some(_) => "UNCONNECTED",
        None => "GONE",
    }))
}

/// Whether a datagram socket is bound to the address that ours is connected to, and has a peer itself.
fn datagram_peer(addresses: &(Option<Address>, Option<Address>)) -> Result {
    let (Some(local), Some(peer)) = (
        addresses.0.as_ref().and_then(Address::internet),
        addresses.1.as_ref().and_then(Address::internet),
    ) else {
        return Err(refused(
            "the kernel's table shows the other end of TCP, UDP and AF_UNIX sockets only",
        ));
    };
    let state = crate::kernel::sock_diag::udp_state(local, peer).map_err(|error| unread(&error))?;
    Ok(match state {
        Some(TcpState::Established) => Returned::Word("CONNECTED"),
        Some(_) => Returned::Word("UNCONNECTED"),
        None => not_here(&addresses.0),
    })
}

/// The inode of a socket, which is how sock_diag(7) knows an AF_UNIX one.
fn own_inode(fd: i32) -> Checked<u32> {
    let inode = crate::sys::asked::inode(fd);
    inode
        .and_then(|inode| u32::try_from(inode).ok())
        .ok_or_else(|| {
            refused("the table lists sockets by inode, and that of this socket is not known")
        })
}
