//! The command itself: what it prints and writes, and what it says of a file that it cannot read.

use std::fs;
use std::process::Command;

use sockplay::journal::{Entry, Reader, Recorded};

use crate::common::child::{Child, PROGRAM, Ran, folder};
use crate::common::files::path;

fn import(arguments: &[&str]) -> Ran {
    let mut command = Command::new(PROGRAM);
    command.arg("import").args(arguments);
    Child::start(&mut command, b"").end()
}

fn trace(name: &str) -> String {
    path(&format!("tests/import/{name}.strace"))
        .display()
        .to_string()
}

#[test]
fn the_calls_are_printed_in_the_notation_and_as_strace_prints_them() {
    let ran = import(&[&trace("nc-client"), "--format", "notation"]).exits(0);
    assert!(
        ran.out
            .contains("fd3 = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK, IPPROTO_TCP) -> fd 3\n")
    );
    assert!(
        ran.out
            .contains("connect(fd3, 127.0.0.1:41871) -> EINPROGRESS\n"),
        "{}",
        ran.out
    );
    let ran = import(&[&trace("nc-client"), "--format", "strace"]).exits(0);
    assert!(
        ran.out.contains("] write(3, \"hello\\n\", 6)      = 6\n"),
        "{}",
        ran.out
    );
    let ran = import(&[&trace("nc-client"), "--format", "json"]).exits(0);
    let first = ran.out.lines().next().expect("a line");
    let json: serde_json::Value = serde_json::from_str(first).expect("JSON");
    assert_eq!(json["process"], "started");
}

#[test]
fn a_recording_says_where_it_comes_from_and_has_every_event() {
    let folder = folder();
    let file = folder.path().join("it.journal");
    let trace = trace("http-server");
    let ran = import(&[&trace, "-o", file.to_str().expect("a path")]).exits(0);
    assert!(ran.out.is_empty(), "{}", ran.out);
    assert!(
        ran.err.contains("1 line of 155 is not understood: "),
        "{}",
        ran.err
    );
    assert!(ran.err.contains("no times"), "{}", ran.err);
    let bytes = fs::read(&file).expect("the recording");
    let reader = Reader::open(bytes.as_slice()).expect("a recording");
    assert_eq!(reader.header.what, Recorded::Strace(trace.clone()));
    let mut events = Vec::new();
    for read in reader {
        match read.expect("memory").entry.expect("whole lines") {
            Entry::Event(event) => events.push(event),
            other => panic!("{other:?}"),
        }
    }
    let text = fs::read(&trace).expect("the trace");
    assert_eq!(events, sockplay::strace::import::import(&text).events);
}

#[test]
fn what_is_no_output_of_strace_is_refused_with_a_sentence() {
    let folder = folder();
    let other = folder.path().join("other");
    fs::write(&other, "hello\nworld\n").expect("a file");
    let ran = import(&[other.to_str().expect("a path"), "--format", "notation"]).exits(2);
    assert!(
        ran.err.contains("no line that strace prints"),
        "{}",
        ran.err
    );
    let ran = import(&["/nonexistent", "--format", "notation"]).exits(2);
    assert!(
        ran.err.contains("cannot read /nonexistent: "),
        "{}",
        ran.err
    );
}
