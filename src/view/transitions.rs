//! The Transitions pane: the last transitions of all sockets, from which state to which, by what, and when; the newest
//! at the bottom.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::layout::{Extent, Pane};
use crate::view::marks::INFERRED;
use crate::view::text::{cut_spans, fit, moment, paragraph};
use crate::world::{State, StateChange};

/// The columns of the time where there is room.
const TIME: usize = 7;
/// The columns of the states where they are a column of their own, and the least width for that.
const STATES: usize = 28;
const WITH_COLUMNS: usize = 70;
/// How many older ones than those visible are read, so that scrolling goes on.
const AHEAD: usize = 20;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Extent {
    if app.covers_states() {
        let hidden = paragraph(HIDDEN, usize::from(area.width), app.theme.secondary);
        crate::view::frame::rows(hidden, area, on);
        return Extent::default();
    }
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
    let visible = &visible[..height.min(visible.len())];
    let columns = Columns::of(app, visible, usize::from(area.width));
    for (change, row) in visible.iter().zip(area.rows()) {
        line(app, change, columns).render(row, on.buffer_mut());
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

/// The widths of the columns.
#[derive(Clone, Copy)]
struct Columns {
    time: usize,
    name: usize,
    /// All of them.
    all: usize,
}

impl Columns {
    fn of(app: &App, changes: &[StateChange], width: usize) -> Self {
        let longest = |text: &dyn Fn(&StateChange) -> String| {
            let widths = changes.iter().map(|change| text(change).width());
            widths.max().unwrap_or(0)
        };
        let name = longest(&|change| name(app, change));
        let rest = longest(&|change| {
            let states = [change.from, change.to].map(written);
            format!("{} {}", states.join(" → "), change.reason.label)
        });
        let time = match TIME + 1 + name + 1 + rest <= width {
            true => TIME,
            // Causes need the room more.
            false => longest(&|change| time(change)),
        };
        let all = width;
        Self { time, name, all }
    }

    fn is_roomy(self) -> bool {
        self.all >= WITH_COLUMNS
    }
}

/// `~SYN_SENT`: a state, marked if it is inferred.
fn written((state, is_inferred): (State, bool)) -> String {
    let mark = if is_inferred {
        INFERRED.to_string()
    } else {
        String::new()
    };
    format!("{mark}{state}")
}

/// When it was seen; what is inferred has no time of its own.
fn time(change: &StateChange) -> String {
    change.at.map(moment).unwrap_or_default()
}

/// `  2.142 s   ESTABLISHED → CLOSE_WAIT  FIN comes, ACK is sent`
fn line(app: &App, change: &StateChange, columns: Columns) -> Line<'static> {
    let theme = &app.theme;
    let state = |state: (State, bool)| match state.1 {
        true => Span::styled(written(state), theme.inferred),
        false => Span::styled(written(state), theme.observed),
    };
    let (from, to) = (state(change.from), state(change.to));
    let used = from.content.width() + to.content.width() + 3;
    let blank = match columns.is_roomy() {
        true => STATES.saturating_sub(used).max(1),
        false => 1,
    };
    let before = columns.time + 1 + columns.name + 1 + used + blank;
    // In words where they fit, else as the figure writes it.
    let fits = before + change.reason.event.width() <= columns.all;
    let reason = match columns.is_roomy() && fits {
        true => change.reason.event,
        false => change.reason.label,
    };
    let spans = vec![
        Span::styled(
            format!("{:>1$} ", time(change), columns.time),
            theme.secondary,
        ),
        Span::styled(fit(&name(app, change), columns.name + 1), theme.accent),
        from,
        Span::styled(" → ", theme.secondary),
        to,
        Span::raw(" ".repeat(blank)),
        Span::styled(reason, theme.secondary),
    ];
    cut_spans(spans, columns.all)
}
