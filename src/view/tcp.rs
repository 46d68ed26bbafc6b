//! The State pane of a TCP socket: the figure with both ends, the states so far with their times, the next ones, and
//! where the calls imply something else than the kernel says.

use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::layout::Size;
use crate::socket::TcpState;
use crate::socket::tcp_figure::{edges_from, has_connection};
use crate::view::figure::{Figure, Form, SIZE, SMALL, TALL};
use crate::view::marks::{INFERRED, ORPHAN, OWN, PEER};
use crate::view::socket_details::with_table;
use crate::view::summary::{by, kernel, meaning, now, path};
use crate::view::text::{moment, paragraph, span, wrap_spans};
use crate::world::{Handle, StateVisit};

/// The least number of rows of text below the figure.
const LEAST_TEXT: u16 = 1;
/// As much as there is room for.
pub(crate) fn lines(app: &App, socket: Handle<'_>, area: Rect) -> Vec<Line<'static>> {
    let has_room = |size: Size| area.width >= size.columns && area.height >= size.rows + LEAST_TEXT;
    let width = usize::from(area.width);
    let lines = if has_room(SIZE) {
        whole(app, socket, area)
    } else if has_room(SMALL) {
        let mut lines = figure(app, socket, Form::Small);
        // The figure shows the state already: what is known of the other end comes first.
        lines.extend(compact(app, socket, width, socket.is_open()));
        lines
    } else {
        compact(app, socket, width, false)
    };
    with_table(app, socket, lines, area)
}

/// The figure with the text below it.
fn whole(app: &App, socket: Handle<'_>, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let words = words(app, socket, width);
    let form = match is_tall(app, socket, count(&words), area) {
        true => Form::Tall,
        false => Form::Compact,
    };
    let mut lines = figure(app, socket, form);
    let rows = usize::from(area.height).saturating_sub(lines.len());
    let fitting = if app.zoomed {
        words
    } else {
        fitting(words, rows)
    };
    lines.extend(fitting.into_iter().flat_map(|part| part.lines));
    lines
}

/// A part of the text below the figure.
struct Words {
    lines: Vec<Line<'static>>,
    worth: Worth,
}

/// What is left out first where rows are scarce; a pane that is shown alone has everything.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Worth {
    /// It can be read in another pane or in another line.
    Elsewhere,
    /// The states so far: without times they are in the figure, with times in Transitions.
    History,
    /// What the calls imply, where the kernel says the same.
    Agreement,
    /// What can happen next.
    Outlook,
    /// It is never left out.
    Always,
}

fn count(words: &[Words]) -> usize {
    words.iter().map(|part| part.lines.len()).sum()
}

/// The parts that fit into so many rows.
fn fitting(mut words: Vec<Words>, rows: usize) -> Vec<Words> {
    use Worth::{Agreement, Elsewhere, History, Outlook};
    for least in [Elsewhere, History, Agreement, Outlook] {
        if count(&words) > rows {
            words.retain(|part| part.worth != least);
        }
    }
    words
}

/// The figure with the states of both ends.
fn figure(app: &App, socket: Handle<'_>, form: Form) -> Vec<Line<'static>> {
    let figure = Figure {
        state_history: &app.world.state_history(socket),
        is_present: app.world.tcp_state(socket).is_some(),
        orphan: crate::view::other_end::orphan(app, socket),
        peer: &peers_trail(app, socket),
    };
    crate::view::figure::lines(&app.theme, &figure, form)
}

/// Whether the boxes are drawn whole: if that costs no other line.
fn is_tall(app: &App, socket: Handle<'_>, words: usize, area: Rect) -> bool {
    let table = crate::view::socket_details::table(app, socket, usize::from(area.width)).len();
    let fits =
        |figure: u16, table: usize| usize::from(figure) + words + table < usize::from(area.height);
    let is_table_shown = table > 0 && (app.zoomed || fits(SIZE.rows, table));
    fits(TALL, if is_table_shown { table } else { 0 })
}

/// The text below the figure.
fn words(app: &App, socket: Handle<'_>, width: usize) -> Vec<Words> {
    let own_end = match crate::view::socket_details::is_own_end_worth_showing(socket) {
        true => own_end(app, socket, width),
        false => Vec::new(),
    };
    let peer = peer_line(app, socket).map(|spans| wrap_spans(&spans, width));
    let other_end = other_end(app, socket, width);
    let is_peer_there = app.world.peer(socket).is_some_and(Handle::is_open);
    let says_peer = match !other_end.is_empty() && is_peer_there {
        true => Worth::Elsewhere,
        false => Worth::Always,
    };
    let agrees = match reason(socket) {
        None => Worth::Agreement,
        Some(_) => Worth::Always,
    };
    let visited = visited(app, socket, &app.world.state_history(socket));
    let path = paragraph(&path(socket), width, app.theme.secondary);
    let parts = [
        (wrap_spans(&own(app, socket), width), Worth::Always),
        (own_end, Worth::Always),
        (peer.unwrap_or_default(), says_peer),
        (other_end, Worth::Always),
        (implied(app, socket, width), agrees),
        (paragraph(&visited, width, app.theme.passed), Worth::History),
        (moves_on(app, socket, width), Worth::Outlook),
        (path, Worth::Elsewhere),
    ];
    let parts = parts.into_iter();
    parts.map(|(lines, worth)| Words { lines, worth }).collect()
}

/// The states of the peer, the current one last: those of our socket, or the one that the kernel's table shows for the
/// other end.
fn peers_trail(app: &App, socket: Handle<'_>) -> Vec<StateVisit> {
    let peer = app.world.peer(socket);
    let peer = peer.filter(|peer| app.world.tcp_state(*peer).is_some());
    match peer {
        Some(peer) => app.world.state_history(peer),
        None => crate::view::other_end::peer_state(app, socket)
            .into_iter()
            .collect(),
    }
}

/// The same without the figure, the most important first.
fn compact(app: &App, socket: Handle<'_>, width: usize, is_peer_first: bool) -> Vec<Line<'static>> {
    let mut first = now(app, socket);
    if let Some(kernel) = kernel(app, socket) {
        first.push(Span::raw(" ·"));
        first.extend(kernel);
    }
    let state_history = app.world.state_history(socket);
    let mut parts = [wrap_spans(&first, width), about_peer(app, socket, width)];
    if is_peer_first {
        parts.reverse();
    }
    let mut lines = parts.concat();
    if crate::view::socket_details::is_own_end_worth_showing(socket) {
        lines.extend(own_end(app, socket, width));
    }
    let mut visited = visited(app, socket, &state_history);
    if state_history.iter().any(|visit| visit.at.is_none()) {
        visited.push_str(&format!(" ({INFERRED} inferred)"));
    }
    lines.extend(paragraph(&visited, width, app.theme.passed));
    lines.extend(
        reason(socket)
            .map(|why| paragraph(why, width, app.theme.secondary))
            .unwrap_or_default(),
    );
    lines.extend(moves_on(app, socket, width));
    lines.extend(paragraph(&path(socket), width, app.theme.secondary));
    lines
}

/// What the kernel's table shows of the other end; else the state of the peer.
fn about_peer(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let other = other_end(app, socket, width);
    if !other.is_empty() {
        return other;
    }
    let peer = peer_line(app, socket).filter(|_| socket.tcp().is_some_and(has_connection));
    peer.map_or_else(Vec::new, |spans| wrap_spans(&spans, width))
}

/// What the kernel's table shows of our own end.
fn own_end(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let text = crate::view::socket_details::own(app, socket)
        .or_else(|| crate::view::socket_details::memory(socket));
    text.map(|text| paragraph(&text, width, Style::new()))
        .unwrap_or_default()
}

/// What the kernel's table shows of the other end, and its owner.
fn other_end(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    crate::view::other_end::text(app, socket)
        .map(|text| paragraph(&text, width, Style::new()))
        .unwrap_or_default()
}

/// The state of this socket, as the kernel says.
fn own(app: &App, socket: Handle<'_>) -> Vec<Span<'static>> {
    let Some(state) = app.world.tcp_state(socket) else {
        let mut spans = kernel(app, socket).unwrap_or_default();
        // The other lines are not indented.
        if let Some(first) = spans.first_mut() {
            first.content = first.content.trim_start().to_owned().into();
        }
        return spans;
    };
    if socket.orphan_state(app.now).is_some() {
        let own_state = crate::view::other_end::own(app, socket).unwrap_or_default();
        let words = ": closed here, the kernel ends the connection";
        return vec![
            Span::styled(
                format!("{ORPHAN} {} {own_state}", socket.name()),
                app.theme.observed,
            ),
            Span::styled(words, app.theme.secondary),
        ];
    }
    let asked = if socket.hides_time_wait() {
        " in the kernel's table, CLOSE at the descriptor"
    } else if socket.is_open() {
        ""
    } else {
        ", as state() returned"
    };
    vec![
        Span::styled(
            format!("{OWN} {} {state}", socket.name()),
            app.theme.observed,
        ),
        Span::styled(
            format!("{asked}: {}", meaning(socket, state)),
            app.theme.secondary,
        ),
    ]
}

/// The state of the peer, or why it is not known; nothing if there is no peer.
fn peer_line(app: &App, socket: Handle<'_>) -> Option<Vec<Span<'static>>> {
    let address = socket.present_peer()?;
    let Some(peer) = app.world.peer(socket) else {
        let text = match app.world.queue_of_peer(socket) {
            Some(listener) => format!(
                "{PEER} its peer waits for accept({}): a connection without a descriptor",
                listener.name()
            ),
            None => format!("{PEER} its peer {address} is not a socket of this sockplay"),
        };
        return Some(vec![Span::styled(text, app.theme.secondary)]);
    };
    let name = peer.name();
    let Some(state) = app.world.tcp_state(peer) else {
        let text = match app.world.traced_owner(peer) {
            Some(pid) => format!("{PEER} {name} is closed in process {pid}"),
            None if app.replayed.is_some() => format!("{PEER} {name} is closed"),
            None => {
                format!("{PEER} {name} is closed: state({name}) asks what became of its connection")
            }
        };
        return Some(vec![Span::styled(text, app.theme.secondary)]);
    };
    let at = app
        .world
        .state_history(peer)
        .last()
        .and_then(|visit| visit.at);
    let since = moment(at.unwrap_or_default());
    Some(vec![
        Span::styled(format!("{PEER} {name} {state}"), app.theme.accent),
        Span::styled(format!("  since {since}"), app.theme.secondary),
    ])
}

/// The phase that the calls imply, and the reason if the kernel says something else.
fn implied(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let mut text = "calls imply: ".to_owned();
    text.push_str(socket.phase().label());
    text.extend(by(app, socket).map(|by| by.content.into_owned()));
    if let Some(why) = reason(socket) {
        text.push_str(&format!(" ≠ kernel: {why}"));
    }
    paragraph(&text, width, Style::new())
}

fn reason(socket: Handle<'_>) -> Option<&'static str> {
    crate::socket::divergence::why(socket.phase(), socket.tcp()?)
}

/// The states so far, each that is over with the time that was spent in it.
fn visited(app: &App, socket: Handle<'_>, state_history: &[StateVisit]) -> String {
    let is_present = app.world.tcp_state(socket).is_some();
    let is_orphan = socket.orphan_state(app.now).is_some();
    let token = if is_orphan { ORPHAN } else { OWN };
    // When the descriptor is closed, nothing more is known about the last state.
    let end = (!is_present).then(|| socket.since());
    let mut text = String::new();
    for (at, visit) in state_history.iter().enumerate() {
        text.push_str(crate::view::figure::step(state_history, at));
        match visit.at {
            None => text.push(INFERRED),
            Some(_) if is_present && at + 1 == state_history.len() => text.push(token),
            Some(_) => {}
        }
        text.push_str(&visit.state.to_string());
        if let Some(since) = visit.at {
            let later = state_history[at + 1..].iter().find_map(|visit| visit.at);
            // Of the present state the time still grows, and nothing would redraw it.
            let spent = later.or(end).map(|later| span(later.since(since)));
            text.extend(spent.map(|spent| format!(" {spent}")));
        }
    }
    text
}

/// The transitions from the current state.
fn moves_on(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let Some(state) = app.world.tcp_state(socket) else {
        return Vec::new();
    };
    // A connection that has ended does not start again.
    let is_over = state == TcpState::Close && socket.phase().had_peer();
    let edges = edges_from(state).filter(|_| !is_over);
    let mut edges: Vec<String> = edges
        .map(|edge| format!("{} ⇒ {}", edge.event, edge.to))
        .collect();
    if has_connection(state) {
        edges.push("RST ⇒ CLOSE".to_owned());
    }
    if state == TcpState::FinWait2 && !socket.is_open() {
        edges.push("tcp_fin_timeout expires ⇒ CLOSE".to_owned());
    }
    if edges.is_empty() {
        return Vec::new();
    }
    paragraph(
        &format!("next: {}", edges.join(" · ")),
        width,
        app.theme.secondary,
    )
}
