//! What earlier calls of the session set and moved: flags, options, bytes.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{AddressExpr, IntArg};
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::{DescriptorId, Origin, Owner, Timestamp};
use crate::explain::context::{Context, phase_at};
use crate::explain::facts::descriptions::{
    drops_descriptors, open_file_description, partner, succeeded,
};
use crate::socket::text::escaped;
use crate::socket::{Domain, Kind, Phase};
use crate::world::log::{Category, Direction};
use crate::world::{Handle, OpenFileId, Progress, Record, World};

/// The request of ioctl(2) as an int, as the notation has it.
const FIONBIO: i32 = libc::FIONBIO as i32;

impl<'a> Context<'a> {
    /// Whether the socket was non-blocking when the call was made.
    pub(crate) fn is_nonblocking(&self) -> bool {
        let Some(socket) = self.socket else {
            return false;
        };
        if let Some(observed) = self.after().and_then(|after| after.nonblocking) {
            return observed;
        }
        let own = open_file_description(self.world, socket.id());
        let set = self
            .world
            .log()
            .in_category_before(own, Category::StatusFlags, self.record.id())
            .rev()
            .filter(|record| succeeded(record))
            .find_map(sets_nonblock);
        set.unwrap_or_else(|| is_nonblocking_from_creation(self.world, socket))
    }

    /// The other descriptor of the same socket through which O_NONBLOCK was set last.
    pub(crate) fn set_nonblocking_through(&self) -> Option<Handle<'a>> {
        let own = self.socket?;
        let file = open_file_description(self.world, own.id());
        let log = self.world.log();
        let settings = log.in_category_before(file, Category::StatusFlags, self.record.id());
        let mut settings = settings.rev().filter(|record| succeeded(record));
        let last = settings.find(|record| sets_nonblock(record).is_some())?;
        let through = self.world.descriptor(last.on()?)?;
        (through.id() != own.id()).then_some(through)
    }

    /// The value that an option was last set to on this socket before the call.
    pub(crate) fn was_set(&self, level: i32, number: i32) -> Option<&Value> {
        let own = self.socket?.id();
        last_set(self.world, own, level, number, self.record.asked)
    }

    /// The value that was set before for the option that this call reads.
    pub(crate) fn set_before(&self) -> Option<&Value> {
        let row = self.option()?;
        self.was_set(row.level, row.number)
    }

    /// The number that the option was set to, and the one that the kernel stored.
    pub(crate) fn set_and_read(&self) -> Option<(i64, i64)> {
        match (self.setting()?.set, self.value_now()?) {
            (Value::Int(set), Value::Int(read)) => Some((i64::from(*set), i64::from(*read))),
            _ => None,
        }
    }

    /// Whether a receive or send timeout is set; 0 means none.
    pub(crate) fn has_timeout(&self, number: i32) -> bool {
        self.timeout(number).is_some()
    }

    /// The receive or send timeout that applies to the call: that of the socket, or of the listener that accepted it.
    pub(crate) fn timeout(&self, number: i32) -> Option<Duration> {
        let own = self.socket?;
        let inherited = || {
            let listener = own.options_from()?;
            last_set(
                self.world,
                listener,
                libc::SOL_SOCKET,
                number,
                own.created(),
            )
        };
        match self.was_set(libc::SOL_SOCKET, number).or_else(inherited) {
            Some(Value::Duration(span)) if *span > Duration::ZERO => Some(*span),
            _ => None,
        }
    }

    /// How many bytes from this socket the peer had not read when it was closed.
    pub(crate) fn unread_by_closed_peer(&self) -> Option<u64> {
        let peer = self.closed_peer()?;
        let until = closed_at(peer)?;
        let closing = self.closing(peer, until);
        if let Some(closing) = closing.filter(|_| peer.kind() != Kind::Datagram) {
            return Self::seen_unread(closing);
        }
        self.are_counted(peer.id(), until)?;
        let arrived = self
            .world
            .moved_until(self.socket?.id(), until, Direction::Sent);
        let connected_elsewhere = self
            .world
            .moved_until(peer.id(), until, Direction::Received);
        arrived
            .checked_sub(connected_elsewhere)
            .filter(|unread| *unread > 0)
    }

    /// The close() that took the last descriptor of a socket.
    fn closing(&self, socket: Handle<'_>, at: Timestamp) -> Option<&Record> {
        let source = open_file_description(self.world, socket.id());
        let mut closes = self.world.log().in_category(source, Category::Close);
        closes.rfind(|record| record.asked <= at)
    }

    /// How many bytes were unread before a close(), as the kernel said. This is not what was sent and not received: some
    /// of that may still be at the sender, or was lost.
    fn seen_unread(closing: &Record) -> Option<u64> {
        Some(u64::from(closing.unread_before)).filter(|unread| *unread > 0)
    }

    /// The program outside of the session that had the other end, and how many bytes from this socket it had not read
    /// when that end was gone.
    pub(crate) fn unread_by_outsider(&self) -> Option<(String, u32)> {
        let (unread, owner) = self.socket?.other_before()?;
        match owner.value()? {
            Owner::Process { pid, program } if unread.count > 0 => {
                Some((format!("{} (pid {pid})", escaped(program)), unread.count))
            }
            _ => None,
        }
    }

    /// How many bytes from the peer this socket has not read.
    pub(crate) fn unread_here(&self) -> Option<u64> {
        if self.call_kind() == CallKind::Close && self.kind()? != Kind::Datagram {
            return Self::seen_unread(self.record);
        }
        let peer = self.peer()?;
        // Of a record that did not fit into the buffer the rest is lost, and not counted as received.
        if has_queued(peer) || self.kind()? == Kind::Seqpacket || self.has_sent_urgent(peer) {
            return None;
        }
        let peer = peer.id();
        self.are_counted(peer, self.at)?;
        let sent = self.world.moved_until(peer, self.at, Direction::Sent);
        let received = self
            .world
            .moved_until(self.socket?.id(), self.at, Direction::Received);
        sent.checked_sub(received).filter(|unread| *unread > 0)
    }

    /// Whether an urgent byte was sent, which need not wait in the stream.
    fn has_sent_urgent(&self, sender: Handle<'_>) -> bool {
        let file = open_file_description(self.world, sender.id());
        let mut urgent = self.world.log().in_category(file, Category::Urgent);
        urgent.next().is_some()
    }

    /// Whether everything that the peer sent is known to have been read.
    pub(crate) fn all_read(&self) -> bool {
        let (Some(own), Some(peer)) = (self.socket, self.peer()) else {
            return false;
        };
        let sent = self.world.moved_until(peer.id(), self.at, Direction::Sent);
        let connected_elsewhere = self
            .world
            .moved_until(own.id(), self.at, Direction::Received);
        sent == connected_elsewhere && self.are_counted(peer.id(), self.at).is_some()
    }

    /// Whether it is known how many bytes the calls on both sockets moved: a loop reports that only when it has ended
    /// without error.
    pub(crate) fn are_counted(&self, peer: DescriptorId, until: Timestamp) -> Option<()> {
        let descriptions =
            [self.socket?.id(), peer].map(|id| open_file_description(self.world, id));
        let is_known = |record: &Record| match &record.progress {
            Progress::Returned { at, outcome } => *at <= until && outcome.result.is_ok(),
            Progress::Refused(_) | Progress::Held => true,
            Progress::Running | Progress::Blocked { .. } | Progress::Abandoned { .. } => false,
        };
        let loops = |file| self.world.log().in_category(file, Category::Loop);
        let mut loops = descriptions.into_iter().flat_map(loops);
        loops
            .all(|record| record.asked >= until || is_known(record))
            .then_some(())
    }

    /// The whole length of the message that the call received, if it is known.
    pub(crate) fn message(&self) -> Option<u64> {
        if self.flags().contains(libc::MSG_TRUNC) {
            return self.count();
        }
        if self.kind()?.is_connected_kind() || self.record.unread_before == 0 {
            return self.message_of_peer();
        }
        Some(u64::from(self.record.unread_before))
    }

    /// The same from the calls of the peer. The other socket of a pair, or of a connection with records, is the only
    /// sender, and AF_UNIX loses nothing, so the first message sent is the first received.
    fn message_of_peer(&self) -> Option<u64> {
        let own = self.socket?;
        let alone = own.origin() == Origin::Paired || own.kind() == Kind::Seqpacket;
        if !alone || own.domain() != Domain::UNIX {
            return None;
        }
        let peer = self.peer()?.id();
        let taken = self
            .world
            .transfers_before(own.id(), self.record, Direction::Received);
        let is_received_in_many = taken
            .checked_sub(1)
            .is_some_and(|last| self.world.has_many(own.id(), last, Direction::Received));
        if is_received_in_many || self.world.has_many(peer, taken, Direction::Sent) {
            return None;
        }
        let (_, count) = self.world.transfer(peer, taken, Direction::Sent)?;
        Some(count)
    }

    /// Whether close() of our peer was set to reset the connection.
    pub(crate) fn peer_lingered_zero(&self) -> bool {
        self.closed_peer()
            .is_some_and(|peer| linger(self.world, peer.id(), self.at) == Some(0))
    }

    /// Whether close() of this socket resets the connection.
    pub(crate) fn lingers_zero(&self) -> bool {
        self.socket
            .is_some_and(|socket| linger(self.world, socket.id(), self.at) == Some(0))
    }

    /// Another open descriptor of the same socket.
    pub(crate) fn duplicate(&self) -> Option<Handle<'_>> {
        let own = self.socket?;
        let mut all = self.world.descriptors_of(own.file_id());
        all.find(|other| other.id() != own.id() && self.is_open_then(*other))
    }

    /// The descriptor that dup2() or dup3() closed to reuse its number.
    pub(crate) fn replaced(&self) -> Option<Handle<'_>> {
        let made = self.made(0).filter(|_| self.call().replaces().is_some())?;
        let old = self
            .world
            .descriptor(*self.record.request.others.first()?)?;
        let was_open = |at| phase_at(old, at).is_some_and(|phase| phase != Phase::Closed);
        let is_closed = phase_at(old, self.at) == Some(Phase::Closed);
        (old.id() != made.id() && was_open(self.record.begun()) && is_closed).then_some(old)
    }

    /// What the first descriptor received by recvmsg() is a duplicate of, if it was sent by one of our sockets.
    pub(crate) fn sent_original(&self) -> Option<Handle<'_>> {
        let received = self.made(0)?;
        let Origin::ReceivedOn(_) = received.origin() else {
            return None;
        };
        let first = self.world.descriptors_of(received.file_id()).next();
        first.filter(|own| own.id() != received.id())
    }

    /// Whether a message that was not received yet contains a descriptor of the call's socket.
    pub(crate) fn is_carried(&self) -> bool {
        self.socket.is_some_and(|own| {
            is_carried(
                self.world,
                open_file_description(self.world, own.id()),
                self.at,
            )
        })
    }

    /// An open descriptor of a socket, if it has one.
    pub(crate) fn open_one<'b>(&'b self, socket: Handle<'b>) -> Handle<'b> {
        if self.is_open_then(socket) {
            return socket;
        }
        let mut all = self.world.descriptors_of(socket.file_id());
        all.find(|other| self.is_open_then(*other))
            .unwrap_or(socket)
    }

    /// A socket whose signals go to a process, by F_SETOWN.
    pub(crate) fn owned(&self) -> Option<Handle<'_>> {
        self.world
            .descriptors()
            .find(|socket| self.is_owned(*socket))
    }

    /// Whether the signals of a socket go to a process.
    pub(crate) fn is_owned(&self, socket: Handle<'_>) -> bool {
        let source = open_file_description(self.world, socket.id());
        let ended = |record: &Record| record.returned_at().is_some_and(|at| at <= self.at);
        self.world
            .log()
            .in_category(source, Category::SignalOwner)
            .rev()
            .filter(|record| succeeded(record) && ended(record))
            .find_map(|record| {
                if let Call::Fcntl {
                    command, argument, ..
                } = &*record.request.call
                    && command.0 == libc::F_SETOWN
                {
                    Some(!matches!(argument, None | Some(IntArg::Number(0))))
                } else {
                    None
                }
            })
            .unwrap_or(false)
    }

    /// The transfer before this one on the same socket, if it succeeded after the peer had been closed.
    pub(crate) fn sent_after_peer_closed(&self) -> bool {
        let Some(closed) = self.closed_peer().and_then(closed_at) else {
            return false;
        };
        let Some(on) = self.record.on() else {
            return false;
        };
        let place = self.world.log().place(self.record.id());
        self.world
            .transfers_back(on, Timestamp(u64::MAX), Direction::Sent)
            .take_while(|record| record.returned_at() >= Some(closed))
            .filter(|record| record.on() == Some(on) && self.world.log().place(record.id()) < place)
            .any(|record| {
                record.asked >= closed
                    && record.request.call.call_kind().sends()
                    && succeeded(record)
            })
    }

    /// Whether an earlier unlink() removed the path, and nothing was bound to it since.
    pub(crate) fn was_unlinked(&self) -> bool {
        let Some(path) = self.address().filter(|address| address.path().is_some()) else {
            return false;
        };
        self.world
            .log()
            .paths_before(self.record.id())
            .filter(|record| succeeded(record))
            .find_map(|record| {
                if let Call::Unlink { address } = &*record.request.call
                    && address.place == AddressExpr::Literal(path.clone())
                {
                    Some(true)
                } else if let Call::Bind { address, .. } = &*record.request.call
                    && address.place == AddressExpr::Literal(path.clone())
                {
                    Some(false)
                } else {
                    None
                }
            })
            .unwrap_or(false)
    }
}

/// Whether the open file description still existed at a moment: a descriptor of it was open, here or in another
/// process; a message contained one; or a call on it was in progress.
pub(crate) fn description_is_open(world: &World, id: DescriptorId, at: Timestamp) -> bool {
    let source = open_file_description(world, id);
    let is_elsewhere = world
        .descriptor(id)
        .is_some_and(|own| own.elsewhere().is_some());
    is_elsewhere
        || has_call_inside(world, source, at)
        || is_carried(world, source, at)
        || world
            .descriptors_of(source)
            .any(|own| phase_at(own, at).is_some_and(|phase| phase != Phase::Closed))
}

/// Whether a call on the socket was in progress: it keeps the open file description until it returns.
pub(crate) fn has_call_inside(world: &World, source: OpenFileId, at: Timestamp) -> bool {
    let is_inside = |record: &Record| match record.progress {
        Progress::Returned { at: end, .. } | Progress::Abandoned { at: end, .. } => end > at,
        Progress::Running | Progress::Blocked { .. } => true,
        Progress::Refused(_) | Progress::Held => false,
    };
    // Only a call that slept can have been in progress before another one.
    let there = world.log().during(source, at, at);
    let mut slept = there.into_iter().filter(|record| record.ever_blocked);
    slept.any(|record| {
        record.entered.unwrap_or(record.asked) <= at
            && is_inside(record)
            && is_on(world, record, source)
    })
}

/// Whether a message that was not received yet, between two of our sockets, contains a descriptor of the socket.
fn is_carried(world: &World, source: OpenFileId, at: Timestamp) -> bool {
    let is_done = |record: &&Record| {
        succeeded(record) && record.returned_at().is_some_and(|ended| ended <= at)
    };
    let carriers = world.log().in_category(source, Category::PassesThis);
    carriers.filter(is_done).any(|message| {
        let Some(on) = message.on() else {
            return false;
        };
        let Some(via) = partner(world, on) else {
            return false;
        };
        // What waits in the queue of a socket is dropped with the socket.
        let receiver = open_file_description(world, via);
        let is_open = |own| phase_at(own, at).is_some_and(|phase| phase != Phase::Closed);
        if !world.descriptors_of(receiver).any(is_open) {
            return false;
        }
        let sent = world.in_category(on, Category::PassesDescriptors);
        let sent = sent
            .filter(is_done)
            .filter(|record| record.on() == Some(on) && record.asked <= message.asked);
        let taken = world.in_category(via, Category::TakesDescriptors);
        let taken = taken
            .filter(is_done)
            .filter(|record| record.on() == Some(via));
        let mut since = world
            .transfers_back(via, at, Direction::Received)
            .take_while(|record| record.returned_at() > Some(message.asked));
        let is_lost = since.any(|record| {
            record.on() == Some(via) && succeeded(record) && drops_descriptors(record)
        });
        !is_lost && taken.count() < sent.count()
    })
}

fn closed_at(socket: Handle<'_>) -> Option<Timestamp> {
    socket.descriptor.closed
}

pub(crate) fn is_on(world: &World, record: &Record, source: OpenFileId) -> bool {
    record
        .on()
        .is_some_and(|on| open_file_description(world, on) == source)
}

/// Whether a call sets O_NONBLOCK or clears it. `None`: neither.
fn sets_nonblock(record: &Record) -> Option<bool> {
    if let Call::Fcntl {
        command,
        argument: Some(IntArg::Number(flags)),
        ..
    } = *record.request.call
        && command.0 == libc::F_SETFL
    {
        Some(flags & libc::O_NONBLOCK != 0)
    } else if let Call::Ioctl {
        request, argument, ..
    } = *record.request.call
        && request.0 == FIONBIO
    {
        Some(argument.is_some_and(|on| on != 0))
    } else {
        None
    }
}

/// Whether the open file description was non-blocking from the beginning.
fn is_nonblocking_from_creation(world: &World, own: Handle<'_>) -> bool {
    let first = world.descriptors_of(own.file_id()).next();
    let made = first.and_then(|first| world.call(first.created_by()));
    made.is_some_and(|record| record.request.call.makes_nonblocking())
}

pub(crate) fn last_set(
    world: &World,
    id: DescriptorId,
    level: i32,
    number: i32,
    until: Timestamp,
) -> Option<&Value> {
    Some(&world.option_set(id, level, number, until)?.value)
}

/// The call that last set an option on a socket before a moment.
pub(crate) fn last_setting(
    world: &World,
    id: DescriptorId,
    level: i32,
    number: i32,
    until: Timestamp,
) -> Option<&Record> {
    world.call(world.option_set(id, level, number, until)?.by)
}

/// For how many seconds SO_LINGER makes close() wait, if it is on.
pub(crate) fn linger(world: &World, id: DescriptorId, until: Timestamp) -> Option<u64> {
    match last_set(world, id, libc::SOL_SOCKET, libc::SO_LINGER, until)? {
        Value::Linger { on, seconds } if *on != 0 => u64::try_from(*seconds).ok(),
        _ => None,
    }
}

/// Whether the kernel has data of a TCP socket that has not arrived at the other end, so that what was sent and not read is
/// not what waits there.
fn has_queued(sender: Handle<'_>) -> bool {
    let own = sender
        .endpoints()
        .and_then(|(_, endpoints)| endpoints.own.as_ref());
    let queue = own.and_then(|own| own.send);
    queue.is_some_and(|queue| queue.count > 0)
}
