//! How long a person waits: for the first frame, the result of a call on the screen, a short script, and for leaving.

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::paired::{compare, limited, millis};
use super::programs::{Program, READY, TEN_LINES, this};
use super::report::Report;
use super::terminal::{Terminal, program};

/// Rounds of two of what takes long.
const FEW: usize = 5;
/// Rounds of two results on the screen.
const RESULTS: usize = 12;
/// Calls that are blocked while the program is left.
const BLOCKED: usize = 1000;

/// A figure in milliseconds, for people to read.
fn shown(figure: f64) -> String {
    format!("{figure:.2} ms")
}

fn in_millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

pub(crate) fn first_frame(report: &mut Report) {
    let boxes = || Terminal::start_of(this(), &Program::Boxes.arguments(), READY).1;
    let compared = compare(boxes, || Terminal::start().1);
    report.tell("", &compared.time(millis));
}

/// How long a program runs that says nothing of interest.
fn run(program: &Path, arguments: &[&str]) -> Duration {
    let began = Instant::now();
    let mut command = Command::new(program);
    let status = command.args(arguments).stdout(Stdio::null()).status();
    assert!(status.expect("it starts").success());
    began.elapsed()
}

pub(crate) fn script_of_ten_calls(report: &mut Report) {
    let folder = tempfile::tempdir().expect("a folder");
    let script = folder.path().join("ten.sock");
    std::fs::write(&script, TEN_LINES).expect("it can be written");
    let script = script.display().to_string();
    let (bare, ours) = (this(), program());
    let [flag, name] = Program::TenCalls.arguments();
    let compared = compare(
        || run(&bare, &[&flag, &name]),
        || run(&ours, &["run", &script]),
    );
    report.tell("", &compared.time(millis));
}

/// From Enter to the result.
pub(crate) fn result_on_the_screen(report: &mut Report) {
    let (mut terminal, _) = Terminal::start();
    terminal.timed(":a, b = socketpair(AF_UNIX, SOCK_DGRAM)\r", "-> fd 3");
    let terminal = RefCell::new(terminal);
    let size = Cell::new(100);
    let measure = || {
        // Another result each time, so that it can be told from those before.
        size.set(size.get() + 1);
        let mut terminal = terminal.borrow_mut();
        terminal.keys(&format!("send(a, \"y\"*{})", size.get()));
        terminal.settle(Duration::from_millis(30));
        let took = terminal.timed("\r", &format!("-> {}", size.get()));
        terminal.timed(&format!("recv(b, {})\r", size.get()), "\"y\"");
        terminal.settle(Duration::from_millis(30));
        in_millis(took)
    };
    // The first one warms up.
    measure();
    report.tell("", &limited(RESULTS, shown, measure));
}

pub(crate) fn leave_while_lingering(report: &mut Report) {
    let lingering = || {
        let (mut terminal, _) = Terminal::start();
        terminal.keys(
            ":l = socket inet stream\rbind l 127.0.0.1:0\rlisten l 5\rc = socket inet stream\r\
             connect c addr(l)\rs = accept l\rsetsockopt c SO_LINGER {1, 30s}\rfill c\rd = socket inet dgram\r",
        );
        // The last line is made when the buffers are full.
        terminal.until("-> fd 6");
        terminal.keys("\x1b");
        terminal.settle(Duration::from_millis(100));
        in_millis(terminal.ends("q"))
    };
    report.tell("", &limited(FEW, shown, lingering));
}

pub(crate) fn leave_with_1000_blocked(report: &mut Report) {
    let blocked = || {
        let (mut terminal, _) = Terminal::start();
        terminal.timed(":a, b = socketpair(AF_UNIX, SOCK_STREAM)\r", "-> fd 3");
        // One paste has at most so many lines.
        let lines = "recv(a, 1) &\r".repeat(BLOCKED);
        terminal.keys(&format!("\x1b[200~{lines}\x1b[201~"));
        terminal.until(&format!("{BLOCKED} pending"));
        terminal.settle(Duration::from_millis(300));
        in_millis(terminal.ends("\x03\x03"))
    };
    report.tell("", &limited(FEW, shown, blocked));
}
