//! What grows with a session, and what must not: a frame and an explanation at 1,000, 100,000 and 1,000,000 lines of the
//! log (P1), the time for each of many sockets (P7), and the memory of a call (P9).
//!
//! The calls are folded as events of a session that made such calls once, so that the kernel has no part in the figures.

use std::cell::RefCell;
use std::time::{Duration, Instant};

use ratatui::Terminal as Frames;
use ratatui::backend::TestBackend;
use sockplay::app::explanations::Explanations;
use sockplay::app::state::App;
use sockplay::app::theme::Theme;
use sockplay::call::Command;
use sockplay::call::outcome::{Outcome, Returned};
use sockplay::event::{
    CallId, DescriptorId, Event, EventKind, Identity, NewDescriptor, Observation, Origin, Thread,
    Timestamp,
};
use sockplay::socket::{Domain, Kind, Protocol, SocketType};
use sockplay::view::view;
use sockplay::world::{World, resolve};

use super::rig::{Session, command};
use super::side_by_side::{Compared, compare_in, head, noise, tell};

/// Rounds of a measurement.
const ROUNDS: usize = 15;
/// Lines of the log, the first of which is the reference.
const LINES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Frames in one measurement.
const FRAMES: u32 = 20;

/// A world whose calls are folded and not made.
struct Folded {
    world: World,
    next: u64,
}

impl Folded {
    fn apply(&mut self, what: EventKind) {
        let at = Timestamp(self.world.revision() + 1_000_000_000_000);
        self.world.apply(&Event::new(at, what));
    }

    /// Takes in a call that returned at once.
    fn call(&mut self, command: &Command, outcome: &Outcome) -> CallId {
        let call = CallId(self.next);
        self.next += 1;
        let request = resolve(&self.world, call, command).expect("it is in this world");
        self.apply(EventKind::Asked(Box::new(request)));
        let (tid, further) = (1, false);
        let thread = Thread { tid, further };
        let state = None;
        self.apply(EventKind::Entered {
            call,
            thread,
            state,
        });
        let outcome = outcome.clone();
        self.apply(EventKind::Returned {
            call,
            outcome,
            state,
        });
        call
    }

    /// Takes in a socket that was made and bound.
    fn socket(&mut self, number: u32) {
        let call = CallId(self.next);
        let line = command("socket(AF_INET, SOCK_STREAM)");
        let request = resolve(&self.world, call, &line).expect("it needs nothing");
        self.next += 1;
        self.apply(EventKind::Asked(Box::new(request)));
        let socket = DescriptorId(number);
        let fd = i32::try_from(number).expect("few") + 3;
        self.apply(EventKind::Created(NewDescriptor {
            descriptor: socket,
            call,
            fd,
            name: None,
            kind: Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Made,
            same_file: None,
            identity: Identity::default(),
        }));
        let outcome = Outcome::of(Ok(Returned::Descriptor(fd)));
        let state = None;
        self.apply(EventKind::Returned {
            call,
            outcome,
            state,
        });
        let port = 10_000 + number;
        let seen = Observation {
            local: sockplay::notation::parse::parse_address(&format!("127.0.0.1:{port}")).ok(),
            ..Observation::default()
        };
        self.apply(EventKind::Observed {
            descriptor: socket,
            seen,
        });
        let name = self
            .world
            .descriptor(socket)
            .expect("it is there")
            .name()
            .clone();
        let bind = command(&format!("bind({name}, 127.0.0.1:{port})"));
        self.call(&bind, &Outcome::of(Ok(Returned::Zero)));
    }
}

/// A session of so many lines on one connection, with a bound that it does not reach.
fn played(connect: &[&str], lines: usize) -> Folded {
    let mut session = Session::new();
    for line in connect {
        session.call(line);
    }
    let calls = ["send(a, \"x\")", "recv(b, 1)"];
    let outcomes = calls.map(|line| session.call(line));
    let commands = calls.map(command);
    let mut folded = Folded {
        next: session.world.log().len() as u64 + 1,
        world: std::mem::take(&mut session.world),
    };
    folded.world.set_log_bound(usize::MAX);
    while folded.world.log().len() < lines {
        for (command, outcome) in commands.iter().zip(&outcomes) {
            folded.call(command, outcome);
        }
    }
    folded
}

fn app(world: World) -> App {
    let mut app = App::new((120, 40), Theme::choose(true), "/tmp".to_owned(), 1);
    app.selection = world.descriptors().next().map(sockplay::world::Handle::id);
    app.world = world;
    app
}

/// How long a frame takes after an event: nothing is remembered.
fn frame_of(app: &mut App) -> Duration {
    let mut terminal = Frames::new(TestBackend::new(120, 40)).expect("a terminal");
    let began = Instant::now();
    for _ in 0..FRAMES {
        app.explanations = Explanations::default();
        terminal
            .draw(|frame| drop(view(app, frame)))
            .expect("a frame");
    }
    began.elapsed() / FRAMES
}

/// How long the explanations of the two newest calls take.
fn explanations_of(app: &App) -> Duration {
    let began = Instant::now();
    for _ in 0..FRAMES {
        let explanations = Explanations::default();
        for (_, record) in app.world.log().newest(2) {
            std::hint::black_box(explanations.of(&app.world, record));
        }
    }
    began.elapsed() / FRAMES
}

fn micros(span: Duration) -> f64 {
    span.as_secs_f64() * 1e6
}

fn row(what: &str, compared: Compared, goal: f64) {
    let (reference, ours) = (micros(compared.reference), micros(compared.ours));
    let met = compared.ratio <= goal;
    let goal = format!("<= {goal}");
    tell(what, "us", reference, ours, compared.ratio, &goal, met);
}

/// P1: a frame and an explanation of a long session against those of a short one.
pub(crate) fn lines() {
    const GOAL: f64 = 1.1;
    let pair: &[&str] = &["a, b = socketpair(AF_UNIX, SOCK_STREAM)"];
    let tcp: &[&str] = &[
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "a = socket(AF_INET, SOCK_STREAM)",
        "connect(a, addr(l))",
        "b = accept(l)",
    ];
    let messages: &[&str] = &["a, b = socketpair(AF_UNIX, SOCK_DGRAM)"];
    for (name, connect) in [("AF_UNIX", pair), ("TCP", tcp), ("datagrams", messages)] {
        let mut short = app(played(connect, LINES[0]).world);
        head("1,000 lines");
        for lines in &LINES[1..] {
            let mut long = app(played(connect, *lines).world);
            let compared = compare_in(ROUNDS, || frame_of(&mut short), || frame_of(&mut long));
            row(
                &format!("P1 {name}: a frame of {lines} lines"),
                compared,
                GOAL,
            );
            let compared = compare_in(
                ROUNDS,
                || explanations_of(&short),
                || explanations_of(&long),
            );
            row(
                &format!("   {name}: two explanations of {lines}"),
                compared,
                GOAL,
            );
        }
        noise("P1, the frame", ROUNDS, "us", micros, || {
            frame_of(&mut short)
        });
        noise("P1, the explanations", ROUNDS, "us", micros, || {
            explanations_of(&short)
        });
    }
}

/// P7: the time for each of many sockets against that for each of 1,000.
pub(crate) fn sockets() {
    const GOAL: f64 = 1.2;
    let fold = |count: u32| {
        let mut folded = Folded {
            world: World::default(),
            next: 1,
        };
        let began = Instant::now();
        (0..count).for_each(|number| folded.socket(number));
        (began.elapsed() / count, folded.world)
    };
    let draw = |world: &RefCell<App>, count: u32| frame_of(&mut world.borrow_mut()) / count;
    let few = RefCell::new(app(fold(1_000).1));
    head("1,000");
    for count in [2_000, 4_000, 8_000] {
        let compared = compare_in(ROUNDS, || fold(1_000).0, || fold(count).0);
        row(
            &format!("P7 fold and name, each of {count}"),
            compared,
            GOAL,
        );
        let many = RefCell::new(app(fold(count).1));
        let compared = compare_in(ROUNDS, || draw(&few, 1_000), || draw(&many, count));
        row(&format!("   draw, each of {count}"), compared, GOAL);
    }
    noise("P7, fold and name", ROUNDS, "us", micros, || fold(1_000).0);
    noise("P7, draw", ROUNDS, "us", micros, || draw(&few, 1_000));
}

/// P9: the memory of 200,000 equal calls.
pub(crate) fn memory() {
    const CALLS: usize = 200_000;
    const GOAL: f64 = 256.0;
    let pair = ["a, b = socketpair(AF_UNIX, SOCK_STREAM)"];
    head("A");
    for (what, is_told) in [
        ("   warm-up of P9", false),
        ("P9 bytes of memory a call", true),
    ] {
        let before = resident();
        let session = played(&pair, CALLS);
        let bytes = resident().saturating_sub(before) as f64 / CALLS as f64;
        let goal = if is_told { "<= 256" } else { "" };
        tell(what, "B", GOAL, bytes, bytes / GOAL, goal, bytes <= GOAL);
        std::mem::forget(session);
    }
}

/// The resident memory of this process.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").expect("it is there");
    let line = status.lines().find(|line| line.starts_with("VmRSS:"));
    let number = line.and_then(|line| line.split_whitespace().nth(1)?.parse::<usize>().ok());
    number.expect("kilobytes") * 1024
}
