//! Waiting: poll, select, epoll_wait, sigtimedwait.

use std::time::Duration;

use crate::call::argument::{Descriptor, PollEntry, Sets};
use crate::call::outcome::{Caught, Events, Outcome, Raw, Returned};
use crate::call::signal::SignalInfo;
use crate::call::timeout::Timeout;
use crate::socket::{EpollEvents, PollEvents, Sig};
use crate::strace::bytes::{POINTER, list};
use crate::strace::names::{EPOLL_EVENTS, POLL_CODES, POLL_EVENTS};
use crate::strace::number::{number, signal};

/// The array of poll(2). What waits for nothing, with a negative number, has no events.
pub(crate) fn poll_set(entries: &[PollEntry]) -> String {
    let entry = |entry: &PollEntry| match number(&entry.socket) {
        fd @ ..0 => format!("{{fd={fd}}}"),
        fd => format!("{{fd={fd}, events={}}}", poll_events(entry.events)),
    };
    list(entries.iter().map(entry).collect())
}

/// A `short`.
fn poll_events(PollEvents(events): PollEvents) -> String {
    POLL_EVENTS.mask(events & 0xffff)
}

/// What poll(2) found, or that the time was up.
pub(crate) fn polled(ready: &[(Descriptor, Events)], raw: &Raw) -> String {
    let entry = |(socket, events): &(Descriptor, Events)| match events {
        Events::Poll(events) => {
            format!(
                "{{fd={}, revents={}}}",
                number(socket),
                poll_events(*events)
            )
        }
        Events::Epoll(_) => String::new(),
    };
    match ready.len() {
        0 => "0 (Timeout)".to_owned(),
        count => {
            let left = left(raw).map_or_else(String::new, |left| format!(", {left}"));
            format!(
                "{count} ({}{left})",
                list(ready.iter().map(entry).collect())
            )
        }
    }
}

/// The arguments of ppoll(2): the last are the mask and the size of the signal set.
pub(crate) fn ppolls(
    entries: &[PollEntry],
    timeout: Timeout,
    (mask, size): (Option<u64>, u64),
) -> String {
    let (set, timeout, mask) = (poll_set(entries), span(timeout), signals(mask));
    format!("{set}, {}, {timeout}, {mask}, {size}", entries.len())
}

/// The arguments of pselect6: select(2) as the C library makes it. An empty set is a null pointer.
pub(crate) fn selects(sets: &Sets, timeout: Timeout, nfds: Option<i32>) -> String {
    let all = sets.named().map(|(_, set)| set);
    let highest = all.iter().copied().flatten().map(number).max();
    let nfds = nfds.unwrap_or_else(|| highest.unwrap_or(-1) + 1);
    let shown = all.map(|set| match (set.is_empty(), nfds) {
        (true, _) => "NULL".to_owned(),
        (false, ..=0) => POINTER.to_owned(),
        (false, _) => format!("[{}]", numbers(set, nfds)),
    });
    format!("{nfds}, {}, {}, NULL", shown.join(", "), span(timeout))
}

/// The numbers of a set in their order, below `nfds`.
fn numbers(set: &[Descriptor], nfds: i32) -> String {
    let mut numbers: Vec<i32> = set.iter().map(number).filter(|fd| *fd < nfds).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// What select(2) left in its sets, and what of its time.
pub(crate) fn selected(count: u64, sets: &Sets, raw: &Raw) -> String {
    if count == 0 {
        return "0 (Timeout)".to_owned();
    }
    let words = ["in", "out", "except"];
    let named = words.iter().zip(sets.named());
    let mut parts: Vec<String> = named
        .filter(|(_, (_, set))| !set.is_empty())
        .map(|(word, (_, set))| format!("{word} [{}]", numbers(set, i32::MAX)))
        .collect();
    parts.extend(left(raw));
    format!("{count} ({})", parts.join(", "))
}

/// How many messages recvmmsg(2) received, and what was left of its timeout.
pub(crate) fn received(count: usize, raw: &Raw) -> String {
    match (count, left(raw)) {
        (0, _) => "0 (Timeout)".to_owned(),
        (count, Some(left)) => format!("{count} ({left})"),
        (count, None) => count.to_string(),
    }
}

/// What was left of the timeout, where the call says so.
fn left(raw: &Raw) -> Option<String> {
    let left = timespec(Duration::from_nanos(raw.left?));
    Some(format!("left {left}"))
}

/// A timeout; a null pointer is forever.
pub(crate) fn span(timeout: Timeout) -> String {
    let fields = |(seconds, nanos)| format!("{{tv_sec={seconds}, tv_nsec={nanos}}}");
    timeout.timespec().map_or_else(|| "NULL".to_owned(), fields)
}

/// `struct timespec`
pub(crate) fn timespec(span: Duration) -> String {
    format!(
        "{{tv_sec={}, tv_nsec={}}}",
        span.as_secs(),
        span.subsec_nanos()
    )
}

/// `struct epoll_event`; its data is the descriptor.
pub(crate) fn event(EpollEvents(events): EpollEvents, socket: &Descriptor) -> String {
    let data = number(socket).cast_unsigned();
    let events = EPOLL_EVENTS.mask(events);
    format!("{{events={events}, data={{u32={data}, u64={data}}}}}")
}

/// The events that epoll_wait(2) reported.
pub(crate) fn reported(outcome: &Outcome) -> String {
    let Ok(Returned::Ready(ready)) = &outcome.result else {
        return POINTER.to_owned();
    };
    let entry = |(socket, events): &(Descriptor, Events)| match events {
        Events::Epoll(events) => event(*events, socket),
        Events::Poll(_) => String::new(),
    };
    list(ready.iter().map(entry).collect())
}

/// A signal set, by the numbers and without the common beginning of the names.
pub(crate) fn signal_set(signals: &[Sig]) -> String {
    let mut numbers: Vec<i32> = signals.iter().map(|signal| signal.0).collect();
    numbers.retain(|number| (1..=64).contains(number));
    numbers.sort_unstable();
    numbers.dedup();
    let names = numbers.iter().map(|number| signal(*number)[3..].to_owned());
    format!("[{}]", names.collect::<Vec<_>>().join(" "))
}

/// The signals of a mask, without the common beginning of their names. Of most of them strace prints the others.
pub(crate) fn signals(mask: Option<u64>) -> String {
    let Some(mask) = mask else {
        return "NULL".to_owned();
    };
    let names = |mask: u64| {
        let set = (1..=64).filter(|number| mask >> (number - 1) & 1 != 0);
        let names: Vec<String> = set
            .map(|number| signal(number).trim_start_matches("SIG").to_owned())
            .collect();
        names.join(" ")
    };
    match mask.count_ones() {
        43.. => format!("~[{}]", names(!mask)),
        _ => format!("[{}]", names(mask)),
    }
}

/// The same when the call has returned: strace does not read the mask of one that failed.
pub(crate) fn mask_after(mask: Option<u64>, failed: bool) -> String {
    match mask {
        Some(_) if failed => POINTER.to_owned(),
        mask => signals(mask),
    }
}

/// The line of a signal whose handler ran.
pub(crate) fn caught(caught: &Caught) -> String {
    let Caught {
        signal: sent,
        about,
        info,
    } = caught;
    let info = siginfo(*sent, about.as_ref(), info);
    format!("--- {} {info} ---", signal(sent.0))
}

/// The `siginfo_t` of sigtimedwait(2), the timeout and the size of the set.
pub(crate) fn waited(outcome: &Outcome, timeout: Timeout) -> String {
    let info = match (&outcome.result, &outcome.raw) {
        (Ok(Returned::Signal { signal, about }), Some(raw)) => {
            siginfo(*signal, about.as_ref(), &raw.info)
        }
        _ => POINTER.to_owned(),
    };
    format!("{info}, {}, 8", span(timeout))
}

fn siginfo(Sig(sent): Sig, about: Option<&(Descriptor, PollEvents)>, info: &SignalInfo) -> String {
    let about = match about {
        None => crate::strace::signals::info(sent, info),
        Some((socket, PollEvents(band))) => speaks_of(sent, number(socket), *band),
    };
    format!("{{si_signo={}, {about}}}", signal(sent))
}

/// What a signal says of a descriptor. Of any but SIGIO strace does not know that it does, and shows the same bytes as
/// the process that sent it and its value.
fn speaks_of(signal: i32, fd: i32, band: i32) -> String {
    let code = code(band);
    if signal == libc::SIGIO {
        let code = POLL_CODES.name(code).unwrap_or_default();
        return format!("si_code={code}, si_band={band}, si_fd={fd}");
    }
    let value = match fd {
        0 => String::new(),
        fd => format!(", si_int={fd}, si_ptr={fd:#x}"),
    };
    let code = match signal {
        libc::SIGCHLD => "SI_SIGIO".to_owned(),
        _ => format!("{code:#x}"),
    };
    format!("si_code={code}, si_pid={band}, si_uid=0{value}")
}

/// The reason of a signal by the events that the kernel reports for it (`band_table` in fs/fcntl.c).
fn code(band: i32) -> u32 {
    const BANDS: [(u32, i32); 6] = [
        (1, 0x41),
        (2, 0x304),
        (3, 0x441),
        (4, 0x8),
        (5, 0x82),
        (6, 0x18),
    ];
    let found = BANDS.iter().find(|(_, events)| *events == band);
    found.map_or(1, |(code, _)| *code)
}
