//! An epoll instance: its interest list as the kernel has it, the events that hold now, and the inferred ready list.
//!
//! The interest list, the events that hold and whether the instance is ready are observed. The kernel does not show the
//! ready list: it is inferred, and marked so.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::socket::{EpollEvents, Phase};
use crate::view::grid::{Cell, Grid, GridRow};
use crate::view::set::{course, is_roomy, mask, waits};
use crate::view::text::{cut_spans, paragraph};
use crate::world::{EpollEntry, Handle, Readiness, Record};

/// The flags that say how something is reported, in words.
const MODES: [(i32, &str); 3] = [
    (libc::EPOLLONESHOT, "once"),
    (libc::EPOLLEXCLUSIVE, "exclusive"),
    (libc::EPOLLWAKEUP, "wakeup"),
];
/// All of these flags, and the edge.
const MODE_BITS: i32 =
    libc::EPOLLET | libc::EPOLLONESHOT | libc::EPOLLEXCLUSIVE | libc::EPOLLWAKEUP;
/// The events that the kernel adds to every registration.
const ALWAYS: i32 = libc::EPOLLERR | libc::EPOLLHUP;
/// The width of a mask before its prefixes are left out.
const MASK: usize = 16;

/// Everything about an instance.
pub(crate) fn lines(app: &App, epoll: Handle<'_>, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    if !epoll.is_open() {
        return paragraph(
            "It is closed: its interest list is gone.",
            width,
            app.theme.secondary,
        );
    }
    if !epoll.was_seen() {
        // The reason is above.
        return last_wait(app, epoll, width);
    }
    if epoll.interest().is_empty() {
        let text =
            "Its interest list is empty: epoll_ctl(…, EPOLL_CTL_ADD, …) registers a descriptor.";
        let mut lines = paragraph(text, width, app.theme.secondary);
        lines.extend(last_wait(app, epoll, width));
        return lines;
    }
    if is_roomy(area) {
        drawn(app, epoll, width)
    } else {
        compact(app, epoll, width)
    }
}

fn drawn(app: &App, epoll: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![is_ready(app, epoll, width)];
    lines.extend(last_wait(app, epoll, width));
    let head = [
        ["fd", "interest list", "holds now", "ready list"],
        ["", "observed", "observed", "inferred"],
    ];
    let mut rows = Vec::new();
    for (watched, readiness) in epoll.readiness() {
        let others: Vec<_> = app.world.also_watched(epoll, watched).collect();
        let place = (!others.is_empty()).then(|| format!("in {}", epoll.name()));
        rows.extend(pair(app, target(app, watched), place, watched, readiness));
        for (other, same) in others {
            let readiness = readiness_in(other, same);
            let place = format!("in {}", other.name());
            rows.extend(pair(app, place, None, same, readiness));
        }
    }
    let grid = Grid {
        head: head
            .map(|row| ("", row.map(str::to_owned).to_vec()))
            .to_vec(),
        rows,
    };
    lines.extend(grid.lines(&app.theme, width));
    for (watched, readiness) in epoll.readiness() {
        lines.extend(sentence(app, watched, readiness, width));
    }
    let always = "The kernel adds EPOLLERR and EPOLLHUP to every registration.";
    lines.extend(paragraph(always, width, app.theme.secondary));
    lines
}

/// A registration in two or three rows of the table.
fn pair(
    app: &App,
    first: String,
    second: Option<String>,
    watched: &EpollEntry,
    readiness: Readiness,
) -> Vec<GridRow> {
    let theme = &app.theme;
    let (listed, style) = listed(app, readiness);
    let now = match watched.seen.now {
        Some(now) => mask(&now.to_string(), "EPOLL", MASK),
        None => "closed".to_owned(),
    };
    let plain = |text: String| -> Cell { (text, theme.secondary) };
    let mut rows = vec![
        GridRow {
            label: String::new(),
            cells: vec![
                (first, theme.accent),
                (asked(watched), Style::new()),
                (now, Style::new()),
                (listed, style),
            ],
        },
        GridRow {
            label: String::new(),
            cells: vec![
                plain(second.unwrap_or_default()),
                (trigger(watched).to_owned(), theme.accent),
                plain(waiting(app, watched).unwrap_or_default()),
                plain(reported(watched)),
            ],
        },
    ];
    let more = more_modes(watched).join(", ");
    if !more.is_empty() {
        rows.push(GridRow {
            label: String::new(),
            cells: vec![plain(String::new()), (more, theme.accent)],
        });
    }
    rows
}

/// One line for each registration, and a sentence about it below.
fn compact(app: &App, epoll: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = Vec::new();
    for (watched, readiness) in epoll.readiness() {
        lines.push(row(app, target(app, watched), watched, readiness, width));
        lines.extend(sentence(app, watched, readiness, width));
        for (other, same) in app.world.also_watched(epoll, watched) {
            let place = format!("  in {}", other.name());
            lines.push(row(app, place, same, readiness_in(other, same), width));
        }
    }
    lines.extend(last_wait(app, epoll, width));
    lines
}

fn row(
    app: &App,
    whose: String,
    watched: &EpollEntry,
    readiness: Readiness,
    width: usize,
) -> Line<'static> {
    let (_, style) = listed(app, readiness);
    let now = match watched.seen.now {
        Some(now) => format!("now {}", mask(&now.to_string(), "EPOLL", MASK)),
        None => "closed".to_owned(),
    };
    cut_spans(
        vec![
            Span::styled(format!("{whose:<6} "), app.theme.accent),
            Span::raw(format!("{} {}", asked(watched), mode(watched))),
            Span::styled(format!(" · {now} · "), app.theme.secondary),
            Span::styled(short(readiness), style),
        ],
        width,
    )
}

fn readiness_in(epoll: Handle<'_>, watched: &EpollEntry) -> Readiness {
    let all = epoll.readiness().into_iter();
    all.filter(|(own, _)| *own == watched)
        .map(|(_, readiness)| readiness)
        .next()
        .unwrap_or(Readiness::Quiet)
}

/// Whether the instance has something to report: the kernel says that for the instance, not for an entry.
fn is_ready(app: &App, epoll: Handle<'_>, width: usize) -> Line<'static> {
    let (word, style, rest) = if epoll.has_ready() {
        (
            " ready ",
            app.theme.current,
            "epoll_wait() would return at once",
        )
    } else {
        (" not ready ", app.theme.title, "epoll_wait() would wait")
    };
    let rest = format!(" {rest} · observed by poll()");
    cut_spans(
        vec![
            Span::styled(word, style),
            Span::styled(rest, app.theme.secondary),
        ],
        width,
    )
}

/// The progress of the pending epoll_wait, or the result of the last one.
fn last_wait(app: &App, epoll: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let is_own = |record: &&Record| {
        record.on() == Some(epoll.id()) && record.call().call_kind().waits_on_epoll()
    };
    let pending = app.world.pending_on(epoll.id()).find(is_own);
    let last = || app.world.last_on(epoll.id(), is_own);
    let Some(record) = pending.or_else(last) else {
        return Vec::new();
    };
    let (text, style) = if record.is_pending() {
        (
            format!("{} waits {}", record.call(), waits(record)),
            app.theme.warning,
        )
    } else {
        let (text, style) = course(app, record, &result(record));
        (format!("last {text}"), style)
    };
    paragraph(&text, width, style)
}

/// What an epoll_wait reported: `s: EPOLLIN`.
fn result(record: &Record) -> String {
    let text = record
        .outcome()
        .map(ToString::to_string)
        .unwrap_or_default();
    let found = text.split_once('[').map(|(_, found)| found);
    found.unwrap_or_default().trim_end_matches(']').to_owned()
}

/// `5 s`
fn target(app: &App, watched: &EpollEntry) -> String {
    let socket = watched.descriptor.and_then(|id| app.world.descriptor(id));
    match socket {
        Some(socket) => format!("{} {}", watched.seen.fd, socket.name()),
        None => watched.seen.fd.to_string(),
    }
}

/// The events alone, without the flags for how they are reported and without those that are always reported.
fn asked(watched: &EpollEntry) -> String {
    let events = EpollEvents(watched.seen.events.0 & !(MODE_BITS | ALWAYS));
    mask(&events.to_string(), "EPOLL", MASK)
}

/// `edge-triggered, once`
fn mode(watched: &EpollEntry) -> String {
    let mut words = vec![trigger(watched)];
    words.extend(more_modes(watched));
    words.join(", ")
}

fn trigger(watched: &EpollEntry) -> &'static str {
    if watched.is_edge_triggered() {
        "edge-triggered"
    } else {
        "level-triggered"
    }
}

/// The other flags for how it is reported.
fn more_modes(watched: &EpollEntry) -> Vec<&'static str> {
    MODES
        .iter()
        .filter(|(bit, _)| watched.seen.events.contains(*bit))
        .map(|(_, word)| *word)
        .collect()
}

fn listed(app: &App, readiness: Readiness) -> (String, Style) {
    let theme = &app.theme;
    match readiness {
        Readiness::Listed => ("yes".to_owned(), theme.good),
        Readiness::Quiet => ("no".to_owned(), theme.secondary),
        Readiness::Overlooked => ("no: reported".to_owned(), theme.warning),
        Readiness::Disarmed => ("no: disarmed".to_owned(), theme.warning),
        Readiness::Gone => ("no: closed".to_owned(), theme.bad),
    }
}

/// The same, shorter.
fn short(readiness: Readiness) -> &'static str {
    match readiness {
        Readiness::Listed => "on the ready list",
        Readiness::Quiet | Readiness::Overlooked => "not on the ready list",
        Readiness::Disarmed => "disarmed",
        Readiness::Gone => "its number is closed",
    }
}

/// How often epoll_wait reported it.
fn reported(watched: &EpollEntry) -> String {
    match watched.reported {
        0 => "no report".to_owned(),
        1 => "1 report".to_owned(),
        times => format!("{times} reports"),
    }
}

/// The socket, unless what is known of it may be outdated.
fn observed<'a>(app: &'a App, watched: &EpollEntry) -> Option<Handle<'a>> {
    let socket = app.world.descriptor(watched.descriptor?)?;
    // A traced socket is asked only at calls on it.
    let is_traced = app.world.traced_owner(socket).is_some();
    let is_present = !is_traced && socket.kind().is_socket() && app.world.as_of(socket).is_none();
    is_present.then_some(socket)
}

/// What is unread at the descriptor: `6 B to receive`.
fn waiting(app: &App, watched: &EpollEntry) -> Option<String> {
    let socket = observed(app, watched)?;
    match socket
        .accept_queue()
        .filter(|_| socket.phase() == Phase::Listening)
    {
        Some(queue) => Some(format!("{} waiting", queue.length)),
        None if socket.unread() > 0 => Some(format!("{} B to receive", socket.unread())),
        None => None,
    }
}

/// Surprising states of a registration: an edge that was reported although data is left, and one that is disarmed.
fn sentence(
    app: &App,
    watched: &EpollEntry,
    readiness: Readiness,
    width: usize,
) -> Vec<Line<'static>> {
    let text = match readiness {
        Readiness::Overlooked => {
            let (left, until) = left(app, watched);
            format!("{left}; the edge was reported; no further report until {until}")
        }
        Readiness::Disarmed => "reported once and disarmed: EPOLL_CTL_MOD re-arms it".to_owned(),
        Readiness::Gone => {
            "the descriptor was closed, but a duplicate of it keeps the registration".to_owned()
        }
        Readiness::Quiet | Readiness::Listed => return Vec::new(),
    };
    let socket = watched.descriptor.and_then(|id| app.world.descriptor(id));
    let name = match socket {
        Some(socket) => socket.name().to_string(),
        None => watched.seen.fd.to_string(),
    };
    paragraph(&format!("{name}: {text}"), width, app.theme.warning)
}

/// What is left to read at a descriptor, and what would cause a new edge.
fn left(app: &App, watched: &EpollEntry) -> (String, &'static str) {
    let now = watched.seen.now.unwrap_or(EpollEvents(0));
    let socket = observed(app, watched);
    let unread = socket.map_or(0, Handle::unread);
    let queue = socket.and_then(Handle::accept_queue);
    let is_message = socket.is_some_and(|socket| !socket.kind().is_connected_kind());
    match (queue.map(|queue| queue.length), unread) {
        _ if !now.contains(libc::EPOLLIN) || socket.is_none() => {
            (format!("{now} holds"), "something happens")
        }
        (Some(1), _) => ("1 connection waits".to_owned(), "another comes"),
        (Some(count @ 2..), _) => (format!("{count} connections wait"), "another comes"),
        (_, 0) => ("end of file is to be read".to_owned(), "something happens"),
        (_, 1) if !is_message => ("1 byte is left".to_owned(), "more arrives"),
        (_, bytes) if is_message => (
            format!("a datagram of {bytes} bytes is left"),
            "another arrives",
        ),
        (_, bytes) => (format!("{bytes} bytes are left"), "more arrives"),
    }
}
