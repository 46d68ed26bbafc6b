//! `strace` as the oracle: the kernel is asked what a script says, in that order, on those descriptors, and no more.
//!
//! getsockopt, getsockname and getpeername are left out: with them the program probes sockets by itself.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::process::Command;

use sockplay::call::Call;
use sockplay::call::argument::Descriptor;
use sockplay::notation::parse_line;

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::host::no_strace;
use crate::common::skipped;

/// The calls with which the program probes.
const OWN_CALLS: [&str; 3] = ["getsockopt", "getsockname", "getpeername"];

/// One call of the trace.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Traced {
    name: String,
    arguments: String,
    result: String,
}

/// A call that the script makes: its name for the kernel, the first arguments, the names of what it makes.
#[derive(Debug)]
struct Expected {
    name: &'static str,
    on: On,
    makes: Vec<String>,
}

#[derive(Debug)]
enum On {
    Socket(String),
    Number(i32),
    /// A call that makes a socket: its arguments as both strace and the notation write them.
    Nothing(String),
}

/// Runs a script under strace and gives the calls in the order in which they were entered.
#[track_caller]
fn trace(script: &str, folder: &Path) -> Vec<Traced> {
    let file = folder.join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-e", "trace=%net", "-e", "signal=none", "-o"])
        .arg(&file)
        .args([PROGRAM, "run", "-"])
        .current_dir(folder);
    Child::start(&mut command, script.as_bytes()).end().exits(0);
    calls(&fs::read_to_string(file).expect("a trace"))
}

/// Reads `PID name(arguments) = result`, also where another thread was in between.
fn calls(trace: &str) -> Vec<Traced> {
    let mut calls: Vec<Traced> = Vec::new();
    let mut unfinished: HashMap<&str, usize> = HashMap::new();
    for line in trace.lines() {
        let Some((pid, rest)) = line.split_once(' ') else {
            continue;
        };
        let rest = rest.trim_start();
        if rest.starts_with("+++") || rest.starts_with("---") {
            continue;
        }
        if rest.starts_with("<... ") {
            if let Some(index) = unfinished.remove(pid) {
                let (_, end) = rest.split_once(" resumed>").unwrap_or_default();
                let (arguments, result) = end.rsplit_once(" = ").unwrap_or((end, ""));
                calls[index].arguments += arguments.trim_end().trim_end_matches(')');
                result.trim().clone_into(&mut calls[index].result);
            }
            continue;
        }
        let Some((name, rest)) = rest.split_once('(') else {
            continue;
        };
        let (arguments, result) = match rest.split_once(" <unfinished ...>") {
            Some((arguments, _)) => {
                unfinished.insert(pid, calls.len());
                (arguments, "")
            }
            None => rest.rsplit_once(" = ").unwrap_or((rest, "")),
        };
        calls.push(Traced {
            name: name.to_owned(),
            arguments: arguments.trim_end().trim_end_matches(')').to_owned(),
            result: result.trim().to_owned(),
        });
    }
    calls.retain(|call| !OWN_CALLS.contains(&call.name.as_str()));
    calls
}

/// What the kernel calls a call of the notation that strace counts among those of the network.
fn kernel_name(call: &Call) -> Option<&'static str> {
    Some(match call {
        Call::Socket { .. } => "socket",
        Call::Socketpair { .. } => "socketpair",
        Call::Bind { .. } => "bind",
        Call::Listen { .. } => "listen",
        Call::Accept { .. } => "accept",
        Call::Accept4 { .. } => "accept4",
        Call::Connect { .. } => "connect",
        // The C library makes send() and recv() of these two.
        Call::Send { .. } | Call::Sendto { .. } => "sendto",
        Call::Recv { .. } | Call::Recvfrom { .. } => "recvfrom",
        Call::Shutdown { .. } => "shutdown",
        Call::Setsockopt { .. } => "setsockopt",
        _ => return None,
    })
}

/// The calls that a script makes. A name that `wait` gives belongs to the accept() that was left pending.
fn expected(script: &str) -> Vec<Expected> {
    let mut calls: Vec<Expected> = Vec::new();
    for line in script.lines() {
        let Some(command) = parse_line(line).expect(line).command else {
            continue;
        };
        let makes: Vec<String> = command.targets.iter().map(ToString::to_string).collect();
        let on = match command.call.socket() {
            Some(Descriptor::Named(name)) => On::Socket(name.to_string()),
            Some(Descriptor::Raw(number)) => On::Number(*number),
            None => {
                let text = command.call.to_string();
                let inner = text.split_once('(').map_or("", |(_, inner)| inner);
                On::Nothing(inner.trim_end_matches(')').to_owned())
            }
        };
        if let (Call::Wait { .. }, On::Socket(listener)) = (&command.call, &on)
            && let Some(accept) = calls.iter_mut().rev().find(|call| {
                matches!(&call.on, On::Socket(name) if name == listener)
                    && call.name.starts_with("accept")
            })
        {
            accept.makes = makes;
        } else if let Some(name) = kernel_name(&command.call) {
            calls.push(Expected { name, on, makes });
        }
    }
    calls
}

/// The descriptors that a call gave: the result, or the two numbers that socketpair() wrote.
fn descriptors_of(call: &Traced) -> Vec<i32> {
    let numbers = match call.arguments.rsplit_once('[') {
        Some((_, pair)) if call.name == "socketpair" => pair.trim_end_matches(']'),
        _ => call.result.as_str(),
    };
    numbers
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect()
}

/// Compares the trace with the script, call by call. Gives the number that each name referred to at last.
#[track_caller]
fn agrees(script: &str, traced: &[Traced]) -> HashMap<String, i32> {
    let mut numbers: HashMap<String, i32> = HashMap::new();
    let expected = expected(script);
    for (expected, traced) in expected.iter().zip(traced) {
        let name = match traced.name.as_str() {
            // Where the kernel has no accept, the C library makes an accept4 without flags.
            "accept4" if expected.name == "accept" => "accept",
            name => name,
        };
        assert_eq!(name, expected.name, "{expected:?} {traced:?}");
        let beginning = match &expected.on {
            On::Socket(name) => format!("{},", numbers.get(name).expect(name)),
            On::Number(number) => format!("{number},"),
            On::Nothing(arguments) => arguments.clone(),
        };
        assert!(
            traced.arguments.starts_with(&beginning),
            "{expected:?} {traced:?}"
        );
        numbers.extend(expected.makes.iter().cloned().zip(descriptors_of(traced)));
    }
    assert_eq!(expected.len(), traced.len(), "{traced:#?}");
    numbers
}

const SCRIPT: &str = "\
l = socket(AF_INET, SOCK_STREAM)
setsockopt(l, SO_REUSEADDR, 1)           -> 0
bind(l, 127.0.0.1:0)                     -> 0
listen(l, 5)                             -> 0
accept(l)                                -> blocks
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))                      -> 0
s = wait(l)                              -> fd from addr(c)
recv(s, 100)                             -> blocks
send(s, \"from a further thread\")         -> 21
send(c, \"hello\")                         -> 5
wait(s)                                  -> 5 \"hello\"
recv(c, 100, MSG_PEEK)                   -> 21 *
recv(c, 100)                             -> 21 *
recv(c, 100)                             -> blocks
cancel(c)                                -> EINTR
listen(c, 5)                             -> EINVAL
shutdown(c, SHUT_WR)                     -> 0
recv(s, 100)                             -> 0
a, b = socketpair(AF_UNIX, SOCK_DGRAM|SOCK_CLOEXEC)
send(a, \"one\")                           -> 3
recvfrom(b, 100)                         -> 3 \"one\"
u = socket(AF_INET, SOCK_DGRAM)
sendto(u, \"x\", 127.0.0.1:0)              -> EINVAL
close(u)                                 -> 0
v = socket(AF_INET6, SOCK_DGRAM)         -> fd or EAFNOSUPPORT
send(u, \"x\", MSG_NOSIGNAL)               -> EBADF or EDESTADDRREQ
recv(900, 1)                             -> EBADF
bind(-1, 127.0.0.1:0)                    -> EBADF
d = accept4(l, SOCK_NONBLOCK)             -> blocks
cancel(l)                                -> EINTR
";

#[test]
fn the_kernel_is_asked_what_the_script_says_and_no_more() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    let folder = folder();
    let traced = trace(SCRIPT, folder.path());
    let numbers = agrees(SCRIPT, &traced);
    assert!(numbers.len() >= 7, "{numbers:?}");
    // accept() takes its number before it waits, so this is s and the client comes after it.
    assert!(numbers["s"] < numbers["c"], "{numbers:?}");
}

#[test]
fn reading_without_a_script_asks_the_kernel_for_nothing() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    let folder = folder();
    assert_eq!(trace("# only a comment\nsleep(1ms)\n", folder.path()), []);
}

#[test]
fn a_trace_is_read_also_where_threads_come_between() {
    let read = calls(
        "7  accept(3,  <unfinished ...>\n8  socket(AF_INET, SOCK_STREAM, IPPROTO_IP) = 5\n\
         8  getsockopt(5, SOL_TCP, TCP_INFO, \"\\7\", [4]) = 0\n\
         7  <... accept resumed>{sa_family=AF_INET}, [128 => 16]) = 4\n8  +++ exited with 0 +++\n",
    );
    let names: Vec<(&str, &str)> = read
        .iter()
        .map(|call| (call.name.as_str(), call.result.as_str()))
        .collect();
    assert_eq!(names, [("accept", "4"), ("socket", "5")]);
    assert!(read[0].arguments.starts_with("3,"), "{read:?}");
    let pair = calls("7  socketpair(AF_UNIX, SOCK_STREAM, 0, [3, 4]) = 0\n");
    assert_eq!(descriptors_of(&pair[0]), [3, 4]);
}

/// A call that is refused at the start is named, with what it is for and what can be done.
#[test]
fn a_start_that_fails_says_what_was_tried() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    for (call, errno, said) in [
        (
            "timerfd_create",
            "ENOSYS",
            ["timerfd_create() failed", "a sandbox"],
        ),
        (
            "epoll_create1",
            "EMFILE",
            ["epoll_create1() failed", "ulimit -n"],
        ),
        ("eventfd2", "EPERM", ["eventfd() failed", "a sandbox"]),
    ] {
        let mut command = Command::new("strace");
        let inject = format!("inject={call}:error={errno}");
        command.args(["-f", "-o", "/dev/null", "-e", &inject, PROGRAM]);
        let ran = Child::start(command.args(["run", "-c", "close(900)"]), b"")
            .end()
            .exits(2);
        assert!(ran.err.starts_with("sockplay: cannot start: "), "{ran:#?}");
        assert!(said.iter().all(|part| ran.err.contains(part)), "{ran:#?}");
    }
}
