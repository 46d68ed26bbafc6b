//! Nothing to do means no wake-up at all.

use std::time::{Duration, Instant};

use crate::common::PATIENCE;
use crate::common::child::PROGRAM;
use crate::common::terminal::{Rig, USUAL, sockplay};

/// How long nothing may happen.
const SPAN: Duration = Duration::from_millis(1200);

/// How often the threads of the process were put on and off a processor: the kernel's own count.
fn switches(rig: &Rig) -> u64 {
    let tasks = format!("/proc/{}/task", rig.pid());
    let tasks = std::fs::read_dir(tasks).expect("its threads");
    tasks
        .map(|task| {
            let status = task.expect("a thread").path().join("status");
            let status = std::fs::read_to_string(status).unwrap_or_default();
            let counts = status
                .lines()
                .filter_map(|line| line.split_once("ctxt_switches:"));
            counts
                .map(|(_, count)| count.trim().parse::<u64>().expect("a count"))
                .sum::<u64>()
        })
        .sum()
}

/// Checks that at some time nothing happens for a while: the program may still be settling at first.
#[track_caller]
fn assert_comes_to_rest(rig: &Rig) {
    let deadline = Instant::now() + PATIENCE;
    while Instant::now() < deadline {
        let before = switches(rig);
        if rig.stays_quiet(SPAN) && switches(rig) == before {
            assert!(before > 0, "it has run");
            return;
        }
    }
    panic!(
        "it never rests; the last screen is\n{}",
        rig.screen().text()
    );
}

#[test]
fn an_empty_playground_sleeps() {
    let mut rig = sockplay();
    assert_comes_to_rest(&rig);
    let before = switches(&rig);
    rig.keys("?").wait_for("any other key closes");
    assert!(switches(&rig) > before, "a key wakes it");
    assert_comes_to_rest(&rig);
}

#[test]
fn a_capture_sleeps_too() {
    let mut rig = sockplay();
    rig.keys("v").wait_until("an answer", |shown| {
        shown.has("Capturing on all interfaces since") || shown.has("Segments are inferred;")
    });
    assert_comes_to_rest(&rig);
    rig.keys("v").wait_for("n makes a socket");
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .wait_for_row(&["connect(c, addr(l))", "-> 0"]);
    assert_comes_to_rest(&rig);
}

#[test]
fn sockets_at_rest_cost_nothing() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .line("s = accept l");
    rig.line("send c \"hello\"")
        .line("a, b = socketpair unix stream");
    rig.line("shutdown a SHUT_WR")
        .wait_for_row(&["shutdown(a, SHUT_WR)", "-> 0"]);
    rig.wait_for("5 B to receive");
    assert_comes_to_rest(&rig);
}

#[test]
fn a_blocked_call_sleeps_and_its_time_is_that_since_when() {
    let mut rig = sockplay();
    rig.prompt(&["a, b = socketpair unix stream", "recv a 9"])
        .wait_for("recv() blocked since ")
        .wait_for_row(&["recv(a, 9)", "-> blocks"]);
    assert_comes_to_rest(&rig);
}

#[test]
fn a_program_that_has_ended_costs_nothing() {
    let mut rig = Rig::start(USUAL, PROGRAM, &["trace", "true"], &[]);
    rig.wait_until("the end, or why it is not traced", |shown| {
        shown.has("exited with status 0") || shown.has("cannot trace")
    });
    if rig.screen().has("cannot trace") {
        eprintln!("skipped: {}", rig.screen().text());
        return;
    }
    assert_comes_to_rest(&rig);
}

/// How often threads may run in a span while an orphan counts down: the probe, the clock and the drawing of two seconds.
const FEW: u64 = 24;

#[test]
fn an_orphan_costs_a_probe_a_second() {
    let mut rig = sockplay();
    rig.prompt(&["l = socket inet stream", "bind l 127.0.0.1:0", "listen l 5"]);
    rig.line("c = socket inet stream")
        .line("connect c addr(l)")
        .line("close c")
        .wait_for("orphan FIN_WAIT2");
    let deadline = Instant::now() + PATIENCE;
    let mut least = u64::MAX;
    while least > FEW {
        assert!(Instant::now() < deadline, "{least} times in {SPAN:?}");
        let before = switches(&rig);
        // It is drawn again each second, so this waits for a part of one at most.
        let end = Instant::now() + SPAN;
        while Instant::now() < end {
            rig.stays_quiet(end.saturating_duration_since(Instant::now()));
        }
        least = least.min(switches(&rig) - before);
    }
    assert!(rig.screen().has("orphan FIN_WAIT2"), "it is still there");
}
