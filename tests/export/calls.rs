//! What strace(1) saw of a program, and what the session made, as calls that can be compared: descriptors, ports, process
//! IDs and pointers differ from run to run.

use std::collections::BTreeMap;

/// A call in its order of beginning.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Call {
    /// Its name.
    pub(crate) name: String,
    /// All of it, without what differs from run to run.
    pub(crate) text: String,
}

/// How the beginning of a call that has not returned ends.
const UNFINISHED: &str = " <unfinished ...>";
/// Calls that return a descriptor or a process ID.
const MAKES: [&str; 13] = [
    "socket",
    "accept",
    "accept4",
    "dup",
    "dup2",
    "dup3",
    "epoll_create",
    "epoll_create1",
    "eventfd2",
    "timerfd_create",
    "openat",
    "clone",
    "wait4",
];
/// Calls whose second argument is a descriptor too, or whose third one is.
const TWO: [&str; 3] = ["dup2", "dup3", "epoll_ctl"];
/// Calls that print what is ready as a part of their result.
const WAITS: [&str; 3] = ["poll", "ppoll", "pselect6"];
/// Calls with options: what is in brackets are values there, and no descriptors.
const OPTIONS: [&str; 2] = ["setsockopt", "getsockopt"];

/// The calls of a trace. A line is `[pid 12] close(3) = 0` or `12 close(3) = 0`.
pub(crate) fn calls(trace: &str) -> Vec<Call> {
    let mut whole: Vec<String> = Vec::new();
    // Where the call of each thread is that has not returned.
    let mut open: BTreeMap<String, usize> = BTreeMap::new();
    for line in trace.lines() {
        let (pid, rest) = match line.strip_prefix("[pid ") {
            Some(line) => line.split_once("] ").unwrap_or(("", line)),
            None => line.split_once(' ').unwrap_or(("", line)),
        };
        let (pid, rest) = (pid.trim().to_owned(), rest.trim_start());
        if rest.starts_with("---") || rest.starts_with("+++") {
            continue;
        }
        if let Some(resumed) = rest.strip_prefix("<... ") {
            let rest = resumed.split_once(" resumed>").map_or("", |(_, rest)| rest);
            if let Some(begun) = open.remove(&pid) {
                whole[begun].push_str(rest);
            }
            continue;
        }
        match rest.strip_suffix(UNFINISHED) {
            Some(begun) => {
                open.insert(pid, whole.len());
                whole.push(begun.to_owned());
            }
            None => whole.push(rest.to_owned()),
        }
    }
    whole.iter().map(|line| call(line)).collect()
}

fn call(line: &str) -> Call {
    let name = line.split('(').next().unwrap_or_default().to_owned();
    let (head, result) = line.rsplit_once(" = ").unwrap_or((line, "?"));
    let result = match MAKES.contains(&name.as_str()) && !result.starts_with('-') {
        true if result.starts_with('0') => "0",
        true => "N",
        // The ready descriptors, and what is left of a timeout.
        false if WAITS.contains(&name.as_str()) && !result.starts_with('-') => {
            result.split(" (").next().unwrap_or(result)
        }
        false => result,
    };
    let result = if name == "fcntl" && head.contains("F_DUPFD") {
        "N"
    } else {
        result
    };
    let name_of = name.as_str();
    Call {
        text: format!("{} = {result}", arguments(name_of, head.trim_end())),
        name,
    }
}

/// The arguments without what differs.
fn arguments(name: &str, head: &str) -> String {
    let mut text = String::new();
    let (mut depth, mut argument, mut quoted) = (0, 0, false);
    let mut characters = head.chars().peekable();
    while let Some(c) = characters.next() {
        match c {
            '"' => quoted = !quoted,
            '\\' if quoted => {
                text.push(c);
                text.extend(characters.next());
                continue;
            }
            '(' | '[' | '{' if !quoted => depth += 1,
            ')' | ']' | '}' if !quoted => depth -= 1,
            ',' if !quoted && depth == 1 => argument += 1,
            _ => {}
        }
        let is_number = c.is_ascii_digit()
            && !quoted
            && !text.ends_with(|before: char| before.is_ascii_alphanumeric() || before == '_');
        if is_number {
            let mut number = String::from(c);
            while let Some(next) =
                characters.next_if(|next| next.is_ascii_alphanumeric() || *next == '…')
            {
                number.push(next);
            }
            let is_descriptor = argument == 0
                || head.contains("F_SETOWN")
                || argument == 1 && TWO.contains(&name)
                || argument == 2 && name == "epoll_ctl"
                || depth > 1 && !OPTIONS.contains(&name)
                || number.starts_with("0x");
            text.push_str(if is_descriptor { "N" } else { &number });
            continue;
        }
        text.push(c);
    }
    without_masks(name, &text)
}

/// A program holds back its own signals, and sockplay others.
fn without_masks(name: &str, text: &str) -> String {
    if !["ppoll", "pselect6", "epoll_pwait"].contains(&name) {
        return text.to_owned();
    }
    let cut = ["~[", ", [RT", ", [IO", ", [URG", ", []", "{sigmask"];
    let end = cut.iter().filter_map(|mark| text.find(mark)).min();
    let text = &text[..end.unwrap_or(text.len())];
    text.trim_end_matches([' ', ',', ')']).to_owned()
}

/// The calls that a program was to make and did not make, whatever their order.
pub(crate) fn missing_of(expected: &[Call], seen: &[Call]) -> Vec<Call> {
    let mut left: Vec<&Call> = seen.iter().collect();
    let mut is_missing = |call: &Call| match left.iter().position(|own| own.text == call.text) {
        Some(at) => {
            left.remove(at);
            false
        }
        None => true,
    };
    expected
        .iter()
        .filter(|call| is_missing(call))
        .cloned()
        .collect()
}

/// The calls that a program was to make and did not make in this order, and those that it made beside them.
pub(crate) fn compare(expected: &[Call], seen: &[Call]) -> (Vec<Call>, Vec<Call>) {
    let (mut missing, mut extra) = (Vec::new(), Vec::new());
    let mut at = 0;
    for call in expected {
        match seen[at..].iter().position(|own| own.text == call.text) {
            Some(found) => {
                extra.extend_from_slice(&seen[at..at + found]);
                at += found + 1;
            }
            None => missing.push(call.clone()),
        }
    }
    extra.extend_from_slice(&seen[at..]);
    (missing, extra)
}
