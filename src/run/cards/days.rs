//! The person's clock and calendar, and spans of time in words.

use chrono::{DateTime, Days, Local, NaiveDate, NaiveTime, Utc};

use crate::lesson::schedule::Today;

const MINUTE: i64 = 60;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;

/// Now, and the day around it in the local time zone.
pub(crate) fn today() -> Today {
    let now = Local::now();
    let date = now.date_naive();
    let start = midnight(date);
    let next = date.checked_add_days(Days::new(1));
    let now = now.timestamp();
    Today {
        now,
        start: start.unwrap_or(now),
        end: next.and_then(midnight).unwrap_or(now + DAY),
    }
}

/// When a day begins. `None` where the clocks were put forward over its midnight.
fn midnight(date: NaiveDate) -> Option<i64> {
    let begins = date
        .and_time(NaiveTime::MIN)
        .and_local_timezone(Local)
        .earliest();
    begins.map(|at| at.timestamp())
}

/// A moment: its time when it is on this day, else its date.
pub(crate) fn date(at: i64, today: Today) -> String {
    let local = DateTime::<Utc>::from_timestamp(at, 0)
        .unwrap_or_default()
        .with_timezone(&Local);
    if (today.start..today.end).contains(&at) {
        local.format("%H:%M").to_string()
    } else {
        local.format("%Y-%m-%d").to_string()
    }
}

/// A span in seconds as one number with its unit.
pub(crate) fn span(seconds: i64) -> String {
    let count = |unit: i64| (seconds + unit / 2) / unit;
    match seconds {
        ..HOUR => format!("{} min", count(MINUTE).max(1)),
        HOUR..DAY => format!("{} h", count(HOUR)),
        _ if count(DAY) == 1 => "1 day".to_owned(),
        _ if seconds < 365 * DAY => format!("{} days", count(DAY)),
        _ => format!(
            "{}.{} years",
            seconds / (365 * DAY),
            seconds % (365 * DAY) * 10 / (365 * DAY)
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::run::cards::days::*;

    #[test]
    fn spans_read_as_a_person_would_say_them() {
        let shown = [
            0,
            60,
            599,
            3_600,
            DAY - 1,
            DAY,
            15 * DAY,
            365 * DAY,
            900 * DAY,
        ]
        .map(span);
        assert_eq!(
            shown,
            [
                "1 min",
                "1 min",
                "10 min",
                "1 h",
                "24 h",
                "1 day",
                "15 days",
                "1.0 years",
                "2.4 years"
            ]
        );
    }

    #[test]
    fn now_is_within_its_day() {
        let today = today();
        assert!((today.start..today.end).contains(&today.now), "{today:?}");
        assert_eq!(date(today.now, today).len(), "12:34".len());
        assert_eq!(date(today.end + DAY, today).len(), "2026-01-01".len());
    }
}
