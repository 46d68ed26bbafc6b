//! The question before leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::{Block, Clear, Widget};

use super::super::app::App;
use super::text::paragraph;

/// Asks whether to leave though calls are pending.
pub(super) fn leave(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let pending: Vec<String> = app
        .world
        .pending()
        .map(|record| record.call().to_string())
        .collect();
    let shown: Vec<String> = pending.iter().take(4).cloned().collect();
    let more = pending.len().saturating_sub(shown.len());
    let rest = if more > 0 {
        format!(" and {more} more")
    } else {
        String::new()
    };
    let text = format!(
        "Still pending: {}{rest}. Leave and cancel them? y yes  n no",
        shown.join(", ")
    );
    let width = area.width.saturating_sub(4).min(60);
    let lines = paragraph(&text, usize::from(width.saturating_sub(4)), Style::new());
    let height = u16::try_from(lines.len() + 2)
        .unwrap_or(u16::MAX)
        .min(area.height);
    let over = area.centered(
        ratatui::layout::Constraint::Length(width),
        ratatui::layout::Constraint::Length(height),
    );
    Clear.render(over, frame.buffer_mut());
    let block = Block::bordered()
        .border_style(app.theme.blocked)
        .title(" Leave? ");
    let inner = block.inner(over);
    block.render(over, frame.buffer_mut());
    let inner = Rect {
        x: inner.x + 1,
        width: inner.width.saturating_sub(2),
        ..inner
    };
    for (line, row) in lines.into_iter().zip(inner.rows()) {
        line.render(row, frame.buffer_mut());
    }
}
