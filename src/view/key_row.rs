//! The row of keys at the bottom of a pane.

use ratatui::text::{Line, Span};

use crate::app::state::App;

/// A key with its label.
pub(crate) type KeyHint = (String, &'static str);

/// As many keys as fit whole, the most useful first; they are moved closer together before one is left out.
pub(crate) fn fitted(app: &App, hints: Vec<KeyHint>, width: u16) -> Line<'static> {
    let wide = |gap: usize, hints: &[KeyHint]| {
        let words = hints
            .iter()
            .map(|(key, word)| key.chars().count() + 1 + word.chars().count());
        words.sum::<usize>() + gap * hints.len().saturating_sub(1)
    };
    let width = usize::from(width);
    let gap = if wide(2, &hints) <= width { 2 } else { 1 };
    let fits = |count: &usize| wide(gap, &hints[..*count]) <= width;
    let count = (0..=hints.len()).rev().find(fits).unwrap_or(0);
    let spans = hints.into_iter().take(count).flat_map(|(key, word)| {
        let word = format!(" {word}{:gap$}", "");
        [
            Span::styled(key, app.theme.accent),
            Span::styled(word, app.theme.secondary),
        ]
    });
    Line::from(spans.collect::<Vec<_>>())
}
