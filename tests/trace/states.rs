//! The TCP states of a traced program against those that ss(8) shows at the same moment, whenever the program is blocked.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::net::{Shutdown, TcpStream};
use std::path::Path;
use std::process::Stdio;

use serde_json::Value;

use crate::common::child::{Child, PROGRAM, folder, until};
use crate::common::{skipped, ss};
use crate::filter::{DOCKER, within};
use crate::trace::place::Place;
use crate::trace::programs::{Made, Program, built};

const STATES: Program = Program {
    source: "states.c",
    made: Made::C,
    arguments: &[],
};

/// What was printed so far: the calls.
fn calls(trace: &Path) -> Vec<Value> {
    let text = fs::read_to_string(trace).unwrap_or_default();
    let whole = text
        .split_inclusive('\n')
        .filter(|line| line.ends_with('\n'));
    let all = whole.map(|line| serde_json::from_str(line).expect("each line is an object"));
    all.filter(|line: &Value| line["call"].is_string())
        .collect()
}

fn text(call: &Value) -> &str {
    call["call"].as_str().unwrap_or_default()
}

/// Waits until so many calls with this beginning have returned and the program sleeps in the next one.
fn until_blocked(trace: &Path, beginning: &str, count: usize) -> Vec<Value> {
    until("the program blocks", || {
        let calls = calls(trace);
        let last = calls.last()?;
        let found = calls
            .iter()
            .filter(|call| text(call).starts_with(beginning))
            .count();
        if found != count || !text(last).starts_with(beginning) {
            return None;
        }
        let stat = fs::read_to_string(format!("/proc/{}/stat", last["pid"])).ok()?;
        stat.contains(") S ").then_some(calls)
    })
}

/// The last state of each descriptor that the calls show.
fn states(calls: &[Value]) -> BTreeMap<i32, String> {
    let mut states = BTreeMap::new();
    for call in calls {
        // The state is that of the socket that accept() made.
        let made = call["result"]
            .as_str()
            .and_then(|result| result.strip_prefix("fd "));
        let made = made.filter(|_| text(call).starts_with("accept"));
        let on = text(call).split_once("(fd").map(|(_, rest)| rest);
        let fd = made.or(on);
        let fd = fd.and_then(|rest| rest.split([',', ')', ' ']).next()?.parse().ok());
        if let (Some(fd), Some(state)) = (fd, call["state"].as_str()) {
            states.insert(fd, state.to_owned());
        }
    }
    states
}

fn number(pid: &Value) -> i32 {
    let number = pid.as_i64().and_then(|pid| i32::try_from(pid).ok());
    number.expect("the number of a process")
}

/// Leads the program through its states. Gives those that were compared, or why they could not be.
fn compare(place: Place) -> Result<Vec<String>, String> {
    let folder = folder();
    let line = built(&STATES, folder.path())?;
    place.give(folder.path());
    let trace = folder.path().join("trace");
    let mut command = place.command(Path::new(PROGRAM), folder.path());
    command
        .args(["trace", "--no-screen", "--format", "json", "-o"])
        .arg(&trace);
    let tracer = Child::start(command.arg("--").args(line).stderr(Stdio::piped()), b"");
    let mut compared = Vec::new();
    let mut same = |calls: &[Value]| -> Result<(), String> {
        let pid = &calls.last().expect("it has made calls")["pid"];
        let theirs = ss::states(number(pid))?;
        assert!(!theirs.is_empty(), "ss shows no socket of {pid}");
        let ours = states(calls);
        assert_eq!(ours, theirs, "{calls:#?}");
        compared.extend(theirs.into_values());
        Ok(())
    };
    let calls = until_blocked(&trace, "getsockname(", 1);
    same(&calls)?;
    let name = calls
        .last()
        .and_then(|call| call["result"].as_str().map(str::to_owned));
    let name = name.expect("getsockname returns an address");
    let mut first = TcpStream::connect(name.trim()).expect("it listens");
    same(&until_blocked(&trace, "getpeername(", 1))?;
    first.write_all(b"x").expect("it is connected");
    until_blocked(&trace, "recv(", 1);
    first.shutdown(Shutdown::Write).expect("it is connected");
    same(&until_blocked(&trace, "recv(", 2))?;
    let mut second = TcpStream::connect(name.trim()).expect("it listens");
    let calls = until_blocked(&trace, "shutdown(", 1);
    let pid = &calls.last().expect("it has made calls")["pid"];
    until("the end of the stream is acknowledged", || {
        let theirs = ss::states(number(pid)).ok()?;
        theirs
            .values()
            .any(|state| state == "FIN_WAIT2")
            .then_some(())
    });
    second.write_all(b"y").expect("it may still send");
    same(&until_blocked(&trace, "recv(", 3))?;
    drop(second);
    drop(first);
    drop(tracer.end());
    Ok(compared)
}

fn states_agree(place: Place) {
    if let Some(reason) = place.missing() {
        return skipped(&reason);
    }
    match compare(place) {
        Ok(compared) => {
            for state in ["LISTEN", "ESTABLISHED", "CLOSE_WAIT", "FIN_WAIT2"] {
                assert!(
                    compared.iter().any(|own| own == state),
                    "{state}: {compared:?}"
                );
            }
        }
        Err(reason) => skipped(&reason),
    }
}

#[test]
fn the_states_of_a_blocked_program_are_those_of_ss() {
    states_agree(Place::Here);
}

#[test]
fn the_states_of_a_blocked_program_of_an_ordinary_user_are_those_of_ss() {
    states_agree(Place::Nobody);
}

#[test]
fn the_states_of_a_blocked_program_are_those_of_ss_under_the_rules_of_docker() {
    if let Err(reason) = within(DOCKER, || states_agree(Place::Here)) {
        skipped(&format!("no seccomp filter may be set: {reason}"));
    }
}
