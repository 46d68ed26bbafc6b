//! A line whose turn has not come.

use crate::call::Line;
use crate::event::Reach;
use crate::script::judge::Pace;

/// The line, with what its giver said of it.
#[derive(Debug)]
pub(crate) struct QueuedLine {
    pub(crate) number: usize,
    pub(crate) line: Line,
    pub(crate) reach: Reach,
    pub(crate) pace: Pace,
}
