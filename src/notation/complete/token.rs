//! The part of the line that a candidate replaces: from where it begins to where it ends behind the cursor.

use std::ops::Range;

use crate::notation::parse::args::bits;
use crate::notation::parse::lexer::{Lexeme, check_closed, open_places};

/// The part of the line that is completed: an argument, or one bit of a mask.
pub(crate) struct Token<'a> {
    /// Its bytes in the line.
    pub(crate) range: Range<usize>,
    /// The other bits of the mask.
    pub(crate) others: Vec<&'a str>,
}

impl<'a> Token<'a> {
    /// Whether nothing of it is behind the cursor.
    pub(crate) fn ends_at(&self, cursor: usize) -> bool {
        self.range.end == cursor
    }

    /// The token at `cursor`, in an argument of which `typed` is before it.
    pub(crate) fn at(line: &'a str, cursor: usize, typed: Lexeme<'_>, is_mask: bool) -> Self {
        let end = end_of(line, typed.at, cursor, |_| false);
        if !is_mask {
            return Self {
                range: typed.at..end,
                others: Vec::new(),
            };
        }
        let start = bits(typed).last().map_or(cursor, |bit| match bit.text {
            "" => cursor,
            _ => bit.at,
        });
        let whole = Lexeme {
            text: &line[typed.at..end],
            at: typed.at,
        };
        let others = bits(whole)
            .filter(|bit| !(bit.at..=bit.end()).contains(&cursor))
            .map(|bit| bit.text)
            .collect();
        Self {
            range: start..end_of(line, start, cursor, |byte| byte == b'|'),
            others,
        }
    }
}

/// Where the token that begins at `from` ends, at the cursor or behind it.
///
/// Where a quote or bracket before the cursor is never closed, what follows cannot be distinguished from it and is left
/// alone.
pub(crate) fn end_of(line: &str, from: usize, cursor: usize, also: impl Fn(u8) -> bool) -> usize {
    let text = &line[from..];
    let separates = |byte: u8| {
        byte.is_ascii_whitespace() || matches!(byte, b',' | b')' | b']' | b'}' | b'#') || also(byte)
    };
    let end = open_places(text)
        .map(|(at, byte)| (from + at, byte))
        .find(|(at, byte)| *at >= cursor && separates(*byte));
    match end {
        Some((at, _)) => at,
        None if check_closed(Lexeme { text, at: from }).is_ok() => line.len(),
        None => cursor,
    }
}
