//! Which lines of a program a call of the session became.
//!
//! A program is written in parts that are put together in another order, so that the place of a line is known only at
//! the end. Until then two marks enclose the lines of a call: rows of their own that begin with a control character,
//! which no literal or comment of a program has. [`program`] takes them out again.

use std::fmt::Write;

use crate::event::CallId;
use crate::export::{Program, Span};

/// Begins a mark.
const MARK: char = '\u{1}';

/// The row after the lines of calls.
pub(crate) const END: &str = "\u{1}\n";

/// The row before the lines of these calls.
pub(crate) fn begin(calls: &[CallId]) -> String {
    let mut row = String::from(MARK);
    for call in calls {
        // Writing to a String cannot fail.
        let _ = write!(row, "{} ", call.0);
    }
    row.push('\n');
    row
}

/// The program of a text with marks, and what it cannot do.
pub(crate) fn program(marked: &str, gaps: Vec<String>) -> Program {
    let mut text = String::with_capacity(marked.len());
    let mut spans = Vec::new();
    let (mut line, mut first) = (0, 0);
    let mut calls: Vec<CallId> = Vec::new();
    for row in marked.split_inclusive('\n') {
        let Some(mark) = row.strip_prefix(MARK) else {
            text.push_str(row);
            line += 1;
            continue;
        };
        let ended = std::mem::take(&mut calls).into_iter();
        spans.extend(ended.map(|call| Span {
            call,
            lines: first..line,
        }));
        let numbers = mark.split_whitespace().flat_map(str::parse);
        calls = numbers.map(CallId).collect();
        first = line;
    }
    Program { text, gaps, spans }
}

#[cfg(test)]
mod tests {
    use crate::export::source_map::*;

    #[test]
    fn the_marks_are_taken_out_and_say_which_lines_are_whose() {
        let marked = [
            "head\n\n",
            &begin(&[CallId(7)]),
            "one\ntwo\n",
            END,
            "between\n",
            &begin(&[CallId(8), CallId(9)]),
            "three\n",
            END,
            "end\n",
        ];
        let program = program(&marked.concat(), Vec::new());
        assert_eq!(program.text, "head\n\none\ntwo\nbetween\nthree\nend\n");
        let of = |call| {
            let lines = program.lines_of(CallId(call));
            lines
                .map(|lines| (lines.start, lines.end))
                .collect::<Vec<_>>()
        };
        assert_eq!([of(7), of(8), of(9)], [[(2, 4)], [(5, 6)], [(5, 6)]]);
        assert!(of(1).is_empty());
    }
}
