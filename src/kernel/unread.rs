//! How many bytes can be received from a stream where FIONREAD alone does not say it.

use crate::kernel::after::SIOCATMARK;
use crate::kernel::observe::{ProbeTarget, local, memory, peer};
use crate::kernel::sock_diag;
use crate::socket::{Domain, Kind, TcpState};
use crate::sys::socket::{self, Target};
use crate::sys::{file, ready};

/// What is known of urgent bytes that came to a socket.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Urgent {
    /// Whether one was ever seen.
    seen: bool,
    /// How many AF_UNIX counts although it has dropped them. Linux 6.18 does that when a call passes one over.
    dropped: u32,
}

/// How many bytes can be received, from what FIONREAD has counted; for datagrams, those of the next one. What is seen of
/// urgent bytes is noted for the next time.
pub(crate) fn unread(
    target: &ProbeTarget,
    counted: u32,
    state: Option<TcpState>,
    urgent: &mut Urgent,
) -> u32 {
    if target.is_tcp() {
        urgent.seen |= has(target.fd, libc::POLLPRI) || counted == 0 && is_at_mark(target.fd);
        let is_stopped = urgent.seen && state != Some(TcpState::Listen);
        let received = is_stopped.then(|| beyond_mark(target.fd, counted));
        return received.flatten().unwrap_or(counted);
    }
    if target.kind != Kind::Stream || counted == 0 {
        return counted;
    }
    if target.domain == Domain::UNIX {
        urgent.seen |= has(target.fd, libc::POLLPRI);
        if is_empty(target.fd, urgent.seen) {
            urgent.dropped = counted;
        }
        return counted.saturating_sub(urgent.dropped);
    }
    if is_end_of_mptcp(target) { 0 } else { counted }
}

/// Whether an AF_UNIX stream has nothing to receive. A look is only made where poll(2) does not decide: at end of file it
/// reports POLLIN too.
fn is_empty(fd: i32, had_urgent: bool) -> bool {
    if !has(fd, libc::POLLIN) {
        return true;
    }
    // A look would take the pending error, and move SO_PEEK_OFF.
    let may_look = had_urgent && !has(fd, libc::POLLERR) && has(fd, libc::POLLRDHUP);
    may_look && peek_offset(fd) == Some(-1) && looks_empty(fd)
}

fn looks_empty(fd: i32) -> bool {
    let flags = libc::MSG_PEEK | libc::MSG_DONTWAIT;
    let looked = socket::recv(fd, Target::Buffer(&mut [0]), flags);
    matches!(looked, Ok(0)) || matches!(looked, Err(errno) if errno.0 == libc::EAGAIN)
}

/// SO_PEEK_OFF; -1: a look begins at the first byte and moves nothing.
fn peek_offset(fd: i32) -> Option<i32> {
    let read = socket::getsockopt(fd, libc::SOL_SOCKET, libc::SO_PEEK_OFF, 4).ok()?;
    read.bytes.try_into().ok().map(i32::from_ne_bytes)
}

/// Whether an MPTCP socket has received everything: at end of file mptcp_ioctl() gives 1.
fn is_end_of_mptcp(target: &ProbeTarget) -> bool {
    target.protocol.0 == libc::IPPROTO_MPTCP
        && has(target.fd, libc::POLLRDHUP)
        && memory(target.fd).is_some_and(|memory| memory.receive.used == 0)
}

/// Whether poll(2) reports an event.
fn has(fd: i32, event: i16) -> bool {
    let reported = ready::poll(&[(fd, event.into())], 0);
    reported.is_ok_and(|(_, found)| found[0] & i32::from(event) != 0)
}

fn is_at_mark(fd: i32) -> bool {
    file::ioctl(fd, SIOCATMARK, 0).is_ok_and(|at| at != 0)
}

/// The bytes before and after an urgent byte. FIONREAD of TCP counts only those before it; the queue in the kernel's table
/// has all of them and the urgent byte.
fn beyond_mark(fd: i32, counted: u32) -> Option<u32> {
    let (local, peer) = (local(fd)?.internet()?, peer(fd)?.internet()?);
    let queued = sock_diag::received(local, peer).ok()??;
    Some(if queued > counted {
        queued - 1
    } else {
        counted
    })
}
