//! The work of the watcher, and the timer that wakes it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use crate::engine::control::Control;
use crate::engine::deadline_timer::DeadlineTimer;
use crate::event::Timestamp;

/// How long a call must have been asked for before it can count as blocked.
pub(crate) const SHORT_WHILE: Duration = Duration::from_millis(10);

/// What the watcher shares with those who give it work.
#[derive(Debug)]
pub(crate) struct WatchQueue {
    work: Mutex<Work>,
    /// Wakes the watcher.
    pub(crate) timer: DeadlineTimer,
}

#[derive(Debug, Default)]
pub(crate) struct Work {
    /// Calls that may turn out to be blocked.
    pub(crate) starting: Vec<Arc<Control>>,
    /// Calls that consist of many and are not at rest.
    pub(crate) followed: Vec<Followed>,
    /// Calls that are to be interrupted and of which this has not been reported.
    pub(crate) to_interrupt: Vec<Arc<Control>>,
    /// Calls that are being interrupted.
    pub(crate) interrupted: Vec<Arc<Control>>,
    /// When the timer expires; `None` while it is stopped.
    pub(crate) expires: Option<Instant>,
    pub(crate) stop: bool,
}

/// A call that consists of many, and the progress that was reported last.
#[derive(Debug)]
pub(crate) struct Followed {
    pub(crate) control: Arc<Control>,
    /// Calls and bytes.
    pub(crate) reported: (u64, u64),
    pub(crate) due: Timestamp,
}

impl WatchQueue {
    pub(crate) fn lock(&self) -> MutexGuard<'_, Work> {
        self.work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn new() -> std::io::Result<Self> {
        Ok(Self {
            work: Mutex::default(),
            timer: DeadlineTimer::new()?,
        })
    }

    /// Adds work that is to be begun within a span.
    pub(crate) fn put(&self, within: Duration, add: impl FnOnce(&mut Work)) {
        let mut work = self.lock();
        add(&mut work);
        let due = Instant::now() + within;
        if work.expires.is_none_or(|expires| expires > due) {
            work.expires = Some(due);
            self.timer.expire_in(within);
        }
    }

    /// Watches a call until it returns or is seen asleep.
    pub(crate) fn watch(&self, control: Arc<Control>) {
        self.put(SHORT_WHILE, |work| work.starting.push(control));
    }

    /// Reports the progress of a call from now on, until it rests.
    pub(crate) fn follow(&self, control: &Arc<Control>) {
        self.put(Duration::ZERO, |work| {
            work.followed.push(Followed {
                control: Arc::clone(control),
                reported: (0, 0),
                due: Timestamp(0),
            });
        });
    }
}
