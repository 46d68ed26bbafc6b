//! Sessions that a program once made otherwise than the session.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::child::{Child, Ran, folder};
use crate::common::files::text;
use crate::common::host::no_strace;
use crate::common::skipped;
use crate::{compiled, export, is_there};

/// Exports a session; gives the source of the program.
fn exported(lines: &str, format: &str, place: &Path) -> PathBuf {
    let script = place.join("session.sock");
    std::fs::write(&script, lines).expect("a script");
    let source = place.join(match format {
        "c" => "program.c",
        _ => "program.py",
    });
    export(&script, format, &source);
    source
}

/// Runs the program of a session in each language.
fn run(lines: &str, check: impl Fn(&str, Ran)) {
    for (format, tool) in [("c", "cc"), ("python", "python3")] {
        if !is_there(tool) {
            skipped(&format!("there is no {tool}"));
            continue;
        }
        let place = folder();
        let source = exported(lines, format, place.path());
        let mut command = match format {
            "c" => Command::new(compiled(&source)),
            _ => {
                let mut command = Command::new("python3");
                command.arg(&source);
                command
            }
        };
        command.current_dir(place.path());
        let ran = Child::start(&mut command, b"").end();
        check(&text(&source), ran);
    }
}

#[test]
fn a_connection_that_serve_accepted_is_closed_where_a_line_closes_it() {
    let lines = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
                 serve(l, echo) -> blocks\nc = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\n\
                 send(c, \"hello\")\nrecv(c, 5, MSG_WAITALL)\nclose(l_1)\ncancel(l)\n";
    run(lines, |source, ran| {
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        assert!(source.contains("close(l_1"), "{source}");
    });
}

#[test]
fn a_loop_of_serve_that_was_cancelled_is_said_to_go_on() {
    let lines = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
                 serve(l, echo) -> blocks\nc = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\n\
                 send(c, \"hello\")\nrecv(c, 5, MSG_WAITALL)\ncancel(l_1)\n";
    run(lines, |source, ran| {
        assert_eq!(ran.code, Some(0), "{ran:#?}");
        assert!(source.contains("not in this program: serve() makes this loop"));
    });
}

#[test]
fn a_session_without_a_call_is_a_program_that_ends() {
    for lines in ["", "inet_pton(AF_INET, NULL) -> refused\n"] {
        run(lines, |source, ran| {
            assert_eq!(ran.code, Some(0), "{ran:#?}\n{source}");
        });
    }
}

#[test]
fn a_child_that_is_left_ends_with_its_parent() {
    run("p = fork()\nwaitpid(p, WNOHANG) -> 0\n", |_, ran| {
        // What it prints is read to the end, which comes when nobody has the pipe any more.
        assert_eq!(ran.code, Some(0), "{ran:#?}");
    });
}

#[test]
fn a_thread_of_python_writes_whole_lines() {
    if !is_there("python3") {
        skipped("there is no python3");
        return;
    }
    if let Some(reason) = no_strace() {
        skipped(&reason);
        return;
    }
    let place = folder();
    let lines =
        "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 9) -> blocks\nsend(b, \"x\")\nwait(a)\n";
    let source = exported(lines, "python", place.path());
    let trace = place.path().join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-e", "trace=write", "-e", "write=none", "-o"])
        .arg(&trace)
        .args(["python3", "-u"])
        .arg(&source);
    Child::start(&mut command, b"").end().exits(0);
    let trace = text(&trace);
    for line in ["recv: 1", "send: 1"] {
        assert!(
            trace.contains(&format!("write(1, \"{line}\\n\", ")),
            "{trace}"
        );
    }
}
