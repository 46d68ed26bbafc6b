//! A timer that wakes the watcher at a moment: timerfd_create(2).
//!
//! Setting it costs one short system call and wakes nobody. A condition variable would wake the watcher forevery call,
//! also for those that return at once, and the person's result would wait for that.

use std::os::fd::{AsFd, BorrowedFd};
use std::time::Duration;

use nix::sys::time::TimeSpec;
use nix::sys::timerfd::{ClockId, Expiration, TimerFd, TimerFlags, TimerSetTimeFlags};

use crate::sys::start::needed;

#[derive(Debug)]
pub(crate) struct DeadlineTimer(TimerFd);

/// A span of nothing would stop the timer.
const AT_ONCE: Duration = Duration::from_nanos(1);

impl DeadlineTimer {
    pub(crate) fn new() -> std::io::Result<Self> {
        let timer = TimerFd::new(ClockId::CLOCK_MONOTONIC, TimerFlags::TFD_CLOEXEC);
        let needed = needed("timerfd_create()", "to see which calls are blocked");
        timer.map(Self).map_err(needed)
    }

    /// Lets it ring after a span, and not when it was to ring before.
    pub(crate) fn expire_in(&self, span: Duration) {
        let at = Expiration::OneShot(TimeSpec::from_duration(span.max(AT_ONCE)));
        // Fails only for a descriptor that is not a timer.
        let _ = self.0.set(at, TimerSetTimeFlags::empty());
    }

    /// Waits until it rings.
    pub(crate) fn wait(&self) {
        // A signal that comes first wakes too, and the watcher checks once too often.
        let _ = self.0.wait();
    }

    pub(crate) fn fd(&self) -> BorrowedFd<'_> {
        self.0.as_fd()
    }
}
