//! A page as text: what an overlay shows that is only read.

use ratatui::text::Line;

/// The text of a page.
pub(crate) struct Sheet {
    /// What stands in its frame.
    pub(crate) title: String,
    /// What is always seen.
    pub(crate) head: Vec<Line<'static>>,
    /// What is scrolled below it.
    pub(crate) rows: Vec<Line<'static>>,
}

impl Sheet {
    /// A page without a head.
    pub(crate) fn new(title: &str, rows: Vec<Line<'static>>) -> Self {
        Self {
            title: title.to_owned(),
            head: Vec::new(),
            rows,
        }
    }
}
