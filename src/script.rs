//! A script: the lines of a file, read and checked as a whole before anything runs, and the [`player`] that drives it.

pub mod confinement;
pub mod judge;
pub mod player;
pub mod report;
pub mod shell_line;
pub mod stepping;
pub mod transcript;

use std::collections::HashSet;

use crate::call::argument::{AddressExpr, Name};
use crate::call::{Call, Command, Line};
use crate::notation::diagnostic::nearest;
use crate::notation::{SyntaxError, parse_line};
use crate::socket::Kind;
use crate::world::Unresolved;

pub use crate::script::judge::{Pace, Verdict};
pub use crate::script::player::{Effect, Player};
pub use crate::script::report::Report;
pub use crate::script::stepping::Stepping;

/// The most errors that are reported at once.
const MAX_ERRORS: usize = 20;

/// A script that was read without error.
#[derive(Debug, Clone)]
pub struct Script {
    /// The name of the file, or what is shown in its place.
    pub origin: String,
    /// Its lines, the first is number 1.
    pub lines: Vec<Line>,
}

/// An error with the line that it is in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScriptError {
    /// The number of the line, from 1.
    pub number: usize,
    /// The line.
    pub text: String,
    /// What is wrong with it.
    pub error: SyntaxError,
}

impl ScriptError {
    /// The error with its line and a caret, see [`SyntaxError::render`].
    pub fn render(&self, origin: &str) -> String {
        self.error.render(origin, self.number, &self.text)
    }
}

/// What some editors put before a text in UTF-8. It is not part of the text.
pub(crate) const BYTE_ORDER_MARK: &str = "\u{feff}";

/// Reads the bytes of a script.
///
/// # Errors
///
/// Every line that is not in the notation, or uses a name that no line before it gives; at most twenty.
pub fn parse(origin: &str, bytes: &[u8]) -> Result<Script, Vec<ScriptError>> {
    parse_lines(origin, texts(bytes))
}

/// The lines of the bytes of a script.
pub(crate) fn texts(bytes: &[u8]) -> impl Iterator<Item = &[u8]> {
    let bytes = bytes
        .strip_prefix(BYTE_ORDER_MARK.as_bytes())
        .unwrap_or(bytes);
    // The newline at the end of a file ends its last line and does not begin another.
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    bytes
        .split(|byte| *byte == b'\n')
        .map(|line| line.strip_suffix(b"\r").unwrap_or(line))
}

/// Reads lines that were already cut, for example the statements of a one-liner.
///
/// # Errors
///
/// As [`parse`].
pub fn parse_lines<'a>(
    origin: &str,
    texts: impl Iterator<Item = &'a [u8]>,
) -> Result<Script, Vec<ScriptError>> {
    let mut known = HashSet::new();
    let mut has_raw = false;
    let mut lines = Vec::new();
    let mut errors = Vec::new();
    for (index, bytes) in texts.enumerate() {
        let text = String::from_utf8_lossy(bytes);
        let read = utf8(bytes)
            .and_then(parse_line)
            .and_then(|line| match &line.command {
                Some(command) => check_names(&mut known, command, &text)
                    .and_then(|()| check_port(&mut has_raw, command, &text))
                    .map(|()| line),
                None => Ok(line),
            });
        match read {
            Ok(line) => lines.push(line),
            Err(error) => errors.push(ScriptError {
                number: index + 1,
                text: text.into_owned(),
                error,
            }),
        }
        if errors.len() == MAX_ERRORS {
            break;
        }
    }
    if errors.is_empty() {
        Ok(Script {
            origin: origin.to_owned(),
            lines,
        })
    } else {
        Err(errors)
    }
}

fn utf8(bytes: &[u8]) -> Result<&str, SyntaxError> {
    std::str::from_utf8(bytes).map_err(|error| {
        let at = error.valid_up_to();
        SyntaxError::new(at..at + 1, "the line is not UTF-8 text")
            .help("in data such a byte is written \\xNN")
    })
}

/// Checks that each name is given before it is used, so that a typing error is found before anything runs.
///
/// Automatic names (`s1`, `s2`, …) are given while the script runs and cannot be checked.
fn check_names(
    known: &mut HashSet<Name>,
    command: &Command,
    text: &str,
) -> Result<(), SyntaxError> {
    // Which process has a descriptor of that name is known when the line runs.
    for name in command.call.names().chain(&command.process) {
        if known.contains(&name.base())
            || is_automatic(name)
            || is_given_by_serve(known, name)
            || is_of_traced(command, name)
        {
            continue;
        }
        let at = find_word(text, name.as_str());
        let error = SyntaxError::new(
            at..at + name.as_str().len(),
            format!("no line before this one makes {name}"),
        );
        return Err(
            match nearest(name.as_str(), known.iter().map(Name::as_str)) {
                Some(likely) => error.help(format!("did you mean {likely}?")),
                None => error.help(format!("for example {name} = socket(AF_INET, SOCK_STREAM)")),
            },
        );
    }
    known.extend(command.targets.iter().cloned());
    Ok(())
}

/// Checks that an address has a port where no raw socket was made, which has none: as it runs, the line would be declined.
fn check_port(has_raw: &mut bool, command: &Command, text: &str) -> Result<(), SyntaxError> {
    *has_raw |= matches!(
        &command.call,
        Call::Socket { socket_type, .. } if Kind::of(*socket_type) == Kind::Raw
    );
    let place = command.call.address().map(|address| &address.place);
    let Some(place @ AddressExpr::Host(_)) = place.filter(|_| !*has_raw) else {
        return Ok(());
    };
    let written = place.to_string();
    let at = text.find(&written).unwrap_or(0);
    let error = Unresolved::PortMissing(place.clone());
    Err(SyntaxError::new(at..at + written.len(), error.to_string()))
}

/// Whether a name is one that serve() gives: `l_2`, the second connection of l.
fn is_given_by_serve(known: &HashSet<Name>, name: &Name) -> bool {
    let Some((listener, number)) = name.as_str().rsplit_once('_') else {
        return false;
    };
    let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
    is_number && Name::new(listener).is_some_and(|listener| known.contains(&listener))
}

/// Whether a name is one that a traced program gives: `fd4`, `fd4_1234` of another process; or that of a call for the words
/// that are about held calls.
fn is_of_traced(command: &Command, name: &Name) -> bool {
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let number = name.as_str().strip_prefix("fd");
    let is_descriptor = number.is_some_and(|number| number.split('_').all(is_number));
    is_descriptor || matches!(command.call, Call::Step { .. } | Call::Inject { .. })
}

/// `s1` of a descriptor, `p1` of a child.
fn is_automatic(name: &Name) -> bool {
    name.as_str()
        .strip_prefix(['s', 'p'])
        .is_some_and(|n| !n.is_empty() && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Where a word occurs by itself, not as a part of another.
fn find_word(text: &str, word: &str) -> usize {
    let is_part = |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || c == '_');
    text.match_indices(word)
        .map(|(at, _)| at)
        .find(|at| {
            !is_part(text[..*at].chars().next_back())
                && !is_part(text[at + word.len()..].chars().next())
        })
        .unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use crate::script::*;

    fn errors(text: &str) -> Vec<(usize, usize, String)> {
        parse("x", text.as_bytes())
            .expect_err("it is wrong")
            .into_iter()
            .map(|e| (e.number, e.error.column(&e.text), e.error.message))
            .collect()
    }

    #[test]
    fn the_mark_of_an_editor_before_a_script_is_not_part_of_it() {
        let script = parse(
            "x",
            "\u{feff}s = socket(AF_INET, SOCK_STREAM)\r\n".as_bytes(),
        );
        let script = script.expect("it is right");
        assert_eq!(script.lines.len(), 1);
        assert!(script.lines[0].command.is_some());
    }

    #[test]
    fn every_error_of_a_script_is_reported_with_its_line() {
        let found = errors("l = socket(inet, stream)\nlisen(l, 5)\nbind(l)\n");
        assert_eq!(found[0].0, 2);
        assert_eq!(found[1].0, 3);
    }

    #[test]
    fn a_name_that_no_line_makes_is_found_before_anything_runs() {
        let found = errors("srv = socket(inet, stream)\nlisten(svr, 5)\nconnect(srv, addr(zzz))");
        assert_eq!(
            found[0],
            (2, 8, "no line before this one makes svr".to_owned())
        );
        assert_eq!(
            found[1],
            (3, 19, "no line before this one makes zzz".to_owned())
        );
        assert!(
            parse("x", b"close(s1)").is_ok(),
            "automatic names cannot be checked"
        );
    }

    #[test]
    fn an_address_without_a_port_is_one_of_a_raw_socket() {
        let found = errors("l = socket(inet, stream)\nbind(l, 127.0.0.1)\n");
        assert_eq!((found[0].0, found[0].1), (2, 9));
        assert!(
            found[0].2.starts_with("the port is missing"),
            "{}",
            found[0].2
        );
        let raw = "r = socket(AF_INET, SOCK_RAW, IPPROTO_ICMP)\nsendto(r, \"x\", 127.0.0.1)\nbind(r, [::1])";
        assert!(parse("x", raw.as_bytes()).is_ok());
    }

    #[test]
    fn bytes_that_are_no_text_are_errors_and_never_a_panic() {
        assert_eq!(errors("close(1)\0")[0].1, 9);
        let broken = parse("x", b"close(1)\n\xff\xfe").expect_err("not UTF-8");
        assert_eq!((broken[0].number, broken[0].error.span.start), (2, 0));
        let mut long = vec![b'x'; 10_000_000];
        long.extend(b"\nclose(900)\n");
        let error = parse("x", &long).expect_err("too long")[0].render("x");
        assert!(
            error.len() < 1000 && error.contains("the limit is"),
            "{error}"
        );
        assert!(
            parse("x", b"close(900)\r\n").is_ok(),
            "lines may end as on Windows"
        );
    }
}
