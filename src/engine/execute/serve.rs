//! `serve`: accepts connections until it is cancelled, and gives each a thread that echoes or sinks.
//!
//! A connection becomes a socket of the playground, with its loop and its close() as lines of the log, as long as they
//! come slowly enough to be shown. Those of a flood, and those that come when many were shown, are served just the
//! same and only counted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use crate::call::argument::Service;
use crate::call::outcome::Returned;
use crate::engine::accepted::AcceptedConnection;
use crate::engine::execute::{Execution, Result};
use crate::engine::shared::ProbeOptions;
use crate::socket::Errno;
use crate::sys::Failure;

/// How many connections may come at once and still be shown one by one.
const BURST: u32 = 32;
/// After that, one in this time.
const PACE: Duration = Duration::from_millis(50);

/// How many of one call are shown at all: each is a socket and lines of the log for the rest of the session.
const MOST_SHOWN: u32 = 1000;

/// How many connections may be shown: a bucket that fills with time.
struct Allowance {
    left: u32,
    filled: Instant,
    shown: u32,
}

impl Allowance {
    fn new(now: Instant) -> Self {
        Self {
            left: BURST,
            filled: now,
            shown: 0,
        }
    }

    fn take(&mut self, now: Instant) -> bool {
        let passed = now.saturating_duration_since(self.filled);
        let gained = u32::try_from(passed.as_nanos() / PACE.as_nanos()).unwrap_or(BURST);
        if gained > 0 {
            self.left = self.left.saturating_add(gained).min(BURST);
            self.filled += PACE * gained.min(BURST);
            if gained > BURST {
                self.filled = now;
            }
        }
        let may = self.left > 0 && self.shown < MOST_SHOWN;
        self.left = self.left.saturating_sub(1);
        self.shown += u32::from(may);
        may
    }
}

/// The connections that are served without being shown, to be ended with the loop.
#[derive(Debug, Default)]
pub(crate) struct Unseen(Mutex<Vec<i32>>);

impl Unseen {
    fn add(&self, fd: i32) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fd);
    }

    /// Closes a connection, unless it is not ours any more.
    pub(crate) fn close(&self, fd: i32) {
        let mut fds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = fds.iter().position(|own| *own == fd) {
            fds.swap_remove(index);
            // The peer may have reset it; there is nobody to tell.
            let _ = crate::sys::socket::close(fd);
        }
    }

    /// Ends every connection: its thread sees end of stream and closes it.
    fn end(&self) {
        let fds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for fd in fds.iter() {
            // It may have ended by itself.
            let _ = crate::sys::socket::shutdown(*fd, crate::socket::How(libc::SHUT_RDWR));
        }
    }
}

impl Execution<'_> {
    pub(crate) fn serve(&mut self, fd: i32, service: Service) -> Result {
        let unseen = Arc::new(Unseen::default());
        let served = self.accept_all(fd, service, &unseen);
        unseen.end();
        served
    }

    /// The queue is shorter by one; in a flood the sampler probes often enough.
    fn probe_queue(&self) {
        if let (Some(id), Some(target)) = (self.request.on, self.target()) {
            let at = self.shared.now();
            self.shared.probe(id, &target, ProbeOptions::default(), at);
        }
    }

    fn accept_all(&mut self, fd: i32, service: Service, unseen: &Arc<Unseen>) -> Result {
        let mut allowance = Allowance::new(Instant::now());
        while !self.control.is_cancelled() {
            let accepted = match crate::sys::socket::accept(fd, None) {
                Ok((accepted, _)) => accepted,
                Err(Failure::Errno(Errno(libc::EINTR | libc::ECONNABORTED))) => continue,
                Err(failure) => return Err(failure),
            };
            self.done += 1;
            let connection = AcceptedConnection {
                fd: accepted,
                service,
                listener: self.request,
                target: self.target(),
            };
            if allowance.take(Instant::now()) {
                crate::engine::accepted::serve_shown(self.shared, connection);
                self.probe_queue();
            } else {
                unseen.add(accepted);
                crate::engine::accepted::serve_unseen(self.shared, connection, Arc::clone(unseen));
            }
            if self.control.count(0) {
                self.shared.watch_queue.follow(self.control);
            }
        }
        Ok(Returned::Count(self.done))
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::execute::serve::*;

    #[test]
    fn a_flood_is_shown_in_part_and_an_endless_stream_to_an_end() {
        let began = Instant::now();
        let mut allowance = Allowance::new(began);
        let shown = (0..500).filter(|_| allowance.take(began)).count();
        assert_eq!(shown, BURST as usize, "a flood");
        assert!(allowance.take(began + PACE), "it is granted again in time");
        assert!(!allowance.take(began + PACE));
        let slow = |n: u32| began + Duration::from_secs(1) * n;
        let shown = (1..5000).filter(|n| allowance.take(slow(*n))).count();
        assert_eq!(shown as u32 + BURST + 1, MOST_SHOWN, "an hour of visitors");
    }
}
