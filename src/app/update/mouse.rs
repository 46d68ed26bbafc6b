//! The mouse: a click focuses and selects, the wheel scrolls what is under it.

use crossterm::event::{MouseButton, MouseEvent, MouseEventKind};
use ratatui::layout::Position;

use crate::app::state::{App, Mode, Pane};
use crate::app::update::keys::scroll;
use crate::view::Row;

/// How many rows the wheel moves.
const WHEEL: isize = 3;

/// Takes a mouse event.
pub(crate) fn mouse(app: &mut App, event: MouseEvent) {
    let areas = crate::view::areas(app);
    let at = Position::new(event.column, event.row);
    // Neighbours share a line, and the title in it is that of the lower or right one, which comes later.
    let under = areas
        .panes
        .iter()
        .rfind(|(_, area)| area.contains(at))
        .map(|(pane, _)| *pane);
    match event.kind {
        MouseEventKind::ScrollUp => wheel(app, under, -1),
        MouseEventKind::ScrollDown => wheel(app, under, 1),
        MouseEventKind::Down(MouseButton::Left)
            if matches!(app.mode, Mode::Panes | Mode::Prompt) =>
        {
            if areas.prompt.contains(at) {
                app.mode = Mode::Prompt;
            } else if let Some(pane) = under {
                app.mode = Mode::Panes;
                app.focus = pane;
                select(app, pane, at);
            }
        }
        _ => {}
    }
}

fn wheel(app: &mut App, under: Option<Pane>, direction: isize) {
    let last_of_models = crate::view::models::last_row(app);
    if let Mode::Ladder(up) = app.mode {
        let most = crate::view::sequence::height(app);
        let up = up.saturating_add_signed(-direction * WHEEL);
        app.mode = Mode::Ladder(up.min(most));
    } else if let Mode::Models(at) = &mut app.mode {
        *at = at
            .saturating_add_signed(direction * WHEEL)
            .min(last_of_models);
    } else if let Mode::Help(at) = &mut app.mode {
        let last = crate::view::help::height(app.size).1;
        *at = at.saturating_add_signed(direction * WHEEL).min(last);
    } else if matches!(app.mode, Mode::Address(_)) {
        let last = crate::view::sockaddr_view::last_row(app);
        if let Mode::Address(at) = &mut app.mode {
            *at = at.saturating_add_signed(direction * WHEEL).min(last);
        }
    } else if matches!(app.mode, Mode::Queues(_)) {
        let last = crate::view::queues::last_row(app);
        if let Mode::Queues(at) = &mut app.mode {
            *at = at.saturating_add_signed(direction * WHEEL).min(last);
        }
    } else if let Mode::Palette(palette) = &mut app.mode {
        palette.go(direction);
    } else if let Some(pane) = under {
        let rows = if matches!(pane, Pane::Sockets) {
            1
        } else {
            WHEEL
        };
        scroll(app, pane, direction * rows);
    }
}

fn select(app: &mut App, pane: Pane, at: Position) {
    match crate::view::row_at(app, pane, at) {
        Some(Row::Socket(socket)) => {
            app.selection = Some(socket);
            app.turned_to_socket = true;
            app.scroll.0 = 0;
        }
        Some(Row::Call(call)) => {
            let newest = app.world.log().last().map(crate::world::record::Record::id);
            app.log_selection = (newest != Some(call)).then_some(call);
            app.turned_to_socket = false;
            app.scroll = (0, 0);
        }
        Some(Row::Suggestion(index)) => crate::app::update::lines::put_suggestion(app, index),
        Some(Row::Answer(chosen)) => {
            crate::app::update::lesson::answer(app, chosen);
        }
        None => {}
    }
}
