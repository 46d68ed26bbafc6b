//! The State pane: the diagram of the selected socket, what the kernel says, the path taken and what leads on; for TCP
//! the figure of its states; or the set that a call waits with.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::super::app::App;
use super::super::subject::{Subject, subject};
use super::diagram;
use super::frame;
use super::other_end;
use super::set;
use super::tcp;
use super::text::{cut_spans, paragraph, span, wrap};
use crate::socket::Cause;
use crate::socket::phase::ways_on;
use crate::world::Socket;

/// Draws it.
pub(super) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) {
    let lines = lines(app, area);
    let hidden = lines.len().saturating_sub(usize::from(area.height));
    let scroll = app.scroll.0.min(hidden);
    for (line, row) in lines.into_iter().skip(scroll).zip(area.rows()) {
        line.render(row, on.buffer_mut());
    }
    if scroll < hidden {
        frame::more_below(app, area, on);
    }
}

/// Everything that it says, wrapped to the width.
pub(super) fn lines(app: &App, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    match subject(app) {
        Subject::Poll(record) => set::poll::lines(app, record, area),
        Subject::Select(record) => set::select::lines(app, record, area),
        Subject::Epoll(epoll) => set::epoll::lines(app, epoll, area),
        Subject::Socket(socket) if !socket.kind().is_socket() => file(app, socket, width),
        Subject::Socket(socket) => of_socket(app, socket, area),
        Subject::Nothing => paragraph(
            "Here the selected socket is shown: its phase, what the kernel says, what leads on.",
            width,
            app.theme.dim,
        ),
    }
}

/// An opened file has no phases but open and closed.
fn file(app: &App, socket: &Socket, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![cut_spans(now(app, socket), width)];
    let text = "No socket: a call that only sockets have gives ENOTSOCK.";
    lines.extend(paragraph(text, width, app.theme.dim));
    lines
}

fn of_socket(app: &App, socket: &Socket, area: Rect) -> Vec<Line<'static>> {
    if socket.is_tcp() && !app.phases {
        return tcp::lines(app, socket, area);
    }
    let width = usize::from(area.width);
    let has_room = area.width >= diagram::SIZE.0 && area.height > diagram::SIZE.1;
    if has_room {
        let mut lines = diagram::lines(app, socket);
        let now = now(app, socket).into_iter().chain(by(app, socket));
        lines.push(cut_spans(now.collect(), width));
        lines.extend(kernel(app, socket).map(|spans| cut_spans(spans, width)));
        if let Some(other) = other_end::text(app, socket) {
            lines.extend(paragraph(&format!(" {other}"), width, Style::new()));
        }
        lines.extend(paragraph(&path(socket), width, app.theme.dim));
        return lines;
    }
    compact(app, socket, width)
}

/// The same without the diagram: each thing on a line of its own, the most important first.
fn compact(app: &App, socket: &Socket, width: usize) -> Vec<Line<'static>> {
    let mut first = now(app, socket);
    if let Some(kernel) = kernel(app, socket) {
        first.push(Span::raw(" ·"));
        first.extend(kernel);
    }
    let mut lines = vec![cut_spans(first, width)];
    if let Some(other) = other_end::text(app, socket) {
        lines.extend(paragraph(&other, width, Style::new()));
    }
    lines.extend(paragraph(&path(socket), width, app.theme.dim));
    lines.extend(leads_on(app, socket, width));
    lines
}

/// The phase and since when.
pub(super) fn now(app: &App, socket: &Socket) -> Vec<Span<'static>> {
    let since = span(app.now.since(socket.since()));
    vec![
        Span::styled(format!(" {} ", socket.phase), app.theme.lit),
        Span::styled(format!(" since {since}"), app.theme.dim),
    ]
}

/// What led to the phase.
pub(super) fn by(app: &App, socket: &Socket) -> Option<Span<'static>> {
    let row = socket.path.last()?.by?;
    Some(Span::styled(
        format!(", by {}", row.cause.label()),
        app.theme.dim,
    ))
}

/// What the kernel says of a TCP connection; nothing for other sockets, of which it says nothing.
pub(super) fn kernel(app: &App, socket: &Socket) -> Option<Vec<Span<'static>>> {
    let mut spans = vec![Span::styled(" kernel: ", app.theme.dim)];
    let own = other_end::own(app, socket);
    match socket.tcp {
        Some(tcp) => {
            spans.push(Span::styled(tcp.to_string(), app.theme.good));
            if let Some(own) = own {
                spans.push(Span::raw(format!(" here, {own} in its table")));
                return Some(spans);
            }
            spans.push(Span::styled(format!(", {}", tcp.meaning()), app.theme.dim));
        }
        None if own.is_some() => {
            spans.extend(own.map(|own| Span::styled(own, app.theme.good)));
            spans.push(Span::styled(", without descriptor", app.theme.dim));
        }
        None if socket.is_tcp() => {
            spans.push(Span::styled(
                "unavailable, descriptor closed; ask state()",
                app.theme.dim,
            ));
        }
        None if socket.is_open() => {
            spans.push(Span::styled(
                "keeps no state for it; ask state()",
                app.theme.dim,
            ));
        }
        None => return None,
    }
    Some(spans)
}

/// The calls and events that move it on from here.
fn leads_on(app: &App, socket: &Socket, width: usize) -> Vec<Line<'static>> {
    let ways: Vec<String> = ways_on(socket.kind(), socket.phase)
        // That follows from another way and is none by itself.
        .filter(|way| way.cause != Cause::Unnamed)
        .map(|way| format!("{} ⇒ {}", way.cause.label(), way.to))
        .collect();
    if ways.is_empty() {
        return Vec::new();
    }
    wrap(&format!("leads on: {}", ways.join(" · ")), width)
        .into_iter()
        .map(|line| Line::styled(line, app.theme.dim))
        .collect()
}

/// The phases so far with the moments at which they began.
pub(super) fn path(socket: &Socket) -> String {
    let seconds = |at: crate::event::Stamp| format!("{:.3}", at.0 as f64 / 1e9);
    let steps: Vec<String> = socket
        .path
        .iter()
        .map(|step| format!("{} {}", seconds(step.at), step.phase))
        .collect();
    format!("path: {}", steps.join(" → "))
}
