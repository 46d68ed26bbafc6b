//! How many bytes can be received from a stream where FIONREAD alone does not tell it.

use crate::kernel::observe::{ProbeTarget, local, memory, peer};
use crate::kernel::sock_diag;
use crate::socket::{Domain, Kind, TcpState};
use crate::sys::{file, ready};

/// asm-generic/sockios.h
const SIOCATMARK: i32 = 0x8905;

/// How many bytes can be received, from what FIONREAD has counted; for datagrams, those of the next one.
///
/// `had_urgent` says whether an urgent byte was ever seen at this socket, and is set when one is seen now.
pub(crate) fn unread(
    target: &ProbeTarget,
    counted: u32,
    state: Option<TcpState>,
    had_urgent: &mut bool,
) -> u32 {
    if target.is_tcp() {
        *had_urgent |= has(target.fd, libc::POLLPRI) || counted == 0 && is_at_mark(target.fd);
        let is_stopped = *had_urgent && state != Some(TcpState::Listen);
        let received = is_stopped.then(|| beyond_mark(target.fd, counted));
        return received.flatten().unwrap_or(counted);
    }
    let is_nothing = target.kind == Kind::Stream && counted > 0 && is_miscounted(target);
    if is_nothing { 0 } else { counted }
}

/// Whether FIONREAD counts something that no call can receive.
fn is_miscounted(target: &ProbeTarget) -> bool {
    // Linux 6.18: an urgent byte that a receiving call passed over is dropped, and counted still.
    if target.domain == Domain::UNIX {
        return !has(target.fd, libc::POLLIN);
    }
    // At end of file mptcp_ioctl() gives 1.
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
