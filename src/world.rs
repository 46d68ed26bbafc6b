//! The world: sockets, calls and names as they follow from the events so far.
//!
//! [`World::apply`] is the only way to change it and has no side effect, so a world can be rebuilt from its events,
//! up to any moment. [`resolve()`] turns the names of a command into numbers and addresses of this world.

pub mod captured;
pub(crate) mod epoll;
mod fold;
pub mod log;
mod names;
pub mod open_file;
pub mod orphan;
pub mod peer;
mod pending;
pub mod poll_sets;
pub mod process;
pub mod queues;
pub mod record;
pub mod resolve;
pub(crate) mod retransmits;
pub mod sequence;
pub mod socket;
pub mod state_history;
pub(crate) mod summary;
pub mod throughput;
pub(crate) mod transfers;
pub(crate) mod transitions;
pub(crate) mod zero_window;

use std::collections::{BTreeMap, HashMap};

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::value::Value;
use crate::call::{Call, Command};
use crate::event::{CallId, Cookie, DescriptorId, Timestamp};
use crate::socket::Address;
use crate::socket::endpoint::{LocalKey, PairKey, equal, local_key, pair_key};
use crate::world::log::Interner;
pub use crate::world::log::Log;
pub use crate::world::open_file::{OpenFile, OpenFileId};
pub use crate::world::orphan::{Orphan, OrphanState};
use crate::world::pending::Pending;
pub use crate::world::poll_sets::{Polled, Selected};
pub use crate::world::process::{Process, TableId};
use crate::world::record::Addresses;
pub use crate::world::record::{Progress, Record, SoFar};
pub use crate::world::resolve::{Unresolved, resolve};
pub use crate::world::retransmits::Retransmission;
pub use crate::world::socket::{EpollEntry, OptionSet, Readiness, Socket, Step};
pub use crate::world::state_history::StateVisit;
pub use crate::world::throughput::Throughput;

/// Everything that follows from the events so far.
#[derive(Debug, Clone, Default)]
pub struct World {
    sockets: BTreeMap<DescriptorId, Socket>,
    names: HashMap<Name, DescriptorId>,
    log: Log,
    shared: Shared,
    pending: Pending,
    processes: process::Processes,
    /// Every automatic name below this number has been used.
    automatic_from: u32,
    files: Vec<OpenFile>,
    by_cookie: HashMap<Cookie, DescriptorId>,
    by_pair: HashMap<PairKey, Vec<DescriptorId>>,
    by_local: HashMap<LocalKey, Vec<DescriptorId>>,
    captured_traffic: captured::CapturedTraffic,
    revision: u64,
}

/// What equal calls share.
#[derive(Debug, Clone, Default)]
struct Shared {
    commands: Interner<Command>,
    calls: Interner<Call>,
    outcomes: Interner<Outcome>,
    addresses: Interner<Addresses>,
}

impl World {
    /// How many events were taken in: what follows from two worlds of one session with the same revision is the same.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// All sockets in the order in which they were made, closed ones too.
    pub fn sockets(&self) -> impl DoubleEndedIterator<Item = &Socket> {
        self.sockets.values()
    }

    /// A socket.
    pub fn socket(&self, id: DescriptorId) -> Option<&Socket> {
        self.sockets.get(&id)
    }

    /// The socket that a name stands for, open or closed.
    pub fn named(&self, name: &Name) -> Option<&Socket> {
        self.socket(*self.names.get(name)?)
    }

    /// What was captured of the loopback.
    pub fn captured_traffic(&self) -> &captured::CapturedTraffic {
        &self.captured_traffic
    }

    /// The calls that were asked for, in that order.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Has the log keep so many calls at least, in place of [`log::KEPT`].
    pub fn set_log_bound(&mut self, calls: usize) {
        self.log.set_bound(calls);
    }

    /// One of them.
    pub fn call(&self, id: CallId) -> Option<&Record> {
        self.log.get(self.log.place(id)?)
    }

    /// The calls that concern a socket and were left behind while they were pending, oldest first: all but the first
    /// `from` of the session, each with its number.
    pub fn left_behind(
        &self,
        socket: DescriptorId,
        from: usize,
    ) -> impl Iterator<Item = (usize, &Record)> {
        self.log.left(self.root(socket), from)
    }

    /// The newest call on a socket, or with it in a set, that is of a kind.
    pub fn last_on(
        &self,
        socket: DescriptorId,
        is_wanted: impl Fn(&&Record) -> bool,
    ) -> Option<&Record> {
        self.log.concerning(self.root(socket)).rev().find(is_wanted)
    }

    /// The calls that were asked for and have not ended.
    pub fn pending(&self) -> impl Iterator<Item = &Record> {
        self.pending.all().filter_map(|id| self.call(id))
    }

    /// The calls on one socket that have not ended, oldest first.
    pub fn pending_on(&self, socket: DescriptorId) -> impl Iterator<Item = &Record> {
        self.pending.on(socket).filter_map(|id| self.call(id))
    }

    /// The calls that have not ended and are made on a socket, or wait for it in a set; oldest first.
    pub fn pending_with(&self, socket: DescriptorId) -> impl Iterator<Item = &Record> {
        self.pending.with(socket).filter_map(|id| self.call(id))
    }

    /// Whether a name is in use: by an open socket, or promised to a pending call.
    pub fn is_taken(&self, name: &Name) -> bool {
        self.named(name).is_some_and(Socket::is_open) || self.pending.promises(name)
    }

    /// The next name that the playground gives by itself.
    pub fn next_name(&self) -> Name {
        let used = |name: &Name| self.names.contains_key(name) || self.is_taken(name);
        let numbers = self.automatic_from.max(1)..;
        let free = numbers.map(Name::automatic).find(|name| !used(name));
        free.unwrap_or_else(|| Name::automatic(u32::MAX))
    }

    /// How an option was last set before a moment, through any descriptor of the socket.
    pub fn option_set(
        &self,
        id: DescriptorId,
        level: i32,
        number: i32,
        until: Timestamp,
    ) -> Option<&OptionSet> {
        let options = &self.socket(self.root(id))?.options;
        let mut set = options.iter().rev().filter(|set| set.at < until);
        set.find(|set| (set.level, set.number) == (level, number))
    }

    /// Whether IPV6_V6ONLY was set on a socket; without that it is off, unless the system says otherwise
    /// (net.ipv6.bindv6only).
    pub fn is_v6_only(&self, socket: &Socket) -> bool {
        let (level, number) = (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY);
        let value = self.option_set(socket.id, level, number, Timestamp(u64::MAX));
        matches!(value.map(|set| &set.value), Some(Value::Int(on)) if *on != 0)
    }

    /// Notes the addresses of a socket, by which its peer finds it.
    fn index_pair(&mut self, id: DescriptorId) {
        let Some(socket) = self.sockets.get(&id).filter(|socket| socket.is_tcp()) else {
            return;
        };
        let (Some(local), Some(remote)) = (&socket.local, &socket.peer) else {
            return;
        };
        if let Some(key) = pair_key(local, remote) {
            let there = self.by_pair.entry(key).or_default();
            if !there.contains(&id) {
                there.push(id);
            }
        }
    }

    /// Notes the local address of a socket.
    fn index_local(&mut self, id: DescriptorId) {
        let local = self
            .sockets
            .get(&id)
            .and_then(|socket| socket.local.as_ref());
        let Some(key) = local.and_then(local_key) else {
            return;
        };
        let there = self.by_local.entry(key).or_default();
        if let Err(at) = there.binary_search(&id) {
            there.insert(at, id);
        }
    }

    /// The sockets whose local address equals one, oldest first.
    pub(crate) fn at_address<'a>(
        &'a self,
        address: &'a Address,
    ) -> impl Iterator<Item = &'a Socket> {
        let there = local_key(address).and_then(|key| self.by_local.get(&key));
        let there = there.into_iter().flatten();
        there.filter_map(|id| self.socket(*id)).filter(|socket| {
            socket
                .local
                .as_ref()
                .is_some_and(|local| equal(local, address))
        })
    }

    /// The first other socket whose local address is `address`, when that tells more than the address does.
    pub fn socket_at(&self, address: &Address) -> Option<&Socket> {
        if address.is_unset() {
            return None;
        }
        let there = local_key(address).and_then(|key| self.by_local.get(&key));
        let mut there = there
            .into_iter()
            .flatten()
            .filter_map(|id| self.socket(*id));
        there.find(|socket| socket.local.as_ref() == Some(address))
    }

    /// `addr(x)` for an address that a socket of this world has.
    pub fn address_name(&self, address: &Address) -> Option<String> {
        self.socket_at(address)
            .map(|socket| format!("addr({})", socket.name))
    }
}

#[cfg(test)]
mod tests;
