//! The traced program: its keys, what it writes, and its end.

use crossterm::event::{KeyEvent, KeyEventKind};

use crate::app::keymap::Action;
use crate::app::message::Effect;
use crate::app::program::{TracedProgram, bytes};
use crate::app::state::{App, Mode};
use crate::event::EndStatus;
use crate::layout::Pane;
use crate::world::Record;
use crate::world::resolve::Holding;

/// Whether a key goes to the program: all do, but the one that takes the keyboard back.
pub(crate) fn has_keys(app: &App, key: &KeyEvent) -> bool {
    matches!(app.mode, Mode::Program) && app.keys.anywhere(key) != Some(Action::Program)
}

/// A key for the program.
pub(crate) fn key(app: &App, key: &KeyEvent, effects: &mut Vec<Effect>) {
    let screen = app.program.as_ref().and_then(TracedProgram::screen);
    let Some(screen) = screen.filter(|_| key.kind != KeyEventKind::Release) else {
        return;
    };
    let typed = bytes(key, screen.application_cursor());
    if !typed.is_empty() {
        effects.push(Effect::Type(typed));
    }
}

/// Pasted text for the program, marked as such if it has asked for that.
pub(crate) fn paste(app: &App, text: &str, effects: &mut Vec<Effect>) {
    let screen = app.program.as_ref().and_then(TracedProgram::screen);
    let Some(screen) = screen else { return };
    let text = text.replace('\n', "\r");
    let typed = match screen.bracketed_paste() {
        true => format!("\x1b[200~{text}\x1b[201~"),
        false => text,
    };
    effects.push(Effect::Type(typed.into_bytes()));
}

/// What is said where there is no program.
const NONE: &str = "no program is traced: `sockplay trace PROGRAM` in a shell starts one";

/// Holds the threads of the program before each call, or lets all continue.
pub(crate) fn hold(app: &mut App, effects: &mut Vec<Effect>) {
    let step = app.keys.name(Action::Step).to_owned();
    let Some(program) = &mut app.program else {
        return app.notify(NONE, true);
    };
    program.holds = !program.holds;
    effects.push(Effect::Hold(program.holds));
    let text = match program.holds {
        true => format!("each thread is held before its next call; {step} lets it make that call"),
        false => "all threads continue".to_owned(),
    };
    app.notify(text, false);
}

/// Lets a held thread make its call: that of the selected call, else the one that is held longest.
pub(crate) fn step(app: &mut App, effects: &mut Vec<Effect>) {
    match app.held().map(Record::id) {
        Some(call) => {
            effects.push(Effect::GoOn(call));
            // Its result is the next thing to read.
            app.log_selection = None;
        }
        None => none_held(app),
    }
}

/// Puts the held call at the prompt, to be predicted there.
pub(crate) fn predict(app: &mut App) {
    offer(app, |held| format!("step({held}) -> "));
}

/// The same with a fault that is to be written yet.
pub(crate) fn inject(app: &mut App) {
    offer(app, |held| format!("inject({held}, "));
}

/// Puts a line about the held call at the prompt, which takes what it is called there.
fn offer(app: &mut App, line: impl FnOnce(&str) -> String) {
    let held = app.held().map(|held| Holding::written(&app.world, held));
    match held {
        Some(held) => app.offer(&line(&held)),
        None => none_held(app),
    }
}

fn none_held(app: &mut App) {
    if app.program.is_none() {
        return app.notify(NONE, true);
    }
    let hold = app.keys.name(Action::Hold);
    app.notify(
        format!("no thread is held: {hold} holds each before its next call"),
        false,
    );
}

/// Gives the keyboard to the program, or takes it back.
pub(crate) fn toggle(app: &mut App) {
    let key = app.keys.name(Action::Program).to_owned();
    let Some(program) = &app.program else {
        return app.notify(NONE, true);
    };
    if matches!(app.mode, Mode::Program) {
        app.mode = Mode::Panes;
        return;
    }
    if let Some(status) = program.ended {
        return app.notify(format!("the program {status}"), true);
    }
    if program.screen().is_none() {
        return app.notify("the program runs in a terminal of its own", true);
    }
    app.mode = Mode::Program;
    app.focus = Pane::Program;
    app.notify(
        format!("all keys go to the program now; {key} takes them back"),
        false,
    );
}

/// The program wrote to its terminal.
pub(crate) fn writes(app: &mut App, bytes: &[u8]) {
    if let Some(program) = &mut app.program {
        program.writes(bytes);
    }
}

/// The tracing has ended.
pub(crate) fn ended(app: &mut App, how: Result<EndStatus, String>) {
    if matches!(app.mode, Mode::Program) {
        app.mode = Mode::Panes;
    }
    match how {
        Ok(status) => {
            if let Some(program) = &mut app.program {
                program.ended = Some(status);
            }
            app.learn.server_came(None);
            app.notify(format!("the program {status}"), status.status() != 0);
        }
        Err(why) => {
            app.learn.server_came(Some(why.clone()));
            app.notify(why, true);
        }
    }
}
