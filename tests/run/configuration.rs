//! `sockplay config`: what it prints is a configuration file, and what is wrong with one is said with its place.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::process::Command;

use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::common::child::{Child, PROGRAM, Ran};

/// Runs `sockplay config` with a configuration directory.
fn config(home: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(PROGRAM);
    let command = command.arg("config").args(arguments);
    let command = command.env("XDG_CONFIG_HOME", home.join("config"));
    Child::start(command, b"").end()
}

/// A home with this configuration file.
fn home(text: &str) -> tempfile::TempDir {
    let home = tempfile::tempdir().expect("a folder");
    let folder = home.path().join("config/sockplay");
    fs::create_dir_all(&folder).expect("a folder");
    fs::write(folder.join("config.toml"), text).expect("a file");
    home
}

#[test]
fn what_is_printed_is_a_file_that_prints_the_same() {
    let own = home("mouse = false\nkeys.quit = \"Q\"\nkeys.queues = \"q\"\n");
    let printed = config(own.path(), &[]).exits(0).out;
    for line in [
        "mouse = false",
        "quit = \"Q\"",
        "queues = \"q\"",
        "call.bind = \"b\"",
    ] {
        assert!(printed.lines().any(|own| own == line), "{line}\n{printed}");
    }
    let again = config(home(&printed).path(), &[]).exits(0).out;
    assert_eq!(again, printed);
    let default = config(own.path(), &["--default"]).exits(0).out;
    let empty = tempfile::tempdir().expect("a folder");
    assert_eq!(config(empty.path(), &[]).exits(0).out, default);
    assert!(default.contains("\nmouse = true\n"), "{default}");
}

#[test]
fn the_file_is_where_the_base_directories_say() {
    let home = tempfile::tempdir().expect("a folder");
    let file = home.path().join("config/sockplay/config.toml");
    let path = config(home.path(), &["--path"]).exits(0).out;
    assert_eq!(path, format!("{}\n", file.display()));
    let mut command = Command::new(PROGRAM);
    let command = command.args(["config", "--path"]).env("HOME", home.path());
    let ran = Child::start(command.env_remove("XDG_CONFIG_HOME"), b"").end();
    let file = home.path().join(".config/sockplay/config.toml");
    assert_eq!(ran.exits(0).out, format!("{}\n", file.display()));
}

#[test]
fn what_is_wrong_is_said_with_the_file_and_the_line() {
    let own = home("\nthme = \"dark\"\n");
    let file = own.path().join("config/sockplay/config.toml");
    let ran = config(own.path(), &[]).exits(2);
    let said = format!(
        "sockplay: {}:2:1: there is no setting `thme`: did you mean `theme`?\n",
        file.display()
    );
    assert!(ran.err.starts_with(&said), "{}", ran.err);
    assert!(
        ran.err.contains("correct the file, or move it away"),
        "{}",
        ran.err
    );
    assert_eq!(ran.out, "");
    config(own.path(), &["--default"]).exits(0);
    let own = home("glyphs = \"\\u001b[2J\"\n\"\\u001b[2J\" = 1\n");
    let ran = config(own.path(), &[]).exits(2);
    assert!(!ran.err.contains('\x1b'), "{:?}", ran.err);
}

#[test]
fn a_file_of_another_type_is_named_and_a_link_is_followed() {
    let own = home("");
    let file = own.path().join("config/sockplay/config.toml");
    fs::remove_file(&file).expect("it is there");
    mkfifo(&file, Mode::S_IRWXU).expect("a FIFO");
    let ran = config(own.path(), &[]).exits(2);
    assert!(
        ran.err.contains("it is a FIFO, not a regular file"),
        "{}",
        ran.err
    );
    fs::remove_file(&file).expect("it is there");
    let other = own.path().join("mine.toml");
    fs::write(&other, "history = 7\n").expect("a file");
    symlink(&other, &file).expect("a link");
    assert!(
        config(own.path(), &[])
            .exits(0)
            .out
            .contains("\nhistory = 7\n")
    );
}
