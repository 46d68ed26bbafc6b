//! No two parts of the screen disagree: random sessions on the real kernel, in which what the Sockets pane, the State pane
//! and the world say of peer, state and unread bytes is held against what `state`, `peer` and `unread` are answered.
//!
//! A part may lag behind the kernel by a moment; a disagreement counts when it is still there after [`PATIENCE`].

use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;
use ratatui::Terminal;
use ratatui::backend::TestBackend;

use sockplay::app::message::{Effect, Msg};
use sockplay::app::state::App;
use sockplay::app::update::update;
use sockplay::call::argument::Name;
use sockplay::engine::Engine;
use sockplay::event::{CallId, DescriptorId, Event, Reach};
use sockplay::layout::Pane;
use sockplay::notation::parse_line;
use sockplay::theme::Appearance;
use sockplay::world::{Handle, Progress};

/// How long parts may need to come to the same.
const PATIENCE: Duration = Duration::from_secs(5);
/// How long nothing must happen before a step counts as done.
const QUIET: Duration = Duration::from_millis(15);
/// The screen; one pane at a time has all of it.
const SIZE: (u16, u16) = (220, 60);

/// A session with a screen.
struct Session {
    app: App,
    engine: Engine,
    events: Receiver<Event>,
    lines: Vec<String>,
}

impl Session {
    fn new() -> Self {
        let (mut engine, events) = Engine::start().expect("an engine");
        engine.watch_endpoints().expect("a thread");
        let mut app = App::new(
            SIZE,
            Appearance::builtin("plain"),
            "/tmp".to_owned(),
            std::process::id(),
        );
        app.zoomed = true;
        Self {
            app,
            engine,
            events,
            lines: Vec::new(),
        }
    }

    fn take(&mut self, message: Msg) {
        for effect in update(&mut self.app, message, self.engine.now()) {
            if let Effect::Submit(request) = effect {
                for event in self.engine.submit(*request) {
                    self.take(Msg::Engine(event));
                }
            }
        }
    }

    /// Takes an event in; gives false when none arrived in time.
    fn wait(&mut self, at_most: Duration) -> bool {
        match self.events.recv_timeout(at_most) {
            Ok(event) => {
                self.take(Msg::Engine(event));
                true
            }
            Err(_) => {
                self.take(Msg::Tick);
                false
            }
        }
    }

    fn settle(&mut self) {
        let deadline = Instant::now() + PATIENCE;
        while self.wait(QUIET) && Instant::now() < deadline {}
    }

    /// Runs a line and gives its call, as far as one was made.
    fn line(&mut self, text: &str) -> Option<CallId> {
        self.lines.push(text.to_owned());
        let line = parse_line(text).expect(text);
        let before = self.app.world.log().len();
        self.app.player.push(self.lines.len(), line, Reach::Free);
        self.take(Msg::Tick);
        let deadline = Instant::now() + PATIENCE;
        while !self.app.player.is_idle() {
            assert!(
                Instant::now() < deadline,
                "{text} goes on: {:#?}",
                self.lines
            );
            self.wait(QUIET);
        }
        Some(self.app.world.log().get(before)?.id())
    }

    /// The answer to a question; `None` where it was refused or failed.
    fn answer(&mut self, question: &str) -> Option<String> {
        let call = self.line(question)?;
        self.lines.pop();
        match &self.app.world.call(call)?.progress {
            Progress::Returned { outcome, .. } if outcome.errno().is_none() => {
                Some(outcome.to_string())
            }
            _ => None,
        }
    }

    /// The lines of one pane alone.
    fn pane(&mut self, pane: Pane, of: DescriptorId) -> Vec<String> {
        self.app.focus = pane;
        self.app.selection = Some(of);
        let mut terminal = Terminal::new(TestBackend::new(SIZE.0, SIZE.1)).expect("a screen");
        terminal
            .draw(|frame| {
                sockplay::view::view(&self.app, frame);
            })
            .expect("it is drawn");
        let buffer = terminal.backend().buffer();
        let row = |y| {
            (0..SIZE.0)
                .map(|x| buffer[(x, y)].symbol())
                .collect::<String>()
        };
        (0..SIZE.1).map(row).collect()
    }

    fn socket(&self, id: DescriptorId) -> Handle<'_> {
        self.app.world.descriptor(id).expect("it exists")
    }

    /// What the parts say of a socket, where that is not the same.
    fn disagreement(&mut self, id: DescriptorId) -> Option<String> {
        let socket = self.socket(id);
        let name = socket.name().to_string();
        let (is_tcp, is_stream) = (socket.is_tcp(), socket.kind().is_connected_kind());
        let peer = self
            .app
            .world
            .peer(socket)
            .map(|peer| (peer.id(), peer.name().to_string()));
        let state = self.answer(&format!("state({name})"));
        let unread = self.answer(&format!("unread({name})"));
        let rows = self.pane(Pane::Sockets, id);
        let at = rows
            .iter()
            .position(|row| row.contains(&format!(" {name} ")))?;
        let shown = rows[at].trim_end_matches(['│', ' ']);
        if let Some(state) = state.filter(|state| is_tcp && state != "CLOSE")
            && !shown.ends_with(&state)
        {
            return Some(format!("state({name}) is {state}, Sockets shows {shown}"));
        }
        // The rows below it, up to the next socket.
        let below = rows[at + 1..].iter();
        let mut below =
            below.take_while(|row| !row.starts_with(['│']) || !row[3..].starts_with(['·', '▸']));
        let waiting = below.find(|row| row.contains("B to receive"));
        if let Some(unread) = unread.filter(|_| is_stream) {
            let shown = waiting.map_or("0", |row| between(row, "▮ ", " B to receive"));
            if shown != unread {
                return Some(format!("unread({name}) is {unread}, Sockets shows {shown}"));
            }
        }
        let pane = self.pane(Pane::State, id);
        let other = pane.iter().find(|row| row.contains("other end: "))?.clone();
        if let Some(state) = self.answer(&format!("peer({name})")).filter(|_| is_tcp)
            && !other.contains(&format!("other end: {state}"))
            && state != "GONE"
        {
            return Some(format!("peer({name}) is {state}, State shows {other}"));
        }
        let (peer, peer_name) = peer.filter(|(peer, _)| self.socket(*peer).is_open())?;
        if other.contains(", ours") && !other.contains(&format!("{peer_name}, ours")) {
            // A duplicate is as good: they are one socket.
            let named = between(&other, " · ", ", ours")
                .rsplit(' ')
                .next()
                .unwrap_or_default();
            let same = Name::new(named)
                .and_then(|name| self.app.world.named(&name))
                .is_some_and(|named| self.app.world.is_same_file(named.id(), peer));
            if !same {
                return Some(format!(
                    "the peer of {name} is {peer_name}, State shows {other}"
                ));
            }
        }
        let theirs = self
            .answer(&format!("unread({peer_name})"))
            .filter(|_| is_stream)?;
        let shown = match other.contains(" B unread") || other.contains(" B + FIN unread") {
            true => other
                .split(" B ")
                .next()
                .and_then(|text| text.rsplit(' ').next())
                .unwrap_or_default()
                .to_owned(),
            false => "0".to_owned(),
        };
        (shown != theirs).then(|| {
            format!("unread({peer_name}) is {theirs}, the State pane of {name} shows {other}")
        })
    }

    /// Compares what is said of every open socket.
    #[track_caller]
    fn compare(&mut self, seed: u64) -> usize {
        self.settle();
        let open = self
            .app
            .world
            .descriptors()
            .filter(|socket| socket.is_open());
        let open: Vec<DescriptorId> = open.map(Handle::id).collect();
        for id in &open {
            let deadline = Instant::now() + PATIENCE;
            while let Some(what) = self.disagreement(*id) {
                assert!(
                    Instant::now() < deadline,
                    "seed {seed}: {what}: {:#?}",
                    self.lines
                );
                self.wait(QUIET);
            }
        }
        open.len()
    }
}

fn between<'a>(text: &'a str, before: &str, after: &str) -> &'a str {
    let rest = text.split_once(before).map_or(text, |(_, rest)| rest);
    rest.split_once(after)
        .map_or(rest, |(found, _)| found)
        .trim()
}

/// Numbers that are the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % limit as u64).expect("it is below the limit")
    }

    fn one<'a>(&mut self, all: &'a [String]) -> &'a str {
        &all[self.below(all.len())]
    }
}

/// The sockets with which a session begins, and their names.
fn beginnings(kind: usize) -> (Vec<String>, Vec<String>) {
    let (lines, names): (&[&str], &[&str]) = match kind {
        0 => (
            &[
                "l = socket(AF_INET, SOCK_STREAM)",
                "bind(l, 127.0.0.1:0)",
                "listen(l, 5)",
                "c = socket(AF_INET, SOCK_STREAM)",
                "connect(c, addr(l))",
                "s = accept(l)",
            ],
            &["c", "s"],
        ),
        1 => (
            &[
                "l = socket(AF_INET6, SOCK_STREAM)",
                "bind(l, [::]:0)",
                "listen(l, 5)",
                "c = socket(AF_INET, SOCK_STREAM)",
                "connect(c, 127.0.0.1:port(l))",
                "s = accept(l)",
            ],
            &["c", "s"],
        ),
        2 => (&["c, s = socketpair(AF_UNIX, SOCK_STREAM)"], &["c", "s"]),
        _ => (
            &[
                "l = socket(AF_UNIX, SOCK_STREAM)",
                "bind(l, unix:)",
                "listen(l, 5)",
                "c = socket(AF_UNIX, SOCK_STREAM)",
                "connect(c, addr(l))",
                "s = accept(l)",
            ],
            &["c", "s"],
        ),
    };
    let own = |texts: &[&str]| texts.iter().map(ToString::to_string).collect();
    (own(lines), own(names))
}

/// Plays a random session and compares after every step. Gives how many comparisons were made.
fn play(seed: u64, steps: usize) -> usize {
    let mut random = Random(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
    let mut session = Session::new();
    let (lines, mut names) = beginnings(random.below(4));
    for line in &lines {
        session.line(line);
    }
    let mut compared = session.compare(seed);
    for step in 0..steps {
        let name = random.one(&names).to_owned();
        let line = match random.below(8) {
            0..3 => format!(
                "send({name}, bytes({}), MSG_DONTWAIT|MSG_NOSIGNAL)",
                1 + random.below(3000)
            ),
            3 | 4 => format!("recv({name}, {}, MSG_DONTWAIT)", 1 + random.below(3000)),
            5 if names.len() < 5 => {
                let copy = format!("d{step}");
                names.push(copy.clone());
                format!("{copy} = dup({name})")
            }
            6 if names.len() > 2 => {
                names.retain(|other| *other != name);
                format!("close({name})")
            }
            _ if step > steps / 2 => format!("shutdown({name}, SHUT_WR)"),
            _ => format!("recv({name}, 10, MSG_DONTWAIT|MSG_PEEK)"),
        };
        session.line(&line);
        compared += session.compare(seed);
    }
    compared
}

#[test]
fn no_two_parts_of_the_screen_disagree() {
    let compared: usize = (1..=8).map(|seed| play(seed, 8)).sum();
    assert!(compared > 100, "only {compared} sockets were compared");
}

/// The same for longer: `cargo test --test agreement -- --ignored`.
#[test]
#[ignore = "takes some minutes"]
fn no_two_parts_of_the_screen_disagree_in_many_sessions() {
    let compared: usize = (100..200).map(|seed| play(seed, 25)).sum();
    println!("{compared} sockets compared");
}
