//! Both ends of every connection, as the kernel's own table has them: one thread that probes after something happened.
//!
//! It probes some milliseconds after a call or an event of a socket, then a few times more and less and less often, and
//! sleeps until a [`DeadlineTimer`] expires. It goes on, once a second and then less often, only while something can change
//! that causes no event at our end: an orphan, a timer that runs, a peer of another program, a listener with handshakes
//! under way or a full queue. Connections between sockets of ours, and what is not connected, cost nothing at rest. It has a descriptor
//! table of its own, because it opens files under /proc while people close and reuse numbers.

pub(crate) mod probe;
pub(crate) mod tracked;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::os::fd::BorrowedFd;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::engine::deadline_timer::DeadlineTimer;
use crate::engine::endpoints::probe::Prober;
use crate::engine::endpoints::tracked::{Ours, TrackedSocket};
use crate::engine::join_deadline::JoinDeadline;
use crate::event::{DescriptorId, End, Endpoints, Identity, Observation};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::sampler::Done;
use crate::socket::{Address, TcpState};

/// How long after something happened the first probe is; it observes what happens meanwhile, too.
const FIRST: Duration = Duration::from_millis(3);
/// The least time between two rounds, and after one that went through /proc.
const REST: Duration = Duration::from_millis(20);
const LONG_REST: Duration = Duration::from_millis(200);
/// The least time between two probes of listeners, each of which is a dump of the kernel's table.
const DUMP_REST: Duration = Duration::from_millis(200);

/// Takes what was observed; gives false when nobody reads the reports any more.
pub(crate) type Report = Box<dyn Fn(DescriptorId, Endpoints) -> bool + Send>;

/// Where the sockets are handed in.
#[derive(Debug)]
pub(crate) struct EndpointQueue {
    /// Whether the thread runs.
    is_on: AtomicBool,
    work: Mutex<Work>,
    timer: DeadlineTimer,
    /// Set when the thread is to end. It also ends a probe that is under way, which may walk through all of /proc.
    stop: AtomicBool,
}

#[derive(Debug, Default)]
struct Work {
    known: HashMap<DescriptorId, TrackedSocket>,
    /// Before this moment there is no further round.
    rests_until: Option<Instant>,
    /// Before this moment no listener is probed.
    dumps_from: Option<Instant>,
    /// When the timer expires; `None` while it is stopped.
    expires: Option<Instant>,
    /// Those who want all connections probed now; dropped when that was done.
    all: Vec<Sender<Done>>,
}

impl EndpointQueue {
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            is_on: AtomicBool::new(false),
            work: Mutex::default(),
            timer: DeadlineTimer::new()?,
            stop: AtomicBool::new(false),
        })
    }

    /// Whether both ends are probed, since a screen shows them.
    pub(crate) fn is_on(&self) -> bool {
        self.is_on.load(Ordering::Relaxed)
    }

    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The timer that wakes the thread.
    pub(crate) fn timer(&self) -> BorrowedFd<'_> {
        self.timer.fd()
    }

    /// Takes in a new socket, where it is of a kind that has another end.
    pub(crate) fn adopt(&self, id: DescriptorId, target: &ProbeTarget, identity: Identity) {
        if !self.is_on.load(Ordering::Relaxed) {
            return;
        }
        if let Some(known) = TrackedSocket::of(target, identity) {
            self.lock().known.insert(id, known);
        }
    }

    /// Has both ends of every connection probed now. The channel is closed when all that is new is reported; at once,
    /// where the thread does not run.
    pub(crate) fn probe_all(&self) -> Receiver<Done> {
        let (wants, is_done) = bounded(0);
        if self.is_on.load(Ordering::Relaxed) {
            let mut work = self.lock();
            work.all.push(wants);
            work.expires = Some(Instant::now());
            self.timer.expire_in(Duration::ZERO);
        }
        is_done
    }

    /// Something happened to a socket; its addresses are among what was observed where they may be new.
    pub(crate) fn happened(&self, id: DescriptorId, seen: Option<&Observation>) {
        self.change(id, |known| {
            if let Some(seen) = seen {
                known.learn(seen);
            }
            known.has_endpoints()
        });
    }

    /// A connect() is about to be made, or, without an address, has failed.
    pub(crate) fn connects(&self, id: DescriptorId, to: Option<&Address>) {
        self.change(id, |known| {
            known.set_target(to.and_then(Address::internet));
            false
        });
    }

    /// Its descriptor was closed: what becomes of the connection?
    pub(crate) fn closed(&self, id: DescriptorId) {
        self.change(id, |known| {
            known.is_open = false;
            true
        });
    }

    /// Changes what is known of a socket and has it probed soon, where the change says so.
    fn change(&self, id: DescriptorId, change: impl FnOnce(&mut TrackedSocket) -> bool) {
        if !self.is_on.load(Ordering::Relaxed) {
            return;
        }
        let mut work = self.lock();
        let Some(known) = work.known.get_mut(&id) else {
            return;
        };
        if change(known) {
            let due = known.probe_soon(Instant::now() + FIRST);
            self.expire_at(&mut work, due);
        }
    }

    fn expire_at(&self, work: &mut Work, due: Instant) {
        if self.stop.load(Ordering::SeqCst) {
            // It expires already, and nothing may put that off.
            return;
        }
        let due = work.rests_until.map_or(due, |rests| rests.max(due));
        if work.expires.is_none_or(|expires| expires > due) {
            work.expires = Some(due);
            self.timer
                .expire_in(due.saturating_duration_since(Instant::now()));
        }
    }

    /// Has the thread end.
    pub(crate) fn stop(&self) {
        // Under the lock: nobody who found it unset puts the timer off afterwards.
        let _work = self.lock();
        self.stop.store(true, Ordering::SeqCst);
        self.timer.expire_in(Duration::ZERO);
    }

    fn run(&self, prober: &mut Prober, report: &Report) {
        loop {
            self.timer.wait();
            let now = Instant::now();
            let (due, all, wanted) = {
                let mut work = self.lock();
                work.expires = None;
                if self.stop.load(Ordering::SeqCst) {
                    return;
                }
                let wanted = std::mem::take(&mut work.all);
                if !wanted.is_empty() {
                    make_all_due(&mut work, now);
                }
                let (due, all) = take_due(&mut work, now);
                (due, all, wanted)
            };
            let (found, went_through) = prober.probe(&due, &all, &self.stop);
            if self.stop.load(Ordering::SeqCst) {
                return;
            }
            let rest = if went_through { LONG_REST } else { REST };
            let news = self.take_in(found, rest);
            if !news
                .into_iter()
                .all(|(id, endpoints)| report(id, endpoints))
            {
                return;
            }
            drop(wanted);
        }
    }

    /// Notes what was found and when to probe again. Gives what is new.
    fn take_in(&self, found: Vec<probe::Found>, rest: Duration) -> Vec<(DescriptorId, Endpoints)> {
        let mut work = self.lock();
        let now = Instant::now();
        let mut news = Vec::new();
        for probe::Found { id, endpoints, of } in found {
            let Some(known) = work.known.get_mut(&id) else {
                continue;
            };
            // Closed meanwhile: the next probe observes that.
            if of.is_open != known.is_open {
                known.probe_soon(now);
                continue;
            }
            known.owner = of.owner;
            let other = endpoints.other_of_ours().filter(|_| of.is_direct);
            let mut awaits = None;
            if known.is_news(&endpoints, now) {
                let is_awaited = |end: &&End| end.state == TcpState::SynRecv;
                let awaited = endpoints.other_end().filter(is_awaited);
                awaits = awaited.and(known.peer);
                known.reported(endpoints.clone(), now);
                news.push((id, endpoints));
            }
            if known.is_over() {
                work.known.remove(&id);
            }
            if let Some(other) = other.and_then(|other| work.known.get_mut(&other)) {
                other.probe_again(now);
            }
            if let Some(listener) = awaits.and_then(|at| listener_at(&mut work.known, at)) {
                listener.probe_again(now);
            }
        }
        work.rests_until = Some(now + rest);
        let next = work.known.values().filter_map(TrackedSocket::due).min();
        if let Some(next) = next {
            self.expire_at(&mut work, next);
        }
        news
    }
}

/// The listener that a client is connected to, and that does not have it in its queue yet: the handshake is under way.
fn listener_at(
    known: &mut HashMap<DescriptorId, TrackedSocket>,
    at: SocketAddr,
) -> Option<&mut TrackedSocket> {
    known
        .values_mut()
        .find(|known| known.is_tcp_listener() && known.accepts_at(at))
}

/// Has every connection probed in the next round. Listeners have none, and a probe of one is a dump.
fn make_all_due(work: &mut Work, now: Instant) {
    let has_endpoints =
        |known: &&mut TrackedSocket| known.has_endpoints() && !known.is_tcp_listener();
    for known in work.known.values_mut().filter(has_endpoints) {
        known.probe_again(now);
    }
}

/// The sockets to be probed now, and every one by which the kernel's answers are recognised.
fn take_due(work: &mut Work, now: Instant) -> (Vec<(DescriptorId, TrackedSocket)>, Ours) {
    let mut due = Vec::new();
    let mut all = Ours::default();
    let queues: Vec<TrackedSocket> = work
        .known
        .values()
        .filter(|known| known.is_tcp_listener())
        .cloned()
        .collect();
    for (id, known) in &mut work.known {
        let accepts_at = |peer| queues.iter().any(|queue| queue.accepts_at(peer));
        known.waits_here = known.peer.is_some_and(accepts_at);
        if known.is_tcp_listener() && known.is_due(now) {
            if let Some(from) = work.dumps_from.filter(|from| *from > now) {
                known.put_off(from);
                continue;
            }
            work.dumps_from = Some(now + DUMP_REST);
        }
        if known.take_due(now) {
            due.push((*id, known.clone()));
            known.is_direct = false;
        }
        all.add(*id, known);
    }
    due.sort_by_key(|(id, _)| *id);
    (due, all)
}

/// The thread.
#[derive(Debug)]
pub(crate) struct EndpointWatcher {
    thread: Option<JoinDeadline>,
}

impl EndpointWatcher {
    /// Starts it. Sockets that were created before are not probed.
    pub(crate) fn start(watch_queue: &Arc<EndpointQueue>, report: Report) -> std::io::Result<Self> {
        let theirs = Arc::clone(watch_queue);
        let (ready, is_ready) = bounded(1);
        let thread = JoinDeadline::start("endpoints", move || {
            crate::sys::signal::mask_all();
            // Where a sandbox forbids it, numbers of /proc may for an instant be those of a person.
            let _ = crate::sys::descriptor::unshare_table(&[theirs.timer.fd()]);
            let mut prober = Prober::new();
            // The reader waits for it.
            let _ = ready.send(());
            theirs.run(&mut prober, &report);
        })?;
        // A table that is copied later would keep a person's sockets open after close().
        let _ = is_ready.recv();
        watch_queue.is_on.store(true, Ordering::SeqCst);
        Ok(Self {
            thread: Some(thread),
        })
    }

    /// Waits for the end of the thread, which [`EndpointQueue::stop`] has asked for, not beyond `deadline`.
    pub(crate) fn join_until(&mut self, deadline: Instant) {
        if let Some(thread) = self.thread.take() {
            thread.join_until(deadline);
        }
    }
}
