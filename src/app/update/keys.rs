//! Keys, by what receives them.

use crossterm::event::{KeyCode, KeyEvent, KeyEventKind, KeyModifiers};

use crate::app::commands::PromptCommand;
use crate::app::keymap::{
    Action, COURSE, Chord, HELP, INTERRUPT, LESSON, LessonAction, PastAction, ScriptAction,
    TextAction,
};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Page, Question};
use crate::app::page::Place;
use crate::app::state::{App, Mode};
use crate::app::update::scroll::{page, scroll};
use crate::app::update::{
    again, carry_out, copy, filter, makes_no_calls, open_form, overlay, palette, script, start,
    theme,
};
use crate::call::argument::Name;
use crate::layout::{Pane, Scroll};
use crate::script::Stepping;
use crate::script::transcript::{about, transcript};

/// Handles a key.
pub(crate) fn key(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    app.notice = None;
    if let Some(action) = app.keys.anywhere(&key) {
        return act(app, action, effects);
    }
    if filter::key(app, key) {
        return;
    }
    if must_wait(app, &key) {
        return app.typed_ahead.push_back(key);
    }
    match app.mode {
        Mode::Panes => panes(app, &key, effects),
        Mode::Prompt => prompt(app, key, effects),
        // All its keys were taken before.
        Mode::Program => {}
        Mode::Overlay(_) => {
            let chosen = overlay::key(app, key, effects);
            chosen
                .into_iter()
                .for_each(|action| act(app, action, effects));
        }
    }
}

/// A key on a screen that is too small to draw. The question whether to leave could not be read there.
pub(crate) fn unseen(app: &App, key: &KeyEvent, effects: &mut Vec<Effect>) {
    if key.kind == KeyEventKind::Release {
        return;
    }
    match app.keys.anywhere(key) {
        Some(Action::QuitAnywhere) => effects.push(Effect::Quit),
        Some(Action::Suspend) => effects.push(Effect::Suspend),
        _ => {}
    }
}

/// Whether a key must wait for a call that has not returned, since it may refer to what that call creates.
///
/// `n Enter b Enter`, typed at once, must bind the new socket. A blocked call does not hold keys up, and the prompt can be
/// opened since that refers to nothing yet. The keys that interrupt, quit and help do not wait either, unless an earlier key
/// will make them text.
fn must_wait(app: &App, key: &KeyEvent) -> bool {
    let is_busy = !app.player.is_idle() || !app.typed_ahead.is_empty();
    let may_go = match in_panes(app, key) {
        // Of a run that goes on by itself nothing is left to wait for.
        Some(Action::Script(ScriptAction::Next)) => {
            app.script.as_ref().is_some_and(Stepping::goes_on)
        }
        Some(Action::Script(_)) => app.typed_ahead.is_empty(),
        Some(Action::Prompt | Action::Past(_)) => app.typed_ahead.is_empty(),
        Some(Action::Interrupt | Action::Quit | Action::HelpHere) => !text_waits(app),
        _ => false,
    };
    matches!(app.mode, Mode::Panes) && is_busy && !may_go
}

/// Whether a waiting key opens something in which letters are text.
pub(crate) fn text_waits(app: &App) -> bool {
    app.typed_ahead.iter().any(|key| {
        matches!(
            app.keys.panes(key),
            Some(
                Action::Prompt
                    | Action::Filter
                    | Action::Choose
                    | Action::Call(_)
                    | Action::NextSuggestion
            )
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

fn panes(app: &mut App, key: &KeyEvent, effects: &mut Vec<Effect>) {
    if let Some(action) = clicker(app, key) {
        return lesson(app, action, effects);
    }
    match in_panes(app, key) {
        Some(action) => act(app, action, effects),
        None => without_meaning(app, Chord::of(key)),
    }
}

/// What a key does while the panes receive the keys: those of an open script come first.
fn in_panes(app: &App, key: &KeyEvent) -> Option<Action> {
    let of_script = app.script.as_ref().and_then(|_| app.keys.script(key));
    of_script.or_else(|| app.keys.panes(key))
}

/// Does what a key does while the panes receive the keys, or in every mode.
pub(crate) fn act(app: &mut App, action: Action, effects: &mut Vec<Effect>) {
    app.at_start &= !is_about_panes(action);
    if action.needs_session() && makes_no_calls(app) {
        return;
    }
    if app.past.is_some() && is_about_present(action) {
        app.return_to_present();
        app.notify(crate::app::looking_back::PRESENT_AGAIN, false);
        if acts_at_once(action) {
            return app.notify(ONCE_MORE, false);
        }
    }
    match action {
        Action::Call(call_kind) => open_form(app, call_kind),
        Action::Choose => palette::show(app),
        Action::Prompt => app.mode = Mode::Prompt,
        Action::NextPane => app.focus = app.focus.neighbour(false, &app.reachable()),
        Action::PreviousPane => app.focus = app.focus.neighbour(true, &app.reachable()),
        Action::Zoom => app.zoomed = !app.zoomed,
        Action::Layout => next_layout(app, effects),
        Action::Fold => app.folds_closed = !app.folds_closed,
        Action::Restart => app.mode = Mode::over(Content::Question(Question::Restart)),
        Action::Trace => app.traced = !app.traced,
        Action::Figure => {
            app.phases = !app.phases;
            app.scroll.state = Scroll::default();
        }
        Action::NextTheme => theme::next(app),
        Action::Up => scroll(app, app.focus, -1, effects),
        Action::Down => scroll(app, app.focus, 1, effects),
        Action::PageUp => page(app, app.focus, -1, effects),
        Action::PageDown => page(app, app.focus, 1, effects),
        Action::First => scroll(app, app.focus, isize::MIN, effects),
        Action::Last => scroll(app, app.focus, isize::MAX, effects),
        Action::Interrupt => interrupt(app, effects),
        Action::Close => close(app),
        Action::Lesson(action) => lesson(app, action, effects),
        Action::Past(action) => past(app, action, effects),
        Action::Script(action) => script::act(app, action, effects),
        Action::Show(page) => overlay::show(app, page, effects),
        Action::HelpHere => {
            let place = match app.shows_start() {
                true => Place::Start,
                false => Place::Pane(app.focus),
            };
            overlay::show(app, Page::HelpFor(place), effects);
        }
        Action::Filter => filter::begin(app),
        Action::NextSuggestion => crate::app::update::lines::next_suggestion(app),
        Action::Program => crate::app::update::program::toggle(app),
        Action::Hold => crate::app::update::program::hold(app, effects),
        Action::Step => crate::app::update::program::step(app, effects),
        Action::PredictHeld => crate::app::update::program::predict(app),
        Action::Inject => crate::app::update::program::inject(app),
        Action::Mouse => toggle_mouse(app, effects),
        Action::Copy(what) => copy::copy(app, what, None, effects),
        Action::Code => copy::toggle_code(app, effects),
        Action::NextLanguage => copy::next_language(app, effects),
        Action::Repaint => effects.push(Effect::Repaint),
        Action::Save => save(app),
        Action::Suspend => effects.push(Effect::Suspend),
        Action::Quit | Action::QuitAnywhere => leave(app, effects),
        // These belong to other modes.
        Action::Yes | Action::No | Action::Text(_) => {}
    }
}

/// The keys of looking back.
fn past(app: &mut App, action: PastAction, effects: &mut Vec<Effect>) {
    match action {
        PastAction::Back => app.step_in_time(-1, effects),
        PastAction::Forward => app.step_in_time(1, effects),
        PastAction::First => app.look_at_first(false, effects),
        PastAction::Present => app.return_to_present(),
        PastAction::Play => app.play_past(effects),
        PastAction::RunToHere => again::ask_to_here(app),
        PastAction::Undo => again::ask_undo(app),
    }
}

/// Whether a key is about the present: it does something in the session, or ends it. The keys that run lines again return
/// to the present themselves: they are about the moment that is shown.
fn is_about_present(action: Action) -> bool {
    let leaves = matches!(action, Action::Prompt | Action::Quit | Action::QuitAnywhere);
    let runs_lines = matches!(action, Action::Past(_));
    leaves || (action.needs_session() && !runs_lines)
}

/// What is said when a key that acts at once has only returned to the present.
const ONCE_MORE: &str = "back in the present: press the key once more";

/// Whether a key makes or ends a call without a form, a line or a question in which that can be seen before.
fn acts_at_once(action: Action) -> bool {
    matches!(
        action,
        Action::Interrupt | Action::Hold | Action::Step | Action::Lesson(_) | Action::Script(_)
    )
}

/// Releases the mouse, or captures it again.
fn toggle_mouse(app: &mut App, effects: &mut Vec<Effect>) {
    app.captures_mouse = !app.captures_mouse;
    effects.push(Effect::CaptureMouse(app.captures_mouse));
    let key = app.keys.name(Action::Mouse);
    let text = match app.captures_mouse {
        true => format!("the mouse acts on the screen again; {key} releases it"),
        false => format!("the terminal has the mouse and selects text with it; {key} captures it"),
    };
    app.notify(text, false);
}

/// Whether a key is about the panes, which the start screen hides.
fn is_about_panes(action: Action) -> bool {
    match action {
        Action::NextPane
        | Action::PreviousPane
        | Action::Zoom
        | Action::Layout
        | Action::Fold
        | Action::Trace
        | Action::Figure
        | Action::Code
        | Action::NextLanguage
        | Action::Up
        | Action::Down
        | Action::PageUp
        | Action::PageDown
        | Action::First
        | Action::Filter
        | Action::Program
        | Action::Hold
        | Action::Step
        | Action::PredictHeld
        | Action::Inject
        | Action::Past(_)
        | Action::Script(_)
        | Action::Last => true,
        Action::Call(_)
        | Action::Choose
        | Action::Prompt
        | Action::Restart
        | Action::Interrupt
        | Action::Close
        | Action::Show(_)
        | Action::HelpHere
        | Action::NextSuggestion
        | Action::Lesson(_)
        | Action::Copy(_)
        | Action::Repaint
        | Action::Mouse
        | Action::NextTheme
        | Action::Save
        | Action::Suspend
        | Action::Quit
        | Action::QuitAnywhere
        | Action::Yes
        | Action::No
        | Action::Text(_) => false,
    }
}

/// Says of a key without a meaning that it has none, the first time that it is pressed.
fn without_meaning(app: &mut App, key: Chord) {
    if !app.keys_without_meaning.contains(&key) {
        app.keys_without_meaning.push(key);
        let help = app.keys.name(HELP);
        let text = format!("{key} does nothing here: {help} lists the keys");
        app.notify(text, false);
    }
}

/// Goes on to the next layout preset, which is remembered.
fn next_layout(app: &mut App, effects: &mut Vec<Effect>) {
    app.preset = app.preset.next();
    app.zoomed = false;
    app.keep_focus_visible();
    let (name, meaning) = (app.preset.name(), app.preset.meaning());
    app.notify(format!("layout {name}: {meaning}"), false);
    effects.push(Effect::StoreLayout(app.preset));
}

/// The keys of a presentation remote control, for a teacher.
fn clicker(app: &App, key: &KeyEvent) -> Option<LessonAction> {
    let presents = app.learn.presenting && app.learn.is_shown();
    let action = app.keys.panes(key);
    let is_free = matches!(action, None | Some(Action::Past(_)));
    match key.code {
        _ if !presents => None,
        // Hidden text is shown before the next step is done.
        _ if action == Some(Action::PageDown) && goes_on_below(app) => None,
        _ if action == Some(Action::PageDown) => Some(LessonAction::Next),
        _ if action == Some(Action::PageUp) => Some(LessonAction::Back),
        // Without a lesson these keys look back.
        KeyCode::Right if is_free => Some(LessonAction::Next),
        KeyCode::Left if is_free => Some(LessonAction::Back),
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
    if app.past.is_some() {
        app.return_to_present();
        return app.notify(ONCE_MORE, false);
    }
    match action {
        LessonAction::Toggle => crate::app::update::lesson::toggle(app, effects),
        LessonAction::Course => crate::app::update::lesson::open_course(app, effects),
        LessonAction::Cards => effects.push(Effect::AskCards),
        LessonAction::Next if app.shows_start() => start::choose(app, 0, effects),
        LessonAction::Answer(number) if app.shows_start() => {
            start::choose(app, usize::from(number), effects);
        }
        // While the lesson is hidden its keys do nothing.
        _ if app.learn.study.is_some() && app.learn.hidden => {
            app.notify(
                format!(
                    "the lesson is hidden: {} brings it back",
                    app.keys.name(LESSON)
                ),
                false,
            );
        }
        _ if app.learn.study.is_none() => {
            app.notify(
                format!(
                    "no lesson is open: {} shows the course",
                    app.keys.name(COURSE)
                ),
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
            crate::app::update::lesson::answer(app, usize::from(chosen), effects);
        }
    }
}

/// Whether a key at the empty prompt was an answer to the present prediction: no line begins with a digit, and a letter
/// is text.
fn answers(app: &mut App, key: &KeyEvent, effects: &mut Vec<Effect>) -> bool {
    if matches!(key.code, KeyCode::Char(letter) if letter.is_alphabetic()) {
        return false;
    }
    match app.keys.panes(key) {
        Some(Action::Lesson(LessonAction::Answer(chosen))) => {
            crate::app::update::lesson::answer(app, usize::from(chosen), effects)
        }
        _ => false,
    }
}

/// Leaves, after a question if calls are pending. Those of a recording do not end with it.
fn leave(app: &mut App, effects: &mut Vec<Effect>) {
    let leave = Question::Leave;
    let asked = matches!(app.mode.content(), Some(Content::Question(asked)) if *asked == leave);
    let has_pending = app.replayed.is_none() && app.world.pending().next().is_some();
    if asked || !has_pending {
        effects.push(Effect::Quit);
    } else {
        app.mode = Mode::over(Content::Question(leave));
    }
}

/// Interrupts the call that [`App::interruptible`] returns, or drops the waiting lines.
fn interrupt(app: &mut App, effects: &mut Vec<Effect>) {
    let stops = script::stop(app);
    match script::awaited_call(app).or_else(|| app.interruptible()) {
        Some(call) => effects.push(Effect::Cancel(call)),
        None if !app.player.is_idle() => {
            let waiting = app.player.waiting();
            app.typed_ahead.clear();
            for dropped in app.player.clear() {
                carry_out(app, dropped, effects);
            }
            if let Some(script) = &mut app.script {
                script.drop_line();
            }
            app.notify(
                format!("dropped, with {waiting} lines that waited for it"),
                false,
            );
        }
        None if stops => app.notify("the script stops after this line", false),
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
    if app.past.is_some() {
        return app.return_to_present();
    }
    if filter::clear(app) {
        return;
    }
    if app.zoomed {
        app.zoomed = false;
    } else if app.world.pending().next().is_some() {
        app.notify(
            format!(
                "{} closes what is open, and nothing is open: {} interrupts a call",
                app.keys.name(Action::Close),
                app.keys.name(INTERRUPT)
            ),
            false,
        );
    }
}

fn prompt(app: &mut App, key: KeyEvent, effects: &mut Vec<Effect>) {
    let action = app.keys.text(&key);
    if searches(app, &key, action) {
        return;
    }
    let is_empty = app.prompt.line().trim().is_empty();
    match action {
        Some(TextAction::Close) => {
            if !app.prompt.close_offer() {
                app.prompt.leave();
                app.mode = Mode::Panes;
            }
        }
        Some(TextAction::Accept) if is_empty && app.learn.is_shown() => {
            crate::app::update::lesson::go_on(app, effects);
        }
        Some(TextAction::Accept) if is_empty && app.script_is_shown() => script::next(app),
        Some(TextAction::Accept) => {
            if let Some(command) = crate::app::update::lines::run_prompt(app) {
                carry_out_command(app, command, effects);
            }
        }
        _ if is_empty && answers(app, &key, effects) => {}
        _ if is_suggestion_key(app, &key) => crate::app::update::lines::next_suggestion(app),
        Some(TextAction::Next | TextAction::Previous) => {
            let context = app.context();
            let backwards = action == Some(TextAction::Previous);
            app.prompt.complete(&context, backwards);
        }
        Some(TextAction::Up) => app.prompt.older(),
        Some(TextAction::Down) => app.prompt.newer(),
        Some(TextAction::PageUp) => page(app, Pane::Log, -1, effects),
        Some(TextAction::PageDown) => page(app, Pane::Log, 1, effects),
        Some(TextAction::Search) => app.prompt.search_older(),
        None if palette::is_help(app, &key) && palette::explain_word(app) => {}
        None if palette::is_help(app, &key) => app.show_help(Place::Prompt),
        None if opens_palette(app, &key) => palette::show(app),
        None if matches!(key.code, KeyCode::F(_)) => panes(app, &key, effects),
        None => app.prompt.edit(key),
    }
}

/// Whether a key opens the palette from the prompt, where a character is text.
fn opens_palette(app: &App, key: &KeyEvent) -> bool {
    !Chord::of(key).is_text() && app.keys.panes(key) == Some(Action::Choose)
}

/// Carries out a command of the prompt.
fn carry_out_command(app: &mut App, command: PromptCommand, effects: &mut Vec<Effect>) {
    match command {
        PromptCommand::Quit { forced: true } => effects.push(Effect::Quit),
        PromptCommand::Quit { forced: false } => leave(app, effects),
        PromptCommand::Restart => app.mode = Mode::over(Content::Question(Question::Restart)),
        PromptCommand::Help(topic) => {
            overlay::show(app, Page::Help, effects);
            app.help_topic = topic;
        }
        PromptCommand::Copy { what, file } => copy::copy(app, what, file, effects),
        PromptCommand::Shell { file } => copy::copy_for_shell(app, file, effects),
        PromptCommand::Write {
            file,
            only,
            replaces,
            quits,
        } => match text_to_write(app, only.as_ref()) {
            Ok(text) => effects.push(Effect::Write {
                file,
                text,
                what: match only {
                    Some(name) => format!("what the log has about {name}"),
                    None => "the log".to_owned(),
                },
                replaces,
                forced: "w! FILE".to_owned(),
                quits,
            }),
            Err(why) => app.notify(why, true),
        },
    }
}

/// The log as a script, or what it has about one descriptor.
fn text_to_write(app: &App, only: Option<&Name>) -> Result<String, String> {
    let Some(name) = only else {
        return Ok(transcript(&app.world));
    };
    match app.world.named(name) {
        Some(own) => Ok(about(&app.world, own.id())),
        None => Err(format!("no socket is called {name}: nothing was written")),
    }
}

/// Opens the prompt with the line that saves the session.
fn save(app: &mut App) {
    app.mode = Mode::Prompt;
    app.prompt.set(&format!("w session-{}.sock", app.saved + 1));
}

/// Whether a key belongs to the search of the history that is going on. Any other key ends the search and acts on the line
/// that was found, as in a shell.
fn searches(app: &mut App, key: &KeyEvent, action: Option<TextAction>) -> bool {
    if app.prompt.search().is_none() {
        return false;
    }
    let is_text = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
    match (action, key.code) {
        (Some(TextAction::Search), _) => app.prompt.search_older(),
        (Some(TextAction::Close), _) => app.prompt.abandon_search(),
        (None, KeyCode::Char(letter)) if is_text => app.prompt.search_for(letter),
        (None, KeyCode::Backspace) => app.prompt.search_for_less(),
        _ => {
            app.prompt.end_search();
            return false;
        }
    }
    true
}

/// Whether a key requests a suggestion. Unless it is a letter no line begins with it, so it is not text on an empty line,
/// nor while the line is an unchanged suggestion.
fn is_suggestion_key(app: &App, key: &KeyEvent) -> bool {
    let untouched = app.prompt.line().is_empty() || app.prompt.suggestion().is_some();
    let is_letter = matches!(key.code, KeyCode::Char(letter) if letter.is_alphanumeric());
    untouched && !is_letter && app.keys.panes(key) == Some(Action::NextSuggestion)
}
