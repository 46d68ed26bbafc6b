//! P13: a look at one socket through its descriptor, against the calls that it is made of; and at both ends of its
//! connection in the kernel's table.

use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use super::side_by_side::{compare, head, tell};
use sockplay::kernel::observe::{ProbeTarget, observe};
use sockplay::kernel::sock_diag::{Link, More};
use sockplay::socket::{Domain, Protocol, SocketType};
use sockplay::sys::file::unread;
use sockplay::sys::socket::getsockopt;

/// Looks in one measurement.
const LOOKS: u32 = 2000;
const GOAL: f64 = 1.2;
/// The most that a look may take, in microseconds.
const MOST: f64 = 10.0;

pub(crate) fn measure() {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let there = listener.local_addr().expect("an address");
    let client = TcpStream::connect(there).expect("a connection");
    let here = client.local_addr().expect("an address");
    let fd = client.as_raw_fd();
    let subject = ProbeTarget::socket(fd, Domain::INET, SocketType::STREAM, Protocol(0));
    let compared = compare(
        || {
            timed(|| {
                let info = getsockopt(fd, libc::IPPROTO_TCP, libc::TCP_INFO, 512);
                info.expect("TCP_INFO").bytes.len() + unread(fd).expect("FIONREAD") as usize
            })
        },
        || timed(|| usize::from(observe(&subject, false).tcp.is_some())),
    );
    let micros = |span: Duration| span.as_secs_f64() * 1e6 / f64::from(LOOKS);
    head("bare");
    tell(
        "P13 a look at one socket",
        "us",
        micros(compared.reference),
        micros(compared.ours),
        compared.ratio,
        "<= 1.2",
        compared.ratio <= GOAL,
    );
    let link = Link::open().expect("netlink");
    let both = timed(|| {
        let own = link.tcp(here, there, More::ALL).expect("an answer");
        let other = link.tcp(there, here, More::ALL).expect("an answer");
        usize::from(own.is_some() && other.is_some())
    });
    let limit = micros(both) / MOST;
    tell(
        "P13 both ends, by sock_diag (10 us each)",
        "us",
        2.0 * MOST,
        micros(both),
        limit / 2.0,
        "<= 1.0",
        limit <= 2.0,
    );
}

/// How long many looks take.
fn timed(mut look: impl FnMut() -> usize) -> Duration {
    let began = Instant::now();
    let seen: usize = (0..LOOKS).map(|_| look()).sum();
    let took = began.elapsed();
    assert!(seen > 0, "something was seen");
    took
}
