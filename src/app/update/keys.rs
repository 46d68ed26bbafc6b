//! Keys, by what receives them.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::keymap::{Action, CLOSE, COURSE, INTERRUPT, LESSON, LessonAction, PAGE};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Question};
use crate::app::state::{App, Mode};
use crate::app::update::{carry_out, open_form, overlay};
use crate::event::CallId;
use crate::layout::{Pane, Scroll};

/// Handles a key.
pub(crate) fn key(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    app.notice = None;
    match &key {
        key if is_control(key, 'c') => return leave(app, effects),
        key if is_control(key, 'l') => return effects.push(Effect::Repaint),
        key if is_control(key, 'z') => return effects.push(Effect::Suspend),
        key if must_wait(app, key) => return app.typed_ahead.push_back(*key),
        _ => {}
    }
    match app.mode {
        Mode::Panes => panes(app, &key, effects),
        Mode::Prompt => prompt(app, key, effects),
        Mode::Overlay(_) => overlay::key(app, key, effects),
    }
}

/// A key on a screen that is too small to draw. The question whether to leave could not be read there.
pub(crate) fn unseen(key: &KeyEvent, effects: &mut Vec<Effect>) {
    match key {
        _ if key.kind == KeyEventKind::Release => {}
        key if is_control(key, 'c') => effects.push(Effect::Quit),
        key if is_control(key, 'z') => effects.push(Effect::Suspend),
        _ => {}
    }
}

/// Whether a key must wait for a call that has not returned, since it may refer to what that call creates.
///
/// `n Enter b Enter`, typed at once, must bind the new socket. A blocked call does not hold keys up, and the prompt can be
/// opened since that refers to nothing yet. The keys that interrupt and quit do not wait either, unless an earlier key
/// will make them text.
fn must_wait(app: &App, key: &KeyEvent) -> bool {
    let is_busy = !app.player.is_idle() || !app.typed_ahead.is_empty();
    let may_go = match crate::app::keymap::action(key) {
        Some(Action::Prompt) => app.typed_ahead.is_empty(),
        Some(Action::Interrupt | Action::Quit) => !text_waits(app),
        _ => false,
    };
    matches!(app.mode, Mode::Panes) && is_busy && !may_go
}

/// Whether a waiting key opens something in which letters are text.
pub(crate) fn text_waits(app: &App) -> bool {
    app.typed_ahead.iter().any(|key| {
        let action = crate::app::keymap::action(key);
        matches!(
            action,
            Some(Action::Prompt | Action::Choose | Action::Call(_) | Action::NextSuggestion)
        )
    })
}

/// Handles the keys that were typed ahead, as far as they need not wait any longer.
pub(crate) fn go_on(app: &mut App, effects: &mut Vec<Effect>) {
    if !app.player.is_idle() {
        return;
    }
    if let Some(next) = app.typed_ahead.pop_front() {
        let rest = std::mem::take(&mut app.typed_ahead);
        key(app, next, effects);
        app.typed_ahead.extend(rest);
    }
}

fn is_control(key: &KeyEvent, letter: char) -> bool {
    key.code == KeyCode::Char(letter) && key.modifiers == KeyModifiers::CONTROL
}

fn panes(app: &mut App, key: &KeyEvent, effects: &mut Vec<Effect>) {
    if let Some(action) = clicker(app, key) {
        return lesson(app, action, effects);
    }
    match crate::app::keymap::action(key) {
        Some(Action::Call(call_kind)) => open_form(app, call_kind),
        Some(Action::Choose) => overlay::show_calls(app),
        Some(Action::Prompt) => app.mode = Mode::Prompt,
        Some(Action::NextPane) => {
            app.focus = app.focus.neighbour(false, app.learn.is_shown());
        }
        Some(Action::PreviousPane) => {
            app.focus = app.focus.neighbour(true, app.learn.is_shown());
        }
        Some(Action::Zoom) => app.zoomed = !app.zoomed,
        Some(Action::Trace) => app.traced = !app.traced,
        Some(Action::Figure) => {
            app.phases = !app.phases;
            app.scroll.state = Scroll::default();
        }
        Some(Action::Up) => scroll(app, app.focus, -1),
        Some(Action::Down) => scroll(app, app.focus, 1),
        Some(Action::PageUp) => page(app, app.focus, -1),
        Some(Action::PageDown) => page(app, app.focus, 1),
        Some(Action::First) => scroll(app, app.focus, isize::MIN),
        Some(Action::Last) => scroll(app, app.focus, isize::MAX),
        Some(Action::Interrupt) => interrupt(app, effects),
        Some(Action::Close) => close(app),
        Some(Action::Lesson(action)) => lesson(app, action, effects),
        Some(Action::Show(page)) => overlay::show(app, page, effects),
        Some(Action::NextSuggestion) => crate::app::update::lines::next_suggestion(app),
        Some(Action::Repaint) => effects.push(Effect::Repaint),
        Some(Action::Suspend) => effects.push(Effect::Suspend),
        Some(Action::Quit) => leave(app, effects),
        None => {}
    }
}

/// The keys of a presentation remote control, for a teacher.
fn clicker(app: &App, key: &KeyEvent) -> Option<LessonAction> {
    let presents = app.learn.presenting && app.learn.is_shown();
    match key.code {
        // Hidden text is shown before the next step is done.
        KeyCode::PageDown if presents && goes_on_below(app) => None,
        KeyCode::PageDown | KeyCode::Right if presents => Some(LessonAction::Next),
        KeyCode::PageUp | KeyCode::Left if presents => Some(LessonAction::Back),
        _ => None,
    }
}

/// Whether more text of the lesson is below the pane.
fn goes_on_below(app: &App) -> bool {
    let lesson = app.geometry.lesson;
    lesson.is_some_and(|lesson| lesson.goes_on_below(app.learn.scroll))
}

/// The keys of a lesson.
fn lesson(app: &mut App, action: LessonAction, effects: &mut Vec<Effect>) {
    match action {
        LessonAction::Toggle => crate::app::update::lesson::toggle(app, effects),
        LessonAction::Course => crate::app::update::lesson::open_course(app, effects),
        // While the lesson is hidden its keys do nothing.
        _ if app.learn.study.is_some() && app.learn.hidden => {
            app.notify(
                format!("the lesson is hidden: {LESSON} brings it back"),
                false,
            );
        }
        _ if app.learn.study.is_none() => {
            app.notify(
                format!("no lesson is open: {COURSE} shows the course"),
                false,
            );
        }
        LessonAction::Next => crate::app::update::lesson::go_on(app, effects),
        LessonAction::Back => crate::app::update::lesson::back(app, effects),
        LessonAction::Leave => crate::app::update::lesson::leave(app, effects),
        LessonAction::Anew => crate::app::update::lesson::page_anew(app, effects),
        LessonAction::Hint => crate::app::update::lesson::hint(app),
        LessonAction::Solution => crate::app::update::lesson::solution(app, effects),
        LessonAction::Answer(chosen) => {
            crate::app::update::lesson::answer(app, usize::from(chosen));
        }
    }
}

/// Whether a key was an answer to the present prediction.
fn answers(app: &mut App, key: &KeyEvent) -> bool {
    match crate::app::keymap::action(key) {
        Some(Action::Lesson(LessonAction::Answer(chosen))) => {
            crate::app::update::lesson::answer(app, usize::from(chosen))
        }
        _ => false,
    }
}

fn leave(app: &mut App, effects: &mut Vec<Effect>) {
    let leave = Question::Leave;
    let asked = matches!(app.mode.content(), Some(Content::Question(asked)) if *asked == leave);
    if asked || app.world.pending().next().is_none() {
        effects.push(Effect::Quit);
    } else {
        app.mode = Mode::over(Content::Question(leave));
    }
}

/// Interrupts the call that [`App::interruptible`] returns, or drops the waiting lines.
fn interrupt(app: &mut App, effects: &mut Vec<Effect>) {
    match app.interruptible() {
        Some(call) => effects.push(Effect::Cancel(call)),
        None if !app.player.is_idle() => {
            let waiting = app.player.waiting();
            app.typed_ahead.clear();
            for dropped in app.player.clear() {
                carry_out(app, dropped, effects);
            }
            app.notify(
                format!("dropped, with {waiting} lines that waited for it"),
                false,
            );
        }
        None if app.world.pending().next().is_some() => {
            app.notify(
                "nothing is pending on the selected socket: select the one that is blocked",
                false,
            );
        }
        None => app.notify("no call is pending that could be interrupted", false),
    }
}

/// Esc while the panes receive the keys: closes one thing that is open. It never interrupts a call.
fn close(app: &mut App) {
    if app.zoomed {
        app.zoomed = false;
    } else if app.world.pending().next().is_some() {
        app.notify(
            format!("{CLOSE} only closes, and nothing is open: {INTERRUPT} interrupts a call"),
            false,
        );
    }
}

fn prompt(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) {
    let is_empty = app.prompt.line().trim().is_empty();
    match key.code {
        KeyCode::Esc => {
            if !app.prompt.close_offer() {
                app.prompt.leave();
                app.mode = Mode::Panes;
            }
        }
        KeyCode::Enter if is_empty && app.learn.is_shown() => {
            crate::app::update::lesson::go_on(app, effects);
        }
        KeyCode::Enter => crate::app::update::lines::run_prompt(app),
        KeyCode::Char(_) if is_empty && answers(app, &key) => {}
        _ if is_suggestion_key(app, &key) => crate::app::update::lines::next_suggestion(app),
        KeyCode::Tab | KeyCode::BackTab => {
            let context = app.context();
            app.prompt.complete(&context, key.code == KeyCode::BackTab);
        }
        KeyCode::Up => app.prompt.older(),
        KeyCode::Down => app.prompt.newer(),
        KeyCode::F(_) => panes(app, &key, effects),
        KeyCode::PageUp => page(app, Pane::Log, -1),
        KeyCode::PageDown => page(app, Pane::Log, 1),
        _ => app.prompt.edit(key),
    }
}

/// Whether a key requests a suggestion. No line begins with it, so it is not text on an empty line, nor while the line
/// is an unchanged suggestion.
fn is_suggestion_key(app: &App, key: &KeyEvent) -> bool {
    let untouched = app.prompt.line().is_empty() || app.prompt.suggestion().is_some();
    untouched && crate::app::keymap::action(key) == Some(Action::NextSuggestion)
}

/// PageUp and PageDown: they scroll the text of a lesson if not all of it is visible, else a pane.
fn page(app: &mut App, pane: Pane, direction: isize) {
    let lesson = app.geometry.lesson.filter(|_| may_take_pages(app));
    match lesson.filter(|lesson| lesson.overflows(app.learn.scroll)) {
        Some(lesson) => scroll(app, Pane::Lesson, direction * lesson.page()),
        None => scroll(app, pane, direction * PAGE),
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
pub(crate) fn scroll(app: &mut App, pane: Pane, rows: isize) {
    match pane {
        Pane::Sockets => {
            let listed: Vec<_> = app.listed().iter().map(|socket| socket.id()).collect();
            let at = listed.iter().position(|id| Some(*id) == app.selection);
            let next = at
                .map_or(0, |at| at.saturating_add_signed(rows))
                .min(listed.len().saturating_sub(1));
            app.selection = listed.get(next).copied();
            app.turned_to_socket = true;
            app.scroll.state = Scroll::default();
        }
        Pane::Log => scroll_log(app, rows),
        Pane::Lesson => crate::app::update::lesson::scroll(app, rows),
        Pane::State => app.scroll.state.by(rows),
        Pane::Why => app.scroll.why.by(rows),
    }
}

fn scroll_log(app: &mut App, rows: isize) {
    let log = app.world.log();
    let Some(last) = log.len().checked_sub(1) else {
        return;
    };
    let index = |call: CallId| log.place(call);
    let at = app.log_selection.and_then(index).unwrap_or(last);
    let next = at.saturating_add_signed(rows).clamp(log.forgotten(), last);
    app.log_selection = log
        .get(next)
        .filter(|_| next != last)
        .map(crate::world::Record::id);
    app.turned_to_socket = false;
    app.scroll.state = Scroll::default();
    app.scroll.why = Scroll::default();
}
