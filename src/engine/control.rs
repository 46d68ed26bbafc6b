//! The life of one call as its threads see it: which thread is inside and whether it is over.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering, fence};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::event::{CallId, DescriptorId, Timestamp};
use crate::kernel::thread::Sleep;
use crate::sys::child::Link;

/// Shared by the thread that makes a call and the one that may interrupt it.
#[derive(Debug)]
pub(crate) struct Control {
    /// Which call.
    pub(crate) call: CallId,
    /// The socket that it is made on.
    pub(crate) on: Option<DescriptorId>,
    /// When it was asked for.
    pub(crate) asked: Timestamp,
    /// System calls and bytes of a call that consists of many.
    calls: AtomicU64,
    bytes: AtomicU64,
    /// Whether the watcher follows how far it comes.
    followed: AtomicBool,
    cancelled: AtomicBool,
    state: Mutex<State>,
    over: Condvar,
}

#[derive(Debug, Default)]
struct State {
    tid: Option<i32>,
    /// The child that makes it.
    child: Option<Arc<Link>>,
    done: bool,
    /// Who waits for something that no signal ends, and is notified when the call is cancelled.
    waiter: Option<Sender<()>>,
    /// The processor time that the thread had used when it was first seen to have used so much, and when that was.
    used: Option<(Duration, Timestamp)>,
}

impl Control {
    pub(crate) fn new(call: CallId, on: Option<DescriptorId>, asked: Timestamp) -> Self {
        Self {
            call,
            on,
            asked,
            calls: AtomicU64::new(0),
            bytes: AtomicU64::new(0),
            followed: AtomicBool::new(false),
            cancelled: AtomicBool::new(false),
            state: Mutex::default(),
            over: Condvar::new(),
        }
    }

    /// Of a call that nobody hears of.
    pub(crate) fn unreported(call: CallId) -> Self {
        let control = Self::new(call, None, Timestamp(0));
        control.followed.store(true, Ordering::Relaxed);
        control
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Counts one call of many; only the calling thread does. Gives true when the watcher is to follow from now on.
    pub(crate) fn count(&self, bytes: usize) -> bool {
        let more = |counter: &AtomicU64, by: u64| {
            counter.store(counter.load(Ordering::Relaxed) + by, Ordering::Relaxed);
        };
        more(&self.calls, 1);
        more(&self.bytes, bytes as u64);
        // Pairs with the one in leave(): of this thread and the watcher at least one sees what the other has written.
        fence(Ordering::SeqCst);
        !self.followed.load(Ordering::Relaxed) && !self.followed.swap(true, Ordering::AcqRel)
    }

    /// System calls and bytes so far.
    pub(crate) fn so_far(&self) -> (u64, u64) {
        (
            self.calls.load(Ordering::Relaxed),
            self.bytes.load(Ordering::Relaxed),
        )
    }

    /// The watcher follows no more: the next call that is counted asks for it again.
    ///
    /// Look at [`so_far`](Self::so_far) afterwards: a call that was counted just before did not ask.
    pub(crate) fn leave(&self) {
        self.followed.store(false, Ordering::Release);
        fence(Ordering::SeqCst);
    }

    /// Whether it is to end: a loop checks before each of its calls, since a signal may come between two.
    pub(crate) fn is_cancelled(&self) -> bool {
        self.cancelled.load(Ordering::Relaxed)
    }

    /// A channel on which the calling thread hears that it is to end, where it waits for another thread: a signal does not
    /// wake it then.
    pub(crate) fn cancelled(&self) -> Receiver<()> {
        let (tells, told) = bounded(1);
        let mut state = self.lock();
        if self.is_cancelled() {
            // There is room for one.
            let _ = tells.send(());
        }
        state.waiter = Some(tells);
        told
    }

    /// The calling thread is about to make the call.
    pub(crate) fn enter(&self, tid: i32) {
        self.lock().tid = Some(tid);
    }

    /// A child is going to make the call.
    pub(crate) fn enter_child(&self, child: &Arc<Link>) {
        self.lock().child = Some(Arc::clone(child));
    }

    /// Where the call sleeps. `None`: nobody is inside of it.
    pub(crate) fn sleep(&self) -> Option<Sleep> {
        let (tid, child) = {
            let state = self.lock();
            (state.tid, state.child.clone().filter(|_| !state.done))
        };
        let Some(child) = child else {
            return self.tid().map(crate::kernel::thread::sleep);
        };
        debug_assert!(tid.is_none());
        let pid = child.pid();
        if !child.is_inside() {
            return None;
        }
        let sleep = crate::kernel::thread::sleep_elsewhere(pid, pid);
        // It may have returned meanwhile, and waits for its next call.
        child.is_inside().then_some(sleep)
    }

    /// The call is over. From now on no signal is sent for it, so none can hit the thread's next call.
    pub(crate) fn finish(&self) {
        self.lock().done = true;
        self.over.notify_all();
    }

    /// The thread that is inside the call.
    pub(crate) fn tid(&self) -> Option<i32> {
        let state = self.lock();
        state.tid.filter(|_| !state.done)
    }

    /// Whether the thread inside has not run for so long: it sleeps, as far as can be known without /proc.
    pub(crate) fn has_rested(&self, span: Duration, now: Timestamp) -> bool {
        let mut state = self.lock();
        let Some(tid) = state.tid.filter(|_| !state.done) else {
            return false;
        };
        let Ok(used) = crate::sys::thread_time::of(tid) else {
            return false;
        };
        match state.used {
            Some((before, since)) if before == used => now.since(since) >= span,
            _ => {
                state.used = Some((used, now));
                false
            }
        }
    }

    pub(crate) fn is_done(&self) -> bool {
        self.lock().done
    }

    /// Sends the signal, while the lock keeps the thread from going on to another call.
    ///
    /// Must be repeated: a signal that comes just before the call is entered wakes nothing.
    pub(crate) fn kick(&self) {
        self.cancelled.store(true, Ordering::Relaxed);
        let state = self.lock();
        if let Some(waiter) = &state.waiter {
            // It has been told already where there is no room.
            let _ = waiter.try_send(());
        }
        if let Some(child) = state.child.as_ref().filter(|_| !state.done) {
            child.interrupt();
        }
        if let Some(tid) = state.tid.filter(|_| !state.done) {
            // The thread cannot have ended: it would have to pass finish() first.
            let _ = crate::sys::signal::interrupt(tid);
        }
    }

    /// Waits until the call is over, not beyond `deadline`.
    pub(crate) fn wait_until_done(&self, deadline: Instant) {
        let mut state = self.lock();
        while !state.done {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            state = self
                .over
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}
