//! The ladder of a conversation: the calls of both ends, what went between them, and their states, aligned in time.
//!
//! A pure function of the world. Segments are those that were captured ([`super::captured`]). Before that, or where
//! nothing can be captured, they are inferred from the calls, the states that were seen and the counters of both ends,
//! and are marked as inferred. Timestamps of what is sent (SO_TIMESTAMPING) would show more, but requesting them
//! changes the user's socket: its error queue fills, and poll(2) reports POLLERR. States follow from the segments
//! (`follow`), each with whether the kernel was seen to have it.

mod follow;
mod infer;
pub(crate) mod participants;
mod rows;

use std::net::SocketAddr;

use crate::event::{DescriptorId, Timestamp};
use crate::socket::{Segment, TcpFlags, TcpState};
use crate::world::captured::{Captured, CapturedTraffic};
use crate::world::sequence::participants::Conversation;
pub use crate::world::sequence::participants::NoConversation;
use crate::world::{Retransmission, World};

/// One of the two ends.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// The selected socket, on the left.
    Near,
    /// Its peer, on the right.
    Far,
}

impl Side {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Self::Near => Self::Far,
            Self::Far => Self::Near,
        }
    }
}

/// What went from one end to the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sent {
    /// When.
    pub at: Timestamp,
    /// Who sent it.
    pub by: Side,
    /// The control bits, if it is a segment.
    pub flags: TcpFlags,
    /// Whether it acknowledges the FIN of the other end.
    pub acks_fin: bool,
    /// `SYN+ACK`, `data 5`, `5 B`.
    pub text: String,
    /// Whether it is inferred and was not captured.
    pub inferred: bool,
}

impl Sent {
    fn inferred(at: Timestamp, by: Side, flags: TcpFlags, length: u64) -> Self {
        let nowhere = SocketAddr::from(([0; 4], 0));
        let segment = Segment {
            from: nowhere,
            to: nowhere,
            flags,
            seq: 0,
            ack: 0,
            // Its window is not known, so it must not look like a zero window.
            window: u16::MAX,
            length: u32::try_from(length).unwrap_or(u32::MAX),
        };
        Self {
            at,
            by,
            flags,
            acks_fin: false,
            text: segment.to_string(),
            inferred: true,
        }
    }

    /// A retransmission, as the kernel counts it: it does not show which data that was.
    fn again(by: Side, retransmits: Retransmission) -> Self {
        let (flags, word) = match retransmits.is_syn {
            true => (TcpFlags::SYN, "SYN"),
            false => (TcpFlags::ACK, "segment"),
        };
        let times = match retransmits.times {
            1 => String::new(),
            times => format!(" ×{times}"),
        };
        Self {
            text: format!("{word} again{times}"),
            ..Self::inferred(retransmits.at, by, flags, 0)
        }
    }

    /// Something that is not a segment: a datagram, a piece of an AF_UNIX stream, its end.
    fn message(at: Timestamp, by: Side, text: String) -> Self {
        Self {
            at,
            by,
            flags: TcpFlags::default(),
            acks_fin: false,
            text,
            inferred: false,
        }
    }
}

/// A state in a row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateCell {
    /// The state.
    pub state: TcpState,
    /// Whether the kernel was seen to have it; otherwise it follows from the segments alone.
    pub seen: bool,
}

/// A call in a row, its result, or both.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CallCell {
    /// The call; empty if it is in a row above.
    pub call: String,
    /// Its result, once it has returned.
    pub result: Option<String>,
}

/// One row of the ladder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LadderRow {
    /// When its first part happened.
    pub at: Timestamp,
    /// Whether a new call or cause begins here.
    pub begins: bool,
    /// The calls, near and far.
    pub calls: [Option<CallCell>; 2],
    /// The new states, near and far.
    pub states: [Option<StateCell>; 2],
    /// What went between them.
    pub sent: Option<Sent>,
}

/// Where the arrows between the two columns come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// Segments that were captured.
    Observed,
    /// Segments that follow from the calls, the states seen and the kernel's counters.
    Inferred {
        /// Why they were not captured.
        reason: String,
        /// How many each end has sent by those counters, near and far, if the kernel reports it.
        counted: [Option<u32>; 2],
    },
    /// Messages that the calls themselves sent.
    Calls,
}

/// A conversation, drawn as a ladder.
#[derive(Debug, Clone)]
pub struct Ladder {
    /// The two ends in words, near and far.
    pub titles: [String; 2],
    /// From top to bottom.
    pub rows: Vec<LadderRow>,
    /// Where the arrows come from.
    pub source: Source,
    /// How many older segments of it were captured and are not kept.
    pub older: u64,
    /// How many segments of all connections together were lost because too many arrived at once; how many of them
    /// belong to this connection is not known.
    pub missed: u64,
}

/// The ladder of the conversation that a socket has or had.
///
/// # Errors
///
/// Why it has none.
pub fn ladder(world: &World, socket: DescriptorId) -> Result<Ladder, NoConversation> {
    let conversation = Conversation::of(world, socket)?;
    let (sent, source, captured) = between(world, &conversation);
    Ok(Ladder {
        titles: conversation.titles(),
        rows: rows::rows(&conversation, &sent),
        source,
        older: captured.map_or(0, |captured| captured.dropped),
        missed: captured.map_or(0, |_| world.captured_traffic().missed),
    })
}

/// What went between the two ends, where that comes from, and what was captured of it.
fn between<'a>(
    world: &'a World,
    conversation: &Conversation<'_>,
) -> (Vec<Sent>, Source, Option<&'a Captured>) {
    if !conversation.near.is_tcp() {
        return (infer::messages(conversation), Source::Calls, None);
    }
    let inferred = infer::segments(world, conversation);
    let captured_traffic = world.captured_traffic();
    let captured = conversation
        .captured_connection(captured_traffic)
        .and_then(|(near, connection)| Some((near, captured_traffic.of(connection)?)));
    let Some((near, captured)) = captured else {
        let source = Source::Inferred {
            reason: why_not(captured_traffic),
            counted: counted(conversation),
        };
        return (inferred, source, None);
    };
    let first = captured
        .segments
        .front()
        .map_or(Timestamp(0), |(at, _)| *at);
    let mut sent: Vec<Sent> = inferred
        .into_iter()
        .filter(|sent| sent.at < first && captured.dropped == 0 && !is_syn(captured))
        .collect();
    let mut fins = [None, None];
    for (at, segment) in &captured.segments {
        sent.push(observed(*at, segment, near, &mut fins));
    }
    (sent, Source::Observed, Some(captured))
}

/// How many segments each end has sent, as far as it is another socket.
fn counted(conversation: &Conversation<'_>) -> [Option<u32>; 2] {
    let [near, far] = conversation.near.segments_sent();
    [near, far.filter(|_| !conversation.is_itself)]
}

/// Whether the connection was captured from its first segment on.
fn is_syn(captured: &Captured) -> bool {
    let first = captured.segments.front();
    first.is_some_and(|(_, segment)| segment.flags == TcpFlags::SYN)
}

/// Why segments are inferred, and what would make them observed.
fn why_not(captured_traffic: &CapturedTraffic) -> String {
    match &captured_traffic.capturing {
        Some(Err(reason)) => reason.clone(),
        Some(Ok(_)) => "none was captured: they came before the capture".to_owned(),
        None => "nothing is captured".to_owned(),
    }
}

/// A captured segment; `fins` keeps what acknowledges the FIN of each end.
fn observed(
    at: Timestamp,
    segment: &Segment,
    near: SocketAddr,
    fins: &mut [Option<u32>; 2],
) -> Sent {
    let by = if segment.from == near {
        Side::Near
    } else {
        Side::Far
    };
    if segment.flags.contains(TcpFlags::FIN) {
        fins[by as usize] = Some(segment.seq.wrapping_add(segment.length).wrapping_add(1));
    }
    let is_to_itself = segment.from == segment.to;
    let fin = fins[if is_to_itself { by } else { by.other() } as usize];
    // Sequence numbers wrap around: the later one is less than half of the number space ahead (RFC 9293 section 3.4).
    let acks_fin = segment.flags.contains(TcpFlags::ACK)
        && fin.is_some_and(|fin| segment.ack.wrapping_sub(fin) < 1 << 31);
    Sent {
        at,
        by,
        flags: segment.flags,
        acks_fin,
        text: segment.to_string(),
        inferred: false,
    }
}

#[cfg(test)]
mod tests;
