//! A thread that is waited for, but not forever: leaving takes no longer than it may, whatever a thread is inside of.

use std::thread::{self, JoinHandle};
use std::time::Instant;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};

use crate::sys::start::needed;

/// A thread of the engine.
#[derive(Debug)]
pub(crate) struct JoinDeadline {
    thread: JoinHandle<()>,
    /// Nothing is ever sent here; it is closed when the thread ends.
    ended: Receiver<()>,
}

/// Bytes of a stack.
const STACK: usize = 256 << 10;

impl JoinDeadline {
    /// Starts it.
    pub(crate) fn start(name: &str, body: impl FnOnce() + Send + 'static) -> std::io::Result<Self> {
        let (held, ended): (Sender<()>, _) = bounded(0);
        let thread = thread::Builder::new()
            .name(name.to_owned())
            .stack_size(STACK)
            .spawn(move || {
                // Dropped also when it panics.
                let _held = held;
                body();
            })
            .map_err(needed("a further thread", "to watch calls and sockets"))?;
        Ok(Self { thread, ended })
    }

    /// Whether it has ended.
    pub(crate) fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Waits for its end, not beyond `deadline`: then it is left to itself. Gives whether it has ended.
    pub(crate) fn join_until(self, deadline: Instant) -> bool {
        if self.ended.recv_deadline(deadline) == Err(RecvTimeoutError::Timeout) {
            return false;
        }
        // A panic was reported by its own hook.
        let _ = self.thread.join();
        true
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::engine::join_deadline::*;

    #[test]
    fn a_thread_that_does_not_end_is_left_to_itself() {
        let (hold, held) = bounded::<()>(0);
        let stuck = JoinDeadline::start("stuck", move || _ = held.recv()).expect("a thread");
        assert!(!stuck.join_until(Instant::now() + Duration::from_millis(5)));
        drop(hold);
        let short = JoinDeadline::start("short", || {}).expect("a thread");
        assert!(short.join_until(Instant::now() + Duration::from_secs(10)));
    }
}
