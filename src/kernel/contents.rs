//! What the kernel keeps in an open file that is neither a socket nor an epoll instance: FIONREAD, and
//! /proc/self/fdinfo, see proc_pid_fdinfo(5).

use std::time::Duration;

use crate::event::{Contents, TimerState};
use crate::socket::Kind;

/// Asks for it. `None`: nothing is kept there, or the kernel does not say.
pub(crate) fn contents(fd: i32, kind: Kind) -> Option<Contents> {
    match kind {
        Kind::PipeReader | Kind::PipeWriter => {
            let bytes = crate::sys::file::unread(fd).ok()?;
            Some(Contents::Bytes(bytes))
        }
        Kind::Eventfd => counter(&info(fd)?).map(Contents::Counter),
        Kind::Timerfd => timer(&info(fd)?).map(Contents::Timer),
        Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw | Kind::Epoll | Kind::File => {
            None
        }
    }
}

fn info(fd: i32) -> Option<String> {
    let process = crate::sys::made::process();
    std::fs::read_to_string(format!("/proc/{process}/fdinfo/{fd}")).ok()
}

/// What follows a label.
pub(crate) fn field<'a>(info: &'a str, label: &str) -> Option<&'a str> {
    let mut lines = info.lines();
    lines.find_map(|line| Some(line.strip_prefix(label)?.strip_prefix(':')?.trim()))
}

/// Reads `eventfd-count: 1f`, which is hexadecimal.
fn counter(info: &str) -> Option<u64> {
    u64::from_str_radix(field(info, "eventfd-count")?, 16).ok()
}

/// Reads `ticks: 1`, `it_value: (0, 49000)` and `it_interval: (1, 0)`.
fn timer(info: &str) -> Option<TimerState> {
    Some(TimerState {
        expirations: field(info, "ticks")?.parse().ok()?,
        left: span(field(info, "it_value")?)?,
        interval: span(field(info, "it_interval")?)?,
    })
}

/// Reads `(1, 500)`: seconds and nanoseconds.
fn span(text: &str) -> Option<Duration> {
    let inner = text.strip_prefix('(')?.strip_suffix(')')?;
    let (seconds, nanos) = inner.split_once(", ")?;
    Some(Duration::new(seconds.parse().ok()?, nanos.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use crate::kernel::contents::*;

    #[test]
    fn the_lines_of_fdinfo_are_read() {
        let info = "pos:\t0\nflags:\t02\neventfd-count:               1f\neventfd-id: 3\n";
        assert_eq!(counter(info), Some(31));
        assert_eq!(counter("pos:\t0\n"), None);
        let info =
            "clockid: 1\nticks: 2\nsettime flags: 00\nit_value: (0, 5000)\nit_interval: (1, 0)\n";
        let state = TimerState {
            expirations: 2,
            left: Duration::from_micros(5),
            interval: Duration::from_secs(1),
        };
        assert_eq!(timer(info), Some(state));
        assert_eq!(timer("ticks: 2\n"), None);
    }
}
