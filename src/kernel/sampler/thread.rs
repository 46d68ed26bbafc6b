//! The thread of the sampler: waits for events and for requests, probes, reports what is new, and pauses.

use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use nix::sys::eventfd::EventFd;

use crate::event::{DescriptorId, Observation};
use crate::kernel::sampler::watched::Watched;
use crate::sys::epoll::Epoll;

/// The least time between two probes of busy sockets.
pub(crate) const REST: Duration = Duration::from_millis(4);
/// The token of the eventfd that wakes the thread.
pub(crate) const WAKE: u64 = u64::MAX;

/// Takes what was observed; returns false when nobody reads the reports any more.
pub type Report = Box<dyn Fn(DescriptorId, Observation) -> bool + Send>;

/// Never sent: the channel is closed when what was asked for is done.
#[derive(Debug)]
pub enum Done {}

/// What the sampler and its thread share.
#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) epoll: Epoll,
    pub(crate) watched: Mutex<HashMap<DescriptorId, Watched>>,
    /// How many of them are epoll instances; changed under the lock.
    pub(crate) epolls: AtomicUsize,
    pub(crate) wake: EventFd,
    pub(crate) wanted: Mutex<Wanted>,
    /// Notified when the thread is to end or has ended.
    pub(crate) stopping: Condvar,
}

/// What the thread is woken for.
#[derive(Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) probes: Vec<DescriptorId>,
    /// Those who wait until all sockets are probed; dropped when that is done.
    pub(crate) all: Vec<Sender<Done>>,
    pub(crate) stop: bool,
    /// Whether the thread has ended.
    pub(crate) ended: bool,
}

impl Shared {
    /// The watched descriptors.
    pub(crate) fn lock(&self) -> MutexGuard<'_, HashMap<DescriptorId, Watched>> {
        self.watched.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What the thread is asked for.
    pub(crate) fn lock_wanted(&self) -> MutexGuard<'_, Wanted> {
        self.wanted.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Wakes the thread for something.
    pub(crate) fn want(&self, add: impl FnOnce(&mut Wanted)) {
        add(&mut self.lock_wanted());
        // Fails only when it was woken 2^64 times without reading once.
        let _ = self.wake.write(1);
    }

    /// The sockets to probe, and those who wait until all of them were.
    fn take_probes(&self) -> (Vec<DescriptorId>, Vec<Sender<Done>>) {
        // Before the list is taken: what is added later wakes again.
        let _ = self.wake.read();
        let (probes, all) = {
            let mut wanted = self.lock_wanted();
            (
                std::mem::take(&mut wanted.probes),
                std::mem::take(&mut wanted.all),
            )
        };
        match all.is_empty() {
            true => (probes, all),
            false => (self.lock().keys().copied().collect(), all),
        }
    }

    /// Pauses between two probes of busy sockets. Returns false, at once, when the thread is to end.
    pub(crate) fn rest(&self) -> bool {
        let goes_on = |wanted: &mut Wanted| !wanted.stop;
        let wanted = self.lock_wanted();
        let waited = self.stopping.wait_timeout_while(wanted, REST, goes_on);
        !waited.unwrap_or_else(PoisonError::into_inner).0.stop
    }

    /// The thread: probes and reports until it is stopped or nobody reads the reports any more.
    pub(crate) fn run(&self, report: &Report) {
        loop {
            let Ok(tokens) = self.epoll.wait(self.timeout()) else {
                continue;
            };
            if !self.probe_due(report) {
                return;
            }
            for token in tokens {
                if token == WAKE {
                    // Dropping `all` notifies those who wait for all probes.
                    let (probes, _all) = self.take_probes();
                    if !probes.into_iter().all(|id| self.probe(id, report)) {
                        return;
                    }
                    continue;
                }
                let Ok(id) = u32::try_from(token).map(DescriptorId) else {
                    continue;
                };
                if !self.probe(id, report) {
                    return;
                }
            }
            if !self.rest() {
                return;
            }
        }
    }

    /// In how many milliseconds a socket is to be probed without an event; -1: none is.
    fn timeout(&self) -> i32 {
        let watched = self.lock();
        let next = watched.values().filter_map(|entry| entry.again).min();
        let left = next.map(|(at, _)| at.saturating_duration_since(Instant::now()));
        // Rounded up: before its time there is nothing to be done.
        left.map_or(-1, |left| {
            i32::try_from(left.as_millis() + 1).unwrap_or(i32::MAX)
        })
    }

    /// Probes the sockets whose time has come. Returns false when nobody reads the reports any more.
    fn probe_due(&self, report: &Report) -> bool {
        let now = Instant::now();
        let is_due = |entry: &Watched| entry.again.is_some_and(|(at, _)| at <= now);
        let due: Vec<DescriptorId> = {
            let watched = self.lock();
            let due = watched.iter().filter(|(_, entry)| is_due(entry));
            due.map(|(id, _)| *id).collect()
        };
        due.into_iter().all(|id| self.probe(id, report))
    }

    /// Probes a socket and reports what is new. Returns false when nobody reads the reports any more.
    ///
    /// The lock is held until it is reported: the number cannot be reused meanwhile, and no newer observation can be
    /// reported before this one.
    fn probe(&self, id: DescriptorId, report: &Report) -> bool {
        let mut watched = self.lock();
        let Some(entry) = watched.get_mut(&id) else {
            return true;
        };
        let seen = entry.observe(false);
        let is_news = seen != entry.last;
        entry.last = seen;
        entry.schedule(Instant::now(), is_news);
        if is_news || entry.is_unix_listener() {
            // A new state can come with a new peer: a connection that was under way.
            if !report(id, entry.observe(true)) {
                return false;
            }
        }
        if self.epolls.load(Ordering::SeqCst) == 0 {
            return true;
        }
        let epolls: Vec<(DescriptorId, Observation)> = watched
            .iter_mut()
            .filter_map(|(id, entry)| Some((*id, entry.changed_epoll()?)))
            .collect();
        epolls.into_iter().all(|(id, seen)| report(id, seen))
    }
}
