//! Explanations of the calls of a traced program: what decided a result is asked as for a call at the prompt.

use std::net::TcpListener;
use std::path::Path;
use std::process::Stdio;

use crate::common::child::{PROGRAM, folder};
use crate::common::skipped;
use crate::trace::place::Place;
use crate::trace::programs::{Made, Program, built};

const TAKEN: Program = Program {
    source: "taken.c",
    made: Made::C,
    arguments: &[],
};

/// The explanation below the line of a call.
fn why<'a>(trace: &'a str, call: &str) -> &'a str {
    let mut lines = trace.lines();
    let found = lines.find(|line| line.starts_with(call));
    found.unwrap_or_else(|| panic!("no {call} in {trace}"));
    lines.next().expect("each call is explained")
}

#[test]
fn whoever_has_the_port_of_a_traced_program_is_named() {
    let folder = folder();
    let line = match built(&TAKEN, folder.path()) {
        Ok(line) => line,
        Err(reason) => return skipped(&reason),
    };
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("one").port();
    let mut command = Place::Here.command(Path::new(PROGRAM), folder.path());
    command
        .args(["trace", "--no-screen", "--why", "--"])
        .args(line)
        .arg(port.to_string());
    let output = command.stderr(Stdio::piped()).output().expect("it starts");
    let trace = String::from_utf8(output.stderr).expect("text");
    let (bind, connect) = (why(&trace, "bind("), why(&trace, "connect("));
    let owner = format!("(pid {}) has 127.0.0.1:{port}", std::process::id());
    assert!(bind.contains(&owner), "{bind}");
    assert!(connect.contains("nobody listens on"), "{connect}");
}
