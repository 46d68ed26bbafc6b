//! Where an event comes from.

use serde::{Deserialize, Serialize};

/// Whose event it is. Above the engine a descriptor number means nothing without this: two processes use the same
/// numbers for different sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub enum Source {
    /// The session: calls made by this process.
    #[default]
    Session,
    /// A child of this process that makes the calls which it is sent, fork(2).
    Child {
        /// The child.
        pid: i32,
    },
    /// Another process that is traced.
    Traced {
        /// The process.
        pid: i32,
        /// The thread that made the call.
        tid: i32,
    },
    /// A recording of an earlier session or trace.
    Recording {
        /// The number of the recording, in the order in which they were opened.
        number: u16,
        /// The process in it.
        pid: i32,
    },
}

impl Source {
    /// This source without the thread: equal for all threads of a process.
    #[must_use]
    pub fn process(self) -> Self {
        match self {
            Self::Traced { pid, .. } => Self::Traced { pid, tid: pid },
            Self::Session | Self::Child { .. } | Self::Recording { .. } => self,
        }
    }
}

// It is part of every event and every record.
const _: () = assert!(size_of::<Source>() == 12);
