//! The lines of a lesson's file with their numbers, so that whatever is wrong is said with its place.

use std::ops::Range;

use crate::notation::SyntaxError;
use crate::script::ScriptError;

/// A line of the file.
#[derive(Debug, Clone, Copy)]
pub(crate) struct SourceLine<'a> {
    /// Its number, from 1.
    pub(crate) number: usize,
    /// Its text.
    pub(crate) text: &'a str,
}

impl SourceLine<'_> {
    /// An error in it.
    pub(crate) fn wrong(&self, error: SyntaxError) -> ScriptError {
        ScriptError {
            number: self.number,
            text: self.text.to_owned(),
            error,
        }
    }

    /// An error that concerns all of it.
    pub(crate) fn fault(&self, message: impl Into<String>) -> ScriptError {
        self.wrong(SyntaxError::new(self.whole(), message))
    }

    /// The same with a suggestion.
    pub(crate) fn fault_with(
        &self,
        message: impl Into<String>,
        help: impl Into<String>,
    ) -> ScriptError {
        self.wrong(SyntaxError::new(self.whole(), message).help(help))
    }

    fn whole(&self) -> Range<usize> {
        let lead = self.text.len() - self.text.trim_start().len();
        lead..self.text.trim_end().len().max(lead)
    }
}

/// A file cut into lines.
#[derive(Debug)]
pub(crate) struct Source<'a> {
    text: &'a str,
    rows: Vec<SourceLine<'a>>,
    /// Where each line begins.
    starts: Vec<usize>,
}

impl<'a> Source<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        let mut rows = Vec::new();
        let mut starts = Vec::new();
        let mut at = 0;
        for (index, line) in text.split_inclusive('\n').enumerate() {
            starts.push(at);
            at += line.len();
            rows.push(SourceLine {
                number: index + 1,
                text: line.trim_end_matches(['\n', '\r']),
            });
        }
        if rows.is_empty() {
            starts.push(0);
            rows.push(SourceLine {
                number: 1,
                text: "",
            });
        }
        Self { text, rows, starts }
    }

    /// All of it.
    pub(crate) fn text(&self) -> &'a str {
        self.text
    }

    /// Where the line after one begins.
    pub(crate) fn start_after(&self, number: usize) -> usize {
        self.starts.get(number).copied().unwrap_or(self.text.len())
    }

    /// All lines.
    pub(crate) fn rows(&self) -> &[SourceLine<'a>] {
        &self.rows
    }

    /// The line that contains a byte of the file.
    pub(crate) fn row_at(&self, byte: usize) -> SourceLine<'a> {
        let after = self.starts.partition_point(|start| *start <= byte);
        self.rows[after.saturating_sub(1).min(self.rows.len() - 1)]
    }

    /// The lines of a range of bytes.
    pub(crate) fn rows_in(&self, range: &Range<usize>) -> &[SourceLine<'a>] {
        let from = self.starts.partition_point(|start| *start < range.start);
        let to = self.starts.partition_point(|start| *start < range.end);
        &self.rows[from.min(to)..to]
    }
}
