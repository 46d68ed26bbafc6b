//! When to find out who listens on this host: one scan at a time, at least [`PAUSE`] after the one before, and only while
//! a form or the prompt has use for the answer. A scan reads every process's entry in /proc.

use std::time::{Duration, Instant};

use crossbeam_channel::Sender;

use crate::app::message::Msg;
use crate::kernel::listeners::Listener;

/// The least time between two scans.
const PAUSE: Duration = Duration::from_millis(250);

/// The scans so far.
#[derive(Debug, Default)]
pub(crate) struct ListenerScan {
    /// Whether the last answer may be out of date.
    is_dirty: bool,
    is_running: bool,
    /// When the last one was begun.
    begun: Option<Instant>,
}

impl ListenerScan {
    /// The answer is wanted again.
    pub(crate) fn want(&mut self) {
        self.is_dirty = true;
    }

    /// Whether to begin a scan now; it counts as begun then.
    pub(crate) fn begins(&mut self, is_needed: bool, now: Instant) -> bool {
        let begins = self
            .due_in(is_needed, now)
            .is_some_and(|left| left.is_zero());
        if begins {
            self.is_dirty = false;
            self.is_running = true;
            self.begun = Some(now);
        }
        begins
    }

    /// The scan has ended.
    pub(crate) fn ended(&mut self) {
        self.is_running = false;
    }

    /// How long until the next scan begins; `None`: none does, or the one that is under way comes first.
    pub(crate) fn due_in(&self, is_needed: bool, now: Instant) -> Option<Duration> {
        let waits = self.is_dirty && is_needed && !self.is_running;
        let rest = |begun: Instant| PAUSE.saturating_sub(now.saturating_duration_since(begun));
        waits.then(|| self.begun.map_or(Duration::ZERO, rest))
    }
}

/// The answer of a scan: sent when it is dropped, so that one comes also where no thread could be had.
pub(crate) struct Answer {
    to_loop: Sender<Msg>,
    found: Vec<Listener>,
}

impl Answer {
    /// Nobody was found yet.
    pub(crate) fn to(to_loop: Sender<Msg>) -> Self {
        Self {
            to_loop,
            found: Vec::new(),
        }
    }

    /// Looks. Opens many files: not for the main thread.
    pub(crate) fn find(mut self) {
        self.found = crate::kernel::listeners::listeners();
    }
}

impl Drop for Answer {
    fn drop(&mut self) {
        let found = std::mem::take(&mut self.found);
        // The loop may have ended meanwhile.
        let _ = self.to_loop.send(Msg::Listeners(found));
    }
}

#[cfg(test)]
mod tests {
    use crate::terminal::listener_scan::*;

    #[test]
    fn many_wishes_are_few_scans_and_one_at_a_time() {
        let began = Instant::now();
        let mut scan = ListenerScan::default();
        let (mut scans, mut running) = (0, 0);
        // A thousand wishes in a second; a scan takes 40 ms.
        let mut ends = None;
        for millis in 0..1000 {
            let now = began + Duration::from_millis(millis);
            if ends == Some(millis) {
                scan.ended();
                running -= 1;
            }
            scan.want();
            if scan.begins(true, now) {
                scans += 1;
                running += 1;
                ends = Some(millis + 40);
            }
            assert!(running <= 1, "one at a time");
        }
        assert_eq!(scans, 4);
    }

    #[test]
    fn the_last_wish_is_answered_and_then_nothing_is_waited_for() {
        let began = Instant::now();
        let mut scan = ListenerScan::default();
        scan.want();
        assert!(scan.begins(true, began));
        scan.want();
        assert_eq!(
            scan.due_in(true, began),
            None,
            "the one under way comes first"
        );
        scan.ended();
        assert_eq!(scan.due_in(true, began), Some(PAUSE));
        assert!(scan.begins(true, began + PAUSE));
        scan.ended();
        assert_eq!(scan.due_in(true, began + PAUSE * 2), None);
    }

    #[test]
    fn nobody_who_needs_it_means_no_scan() {
        let mut scan = ListenerScan::default();
        scan.want();
        assert!(!scan.begins(false, Instant::now()));
        assert_eq!(scan.due_in(false, Instant::now()), None);
        assert!(scan.begins(true, Instant::now()), "it is still wanted");
    }
}
