//! The Sockets pane: each socket with its number, kind, addresses and state, and below it its pending calls. Epoll
//! instances and opened files are listed too, with what they watch or what was opened.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::state::App;

use crate::call::Call;
use crate::call::table::CallKind;
use crate::event::{DescriptorId, Queue};
use crate::layout::{Clickable, Pane, Target, clickable};
use crate::socket::text::escaped;
use crate::socket::{Address, Domain, Kind, Phase, TcpState};
use crate::view::text::{cut, cut_spans, fit, span};
use crate::world::{Handle, Record};

/// A row of the pane, and the socket that it belongs to.
#[derive(Debug, Clone)]
struct SocketRow {
    socket: DescriptorId,
    text: RowText,
}

/// The text of a row. That of a socket is formatted only when it is visible.
#[derive(Debug, Clone)]
enum RowText {
    /// The socket itself.
    Head,
    /// A line about it below.
    Below(String, Style),
}

/// The column of the lines about a socket below its name.
const INDENT: usize = 6;
/// The least width at which the kind is shown.
const WITH_KIND: usize = 46;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Vec<Clickable> {
    let rows = rows(app, area.width);
    if rows.is_empty() {
        crate::view::welcome::draw(app, Pane::Sockets, area, on);
        return Vec::new();
    }
    let offset = offset(app, &rows, area);
    let hidden = rows.len().saturating_sub(offset + usize::from(area.height));
    let columns = Columns::of(app, &app.listed(), usize::from(area.width));
    let seen = seen(rows, offset);
    let targets = seen.iter().map(|row| Some(Target::Socket(row.socket)));
    let clickable = clickable(area, targets);
    for (own, row) in seen.into_iter().zip(area.rows()) {
        let is_selected = Some(own.socket) == app.selection && is_head(&own.text);
        if let Some(line) = line(app, own, columns, area.width) {
            line.render(row, on.buffer_mut());
        }
        if is_selected {
            on.buffer_mut().set_style(row, app.theme.selection);
        }
    }
    if offset > 0 {
        crate::view::frame::more_above(app, area, on);
    }
    if hidden > 0 {
        crate::view::frame::more_below(app, area, on);
    }
    clickable
}

/// How many rows it has.
pub(crate) fn height(app: &App, width: u16) -> usize {
    rows(app, width).len()
}

/// The rows from an offset on. A line about a socket is never shown without the socket: its own row replaces the first
/// one.
fn seen(mut rows: Vec<SocketRow>, offset: usize) -> Vec<SocketRow> {
    let mut seen = rows.split_off(offset.min(rows.len()));
    if let Some(first) = seen.first_mut().filter(|row| !is_head(&row.text)) {
        let owner = rows
            .into_iter()
            .rfind(|row| row.socket == first.socket && is_head(&row.text));
        *first = owner.unwrap_or_else(|| first.clone());
    }
    seen
}

/// Whether a row is that of a socket, and not a line about it below.
fn is_head(text: &RowText) -> bool {
    matches!(text, RowText::Head)
}

fn line(app: &App, row: SocketRow, columns: Columns, width: u16) -> Option<Line<'static>> {
    match row.text {
        RowText::Head => Some(head(app, app.world.descriptor(row.socket)?, columns)),
        RowText::Below(text, style) => Some(below(text, style, usize::from(width))),
    }
}

/// How many rows are hidden above, so that the selected socket and its calls are visible.
fn offset(app: &App, rows: &[SocketRow], area: Rect) -> usize {
    let height = usize::from(area.height);
    let last = rows
        .iter()
        .rposition(|row| Some(row.socket) == app.selection)
        .unwrap_or(0);
    let first = rows
        .iter()
        .position(|row| Some(row.socket) == app.selection)
        .unwrap_or(0);
    (last + 1).saturating_sub(height).min(first)
}

fn rows(app: &App, width: u16) -> Vec<SocketRow> {
    let width = usize::from(width);
    let mut rows = Vec::new();
    let listed = app.listed();
    for socket in listed {
        let texts = std::iter::once(RowText::Head).chain(said_below(app, socket, width));
        rows.extend(texts.map(|text| SocketRow {
            socket: socket.id(),
            text,
        }));
    }
    rows
}

/// The lines about a socket below its own row: its queues, and its pending calls.
fn said_below(app: &App, socket: Handle<'_>, width: usize) -> Vec<RowText> {
    let mut lines = Vec::new();
    let has_queue = socket.phase() == Phase::Listening && !is_served(app, socket);
    if let Some(queue) = socket.accept_queue().filter(|_| has_queue) {
        lines.push(RowText::Below(waiting(queue), app.theme.secondary));
        if let Some(arriving) = crate::view::socket_details::arriving(socket) {
            lines.push(RowText::Below(arriving, app.theme.warning));
        }
    }
    if socket.unread() > 0 && socket.is_open() {
        lines.push(RowText::Below(unread(socket), app.theme.accent));
    }
    if socket.error_queued() && socket.is_open() {
        let record = "▮ a record in the error queue".to_owned();
        lines.push(RowText::Below(record, app.theme.warning));
    }
    for record in app.world.pending_with(socket.id()) {
        let parts = packed(
            pending(app, record),
            &app.interrupt_keys(),
            width.saturating_sub(INDENT),
        );
        let rows = parts.into_iter();
        lines.extend(rows.map(|row| RowText::Below(row, app.theme.warning)));
    }
    lines
}

/// Whether a loop accepts from it: then an observation of its queue is outdated at once.
fn is_served(app: &App, socket: Handle<'_>) -> bool {
    let mut pending = app.world.pending_on(socket.id());
    pending.any(|record| record.call().call_kind() == CallKind::Serve)
}

/// The widths of the columns: no wider than their content.
#[derive(Debug, Clone, Copy)]
struct Columns {
    name: usize,
    fd: usize,
    kind: usize,
    about: usize,
    state: usize,
}

impl Columns {
    fn of(app: &App, sockets: &[Handle<'_>], width: usize) -> Self {
        let most = |width: &dyn Fn(Handle<'_>) -> usize| {
            sockets
                .iter()
                .map(|socket| width(*socket))
                .max()
                .unwrap_or(0)
        };
        let longest = |text: &dyn Fn(Handle<'_>) -> String| most(&|socket| text(socket).width());
        let name = most(&|socket| socket.name().as_str().width()).max(2) + 1;
        let highest = sockets
            .iter()
            .map(|socket| socket.number())
            .max()
            .unwrap_or(0);
        let fd = highest.to_string().width() + 1;
        let kind = if width >= WITH_KIND {
            longest(&kind) + 1
        } else {
            0
        };
        let state = longest(&|socket| state(app, socket)) + 1;
        Self {
            name,
            fd,
            kind,
            about: width.saturating_sub(2 + name + fd + kind + state),
            state,
        }
    }
}

fn head(app: &App, socket: Handle<'_>, columns: Columns) -> Line<'static> {
    let theme = &app.theme;
    let mark = if Some(socket.id()) == app.selection {
        "▸ "
    } else {
        "· "
    };
    let open = socket.is_open();
    let style = if open { Style::new() } else { theme.secondary };
    Line::from(vec![
        Span::styled(mark, theme.accent),
        Span::styled(
            fit(socket.name().as_str(), columns.name),
            if open { theme.accent } else { theme.secondary },
        ),
        Span::styled(fit(&socket.number().to_string(), columns.fd), style),
        Span::styled(fit(&kind(socket), columns.kind), style),
        Span::styled(
            fit(&about(app, socket, columns.about), columns.about),
            style,
        ),
        Span::styled(
            format!("{:>1$}", state(app, socket), columns.state),
            if open { theme.good } else { theme.secondary },
        ),
    ])
}

fn kind(socket: Handle<'_>) -> String {
    match socket.kind() {
        Kind::Epoll => "epoll".to_owned(),
        Kind::File => "file".to_owned(),
        _ => format!(
            "{} {}",
            socket.domain().short(),
            socket.socket_type().short()
        ),
    }
}

/// The middle column: the addresses of a socket, what an epoll instance watches, what was opened.
fn about(app: &App, socket: Handle<'_>, room: usize) -> String {
    match socket.kind() {
        Kind::Epoll if socket.is_open() => cut(&watches(app, socket), room),
        Kind::Epoll => String::new(),
        Kind::File => cut(&opened(app, socket), room),
        _ => addresses(socket, room),
    }
}

/// `watches l, s`
fn watches(app: &App, epoll: Handle<'_>) -> String {
    let names = epoll.interest().iter().map(|watched| {
        let socket = watched.descriptor.and_then(|id| app.world.descriptor(id));
        socket.map_or_else(
            || watched.seen.fd.to_string(),
            |socket| socket.name().to_string(),
        )
    });
    let names: Vec<String> = names.collect();
    if names.is_empty() {
        return "watches nothing".to_owned();
    }
    format!("watches {}", names.join(", "))
}

/// The path that a file was opened by.
fn opened(app: &App, file: Handle<'_>) -> String {
    let made = app.world.call(file.created_by()).map(Record::call);
    let path = made.and_then(Call::path);
    path.map_or_else(String::new, |path| escaped(&String::from_utf8_lossy(path)))
}

/// The bytes in the receive queue; for datagrams the kernel shows only the length of the next one.
fn unread(socket: Handle<'_>) -> String {
    let next = if socket.kind().is_connected_kind() {
        ""
    } else {
        match socket.kind() {
            Kind::Raw => "the next packet has ",
            _ => "the next datagram has ",
        }
    };
    format!("▮ {next}{} B to receive", socket.unread())
}

/// Whether CLOSE says more than a phase: there was a connection, and the calls do not show how it ended.
fn says_little(phase: Phase) -> bool {
    phase.had_peer() && phase != Phase::Reset
}

/// The right column: the kernel's state if there is one, else the phase. Before there was a connection the phase says
/// more than CLOSE does. For an orphan it is the kernel's state and timer.
fn state(app: &App, socket: Handle<'_>) -> String {
    let ended = Some(socket).filter(|socket| socket.released_it());
    if let Some(orphan_state) = ended.and_then(|socket| socket.orphan_state(app.now)) {
        let left = orphan_state
            .timer
            .filter(crate::view::other_end::is_lifetime);
        let left = left.map(crate::view::other_end::seconds);
        let left = left.map(|left| format!(" {left}")).unwrap_or_default();
        return format!("orphan {}{left}", orphan_state.state);
    }
    if let Some((state, owner)) = ended.and_then(Handle::state_elsewhere) {
        let owner_name = crate::view::other_end::owner_name(app, owner);
        return match socket.is_tcp() {
            true => format!("{state} in {owner_name}"),
            false => format!("open in {owner_name}"),
        };
    }
    if socket.kind() == Kind::Epoll && socket.is_open() {
        let ready = if socket.has_ready() {
            "ready"
        } else {
            "not ready"
        };
        return ready.to_owned();
    }
    let tcp = socket.tcp().and_then(|_| app.world.tcp_state(socket));
    match tcp.filter(|tcp| *tcp != TcpState::Close || says_little(socket.phase())) {
        Some(tcp) => tcp.to_string(),
        None => socket.phase().to_string(),
    }
}

/// `local → peer`, without the host parts if they do not fit.
fn addresses(socket: Handle<'_>, room: usize) -> String {
    if socket.kind() == Kind::Raw && socket.domain() != Domain::UNIX {
        return cut(&of_raw(socket), room);
    }
    let local = socket.local().filter(|address| !address.is_unset());
    let both = |show: fn(&Address) -> String| match (local, socket.present_peer()) {
        (Some(local), Some(peer)) => format!("{} → {}", show(local), show(peer)),
        (Some(local), None) => show(local),
        (None, Some(peer)) => format!("→ {}", show(peer)),
        (None, None) => String::new(),
    };
    let whole = both(Address::to_string);
    if whole.width() <= room {
        whole
    } else {
        cut(&both(short), room)
    }
}

/// `IPPROTO_ICMP 127.0.0.1 → 127.0.0.2`: a raw socket has a protocol and no ports.
fn of_raw(socket: Handle<'_>) -> String {
    let host = |address: &Address| match address {
        Address::Inet(own) if own.ip().is_unspecified() => None,
        Address::Inet6(own) if own.ip().is_unspecified() => None,
        Address::Inet(own) => Some(own.ip().to_string()),
        Address::Inet6(own) => Some(own.ip().to_string()),
        Address::Unix(_) | Address::Other { .. } => Some(address.to_string()),
    };
    let local = socket.local().and_then(host);
    let peer = socket.present_peer().and_then(host);
    let peer = peer.map(|peer| format!("→ {peer}"));
    let parts = [Some(socket.protocol().to_string()), local, peer];
    parts.into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// An address without its host, or without the directories of its path.
fn short(address: &Address) -> String {
    match (address.port(), address.path()) {
        (Some(port), _) => format!(":{port}"),
        (None, Some(_)) => {
            let text = address.to_string();
            text.rsplit_once('/')
                .map_or_else(|| text.clone(), |(_, name)| name.to_owned())
        }
        (None, None) => address.to_string(),
    }
}

/// `waiting ▮▯▯▯▯▯ 1 of 6`: a backlog of n lets n + 1 wait.
fn waiting(queue: Queue) -> String {
    const SLOTS: u32 = 12;
    let places = queue.limit.saturating_add(1);
    let shown = places.min(SLOTS);
    // Scaled down if there are more places than slots, but a waiting connection is always visible.
    let full = if places <= SLOTS {
        queue.length
    } else {
        (queue.length * SLOTS).div_ceil(places)
    };
    let bar: String = (0..shown)
        .map(|slot| if slot < full { '▮' } else { '▯' })
        .collect();
    format!("waiting {bar} {} of {places}", queue.length)
}

/// `recv() blocked 3.2 s`, `wakes on data`, `i interrupts`: the most important first.
fn pending(app: &App, record: &Record) -> Vec<String> {
    let word = record.call().call_kind().word();
    let since = span(record.duration(app.now));
    let further = if record.thread.is_some_and(|thread| thread.further) {
        " (2nd thread)"
    } else {
        ""
    };
    let interrupts = || format!("{} interrupts", app.interrupt_keys());
    if record.interrupted {
        return vec![format!("{word}() being interrupted{further}")];
    }
    if record.call().call_kind().is_loop() {
        return looping(app, record, &format!("{word}(){further}"));
    }
    if let Some(left) = record.left(app.now) {
        let text = format!("{word}() {since}, {} left{further}", span(left));
        return vec![text, interrupts()];
    }
    if !record.is_blocked() {
        return vec![format!("{word}() running {since}{further}")];
    }
    vec![
        format!("{word}() blocked {since}{further}"),
        wakes(app, record),
        interrupts(),
    ]
}

fn wakes(app: &App, record: &Record) -> String {
    let call_kind = record.call().call_kind();
    let sender = record
        .on()
        .filter(|_| call_kind.sends() || call_kind.is_loop());
    let sender = sender.and_then(|id| app.world.descriptor(id));
    // Who has to do what is more important than what is waited for.
    let closed = sender.and_then(|sender| crate::view::zero_window::shut_out(app, sender));
    let closed = closed.and_then(crate::view::zero_window::marked);
    closed.unwrap_or_else(|| format!("wakes on {}", crate::explain::wakes_on(&app.world, record)))
}

/// `echo() loops`, `12.4 MB/s, 5.1 MB`, `i ends`
fn looping(app: &App, record: &Record, call: &str) -> Vec<String> {
    let parts = [
        crate::view::throughput::rate(record, app.now),
        crate::view::throughput::moved(record),
    ];
    let parts: Vec<String> = parts.into_iter().flatten().collect();
    let parts = [
        Some(format!("{call} loops")),
        Some(parts.join(", ")).filter(|parts| !parts.is_empty()),
        record.is_blocked().then(|| wakes(app, record)),
        Some(format!("{} ends", app.interrupt_keys())),
    ];
    parts.into_iter().flatten().collect()
}

/// The parts in as few rows as they need, each whole. A part that begins with a key comes last if all fit into one row,
/// else second, and never has a row of its own.
fn packed(mut parts: Vec<String>, key: &str, width: usize) -> Vec<String> {
    let is_key = |part: &String| {
        let rest = part.strip_prefix(key);
        rest.is_some_and(|rest| rest.starts_with(' '))
    };
    if parts.join(BETWEEN).width() > width && parts.last().is_some_and(is_key) {
        parts[1..].rotate_right(1);
    }
    let mut rows: Vec<String> = Vec::new();
    for part in parts {
        match rows.last_mut() {
            Some(row) if row.width() + BETWEEN.width() + part.width() <= width => {
                row.push_str(BETWEEN);
                row.push_str(&part);
            }
            Some(_) if is_key(&part) => {}
            _ => rows.push(part),
        }
    }
    rows
}

/// The separator between two parts of a row.
const BETWEEN: &str = " · ";

fn below(text: String, style: Style, width: usize) -> Line<'static> {
    cut_spans(
        vec![Span::raw(" ".repeat(INDENT)), Span::styled(text, style)],
        width,
    )
}
