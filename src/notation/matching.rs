//! Comparing a result with an expectation, word by word.
//!
//! `*` alone is any result; else it is any one word, also inside a word (`127.0.0.1:*`); `fd` any descriptor and `fd 3`
//! that one; `A or B` either; `>0` a larger number; `...` at the end: the rest does not matter. Data is compared as bytes
//! and addresses as addresses, however they are written.

use std::borrow::Cow;

use crate::call::argument::{AddressExpr, Name};
use crate::call::expectation::Expectation;
use crate::call::outcome::Word;
use crate::call::received_bytes::ReceivedBytes;
use crate::notation::parse::lexer::{Lexeme, arguments};
use crate::notation::parse::{parse_address, parse_data, parse_line};
use crate::socket::{Address, Errno};

/// Gives the last known local address of a socket.
pub type Lookup<'a> = &'a dyn Fn(&Name) -> Option<Address>;

impl Expectation {
    /// Whether a result is as expected.
    ///
    /// `*` alone holds forevery result, however many words it has. `fd` holds for what accept() gives too, and an errno
    /// for a loop that had done something before: what follows `from` and `after` adds to a result that is whole
    /// without it.
    pub fn holds(&self, result: &[Word], lookup: Lookup<'_>) -> bool {
        let mut expected = self.alternatives();
        if let [only] = expected.as_slice()
            && only.iter().any(|pattern| pattern == "*")
        {
            return true;
        }
        let open_end = expected.last().is_some_and(|last| last == &["..."]);
        if open_end {
            expected.pop();
        }
        let enough = if open_end {
            result.len() >= expected.len()
        } else {
            result.len() == expected.len() || (expected.len() == 1 && is_whole_without_rest(result))
        };
        enough
            && expected.iter().zip(result).all(|(either, word)| {
                either
                    .iter()
                    .any(|pattern| word_matches(pattern, word, lookup))
            })
    }

    /// Whether a call is expected to be refused by sockplay.
    pub fn is_refusal(&self) -> bool {
        self.words == ["refused"]
    }

    /// Whether a call is expected never to return: its process ends while it makes it.
    pub fn is_never(&self) -> bool {
        self.words == ["?"]
    }

    /// Whether it leaves open whether the call fails: it is `*`, or has an error beside something else.
    pub fn leaves_failure_open(&self) -> bool {
        match self.alternatives().as_slice() {
            [only] if only.iter().any(|pattern| pattern == "*") => true,
            [first, ..] => {
                let errors = first.iter().filter_map(|word| error(word)).count();
                (1..first.len()).contains(&errors)
            }
            [] => false,
        }
    }

    /// The errors, where it has nothing but errors: `EINVAL or EISCONN`.
    pub fn errors(&self) -> Vec<Errno> {
        let alternatives = self.alternatives();
        let Some(first) = alternatives.first() else {
            return Vec::new();
        };
        let errors: Option<Vec<Errno>> = first.iter().map(|word| error(word)).collect();
        let mut errors = errors.unwrap_or_default();
        errors.dedup();
        errors
    }

    /// The words, with those joined by `or` together. `fd 3` is one of them.
    fn alternatives(&self) -> Vec<Vec<Cow<'_, str>>> {
        let mut groups: Vec<Vec<Cow<'_, str>>> = Vec::new();
        let mut words = self.words.iter().map(String::as_str).peekable();
        let mut join = false;
        while let Some(word) = words.next() {
            let is_numbered = matches!(word, "fd" | "pid");
            let number = words.next_if(|next| is_numbered && is_number(next));
            let word = match number {
                Some(number) => Cow::Owned(format!("{word} {number}")),
                None => Cow::Borrowed(word),
            };
            match groups.last_mut() {
                Some(group) if join => group.push(word),
                _ => groups.push(vec![word]),
            }
            join = words.next_if_eq(&"or").is_some();
        }
        groups
    }
}

/// The error that a word is: `EPIPE`, `EPIPE+SIGPIPE`.
fn error(word: &str) -> Option<Errno> {
    Errno::from_name(word.strip_suffix("+SIGPIPE").unwrap_or(word))
}

/// Whether a word is a number, perhaps with the comma before the next descriptor.
fn is_number(word: &str) -> bool {
    let digits = word.strip_suffix(',').unwrap_or(word);
    !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether a result says all that the call returned with its first word: a descriptor, whoever it leads to, or an errno,
/// whatever was done before.
fn is_whole_without_rest(result: &[Word]) -> bool {
    let follows = |word: &Word, joint: &str| matches!(word, Word::Plain(text) if text == joint);
    match result {
        [Word::Descriptor { .. }, second, ..] => follows(second, "from"),
        [_, second, ..] => follows(second, "after") || follows(second, "errno"),
        _ => false,
    }
}

fn word_matches(pattern: &str, word: &Word, lookup: Lookup<'_>) -> bool {
    if pattern == "*" {
        return true;
    }
    match word {
        Word::Plain(text) => number_matches(pattern, text).unwrap_or_else(|| {
            // `fds p, q` and `fds p q` are the same two descriptors.
            glob(pattern.trim_end_matches(','), text.trim_end_matches(','))
        }),
        Word::Named { text, number } => {
            let plain = |text: &str| word_matches(pattern, &Word::Plain(text.to_owned()), lookup);
            plain(text) || plain(&number.to_string())
        }
        Word::Descriptor { text, number } => {
            descriptor_matches(pattern, text.trim_end_matches(','), *number)
        }
        Word::Data(bytes) => data_matches(pattern, bytes),
        Word::Buffers(buffers) => buffers_match(pattern, buffers),
        Word::Bytes(bytes) => data_matches(pattern, &bytes.as_slice().into()),
        Word::Address(address) => address_matches(pattern, address, lookup),
        Word::Addresses(addresses) => addresses_match(pattern, addresses, lookup),
        Word::Senders(addresses) => senders_match(pattern, addresses, lookup),
        Word::Set(entries) => set_matches(pattern, entries),
    }
}

/// `fd` is any descriptor and `fd 3` that one; `fd, fd` and `fd fd` are the same two.
fn descriptor_matches(pattern: &str, word: &str, number: i32) -> bool {
    let pattern = pattern.trim_end_matches(',');
    let wanted = pattern
        .strip_prefix(word)
        .and_then(|rest| rest.strip_prefix(' '));
    match wanted {
        Some(wanted) => wanted.parse() == Ok(number),
        None => glob(pattern, word),
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
fn data_matches(pattern: &str, bytes: &ReceivedBytes) -> bool {
    match pattern.strip_suffix("...") {
        Some(beginning) => parse_data(beginning).is_ok_and(|data| bytes.begin_with(&data)),
        None => parse_data(pattern).is_ok_and(|data| bytes.are(&data)),
    }
}

/// `["hel", "lo"]`: as many buffers, each with these data.
fn buffers_match(pattern: &str, buffers: &[ReceivedBytes]) -> bool {
    let inner = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(Ok(patterns)) = inner.map(|inner| arguments(Lexeme::trimmed(inner, 0))) else {
        return false;
    };
    let one = |(pattern, bytes): (&Lexeme<'_>, &ReceivedBytes)| {
        pattern.text == "*" || data_matches(pattern.text, bytes)
    };
    patterns.len() == buffers.len() && patterns.iter().zip(buffers).all(one)
}

/// `[addr(a), 127.0.0.1:*]`: as many addresses, each as it is expected.
fn senders_match(pattern: &str, addresses: &[Option<Address>], lookup: Lookup<'_>) -> bool {
    let inner = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(Ok(patterns)) = inner.map(|inner| arguments(Lexeme::trimmed(inner, 0))) else {
        return false;
    };
    let one = |(pattern, address): (&Lexeme<'_>, &Option<Address>)| match address {
        Some(address) => pattern.text == "*" || address_matches(pattern.text, address, lookup),
        None => ["*", "NULL"].contains(&pattern.text),
    };
    patterns.len() == addresses.len() && patterns.iter().zip(addresses).all(one)
}

fn address_matches(pattern: &str, address: &Address, lookup: Lookup<'_>) -> bool {
    if let Some(expected) = address_of(pattern, lookup) {
        return expected == *address;
    }
    glob(pattern, &address.to_string())
        || parse_address(pattern).is_ok_and(|expected| expected == *address)
}

/// `[127.0.0.1:80, [::1]:80]`: as many addresses, in this order; `...` at the end leaves the rest open.
fn addresses_match(pattern: &str, addresses: &[Address], lookup: Lookup<'_>) -> bool {
    let inner = pattern
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'));
    let Some(inner) = inner.map(|inner| Lexeme::trimmed(inner, 0)) else {
        return false;
    };
    let mut patterns = match inner.text {
        "" => Vec::new(),
        _ => inner.split_commas(),
    };
    let is_open = patterns.last().is_some_and(|last| last.text == "...");
    if is_open {
        patterns.pop();
    }
    let one = |(pattern, address): (&Lexeme<'_>, &Address)| {
        address_matches(pattern.text, address, lookup)
    };
    let enough = match is_open {
        true => addresses.len() >= patterns.len(),
        false => addresses.len() == patterns.len(),
    };
    enough && patterns.iter().zip(addresses).all(one)
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
    use crate::call::outcome::{Outcome, Partial, Received, Returned};
    use crate::notation::matching::*;
    use crate::socket::MsgFlags;

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

    #[test]
    fn an_error_beside_a_result_leaves_open_whether_the_call_fails() {
        for (text, is_open, errors) in [
            ("*", true, &[][..]),
            ("0 or EAGAIN", true, &[]),
            ("EAGAIN or 3 \"abc\"", true, &[]),
            ("fd 3 or fd 4", false, &[]),
            ("3 *", false, &[]),
            ("EAGAIN", false, &[libc::EAGAIN]),
            ("EPIPE or EPIPE+SIGPIPE", false, &[libc::EPIPE]),
            ("EINVAL or EISCONN", false, &[libc::EINVAL, libc::EISCONN]),
        ] {
            let expectation = expectation(text);
            assert_eq!(expectation.leaves_failure_open(), is_open, "{text}");
            let errors: Vec<Errno> = errors.iter().copied().map(Errno).collect();
            assert_eq!(expectation.errors(), errors, "{text}");
        }
    }

    fn data(bytes: &[u8]) -> Outcome {
        Outcome::of(Ok(Returned::Data {
            count: bytes.len() as u64,
            bytes: bytes.into(),
            from: None,
        }))
    }

    #[test]
    fn buffers_are_compared_one_by_one() {
        let scattered = Outcome::of(Ok(Returned::Message(Box::new(Received {
            count: 5,
            bytes: b"hello".as_slice().into(),
            sizes: vec![3, 100],
            from: None,
            flags: MsgFlags(0),
            fds: Vec::new(),
            credentials: None,
            control: Vec::new(),
        }))));
        assert_eq!(scattered.to_string(), "5 [\"hel\", \"lo\"]");
        check("5 [\"hel\", \"lo\"]", &scattered, true);
        check("5 [\"hel\", hex(6c 6f)]", &scattered, true);
        check(">4 [\"he\"..., *]", &scattered, true);
        check("5 *", &scattered, true);
        check("5 [\"hel\"]", &scattered, false);
        check("5 [\"he\", \"llo\"]", &scattered, false);
        check("5 \"hello\"", &scattered, false);
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
        check("*", &hello, true);
        check("* within 5s", &hello, true);
        check("*", &Outcome::of(Err(Errno(libc::ENOTDIR))), true);
        check("* *", &Outcome::of(Err(Errno(libc::ENOTDIR))), false);
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
    fn a_descriptor_is_any_or_one_by_its_number() {
        let made = Outcome::of(Ok(Returned::Descriptor(3)));
        check("fd", &made, true);
        check("fd 3", &made, true);
        check("fd 4", &made, false);
        check("fd 33", &made, false);
        check("fd 4 or fd 3", &made, true);
        check("EMFILE or fd 3", &made, true);
        check("3", &made, false);
        check("fd from *", &made, false);
        let pair = Outcome::of(Ok(Returned::Pair(3, 4)));
        assert_eq!(pair.numbered(), "fd 3, fd 4");
        for (pattern, expected) in [
            ("fd, fd", true),
            ("fd fd", true),
            ("fd 3, fd 4", true),
            ("fd 3, fd", true),
            ("fd 4, fd 3", false),
            ("fd", false),
            ("*", true),
        ] {
            check(pattern, &pair, expected);
        }
        let accepted = Outcome::of(Ok(Returned::Accepted {
            fd: 3,
            from: Some(parse_address("127.0.0.1:7").expect("it")),
        }));
        assert_eq!(accepted.numbered(), "fd 3 from 127.0.0.1:7");
        for (pattern, expected) in [
            ("fd", true),
            ("fd 3", true),
            ("fd 4", false),
            ("fd or EAGAIN", true),
            ("EAGAIN", false),
            ("fd 3 from addr(c)", true),
            ("fd 4 from *", false),
            ("fd ...", true),
            ("fd from", false),
        ] {
            check(pattern, &accepted, expected);
        }
    }

    #[test]
    fn what_a_loop_did_before_it_failed_may_be_left_out() {
        let failed = Outcome {
            partial: Some(Partial {
                count: 5,
                unit: Partial::BYTES,
            }),
            ..Outcome::of(Err(Errno(libc::ECONNRESET)))
        };
        assert_eq!(failed.to_string(), "ECONNRESET after 5 bytes");
        check("ECONNRESET", &failed, true);
        check("ECONNRESET after 5 bytes", &failed, true);
        check("ECONNRESET after * bytes", &failed, true);
        check("ECONNRESET after 6 bytes", &failed, false);
        check("EPIPE", &failed, false);
        check("EPIPE or ECONNRESET", &failed, true);
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
            partial: None,
            injected: None,
            raw: None,
        };
        check("EPIPE+SIGPIPE", &pipe, true);
        check("EPIPE", &pipe, false);
    }
}
