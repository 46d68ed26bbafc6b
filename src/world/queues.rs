//! Where the bytes are: which send() each of them comes from, what has been received, what waits.
//!
//! The order of a stream and of datagrams follows from the calls; how much waits at the receiver is the kernel's word
//! (FIONREAD). What is neither received nor there is still at the sender or on the way: that is inferred.

use crate::call::Call;
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::CallKind;
use crate::event::{End, Origin, SocketId, Timestamp};
use crate::socket::endpoint::equal;
use crate::socket::{Address, Phase};
use crate::world::{Progress, Record, Socket, World};

/// Bytes of one sending call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Which sending call in this direction, from 1.
    pub send: usize,
    /// How many bytes of it.
    pub bytes: u64,
}

/// What a sending call has given to the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// How many bytes.
    pub bytes: u64,
    /// The first of them, at most [`HEAD`]; fewer where the call made them itself.
    pub head: Vec<u8>,
}

/// How many bytes of a sending call are kept to be shown.
pub const HEAD: usize = 256;

/// A message that was sent and not yet taken.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedDatagram {
    /// Which of the sending calls to that socket, from 1.
    pub send: usize,
    /// How many bytes it has.
    pub bytes: u64,
    /// The first of them, at most [`HEAD`]; fewer where the call made them itself.
    pub head: Vec<u8>,
}

/// A message that a call has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedDatagram {
    /// How many bytes of it the call got.
    pub got: u64,
    /// How many it had: what the kernel said before the call (FIONREAD), or the call itself (MSG_TRUNC).
    pub had: u64,
}

/// One direction of a connection.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// What each sending call gave, the oldest first.
    pub given: Vec<Given>,
    /// Whether the last of them is still inside. How much it has given so far is inferred: what is there, and came
    /// from no other.
    pub is_sending: bool,
    /// What each receiving call took, the oldest first.
    pub taken: Vec<Vec<Piece>>,
    /// What waits at the receiver, as the kernel says.
    pub waiting: Vec<Piece>,
    /// What has left the sender's queue and has not been seen at the receiver. Inferred; where the kernel tells nothing
    /// of that queue, what is in it too.
    pub underway: Vec<Piece>,
    /// What is in the sender's queue and was not sent yet, as TCP_INFO says. `None` where it is not told.
    pub unsent: Option<Vec<Piece>>,
    /// Bytes that wait and that no call here has sent.
    pub foreign: u64,
}

impl World {
    /// What went from one end of a stream to the other; `None` where a loop receives or sends, whose calls are not
    /// counted one by one.
    pub fn flow(&self, from: &Socket, to: &Socket) -> Option<Flow> {
        let is_blind = |record: &Record| {
            let call_kind = record.call().call_kind();
            let is_running = record.on() == Some(to.id) && record.is_pending();
            call_kind == CallKind::Echo || (is_running && call_kind.is_loop())
        };
        let ends = [from.id, to.id];
        let mut concerned = self.log().iter().filter(|record| on_one_of(record, &ends));
        if concerned.any(is_blind) {
            return None;
        }
        let received = self.moved(to.id, receives);
        Some(self.laid_out(from, received, to.unread.into()))
    }

    /// What went from one end of a stream to another that is not ours: of what was taken there only the sum is known.
    /// `None` where a loop sends, or the kernel does not tell what waits there.
    pub fn flow_to_stranger(&self, from: &Socket) -> Option<Flow> {
        let mut own = self
            .log()
            .iter()
            .filter(|record| record.on() == Some(from.id));
        if own.any(|record| record.call().call_kind() == CallKind::Echo) {
            return None;
        }
        let (_, ends) = from.ends.as_ref()?;
        let unread = u64::from(ends.other_end()?.receive.count);
        let given: u64 = self.moved(from.id, sends).iter().sum();
        let taken = given.saturating_sub(unread + queued(from));
        let taken = Some(taken).filter(|taken| *taken > 0);
        Some(self.laid_out(from, taken.into_iter().collect(), unread))
    }

    /// The bytes of a direction in their order: what was received, what waits, what is under way, what was not sent.
    fn laid_out(&self, from: &Socket, received: Vec<u64>, unread: u64) -> Flow {
        let mut given = self.given(from.id);
        let here = received.iter().sum::<u64>() + unread + queued(from);
        let before: u64 = given.iter().map(|given| given.bytes).sum();
        let sending = self.sending(from.id, here.saturating_sub(before));
        given.extend(sending.iter().cloned());
        let mut sent = Pieces::new(given.iter().map(|given| given.bytes));
        let taken = received.into_iter().map(|bytes| sent.take(bytes)).collect();
        let waiting = sent.take(unread);
        let seen: u64 = waiting.iter().map(|piece| piece.bytes).sum();
        let own = from.ends.as_ref().and_then(|(_, ends)| ends.own.as_ref());
        let unsent = own.and_then(End::not_sent);
        let unsent = unsent.map(|bytes| u64::from(bytes.count).min(sent.rest()));
        let underway = sent.take(sent.rest() - unsent.unwrap_or(0));
        Flow {
            given,
            is_sending: sending.is_some(),
            taken,
            waiting,
            underway,
            unsent: unsent.map(|bytes| sent.take(bytes)),
            foreign: unread - seen,
        }
    }

    /// The datagrams that calls here have sent to a socket and that it has not received. Inferred: what the network or
    /// a full buffer threw away, and what others have sent, is not seen.
    pub fn datagrams(&self, to: &Socket) -> Vec<QueuedDatagram> {
        let mut sent: Vec<(Timestamp, Given)> = Vec::new();
        for from in self.sockets().filter(|from| from.kind == to.kind) {
            let reaches = |record: &Record| {
                let paired = from.origin == Origin::Paired
                    && self.peer(from).is_some_and(|other| other.id == to.id);
                let address = record.request.call.address().map(|given| &given.place);
                let target = match address {
                    Some(crate::call::argument::AddressExpr::Literal(address)) => Some(address),
                    _ => record.ends.1.as_ref(),
                };
                // Sockets without a name all have the same address, and nobody can send to it.
                let is_named = |target: &&Address| !target.is_unset();
                let target = target.filter(is_named);
                paired
                    || target
                        .is_some_and(|target| to.local.as_ref().is_some_and(|at| equal(at, target)))
            };
            let all = self
                .log()
                .iter()
                .filter(|record| record.on() == Some(from.id));
            sent.extend(all.filter(|record| reaches(record)).filter_map(gives));
        }
        sent.sort_by_key(|(at, _)| *at);
        let taken = self.moved(to.id, receives).len();
        let numbered = sent.into_iter().enumerate().skip(taken);
        numbered
            .map(|(at, (_, Given { bytes, head }))| QueuedDatagram {
                send: at + 1,
                bytes,
                head,
            })
            .collect()
    }

    /// The messages that calls have taken from a socket, in the order in which they ended: what had no room is lost.
    pub fn received_datagrams(&self, socket: &Socket) -> Vec<ReceivedDatagram> {
        let own = self
            .log()
            .iter()
            .filter(|record| record.on() == Some(socket.id));
        let mut all: Vec<(Timestamp, ReceivedDatagram)> = own
            .filter_map(|record| {
                let (at, count) = receives(record)?;
                let got = room(record.call()).map_or(count, |room| room.min(count));
                let had = count.max(record.unread_before.into());
                Some((at, ReceivedDatagram { got, had }))
            })
            .collect();
        all.sort_by_key(|(at, _)| *at);
        all.into_iter().map(|(_, own)| own).collect()
    }

    /// The sockets here that are connected to a listener and that no accept(2) has met yet, in the order in which they
    /// connected.
    pub fn unaccepted(&self, listener: &Socket) -> Vec<&Socket> {
        let at = |address: &Address| self.arrives_at(address, listener).is_some();
        let waits = |own: &&Socket| {
            own.id != listener.id
                && own.is_tcp()
                && !own.is_accepted()
                && own.phase == Phase::Connected
                && own.present_peer().is_some_and(at)
                && self.peer(own).is_none()
        };
        let mut waiting: Vec<&Socket> = self.sockets().filter(waits).collect();
        waiting.sort_by_key(|own| own.since());
        waiting
    }

    /// What a sending call that has not returned gave so far: what is there of it, at most what it was told to send.
    fn sending(&self, socket: SocketId, there: u64) -> Option<Given> {
        let mut pending = self.pending_on(socket);
        let call = pending
            .find(|record| record.call().call_kind().sends())?
            .call();
        let bytes = call.data_len().map_or(there, |all| there.min(all as u64));
        let most = usize::try_from(bytes).map_or(HEAD, |bytes| bytes.min(HEAD));
        let head = call.head(most);
        Some(Given { bytes, head })
    }

    /// What each sending call of a socket gave, in the order in which they ended.
    fn given(&self, socket: SocketId) -> Vec<Given> {
        let own = self.log().iter();
        let own = own.filter(|record| record.on() == Some(socket));
        let mut given: Vec<(Timestamp, Given)> = own.filter_map(gives).collect();
        given.sort_by_key(|(at, _)| *at);
        given.into_iter().map(|(_, given)| given).collect()
    }

    /// How many bytes each call of a socket moved, in the order in which they ended.
    fn moved(
        &self,
        socket: SocketId,
        how_many: impl Fn(&Record) -> Option<(Timestamp, u64)>,
    ) -> Vec<u64> {
        let all = self
            .log()
            .iter()
            .filter(|record| record.on() == Some(socket));
        let mut moved: Vec<(Timestamp, u64)> = all.filter_map(how_many).collect();
        moved.sort_by_key(|(at, _)| *at);
        moved.into_iter().map(|(_, bytes)| bytes).collect()
    }
}

fn on_one_of(record: &Record, sockets: &[SocketId]) -> bool {
    record.on().is_some_and(|on| sockets.contains(&on))
}

/// The bytes in the send queue of a connection of TCP, as the kernel's table has it.
fn queued(from: &Socket) -> u64 {
    let own = from.ends.as_ref().and_then(|(_, ends)| ends.own.as_ref());
    own.and_then(|own| own.send)
        .map_or(0, |send| send.count.into())
}

fn ended(record: &Record) -> Option<(Timestamp, &Outcome)> {
    match &record.progress {
        Progress::Returned { at, outcome } => Some((*at, outcome)),
        _ => None,
    }
}

fn sends(record: &Record) -> Option<(Timestamp, u64)> {
    let (at, outcome) = ended(record)?;
    let bytes = outcome.counted()?;
    record.call().call_kind().sends().then_some((at, bytes))
}

fn gives(record: &Record) -> Option<(Timestamp, Given)> {
    let (at, bytes) = sends(record)?;
    let most = usize::try_from(bytes).map_or(HEAD, |bytes| bytes.min(HEAD));
    let head = record.call().head(most);
    Some((at, Given { bytes, head }))
}

fn receives(record: &Record) -> Option<(Timestamp, u64)> {
    let (at, outcome) = ended(record)?;
    let call = record.call();
    let bytes = match &outcome.result {
        Ok(Returned::Data { count, .. }) => *count,
        Ok(Returned::Message(message)) => message.count,
        _ => outcome.counted()?,
    };
    (call.call_kind().receives() && !call.peeks()).then_some((at, bytes))
}

/// How many bytes a receiving call has room for.
fn room(call: &Call) -> Option<u64> {
    let bytes: usize = call.room()?.iter().sum();
    u64::try_from(bytes).ok()
}

/// What was sent and is not yet given away.
struct Pieces {
    left: std::collections::VecDeque<Piece>,
}

impl Pieces {
    fn new(sent: impl Iterator<Item = u64>) -> Self {
        let numbered = sent.enumerate();
        Self {
            left: numbered
                .map(|(at, bytes)| Piece {
                    send: at + 1,
                    bytes,
                })
                .filter(|piece| piece.bytes > 0)
                .collect(),
        }
    }

    /// How many bytes are left.
    fn rest(&self) -> u64 {
        self.left.iter().map(|piece| piece.bytes).sum()
    }

    /// The next bytes, as many as there are.
    fn take(&mut self, mut bytes: u64) -> Vec<Piece> {
        let mut taken = Vec::new();
        while let Some(first) = self.left.front_mut().filter(|_| bytes > 0) {
            let part = first.bytes.min(bytes);
            taken.push(Piece {
                send: first.send,
                bytes: part,
            });
            bytes -= part;
            first.bytes -= part;
            if first.bytes == 0 {
                self.left.pop_front();
            }
        }
        taken
    }
}
