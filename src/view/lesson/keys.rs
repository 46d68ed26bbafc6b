//! The row of the keys that are useful now.

use ratatui::text::Line;

use crate::app::keymap::{
    ANEW, Action, BACK, COURSE, HINT, LESSON, LessonAction, NEXT, SOLUTION, short,
};
use crate::app::state::{App, Mode};
use crate::layout::Pane;
use crate::lesson::{Question, Study};
use crate::view::key_row::{KeyHint, fitted};
use crate::view::lesson::Laid;

/// As many keys as fit whole, the most useful first; they are moved closer together before one is left out.
pub(crate) fn hints(app: &App, study: &Study, laid: &Laid, width: u16) -> Line<'static> {
    fitted(app, useful(app, study, laid), width)
}

fn useful(app: &App, study: &Study, laid: &Laid) -> Vec<KeyHint> {
    let name = |action| short(app.keys.name(action)).to_owned();
    let (next, back) = if app.learn.presenting {
        (Action::PageDown, Action::PageUp)
    } else {
        (NEXT, BACK)
    };
    let mut keys: Vec<KeyHint> = Vec::new();
    if laid.below() > 0 && !app.learn.is_read() {
        keys.push((name(next), "shows more ▼"));
    } else if study.task().is_some() {
        keys.extend([(name(HINT), "hint"), (name(SOLUTION), "solve")]);
    } else if let Some(question) = study.question() {
        keys.push((answers(app, question), "answer"));
    } else {
        keys.push((name(next), "next"));
    }
    let always = [
        (back, "back"),
        (ANEW, "redo"),
        (LESSON, "hide"),
        (COURSE, "map"),
    ];
    keys.extend(always.map(|(action, word)| (name(action), word)));
    keys
}

/// The keys that answer a question: `1-3`, or all of them where they are other keys than the numbers.
pub(crate) fn answers(app: &App, question: &Question) -> String {
    let count = question.answers.len();
    let actions = (0..count).filter_map(|index| u8::try_from(index).ok());
    let names = actions.map(|index| app.keys.name(Action::Lesson(LessonAction::Answer(index))));
    let names: Vec<&str> = names.collect();
    let numbers = (1..=count).map(|number| number.to_string());
    match names.iter().copied().eq(numbers) {
        true => format!("1-{count}"),
        false => names.join("/"),
    }
}

/// What follows `▲` and `▼`: the keys that scroll, after a blank.
pub(crate) fn scrolling(app: &App) -> (String, String) {
    let is_focused = app.focus == Pane::Lesson;
    let is_free = is_focused || app.focus == Pane::Sockets || matches!(app.mode, Mode::Prompt);
    let name = |action| short(app.keys.name(action));
    let (page_up, page_down) = (name(Action::PageUp), name(Action::PageDown));
    let (up, down) = match (app.learn.presenting, is_focused) {
        // In front of a class PageUp goes back a step.
        (true, true) => (name(Action::Up), page_down),
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
