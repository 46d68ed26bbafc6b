//! A line of the lesson's page.

use ratatui::text::Line;

/// A line, and the answer that it is.
#[derive(Clone)]
pub(crate) struct LessonLine {
    /// What is drawn.
    pub(crate) line: Line<'static>,
    /// The answer that a click on it commits, counted from 0.
    pub(crate) answer: Option<usize>,
}

impl From<Line<'static>> for LessonLine {
    fn from(line: Line<'static>) -> Self {
        Self { line, answer: None }
    }
}
