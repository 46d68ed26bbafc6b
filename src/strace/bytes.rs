//! Bytes as strace writes them: C text with octal escapes, the first 32 of them.

use crate::call::data::Data;
use crate::call::data::pattern;

/// How many bytes of data are written; what is longer ends in `...`.
pub(crate) const SHOWN: usize = 32;

/// What is written for a pointer that leads somewhere. Its number differs from run to run and says nothing.
pub(crate) const POINTER: &str = "0x…";

/// Bytes between quotes, all of them.
pub(crate) fn quoted(bytes: &[u8]) -> String {
    let mut text = String::from("\"");
    for (index, byte) in bytes.iter().enumerate() {
        match byte {
            b'"' | b'\\' => text.extend(['\\', char::from(*byte)]),
            b'\n' => text.push_str("\\n"),
            b'\r' => text.push_str("\\r"),
            b'\t' => text.push_str("\\t"),
            0x0b => text.push_str("\\v"),
            0x0c => text.push_str("\\f"),
            b' '..=b'~' => text.push(char::from(*byte)),
            // A digit after a short escape would read as part of it.
            _ if bytes
                .get(index + 1)
                .is_some_and(|next| (b'0'..=b'7').contains(next)) =>
            {
                text.push_str(&format!("\\{byte:03o}"));
            }
            _ => text.push_str(&format!("\\{byte:o}")),
        }
    }
    text.push('"');
    text
}

/// Bytes between quotes, each in hex: how a part of a number is written.
pub(crate) fn quoted_hex(bytes: &[u8]) -> String {
    let digits: String = bytes.iter().map(|byte| format!("\\x{byte:02x}")).collect();
    format!("\"{digits}\"")
}

/// Data of which `length` bytes are meant and `bytes` are at hand; the memory behind those is taken for empty.
pub(crate) fn data(bytes: &[u8], length: usize) -> String {
    let mut shown: Vec<u8> = bytes.iter().copied().take(length.min(SHOWN)).collect();
    shown.resize(length.min(SHOWN), 0);
    let more = if length > SHOWN { "..." } else { "" };
    quoted(&shown) + more
}

/// The data argument of a sending call.
pub(crate) fn sent(data: &Data) -> String {
    let head: Vec<u8> = match data {
        Data::Text(bytes) | Data::Hex(bytes) => bytes.iter().copied().take(SHOWN).collect(),
        Data::U64(bytes) => bytes.to_vec(),
        Data::Repeat(bytes, times) => {
            let all = std::iter::repeat_n(bytes, *times).flatten();
            all.copied().take(SHOWN).collect()
        }
        Data::Pattern(length) => pattern().take(*length).take(SHOWN).collect(),
        Data::Null(_) => return "NULL".to_owned(),
        Data::Head(bytes, _) => bytes.iter().copied().take(SHOWN).collect(),
    };
    crate::strace::bytes::data(&head, data.len())
}

/// An array: its first 32 elements.
pub(crate) fn list(mut items: Vec<String>) -> String {
    if items.len() > SHOWN {
        items.truncate(SHOWN);
        items.push("...".to_owned());
    }
    format!("[{}]", items.join(", "))
}

#[cfg(test)]
mod tests {
    use crate::strace::bytes::*;

    #[test]
    fn escapes_are_octal_and_as_short_as_can_be() {
        let bytes = b"\x001\0a\x008\x079\xff\x1b\n\t\r\x0b\x0c\"\\x";
        assert_eq!(quoted(bytes), r#""\0001\0a\08\79\377\33\n\t\r\v\f\"\\x""#);
        assert_eq!(quoted_hex(&[5, 0]), r#""\x05\x00""#);
    }

    #[test]
    fn long_data_is_cut_after_32_bytes() {
        let alphabet = "abcdefghijklmnopqrstuvwxyzabcdef";
        assert_eq!(sent(&Data::Pattern(32)), format!("\"{alphabet}\""));
        assert_eq!(sent(&Data::Pattern(33)), format!("\"{alphabet}\"..."));
        assert_eq!(sent(&Data::Repeat(b"xy".to_vec(), 2)), "\"xyxy\"");
        assert_eq!(sent(&Data::Text(Vec::new())), "\"\"");
        assert_eq!(sent(&Data::Null(10)), "NULL");
        // The 33rd byte is not considered, so the escape before it stays short.
        let cut = [vec![b'x'; 31], vec![0, b'1']].concat();
        assert_eq!(data(&cut, 33), format!("\"{}\\0\"...", "x".repeat(31)));
        assert_eq!(
            data(b"a", 3),
            r#""a\0\0""#,
            "what TCP throws away with MSG_TRUNC"
        );
    }
}
