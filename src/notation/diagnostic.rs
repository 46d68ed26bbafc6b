//! What is wrong with a line, where, and what was probably meant.
//!
//! Rendered here and not by a diagnostics crate: the lines are one line long, may be megabytes wide and hostile, and
//! must be cut around the place before they are shown.

use std::fmt::Write;
use std::ops::Range;

use unicode_width::UnicodeWidthStr;

use crate::socket::text::escaped;

/// A line that is not in the notation.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct SyntaxError {
    /// Which bytes of the line.
    pub span: Range<usize>,
    /// What is wrong, beginning in lower case, without full stop.
    pub message: String,
    /// What to do about it, if that can be said.
    pub help: Option<String>,
}

/// How much of a long line is shown before and after the place.
const CONTEXT: usize = 60;

impl SyntaxError {
    /// An error without help.
    pub fn new(span: Range<usize>, message: impl Into<String>) -> Self {
        Self {
            span,
            message: message.into(),
            help: None,
        }
    }

    /// The same with a suggestion.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The column of its first character, counted from 1.
    pub fn column(&self, line: &str) -> usize {
        line.char_indices()
            .take_while(|(at, _)| *at < self.span.start)
            .count()
            + 1
    }

    /// The error with the line, a caret under the place, and the help.
    ///
    /// `origin` is the name of the script, `number` the line's number in it.
    pub fn render(&self, origin: &str, number: usize, line: &str) -> String {
        let column = self.column(line);
        let gutter = number.to_string().len();
        let (before, place, after) = self.excerpt(line);
        let mut out = String::new();
        // Writing to a String cannot fail.
        let _ = writeln!(out, "error: {}", escaped(&self.message));
        let _ = writeln!(
            out,
            "{:gutter$}--> {}:{number}:{column}",
            "",
            escaped(origin)
        );
        let _ = writeln!(out, "{:gutter$} |", "");
        let _ = writeln!(out, "{number} | {before}{place}{after}");
        let carets = "^".repeat(place.width().max(1));
        let _ = writeln!(
            out,
            "{:gutter$} | {:indent$}{carets}",
            "",
            "",
            indent = before.width()
        );
        if let Some(help) = &self.help {
            let _ = writeln!(out, "{:gutter$} = {}", "", escaped(help));
        }
        out
    }

    /// The neighbourhood of the place: what is before it, the place, what is after it.
    fn excerpt(&self, line: &str) -> (String, String, String) {
        let start = floor(line, self.span.start);
        let end = floor(line, self.span.end).max(start);
        let from = floor(line, start.saturating_sub(CONTEXT));
        let until = floor(line, end.min(start + CONTEXT));
        let to = floor(line, until + CONTEXT);
        let ellipsis = |cut: bool| if cut { "…" } else { "" };
        (
            format!("{}{}", ellipsis(from > 0), escaped(&line[from..start])),
            escaped(&line[start..until]),
            format!("{}{}", escaped(&line[until..to]), ellipsis(to < line.len())),
        )
    }
}

/// The last character boundary at or before `at`.
fn floor(line: &str, at: usize) -> usize {
    let mut at = at.min(line.len());
    while !line.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// The candidate that is most like `typed`, if one is like it at all.
pub fn nearest<'a>(typed: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_ascii_lowercase();
    candidates
        .into_iter()
        .map(|candidate| {
            let distance = strsim::damerau_levenshtein(&typed, &candidate.to_ascii_lowercase());
            (distance, candidate)
        })
        .filter(|(distance, candidate)| *distance <= 1 + candidate.len().min(typed.len()) / 4)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use crate::notation::diagnostic::*;

    #[test]
    fn the_caret_is_under_the_place() {
        let error = SyntaxError::new(0..5, "unknown call `lisen`").help("did you mean `listen`?");
        let shown = error.render("x.sock", 12, "lisen(l, 5)");
        assert_eq!(
            shown,
            "error: unknown call `lisen`\n  --> x.sock:12:1\n   |\n12 | lisen(l, 5)\n   | ^^^^^\n   = did you mean `listen`?\n"
        );
    }

    #[test]
    fn a_line_of_megabytes_is_cut_around_the_place() {
        let line = "x".repeat(10_000_000);
        let shown = SyntaxError::new(5_000_000..9_000_000, "too long").render("x", 1, &line);
        assert!(shown.len() < 1000, "{} bytes", shown.len());
        assert!(shown.contains("x:1:5000001"));
    }

    #[test]
    fn hostile_lines_are_shown_harmless() {
        let shown = SyntaxError::new(1..2, "what").render("a\u{1b}[0m", 1, "\u{1b}]0;t\u{7}é");
        assert!(!shown.contains('\u{1b}'));
        assert!(!shown.contains('\u{7}'));
    }

    #[test]
    fn only_likely_words_are_proposed() {
        assert_eq!(nearest("lisen", ["listen", "accept"]), Some("listen"));
        assert_eq!(nearest("conect", ["connect", "close"]), Some("connect"));
        assert_eq!(nearest("frobnicate", ["listen", "accept"]), None);
    }
}
