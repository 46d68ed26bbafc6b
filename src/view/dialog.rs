//! The question before leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::widgets::Block;

use crate::app::state::App;
use crate::view::text::paragraph;

/// Asks whether to leave though calls are pending.
pub(crate) fn leave(app: &App, area: Rect, on: &mut Frame<'_>) {
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
    let block = Block::bordered()
        .border_style(app.theme.blocked)
        .title(" Leave? ");
    crate::view::frame::over(block, over, lines, on);
}
