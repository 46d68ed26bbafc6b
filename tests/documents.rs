//! The README and the pictures are true: its script holds, its keys are bound, its commands are accepted, its reference
//! is that of the tables, its screenshots are what the program draws.

mod common;
mod documents {
    pub(crate) mod claims;
    pub(crate) mod keys;
    pub(crate) mod reference;
}

use std::net::TcpListener;
use std::path::Path;
use std::process::Command;

use sockplay::app::keymap::BINDINGS;

use crate::common::child::{PROGRAM, program};
use crate::common::skipped;

const README: &str = include_str!("../README.md");

/// The text of each fenced block of a kind.
fn blocks(kind: &str) -> Vec<String> {
    README
        .split("\n```")
        .filter_map(|part| part.strip_prefix(kind)?.strip_prefix('\n'))
        .map(str::to_owned)
        .collect()
}

#[test]
fn the_script_of_the_readme_holds() {
    let scripts = blocks("sock");
    assert!(!scripts.is_empty(), "the README shows a script");
    for script in scripts {
        let folder = tempfile::tempdir().expect("a folder");
        let file = folder.path().join("readme.sock");
        std::fs::write(&file, &script).expect("it can be written");
        let output = program().arg("run").arg(&file).output().expect("it runs");
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
    }
}

#[test]
fn the_keys_of_the_readme_are_bound() {
    let by_hand = README.split("## Reference").next().unwrap_or_default();
    let rows: Vec<&str> = by_hand
        .lines()
        .filter(|line| line.starts_with("| `"))
        .collect();
    assert!(rows.len() >= 4, "the README has a table of keys");
    for row in rows {
        let key = row
            .trim_start_matches("| `")
            .split('`')
            .next()
            .unwrap_or_default();
        assert!(
            BINDINGS.iter().any(|binding| binding.keys.contains(&key)),
            "`{key}` of {row}"
        );
    }
}

#[test]
fn the_commands_of_the_flash_cards_work() {
    let commands = README
        .lines()
        .filter_map(|line| line.strip_prefix("    sockplay cards"));
    let home = tempfile::tempdir().expect("a folder");
    let mut count = 0;
    for command in commands {
        // What follows two blanks says what it does.
        let arguments = command.trim_start().split("  ").next().unwrap_or_default();
        let arguments = if command.starts_with("  ") {
            ""
        } else {
            arguments
        };
        let output = Command::new(PROGRAM)
            .arg("cards")
            .args(arguments.split_whitespace())
            .current_dir(home.path())
            .env("HOME", home.path())
            .env_remove("XDG_STATE_HOME")
            .stdin(std::process::Stdio::null())
            .output()
            .expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        if said.contains("cannot trace a program") {
            skipped(&said);
            continue;
        }
        assert!(output.status.success(), "{arguments}: {said}");
        count += 1;
    }
    assert!(count >= 4, "the README shows the commands");
    for file in ["sockplay.txt", "sockplay.md"] {
        assert!(home.path().join(file).exists(), "{file} is exported");
    }
}

/// The command lines of the README that draw pictures: the arguments after `screenshot`.
fn pictures() -> Vec<Vec<&'static str>> {
    README
        .lines()
        .filter_map(|line| {
            line.trim()
                .strip_prefix("cargo run --release -- screenshot ")
        })
        .map(|arguments| arguments.split(' ').collect())
        .collect()
}

/// Every number by the same number, and blanks by one: ports, times and the ids of processes differ from run to run, the
/// latter in length too.
fn without_numbers(text: &str) -> String {
    let digits = text.chars().map(|c| match c {
        c if c.is_ascii_digit() => '0',
        '\u{a0}' => ' ',
        c => c,
    });
    let mut out = String::new();
    for c in digits {
        if !(matches!(c, '0' | ' ') && out.ends_with(c)) {
            out.push(c);
        }
    }
    out
}

#[test]
fn the_screenshots_are_what_the_program_draws() {
    let pictures = pictures();
    assert!(pictures.len() >= 2, "the README names the commands");
    for arguments in pictures {
        let at = arguments
            .iter()
            .position(|argument| *argument == "-o")
            .expect("each says where")
            + 1;
        let uses_port = |script: &&str| {
            std::fs::read_to_string(script).is_ok_and(|text| text.contains(":5000"))
        };
        let is_taken = TcpListener::bind("127.0.0.1:5000").is_err();
        if is_taken && arguments.iter().any(uses_port) {
            skipped(&format!(
                "port 5000, which {} shows, is in use",
                arguments[at]
            ));
            continue;
        }
        let folder = tempfile::tempdir().expect("a folder");
        let anew = folder.path().join("anew.svg");
        let mut command = program();
        command.arg("screenshot");
        for (index, argument) in arguments.iter().enumerate() {
            if index == at {
                command.arg(&anew);
            } else {
                command.arg(argument);
            }
        }
        let read =
            |path: &Path| without_numbers(&std::fs::read_to_string(path).expect("a picture"));
        let kept = read(Path::new(arguments[at]));
        let output = command.output().expect("it runs");
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{said}");
        assert!(
            kept == read(&anew),
            "{} is not what the program draws: run the commands under `Screenshots` in the README",
            arguments[at]
        );
    }
}

#[test]
fn the_lesson_of_the_readme_is_true() {
    let lesson = README
        .split("\n````markdown\n")
        .nth(1)
        .and_then(|rest| rest.split("\n````").next())
        .expect("the README shows a lesson");
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("readme.md");
    std::fs::write(&file, lesson).expect("it can be written");
    let output = program().arg("check").arg(&file).output().expect("it runs");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}");
}
