//! The connections at a listener whose handshake is not finished: a dump of sock_diag(7), filtered by state and port.
//!
//! A dump walks through the kernel's whole table, which costs up to a few milliseconds. There is no cheaper source: the
//! listener itself does not report how many there are.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use crate::kernel::sock_diag::Link;

/// Where `struct inet_diag_req_v2` has the states, and the ports.
const STATES: usize = 4;
const PEER_PORT: usize = 10;
/// The bit of TCP_SYN_RECV, linux/tcp_states.h.
const SYN_RECV: u32 = 1 << 3;

impl Link {
    /// The clients of a listener whose handshake is not finished, by their addresses.
    ///
    /// # Errors
    ///
    /// When the kernel does not answer.
    pub fn half_open(&self, listener: SocketAddr) -> std::io::Result<Vec<SocketAddr>> {
        let mut found = Vec::new();
        self.dump(&request(listener), &mut |body| {
            found.extend(peer(body, listener));
        })?;
        Ok(found)
    }
}

/// As for one connection, of any peer and in SYN_RECV.
fn request(listener: SocketAddr) -> Vec<u8> {
    let nobody = SocketAddr::new(listener.ip(), 0);
    let mut body = crate::kernel::sock_diag::tcp_request(
        listener,
        nobody,
        crate::kernel::sock_diag::More::default(),
    );
    body[STATES..STATES + 4].copy_from_slice(&SYN_RECV.to_ne_bytes());
    body[PEER_PORT..PEER_PORT + 2].copy_from_slice(&[0, 0]);
    body
}

/// The peer in a `struct inet_diag_msg`, where it is one of this listener: others may have its port at another address.
fn peer(body: &[u8], listener: SocketAddr) -> Option<SocketAddr> {
    let port = |at: usize| Some(u16::from_be_bytes([*body.get(at)?, *body.get(at + 1)?]));
    let local = SocketAddr::new(address(body, 8)?, port(4)?);
    let is_its = listener.ip().is_unspecified() || local.ip() == listener.ip();
    let is_its = is_its && local.port() == listener.port();
    Some(SocketAddr::new(address(body, 24)?, port(6)?)).filter(|_| is_its)
}

fn address(body: &[u8], at: usize) -> Option<IpAddr> {
    let bytes: [u8; 16] = body.get(at..at + 16)?.try_into().ok()?;
    Some(match i32::from(body[0]) {
        libc::AF_INET => Ipv4Addr::new(bytes[0], bytes[1], bytes[2], bytes[3]).into(),
        _ => Ipv6Addr::from(bytes).to_canonical(),
    })
}

#[cfg(test)]
mod tests {
    use std::net::{TcpListener, TcpStream};
    use std::os::fd::AsRawFd;

    use crate::event::TimerKind;
    use crate::kernel::sock_diag::dump::messages;
    use crate::kernel::sock_diag::half_open::*;
    use crate::socket::TcpState;

    /// The kernel answers the SYN and then waits for data: tcp(7).
    fn defers(listener: &TcpListener) {
        let seconds = 10_i32.to_ne_bytes();
        let (fd, level) = (listener.as_raw_fd(), libc::IPPROTO_TCP);
        crate::sys::socket::setsockopt(fd, level, libc::TCP_DEFER_ACCEPT, Some(&seconds), None)
            .expect("it is an option of TCP");
    }

    #[test]
    fn a_handshake_that_is_not_finished_is_found_at_its_listener() {
        let link = Link::open().expect("netlink");
        for place in ["127.0.0.1:0", "[::1]:0"] {
            let Ok(listener) = TcpListener::bind(place) else {
                println!("skipped: {place} cannot be bound");
                continue;
            };
            let there = listener.local_addr().expect("an address");
            assert_eq!(link.half_open(there).expect("an answer"), []);
            defers(&listener);
            let client = TcpStream::connect(there).expect("a connection");
            let here = client.local_addr().expect("an address");
            assert_eq!(link.half_open(there).expect("an answer"), [here]);
            let own = link.tcp(here, there, crate::kernel::sock_diag::More::default());
            assert!(own.expect("the link is still in step").is_some());
            let other = link.tcp(there, here, crate::kernel::sock_diag::More::default());
            let other = other.expect("an answer").expect("it is under way");
            assert_eq!(other.state, TcpState::SynRecv);
            let timer = other.timer.expect("SYN+ACK is sent again");
            assert_eq!(timer.kind, TimerKind::Retransmit);
        }
    }

    #[test]
    fn an_answer_that_is_cut_off_ends() {
        let listener = "127.0.0.1:1".parse().expect("an address");
        let mut found = Vec::new();
        for answer in [&[][..], &[9, 0, 0, 0], &[0; 16]] {
            let mut take = |body: &[u8]| found.extend(peer(body, listener));
            messages(answer, &mut take).expect("no fault");
        }
        assert_eq!(found, []);
    }
}
