//! What strace prints after `=`: the value, or the errno with the system's words for it.

use super::call::open_flags;
use super::names::DESCRIPTOR_FLAGS;
use super::table::hex;
use crate::notation::outcome::Raw;
use crate::notation::{Call, Outcome};
use crate::socket::{Errno, FcntlCommand};

/// fcntl(2): the signal that tells of readiness. The libc crate has neither of the two.
pub(super) const F_SETSIG: i32 = 10;
/// fcntl(2): which signal that is.
pub(super) const F_GETSIG: i32 = 11;

/// The result of a call.
pub(super) fn result(call: &Call, outcome: &Outcome, raw: &Raw) -> String {
    if let Some(errno) = outcome.errno() {
        return failure(call, errno);
    }
    let value = raw.returned;
    match call {
        Call::Fcntl {
            command: FcntlCommand(command),
            ..
        } => returned_flags(*command, value),
        _ => value.to_string(),
    }
}

fn failure(call: &Call, errno: Errno) -> String {
    match (errno.0, call) {
        // The handler has no SA_RESTART; what the kernel told strace before that is all it knows.
        (libc::EINTR, call) if can_be_restarted(call) => {
            "? ERESTARTSYS (To be restarted if SA_RESTART is set)".to_owned()
        }
        _ => format!("-1 {errno} ({})", errno.text()),
    }
}

/// Whether the kernel would make the call again after a signal, had the handler SA_RESTART.
fn can_be_restarted(call: &Call) -> bool {
    call.socket().is_some()
}

/// fcntl(2): flags are a number with their names behind it.
fn returned_flags(command: i32, value: i64) -> String {
    let flags = i32::try_from(value).unwrap_or_default();
    let number = flags.cast_unsigned();
    match command {
        libc::F_GETFL => format!("{} (flags {})", hex(number), open_flags(flags)),
        libc::F_GETFD if flags != 0 => {
            format!("{} (flags {})", hex(number), DESCRIPTOR_FLAGS.mask(flags))
        }
        F_GETSIG if flags != 0 => format!("{flags} ({})", signal(flags)),
        // What is got with F_GETOWN_EX stands in its struct.
        libc::F_GETOWN => "0".to_owned(),
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
        (None, 32..=64) => format!("SIGRT_{}", number - 32),
        (None, _) => number.to_string(),
    }
}
