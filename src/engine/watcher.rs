//! The watcher: sees which calls sleep in the kernel, and interrupts those that are to be cancelled.
//!
//! It looks every millisecond while a call takes longer and is not seen asleep, every 200 µs while one is being
//! interrupted, some times a second while one made of many goes on, and sleeps until a [`Bell`] rings otherwise. It has
//! a descriptor table of its own, because it opens files under /proc while people close and reuse numbers; what it wants
//! to know of a socket it therefore has the sampler look at.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use super::bell::Bell;
use super::control::Control;
use super::shared::Shared;
use crate::event::{SocketId, Stamp, What};
use crate::kernel::thread::{Sleep, sleep};
use crate::sys::{descriptor, signal};

/// How long a call must have been asked for before it can count as blocked.
const SHORT_WHILE: Duration = Duration::from_millis(10);
/// How often a young call is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// How often it is told how far a call that is made of many has come.
const TELL: Duration = Duration::from_millis(100);
/// How often a call that is being interrupted gets its signal.
const KICK: Duration = Duration::from_micros(200);

#[derive(Debug)]
pub(super) struct Watcher {
    desk: Arc<Desk>,
    thread: Option<JoinHandle<()>>,
}

/// What the thread and its employers share.
#[derive(Debug)]
pub(super) struct Desk {
    work: Mutex<Work>,
    bell: Bell,
}

#[derive(Debug, Default)]
struct Work {
    /// Calls that may turn out to be blocked.
    young: Vec<Arc<Control>>,
    /// Calls that are made of many and are not at rest.
    followed: Vec<Followed>,
    /// Calls that are to be interrupted and about which this has not been told.
    sentenced: Vec<Arc<Control>>,
    /// Calls that are being interrupted.
    doomed: Vec<Arc<Control>>,
    /// When the bell will ring; `None` while it is stopped.
    rings: Option<Instant>,
    stop: bool,
}

/// A call that is made of many, and how far it had come when that was told last.
#[derive(Debug)]
struct Followed {
    control: Arc<Control>,
    told: (u64, u64),
    due: Stamp,
}

impl Watcher {
    pub(super) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let desk = Arc::clone(&shared.desk);
        let theirs = Arc::clone(&desk);
        let (ready, is_ready) = crossbeam_channel::bounded(1);
        let thread = thread::Builder::new()
            .name("watcher".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                signal::mask_all();
                // Where a sandbox forbids it, a number that was closed a microsecond ago may for an instant be ours.
                let _ = descriptor::unshare_table(&[theirs.bell.fd(), shared.sampler.fd()]);
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

    /// Interrupts a call until it returns.
    pub(super) fn interrupt(&self, control: Arc<Control>) {
        self.desk
            .put(Duration::ZERO, |work| work.sentenced.push(control));
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(&mut self) {
        self.desk.put(Duration::ZERO, |work| work.stop = true);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

impl Desk {
    fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn new() -> std::io::Result<Self> {
        Ok(Self {
            work: Mutex::default(),
            bell: Bell::new()?,
        })
    }

    /// Adds work that is to be looked at within a span.
    fn put(&self, within: Duration, add: impl FnOnce(&mut Work)) {
        let mut work = self.lock();
        add(&mut work);
        let due = Instant::now() + within;
        if work.rings.is_none_or(|rings| rings > due) {
            work.rings = Some(due);
            self.bell.ring_in(within);
        }
    }

    /// Looks at a call until it returns or is seen asleep.
    pub(super) fn watch(&self, control: Arc<Control>) {
        self.put(SHORT_WHILE, |work| work.young.push(control));
    }

    /// Tells from now on how far a call has come, until it rests.
    pub(super) fn follow(&self, control: &Arc<Control>) {
        self.put(Duration::ZERO, |work| {
            work.followed.push(Followed {
                control: Arc::clone(control),
                told: (0, 0),
                due: Stamp(0),
            });
        });
    }

    fn run(&self, shared: &Shared) {
        let mut work = self.lock();
        while !work.stop {
            let sentenced = std::mem::take(&mut work.sentenced);
            work.doomed.extend(sentenced.iter().cloned());
            work.doomed.retain(|control| !control.is_done());
            work.doomed.iter().for_each(|control| control.kick());
            work.young.retain(|control| !control.is_done());
            let mut asleep = find_asleep(&mut work.young, shared);
            let news = follow_up(&mut work.followed, shared, &mut asleep);
            if !asleep.is_empty() || !sentenced.is_empty() || !news.is_empty() {
                // Reporting may wait for a full channel: not while others want to put work here.
                drop(work);
                for control in sentenced {
                    shared.emit(What::Interrupting { call: control.call });
                }
                for (on, what) in news {
                    shared.emit(what);
                    look(shared, on);
                }
                for (control, wchan) in asleep {
                    report(shared, &control, wchan);
                }
                work = self.lock();
                continue;
            }
            self.rest(work);
            work = self.lock();
        }
    }

    /// Waits until there is something to look at.
    fn rest(&self, mut work: MutexGuard<'_, Work>) {
        let pause = match (&*work.doomed, &*work.young, &*work.followed) {
            ([_, ..], _, _) => Some(KICK),
            (_, [_, ..], _) => Some(LOOK),
            (_, _, [_, ..]) => Some(TELL),
            ([], [], []) => None,
        };
        work.rings = pause.map(|pause| Instant::now() + pause);
        if let Some(pause) = pause {
            self.bell.ring_in(pause);
        }
        drop(work);
        self.bell.wait();
    }
}

/// What is to be told of the calls that are made of many. One that has come no further is left alone until it does; it
/// may sleep.
fn follow_up(
    followed: &mut Vec<Followed>,
    shared: &Shared,
    asleep: &mut Vec<(Arc<Control>, Option<String>)>,
) -> Vec<(Option<SocketId>, What)> {
    let now = shared.now();
    let mut news = Vec::new();
    followed.retain_mut(|entry| {
        let control = &entry.control;
        if control.is_done() {
            return false;
        }
        if now < entry.due {
            return true;
        }
        entry.due = now.after(TELL);
        let so_far = control.so_far();
        if so_far != entry.told {
            entry.told = so_far;
            let (calls, bytes) = so_far;
            let call = control.call;
            let what = What::Progress { call, calls, bytes };
            news.push((control.on, what));
            return true;
        }
        control.leave();
        // It may have gone on just before it was left.
        if control.so_far() != so_far {
            return true;
        }
        if let Some(Sleep::In(function)) = control.tid().map(sleep) {
            asleep.push((Arc::clone(control), Some(function)));
        }
        false
    });
    news
}

/// Tells that a call sleeps, and what its socket looks like meanwhile: a connect() is in SYN_SENT.
fn report(shared: &Shared, control: &Control, wchan: Option<String>) {
    let call = control.call;
    shared.emit(What::Blocked { call, wchan });
    look(shared, control.on);
}

/// Has a socket looked at that a call under way may have changed: the numbers of the playground mean nothing here.
fn look(shared: &Shared, on: Option<SocketId>) {
    if let Some(id) = on {
        shared.sampler.look_soon(id);
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
