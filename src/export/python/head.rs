//! The text at the beginning of a program in Python, with what Python adds to the calls of this session.

use std::fmt::Write;

use crate::export::Language;
use crate::export::helpers::words;
use crate::export::plan::Plan;
use crate::export::split::{EACH_CALL, introduction, usage};

/// What Python adds: the names that make it do so, and the sentence.
const ADDED: [(&[&str], &str); 8] = [
    (
        &["socket", "socketpair", ".accept", ".dup", ".eventfd"],
        "- SOCK_CLOEXEC or O_CLOEXEC for each descriptor: programs do not inherit it.",
    ),
    (&[".accept"], "- accept() is accept4()."),
    (
        &[".accept", "socketpair", "Borrowed", ".dup"],
        "- A socket object that is made from a descriptor calls getsockname().",
    ),
    (
        &["socket", "socketpair", ".accept"],
        "- At the end an open socket object calls getsockname() and getpeername().",
    ),
    (&[".dup"], "- dup() is fcntl(F_DUPFD_CLOEXEC)."),
    (
        &[".epoll"],
        "- epoll() is always epoll_create1(EPOLL_CLOEXEC).",
    ),
    (&[".pipe"], "- pipe() is pipe2(O_CLOEXEC)."),
    (
        &[".interrupt", "interrupt_child"],
        "- Python repeats interrupted calls; ctypes makes those of this session.",
    ),
];

/// The text.
pub(crate) fn head(plan: &Plan<'_>, program: &str) -> String {
    let mut head = format!(
        "\"\"\"{} For Python 3.10 and later.\n\n",
        introduction(plan)
    );
    for line in usage(plan) {
        // Writing to a String cannot fail.
        let _ = writeln!(head, "{line}");
    }
    let _ = writeln!(head, "{EACH_CALL}");
    let words = words(program, Language::Python);
    let has = |names: &[&str]| names.iter().any(|name| words.iter().any(|own| own == name));
    let added = ADDED.iter().filter(|(names, _)| has(names));
    let mut added: Vec<&str> = added.map(|(_, text)| *text).collect();
    if plan.steps().any(crate::export::plan::Step::sigpipe) {
        added.push("- SIGPIPE is ignored.");
    }
    if !added.is_empty() {
        head.push_str("\nWhat Python adds to the calls of the session:\n\n");
    }
    for line in added {
        let _ = writeln!(head, "{line}");
    }
    head.push_str("\"\"\"\n");
    head
}
