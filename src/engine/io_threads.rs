//! The I/O threads of an engine: how they are started, and the count of those that run, which shutdown waits for.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Small, so that ten thousand sockets are possible; only touched pages count.
const STACK: usize = 128 << 10;

/// How many I/O threads run.
#[derive(Debug, Default)]
pub(crate) struct IoThreads {
    running: AtomicUsize,
    none_left: (Mutex<()>, Condvar),
}

impl IoThreads {
    /// Starts a thread. It is counted until `body` has ended.
    pub(crate) fn start(
        self: &Arc<Self>,
        name: &str,
        body: impl FnOnce() + Send + 'static,
    ) -> std::io::Result<()> {
        let counted = Counted::new(Arc::clone(self));
        let started = thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK)
            .spawn(move || {
                // Counted out also when it panics.
                let _counted = counted;
                crate::sys::signal::mask_others();
                body();
            });
        started.map(drop)
    }

    /// Waits until all of them have ended, not beyond `deadline`.
    pub(crate) fn wait_until_none_is_left(&self, deadline: Instant) {
        let (lock, none_left) = &self.none_left;
        let mut lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
        while self.running.load(Ordering::SeqCst) > 0 {
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            lock = none_left
                .wait_timeout(lock, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }
}

/// A thread that is counted; dropped when it has ended, or when it could not be started.
struct Counted(Arc<IoThreads>);

impl Counted {
    fn new(threads: Arc<IoThreads>) -> Self {
        threads.running.fetch_add(1, Ordering::SeqCst);
        Self(threads)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        if self.0.running.fetch_sub(1, Ordering::SeqCst) == 1 {
            let (lock, none_left) = &self.0.none_left;
            let _lock = lock.lock().unwrap_or_else(PoisonError::into_inner);
            none_left.notify_all();
        }
    }
}
