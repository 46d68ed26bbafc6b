//! Keys and the mouse while an overlay is open: it receives all of them, and none reaches what is behind it.

use crossterm::event::{KeyCode, KeyEvent, MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::app::copied::for_shell;
use crate::app::form::Outcome;
use crate::app::keymap::{Action, CARDS, TextAction};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Page, Question};
use crate::app::page::Place;
use crate::app::state::{App, Mode};
use crate::app::update::{again, filter, lesson, lines, palette};
use crate::io_models::Model;
use crate::layout::Target;

/// How many rows the wheel moves a text.
pub(crate) const WHEEL: isize = 3;
/// More lessons than a course has.
const COURSE: isize = 1000;

/// Shows a page, and requests what it needs.
pub(crate) fn show(app: &mut App, page: Page, effects: &mut Vec<Effect>) {
    app.mode = Mode::over(Content::Page(page));
    if page == Page::Models {
        run_models(app, effects);
    }
    // Capture from now on.
    if page == Page::Ladder && !matches!(app.present().captured_traffic().capturing, Some(Ok(_))) {
        effects.push(Effect::Capture);
    }
}

fn run_models(app: &mut App, effects: &mut Vec<Effect>) {
    // Not while another run is in progress: their results would be mixed.
    let is_running = !app.models.is_empty() && app.models.len() < Model::ALL.len();
    if !is_running {
        app.models.clear();
        effects.push(Effect::RunModels);
    }
}

/// Handles a key. Returns the action that was chosen in the palette, which the caller carries out.
pub(crate) fn key(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) -> Option<Action> {
    let helps = palette::is_help(app, &key);
    if filter::begin_in_form(app, &key) {
        return None;
    }
    let overlay = app.mode.overlay_mut()?;
    if overlay.gives_way_to_prompt() && app.keys.opens_prompt(&key) {
        app.mode = Mode::Prompt;
        return None;
    }
    let place = overlay.content.place();
    let action = app.keys.panes(&key);
    let text = app.keys.text(&key);
    if overlay.can_be_filtered() && action == Some(Action::Filter) {
        overlay.filter.begin();
        return None;
    }
    if action == Some(Action::Close) && overlay.filter.clear() {
        return None;
    }
    let asks_help = match &overlay.content {
        // Their own help is about a word.
        Content::Form(_) | Content::Palette(_) => false,
        Content::Page(_) | Content::Course | Content::Explanation(..) | Content::Question(_) => {
            action.is_some_and(palette::gives_help)
        }
    };
    if asks_help {
        // Help stays help.
        if let Some(place) = place {
            app.show_help(place);
        }
        return None;
    }
    match &mut overlay.content {
        Content::Page(page) => {
            let page = *page;
            page_key(app, page, &key, effects);
        }
        Content::Course => course_key(app, &key, effects),
        Content::Palette(_) => return palette::key(app, key, effects),
        Content::Explanation(..) => palette::explanation_key(app, &key),
        Content::Form(_) if helps => {
            if !palette::explain_word(app) {
                app.show_help(Place::Form);
            }
        }
        // Esc shows all choices again before it closes the form.
        Content::Form(form) if text == Some(TextAction::Close) && form.filter.is_on() => {
            form.filter.clear();
        }
        Content::Form(form) => match form.key(key, text) {
            Outcome::Open => {}
            Outcome::Closed => app.mode = Mode::Panes,
            Outcome::Run => lines::run_form(app),
        },
        Content::Question(question) => {
            let question = *question;
            answer(app, question, &key, effects);
        }
    }
    None
}

/// A key on a page: it scrolls, runs again what has a key for that, copies a command, or closes.
fn page_key(app: &mut App, page: Page, key: &KeyEvent, effects: &mut Vec<Effect>) {
    let runs_again =
        page == Page::Models && app.keys.panes(key) == Some(Action::Show(Page::Models));
    if let (Some(rows), Some(overlay)) = (app.keys.rows_of(key), app.mode.overlay_mut()) {
        return overlay.scroll_by(rows);
    }
    if runs_again {
        return show(app, page, effects);
    }
    let is_copied = page == Page::Commands && copy(app, key.code, effects);
    if !is_copied {
        app.close_overlay();
    }
}

/// Copies the command that has the number of a key. Gives whether there is one.
fn copy(app: &mut App, code: KeyCode, effects: &mut Vec<Effect>) -> bool {
    let number = match code {
        KeyCode::Char(key) => key.to_digit(10).and_then(|number| number.checked_sub(1)),
        _ => None,
    };
    number.is_some_and(|index| copy_command(app, index as usize, effects))
}

/// Copies a command, counted from 0. Gives whether there is one.
fn copy_command(app: &mut App, index: usize, effects: &mut Vec<Effect>) -> bool {
    let Some(command) = app.shell_commands().into_iter().nth(index) else {
        return false;
    };
    effects.push(Effect::Copy(for_shell(&command.line)));
    true
}

fn course_key(app: &mut App, key: &KeyEvent, effects: &mut Vec<Effect>) {
    match (app.keys.rows_of(key), app.mode.overlay_mut()) {
        (Some(rows), Some(overlay)) => overlay.scroll_by(rows.clamp(-COURSE, COURSE)),
        _ if app.keys.text(key) == Some(TextAction::Accept) => open_chosen(app, effects),
        _ if app.keys.panes(key) == Some(CARDS) => effects.push(Effect::AskCards),
        _ => app.close_overlay(),
    }
}

/// Opens the lesson chosen in the course.
fn open_chosen(app: &mut App, effects: &mut Vec<Effect>) {
    let at = app.mode.overlay().map_or(0, |overlay| overlay.scroll.at());
    let listed = app.filtered_course();
    let at = listed.get(at.min(listed.len().saturating_sub(1)));
    let entry = at.and_then(|at| app.learn.course.get(*at));
    if let Some(id) = entry.map(|entry| entry.id.clone()) {
        lesson::open_or_show(app, id, effects);
    }
}

/// Handles a key while a question is open. The question whether to leave is answered by the keys that ask it too.
fn answer(app: &mut App, question: Question, key: &KeyEvent, effects: &mut Vec<Effect>) {
    let insists =
        app.keys.panes(key) == Some(Action::Quit) || app.keys.text(key) == Some(TextAction::Accept);
    match (question, app.keys.answer(key)) {
        (Question::Leave, Some(true)) => effects.push(Effect::Quit),
        (Question::Leave, Some(false)) => app.close_overlay(),
        (Question::Leave, None) if insists => effects.push(Effect::Quit),
        (Question::Leave, None) => app.close_overlay(),
        (Question::Restart, Some(true)) => {
            app.mode = Mode::Panes;
            lesson::restart(app, effects);
        }
        (Question::Restart, Some(false) | None) => app.close_overlay(),
        (Question::Again { lines }, Some(true)) => again::run(app, lines, effects),
        (Question::Again { .. }, Some(false) | None) => app.close_overlay(),
        (Question::Changed { page }, Some(goes_on)) => {
            lesson::changed(app, page, goes_on, effects);
        }
        (Question::Changed { .. }, None) => {}
    }
}

/// Handles a mouse event: the wheel scrolls, and a click chooses. A click on the chosen row of a list acts like Enter,
/// and so does one on the line of a form. A click on a shell command copies it.
///
/// Returns the action that was chosen in the palette.
pub(crate) fn mouse(app: &mut App, event: MouseEvent, effects: &mut Vec<Effect>) -> Option<Action> {
    let at = Position::new(event.column, event.row);
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, at, -1),
        MouseEventKind::ScrollDown => wheel(app, at, 1),
        MouseEventKind::Down(MouseButton::Left) => {
            let target = app.geometry.target(at)?;
            return click(app, target, effects);
        }
        _ => {}
    }
    None
}

/// The wheel scrolls an overlay. In a form it chooses, and only over the choices: a value is not changed by the way.
fn wheel(app: &mut App, at: Position, direction: isize) {
    let is_over_choice = matches!(app.geometry.target(at), Some(Target::Entry(_)));
    if app.mode.form().is_some() && !is_over_choice {
        return;
    }
    if let Some(overlay) = app.mode.overlay_mut() {
        overlay.scroll_by(direction * overlay.wheel_rows(WHEEL));
    }
}

fn click(app: &mut App, target: Target, effects: &mut Vec<Effect>) -> Option<Action> {
    let overlay = app.mode.overlay_mut()?;
    let is_enter = match (&mut overlay.content, target) {
        (Content::Palette(palette), Target::Entry(row)) => palette.choose(row),
        (Content::Form(form), Target::Entry(row)) => {
            form.choose(row);
            false
        }
        (Content::Form(form), Target::Field(field)) => {
            form.turn_to(field);
            false
        }
        (Content::Form(_), Target::Line) => true,
        (Content::Course, Target::Entry(row)) => overlay.scroll.choose(row),
        (Content::Page(Page::Commands), Target::Entry(index)) => {
            copy_command(app, index, effects);
            false
        }
        _ => false,
    };
    match is_enter {
        true => key(app, KeyEvent::from(KeyCode::Enter), effects),
        false => None,
    }
}
