//! A line of a page of a lesson.

use std::ops::Range;

use ratatui::layout::Rect;
use ratatui::text::Line;

use crate::layout::Hyperlink;

/// A line, and what belongs to it.
#[derive(Clone)]
pub(crate) struct LessonLine {
    /// The text.
    pub(crate) line: Line<'static>,
    /// The answer that a click on it commits, counted from 0.
    pub(crate) answer: Option<usize>,
    /// The links in it.
    pub(crate) links: Vec<LineLink>,
}

/// A part of a line that is a link.
#[derive(Clone)]
pub(crate) struct LineLink {
    /// Its columns.
    pub(crate) columns: Range<usize>,
    /// Its address.
    pub(crate) url: String,
}

impl LineLink {
    /// The link in the row in which its line is drawn.
    pub(crate) fn within(&self, row: Rect) -> Hyperlink {
        let column = |own: usize| u16::try_from(own).unwrap_or(u16::MAX);
        let area = Rect {
            x: row.x.saturating_add(column(self.columns.start)),
            width: column(self.columns.len()),
            ..row
        };
        Hyperlink {
            area: area.intersection(row),
            url: self.url.clone(),
        }
    }
}

impl From<Line<'static>> for LessonLine {
    fn from(line: Line<'static>) -> Self {
        Self {
            line,
            answer: None,
            links: Vec::new(),
        }
    }
}
