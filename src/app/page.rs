//! The texts that are only read, which an overlay shows and a key opens.

/// A text that is only read: keys scroll it, and any other closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The help.
    Help,
    /// The I/O models side by side.
    Models,
    /// The conversation of the selected socket.
    Ladder,
    /// The address of the selected call, byte by byte.
    Address,
    /// The queues of the selected socket.
    Queues,
    /// The shell commands that show the same as the selected call.
    Commands,
}

impl Page {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Help,
        Self::Models,
        Self::Ladder,
        Self::Address,
        Self::Queues,
        Self::Commands,
    ];

    /// Whether the newest rows come last and are followed: then it is scrolled from its end.
    pub fn follows_end(self) -> bool {
        self == Self::Ladder
    }
}
