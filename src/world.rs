//! The world: sockets, calls and names as they follow from the events so far.
//!
//! [`World::apply`] is the only way to change it and has no side effect, so a world can be rebuilt from its events,
//! up to any moment. [`resolve()`] turns the names of a command into numbers and addresses of this world.

pub mod captured;
pub(crate) mod epoll;
mod fold;
mod names;
pub mod orphan;
pub mod poll_sets;
pub mod queues;
pub mod record;
pub mod resolve;
pub(crate) mod retransmits;
pub mod sequence;
pub mod socket;
pub mod state_history;
pub(crate) mod summary;
pub mod throughput;
pub(crate) mod transitions;
pub(crate) mod zero_window;

use std::collections::{BTreeMap, HashMap};

use crate::call::argument::Name;
use crate::event::{CallId, Origin, SocketId};
use crate::socket::Address;
pub use crate::world::orphan::{Orphan, OrphanState};
pub use crate::world::poll_sets::{Polled, Selected};
pub use crate::world::record::{Progress, Record};
pub use crate::world::resolve::{Unresolved, resolve};
pub use crate::world::retransmits::Retransmission;
pub use crate::world::socket::{EpollEntry, Readiness, Socket, Step};
pub use crate::world::state_history::StateVisit;
pub use crate::world::throughput::Throughput;

/// Everything that follows from the events so far.
#[derive(Debug, Clone, Default)]
pub struct World {
    sockets: BTreeMap<SocketId, Socket>,
    names: HashMap<Name, SocketId>,
    log: Vec<Record>,
    by_id: HashMap<CallId, usize>,
    pending: Vec<CallId>,
    captured_traffic: captured::CapturedTraffic,
}

impl World {
    /// All sockets in the order in which they were made, closed ones too.
    pub fn sockets(&self) -> impl DoubleEndedIterator<Item = &Socket> {
        self.sockets.values()
    }

    /// A socket.
    pub fn socket(&self, id: SocketId) -> Option<&Socket> {
        self.sockets.get(&id)
    }

    /// The socket that a name stands for, open or closed.
    pub fn named(&self, name: &Name) -> Option<&Socket> {
        self.socket(*self.names.get(name)?)
    }

    /// The open socket that has a descriptor number.
    pub fn with_fd(&self, fd: i32) -> Option<&Socket> {
        self.sockets()
            .find(|socket| socket.fd == fd && socket.is_open())
    }

    /// What was captured of the loopback.
    pub fn captured_traffic(&self) -> &captured::CapturedTraffic {
        &self.captured_traffic
    }

    /// Every call that was asked for, in that order.
    pub fn log(&self) -> &[Record] {
        &self.log
    }

    /// One of them.
    pub fn call(&self, id: CallId) -> Option<&Record> {
        self.log.get(*self.by_id.get(&id)?)
    }

    /// The calls that were asked for and have not ended.
    pub fn pending(&self) -> impl Iterator<Item = &Record> {
        self.pending.iter().filter_map(|id| self.call(*id))
    }

    /// The calls on one socket that have not ended, oldest first.
    pub fn pending_on(&self, socket: SocketId) -> impl Iterator<Item = &Record> {
        self.pending()
            .filter(move |record| record.on() == Some(socket))
    }

    /// The calls that have not ended and are made on a socket, or wait for it in a set; oldest first.
    pub fn pending_with(&self, socket: SocketId) -> impl Iterator<Item = &Record> {
        self.pending().filter(move |record| record.concerns(socket))
    }

    /// Whether a name is in use: by an open socket, or promised to a pending call.
    pub fn is_taken(&self, name: &Name) -> bool {
        self.named(name).is_some_and(Socket::is_open)
            || self
                .pending()
                .any(|record| record.request.command.targets.contains(name))
    }

    /// The next name that the playground gives by itself.
    pub fn next_name(&self) -> Name {
        let used = |name: &Name| self.names.contains_key(name) || self.is_taken(name);
        let mut n = 1;
        while used(&Name::automatic(n)) {
            n += 1;
        }
        Name::automatic(n)
    }

    /// The socket of which a descriptor is a duplicate, in the end: by dup().
    pub fn root(&self, id: SocketId) -> SocketId {
        self.open_file_description_by(id, |_, _| None)
    }

    /// The same, where some that came with messages are known to be duplicates too: `carried` is asked of each, with the
    /// socket that it was received on.
    pub fn open_file_description_by(
        &self,
        id: SocketId,
        carried: impl Fn(&Socket, SocketId) -> Option<SocketId>,
    ) -> SocketId {
        let mut id = id;
        while let Some(socket) = self.socket(id) {
            let of = match socket.origin {
                Origin::DuplicateOf(of) => Some(of),
                Origin::ReceivedOn(via) => carried(socket, via),
                _ => None,
            };
            // A duplicate is younger than its original, so this ends.
            match of.filter(|of| *of < id) {
                Some(of) => id = of,
                None => break,
            }
        }
        id
    }

    /// The first other socket whose local address is `address`, when that tells more than the address does.
    pub fn socket_at(&self, address: &Address) -> Option<&Socket> {
        if address.is_unset() {
            return None;
        }
        self.sockets()
            .find(|socket| socket.local.as_ref() == Some(address))
    }

    /// `addr(x)` for an address that a socket of this world has.
    pub fn address_name(&self, address: &Address) -> Option<String> {
        self.socket_at(address)
            .map(|socket| format!("addr({})", socket.name))
    }
}

#[cfg(test)]
mod tests;
