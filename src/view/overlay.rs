//! What lies over everything: a frame with a title, and rows that may be more than there is room for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::Line;
use ratatui::widgets::{Block, Clear, Widget};

use crate::app::state::{App, Mode};
use crate::app::theme::TEXT;

/// The keys of an overlay that has none of its own.
pub(crate) const KEYS: &str = " Up/Down PageUp/PageDown scroll  : types  any other key closes ";

/// Draws the frame and gives the place inside it, with a blank at each side. A message stands where the keys do.
pub(crate) fn frame(
    app: &App,
    title: &str,
    keys: &'static str,
    area: Rect,
    frame: &mut Frame<'_>,
) -> Rect {
    Clear.render(area, frame.buffer_mut());
    let theme = &app.theme;
    let below = match &app.notice {
        Some(notice) if !matches!(app.mode, Mode::Course(_)) => {
            Line::styled(format!(" {} ", notice.text), theme.title)
        }
        _ => Line::styled(keys, theme.dim),
    };
    let block = Block::bordered()
        .border_style(theme.focus)
        .title_style(TEXT)
        .title(Line::styled(title.to_owned(), theme.title))
        .title_bottom(below);
    let inner = block.inner(area);
    block.render(area, frame.buffer_mut());
    Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    }
}

/// Draws rows into a place, as many as fit.
pub(crate) fn rows(
    lines: impl IntoIterator<Item = Line<'static>>,
    place: Rect,
    frame: &mut Frame<'_>,
) {
    for (line, row) in lines.into_iter().zip(place.rows()) {
        line.render(row, frame.buffer_mut());
    }
}

/// How many columns the rows of an overlay have on a screen of this size.
pub(crate) fn width(size: (u16, u16)) -> usize {
    usize::from(size.0.saturating_sub(4))
}

/// The furthest that so many rows can be scrolled on a screen of this size.
pub(crate) fn last_row(size: (u16, u16), rows: usize) -> usize {
    rows.saturating_sub(usize::from(size.1.saturating_sub(2)))
}
