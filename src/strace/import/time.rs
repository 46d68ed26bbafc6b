//! The times in the output of strace(1): of day (`-t`, `-tt`), since 1970 (`-ttt`), or since the line before (`-r`); and
//! how long a call took (`-T`).

use std::time::Duration;

use crate::event::Timestamp;

const SECOND: u64 = 1_000_000_000;
const DAY: u64 = 24 * 60 * 60 * SECOND;
/// The greatest number of a process, proc_sys_kernel(5): a number before a line that is greater is a time.
const GREATEST_PID: u64 = 1 << 22;
/// Seconds that are fewer are counted from the line before, since nobody traced anything in 1973.
const RELATIVE: u64 = 100_000_000;

/// The time of a line, in nanoseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Stamp {
    /// Since midnight.
    OfDay(u64),
    /// Since 1970.
    Epoch(u64),
    /// Since the line before.
    Later(u64),
}

/// The time with which a text begins, and the text behind it.
pub(super) fn stamp(text: &str) -> Option<(Stamp, &str)> {
    let text = text.trim_start();
    let (word, rest) = text.split_once(' ')?;
    let stamp = of_day(word).map(Stamp::OfDay).or_else(|| {
        let nanos = seconds(word)?;
        let is_time = word.contains('.') || nanos / SECOND > GREATEST_PID;
        let stamp = match nanos / SECOND < RELATIVE {
            true => Stamp::Later(nanos),
            false => Stamp::Epoch(nanos),
        };
        is_time.then_some(stamp)
    })?;
    // With -r beside another time: 09:54:44.389081 (+     0.000021) close(3) = 0
    let relative = rest
        .strip_prefix("(+")
        .and_then(|rest| rest.split_once(") "));
    match relative.filter(|(inner, _)| seconds(inner.trim()).is_some()) {
        Some((_, rest)) => Some((stamp, rest)),
        None => Some((stamp, rest)),
    }
}

/// The duration at the end of a line, ` <0.000163>`, and the text before it.
pub(super) fn took(text: &str) -> (&str, Option<Duration>) {
    let found = text
        .strip_suffix('>')
        .and_then(|text| text.rsplit_once(" <"))
        .and_then(|(before, inside)| Some((before, seconds(inside)?)));
    match found {
        Some((before, nanos)) => (before, Some(Duration::from_nanos(nanos))),
        None => (text, None),
    }
}

/// `09:54:44.389081`
fn of_day(word: &str) -> Option<u64> {
    let mut parts = word.splitn(3, ':');
    let two = |text: &str, most: u64| {
        let number: u64 = text.parse().ok()?;
        (text.len() == 2 && number < most).then_some(number)
    };
    let (hours, minutes) = (two(parts.next()?, 24)?, two(parts.next()?, 60)?);
    let rest = seconds(parts.next()?).filter(|rest| *rest < 61 * SECOND)?;
    Some((hours * 3600 + minutes * 60) * SECOND + rest)
}

/// `44.389081` in nanoseconds.
fn seconds(word: &str) -> Option<u64> {
    let (whole, part) = word.split_once('.').unwrap_or((word, "0"));
    let is_number = |text: &str, most: usize| {
        !text.is_empty() && text.len() <= most && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    if !is_number(whole, 10) || !is_number(part, 9) {
        return None;
    }
    let whole: u64 = whole.parse().ok()?;
    let part: u64 = format!("{part:0<9}").parse().ok()?;
    Some(whole * SECOND + part)
}

/// Makes moments of the times of lines. They never go back.
#[derive(Debug, Default)]
pub(super) struct Clock {
    /// The moment that was last.
    now: u64,
    /// The time of the first line, and that of the one before, since 1970 or since midnight of the first day.
    first: Option<u64>,
    before: u64,
    /// How many midnights have passed.
    days: u64,
    /// Where the lines say how much later each is: the sum.
    sum: u64,
    /// Whether any line had a time.
    pub(super) has_times: bool,
    /// When the first line was, in seconds since 1970, where the lines say so.
    pub(super) began: Option<u64>,
}

impl Clock {
    /// The moment of a line. One without a time is where the last call ended.
    pub(super) fn line(&mut self, stamp: Option<Stamp>) -> Timestamp {
        self.has_times |= stamp.is_some();
        let at = match stamp {
            None => self.now,
            Some(Stamp::Later(nanos)) => {
                self.sum = self.sum.saturating_add(nanos);
                self.sum
            }
            Some(Stamp::Epoch(nanos)) => {
                self.began.get_or_insert(nanos / SECOND);
                self.absolute(nanos)
            }
            Some(Stamp::OfDay(nanos)) => {
                let passed = nanos.saturating_add(self.days * DAY);
                if passed + DAY / 2 < self.before {
                    self.days += 1;
                }
                self.absolute(nanos.saturating_add(self.days * DAY))
            }
        };
        self.advance(at)
    }

    fn absolute(&mut self, nanos: u64) -> u64 {
        self.before = nanos;
        nanos.saturating_sub(*self.first.get_or_insert(nanos))
    }

    /// The moment at which a call has returned that was entered at another; `resumed`: that of the line that says so.
    pub(super) fn returned(
        &mut self,
        entered: Timestamp,
        took: Option<Duration>,
        resumed: Option<Timestamp>,
    ) -> Timestamp {
        let by_duration = took.map(|took| entered.after(took));
        let at = match (resumed, by_duration) {
            (Some(resumed), _) if self.has_times => resumed,
            (_, Some(at)) => at,
            (Some(at), None) => at,
            (None, None) => entered,
        };
        self.advance(at.0)
    }

    fn advance(&mut self, at: u64) -> Timestamp {
        self.now = self.now.max(at);
        Timestamp(self.now)
    }
}

#[cfg(test)]
mod tests {
    use crate::strace::import::time::*;

    #[test]
    fn each_form_of_a_time_is_told_apart() {
        let of = stamp;
        let noon = 12 * 3600 * SECOND;
        assert_eq!(of("12:00:00 a()"), Some((Stamp::OfDay(noon), "a()")));
        assert_eq!(
            of("12:00:00.5 a()"),
            Some((Stamp::OfDay(noon + SECOND / 2), "a()"))
        );
        assert_eq!(
            of("1796032485.396129 a()"),
            Some((Stamp::Epoch(1_796_032_485_396_129_000), "a()"))
        );
        assert_eq!(of("     0.000021 a()"), Some((Stamp::Later(21_000), "a()")));
        assert_eq!(
            of("12:00:00 (+     0.000021) a()"),
            Some((Stamp::OfDay(noon), "a()"))
        );
        for other in [
            "4321 a()",
            "a() b",
            "25:00:00 a()",
            "1:2:3 a()",
            "1.x a()",
            "",
        ] {
            assert_eq!(of(other), None, "{other}");
        }
    }

    #[test]
    fn a_duration_is_taken_off_the_end() {
        assert_eq!(
            took("3 <0.000163>"),
            ("3", Some(Duration::from_micros(163)))
        );
        assert_eq!(
            took("3<TCP:[127.0.0.1:80]>"),
            ("3<TCP:[127.0.0.1:80]>", None)
        );
    }

    #[test]
    fn midnight_is_passed_and_time_never_goes_back() {
        let mut clock = Clock::default();
        let mut at = |seconds: u64| clock.line(Some(Stamp::OfDay(seconds * SECOND))).0 / SECOND;
        assert_eq!(at(24 * 3600 - 1), 0);
        assert_eq!(at(1), 2);
        assert_eq!(at(0), 2, "one second back");
        assert_eq!(at(5), 6);
    }

    #[test]
    fn without_times_the_durations_of_calls_are_all_that_passes() {
        let mut clock = Clock::default();
        let entered = clock.line(None);
        let took = Some(Duration::from_nanos(7));
        assert_eq!(clock.returned(entered, took, None), Timestamp(7));
        assert_eq!(clock.line(None), Timestamp(7));
    }
}
