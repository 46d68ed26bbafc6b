//! Each program traced by sockplay and by strace: the same calls in each thread.

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Mutex;

use crate::common::child::{Child, PROGRAM, folder};
use crate::common::host::no_strace;
use crate::common::skipped;
use crate::filter::{DOCKER, within};
use crate::trace::normal::{Behaviour, of_all_threads, printed, traced};
use crate::trace::place::Place;
use crate::trace::programs::{Made, PROGRAMS, Program, built};

/// The calls that the tracer knows, by the table of them.
fn calls() -> String {
    let table = crate::common::files::read("src/trace/syscalls.rs");
    let rows = table.lines().filter_map(|line| {
        let (call, _) = line.trim().split_once(" SYS_")?;
        let (name, _) = call.split_once('(')?;
        Some(name.to_owned())
    });
    let rows: Vec<String> = rows.collect();
    assert!(rows.len() > 40, "{rows:?}");
    rows.join(",")
}

/// How often a program is run before it counts as different: some of what it does is up to the scheduler.
const TRIES: usize = 8;

/// A program that can be run in a place.
struct Run {
    line: Vec<String>,
    /// Whether its language has threads of its own.
    has_own_threads: bool,
    place: Place,
    folder: PathBuf,
}

impl Run {
    fn behaviour(&self, tracer: &[&str], program: &str, read: fn(&str) -> Behaviour) -> Behaviour {
        let trace = self.folder.join("trace");
        let _ = fs::remove_file(&trace);
        let mut command = self.place.command(Path::new(program), &self.folder);
        command
            .args(tracer)
            .arg("-o")
            .arg(&trace)
            .arg("--")
            .args(&self.line);
        let ran = Child::start(command.stderr(Stdio::piped()), b"").end();
        let text = fs::read_to_string(&trace).unwrap_or_default();
        assert!(
            !text.is_empty() && !ran.err.contains("panicked"),
            "{:?}: {ran:#?}",
            self.line
        );
        let read = read(&text);
        match self.has_own_threads {
            true => of_all_threads(&read),
            false => read,
        }
    }

    fn ours(&self) -> Behaviour {
        let options = ["trace", "--no-screen", "--format", "strace"];
        self.behaviour(&options, PROGRAM, printed)
    }

    fn theirs(&self, calls: &str) -> Behaviour {
        let options = ["-f", "-q", "-yy", "-e", calls];
        let mut all = self.behaviour(&options, "strace", traced);
        // What the filter of a container fails never reaches the filter that stops a program.
        for thread in &mut all {
            thread.retain(|line| !(line.starts_with("clone3(") && line.contains("ENOSYS")));
        }
        all.sort();
        all
    }
}

/// What two runs do not have in common.
fn difference(ours: &Behaviour, theirs: &Behaviour) -> String {
    let mut only_theirs: Vec<&Vec<String>> = theirs.iter().collect();
    let mut only_ours: Vec<&Vec<String>> = Vec::new();
    for thread in ours {
        match only_theirs.iter().position(|other| *other == thread) {
            Some(at) => drop(only_theirs.remove(at)),
            None => only_ours.push(thread),
        }
    }
    let mut text = String::new();
    for (index, thread) in only_ours.iter().enumerate() {
        let none = Vec::new();
        let other = *only_theirs.get(index).unwrap_or(&&none);
        for line in thread.iter().filter(|line| !other.contains(line)) {
            text.push_str(&format!("  sockplay: {line}\n"));
        }
        for line in other.iter().filter(|line| !thread.contains(line)) {
            text.push_str(&format!("  strace:   {line}\n"));
        }
        text.push_str(&format!("  ({} and {} lines)\n", thread.len(), other.len()));
    }
    text.push_str(&format!("  {} and {} threads\n", ours.len(), theirs.len()));
    text
}

/// Runs a program under both, again and again, until both did the same.
fn compare(program: &Program, run: &Run, calls: &str) -> Option<String> {
    let (mut all_ours, mut all_theirs): (Vec<Behaviour>, Vec<Behaviour>) = Default::default();
    for _ in 0..TRIES {
        all_ours.push(run.ours());
        all_theirs.push(run.theirs(calls));
        if all_ours.iter().any(|ours| all_theirs.contains(ours)) {
            return None;
        }
    }
    let name = format!("{} {}", program.source, program.arguments.join(" "));
    let difference = difference(&all_ours[0], &all_theirs[0]);
    Some(format!("{name} in {:?}:\n{difference}", run.place))
}

/// A server for programs that are clients: after a request, or the end of what is sent, it answers and closes. It serves
/// as long as the test runs.
fn serving() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").expect("a port of the loopback");
    let address = listener.local_addr().expect("its address");
    std::thread::spawn(move || {
        for connection in listener.incoming().flatten() {
            let mut lines = BufReader::new(&connection).lines();
            while lines
                .next()
                .is_some_and(|line| line.is_ok_and(|line| !line.is_empty()))
            {}
            let answer = b"HTTP/1.0 200 OK\r\nContent-Length: 2\r\n\r\nok";
            // A client that has gone away is no matter of this test.
            let _ = (&connection).write_all(answer);
        }
    });
    address
}

/// Compares all programs in a place.
fn agrees(place: Place) {
    let missing = no_strace().or_else(|| place.missing());
    if let Some(reason) = missing {
        return skipped(&reason);
    }
    let calls = format!("trace={}", calls());
    let chosen = std::env::var("PROGRAM_NAMES").unwrap_or_default();
    let server = serving();
    let queue = Mutex::new(PROGRAMS.iter());
    let wrong = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                let next = || queue.lock().expect("nobody panics over it").next();
                while let Some(program) = next() {
                    if !program.source.contains(&chosen) {
                        continue;
                    }
                    let folder = folder();
                    let port = server.port().to_string();
                    let line = match built(program, folder.path()) {
                        Ok(_) if program.is_client() && place == Place::Namespaces => continue,
                        Ok(line) => line
                            .into_iter()
                            .map(|word| word.replace("PORT", &port))
                            .collect(),
                        Err(reason) => {
                            skipped(&format!("{}: {reason}", program.source));
                            continue;
                        }
                    };
                    place.give(folder.path());
                    let run = Run {
                        line,
                        has_own_threads: program.made == Made::Go,
                        place,
                        folder: folder.path().to_owned(),
                    };
                    let found = compare(program, &run, &calls);
                    wrong.lock().expect("nobody panics over it").extend(found);
                }
            });
        }
    });
    let wrong = wrong.into_inner().expect("nobody panicked over it");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_program_makes_the_calls_that_strace_sees() {
    agrees(Place::Here);
}

#[test]
fn every_program_of_an_ordinary_user_makes_the_calls_that_strace_sees() {
    agrees(Place::Nobody);
}

#[test]
fn every_program_in_namespaces_makes_the_calls_that_strace_sees() {
    agrees(Place::Namespaces);
}

#[test]
fn every_program_under_the_rules_of_docker_makes_the_calls_that_strace_sees() {
    if let Err(reason) = within(DOCKER, || agrees(Place::Here)) {
        skipped(&format!("no seccomp filter may be set: {reason}"));
    }
}
