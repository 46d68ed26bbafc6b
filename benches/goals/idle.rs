//! P3: what the playground costs while nothing happens, in a pseudo-terminal: with nothing open, and with ten open, quiet
//! sockets.

use std::fs;
use std::io::{Read, Write};
use std::process::Child;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

/// How long it is watched.
const WATCHED: Duration = Duration::from_secs(10);
/// How long it may take to come to rest before.
const REST: Duration = Duration::from_secs(3);

/// Ten sockets of all sorts: four connections of TCP, one of AF_UNIX, a listener and a datagram socket.
const TEN: &[&str] = &[
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

pub(crate) fn measure() {
    println!("{:<42} {:>11} {:>11}", "", "CPU %", "wake-ups/s");
    for (what, lines, most_cpu, most_woken) in [
        ("P3 idle, nothing open", &[][..], 0.0, 0.0),
        ("P3 idle, ten quiet sockets", TEN, 0.1, f64::MAX),
    ] {
        let (cpu, woken) = idle(lines);
        let met = cpu <= most_cpu && woken <= most_woken;
        let verdict = if met { "met" } else { "MISSED" };
        println!("{what:<42} {cpu:>11.3} {woken:>11.2}  <= {most_cpu} %  {verdict}");
    }
}

/// Share of a processor in percent, and voluntary context switches a second, of all threads.
fn idle(lines: &[&str]) -> (f64, f64) {
    let (pty, mut child) = start();
    let mut keys = &*pty;
    thread::sleep(Duration::from_millis(500));
    if !lines.is_empty() {
        keys.write_all(b":").expect("it takes keys");
    }
    for line in lines {
        keys.write_all(format!("{line}\r").as_bytes())
            .expect("it takes keys");
        thread::sleep(Duration::from_millis(100));
    }
    thread::sleep(REST);
    let pid = child.id();
    let before = (ticks(pid), switches(pid));
    thread::sleep(WATCHED);
    let after = (ticks(pid), switches(pid));
    let _ = child.kill();
    let _ = child.wait();
    let seconds = WATCHED.as_secs_f64();
    // A tick is a hundredth of a second on every Linux that is met: sysconf(3), _SC_CLK_TCK.
    let cpu = (after.0 - before.0) as f64 / seconds;
    (cpu, (after.1 - before.1) as f64 / seconds)
}

fn start() -> (Arc<Pty>, Child) {
    let (pty, pts) = open().expect("a pseudo-terminal");
    pty.resize(Size::new(40, 120)).expect("its size");
    let child = Command::new(env!("CARGO_BIN_EXE_sockplay"))
        .env("TERM", "xterm-256color")
        .spawn(pts)
        .expect("it starts");
    let pty = Arc::new(pty);
    let screen = Arc::clone(&pty);
    // What is drawn must be read, or it waits for that.
    thread::spawn(move || {
        let mut buffer = [0; 1 << 16];
        while (&*screen).read(&mut buffer).is_ok_and(|count| count > 0) {}
    });
    (pty, child)
}

/// User and system time, /proc/PID/stat.
fn ticks(pid: u32) -> u64 {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).expect("it runs");
    let fields: Vec<&str> = text
        .rsplit_once(") ")
        .map_or(vec![], |(_, rest)| rest.split(' ').collect());
    let number = |at: usize| fields.get(at).and_then(|own| own.parse::<u64>().ok());
    number(11).unwrap_or(0) + number(12).unwrap_or(0)
}

/// How often its threads went to sleep, /proc/PID/task/TID/status.
fn switches(pid: u32) -> u64 {
    let tasks = fs::read_dir(format!("/proc/{pid}/task")).expect("it runs");
    tasks
        .filter_map(|task| fs::read_to_string(task.ok()?.path().join("status")).ok())
        .filter_map(|status| {
            let line = status
                .lines()
                .find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"))?;
            line.trim().parse::<u64>().ok()
        })
        .sum()
}
