//! The row of the keys that are useful now.

use ratatui::text::{Line, Span};

use crate::app::keymap::{
    ANEW, BACK, COURSE, ENTER, HINT, LESSON, PAGE_DOWN, PAGE_UP, SOLUTION, UP, short,
};
use crate::app::state::{App, Mode};
use crate::layout::Pane;
use crate::lesson::Study;
use crate::view::lesson::Laid;

/// A key with its label.
type Hint = (String, &'static str);

/// As many keys as fit whole, the most useful first; they are moved closer together before one is left out.
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
        (short(PAGE_DOWN), short(PAGE_UP))
    } else {
        (ENTER, short(BACK))
    };
    let mut keys: Vec<(&str, &'static str)> = Vec::new();
    let answers;
    if study.task().is_some() {
        keys.extend([(HINT, "hint"), (SOLUTION, "solve")]);
    } else if let Some(question) = study.question() {
        if laid.shows_step() {
            answers = format!("1-{}", question.answers.len());
            keys.push((&answers, "answer"));
        } else {
            keys.push((ENTER, "shows the question"));
        }
    } else {
        keys.push((next, "next"));
    }
    keys.extend([
        (back, "back"),
        (ANEW, "anew"),
        (LESSON, "hide"),
        (COURSE, "map"),
    ]);
    let owned = keys.into_iter().map(|(key, word)| (key.to_owned(), word));
    owned.collect()
}

/// What follows `▲` and `▼`: the keys that scroll, after a blank.
pub(crate) fn scrolling(app: &App) -> (String, String) {
    let is_focused = app.focus == Pane::Lesson;
    let is_free = is_focused || app.focus == Pane::Sockets || matches!(app.mode, Mode::Prompt);
    let (page_up, page_down) = (short(PAGE_UP), short(PAGE_DOWN));
    let (up, down) = match (app.learn.presenting, is_focused) {
        // In front of a class PageUp goes back a step.
        (true, true) => (UP, page_down),
        (true, false) => ("", page_down),
        (false, _) if is_free => (page_up, page_down),
        (false, _) => ("", ""),
    };
    let behind_blank = |key: &str| match key {
        "" => String::new(),
        key => format!(" {key}"),
    };
    (behind_blank(up), behind_blank(down))
}
