//! The words of a condition in capital letters: states, errors and constants, each of which must be one that there is.

use std::ops::Range;

use crate::glossary::{SUBJECTS, Subject};
use crate::notation::diagnostic::nearest;
use crate::socket::Errno;
use crate::socket::signal::signal;

/// The highest number of a signal.
const SIGNALS: i32 = 64;
/// States of sockets that are not those of TCP, and words of the notation.
const OTHERS: [&str; 5] = ["CONNECTED", "UNCONNECTED", "GONE", "UNKNOWN", "NULL"];

/// The first word that means nothing, with its place and the word that is most like it.
pub(crate) fn unknown(code: &str) -> Option<(Range<usize>, Option<&'static str>)> {
    let known = || {
        let subjects = SUBJECTS.iter().map(Subject::name);
        subjects.chain(OTHERS)
    };
    capitals(code).into_iter().find_map(|place| {
        let word = &code[place.clone()];
        let is_known = known().any(|name| name == word)
            || Errno::from_name(word).is_some()
            || (1..=SIGNALS).any(|number| signal(number) == word);
        (!is_known).then(|| (place, nearest(word, known())))
    })
}

/// The words in capital letters outside of texts, longer than one letter.
fn capitals(code: &str) -> Vec<Range<usize>> {
    let is_of_word = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    let bytes = code.as_bytes();
    let (mut words, mut at, mut in_text) = (Vec::new(), 0, false);
    while at < bytes.len() {
        match bytes[at] {
            b'\\' if in_text => at += 1,
            b'"' => in_text = !in_text,
            byte if is_of_word(byte) && !in_text => {
                let rest = bytes[at..].iter();
                let length = rest.take_while(|byte| is_of_word(**byte)).count();
                let word = &code[at..at + length];
                let is_capital =
                    word.len() > 1 && !word.bytes().any(|byte| byte.is_ascii_lowercase());
                if is_capital && word.starts_with(|first: char| first.is_ascii_uppercase()) {
                    words.push(at..at + length);
                }
                at += length;
                continue;
            }
            _ => {}
        }
        at += 1;
    }
    words
}

#[cfg(test)]
mod tests {
    use crate::lesson::goal::words::*;

    #[test]
    fn a_word_that_means_nothing_is_found() {
        for right in [
            "state(x) -> ESTABLISHED",
            "send(x, \"HELLO\") -> 5",
            "recv(x, *) -> EPIPE+SIGPIPE",
            "setsockopt(x, SO_REUSEADDR, 1) or shutdown(x, SHUT_WR)",
        ] {
            assert_eq!(unknown(right), None, "{right}");
        }
        let found = unknown("state(x) -> ESTABLISHD");
        assert_eq!(found, Some((12..22, Some("ESTABLISHED"))));
    }
}
