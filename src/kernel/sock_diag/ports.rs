//! The sockets that have a port: a dump of sock_diag(7), filtered by it.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::event::Identity;
use crate::kernel::sock_diag::{Link, More, attribute, cookie, number, tcp_request};
use crate::socket::TcpState;

/// Where `struct inet_diag_req_v2` has the protocol, the states, and the ports.
const PROTOCOL: usize = 1;
const STATES: usize = 4;
const LOCAL_PORT: usize = 8;
const PEER_PORT: usize = 10;
/// `struct inet_diag_msg`, and the places in it.
const MESSAGE: usize = 72;
const INTERFACE: usize = 40;
const COOKIE: usize = 44;
const EXPIRES: usize = 52;
const UID: usize = 64;
const INODE: usize = 68;
const INET_DIAG_SKV6ONLY: u16 = 11;
/// An attribute of the request.
const INET_DIAG_REQ_PROTOCOL: u16 = 3;
/// The kernel's number for what is bound and neither listens nor is connected, linux/tcp_states.h.
const BOUND_INACTIVE: u8 = 13;

/// Which states a dump is of, as a mask of the kernel's numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct States(u32);

impl States {
    /// Listening.
    pub const LISTENING: Self = Self(1 << 10);
    /// Listening, or bound and neither listening nor connected.
    pub const PASSIVE: Self = Self(1 << 10 | 1 << 7 | 1 << BOUND_INACTIVE);
    /// All.
    pub const ALL: Self = Self(u32::MAX);
}

/// A socket that has a port.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AtPort {
    /// Which socket it is.
    pub identity: Identity,
    /// Its local address.
    pub local: SocketAddr,
    /// The address of its peer; of port 0 where it has none.
    pub peer: SocketAddr,
    /// Its state; Close is bound and neither listening nor connected.
    pub state: TcpState,
    /// Whether IPV6_V6ONLY is on; the kernel reports it of sockets that are not connected.
    pub v6_only: bool,
    /// The index of the interface that it is bound to; 0: of none.
    pub interface: u32,
    /// Whose it is.
    pub uid: u32,
    /// Until the kernel drops it, in TIME_WAIT.
    pub left: Option<Duration>,
}

impl Link {
    /// The sockets of a protocol, IPPROTO_TCP, IPPROTO_UDP or IPPROTO_MPTCP, whose local port is `local`, or whose peer has the port
    /// `peer`, of both families. Port 0 stands for any.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn at_port(
        &self,
        protocol: i32,
        local: u16,
        peer: u16,
        states: States,
    ) -> std::io::Result<Vec<AtPort>> {
        let mut found = Vec::new();
        for host in [Ipv4Addr::UNSPECIFIED.into(), Ipv6Addr::UNSPECIFIED.into()] {
            let request = request(host, protocol, local, peer, states);
            self.dump(&request, &mut |body| found.extend(read(body)))?;
        }
        let has_ports = |at: &AtPort| {
            (local == 0 || at.local.port() == local) && (peer == 0 || at.peer.port() == peer)
        };
        found.retain(has_ports);
        Ok(found)
    }
}

fn request(host: IpAddr, protocol: i32, local: u16, peer: u16, states: States) -> Vec<u8> {
    let any = SocketAddr::new(host, 0);
    let mut body = tcp_request(any, any, More::default());
    // Where the number does not fit into a byte, an attribute has it.
    body[PROTOCOL] = u8::try_from(protocol).unwrap_or(u8::MAX);
    body[STATES..STATES + 4].copy_from_slice(&states.0.to_ne_bytes());
    body[LOCAL_PORT..LOCAL_PORT + 2].copy_from_slice(&local.to_be_bytes());
    body[PEER_PORT..PEER_PORT + 2].copy_from_slice(&peer.to_be_bytes());
    if u8::try_from(protocol).is_err() {
        body.extend(8_u16.to_ne_bytes());
        body.extend(INET_DIAG_REQ_PROTOCOL.to_ne_bytes());
        body.extend(protocol.to_ne_bytes());
    }
    body
}

fn read(body: &[u8]) -> Option<AtPort> {
    let state = match *body.get(1)? {
        BOUND_INACTIVE => TcpState::Close,
        other => TcpState::from_number(other)?,
    };
    let port = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
    let only = attribute(body.get(MESSAGE..)?, INET_DIAG_SKV6ONLY);
    let counts_down = state == TcpState::TimeWait || body.get(2) == Some(&3);
    Some(AtPort {
        identity: Identity {
            inode: Some(number(body, INODE)?),
            cookie: cookie(body, COOKIE),
        },
        local: SocketAddr::new(address(body, 8)?, port(4)?),
        peer: SocketAddr::new(address(body, 24)?, port(6)?),
        state,
        v6_only: only.and_then(<[u8]>::first).is_some_and(|on| *on != 0),
        interface: number(body, INTERFACE)?,
        uid: number(body, UID)?,
        left: counts_down
            .then(|| number(body, EXPIRES))
            .flatten()
            .map(|left| Duration::from_millis(left.into())),
    })
}

/// Unlike elsewhere a mapped address stays one: the domain of the socket decides what it conflicts with.
fn address(body: &[u8], at: usize) -> Option<IpAddr> {
    let bytes: [u8; 16] = body.get(at..at + 16)?.try_into().ok()?;
    Some(match i32::from(body[0]) {
        libc::AF_INET => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
        _ => Ipv6Addr::from(bytes).into(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream, UdpSocket};

    use crate::kernel::sock_diag::ports::*;

    #[test]
    fn listeners_and_connections_have_the_port() {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let there = listener.local_addr().expect("an address");
        let client = TcpStream::connect(there).expect("a connection");
        let here = client.local_addr().expect("an address");
        let link = Link::open().expect("netlink");
        let (tcp, port) = (libc::IPPROTO_TCP, there.port());
        let passive = link.at_port(tcp, port, 0, States::PASSIVE);
        let passive = passive.expect("an answer");
        assert!(
            matches!(&passive[..], [only] if only.local == there && only.state == TcpState::Listen),
            "{passive:?}"
        );
        let all = link.at_port(tcp, port, 0, States::ALL).expect("an answer");
        assert!(all.iter().any(|at| at.peer == here), "{all:?}");
        let clients = link.at_port(tcp, 0, port, States::ALL).expect("an answer");
        assert!(clients.iter().any(|at| at.local == here), "{clients:?}");
    }

    #[test]
    fn udp_sockets_have_ports_too() {
        let socket = UdpSocket::bind("127.0.0.1:0").expect("a port");
        let own = socket.local_addr().expect("an address");
        let link = Link::open().expect("netlink");
        let found = link.at_port(libc::IPPROTO_UDP, own.port(), 0, States::ALL);
        let found = found.expect("an answer");
        assert!(found.iter().any(|at| at.local == own), "{found:?}");
    }
}
