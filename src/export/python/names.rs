//! The names of a program in Python: those of the session, unless the language or the program has them already.

use std::collections::BTreeSet;
use std::sync::LazyLock;

use crate::export::python::constants::SOCKET;
use crate::export::python::helpers::{MODULES, functions};

/// The words of the language, and the functions of it that programs use.
const LANGUAGE: [&str; 47] = [
    "False",
    "None",
    "True",
    "and",
    "as",
    "assert",
    "async",
    "await",
    "break",
    "class",
    "continue",
    "def",
    "del",
    "elif",
    "else",
    "except",
    "finally",
    "for",
    "from",
    "global",
    "if",
    "import",
    "in",
    "is",
    "lambda",
    "nonlocal",
    "not",
    "or",
    "pass",
    "raise",
    "return",
    "try",
    "while",
    "with",
    "yield",
    "print",
    "bytearray",
    "bytes",
    "int",
    "len",
    "max",
    "min",
    "range",
    "repr",
    "str",
    "sum",
    "zip",
];

/// The variables of programs beside those of the session.
const LOCALS: [&str; 42] = [
    "ancillary",
    "array",
    "binary",
    "buffer",
    "buffers",
    "changed",
    "count",
    "data",
    "entries",
    "error",
    "event",
    "events",
    "exceptional",
    "fd",
    "fds",
    "flags",
    "host",
    "instructions",
    "main",
    "made",
    "message",
    "messages",
    "now",
    "number",
    "pair",
    "parent",
    "peer",
    "poll",
    "raw_peer",
    "readable",
    "ready",
    "received",
    "result",
    "revents",
    "sent",
    "service",
    "status",
    "text",
    "to",
    "value",
    "value_length",
    "writable",
];

/// How numbered variables of programs begin.
const NUMBERED: [&str; 9] = [
    "array_", "buffer_", "call_", "child_", "control", "data_", "message_", "peer_", "to_",
];

/// The names that no variable of a session can have.
static TAKEN: LazyLock<BTreeSet<String>> = LazyLock::new(|| {
    let fixed = [&LANGUAGE[..], &LOCALS, &MODULES, &SOCKET].concat();
    let fixed = fixed.into_iter().map(str::to_owned);
    fixed.chain(functions()).collect()
});

/// The variable of a descriptor or of a child. As PEP 8 has it, an underscore follows a name that is taken.
pub(crate) fn name(name: &str) -> String {
    let is_taken = TAKEN.contains(name)
        || NUMBERED.iter().any(|own| name.starts_with(own))
        || name.starts_with("thread_")
        || name.starts_with(|first: char| first.is_ascii_uppercase())
        || name.ends_with("_address")
        || name.ends_with('_');
    match is_taken {
        true => format!("{name}_"),
        false => name.to_owned(),
    }
}

/// The variable of an address.
pub(crate) fn address(name: &str) -> String {
    format!("{name}_address")
}

#[cfg(test)]
mod tests {
    use crate::export::python::names::*;

    #[test]
    fn a_name_that_is_taken_is_followed_by_an_underscore() {
        for (own, expected) in [
            ("server", "server"),
            ("for", "for_"),
            ("for_", "for__"),
            ("socket", "socket_"),
            ("os", "os_"),
            ("expected", "expected_"),
            ("error", "error_"),
            ("peer", "peer_"),
            ("SOCK_STREAM", "SOCK_STREAM_"),
        ] {
            assert_eq!(name(own), expected);
        }
    }
}
