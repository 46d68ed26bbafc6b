//! Bytes and lines of a session as text of a programming language. They come from outside: whatever is in them, they stay
//! a literal or a comment.

use std::fmt::Write;
use std::time::Duration;

/// A line as the text of a comment: one line of characters that are shown as they are, in their order.
pub(crate) fn comment(line: &str) -> String {
    let shown = |c: char| match c {
        ' '..='~' => c.to_string(),
        _ if c.is_alphanumeric() => c.to_string(),
        _ => c.escape_default().to_string(),
    };
    line.chars().map(shown).collect()
}

/// The same between `/*` and `*/`, neither of which can be in it.
pub(crate) fn c_comment(line: &str) -> String {
    let mut text = comment(line);
    // `*/*` has both, and `/*/` twice one character.
    while text.contains("*/") || text.contains("/*") {
        text = text.replace("*/", "* /").replace("/*", "/ *");
    }
    format!("/* {text} */")
}

/// Bytes as a string literal of C. Its length is not part of it: bytes may be NUL.
pub(crate) fn c_string(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    let mut before = 0;
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            // Two of them could begin a trigraph.
            b'?' if before == b'?' => text.push_str("\\?"),
            b' '..=b'~' => text.push(char::from(*byte)),
            // Three octal digits: a digit after them is no part of the escape.
            byte => push(&mut text, format_args!("\\{byte:03o}")),
        }
        before = *byte;
    }
    text.push('"');
    text
}

/// Bytes as a byte string literal, which is the same in Rust and in Python.
pub(crate) fn byte_string(bytes: &[u8]) -> String {
    let mut text = String::from("b\"");
    for byte in bytes {
        match byte {
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            b'"' => text.push_str("\\\""),
            b'\\' => text.push_str("\\\\"),
            b' '..=b'~' => text.push(char::from(*byte)),
            byte => push(&mut text, format_args!("\\x{byte:02x}")),
        }
    }
    text.push('"');
    text
}

/// Bytes before the first NUL as a pointer to a string literal of C in Rust.
pub(crate) fn rust_c_string(bytes: &[u8]) -> String {
    let end = bytes.iter().position(|byte| *byte == 0);
    let text = byte_string(&bytes[..end.unwrap_or(bytes.len())]);
    format!("c{}.as_ptr()", text.trim_start_matches('b'))
}

/// A span of time as an expression of Rust.
pub(crate) fn rust_duration(span: Duration) -> String {
    match span.subsec_micros() {
        0 => format!("Duration::from_secs({})", span.as_secs()),
        micros if micros % 1000 == 0 => format!("Duration::from_millis({})", span.as_millis()),
        _ => format!("Duration::from_micros({})", span.as_micros()),
    }
}

/// Bytes as the elements of an array: `1, 2, 0xff` has one form in all languages.
pub(crate) fn elements(bytes: &[u8]) -> String {
    let each = bytes.iter().map(|byte| format!("{byte:#04x}"));
    each.collect::<Vec<_>>().join(", ")
}

fn push(text: &mut String, what: std::fmt::Arguments<'_>) {
    // Writing to a String cannot fail.
    let _ = text.write_fmt(what);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use crate::export::text::*;

    const HOSTILE: [&[u8]; 9] = [
        b"</script>",
        b"*/ system(\"id\"); /*",
        b"*/*/*",
        b"'; rm -rf ~; '",
        b"\x1b[31m\x1b]0;title\x07",
        b"??/\n??'??)",
        b"\"\\\"\\\\ %s %n {}",
        b"a\0b\x001",
        b"\xff\xfe\xe2\x80\xae",
    ];

    /// The bytes that a C compiler makes of a literal.
    fn read_c(literal: &str) -> Vec<u8> {
        let inner = literal
            .strip_prefix('"')
            .and_then(|text| text.strip_suffix('"'));
        let mut rest = inner.expect("quotes").bytes().peekable();
        let mut bytes = Vec::new();
        while let Some(byte) = rest.next() {
            assert_ne!(byte, b'"', "it ends where it is to end");
            if byte != b'\\' {
                bytes.push(byte);
                continue;
            }
            match rest.next().expect("an escape") {
                b'n' => bytes.push(b'\n'),
                b'r' => bytes.push(b'\r'),
                b't' => bytes.push(b'\t'),
                digit @ b'0'..=b'7' => {
                    let mut number = u32::from(digit - b'0');
                    for _ in 0..2 {
                        let next = rest.next_if(|next| (b'0'..=b'7').contains(next));
                        number = number * 8 + u32::from(next.expect("three digits") - b'0');
                    }
                    bytes.push(u8::try_from(number).expect("a byte"));
                }
                same => bytes.push(same),
            }
        }
        bytes
    }

    /// The bytes that Rust and Python make of a byte string.
    fn read_bytes(literal: &str) -> Vec<u8> {
        let inner = literal
            .strip_prefix("b\"")
            .and_then(|text| text.strip_suffix('"'));
        let mut rest = inner.expect("quotes").bytes();
        let mut bytes = Vec::new();
        while let Some(byte) = rest.next() {
            assert_ne!(byte, b'"', "it ends where it is to end");
            if byte != b'\\' {
                bytes.push(byte);
                continue;
            }
            match rest.next().expect("an escape") {
                b'n' => bytes.push(b'\n'),
                b'r' => bytes.push(b'\r'),
                b't' => bytes.push(b'\t'),
                b'x' => {
                    let digits = [rest.next().expect("one"), rest.next().expect("two")];
                    let digits = std::str::from_utf8(&digits).expect("ASCII");
                    bytes.push(u8::from_str_radix(digits, 16).expect("a number"));
                }
                same => bytes.push(same),
            }
        }
        bytes
    }

    fn holds(bytes: &[u8]) {
        for literal in [c_string(bytes), byte_string(bytes)] {
            assert!(literal.chars().all(|c| matches!(c, ' '..='~')), "{literal}");
        }
        assert!(!c_string(bytes).contains("??"), "no trigraph");
        assert_eq!(read_c(&c_string(bytes)), bytes);
        assert_eq!(read_bytes(&byte_string(bytes)), bytes);
        let line = String::from_utf8_lossy(bytes);
        let comment = comment(&line);
        assert!(!comment.contains(char::is_control), "{comment}");
        assert!(
            !comment.contains(['\u{202e}', '\u{2066}', '\u{feff}']),
            "{comment}"
        );
        let c = c_comment(&line);
        let inner = c
            .strip_prefix("/* ")
            .and_then(|text| text.strip_suffix(" */"));
        let inner = inner.expect("a comment");
        assert!(!inner.contains("*/") && !inner.contains("/*"), "{c}");
        assert!(!c.contains('\n'));
    }

    #[test]
    fn hostile_bytes_stay_a_literal_and_hostile_lines_a_comment() {
        for bytes in HOSTILE {
            holds(bytes);
        }
    }

    proptest! {
        #[test]
        fn all_bytes_stay_a_literal_and_all_lines_a_comment(bytes in proptest::collection::vec(any::<u8>(), 0..64)) {
            holds(&bytes);
        }

        #[test]
        fn what_ends_comments_and_literals_ends_none(pieces in proptest::collection::vec(0..HOSTILE.len(), 0..6)) {
            let all: Vec<u8> = pieces.iter().flat_map(|piece| HOSTILE[*piece]).copied().collect();
            holds(&all);
        }
    }
}
