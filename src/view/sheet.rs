//! A page as text, for an overlay that is only read.

use ratatui::text::Line;

use crate::app::filter::Filter;

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

    /// Only the entries that a filter shows, with how many they are in the title. A row that begins with blanks belongs to
    /// the entry before.
    pub(crate) fn filtered(self, filter: &Filter) -> Self {
        if !filter.is_on() {
            return self;
        }
        let mut entries: Vec<Vec<Line<'static>>> = Vec::new();
        for row in self.rows {
            let goes_on = row.to_string().starts_with("  ");
            match entries.last_mut().filter(|_| goes_on) {
                Some(entry) => entry.push(row),
                None => entries.push(vec![row]),
            }
        }
        entries.retain(|entry| entry.iter().any(|row| row.width() > 0));
        let all = entries.len();
        entries.retain(|entry| {
            let rows: Vec<String> = entry.iter().map(ToString::to_string).collect();
            filter.fits(&rows.join(" "))
        });
        let title = format!("{}· {} ", self.title, filter.title(entries.len(), all));
        Self {
            title,
            rows: entries.into_iter().flatten().collect(),
            entries: Vec::new(),
            topics: Vec::new(),
            head: self.head,
        }
    }
}
