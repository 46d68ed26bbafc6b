//! What grows with a session, and what must not: a frame and an explanation by the lines of the log, and the time for each
//! of many sockets.
//!
//! The calls are folded as events of a session that made such calls once, so that the kernel has no part in the figures;
//! and what counts is processor time, so that other programs have none.

use std::cell::RefCell;
use std::collections::HashMap;
use std::time::Duration;

use ratatui::Terminal as Frames;
use ratatui::backend::TestBackend;
use sockplay::app::explanations::Explanations;
use sockplay::app::state::App;
use sockplay::call::Command;
use sockplay::call::outcome::{Outcome, Returned};
use sockplay::event::{
    CallId, DescriptorId, Event, EventKind, Identity, NewDescriptor, Observation, Origin, Thread,
    Timestamp,
};
use sockplay::journal::Entry;
use sockplay::socket::{Domain, Kind, Protocol, SocketType};
use sockplay::theme::Appearance;
use sockplay::view::view;
use sockplay::world::{World, resolve};

use super::paired::{compare, micros};
use super::processors::Worked;
use super::report::Report;
use super::rig::{Session, command};

/// Lines of the log, the first of which is the baseline.
const LINES: [usize; 3] = [1_000, 100_000, 1_000_000];
/// Sockets of the baseline, and of what is compared with it.
const FEW: u32 = 1_000;
const MANY: [u32; 3] = [2_000, 4_000, 8_000];
/// Frames in one measurement.
const FRAMES: u32 = 20;

/// Lines that connect `a` and `b`.
const CONNECTED: [(&str, &[&str]); 3] = [
    ("AF_UNIX", &["a, b = socketpair(AF_UNIX, SOCK_STREAM)"]),
    (
        "TCP",
        &[
            "l = socket(AF_INET, SOCK_STREAM)",
            "bind(l, 127.0.0.1:0)",
            "listen(l, 5)",
            "a = socket(AF_INET, SOCK_STREAM)",
            "connect(a, addr(l))",
            "b = accept(l)",
        ],
    ),
    ("datagrams", &["a, b = socketpair(AF_UNIX, SOCK_DGRAM)"]),
];

/// A world whose calls are folded and not made.
#[derive(Default)]
pub(crate) struct Folded {
    pub(crate) world: World,
    next: u64,
    /// Whether what is folded is kept, and what it was.
    keeps: bool,
    pub(crate) happened: Vec<Entry>,
}

impl Folded {
    /// An empty world that keeps what is folded.
    pub(crate) fn keeping() -> Self {
        Self {
            next: 1,
            keeps: true,
            ..Self::default()
        }
    }

    fn apply(&mut self, what: EventKind) {
        let at = Timestamp(self.world.revision() + 1_000_000_000_000);
        let event = Event::new(at, what);
        sockplay::explain::fold(&mut self.world, &event);
        if self.keeps {
            self.happened.push(Entry::Event(event));
        }
    }

    /// Takes in the end of a socket.
    pub(crate) fn close(&mut self, number: u32) {
        let descriptor = DescriptorId(number);
        let socket = self.world.descriptor(descriptor).expect("it is there");
        let close = command(&format!("close({})", socket.name()));
        self.apply(EventKind::Closed { descriptor });
        self.call(&close, &Outcome::of(Ok(Returned::Zero)));
    }

    /// Takes in a call that returned at once.
    pub(crate) fn call(&mut self, command: &Command, outcome: &Outcome) -> CallId {
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

    /// Takes in a socket that gets an automatic name.
    fn named(&mut self, number: u32) -> CallId {
        let call = CallId(self.next);
        self.next += 1;
        self.apply(EventKind::Created(NewDescriptor {
            descriptor: DescriptorId(number),
            call,
            fd: fd_of(number),
            name: None,
            kind: Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
            same_file: None,
            identity: Identity::default(),
        }));
        call
    }

    /// Takes in a socket that was made and bound, with the calls that did it.
    pub(crate) fn socket(&mut self, number: u32) {
        let line = command("socket(AF_INET, SOCK_STREAM)");
        let request = resolve(&self.world, CallId(self.next), &line);
        self.apply(EventKind::Asked(Box::new(
            request.expect("it needs nothing"),
        )));
        let call = self.named(number);
        self.apply(EventKind::Returned {
            call,
            outcome: Outcome::of(Ok(Returned::Descriptor(fd_of(number)))),
            state: None,
        });
        let descriptor = DescriptorId(number);
        let port = 10_000 + number;
        let seen = Observation {
            local: sockplay::notation::parse::parse_address(&format!("127.0.0.1:{port}")).ok(),
            ..Observation::default()
        };
        self.apply(EventKind::Observed { descriptor, seen });
        let socket = self.world.descriptor(descriptor).expect("it is there");
        let bind = command(&format!("bind({}, 127.0.0.1:{port})", socket.name()));
        self.call(&bind, &Outcome::of(Ok(Returned::Zero)));
    }
}

fn fd_of(number: u32) -> i32 {
    i32::try_from(number).expect("few") + 3
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
        ..Folded::default()
    };
    folded.world.set_log_bound(usize::MAX);
    while folded.world.log().len() < lines {
        for (command, outcome) in commands.iter().zip(&outcomes) {
            folded.call(command, outcome);
        }
    }
    assert_eq!(folded.world.log().forgotten(), 0, "the bound is lifted");
    folded
}

fn app(world: World) -> App {
    let mut app = App::new(
        (120, 40),
        Appearance::builtin("plain"),
        "/tmp".to_owned(),
        1,
    );
    app.selection = world.descriptors().next().map(sockplay::world::Handle::id);
    app.world = world;
    app
}

/// How long a frame takes: after an event, when nothing is remembered, or when nothing has happened.
fn frame_of(app: &mut App, forgets: bool) -> Duration {
    let mut terminal = Frames::new(TestBackend::new(120, 40)).expect("a terminal");
    let worked = Worked::since_now();
    for _ in 0..FRAMES {
        if forgets {
            app.explanations = Explanations::default();
        }
        terminal
            .draw(|frame| drop(view(app, frame)))
            .expect("a frame");
    }
    worked.so_far() / FRAMES
}

/// How long the explanations of the two newest calls take.
fn explanations_of(app: &mut App) -> Duration {
    let worked = Worked::since_now();
    for _ in 0..FRAMES {
        let explanations = Explanations::default();
        for (_, record) in app.world.log().newest(2) {
            std::hint::black_box(explanations.of(&app.world, record));
        }
    }
    worked.so_far() / FRAMES
}

/// Measures long sessions against a short one.
fn by_lines(report: &mut Report, measure: impl Fn(&mut App) -> Duration) {
    for (name, connect) in CONNECTED {
        let mut short = app(played(connect, LINES[0]).world);
        for lines in &LINES[1..] {
            let mut long = app(played(connect, *lines).world);
            let compared = compare(|| measure(&mut short), || measure(&mut long));
            report.tell(&format!("{name}, {lines}"), &compared.time(micros));
        }
    }
}

pub(crate) fn draw_by_lines(report: &mut Report) {
    by_lines(report, |app| frame_of(app, true));
}

pub(crate) fn redraw_by_lines(report: &mut Report) {
    by_lines(report, |app| frame_of(app, false));
}

pub(crate) fn explain_by_lines(report: &mut Report) {
    by_lines(report, explanations_of);
}

/// A world with so many sockets, and how long each took.
fn with_sockets(count: u32, mut take: impl FnMut(&mut Folded, u32)) -> (World, Duration) {
    let mut folded = Folded {
        next: 1,
        ..Folded::default()
    };
    let worked = Worked::since_now();
    (0..count).for_each(|number| take(&mut folded, number));
    (folded.world, worked.so_far() / count)
}

/// Measures each of many sockets against each of few.
fn by_sockets(report: &mut Report, mut measure: impl FnMut(u32) -> Duration) {
    let measure = RefCell::new(&mut measure);
    for count in MANY {
        let each_of = |count| measure.borrow_mut()(count);
        let compared = compare(|| each_of(FEW), || each_of(count));
        report.tell(&count.to_string(), &compared.time(micros));
    }
}

pub(crate) fn fold_by_sockets(report: &mut Report) {
    by_sockets(report, |count| with_sockets(count, Folded::socket).1);
}

pub(crate) fn fold_by_closed_sockets(report: &mut Report) {
    by_sockets(report, |count| {
        let closed = |folded: &mut Folded, number| {
            folded.socket(number);
            folded.close(number);
        };
        with_sockets(count, closed).1
    });
}

pub(crate) fn name_by_sockets(report: &mut Report) {
    by_sockets(report, |count| {
        let named = |folded: &mut Folded, number| {
            folded.named(number);
        };
        with_sockets(count, named).1
    });
}

pub(crate) fn draw_by_sockets(report: &mut Report) {
    let mut apps: HashMap<u32, App> = [FEW]
        .iter()
        .chain(&MANY)
        .map(|count| (*count, app(with_sockets(*count, Folded::socket).0)))
        .collect();
    by_sockets(report, |count| {
        let app = apps.get_mut(&count).expect("each is there");
        frame_of(app, true) / count
    });
}
