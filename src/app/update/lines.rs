//! Lines to run: from the prompt, from a form, or pasted; and their results.

use crossterm::event::{KeyCode, KeyEvent};

use crate::app::commands::{self, PromptCommand};
use crate::app::keymap::{Action, LEAVE};
use crate::app::message::Effect;
use crate::app::overlay::{Content, Overlay};
use crate::app::state::{App, BrokenExpectation, Mode};
use crate::app::update::{filter, script};
use crate::call::Line;
use crate::event::{CallId, LineSource, Reach};
use crate::explain::Suggestion;
use crate::notation::{SyntaxError, parse_line};
use crate::script::{Report, Verdict};
use crate::world::Progress;

/// The most lines that one paste may run.
const MAX_PASTE: usize = 1000;

/// Enter at the prompt: runs the line; the prompt stays open. Gives the command that the line is, if it is not a call.
pub(crate) fn run_prompt(app: &mut App) -> Option<PromptCommand> {
    let typed = app.prompt.line().to_owned();
    // Typing `:` once more, out of habit from vi, does no harm.
    let text = typed.trim_start().trim_start_matches(':').trim();
    if text.is_empty() {
        app.prompt.set("");
        return None;
    }
    match commands::parse(text) {
        Some(Ok(command)) => {
            app.prompt.take();
            return Some(command);
        }
        Some(Err(why)) => {
            app.notify(why, true);
            return None;
        }
        None => {}
    }
    match parse_line(text) {
        Ok(line) => {
            app.prompt.take();
            start(app, line);
        }
        Err(error) => {
            let text = unread(app, &error, text);
            app.notify(text, true);
        }
    }
    None
}

/// Why a line of the prompt cannot be run. A word that is not a call may be a command, and a single key was meant for the
/// panes.
fn unread(app: &App, error: &SyntaxError, text: &str) -> String {
    let said = error_line(error, text);
    let mut letters = text.chars();
    let key = letters
        .next()
        .map(|letter| KeyEvent::from(KeyCode::Char(letter)));
    let action = key.and_then(|key| app.keys.panes(&key));
    if action.is_some() && letters.next().is_none() {
        let leave = app.keys.name(LEAVE);
        return format!(
            "{}. Here keys are text: press {leave} first, then {text}",
            error.message
        );
    }
    match commands::meant(text).filter(|_| error.help.is_none()) {
        Some(meant) => format!("{said}: did you mean `{meant}`?"),
        None => said,
    }
}

/// Enter in a form: runs its line and closes it; a line that cannot be read leaves it open.
pub(crate) fn run_form(app: &mut App) {
    let Some(form) = app.mode.form() else {
        return;
    };
    let text = form.line();
    match parse_line(&text) {
        Ok(line) => {
            app.mode = Mode::Panes;
            app.prompt.ran(&text);
            start(app, line);
        }
        Err(error) => app.notify(error_line(&error, &text), true),
    }
}

/// Pasted text. It is never treated as keys: a pasted q must not leave. Only the prompt, a form and the palette accept
/// text.
pub(crate) fn paste(app: &mut App, text: &str) {
    app.notice = None;
    if filter::paste(app, text) {
        return;
    }
    match &mut app.mode {
        // It would end the search, and its first end of a line would run what was found.
        Mode::Prompt if app.prompt.search().is_some() => ignored(app),
        Mode::Prompt => paste_into_prompt(app, text),
        Mode::Overlay(Overlay {
            content: Content::Form(form),
            ..
        }) => form.paste(text),
        Mode::Overlay(Overlay {
            content: Content::Palette(palette),
            ..
        }) => palette.paste(text),
        Mode::Panes | Mode::Program | Mode::Overlay(_) => ignored(app),
    }
}

/// Shows a notice that pasted text does nothing here.
pub(crate) fn ignored(app: &mut App) {
    let (key, takes) = match app.prompt.search() {
        Some(_) => (LEAVE, "the history search takes none"),
        None => (Action::Prompt, "only the prompt takes text"),
    };
    let key = app.keys.name(key);
    app.notify(
        format!("what was pasted is ignored: press {key} first, since {takes}"),
        false,
    );
}

/// Inserts text into the line that is being typed; several lines are all run, one after the other, or none of them.
fn paste_into_prompt(app: &mut App, text: &str) {
    let lines: Vec<&str> = text
        .split(['\n', '\r'])
        .filter(|line| !line.trim().is_empty())
        .collect();
    match lines.as_slice() {
        [] => {}
        [one] => {
            let clean: String = one
                .chars()
                .map(|c| if c.is_control() { ' ' } else { c })
                .collect();
            app.prompt.insert(&clean);
        }
        several => paste_lines(app, several),
    }
}

fn paste_lines(app: &mut App, lines: &[&str]) {
    if lines.len() > MAX_PASTE {
        let text = format!(
            "{} lines were pasted, and {MAX_PASTE} is the limit: none was run. Put them into a file for `sockplay run`",
            lines.len()
        );
        return app.notify(text, true);
    }
    let read: Result<Vec<Line>, (usize, SyntaxError)> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| parse_line(line).map_err(|error| (index, error)))
        .collect();
    match read {
        Ok(read) => {
            for (line, text) in read.into_iter().zip(lines) {
                app.prompt.ran(text);
                start(app, line);
            }
        }
        Err((index, error)) => {
            let line = lines[index];
            let message = format!(
                "line {} of what was pasted: {}. Nothing was run",
                index + 1,
                error_line(&error, line)
            );
            app.prompt
                .set(&line.chars().filter(|c| !c.is_control()).collect::<String>());
            app.notify(message, true);
        }
    }
}

/// Puts the next suggestion of the Why pane at the prompt; the first follows the last.
pub(crate) fn next_suggestion(app: &mut App) {
    let count = suggestions(app).len();
    match app.prompt.suggestion() {
        _ if count == 0 => app.notify("no line is suggested here", false),
        Some(index) => put_suggestion(app, (index + 1) % count),
        None => put_suggestion(app, 0),
    }
}

/// Puts a suggestion at the prompt, where it can be edited; Enter runs it.
pub(crate) fn put_suggestion(app: &mut App, index: usize) {
    if let Some(suggestion) = suggestions(app).get(index) {
        if app.past.is_some() {
            app.return_to_present();
            app.notify(crate::app::looking_back::PRESENT_AGAIN, false);
        }
        app.mode = Mode::Prompt;
        app.prompt.put_suggestion(index, &suggestion.line);
        app.reveal = Some(index);
    }
}

fn suggestions(app: &App) -> Vec<Suggestion> {
    if app.prediction().is_some() {
        // Why is not drawn either.
        return Vec::new();
    }
    app.explanation()
        .map(|explanation| explanation.suggestions.clone())
        .unwrap_or_default()
}

pub(crate) fn start(app: &mut App, line: Line) {
    app.lines += 1;
    let is_offered = app.learn.offered.take().as_ref() == Some(&line);
    let reach = match app.typed_reach {
        // An unchanged line of the solution still belongs to the lesson.
        Reach::Free if is_offered => Reach::Confined(LineSource::Lesson),
        reach => reach,
    };
    app.player.push(app.lines, line, reach);
}

/// An error in one row: what is wrong, where, what to do.
fn error_line(error: &SyntaxError, line: &str) -> String {
    let help = error
        .help
        .as_ref()
        .map(|help| format!(": {help}"))
        .unwrap_or_default();
    format!("column {}: {}{help}", error.column(line), error.message)
}

/// Handles the report of a line: a refusal is shown, and the line returns to the prompt for correction.
pub(crate) fn reported(app: &mut App, report: Report, effects: &mut Vec<Effect>) {
    if crate::app::update::lesson::reported(app, &report, effects) && report.call.is_some() {
        // The lesson shows beside the line what is wrong with it.
        return;
    }
    // What is wrong with a line of the script is said there.
    let is_of_script = script::reported(app, &report);
    let Verdict::Broken(reason) = report.verdict else {
        return;
    };
    match report.call {
        None if is_of_script => {}
        Some(call) if is_refused(app, call) => {
            if !is_of_script {
                app.notify(reason, true);
            }
        }
        Some(call) => {
            let record = app.world.call(call);
            let difference =
                record.and_then(|record| crate::explain::difference(&report.command, record));
            app.broken.push(BrokenExpectation {
                call,
                expected: reason,
                difference,
            });
        }
        None => {
            app.notify(reason, true);
            if matches!(app.mode, Mode::Prompt) && app.prompt.line().is_empty() {
                app.prompt.propose(&report.command.to_string());
            }
        }
    }
}

/// Whether a call was never made.
fn is_refused(app: &App, call: CallId) -> bool {
    app.world
        .call(call)
        .is_some_and(|record| matches!(record.progress, Progress::Refused(_)))
}
