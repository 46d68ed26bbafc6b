//! What strace prints after `=`: the value, or the errno with the system's words for it.

use crate::call::Call;
use crate::call::outcome::{Outcome, Raw, Returned};
use crate::call::table::CallKind;
use crate::socket::Errno;
use crate::strace::Environment;
use crate::strace::names::DESCRIPTOR_FLAGS;
use crate::strace::number::{F_GETSIG, open_flags, signal};
use crate::strace::table::hex;

/// The result of a call.
pub(crate) fn result(
    call: &Call,
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> String {
    if let Some(errno) = outcome.errno() {
        return failure(call, errno, environment);
    }
    let value = raw.returned;
    let number = || value.to_string();
    match call {
        Call::Fcntl { command, .. } => controlled(command.0, value),
        Call::Poll { .. } => match &outcome.result {
            Ok(Returned::Ready(ready)) => crate::strace::ready::polled(ready),
            _ => number(),
        },
        Call::Select { .. } => match &outcome.result {
            Ok(Returned::Selected { count, sets }) => {
                crate::strace::ready::selected(*count, sets, raw)
            }
            _ => number(),
        },
        Call::Sigtimedwait { .. } => match &outcome.result {
            Ok(Returned::Signal { signal: sig, .. }) => format!("{} ({})", sig.0, signal(sig.0)),
            _ => number(),
        },
        Call::Socket { .. }
        | Call::Socketpair { .. }
        | Call::Bind { .. }
        | Call::Listen { .. }
        | Call::Accept { .. }
        | Call::Connect { .. }
        | Call::Send { .. }
        | Call::Sendto { .. }
        | Call::Sendmsg { .. }
        | Call::Write { .. }
        | Call::Recv { .. }
        | Call::Recvfrom { .. }
        | Call::Recvmsg { .. }
        | Call::Read { .. }
        | Call::Shutdown { .. }
        | Call::Close { .. }
        | Call::Getsockname { .. }
        | Call::Getpeername { .. }
        | Call::Setsockopt { .. }
        | Call::Getsockopt { .. }
        | Call::Ioctl { .. }
        | Call::Dup { .. }
        | Call::EpollCreate1 { .. }
        | Call::EpollCreate { .. }
        | Call::EpollCtl { .. }
        | Call::EpollWait { .. }
        | Call::Open { .. }
        | Call::Chmod { .. }
        | Call::Unlink { .. }
        | Call::Wait { .. }
        | Call::Cancel { .. }
        | Call::State { .. }
        | Call::Peer { .. }
        | Call::Pending { .. }
        | Call::Unread { .. }
        | Call::Fill { .. }
        | Call::Drain { .. }
        | Call::Echo { .. }
        | Call::Sink { .. }
        | Call::Source { .. }
        | Call::Serve { .. }
        | Call::Sleep { .. } => number(),
    }
}

/// strace is told of an interruption before it is decided whether the kernel makes the call again. It never does: the
/// handler has no SA_RESTART.
fn failure(call: &Call, errno: Errno, environment: Environment<'_>) -> String {
    let restart = Some(call.call_kind())
        .filter(|_| errno.0 == libc::EINTR)
        .and_then(|call_kind| restart(call_kind, environment));
    restart.map_or_else(|| format!("-1 {errno} ({})", errno.text()), str::to_owned)
}

/// What an interrupted call says to strace; `None` for EINTR itself.
fn restart(call_kind: CallKind, environment: Environment<'_>) -> Option<&'static str> {
    const RESTARTED: &str = "? ERESTARTSYS (To be restarted if SA_RESTART is set)";
    match call_kind {
        CallKind::Poll => Some("? ERESTART_RESTARTBLOCK (Interrupted by signal)"),
        CallKind::Select => Some("? ERESTARTNOHAND (To be restarted if no handler)"),
        CallKind::EpollWait | CallKind::Sigtimedwait => None,
        CallKind::Socket
        | CallKind::Socketpair
        | CallKind::Bind
        | CallKind::Listen
        | CallKind::Accept
        | CallKind::Connect
        | CallKind::Send
        | CallKind::Sendto
        | CallKind::Sendmsg
        | CallKind::Write
        | CallKind::Recv
        | CallKind::Recvfrom
        | CallKind::Recvmsg
        | CallKind::Read
        | CallKind::Shutdown
        | CallKind::Close
        | CallKind::Getsockname
        | CallKind::Getpeername
        | CallKind::Setsockopt
        | CallKind::Getsockopt
        | CallKind::Fcntl
        | CallKind::Ioctl
        | CallKind::Dup
        | CallKind::EpollCreate1
        | CallKind::EpollCreate
        | CallKind::EpollCtl
        | CallKind::Open
        | CallKind::Chmod
        | CallKind::Unlink
        | CallKind::Wait
        | CallKind::Cancel
        | CallKind::State
        | CallKind::Peer
        | CallKind::Pending
        | CallKind::Unread
        | CallKind::Fill
        | CallKind::Drain
        | CallKind::Echo
        | CallKind::Sink
        | CallKind::Source
        | CallKind::Serve
        | CallKind::Sleep => Some(RESTARTED).filter(|_| !environment.timed),
    }
}

/// fcntl(2): flags are a number with their names behind it.
fn controlled(command: i32, value: i64) -> String {
    let flags = i32::try_from(value).unwrap_or_default();
    let number = flags.cast_unsigned();
    match command {
        libc::F_GETFL => format!("{} (flags {})", hex(number), open_flags(flags)),
        libc::F_GETFD if flags != 0 => {
            format!("{} (flags {})", hex(number), DESCRIPTOR_FLAGS.mask(flags))
        }
        F_GETSIG if flags != 0 => format!("{flags} ({})", signal(flags)),
        _ => value.to_string(),
    }
}
