//! Bursts: more keys at once than anybody presses. Most likely they were pasted in a terminal without bracketed paste.
//! At the prompt they may also come from a program that types, so there each key has its usual effect.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::keymap::{Action, LessonAction, TextAction};
use crate::app::message::Effect;
use crate::app::overlay::Content;
use crate::app::state::{App, Mode};
use crate::app::update::{filter, keys, lines, play};

/// Handles a part of a burst.
pub(crate) fn burst(app: &mut App, typed: &[KeyEvent], effects: &mut Vec<Effect>) {
    if filter::typed(app).is_some() {
        lines::paste(app, &text(typed));
    } else if takes_text(app, typed) {
        type_in(app, typed, effects);
    } else if takes_pastes(app) {
        lines::paste(app, &text(typed));
    } else {
        app.ignores = true;
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
    if std::mem::take(&mut app.ignores) {
        lines::ignored(app);
    }
}

fn type_in(app: &mut App, typed: &[KeyEvent], effects: &mut Vec<Effect>) {
    let mut left = typed;
    while let [key, ..] = left {
        let text = leading_text(app, left);
        if text.is_empty() && is_of_lesson(app, key) {
            app.prompt.insert(&self::text(&[*key]).replace('\n', ""));
        } else if text.is_empty() {
            keys::key(app, *key, effects);
        } else {
            app.prompt.insert(&text);
        }
        left = &left[text.chars().count().max(1)..];
        play(app, effects);
    }
}

/// Whether a burst is typed text rather than a paste where none is accepted: the prompt is open, or the first key or an
/// earlier one that waits opens it.
fn takes_text(app: &App, typed: &[KeyEvent]) -> bool {
    let opens = || typed.first().is_some_and(|key| app.keys.opens_prompt(key));
    match &app.mode {
        Mode::Prompt => app.prompt.search().is_none() && !app.ignores,
        // The part before was ignored, and this belongs to it.
        _ if app.ignores => false,
        Mode::Panes => opens() || keys::text_waits(app),
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
