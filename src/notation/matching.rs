//! Comparing a result with an expectation, word by word.
//!
//! `*` is anything, also inside a word (`127.0.0.1:*`); `A or B` either; `>0` a larger number; `...` at the end:
//! the rest does not matter. Data is compared as bytes and addresses as addresses, however they are written.

use crate::call::argument::{AddressExpr, Name};
use crate::call::expectation::Expectation;
use crate::call::outcome::Word;
use crate::notation::parse::{parse_address, parse_data, parse_line};
use crate::socket::Address;

/// Gives the last known local address of a socket.
pub type Lookup<'a> = &'a dyn Fn(&Name) -> Option<Address>;

impl Expectation {
    /// Whether a result is as expected.
    pub fn holds(&self, result: &[Word], lookup: Lookup<'_>) -> bool {
        let mut expected = self.alternatives();
        let open_end = expected.last().is_some_and(|last| last == &["..."]);
        if open_end {
            expected.pop();
        }
        let enough = if open_end {
            result.len() >= expected.len()
        } else {
            result.len() == expected.len()
        };
        enough
            && expected.iter().zip(result).all(|(either, word)| {
                either
                    .iter()
                    .any(|pattern| word_matches(pattern, word, lookup))
            })
    }

    /// The words, with those joined by `or` together.
    fn alternatives(&self) -> Vec<Vec<&str>> {
        let mut groups: Vec<Vec<&str>> = Vec::new();
        let mut words = self.words.iter().map(String::as_str).peekable();
        let mut join = false;
        while let Some(word) = words.next() {
            match groups.last_mut() {
                Some(group) if join => group.push(word),
                _ => groups.push(vec![word]),
            }
            join = words.peek() == Some(&"or");
            if join {
                words.next();
            }
        }
        groups
    }
}

fn word_matches(pattern: &str, word: &Word, lookup: Lookup<'_>) -> bool {
    if pattern == "*" {
        return true;
    }
    match word {
        Word::Plain(text) => number_matches(pattern, text).unwrap_or_else(|| {
            // `fd, fd` and `fd fd` are the same two descriptors.
            glob(pattern.trim_end_matches(','), text.trim_end_matches(','))
        }),
        Word::Named { text, number } => {
            let plain = |text: &str| word_matches(pattern, &Word::Plain(text.to_owned()), lookup);
            plain(text) || plain(&number.to_string())
        }
        Word::Data(bytes) => data_matches(pattern, bytes),
        Word::Address(address) => address_matches(pattern, address, lookup),
        Word::Set(entries) => set_matches(pattern, entries),
    }
}

/// Whether a text is what a pattern says: `*` for anything, also inside; `>0` for a larger number.
pub(crate) fn text_matches(pattern: &str, text: &str) -> bool {
    number_matches(pattern, text).unwrap_or_else(|| glob(pattern, text))
}

/// `>0`
fn number_matches(pattern: &str, text: &str) -> Option<bool> {
    let bound: i64 = pattern.strip_prefix('>')?.parse().ok()?;
    Some(text.parse::<i64>().is_ok_and(|number| number > bound))
}

/// Any data argument, or the beginning of one: `"hel"...`.
fn data_matches(pattern: &str, bytes: &[u8]) -> bool {
    let data = |text: &str| parse_data(text).ok().and_then(|data| data.bytes());
    match pattern.strip_suffix("...") {
        Some(beginning) => data(beginning).is_some_and(|data| bytes.starts_with(&data)),
        None => data(pattern).is_some_and(|data| data == bytes),
    }
}

fn address_matches(pattern: &str, address: &Address, lookup: Lookup<'_>) -> bool {
    if let Some(expected) = address_of(pattern, lookup) {
        return expected == *address;
    }
    glob(pattern, &address.to_string())
        || parse_address(pattern).is_ok_and(|expected| expected == *address)
}

/// `[s: POLLIN, c: POLLOUT]`: the same names, in any order, each with events that match.
fn set_matches(pattern: &str, entries: &[(String, Option<String>)]) -> bool {
    let inner = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(inner) = inner else {
        return false;
    };
    let mut left: Vec<&(String, Option<String>)> = entries.iter().collect();
    let patterns = inner.split(',').map(str::trim);
    for pattern in patterns.filter(|pattern| !pattern.is_empty()) {
        let (name, events) = match pattern.split_once(':') {
            Some((name, events)) => (name.trim(), Some(events.trim())),
            None => (pattern, None),
        };
        let found = left.iter().position(|(own, has)| {
            glob(name, own)
                && match (events, has) {
                    (Some(events), Some(has)) => events_match(events, has),
                    (None, None) => true,
                    _ => false,
                }
        });
        match found {
            Some(index) => drop(left.swap_remove(index)),
            None => return false,
        }
    }
    left.is_empty()
}

/// Flags in any order, or a pattern with `*`.
fn events_match(pattern: &str, events: &str) -> bool {
    let sorted = |mask: &str| {
        let mut bits: Vec<String> = mask.split('|').map(|bit| bit.trim().to_owned()).collect();
        bits.sort();
        bits
    };
    glob(pattern, events) || sorted(pattern) == sorted(events)
}

/// `addr(x)` and `127.0.0.1:port(x)`, looked up. `None` for other patterns and unknown sockets.
fn address_of(pattern: &str, lookup: Lookup<'_>) -> Option<Address> {
    // The address argument of the notation is read by the notation's own parser.
    let line = parse_line(&format!("bind(0, {pattern})")).ok()?;
    match &line.command?.call.address()?.place {
        AddressExpr::LocalOf(name) => lookup(name),
        AddressExpr::PortOf { host, of } => {
            let port = lookup(of)?.port()?;
            Some(std::net::SocketAddr::new(*host, port).into())
        }
        _ => None,
    }
}

/// Text with `*` for any run of characters.
fn glob(pattern: &str, text: &str) -> bool {
    let mut parts = pattern.split('*');
    let first = parts.next().unwrap_or_default();
    let Some(mut rest) = text.strip_prefix(first) else {
        return false;
    };
    let parts: Vec<&str> = parts.collect();
    let Some((last, middle)) = parts.split_last() else {
        return rest.is_empty();
    };
    for part in middle {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use crate::call::Mode;
    use crate::call::outcome::{Outcome, Returned};
    use crate::notation::matching::*;
    use crate::socket::Errno;

    fn expectation(text: &str) -> Expectation {
        let line = parse_line(&format!("close(0) -> {text}")).expect("a line");
        match line.command.expect("a command").mode {
            Mode::Expect(expectation) => expectation,
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn check(pattern: &str, outcome: &Outcome, expected: bool) {
        let c = |name: &Name| {
            (name.as_str() == "c").then(|| parse_address("127.0.0.1:7").expect("an address"))
        };
        assert_eq!(
            expectation(pattern).holds(&outcome.words(), &c),
            expected,
            "{outcome} against {pattern}"
        );
    }

    fn data(bytes: &[u8]) -> Outcome {
        Outcome::of(Ok(Returned::Data {
            count: bytes.len() as u64,
            bytes: bytes.into(),
            from: None,
        }))
    }

    #[test]
    fn words_are_compared_one_by_one() {
        let hello = data(b"hello");
        check("5 \"hello\"", &hello, true);
        check("5 hex(68 65 6c 6c 6f)", &hello, true);
        check("5 \"hel\"...", &hello, true);
        check("5 *", &hello, true);
        check("* *", &hello, true);
        check("5 ...", &hello, true);
        check("5", &hello, false);
        check("5 \"hellO\"", &hello, false);
        check("5 \"hello\" *", &hello, false);
        check("1000 \"x\"*1000", &data(&[b'x'; 1000]), true);
        check("1000 \"x\"*999", &data(&[b'x'; 1000]), false);
    }

    #[test]
    fn either_errno_or_a_larger_number() {
        let failed = Outcome::of(Err(Errno(libc::ENOTDIR)));
        check("ENOENT or ENOTDIR", &failed, true);
        check("ENOENT or EPERM", &failed, false);
        check(">0", &Outcome::of(Ok(Returned::Count(3))), true);
        check(">0", &Outcome::of(Ok(Returned::Count(0))), false);
        check(">0", &failed, false);
    }

    #[test]
    fn addresses_are_compared_as_addresses() {
        let from = Outcome::of(Ok(Returned::Accepted {
            fd: 3,
            from: Some(parse_address("127.0.0.1:7").expect("it")),
        }));
        check("fd from addr(c)", &from, true);
        check("fd from addr(d)", &from, false);
        check("fd from 127.0.0.1:*", &from, true);
        check("fd from 127.0.0.1:port(c)", &from, true);
        check("fd from 127.0.0.1:8", &from, false);
        check("fd from *", &from, true);
        let any = Outcome::of(Ok(Returned::Address(
            parse_address("0.0.0.0:9").expect("it"),
        )));
        check("*:9", &any, true);
        check("0.0.0.0:9", &any, true);
    }

    #[test]
    fn a_signal_is_part_of_the_word() {
        let pipe = Outcome {
            result: Err(Errno(libc::EPIPE)),
            sigpipe: true,
            raw: None,
        };
        check("EPIPE+SIGPIPE", &pipe, true);
        check("EPIPE", &pipe, false);
    }
}
