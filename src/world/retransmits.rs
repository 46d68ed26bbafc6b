//! Retransmissions, by the counters of both ends: without a capture they show that a segment was lost.
//!
//! tcpi_total_retrans of tcp(7); RFC 6298 says when.

use crate::call::value::TcpInfo;
use crate::event::{End, Endpoints, Timestamp};
use crate::socket::TcpState;
use crate::world::Socket;

/// Segments that one end was seen to retransmit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Retransmission {
    /// When the counter was seen to have grown: they were sent a little earlier. For a SYN that was answered since, the
    /// time of the observation before.
    pub at: Timestamp,
    /// Whether the other end sent them.
    pub by_other: bool,
    /// How many.
    pub times: u32,
    /// Whether they were a SYN: there was no connection yet.
    pub is_syn: bool,
}

/// The TCP counters of an end, if the kernel reports them.
fn counters(end: Option<&End>) -> Option<&TcpInfo> {
    end?.details.as_deref()?.tcp.value()
}

/// By how much the counter of an end has grown. A socket that connects again counts from 0.
fn grown(before: u32, end: Option<&End>) -> u32 {
    let now = counters(end).map_or(before, |tcp| tcp.retransmits);
    now.checked_sub(before).unwrap_or(now)
}

fn is_connecting(end: Option<&End>) -> bool {
    end.is_some_and(|end| end.state == TcpState::SynSent)
}

impl Socket {
    /// Notes by how much the counters have grown since the last observation. Our own end had sent nothing before the
    /// first one; what the other had sent is not known.
    pub(crate) fn note_retransmits(&mut self, at: Timestamp, endpoints: &Endpoints) {
        let (observed_at, own, other) = match self.endpoints.as_deref() {
            Some((observed_at, last)) => (*observed_at, last.own.as_ref(), last.other_end()),
            None => (at, None, None),
        };
        let of = |end: Option<&End>| counters(end).map(|tcp| tcp.retransmits);
        let was_connecting = is_connecting(own);
        let sides = [
            (false, Some(of(own).unwrap_or(0)), endpoints.own.as_ref()),
            (true, of(other), endpoints.other_end()),
        ];
        for (by_other, before, end) in sides {
            let times = before.map_or(0, |before| grown(before, end));
            if times > 0 {
                let is_answered = !by_other && was_connecting && !is_connecting(end);
                self.retransmits.push(Retransmission {
                    at: if is_answered { observed_at } else { at },
                    by_other,
                    times,
                    is_syn: is_answered || is_connecting(end),
                });
            }
        }
    }

    /// How many segments each end has sent so far, its own first, if the kernel reports it.
    pub fn segments_sent(&self) -> [Option<u32>; 2] {
        let endpoints = self.endpoints.as_deref().map(|(_, endpoints)| endpoints);
        let own = endpoints.and_then(|endpoints| endpoints.own.as_ref());
        let other = endpoints.and_then(Endpoints::other_end);
        [own, other].map(|end| counters(end).map(|tcp| tcp.segs_out))
    }
}
