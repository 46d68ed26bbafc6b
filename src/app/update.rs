//! How each message changes the state, and which effects follow. Pure.

pub(crate) mod again;
mod bursts;
mod copy;
mod filter;
mod keys;
pub(crate) mod lesson;
mod lines;
mod mouse;
mod overlay;
pub(crate) mod palette;
mod program;
pub(crate) mod script;
mod scroll;
mod start;
mod theme;

use crate::app::keymap::NEW_SOCKET;
use crate::app::learn::Server;
use crate::app::message::{Effect, Msg};
use crate::app::overlay::Content;
use crate::app::state::{App, Mode, ModelRun};
use crate::call::argument::Name;
use crate::call::table::{CallKind, ParamKind};
use crate::event::{CallId, DescriptorId, Event, EventKind, Origin, Request, Source, Timestamp};
use crate::journal::Entry;
use crate::layout::Scroll;
use crate::layout::arrange::is_crowded;
use crate::world::Handle;

/// Handles a message at the time `now`.
pub fn update(app: &mut App, msg: Msg, now: Timestamp) -> Vec<Effect> {
    app.set_now(now);
    let mut effects = Vec::new();
    let reaches_goals = may_reach_a_goal(&msg);
    let needed_listeners = app.needs_listeners();
    match is_about_screen(&msg) {
        true => handle(app, msg, &mut effects),
        false => app.in_the_present(|app| handle(app, msg, &mut effects)),
    }
    if app.mode.makes_calls() {
        app.return_with_call();
    }
    play(app, &mut effects);
    app.play_on(&mut effects);
    if matches!(app.mode, Mode::Panes) {
        app.prompt.leave();
    }
    let blocked = app.world.pending().filter(|record| record.is_blocked());
    let listed = app.unfolded().len() + blocked.count();
    app.is_crowded = is_crowded(app.is_crowded, listed);
    if reaches_goals {
        app.in_the_present(|app| lesson::look(app, &mut effects));
    }
    if app.needs_listeners() && !needed_listeners {
        effects.push(Effect::FindListeners);
    }
    effects
}

/// Whether a message is about what is on the screen, be it the past. All others are about the present.
fn is_about_screen(msg: &Msg) -> bool {
    match msg {
        Msg::Key(_)
        | Msg::Burst(_)
        | Msg::BurstEnd
        | Msg::Mouse(_)
        | Msg::Paste(_)
        | Msg::Resize(..)
        | Msg::Past(..) => true,
        Msg::Engine(_)
        | Msg::Output(_)
        | Msg::TraceEnded(_)
        | Msg::Listeners(_)
        | Msg::Course(..)
        | Msg::Reviews(_)
        | Msg::Lesson(_)
        | Msg::Ran(..)
        | Msg::Written(_)
        | Msg::Background(_)
        | Msg::Hangup
        | Msg::Tick => false,
    }
}

fn handle(app: &mut App, msg: Msg, effects: &mut Vec<Effect>) {
    match msg {
        // Nothing is done that cannot be seen on a screen that is too small.
        Msg::Key(key) if app.size.is_too_small() => keys::unseen(app, &key, effects),
        Msg::Mouse(_) | Msg::Paste(_) | Msg::Burst(_) | Msg::BurstEnd
            if app.size.is_too_small() => {}
        Msg::Key(key) if program::has_keys(app, &key) => program::key(app, &key, effects),
        Msg::Burst(typed) if matches!(app.mode, Mode::Program) => {
            for key in typed {
                program::key(app, &key, effects);
            }
        }
        Msg::Paste(text) if matches!(app.mode, Mode::Program) => {
            program::paste(app, &text, effects);
        }
        Msg::Key(key) => keys::key(app, key, effects),
        Msg::Burst(typed) => bursts::burst(app, &typed, effects),
        Msg::BurstEnd => bursts::end(app),
        Msg::Mouse(event) => mouse::mouse(app, event, effects),
        Msg::Paste(text) => lines::paste(app, &text),
        Msg::Resize(columns, rows) => {
            app.size = (columns, rows).into();
            app.keep_focus_visible();
            effects.push(Effect::Repaint);
        }
        Msg::Engine(event) => {
            take_in(app, &event);
            effects.extend(owner_to_find(app, &event.what));
            if changes_held(app, &event) {
                effects.push(Effect::LookAtHeld);
            }
            app.happened.push(Entry::Event(event));
        }
        Msg::Output(bytes) => program::writes(app, &bytes),
        Msg::TraceEnded(how) => program::ended(app, how),
        Msg::Listeners(found) => {
            app.listeners = found;
            app.awaits_listeners = false;
            offer_again(app);
        }
        Msg::Course(course, progress) => lesson::loaded(app, course, &progress),
        Msg::Reviews(reviews) => app.learn.reviews = reviews,
        Msg::Lesson(Ok(lesson)) => lesson::opened(app, lesson, effects),
        Msg::Lesson(Err(why)) => app.notify(why, true),
        Msg::Ran(model, run) => app.models.push(ModelRun { model, run }),
        Msg::Written(Ok(done)) => {
            app.saved += 1;
            app.notify(done, false);
        }
        Msg::Written(Err(why)) => app.notify(why, true),
        Msg::Past(look, world) => app.show_past(look, world),
        Msg::Background(background) => app.change_theme(|appearance| appearance.see(background)),
        // Nobody could answer a question any more.
        Msg::Hangup => effects.push(Effect::Quit),
        Msg::Tick => {}
    }
}

/// Whether a goal that did not hold may hold after a message. Bulk data causes thousands of events a second that cannot
/// change that.
fn may_reach_a_goal(msg: &Msg) -> bool {
    match msg {
        Msg::Engine(event) => !matches!(
            event.what,
            EventKind::Captured { .. } | EventKind::Progress { .. }
        ),
        _ => true,
    }
}

/// Whether a call of the session has returned while a thread of the traced program is held: the socket that it is about to
/// use may have changed by it.
fn changes_held(app: &App, event: &Event) -> bool {
    event.source == Source::Session
        && matches!(event.what, EventKind::Returned { .. })
        && app.held().is_some()
}

/// Folds an event in.
fn fold(app: &mut App, event: &Event) {
    crate::explain::fold(&mut app.world, event);
    app.moments.take(event);
}

/// Folds an event in, and moves the selection to a new descriptor.
pub(crate) fn take_in(app: &mut App, event: &Event) {
    fold(app, event);
    match event.what {
        EventKind::Returned { call, .. } => notify_late_end(app, call),
        EventKind::Held { .. } => app.learn.server_came(None),
        EventKind::Endpoints {
            descriptor: socket, ..
        } => let_go(app, socket),
        _ => {}
    }
    let EventKind::Created(new) = &event.what else {
        return;
    };
    let selected = match new.origin {
        Origin::Created | Origin::DuplicateOf(_) | Origin::ReceivedOn(_) | Origin::Found => true,
        // It refers to what the descriptor of the parent refers to.
        Origin::Inherited(_) => false,
        Origin::Paired => !is_second_of_pair(app, new.descriptor),
        // Only if the listener is selected: the selection must not change under the user's fingers.
        Origin::Accepted(listener) => app.selection.is_none() || app.selection == Some(listener),
    };
    if selected {
        app.selection = Some(new.descriptor);
        app.scroll.state = Scroll::default();
    }
}

/// The search for the owner, if a call failed because somebody outside of the session has the address.
fn owner_to_find(app: &App, what: &EventKind) -> Option<Effect> {
    let EventKind::Returned { call, .. } = what else {
        return None;
    };
    let (address, kind) = crate::explain::owned_outside(&app.world, app.world.call(*call)?)?;
    Some(Effect::FindAddressOwner(*call, address, kind))
}

/// An orphan that is gone is no longer listed: the selection leaves it.
fn let_go(app: &mut App, socket: DescriptorId) {
    let is_gone = app
        .world
        .descriptor(socket)
        .is_some_and(Handle::is_orphan_gone);
    if is_gone && app.selection == Some(socket) {
        app.selection = app.listed().first().map(|first| first.id());
        app.scroll.state = Scroll::default();
    }
}

/// A call that was blocked has ended: a notice says so, since its line is further up in the log by now.
fn notify_late_end(app: &mut App, call: CallId) {
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
        app.notify(text, false);
    }
}

fn is_second_of_pair(app: &App, socket: DescriptorId) -> bool {
    app.world
        .descriptor(socket)
        .and_then(|socket| app.world.call(socket.created_by()))
        .is_some_and(|record| record.new_descriptors().first() != Some(&socket))
}

/// Says of a recording that no call is made. Gives whether it is one.
fn makes_no_calls(app: &mut App) -> bool {
    let is_recording = app.replayed.is_some();
    if is_recording {
        let text = "this is a recording, so no call is made: start sockplay without `replay` to make calls";
        app.notify(text, true);
    }
    is_recording
}

/// Lets the player run what it can run now, and then handles the keys that were typed ahead.
fn play(app: &mut App, effects: &mut Vec<Effect>) {
    if !app.player.is_idle() && makes_no_calls(app) {
        app.player.clear();
    }
    loop {
        let steps = app.in_the_present(|app| match app.learn.server {
            Server::Awaited => Vec::new(),
            Server::None | Server::There | Server::Failed(_) => {
                app.player.step(&app.world, app.now)
            }
        });
        let waiting = app.typed_ahead.len();
        if steps.is_empty() {
            keys::go_on(app, effects);
            if app.typed_ahead.len() == waiting {
                return;
            }
        }
        app.in_the_present(|app| {
            for step in steps {
                carry_out(app, step, effects);
            }
        });
    }
}

fn carry_out(app: &mut App, step: crate::script::Effect, effects: &mut Vec<Effect>) {
    match step {
        crate::script::Effect::Submit(request) => {
            shows_newest(app, &request);
            effects.push(Effect::Submit(request));
        }
        crate::script::Effect::Cancel(call) => effects.push(Effect::Cancel(call)),
        crate::script::Effect::Release(call, fault) => effects.push(match fault {
            Some(fault) => Effect::Inject(call, fault),
            None => Effect::GoOn(call),
        }),
        crate::script::Effect::Emit(what) => {
            if let EventKind::Asked(request) = &what {
                shows_newest(app, request);
            }
            let event = Event::new(app.now, what);
            fold(app, &event);
            app.happened.push(Entry::Event(event));
        }
        crate::script::Effect::Report(report) => lines::reported(app, *report, effects),
        crate::script::Effect::Remark(_) => {}
    }
}

/// The user wants to read about the call that was just requested.
fn shows_newest(app: &mut App, request: &Request) {
    app.log_selection = None;
    app.scroll.why = Scroll::default();
    if crate::app::state_subject::is_about_set(&request.call) {
        app.turned_to_socket = false;
        app.scroll.state = Scroll::default();
    }
}

/// Opens the form of a call on the selected socket.
fn open_form(app: &mut App, call_kind: CallKind) {
    let takes_socket = call_kind.signature().takes(ParamKind::Socket);
    let traced = app.selected().filter(|_| takes_socket);
    let traced = traced.and_then(|own| Some((own.name().clone(), app.world.traced_owner(own)?)));
    if let Some((name, pid)) = traced {
        let text = format!(
            "{name} belongs to process {pid}, and only that process makes calls on it: {} makes a socket of your own",
            app.keys.name(NEW_SOCKET)
        );
        return app.notify(text, true);
    }
    match crate::app::defaults::form(app, call_kind) {
        Some(form) => {
            app.mode = Mode::over(Content::Form(Box::new(form)));
        }
        None => {
            let text = format!(
                "there is no socket for {}(): {} makes one",
                call_kind.word(),
                app.keys.name(NEW_SOCKET)
            );
            app.mode = Mode::Panes;
            app.notify(text, true);
        }
    }
}

/// Offers newly found listeners in an open form.
fn offer_again(app: &mut App) {
    let Some(open) = app.mode.form() else {
        return;
    };
    let on = open
        .on
        .as_deref()
        .and_then(|name| app.world.named(&Name::new(name)?));
    let Some(anew) = crate::app::defaults::form_on(app, open.call_kind, on) else {
        return;
    };
    let found = anew
        .fields
        .into_iter()
        .find(|field| field.label == crate::app::defaults::ADDRESS);
    let overlay = app.mode.overlay_mut().map(|overlay| &mut overlay.content);
    if let (Some(field), Some(Content::Form(open))) = (found, overlay) {
        open.offer(
            crate::app::defaults::ADDRESS,
            field.choices,
            crate::app::defaults::NOBODY,
        );
    }
}

#[cfg(test)]
mod tests;
