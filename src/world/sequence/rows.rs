//! From calls, segments and states to rows.
//!
//! Everything that happened is sorted by time. Each call begins a group of rows, and what fits into the last row is put
//! there.

use crate::event::{CallId, Timestamp};
use crate::socket::{TcpFlags, TcpState};
use crate::world::Record;
use crate::world::sequence::follow::{after_receiving, after_sending};
use crate::world::sequence::infer::{WaitingFin, waiting_fins};
use crate::world::sequence::participants::{Conversation, entered, returned};
use crate::world::sequence::{CallCell, LadderRow, Sent, Side, StateCell};

/// After this long what arrives has another cause than the row above.
const PAUSE: u64 = 200_000_000;

/// Something that happened.
enum Moment<'a> {
    Entered(Side, &'a Record),
    Sent(&'a Sent),
    Seen(Side, TcpState),
    Returned(Side, &'a Record),
}

impl Moment<'_> {
    /// The order of things that happened at the same time.
    fn rank(&self) -> u8 {
        match self {
            Self::Entered(..) => 0,
            Self::Sent(_) => 1,
            Self::Seen(..) => 2,
            Self::Returned(..) => 3,
        }
    }
}

/// The rows from top to bottom.
pub(crate) fn rows(conversation: &Conversation<'_>, sent: &[Sent]) -> Vec<LadderRow> {
    let mut moments: Vec<(Timestamp, Moment<'_>)> = sent
        .iter()
        .map(|sent| (sent.at, Moment::Sent(sent)))
        .collect();
    for side in [Side::Near, Side::Far] {
        for record in &conversation.calls[side as usize] {
            moments.push((entered(record), Moment::Entered(side, record)));
            if let Some(at) = returned(record) {
                moments.push((at, Moment::Returned(side, record)));
            }
        }
        moments.extend(seen(conversation, side, sent));
    }
    for fin in waiting_fins(conversation) {
        if !is_captured(sent, &fin) {
            moments.push((*fin.during.start(), Moment::Seen(fin.by, fin.state)));
        }
    }
    moments.sort_by_key(|(at, moment)| (*at, moment.rank()));
    let mut ladder = Ladder::new(conversation, sent);
    for (at, moment) in moments {
        ladder.add(at, moment);
    }
    ladder.rows
}

/// The states that were seen at an end and that may not be explained by a segment. A capture explains all of them, and
/// a state seen during a call follows from that call.
fn seen<'a>(
    conversation: &Conversation<'_>,
    side: Side,
    sent: &[Sent],
) -> Vec<(Timestamp, Moment<'a>)> {
    let is_captured = sent.iter().any(|sent| !sent.inferred);
    let Some(socket) = conversation.socket(side).filter(|_| !is_captured) else {
        return Vec::new();
    };
    let is_in_a_call = |at: Timestamp| {
        let mut calls = conversation.calls.iter().flatten();
        calls.any(|record| {
            let end = returned(record).unwrap_or(Timestamp(u64::MAX));
            (entered(record)..=end).contains(&at) && !record.ever_blocked
        })
    };
    let shown = |state| !matches!(state, TcpState::Close | TcpState::Listen);
    let path = socket.tcp_path().iter();
    path.filter(|(at, state)| shown(*state) && !is_in_a_call(*at))
        .map(|(at, state)| (*at, Moment::Seen(side, *state)))
        .collect()
}

/// Whether the FIN was captured while the call that ended the direction was made: then the state follows from it.
fn is_captured(sent: &[Sent], fin: &WaitingFin) -> bool {
    let mut captured = sent
        .iter()
        .filter(|sent| !sent.inferred && sent.by == fin.by);
    captured.any(|sent| fin.during.contains(&sent.at) && sent.flags.contains(TcpFlags::FIN))
}

/// The rows so far.
struct Ladder<'a> {
    conversation: &'a Conversation<'a>,
    rows: Vec<LadderRow>,
    states: [Option<TcpState>; 2],
    /// The call in the last row of each side, while its result can still go into that row.
    open: [Option<CallId>; 2],
    last: Timestamp,
}

impl<'a> Ladder<'a> {
    fn new(conversation: &'a Conversation<'a>, sent: &[Sent]) -> Self {
        let states = match sent.first() {
            Some(first) if first.flags == TcpFlags::SYN => {
                let before = |side| match conversation.socket(side) {
                    // It connects too, and there is no server.
                    Some(end) if !end.is_accepted() => Some(TcpState::Close),
                    None if conversation.is_itself => None,
                    _ => Some(TcpState::Listen),
                };
                let mut states = [before(Side::Near), before(Side::Far)];
                states[first.by as usize] = Some(TcpState::Close);
                states
            }
            Some(_) if conversation.is_itself => [Some(TcpState::Established), None],
            Some(_) if conversation.near.is_tcp() => [Some(TcpState::Established); 2],
            _ => [None; 2],
        };
        Self {
            conversation,
            rows: Vec::new(),
            states,
            open: [None; 2],
            last: Timestamp(0),
        }
    }

    fn add(&mut self, at: Timestamp, moment: Moment<'_>) {
        match moment {
            Moment::Entered(side, record) => {
                self.begin(at, true);
                self.call(side, record);
                self.open[side as usize] = Some(record.id());
            }
            Moment::Sent(sent) => self.sent(at, sent),
            Moment::Seen(side, state) => self.seen(at, side, state),
            Moment::Returned(side, record) => self.returned(at, side, record),
        }
        self.last = at;
    }

    /// A new row.
    fn begin(&mut self, at: Timestamp, begins: bool) {
        self.rows.push(LadderRow {
            at,
            begins,
            ..LadderRow::default()
        });
        self.open = [None; 2];
    }

    /// The last row if it satisfies the condition; otherwise a new one.
    fn place(
        &mut self,
        at: Timestamp,
        fits: impl Fn(&LadderRow) -> bool,
    ) -> Option<&mut LadderRow> {
        if !self.rows.last().is_some_and(fits) {
            let is_another = at.0.saturating_sub(self.last.0) > PAUSE || self.rows.is_empty();
            self.begin(at, is_another);
        }
        self.rows.last_mut()
    }

    fn call(&mut self, side: Side, record: &Record) {
        if let Some(row) = self.rows.last_mut() {
            row.calls[side as usize] = Some(CallCell {
                call: record.call().to_string(),
                result: None,
            });
        }
    }

    fn returned(&mut self, at: Timestamp, side: Side, record: &Record) {
        let index = side as usize;
        let result = record.outcome().map(ToString::to_string);
        if self.open[index] == Some(record.id()) {
            let row = self.rows.last_mut();
            if let Some(cell) = row.and_then(|row| row.calls[index].as_mut()) {
                cell.result = result;
            }
            return;
        }
        let above = self.rows.iter().rev().take(4);
        let above = above.filter_map(|row| row.calls[index].as_ref()).next();
        let is_seen = above.is_some_and(|cell| cell.call == record.call().to_string());
        let call = if is_seen {
            String::new()
        } else {
            format!("{}()", record.call().word())
        };
        if let Some(row) = self.place(at, |row| row.calls[index].is_none()) {
            row.calls[index] = Some(CallCell { call, result });
        }
    }

    fn sent(&mut self, at: Timestamp, sent: &Sent) {
        let has_room = |row: &LadderRow| {
            row.sent.is_none() && row.begins && row.states.iter().all(Option::is_none)
        };
        let is_late = at.0.saturating_sub(self.last.0) > PAUSE;
        if let Some(row) = self.place(at, |row| has_room(row) && !is_late) {
            row.sent = Some(sent.clone());
        }
        if self.conversation.is_itself {
            self.sent_to_itself(sent);
            return;
        }
        for side in [sent.by, sent.by.other()] {
            let Some(state) = self.states[side as usize] else {
                continue;
            };
            let next = if side == sent.by {
                after_sending(state, sent)
            } else {
                after_receiving(state, sent)
            };
            if next != state {
                self.enter(side, next);
            }
        }
    }

    /// A segment of a socket that is connected to itself: at the left the state after sending it, at the right the one
    /// after it has arrived.
    fn sent_to_itself(&mut self, sent: &Sent) {
        let steps: [fn(TcpState, &Sent) -> TcpState; 2] = [after_sending, after_receiving];
        for (column, step) in [Side::Near, Side::Far].into_iter().zip(steps) {
            let Some(state) = self.states[Side::Near as usize] else {
                return;
            };
            let next = step(state, sent);
            if next != state {
                self.states[Side::Near as usize] = Some(next);
                self.show(column, Side::Near, next);
            }
        }
    }

    /// A state that was seen although nothing led to it: its segment was neither inferred nor captured.
    fn seen(&mut self, at: Timestamp, side: Side, state: TcpState) {
        let index = side as usize;
        if self.states[index] != Some(state)
            && self.place(at, |row| row.states[index].is_none()).is_some()
        {
            self.enter(side, state);
        }
    }

    /// Puts a new state into the last row.
    fn enter(&mut self, side: Side, state: TcpState) {
        self.states[side as usize] = Some(state);
        self.show(side, side, state);
    }

    /// Puts the state of an end into a column of the last row.
    fn show(&mut self, column: Side, of: Side, state: TcpState) {
        let seen = self.conversation.has_seen(of, state);
        if let Some(row) = self.rows.last_mut() {
            row.states[column as usize] = Some(StateCell { state, seen });
        }
    }
}
