//! `serve`: accepts connections until it is cancelled, and gives each a thread that echoes or sinks.
//!
//! A connection becomes a socket of the playground, with its loop and its close() as lines of the log, as long as they
//! come slowly enough to be looked at. Those of a flood are served just the same and only counted.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::{Execution, Result};
use crate::engine::worker::{self, Served};
use crate::notation::{Returned, Service};
use crate::socket::Errno;
use crate::sys::socket as sys;

/// How many connections may come at once and still be shown one by one.
const BURST: u32 = 32;
/// After that, one in this time.
const PACE: Duration = Duration::from_millis(50);

/// How many connections may be shown: a bucket that fills with time.
struct Allowance {
    left: u32,
    filled: Instant,
}

impl Allowance {
    fn new() -> Self {
        Self {
            left: BURST,
            filled: Instant::now(),
        }
    }

    fn take(&mut self) -> bool {
        let passed = self.filled.elapsed();
        let gained = u32::try_from(passed.as_nanos() / PACE.as_nanos()).unwrap_or(BURST);
        if gained > 0 {
            self.left = self.left.saturating_add(gained).min(BURST);
            self.filled += PACE * gained.min(BURST);
            if gained > BURST {
                self.filled = Instant::now();
            }
        }
        let may = self.left > 0;
        self.left = self.left.saturating_sub(1);
        may
    }
}

/// The connections that are served without being shown, to be ended with the loop.
#[derive(Debug, Default)]
pub(in crate::engine) struct Unseen(Mutex<Vec<i32>>);

impl Unseen {
    fn add(&self, fd: i32) {
        self.0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .push(fd);
    }

    /// Closes a connection, unless it is not ours any more.
    pub(in crate::engine) fn close(&self, fd: i32) {
        let mut fds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = fds.iter().position(|own| *own == fd) {
            fds.swap_remove(index);
            // The peer may have reset it; there is nobody to tell.
            let _ = sys::close(fd);
        }
    }

    /// Ends every connection: its thread sees end of stream and closes it.
    fn end(&self) {
        let fds = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for fd in fds.iter() {
            // It may have ended by itself.
            let _ = sys::shutdown(*fd, crate::socket::How(libc::SHUT_RDWR));
        }
    }
}

impl Execution<'_> {
    pub(super) fn serve(&mut self, fd: i32, service: Service) -> Result {
        let unseen = Arc::new(Unseen::default());
        let served = self.accept_all(fd, service, &unseen);
        unseen.end();
        served
    }

    /// The queue is shorter by one; in a flood the sampler looks often enough.
    fn look_at_queue(&self) {
        if let (Some(id), Some(subject)) = (self.request.on, self.subject()) {
            let at = self.shared.now();
            self.shared.look(id, &subject, false, at);
        }
    }

    fn accept_all(&self, fd: i32, service: Service, unseen: &Arc<Unseen>) -> Result {
        let mut allowance = Allowance::new();
        let mut count = 0;
        while !self.control.is_cancelled() {
            let accepted = match sys::accept(fd, 0, None) {
                Ok((accepted, _)) => accepted,
                Err(Errno(libc::EINTR | libc::ECONNABORTED)) => continue,
                Err(errno) => return Err(errno),
            };
            count += 1;
            let connection = Served {
                fd: accepted,
                service,
                listener: self.request,
                subject: self.subject(),
            };
            if allowance.take() {
                worker::serve_shown(self.shared, connection);
                self.look_at_queue();
            } else {
                unseen.add(accepted);
                worker::serve_unseen(self.shared, connection, Arc::clone(unseen));
            }
            if self.control.count(0) {
                self.shared.desk.follow(self.control);
            }
        }
        Ok(Returned::Count(count))
    }
}
