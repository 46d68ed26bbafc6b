//! Bursts: more keys at once than anybody presses. Most likely they were pasted in a terminal without bracketed paste.
//! At the prompt they may also come from a program that types, so there each key has its usual effect, up to the first
//! line that cannot be run.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::keymap::{Action, LessonAction, TextAction};
use crate::app::message::Effect;
use crate::app::overlay::Content;
use crate::app::state::{App, Ignored, Mode};
use crate::app::update::{filter, keys, lines, play};

/// What is said when lines are dropped.
const DROPPED: &str = "The lines that arrived together with it are ignored";

/// Handles a part of a burst.
pub(crate) fn burst(app: &mut App, typed: &[KeyEvent], effects: &mut Vec<Effect>) {
    if let Some(Ignored::AfterError(said)) = &app.ignores {
        let said = said.clone();
        drop_rest(app, &said, typed);
    } else if filter::typed(app).is_some() {
        lines::paste(app, &text(typed));
    } else if takes_text(app, typed) {
        type_in(app, typed, effects);
    } else if takes_pastes(app) {
        lines::paste(app, &text(typed));
    } else {
        app.ignores = Some(Ignored::NotAccepted);
    }
}

/// Whether an overlay is open that accepts text.
fn takes_pastes(app: &App) -> bool {
    matches!(
        app.mode.content(),
        Some(Content::Form(_) | Content::Palette(_))
    )
}

/// The burst is over.
pub(crate) fn end(app: &mut App) {
    match app.ignores.take() {
        Some(Ignored::NotAccepted) => lines::ignored(app),
        Some(Ignored::AfterError(_)) | None => {}
    }
}

fn type_in(app: &mut App, typed: &[KeyEvent], effects: &mut Vec<Effect>) {
    let mut left = typed;
    while let [key, ..] = left {
        let text = leading_text(app, left);
        let before = ends_line(app, key).then(|| app.prompt.line().to_owned());
        if text.is_empty() && is_of_lesson(app, key) {
            app.prompt.insert(&self::text(&[*key]).replace('\n', ""));
        } else if text.is_empty() {
            keys::key(app, *key, effects);
        } else {
            app.prompt.insert(&text);
        }
        left = &left[text.chars().count().max(1)..];
        if let Some(said) = before.and_then(|line| error_of(app, &line)) {
            return drop_rest(app, &said, left);
        }
        play(app, effects);
    }
}

/// Whether a key is to run the line at the prompt.
fn ends_line(app: &App, key: &KeyEvent) -> bool {
    matches!(app.mode, Mode::Prompt) && app.keys.text(key) == Some(TextAction::Accept)
}

/// What is said of a line that could not be run, and so is still at the prompt.
fn error_of(app: &App, line: &str) -> Option<String> {
    let stays = !line.trim().is_empty() && app.prompt.line() == line;
    let notice = app.notice.as_ref().filter(|notice| notice.is_error)?;
    stays.then(|| notice.text.clone())
}

/// Drops what follows a line that cannot be run: it would only be added to that line.
fn drop_rest(app: &mut App, said: &str, rest: &[KeyEvent]) {
    if !text(rest).trim().is_empty() {
        let stop = if said.ends_with(['.', '?']) { "" } else { "." };
        app.notify(format!("{said}{stop} {DROPPED}"), true);
    }
    app.ignores = Some(Ignored::AfterError(said.to_owned()));
}

/// Whether a burst is typed text rather than a paste where none is accepted: the prompt is open, or the first key or an
/// earlier one that waits opens it.
fn takes_text(app: &App, typed: &[KeyEvent]) -> bool {
    let opens = || typed.first().is_some_and(|key| app.keys.opens_prompt(key));
    match &app.mode {
        Mode::Prompt => app.prompt.search().is_none() && app.ignores.is_none(),
        // The part before was ignored, and this belongs to it.
        _ if app.ignores.is_some() => false,
        Mode::Panes => opens() || keys::text_waits(app),
        Mode::Program => false,
        Mode::Overlay(overlay) => overlay.gives_way_to_prompt() && opens(),
    }
}

/// Whether a key at the empty prompt would answer the question of a lesson or go on with it. Only a key that is pressed
/// does: of a burst it is text, or an empty line.
fn is_of_lesson(app: &App, key: &KeyEvent) -> bool {
    let is_empty = matches!(app.mode, Mode::Prompt) && app.prompt.line().trim().is_empty();
    let goes_on = || app.keys.text(key) == Some(TextAction::Accept);
    let answers = || {
        let action = app.keys.panes(key);
        matches!(action, Some(Action::Lesson(LessonAction::Answer(_))))
    };
    is_empty && app.learn.is_shown() && (goes_on() || answers())
}

/// The characters at the beginning of a burst that only extend the line at the prompt. They are inserted together,
/// since otherwise a line of thousands of characters would be copied for each of them.
fn leading_text(app: &App, typed: &[KeyEvent]) -> String {
    let character = |key: &KeyEvent| match key.code {
        KeyCode::Char(c) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => Some(c),
        _ => None,
    };
    if matches!(app.mode, Mode::Prompt) && app.prompt.is_touched() {
        typed.iter().map_while(character).collect()
    } else {
        String::new()
    }
}

/// The text that keys type.
fn text(typed: &[KeyEvent]) -> String {
    let one = |key: &KeyEvent| match key.code {
        KeyCode::Char('j') if key.modifiers == KeyModifiers::CONTROL => Some('\n'),
        KeyCode::Enter => Some('\n'),
        KeyCode::Tab => Some('\t'),
        KeyCode::Char(c) if key.modifiers.difference(KeyModifiers::SHIFT).is_empty() => Some(c),
        _ => None,
    };
    typed.iter().filter_map(one).collect()
}
