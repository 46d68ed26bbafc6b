//! One line of the output of strace(1): who, when, and what happened.

use std::time::Duration;

use crate::event::EndStatus;
use crate::socket::Sig;
use crate::strace::import::time::{self, Stamp};
use crate::strace::import::value::end_of_arguments;

/// The greatest number of a signal.
const GREATEST_SIGNAL: i32 = 64;
/// How a call that has not returned ends.
const UNFINISHED: &str = "<unfinished ...>";
/// How a call ends that strace does not wait for any more.
const DETACHED: &str = "<detached ...>";

/// What was read of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Read<'a> {
    /// Something happened.
    Line(Line<'a>),
    /// Nothing that concerns a call: a line of a stack trace (`-k`), of a dump of data (`-e read=`), or an empty one.
    Beside,
    /// strace says what it does: `strace: Process 12 attached`, with the number of that process.
    Notice(Option<i32>),
    /// It is no line of strace.
    Unknown,
}

/// A line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// The thread, where the line says it.
    pub(super) thread: Option<i32>,
    /// When, where it says that.
    pub(super) stamp: Option<Stamp>,
    /// What happened.
    pub(super) what: What<'a>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum What<'a> {
    /// A call was made and has returned.
    Call(&'a str, &'a str, Return<'a>),
    /// A call was entered: its name, and its arguments as far as they are printed.
    Entered(&'a str, &'a str),
    /// A call was entered, and strace left the process before it returned.
    Left(&'a str, &'a str),
    /// A call that was entered before has returned: its name, and the rest of its arguments.
    Resumed(&'a str, &'a str, Return<'a>),
    /// A signal was delivered: which, and what is said of it.
    Signal(Sig, &'a str),
    /// The thread was stopped by a signal.
    Stopped(Sig),
    /// The thread ended.
    Ended(EndStatus),
    /// Another thread has executed a program: `+++ superseded by execve in pid 12 +++`.
    Superseded,
    /// strace left the process.
    Detached,
}

/// What is behind the arguments of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Return<'a> {
    /// The text behind `=`.
    pub(super) result: &'a str,
    /// How long it took, where the line says so.
    pub(super) took: Option<Duration>,
}

/// Reads a line, without its end.
pub(super) fn read(text: &str) -> Read<'_> {
    let text = text.trim_end();
    if text.is_empty() || text.starts_with(" > ") || text.starts_with(" | ") {
        return Read::Beside;
    }
    let (thread, text) = thread(text);
    if let Some(notice) = notice(text) {
        return match left(notice) {
            Some(pid) => Read::Line(Line {
                thread: Some(pid),
                stamp: None,
                what: What::Detached,
            }),
            None => Read::Notice(attached(notice)),
        };
    }
    let (stamp, text) = match time::stamp(text) {
        Some((stamp, rest)) => (Some(stamp), rest),
        None => (None, text),
    };
    match what(brackets(text)) {
        Some(what) => Read::Line(Line {
            thread,
            stamp,
            what,
        }),
        None => Read::Unknown,
    }
}

/// The thread with whose number a line begins: `[pid  12] `, or `12 ` where strace writes into a file.
fn thread(text: &str) -> (Option<i32>, &str) {
    let (inner, rest) = match text.strip_prefix("[pid ") {
        Some(text) => match text.split_once("] ") {
            Some((inner, rest)) => (inner, rest),
            None => return (None, text),
        },
        None => match text.split_once(' ') {
            Some((inner, rest)) => (inner, rest),
            None => return (None, text),
        },
    };
    // With --decode-pids=comm: `12<nc>`.
    let number = inner.trim().split('<').next().unwrap_or_default();
    let number = number.parse::<i32>().ok();
    let is_pid = |number: &i32| (1..=1 << 22).contains(number);
    match number.filter(is_pid) {
        Some(number) => (Some(number), rest.trim_start_matches(' ')),
        None => (None, text),
    }
}

/// What strace says beside the calls.
fn notice(text: &str) -> Option<&str> {
    let own = text.strip_prefix("strace: ").or_else(|| {
        let (program, rest) = text.split_once(": ")?;
        program.ends_with("/strace").then_some(rest)
    });
    own.or_else(|| text.strip_prefix("[ Process PID=").map(|_| ""))
}

/// The process of `Process 12 attached`, or of `Process 12 attached with 3 threads`.
fn attached(notice: &str) -> Option<i32> {
    let (number, rest) = notice.strip_prefix("Process ")?.split_once(' ')?;
    let number = number.parse().ok();
    number.filter(|_| rest.starts_with("attached"))
}

/// What is before a notice that stands in the middle of a line: `clone(child_stack=NULLstrace: Process 12 attached`.
pub(super) fn before_notice(text: &str) -> Option<&str> {
    let text = text
        .strip_suffix(" attached")
        .or_else(|| text.strip_suffix(" detached"))?;
    let (before, pid) = text.rsplit_once("strace: Process ")?;
    let is_notice = !before.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    let is_path = |c: char| c.is_ascii_alphanumeric() || "/._-".contains(c);
    // With the path of strace, where it was started by that.
    let word = before.trim_end_matches(is_path).len();
    let path = before
        .get(word..)
        .filter(|path| path.ends_with('/'))
        .and_then(|path| path.find('/'));
    let end = path.map_or(before.len(), |at| word + at);
    before
        .get(..end)
        .filter(|before| is_notice && !before.is_empty())
}

/// The process of `Process 12 detached`.
fn left(notice: &str) -> Option<i32> {
    let number = notice.strip_prefix("Process ")?.strip_suffix(" detached")?;
    number.parse().ok()
}

/// The text behind the number of the call (`-n`) and the instruction pointer (`-i`): `[ 257] [00007f3c2a1b] close(3)`.
fn brackets(mut text: &str) -> &str {
    loop {
        let inside = text
            .strip_prefix('[')
            .and_then(|text| text.split_once("] "));
        match inside {
            Some((inner, rest))
                if !inner.is_empty()
                    && inner
                        .trim_start()
                        .bytes()
                        .all(|b| b.is_ascii_hexdigit() || b == b'?') =>
            {
                text = rest;
            }
            _ => return text,
        }
    }
}

fn what(text: &str) -> Option<What<'_>> {
    if let Some(inner) = text
        .strip_prefix("+++ ")
        .and_then(|text| text.strip_suffix(" +++"))
    {
        return ended(inner);
    }
    if let Some(inner) = text
        .strip_prefix("--- ")
        .and_then(|text| text.strip_suffix(" ---"))
    {
        return signalled(inner);
    }
    if let Some(text) = text.strip_prefix("<... ") {
        let (name, rest) = text.split_once(" resumed>")?;
        let (arguments, returned) = returned(rest)?;
        return is_name(name).then_some(What::Resumed(name, arguments, returned));
    }
    let (name, rest) = text.split_once('(')?;
    if !is_name(name) {
        return None;
    }
    if let Some((arguments, result)) = returned(rest) {
        return Some(What::Call(name, arguments, result));
    }
    if let Some(begun) = rest.strip_suffix(DETACHED) {
        return Some(What::Left(name, begun.strip_suffix(' ').unwrap_or(begun)));
    }
    let begun = rest.strip_suffix(UNFINISHED)?;
    Some(What::Entered(
        name,
        begun.strip_suffix(' ').unwrap_or(begun),
    ))
}

fn is_name(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_?".contains(&byte);
    (1..=64).contains(&name.len()) && name.bytes().all(is_part)
}

/// The arguments up to the parenthesis that ends them, and what is behind it.
fn returned(text: &str) -> Option<(&str, Return<'_>)> {
    let end = end_of_arguments(text)?;
    let arguments = text.get(..end)?;
    let result = text.get(end + 1..)?.trim_start().strip_prefix('=')?;
    let (result, took) = time::took(result.trim());
    // A call that the end of the process interrupted: `read(0,  <unfinished ...>) = ?`.
    let arguments = match arguments.strip_suffix(UNFINISHED) {
        Some(begun) => begun.strip_suffix(' ').unwrap_or(begun),
        None => arguments,
    };
    (!result.is_empty()).then_some((arguments, Return { result, took }))
}

fn ended(text: &str) -> Option<What<'_>> {
    if text.starts_with("superseded by execve in pid ") {
        return Some(What::Superseded);
    }
    if let Some(status) = text.strip_prefix("exited with ") {
        return Some(What::Ended(EndStatus::Exited(status.parse().ok()?)));
    }
    let text = text.strip_prefix("killed by ")?;
    let (name, core) = match text.strip_suffix(" (core dumped)") {
        Some(name) => (name, true),
        None => (text, false),
    };
    let signal = signal(name)?;
    Some(What::Ended(EndStatus::Killed { signal, core }))
}

fn signalled(text: &str) -> Option<What<'_>> {
    if let Some(name) = text.strip_prefix("stopped by ") {
        return Some(What::Stopped(signal(name)?));
    }
    let (name, info) = text.split_once(' ').unwrap_or((text, ""));
    Some(What::Signal(signal(name)?, info))
}

/// A signal by its name.
pub(super) fn signal(name: &str) -> Option<Sig> {
    let mut all = 1..=GREATEST_SIGNAL;
    all.find(|number| crate::strace::number::signal(*number) == name)
        .map(Sig)
}

#[cfg(test)]
mod tests {
    use crate::strace::import::line::*;

    fn line(text: &str) -> Line<'_> {
        match read(text) {
            Read::Line(line) => line,
            other => panic!("{text}: {other:?}"),
        }
    }

    fn call<'a>(arguments: &'a str, result: &'a str, took: Option<u64>) -> What<'a> {
        let took = took.map(Duration::from_micros);
        What::Call("close", arguments, Return { result, took })
    }

    #[test]
    fn the_same_call_is_read_in_each_form_of_a_line() {
        for (text, thread, has_time) in [
            ("close(3) = 0", None, false),
            ("close(3)                = 0", None, false),
            ("[pid    12] close(3) = 0", Some(12), false),
            ("12    close(3) = 0", Some(12), false),
            ("12    09:54:44.389081 close(3) = 0", Some(12), true),
            ("1796032485.396129 close(3) = 0", None, true),
            ("     0.000021 close(3) = 0", None, true),
            ("[pid 12<nc>] 09:54:44 close(3) = 0", Some(12), true),
            ("[   3] [00007f3c2a1bd2c0] close(3) = 0", None, false),
        ] {
            let line = line(text);
            assert_eq!(
                (line.thread, line.stamp.is_some()),
                (thread, has_time),
                "{text}"
            );
            assert_eq!(line.what, call("3", "0", None), "{text}");
        }
        let what =
            line("close(3<TCP:[[::1]:80->[::1]:81]>) = -1 EBADF (Bad file descriptor) <0.000009>")
                .what;
        let arguments = "3<TCP:[[::1]:80->[::1]:81]>";
        assert_eq!(
            what,
            call(arguments, "-1 EBADF (Bad file descriptor)", Some(9))
        );
    }

    #[test]
    fn a_call_in_two_lines_is_entered_and_resumed() {
        assert_eq!(
            line("accept(3,  <unfinished ...>").what,
            What::Entered("accept", "3, ")
        );
        assert_eq!(
            line("accept(3, <detached ...>").what,
            What::Left("accept", "3,")
        );
        let rest = Return {
            result: "4",
            took: None,
        };
        assert_eq!(
            line("12 <... accept resumed>NULL, NULL) = 4").what,
            What::Resumed("accept", "NULL, NULL", rest)
        );
        let killed = Return {
            result: "?",
            took: None,
        };
        assert_eq!(
            line("read(0,  <unfinished ...>) = ?").what,
            What::Call("read", "0, ", killed)
        );
    }

    #[test]
    fn ends_and_signals_are_told_from_calls() {
        let killed = EndStatus::Killed {
            signal: Sig(libc::SIGKILL),
            core: false,
        };
        assert_eq!(line("+++ killed by SIGKILL +++").what, What::Ended(killed));
        assert_eq!(
            line("7 +++ exited with 3 +++").what,
            What::Ended(EndStatus::Exited(3))
        );
        assert_eq!(
            line("--- stopped by SIGSTOP ---").what,
            What::Stopped(Sig(libc::SIGSTOP))
        );
        let info = "{si_signo=SIGPIPE, si_code=SI_USER, si_pid=1, si_uid=0}";
        let text = format!("--- SIGPIPE {info} ---");
        assert_eq!(line(&text).what, What::Signal(Sig(libc::SIGPIPE), info));
        let left = line("strace: Process 12 detached");
        assert_eq!((left.thread, left.what), (Some(12), What::Detached));
    }

    #[test]
    fn a_notice_in_the_middle_of_a_line_is_found() {
        let before = "clone(child_stack=NULL, flags=SIGCHLD";
        for name in ["strace", "/usr/bin/strace"] {
            let text = format!("{before}{name}: Process 12 attached");
            assert_eq!(before_notice(&text), Some(before));
            assert_eq!(
                before_notice(&text[before.len()..]),
                None,
                "it is the whole line"
            );
        }
        let left = "accept4(3, strace: Process 12 detached";
        assert_eq!(before_notice(left), Some("accept4(3, "));
        assert_eq!(before_notice("write(2, \"strace: Process x attached"), None);
    }

    #[test]
    fn other_lines_are_unknown_or_beside_the_calls() {
        assert_eq!(read(""), Read::Beside);
        assert_eq!(
            read(" > /lib/libc.so.6(__socket+0x7) [0x10a217]"),
            Read::Beside
        );
        let attached = read("strace: Process 12 attached");
        assert_eq!(attached, Read::Notice(Some(12)));
        for text in [
            "hello",
            "close(3)",
            "close(3) = ",
            "f(\"x = 0",
            "a b(3) = 0",
            "+++ gone +++",
        ] {
            assert_eq!(read(text), Read::Unknown, "{text}");
        }
    }
}
