//! What was expected of a call and what happened instead: the sentence before the explanation of the result.

use crate::call::data::Data;
use crate::call::outcome::{Outcome, Word};
use crate::call::table::Role;
use crate::call::{Command, Mode};
use crate::explain::meaning::meaning;
use crate::socket::{Address, Errno};
use crate::world::{Progress, Record};

/// In what a result differs from what its line expected. `None` where the line expected nothing, and where the
/// explanation of the result says it all: a line that merely should not fail.
pub fn difference(command: &Command, record: &Record) -> Option<String> {
    let outcome = record.outcome();
    match (&command.mode, outcome) {
        (Mode::Blocks, Some(outcome)) => Some(format!(
            "The call was expected to block. It returned {}.",
            errno_or_first_word(outcome)
        )),
        (Mode::Expect(_), None) => still_asleep(command, record),
        // Which of them would have come in place of this result cannot be said.
        (Mode::Expect(expectation), Some(outcome)) if is_either(&expectation.words) => {
            Some(format!(
                "{} was expected, and the call gave {}.",
                expectation.words.join(" "),
                errno_or_first_word(outcome)
            ))
        }
        (Mode::Expect(expectation), Some(outcome)) => {
            let expected = expected_errno(&expectation.words);
            Some(match (expected, outcome.errno()) {
                (Some(expected), Some(errno)) => {
                    let when = when(command, expected);
                    format!("{expected} was expected: {when} It gave {errno}.")
                }
                (Some(expected), None) => {
                    let when = when(command, expected);
                    format!("{expected} was expected: {when} It succeeded.")
                }
                (None, Some(errno)) => {
                    format!("The call was expected to succeed. It failed with {errno}.")
                }
                (None, None) => of_words(command, &expectation.words, &outcome.words())?,
            })
        }
        (Mode::Plain | Mode::Background | Mode::Blocks, _) => None,
    }
}

/// A call that has not returned, though its line says what it returns.
fn still_asleep(command: &Command, record: &Record) -> Option<String> {
    match record.progress {
        Progress::Blocked { .. } => {
            let call = command.call.call_kind().word();
            Some(format!("{call}() was expected to return. It still sleeps."))
        }
        Progress::Running
        | Progress::Held
        | Progress::Returned { .. }
        | Progress::Refused(_)
        | Progress::Abandoned { .. } => None,
    }
}

/// The result in a few words: its first one.
fn brief(outcome: &Outcome) -> String {
    match outcome.words().into_iter().next() {
        Some(Word::Plain(text) | Word::Named { text, .. }) => text,
        Some(Word::Descriptor { number, .. }) => format!("the descriptor {number}"),
        Some(
            Word::Data(_)
            | Word::Buffers(_)
            | Word::Bytes(_)
            | Word::Address(_)
            | Word::Addresses(_)
            | Word::Senders(_)
            | Word::Set(_),
        )
        | None => "something else".to_owned(),
    }
}

/// The error, or the result in a few words.
fn errno_or_first_word(outcome: &Outcome) -> String {
    outcome
        .errno()
        .map_or_else(|| brief(outcome), |errno| errno.to_string())
}

/// Whether several results are as expected: `0 or ECONNRESET`.
fn is_either(words: &[String]) -> bool {
    words.iter().any(|word| word == "or")
}

/// The error that was expected, where that is all that was: `EAGAIN`.
fn expected_errno(words: &[String]) -> Option<Errno> {
    let name = words.first()?.split('+').next()?;
    Errno::from_name(name)
}

/// `connect() gives it when nobody listens …`
fn when(command: &Command, errno: Errno) -> String {
    let kind = command.call.call_kind();
    match meaning(kind, errno) {
        Some(when) => format!("{}() gives it when {when}.", kind.word()),
        None => format!("it means \"{}\".", errno.text()),
    }
}

/// The first word in which two results differ that are not errors.
fn of_words(command: &Command, expected: &[String], actual: &[Word]) -> Option<String> {
    let role = command.call.call_kind().signature().role;
    let expected: Vec<&str> = joined(expected);
    let pairs = expected.iter().zip(actual).enumerate();
    let mut sentences =
        pairs.filter_map(|(index, (expected, actual))| word(role, index, expected, actual));
    sentences.next()
}

/// The words, `3` for `fd 3`.
fn joined(words: &[String]) -> Vec<&str> {
    let mut joined: Vec<&str> = Vec::new();
    let mut words = words.iter().map(String::as_str).peekable();
    while let Some(word) = words.next() {
        let is_number = |next: &&str| next.trim_end_matches(',').parse::<i32>().is_ok();
        let number = words.next_if(|next| word == "fd" && is_number(next));
        joined.push(number.unwrap_or(word));
    }
    joined
}

/// One word, where it differs and something can be said of it.
fn word(role: Role, index: usize, expected: &str, actual: &Word) -> Option<String> {
    let is_count = index == 0;
    match actual {
        Word::Plain(actual) if is_count => count(role, expected, actual),
        Word::Plain(actual) | Word::Named { text: actual, .. } => (expected != actual
            && !expected.contains('*'))
        .then(|| format!("{expected} was expected, and it is {actual}.")),
        Word::Data(bytes) => {
            let data = crate::notation::parse::parse_data(expected.trim_end_matches("...")).ok()?;
            let wanted = data.head(bytes.head().len());
            let at = first_difference(&wanted, bytes.head())?;
            Some(format!(
                "The data differ from byte {} on: {} was expected there, and {} came.",
                at + 1,
                crate::call::data::describe(&wanted[at..=at]),
                crate::call::data::describe(&bytes.head()[at..=at]),
            ))
        }
        Word::Address(address) => (!expected.contains(['*', '(']))
            .then(|| format!("The address {expected} was expected, and it is {address}.")),
        Word::Set(entries) => of_set(expected, entries),
        Word::Descriptor { number, .. } => {
            let wanted: i32 = expected.trim_end_matches(',').parse().ok()?;
            (wanted != *number)
                .then(|| format!("The descriptor {wanted} was expected, and it is {number}."))
        }
        Word::Addresses(addresses) => list(expected, addresses),
        Word::Bytes(bytes) => {
            let wanted = crate::notation::parse::parse_data(expected).ok()?;
            let actual = Data::Hex(bytes.clone());
            (!wanted.is(bytes))
                .then(|| format!("The bytes {wanted} were expected, and they are {actual}."))
        }
        Word::Buffers(_) | Word::Senders(_) => None,
    }
}

/// The first place where a list of addresses is not as expected, or how many there are.
fn list(expected: &str, addresses: &[Address]) -> Option<String> {
    let inner = expected.strip_prefix('[')?.strip_suffix(']')?;
    let wanted: Vec<&str> = inner.split(',').map(str::trim).collect();
    let mut pairs = wanted.iter().zip(addresses).enumerate();
    let differs = |(_, (wanted, address)): &(usize, (&&str, &Address))| {
        let parsed = crate::notation::parse::parse_address(wanted);
        parsed.is_ok_and(|wanted| wanted != **address)
    };
    if let Some((at, (wanted, address))) = pairs.find(differs) {
        let place = at + 1;
        return Some(format!(
            "{wanted} was expected as address {place} of the list, and it is {address}."
        ));
    }
    (wanted.len() != addresses.len() && !inner.contains("...")).then(|| {
        let (wanted, got) = (wanted.len(), addresses.len());
        format!("A list of {wanted} was expected, and it has {got}.")
    })
}

/// The first place where two byte strings differ that begin alike.
fn first_difference(expected: &[u8], actual: &[u8]) -> Option<usize> {
    expected.iter().zip(actual).position(|(a, b)| a != b)
}

/// Two different numbers: bytes, or what the call gives else.
fn count(role: Role, expected: &str, actual: &str) -> Option<String> {
    let (Ok(wanted), Ok(got)) = (expected.parse::<u64>(), actual.parse::<u64>()) else {
        return (expected != actual && !expected.contains(['*', '>', '.']))
            .then(|| format!("{expected} was expected, and the result is {actual}."));
    };
    if wanted == got {
        return None;
    }
    let unit = if wanted == 1 {
        "byte was"
    } else {
        "bytes were"
    };
    Some(match role {
        Role::Receives | Role::Answers => {
            format!("{wanted} {unit} expected, and {got} were received.")
        }
        Role::Sends => format!("{wanted} {unit} expected to be taken, and {got} were."),
        Role::Accepts
        | Role::Connects
        | Role::Waits
        | Role::Duplicates
        | Role::Closes
        | Role::Other => format!("{wanted} was expected, and the result is {got}."),
    })
}

/// The first entry that is not as expected in `[s: POLLIN, c: POLLOUT]`.
fn of_set(expected: &str, entries: &[(String, Option<String>)]) -> Option<String> {
    let inner = expected.strip_prefix('[')?.strip_suffix(']')?;
    let expected: Vec<(&str, Vec<&str>)> = inner
        .split(',')
        .filter_map(|entry| entry.split_once(':'))
        .map(|(name, events)| (name.trim(), flags(events)))
        .collect();
    let actual = |name: &str| {
        let entry = entries.iter().find(|(own, _)| own == name)?;
        Some(flags(entry.1.as_deref()?))
    };
    for (name, events) in &expected {
        let Some(reported) = actual(name) else {
            return Some(format!("{name} was expected to be ready, and it is not."));
        };
        if let Some(missing) = events.iter().find(|event| !reported.contains(event)) {
            return Some(format!(
                "{missing} of {name} was expected, and it is not reported."
            ));
        }
        if let Some(extra) = reported.iter().find(|event| !events.contains(event)) {
            return Some(format!(
                "{extra} of {name} is reported, and it was not expected."
            ));
        }
    }
    let other =
        |(name, _): &&(String, Option<String>)| !expected.iter().any(|(own, _)| own == name);
    let (name, _) = entries.iter().find(other)?;
    Some(format!("{name} is ready, and it was not expected to be."))
}

fn flags(events: &str) -> Vec<&str> {
    events
        .split('|')
        .map(str::trim)
        .filter(|event| !event.is_empty())
        .collect()
}
