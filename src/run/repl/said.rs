//! What a person can say, and what the reader of lines shares with the session.

use std::sync::{Arc, Mutex};

use crate::notation::complete::KnownNames;

/// What is shown where a line is to be typed.
pub(crate) const PROMPT: &str = "> ";

/// What a person said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Said {
    /// A line.
    Line(String),
    /// Ctrl-C.
    Interrupt,
    /// Nothing more comes.
    End,
}

/// The names that completion offers, shared with the line editor.
pub(crate) type SharedNames = Arc<Mutex<KnownNames>>;
