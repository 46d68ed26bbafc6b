//! What strace prints after `=`: the value, or the errno with the system's words for it.

use super::Scene;
use super::call::open_flags;
use super::names::DESCRIPTOR_FLAGS;
use super::ready;
use super::table::hex;
use crate::notation::{Call, Outcome, Raw, Returned};
use crate::socket::{Errno, Sig};

/// fcntl(2): the signal that tells of readiness. The libc crate has neither of the two.
pub(super) const F_SETSIG: i32 = 10;
/// fcntl(2): which signal that is.
pub(super) const F_GETSIG: i32 = 11;

/// The result of a call.
pub(super) fn result(call: &Call, outcome: &Outcome, raw: &Raw, scene: Scene<'_>) -> String {
    if let Some(errno) = outcome.errno() {
        return failure(call, errno, scene);
    }
    let value = raw.returned;
    match (call, &outcome.result) {
        (Call::Fcntl { command, .. }, _) => controlled(command.0, value),
        (Call::Poll { .. }, Ok(Returned::Ready(ready))) => ready::polled(ready),
        (Call::Select { .. }, Ok(Returned::Selected { count, sets })) => {
            ready::selected(*count, sets, raw)
        }
        (
            Call::Sigtimedwait { .. },
            Ok(Returned::Signal {
                signal: Sig(number),
                ..
            }),
        ) => {
            format!("{number} ({})", signal(*number))
        }
        _ => value.to_string(),
    }
}

/// strace is told of an interruption before it is decided whether the kernel makes the call again. It never does: the
/// handler has no SA_RESTART.
fn failure(call: &Call, errno: Errno, scene: Scene<'_>) -> String {
    let restart = match call {
        _ if errno.0 != libc::EINTR => None,
        Call::Poll { .. } => Some("? ERESTART_RESTARTBLOCK (Interrupted by signal)"),
        Call::Select { .. } => Some("? ERESTARTNOHAND (To be restarted if no handler)"),
        Call::EpollWait { .. } | Call::Sigtimedwait { .. } => None,
        _ if scene.timed => None,
        _ => Some("? ERESTARTSYS (To be restarted if SA_RESTART is set)"),
    };
    restart.map_or_else(|| format!("-1 {errno} ({})", errno.text()), str::to_owned)
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

/// The signals of the first thirty-one numbers.
const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// A signal by its name; the real-time ones are counted from 32.
pub(super) fn signal(number: i32) -> String {
    let named = usize::try_from(number - 1)
        .ok()
        .and_then(|index| SIGNALS.get(index));
    match (named, number) {
        (Some(name), _) => format!("SIG{name}"),
        (None, 32) => "SIGRTMIN".to_owned(),
        (None, 33..=64) => format!("SIGRT_{}", number - 32),
        (None, _) => number.to_string(),
    }
}
