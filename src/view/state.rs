//! The State pane: the diagram of the selected socket, what the kernel says, the phases so far and the next ones; for
//! TCP the figure of its states; or the set of a call that waits.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::app::state_subject::{StateSubject, subject};
use crate::layout::{Extent, Pane};
use crate::socket::Cause;
use crate::socket::phase::transitions_from;
use crate::view::socket_details::with_table;
use crate::view::summary::{by, kernel, now, path};
use crate::view::text::{cut_spans, paragraph, wrap, wrap_spans};
use crate::world::Handle;

/// The least rows that must be left below the reason why something may be outdated.
const LEAST_BELOW: u16 = 6;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Extent {
    let lines = lines(app, area);
    let extent = Extent::of(app.scroll.state, lines.len(), area.height);
    for (line, row) in lines.into_iter().skip(extent.at).zip(area.rows()) {
        line.render(row, on.buffer_mut());
    }
    if extent.at < extent.last {
        crate::view::frame::more_below(app, area, on);
    }
    extent
}

/// All lines of the pane, wrapped to the width.
fn lines(app: &App, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    let subject = subject(app);
    if app.covers_subject(subject) {
        return paragraph(HIDDEN, width, app.theme.secondary);
    }
    let outdated = match subject {
        StateSubject::Epoll(own) | StateSubject::Socket(own) => {
            crate::view::as_of::both_ends(app, own, width)
        }
        StateSubject::Poll(_) | StateSubject::Select(_) | StateSubject::Nothing => Vec::new(),
    };
    let rows = u16::try_from(outdated.len()).unwrap_or(u16::MAX);
    let height = area.height.saturating_sub(rows);
    if height < LEAST_BELOW {
        // The title says as of when it is.
        return about(app, subject, area)
            .into_iter()
            .chain(outdated)
            .collect();
    }
    let below = about(app, subject, Rect { height, ..area });
    outdated.into_iter().chain(below).collect()
}

/// What is said of the subject.
fn about(app: &App, subject: StateSubject<'_>, area: Rect) -> Vec<Line<'static>> {
    let width = usize::from(area.width);
    match subject {
        StateSubject::Poll(record) => crate::view::set::poll::lines(app, record, area),
        StateSubject::Select(record) => crate::view::set::select::lines(app, record, area),
        StateSubject::Epoll(epoll) => crate::view::set::epoll::lines(app, epoll, area),
        StateSubject::Socket(socket) if !socket.kind().is_socket() => file(app, socket, width),
        StateSubject::Socket(socket) => of_socket(app, socket, area),
        StateSubject::Nothing => crate::view::welcome::lines(app, Pane::State, area),
    }
}

/// An opened file has no phases except open and closed.
fn file(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let mut lines = vec![cut_spans(now(app, socket), width)];
    let text = "Not a socket: calls that are only for sockets fail with ENOTSOCK.";
    lines.extend(paragraph(text, width, app.theme.secondary));
    lines
}

fn of_socket(app: &App, socket: Handle<'_>, area: Rect) -> Vec<Line<'static>> {
    if socket.is_tcp() && !app.phases {
        return crate::view::tcp::lines(app, socket, area);
    }
    let width = usize::from(area.width);
    let has_room = area.width >= crate::view::diagram::SIZE.columns
        && area.height > crate::view::diagram::SIZE.rows;
    if has_room {
        let mut lines = crate::view::diagram::lines(app, socket);
        let now: Vec<_> = now(app, socket)
            .into_iter()
            .chain(by(app, socket))
            .collect();
        lines.extend(wrap_spans(&now, width));
        lines.extend(kernel(app, socket).map_or_else(Vec::new, |spans| wrap_spans(&spans, width)));
        let paragraphs = [
            crate::view::other_end::text(app, socket),
            crate::view::socket_details::memory(socket),
            crate::view::socket_details::unix_peer(socket),
        ];
        for text in paragraphs.into_iter().flatten() {
            lines.extend(paragraph(&format!(" {text}"), width, Style::new()));
        }
        lines.extend(leads_on(app, socket, width));
        lines.extend(paragraph(&path(socket), width, app.theme.secondary));
        return with_table(app, socket, lines, area);
    }
    with_table(app, socket, compact(app, socket, width), area)
}

/// The same without the diagram: each thing on a line of its own, the most important first.
fn compact(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let mut first = now(app, socket);
    if let Some(kernel) = kernel(app, socket) {
        first.push(Span::raw(" ·"));
        first.extend(kernel);
    }
    let mut lines = wrap_spans(&first, width);
    if let Some(other) = crate::view::other_end::text(app, socket) {
        lines.extend(paragraph(&other, width, Style::new()));
    }
    let loses = socket.memory().is_some_and(|memory| memory.drops > 0);
    if let Some(memory) =
        crate::view::socket_details::memory(socket).filter(|_| loses || app.zoomed)
    {
        lines.extend(paragraph(&memory, width, Style::new()));
    }
    lines.extend(paragraph(&path(socket), width, app.theme.secondary));
    lines.extend(leads_on(app, socket, width));
    lines
}

/// The calls and events that lead to other phases from here.
fn leads_on(app: &App, socket: Handle<'_>, width: usize) -> Vec<Line<'static>> {
    let causes: Vec<String> = transitions_from(socket.kind(), socket.phase())
        // Such a transition is the effect of another one.
        .filter(|transition| transition.cause != Cause::Unnamed)
        .map(|transition| format!("{} ⇒ {}", transition.cause.label(), transition.to))
        .collect();
    if causes.is_empty() {
        return Vec::new();
    }
    wrap(&format!("next: {}", causes.join(" · ")), width)
        .into_iter()
        .map(|line| Line::styled(line, app.theme.secondary))
        .collect()
}
