//! A line of a page of a lesson.

use ratatui::text::Line;

/// A line, and the answer that it belongs to.
#[derive(Clone)]
pub(crate) struct LessonLine {
    /// The text.
    pub(crate) line: Line<'static>,
    /// The answer that a click on it commits, counted from 0.
    pub(crate) answer: Option<usize>,
}

impl From<Line<'static>> for LessonLine {
    fn from(line: Line<'static>) -> Self {
        Self { line, answer: None }
    }
}
