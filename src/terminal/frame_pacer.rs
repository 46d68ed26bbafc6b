//! When to draw: at once for a person, and for the first news after that, which usually is the result of their call; at most
//! one frame in [`FRAME`] otherwise, so that a flood of events costs a bounded number of frames.

use std::time::{Duration, Instant};

/// The least time between two drawings that no key asked for.
pub(crate) const FRAME: Duration = Duration::from_millis(16);

/// What there is to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum News {
    /// Nothing that can be seen.
    Nothing,
    /// Something happened.
    Event,
    /// A person did something and waits to see it.
    Input,
}

/// What was drawn last, and what has not been drawn since.
#[derive(Debug)]
pub(crate) struct FramePacer {
    drawn: Instant,
    is_due: bool,
    /// Whether the last frame answered a person, and nothing that happened was drawn since.
    awaits_result: bool,
}

impl FramePacer {
    pub(crate) fn new(now: Instant) -> Self {
        Self {
            drawn: now,
            is_due: false,
            awaits_result: false,
        }
    }

    /// Takes news in. Gives whether to draw at once.
    pub(crate) fn draws_at_once(&mut self, news: News, now: Instant) -> bool {
        let at_once = match news {
            News::Nothing => false,
            News::Input => {
                self.awaits_result = true;
                true
            }
            News::Event => {
                let first = std::mem::take(&mut self.awaits_result);
                self.is_due = true;
                first
            }
        };
        at_once || (self.is_due && now.saturating_duration_since(self.drawn) >= FRAME)
    }

    /// A frame was drawn.
    pub(crate) fn drawn(&mut self, now: Instant) {
        self.drawn = now;
        self.is_due = false;
    }

    /// How long to wait for more before the next frame; `None`: there is nothing to draw.
    pub(crate) fn next_frame(&self, now: Instant) -> Option<Duration> {
        let waited = now.saturating_duration_since(self.drawn);
        self.is_due.then(|| FRAME.saturating_sub(waited))
    }
}

#[cfg(test)]
mod tests {
    use crate::terminal::frame_pacer::*;

    #[test]
    fn the_result_of_a_call_does_not_wait_for_the_next_frame() {
        let began = Instant::now();
        let at = |micros| began + Duration::from_micros(micros);
        let mut pacer = FramePacer::new(began);
        assert!(pacer.draws_at_once(News::Input, at(100)), "a key");
        pacer.drawn(at(800));
        assert!(pacer.draws_at_once(News::Event, at(900)), "its result");
        pacer.drawn(at(1600));
        assert!(!pacer.draws_at_once(News::Event, at(1700)), "what follows");
        let left = pacer
            .next_frame(at(1700))
            .expect("there is something to draw");
        assert_eq!(left, FRAME - Duration::from_micros(100));
        assert!(
            pacer.draws_at_once(News::Event, at(18_000)),
            "a frame later"
        );
    }

    #[test]
    fn a_flood_of_events_is_drawn_once_a_frame() {
        let began = Instant::now();
        let mut pacer = FramePacer::new(began);
        let mut frames = 0;
        for millis in 0..1600 {
            let now = began + Duration::from_millis(millis);
            if pacer.draws_at_once(News::Event, now) {
                pacer.drawn(now);
                frames += 1;
            }
        }
        assert_eq!(frames, 99);
    }

    #[test]
    fn what_cannot_be_seen_is_not_drawn() {
        let began = Instant::now();
        let mut pacer = FramePacer::new(began);
        let later = began + FRAME * 10;
        assert!(!pacer.draws_at_once(News::Nothing, later));
        assert_eq!(pacer.next_frame(later), None);
    }
}
