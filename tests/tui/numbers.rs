//! While a session goes on, sockplay opens nothing that takes a number of the playground.

use std::fs;
use std::path::{Path, PathBuf};

use crate::common::child::PROGRAM;
use crate::common::host::no_strace;
use crate::common::terminal::{ESC, Rig, USUAL};
use crate::common::{opened, skipped};

/// Enough threads for glibc to count its arenas.
const SCRIPT: &str = "l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0) -> 0
listen(l, 50) -> 0
serve(l, echo) &
a = socket(AF_INET, SOCK_STREAM)
connect(a, addr(l)) -> 0
b = socket(AF_INET, SOCK_STREAM)
connect(b, addr(l)) -> 0
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l)) -> 0
d = socket(AF_INET, SOCK_STREAM)
connect(d, addr(l)) -> 0
recv(a, 1) -> blocks
recv(b, 1) -> blocks
recv(c, 1) -> blocks
send(d, \"x\") -> 1
recv(d, 1) -> 1 \"x\"
close(d) -> 0
send(d, \"x\") -> EBADF
";

const LESSON: &str = "---
title: Own lesson
goal: Learn.
topics: server-calls
minutes: 3
sources: listen(2)
---
Welcome.

## A server

```play
l = socket(AF_INET, SOCK_STREAM) -> fd
bind(l, 127.0.0.1:0) -> 0
listen(l, 5) -> 0
```

## A client

```goal
connect(x, addr(l)) -> 0  # connect a client
```

```hint
It is a second socket.
```

```solution
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
```
";

/// Starts the program under strace(1), with these arguments. Gives it and the file of the trace.
fn traced(folder: &Path, arguments: &[&str]) -> (Rig, PathBuf) {
    let trace = folder.join("trace");
    let own = opened::arguments(&trace);
    let own = own.iter().map(String::as_str);
    let all: Vec<&str> = own
        .chain([PROGRAM])
        .chain(arguments.iter().copied())
        .collect();
    (Rig::start(USUAL, "strace", &all, &[]), trace)
}

/// Ends the session, and checks that nothing was opened beside its calls.
#[track_caller]
fn ends_with_nothing_opened(mut rig: Rig, trace: &Path) {
    rig.prompt(&["shutdown(a, SHUT_WR)"])
        .wait_for_row(&["shutdown(a, SHUT_WR) ", "-> 0"]);
    rig.panes().keys("q").wait_for("Leave and cancel").keys("y");
    rig.wait_exit();
    let trace = fs::read_to_string(trace).expect("a trace");
    let opened = opened::beside_the_session(&trace);
    assert_eq!(opened, [""; 0], "{trace}");
}

#[test]
fn what_is_drawn_written_and_looked_up_takes_no_number_of_the_playground() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("own.sock");
    fs::write(&script, SCRIPT).expect("it can be written");
    let (mut rig, trace) = traced(folder.path(), &[&script.to_string_lossy()]);
    let lines = SCRIPT.lines().count();
    rig.wait_for(&format!("own.sock 0/{lines}"))
        .keys("\x1b[18~");
    rig.wait_for(&format!("all {lines} lines held"));
    // The ladder, the past, another size and layout, a saved log, the course, the I/O models.
    rig.keys("v").wait_for("any other key closes");
    rig.keys(ESC).wait_without("any other key closes");
    rig.keys("\x1b[D").wait_for("past");
    rig.keys(ESC).wait_without("past");
    rig.resize((118, 40)).wait_until("the other size", |shown| {
        let title = shown.rows.first().map(|row| row.trim_end());
        title.is_some_and(|title| title.ends_with("quit") && title.chars().count() < 119)
    });
    rig.keys("L").wait_for("State is large");
    rig.prompt(&["w kept.sock"])
        .wait_for("was written to kept.sock");
    rig.panes().keys("\x1bOS").wait_for("lessons done");
    rig.keys(ESC).wait_without("lessons done");
    rig.keys("\x1bOQ").wait_for("blocking I/O (UNP figure 6.1)");
    rig.wait_for("◀── datagram");
    rig.keys("x").wait_without("blocking I/O (UNP figure 6.1)");
    ends_with_nothing_opened(rig, &trace);
}

#[test]
fn the_progress_of_a_lesson_takes_no_number_of_the_playground() {
    if let Some(reason) = no_strace() {
        return skipped(&reason);
    }
    let folder = tempfile::tempdir().expect("a folder");
    let lesson = folder.path().join("01-own.md");
    fs::write(&lesson, LESSON).expect("it can be written");
    let (mut rig, trace) = traced(folder.path(), &["learn", &lesson.to_string_lossy()]);
    rig.wait_for("Own lesson 1/3")
        .keys("\r")
        .wait_for("▸ l = socket");
    rig.keys("\r")
        .wait_for("▸ bind")
        .keys("\r")
        .wait_for("▸ listen");
    rig.keys("\r").wait_for("✓ listen");
    rig.keys("\r").wait_for("Own lesson 3/3");
    rig.prompt(&["a = socket(AF_INET, SOCK_STREAM)", "connect(a, addr(l))"]);
    rig.wait_for("The goal is reached.").panes();
    rig.prompt(&["recv(a, 1)"])
        .wait_for("recv() blocked")
        .panes();
    ends_with_nothing_opened(rig, &trace);
}
