//! The mouse: a click focuses and selects, the wheel scrolls what is under it, as it was last drawn.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::app::keymap::Action;
use crate::app::message::Effect;
use crate::app::state::{App, Mode};
use crate::app::update::keys::{act, key};
use crate::app::update::overlay::WHEEL;
use crate::app::update::scroll::{scroll, select_call};
use crate::app::update::{makes_no_calls, start};
use crate::layout::{Pane, PaneScrolls, Scroll, Target};
use crate::world::{Handle, Record};

/// Handles a mouse event.
pub(crate) fn mouse(app: &mut App, event: MouseEvent, effects: &mut Vec<Effect>) {
    let target = app.geometry.target(Position::new(event.column, event.row));
    if let (MouseEventKind::Down(MouseButton::Left), Some(Target::Key(pressed))) =
        (event.kind, target)
    {
        return key(app, pressed, effects);
    }
    if app.mode.overlay().is_some() {
        let chosen = crate::app::update::overlay::mouse(app, event, effects);
        return chosen
            .into_iter()
            .for_each(|action| act(app, action, effects));
    }
    if let Some(Target::Candidate(index)) = target {
        return candidate(app, event.kind, index);
    }
    let at = Position::new(event.column, event.row);
    let under = app.geometry.areas.pane_at(at);
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, under, -1, effects),
        MouseEventKind::ScrollDown => wheel(app, under, 1, effects),
        MouseEventKind::Down(MouseButton::Left) => {
            if app.geometry.areas.prompt.contains(at) {
                act(app, Action::Prompt, effects);
            } else if let (true, Some(Target::Answer(choice))) =
                (app.shows_start(), app.geometry.target(at))
            {
                start::choose(app, choice, effects);
            } else if let Some(pane) = under {
                app.mode = Mode::Panes;
                app.focus = pane;
                select(app, at, effects);
            }
        }
        _ => {}
    }
}

/// A click on a candidate inserts it; the wheel goes through them.
fn candidate(app: &mut App, kind: MouseEventKind, index: usize) {
    match kind {
        MouseEventKind::Down(MouseButton::Left) => app.prompt.choose(index),
        MouseEventKind::ScrollUp => app.prompt.complete(&app.context(), true),
        MouseEventKind::ScrollDown => app.prompt.complete(&app.context(), false),
        _ => {}
    }
}

fn wheel(app: &mut App, under: Option<Pane>, direction: isize, effects: &mut Vec<Effect>) {
    match under {
        Some(Pane::Sockets) => scroll(app, Pane::Sockets, direction, effects),
        Some(pane) => scroll(app, pane, direction * WHEEL, effects),
        None => {}
    }
}

fn select(app: &mut App, at: Position, effects: &mut Vec<Effect>) {
    match app.geometry.target(at) {
        Some(Target::Socket(socket)) => {
            // It may be gone since it was drawn.
            let is_listed = |socket: Handle<'_>| !socket.is_orphan_gone();
            if app.world.descriptor(socket).is_some_and(is_listed) {
                app.selection = Some(socket);
                app.turned_to_socket = true;
                app.scroll.state = Scroll::default();
            }
        }
        Some(Target::Call(call)) if app.present().call(call).is_some() => {
            let newest = app.present().log().last().map(Record::id);
            select_call(
                app,
                Some(call).filter(|call| newest != Some(*call)),
                effects,
            );
            app.scroll = PaneScrolls::default();
        }
        Some(Target::Moment(number)) => app.look_back(number, false, effects),
        Some(Target::Suggestion(index)) if !makes_no_calls(app) => {
            crate::app::update::lines::put_suggestion(app, index);
        }
        Some(Target::Answer(chosen)) => {
            crate::app::update::lesson::answer(app, chosen, effects);
        }
        Some(Target::ScriptLine(line)) => {
            if let Some(script) = &mut app.script {
                script.select(line);
            }
        }
        Some(
            Target::Call(_)
            | Target::Entry(_)
            | Target::Field(_)
            | Target::Candidate(_)
            | Target::Line
            | Target::Suggestion(_)
            | Target::Key(_),
        )
        | None => {}
    }
}
