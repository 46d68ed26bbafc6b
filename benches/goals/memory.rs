//! The memory of a long session: real calls of an engine, all of which its world keeps.
//!
//! Each session is a process of its own, so that nothing that another one has freed is used again.

use std::process::Command;

use super::paired::limited;
use super::programs::{Program, this};
use super::report::Report;
use super::rig::Session;

/// Calls of a session.
const CALLS: usize = 200_000;
/// Rounds of two sessions.
const ROUNDS: usize = 3;

/// Memory in megabytes, for each sort of data.
pub(crate) fn of_calls(report: &mut Report) {
    for (case, program) in [
        ("equal data", Program::EqualCalls),
        ("different data", Program::DifferentCalls),
    ] {
        let measured = limited(
            ROUNDS,
            |megabytes| format!("{megabytes:.2} MB"),
            || grown(program),
        );
        report.tell(case, &measured);
    }
}

/// By how many megabytes a session grows, as its process says.
fn grown(program: Program) -> f64 {
    let output = Command::new(this()).args(program.arguments()).output();
    let output = output.expect("it starts");
    let text = String::from_utf8_lossy(&output.stdout);
    text.trim().parse().expect("a number")
}

/// Makes the calls and prints by how many megabytes that let the process grow.
pub(crate) fn print_growth(is_equal: bool) {
    let before = resident();
    let session = session_of(is_equal);
    let grown = resident().saturating_sub(before);
    println!("{}", grown as f64 / 1e6);
    drop(session);
}

fn session_of(is_equal: bool) -> Session {
    let mut session = Session::new();
    session.world.set_log_bound(usize::MAX);
    session.call("a, b = socketpair(AF_UNIX, SOCK_STREAM)");
    for number in 0..CALLS / 2 {
        let number = if is_equal { 0 } else { number };
        session.call(&format!("send(a, \"message {number:>8}\")"));
        session.call("recv(b, 16)");
    }
    session
}

/// The resident memory of this process in bytes.
pub(crate) fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("it is there");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
    number.expect("kilobytes") * 1024
}
