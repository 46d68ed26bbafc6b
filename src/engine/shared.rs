//! What all threads of an engine share: the clock, the table of sockets, the pending calls, the paths that were bound.

use std::collections::{HashMap, HashSet, VecDeque};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use crate::call::argument::Name;
use crate::engine::bound::BoundPaths;
use crate::engine::child::{Child, Forked};
use crate::engine::child_wake::ChildWake;
use crate::engine::control::Control;
use crate::engine::endpoints::EndpointQueue;
pub(crate) use crate::engine::entry::Entry;
use crate::engine::inbox::IoThread;
use crate::engine::io_threads::IoThreads;
use crate::engine::reports::Reports;
use crate::engine::watch_queue::WatchQueue;
use crate::event::{
    CallId, DescriptorId, Event, EventKind, Identity, Observation, Request, Timestamp,
};
use crate::kernel::capture::Ports;
use crate::kernel::holder::Sockets;
use crate::kernel::observe::ProbeTarget;
use crate::kernel::sampler::Sampler;
use crate::socket::{Address, Kind};

/// The calls that the engine asks for by itself have ids from here on; no person types so many.
const OWN_CALLS: u64 = CallId::FIRST_WITHOUT_LINE;

/// The calls of traced programs have ids from here on.
const TRACED_CALLS: u64 = 1 << 50;

/// What else a probe of a socket is to report.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct ProbeOptions {
    /// Its addresses.
    pub(crate) addresses: bool,
    /// Whether a connection of records has ended, after a call that read nothing.
    pub(crate) end: bool,
}

#[derive(Debug)]
pub(crate) struct Shared {
    reports: Reports,
    clock: Instant,
    pub(crate) sampler: Sampler,
    /// Where the watcher takes its work from.
    pub(crate) watch_queue: Arc<WatchQueue>,
    /// Where both ends of a connection are asked for.
    pub(crate) endpoints: Arc<EndpointQueue>,
    sockets: Mutex<HashMap<DescriptorId, Entry>>,
    /// Those of them that were closed, oldest first.
    closed: Mutex<VecDeque<DescriptorId>>,
    /// The calls that have not ended, to be cancelled.
    controls: Mutex<HashMap<CallId, Arc<Control>>>,
    next_id: AtomicU32,
    /// The next call that the engine asks for by itself.
    next_call: AtomicU64,
    /// The next call of a traced program.
    next_traced: AtomicU64,
    /// How many connections serve() has accepted on a listener of this name.
    served: Mutex<HashMap<Name, u64>>,
    /// Whether results are explained that were expected, too.
    explains_all: AtomicBool,
    /// The folder that confined calls may use.
    folder: Mutex<Option<PathBuf>>,
    /// The inodes of the sockets that this process had before the session.
    before: HashSet<u32>,
    /// The inodes of connections that accept() gave.
    accepted: Mutex<HashSet<u64>>,
    /// The children that were not waited for, by their numbers.
    children: Mutex<HashMap<i32, Arc<Child>>>,
    /// Wakes the thread that asks for what only they have.
    pub(crate) child_wake: ChildWake,
    /// Those that have just been made and are not reported yet.
    forked: Mutex<HashMap<i32, Forked>>,
    /// The files that bind() created.
    pub(crate) bound: BoundPaths,
    /// The ports whose segments are captured.
    pub(crate) ports: Ports,
    /// The threads that make calls.
    pub(crate) io_threads: Arc<IoThreads>,
}

/// The present moment on a clock that began at `clock`.
pub(crate) fn timestamp(clock: Instant) -> Timestamp {
    Timestamp(u64::try_from(clock.elapsed().as_nanos()).unwrap_or(u64::MAX))
}

impl Shared {
    /// When the clock began.
    pub(crate) fn clock(&self) -> Instant {
        self.clock
    }

    pub(crate) fn new(
        reports: Reports,
        clock: Instant,
        sampler: Sampler,
        watch_queue: Arc<WatchQueue>,
        endpoints: Arc<EndpointQueue>,
        before: HashSet<u32>,
    ) -> Self {
        Self {
            reports,
            clock,
            sampler,
            watch_queue,
            endpoints,
            sockets: Mutex::default(),
            closed: Mutex::default(),
            controls: Mutex::default(),
            next_id: AtomicU32::new(1),
            next_call: AtomicU64::new(OWN_CALLS),
            next_traced: AtomicU64::new(TRACED_CALLS),
            served: Mutex::default(),
            explains_all: AtomicBool::new(true),
            folder: Mutex::default(),
            before,
            accepted: Mutex::default(),
            children: Mutex::default(),
            child_wake: ChildWake::default(),
            forked: Mutex::default(),
            bound: BoundPaths::default(),
            ports: Ports::default(),
            io_threads: Arc::default(),
        }
    }

    /// The number of the next connection that serve() accepts on a listener of this name; none comes twice.
    pub(crate) fn next_served(&self, listener: &Name) -> u64 {
        let mut served = self.served.lock().unwrap_or_else(PoisonError::into_inner);
        let count = served.entry(listener.clone()).or_default();
        *count += 1;
        *count
    }

    /// The folder that confined calls may use; without one they may use none.
    pub(crate) fn folder(&self) -> Option<PathBuf> {
        let folder = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        folder.clone()
    }

    /// Confined calls may use this folder from now on.
    pub(crate) fn confine_to(&self, folder: &Path) {
        let mut own = self.folder.lock().unwrap_or_else(PoisonError::into_inner);
        *own = Some(folder.to_owned());
    }

    /// Remembers that accept() gave a connection: whoever is at its other end has come by itself.
    pub(crate) fn note_accepted(&self, fd: i32) {
        if let Some(inode) = crate::sys::asked::inode(fd) {
            let mut accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
            accepted.insert(inode);
        }
    }

    /// Whether accept() gave the socket of this inode.
    pub(crate) fn is_accepted(&self, inode: u64) -> bool {
        let accepted = self.accepted.lock().unwrap_or_else(PoisonError::into_inner);
        accepted.contains(&inode)
    }

    /// The children that were not waited for, by their numbers.
    pub(crate) fn children(&self) -> MutexGuard<'_, HashMap<i32, Arc<Child>>> {
        self.children.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Keeps a child that has just been made until it is reported.
    pub(crate) fn note_forked(&self, forked: Forked) {
        let mut all = self.forked.lock().unwrap_or_else(PoisonError::into_inner);
        all.insert(forked.0.pid(), forked);
    }

    /// Takes it.
    pub(crate) fn take_forked(&self, pid: i32) -> Option<Forked> {
        let mut all = self.forked.lock().unwrap_or_else(PoisonError::into_inner);
        all.remove(&pid)
    }

    /// All sockets of the session.
    pub(crate) fn own_sockets(&self) -> Sockets {
        let mut known: HashSet<u32> = {
            let sockets = self.sockets();
            let inodes = sockets.values().filter_map(|entry| entry.identity.inode);
            inodes.collect()
        };
        for child in self.children().values() {
            let descriptors = child.descriptors();
            known.extend(
                descriptors
                    .values()
                    .filter_map(|entry| entry.identity.inode),
            );
        }
        Sockets {
            known,
            before: self.before.clone(),
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        timestamp(self.clock)
    }

    /// Reports something that happens now.
    pub(crate) fn emit(&self, what: EventKind) {
        self.emit_at(self.now(), what);
    }

    /// Something that happens now.
    pub(crate) fn event(&self, what: EventKind) -> Event {
        Event::new(self.now(), what)
    }

    /// Reports something that happened at `at`. Waits while the channel is full, but not once the engine is closing.
    pub(crate) fn emit_at(&self, at: Timestamp, what: EventKind) {
        self.send(Event::new(at, what));
    }

    /// The same of an event that is there already.
    pub(crate) fn send(&self, event: Event) {
        self.pass(event);
    }

    /// The same; gives false when nobody will read it.
    pub(crate) fn pass(&self, event: Event) -> bool {
        self.reports.send(event)
    }

    /// From now on nobody waits to report anything.
    pub(crate) fn close_reports(&self) {
        self.reports.close();
    }

    pub(crate) fn sockets(&self) -> MutexGuard<'_, HashMap<DescriptorId, Entry>> {
        self.sockets.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A copy of what is known of a socket.
    pub(crate) fn entry(&self, id: DescriptorId) -> Option<Entry> {
        self.sockets().get(&id).cloned()
    }

    pub(crate) fn controls(&self) -> MutexGuard<'_, HashMap<CallId, Arc<Control>>> {
        self.controls.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The control of a call that is about to be made.
    pub(crate) fn control(&self, request: &Request) -> Arc<Control> {
        let control = Arc::new(Control::new(request.id, request.on, self.now()));
        self.controls().insert(request.id, Arc::clone(&control));
        control
    }

    /// The id of a call that nobody typed.
    pub(crate) fn own_call(&self) -> CallId {
        CallId(self.next_call.fetch_add(1, Ordering::Relaxed))
    }

    /// The id of a call of a traced program.
    pub(crate) fn traced_call(&self) -> CallId {
        CallId(self.next_traced.fetch_add(1, Ordering::Relaxed))
    }

    /// The id of a new descriptor.
    pub(crate) fn new_descriptor(&self) -> DescriptorId {
        DescriptorId(self.next_id.fetch_add(1, Ordering::Relaxed))
    }

    /// Whether results are explained that were expected, too.
    pub(crate) fn explains_all(&self) -> bool {
        self.explains_all.load(Ordering::Relaxed)
    }

    /// From now on only results that were not expected are explained.
    pub(crate) fn explain_the_unexpected_only(&self) {
        self.explains_all.store(false, Ordering::Relaxed);
    }

    /// Whether a call is one that nobody typed.
    pub(crate) fn is_own_call(&self, call: CallId) -> bool {
        (OWN_CALLS..OWN_CALLS << 1).contains(&call.0)
    }

    /// Probes the epoll instances, since something happened to a socket that they may watch.
    pub(crate) fn probe_epolls(&self, at: Timestamp) {
        self.sampler.probe_epolls(&mut |socket, seen| {
            self.emit_at(
                at,
                EventKind::Observed {
                    descriptor: socket,
                    seen,
                },
            );
        });
    }

    /// Takes a new socket in and begins to watch it.
    pub(crate) fn adopt(
        &self,
        target: ProbeTarget,
        name: Option<Name>,
        thread: Option<IoThread>,
    ) -> (DescriptorId, Identity) {
        let id = self.new_descriptor();
        let identity = crate::kernel::observe::identity(&target);
        let target = ProbeTarget {
            closely: self.endpoints.is_on(),
            ..target
        };
        let entry = Entry::new(target, identity, name, thread);
        self.sockets().insert(id, entry);
        self.endpoints.adopt(id, &target, identity);
        self.sampler.watch(id, target);
        (id, identity)
    }

    /// The open epoll instances, each by this process and its number.
    pub(crate) fn epolls(&self) -> Vec<(i32, i32)> {
        let pid = std::process::id().cast_signed();
        let sockets = self.sockets();
        let is_open = |entry: &&Entry| entry.open && entry.target.kind == Kind::Epoll;
        let all = sockets.values().filter(is_open);
        all.map(|entry| (pid, entry.target.fd)).collect()
    }

    /// An open descriptor of the same open file description, for what is not a socket: those have no identity.
    pub(crate) fn same_file(&self, target: &ProbeTarget) -> Option<DescriptorId> {
        let is_same = |entry: &Entry| {
            entry.open
                && entry.target.kind == target.kind
                && crate::sys::descriptor::is_same_file(entry.target.fd, target.fd) == Some(true)
        };
        if target.kind.is_socket() {
            return None;
        }
        let sockets = self.sockets();
        let found = sockets.iter().find(|(_, entry)| is_same(entry));
        found.map(|(id, _)| *id)
    }

    /// Probes a socket and reports what is observed.
    pub(crate) fn probe(
        &self,
        id: DescriptorId,
        target: &ProbeTarget,
        probe_options: ProbeOptions,
        at: Timestamp,
    ) -> Observation {
        self.sampler
            .probe(id, target, probe_options.addresses, |seen| {
                self.mark(seen);
                if let Some(entry) = self.sockets().get_mut(&id) {
                    entry.note_addresses(seen);
                }
                self.endpoints.happened(id, Some(seen));
                let seen = Observation {
                    hung_up: probe_options.end && crate::kernel::observe::hung_up(target),
                    ..seen.clone()
                };
                self.emit_at(
                    at,
                    EventKind::Observed {
                        descriptor: id,
                        seen,
                    },
                );
            })
    }

    /// Lets the segments of a socket be captured.
    pub(crate) fn mark(&self, seen: &Observation) {
        let port = |address: &Option<Address>| address.as_ref().and_then(Address::port);
        match (port(&seen.local), port(&seen.peer)) {
            (Some(local), Some(peer)) => self.ports.mark_one_of(local, peer),
            (Some(local), None) => self.ports.mark(local),
            (None, _) => {}
        }
    }

    /// Notes that a descriptor was closed; its thread ends with its present job.
    pub(crate) fn release(&self, id: DescriptorId) {
        {
            let mut sockets = self.sockets();
            if let Some(entry) = sockets.get_mut(&id) {
                entry.open = false;
                entry.thread = None;
            }
            let mut closed = self.closed.lock().unwrap_or_else(PoisonError::into_inner);
            closed.push_back(id);
            if closed.len() > crate::world::closed::KEPT_CLOSED
                && let Some(oldest) = closed.pop_front()
            {
                sockets.remove(&oldest);
            }
        }
        self.endpoints.closed(id);
    }

    /// Whether a number is the descriptor of an open socket of the playground.
    pub(crate) fn has_fd(&self, fd: i32) -> bool {
        self.sockets()
            .values()
            .any(|entry| entry.open && entry.target.fd == fd)
    }

    /// Whether an open socket was created with a name.
    pub(crate) fn is_named(&self, name: &Name) -> bool {
        self.sockets()
            .values()
            .any(|entry| entry.open && entry.is_named(name))
    }

    /// Closes every descriptor that is still open and lets the threads end. Waits for no close(2).
    pub(crate) fn close_all(&self) {
        let open: Vec<ProbeTarget> = {
            let mut sockets = self.sockets();
            let open = sockets.values().filter(|entry| entry.open);
            let open = open.map(|entry| entry.target).collect();
            for entry in sockets.values_mut() {
                entry.open = false;
                entry.thread = None;
            }
            open
        };
        open.iter().for_each(crate::engine::closer::close);
    }
}
