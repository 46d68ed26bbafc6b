//! What a probe of a socket costs: through its descriptor, against the calls that it is made of; and of both ends of its
//! connection in the kernel's table.

use std::net::{TcpListener, TcpStream};
use std::os::fd::AsRawFd;
use std::time::{Duration, Instant};

use sockplay::kernel::observe::{ProbeTarget, observe};
use sockplay::kernel::sock_diag::{Link, More};
use sockplay::socket::{Domain, Protocol, SocketType};
use sockplay::sys::file::unread;
use sockplay::sys::socket::getsockopt;

use super::paired::{compare, limited, micros};
use super::report::Report;

/// Probes in one measurement.
const PROBES: u32 = 2000;
/// Rounds of two measurements of both ends.
const ROUNDS: usize = 12;

/// A connection over the loopback; the listener keeps its other end.
fn connection() -> (TcpListener, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let client = TcpStream::connect(listener.local_addr().expect("an address"));
    (listener, client.expect("a connection"))
}

pub(crate) fn of_a_socket(report: &mut Report) {
    let (_listener, client) = connection();
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
    report.tell("", &compared.time(micros));
}

pub(crate) fn of_endpoints(report: &mut Report) {
    let (listener, client) = connection();
    let there = listener.local_addr().expect("an address");
    let here = client.local_addr().expect("an address");
    let link = Link::open().expect("netlink");
    let both = || {
        let own = link.tcp(here, there, More::ALL).expect("an answer");
        let other = link.tcp(there, here, More::ALL).expect("an answer");
        usize::from(own.is_some() && other.is_some())
    };
    let micros = |figure: f64| format!("{figure:.2} us");
    let measured = limited(ROUNDS, micros, || timed(both).as_secs_f64() * 1e6);
    report.tell("", &measured);
}

/// How long a probe takes.
fn timed(mut probe: impl FnMut() -> usize) -> Duration {
    let began = Instant::now();
    let seen: usize = (0..PROBES).map(|_| probe()).sum();
    let took = began.elapsed();
    assert!(seen > 0, "something was seen");
    took / PROBES
}
