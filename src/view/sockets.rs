//! The Sockets pane: each socket with its number, kind, addresses and state, and below it its pending calls. Epoll
//! instances and opened files are listed too, with what they watch or what was opened.

mod addresses;
mod notes;
pub(crate) mod pending;
mod processes;

use std::cell::OnceCell;
use std::time::Duration;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::Action;
use crate::app::state::App;
use crate::call::Call;
use crate::event::{Contents, DescriptorId, Queue, TimerState};
use crate::layout::{Clickable, Pane, Target, clickable};
use crate::lesson::hides::Fact;
use crate::socket::text::escaped;
use crate::socket::{Kind, Phase, TcpState};
use crate::view::sockets::addresses::addresses;
use crate::view::sockets::notes::{Beside, Notes, shown_queue};
use crate::view::sockets::pending::{packed, pending};
use crate::view::text::{cut, cut_middle, cut_spans, fit};
use crate::world::{Handle, Record};

/// A row of the pane, and the socket that it belongs to. `None`: it is about a process.
#[derive(Debug, Clone)]
struct SocketRow {
    socket: Option<DescriptorId>,
    text: RowText,
}

/// The text of a row. That of a socket is formatted only when it is visible.
#[derive(Debug, Clone)]
enum RowText {
    /// The socket itself.
    Head,
    /// A line about it below.
    Below(String, Style),
    /// The process that has the sockets below.
    Process(String, Style),
}

/// The column of the lines about a socket below its name.
const INDENT: usize = 6;
/// The least width at which the kind is shown.
const WITH_KIND: usize = 46;

/// What is shown in the place of what the open prediction hides.
const CONCEALED: &str = "?";

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Vec<Clickable> {
    let (columns, listed) = listed(app, area);
    let folded = app.listed().len() - app.unfolded().len();
    if listed.is_empty() && folded == 0 && !app.socket_filter.is_on() {
        crate::view::welcome::draw(app, Pane::Sockets, area, on);
        return Vec::new();
    }
    let area = match folded {
        0 => area,
        _ => above_folded(app, folded, area, on),
    };
    let offset = offset(app, &listed, area);
    let hidden = listed
        .len()
        .saturating_sub(offset + usize::from(area.height));
    let seen = seen(listed, offset);
    let targets = seen.iter().map(|row| row.socket.map(Target::Socket));
    let clickable = clickable(area, targets);
    for (own, row) in seen.into_iter().zip(area.rows()) {
        let is_selected = own.socket.is_some() && own.socket == app.selection && is_head(&own.text);
        if let Some(line) = line(app, own, &columns, area.width) {
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

/// Which blocked calls have a line in the list that says what would wake them, and not only that they are blocked.
pub(crate) struct WakeLines<'a> {
    app: &'a App,
    /// Found when it is first asked for. `None`: the list is not shown.
    columns: OnceCell<Option<Columns>>,
}

impl<'a> WakeLines<'a> {
    pub(crate) fn new(app: &'a App) -> Self {
        Self {
            app,
            columns: OnceCell::new(),
        }
    }

    /// Whether this call has one.
    pub(crate) fn has(&self, record: &Record) -> bool {
        let columns = self.columns.get_or_init(|| {
            let areas = self.app.areas();
            let placed = areas.pane(Pane::Sockets)?;
            Some(listed(self.app, placed.inside()).0)
        });
        let socket = record.on().and_then(|id| self.app.world.descriptor(id));
        columns
            .as_ref()
            .zip(socket)
            .is_some_and(|(columns, socket)| columns.beside(self.app, socket).calls.is_empty())
    }
}

/// Says in the last row how many closed sockets are folded away, and returns the area above it.
fn above_folded(app: &App, folded: usize, area: Rect, on: &mut Frame<'_>) -> Rect {
    let key = app.keys.name(Action::Fold);
    let text = format!("{folded} closed, hidden: {key} shows them");
    let rows = area.height.saturating_sub(1);
    let last = Rect {
        y: area.y + rows,
        height: 1,
        ..area
    };
    Line::styled(format!("  {text}"), app.theme.secondary).render(last, on.buffer_mut());
    Rect {
        height: rows,
        ..area
    }
}

/// The rows from an offset on. A line about a socket is never shown without the socket: its own row replaces the first
/// one.
fn seen(mut rows: Vec<SocketRow>, offset: usize) -> Vec<SocketRow> {
    let mut seen = rows.split_off(offset.min(rows.len()));
    if let Some(first) = seen
        .first_mut()
        .filter(|row| row.socket.is_some() && !is_head(&row.text))
    {
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

fn line(app: &App, row: SocketRow, columns: &Columns, width: u16) -> Option<Line<'static>> {
    match row.text {
        RowText::Head => {
            let socket = app.world.descriptor(row.socket?)?;
            Some(head(app, socket, columns))
        }
        RowText::Below(text, style) => Some(below(text, style, usize::from(width))),
        // How it ended is at the end.
        RowText::Process(text, style) => {
            Some(Line::styled(cut_middle(&text, usize::from(width)), style))
        }
    }
}

/// How many rows are hidden above, so that the selected socket and its calls are visible.
fn offset(app: &App, rows: &[SocketRow], area: Rect) -> usize {
    let height = usize::from(area.height);
    let last = rows
        .iter()
        .rposition(|row| row.socket.is_some() && row.socket == app.selection)
        .unwrap_or(0);
    let first = rows
        .iter()
        .position(|row| row.socket.is_some() && row.socket == app.selection)
        .unwrap_or(0);
    (last + 1).saturating_sub(height).min(first)
}

/// The rows with as many notes in lines of their own as there is room for.
fn listed(app: &App, area: Rect) -> (Columns, Vec<SocketRow>) {
    let sockets = app.filtered();
    let width = usize::from(area.width);
    let height = usize::from(area.height);
    let with = |notes, below: &[DescriptorId]| {
        let columns = Columns::of(app, &sockets, width, (notes, below));
        let rows = rows(app, &sockets, &columns, width);
        (columns, rows)
    };
    // Each pending call takes a line below at least: of many no more than that is looked at.
    let calls = |socket: &Handle<'_>| app.world.pending_with(socket.id()).count();
    let may_fit = sockets.len() + sockets.iter().map(calls).sum::<usize>() <= height;
    let mut all = [Notes::Below, Notes::QueuesBeside]
        .into_iter()
        .filter(|_| may_fit)
        .map(|notes| with(notes, &[]));
    if let Some(fitting) = all.find(|(_, rows)| rows.len() <= height) {
        return fitting;
    }
    let fewest = with(Notes::Beside, &[]);
    let below = with_lines(app, &sockets, width, height.saturating_sub(fewest.1.len()));
    match below.is_empty() {
        true => fewest,
        false => with(Notes::Beside, &below),
    }
}

/// The sockets whose pending calls keep lines of their own where so many rows are left: the selected one first, then
/// from above.
fn with_lines(app: &App, sockets: &[Handle<'_>], width: usize, left: usize) -> Vec<DescriptorId> {
    let is_selected = |socket: &&Handle<'_>| Some(socket.id()) == app.selection;
    let selected = sockets.iter().filter(is_selected);
    let others = sockets.iter().filter(|socket| !is_selected(socket));
    let mut left = left;
    let mut found = Vec::new();
    for socket in selected.chain(others) {
        let lines = lines_of_calls(app, *socket, width).take(left + 1).count();
        if lines > left {
            break;
        }
        left -= lines;
        found.extend((lines > 0).then(|| socket.id()));
    }
    found
}

fn rows(app: &App, sockets: &[Handle<'_>], columns: &Columns, width: usize) -> Vec<SocketRow> {
    let mut rows = Vec::new();
    let mut groups = processes::groups(app, sockets);
    for socket in sockets.iter().copied() {
        rows.extend(groups.before(app, socket));
        let texts = std::iter::once(RowText::Head)
            .chain(rest_of_addresses(app, socket, columns, width))
            .chain(said_below(app, socket, columns, width));
        rows.extend(texts.map(|text| SocketRow {
            socket: Some(socket.id()),
            text,
        }));
    }
    rows.extend(groups.rest(app));
    rows
}

/// The lines about a socket below its own row: its queues, and its pending calls.
fn said_below(app: &App, socket: Handle<'_>, columns: &Columns, width: usize) -> Vec<RowText> {
    let mut lines = Vec::new();
    // The interest list of a traced program changes by its calls alone; whether any of it is ready is left out here.
    let is_of_child = app.world.child_of(socket).is_some();
    if let Some(mark) = crate::view::as_of::mark(app, socket).filter(|_| is_of_child) {
        lines.push(RowText::Below(mark, app.theme.warning));
    }
    let has_place = columns.notes == Notes::Below;
    if let Some(queue) = shown_queue(app, socket) {
        let waiting = RowText::Below(waiting(queue), app.theme.secondary);
        lines.extend(has_place.then_some(waiting));
        if let Some(arriving) = crate::view::socket_details::arriving(socket) {
            lines.push(RowText::Below(arriving, app.theme.warning));
        }
    }
    let shows_unread = has_place && !app.hides(socket, Fact::Unread);
    if socket.unread() > 0 && socket.is_open() && shows_unread {
        lines.push(RowText::Below(unread(socket), app.theme.accent));
    }
    if socket.error_queued() && socket.is_open() && !app.hides(socket, Fact::Error) {
        let record = "▮ a record in the error queue".to_owned();
        lines.push(RowText::Below(record, app.theme.warning));
    }
    let is_beside = !columns.beside(app, socket).calls.is_empty();
    if !is_beside {
        let calls = lines_of_calls(app, socket, width);
        lines.extend(calls.map(|row| RowText::Below(row, app.theme.warning)));
    }
    lines
}

/// The lines about the pending calls of a socket.
fn lines_of_calls(app: &App, socket: Handle<'_>, width: usize) -> impl Iterator<Item = String> {
    let pending_calls = app.world.pending_with(socket.id());
    pending_calls.flat_map(move |record| {
        let width = width.saturating_sub(INDENT);
        packed(pending(app, record), &app.interrupt_keys(), width)
    })
}

/// The widths of the columns: no wider than their content.
#[derive(Debug, Clone)]
struct Columns {
    name: usize,
    fd: usize,
    kind: usize,
    about: usize,
    state: usize,
    notes: Notes,
    /// The sockets whose pending calls have lines of their own all the same.
    below: Vec<DescriptorId>,
}

impl Columns {
    fn of(
        app: &App,
        sockets: &[Handle<'_>],
        width: usize,
        (notes, below): (Notes, &[DescriptorId]),
    ) -> Self {
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
        let state = longest(&|socket| state(app, socket)) + 1;
        let left = width.saturating_sub(2 + name + fd + state);
        let addresses = most(&|socket| {
            let is_shown = socket.kind().is_socket() && !app.hides(socket, Fact::Address);
            let own = Some(socket).filter(|_| is_shown);
            let wide = own.map_or(0, |own| addresses(own).whole().width());
            let with_notes =
                wide + Beside::all(app, socket, notes_of(notes, below, socket)).width();
            let mut widths = [with_notes, wide].into_iter();
            widths.find(|wide| *wide <= left).unwrap_or(0)
        });
        // Whole addresses and the notes beside them come first; the title of State says the kind too.
        let kind = Some(longest(&kind) + 1)
            .filter(|kind| width >= WITH_KIND && kind + addresses <= left)
            .unwrap_or(0);
        Self {
            name,
            fd,
            kind,
            about: width.saturating_sub(2 + name + fd + kind + state),
            state,
            notes,
            below: below.to_vec(),
        }
    }

    /// The notes that have room beside the addresses.
    fn beside(&self, app: &App, socket: Handle<'_>) -> Beside {
        let used = about(app, socket, self.about).width();
        let notes = notes_of(self.notes, &self.below, socket);
        Beside::fitting(app, socket, notes, self.about.saturating_sub(used))
    }
}

/// Where the notes of one socket are.
fn notes_of(notes: Notes, below: &[DescriptorId], socket: Handle<'_>) -> Notes {
    match below.contains(&socket.id()) {
        true => Notes::QueuesBeside,
        false => notes,
    }
}

fn head(app: &App, socket: Handle<'_>, columns: &Columns) -> Line<'static> {
    let theme = &app.theme;
    let mark = if Some(socket.id()) == app.selection {
        "▸ "
    } else {
        "· "
    };
    let open = socket.is_open();
    let style = if open { Style::new() } else { theme.secondary };
    let about = about(app, socket, columns.about);
    let beside = columns.beside(app, socket);
    let rest = columns.about.saturating_sub(about.width() + beside.width());
    Line::from(vec![
        Span::styled(mark, theme.accent),
        Span::styled(
            fit(socket.name().as_str(), columns.name),
            if open { theme.accent } else { theme.secondary },
        ),
        Span::styled(fit(&socket.number().to_string(), columns.fd), style),
        Span::styled(fit(&kind(socket), columns.kind), style),
        Span::styled(about, style),
        Span::styled(beside.queue, theme.accent),
        Span::styled(beside.calls, theme.warning),
        Span::raw(" ".repeat(rest)),
        Span::styled(
            format!("{:>1$}", state(app, socket), columns.state),
            if open {
                theme.observed
            } else {
                theme.secondary
            },
        ),
    ])
}

fn kind(socket: Handle<'_>) -> String {
    match socket.kind() {
        Kind::Epoll => "epoll".to_owned(),
        Kind::PipeReader => "pipe, read".to_owned(),
        Kind::PipeWriter => "pipe, write".to_owned(),
        Kind::Eventfd => "eventfd".to_owned(),
        Kind::Timerfd => "timerfd".to_owned(),
        Kind::File => "file".to_owned(),
        Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw => format!(
            "{} {}",
            socket.domain().short(),
            socket.socket_type().short()
        ),
    }
}

/// The addresses for which the row of the socket has no room: whole, a line for each.
fn rest_of_addresses(
    app: &App,
    socket: Handle<'_>,
    columns: &Columns,
    width: usize,
) -> Vec<RowText> {
    if app.hides(socket, Fact::Address) || !socket.kind().is_socket() {
        return Vec::new();
    }
    let style = match socket.is_open() {
        true => Style::new(),
        false => app.theme.secondary,
    };
    let room = width.saturating_sub(INDENT);
    let rest = addresses(socket).below(columns.about);
    let rest = rest.into_iter().map(|text| cut_middle(&text, room));
    rest.map(|text| RowText::Below(text, style)).collect()
}

/// The middle column: the addresses of a socket, what an epoll instance watches, what was opened.
fn about(app: &App, socket: Handle<'_>, room: usize) -> String {
    match socket.kind() {
        Kind::Epoll if socket.is_open() => cut(&watches(app, socket), room),
        Kind::Epoll => String::new(),
        Kind::File => cut(&opened(app, socket), room),
        Kind::PipeReader | Kind::PipeWriter | Kind::Eventfd | Kind::Timerfd
            if app.hides(socket, Fact::Unread) =>
        {
            CONCEALED.to_owned()
        }
        Kind::PipeReader | Kind::PipeWriter | Kind::Eventfd | Kind::Timerfd => {
            cut(&contents(app, socket), room)
        }
        _ if app.hides(socket, Fact::Address) => CONCEALED.to_owned(),
        Kind::Stream | Kind::Seqpacket | Kind::Datagram | Kind::Raw => {
            addresses(socket).beside(room)
        }
    }
}

/// `watches l, s`
fn watches(app: &App, epoll: Handle<'_>) -> String {
    if !epoll.was_seen() {
        return String::new();
    }
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

/// What the kernel keeps in a pipe, an eventfd or a timerfd.
fn contents(app: &App, file: Handle<'_>) -> String {
    let open = Some(file).filter(|file| file.is_open());
    let Some((at, contents)) = open.and_then(|file| file.file.contents()) else {
        return String::new();
    };
    match contents {
        Contents::Bytes(0) => "empty".to_owned(),
        Contents::Bytes(bytes) => format!("▮ {bytes} B in the pipe"),
        Contents::Counter(counter) => format!("counter {counter}"),
        Contents::Timer(timer) => clock(timer, app.now.since(at)),
    }
}

/// The timer of a timerfd that was seen some time ago.
fn clock(timer: TimerState, ago: Duration) -> String {
    let expired = match timer.expirations {
        0 => None,
        1 => Some("expired once".to_owned()),
        times => Some(format!("expired {times} times")),
    };
    let left = timer.left.saturating_sub(ago);
    let next = match (timer.left.is_zero(), timer.interval.is_zero()) {
        (true, _) if expired.is_none() => Some("disarmed".to_owned()),
        (true, _) => None,
        (false, true) => Some(format!("expires in {}", rough(left))),
        (false, false) => Some(format!("each {}", crate::call::value::Span(timer.interval))),
    };
    let parts: Vec<String> = expired.into_iter().chain(next).collect();
    parts.join(", ")
}

/// A span in tenths of a second.
fn rough(span: Duration) -> String {
    format!("{:.1} s", span.as_secs_f64())
}

/// The path that a file was opened by.
fn opened(app: &App, file: Handle<'_>) -> String {
    let made = app.world.call(file.created_by()).map(Record::call);
    let path = made.and_then(Call::path);
    path.map_or_else(String::new, |path| escaped(&String::from_utf8_lossy(path)))
}

/// The bytes in the receive queue; for datagrams the kernel shows only the length of the next one.
fn unread(socket: Handle<'_>) -> String {
    let unread = socket.unread();
    match socket.kind() {
        kind if kind.is_connected_kind() => format!("▮ {unread} B to receive"),
        Kind::Raw => format!("▮ next packet: {unread} B"),
        _ => format!("▮ next datagram: {unread} B"),
    }
}

/// Whether CLOSE says more than a phase: there was a connection, and the calls do not show how it ended.
fn says_little(phase: Phase) -> bool {
    phase.had_peer() && phase != Phase::Reset
}

/// The right column: the kernel's state if there is one, else the phase. Before there was a connection the phase says
/// more than CLOSE does. For an orphan it is the kernel's state and timer.
fn state(app: &App, socket: Handle<'_>) -> String {
    let is_ready_list = socket.kind() == Kind::Epoll && app.prediction().is_some();
    if is_ready_list || app.hides(socket, Fact::State) {
        return CONCEALED.to_owned();
    }
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
    let is_traced = app.world.traced_owner(socket).is_some();
    if socket.kind() == Kind::Epoll && socket.is_open() && socket.was_seen() && !is_traced {
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

fn below(text: String, style: Style, width: usize) -> Line<'static> {
    cut_spans(
        vec![Span::raw(" ".repeat(INDENT)), Span::styled(text, style)],
        width,
    )
}
