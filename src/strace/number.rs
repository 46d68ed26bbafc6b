//! Numbers that several calls have: descriptors, status flags, signals.

use crate::call::argument::Descriptor;
use crate::socket::FcntlCommand;
pub(crate) use crate::socket::signal::signal;
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
