//! Where an event comes from.

/// Whose events they are. Above the engine, no descriptor number means anything without it: two processes use the same
/// numbers for different sockets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Source {
    /// The session itself: calls that this process makes.
    #[default]
    Session,
    /// Another process, which is traced.
    Traced {
        /// The process.
        pid: i32,
        /// The thread that made the call.
        tid: i32,
    },
    /// A recording of an earlier session or trace.
    Recording {
        /// Which recording, in the order in which they were opened.
        number: u16,
        /// The process in it.
        pid: i32,
    },
}

impl Source {
    /// The same for all threads of a process.
    #[must_use]
    pub fn process(self) -> Self {
        match self {
            Self::Traced { pid, .. } => Self::Traced { pid, tid: pid },
            Self::Session | Self::Recording { .. } => self,
        }
    }
}

// It stands in every event and every record.
const _: () = assert!(size_of::<Source>() == 12);
