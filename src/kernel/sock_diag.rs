//! NETLINK_SOCK_DIAG: the kernel's own table of sockets, sock_diag(7).
//!
//! For connections that have no descriptor any more, for the queue of an AF_UNIX listener, and for the other end in
//! whatever process. An own codec of two requests and two replies, because no more is needed and the bytes are as the
//! manual page lists them. Look-ups are exact, but for the handshakes at a listener.

mod bound_paths;
mod dump;
mod half_open;
pub mod names;
pub mod ports;
mod tcp;
mod unix;

pub use crate::kernel::sock_diag::bound_paths::BoundSocket;
pub use crate::kernel::sock_diag::tcp::{Connection, More};
pub use crate::kernel::sock_diag::unix::UnixSocket;

use std::io::Read;
use std::net::{IpAddr, SocketAddr};
use std::os::fd::AsRawFd;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use nix::sys::socket::NetlinkAddr;
use socket2::{Domain, Protocol, Socket, Type};

use crate::event::{Cookie, Identity};
use crate::socket::TcpState;

const NETLINK_SOCK_DIAG: i32 = 4;
const SOCK_DIAG_BY_FAMILY: u16 = 20;
const NLM_F_REQUEST: u16 = 1;
const NLMSG_ERROR: u16 = 2;
/// `struct nlmsghdr`
const HEADER: usize = 16;
/// Where a message has the number of the request.
const SEQUENCE: usize = 8;
/// Room for a reply.
const ROOM: usize = 16 << 10;
/// `struct unix_diag_msg`
const UNIX_MESSAGE: usize = 16;
/// Show the queue lengths, and the attribute that has them.
const UDIAG_SHOW_RQLEN: u32 = 0x10;
const UNIX_DIAG_RQLEN: u16 = 4;
/// Show the inode of the peer, and the attribute that has it.
const UDIAG_SHOW_PEER: u32 = 0x4;
const UNIX_DIAG_PEER: u16 = 2;
/// How long the kernel may take for an answer, which it gives before the question is sent in full.
const PATIENCE: Duration = Duration::from_secs(1);
/// Any cookie.
const NO_COOKIE: [u8; 8] = [0xff; 8];

/// A TCP socket in the kernel's table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Found {
    /// Its state.
    pub state: TcpState,
    /// Which socket it is; its inode is 0 while no descriptor refers to it.
    pub identity: Identity,
}

/// The TCP connection between two addresses, seen from the first. `None`: the kernel has none.
///
/// An exact lookup, which takes a few microseconds and needs no privilege.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn tcp(local: SocketAddr, peer: SocketAddr) -> std::io::Result<Option<Found>> {
    let reply = ask(&tcp_request(local, peer, More::default()))?;
    let reply = reply.filter(|body| has_ports(body, local, peer));
    Ok(reply
        .and_then(|body| Connection::read(&body))
        .map(|found| Found {
            state: found.state,
            identity: found.identity(),
        }))
}

/// The bytes of data in the receive queue of the TCP connection between two addresses. `None`: the kernel has none.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn received(local: SocketAddr, peer: SocketAddr) -> std::io::Result<Option<u32>> {
    let reply = ask(&tcp_request(local, peer, More::default()))?;
    let reply = reply.filter(|body| has_ports(body, local, peer));
    let found = reply.and_then(|body| Connection::read(&body));
    Ok(found.map(|found| found.end().receive.count))
}

/// The state of the UDP socket at `local` that receives what `peer` sends: Established when it is connected itself.
/// `None`: there is no such socket.
///
/// # Errors
///
/// When the netlink socket cannot be used, or the kernel has no udp_diag.
pub fn udp_state(local: SocketAddr, peer: SocketAddr) -> std::io::Result<Option<TcpState>> {
    let mut request = tcp_request(peer, local, More::default());
    request[1] = libc::IPPROTO_UDP as u8;
    // For UDP the kernel takes source and destination as a packet from the peer has them.
    let reply = ask(&request)?;
    Ok(reply
        .filter(|body| body.get(4..6) == Some(&local.port().to_be_bytes()))
        .and_then(|body| TcpState::from_number(*body.get(1)?)))
}

/// How many connections wait at an AF_UNIX listener, by its inode.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn unix_waiting(inode: u32) -> std::io::Result<Option<u32>> {
    unix_attribute(inode, UDIAG_SHOW_RQLEN, UNIX_DIAG_RQLEN)
}

/// The inode of the socket that an AF_UNIX socket is connected to.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn unix_peer(inode: u32) -> std::io::Result<Option<u32>> {
    let peer = unix_attribute(inode, UDIAG_SHOW_PEER, UNIX_DIAG_PEER)?;
    Ok(peer.filter(|peer| *peer != 0))
}

/// The state of an AF_UNIX socket: Listen, Established or Close. `None`: there is none of that inode.
///
/// # Errors
///
/// When the netlink socket cannot be used.
pub fn unix_state(inode: u32) -> std::io::Result<Option<TcpState>> {
    let reply = ask(&unix_request(inode, 0))?;
    // struct unix_diag_msg: family, type, state.
    Ok(reply.and_then(|body| TcpState::from_number(*body.get(2)?)))
}

/// `struct unix_diag_req` for one socket.
fn unix_request(inode: u32, show: u32) -> Vec<u8> {
    let mut body = vec![libc::AF_UNIX as u8, 0, 0, 0];
    body.extend(u32::MAX.to_ne_bytes());
    body.extend(inode.to_ne_bytes());
    body.extend(show.to_ne_bytes());
    body.extend(NO_COOKIE);
    body
}

fn unix_attribute(inode: u32, show: u32, kind: u16) -> std::io::Result<Option<u32>> {
    let Some(reply) = ask(&unix_request(inode, show))? else {
        return Ok(None);
    };
    Ok(
        attribute(reply.get(UNIX_MESSAGE..).unwrap_or_default(), kind)
            .and_then(|value| value.first_chunk::<4>().copied())
            .map(u32::from_ne_bytes),
    )
}

/// `struct inet_diag_req_v2` for one connection.
fn tcp_request(local: SocketAddr, peer: SocketAddr, more: More) -> Vec<u8> {
    let family = if local.is_ipv4() {
        libc::AF_INET
    } else {
        libc::AF_INET6
    };
    let mut body = vec![family as u8, libc::IPPROTO_TCP as u8, more.bits(), 0];
    body.extend(u32::MAX.to_ne_bytes());
    body.extend(local.port().to_be_bytes());
    body.extend(peer.port().to_be_bytes());
    body.extend(sixteen(local.ip()));
    body.extend(sixteen(peer.ip()));
    body.extend(0_u32.to_ne_bytes());
    body.extend(NO_COOKIE);
    body
}

fn sixteen(ip: IpAddr) -> [u8; 16] {
    match ip {
        IpAddr::V4(ip) => {
            let mut bytes = [0; 16];
            bytes[..4].copy_from_slice(&ip.octets());
            bytes
        }
        IpAddr::V6(ip) => ip.octets(),
    }
}

/// Whether a reply is about the connection that was asked for: the kernel falls back to the listener of that port.
fn has_ports(body: &[u8], local: SocketAddr, peer: SocketAddr) -> bool {
    body.get(4..6) == Some(&local.port().to_be_bytes())
        && body.get(6..8) == Some(&peer.port().to_be_bytes())
}

/// Asks on a thread with a descriptor table of its own: the netlink socket must not take the number that a person's
/// next socket is to have.
fn ask(body: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
    let body = body.to_vec();
    let asked = crate::kernel::unshared::call("sock_diag", move || Link::open()?.ask(&body));
    asked.unwrap_or_else(|| Err(std::io::Error::other("the query could not be sent")))
}

/// A netlink socket to ask on: one for each thread that asks.
#[derive(Debug)]
pub struct Link {
    socket: Socket,
    /// The number of the last request. Its reply has the same one: that of an earlier request, which came too late, has
    /// not.
    sequence: AtomicU32,
}

impl Link {
    /// Opens it, in the descriptor table of the calling thread.
    ///
    /// # Errors
    ///
    /// When there is no descriptor for it, or a sandbox forbids it.
    pub fn open() -> std::io::Result<Self> {
        let socket = Socket::new(
            Domain::from(libc::AF_NETLINK),
            Type::RAW,
            Some(Protocol::from(NETLINK_SOCK_DIAG)),
        )?;
        socket.set_read_timeout(Some(PATIENCE))?;
        // From now on nobody but the kernel can send to it, netlink(7).
        nix::sys::socket::connect(socket.as_raw_fd(), &NetlinkAddr::new(0, 0))?;
        Ok(Self {
            socket,
            sequence: AtomicU32::new(0),
        })
    }

    /// The TCP connection between two addresses, seen from the first. `None`: the kernel has none.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn tcp(
        &self,
        local: SocketAddr,
        peer: SocketAddr,
        more: More,
    ) -> std::io::Result<Option<Connection>> {
        let reply = self.ask(&tcp_request(local, peer, more))?;
        let reply = reply.filter(|body| has_ports(body, local, peer));
        Ok(reply.and_then(|body| Connection::read(&body)))
    }

    /// The AF_UNIX socket of an inode. `None`: there is none.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn unix(&self, inode: u32) -> std::io::Result<Option<UnixSocket>> {
        // Nobody has inode 0, and asked for it the kernel answers EINVAL.
        if inode == 0 {
            return Ok(None);
        }
        let reply = self.ask(&unix_request(inode, unix::SHOW))?;
        Ok(reply.and_then(|body| UnixSocket::read(&body)))
    }

    /// Sends one request and gives the body of the reply. `None` when the kernel answers that there is no such socket.
    fn ask(&self, body: &[u8]) -> std::io::Result<Option<Vec<u8>>> {
        self.send(NLM_F_REQUEST, body)?;
        let mut reply = self.receive()?;
        let kind = reply
            .get(4..6)
            .map(|kind| u16::from_ne_bytes([kind[0], kind[1]]));
        if kind == Some(NLMSG_ERROR) {
            return fault(&reply).map(|()| None);
        }
        if kind != Some(SOCK_DIAG_BY_FAMILY) {
            return Ok(None);
        }
        Ok(Some(reply.split_off(HEADER.min(reply.len()))))
    }

    fn send(&self, flags: u16, body: &[u8]) -> std::io::Result<()> {
        let mut message = Vec::with_capacity(HEADER + body.len());
        message.extend(
            u32::try_from(HEADER + body.len())
                .unwrap_or_default()
                .to_ne_bytes(),
        );
        message.extend(SOCK_DIAG_BY_FAMILY.to_ne_bytes());
        message.extend(flags.to_ne_bytes());
        let sequence = self.sequence.load(Ordering::Relaxed).wrapping_add(1);
        self.sequence.store(sequence, Ordering::Relaxed);
        message.extend(sequence.to_ne_bytes());
        message.extend([0; 4]);
        message.extend(body);
        self.socket.send(&message)?;
        Ok(())
    }

    fn receive(&self) -> std::io::Result<Vec<u8>> {
        let asked = Some(self.sequence.load(Ordering::Relaxed));
        loop {
            let mut reply = vec![0; ROOM];
            let count = (&self.socket).read(&mut reply)?;
            reply.truncate(count);
            if number(&reply, SEQUENCE) == asked {
                return Ok(reply);
            }
        }
    }
}

/// What a message NLMSG_ERROR means. That there is no such socket is not a fault.
fn fault(message: &[u8]) -> std::io::Result<()> {
    let code = number(message, HEADER).map_or(0, u32::cast_signed);
    match -code {
        libc::ENOENT | 0 => Ok(()),
        code => Err(std::io::Error::from_raw_os_error(code)),
    }
}

/// A number of four bytes in the kernel's order.
fn number(bytes: &[u8], at: usize) -> Option<u32> {
    let bytes = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(bytes))
}

/// The cookie at a place of a reply: two numbers, the lower one first.
fn cookie(bytes: &[u8], at: usize) -> Option<Cookie> {
    let (low, high) = (number(bytes, at)?, number(bytes, at + 4)?);
    Cookie::new(u64::from(high) << 32 | u64::from(low))
}

/// The first attribute of a kind.
pub(crate) fn attribute(mut rest: &[u8], kind: u16) -> Option<&[u8]> {
    while let Some(head) = rest.first_chunk::<4>() {
        let length = usize::from(u16::from_ne_bytes([head[0], head[1]]));
        let value = rest.get(4..length)?;
        if u16::from_ne_bytes([head[2], head[3]]) == kind {
            return Some(value);
        }
        rest = rest.get(length.next_multiple_of(4)..)?;
    }
    None
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::unix::net::UnixStream;

    use crate::kernel::sock_diag::*;

    #[test]
    fn a_connection_is_found_by_its_addresses_and_gone_afterwards() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let there = listener.local_addr().expect("an address");
        let client = TcpStream::connect(there).expect("a connection");
        let here = client.local_addr().expect("an address");
        assert_eq!(
            tcp(here, there).expect("netlink").map(|found| found.state),
            Some(TcpState::Established)
        );
        let nowhere = SocketAddr::new(here.ip(), 1);
        assert_eq!(
            tcp(nowhere, there).expect("netlink"),
            None,
            "not the listener instead"
        );
    }

    #[test]
    fn the_reply_to_an_earlier_request_is_passed_over() {
        let (a, b) = UnixStream::pair().expect("a pair");
        let inode = |own: &UnixStream| {
            let inode = crate::sys::asked::inode(own.as_raw_fd());
            u32::try_from(inode.expect("a socket")).expect("a small number")
        };
        let link = Link::open().expect("netlink");
        link.send(NLM_F_REQUEST, &unix_request(inode(&a), unix::SHOW))
            .expect("it is taken");
        let found = link
            .unix(inode(&b))
            .expect("an answer")
            .expect("it is open");
        assert_eq!(found.peer, Some(inode(&a)));
    }

    #[test]
    fn nobody_has_inode_0_and_the_kernel_says_so() {
        let link = Link::open().expect("netlink");
        let asked = link.ask(&unix_request(0, unix::SHOW));
        let error = asked.expect_err("not even a dump of all");
        assert_eq!(error.raw_os_error(), Some(libc::EINVAL));
        assert_eq!(link.unix(0).expect("it is not asked"), None);
    }

    #[test]
    fn attributes_are_walked_by_their_lengths() {
        let bytes = [5, 0, 1, 0, 9, 0, 0, 0, 8, 0, 4, 0, 7, 0, 0, 0];
        assert_eq!(attribute(&bytes, 4), Some(&[7, 0, 0, 0][..]));
        assert_eq!(attribute(&bytes, 3), None);
        assert_eq!(
            attribute(&[0, 0, 0, 0], 4),
            None,
            "a length of 0 does not loop"
        );
    }
}
