//! The line below the log: which moment of the session is shown, and a click on it shows another.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{Action, PastAction};
use crate::app::state::App;
use crate::layout::{Clickable, Target};

/// The least rows of a log that has room for it in the present.
const ROOMY: u16 = 7;
/// The least columns of the bar.
const LEAST: usize = 8;
/// The columns of its ends.
const ENDS: usize = 2;

/// Where it is in the area of the log, if it is shown: in the past always, in the present where there is room.
pub(crate) fn row(app: &App, log: Rect) -> Option<Rect> {
    let is_shown = match &app.past {
        Some(_) => log.height > 1,
        None => log.height >= ROOMY && app.moments.before_present().is_some(),
    };
    is_shown.then(|| log.rows().next_back()).flatten()
}

/// Draws it, and returns what a click on it shows.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let (first, count) = (app.moments.first(), app.moments.len());
    let shown = app.past.as_ref().map(|past| past.moment);
    let at = shown.unwrap_or_else(|| count.saturating_sub(1));
    let width = usize::from(area.width);
    let text = text(app, at + 1, count, width);
    let bar = width.saturating_sub(ENDS + text.width());
    if bar < LEAST {
        Line::raw(text).render(area, frame.buffer_mut());
        return Vec::new();
    }
    let steps = count.saturating_sub(first + 1).max(1);
    let column = (at.saturating_sub(first) * (bar - 1) / steps).min(bar - 1);
    let style = match shown {
        Some(_) => app.theme.warning,
        None => app.theme.secondary,
    };
    let spans = vec![
        Span::styled("▕", app.theme.secondary),
        Span::styled("─".repeat(column), app.theme.secondary),
        Span::styled("●", style),
        Span::styled("─".repeat(bar - 1 - column), app.theme.secondary),
        Span::styled("▏", app.theme.secondary),
        Span::styled(text, style),
    ];
    Line::from(spans).render(area, frame.buffer_mut());
    let moment = |column: usize| first + (column * steps + (bar - 1) / 2) / (bar - 1);
    let columns = area.columns().skip(1).take(bar).enumerate();
    let columns = columns.map(|(column, area)| Clickable {
        area,
        target: Target::Moment(moment(column)),
    });
    columns.collect()
}

/// What is written beside the bar: where it stands, and the key that moves it where there is room.
fn text(app: &App, number: usize, count: usize, width: usize) -> String {
    let place = match &app.past {
        Some(past) if past.is_played() => format!(" played: call {number} of {count}"),
        Some(_) => format!(" past: call {number} of {count}"),
        None => format!(" now: call {number} of {count}"),
    };
    let keys = match app.past {
        Some(_) => format!(", {} the present", app.keys.name(Action::Close)),
        None => {
            let back = app.keys.name(Action::Past(PastAction::Back));
            format!(", {back} looks back")
        }
    };
    match ENDS + place.width() + keys.width() + 3 * LEAST <= width {
        true => place + &keys,
        false => place,
    }
}
