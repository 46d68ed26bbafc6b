//! `sockplay run --strace` against strace itself: every script is run under `strace -f`, and each line that the program
//! prints must be a line of strace, in the same thread and in the same order. Pointers are not compared: the program
//! prints them as `0x…`.
//!
//! Nor may strace have seen a call on a socket of the script that was not printed: what is left over must be on the
//! short list of what the program probes by itself.

mod common;
mod strace {
    pub(crate) mod lines;
    pub(crate) mod own;
}

use std::collections::BTreeMap;
use std::fs;
use std::process::Command;
use std::sync::Mutex;
use std::thread;

use sockplay::call::Mode;
use sockplay::call::table::{CallKind, Reach, SIGNATURES};
use sockplay::notation::{parse_line, statements};

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::files::{scripts, sessions, text};
use crate::common::host::no_strace;
use crate::common::skipped;
use strace::lines::{Threads, same};
use strace::own::Own;

/// The calls that the notation knows, and those with which the program probes.
fn traced() -> String {
    let calls = SIGNATURES.iter().map(|row| row.syscall);
    let calls = calls.filter(|name| !name.is_empty());
    // With these it copies a descriptor of a child.
    let calls: Vec<&str> = calls.chain(["pidfd_open", "pidfd_getfd"]).collect();
    format!("trace={}", calls.join(","))
}

/// How many scripts run at once.
const AT_ONCE: usize = 3;

/// Why nothing can be compared here.
fn no_comparison() -> Option<String> {
    if let Some(reason) = no_strace() {
        return Some(reason);
    }
    let version = Command::new("strace").arg("-V").output();
    let version = version.expect("it was started before").stdout;
    let version = String::from_utf8_lossy(&version);
    let version = version.lines().next().unwrap_or_default();
    if !version.ends_with(" 6.1") {
        return Some(format!(
            "the text is that of strace 6.1, and this is {version}"
        ));
    }
    if !cfg!(target_arch = "x86_64") {
        return Some("the text is that of x86_64".to_owned());
    }
    None
}

/// Whether some line makes many calls in a loop of the program's own.
fn has_loops(text: &str) -> bool {
    let commands = text
        .lines()
        .flat_map(statements)
        .filter_map(|line| parse_line(line).ok()?.command);
    let mut calls = commands.map(|command| command.call.call_kind());
    calls.any(CallKind::is_loop)
}

/// Whether some line has the C library look up a name.
fn looks_up(text: &str) -> bool {
    let commands = text
        .lines()
        .flat_map(statements)
        .filter_map(|line| parse_line(line).ok()?.command);
    let mut reaches = commands.map(|command| command.call.call_kind().signature().reach);
    reaches.any(|reach| reach == Reach::Names)
}

/// The name by which strace knows a call.
fn traced_as(call_kind: CallKind) -> &'static str {
    call_kind.signature().syscall
}

/// Whether a line says that its call is not made.
fn is_refused(command: &sockplay::call::Command) -> bool {
    matches!(&command.mode, Mode::Expect(pattern) if pattern.words == ["refused"])
}

/// The system calls of a script that were not printed, though all of its lines were carried out: their results would be
/// made up.
fn missing(text: &str, printed: &Threads) -> Vec<String> {
    let mut count: BTreeMap<&str, i64> = BTreeMap::new();
    let commands = text
        .lines()
        .flat_map(statements)
        .filter_map(|line| parse_line(line).ok()?.command)
        .filter(|command| !is_refused(command));
    for call_kind in commands.map(|command| command.call.call_kind()) {
        if call_kind.is_system_call() {
            *count.entry(traced_as(call_kind)).or_default() += 1;
        }
    }
    let calls = printed.threads.iter().flat_map(|(_, calls)| calls);
    let names = calls.filter_map(|call| call.text.split_once('(').map(|(name, _)| name));
    for name in names {
        if let Some(count) = count.get_mut(name) {
            *count -= 1;
        }
    }
    let missing = count.into_iter().filter(|(_, count)| *count > 0);
    missing
        .map(|(name, count)| format!("{count} of {name}() not printed"))
        .collect()
}

/// Runs a script under strace: what the program printed, and what strace saw, and whether every line held.
fn run(text: &str) -> (Threads, Threads, bool) {
    let folder = folder();
    let trace = folder.path().join("trace");
    let place = folder.path().join("place");
    fs::create_dir(&place).expect("a folder");
    let mut command = Command::new("strace");
    command.args(["-f", "-e", &traced(), "-o"]).arg(&trace);
    command
        .args([PROGRAM, "run", "--strace"])
        .current_dir(&place);
    for (number, session) in sessions(text).iter().enumerate() {
        let script = folder.path().join(format!("{number:03}.sock"));
        fs::write(&script, session).expect("a script");
        command.arg(script);
    }
    let ran = Child::start(&mut command, b"").end().orderly();
    let trace = fs::read_to_string(trace).expect("a trace");
    (
        Threads::printed(&ran.out),
        Threads::traced(&trace),
        ran.code == Some(0),
    )
}

/// Compares both, thread by thread. Gives what does not agree.
fn differences(printed: &Threads, traced: &Threads, text: &str) -> Vec<String> {
    let loops = has_loops(text);
    let looks_up = looks_up(text);
    let mut wrong = Vec::new();
    // No call of a script is made by the thread with which the program began.
    for (thread, calls) in traced.threads.iter().skip(1) {
        let mut own = Own::new(loops);
        // The C library looks names up on a thread that makes no call of a line, and it makes what calls it needs.
        if looks_up && printed.of(thread).is_empty() {
            continue;
        }
        let mut ours = printed.of(thread).iter().peekable();
        for call in calls {
            if ours.peek().is_some_and(|ours| same(ours, call)) {
                ours.next();
                own.saw(call);
            } else if !own.is_own(call) {
                wrong.push(format!("{thread}: not printed: {}", call.text));
            }
        }
        wrong.extend(ours.map(|ours| format!("{thread}: not of strace: {}", ours.text)));
    }
    let known = |thread: &str| traced.threads.iter().any(|(known, _)| known == thread);
    let strangers = printed.threads.iter().filter(|(thread, _)| !known(thread));
    wrong.extend(strangers.map(|(thread, _)| format!("{thread}: no such thread")));
    wrong
}

/// Compares every script of a folder, a few at once.
fn agrees(folder: &str) {
    if let Some(reason) = no_comparison() {
        return skipped(&reason);
    }
    let queue = Mutex::new(scripts(folder).into_iter());
    let wrong = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for _ in 0..AT_ONCE {
            scope.spawn(|| {
                let next = || queue.lock().expect("nobody panics over it").next();
                while let Some(script) = next() {
                    let text = text(&script);
                    let (printed, traced, held) = run(&text);
                    let lines: usize = printed.threads.iter().map(|(_, calls)| calls.len()).sum();
                    assert!(lines > 0, "{} prints nothing", script.display());
                    let mut found = differences(&printed, &traced, &text);
                    if held {
                        found.extend(missing(&text, &printed));
                    } else {
                        let name = script.display();
                        skipped(&format!("{name}: not all of it was carried out here"));
                    }
                    let named = found
                        .into_iter()
                        .map(|line| format!("{}: {line}", script.display()));
                    wrong.lock().expect("nobody panics over it").extend(named);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("nobody panicked over it");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_script_is_printed_as_strace_prints_it() {
    agrees("tests/scripts");
}

#[test]
fn every_scenario_of_tcp_is_printed_as_strace_prints_it() {
    agrees("tests/conformance/tcp_states");
}

#[test]
fn every_case_of_the_conformance_scripts_is_printed_as_strace_prints_it() {
    agrees("tests/conformance");
}

#[test]
fn what_is_wrong_on_purpose_is_printed_as_strace_prints_it() {
    agrees("tests/strace");
}

#[test]
fn broken_expectations_are_reported_beside_the_calls() {
    let mut command = Command::new(PROGRAM);
    command.args(["run", "--strace", "-c", "close(900) -> 0; sleep(1ms) -> 0"]);
    let ran = Child::start(&mut command, b"").end().exits(1);
    let printed = Threads::printed(&ran.out);
    assert_eq!(printed.threads.len(), 1, "{}", ran.out);
    assert_eq!(ran.out.lines().count(), 1, "{}", ran.out);
    assert_eq!(
        printed.threads[0].1[0].text,
        "close(900) = -1 EBADF (Bad file descriptor)"
    );
    assert!(
        ran.err.contains("-c:1: close(900): expected 0"),
        "{}",
        ran.err
    );
    let mut command = Command::new(PROGRAM);
    command.args(["run", "--strace", "--json", "-c", "close(900)"]);
    let refused = Child::start(&mut command, b"").end().exits(2);
    assert!(refused.err.contains("--json"), "{}", refused.err);
}

/// Two sockets and a receive that waits, as the program prints it and as strace does.
const PRINTED: &str = "\
[pid    11] socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0
[pid    11] recvfrom(3,  <unfinished ...>
[pid    12] close(900)                  = -1 EBADF (Bad file descriptor)
[pid    11] <... recvfrom resumed>0x…, 9, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
";
const TRACE: &str = "\
10    epoll_create1(EPOLL_CLOEXEC)      = 60
11    socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0
11    getsockname(3, {sa_family=AF_UNIX}, [128 => 2]) = 0
11    recvfrom(3,  <unfinished ...>
12    close(900)                        = -1 EBADF (Bad file descriptor)
11    <... recvfrom resumed>0x7f01, 9, 0, NULL, NULL) = ? ERESTARTSYS (To be restarted if SA_RESTART is set)
11    --- SIGRT_6 {si_signo=SIGRT_6, si_code=SI_TKILL, si_pid=10, si_uid=0} ---
10    +++ exited with 0 +++
";

fn found(printed: &str, trace: &str) -> Vec<String> {
    differences(&Threads::printed(printed), &Threads::traced(trace), "")
}

#[test]
fn what_differs_is_found() {
    assert_eq!(found(PRINTED, TRACE), Vec::<String>::new());
    let wrong = |from: &str, to: &str| found(&PRINTED.replace(from, to), TRACE);
    assert_eq!(
        wrong("9, 0", "9, MSG_PEEK").len(),
        2,
        "one is wrong, so one is missing"
    );
    assert_eq!(wrong("close(900)", "close(901)").len(), 2);
    assert_eq!(
        wrong("[pid    12]", "[pid    13]").len(),
        2,
        "another thread"
    );
    assert_eq!(wrong("EBADF (Bad file descriptor)", "EBADF").len(), 2);
    let lines: Vec<&str> = PRINTED.lines().collect();
    let missing = found(&lines[1..].join("\n"), TRACE);
    assert_eq!(
        missing,
        ["11: not printed: socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0"]
    );
}

#[test]
fn a_call_without_a_printed_line_is_found() {
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 9) -> blocks\nclose(900) -> EBADF\nstate(a)\n";
    assert_eq!(
        missing(script, &Threads::printed(PRINTED)),
        Vec::<String>::new()
    );
    let more = format!("{script}getsockname(a, 200) -> EINVAL\nsend(a, \"x\") -> 1\n");
    assert_eq!(
        missing(&more, &Threads::printed(PRINTED)),
        [
            "1 of getsockname() not printed",
            "1 of sendto() not printed"
        ]
    );
}

#[test]
fn a_call_that_does_not_return_is_compared_by_its_beginning() {
    let lines: Vec<&str> = PRINTED.lines().collect();
    let unfinished = lines[..3].join("\n");
    assert_eq!(found(&unfinished, TRACE), Vec::<String>::new());
    let other = unfinished.replace("recvfrom(3, ", "recvfrom(4, ");
    assert_eq!(found(&other, TRACE).len(), 2);
}
