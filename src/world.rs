//! The world: sockets, calls and names as they follow from the events so far.
//!
//! [`World::apply`] is the only way to change it and has no side effect, so a world can be rebuilt from its events,
//! up to any moment. [`resolve()`] turns the names of a command into numbers and addresses of this world.

mod automatic_names;
pub mod captured;
pub mod claim;
pub mod closed;
pub mod descriptor;
pub(crate) mod epoll;
pub mod facts;
mod fold;
pub mod handle;
pub mod history;
pub mod known_names;
pub mod log;
mod names;
mod numbered;
pub mod open_file;
pub mod opening;
pub mod orphan;
pub mod outdated;
mod own_end;
pub mod peer;
mod pending;
mod pieces;
pub mod poll_sets;
pub mod process;
mod process_tree;
pub mod queues;
pub mod record;
pub mod resolve;
pub(crate) mod retransmits;
pub mod sequence;
pub mod socket;
mod state_changes;
pub mod state_history;
pub(crate) mod summary;
pub mod throughput;
pub(crate) mod transfers;
pub(crate) mod transitions;
mod unix_peer;
pub(crate) mod zero_window;

use std::sync::Arc;

use imbl::{HashMap, OrdMap, OrdSet, Vector};

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::{Call, Command};
use crate::event::{CallId, Cookie, DescriptorId, Timestamp};
use crate::socket::Address;
use crate::socket::endpoint::{LocalKey, PairKey, equal, local_key, pair_key};
pub use crate::world::descriptor::Descriptor;
pub use crate::world::epoll::{Epoll, EpollEntry, Readiness};
pub use crate::world::facts::Facts;
pub use crate::world::handle::Handle;
pub use crate::world::log::Log;
use crate::world::log::{Category, Interner};
use crate::world::numbered::Numbered;
pub use crate::world::open_file::{Object, OpenFile, OpenFileId, OtherFile};
pub use crate::world::opening::Opening;
pub use crate::world::orphan::{Orphan, OrphanState};
pub use crate::world::outdated::AsOf;
use crate::world::pending::Pending;
pub use crate::world::poll_sets::{Polled, Selected};
pub use crate::world::process::{Process, TableId};
use crate::world::record::Addresses;
pub use crate::world::record::{Progress, Record, SoFar};
pub use crate::world::resolve::{Unresolved, resolve};
pub use crate::world::retransmits::Retransmission;
pub use crate::world::socket::{OptionSet, Socket, SocketId, Step};
pub use crate::world::state_changes::{State, StateChange};
pub use crate::world::state_history::StateVisit;
pub use crate::world::throughput::Throughput;

/// Everything that follows from the events so far. A copy takes microseconds, however much there is: it shares what
/// neither changes.
#[derive(Debug, Clone, Default)]
pub struct World {
    descriptors: OrdMap<DescriptorId, Arc<Descriptor>>,
    files: Numbered<OpenFile>,
    sockets: Numbered<Socket>,
    /// The descriptors that were closed and are kept, oldest first.
    closed: Vector<DescriptorId>,
    /// The descriptors that have a name, closed ones too, in the order in which they got it.
    names: HashMap<Name, Vec<DescriptorId>>,
    log: Log,
    shared: Shared,
    pending: Pending,
    failures: facts::Failures,
    processes: process::Processes,
    automatic: automatic_names::AutomaticNames,
    /// The open file descriptions of epoll instances.
    epolls: Vector<OpenFileId>,
    by_cookie: HashMap<Cookie, SocketId>,
    by_inode: HashMap<u32, SocketId>,
    by_pair: HashMap<PairKey, Vec<SocketId>>,
    by_local: HashMap<LocalKey, OrdSet<SocketId>>,
    captured_traffic: captured::CapturedTraffic,
    revision: u64,
}

/// Values that equal calls share.
#[derive(Debug, Clone, Default)]
struct Shared {
    commands: Interner<Command>,
    calls: Interner<Call>,
    outcomes: Interner<Outcome>,
    addresses: Interner<Addresses>,
    facts: Interner<Facts>,
}

impl World {
    /// The number of events folded in. Two worlds of one session with the same revision are equal.
    pub fn revision(&self) -> u64 {
        self.revision
    }

    /// The descriptor with a name, open or closed.
    pub fn named(&self, name: &Name) -> Option<Handle<'_>> {
        self.descriptor(*self.names.get(name)?.last()?)
    }

    /// The descriptor that had a name at a moment.
    pub(crate) fn named_at(&self, name: &Name, at: Timestamp) -> Option<Handle<'_>> {
        let all = self.names.get(name)?.iter().rev();
        let mut all = all.filter_map(|id| self.descriptor(*id));
        all.find(|own| own.created() <= at)
    }

    /// The captured segments.
    pub fn captured_traffic(&self) -> &captured::CapturedTraffic {
        &self.captured_traffic
    }

    /// The calls in the order in which they were requested.
    pub fn log(&self) -> &Log {
        &self.log
    }

    /// Sets the least number of calls that the log keeps, in place of [`log::KEPT`].
    pub fn set_log_bound(&mut self, calls: usize) {
        self.log.set_bound(calls);
    }

    /// A call of the log.
    pub fn call(&self, id: CallId) -> Option<&Record> {
        self.log.get(self.log.place(id)?)
    }

    /// The calls that concern a socket and that the script left pending, oldest first, without the first `from` of
    /// them, each with its number.
    pub fn left_behind(
        &self,
        descriptor: DescriptorId,
        from: usize,
    ) -> impl Iterator<Item = (usize, &Record)> {
        let file = self.file_of(descriptor).into_iter();
        file.flat_map(move |file| self.log.left(file, from))
    }

    /// The newest call on a socket, or with it in a set, that satisfies a condition.
    pub fn last_on(
        &self,
        descriptor: DescriptorId,
        is_wanted: impl Fn(&&Record) -> bool,
    ) -> Option<&Record> {
        self.concerning(descriptor).rev().find(is_wanted)
    }

    /// The calls that were requested and have not ended.
    pub fn pending(&self) -> impl Iterator<Item = &Record> {
        self.calls(self.pending.all())
    }

    /// Calls by their numbers. A word that waits for another call is none of them.
    fn calls(&self, all: impl Iterator<Item = CallId>) -> impl Iterator<Item = &Record> {
        let all = all.filter_map(|id| self.call(id));
        all.filter(|record| !record.call().call_kind().collects())
    }

    /// The calls on one socket that have not ended, oldest first.
    pub fn pending_on(&self, socket: DescriptorId) -> impl Iterator<Item = &Record> {
        self.calls(self.pending.on(socket))
    }

    /// The calls that have not ended and are made on a socket, or wait for it in a set; oldest first.
    pub fn pending_with(&self, socket: DescriptorId) -> impl Iterator<Item = &Record> {
        self.calls(self.pending.with(socket))
    }

    /// Whether a name is in use: by an open socket, or promised to a pending call.
    pub fn is_taken(&self, name: &Name) -> bool {
        let is_child = self.child(name).is_some_and(|own| !own.is_reaped);
        is_child || self.named(name).is_some_and(Handle::is_open) || self.pending.promises(name)
    }

    /// The next name that sockplay chooses by itself.
    pub fn next_name(&self) -> Name {
        let used = |name: &Name| self.names.contains_key(name) || self.is_taken(name);
        let numbers = self.automatic.numbers();
        let free = numbers.map(Name::automatic).find(|name| !used(name));
        free.unwrap_or_else(|| Name::automatic(u32::MAX))
    }

    /// The last setting of an option before a moment, through any descriptor of the socket.
    pub fn option_set(
        &self,
        id: DescriptorId,
        level: i32,
        number: i32,
        until: Timestamp,
    ) -> Option<&OptionSet> {
        self.socket_of(id)?.option_set(level, number, until)
    }

    /// The calls that concern the open file description of a descriptor, oldest first.
    pub(crate) fn concerning(
        &self,
        descriptor: DescriptorId,
    ) -> impl DoubleEndedIterator<Item = &Record> {
        let file = self.file_of(descriptor).into_iter();
        file.flat_map(|file| self.log.concerning(file))
    }

    /// Those in a category, oldest first.
    pub(crate) fn in_category(
        &self,
        descriptor: DescriptorId,
        category: Category,
    ) -> impl DoubleEndedIterator<Item = &Record> {
        let file = self.file_of(descriptor).into_iter();
        file.flat_map(move |file| self.log.in_category(file, category))
    }

    /// Indexes a socket by its two addresses, so that its peer can be found.
    fn index_pair(&mut self, id: SocketId) {
        let Some(socket) = self.socket(id).filter(|socket| socket.is_tcp()) else {
            return;
        };
        let (Some(local), Some(remote)) = (&socket.local, &socket.remote) else {
            return;
        };
        if let Some(key) = pair_key(local, remote) {
            let there = self.by_pair.entry(key).or_default();
            if !there.contains(&id) {
                there.push(id);
            }
        }
    }

    /// Indexes a socket by its local address.
    fn index_local(&mut self, id: SocketId) {
        let local = self.socket(id).and_then(|socket| socket.local.as_ref());
        let Some(key) = local.and_then(local_key) else {
            return;
        };
        self.by_local.entry(key).or_default().insert(id);
    }

    /// The sockets that have or had this local address or one with the same key, oldest first.
    fn near_address(&self, address: &Address) -> impl Iterator<Item = &Socket> {
        let there = local_key(address).and_then(|key| self.by_local.get(&key));
        let there = there.into_iter().flatten();
        there.filter_map(|id| self.socket(*id))
    }

    /// The sockets whose local address equals one, oldest first.
    pub(crate) fn at_address<'a>(
        &'a self,
        address: &'a Address,
    ) -> impl Iterator<Item = &'a Socket> {
        let is_there = |local: &Address| equal(local, address);
        let near = self.near_address(address);
        near.filter(move |socket| socket.local.as_ref().is_some_and(is_there))
    }

    /// The first socket with a local address; `None` for an unset address, which identifies no socket.
    pub fn socket_at(&self, address: &Address) -> Option<Handle<'_>> {
        if address.is_unset() {
            return None;
        }
        let mut near = self.near_address(address);
        let found = near.find(|socket| socket.local.as_ref() == Some(address))?;
        self.through_descriptor(found)
    }

    /// `addr(x)` for an address that a socket of this world has.
    pub fn address_name(&self, address: &Address) -> Option<String> {
        self.socket_at(address)
            .map(|socket| format!("addr({})", socket.name()))
    }
}

#[cfg(test)]
mod tests;
