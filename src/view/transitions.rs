//! The Transitions pane: the last transitions of all sockets, from which state to which, by what, and when; the newest
//! at the bottom.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::state::App;
use crate::layout::{Extent, Pane};
use crate::view::marks::INFERRED;
use crate::view::text::{cut_spans, fit, moment};
use crate::world::{State, StateChange};

/// The columns of the time.
const TIME: usize = 8;
/// The columns of the states where they are a column of their own, and the least width for that.
const STATES: usize = 28;
const WITH_COLUMNS: usize = 70;
/// How many older ones than those visible are read, so that scrolling goes on.
const AHEAD: usize = 20;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Extent {
    let height = usize::from(area.height);
    let back = app.scroll.transitions.at();
    let changes = app
        .world
        .state_changes(height + back.saturating_add(AHEAD).min(2000));
    if changes.is_empty() {
        crate::view::welcome::draw(app, Pane::Transitions, area, on);
        return Extent::default();
    }
    let last = changes.len().saturating_sub(height);
    let extent = Extent {
        at: back.min(last),
        last,
    };
    let visible = &changes[last - extent.at..];
    let names = visible.iter().map(|change| name(app, change).width());
    let widest = names.take(height).max().unwrap_or(0);
    for (change, row) in visible.iter().zip(area.rows()) {
        line(app, change, widest, usize::from(area.width)).render(row, on.buffer_mut());
    }
    if extent.at > 0 {
        crate::view::frame::more_below(app, area, on);
    }
    extent
}

fn name(app: &App, change: &StateChange) -> String {
    let socket = app.world.descriptor(change.socket);
    socket.map_or_else(String::new, |socket| socket.name().to_string())
}

/// `  2.142 s   ESTABLISHED → CLOSE_WAIT  FIN comes, ACK is sent`
fn line(app: &App, change: &StateChange, names: usize, width: usize) -> Line<'static> {
    let theme = &app.theme;
    // What is inferred has no time of its own.
    let time = change.at.map(moment).unwrap_or_default();
    let state = |(state, is_inferred): (State, bool)| match is_inferred {
        true => Span::styled(format!("{INFERRED}{state}"), theme.inferred),
        false => Span::styled(state.to_string(), theme.observed),
    };
    let (from, to) = (state(change.from), state(change.to));
    let used = from.content.width() + to.content.width() + 3;
    let is_roomy = width >= WITH_COLUMNS;
    let blank = match is_roomy {
        true => STATES.saturating_sub(used).max(1),
        false => 1,
    };
    let before = TIME + names + 1 + used + blank;
    // In words where they fit, else as the figure writes it.
    let reason = match is_roomy && before + change.reason.event.width() <= width {
        true => change.reason.event,
        false => change.reason.label,
    };
    let spans = vec![
        Span::styled(format!("{time:>0$} ", TIME - 1), theme.secondary),
        Span::styled(fit(&name(app, change), names + 1), theme.accent),
        from,
        Span::styled(" → ", theme.secondary),
        to,
        Span::raw(" ".repeat(blank)),
        Span::styled(reason, theme.secondary),
    ];
    cut_spans(spans, width)
}
