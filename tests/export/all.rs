//! Every script of the project as a program: it compiles, ends, and makes each call with the result that it had in the
//! session; another result ends it with an error.
//!
//! `EXPORTED=epoll cargo test --test export` plays only the sessions whose name contains that text.

use std::env;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::common::child::{Child, folder, sockplay_apart};
use crate::common::many::{End, all_hold};
use crate::common::namespace::apart;
use crate::common::{files, skipped};
use crate::{compiled, export, is_there};

/// What exports a recording and runs the program: it gives what is wrong.
type Program = fn(&Path) -> Result<(), String>;

/// The languages.
const LANGUAGES: [(&str, Program); 2] = [("C", in_c), ("Python", in_python)];

/// The sessions of the scripts in some folders, with their names.
fn sessions(folders: &[&str]) -> Vec<(String, String)> {
    let paths = folders.iter().copied().flat_map(files::scripts);
    let all = paths.flat_map(|path| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let numbered = files::sessions(&files::text(&path)).into_iter().enumerate();
        numbered
            .map(|(number, script)| {
                let case = script.strip_prefix("# case: ");
                let case = case.and_then(|rest| rest.lines().next()).map(str::to_owned);
                let name = case.unwrap_or_else(|| number.to_string());
                (format!("{stem}: {name}"), script)
            })
            .collect::<Vec<_>>()
    });
    let wanted = env::var("EXPORTED").unwrap_or_default();
    all.filter(|(name, _)| name.contains(&wanted)).collect()
}

/// Records a session. Gives its recording, or why it does not hold here.
fn recorded(script: &str, place: &Path) -> Result<PathBuf, String> {
    let recording = place.join("recording.jsonl");
    let mut command = sockplay_apart(place);
    command.args(["--record", "recording.jsonl", "-"]);
    let ran = Child::start(&mut command, script.as_bytes()).end();
    if ran.code == Some(0) {
        return Ok(recording);
    }
    let mut lines = ran.out.lines().chain(ran.err.lines());
    let why = lines.find(|line| line.contains("BROKEN") || line.starts_with("error"));
    Err(why.unwrap_or_default().to_owned())
}

/// Runs a program. Gives what is wrong.
fn runs(mut command: Command, place: &Path) -> Result<(), String> {
    command.current_dir(place);
    let ran = Child::start(&mut command, b"").end();
    match ran.code {
        Some(0) => Ok(()),
        _ => Err(format!("{ran:#?}")),
    }
}

/// Exports a recording, and runs the program in a folder of its own.
fn in_c(recording: &Path) -> Result<(), String> {
    let own = folder();
    let source = own.path().join("program.c");
    export(recording, "c", &source);
    runs(apart(compiled(&source)), own.path())
}

/// The same in Python.
fn in_python(recording: &Path) -> Result<(), String> {
    let own = folder();
    let source = own.path().join("program.py");
    export(recording, "python", &source);
    let mut command = apart("python3");
    command.arg(&source);
    runs(command, own.path())
}

/// What is wrong with the programs of a session.
fn end(script: &str) -> End {
    let place = folder();
    let recording = match recorded(script, place.path()) {
        Ok(recording) => recording,
        Err(reason) => return End::Skipped(format!("it does not hold here: {reason}")),
    };
    let wrong = LANGUAGES.iter().filter_map(|(language, program)| {
        let ran = catch_unwind(AssertUnwindSafe(|| program(&recording)));
        let wrong = ran.unwrap_or_else(|_| Err("it does not compile or end".to_owned()));
        wrong.err().map(|wrong| format!("{language}: {wrong}"))
    });
    let wrong: Vec<String> = wrong.collect();
    match wrong.is_empty() {
        true => End::Held,
        false => End::Broken(wrong.join("\n")),
    }
}

fn hold(folders: &[&str]) {
    for command in ["cc", "python3"] {
        if !is_there(command) {
            skipped(&format!("there is no {command}"));
            return;
        }
    }
    all_hold(sessions(folders), |script| end(script));
}

#[test]
fn the_programs_of_every_script_end_without_an_error() {
    hold(&["tests/scripts", "tests/conformance/tcp_states"]);
}

#[test]
#[ignore = "some minutes: hundreds of sessions"]
fn the_programs_of_every_conformance_case_end_without_an_error() {
    hold(&["tests/conformance", "tests/reports"]);
}
