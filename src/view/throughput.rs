//! The progress of a loop in words: its calls, its bytes, its rate.

use crate::call::table::CallKind;
use crate::view::text::plural;
use crate::world::{Record, Throughput};

/// Bytes as text: `512 B`, `12.4 MB`.
pub(crate) fn bytes(count: f64) -> String {
    const UNITS: [&str; 4] = ["kB", "MB", "GB", "TB"];
    if count < 1000.0 {
        return format!("{count:.0} B");
    }
    let mut scaled = count / 1000.0;
    let mut unit = 0;
    // What would round to 1000.0 is 1.0 of the next unit.
    while scaled >= 999.95 && unit + 1 < UNITS.len() {
        scaled /= 1000.0;
        unit += 1;
    }
    format!("{scaled:.1} {}", UNITS[unit])
}

/// The progress of a loop: `5.1 MB in 78 calls`, `3 connections`.
pub(crate) fn so_far(record: &Record) -> Option<String> {
    let pace = record.throughput()?;
    let moved = moved(record)?;
    Some(if record.call().call_kind() == CallKind::Serve {
        moved
    } else {
        format!("{moved} in {}", plural(pace.calls, "call"))
    })
}

/// The same without its calls.
pub(crate) fn moved(record: &Record) -> Option<String> {
    let pace = record.throughput()?;
    Some(if record.call().call_kind() == CallKind::Serve {
        served(pace.calls, record.new_descriptors().len() as u64)
    } else {
        bytes(pace.bytes as f64)
    })
}

/// The connections of a serve(); in a flood not all of them become sockets of the session.
fn served(all: u64, shown: u64) -> String {
    let all_in_words = plural(all, "connection");
    match all > shown {
        true => format!("{all_in_words}, {shown} shown: too many at once"),
        false => all_in_words,
    }
}

/// The rate of a running loop: `12.4 MB/s`.
pub(crate) fn rate(record: &Record, now: crate::event::Timestamp) -> Option<String> {
    let pace = record.throughput()?;
    if record.is_blocked() || is_stale(pace, now) {
        return None;
    }
    Some(if record.call().call_kind() == CallKind::Serve {
        format!("{:.1}/s", pace.calls_per_second)
    } else {
        format!("{}/s", bytes(pace.bytes_per_second))
    })
}

/// A rate is valid only for a moment: after a while without a report it is no longer known.
fn is_stale(pace: Throughput, now: crate::event::Timestamp) -> bool {
    now >= pace.valid_until()
}

#[cfg(test)]
mod tests {
    use crate::view::throughput::{bytes, served};

    #[test]
    fn connections_that_are_not_shown_are_counted() {
        assert_eq!(served(3, 3), "3 connections");
        assert_eq!(
            served(300, 73),
            "300 connections, 73 shown: too many at once"
        );
    }

    #[test]
    fn bytes_are_read_easily() {
        assert_eq!(bytes(0.0), "0 B");
        assert_eq!(bytes(999.0), "999 B");
        assert_eq!(bytes(1000.0), "1.0 kB");
        assert_eq!(bytes(999_960.0), "1.0 MB");
        assert_eq!(bytes(12_400_000.0), "12.4 MB");
    }
}
