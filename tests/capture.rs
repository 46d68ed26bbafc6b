//! The capture on the real kernel: nothing of a flood is lost, and each segment of another interface is seen once.

#[path = "capture/veth.rs"]
mod veth;

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Receiver;

use sockplay::call::argument::Name;
use sockplay::engine::Engine;
use sockplay::event::{CallId, Event, EventKind, Timestamp};
use sockplay::notation::parse_line;
use sockplay::socket::{Segment, TcpFlags};
use sockplay::world::{World, captured as captured_traffic, resolve};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// One rig at a time, as descriptors are numbers of the whole process.
static ALONE: Mutex<()> = Mutex::new(());

/// An engine that captures, with the world that follows from its events. Every wait has a deadline.
struct Rig {
    engine: Engine,
    events: Receiver<Event>,
    world: World,
    calls: u64,
    /// Every segment of a connection, also those that the world lets go.
    seen: Vec<(Timestamp, Segment)>,
    // Last, so that it is given back when all else is gone.
    _alone: MutexGuard<'static, ()>,
}

impl Rig {
    /// `None`, and the reason printed, where this process may not capture.
    fn new() -> Option<Self> {
        let alone = ALONE.lock().unwrap_or_else(PoisonError::into_inner);
        let (mut engine, events) = Engine::start().expect("an engine");
        engine.capture();
        let mut rig = Self {
            _alone: alone,
            engine,
            events,
            world: World::default(),
            calls: 0,
            seen: Vec::new(),
        };
        rig.until("an answer", |rig| {
            rig.world.captured_traffic().capturing.is_some()
        });
        if let Some(Err(reason)) = &rig.world.captured_traffic().capturing {
            println!("skipped: {reason}");
            return None;
        }
        Some(rig)
    }

    #[track_caller]
    fn until(&mut self, what: &str, holds: impl Fn(&Self) -> bool) {
        let deadline = Instant::now() + PATIENCE;
        while !holds(self) {
            let Ok(event) = self.events.recv_deadline(deadline) else {
                panic!("{what} did not happen: {:?}", self.seen);
            };
            if let EventKind::Captured { segment, .. } = &event.what {
                self.seen.push((event.at, *segment));
            }
            self.world.apply(&event);
        }
    }

    /// Makes calls one after the other, each of which must succeed.
    #[track_caller]
    fn play(&mut self, lines: &[&str]) {
        for line in lines {
            let call = self.start(line);
            let outcome = |rig: &Self| {
                let record = rig.world.call(call);
                record.and_then(|record| record.outcome().cloned())
            };
            self.until(line, |rig| outcome(rig).is_some());
            let errno = outcome(self).and_then(|outcome| outcome.errno());
            assert_eq!(errno, None, "{line}");
        }
    }

    /// Starts a call and does not wait for it.
    fn start(&mut self, line: &str) -> CallId {
        self.calls += 1;
        let call = CallId(self.calls);
        let command = parse_line(line).expect(line).command.expect("a command");
        let request = resolve(&self.world, call, &command).expect(line);
        for event in self.engine.submit(request) {
            self.world.apply(&event);
        }
        call
    }

    /// The segments of the connection of a socket so far, in the order of the kernel's clock.
    fn of(&self, name: &str) -> Vec<Segment> {
        let name = Name::new(name).expect("a name");
        let socket = self.world.named(&name).expect("it exists");
        let at = |address: Option<&sockplay::socket::Address>| {
            address.and_then(sockplay::socket::segment::in_packets)
        };
        let (Some(local), Some(peer)) = (at(socket.local.as_ref()), at(socket.present_peer()))
        else {
            return Vec::new();
        };
        let ends = captured_traffic::ends(local, peer);
        let mut seen = self.seen.clone();
        seen.sort_by_key(|(at, _)| *at);
        seen.into_iter()
            .map(|(_, segment)| segment)
            .filter(|segment| captured_traffic::ends(segment.from, segment.to) == ends)
            .collect()
    }
}

/// How often segments with these control bits are there.
fn count(segments: &[Segment], flags: TcpFlags) -> usize {
    segments
        .iter()
        .filter(|segment| segment.flags == flags)
        .count()
}

#[test]
fn each_segment_of_the_loopback_is_seen_once() {
    let Some(mut rig) = Rig::new() else { return };
    rig.play(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "send(c, \"hello\")",
    ]);
    let has_data = |rig: &Rig| rig.of("c").iter().any(|segment| segment.length == 5);
    rig.until("the data", has_data);
    let seen = rig.of("c");
    assert_eq!(count(&seen, TcpFlags::SYN), 1, "{seen:?}");
    assert_eq!(
        count(&seen, TcpFlags::SYN.and(TcpFlags::ACK)),
        1,
        "{seen:?}"
    );
    let data = seen.iter().filter(|segment| segment.length == 5);
    assert_eq!(data.count(), 1, "{seen:?}");
}

#[test]
fn a_flood_is_counted_and_its_end_is_seen() {
    const BYTES: u64 = 20_000_000;
    /// The longest segment of the loopback.
    const LONGEST: u64 = 65_536;
    let Some(mut rig) = Rig::new() else { return };
    rig.play(&[
        "l = socket(AF_INET, SOCK_STREAM)",
        "bind(l, 127.0.0.1:0)",
        "listen(l, 5)",
        "c = socket(AF_INET, SOCK_STREAM)",
        "connect(c, addr(l))",
        "s = accept(l)",
        "setsockopt(c, TCP_NODELAY, 1)",
    ]);
    rig.start("sink(s)");
    rig.play(&[&format!("source(c, {BYTES}, 1000)"), "close(c)"]);
    let is_fin = |segment: &Segment| segment.flags.contains(TcpFlags::FIN);
    rig.until("the FIN", |rig| {
        rig.seen.iter().any(|(_, segment)| is_fin(segment))
    });
    let (seen, missed) = (rig.seen.len() as u64, rig.world.captured_traffic().missed);
    assert!(missed > 0, "so many are not shown one by one");
    assert!(
        seen + missed >= BYTES / LONGEST,
        "{seen} seen and {missed} missed are too few"
    );
}
