//! The text at the beginning of a program in Python, with what Python adds to the calls of this session.

use std::fmt::Write;

use crate::export::Language;
use crate::export::helpers::words;
use crate::export::plan::Plan;
use crate::export::split::{introduction, usage};

/// What Python adds: the names that make it do so, and the sentence.
const ADDED: [(&[&str], &str); 8] = [
    (
        &["socket", "socketpair", ".accept", ".dup", ".eventfd"],
        "- SOCK_CLOEXEC or O_CLOEXEC for each descriptor: programs do not inherit it.",
    ),
    (&[".accept"], "- accept() is accept4()."),
    (
        &[".accept", "socketpair", "Borrowed", ".dup"],
        "- A socket object that is made of a descriptor asks for getsockname().",
    ),
    (
        &["socket", "socketpair", ".accept"],
        "- A socket object that nobody closed asks for both addresses at the end.",
    ),
    (&[".dup"], "- dup() is fcntl(F_DUPFD_CLOEXEC)."),
    (
        &[".epoll"],
        "- epoll() is always epoll_create1(EPOLL_CLOEXEC).",
    ),
    (&[".pipe"], "- pipe() is pipe2(O_CLOEXEC)."),
    (
        &[".interrupt", "interrupt_child"],
        "- A call is repeated when a signal interrupts it: ctypes makes those calls.",
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
    head.push_str("Before each call is its line in the session with its result.\n");
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
