//! Files that are none: what a FIFO, a device or a directory does in the place of a script or a lesson.

use std::fs;
use std::path::Path;
use std::process::Command;

use nix::sys::signal::Signal;
use nix::sys::stat::Mode;
use nix::unistd::mkfifo;

use crate::common::child::{Child, PROGRAM, folder, sockplay, until};

fn fifo(path: &Path) {
    mkfifo(path, Mode::S_IRWXU).expect("a FIFO");
}

#[test]
fn a_script_may_come_through_a_fifo() {
    let home = folder();
    fifo(&home.path().join("a.sock"));
    let child = Child::start(sockplay(home.path()).arg("a.sock"), b"");
    // Waits until the program reads, as the shell's <(...) does.
    fs::write(home.path().join("a.sock"), "close(900) -> EBADF\n").expect("it is read");
    let ran = child.end().exits(0);
    assert!(ran.out.contains("close(900)"), "{ran:#?}");
}

#[test]
fn what_is_no_regular_file_is_refused_as_a_lesson_and_as_the_script_of_a_picture() {
    let home = folder();
    fifo(&home.path().join("a.md"));
    for (command, said) in [
        (
            ["check", "a.md"].as_slice(),
            "lesson a.md: it is a FIFO, not a regular file",
        ),
        (
            &["learn", "a.md"],
            "lesson a.md: it is a FIFO, not a regular file",
        ),
        (
            &["check", "."],
            "the course: ./a.md: it is a FIFO, not a regular file",
        ),
        (
            &["learn", "/dev/zero"],
            "lesson /dev/zero: it is a device, not a regular file",
        ),
        (
            &["screenshot", "a.md", "-o", "a.svg"],
            "cannot read a.md: it is a FIFO",
        ),
        (
            &["screenshot", "/dev/zero", "-o", "a.svg"],
            "cannot read /dev/zero: it is a device",
        ),
    ] {
        let ran = Child::start(
            Command::new(PROGRAM).current_dir(home.path()).args(command),
            b"",
        )
        .end()
        .exits(2);
        assert!(ran.err.contains(said), "{ran:#?}");
    }
}

/// The clock of a picture is staged, and sleep() waits all the same.
#[test]
fn a_picture_of_a_script_that_sleeps_is_drawn() {
    let home = folder();
    let script = "l = socket(AF_INET, SOCK_STREAM)\nsleep(20ms)\nstate(l) -> CLOSE\n";
    fs::write(home.path().join("a.sock"), script).expect("written");
    fs::write(home.path().join("b.sock"), "sleep(500s)\n").expect("written");
    let draw = |script: &str| {
        let mut command = Command::new(PROGRAM);
        command.current_dir(home.path());
        command.args(["screenshot", script, "-o", "a.svg"]);
        Child::start(&mut command, b"").end()
    };
    draw("a.sock").exits(0);
    let drawn = fs::read_to_string(home.path().join("a.svg")).expect("it is drawn");
    assert!(drawn.contains("sleep(20ms)"), "{drawn}");
    let ran = draw("b.sock").exits(2);
    let said = "b.sock:1: sleep(500s): it does not end within the 20 s";
    assert!(ran.err.contains(said), "{ran:#?}");
}

/// kill -9 leaves the folder of a session; the next sockplay that makes one removes it.
#[test]
fn the_folder_of_a_killed_check_is_removed_by_the_next_one() {
    let home = folder();
    fs::write(home.path().join("a.sock"), "sleep(500s)\n").expect("written");
    let start = |arguments: &[&str]| {
        let mut command = Command::new(PROGRAM);
        command.current_dir(home.path()).env("TMPDIR", home.path());
        Child::start(command.arg("check").args(arguments), b"")
    };
    let folders = || {
        let all = fs::read_dir(home.path()).expect("it is there").flatten();
        let names = all.map(|entry| entry.file_name().to_string_lossy().into_owned());
        names
            .filter(|name| name.starts_with("sockplay-"))
            .collect::<Vec<_>>()
    };
    let is_locked = || {
        let name = folders().pop()?;
        let lock = home.path().join(&name).join(".sockplay-lock");
        lock.exists().then_some(name)
    };
    let killed = start(&["types", "a.sock"]);
    let left = until("the folder of the check", is_locked);
    start(&["types"]).end().exits(0);
    assert_eq!(folders(), [left], "it is in use");
    killed.kill(Signal::SIGKILL);
    killed.end();
    start(&["types"]).end().exits(0);
    assert_eq!(folders(), [""; 0]);
}

#[test]
fn a_folder_for_temporary_files_that_is_not_there_is_said() {
    let home = folder();
    let mut command = Command::new(PROGRAM);
    command
        .args(["check", "types"])
        .env("TMPDIR", home.path().join("none"));
    let ran = Child::start(&mut command, b"").end().exits(2);
    assert!(
        ran.err
            .contains("cannot make a directory for path sockets in")
            && ran.err.contains("TMPDIR"),
        "{ran:#?}"
    );
}
