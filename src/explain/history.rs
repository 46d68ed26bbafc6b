//! What earlier calls of the session set and moved: flags, options, bytes.

use std::time::Duration;

use super::scene::{Scene, phase_at};
use crate::event::{Origin, SocketId, Stamp};
use crate::notation::{Call, IntArg, Place, Returned, Value};
use crate::socket::{Cause, Domain, Kind, Phase, SockFlags};
use crate::world::{Progress, Record, Socket, World};

impl Scene<'_> {
    /// Whether the socket was non-blocking when the call was made.
    pub(super) fn is_nonblocking(&self) -> bool {
        let Some(socket) = self.socket else {
            return false;
        };
        let own = root(self.world, socket.id);
        let set = self
            .earlier()
            .filter(|record| is_on(self.world, record, own) && succeeded(record))
            .find_map(|record| match record.request.call {
                Call::Fcntl {
                    command,
                    argument: Some(IntArg::Number(flags)),
                    ..
                } if command.0 == libc::F_SETFL => Some(flags & libc::O_NONBLOCK != 0),
                _ => None,
            });
        set.unwrap_or_else(|| born_nonblocking(self.world, own))
    }

    /// The value that an option was last set to on this socket before the call.
    pub(super) fn was_set(&self, level: i32, number: i32) -> Option<&Value> {
        let own = self.socket?.id;
        last_set(self.world, own, level, number, self.record.asked)
    }

    /// The value that the option which is read was set to before.
    pub(super) fn set_before(&self) -> Option<&Value> {
        let row = self.option()?;
        self.was_set(row.level, row.number)
    }

    /// The number that the option was set to, and the one that is read.
    pub(super) fn set_and_read(&self) -> Option<(i64, i64)> {
        match (self.set_before()?, self.value()?) {
            (Value::Int(set), Value::Int(read)) => Some((i64::from(*set), i64::from(*read))),
            _ => None,
        }
    }

    /// Whether a receive or send timeout was set: 0 is none.
    pub(super) fn has_timeout(&self, number: i32) -> bool {
        matches!(self.was_set(libc::SOL_SOCKET, number), Some(Value::Duration(span)) if *span > Duration::ZERO)
    }

    /// How many bytes from this socket the peer had not read when it was closed.
    pub(super) fn unread_by_closed_peer(&self) -> Option<u64> {
        let peer = self.closed_peer()?;
        let until = closed_at(peer)?;
        let arrived = moved(self.world, self.socket?.id, until, Direction::Sent);
        let taken = moved(self.world, peer.id, until, Direction::Received);
        arrived.checked_sub(taken).filter(|unread| *unread > 0)
    }

    /// How many bytes from the peer this socket has not read.
    pub(super) fn unread_here(&self) -> Option<u64> {
        let sent = moved(self.world, self.peer()?.id, self.at, Direction::Sent);
        let taken = moved(self.world, self.socket?.id, self.at, Direction::Received);
        sent.checked_sub(taken).filter(|unread| *unread > 0)
    }

    /// How long the message was that the call took, where that is known.
    pub(super) fn message(&self) -> Option<u64> {
        if self.flags().contains(libc::MSG_TRUNC) {
            return self.count();
        }
        if self.kind()?.is_connected_kind() || self.record.unread_before == 0 {
            return self.message_of_peer();
        }
        Some(u64::from(self.record.unread_before))
    }

    /// The same by the calls of the peer: the other socket of a pair, or of a connection with records, is the only
    /// sender, and on AF_UNIX nothing is lost, so the first message sent is the first received.
    fn message_of_peer(&self) -> Option<u64> {
        let own = self.socket?;
        let alone = own.origin == Origin::Paired || own.kind() == Kind::Seqpacket;
        if !alone || own.domain != Domain::UNIX {
            return None;
        }
        let mut taken = transfers(self.world, own.id, self.at, Direction::Received)
            .take_while(|(record, _)| record.id() != self.record.id());
        let mut sent = transfers(
            self.world,
            self.peer()?.id,
            Stamp(u64::MAX),
            Direction::Sent,
        );
        loop {
            let (record, count) = sent.next()?;
            if moves_many(record) {
                return None;
            }
            match taken.next() {
                None => return Some(count),
                Some((record, _)) if moves_many(record) => return None,
                Some(_) => {}
            }
        }
    }

    /// Whether the peer, which is ours, was set to reset its connection by close().
    pub(super) fn peer_lingered_zero(&self) -> bool {
        self.closed_peer()
            .is_some_and(|peer| lingers_zero(self.world, peer.id, self.at))
    }

    /// Whether close() of this socket resets the connection.
    pub(super) fn lingers_zero(&self) -> bool {
        self.socket
            .is_some_and(|socket| lingers_zero(self.world, socket.id, self.at))
    }

    /// Another open descriptor of the same socket.
    pub(super) fn duplicate(&self) -> Option<&Socket> {
        let own = self.socket?;
        let source = root(self.world, own.id);
        self.world.sockets().find(|other| {
            other.id != own.id
                && root(self.world, other.id) == source
                && phase_at(other, self.at).is_some_and(|phase| phase != Phase::Closed)
        })
    }

    /// The transfer before this one on the same socket, if it succeeded after the peer had been closed.
    pub(super) fn sent_into_the_void(&self) -> bool {
        let Some(closed) = self.closed_peer().and_then(closed_at) else {
            return false;
        };
        self.earlier()
            .filter(|record| record.on().is_some() && record.on() == self.record.on())
            .any(|record| {
                record.asked >= closed && record.request.call.verb().sends() && succeeded(record)
            })
    }

    /// Whether an earlier unlink() removed the path, with nothing bound to it since.
    pub(super) fn was_unlinked(&self) -> bool {
        let Some(path) = self.address().filter(|address| address.path().is_some()) else {
            return false;
        };
        self.earlier()
            .filter(|record| succeeded(record))
            .find_map(|record| match &record.request.call {
                Call::Unlink { address } if address.place == Place::Literal(path.clone()) => {
                    Some(true)
                }
                Call::Bind { address, .. } if address.place == Place::Literal(path.clone()) => {
                    Some(false)
                }
                _ => None,
            })
            .unwrap_or(false)
    }
}

/// The socket of which a descriptor is a duplicate, in the end.
pub(super) fn root(world: &World, id: SocketId) -> SocketId {
    let mut id = id;
    while let Some(Origin::DuplicateOf(of)) = world.socket(id).map(|socket| socket.origin) {
        // A duplicate is younger than its original, so this ends.
        if of >= id {
            break;
        }
        id = of;
    }
    id
}

/// Whether any descriptor of the socket was open at a moment.
pub(super) fn family_is_open(world: &World, id: SocketId, at: Stamp) -> bool {
    let source = root(world, id);
    world.sockets().any(|socket| {
        root(world, socket.id) == source
            && phase_at(socket, at).is_some_and(|phase| phase != Phase::Closed)
    })
}

fn closed_at(socket: &Socket) -> Option<Stamp> {
    socket
        .path
        .iter()
        .rfind(|step| step.by.is_some_and(|row| row.cause == Cause::Close))
        .map(|step| step.at)
}

pub(super) fn is_on(world: &World, record: &Record, source: SocketId) -> bool {
    record.on().is_some_and(|on| root(world, on) == source)
}

pub(super) fn succeeded(record: &Record) -> bool {
    record
        .outcome()
        .is_some_and(|outcome| outcome.result.is_ok())
}

fn born_nonblocking(world: &World, id: SocketId) -> bool {
    let made = world
        .socket(id)
        .and_then(|socket| world.call(socket.made_by));
    made.is_some_and(|record| match record.request.call {
        Call::Socket { flags, .. }
        | Call::Socketpair { flags, .. }
        | Call::Accept { flags, .. } => nonblock(flags),
        _ => false,
    })
}

fn nonblock(flags: SockFlags) -> bool {
    flags.0 & libc::SOCK_NONBLOCK != 0
}

fn last_set(world: &World, id: SocketId, level: i32, number: i32, until: Stamp) -> Option<&Value> {
    let source = root(world, id);
    world
        .log()
        .iter()
        .rev()
        .filter(|record| record.asked < until)
        .filter(|record| is_on(world, record, source) && succeeded(record))
        .find_map(|record| match &record.request.call {
            Call::Setsockopt { option, value, .. }
                if option.level == level && option.number == number =>
            {
                Some(value)
            }
            _ => None,
        })
}

fn lingers_zero(world: &World, id: SocketId, until: Stamp) -> bool {
    matches!(
        last_set(world, id, libc::SOL_SOCKET, libc::SO_LINGER, until),
        Some(Value::Linger { on, seconds: 0 }) if *on != 0
    )
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Direction {
    Sent,
    Received,
}

/// How many bytes the calls on a socket moved until `until`. What MSG_PEEK showed is not moved.
fn moved(world: &World, id: SocketId, until: Stamp, direction: Direction) -> u64 {
    transfers(world, id, until, direction)
        .map(|(_, count)| count)
        .sum()
}

/// The calls that moved something until `until`, and how many bytes.
fn transfers(
    world: &World,
    id: SocketId,
    until: Stamp,
    direction: Direction,
) -> impl Iterator<Item = (&Record, u64)> {
    let source = root(world, id);
    world
        .log()
        .iter()
        .filter(move |record| is_on(world, record, source) && !peeks(record))
        .filter(
            move |record| matches!(record.progress, Progress::Returned { at, .. } if at <= until),
        )
        .filter(move |record| {
            let verb = record.request.call.verb();
            match direction {
                Direction::Sent => verb.sends(),
                Direction::Received => verb.receives(),
            }
        })
        .filter_map(|record| match record.outcome()?.result {
            Ok(Returned::Count(count) | Returned::Data { count, .. }) => Some((record, count)),
            _ => None,
        })
}

/// Whether a word of the playground stands for many calls.
fn moves_many(record: &Record) -> bool {
    !record.request.call.verb().is_system_call()
}

fn peeks(record: &Record) -> bool {
    match record.request.call {
        Call::Recv { flags, .. } | Call::Recvfrom { flags, .. } => flags.contains(libc::MSG_PEEK),
        _ => false,
    }
}
