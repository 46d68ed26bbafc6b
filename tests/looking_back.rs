//! Random sessions on the real kernel: the world after any event is found again, and looks as it looked then.

mod common;

use std::collections::BTreeMap;

use ratatui::Terminal;
use ratatui::backend::TestBackend;

use sockplay::app::state::App;
use sockplay::event::{CallId, Event};
use sockplay::history::{PastEvents, Timeline};
use sockplay::journal::Entry;
use sockplay::notation::parse_line;
use sockplay::theme::Appearance;
use sockplay::view::view;
use sockplay::world::{Handle, Record, World, resolve};

use common::PATIENCE;
use common::engine::Rig;

/// Lines of a session; one that is not possible in its world is left out.
const LINES: &[&str] = &[
    "l = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
    "bind(l, 127.0.0.1:0)",
    "listen(l, 5)",
    "c = socket(AF_INET, SOCK_STREAM|SOCK_NONBLOCK)",
    "connect(c, addr(l))",
    "s = accept(l)",
    "send(c, \"hello\", MSG_DONTWAIT)",
    "send(s, \"a longer answer\", MSG_DONTWAIT)",
    "recv(s, 3, MSG_DONTWAIT)",
    "recv(c, 100, MSG_DONTWAIT)",
    "shutdown(c, SHUT_WR)",
    "state(c)",
    "close(c)",
    "close(s)",
    "close(l)",
    "a, b = socketpair(AF_UNIX, SOCK_STREAM)",
    "send(a, \"one\", MSG_DONTWAIT)",
    "recv(b, 9, MSG_DONTWAIT)",
    "close(a)",
    "close(b)",
    "u = socket(AF_INET, SOCK_DGRAM)",
    "setsockopt(u, SO_RCVBUF, 4096)",
    "sendto(u, \"x\", 127.0.0.1:9)",
    "d = dup(u)",
    "close(u)",
    "close(d)",
];

/// The calls of a session: more events than are kept in memory.
const CALLS: u64 = 6_000;
/// How many of its moments are compared.
const COMPARED: u64 = 40;

/// A sequence of numbers that looks random and is the same in each run.
struct Numbers(u64);

impl Numbers {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005);
        self.0 = self.0.wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % limit
    }
}

/// Every event of a session, as its recording would give them.
struct Events(Vec<Event>);

impl PastEvents for Events {
    fn read(&mut self, from: usize, count: usize) -> Result<Vec<Event>, String> {
        Ok(self.0[from..from + count].to_vec())
    }
}

/// The world on a screen with all panes.
fn screen(world: &World) -> String {
    let mut app = App::new(
        (200, 60),
        Appearance::builtin("plain"),
        "/tmp".to_owned(),
        1,
    );
    app.world = world.clone();
    app.selection = app.world.descriptors().next_back().map(Handle::id);
    let mut terminal = Terminal::new(TestBackend::new(200, 60)).expect("a terminal");
    let drawn = terminal.draw(|frame| drop(view(&app, frame)));
    drawn.expect("a frame");
    format!("{}", terminal.backend())
}

#[test]
fn any_moment_of_a_random_session_looks_as_it_looked_then() {
    for seed in [1, 2] {
        compare(Numbers(seed));
    }
}

fn compare(mut numbers: Numbers) {
    let mut rig = Rig::new();
    let (mut world, mut timeline) = (World::default(), Timeline::default());
    let (mut events, mut seen) = (Events(Vec::new()), BTreeMap::new());
    for call in 1..=CALLS {
        let line = LINES[numbers.below(LINES.len() as u64) as usize];
        let command = parse_line(line).expect(line).command.expect(line);
        let Ok(request) = resolve(&world, CallId(call), &command) else {
            continue;
        };
        let mut new: Vec<Event> = rig.engine.submit(request).into_iter().collect();
        while world.call(CallId(call)).is_none_or(Record::is_pending) {
            if new.is_empty() {
                new.push(
                    rig.events
                        .recv_timeout(PATIENCE)
                        .expect("the engine goes on"),
                );
            }
            for event in new.drain(..) {
                sockplay::explain::fold(&mut world, &event);
                events.0.push(event.clone());
                timeline.take([Entry::Event(event)], &world);
                if numbers.below(CALLS * 4 / COMPARED) == 0 {
                    seen.insert(world.revision(), screen(&world));
                }
            }
        }
    }
    rig.engine.shutdown();
    assert!(seen.len() > 10, "{} moments", seen.len());
    assert!(timeline.count() > 16_384, "{} events", timeline.count());
    for (count, screen_then) in seen {
        let past = timeline.world_at(count, &mut events).expect("it is known");
        assert_eq!(past.revision(), count);
        assert_eq!(screen(&past), screen_then, "after {count} events");
    }
}
