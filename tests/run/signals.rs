//! SIGINT, SIGTERM and SIGHUP while a call is pending: the run dies of the signal, and nothing of it stays behind.

use std::fs;
use std::os::unix::process::CommandExt;
use std::path::PathBuf;
use std::process::Command;

use nix::sys::signal::Signal;

use crate::common::child::{Child, PROGRAM, Ran, folder, sockplay, until};
use crate::common::skipped;

const WAITS_IN_ACCEPT: &str = "\
l = socket(AF_UNIX, SOCK_STREAM)
bind(l, unix:l.sock)
listen(l, 5)
accept(l) -> blocks
wait(l) -> fd within 60s
";

/// Runs a script until a line is printed, sends the signal, and checks what is left.
#[track_caller]
fn dies_of(signal: Signal, script: &str, beginning: &str) -> Ran {
    let folder = folder();
    let mut command = sockplay(folder.path());
    let mut child = Child::start(command.arg("-"), script.as_bytes());
    child.until_line(beginning);
    assert!(folder.path().join("l.sock").exists(), "it is bound by now");
    child.kill(signal);
    let ran = child.end();
    let number = signal as i32;
    // Where whoever started us had the signal ignored, it cannot be died of; the status says it then.
    assert!(
        ran.signal == Some(number) || ran.code == Some(128 + number),
        "{ran:#?}"
    );
    assert_eq!(ran.err, "");
    let left: Vec<_> = fs::read_dir(folder.path())
        .expect("it is there")
        .map(|file| file.expect("a file").file_name())
        // Some signals leave an image of the process where the host wants that.
        .filter(|name| !name.to_string_lossy().starts_with("core"))
        .collect();
    assert!(left.is_empty(), "it leaves {left:?} behind");
    ran
}

#[test]
fn an_interrupt_ends_a_run_whose_accept_is_pending() {
    for signal in [
        Signal::SIGINT,
        Signal::SIGTERM,
        Signal::SIGQUIT,
        Signal::SIGALRM,
        Signal::SIGXCPU,
        Signal::SIGABRT,
        Signal::SIGSEGV,
    ] {
        let ran = dies_of(signal, WAITS_IN_ACCEPT, "accept(l) ");
        assert!(!ran.out.contains("wait(l)"), "{ran:#?}");
    }
}

#[test]
fn a_run_that_sleeps_is_ended_too() {
    let script = "l = socket(AF_UNIX, SOCK_STREAM)\nbind(l, unix:l.sock)\n# now\nsleep(1min)\n";
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        dies_of(signal, script, "# now");
    }
}

#[test]
fn a_terminal_that_hangs_up_ends_a_run() {
    let own = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let ignored = own.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    let ignored = ignored.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok());
    if ignored.is_none_or(|mask| mask & 1 << (Signal::SIGHUP as i32 - 1) != 0) {
        return skipped("SIGHUP is ignored here, and stays so: nohup");
    }
    dies_of(Signal::SIGHUP, WAITS_IN_ACCEPT, "accept(l) ");
}

#[test]
fn a_signal_ends_all_files_and_not_only_the_present_one() {
    let folder = folder();
    fs::write(folder.path().join("first"), "# first\nsleep(1min)\n").expect("it can be written");
    fs::write(folder.path().join("second"), "# second\n").expect("it can be written");
    let mut command = sockplay(folder.path());
    let mut child = Child::start(command.args(["first", "second"]), b"");
    child.until_line("# first");
    child.kill(Signal::SIGTERM);
    let ran = child.end();
    assert!(!ran.out.contains("# second"), "{ran:#?}");
}

#[test]
fn a_signal_that_one_session_has_left_is_not_heard_in_the_next() {
    let folder = folder();
    let first = "a, b = socketpair(AF_UNIX, SOCK_STREAM)
fcntl(a, F_SETOWN, getpid())
fcntl(a, F_SETSIG, SIGRTMIN)
fcntl(a, F_SETFL, O_ASYNC|O_NONBLOCK)
send(b, \"x\")
";
    fs::write(folder.path().join("a.sock"), first).expect("it can be written");
    let second = "sigtimedwait([SIGRTMIN, SIGIO], 20) -> EAGAIN\n";
    fs::write(folder.path().join("b.sock"), second).expect("it can be written");
    let mut command = sockplay(folder.path());
    Child::start(command.args(["a.sock", "b.sock"]), b"")
        .end()
        .exits(0);
}

#[test]
fn an_interrupt_ends_a_picture_and_leaves_no_folder() {
    let folder = folder();
    let script = folder.path().join("waits.sock");
    fs::write(
        &script,
        "l = socket(AF_UNIX, SOCK_STREAM)\nbind(l, unix:$DIR/l.sock)\nsleep(15s)\n",
    )
    .expect("it is written");
    let temporary = folder.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    let folders = || -> Vec<PathBuf> {
        let entries = fs::read_dir(&temporary).expect("it is there");
        entries.flatten().map(|entry| entry.path()).collect()
    };
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let mut command = Command::new(PROGRAM);
        command
            .args(["screenshot", "--output"])
            .arg(folder.path().join("waits.svg"))
            .arg(&script)
            .env("TMPDIR", &temporary)
            // As Ctrl-C reaches all processes of the group.
            .process_group(0);
        let child = Child::start(&mut command, b"");
        until("the path is bound", || {
            let is_bound = |folder: &PathBuf| folder.join("l.sock").exists();
            folders().iter().any(is_bound).then_some(())
        });
        child.kill_group(signal);
        let ran = child.end();
        assert_eq!(ran.err, "", "{signal}");
        until("the folder is removed", || {
            folders().is_empty().then_some(())
        });
    }
}
