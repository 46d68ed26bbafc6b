//! Other sockets of ours that decide the result of a call: a receiver with another peer, one that is gone, the
//! connection with the same addresses, the listener that has not accepted our connection.

use crate::call::outcome::Outcome;
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::Origin;
use crate::explain::context::Context;
use crate::explain::facts::conflicts::is_orphan_at;
use crate::explain::facts::descriptions::open_file_description;
use crate::explain::facts::history::{is_on, last_set};
use crate::socket::endpoint::equal;
use crate::socket::{Address, Domain, Errno, Kind, Phase};
use crate::world::{Handle, Record};

impl<'a> Context<'a> {
    /// The AF_UNIX datagram socket that was the target and is connected to another socket.
    pub(crate) fn connected_elsewhere(&self) -> Option<Handle<'a>> {
        let reached = if let CallKind::Connect = self.call_kind() {
            self.target()
        } else {
            self.other_end()
        };
        reached.filter(|other| {
            let is_taken = self.phase_of(*other).had_peer();
            other.domain() == Domain::UNIX && other.kind() == Kind::Datagram && is_taken
        })
    }

    /// The socket that it is connected to.
    pub(crate) fn connected_elsewhere_to(&self) -> Option<Handle<'a>> {
        self.about(self.connected_elsewhere()).peer()
    }

    /// Our closed socket that had the address to which this one is connected.
    pub(crate) fn gone_receiver(&self) -> Option<Handle<'a>> {
        let theirs = self.remote()?;
        self.others()
            .filter(|other| self.kind() == Some(other.kind()) && self.reaches(theirs, *other))
            .filter(|other| self.phase_of(*other) == Phase::Closed)
            .last()
    }

    /// Whether an earlier send() was refused, which ends the association of a datagram socket, and none was made since.
    pub(crate) fn was_refused(&self) -> bool {
        let file = self.record.on().and_then(|on| self.world.file_of(on));
        let Some(file) = file else {
            return false;
        };
        let log = self.world.log();
        let mut before = log.concerning_before(file, self.record.id());
        let decides = |record: &&Record| {
            let errno = record.outcome().and_then(Outcome::errno);
            let call_kind = record.request.call.call_kind();
            if let CallKind::Send | CallKind::Write = call_kind {
                is_refusal(errno)
            } else {
                call_kind == CallKind::Connect && errno.is_none()
            }
        };
        let last = before.find(decides);
        last.is_some_and(|record| record.request.call.call_kind() != CallKind::Connect)
    }

    /// Whether no call of the session has ever given the socket a peer.
    pub(crate) fn was_never_connected(&self) -> bool {
        let own = self.socket.filter(|own| own.origin() == Origin::Created);
        own.is_some_and(|own| own.path().all(|step| !step.phase.had_peer()))
    }

    /// The other connection between the addresses of this connect(), open or still in the kernel.
    pub(crate) fn same_pair_connection(&self) -> Option<Handle<'a>> {
        if let Some(user) = self.pair_user() {
            return self.ours(user);
        }
        let (ours, theirs) = (self.local()?, self.address()?);
        self.others().find(|other| {
            let is_alive = self.phase_of(*other) != Phase::Closed || is_orphan_at(*other, self.at);
            let has = |own: Option<&Address>, address| own.is_some_and(|own| equal(own, address));
            let is_same = has(other.local(), ours) && has(other.remote(), theirs);
            other.is_tcp() && is_same && is_alive
        })
    }

    /// Our listener in whose accept queue the connection waits: the other end was not accepted yet.
    pub(crate) fn its_listener(&self) -> Option<Handle<'a>> {
        let (ours, theirs) = (self.local()?, self.remote()?);
        if !self.is_tcp() || ours.is_unset() || self.peer().is_some() {
            return None;
        }
        let mut others = self.others().filter(|other| other.is_tcp());
        others.find(|other| {
            other.is_open()
                && self.phase_of(*other) == Phase::Listening
                && self.reaches(theirs, *other)
        })
    }

    /// Whether accept() on a listener returns a connection only once it has data (TCP_DEFER_ACCEPT).
    pub(crate) fn defers(&self, listener: Option<Handle<'_>>) -> bool {
        let (level, number) = (libc::IPPROTO_TCP, libc::TCP_DEFER_ACCEPT);
        let set = listener.and_then(|own| last_set(self.world, own.id(), level, number, self.at));
        matches!(set, Some(Value::Int(seconds)) if *seconds > 0)
    }

    /// Our client whose connection this listener has not accepted.
    pub(crate) fn unaccepted_client(&self) -> Option<Handle<'a>> {
        let own = self.socket?;
        self.others().find(|other| {
            let listener = self.about(Some(*other)).its_listener();
            other.is_open() && listener.is_some_and(|listener| listener.id() == own.id())
        })
    }

    /// The accept() that sleeps on the same listener and began before this one.
    pub(crate) fn accepts_before(&self) -> Option<&'a Record> {
        let source = open_file_description(self.world, self.socket?.id());
        let log = self.world.log();
        let place = log.place(self.record.id());
        let accepts = log.open(source).rev();
        let mut before = accepts.filter(|record| log.place(record.id()) < place);
        before.find(|record| {
            record.request.call.call_kind().accepts() && is_on(self.world, record, source)
        })
    }
}

fn is_refusal(errno: Option<Errno>) -> bool {
    errno.is_some_and(|errno| errno.0 == libc::ECONNREFUSED)
}
