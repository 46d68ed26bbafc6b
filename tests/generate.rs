//! What `sockplay generate` prints is read by the programs that it is for: man(1) and the shells.

mod common;

use std::process::{Command, Stdio};

use clap::CommandFactory;
use sockplay::cli::Cli;

use crate::common::child::{folder, program, written};
use crate::common::skipped;

/// What the program prints, which must succeed.
#[track_caller]
fn generate(arguments: &[&str]) -> String {
    let mut command = program();
    let output = command.arg("generate").args(arguments).output();
    let output = output.expect("it runs");
    assert!(output.status.success(), "{}", written(&output));
    assert!(output.stderr.is_empty(), "{}", written(&output));
    String::from_utf8(output.stdout).expect("text")
}

/// Runs another program on a file with this text; `None` where it is not installed.
fn read_by(program: &str, arguments: &[&str], text: &str) -> Option<String> {
    let folder = folder();
    let file = folder.path().join("sockplay.1");
    std::fs::write(&file, text).expect("it can be written");
    let mut command = Command::new(program);
    command.args(arguments).arg(&file).stdin(Stdio::null());
    command.env("LC_ALL", "C.UTF-8").env("MANWIDTH", "100");
    let Ok(output) = command.output() else {
        skipped(&format!("{program} is not installed"));
        return None;
    };
    assert!(output.status.success(), "{}", written(&output));
    assert!(output.stderr.is_empty(), "{}", written(&output));
    Some(String::from_utf8(output.stdout).expect("text"))
}

#[test]
fn the_manual_page_renders_without_a_warning_and_has_every_command() {
    let page = generate(&["man"]);
    let Some(shown) = read_by("man", &["--warnings", "-P", "cat", "-l"], &page) else {
        return;
    };
    let commands = Cli::command();
    let commands: Vec<&str> = commands
        .get_subcommands()
        .map(clap::Command::get_name)
        .collect();
    assert!(commands.len() >= 6, "{commands:?}");
    for command in commands {
        let heading = format!("\n   sockplay {command}\n");
        assert!(shown.contains(&heading), "{command}: {shown}");
    }
    for part in [
        "NOTATION",
        "FILES",
        "ENVIRONMENT",
        "EXIT STATUS",
        "SEE ALSO",
        "accept(l)                  -> blocks",
        "connect(socket, address)",
    ] {
        assert!(shown.contains(part), "{part}: {shown}");
    }
}

#[test]
fn the_shells_read_their_completions() {
    for (shell, check) in [("bash", "-n"), ("zsh", "-n"), ("fish", "--no-execute")] {
        let script = generate(&["completions", shell]);
        assert!(script.contains("screenshot"), "{script}");
        read_by(shell, &[check], &script);
    }
}
