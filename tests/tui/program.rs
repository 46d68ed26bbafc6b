//! A traced program on the screen: its calls, its terminal, its steps.

use std::io::{Read, Write};
use std::os::fd::AsRawFd;
use std::process::{Command, Stdio};

use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL};

/// Gives the keyboard to the program, and takes it back.
const TOGGLE: &str = "\x1d";

/// A server that waits for a line before it accepts.
const SERVER: &str = "
import socket
l = socket.socket()
l.bind(('127.0.0.1', 0))
l.listen(5)
print('name?', flush=True)
print('hello', input(), flush=True)
s, _ = l.accept()
print('tak' 'en', flush=True)
";

/// The server, traced. `None`: there is no Python, or this host does not allow tracing.
fn traced() -> Option<Rig> {
    let python = Command::new("python3")
        .arg("--version")
        .stdout(Stdio::null())
        .status();
    if !python.is_ok_and(|status| status.success()) {
        eprintln!("skipped: no python3");
        return None;
    }
    let arguments = ["trace", "python3", "-c", SERVER];
    let mut rig = Rig::start(USUAL, PROGRAM, &arguments, &[]);
    rig.wait_until("the question, or why it is not traced", |shown| {
        shown.has("name?") || shown.has("cannot trace")
    });
    if rig.screen().has("cannot trace") {
        eprintln!("skipped: {}", rig.screen().text());
        return None;
    }
    Some(rig)
}

/// The lesson that traces a server, at its first page. `None`: this host does not allow tracing.
fn lesson() -> Option<Rig> {
    let mut rig = Rig::start(USUAL, PROGRAM, &["learn", "own-server"], &[]);
    rig.wait_until("the held server, or why it is not traced", |shown| {
        shown.has("held before") || shown.has("cannot trace")
    });
    if rig.screen().has("cannot trace") {
        eprintln!("skipped: {}", rig.screen().text());
        return None;
    }
    Some(rig)
}

#[test]
fn a_lesson_traces_its_server_and_starts_it_again_with_the_page() {
    let Some(mut rig) = lesson() else { return };
    rig.wait_for_row(&["accept(fd3)", "-> held"]);
    rig.keys("\r").wait_for("Enter opens the next page");
    rig.keys("\r").wait_for("Held before a call");
    // The lesson makes the socket of the client.
    rig.keys("\x1b[19~").wait_for("1-3 answer");
    rig.keys("1").wait_for("What happened: 0");
    rig.wait_for("waiting ▮▯▯▯▯▯ 1 of 6");
    rig.keys("2").wait_for_row(&["step(fd3)", "-> fd from"]);
    // As it was at the beginning of the page.
    rig.keys("\x1b[15~")
        .wait_for("the page starts over")
        .wait_for_row(&["accept(fd3)", "-> held"]);
    rig.keys("\x1b[19~").wait_for("1-3 answer");
    rig.keys("1").wait_for("waiting ▮▯▯▯▯▯ 1 of 6");
}

#[test]
fn a_held_call_is_predicted_and_gets_a_fault_by_keys() {
    let Some(mut rig) = lesson() else { return };
    rig.wait_for("step").wait_for("predict").wait_for("inject");
    rig.prompt(&["c = socket inet stream", "connect c addr(fd3)"]);
    // A wrong prediction is said to be one; the call is made all the same.
    rig.panes().keys("G").wait_for("› step(fd3) -> ");
    rig.keys("blocks\r").wait_for("expected that it blocks");
    rig.wait_for_row(&["step(fd3)", "-> fd from 127.0.0.1:"]);
    rig.wait_for_row(&["recv(fd4, 100)", "-> held"]);
    rig.panes().keys("J").wait_for("› inject(fd4, ");
    rig.keys("\t").wait_for("EINTR").wait_for("short");
    rig.keys("\x15inject(fd4, EINTR)\r");
    rig.wait_for_row(&["recv(fd4, 100)", "-> EINTR (injected)"]);
    rig.wait_for_row(&["inject(fd4, EINTR)", "-> EINTR (injected)"]);
    rig.line("inject fd4 short");
    rig.wait_for_row(&["recv(fd4, 100)", "blocks"]);
    rig.line("send c \"hello\"");
    rig.wait_for_row(&["recv(fd4, 100)", "-> 5 \"hello\""]);
    rig.wait_for_row(&["send(fd4, \"hello\")", "held"]);
    rig.line("inject fd4 short");
    rig.wait_for_row(&["send(fd4, \"hello\")", "-> 2 (injected)"]);
    rig.wait_for_row(&["recv(fd4, 100)", "-> held"]);
    rig.line("inject(fd4, 400ms)");
    rig.wait_for_row(&["recv(fd4, 100)", "blocks"]);
}

/// Types a line into the program.
fn types(rig: &mut Rig, line: &str) {
    rig.keys(TOGGLE).wait_for("all keys go to the program");
    rig.keys(format!("{line}\r")).wait_for("hello");
    rig.keys(TOGGLE).wait_for("Space find");
}

#[test]
fn the_calls_of_a_program_are_shown_and_a_client_at_the_prompt_reaches_it() {
    let Some(mut rig) = traced() else { return };
    rig.wait_for_row(&["listen(fd3, 5)", "-> 0"]);
    rig.wait_for("LISTEN: waiting for connections");
    rig.prompt(&["c = socket inet stream", "connect c addr(fd3)"]);
    rig.wait_for_row(&["connect(c, addr(fd3))", "-> 0"]);
    rig.line("close fd3").wait_for("only that process makes");
    rig.panes().keys("H").wait_for("is held before its next");
    types(&mut rig, "Eva");
    rig.wait_for("hello Eva")
        .wait_for_row(&["accept4(fd3", "held"]);
    assert!(!rig.screen().has("taken"), "it is not made yet");
    rig.keys(".");
    rig.wait_for_row(&["fd4 = accept4(fd3", "-> fd 4 from 127.0.0.1:"]);
    rig.keys("H").wait_for("taken");
    rig.wait_for("the program exited with status 0");
    rig.keys(TOGGLE)
        .wait_for("the program exited with status 0");
}

#[test]
fn a_program_may_have_another_terminal() {
    let pty = nix::pty::openpty(None, None).expect("a pseudoterminal");
    let device = std::fs::read_link(format!("/proc/self/fd/{}", pty.slave.as_raw_fd()));
    let device = device.expect("its name").to_string_lossy().into_owned();
    let shell = "read name; echo got $name; exec sleep 100";
    let arguments = ["trace", "--tty", &device, "sh", "-c", shell];
    let mut rig = Rig::start(USUAL, PROGRAM, &arguments, &[]);
    rig.wait_until("its process, or why it is not traced", |shown| {
        shown.has("execve(") || shown.has("cannot trace")
    });
    if rig.screen().has("cannot trace") {
        eprintln!("skipped: {}", rig.screen().text());
        return;
    }
    let mut master = std::fs::File::from(pty.master);
    master.write_all(b"Eva\n").expect("the line is typed");
    let mut read = Vec::new();
    while !String::from_utf8_lossy(&read).contains("got Eva") {
        let mut piece = [0; 100];
        let count = master.read(&mut piece).expect("what the program writes");
        read.extend_from_slice(&piece[..count]);
    }
    rig.wait_for("sleep");
    rig.keys(TOGGLE)
        .wait_for("the program runs in a terminal of its own");
    // No session had the terminal: it is the program's.
    master.write_all(&[3]).expect("Ctrl-C is typed");
    rig.wait_for("the program was killed by SIGINT");
}

#[test]
fn what_is_no_terminal_is_refused_with_what_to_do() {
    let arguments = ["trace", "--no-screen", "--tty", "/dev/null", "true"];
    let output = Command::new(PROGRAM).args(arguments).output();
    let output = output.expect("it runs");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(
        said.contains("cannot use /dev/null as a terminal: it is none; `tty` in"),
        "{said}"
    );
}
