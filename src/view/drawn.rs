//! What was drawn where, of a pane or an overlay.

use crate::layout::{Clickable, Extent};

/// What was drawn where.
#[derive(Default)]
pub(crate) struct Drawn {
    /// How far it is scrolled, or which row of a list is chosen.
    pub(crate) extent: Extent,
    /// The rows that can be clicked.
    pub(crate) clickable: Vec<Clickable>,
}
