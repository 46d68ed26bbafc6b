//! Coming and going: whatever ends the program, the terminal is as it was and no file is left.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::os::unix::process::ExitStatusExt;
use std::process::{Child, Command};
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::common::child::{PROGRAM, until};
use crate::common::skipped;
use crate::common::terminal::{PROMPT_KEYS, Rig, USUAL, sockplay};

/// sockplay inside of an accept() on a listener that is bound to a path.
#[track_caller]
fn blocked_on_a_path() -> Rig {
    let mut rig = sockplay();
    rig.prompt(&["l = socket unix stream"])
        .wait_for("unix stream");
    rig.panes()
        .call("b")
        .wait_for_row(&["bind(l, unix:", "-> 0"]);
    rig.call("l").wait_for_row(&["listen(l, 5)", "-> 0"]);
    rig.call("a").wait_for("accept() blocked");
    assert_eq!(rig.path_sockets().len(), 1, "bind() made a file");
    rig
}

#[test]
fn it_starts_and_q_leaves_the_terminal_as_it_was() {
    let mut rig = sockplay();
    let shown = rig.screen();
    assert!(shown.has("sockplay is a playground for sockets"));
    assert!(shown.screen.alternate_screen(), "its own screen");
    assert!(shown.screen.hide_cursor(), "nothing is typed in the panes");
    assert!(shown.screen.bracketed_paste());
    assert_eq!(
        shown.screen.mouse_protocol_mode(),
        vt100::MouseProtocolMode::PressRelease
    );
    assert_ne!(&rig.modes(), rig.modes_before(), "keys come one by one");
    assert_eq!(rig.keys("q").wait_exit().code(), Some(0));
    rig.assert_restored();
    assert_eq!(rig.screen().text().trim(), "", "nothing is left behind");
}

#[test]
fn leaving_with_a_pending_call_is_asked_about() {
    let mut rig = blocked_on_a_path();
    rig.keys("q").wait_for_row(&["Still pending", "accept(l)"]);
    rig.keys("n").wait_without("Still pending");
    assert!(rig.screen().has("accept() blocked"), "n stays");
    rig.keys("q").wait_for("Still pending");
    assert_eq!(rig.keys("y").wait_exit().code(), Some(0));
    rig.assert_restored();
    assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
}

#[test]
fn ctrl_c_leaves_from_anywhere() {
    let places: [(&str, &str); 4] = [
        ("", "press : to type a line"),
        (":", PROMPT_KEYS),
        ("n", "s1 = socket(AF_INET, SOCK_STREAM)"),
        ("?", "any other key closes"),
    ];
    for (keys, seen) in places {
        let mut rig = sockplay();
        rig.keys(keys).wait_for(seen);
        assert_eq!(rig.keys("\x03").wait_exit().code(), Some(0), "{seen}");
        rig.assert_restored();
    }
}

#[test]
fn ctrl_c_asks_like_q_and_the_second_one_leaves() {
    let mut rig = blocked_on_a_path();
    rig.keys("\x03").wait_for("Still pending");
    assert_eq!(rig.keys("\x03").wait_exit().code(), Some(0));
    rig.assert_restored();
    assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
}

#[test]
fn a_signal_restores_the_terminal_and_removes_the_files() {
    for signal in [
        Signal::SIGTERM,
        Signal::SIGHUP,
        Signal::SIGINT,
        Signal::SIGQUIT,
        Signal::SIGALRM,
        // A failed allocation and a failed assertion of the C library abort, a wild pointer faults.
        Signal::SIGABRT,
        Signal::SIGSEGV,
    ] {
        let mut rig = blocked_on_a_path();
        let status = rig.signal(signal).wait_exit();
        assert_eq!(status.signal(), Some(signal as i32), "{signal}: {status}");
        rig.assert_restored();
        assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
    }
}

#[test]
fn a_socket_that_lingers_does_not_delay_leaving() {
    let mut rig = sockplay();
    // A peer that takes nothing, and that stays when the program ends.
    let peer = TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = peer.local_addr().expect("its address");
    rig.prompt(&[
        "c = socket inet stream",
        &format!("connect c {address}"),
        "setsockopt c SO_LINGER {1, 30s}",
        "fill c",
    ]);
    rig.wait_for("then it gave EAGAIN");
    rig.panes().keys("q");
    let began = Instant::now();
    assert_eq!(rig.wait_exit().code(), Some(0));
    let took = began.elapsed();
    assert!(took < Duration::from_secs(2), "it took {took:?}");
    rig.assert_restored();
}

#[test]
fn a_terminal_that_reads_nothing_is_restored_by_a_signal() {
    for signal in [Signal::SIGTERM, Signal::SIGQUIT, Signal::SIGABRT] {
        let mut rig = blocked_on_a_path();
        rig.stop_reading();
        // Frames until none can be written any more: the keys are read by a thread of their own.
        if !rig.fill_terminal("?\x0c") {
            skipped("the kernel does not say where a thread sleeps");
            return;
        }
        let began = Instant::now();
        let status = rig.signal(signal).wait_exit();
        let took = began.elapsed();
        assert!(took < Duration::from_secs(5), "it took {took:?}");
        assert_eq!(status.signal(), Some(signal as i32), "{signal}: {status}");
        assert_eq!(&rig.modes(), rig.modes_before(), "{signal}");
        assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
    }
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program() {
    let mut rig = blocked_on_a_path();
    let status = rig.hang_up().wait_exit();
    // What is noticed first is a race of the signal with the end of file and with a failed drawing.
    let hung_up = Signal::SIGHUP as i32;
    assert!(
        status.success() || status.signal() == Some(hung_up),
        "{status}"
    );
    assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
}

#[test]
fn a_terminal_that_hangs_up_ends_the_program_below_nohup_too() {
    let program = PROGRAM;
    let script = format!("trap '' HUP; exec '{program}'");
    let mut rig = Rig::start(USUAL, "sh", &["-c", &script], &[]);
    rig.wait_for("n makes a socket");
    rig.prompt(&["u = socket unix dgram", "bind u unix:u.sock"]);
    rig.wait_for_row(&["bind(u, unix:u.sock)", "-> 0"]);
    assert_eq!(rig.path_sockets().len(), 1, "bind() made a file");
    assert_eq!(rig.panes().hang_up().wait_exit().code(), Some(0));
    assert!(rig.path_sockets().is_empty(), "{:?}", rig.path_sockets());
}

#[test]
fn without_a_terminal_it_says_what_to_do() {
    let program = PROGRAM;
    for streams in ["</dev/null", ">/dev/null", "</dev/null >/dev/null"] {
        let script = format!("exec '{program}' {streams}");
        let mut rig = Rig::start(USUAL, "sh", &["-c", &script], &[]);
        assert_eq!(rig.wait_exit().code(), Some(2), "{streams}");
        let shown = rig.screen();
        assert!(shown.has("needs a terminal"), "{}", shown.text());
        assert!(shown.has("sockplay run FILE"), "{}", shown.text());
        assert!(!rig.raw().contains(&0x1b), "nothing is drawn");
    }
}

/// A program that does not outlive the test.
struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = (self.0.kill(), self.0.wait());
    }
}

#[test]
fn a_terminal_that_hangs_up_without_a_signal_ends_it() {
    // The program has another controlling terminal, or none: the kernel sends it no SIGHUP.
    let sockplay::sys::pty::Pty { master, slave } =
        sockplay::sys::pty::open(80, 24).expect("a pseudoterminal");
    let copy = || slave.try_clone().expect("a descriptor");
    let child = Command::new(PROGRAM)
        .env("TERM", "xterm-256color")
        .stdin(copy())
        .stdout(copy())
        .stderr(copy())
        .spawn()
        .expect("it starts");
    let mut child = Killed(child);
    drop(slave);
    let mut drawn = String::new();
    let mut until_shown = |text: &str| {
        until(text, || {
            let mut buffer = [0; 4096];
            let count = (&master).read(&mut buffer).expect("the screen");
            drawn.push_str(&String::from_utf8_lossy(&buffer[..count]));
            drawn.contains(text).then_some(())
        });
    };
    until_shown("Free");
    (&master).write_all(b"3").expect("a key");
    until_shown("Transitions");
    // It waits for keys now.
    until("rest", || {
        let tasks = format!("/proc/{}/task", child.0.id());
        let mut tasks = std::fs::read_dir(tasks).expect("its threads");
        let sleeps = |stat: String| stat.contains(") S ");
        let all = tasks.all(|task| {
            let stat = task.expect("a thread").path().join("stat");
            std::fs::read_to_string(stat).is_ok_and(sleeps)
        });
        all.then_some(())
    });
    drop(master);
    until("its end", || child.0.try_wait().expect("a child"));
}
