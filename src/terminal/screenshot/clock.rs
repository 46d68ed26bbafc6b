//! The clock of a picture: staged, so that the same script gives the same times.

use std::time::Instant;

use crate::event::{Event, EventKind, Timestamp};

/// The staged time between two calls, and a third of the time that passes after the last one.
pub(crate) const BEAT: u64 = 1_000_000_000;

/// One call a second: what happens belongs to the last call that was asked for. Only a line that waits for time to pass,
/// as sleep() does, moves it on besides.
#[derive(Default)]
pub(crate) struct Clock {
    now: Timestamp,
    /// For which moment a line waits, and when that comes on the real clock.
    awaited: Option<(Timestamp, Instant)>,
}

impl Clock {
    /// The staged moment.
    pub(crate) fn now(&self) -> Timestamp {
        self.now
    }

    /// The next call: on the full second, however often the clock was moved before.
    pub(crate) fn call(&mut self) {
        self.now = Timestamp((self.now.0 / BEAT + 1) * BEAT);
        self.awaited = None;
    }

    /// Waits for a moment, and goes on to it when as much time has really passed. Gives when it comes.
    pub(crate) fn wait_for(&mut self, moment: Timestamp) -> Instant {
        let now = Instant::now();
        let comes = match self.awaited {
            Some((awaited, comes)) if awaited == moment => comes,
            _ => now + moment.since(self.now),
        };
        self.awaited = Some((moment, comes));
        if now >= comes {
            self.now = self.now.max(moment);
        }
        comes
    }

    /// A little later for what a call leads to, so that durations are not nothing.
    pub(crate) fn stage(&self, event: &mut Event) {
        let later = if matches!(event.what, EventKind::Returned { .. }) {
            20_000
        } else {
            0
        };
        event.at = Timestamp(self.now().0 + later);
    }
}
