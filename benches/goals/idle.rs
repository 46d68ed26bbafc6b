//! What the playground costs while nothing happens, in a pseudo-terminal, beside a program that only waits.
//!
//! All are watched at the same time: what differs between two programs that only wait is not ours.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use super::paired::Measured;
use super::report::Report;
use super::terminal::Terminal;

/// How long they are watched.
const WATCHED: Duration = Duration::from_secs(10);
/// How long they may take to come to rest before.
const REST: Duration = Duration::from_secs(3);

/// Ten sockets of all sorts: three connections of TCP, one of AF_UNIX, a listener and a datagram socket.
const QUIET: &[&str] = &[
    "l = socket(AF_INET, SOCK_STREAM)",
    "bind(l, 127.0.0.1:0)",
    "listen(l, 5)",
    "a = socket(AF_INET, SOCK_STREAM)",
    "connect(a, addr(l))",
    "sa = accept(l)",
    "b = socket(AF_INET, SOCK_STREAM)",
    "connect(b, addr(l))",
    "sb = accept(l)",
    "c = socket(AF_INET, SOCK_STREAM)",
    "connect(c, addr(l))",
    "sc = accept(l)",
    "p, q = socketpair(AF_UNIX, SOCK_STREAM)",
    "u = socket(AF_INET, SOCK_DGRAM)",
];

/// How often threads went to sleep, a second.
pub(crate) fn wakeups(report: &mut Report) {
    report.tell("nothing open", &beside_waiting(&[], "/s", switches));
}

/// Processor time in percent of one processor.
pub(crate) fn cpu(report: &mut Report) {
    // Nanoseconds a second.
    let percent = |pid| nanoseconds(pid) / 1e7;
    report.tell("", &beside_waiting(QUIET, "%", percent));
}

/// Reads a counter of the playground, after some lines, and of two programs that only wait; gives what they grow by in
/// a second.
fn beside_waiting(lines: &[&str], unit: &str, counter: impl Fn(u32) -> f64) -> Measured {
    let mut playground = playground(lines);
    let waiting = [(); 2].map(|()| {
        let mut command = Command::new("sleep");
        command.arg("600").spawn().expect("sleep(1)")
    });
    playground.read_for(REST);
    let pids = [playground.pid(), waiting[0].id(), waiting[1].id()];
    let before = pids.map(&counter);
    let began = Instant::now();
    playground.read_for(WATCHED);
    let after = pids.map(&counter);
    let watched = began.elapsed().as_secs_f64();
    for mut child in waiting {
        let _ = child.kill();
        let _ = child.wait();
    }
    let [ours, first, second] = [0, 1, 2].map(|index| (after[index] - before[index]) / watched);
    Measured {
        baseline: Some(format!("{first:.3} {unit}")),
        ours: format!("{ours:.3} {unit}"),
        figure: ours,
        spread: (first - second).abs(),
    }
}

/// A playground that has come to rest after some lines.
fn playground(lines: &[&str]) -> Terminal {
    let (mut terminal, _) = Terminal::start();
    if !lines.is_empty() {
        terminal.keys(":");
    }
    for line in lines {
        terminal.keys(&format!("{line}\r"));
        terminal.settle(Duration::from_millis(100));
    }
    terminal
}

/// User and system time of all threads, /proc/PID/task/TID/schedstat.
fn nanoseconds(pid: u32) -> f64 {
    sum(pid, "schedstat", |text| {
        text.split(' ').next()?.parse().ok()
    })
}

/// How often its threads went to sleep, /proc/PID/task/TID/status.
fn switches(pid: u32) -> f64 {
    sum(pid, "status", |text| {
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
        line.trim().parse().ok()
    })
}

/// The sum of a figure of all threads of a process.
fn sum(pid: u32, file: &str, figure: impl Fn(&str) -> Option<u64>) -> f64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    let sum: u64 = tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join(file)).ok())
        .filter_map(|text| figure(&text))
        .sum();
    sum as f64
}
