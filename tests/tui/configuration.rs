//! A configuration file changes keys and mouse, and a wrong one is said before the screen is taken.

use std::fs;
use std::path::Path;

use crate::common::child::PROGRAM;
use crate::common::terminal::{PROMPT_KEYS, Rig, USUAL, sockplay};

/// sockplay with this configuration file, in a folder that must outlive it.
fn configured(folder: &Path, text: &str) -> Rig {
    fs::create_dir(folder.join("sockplay")).expect("a folder");
    fs::write(folder.join("sockplay/config.toml"), text).expect("a file");
    let folder = folder.to_str().expect("a name");
    Rig::start(USUAL, PROGRAM, &[], &[("XDG_CONFIG_HOME", folder)])
}

#[test]
fn a_key_of_the_file_is_named_and_works() {
    let folder = tempfile::tempdir().expect("a folder");
    let text = "[keys]\nquit = \"F12\"\ncall.socket = \"q\"\n";
    let mut rig = configured(folder.path(), text);
    rig.wait_for("q makes a socket").wait_for("F12 quit");
    rig.keys("q").wait_for("Enter runs it");
    rig.keys("\r").wait_for("-> fd 3");
    rig.keys("\x1b[24~");
    assert!(rig.wait_exit().success());
}

#[test]
fn a_wrong_file_is_said_and_the_screen_is_not_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rig = configured(folder.path(), "[keys]\nqit = \"Q\"\n");
    rig.wait_for("config.toml:2:1: there is no action `qit`: did you mean `quit`?");
    assert_eq!(rig.wait_exit().code(), Some(2));
    assert!(!String::from_utf8_lossy(&rig.raw()).contains("\x1b[?1049h"));
}

/// Whether the terminal was asked for the mouse last, rather than left it.
fn captures(rig: &Rig) -> bool {
    let raw = String::from_utf8_lossy(&rig.raw()).into_owned();
    raw.rfind("\x1b[?1000h") > raw.rfind("\x1b[?1000l")
}

#[test]
fn the_mouse_is_released_and_captured_by_a_key() {
    let mut rig = sockplay();
    assert!(captures(&rig));
    rig.keys("\x13")
        .wait_for("mouse released, Ctrl-S captures it");
    assert!(!captures(&rig));
    // At the prompt too.
    rig.keys(":").wait_for(PROMPT_KEYS);
    rig.keys("\x13").wait_without("mouse released");
    assert!(captures(&rig));
}

#[test]
fn a_mouse_that_the_file_releases_is_not_captured() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut rig = configured(folder.path(), "mouse = false\n");
    rig.wait_for("mouse released, Ctrl-S captures it");
    assert!(!String::from_utf8_lossy(&rig.raw()).contains("\x1b[?1000h"));
}
