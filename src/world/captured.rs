//! What was captured: the last segments of each connection.

use std::net::SocketAddr;
use std::sync::Arc;

use imbl::{OrdMap, Vector};

use crate::event::Timestamp;
use crate::socket::{Segment, TcpFlags};

/// How many of the newest segments of a connection are kept.
pub const KEPT: usize = 400;
/// How many of the newest connections are kept.
const CONNECTIONS: usize = 256;

/// What identifies a captured connection: the addresses of its two ends, the lower one first.
pub type ConnectionKey = (SocketAddr, SocketAddr);

/// The key of the connection between two addresses.
pub fn connection_key(a: SocketAddr, b: SocketAddr) -> ConnectionKey {
    if a <= b { (a, b) } else { (b, a) }
}

/// The segments captured on the interfaces.
#[derive(Debug, Clone, Default)]
pub struct CapturedTraffic {
    /// Since when segments are captured, or why they cannot be; `None` if that was never requested.
    pub capturing: Option<Result<Timestamp, String>>,
    /// If each packet needs a call of its own, why: then packets are lost in a flood.
    pub one_by_one: Option<String>,
    /// How many segments were lost because too many arrived at once.
    pub missed: u64,
    connections: OrdMap<ConnectionKey, Arc<Captured>>,
    /// The connections in the order of their first segments.
    order: Vector<ConnectionKey>,
}

/// The segments of one connection.
#[derive(Debug, Clone, Default)]
pub struct Captured {
    /// The newest, in the order in which they were sent.
    pub segments: Vector<(Timestamp, Segment)>,
    /// How many older ones were dropped.
    pub dropped: u64,
}

impl CapturedTraffic {
    /// Capturing has begun, or cannot.
    pub(crate) fn began(&mut self, at: Timestamp, result: &Result<Option<String>, String>) {
        self.one_by_one = result.clone().ok().flatten();
        self.capturing = Some(result.clone().map(|_| at));
    }

    /// Adds a segment.
    pub(crate) fn take(&mut self, at: Timestamp, segment: Segment, missed: u64) {
        self.missed = missed;
        let key = connection_key(segment.from, segment.to);
        if !self.connections.contains_key(&key) {
            self.order.push_back(key);
        }
        let captured = Arc::make_mut(self.connections.entry(key).or_default());
        // The kernel's clock and not the order of arrival says which was first.
        let later = captured.segments.iter().rev();
        let later = later.take_while(|(other, _)| *other > at).count();
        let place = captured.segments.len() - later;
        match later {
            0 => captured.segments.push_back((at, segment)),
            _ => captured.segments.insert(place, (at, segment)),
        }
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
    pub fn of(&self, key: ConnectionKey) -> Option<&Captured> {
        self.connections.get(&key).map(Arc::as_ref)
    }

    /// The connection to an address whose SYN was sent within a time span: a connection that failed leaves no other
    /// trace.
    pub fn begun(
        &self,
        to: SocketAddr,
        from: Timestamp,
        until: Timestamp,
    ) -> Option<ConnectionKey> {
        let is_its_syn = |(at, segment): &&(Timestamp, Segment)| {
            segment.flags == TcpFlags::SYN && segment.to == to && (from..=until).contains(at)
        };
        let all = self.connections.iter();
        let mut own = all.filter(|(_, captured)| captured.segments.iter().any(|s| is_its_syn(&s)));
        own.next().map(|(key, _)| *key)
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
            .of(connection_key(first.to, first.from))
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
            .of(connection_key(data.from, data.to))
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
        assert!(
            captured_traffic
                .of(connection_key(first.from, first.to))
                .is_none()
        );
        assert_eq!(captured_traffic.connections.len(), CONNECTIONS);
    }
}
