//! Scrolling: what moves in each pane, by rows and by pages, and which call is selected.

use crate::app::keymap::PAGE;
use crate::app::message::Effect;
use crate::app::state::{App, Mode};
use crate::event::CallId;
use crate::layout::{Pane, Scroll};
use crate::world::Record;

/// PageUp and PageDown: they scroll the text of a lesson if not all of it is visible, else a pane.
pub(crate) fn page(app: &mut App, pane: Pane, direction: isize, effects: &mut Vec<Effect>) {
    let lesson = app.geometry.lesson.filter(|_| may_take_pages(app));
    match lesson.filter(|lesson| lesson.overflows(app.learn.scroll)) {
        Some(lesson) => scroll(app, Pane::Lesson, direction * lesson.page(), effects),
        None => scroll(app, pane, direction * PAGE, effects),
    }
}

/// Whether PageUp and PageDown scroll the lesson, if it has more text than room: another focused pane has other keys
/// too.
fn may_take_pages(app: &App) -> bool {
    let is_free = matches!(app.focus, Pane::Sockets | Pane::Lesson)
        || matches!(app.mode, Mode::Prompt)
        || app.learn.presenting;
    is_free && app.lesson_is_on_screen()
}

/// Moves the selection or the text of a pane.
pub(crate) fn scroll(app: &mut App, pane: Pane, rows: isize, effects: &mut Vec<Effect>) {
    match pane {
        Pane::Sockets => {
            let listed: Vec<_> = app.filtered().iter().map(|socket| socket.id()).collect();
            let at = listed.iter().position(|id| Some(*id) == app.selection);
            let next = at
                .map_or(0, |at| at.saturating_add_signed(rows))
                .min(listed.len().saturating_sub(1));
            app.selection = listed.get(next).copied();
            app.turned_to_socket = true;
            app.scroll.state = Scroll::default();
        }
        Pane::Log => scroll_log(app, rows, effects),
        Pane::Lesson => crate::app::update::lesson::scroll(app, rows),
        Pane::Script => {
            if let Some(script) = &mut app.script {
                script.select_by(rows);
            }
        }
        Pane::State => app.scroll.state.by(rows),
        Pane::Why => app.scroll.why.by(rows),
        Pane::Queues => app.scroll.queues.by(rows),
        Pane::Code => scroll_code(app, rows),
        // A terminal has no more rows than it shows.
        Pane::Program => {}
        // The newest come last and are followed: they are scrolled from their end.
        Pane::Transitions => app.scroll.transitions.by(rows.saturating_neg()),
        Pane::Ladder => app.scroll.ladder.by(rows.saturating_neg()),
    }
}

fn scroll_code(app: &mut App, rows: isize) {
    let call = app.record().map(Record::id);
    let extent = app.geometry.code;
    app.code.scroll(call, rows, &extent);
}

fn scroll_log(app: &mut App, rows: isize, effects: &mut Vec<Effect>) {
    let log = app.present().log();
    let Some(last) = log.len().checked_sub(1) else {
        return;
    };
    let index = |call: CallId| log.place(call);
    let at = app.log_selection.and_then(index).unwrap_or(last);
    let next = match app.log_filter.places(app.present()) {
        None => at.saturating_add_signed(rows).clamp(log.forgotten(), last),
        Some(places) => {
            let after = places.partition_point(|place| *place <= at);
            let own = after.saturating_sub(1).saturating_add_signed(rows);
            let own = own.min(places.len().saturating_sub(1));
            places.get(own).copied().unwrap_or(last)
        }
    };
    let selected = log.get(next).filter(|_| next != last).map(Record::id);
    select_call(app, selected, effects);
}

/// Selects a call in the log; `None`: the newest. The panes show what was so after it; while a line is typed they show the
/// present, which the line is for.
pub(crate) fn select_call(app: &mut App, call: Option<CallId>, effects: &mut Vec<Effect>) {
    match app.mode.makes_calls() {
        true => app.log_selection = call,
        false => app.look_at(call, effects),
    }
    app.turned_to_socket = false;
    app.code.follow();
    app.scroll.state = Scroll::default();
    app.scroll.why = Scroll::default();
}
