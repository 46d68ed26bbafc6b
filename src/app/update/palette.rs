//! The palette: what its entries do, and the explanation of a word.

use crossterm::event::KeyEvent;

use crate::app::keymap::{Action, Chord, Context, TextAction};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Page, Place, leads_to_form};
use crate::app::palette::{Choice, Entry, Palette};
use crate::app::state::{App, Mode};
use crate::app::update::{lesson, open_form, theme};
use crate::call::table::{CallKind, Group};
use crate::glossary::{self, Subject};
use crate::socket::OptionRow;
use crate::socket::option::Access;

/// Shows the palette.
pub(crate) fn show(app: &mut App) {
    let palette = Palette::new(&app.keys, &app.settings, app.appearance().listed());
    app.mode = Mode::over(Content::Palette(Box::new(palette)));
}

/// Handles a key while the palette is open. Returns the action that was chosen, which the caller carries out.
pub(crate) fn key(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) -> Option<Action> {
    let action = app.keys.text(&key);
    let explains = is_help(app, &key);
    let Content::Palette(palette) = &mut app.mode.overlay_mut()?.content else {
        return None;
    };
    if explains {
        match palette.chosen() {
            Some(chosen) => explain(app, chosen),
            None => app.show_help(Place::Palette),
        }
        return None;
    }
    match palette.key(key, action) {
        Choice::Open => None,
        Choice::Closed => {
            app.close_overlay();
            None
        }
        Choice::Chosen(entry) => choose(app, entry, effects),
    }
}

/// Whether a key asks for help, or what a word means, where characters are text.
pub(crate) fn is_help(app: &App, key: &KeyEvent) -> bool {
    !Chord::of(key).is_text() && app.keys.panes(key).is_some_and(gives_help)
}

/// Whether an action shows help.
pub(crate) fn gives_help(action: Action) -> bool {
    matches!(action, Action::HelpHere | Action::Show(Page::Help))
}

/// Opens or explains an entry, or returns the action to run.
fn choose(app: &mut App, entry: Entry, effects: &mut Vec<Effect>) -> Option<Action> {
    match entry {
        Entry::Subject(Subject::Call(call_kind)) => open(app, call_kind),
        Entry::Action(binding) if can_be_chosen(binding.context) => {
            app.mode = Mode::Panes;
            return Some(binding.action);
        }
        Entry::Lesson(listed) => {
            app.mode = Mode::Panes;
            lesson::open_or_show(app, listed.id.to_owned(), effects);
        }
        Entry::Theme(chosen) => {
            app.close_overlay();
            theme::named(app, &chosen.name, effects);
        }
        Entry::Subject(_) | Entry::Action(_) | Entry::Setting(_) => explain(app, entry),
    }
    None
}

/// Whether an action of a context is one for the panes.
fn can_be_chosen(context: Context) -> bool {
    match context {
        Context::Panes | Context::Script | Context::Anywhere => true,
        Context::Text | Context::Question => false,
    }
}

/// Opens the form of a call; one that has none is begun at the prompt.
fn open(app: &mut App, call_kind: CallKind) {
    match call_kind.signature().group {
        Group::Prompt => app.offer(&format!("{}(", call_kind.word())),
        _ => open_form(app, call_kind),
    }
}

/// Explains an entry over the overlay that is open.
pub(crate) fn explain(app: &mut App, entry: Entry) {
    let below = match std::mem::replace(&mut app.mode, Mode::Panes) {
        Mode::Overlay(overlay) => Some(Box::new(overlay)),
        Mode::Panes | Mode::Prompt | Mode::Program => None,
    };
    app.mode = Mode::over(Content::Explanation(entry, below));
}

/// Explains the word that the cursor is at, if it is known: in a form that of the field, else the call.
pub(crate) fn explain_word(app: &mut App) -> bool {
    let found = match app.mode.form() {
        Some(form) => {
            let field = form.fields.get(form.focus);
            let words = field.map_or("", |field| field.input.value());
            known(words).or_else(|| known(form.call_kind.word()))
        }
        None if matches!(app.mode, Mode::Prompt) => {
            let (line, cursor) = (app.prompt.line(), app.prompt.cursor());
            let word_end = line[cursor..].find(|letter| !is_of_name(letter));
            let before = &line[..word_end.map_or(line.len(), |end| cursor + end)];
            let words: Vec<&str> = words(before).collect();
            words.into_iter().rev().find_map(meaning)
        }
        None => None,
    };
    found
        .map(|subject| explain(app, Entry::Subject(*subject)))
        .is_some()
}

/// The first word of a text that is known.
fn known(text: &str) -> Option<&'static Subject> {
    words(text).find_map(meaning)
}

/// The parts of a text that can be names.
fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter| !is_of_name(letter))
        .filter(|word| word.len() > 1 && word.starts_with(|first: char| first.is_alphabetic()))
}

fn is_of_name(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

fn meaning(word: &str) -> Option<&'static Subject> {
    glossary::find(word).into_iter().next()
}

/// Handles a key while an explanation is shown: it scrolls, Enter goes on to the form, any other goes back.
pub(crate) fn explanation_key(app: &mut App, key: &KeyEvent) {
    if let (Some(rows), Some(overlay)) = (app.keys.rows_of(key), app.mode.overlay_mut()) {
        return overlay.scroll_by(rows);
    }
    let goes_on = app.keys.text(key) == Some(TextAction::Accept);
    let Some(Content::Explanation(entry, below)) =
        app.mode.overlay_mut().map(|own| &mut own.content)
    else {
        return;
    };
    let (entry, below) = (entry.clone(), below.take());
    let goes_on = goes_on && leads_to_form(&entry, below.as_deref());
    match (entry, below) {
        (Entry::Subject(Subject::Option(row)), _) if goes_on => open_option(app, row),
        (Entry::Subject(Subject::Call(call_kind)), _) if goes_on => open(app, call_kind),
        (_, Some(below)) => app.mode = Mode::Overlay(*below),
        (_, None) => app.close_overlay(),
    }
}

/// Opens the form that sets an option, or reads one that cannot be set.
fn open_option(app: &mut App, row: &OptionRow) {
    let (call_kind, text) = match row.access {
        Access::Get => (CallKind::Getsockopt, row.name.to_owned()),
        Access::Both | Access::Set => {
            let text = format!("{}, {}", row.name, row.example());
            (CallKind::Setsockopt, text)
        }
    };
    open_form(app, call_kind);
    if let Some(Content::Form(form)) = app.mode.overlay_mut().map(|own| &mut own.content) {
        form.fill(text);
    }
}
