//! Why a call was not made: what sockplay declines by itself. It is never an errno, since the kernel was not asked.

use std::time::Duration;

use crate::call::argument::Name;
use crate::call::data::NoMemory;
use crate::call::table::CallKind;
use crate::event::PathFile;
use crate::socket::{Address, Errno};

/// Why a call was not made. Shown, it is a sentence for the person.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The number is one of the program's own descriptors.
    #[error(
        "descriptor {fd} belongs to sockplay itself ({file}): the call was not made. Use a socket's name, or a number that is not open"
    )]
    OwnDescriptor {
        /// The number.
        fd: i32,
        /// What it is of the program.
        file: &'static str,
    },
    /// A name in place of a number: it stands for no descriptor of this session.
    #[error("{0} stands for no descriptor, so the call was not made")]
    NoDescriptor(Name),
    /// select(2) has no bit for the number: FD_SET(3) would write beyond the set.
    #[error(
        "descriptor {fd} does not fit a set of select(), which has the numbers 0 to {last} (FD_SETSIZE); in C this writes beyond the set. poll() has no such limit"
    )]
    BeyondSet {
        /// The number.
        fd: i32,
        /// The last number that has a bit.
        last: usize,
    },
    /// With such an argument the kernel would use memory that is not there, or no longer.
    #[error("{0}")]
    UnsafeArgument(String),
    /// An address or path that cannot be made of what the line says.
    #[error("{0}")]
    NoSuchArgument(String),
    /// pending() of a descriptor that does not listen.
    #[error("{0} does not listen, so it has no queue of connections to be counted")]
    NotListening(String),
    /// unread() of a descriptor of which the kernel keeps no such number.
    #[error(
        "the kernel does not say how many bytes wait on {name} (ioctl() with FIONREAD gives {errno}): {why}"
    )]
    NoUnreadCount {
        /// The descriptor, as it was written.
        name: String,
        /// What ioctl(2) gave.
        errno: Errno,
        /// Why.
        why: &'static str,
    },
    /// unlink() and chmod() are for the files of sockets.
    #[error(
        "{address} is {}, so {}() was not made: here it is for the files of sockets only",
        file.words(),
        call.word()
    )]
    NotSocketFile {
        /// Which call.
        call: CallKind,
        /// The address.
        address: Address,
        /// What lies there.
        file: PathFile,
    },
    /// The line comes from a lesson or the like, which may not reach that.
    #[error("{0}")]
    Confined(String),
    /// The buffers of the call cannot be had.
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
    /// No thread could be started for the call.
    #[error("no thread could be started for it ({0}): close sockets, or raise `ulimit -u`")]
    NoThread(String),
    /// The call could not be made, or could not be made to its end, as was found out while making it.
    #[error("{0}")]
    WhileMaking(String),
    /// The session has ended.
    #[error("the session has ended, so the call was not made")]
    SessionEnded,
    /// A line of `sleep`, `wait` or `cancel` that was dropped before it came to its end.
    #[error("it was dropped")]
    Dropped,
    /// What a line waits for has not ended in time.
    #[error("expected that {what} ends; it is still pending after {} s", seconds(*after))]
    StillPending {
        /// What it waits for.
        what: &'static str,
        /// How long it has waited.
        after: Duration,
    },
}

/// A span in seconds, as far as it matters to a person.
pub(crate) fn seconds(span: Duration) -> f64 {
    span.as_millis() as f64 / 1000.0
}
