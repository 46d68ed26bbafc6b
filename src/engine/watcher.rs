//! The watcher: sees which calls sleep in the kernel, and interrupts those that are to be cancelled.
//!
//! It checks every millisecond while a call takes longer and is not seen asleep, every 200 µs while one is being
//! interrupted, some times a second while one that consists of many goes on, and otherwise sleeps until the timer of its
//! [`WatchQueue`] expires. It has a descriptor table of its own, because it opens files under /proc while people close
//! and reuse numbers; it therefore has the sampler probe the sockets.

use std::sync::{Arc, MutexGuard};
use std::time::{Duration, Instant};

use crate::engine::control::Control;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::join_deadline::JoinDeadline;
use crate::engine::shared::Shared;
use crate::engine::watch_queue::{Followed, SHORT_WHILE, WatchQueue, Work};
use crate::event::{DescriptorId, EventKind};
use crate::kernel::thread::Sleep;

/// How often a new call is checked.
const CHECK: Duration = Duration::from_millis(1);
/// How often the progress of a call that consists of many is reported.
const PROGRESS: Duration = Duration::from_millis(100);
/// How often a call that is being interrupted gets its signal.
const KICK: Duration = Duration::from_micros(200);

/// For how long a thread must not have run to count as asleep where /proc does not say whether it is.
const REST: Duration = Duration::from_millis(100);

#[derive(Debug)]
pub(crate) struct Watcher {
    watch_queue: Arc<WatchQueue>,
    thread: Option<JoinDeadline>,
}

impl Watcher {
    pub(crate) fn start(shared: &Arc<Shared>) -> std::io::Result<Self> {
        let watch_queue = Arc::clone(&shared.watch_queue);
        let shared = Elsewhere::new(shared);
        let theirs = Arc::clone(&watch_queue);
        let (ready, is_ready) = crossbeam_channel::bounded(1);
        let thread = JoinDeadline::start("watcher", move || {
            crate::sys::signal::mask_all();
            // Where a sandbox forbids it, a number that was closed a microsecond ago may for an instant be ours.
            let _ =
                crate::sys::descriptor::unshare_table(&[theirs.timer.fd(), shared.sampler.fd()]);
            // The reader waits for it.
            let _ = ready.send(());
            run(&theirs, &shared);
        })?;
        // A table that is copied later would keep a person's sockets open after close().
        let _ = is_ready.recv();
        Ok(Self {
            watch_queue,
            thread: Some(thread),
        })
    }

    /// Interrupts a call until it returns.
    pub(crate) fn interrupt(&self, control: Arc<Control>) {
        self.watch_queue
            .put(Duration::ZERO, |work| work.to_interrupt.push(control));
    }

    /// Has the thread end.
    pub(crate) fn stop(&self) {
        self.watch_queue
            .put(Duration::ZERO, |work| work.stop = true);
    }

    /// Waits for that, not beyond `deadline`.
    pub(crate) fn join_until(&mut self, deadline: Instant) {
        if let Some(thread) = self.thread.take() {
            thread.join_until(deadline);
        }
    }
}

/// Checks, reports and rests until it is stopped.
fn run(watch_queue: &WatchQueue, shared: &Shared) {
    let mut work = watch_queue.lock();
    while !work.stop {
        let to_interrupt = std::mem::take(&mut work.to_interrupt);
        if !to_interrupt.is_empty() {
            // Reporting may wait for a full channel: not while others want to put work here. It comes before the signal,
            // since the call returns at once then, and the session may end with it.
            drop(work);
            for control in &to_interrupt {
                shared.emit(EventKind::Cancelling { call: control.call });
            }
            work = watch_queue.lock();
            work.interrupted.extend(to_interrupt);
        }
        work.interrupted.retain(|control| !control.is_done());
        work.interrupted.iter().for_each(|control| control.kick());
        work.starting.retain(|control| !control.is_done());
        let mut asleep = find_asleep(&mut work.starting, shared);
        let news = follow_up(&mut work.followed, shared, &mut asleep);
        if !asleep.is_empty() || !news.is_empty() {
            // Here, too, reporting may wait.
            drop(work);
            for (on, what) in news {
                shared.emit(what);
                probe(shared, on);
            }
            for (control, wchan) in asleep {
                report(shared, &control, wchan);
            }
            work = watch_queue.lock();
            continue;
        }
        rest(watch_queue, work);
        work = watch_queue.lock();
    }
}

/// Waits until there is something to check.
fn rest(watch_queue: &WatchQueue, mut work: MutexGuard<'_, Work>) {
    let pause = match (&*work.interrupted, &*work.starting, &*work.followed) {
        ([_, ..], _, _) => Some(KICK),
        (_, [_, ..], _) => Some(CHECK),
        (_, _, [_, ..]) => Some(PROGRESS),
        ([], [], []) => None,
    };
    work.expires = pause.map(|pause| Instant::now() + pause);
    if let Some(pause) = pause {
        watch_queue.timer.expire_in(pause);
    }
    drop(work);
    watch_queue.timer.wait();
}

/// The progress of the calls that consist of many. One that has made none is left alone until it does; it may sleep.
fn follow_up(
    followed: &mut Vec<Followed>,
    shared: &Shared,
    asleep: &mut Vec<(Arc<Control>, Option<String>)>,
) -> Vec<(Option<DescriptorId>, EventKind)> {
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
        entry.due = now.after(PROGRESS);
        let so_far = control.so_far();
        if so_far != entry.reported {
            entry.reported = so_far;
            let (calls, bytes) = so_far;
            let call = control.call;
            let what = EventKind::Progress { call, calls, bytes };
            news.push((control.on, what));
            return true;
        }
        control.leave();
        // It may have gone on just before it was left.
        if control.so_far() != so_far {
            return true;
        }
        if let Some(Sleep::In(function)) = control.sleep() {
            asleep.push((Arc::clone(control), Some(function)));
        }
        false
    });
    news
}

/// Reports that a call sleeps, and the state of its socket meanwhile: a connect() is in SYN_SENT.
fn report(shared: &Shared, control: &Control, wchan: Option<String>) {
    let call = control.call;
    shared.emit(EventKind::Blocked { call, wchan });
    probe(shared, control.on);
}

/// Has a socket probed that a call under way may have changed: the numbers of the playground mean nothing here.
fn probe(shared: &Shared, on: Option<DescriptorId>) {
    if let Some(id) = on {
        shared.sampler.probe_soon(id);
    }
}

/// Takes out the calls that sleep in the kernel and are no longer young, with the function they sleep in.
fn find_asleep(
    starting: &mut Vec<Arc<Control>>,
    shared: &Shared,
) -> Vec<(Arc<Control>, Option<String>)> {
    let now = shared.now();
    let mut asleep = Vec::new();
    starting.retain(|control| {
        if now.since(control.asked) < SHORT_WHILE {
            return true;
        }
        let wchan = match control.sleep() {
            Some(Sleep::In(function)) => Some(function),
            Some(Sleep::Somewhere) => None,
            Some(Sleep::Unknown) if control.has_rested(REST, now) => None,
            Some(Sleep::NotInACall | Sleep::Unknown) | None => return true,
        };
        // It may have returned meanwhile.
        if !control.is_done() {
            asleep.push((Arc::clone(control), wchan));
        }
        false
    });
    asleep
}
