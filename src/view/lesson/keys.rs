//! The row of the keys that are of use now.

use ratatui::text::{Line, Span};

use crate::app::state::{App, Mode};
use crate::layout::Pane;
use crate::lesson::Study;
use crate::view::lesson::Laid;

/// A key with its word.
type Hint = (String, &'static str);

/// As many as fit whole, the most useful first; close together before one is left out.
pub(crate) fn hints(app: &App, study: &Study, laid: &Laid, width: u16) -> Line<'static> {
    let hints = useful(app, study, laid);
    let wide = |gap: usize, hints: &[Hint]| {
        let words = hints
            .iter()
            .map(|(key, word)| key.chars().count() + 1 + word.len());
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

fn useful(app: &App, study: &Study, laid: &Laid) -> Vec<Hint> {
    let (next, back) = if app.learn.presenting {
        ("PgDn", "PgUp")
    } else {
        ("Enter", "Bksp")
    };
    let mut keys: Vec<(&str, &'static str)> = Vec::new();
    let answers;
    if study.task().is_some() {
        keys.extend([("F6", "hint"), ("F7", "solve")]);
    } else if let Some(question) = study.question() {
        if laid.shows_step() {
            answers = format!("1-{}", question.answers.len());
            keys.push((&answers, "answer"));
        } else {
            keys.push(("Enter", "shows the question"));
        }
    } else {
        keys.push((next, "next"));
    }
    keys.extend([
        (back, "back"),
        ("F5", "anew"),
        ("F3", "hide"),
        ("F4", "map"),
    ]);
    let owned = keys.into_iter().map(|(key, word)| (key.to_owned(), word));
    owned.collect()
}

/// What stands behind `▲` and `▼`: the keys that work, with a blank before them.
pub(crate) fn scrolling(app: &App) -> (&'static str, &'static str) {
    let is_focused = app.focus == Pane::Lesson;
    let is_free = is_focused || app.focus == Pane::Sockets || matches!(app.mode, Mode::Prompt);
    match (app.learn.presenting, is_focused) {
        // PageUp takes a step back.
        (true, true) => (" Up", " PgDn"),
        (true, false) => ("", " PgDn"),
        (false, _) if is_free => (" PgUp", " PgDn"),
        (false, _) => ("", ""),
    }
}
