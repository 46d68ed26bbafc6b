//! The capturer: one thread that reports the segments of the playground's connections, where this process may see them.
//!
//! It sleeps in poll(2). Its socket is opened before people open theirs, and sees nothing until it is asked to: who makes
//! a call that uses a port must be able to change its filter, so it is in the common table of descriptors.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use nix::sys::eventfd::{EfdFlags, EventFd};

use crate::engine::join_deadline::JoinDeadline;
use crate::engine::shared::Shared;
use crate::event::{EventKind, Timestamp};
use crate::kernel::capture::Capture;
use crate::sys::packet::PacketSocket;
use crate::sys::start::needed;

#[derive(Debug)]
pub(crate) struct Capturer {
    stop: Arc<Stop>,
    socket: Option<Arc<PacketSocket>>,
    thread: Option<JoinDeadline>,
}

/// Has the thread end: by a descriptor while it sleeps, by a flag while segments arrive faster than they are reported.
#[derive(Debug)]
struct Stop {
    wake: EventFd,
    is_set: AtomicBool,
}

impl Stop {
    fn new() -> std::io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        Ok(Self {
            wake: EventFd::from_flags(flags).map_err(needed("eventfd()", "to wake threads"))?,
            is_set: AtomicBool::new(false),
        })
    }

    fn is_set(&self) -> bool {
        self.is_set.load(Ordering::SeqCst)
    }

    fn set(&self) {
        self.is_set.store(true, Ordering::SeqCst);
        // Fails only when it was set 2^64 times.
        let _ = self.wake.write(1);
    }
}

impl Capturer {
    /// One that has not begun.
    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            stop: Arc::new(Stop::new()?),
            socket: None,
            thread: None,
        })
    }

    /// Opens the socket where that is allowed. Call it while low numbers are held.
    pub(crate) fn prepare(&mut self) {
        self.socket = PacketSocket::open().ok().map(Arc::new);
    }

    /// Begins, unless it has. A thread that found that it may not has ended, and is tried again.
    pub(crate) fn start(&mut self, shared: &Arc<Shared>) {
        if self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            return;
        }
        let (theirs, stop) = (Arc::clone(shared), Arc::clone(&self.stop));
        let socket = self.socket.clone();
        let started = JoinDeadline::start("capturer", move || {
            crate::sys::signal::mask_all();
            run(&theirs, socket, &stop);
        });
        match started {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => {
                shared.emit(EventKind::Capturing(Err(error.to_string())));
            }
        }
    }

    /// Has the thread end.
    pub(crate) fn stop(&self) {
        self.stop.set();
    }

    /// Waits for that, not beyond `deadline`.
    pub(crate) fn join_until(&mut self, deadline: Instant) {
        if let Some(thread) = self.thread.take() {
            thread.join_until(deadline);
        }
    }
}

fn run(shared: &Shared, socket: Option<Arc<PacketSocket>>, stop: &Stop) {
    let mut capture = match Capture::begin(socket, &shared.ports) {
        Ok(capture) => capture,
        Err(reason) => return shared.emit(EventKind::Capturing(Err(reason))),
    };
    shared.emit(EventKind::Capturing(Ok(capture.one_by_one())));
    let mut clocks = Clocks::measure(shared);
    while capture.wait(stop.wake.as_raw_fd()) {
        clocks.measure_again(shared);
        drain(
            stop,
            || capture.take(),
            |seen| {
                let at = clocks.timestamp(seen.at);
                let (segment, missed) = (seen.segment, seen.missed);
                shared.emit_at(at, EventKind::Captured { segment, missed });
            },
        );
    }
}

/// Takes one after the other until there is none, or it is to stop: of a flood there may always be one more.
fn drain<T>(stop: &Stop, mut take: impl FnMut() -> Option<T>, mut report: impl FnMut(T)) {
    while let Some(taken) = take().filter(|_| !stop.is_set()) {
        report(taken);
    }
}

/// The kernel stamps a segment on the clock of the day, and events have the session's.
///
/// Their difference is stored: measured again for each segment, it would jitter by as much as this thread is kept
/// waiting between two readings, and segments would change their order.
#[derive(Debug, Clone, Copy)]
struct Clocks {
    /// By how many nanoseconds the clock of the day is ahead.
    ahead: i128,
    /// By how much that may be wrong.
    doubt: i128,
}

/// By so many nanoseconds the clock of the day does not go wrong by itself: it was set.
const SET: i128 = 1_000_000;

impl Clocks {
    fn measure(shared: &Shared) -> Self {
        let before = i128::from(shared.now().0);
        let day = nanoseconds(crate::kernel::capture::now());
        let doubt = i128::from(shared.now().0) - before;
        Self {
            ahead: day - before - doubt / 2,
            doubt,
        }
    }

    /// Keeps the better of two measurements; a newer one that is far off means that the clock was set.
    fn measure_again(&mut self, shared: &Shared) {
        let newer = Self::measure(shared);
        let apart = (newer.ahead - self.ahead).abs();
        if newer.doubt < self.doubt || apart > SET + newer.doubt + self.doubt {
            *self = newer;
        }
    }

    fn timestamp(&self, day: Duration) -> Timestamp {
        Timestamp(u64::try_from(nanoseconds(day) - self.ahead).unwrap_or(0))
    }
}

fn nanoseconds(span: Duration) -> i128 {
    i128::try_from(span.as_nanos()).unwrap_or(i128::MAX)
}

#[cfg(test)]
mod tests {
    use crate::engine::capturer::*;

    #[test]
    fn a_flood_that_does_not_end_does_not_keep_it_from_stopping() {
        let stop = Stop::new().expect("a descriptor");
        let mut reported = 0;
        drain(
            &stop,
            || Some(()),
            |()| {
                reported += 1;
                if reported == 3 {
                    stop.set();
                }
            },
        );
        assert_eq!(reported, 3);
    }
}
