//! Where the bytes are: which send() each of them comes from, what was received, and what is in the queues.
//!
//! The order of a stream and of datagrams follows from the calls. How much is in the receive queue comes from the
//! kernel (FIONREAD). What was neither received nor is in that queue is still at the sender or in flight: that is
//! inferred.

use std::ops::Range;

use crate::call::Call;
use crate::call::table::CallKind;
use crate::event::{DescriptorId, End, Origin, Timestamp};
use crate::socket::{Address, Kind, Phase};
use crate::world::log::{Category, Direction};
pub use crate::world::pieces::Piece;
use crate::world::pieces::Pieces;
use crate::world::{Handle, OpenFileId, Record, Socket, World};

/// What a sending call has passed to the kernel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// How many bytes.
    pub bytes: u64,
    /// Its first bytes, at most [`HEAD`]; fewer if the call generated them itself.
    pub head: Vec<u8>,
}

/// What receiving calls received: the newest one by one, and the sum of those before.
struct Received {
    first: usize,
    before: u64,
    newest: Vec<Taken>,
    /// The rank of the only send with an urgent byte, where that byte is not in the stream.
    urgent: Option<usize>,
}

/// What one receiving call received.
struct Taken {
    bytes: u64,
    /// Whether it read the urgent byte, MSG_OOB.
    is_urgent: bool,
}

/// How many of the newest receiving calls are listed.
const LAID_OUT: usize = 64;
/// How many bytes of a sending call are kept for display.
pub const HEAD: usize = 256;

/// A message that was sent and not yet received.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QueuedDatagram {
    /// The number of the sending call to that socket, from 1.
    pub send: usize,
    /// Its length.
    pub bytes: u64,
    /// Its first bytes, at most [`HEAD`]; fewer if the call generated them itself.
    pub head: Vec<u8>,
}

/// A message that a call has received.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ReceivedDatagram {
    /// How many bytes of it the call returned.
    pub got: u64,
    /// Its whole length: what the kernel said before the call (FIONREAD), or the call itself (MSG_TRUNC).
    pub had: u64,
}

/// One direction of a connection.
///
/// Of a long conversation only the last part is listed: earlier receiving calls, and the sending calls whose data they
/// consumed, are only counted.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Flow {
    /// How many sending calls there were before the first of `given`.
    pub first_given: usize,
    /// How many bytes those sent.
    pub given_before: u64,
    /// What each sending call sent, oldest first.
    pub given: Vec<Given>,
    /// How many receiving calls there were before the first of `taken`.
    pub first_taken: usize,
    /// How many bytes those received.
    pub taken_before: u64,
    /// Whether the last of them is still in progress. How much it has passed to the kernel so far is inferred: what is
    /// there and came from no other call.
    pub is_sending: bool,
    /// What each receiving call received, oldest first.
    pub taken: Vec<Vec<Piece>>,
    /// What is in the receive queue, as the kernel says.
    pub waiting: Vec<Piece>,
    /// What has left the send queue and has not been seen at the receiver. Inferred. If the kernel does not show the
    /// send queue, what is in it is included.
    pub underway: Vec<Piece>,
    /// What is in the send queue and was not sent yet, from TCP_INFO. `None` if the kernel does not show it.
    pub unsent: Option<Vec<Piece>>,
    /// Bytes in the receive queue that no call here has sent.
    pub foreign: u64,
}

impl World {
    /// What went from one end of a stream to the other. `None` if a loop receives or sends, since its system calls are
    /// not recorded one by one; and if the kernel has more to send than the calls of the session gave it.
    pub fn flow(&self, from: Handle<'_>, to: Handle<'_>) -> Option<Flow> {
        let loops = |socket: Handle<'_>| self.in_category(socket.id(), Category::Loop);
        let is_blind = |record: &Record| {
            let is_running = record.on() == Some(to.id()) && record.is_pending();
            record.call().call_kind() == CallKind::Echo || is_running
        };
        if loops(from).chain(loops(to)).any(is_blind) || self.has_unknown_sender(from) {
            return None;
        }
        let ranks = self.newest_ranks(to.id(), Direction::Received);
        let taken_before = self.moved_before(to.id(), ranks.start, Direction::Received);
        let received = Received {
            first: ranks.start,
            before: taken_before,
            newest: ranks.map(|rank| self.taken_by(to, rank)).collect(),
            urgent: self.urgent_rank(from, to),
        };
        Some(self.laid_out(from, received, to.unread().into()))
    }

    /// What went from one end of a stream to another that is not ours: only the sum of what was received there is
    /// known. `None` if a loop sends, or if the kernel does not show the receive queue there.
    pub fn flow_to_stranger(&self, from: Handle<'_>) -> Option<Flow> {
        let mut loops = self.in_category(from.id(), Category::Loop);
        if loops.any(|record| record.call().call_kind() == CallKind::Echo) {
            return None;
        }
        let (_, endpoints) = from.endpoints()?;
        let unread = u64::from(endpoints.other_end()?.receive.count);
        let given = self.moved_before(from.id(), usize::MAX, Direction::Sent);
        let taken = given.saturating_sub(unread + queued(from));
        // Of the data already received, the last few sending calls are enough.
        let ranks = self.newest_ranks(from.id(), Direction::Sent);
        let before = self
            .moved_before(from.id(), ranks.start, Direction::Sent)
            .min(taken);
        let rest = Some(taken - before).filter(|rest| *rest > 0);
        let rest = rest.map(|bytes| Taken {
            bytes,
            is_urgent: false,
        });
        let received = Received {
            first: 0,
            before,
            newest: rest.into_iter().collect(),
            urgent: None,
        };
        Some(self.laid_out(from, received, unread))
    }

    /// Whether more data is not sent yet than the calls on a socket gave: another process has sent on it, or a loop of
    /// the session, on a number that was closed meanwhile and now belongs to this socket.
    fn has_unknown_sender(&self, from: Handle<'_>) -> bool {
        let own = from
            .endpoints()
            .and_then(|(_, endpoints)| endpoints.own.as_ref());
        let Some(not_sent) = own.and_then(End::not_sent) else {
            return false;
        };
        let is_sending = self
            .pending_on(from.id())
            .any(|record| record.call().call_kind().sends());
        let given = self.moved_before(from.id(), usize::MAX, Direction::Sent);
        !is_sending && u64::from(not_sent.count) > given
    }

    /// What the receiving call with a rank received.
    fn taken_by(&self, to: Handle<'_>, rank: usize) -> Taken {
        let record = self.transfer(to.id(), rank, Direction::Received);
        Taken {
            bytes: self.moved_by(to.id(), rank, Direction::Received),
            is_urgent: record
                .is_some_and(|(record, _)| record.call().msg_flags().contains(libc::MSG_OOB)),
        }
    }

    /// The rank of the send with an urgent byte that is not in the stream, as the receiver has not set SO_OOBINLINE. Of
    /// several such sends the calls do not show which bytes have become plain data.
    fn urgent_rank(&self, from: Handle<'_>, to: Handle<'_>) -> Option<usize> {
        let (level, number) = (libc::SOL_SOCKET, libc::SO_OOBINLINE);
        let inline = self.option_set(to.id(), level, number, Timestamp(u64::MAX));
        let is_inline = inline.is_some_and(|set| !set.value.is_off());
        let urgent = self.in_category(from.id(), Category::Urgent);
        let mut sent = urgent.filter(|record| {
            let outcome = record.outcome();
            outcome.is_some_and(|outcome| outcome.result.is_ok())
        });
        let only = sent
            .next()
            .filter(|_| sent.next().is_none() && !is_inline)?;
        Some(self.transfers_before(from.id(), only, Direction::Sent))
    }

    /// The ranks of the newest transfers that are listed.
    fn newest_ranks(&self, socket: DescriptorId, direction: Direction) -> Range<usize> {
        let end = self.transfers_until(socket, Timestamp(u64::MAX), direction);
        end.saturating_sub(LAID_OUT)..end
    }

    /// The bytes of a direction in order: received, in the receive queue, in flight, not sent.
    fn laid_out(&self, from: Handle<'_>, received: Received, unread: u64) -> Flow {
        let before = self.moved_before(from.id(), usize::MAX, Direction::Sent);
        let taken_here: u64 = received.newest.iter().map(|taken| taken.bytes).sum();
        let here = received.before + taken_here + unread + queued(from);
        let start = received.before.min(before);
        let first_given = self.rank_of_byte(from.id(), start, Direction::Sent);
        let given_before = self.moved_before(from.id(), first_given, Direction::Sent);
        let mut given = self.given_from(from.id(), first_given);
        let sending = self.sending(from.id(), here.saturating_sub(before));
        given.extend(sending.iter().cloned());
        let mut sent = Pieces::new(
            first_given,
            given.iter().map(|given| given.bytes),
            received.urgent,
        );
        sent.take(start.saturating_sub(given_before));
        let taken = received
            .newest
            .into_iter()
            .map(|taken| match taken.is_urgent {
                true => sent.take_urgent(),
                false => sent.take(taken.bytes),
            })
            .collect();
        sent.forget_urgent();
        let waiting = sent.take(unread);
        let seen: u64 = waiting.iter().map(|piece| piece.bytes).sum();
        let own = from
            .endpoints()
            .and_then(|(_, endpoints)| endpoints.own.as_ref());
        let unsent = own.and_then(End::not_sent);
        let unsent = unsent.map(|bytes| u64::from(bytes.count).min(sent.rest()));
        let underway = sent.take(sent.rest() - unsent.unwrap_or(0));
        Flow {
            first_given,
            given_before,
            given,
            first_taken: received.first,
            taken_before: start,
            is_sending: sending.is_some(),
            taken,
            waiting,
            underway,
            unsent: unsent.map(|bytes| sent.take(bytes)),
            foreign: unread - seen,
        }
    }

    /// The datagrams that calls here have sent to a socket and that it has not received. Inferred: datagrams that were
    /// dropped, and those that others sent, are not seen.
    pub fn datagrams(&self, to: Handle<'_>) -> Vec<QueuedDatagram> {
        let taken = self.transfers_until(to.id(), Timestamp(u64::MAX), Direction::Received);
        let sent = self.transfers_until(to.id(), Timestamp(u64::MAX), Direction::Arrived);
        let waiting = (taken..sent).filter_map(|rank| {
            let (record, bytes) = self.transfer(to.id(), rank, Direction::Arrived)?;
            let index = self.message_index(to.id(), rank, Direction::Arrived);
            Some((rank, gives(record, index, bytes)))
        });
        waiting
            .map(|(rank, Given { bytes, head })| QueuedDatagram {
                send: rank + 1,
                bytes,
                head,
            })
            .collect()
    }

    /// The sockets to which a sending call sent a message, the one with this index where it sent several.
    pub(crate) fn receivers(&self, record: &Record, index: usize) -> Vec<OpenFileId> {
        let Some(from) = record.on().and_then(|id| self.descriptor(id)) else {
            return Vec::new();
        };
        if from.kind() == Kind::Stream || !record.call().call_kind().sends() {
            return Vec::new();
        }
        if from
            .socket()
            .is_some_and(|socket| socket.origin == Origin::Paired)
        {
            return self.peer(from).map(Handle::file_id).into_iter().collect();
        }
        let several = record.request.call.messages();
        let of_several = several.and_then(|messages| messages.get(index)?.address.as_ref());
        let address = record.request.call.address().or(of_several);
        let address = address.map(|given| &given.place);
        let target = match address {
            Some(crate::call::argument::AddressExpr::Literal(address)) => Some(address),
            _ => record.remote(),
        };
        // Sockets without a name all have the same address, and nobody can send to it.
        let Some(target) = target.filter(|target| !target.is_unset()) else {
            return Vec::new();
        };
        let there = self.at_address(target);
        let there = there.filter(|to| to.is_open() && to.kind == from.kind());
        there.map(|to| to.file).collect()
    }

    /// The newest messages that calls have received from a socket, up to a limit, in the order in which the calls
    /// ended, and how many there were before. What did not fit into the buffer is lost.
    pub fn received_datagrams(
        &self,
        socket: Handle<'_>,
        most: usize,
    ) -> (usize, Vec<ReceivedDatagram>) {
        let end = self.transfers_until(socket.id(), Timestamp(u64::MAX), Direction::Received);
        let first = end.saturating_sub(most);
        let newest = (first..end).filter_map(|rank| {
            let (record, count) = self.transfer(socket.id(), rank, Direction::Received)?;
            let got = room(record.call()).map_or(count, |room| room.min(count));
            // What the kernel said before the call was about the first of its messages.
            let is_first = self.message_index(socket.id(), rank, Direction::Received) == 0;
            let before = if is_first { record.unread_before } else { 0 };
            let had = count.max(before.into());
            Some(ReceivedDatagram { got, had })
        });
        (first, newest.collect())
    }

    /// The sockets here that are connected to a listener and were not accepted yet, in the order in which they
    /// connected.
    pub fn unaccepted(&self, listener: Handle<'_>) -> Vec<Handle<'_>> {
        let Some(listener) = listener.socket() else {
            return Vec::new();
        };
        let at = |address: &Address| self.arrives_at(address, listener).is_some();
        let waits = |own: &&Socket| {
            own.id != listener.id
                && own.is_open()
                && own.is_tcp()
                && !own.is_accepted()
                && own.phase == Phase::Connected
                && own.present_peer().is_some_and(at)
                && self.peer_socket(own).is_none()
        };
        let mut waiting: Vec<&Socket> = self.sockets().filter(waits).collect();
        waiting.sort_by_key(|own| own.since());
        let through = waiting.into_iter();
        through
            .filter_map(|own| self.through_descriptor(own))
            .collect()
    }

    /// How much a sending call that has not returned has passed to the kernel so far: what is there of it, at most what
    /// it was given.
    fn sending(&self, socket: DescriptorId, there: u64) -> Option<Given> {
        let mut pending = self.pending_on(socket);
        let call = pending
            .find(|record| record.call().call_kind().sends())?
            .call();
        let bytes = call.data_len().map_or(there, |all| there.min(all as u64));
        let most = usize::try_from(bytes).map_or(HEAD, |bytes| bytes.min(HEAD));
        let head = call.head(most);
        Some(Given { bytes, head })
    }

    /// What each sending call of a socket sent, from a rank on, in the order in which they ended.
    fn given_from(&self, socket: DescriptorId, first: usize) -> Vec<Given> {
        let end = self.transfers_until(socket, Timestamp(u64::MAX), Direction::Sent);
        let given = |rank| match self.transfer(socket, rank, Direction::Sent) {
            Some((record, bytes)) => {
                let index = self.message_index(socket, rank, Direction::Sent);
                gives(record, index, bytes)
            }
            // Its data is forgotten, but not its length.
            None => Given {
                bytes: self.moved_by(socket, rank, Direction::Sent),
                head: Vec::new(),
            },
        };
        (first..end).map(given).collect()
    }
}

/// The bytes in the send queue of a TCP connection, from the kernel's table.
fn queued(from: Handle<'_>) -> u64 {
    let own = from
        .endpoints()
        .and_then(|(_, endpoints)| endpoints.own.as_ref());
    own.and_then(|own| own.send)
        .map_or(0, |send| send.count.into())
}

fn gives(record: &Record, index: usize, bytes: u64) -> Given {
    let most = usize::try_from(bytes).map_or(HEAD, |bytes| bytes.min(HEAD));
    Given {
        bytes,
        head: record.call().head_of_message(index, most),
    }
}

/// How many bytes a receiving call has room for.
fn room(call: &Call) -> Option<u64> {
    let bytes: usize = call.room()?.iter().sum();
    u64::try_from(bytes).ok()
}
