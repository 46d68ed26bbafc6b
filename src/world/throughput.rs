//! The throughput of a call that makes many system calls, from the times at which it reported its progress.

use std::time::Duration;

use crate::event::Timestamp;

/// The progress of a loop, and its rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Throughput {
    /// When this was reported.
    pub at: Timestamp,
    /// System calls so far.
    pub calls: u64,
    /// Bytes so far.
    pub bytes: u64,
    /// Calls per second since the previous report.
    pub calls_per_second: f64,
    /// Bytes per second since the previous report.
    pub bytes_per_second: f64,
}

impl Throughput {
    /// Until when the rate is known unless something more is reported.
    pub fn valid_until(&self) -> Timestamp {
        self.at.after(Duration::from_secs(1))
    }

    /// No progress yet, at a moment.
    pub fn rest(at: Timestamp) -> Self {
        Self {
            at,
            calls: 0,
            bytes: 0,
            calls_per_second: 0.0,
            bytes_per_second: 0.0,
        }
    }

    /// The throughput at a later moment, with the progress made until then. If no time has passed the rate stays as it
    /// was.
    pub fn advanced(&self, at: Timestamp, calls: u64, bytes: u64) -> Self {
        let span = at.since(self.at).as_secs_f64();
        let rate = |now: u64, then: u64, known: f64| {
            if span > 0.0 {
                now.saturating_sub(then) as f64 / span
            } else {
                known
            }
        };
        Self {
            at: at.max(self.at),
            calls,
            bytes,
            calls_per_second: rate(calls, self.calls, self.calls_per_second),
            bytes_per_second: rate(bytes, self.bytes, self.bytes_per_second),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::world::throughput::*;

    const SECOND: u64 = 1_000_000_000;

    #[test]
    fn the_rate_is_that_since_the_last_report() {
        let rest = Throughput::rest(Timestamp(SECOND));
        let first = rest.advanced(Timestamp(2 * SECOND), 10, 1000);
        assert!((first.bytes_per_second - 1000.0).abs() < 1e-6);
        let second = first.advanced(Timestamp(2 * SECOND + SECOND / 2), 20, 4000);
        assert!((second.bytes_per_second - 6000.0).abs() < 1e-6);
        assert!((second.calls_per_second - 20.0).abs() < 1e-6);
    }

    #[test]
    fn no_time_gives_no_rate() {
        let rest = Throughput::rest(Timestamp(SECOND));
        let same = rest.advanced(Timestamp(SECOND), 5, 5);
        assert!(
            same.bytes_per_second.abs() < 1e-9,
            "nothing is divided by 0"
        );
        let back = same.advanced(Timestamp(0), 6, 6);
        assert_eq!(back.at, Timestamp(SECOND), "time does not run back");
    }
}
