//! How many files a call needs: its row, the wrapper of the system call, its execution, and what is its alone. What it
//! means (`explain`), its key, what it is in a program (`export`) and how it is read from a traced program come beside that,
//! each from a table of its own.

use std::collections::BTreeSet;

use crate::{files, read, shown};

/// The calls that came after the table of calls.
const CALLS: [(&str, &str); 30] = [
    ("Accept4", "accept4"),
    ("Dup2", "dup2"),
    ("Dup3", "dup3"),
    ("Readv", "readv"),
    ("Writev", "writev"),
    ("Sendmmsg", "sendmmsg"),
    ("Recvmmsg", "recvmmsg"),
    ("Sockatmark", "sockatmark"),
    ("Ppoll", "ppoll"),
    ("Pselect", "pselect"),
    ("EpollPwait", "epoll_pwait"),
    ("Pipe", "pipe"),
    ("Eventfd", "eventfd"),
    ("TimerfdCreate", "timerfd_create"),
    ("TimerfdSettime", "timerfd_settime"),
    ("Fork", "fork"),
    ("Kill", "kill"),
    ("Waitpid", "waitpid"),
    ("Exit", "_exit"),
    ("Setrlimit", "setrlimit"),
    ("Getnameinfo", "getnameinfo"),
    ("InetPton", "inet_pton"),
    ("InetNtop", "inet_ntop"),
    ("Htons", "htons"),
    ("Htonl", "htonl"),
    ("Ntohs", "ntohs"),
    ("Ntohl", "ntohl"),
    ("EpollCreate1", "epoll_create1"),
    ("Dup", "dup"),
    ("Sigtimedwait", "sigtimedwait"),
];

/// Tables that say something of every call, and do not make it work.
const BESIDE: [&str; 5] = [
    "src/explain",
    "src/trace",
    "src/app/keymap",
    "src/strace",
    "src/export",
];

/// The most files: the row, the wrapper, the execution, and one more.
const MOST: usize = 4;

#[test]
fn a_call_needs_at_most_four_files() {
    let sources: Vec<(String, String)> = files(&["src"])
        .iter()
        .map(|path| (shown(path), read(path)))
        .filter(|(name, _)| !name.contains("tests"))
        .filter(|(name, _)| !BESIDE.iter().any(|folder| name.starts_with(folder)))
        .collect();
    let rows = read(&crate::root().join("src/call/rows.rs"));
    let mut table = String::new();
    let mut too_many = Vec::new();
    for (kind, word) in CALLS {
        assert!(
            rows.contains(&format!("{kind} \"{word}\"")),
            "{kind} has a row"
        );
        let is_named = |text: &str| {
            ["Call", "CallKind", "Self"].iter().any(|of| {
                let name = format!("{of}::{kind}");
                text.match_indices(&name).any(|(at, _)| {
                    let after = text[at + name.len()..].chars().next();
                    !after.is_some_and(|c| c.is_ascii_alphanumeric())
                })
            })
        };
        let wrapper = format!("pub fn {word}(");
        let is_wrapper =
            |name: &str, text: &str| name.starts_with("src/sys") && text.contains(&wrapper);
        let needed: BTreeSet<&str> = sources
            .iter()
            .filter(|(name, text)| {
                let is_of_call = !name.starts_with("src/sys") && is_named(text);
                name == "src/call/rows.rs" || is_of_call || is_wrapper(name, text)
            })
            .map(|(name, _)| name.as_str())
            .collect();
        table += &format!("{word:16} {} {needed:?}\n", needed.len());
        if needed.len() > MOST {
            too_many.push(word);
        }
    }
    println!("{table}");
    assert!(
        too_many.is_empty(),
        "{too_many:?} need more than {MOST} files\n{table}"
    );
}
