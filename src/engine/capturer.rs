//! The capturer: one thread that reports the segments of the playground's connections, where this process may see them.
//!
//! It sleeps in poll(2). Its socket is opened before people open theirs, and sees nothing until it is asked to: who makes
//! a call that uses a port must be able to change its filter, so it stands in the common table of descriptors.

use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::Duration;

use nix::sys::eventfd::{EfdFlags, EventFd};

use super::shared::Shared;
use crate::event::{Stamp, What};
use crate::kernel::capture::{self, Capture};
use crate::sys::packet::PacketSocket;
use crate::sys::signal;

#[derive(Debug)]
pub(super) struct Capturer {
    stop: Arc<EventFd>,
    socket: Option<Arc<PacketSocket>>,
    thread: Option<JoinHandle<()>>,
}

impl Capturer {
    /// One that has not begun.
    pub(super) fn new() -> std::io::Result<Self> {
        let flags = EfdFlags::EFD_CLOEXEC | EfdFlags::EFD_NONBLOCK;
        let stop = Arc::new(EventFd::from_flags(flags)?);
        Ok(Self {
            stop,
            socket: None,
            thread: None,
        })
    }

    /// Opens the socket where that is allowed. Call it while low numbers are held.
    pub(super) fn prepare(&mut self) {
        self.socket = PacketSocket::open().ok().map(Arc::new);
    }

    /// Begins, unless it has. A thread that found that it may not has ended, and is tried again.
    pub(super) fn start(&mut self, shared: &Arc<Shared>) {
        if self
            .thread
            .as_ref()
            .is_some_and(|thread| !thread.is_finished())
        {
            return;
        }
        let (theirs, stop) = (Arc::clone(shared), Arc::clone(&self.stop));
        let socket = self.socket.clone();
        let started = thread::Builder::new()
            .name("capturer".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                signal::mask_all();
                run(&theirs, socket, stop.as_raw_fd());
            });
        match started {
            Ok(thread) => self.thread = Some(thread),
            Err(error) => {
                let reason = format!("no thread could be started to capture: {error}");
                shared.emit(What::Capturing(Err(reason)));
            }
        }
    }

    /// Ends the thread and waits for it.
    pub(super) fn stop(&mut self) {
        let _ = self.stop.write(1);
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn run(shared: &Shared, socket: Option<Arc<PacketSocket>>, stop: i32) {
    let mut capture = match Capture::begin(socket, &shared.ports) {
        Ok(capture) => capture,
        Err(reason) => return shared.emit(What::Capturing(Err(reason))),
    };
    shared.emit(What::Capturing(Ok(capture.one_by_one())));
    let mut clocks = Clocks::look(shared);
    while capture.wait(stop) {
        clocks.look_again(shared);
        while let Some(seen) = capture.take() {
            let at = clocks.stamp(seen.at);
            let (segment, missed) = (seen.segment, seen.missed);
            shared.emit_at(at, What::Captured { segment, missed });
        }
    }
}

/// The kernel stamps a segment on the clock of the day, and events have the session's.
///
/// How far they are apart is kept: measured anew for each segment, it would jitter by as much as this thread is kept
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
    fn look(shared: &Shared) -> Self {
        let before = i128::from(shared.now().0);
        let day = nanoseconds(capture::now());
        let doubt = i128::from(shared.now().0) - before;
        Self {
            ahead: day - before - doubt / 2,
            doubt,
        }
    }

    /// Keeps the better of two measurements; a newer one that is far off tells that the clock was set.
    fn look_again(&mut self, shared: &Shared) {
        let newer = Self::look(shared);
        let apart = (newer.ahead - self.ahead).abs();
        if newer.doubt < self.doubt || apart > SET + newer.doubt + self.doubt {
            *self = newer;
        }
    }

    fn stamp(&self, day: Duration) -> Stamp {
        Stamp(u64::try_from(nanoseconds(day) - self.ahead).unwrap_or(0))
    }
}

fn nanoseconds(span: Duration) -> i128 {
    i128::try_from(span.as_nanos()).unwrap_or(i128::MAX)
}
