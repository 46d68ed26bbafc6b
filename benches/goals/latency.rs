//! How long a person waits: for a frame of a long session (P1), the first frame (P2), the result of a call on the screen (P5),
//! a short script (P10), and for leaving (P11).
//!
//! Beside each stands a row A/A, the same measured twice: what it differs from 1 is noise.

use std::cell::{Cell, RefCell};
use std::process::Command;
use std::time::{Duration, Instant};

use ratatui::Terminal as Frames;
use ratatui::backend::TestBackend;
use sockplay::app::explanations::Explanations;
use sockplay::app::state::App;
use sockplay::app::theme::Theme;
use sockplay::view::view;

use super::rig::Session;
use super::side_by_side::{Compared, compare, compare_in, head, noise, tell};
use super::terminal::{Terminal, program};

/// Rounds of what takes long.
const FEW: usize = 5;
/// Frames in one measurement.
const FRAMES: u32 = 20;
/// Lines of a short and of a long session.
const SHORT: usize = 100;
const LONG: usize = 100_000;

fn millis(span: Duration) -> f64 {
    span.as_secs_f64() * 1e3
}

fn row(what: &str, compared: Compared, goal: &str, met: bool) {
    let (reference, ours) = (millis(compared.reference), millis(compared.ours));
    tell(what, "ms", reference, ours, compared.ratio, goal, met);
}

/// A playground after so many calls.
fn played(lines: usize) -> App {
    let mut session = Session::new();
    session.call("a, b = socketpair(AF_UNIX, SOCK_STREAM)");
    while session.world.log().len() < lines {
        session.call("send(a, \"x\")");
        session.call("recv(b, 1)");
    }
    let mut app = App::new((120, 40), Theme::choose(true), "/tmp".to_owned(), 1);
    app.world = std::mem::take(&mut session.world);
    app
}

/// How long some frames take.
fn frames_of(app: &mut App, forget: bool) -> Duration {
    let mut terminal = Frames::new(TestBackend::new(120, 40)).expect("a terminal");
    let began = Instant::now();
    for _ in 0..FRAMES {
        if forget {
            app.explanations = Explanations::default();
        }
        let drawn = terminal.draw(|frame| {
            view(app, frame);
        });
        drawn.expect("a frame");
    }
    began.elapsed() / FRAMES
}

/// P1: a frame of a long session against one of a short session.
pub(crate) fn frames() {
    const GOAL: f64 = 1.1;
    let (mut short, mut long) = (played(SHORT), played(LONG));
    head("100 lines");
    let compared = compare(
        || frames_of(&mut short, false),
        || frames_of(&mut long, false),
    );
    let met = compared.ratio <= GOAL;
    row("P1 a frame of 100,000 lines", compared, "<= 1.1", met);
    noise("P1", FEW, "ms", millis, || frames_of(&mut short, false));
    let compared = compare_in(
        FEW,
        || frames_of(&mut short, true),
        || frames_of(&mut long, true),
    );
    row(
        "   the first one after something happened",
        compared,
        "",
        true,
    );
}

/// P2: from starting the program to its first frame, against a start that only prints its version.
pub(crate) fn start() {
    let first_frame = || Terminal::start().1;
    head("--version");
    let compared = compare(|| command(&["--version"]), first_frame);
    row("P2 the first frame", compared, "", true);
    noise("P2", FEW, "ms", millis, first_frame);
}

fn command(arguments: &[&str]) -> Duration {
    let began = Instant::now();
    let output = Command::new(program()).args(arguments).output();
    assert!(output.expect("it starts").status.success());
    began.elapsed()
}

/// P5 on the screen: from Enter to the result.
pub(crate) fn result() {
    const MOST: f64 = 2.0;
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
        took
    };
    head("A");
    let mut compared = compare(measure, measure);
    let noise = compared;
    compared.ratio = millis(compared.ours) / MOST;
    let met = compared.ratio <= 1.0;
    row(
        "P5 from Enter to the result, by 2 ms",
        compared,
        "<= 1.0",
        met,
    );
    row("   A/A of P5", noise, "", true);
}

/// P10: a script of one call, against a start that only prints its version.
pub(crate) fn run() {
    let script = ["run", "-c", "socket(AF_INET, SOCK_STREAM)"];
    head("--version");
    let compared = compare(|| command(&["--version"]), || command(&script));
    row("P10 a script of one call", compared, "", true);
    noise("P10", FEW, "ms", millis, || command(&script));
}

/// P11: leaving, against the limit.
pub(crate) fn leaving() {
    const MOST: f64 = 100.0;
    /// Calls that are blocked.
    const BLOCKED: usize = 1000;
    let lingering = || {
        let (mut terminal, _) = Terminal::start();
        terminal.keys(
            ":l = socket inet stream\rbind l 127.0.0.1:0\rlisten l 5\rc = socket inet stream\r\
             connect c addr(l)\rs = accept l\rsetsockopt c SO_LINGER {1, 30s}\rfill c\r",
        );
        terminal.until("Sending went on until EAGAIN");
        terminal.keys("\x1b");
        terminal.settle(Duration::from_millis(100));
        terminal.ends("q")
    };
    head("A");
    let noise = compare_in(FEW, lingering, lingering);
    let mut compared = noise;
    compared.ratio = millis(compared.ours) / MOST;
    let met = compared.ratio <= 1.0;
    row(
        "P11 leaving with SO_LINGER, by 100 ms",
        compared,
        "<= 1.0",
        met,
    );
    row("   A/A of P11", noise, "", true);
    let (mut terminal, _) = Terminal::start();
    terminal.timed(":a, b = socketpair(AF_UNIX, SOCK_STREAM)\r", "-> fd 3");
    // One paste has at most so many lines.
    let lines = "recv(a, 1) &\r".repeat(BLOCKED);
    terminal.keys(&format!("\x1b[200~{lines}\x1b[201~"));
    terminal.until(&format!("{BLOCKED} pending"));
    terminal.settle(Duration::from_millis(300));
    let took = terminal.ends("\x03\x03");
    let ratio = millis(took) / MOST;
    let compared = Compared {
        reference: Duration::ZERO,
        ours: took,
        ratio,
    };
    row(
        "P11 leaving with 1,000 blocked, by 100 ms",
        compared,
        "<= 1.0",
        ratio <= 1.0,
    );
}
