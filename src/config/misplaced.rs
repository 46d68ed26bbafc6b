//! Something wrong at a range of a text.

use std::ops::Range;

/// Something wrong at a range of the text.
pub(crate) struct Misplaced {
    pub(crate) at: Range<usize>,
    pub(crate) message: String,
}
