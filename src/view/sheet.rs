//! A page as text, for an overlay that is only read.

use ratatui::text::Line;

/// The text of a page.
pub(crate) struct Sheet {
    /// The title in its frame.
    pub(crate) title: String,
    /// The lines that are always visible.
    pub(crate) head: Vec<Line<'static>>,
    /// The lines that are scrolled below them.
    pub(crate) rows: Vec<Line<'static>>,
    /// Of each of these rows the entry that a click on it takes; those at the end may be left out.
    pub(crate) entries: Vec<Option<usize>>,
    /// The topics that can be looked up, with their rows.
    pub(crate) topics: Vec<(&'static str, usize)>,
}

impl Sheet {
    /// A page without a head.
    pub(crate) fn new(title: &str, rows: Vec<Line<'static>>) -> Self {
        Self {
            title: title.to_owned(),
            head: Vec::new(),
            rows,
            entries: Vec::new(),
            topics: Vec::new(),
        }
    }

    /// The row of a topic.
    pub(crate) fn topic(&self, wanted: &str) -> Option<usize> {
        let found = self.topics.iter().find(|(topic, _)| *topic == wanted);
        found.map(|(_, row)| *row)
    }
}
