//! Sessions that a program once made otherwise than the session.

use std::io::Write;
use std::os::unix::net::UnixListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use crate::common::child::{Child, PROGRAM, Ran, folder, until};
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
        let ran = Child::start(&mut program(&source, format), b"").end();
        check(&text(&source), ran);
    }
}

/// The program of a source, compiled where that is needed, to be started in the folder of the source.
fn program(source: &Path, format: &str) -> Command {
    let mut command = match format {
        "c" => Command::new(compiled(source)),
        _ => {
            let mut command = Command::new("python3");
            command.arg(source);
            command
        }
    };
    command.current_dir(source.parent().expect("a folder"));
    command
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

/// The threads of a program beside main().
fn threads(program: &Child) -> Vec<PathBuf> {
    let main = program.proc();
    let tasks = std::fs::read_dir(main.join("task")).expect("it runs");
    let tasks = tasks.flatten().map(|task| task.path());
    tasks
        .filter(|task| task.file_name() != main.file_name())
        .collect()
}

/// Whether a thread sleeps in recv().
fn receives(task: &Path) -> bool {
    // A thread that has just ended has no such file.
    let call = std::fs::read_to_string(task.join("syscall")).unwrap_or_default();
    call.split(' ').next() == Some(&libc::SYS_recvfrom.to_string())
}

#[test]
fn a_number_that_a_line_closed_is_not_closed_again_by_a_thread() {
    if let Some(reason) = no_strace() {
        skipped(&reason);
        return;
    }
    // Each recv(g) waits for the test. The thread of l_1 sleeps in recv() when l_1 is closed; d gets the number; the thread
    // ends after c is closed.
    let lines = "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\n\
                 serve(l, echo) -> blocks\nc = socket(AF_INET, SOCK_STREAM)\nconnect(c, addr(l))\n\
                 send(c, \"hello\")\nrecv(c, 5, MSG_WAITALL)\n\
                 g = socket(AF_UNIX, SOCK_STREAM)\nconnect(g, unix:gate)\nrecv(g, 1)\n\
                 close(l_1)\nd = socket(AF_INET, SOCK_DGRAM)\nclose(c)\nrecv(g, 1)\nbind(d, 127.0.0.1:0)\n";
    for (format, tool) in [("c", "cc"), ("python", "python3")] {
        if !is_there(tool) {
            skipped(&format!("there is no {tool}"));
            continue;
        }
        let place = folder();
        let gate = UnixListener::bind(place.path().join("gate")).expect("a server");
        let own = gate.try_clone().expect("a server");
        let session = thread::spawn(move || {
            let (mut client, _) = own.accept().expect("a client");
            client.write_all(b"12").expect("it reads");
        });
        let source = exported(lines, format, place.path());
        session.join().expect("it was served");
        gate.set_nonblocking(true).expect("a server");
        let program = Child::start(&mut program(&source, format), b"");
        let mut client = until("the program connects", || gate.accept().ok()).0;
        until("the thread of l_1 sleeps in recv()", || {
            let tasks = threads(&program);
            tasks.iter().any(|task| receives(task)).then_some(())
        });
        client.write_all(b"1").expect("it reads");
        until("only the thread of serve() is left", || {
            (threads(&program).len() == 1).then_some(())
        });
        client.write_all(b"2").expect("it reads");
        let ran = program.end();
        assert_eq!(ran.code, Some(0), "{ran:#?}\n{}", text(&source));
    }
}

#[test]
fn a_recording_with_a_line_that_cannot_be_read_is_a_program_nevertheless() {
    let place = folder();
    let (script, recording) = (place.path().join("a.sock"), place.path().join("a.jsonl"));
    let lines = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"x\")\nc = socket(AF_INET, SOCK_STREAM)\n\
                 listen(c, 5)\np = fork()\nclose(c) in p\nkill(p, SIGKILL)\nwaitpid(p)\n";
    std::fs::write(&script, lines).expect("a script");
    let mut command = Command::new(PROGRAM);
    command
        .arg("run")
        .arg("--record")
        .arg(&recording)
        .arg(&script);
    Child::start(&mut command, b"").end().exits(0);
    let whole = text(&recording);
    for (made, gap) in [("\"c\"", "makes c"), ("\"p\"", "makes p")] {
        let target = format!("\"targets\":[{made}]");
        let damaged = whole.lines().map(|line| match line.contains(&target) {
            true => "{\"Event\":{\"at\":1,\n",
            false => line,
        });
        let damaged: Vec<&str> = damaged.map(str::trim_end).collect();
        std::fs::write(&recording, damaged.join("\n") + "\n").expect("a recording");
        for (format, tool) in [("c", "cc"), ("python", "python3")] {
            if !is_there(tool) {
                skipped(&format!("there is no {tool}"));
                continue;
            }
            let source = place.path().join(match format {
                "c" => "program.c",
                _ => "program.py",
            });
            let mut command = Command::new(PROGRAM);
            command.args(["export", "--format", format]).arg(&recording);
            command.arg("-o").arg(&source);
            let ran = Child::start(&mut command, b"").end().exits(0);
            assert!(ran.err.contains(gap), "{ran:#?}");
            assert!(
                ran.err
                    .contains("cannot be read (EOF while parsing a value)"),
                "{ran:#?}"
            );
            Child::start(&mut program(&source, format), b"")
                .end()
                .exits(0);
        }
    }
}

#[test]
fn what_a_trace_of_several_processes_lacks_is_said_in_a_few_lines() {
    let place = folder();
    let (trace, recording) = (place.path().join("trace"), place.path().join("a.jsonl"));
    let mut lines = "100 execve(\"/bin/a\", [\"a\"], 0x7ffd /* 1 var */) = 0\n".repeat(30);
    lines.push_str("100 clone(child_stack=NULL, flags=SIGCHLD) = 101\n");
    lines.push_str(
        "100 socket(AF_INET, SOCK_STREAM, 0) = 3\n101 socket(AF_INET, SOCK_STREAM, 0) = 3\n",
    );
    lines.push_str("100 +++ exited with 0 +++\n101 +++ exited with 0 +++\n");
    std::fs::write(&trace, lines).expect("a trace");
    let mut command = Command::new(PROGRAM);
    command.arg("import").arg(&trace).arg("-o").arg(&recording);
    Child::start(&mut command, b"").end().exits(0);
    let mut command = Command::new(PROGRAM);
    command.arg("export").arg(&recording);
    let ran = Child::start(&mut command, b"").end().exits(0);
    assert!(
        ran.err.contains("These are the calls of 2 processes."),
        "{ran:#?}"
    );
    assert!(
        ran.err.contains("12 more, each a comment in the program"),
        "{ran:#?}"
    );
    assert_eq!(
        ran.err
            .lines()
            .filter(|line| line.contains("execve"))
            .count(),
        19
    );
}

#[test]
fn the_session_counts_as_a_process_beside_a_traced_one() {
    let place = folder();
    let (trace, recording) = (place.path().join("trace"), place.path().join("a.jsonl"));
    let lines =
        "100 socket(AF_INET, SOCK_STREAM, 0) = 3\n101 socket(AF_INET, SOCK_STREAM, 0) = 3\n";
    std::fs::write(&trace, lines).expect("a trace");
    let mut command = Command::new(PROGRAM);
    command.arg("import").arg(&trace).arg("-o").arg(&recording);
    Child::start(&mut command, b"").end().exits(0);
    // There are two threads of process 100. One becomes the session: an event without a source is its own.
    let source = "\"source\":{\"Traced\":{\"pid\":100,\"tid\":100}},";
    let whole = text(&recording);
    let own = whole
        .lines()
        .filter(|line| !line.contains(source) || !line.contains("\"Process\""));
    let own: Vec<String> = own.map(|line| line.replace(source, "")).collect();
    std::fs::write(&recording, own.join("\n") + "\n").expect("a recording");
    let mut command = Command::new(PROGRAM);
    command.arg("export").arg(&recording);
    let ran = Child::start(&mut command, b"").end().exits(0);
    for call in ["* [pid 100] socket", "* socket"] {
        assert!(ran.out.contains(call), "{ran:#?}");
    }
    assert!(
        ran.err.contains("These are the calls of 2 processes."),
        "{ran:#?}"
    );
}

#[test]
fn an_error_that_only_gnu_has_can_be_expected_in_c() {
    let place = folder();
    let line = "getaddrinfo(\"::1\", \"80\", 0, AF_INET) -> EAI_ADDRFAMILY or EAI_NONAME\n";
    let source = exported(line, "c", place.path());
    assert!(text(&source).contains("#define _GNU_SOURCE"));
    if !is_there("cc") {
        skipped("there is no cc");
        return;
    }
    Child::start(&mut program(&source, "c"), b"").end().exits(0);
}

#[test]
fn a_constant_that_is_zero_has_its_name_in_c() {
    let place = folder();
    let lines = "a = socket(AF_INET, SOCK_STREAM)\nsetsockopt(a, IP_TTL, 64)\nb = fcntl(a, F_DUPFD, 20)\n\
                 t = timerfd_create(CLOCK_REALTIME)\nc, d = socketpair(AF_UNIX, SOCK_STREAM)\nshutdown(c, SHUT_RD)\n";
    let source = exported(lines, "c", place.path());
    let program = text(&source);
    for call in [
        "socket(AF_INET, SOCK_STREAM, 0)",
        "setsockopt(a_fd, IPPROTO_IP, IP_TTL, ",
        "fcntl(a_fd, F_DUPFD, 20)",
        "timerfd_create(CLOCK_REALTIME, 0)",
        "shutdown(c_fd, SHUT_RD)",
    ] {
        assert!(program.contains(call), "{call}\n{program}");
    }
}

#[test]
fn a_simple_program_in_c_is_short_and_takes_a_definition_from_the_command_line() {
    let place = folder();
    let simple = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nsend(a, \"open the door\")\n";
    let source = exported(simple, "c", place.path());
    for word in ["_GNU_SOURCE", "fcntl.h"] {
        assert!(!text(&source).contains(word), "{}", text(&source));
    }
    let gnu =
        "l = socket(AF_INET, SOCK_STREAM)\nlisten(l, 5)\naccept4(l, SOCK_NONBLOCK) -> blocks\n";
    let source = exported(gnu, "c", place.path());
    assert!(
        text(&source).contains("#ifndef _GNU_SOURCE"),
        "{}",
        text(&source)
    );
    if !is_there("cc") {
        skipped("there is no cc");
        return;
    }
    let mut command = Command::new("cc");
    command.args([
        "-D_GNU_SOURCE",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-fsyntax-only",
    ]);
    command.arg(&source);
    Child::start(&mut command, b"").end().exits(0);
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
    let mut command = Command::new(PROGRAM);
    command.args(["export", "-"]);
    let ran = Child::start(&mut command, b"# nothing\n").end().exits(0);
    assert!(
        ran.err.contains("standard input has no calls, so"),
        "{ran:#?}"
    );
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
