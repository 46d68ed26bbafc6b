//! Numbers that several calls have: descriptors, status flags, signals.

use crate::call::argument::Descriptor;
use crate::socket::FcntlCommand;
use crate::strace::names::{ACCESS_MODES, OPEN_FLAGS};

/// fcntl(2): the signal that reports readiness.
pub(crate) const F_SETSIG: i32 = FcntlCommand::SETSIG.0;
/// fcntl(2): which signal that is.
pub(crate) const F_GETSIG: i32 = FcntlCommand::GETSIG.0;

/// The number behind a resolved descriptor argument.
pub(crate) fn number(socket: &Descriptor) -> i32 {
    match socket {
        Descriptor::Raw(fd) => *fd,
        Descriptor::Named(_) => -1,
    }
}

/// Status flags with the access mode before them.
pub(crate) fn open_flags(flags: i32) -> String {
    let mode = (flags & libc::O_ACCMODE).cast_unsigned();
    let name = ACCESS_MODES.name(mode).unwrap_or_default();
    match OPEN_FLAGS.bits(flags.cast_unsigned() & !mode) {
        Some(others) => format!("{name}|{others}"),
        None => name.to_owned(),
    }
}

/// The signals of the first thirty-one numbers.
const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// A signal by its name; the real-time ones are counted from 32.
pub(crate) fn signal(number: i32) -> String {
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
