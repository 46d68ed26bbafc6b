//! The watcher: sees which calls sleep in the kernel, and interrupts those that are to be cancelled.
//!
//! It looks every millisecond while a call is young and not seen asleep, every 200 µs while one is being interrupted,
//! and sleeps on a condition variable otherwise. It has a descriptor table of its own, because it opens files under
//! /proc while people close and reuse numbers.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::control::Control;
use super::shared::Shared;
use crate::event::What;
use crate::kernel::thread::{Sleep, sleep};
use crate::sys::{descriptor, signal};

/// How long a call must have been asked for before it can count as blocked.
const SHORT_WHILE: Duration = Duration::from_millis(10);
/// How often a young call is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// How often a call that is being interrupted gets its signal.
const KICK: Duration = Duration::from_micros(200);

#[derive(Debug)]
pub(super) struct Watcher {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and its employers share.
#[derive(Debug, Default)]
struct Desk {
    work: Mutex<Work>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct Work {
    /// Calls that may turn out to be blocked.
    young: Vec<Arc<Control>>,
    /// Calls that are to be interrupted and about which this has not been told.
    sentenced: Vec<Arc<Control>>,
    /// Calls that are being interrupted.
    doomed: Vec<Arc<Control>>,
    idle: bool,
    stop: bool,
}

impl Watcher {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let desk = Arc::new(Desk::default());
        let theirs = Arc::clone(&desk);
        let (ready, is_ready) = crossbeam_channel::bounded(1);
        let thread = thread::Builder::new()
            .name("watcher".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                signal::mask_all();
                // Where a sandbox forbids it, a number that was closed a microsecond ago may for an instant be ours.
                let _ = descriptor::unshare_table();
                // The reader waits for it.
                let _ = ready.send(());
                theirs.run(&shared);
            })?;
        // A table that is copied later would keep a person's sockets open after close().
        let _ = is_ready.recv();
        Ok(Self {
            desk,
            thread: Some(thread),
        })
    }

    /// Looks at a call until it returns or is seen asleep.
    pub(super) fn watch(&self, control: Arc<Control>) {
        self.desk.put(|work| work.young.push(control));
    }

    /// Interrupts a call until it returns.
    pub(super) fn interrupt(&self, control: Arc<Control>) {
        self.desk.put(|work| work.sentenced.push(control));
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(&mut self) {
        self.desk.put(|work| work.stop = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds work, and wakes the thread only if it sleeps for want of any: most calls return before it would look.
    fn put(&self, add: impl FnOnce(&mut Work)) {
        let mut work = self.lock();
        add(&mut work);
        if work.idle || work.stop || !work.sentenced.is_empty() {
            self.changed.notify_one();
        }
    }

    fn run(&self, shared: &Shared) {
        let mut work = self.lock();
        while !work.stop {
            let sentenced = std::mem::take(&mut work.sentenced);
            work.doomed.extend(sentenced.iter().cloned());
            work.doomed.retain(|control| !control.is_done());
            work.doomed.iter().for_each(|control| control.kick());
            work.young.retain(|control| !control.is_done());
            let asleep = find_asleep(&mut work.young, shared);
            if !asleep.is_empty() || !sentenced.is_empty() {
                // Reporting may wait for a full channel: not while others want to put work here.
                drop(work);
                for control in sentenced {
                    shared.emit(What::Interrupting { call: control.call });
                }
                for (control, wchan) in asleep {
                    report(shared, &control, wchan);
                }
                work = self.lock();
                continue;
            }
            work = self.rest(work);
        }
    }

    fn rest<'a>(&'a self, mut work: MutexGuard<'a, Work>) -> MutexGuard<'a, Work> {
        let pause = match (work.doomed.is_empty(), work.young.is_empty()) {
            (false, _) => KICK,
            (true, false) => LOOK,
            (true, true) => {
                work.idle = true;
                let mut work = self
                    .changed
                    .wait(work)
                    .unwrap_or_else(PoisonError::into_inner);
                work.idle = false;
                return work;
            }
        };
        self.changed
            .wait_timeout(work, pause)
            .unwrap_or_else(PoisonError::into_inner)
            .0
    }
}

/// Tells that a call sleeps, and what its socket looks like meanwhile: a connect() is in SYN_SENT.
fn report(shared: &Shared, control: &Control, wchan: Option<String>) {
    let call = control.call;
    shared.emit(What::Blocked { call, wchan });
    let entry = control.on.and_then(|id| Some((id, shared.entry(id)?)));
    if let Some((id, entry)) = entry.filter(|(_, entry)| entry.open) {
        shared.look(id, &entry.subject, true, shared.now());
    }
}

/// Takes out the calls that sleep in the kernel and are no longer young, with the function they sleep in.
fn find_asleep(
    young: &mut Vec<Arc<Control>>,
    shared: &Shared,
) -> Vec<(Arc<Control>, Option<String>)> {
    let now = shared.now();
    let mut asleep = Vec::new();
    young.retain(|control| {
        if now.since(control.asked) < SHORT_WHILE {
            return true;
        }
        let wchan = match control.tid().map(sleep) {
            Some(Sleep::In(function)) => Some(function),
            Some(Sleep::Somewhere) => None,
            Some(Sleep::NotInACall) | None => return true,
        };
        // It may have returned while we looked.
        if !control.is_done() {
            asleep.push((Arc::clone(control), wchan));
        }
        false
    });
    asleep
}
