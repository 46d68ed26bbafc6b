//! What the README says in passing is true: its commands are accepted, its configuration and its theme can be read, its
//! numbers are those of the program, and its pictures and links lead to files.

use std::collections::BTreeSet;

use clap::{CommandFactory, Parser};
use sockplay::cli::Cli;
use sockplay::config;
use sockplay::layout::SMALLEST;
use sockplay::theme;

use crate::common::files;

fn readme() -> String {
    files::read("README.md")
}

/// The commands of the program in the README, without what follows two blanks: that says what they do.
fn commands() -> Vec<String> {
    let readme = readme();
    let lines = readme.lines().filter_map(|line| line.strip_prefix("    "));
    let commands = lines.filter(|line| line.starts_with("sockplay"));
    let commands = commands.map(|line| line.split("  ").next().unwrap_or_default().to_owned());
    commands.collect()
}

/// The words of a command as a shell divides it, up to a pipe or a redirection.
fn words(command: &str) -> Vec<String> {
    let quoted = command.split('\'').enumerate();
    let words = quoted.flat_map(|(index, part)| match index % 2 {
        0 => part.split_whitespace().map(str::to_owned).collect(),
        _ => vec![part.to_owned()],
    });
    let words = words.take_while(|word| !["|", "<", ">"].contains(&word.as_str()));
    words.collect()
}

#[test]
fn the_commands_are_those_of_the_command_line() {
    let commands = commands();
    for command in &commands {
        let words = words(command);
        if let Err(error) = Cli::try_parse_from(&words) {
            panic!("{command}: {error}");
        }
    }
    let shown = commands
        .iter()
        .filter_map(|command| words(command).get(1).cloned());
    let shown: BTreeSet<String> = shown.collect();
    let cli = Cli::command();
    for own in cli.get_subcommands().filter(|own| !own.is_hide_set()) {
        let name = own.get_name();
        // Pictures are drawn with cargo, so that they are of this source.
        assert!(
            shown.contains(name) || name == "screenshot",
            "no `sockplay {name}`"
        );
    }
}

/// The fenced blocks of a kind.
fn blocks(kind: &str) -> Vec<String> {
    let readme = readme();
    let blocks = readme
        .split("\n```")
        .filter_map(|part| part.strip_prefix(kind)?.strip_prefix('\n'));
    blocks.map(str::to_owned).collect()
}

#[test]
fn the_configuration_and_the_theme_can_be_read() {
    let [configuration, own_theme] = blocks("toml").try_into().expect("one of each");
    assert!(configuration.contains("[keys]"), "{configuration}");
    config::read(&configuration).unwrap_or_else(|faults| panic!("{faults:?}"));
    theme::parse(&own_theme).unwrap_or_else(|fault| panic!("{fault:?}"));
}

#[test]
fn the_themes_are_all_named() {
    let readme = readme();
    for name in theme::names() {
        assert!(readme.contains(&format!("`{name}`")), "{name}");
    }
}

#[test]
fn the_numbers_are_those_of_the_program() {
    let readme = readme();
    let manifest = files::read("Cargo.toml");
    let rust = manifest
        .lines()
        .find_map(|line| line.strip_prefix("rust-version = "));
    let rust = rust.expect("a Rust version").trim_matches('"');
    let smallest = format!("at least {}x{}", SMALLEST.columns, SMALLEST.rows);
    let facts = files::read("tests/conformance/list.rs");
    let facts = facts
        .split("const CASES: usize = ")
        .nth(1)
        .and_then(|rest| rest.split(';').next());
    let facts = format!("has {} facts", facts.expect("a count"));
    let lessons = sockplay::lesson::course::LESSONS.len();
    let lessons = format!("{lessons} lessons");
    for said in [format!("Rust {rust}"), smallest, facts, lessons] {
        assert!(readme.contains(&said), "not in the README: {said}");
    }
}

#[test]
fn pictures_and_links_lead_to_files_and_headings() {
    let readme = readme();
    let headings = readme.lines().filter(|line| line.starts_with('#'));
    // As GitHub makes them.
    let anchor = |line: &str| {
        let letters = line.trim_start_matches('#').trim().chars();
        let kept = letters.filter(|letter| letter.is_alphanumeric() || " -".contains(*letter));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    };
    let anchors: BTreeSet<String> = headings.map(anchor).collect();
    let targets = readme
        .split("](")
        .skip(1)
        .filter_map(|rest| rest.split(')').next());
    let mut count = 0;
    for target in targets.filter(|target| !target.starts_with("http")) {
        let leads = match target.strip_prefix('#') {
            Some(anchor) => anchors.contains(anchor),
            None => files::path(target).exists(),
        };
        assert!(leads, "{target} leads nowhere");
        count += 1;
    }
    assert!(count >= 10, "{count}");
}
