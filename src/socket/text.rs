//! Bytes as text that cannot do harm: everything but printable ASCII is escaped.
//!
//! Received data, paths and names are hostile: an escape sequence in them must never reach a terminal, and a
//! direction mark must never reorder a line. The escapes are those of the notation, so what is shown can be typed.

use std::fmt::{self, Write};

/// Shows bytes with the escapes of the notation: `\n \r \t \0 \xNN \" \\`.
#[derive(Debug, Clone, Copy)]
pub struct Escaped<'a>(pub &'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut rest = self.0.iter().copied().peekable();
        while let Some(byte) = rest.next() {
            match byte {
                b'\n' => f.write_str("\\n")?,
                b'\r' => f.write_str("\\r")?,
                b'\t' => f.write_str("\\t")?,
                b'"' => f.write_str("\\\"")?,
                b'\\' => f.write_str("\\\\")?,
                // A digit after it would read as an octal escape to a C programmer.
                0 if !rest.peek().is_some_and(u8::is_ascii_digit) => f.write_str("\\0")?,
                0x20..=0x7e => f.write_char(char::from(byte))?,
                _ => write!(f, "\\x{byte:02x}")?,
            }
        }
        Ok(())
    }
}

/// The same between double quotes.
#[derive(Debug, Clone, Copy)]
pub struct Quoted<'a>(pub &'a [u8]);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\"{}\"", Escaped(self.0))
    }
}

/// Why a quoted text could not be read, with the offset of the place in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadEscape {
    /// Byte offset in the text between the quotes.
    pub at: usize,
    /// How many bytes the offending escape has.
    pub len: usize,
    /// What is wrong, as a clause.
    pub message: String,
}

/// Reads the text between two quotes: the inverse of [`Escaped`].
///
/// # Errors
///
/// An unknown escape, or one that is cut off.
pub fn unescape(text: &str) -> Result<Vec<u8>, BadEscape> {
    let bytes = text.as_bytes();
    let mut out = Vec::with_capacity(bytes.len());
    let mut at = 0;
    while at < bytes.len() {
        if bytes[at] != b'\\' {
            out.push(bytes[at]);
            at += 1;
            continue;
        }
        let (byte, len) = escape(&bytes[at..]).ok_or_else(|| {
            let len = text[at + 1..]
                .chars()
                .next()
                .map_or(1, |c| 1 + c.len_utf8());
            BadEscape {
                at,
                len,
                message: format!("`{}` is not an escape", &text[at..at + len]),
            }
        })?;
        out.push(byte);
        at += len;
    }
    Ok(out)
}

/// The byte that an escape means and how long the escape is.
fn escape(bytes: &[u8]) -> Option<(u8, usize)> {
    let simple = match bytes.get(1)? {
        b'n' => b'\n',
        b'r' => b'\r',
        b't' => b'\t',
        b'0' => 0,
        b'"' => b'"',
        b'\\' => b'\\',
        b'x' => {
            let high = char::from(*bytes.get(2)?).to_digit(16)?;
            let low = char::from(*bytes.get(3)?).to_digit(16)?;
            return Some((u8::try_from(high * 16 + low).ok()?, 4));
        }
        _ => return None,
    };
    Some((simple, 2))
}

/// A text with every character that could move a cursor or reorder a line replaced by its escape.
///
/// For text that is not bytes of the notation: file names in messages, a reason that the system gave.
pub fn escaped(text: &str) -> String {
    text.chars()
        .map(|c| {
            if c.is_control() || is_format(c) {
                c.escape_default().to_string()
            } else {
                c.to_string()
            }
        })
        .collect()
}

/// The same for a text of several lines, which stay lines.
pub fn escaped_lines(text: &str) -> String {
    let lines = text.split('\n').map(escaped);
    lines.collect::<Vec<_>>().join("\n")
}

/// A document of somebody else's with visible escapes in place of what could move a cursor or reorder a line. Lines, tabs
/// and what joins characters to one, as in emoji, stay.
pub fn harmless(text: &str) -> String {
    let shown = |c: char| match c {
        '\n' | '\r' | '\t' => c.to_string(),
        _ if does_harm(c) => c.escape_default().to_string(),
        _ => c.to_string(),
    };
    text.chars().map(shown).collect()
}

/// Whether a terminal may obey a character instead of showing it: a control character, or one that reorders a line.
pub fn does_harm(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{2028}'..='\u{202e}'
            | '\u{2066}'..='\u{206f}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// JSON with escapes in place of the characters that it may have as they are and that a terminal may obey. They are in
/// strings only.
pub fn escaped_json(json: &str) -> String {
    let escape = |c: char| {
        let mut units = [0; 2];
        let units = c.encode_utf16(&mut units).iter();
        units.map(|unit| format!("\\u{unit:04x}")).collect()
    };
    let shown = |c: char| match does_harm(c) || is_format(c) {
        true => escape(c),
        false => c.to_string(),
    };
    json.chars().map(shown).collect()
}

/// Characters that are invisible and change how their neighbours are shown (direction marks, joiners, tags).
fn is_format(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{feff}' | '\u{ad}' | '\u{61c}' | '\u{e0000}'..='\u{e007f}')
}

#[cfg(test)]
mod tests {
    use crate::socket::text::*;

    #[test]
    fn escape_sequences_of_a_terminal_become_visible() {
        assert_eq!(Quoted(b"\x1b]0;x\x07\n").to_string(), r#""\x1b]0;x\x07\n""#);
        assert_eq!(escaped("a\u{1b}[2J\u{202e}b"), "a\\u{1b}[2J\\u{202e}b");
    }

    #[test]
    fn what_a_terminal_obeys_is_escaped_and_nothing_else() {
        let text = "a\u{1b}[2J\u{9b}2J\n\tb \u{202e}c\u{2066}\u{2028}\u{7f}";
        let shown = "a\\u{1b}[2J\\u{9b}2J\n\tb \\u{202e}c\\u{2066}\\u{2028}\\u{7f}";
        assert_eq!(harmless(text), shown);
        assert_eq!(harmless(shown), shown, "what is escaped stays as it is");
        let family = "\u{1f468}\u{200d}\u{1f469} \u{644}\u{200c}";
        assert_eq!(harmless(family), family);
        assert_eq!(escaped_lines("a\u{1b}\nb"), "a\\u{1b}\nb");
        let json = escaped_json("{\"a\": \"\u{9b}\u{202e}\u{e0001}\u{e9}\"}");
        assert_eq!(json, "{\"a\": \"\\u009b\\u202e\\udb40\\udc01\u{e9}\"}");
        let value: serde_json::Value = serde_json::from_str(&json).expect("it is JSON still");
        assert_eq!(value["a"], "\u{9b}\u{202e}\u{e0001}\u{e9}");
    }

    #[test]
    fn every_byte_survives_the_round_trip() {
        let all: Vec<u8> = (0..=255).chain([0, b'7', 0]).collect();
        assert_eq!(unescape(&Escaped(&all).to_string()).as_ref(), Ok(&all));
    }

    #[test]
    fn a_bad_escape_names_its_place() {
        let error = unescape("ab\\q").expect_err("\\q is not an escape");
        assert_eq!((error.at, error.len), (2, 2));
        assert!(unescape("\\x4").is_err(), "cut off");
        assert!(unescape("\\").is_err(), "cut off");
    }
}
