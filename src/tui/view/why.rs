//! The Why pane: one or two sentences for the selected call, with their source.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::Line;
use ratatui::widgets::Widget;

use super::super::app::App;
use super::frame;
use super::text::paragraph;
use crate::explain;
use crate::world::Progress;

/// Draws it.
pub(super) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) {
    let lines = lines(app, area.width);
    let hidden = lines.len().saturating_sub(usize::from(area.height));
    let scroll = app.scroll.1.min(hidden);
    for (line, row) in lines.into_iter().skip(scroll).zip(area.rows()) {
        line.render(row, on.buffer_mut());
    }
    if scroll < hidden {
        frame::more_below(app, area, on);
    }
}

/// Everything that it says, wrapped to the width.
pub(super) fn lines(app: &App, width: u16) -> Vec<Line<'static>> {
    let width = usize::from(width);
    let Some(record) = app.record() else {
        return paragraph("Here each result is explained.", width, app.theme.dim);
    };
    let why = explain::why(&app.world, record);
    let mut text = why.text;
    if let (
        Progress::Blocked {
            wchan: Some(function),
            ..
        },
        Some(thread),
    ) = (&record.progress, record.thread)
    {
        text.push_str(&format!(
            " Thread {} sleeps in the kernel's {function}.",
            thread.tid
        ));
    }
    let mut lines = paragraph(&text, width, Style::new());
    if let Some(moved) = record.moved {
        lines.push(Line::styled(
            format!("{} ⇒ {}", moved.from, moved.to),
            app.theme.passed,
        ));
    }
    if !why.source.is_empty() {
        lines.push(Line::styled(
            why.source,
            app.theme.dim.add_modifier(Modifier::ITALIC),
        ));
    }
    lines
}
