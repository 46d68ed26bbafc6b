//! What the kernel reports about the inside of a socket: our own end in a line or two, and both ends row by row.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::call::value::TcpInfo;
use crate::event::{End, Memory, Other, Seen, SocketDetails, Timestamp, Use};
use crate::view::other_end::{Timed, countdown, full, is_worth_showing, queues};
use crate::view::text::{cut_spans, fit, paragraph};
use crate::view::throughput::bytes;
use crate::world::Handle;
use crate::world::orphan::running;

/// Adds the details row by row, if there is room or the pane is shown alone.
pub(crate) fn with_table(
    app: &App,
    socket: Handle<'_>,
    mut lines: Vec<Line<'static>>,
    area: Rect,
) -> Vec<Line<'static>> {
    let table = table(app, socket, usize::from(area.width));
    if app.zoomed || lines.len() + table.len() < usize::from(area.height) {
        lines.extend(table);
    }
    lines
}

/// Our own end in a few words. `None` if the kernel's table does not show it.
pub(crate) fn own(app: &App, socket: Handle<'_>) -> Option<String> {
    let (at, endpoints) = socket.endpoints()?;
    let end = endpoints.own.as_ref().filter(|_| socket.is_tcp())?;
    let details = end.details.as_deref();
    let parts = [
        Some(queues(end) + &not_sent(end)),
        timer(end, *at, app.now),
        details.and_then(|details| Some(format!("{} done", shut(details)?))),
        details.and_then(|details| dropped(details.memory.value()?)),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    Some(format!("own end: {}", parts.join(" · ")))
}

/// Whether our own end is worth a line if there are few.
pub(crate) fn is_own_end_worth_showing(socket: Handle<'_>) -> bool {
    let own = socket
        .endpoints()
        .and_then(|(_, endpoints)| endpoints.own.as_ref());
    own.is_some_and(|own| {
        let sends = own.send.and_then(full).is_some();
        let drops = socket.memory().is_some_and(|memory| memory.drops > 0);
        sends || drops || own.timer.as_ref().is_some_and(is_worth_showing)
    })
}

/// The memory of a socket that is not a TCP connection: `memory: 2.5 of 4.6 kB to receive, …`.
pub(crate) fn memory(socket: Handle<'_>) -> Option<String> {
    let memory = socket.memory().filter(|_| socket.is_open())?;
    let drops = dropped(&memory).map(|drops| format!(" · {drops}"));
    Some(format!(
        "memory: receive {} · send {}{}",
        part(memory.receive),
        part(memory.send),
        drops.unwrap_or_default()
    ))
}

/// The peer of an AF_UNIX socket: its inode, and its credentials when the connection was made.
pub(crate) fn unix_peer(socket: Handle<'_>) -> Option<String> {
    let inode = match socket.endpoints()?.1.other.value() {
        Some(Other::There { end, .. }) => end.details.as_ref().map(|details| details.inode),
        _ => None,
    };
    let parts = [
        inode.map(|inode| format!("inode {inode}")),
        socket.credentials().map(|who| {
            format!(
                "pid {}, uid {}, gid {} (SO_PEERCRED)",
                who.pid, who.uid, who.gid
            )
        }),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    (!parts.is_empty()).then(|| format!("its peer: {}", parts.join(" · ")))
}

/// For a listener: `1 handshake under way`, `3 packets dropped`. `None` if there is neither.
pub(crate) fn arriving(socket: Handle<'_>) -> Option<String> {
    let half_open = socket.half_open().and_then(Seen::value).map_or(0, Vec::len);
    let end = if half_open == 1 { "" } else { "s" };
    let under_way = (half_open > 0).then(|| format!("{half_open} handshake{end} in progress"));
    let drops = socket.memory().and_then(|memory| dropped(&memory));
    let parts: Vec<String> = under_way.into_iter().chain(drops).collect();
    (!parts.is_empty()).then(|| parts.join(" · "))
}

/// `3 packets dropped`, if there were any.
pub(crate) fn dropped(memory: &Memory) -> Option<String> {
    let end = if memory.drops == 1 { "" } else { "s" };
    (memory.drops > 0).then(|| format!("{} packet{end} dropped", memory.drops))
}

fn part(part: Use) -> String {
    format!(
        "{} of {}",
        bytes(part.used.into()),
        bytes(part.limit.into())
    )
}

fn not_sent(end: &End) -> String {
    let bytes = end.not_sent().and_then(full);
    bytes.map_or_else(String::new, |bytes| format!(" ({bytes} not sent yet)"))
}

fn timer(end: &End, at: Timestamp, now: Timestamp) -> Option<String> {
    let timer = end.timer.map(|timer| running(timer, at, now));
    let timer = timer.filter(is_worth_showing);
    timer.map(|timer| countdown(Timed::of(end), timer))
}

fn shut(details: &SocketDetails) -> Option<&'static str> {
    details.shut.value().and_then(|shut| shut.word())
}

/// `21 µs`, `1.5 ms`
fn micros(micros: u32) -> String {
    match micros {
        0..1000 => format!("{micros} µs"),
        _ => format!("{:.1} ms", f64::from(micros) / 1000.0),
    }
}

/// One end, and when it was seen.
struct Side<'a> {
    end: &'a End,
    at: Timestamp,
    now: Timestamp,
}

impl Side<'_> {
    fn of<T, U>(&self, part: fn(&SocketDetails) -> &Seen<T>, say: fn(&T) -> U) -> Seen<U> {
        let Some(details) = self.end.details.as_deref() else {
            let reason = format!("the kernel keeps no more in {}", self.end.state);
            return Seen::Unavailable(reason);
        };
        part(details).as_ref().map(say)
    }

    fn memory(&self, say: fn(&Memory) -> String) -> Seen<String> {
        self.of(|details| &details.memory, say)
    }

    fn tcp(&self, say: fn(&TcpInfo) -> String) -> Seen<String> {
        self.of(|details| &details.tcp, say)
    }
}

/// A row of the table.
struct DetailRow {
    name: &'static str,
    value: fn(&Side<'_>) -> Seen<String>,
    meaning: &'static str,
    /// Whether AF_UNIX has it too.
    has_unix: bool,
}

const fn row(
    name: &'static str,
    value: fn(&Side<'_>) -> Seen<String>,
    meaning: &'static str,
    has_unix: bool,
) -> DetailRow {
    DetailRow {
        name,
        value,
        meaning,
        has_unix,
    }
}

/// All rows in their order.
static ROWS: [DetailRow; 14] = [
    row("unread", unread, "arrived, not received yet", true),
    row(
        "send queue",
        unacked,
        "not acknowledged by the peer (SIOCOUTQ)",
        false,
    ),
    row(
        "not sent yet",
        not_sent_yet,
        "no window has room, or it is held back (SIOCOUTQNSD)",
        false,
    ),
    row(
        "window",
        window,
        "how much the peer has room for, as it last said",
        false,
    ),
    row(
        "timer",
        running_timer,
        "what the kernel does by itself next",
        false,
    ),
    row(
        "receive buffer",
        |side| side.memory(|memory| part(memory.receive)),
        "of SO_RCVBUF, with the overhead of keeping the data",
        true,
    ),
    row(
        "send buffer",
        |side| side.memory(|memory| part(memory.send)),
        "of SO_SNDBUF, likewise",
        true,
    ),
    row(
        "dropped, waits",
        |side| side.memory(|memory| format!("{}, {} B", memory.drops, memory.backlog)),
        "packets discarded; bytes that wait for a call to end",
        true,
    ),
    row(
        "round trip",
        |side| side.tcp(|tcp| format!("{} ± {}", micros(tcp.rtt_us), micros(tcp.rttvar_us))),
        "smoothed, and how much it varies",
        false,
    ),
    row(
        "cwnd, mss",
        |side| side.tcp(|tcp| format!("{}, {} B", tcp.cwnd, tcp.mss)),
        "segments that may be in flight, and their size",
        false,
    ),
    row(
        "segments",
        |side| {
            side.tcp(|tcp| {
                let (out, came, again) = (tcp.segs_out, tcp.segs_in, tcp.retransmits);
                format!("{out} out, {came} in, {again} again")
            })
        },
        "sent, received, retransmitted so far",
        false,
    ),
    row(
        "bytes",
        |side| side.tcp(|tcp| format!("{} out, {} in", tcp.bytes_acked, tcp.bytes_received)),
        "acknowledged (the SYN of a client is one), received",
        false,
    ),
    row(
        "congestion",
        |side| side.of(|details| &details.congestion, Clone::clone),
        "the algorithm that sets cwnd, TCP_CONGESTION",
        false,
    ),
    row(
        "shut, inode",
        |side| {
            side.of(
                |details| &details.shut,
                |shut| shut.word().unwrap_or("nothing").to_owned(),
            )
            .map(|word| match side.end.details.as_deref() {
                Some(details) => format!("{word}, {}", details.inode),
                None => word,
            })
        },
        "directions ended here; inode 0: no descriptor has it",
        true,
    ),
];

fn unread(side: &Side<'_>) -> Seen<String> {
    Seen::Observed(full(side.end.receive).unwrap_or_else(|| "0 B".to_owned()))
}

fn unacked(side: &Side<'_>) -> Seen<String> {
    match side.end.send {
        Some(send) => Seen::Observed(full(send).unwrap_or_else(|| "0 B".to_owned())),
        None => Seen::Unavailable("AF_UNIX counts memory and not bytes".to_owned()),
    }
}

fn not_sent_yet(side: &Side<'_>) -> Seen<String> {
    let shown = side.end.not_sent();
    let shown = shown.map(|bytes| full(bytes).unwrap_or_else(|| "0 B".to_owned()));
    // If it is not available, the reason is that of the rest of TCP_INFO.
    shown.map_or_else(|| side.tcp(|_| String::new()), Seen::Observed)
}

fn window(side: &Side<'_>) -> Seen<String> {
    let shown = side.of(|details| &details.tcp, |tcp| tcp.snd_wnd);
    match shown {
        Seen::Observed(Some(room)) => Seen::Observed(format!("{room} B")),
        Seen::Inferred(Some(room)) => Seen::Inferred(format!("{room} B")),
        Seen::Unavailable(reason) => Seen::Unavailable(reason),
        Seen::Observed(None) | Seen::Inferred(None) => {
            Seen::Unavailable("tcpi_snd_wnd is reported since Linux 5.4".to_owned())
        }
    }
}

fn running_timer(side: &Side<'_>) -> Seen<String> {
    let timer = side
        .end
        .timer
        .map(|timer| running(timer, side.at, side.now));
    let shown = timer.map(|timer| countdown(Timed::of(side.end), timer));
    Seen::Observed(shown.unwrap_or_else(|| "none".to_owned()))
}

/// The widths of the names, and of each end.
const NAME: usize = 16;
const VALUE: usize = 26;

/// Both ends row by row. Nothing if the kernel's table does not show our end.
pub(crate) fn table(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let Some((at, endpoints)) = socket.endpoints() else {
        return Vec::new();
    };
    let Some(own) = endpoints
        .own
        .as_ref()
        .filter(|_| socket.present_peer().is_some())
    else {
        return Vec::new();
    };
    let (at, now) = (*at, app.now);
    let sides: Vec<Side<'_>> = [Some(own), endpoints.other_end()]
        .into_iter()
        .flatten()
        .map(|end| Side { end, at, now })
        .collect();
    let mut lines = vec![head(app, &sides, width)];
    let mut reasons: Vec<String> = Vec::new();
    for DetailRow {
        name,
        value,
        meaning,
        has_unix,
    } in &ROWS
    {
        if !socket.is_tcp() && !has_unix {
            continue;
        }
        let mut spans = vec![Span::styled(fit(name, NAME), app.theme.secondary)];
        for side in &sides {
            let text = cell(value(side), &mut reasons);
            spans.push(Span::raw(fit(&text, VALUE)));
        }
        spans.push(Span::styled(*meaning, app.theme.secondary));
        lines.push(cut_spans(spans, width));
    }
    for reason in reasons {
        let text = format!("– unavailable: {reason}");
        lines.extend(paragraph(&text, width, app.theme.secondary));
    }
    lines
}

fn head(app: &App, sides: &[Side<'_>], width: usize) -> Line<'static> {
    let endpoints = ["own end", "other end"].into_iter().zip(sides);
    let mut spans = vec![Span::styled(fit("", NAME), Style::new())];
    spans.extend(endpoints.map(|(title, _)| Span::styled(fit(title, VALUE), app.theme.title)));
    spans.push(Span::styled("observed, sock_diag(7)", app.theme.secondary));
    cut_spans(spans, width)
}

/// A value; in its place a dash, and the reason below.
fn cell(value: Seen<String>, reasons: &mut Vec<String>) -> String {
    match value {
        Seen::Observed(text) => text,
        Seen::Inferred(text) => format!("{text} (inferred)"),
        Seen::Unavailable(reason) => {
            if !reasons.contains(&reason) {
                reasons.push(reason);
            }
            "–".to_owned()
        }
    }
}
