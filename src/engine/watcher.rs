//! The watcher: sees which calls sleep in the kernel, and interrupts those that are to be cancelled.
//!
//! It looks every millisecond while a call takes longer and is not seen asleep, every 200 µs while one is being
//! interrupted, some times a second while one made of many goes on, and sleeps until the bell of its [`Desk`] rings
//! otherwise. It has a descriptor table of its own, because it opens files under /proc while people close and reuse
//! numbers; what it wants to know of a socket it therefore has the sampler look at.

use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use crate::engine::control::Control;
use crate::engine::join_deadline::Joined;
use crate::engine::shared::Shared;
use crate::engine::watch_queue::{Desk, Followed, SHORT_WHILE, Work};
use crate::event::{SocketId, What};
use crate::kernel::thread::{Sleep, sleep};
use crate::sys::{descriptor, signal};

/// How often a young call is looked at.
const LOOK: Duration = Duration::from_millis(1);
/// How often it is told how far a call that is made of many has come.
const TELL: Duration = Duration::from_millis(100);
/// How often a call that is being interrupted gets its signal.
const KICK: Duration = Duration::from_micros(200);

#[derive(Debug)]
pub(crate) struct Watcher {
    desk: Arc<Desk>,
    thread: Option<Joined>,
}

impl Watcher {
    pub(crate) fn start(shared: Arc<Shared>) -> std::io::Result<Self> {
        let desk = Arc::clone(&shared.desk);
        let theirs = Arc::clone(&desk);
        let (ready, is_ready) = crossbeam_channel::bounded(1);
        let thread = Joined::start("watcher", move || {
            crate::sys::signal::mask_all();
            // Where a sandbox forbids it, a number that was closed a microsecond ago may for an instant be ours.
            let _ = crate::sys::descriptor::unshare_table(&[theirs.bell.fd(), shared.sampler.fd()]);
            // The reader waits for it.
            let _ = ready.send(());
            run(&theirs, &shared);
        })?;
        // A table that is copied later would keep a person's sockets open after close().
        let _ = is_ready.recv();
        Ok(Self {
            desk,
            thread: Some(thread),
        })
    }

    /// Interrupts a call until it returns.
    pub(crate) fn interrupt(&self, control: Arc<Control>) {
        self.desk
            .put(Duration::ZERO, |work| work.sentenced.push(control));
    }

    /// Has the thread end.
    pub(crate) fn stop(&self) {
        self.desk.put(Duration::ZERO, |work| work.stop = true);
    }

    /// Waits for that, not beyond `deadline`.
    pub(crate) fn join_until(&mut self, deadline: Instant) {
        if let Some(thread) = self.thread.take() {
            thread.join_until(deadline);
        }
    }
}

/// Looks, tells and rests until it is stopped.
fn run(desk: &Desk, shared: &Shared) {
    let mut work = desk.lock();
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
            work = desk.lock();
            continue;
        }
        rest(desk, work);
        work = desk.lock();
    }
}

/// Waits until there is something to look at.
fn rest(desk: &Desk, mut work: MutexGuard<'_, Work>) {
    let pause = match (&*work.doomed, &*work.young, &*work.followed) {
        ([_, ..], _, _) => Some(KICK),
        (_, [_, ..], _) => Some(LOOK),
        (_, _, [_, ..]) => Some(TELL),
        ([], [], []) => None,
    };
    work.rings = pause.map(|pause| Instant::now() + pause);
    if let Some(pause) = pause {
        desk.bell.ring_in(pause);
    }
    drop(work);
    desk.bell.wait();
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
