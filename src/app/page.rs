//! The texts that are only read, which an overlay shows and a key opens.

use crate::layout::Pane;

/// A text that is only read: keys scroll it, and any other closes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    /// The help.
    Help,
    /// The help for a place: its words and keys first, then the rest.
    HelpFor(Place),
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
    pub const ALL: [Self; 7] = [
        Self::Help,
        Self::HelpFor(Place::Pane(Pane::Log)),
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

/// A place on the screen that has help of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The focused pane.
    Pane(Pane),
    /// The start screen.
    Start,
    /// The page of the I/O models.
    Models,
    /// The page of the conversation.
    Ladder,
    /// The page of the address.
    Address,
    /// The page of the queues.
    Queues,
    /// The page of the shell commands.
    Commands,
    /// The map of the course.
    Course,
    /// The prompt.
    Prompt,
    /// The form of a call.
    Form,
    /// The palette.
    Palette,
    /// The explanation of a word.
    Explanation,
    /// A question that must be answered.
    Question,
}

impl Page {
    /// The place that the help for a page is about; `None` for help.
    pub fn place(self) -> Option<Place> {
        match self {
            Self::Help | Self::HelpFor(_) => None,
            Self::Models => Some(Place::Models),
            Self::Ladder => Some(Place::Ladder),
            Self::Address => Some(Place::Address),
            Self::Queues => Some(Place::Queues),
            Self::Commands => Some(Place::Commands),
        }
    }
}
