//! How each message changes the playground, and what it asks to be done. Pure.

mod keys;
pub(crate) mod lesson;
mod lines;
mod mouse;

use crate::app::defaults;
use crate::app::message::{Effect, Msg};
use crate::app::state::{App, Mode};
use crate::app::state_subject as subject;
use crate::call::argument::Name;
use crate::call::table::Verb;
use crate::event::{CallId, Event, Origin, SocketId, Stamp, What};
use crate::explain;
use crate::script;
use crate::view;
use crate::world::Socket;

/// Takes a message in, at the moment `now`.
pub fn update(app: &mut App, msg: Msg, now: Stamp) -> Vec<Effect> {
    app.now = app.now.max(now);
    let mut effects = Vec::new();
    let reaches_goals = may_reach_a_goal(&msg);
    match msg {
        // Nothing is done that cannot be seen.
        Msg::Key(key) if crate::view::is_too_small(app.size) => {
            crate::app::update::keys::unseen(&key, &mut effects)
        }
        Msg::Mouse(_) | Msg::Paste(_) if crate::view::is_too_small(app.size) => {}
        Msg::Key(key) => crate::app::update::keys::key(app, key, &mut effects),
        Msg::Mouse(event) => crate::app::update::mouse::mouse(app, event),
        Msg::Paste(text) => crate::app::update::lines::paste(app, &text),
        Msg::Resize(columns, rows) => {
            app.size = (columns, rows);
            effects.push(Effect::Repaint);
        }
        Msg::Engine(event) => {
            take_in(app, &event);
            // Known before the form of connect() asks for it.
            if matches!(&event.what, What::Born(birth) if birth.origin == Origin::Made) {
                effects.push(Effect::FindListeners);
            }
            effects.extend(holder_to_find(app, &event.what));
        }
        Msg::Listeners(found) => {
            app.listeners = found;
            offer_again(app);
        }
        Msg::Course(course, progress) => crate::app::update::lesson::loaded(app, course, &progress),
        Msg::Lesson(Ok(lesson)) => crate::app::update::lesson::opened(app, lesson, &mut effects),
        Msg::Lesson(Err(why)) => app.tell(why, true),
        Msg::Ran(model, run) => app.models.push((model, run)),
        // Nobody could answer a question.
        Msg::Hangup => effects.push(Effect::Quit),
        Msg::Tick => {}
    }
    play(app, &mut effects);
    if reaches_goals {
        crate::app::update::lesson::look(app, &mut effects);
    }
    effects
}

/// Whether a goal may hold after a message that did not before. Of bulk data thousands come in a second that say nothing
/// of sockets and calls.
fn may_reach_a_goal(msg: &Msg) -> bool {
    match msg {
        Msg::Engine(event) => !matches!(event.what, What::Captured { .. } | What::Progress { .. }),
        _ => true,
    }
}

/// Folds an event and moves the selection to what was just made.
fn take_in(app: &mut App, event: &Event) {
    app.world.apply(event);
    match event.what {
        What::Returned { call, .. } => tell_late(app, call),
        What::Ends { socket, .. } => let_go(app, socket),
        _ => {}
    }
    let What::Born(birth) = &event.what else {
        return;
    };
    let selected = match birth.origin {
        Origin::Made | Origin::DuplicateOf(_) | Origin::ReceivedOn(_) => true,
        Origin::Paired => !is_second_of_pair(app, birth.socket),
        // Only when the listener was being looked at: a selection must not jump away under the fingers.
        Origin::Accepted(listener) => app.selection.is_none() || app.selection == Some(listener),
    };
    if selected {
        app.selection = Some(birth.socket);
        app.scroll.0 = 0;
    }
}

/// Who is to be looked for when a call has failed since somebody outside of the session has the address.
fn holder_to_find(app: &App, what: &What) -> Option<Effect> {
    let What::Returned { call, .. } = what else {
        return None;
    };
    let (address, kind) = crate::explain::held_outside(&app.world, app.world.call(*call)?)?;
    Some(Effect::FindHolder(*call, address, kind))
}

/// A ghost that has gone is not listed any more: the selection moves on from it.
fn let_go(app: &mut App, socket: SocketId) {
    let is_gone = app.world.socket(socket).is_some_and(Socket::is_forgotten);
    if is_gone && app.selection == Some(socket) {
        app.selection = app.listed().first().map(|first| first.id);
        app.scroll.0 = 0;
    }
}

/// A call that was blocked has ended: its line stands further up in the log by now, where nobody looks.
fn tell_late(app: &mut App, call: CallId) {
    let is_newest = app
        .world
        .log()
        .last()
        .is_some_and(|record| record.id() == call);
    let Some(record) = app
        .world
        .call(call)
        .filter(|record| record.ever_blocked && !is_newest)
    else {
        return;
    };
    let result = record
        .outcome()
        .map(ToString::to_string)
        .unwrap_or_default();
    let text = format!("{} has ended -> {result}", record.call());
    if app.notice.is_none() {
        app.tell(text, false);
    }
}

fn is_second_of_pair(app: &App, socket: SocketId) -> bool {
    app.world
        .socket(socket)
        .and_then(|socket| app.world.call(socket.made_by))
        .is_some_and(|record| record.born.first() != Some(&socket))
}

/// Lets the player do what can be done now, and then the keys that were typed ahead.
fn play(app: &mut App, effects: &mut Vec<Effect>) {
    loop {
        let steps = app.player.step(&app.world, app.now);
        let waiting = app.typed_ahead.len();
        if steps.is_empty() {
            crate::app::update::keys::go_on(app, effects);
            if app.typed_ahead.len() == waiting {
                return;
            }
        }
        for step in steps {
            carry_out(app, step, effects);
        }
    }
}

fn carry_out(app: &mut App, step: crate::script::Effect, effects: &mut Vec<Effect>) {
    match step {
        crate::script::Effect::Submit(request) => {
            fold(app, What::Asked(request.clone()));
            effects.push(Effect::Submit(request));
        }
        crate::script::Effect::Cancel(call) => effects.push(Effect::Cancel(call)),
        crate::script::Effect::Emit(what) => fold(app, what),
        crate::script::Effect::Report(report) => {
            crate::app::update::lines::reported(app, *report, effects)
        }
        crate::script::Effect::Remark(_) => {}
    }
}

fn fold(app: &mut App, what: What) {
    if matches!(what, What::Asked(_)) {
        // What was just asked is what one wants to read about.
        app.log_selection = None;
        app.scroll.1 = 0;
        if about_set(&what) {
            app.turned_to_socket = false;
            app.scroll.0 = 0;
        }
    }
    app.world.apply(&Event { at: app.now, what });
}

/// Whether a call was asked for that waits with a set.
fn about_set(what: &What) -> bool {
    matches!(what, What::Asked(request) if crate::app::state_subject::is_about_set(request.call.verb()))
}

/// Opens the form of a call on the selected socket.
fn open_form(app: &mut App, verb: Verb, effects: &mut Vec<Effect>) {
    match crate::app::defaults::form(app, verb) {
        Some(form) => {
            app.mode = Mode::Form(Box::new(form));
            if matches!(verb, Verb::Connect | Verb::Sendto) {
                effects.push(Effect::FindListeners);
            }
        }
        None => {
            let text = format!(
                "{} needs a socket and there is none: n makes one",
                verb.word()
            );
            app.mode = Mode::Panes;
            app.tell(text, true);
        }
    }
}

/// Offers newly found listeners in a form that is open.
fn offer_again(app: &mut App) {
    let Mode::Form(open) = &app.mode else { return };
    let on = open
        .on
        .as_deref()
        .and_then(|name| app.world.named(&Name::new(name)?));
    let Some(anew) = crate::app::defaults::form_on(app, open.verb, on) else {
        return;
    };
    let found = anew
        .fields
        .into_iter()
        .find(|field| field.label == crate::app::defaults::ADDRESS);
    if let (Some(field), Mode::Form(open)) = (found, &mut app.mode) {
        open.offer(
            crate::app::defaults::ADDRESS,
            field.choices,
            crate::app::defaults::NOBODY,
        );
    }
}

#[cfg(test)]
mod tests;
