//! Where a pane or an overlay has drawn what.

use crate::layout::{Clickable, Extent};

/// Where a pane or an overlay has drawn what.
#[derive(Default)]
pub(crate) struct Drawn {
    /// How far it is scrolled, or which row of a list is chosen.
    pub(crate) extent: Extent,
    /// The rows that can be clicked.
    pub(crate) clickable: Vec<Clickable>,
}
