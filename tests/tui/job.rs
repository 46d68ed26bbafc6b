//! Ctrl-Z and `fg` in a real shell.

use nix::sys::signal::{Signal, kill};
use nix::sys::termios::LocalFlags;
use nix::unistd::Pid;

use crate::common::child::PROGRAM;
use crate::common::skipped;
use crate::common::terminal::{Rig, USUAL};

const PROMPT: &str = "shell ready>";

/// A shell with job control in a terminal; `None`, with the reason on standard error, where there is no such shell.
fn shell(program: &str, arguments: &[&str]) -> Option<Rig> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    if !std::env::split_paths(&path).any(|folder| folder.join(program).is_file()) {
        skipped(&format!("there is no {program} here"));
        return None;
    }
    let mut rig = Rig::start(USUAL, program, arguments, &[("PS1", PROMPT)]);
    rig.wait_for(PROMPT);
    Some(rig)
}

/// Stops sockplay with Ctrl-Z and brings it back, twice; `stopped` checks the terminal meanwhile.
fn stop_and_continue(mut rig: Rig, stopped: impl Fn(&Rig)) {
    rig.line(PROGRAM).wait_for("n makes a socket");
    rig.prompt(&["l = socket inet stream", "listen l 5"])
        .wait_for_row(&["l ", "LISTEN"]);
    rig.line("accept l").wait_for("accept() blocked").panes();
    for round in 1..=2 {
        rig.keys("\x1a").wait_until("the shell's screen", |shown| {
            !shown.screen.alternate_screen() && shown.count(PROMPT) == 2 * round
        });
        let screen = rig.screen().screen;
        assert!(!screen.hide_cursor(), "the cursor is hidden");
        assert_eq!(screen.mouse_protocol_mode(), vt100::MouseProtocolMode::None);
        stopped(&rig);
        rig.line(&format!("echo $(({round} + 41))"))
            .wait_for(&(round + 41).to_string());
        rig.line("fg").wait_until("the playground again", |shown| {
            shown.screen.alternate_screen() && shown.has("accept() blocked") && shown.has("LISTEN")
        });
    }
    rig.keys("n")
        .wait_for("Enter runs it")
        .keys("\r")
        .wait_for_row(&["inet stream", "unbound"]);
    rig.keys("q").wait_for("Still pending").keys("y");
    rig.wait_until("the shell's screen", |shown| {
        !shown.screen.alternate_screen()
    });
    assert_eq!(rig.line("exit").wait_exit().code(), Some(0));
}

#[test]
fn bash_gets_the_terminal_at_ctrl_z_and_gives_it_back_at_fg() {
    if let Some(rig) = shell("bash", &["--norc", "--noprofile", "-i"]) {
        stop_and_continue(rig, |_| ());
    }
}

/// dash leaves the modes of the terminal as they are: what is seen is what sockplay left.
#[test]
fn the_terminal_is_cooked_while_the_program_is_stopped() {
    if let Some(rig) = shell("dash", &["-i"]) {
        stop_and_continue(rig, |rig| {
            let cooked = LocalFlags::ICANON | LocalFlags::ECHO | LocalFlags::ISIG;
            assert!(rig.modes().local_flags.contains(cooked));
            assert_eq!(&rig.modes(), rig.modes_before());
        });
    }
}

/// The child of a shell.
fn child_of(rig: &Rig) -> Pid {
    let path = format!("/proc/{0}/task/{0}/children", rig.pid());
    let children = std::fs::read_to_string(path).expect("the kernel lists children");
    let child = children.split_whitespace().next().expect("a child");
    Pid::from_raw(child.parse().expect("a number"))
}

/// Starts a program in a shell, stops it by SIGTSTP as another process does, and brings it back, twice.
fn stopped_from_elsewhere(arguments: &str, shown_by_it: &str) {
    let Some(mut rig) = shell("dash", &["-i"]) else {
        return;
    };
    rig.line(&format!("{} {arguments}", PROGRAM))
        .wait_for(shown_by_it);
    let pid = child_of(&rig);
    for round in 1..=2 {
        kill(pid, Signal::SIGTSTP).expect("it is there");
        rig.wait_until("the shell's screen", |shown| {
            !shown.screen.alternate_screen() && shown.count(PROMPT) == 1 + round
        });
        assert_eq!(&rig.modes(), rig.modes_before());
        rig.line("fg").wait_until("the program again", |shown| {
            shown.screen.alternate_screen() && shown.has(shown_by_it)
        });
    }
    assert_ne!(&rig.modes(), rig.modes_before(), "keys come one by one");
    rig.keys("q").wait_until("the shell's screen", |shown| {
        !shown.screen.alternate_screen()
    });
    assert_eq!(rig.line("exit").wait_exit().code(), Some(0));
}

#[test]
fn sigtstp_from_elsewhere_gives_the_terminal_back_too() {
    stopped_from_elsewhere("", "n makes a socket");
}

#[test]
fn sigtstp_gives_the_terminal_back_while_cards_are_asked() {
    stopped_from_elsewhere("cards --all", "Enter answer");
}
