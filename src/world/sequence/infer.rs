//! What went between two ends, as it follows from their calls and from the states that were seen.
//!
//! RFC 9293 section 3.5 for the handshake, 3.6 for FIN, 3.10.7 for RST; RFC 2525 section 2.17 for the RST of a close()
//! that leaves data unread. Acknowledgements of data are left out, since it is not known when they were sent.

use std::ops::RangeInclusive;

use crate::call::Call;
use crate::call::outcome::{Outcome, Returned};
use crate::call::value::Value;
use crate::event::Timestamp;
use crate::socket::{Errno, TcpFlags, TcpState};
use crate::world::log::Category;
use crate::world::sequence::participants::{Conversation, entered, returned};
use crate::world::sequence::{Sent, Side};
use crate::world::{Handle, Opening, Record, StateVisit, World};

const SYN_ACK: TcpFlags = TcpFlags::SYN.and(TcpFlags::ACK);
const FIN_ACK: TcpFlags = TcpFlags::FIN.and(TcpFlags::ACK);
const RST_ACK: TcpFlags = TcpFlags::RST.and(TcpFlags::ACK);
const PSH_ACK: TcpFlags = TcpFlags::PSH.and(TcpFlags::ACK);

/// Something that an end did, from which segments follow.
struct Act {
    at: Timestamp,
    by: Side,
    what: ActKind,
}

enum ActKind {
    /// These segments, as they are.
    Sends(Vec<Sent>),
    /// This many bytes of data.
    Data(u64),
    /// shutdown() of its sending direction.
    Finish,
    /// Its FIN was seen to have arrived.
    FinArrived,
    /// Its FIN was seen to be acknowledged.
    FinAcked,
    /// close(); with data unread, or SO_LINGER 0, it aborts. If its FIN is late, further acts say when it arrived.
    Close { aborts: bool, is_late: bool },
}

/// A moment a few nanoseconds before or after another.
fn near(at: Timestamp, by: i64) -> Timestamp {
    Timestamp(at.0.saturating_add_signed(by))
}

/// The segments of a TCP connection.
pub(crate) fn segments(world: &World, conversation: &Conversation<'_>) -> Vec<Sent> {
    let mut acts = Vec::new();
    for side in [Side::Near, Side::Far] {
        for record in &conversation.calls[side as usize] {
            acts.extend(of_call(world, conversation, side, record));
        }
    }
    if conversation.far.is_none() && !conversation.is_itself {
        acts.extend(of_stranger(conversation));
    }
    acts.sort_by_key(|act| act.at);
    let mut sent = follow(acts, conversation.is_itself);
    sent.extend(retransmits(conversation));
    // The answers in a slow handshake come after what was done meanwhile.
    sent.sort_by_key(|sent| sent.at);
    sent
}

/// The retransmissions, by the counters of both ends.
fn retransmits(conversation: &Conversation<'_>) -> impl Iterator<Item = Sent> {
    let near = conversation.near.retransmits().iter();
    let near = near.map(|retransmits| match retransmits.by_other {
        false => (Side::Near, retransmits),
        true => (Side::Far, retransmits),
    });
    // The far end reports its own, if it belongs to this session.
    let near = near.filter(|(side, _)| *side == Side::Near || conversation.far.is_none());
    let far = conversation.far.into_iter().flat_map(Handle::retransmits);
    let far = far.filter(|retransmits| !retransmits.by_other);
    let all = near.chain(far.map(|retransmits| (Side::Far, retransmits)));
    all.map(|(side, retransmits)| Sent::again(side, *retransmits))
}

/// What follows from a call of one end.
fn of_call(world: &World, conversation: &Conversation<'_>, by: Side, record: &Record) -> Vec<Act> {
    let at = near(entered(record), 1);
    let result = record.outcome().map(|outcome| &outcome.result);
    let what = match (&*record.request.call, result) {
        // A later connect() only reports the first.
        (Call::Connect { .. }, _) if !record.begins_connection() => return Vec::new(),
        (Call::Connect { .. }, _) if record.defers_syn() => return Vec::new(),
        (Call::Connect { .. }, _) => ActKind::Sends(handshake(conversation, by, record)),
        (_, Some(Ok(_))) if opens_with_data(world, conversation.socket(by), record) => {
            ActKind::Sends(fast_open(conversation, by, record))
        }
        (call, Some(Ok(_)))
            if call.call_kind().accepts()
                && conversation.socket(by.other()).is_none()
                && !conversation.is_itself =>
        {
            let before = near(at, -4);
            ActKind::Sends(opened(
                by.other(),
                [before, near(before, 1), near(before, 2)],
            ))
        }
        (call, Some(_)) if call.call_kind().sends() => {
            match record.outcome().and_then(Outcome::counted) {
                Some(count) => ActKind::Data(count),
                None => return Vec::new(),
            }
        }
        (Call::Shutdown { how, .. }, Some(Ok(_))) if how.0 != libc::SHUT_RD => {
            match waiting_fin(conversation, by, record) {
                Some(_) => return later_fin(conversation, by, at),
                None => ActKind::Finish,
            }
        }
        (Call::Close { .. }, Some(_)) if is_last(world, record) => {
            let aborts = record.unread_before > 0 || lingers_zero(world, record);
            let is_late = !aborts && waiting_fin(conversation, by, record).is_some();
            let mut acts = vec![Act {
                at,
                by,
                what: ActKind::Close { aborts, is_late },
            }];
            if is_late {
                acts.extend(later_fin(conversation, by, at));
            }
            return acts;
        }
        _ => return Vec::new(),
    };
    vec![Act { at, by, what }]
}

/// The three segments of a handshake.
fn opened(by: Side, at: [Timestamp; 3]) -> Vec<Sent> {
    vec![
        Sent::inferred(at[0], by, TcpFlags::SYN, 0),
        Sent::inferred(at[1], by.other(), SYN_ACK, 0),
        Sent::inferred(at[2], by, TcpFlags::ACK, 0),
    ]
}

/// Those of a socket that connects to itself: it sends all of them, and its SYN meets itself in SYN_SENT.
fn opened_to_itself(at: Timestamp) -> Vec<Sent> {
    let flags = [TcpFlags::SYN, SYN_ACK, TcpFlags::ACK];
    let sent = (1..).zip(flags);
    sent.map(|(by, flags)| Sent::inferred(near(at, by), Side::Near, flags, 0))
        .collect()
}

/// Whether a sending call also sent the SYN, RFC 7413.
fn opens_with_data(world: &World, own: Option<Handle<'_>>, record: &Record) -> bool {
    let call = record.call();
    if !call.call_kind().sends() {
        return false;
    }
    match record.tcp_before {
        Some(TcpState::SynSent) => own.is_some_and(|own| world.had_deferred_syn(own, record)),
        Some(TcpState::Close | TcpState::TimeWait) => {
            call.msg_flags().contains(libc::MSG_FASTOPEN) && call.address().is_some()
        }
        _ => false,
    }
}

/// What a call sent that both connects and sends: its data went with the SYN or, where no cookie was known or the server
/// did not take it, after the handshake.
fn fast_open(conversation: &Conversation<'_>, by: Side, record: &Record) -> Vec<Sent> {
    let begun = entered(record);
    let outcome = record.outcome();
    let length = outcome.and_then(Outcome::counted).unwrap_or(0);
    let taken = outcome.and_then(|outcome| outcome.raw.as_deref()?.after.as_deref()?.syn_data);
    let is_early = taken == Some(true)
        || record.tcp_before == Some(TcpState::SynSent)
        || record.tcp_after == Some(TcpState::SynSent);
    let done = match record.tcp_after {
        Some(TcpState::SynSent) => established(conversation, by),
        _ if record.ever_blocked => returned(record).map(|at| near(at, -3)),
        _ => Some(near(begun, 2)),
    };
    let mut sent = match done {
        Some(done) => opened(by, [near(begun, 1), done, near(done, 1)]),
        None => vec![Sent::inferred(near(begun, 1), by, TcpFlags::SYN, 0)],
    };
    match done {
        // How much of the data fits into the SYN, the call does not show.
        _ if is_early => sent[0].text = "SYN, data".to_owned(),
        Some(done) => sent.push(Sent::inferred(near(done, 2), by, PSH_ACK, length)),
        None => {}
    }
    sent
}

/// The state of an end whose FIN waited behind data when the call that ended its direction returned.
fn waiting_fin(conversation: &Conversation<'_>, by: Side, record: &Record) -> Option<TcpState> {
    let state = match record.call() {
        Call::Shutdown { how, .. } if how.0 != libc::SHUT_RD => {
            let after = record.outcome()?.raw.as_deref()?.after.as_deref()?;
            after.unsent.and(record.tcp_after)
        }
        Call::Close { .. } => {
            let orphan = conversation.socket(by)?.orphan()?;
            let (_, end) = orphan.observations.first()?;
            let has_data = end.send.is_some_and(|queue| queue.count > 0);
            has_data.then_some(end.state)
        }
        _ => None,
    };
    state.filter(|state| {
        matches!(
            state,
            TcpState::FinWait1 | TcpState::Closing | TcpState::LastAck
        )
    })
}

/// A call that ended the sending direction of an end whose FIN waited behind data when it returned.
pub(crate) struct WaitingFin {
    pub(crate) by: Side,
    /// When the call was made, and when it returned.
    pub(crate) during: RangeInclusive<Timestamp>,
    /// The state since then.
    pub(crate) state: TcpState,
}

/// All of them.
pub(crate) fn waiting_fins(conversation: &Conversation<'_>) -> Vec<WaitingFin> {
    let mut found = Vec::new();
    for by in [Side::Near, Side::Far] {
        for record in &conversation.calls[by as usize] {
            let state = waiting_fin(conversation, by, record);
            let end = returned(record).unwrap_or(Timestamp(u64::MAX));
            found.extend(state.map(|state| WaitingFin {
                by,
                during: near(entered(record), 1)..=end,
                state,
            }));
        }
    }
    found
}

/// When the FIN of an end was seen to have arrived, and when it was seen to be acknowledged.
fn later_fin(conversation: &Conversation<'_>, by: Side, since: Timestamp) -> Vec<Act> {
    let own = &conversation.histories[by as usize];
    let other = &conversation.histories[by.other() as usize];
    let acked = own.windows(2).find_map(|pair| {
        let at = pair[1].at.filter(|at| *at > since)?;
        let is_acked = match (pair[0].state, pair[1].state) {
            (_, TcpState::FinWait2 | TcpState::TimeWait) => true,
            (from, TcpState::Close) => from == TcpState::LastAck,
            _ => false,
        };
        is_acked.then_some(at)
    });
    let has_it = |visit: &StateVisit| {
        let at = visit.at.filter(|at| *at > since)?;
        let is_after_fin = matches!(
            visit.state,
            TcpState::CloseWait | TcpState::LastAck | TcpState::Closing | TcpState::TimeWait
        );
        is_after_fin.then_some(at)
    };
    let arrived = other.iter().find_map(has_it);
    let arrived = arrived.into_iter().chain(acked).min();
    let act = |at, what| Act { at, by, what };
    let arrived = arrived.map(|at| act(near(at, -2), ActKind::FinArrived));
    let acked = acked.map(|at| act(near(at, -1), ActKind::FinAcked));
    arrived.into_iter().chain(acked).collect()
}

/// What a connect() sent and received, by its result.
fn handshake(conversation: &Conversation<'_>, by: Side, record: &Record) -> Vec<Sent> {
    let begun = entered(record);
    let is_done = record.outcome().is_some_and(|o| o.result.is_ok());
    if conversation.is_itself && (is_done || record.tcp_after == Some(TcpState::Established)) {
        return opened_to_itself(begun);
    }
    // The SYN of the other end led on.
    if conversation.openings[by as usize] != Opening::Answered {
        return vec![Sent::inferred(near(begun, 1), by, TcpFlags::SYN, 0)];
    }
    let established = established(conversation, by);
    let result = record.outcome().map(|outcome| &outcome.result);
    let is_slow = record.ever_blocked;
    let done = match result {
        Some(Ok(_)) if is_slow => returned(record).map(|at| near(at, -2)),
        Some(Ok(_)) => Some(near(begun, 2)),
        Some(Err(Errno(libc::EINPROGRESS | libc::EINTR))) | None => established,
        _ => None,
    };
    if let Some(done) = done {
        return opened(by, [near(begun, 1), done, near(done, 1)]);
    }
    let syn = Sent::inferred(near(begun, 1), by, TcpFlags::SYN, 0);
    match result {
        Some(Err(Errno(libc::ECONNREFUSED))) => {
            let answer = returned(record).map_or(begun, |at| near(at, -1));
            vec![syn, Sent::inferred(answer, by.other(), RST_ACK, 0)]
        }
        None | Some(Err(Errno(libc::EINPROGRESS | libc::EINTR | libc::ETIMEDOUT))) => vec![syn],
        // With the other errors it fails before anything is sent.
        _ => Vec::new(),
    }
}

/// When an end was first seen to be connected.
fn established(conversation: &Conversation<'_>, side: Side) -> Option<Timestamp> {
    let path = conversation.socket(side)?.tcp_path();
    let mut path = path.iter();
    let seen = path.find(|(_, state)| *state == TcpState::Established)?;
    Some(near(seen.0, -2))
}

/// Whether this close() closed the last open descriptor of the socket.
fn is_last(world: &World, close: &Record) -> bool {
    let at = entered(close);
    let Some(file) = close.on().and_then(|id| world.file_of(id)) else {
        return true;
    };
    let is_open = |other: Handle<'_>| {
        Some(other.id()) != close.on() && (other.is_open() || other.since() > at)
    };
    !world.descriptors_of(file).any(is_open)
}

/// Whether SO_LINGER was set to abort the connection when this close() was made, through any descriptor of its socket.
fn lingers_zero(world: &World, close: &Record) -> bool {
    let at = entered(close);
    let Some(on) = close.on() else {
        return false;
    };
    let options = world.in_category(on, Category::Option).rev();
    let mut before = options.filter(|record| {
        entered(record) < at && record.outcome().is_some_and(|o| o.result.is_ok())
    });
    let linger = before.find_map(|record| match &*record.request.call {
        Call::Setsockopt { value, .. } if matches!(value, Value::Linger { .. }) => Some(value),
        _ => None,
    });
    matches!(linger, Some(Value::Linger { on, seconds: 0 }) if *on != 0)
}

/// What a peer outside of this session did: its data was received, its FIN or RST changed the state seen here.
fn of_stranger(conversation: &Conversation<'_>) -> Vec<Act> {
    let act = |at, what| Act {
        at,
        by: Side::Far,
        what,
    };
    let taken = conversation.calls[0].iter();
    let taken = taken.filter(|record| !record.request.call.peeks());
    let received = taken.filter_map(|record| {
        let count = record
            .outcome()
            .and_then(|o| o.result.as_ref().ok())
            .map(received)?;
        let at = match returned(record) {
            Some(at) if record.ever_blocked => near(at, -1),
            _ => near(entered(record), -1),
        };
        (count > 0).then(|| act(at, ActKind::Data(count)))
    });
    let path = conversation.near.tcp_path().windows(2);
    let seen = path.filter_map(|pair| {
        let (at, to) = pair[1];
        let what = match (pair[0].1, to) {
            (TcpState::Established | TcpState::SynRecv, TcpState::CloseWait) => ActKind::Finish,
            (
                TcpState::FinWait1 | TcpState::FinWait2,
                TcpState::Closing | TcpState::TimeWait | TcpState::Close,
            ) => ActKind::Finish,
            (TcpState::Established | TcpState::CloseWait, TcpState::Close) => ActKind::Close {
                aborts: true,
                is_late: false,
            },
            _ => return None,
        };
        Some(act(near(at, -1), what))
    });
    received.chain(seen).collect()
}

/// How many bytes a call received; the log may keep fewer.
fn received(returned: &Returned) -> u64 {
    match returned {
        Returned::Data { count, .. } => *count,
        Returned::Message(message) => message.count,
        Returned::Messages(messages) => messages.iter().map(|message| message.count).sum(),
        _ => 0,
    }
}

/// What both ends send when they do these things in turn.
fn follow(acts: Vec<Act>, is_itself: bool) -> Vec<Sent> {
    let mut connection = Connection {
        is_itself,
        ..Connection::default()
    };
    let mut sent = Vec::new();
    for act in acts {
        sent.extend(connection.apply(act));
    }
    sent
}

/// What both ends have done to the connection so far.
#[derive(Default)]
struct Connection {
    /// Whether it is connected to itself: then all is done by the near end.
    is_itself: bool,
    /// Whether each end has sent its FIN.
    finished: [bool; 2],
    /// Whether that is acknowledged.
    acked: [bool; 2],
    /// Whether each end has closed its descriptor, so that it cannot receive data any more.
    closed: [bool; 2],
    /// Whether the connection was reset or refused.
    over: bool,
}

impl Connection {
    fn apply(&mut self, Act { at, by, what }: Act) -> Vec<Sent> {
        let other = self.other(by);
        let (here, there) = (by as usize, other as usize);
        if let ActKind::Sends(sent) = what {
            let last = sent.last().map(|sent| sent.flags);
            *self = Self {
                is_itself: self.is_itself,
                ..Self::default()
            };
            self.over = last.is_none_or(|flags| flags.contains(TcpFlags::RST));
            return sent;
        }
        if self.over {
            return Vec::new();
        }
        match what {
            ActKind::Data(0) | ActKind::Sends(_) => Vec::new(),
            ActKind::Data(count) => {
                let mut sent = vec![Sent::inferred(at, by, PSH_ACK, count)];
                if self.closed[there] {
                    self.over = true;
                    sent.push(Sent::inferred(near(at, 1), other, TcpFlags::RST, 0));
                }
                sent
            }
            ActKind::Close { aborts: true, .. } => {
                self.over = true;
                vec![Sent::inferred(at, by, RST_ACK, 0)]
            }
            ActKind::Close { is_late, .. } => {
                self.closed[here] = true;
                match is_late {
                    true => Vec::new(),
                    false => self.finish(at, by),
                }
            }
            ActKind::Finish => self.finish(at, by),
            ActKind::FinArrived => self.fin(at, by).into_iter().collect(),
            ActKind::FinAcked => self.ack_of_fin(at, by).into_iter().collect(),
        }
    }

    /// FIN and its acknowledgement, once.
    fn finish(&mut self, at: Timestamp, by: Side) -> Vec<Sent> {
        let Some(fin) = self.fin(at, by) else {
            return Vec::new();
        };
        let ack = self.ack_of_fin(near(at, 1), by);
        [fin].into_iter().chain(ack).collect()
    }

    /// FIN, once. It acknowledges that of the other end, if that has come.
    fn fin(&mut self, at: Timestamp, by: Side) -> Option<Sent> {
        let other = self.other(by) as usize;
        if std::mem::replace(&mut self.finished[by as usize], true) {
            return None;
        }
        let mut fin = Sent::inferred(at, by, FIN_ACK, 0);
        if !self.is_itself && self.finished[other] {
            self.acked[other] = true;
            fin.acks_fin = true;
        }
        Some(fin)
    }

    /// The acknowledgement of the FIN of an end, once.
    fn ack_of_fin(&mut self, at: Timestamp, by: Side) -> Option<Sent> {
        if std::mem::replace(&mut self.acked[by as usize], true) {
            return None;
        }
        let mut ack = Sent::inferred(at, self.other(by), TcpFlags::ACK, 0);
        ack.acks_fin = true;
        Some(ack)
    }

    fn other(&self, side: Side) -> Side {
        match self.is_itself {
            true => side,
            false => side.other(),
        }
    }
}

/// The messages of datagram sockets and the pieces of AF_UNIX streams: what each sending call returned as sent.
pub(crate) fn messages(conversation: &Conversation<'_>) -> Vec<Sent> {
    let mut sent = Vec::new();
    for side in [Side::Near, Side::Far] {
        for record in &conversation.calls[side as usize] {
            let text = match (&*record.request.call, record.outcome().map(|o| &o.result)) {
                (call, Some(_)) if call.call_kind().sends() => {
                    sent.extend(each_message(record, side));
                    continue;
                }
                (Call::Shutdown { how, .. }, Some(Ok(_))) if how.0 != libc::SHUT_RD => {
                    "no more".to_owned()
                }
                _ => continue,
            };
            sent.push(Sent::message(near(entered(record), 1), side, text));
        }
    }
    sent.sort_by_key(|sent| sent.at);
    sent
}

/// What a call sent: one message, or each of those of sendmmsg(2), one after the other.
fn each_message(record: &Record, side: Side) -> Vec<Sent> {
    let lengths = match record.outcome().map(|outcome| &outcome.result) {
        Some(Ok(Returned::Sent(lengths))) => lengths.clone(),
        _ => {
            let counted = record.outcome().and_then(Outcome::counted);
            counted.into_iter().collect()
        }
    };
    let each = (1..).zip(lengths);
    each.map(|(by, length)| Sent::message(near(entered(record), by), side, format!("{length} B")))
        .collect()
}
