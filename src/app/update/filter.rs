//! The filter of a pane or an overlay: beginning one, typing it, and ending it.

use crossterm::event::KeyEvent;

use crate::app::filter::Filter;
use crate::app::keymap::{Action, Chord};
use crate::app::overlay::Content;
use crate::app::state::{App, Mode};
use crate::layout::Pane;

/// Begins to filter what has the keys: the list of sockets or the program if it is focused, else the log.
pub(crate) fn begin(app: &mut App) {
    if !matches!(app.focus, Pane::Sockets | Pane::Code) {
        app.focus = Pane::Log;
    }
    if let Some(filter) = of_pane(app) {
        filter.begin();
    }
}

/// The filter of the focused pane.
fn of_pane(app: &mut App) -> Option<&mut Filter> {
    match app.focus {
        Pane::Sockets => Some(&mut app.socket_filter),
        Pane::Log => Some(&mut app.log_filter.filter),
        Pane::Code => Some(&mut app.code.filter),
        _ => None,
    }
}

/// The filter of what has the keys.
pub(crate) fn present(app: &mut App) -> Option<&mut Filter> {
    if matches!(app.mode, Mode::Panes) {
        return of_pane(app);
    }
    app.mode.overlay_mut()?.filter_mut()
}

/// The filter that is being typed.
pub(crate) fn typed(app: &mut App) -> Option<&mut Filter> {
    present(app).filter(|filter| filter.is_typed)
}

/// Handles a key while a filter is typed. Returns whether the key belonged to it.
pub(crate) fn key(app: &mut App, key: KeyEvent) -> bool {
    let action = app.keys.text(&key);
    let Some(filter) = typed(app) else {
        return false;
    };
    let is_its = filter.key(key, action);
    if is_its {
        changed(app);
    }
    is_its
}

/// Adds pasted text to the filter that is being typed. Returns whether there is one.
pub(crate) fn paste(app: &mut App, text: &str) -> bool {
    let Some(filter) = typed(app) else {
        return false;
    };
    filter.add(text);
    changed(app);
    true
}

/// Begins to filter the choices of the form that is open. Returns whether the key does that there.
pub(crate) fn begin_in_form(app: &mut App, key: &KeyEvent) -> bool {
    let is_key = app.keys.text(key).is_none() && app.keys.panes(key) == Some(Action::Filter);
    match app.mode.overlay_mut().map(|overlay| &mut overlay.content) {
        Some(Content::Form(form)) if is_key && form.takes_filter(Chord::of(key)) => {
            form.filter.begin();
            true
        }
        _ => false,
    }
}

/// Other rows may be shown: a page begins at its first, and a field of a form has one of them.
fn changed(app: &mut App) {
    app.code.follow();
    if let Some(overlay) = app.mode.overlay_mut() {
        overlay.scroll = crate::layout::Scroll::default();
        if let Content::Form(form) = &mut overlay.content {
            form.filtered();
        }
    }
}

/// Ends the filter of what has the keys. Returns whether there was one.
pub(crate) fn clear(app: &mut App) -> bool {
    present(app).is_some_and(Filter::clear)
}
