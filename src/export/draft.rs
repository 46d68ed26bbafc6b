//! The source of a program while it is written, whatever the language.

use std::fmt::Write;

use crate::export::plan::Plan;

/// A program that is being written.
pub(crate) struct Draft<'a> {
    /// What it is to do.
    pub(crate) plan: &'a Plan<'a>,
    /// What it cannot do.
    pub(crate) gaps: Vec<String>,
    /// How deep the lines that are written now are indented.
    pub(crate) depth: usize,
    /// What is written of it.
    pub(crate) text: String,
    /// Makes a comment of a text.
    as_comment: fn(&str) -> String,
}

impl<'a> Draft<'a> {
    pub(crate) fn of(plan: &'a Plan<'a>, as_comment: fn(&str) -> String) -> Self {
        Self {
            plan,
            gaps: Vec::new(),
            depth: 0,
            text: String::new(),
            as_comment,
        }
    }

    /// Writes one line.
    pub(crate) fn line(&mut self, line: &str) {
        if line.is_empty() {
            self.text.push('\n');
            return;
        }
        let width = 4 * self.depth;
        // Writing to a String cannot fail.
        let _ = writeln!(self.text, "{:width$}{line}", "");
    }

    /// Writes a comment.
    pub(crate) fn comment(&mut self, text: &str) {
        self.line(&(self.as_comment)(text));
    }

    /// Takes what was written.
    pub(crate) fn taken(&mut self) -> String {
        std::mem::take(&mut self.text)
    }
}
