//! The capture on the real kernel: nothing of a flood is lost, and each segment of another interface is seen once.

mod veth;

use sockplay::event::{EventKind, Timestamp};
use sockplay::socket::{Segment, TcpFlags};
use sockplay::world::captured as captured_traffic;

use crate::common::engine::{CLIENT, CONNECTED, LISTENER, Rig};
use crate::common::skipped;

/// An engine that captures. `None`, said, where this process may not.
fn capturing() -> Option<Rig> {
    let mut rig = Rig::new();
    rig.engine.capture();
    rig.until("an answer", |world| {
        world.captured_traffic().capturing.is_some()
    });
    if let Some(Err(reason)) = &rig.world.captured_traffic().capturing {
        skipped(reason);
        return None;
    }
    Some(rig)
}

impl Rig {
    /// Every segment that was captured, also those that the world lets go.
    fn segments(&self) -> impl Iterator<Item = (Timestamp, &Segment)> {
        self.taken.iter().filter_map(|event| match &event.what {
            EventKind::Captured { segment, .. } => Some((event.at, segment)),
            _ => None,
        })
    }

    /// The segments of the connection of a socket so far, in the order of the kernel's clock.
    fn of(&self, name: &str) -> Vec<Segment> {
        let socket = self.socket(name);
        let at = |address: Option<&sockplay::socket::Address>| {
            address.and_then(sockplay::socket::segment::in_packets)
        };
        let (Some(local), Some(peer)) = (at(socket.local()), at(socket.present_peer())) else {
            return Vec::new();
        };
        let key = captured_traffic::connection_key(local, peer);
        let mut seen: Vec<(Timestamp, &Segment)> = self.segments().collect();
        seen.sort_by_key(|(at, _)| *at);
        seen.into_iter()
            .map(|(_, segment)| *segment)
            .filter(|segment| captured_traffic::connection_key(segment.from, segment.to) == key)
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
    let Some(mut rig) = capturing() else { return };
    rig.play(&LISTENER);
    rig.play(&CLIENT);
    rig.play(&["send(c, \"hello\")"]);
    let has_data = |rig: &Rig| rig.of("c").iter().any(|segment| segment.length == 5);
    rig.until_it("the data", has_data);
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
    let Some(mut rig) = capturing() else { return };
    rig.play(&LISTENER);
    rig.play(&CONNECTED);
    rig.play(&["setsockopt(c, TCP_NODELAY, 1)"]);
    rig.start("sink(s)");
    rig.play(&[&format!("source(c, {BYTES}, 1000)"), "close(c)"]);
    let is_fin = |segment: &Segment| segment.flags.contains(TcpFlags::FIN);
    rig.until_it("the FIN", |rig| {
        rig.segments().any(|(_, segment)| is_fin(segment))
    });
    let (seen, missed) = (
        rig.segments().count() as u64,
        rig.world.captured_traffic().missed,
    );
    assert!(missed > 0, "so many are not shown one by one");
    assert!(
        seen + missed >= BYTES / LONGEST,
        "{seen} seen and {missed} missed are too few"
    );
}
