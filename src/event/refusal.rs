//! Why sockplay itself refused to make a call. It is never an errno, since the kernel was not asked.

use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::argument::Name;
use crate::call::data::NoMemory;
use crate::call::table::CallKind;
use crate::event::PathFile;
use crate::socket::recorded;
use crate::socket::{Address, Errno};

/// Why a call was not made. It is displayed as a sentence for the user.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
pub enum Refusal {
    /// The number is one of the program's own descriptors.
    #[error(
        "descriptor {fd} belongs to sockplay itself ({file}): the call was not made. Use a socket's name, or a number that is not open"
    )]
    OwnDescriptor {
        /// The number.
        fd: i32,
        /// What the program uses it for.
        #[serde(deserialize_with = "recorded::text")]
        file: recorded::OwnText,
    },
    /// A name was given in place of a number, and no descriptor of this session has that name.
    #[error("{0} refers to no descriptor, so the call was not made")]
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
    /// With such an argument the kernel would access memory that is not valid.
    #[error("{0}")]
    UnsafeArgument(String),
    /// The line does not describe a valid address or path.
    #[error("{0}")]
    NoSuchArgument(String),
    /// pending() on a descriptor that is not listening.
    #[error("{0} does not listen, so it has no queue of connections to be counted")]
    NotListening(String),
    /// unread() on a descriptor for which the kernel has no such number.
    #[error(
        "the kernel does not say how many bytes wait on {name} (ioctl() with FIONREAD gives {errno}): {why}"
    )]
    NoUnreadCount {
        /// The descriptor, as it was written.
        name: String,
        /// What ioctl(2) returned.
        errno: Errno,
        /// Why.
        #[serde(deserialize_with = "recorded::text")]
        why: recorded::OwnText,
    },
    /// unlink() and chmod() are only for the files of sockets.
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
        /// What is there.
        file: PathFile,
    },
    /// The line comes from a lesson or the like, and is not allowed to reach that.
    #[error("{0}")]
    Confined(String),
    /// The buffers of the call cannot be allocated.
    #[error(transparent)]
    NoMemory(#[from] NoMemory),
    /// No thread could be started for the call.
    #[error("no thread could be started for it ({0}): close sockets, or raise `ulimit -u`")]
    NoThread(String),
    /// While making the call it turned out that it cannot be made, or cannot be completed.
    #[error("{0}")]
    WhileMaking(String),
    /// So many children are there that no more are made.
    #[error(
        "{0} children of this session were not waited for, and it has no more at a time: kill(p, SIGKILL) and waitpid(p) end one"
    )]
    TooManyChildren(usize),
    /// A number that is not that of a child, or no longer.
    #[error("process {pid} is not for this call: {why}")]
    NotAChild {
        /// The number.
        pid: i32,
        /// Why.
        #[serde(deserialize_with = "recorded::text")]
        why: recorded::OwnText,
    },
    /// The child has ended.
    #[error("{0} has ended, so it makes no call")]
    ChildEnded(String),
    /// The child is inside a call.
    #[error(
        "{0} is inside a call, and a child has one thread (fork(2)): wait() or cancel() for that call, or fork() another child"
    )]
    ChildIsBusy(String),
    /// The session has ended.
    #[error("the session has ended, so the call was not made")]
    SessionEnded,
    /// A `sleep`, `wait` or `cancel` line was dropped before it ended.
    #[error("it was dropped")]
    Dropped,
    /// No call of a traced program was held in time.
    #[error("no call on {on} was held within {} s: --break says which calls are held", seconds(*after))]
    NothingHeld {
        /// The descriptor or the name of the call, as it is written.
        on: String,
        /// How long was waited for it.
        after: Duration,
    },
    /// A held call cannot have the fault.
    #[error("{0}")]
    Impossible(String),
    /// What a line waited for did not end in time.
    #[error("{what} was expected to end, and is still pending after {} s", seconds(*after))]
    StillPending {
        /// What it waits for.
        #[serde(deserialize_with = "recorded::text")]
        what: recorded::OwnText,
        /// How long it has waited.
        after: Duration,
    },
}

/// A duration in seconds, rounded as a person needs it.
pub(crate) fn seconds(span: Duration) -> f64 {
    span.as_millis() as f64 / 1000.0
}
