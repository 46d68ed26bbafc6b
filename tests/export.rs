//! `sockplay export`: the programs are compiled and run, and strace(1) must see the calls of the session, with the same
//! results, in the same order. Where a compiler or strace is missing, that is skipped with the reason.

mod common;

mod export {
    mod all;
    pub(crate) mod calls;
    mod lines;
    mod odd;
    mod open;
    mod two;
}

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::thread;

use sockplay::call::table::SIGNATURES;
use sockplay::notation::parse_line;

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::files::{self, scripts, text};
use crate::common::host::no_strace;
use crate::common::skipped;
use crate::export::calls::{Call, calls, compare, missing_of};

/// Calls that a program makes beside those of the session: it asks for addresses and waits for states.
const OWN: [&str; 3] = ["getsockname", "getsockopt", "ioctl"];
/// Calls of others that are about sockets: none of them may be made beside those of the session.
const OF_SOCKETS: [&str; 22] = [
    "socket",
    "socketpair",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "sendto",
    "sendmsg",
    "sendmmsg",
    "recvfrom",
    "recvmsg",
    "recvmmsg",
    "shutdown",
    "setsockopt",
    "getpeername",
    "epoll_ctl",
    "epoll_wait",
    "eventfd2",
    "timerfd_create",
    "socketcall",
    "pipe2",
];

/// The scripts, each exported in a folder of its own.
fn each(work: impl Fn(&Path, &Path) + Sync) {
    let work = &work;
    let failed: Vec<PathBuf> = thread::scope(|scope| {
        let all: Vec<_> = scripts("tests/export")
            .into_iter()
            .map(|script| {
                let own = script.clone();
                let thread = scope.spawn(move || {
                    let place = folder();
                    work(&in_place(&own, place.path()), place.path());
                });
                (script, thread)
            })
            .collect();
        let failed = all
            .into_iter()
            .filter_map(|(script, thread)| thread.join().err().map(|_| script));
        failed.collect()
    });
    assert_eq!(failed, [] as [PathBuf; 0], "these scripts failed");
}

/// A copy of a script whose names are those of its folder: the tests run at the same time.
fn in_place(script: &Path, place: &Path) -> PathBuf {
    let own = place.file_name().unwrap_or_default().to_string_lossy();
    let text = text(script).replace("sockplay-export-test", &format!("sockplay-export{own}"));
    let copy = place.join(script.file_name().unwrap_or_default());
    std::fs::write(&copy, text).expect("a script");
    copy
}

/// Runs sockplay.
fn sockplay(arguments: &[&str], place: &Path) -> String {
    let mut command = Command::new(PROGRAM);
    command.args(arguments).current_dir(place);
    Child::start(&mut command, b"").end().exits(0).out
}

fn export(script: &Path, format: &str, output: &Path) {
    let (script, output) = (script.display().to_string(), output.display().to_string());
    let place = Path::new(&output).parent().expect("a folder").to_owned();
    sockplay(
        &["export", "--format", format, &script, "-o", &output],
        &place,
    );
}

/// Runs a program under strace; gives what it printed and what strace saw.
fn traced(program: &Path, arguments: &[&str], place: &Path) -> (String, Vec<Call>) {
    let trace = place.join("trace");
    let mut command = Command::new("strace");
    command
        .args(["-f", "-o"])
        .arg(&trace)
        .arg(program)
        .args(arguments);
    command.current_dir(place);
    let ran = Child::start(&mut command, b"").end().exits(0);
    (ran.out, calls(&text(&trace)))
}

/// The calls of a session, as strace prints them.
fn session(script: &Path, place: &Path) -> Vec<Call> {
    let script = script.display().to_string();
    calls(&sockplay(&["run", "--format", "strace", &script], place))
}

/// Whether a command can be started.
fn is_there(command: &str) -> bool {
    Command::new(command)
        .arg("--version")
        .output()
        .is_ok_and(|output| output.status.success())
}

fn has_loops(script: &Path) -> bool {
    text(script).lines().any(|line| {
        let command = parse_line(line).ok().and_then(|line| line.command);
        command.is_some_and(|command| command.call.call_kind().is_loop())
    })
}

#[test]
fn the_scripts_use_every_call() {
    let all = scripts("tests/export");
    let mut used = BTreeSet::new();
    for script in all {
        for line in text(&script).lines() {
            let command = parse_line(line).expect(line).command;
            used.extend(command.map(|command| command.call.call_kind().word()));
        }
    }
    let missing: Vec<&str> = SIGNATURES
        .iter()
        .map(|row| row.word)
        .filter(|word| !used.contains(word))
        .collect();
    assert_eq!(
        missing, [""; 0],
        "calls that no script of tests/export uses"
    );
}

/// Checks that a program made the calls of the session, and no others on sockets.
#[track_caller]
fn agrees(script: &Path, expected: &[Call], seen: &[Call]) {
    let (mut missing, extra) = compare(expected, seen);
    if has_loops(script) {
        // The threads of a loop run beside main().
        missing = missing_of(expected, seen);
    }
    let names: Vec<&str> = missing.iter().map(|call| call.name.as_str()).collect();
    let alike = seen
        .iter()
        .filter(|call| names.contains(&call.name.as_str()));
    let alike: Vec<&str> = alike.map(|call| call.text.as_str()).collect();
    let missing: Vec<&str> = missing.iter().map(|call| call.text.as_str()).collect();
    let script_name = script.display();
    assert!(
        missing.is_empty(),
        "{script_name}: not made: {missing:#?}, but {alike:#?}"
    );
    if !has_loops(script) {
        let others = extra.iter().map(|call| call.name.as_str());
        let others: Vec<&str> = others
            .filter(|name| OF_SOCKETS.contains(name) && !OWN.contains(name))
            .collect();
        assert!(
            others.is_empty(),
            "{script_name}: made beside those of the session: {others:?}"
        );
    }
}

/// Compiles a program in C as the teacher's Makefile does.
fn compiled(source: &Path) -> PathBuf {
    let program = source.with_extension("");
    let mut command = Command::new("cc");
    command
        .args(["-Wall", "-Wextra", "-Werror", "-o"])
        .arg(&program)
        .arg(source);
    let ran = Child::start(&mut command, b"").end();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    program
}

#[test]
fn the_c_program_makes_the_calls_of_the_session() {
    if !is_there("cc") {
        skipped("there is no cc");
        return;
    }
    each(|script, place| {
        let source = place.join("program.c");
        export(script, "c", &source);
        let program = compiled(&source);
        if let Some(reason) = no_strace() {
            skipped(&reason);
            return;
        }
        let (_, seen) = traced(&program, &[], place);
        agrees(script, &session(script, place), &seen);
    });
}

/// The library of a crate that this build made, for rustc.
fn library(name: &str) -> Option<PathBuf> {
    let program = Path::new(PROGRAM);
    let folder = program.parent()?.join("deps");
    let beginning = format!("lib{name}-");
    let mut found: Vec<PathBuf> = std::fs::read_dir(&folder)
        .ok()?
        .flatten()
        .map(|file| file.path())
        .filter(|path| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.starts_with(&beginning) && name.ends_with(".rlib")
        })
        .collect();
    // The newest is that of this build.
    found.sort_by_key(|path| path.metadata().and_then(|about| about.modified()).ok());
    found.pop()
}

/// Compiles a program in Rust with the crates of this build. `None`: they are not there.
fn compiled_by_rustc(source: &Path) -> Option<PathBuf> {
    let (libc, socket2) = (library("libc")?, library("socket2")?);
    let program = source.with_extension("");
    let mut command = Command::new("rustc");
    command
        .args(["--edition", "2024", "-D", "warnings", "-o"])
        .arg(&program)
        .arg(source)
        .arg("--extern")
        .arg(format!("libc={}", libc.display()))
        .arg("--extern")
        .arg(format!("socket2={}", socket2.display()))
        .arg("-L")
        .arg(format!("dependency={}", libc.parent()?.display()));
    let ran = Child::start(&mut command, b"").end();
    assert_eq!(ran.code, Some(0), "{}", ran.err);
    Some(program)
}

/// What a program printed, without descriptors and ports.
fn printed(program: &Path, arguments: &[&str], place: &Path) -> Vec<String> {
    let mut command = Command::new(program);
    command.args(arguments).current_dir(place);
    let ran = Child::start(&mut command, b"").end();
    assert_eq!(ran.code, Some(0), "{ran:#?}");
    sorted(ran.out.lines())
}

/// Lines without descriptors and ports.
fn sorted<'a>(lines: impl Iterator<Item = &'a str>) -> Vec<String> {
    let line = |line: &str| match line.rsplit_once(':') {
        Some((address, port)) if port.parse::<u16>().is_ok() => address.to_owned(),
        _ => match line
            .strip_prefix("  fd ")
            .and_then(|rest| rest.split_once(": "))
        {
            Some((_, events)) => format!("  fd: {events}"),
            None => line.to_owned(),
        },
    };
    // Threads and children print beside main().
    let mut lines: Vec<String> = lines.map(line).collect();
    lines.sort();
    lines
}

/// What a program in C prints of the session.
fn printed_by_c(script: &Path, place: &Path) -> Vec<String> {
    let source = place.join("reference.c");
    export(script, "c", &source);
    printed(&compiled(&source), &[], place)
}

#[test]
fn the_rust_program_gives_the_results_of_the_session() {
    for command in ["cc", "rustc"] {
        if !is_there(command) {
            skipped(&format!("there is no {command}"));
            return;
        }
    }
    each(|script, place| {
        let source = place.join("program.rs");
        export(script, "rust", &source);
        let Some(program) = compiled_by_rustc(&source) else {
            skipped("the crates of this build are not beside the program");
            return;
        };
        assert_eq!(
            printed(&program, &[], place),
            printed_by_c(script, place),
            "{}",
            script.display()
        );
        if let Some(reason) = no_strace() {
            skipped(&reason);
            return;
        }
        let (_, seen) = traced(&program, &[], place);
        agrees(script, &session(script, place), &seen);
    });
}

/// A first conversation.
const PLAIN: &str = "l = socket(AF_INET, SOCK_STREAM)\nsetsockopt(l, SO_REUSEADDR, 1)\nbind(l, 127.0.0.1:0)\n\
                     listen(l, 5)\nc = socket(AF_INET, SOCK_STREAM)\ngetpeername(c) -> ENOTCONN\n\
                     connect(c, addr(l))\ns = accept(l) -> fd from *\nsend(c, \"hello\")\n\
                     recv(s, 100) -> 5 \"hello\"\nclose(c)\nclose(s)\n";

#[test]
fn a_plain_session_is_a_short_program_in_rust_without_a_number() {
    // Its number comes from the libc crate.
    let without_error = PLAIN.replace("getpeername(c) -> ENOTCONN\n", "");
    let program = in_language(&without_error, "rust");
    for own in ["c.connect(&l_address)", "drop(c);", "drop(s);"] {
        assert!(program.contains(own), "{program}");
    }
    for other in ["libc", "RawFd", "thread", "allow("] {
        assert!(!program.contains(other), "{other}: {program}");
    }
    assert!(program.lines().count() < 120, "{program}");
    let last = "// What is still open is closed here, the newest first: l.\n}\n";
    assert!(program.ends_with(last), "{program}");
    if !is_there("rustfmt") {
        skipped("there is no rustfmt");
        return;
    }
    let place = folder();
    let source = place.path().join("program.rs");
    std::fs::write(&source, &program).expect("a program");
    let mut command = Command::new("rustfmt");
    command.args(["--edition", "2024", "--check"]).arg(&source);
    Child::start(&mut command, b"").end().exits(0);
}

#[test]
fn a_descriptor_whose_number_matters_is_a_number_in_rust_and_the_program_says_why() {
    let begin = "c = socket(AF_INET, SOCK_DGRAM)\nbind(c, 127.0.0.1:0)\n";
    for (lines, why) in [
        ("close(c)\nclose(c) -> EBADF\n", "after close()"),
        ("d = dup(c)\ndup2(c, d)\n", "dup2()"),
        (
            "recv(c, 9) -> blocks\nclose(c)\n",
            "closed while a call waits on it",
        ),
        ("serve(c, echo) -> EOPNOTSUPP\n", ""),
    ] {
        let program = in_language(&[begin, lines].concat(), "rust");
        let says = program.lines().any(|line| {
            let comment = line.trim_start().strip_prefix("// A number: ");
            comment.is_some_and(|comment| comment.contains(why))
        });
        assert_eq!(says, !why.is_empty(), "{lines}: {program}");
    }
}

/// What a program in Python defines or imports and does not use.
fn unused_of_python(source: &str) -> Vec<&str> {
    let is_word = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let words: Vec<&str> = source
        .split(|c| !is_word(c))
        .filter(|word| !word.is_empty())
        .collect();
    let defined = source.lines().filter_map(|line| {
        let begins = ["def ", "class ", "import "].into_iter();
        let mut rest = begins.filter_map(|keyword| line.strip_prefix(keyword));
        rest.next()?.split(|c| !is_word(c)).next()
    });
    let imported = source
        .split_once("from socket import ")
        .map_or("", |(_, rest)| rest);
    let end = if imported.starts_with('(') { ")" } else { "\n" };
    let imported = imported.split(end).next().unwrap_or_default();
    let imported = imported
        .split(|c| !is_word(c))
        .filter(|own| !own.is_empty());
    let count = |name: &str| words.iter().filter(|own| **own == name).count();
    defined
        .chain(imported)
        .filter(|name| count(name) < 2)
        .collect()
}

/// The program of these lines in a language.
fn in_language(lines: &str, format: &str) -> String {
    let place = folder();
    let script = place.path().join("script.sock");
    std::fs::write(&script, lines).expect("a script");
    let source = place.path().join("program");
    export(&script, format, &source);
    text(&source)
}

#[test]
fn a_plain_session_is_a_short_program_in_python_with_socket_objects() {
    let program = in_language(PLAIN, "python");
    for own in [
        "    l = socket(AF_INET, SOCK_STREAM)\n",
        "    l.setsockopt(SOL_SOCKET, SO_REUSEADDR, 1)\n",
        "    l.bind((\"127.0.0.1\", 0))\n",
        "    with expected(\"getpeername\", errno.ENOTCONN):\n        c.getpeername()\n",
        "    c.connect(l_address)\n",
        "    s, peer = l.accept()\n",
        "    sent = c.send(b\"hello\")\n",
        "    data = s.recv(100)\n",
        "    c.close()\n",
    ] {
        assert!(program.contains(own), "{own}: {program}");
    }
    for other in ["ctypes", "global", "lambda", "fileno"] {
        assert!(!program.contains(other), "{other}: {program}");
    }
    assert!(program.lines().count() < 130, "{program}");
    let long = program.lines().find(|line| line.len() > 79);
    assert_eq!(long, None, "{program}");
}

#[test]
fn a_descriptor_whose_number_matters_is_a_number_in_python_and_the_program_says_why() {
    let begin = "c = socket(AF_INET, SOCK_DGRAM)\nbind(c, 127.0.0.1:0)\n";
    for (lines, why) in [
        ("close(c)\nclose(c) -> EBADF\n", "after close()"),
        ("d = dup(c)\ndup2(c, d)\n", "dup2()"),
        (
            "recv(c, 9) -> blocks\nclose(c)\n",
            "closed while a call waits on it",
        ),
        ("shutdown(c, SHUT_RD) -> ENOTCONN\n", ""),
    ] {
        let program = in_language(&[begin, lines].concat(), "python");
        let says = program.lines().any(|line| {
            let comment = line.trim_start().strip_prefix("# A number: ");
            comment.is_some_and(|comment| comment.contains(why))
        });
        assert_eq!(says, !why.is_empty(), "{lines}: {program}");
    }
}

#[test]
fn the_python_program_gives_the_results_of_the_session() {
    for command in ["cc", "python3"] {
        if !is_there(command) {
            skipped(&format!("there is no {command}"));
            return;
        }
    }
    each(|script, place| {
        let source = place.join("program.py");
        export(script, "python", &source);
        let mut compile = Command::new("python3");
        compile.args(["-m", "py_compile"]).arg(&source);
        Child::start(&mut compile, b"").end().exits(0);
        let none: [&str; 0] = [];
        assert_eq!(unused_of_python(&text(&source)), none);
        let source = source.display().to_string();
        assert_eq!(
            printed(Path::new("python3"), &[&source], place),
            printed_by_c(script, place),
            "{}",
            script.display()
        );
    });
}

#[test]
fn the_handout_has_every_line_with_its_explanation() {
    let place = folder();
    let script = in_place(&files::path("tests/export/errors.sock"), place.path());
    let document = place.path().join("handout.md");
    export(&script, "markdown", &document);
    let document = text(&document);
    assert!(
        document.starts_with("# A session of sockplay\n"),
        "{document}"
    );
    let refused = "`connect(c, 127.0.0.1:1)`\n\n`ECONNREFUSED`\n\n";
    let why = document.split_once(refused).map(|(_, rest)| rest);
    let why = why.and_then(|rest| rest.lines().next()).unwrap_or_default();
    assert!(why.contains("connect(2)"), "{document}");
}

#[test]
fn of_a_recording_the_last_session_with_calls_is_exported() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    for (name, line) in [
        ("one.sock", "socket(AF_INET, SOCK_DGRAM) -> fd"),
        ("two.sock", "socket(AF_UNIX, SOCK_STREAM) -> fd"),
    ] {
        std::fs::write(at(name), line).expect("it is written");
    }
    let recording = at("recording.jsonl");
    let arguments = ["run", "--record", "recording.jsonl", "one.sock", "two.sock"];
    sockplay(&arguments, place.path());
    let exported = || {
        let output = at("calls.txt");
        export(&recording, "strace", &output);
        text(&output)
    };
    let calls = exported();
    assert!(
        calls.contains("AF_UNIX") && !calls.contains("AF_INET"),
        "{calls}"
    );
    // The session was begun again, and nothing was called in it.
    let lines = text(&recording) + &sockplay::journal::Entry::Anew.line();
    std::fs::write(&recording, lines).expect("it is written");
    assert_eq!(exported(), calls);
}

#[test]
fn a_recording_that_cannot_be_read_is_no_script() {
    let place = folder();
    std::fs::write(place.path().join("torn"), "{\"sockplay_journal\":1,").expect("a file");
    let mut command = Command::new(PROGRAM);
    command.args(["export", "torn"]).current_dir(place.path());
    let ran = Child::start(&mut command, b"").end().exits(2);
    assert!(ran.err.contains("recording"), "{ran:#?}");
}

/// A recording may come from a pipe, of which no place can be read twice.
#[test]
fn a_recording_from_the_standard_input_is_exported_as_its_file_is() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    std::fs::write(at("one.sock"), "socket(AF_INET, SOCK_DGRAM) -> fd").expect("it is written");
    let arguments = ["run", "--record", "recording.jsonl", "one.sock"];
    sockplay(&arguments, place.path());
    let recording = std::fs::read(at("recording.jsonl")).expect("it is read");
    for format in ["c", "html"] {
        let exported = |file: &str, input: &[u8]| {
            let mut command = Command::new(PROGRAM);
            command.args(["export", "--format", format, file]);
            let ran = Child::start(command.current_dir(place.path()), input).end();
            ran.exits(0).out
        };
        let whole = exported("recording.jsonl", b"");
        assert!(whole.contains("SOCK_DGRAM"), "{whole}");
        assert_eq!(exported("-", &recording), whole);
    }
}

#[test]
fn a_recording_and_the_output_of_strace_are_not_run_and_it_is_said_what_they_are() {
    let place = folder();
    let at = |name: &str| place.path().join(name);
    std::fs::write(at("one.sock"), "socket(AF_INET, SOCK_DGRAM) -> fd").expect("it is written");
    let arguments = ["run", "--record", "recording", "one.sock"];
    sockplay(&arguments, place.path());
    std::fs::write(
        at("calls"),
        "7 socket(AF_INET, SOCK_DGRAM, IPPROTO_IP) = 3\n",
    )
    .expect("a file");
    for (command, file, said) in [
        ("run", "recording", "sockplay replay FILE"),
        ("run", "calls", "sockplay import FILE"),
        ("export", "calls", "sockplay import FILE"),
    ] {
        let mut sockplay = Command::new(PROGRAM);
        sockplay.args([command, file]).current_dir(place.path());
        let ran = Child::start(&mut sockplay, b"").end().exits(2);
        assert!(ran.err.contains(said), "{ran:#?}");
        assert_eq!(ran.err.lines().count(), 2, "{ran:#?}");
    }
}
