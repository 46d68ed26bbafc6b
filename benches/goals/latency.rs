//! How long a person waits: for the first frame, the result of a call on the screen, a short script, and for leaving.

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use super::paired::{compare, limited, millis};
use super::programs::{Program, READY, TEN_LINES, this};
use super::report::Report;
use super::terminal::{START, Terminal, program};

/// Rounds of two of what takes long.
const FEW: usize = 5;
/// Rounds of two results on the screen.
const RESULTS: usize = 12;
/// Calls of one measurement that compares two programs.
const CALLS: usize = 5;
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

/// A program at whose prompt calls are made, each of which sends another number of bytes.
struct Prompt {
    terminal: Terminal,
    size: usize,
}

impl Prompt {
    fn start(arguments: &[&str]) -> Self {
        let arguments: Vec<String> = arguments.iter().map(ToString::to_string).collect();
        let (mut terminal, _) = Terminal::start_of(program(), &arguments, START);
        terminal.timed(":a, b = socketpair(AF_UNIX, SOCK_DGRAM)\r", "-> fd 3");
        let mut prompt = Self {
            terminal,
            size: 100,
        };
        // The first one warms up.
        prompt.call();
        prompt
    }

    /// From Enter to the result on the screen.
    fn call(&mut self) -> Duration {
        // Another result each time, so that it can be told from those before.
        self.size += 1;
        let size = self.size;
        self.terminal.keys(&format!("send(a, \"y\"*{size})"));
        self.terminal.settle(Duration::from_millis(30));
        let took = self.terminal.timed("\r", &format!("-> {size}"));
        self.terminal.timed(&format!("recv(b, {size})\r"), "\"y\"");
        self.terminal.settle(Duration::from_millis(30));
        took
    }

    /// The one in the middle of a few, since now and then another program runs meanwhile.
    fn typical(&mut self) -> Duration {
        let mut taken = [(); CALLS].map(|()| self.call());
        taken.sort_unstable();
        taken[CALLS / 2]
    }
}

/// From Enter to the result.
pub(crate) fn result_on_the_screen(report: &mut Report) {
    let mut prompt = Prompt::start(&[]);
    report.tell("", &limited(RESULTS, shown, || in_millis(prompt.call())));
}

/// The same in a session that is recorded, by that in one that is not.
pub(crate) fn recorded_call(report: &mut Report) {
    let (mut bare, mut ours) = (Prompt::start(&["--no-journal"]), Prompt::start(&[]));
    let compared = compare(|| bare.typical(), || ours.typical());
    report.tell("", &compared.time(millis));
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
