//! What was captured: the last segments of each connection.

use std::collections::{BTreeMap, VecDeque};
use std::net::SocketAddr;

use crate::event::Timestamp;
use crate::socket::{Segment, TcpFlags};

/// How many of the newest segments of a connection are kept.
pub const KEPT: usize = 400;
/// How many of the newest connections are kept.
const CONNECTIONS: usize = 256;

/// The two ends of a connection, the lower address first.
pub type Ends = (SocketAddr, SocketAddr);

/// The ends in that order.
pub fn ends(a: SocketAddr, b: SocketAddr) -> Ends {
    if a <= b { (a, b) } else { (b, a) }
}

/// What is known of what goes over the interfaces.
#[derive(Debug, Clone, Default)]
pub struct CapturedTraffic {
    /// Since when it is captured, or why it cannot be; `None` when that was never asked for.
    pub capturing: Option<Result<Timestamp, String>>,
    /// Why each packet is taken by a call of its own, where that is so: a flood is lost then.
    pub one_by_one: Option<String>,
    /// How many segments were not taken, since too many came at once.
    pub missed: u64,
    connections: BTreeMap<Ends, Captured>,
    /// The connections in the order of their first segments.
    order: VecDeque<Ends>,
}

/// The segments of one connection.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// The newest, in the order in which they were sent.
    pub segments: VecDeque<(Timestamp, Segment)>,
    /// How many older ones were let go.
    pub dropped: u64,
}

impl CapturedTraffic {
    /// Capturing has begun, or cannot.
    pub(crate) fn began(&mut self, at: Timestamp, result: &Result<Option<String>, String>) {
        self.one_by_one = result.clone().ok().flatten();
        self.capturing = Some(result.clone().map(|_| at));
    }

    /// Takes a segment in.
    pub(crate) fn take(&mut self, at: Timestamp, segment: Segment, missed: u64) {
        self.missed = missed;
        let ends = ends(segment.from, segment.to);
        if !self.connections.contains_key(&ends) {
            self.order.push_back(ends);
        }
        let captured = self.connections.entry(ends).or_default();
        // The kernel's clock and not the order of arrival says which was first.
        let later = captured.segments.iter().rev();
        let later = later.take_while(|(other, _)| *other > at).count();
        let place = captured.segments.len() - later;
        captured.segments.insert(place, (at, segment));
        if captured.segments.len() > KEPT {
            captured.segments.pop_front();
            captured.dropped += 1;
        }
        if self.order.len() > CONNECTIONS
            && let Some(oldest) = self.order.pop_front()
        {
            self.connections.remove(&oldest);
        }
    }

    /// What was captured of a connection.
    pub fn of(&self, ends: Ends) -> Option<&Captured> {
        self.connections.get(&ends)
    }

    /// The connection to an address whose SYN was sent within a span: one that failed leaves no other trace.
    pub fn begun(&self, to: SocketAddr, from: Timestamp, until: Timestamp) -> Option<Ends> {
        let is_its_syn = |(at, segment): &&(Timestamp, Segment)| {
            segment.flags == TcpFlags::SYN && segment.to == to && (from..=until).contains(at)
        };
        let all = self.connections.iter();
        let mut own = all.filter(|(_, captured)| captured.segments.iter().any(|s| is_its_syn(&s)));
        own.next().map(|(ends, _)| *ends)
    }
}

#[cfg(test)]
mod tests {
    use crate::world::captured::*;

    fn segment(from: u16, to: u16, flags: TcpFlags) -> Segment {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], port));
        Segment {
            from: at(from),
            to: at(to),
            flags,
            seq: 0,
            ack: 0,
            window: 0,
            length: 0,
        }
    }

    #[test]
    fn both_directions_are_one_connection_in_the_order_of_the_clock() {
        let mut captured_traffic = CapturedTraffic::default();
        captured_traffic.take(Timestamp(2), segment(2, 1, TcpFlags::ACK), 0);
        captured_traffic.take(Timestamp(1), segment(1, 2, TcpFlags::SYN), 3);
        let first = segment(1, 2, TcpFlags::SYN);
        let all = captured_traffic
            .of(ends(first.to, first.from))
            .expect("captured");
        let stamps: Vec<u64> = all.segments.iter().map(|(at, _)| at.0).collect();
        assert_eq!((stamps, captured_traffic.missed), (vec![1, 2], 3));
        assert!(
            captured_traffic
                .begun(first.to, Timestamp(0), Timestamp(1))
                .is_some()
        );
        assert!(
            captured_traffic
                .begun(first.to, Timestamp(2), Timestamp(9))
                .is_none()
        );
    }

    #[test]
    fn a_flood_keeps_the_newest_and_counts_the_rest() {
        let mut captured_traffic = CapturedTraffic::default();
        let data = segment(1, 2, TcpFlags::ACK);
        for at in 0..KEPT as u64 + 5 {
            captured_traffic.take(Timestamp(at), data, 0);
        }
        let all = captured_traffic
            .of(ends(data.from, data.to))
            .expect("captured");
        assert_eq!((all.segments.len(), all.dropped), (KEPT, 5));
        assert_eq!(all.segments[0].0, Timestamp(5));
    }

    #[test]
    fn many_connections_let_the_oldest_go() {
        let mut captured_traffic = CapturedTraffic::default();
        for port in 1..=CONNECTIONS as u16 + 1 {
            captured_traffic.take(Timestamp(1), segment(port, 9999, TcpFlags::SYN), 0);
        }
        let first = segment(1, 9999, TcpFlags::SYN);
        assert!(captured_traffic.of(ends(first.from, first.to)).is_none());
        assert_eq!(captured_traffic.connections.len(), CONNECTIONS);
    }
}
