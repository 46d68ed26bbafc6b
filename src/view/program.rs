//! The Program pane: what the terminal of the traced program shows.

use ratatui::Frame;
use ratatui::layout::{Position, Rect};
use ratatui::style::{Modifier, Style};

use crate::app::program::TracedProgram;
use crate::app::state::{App, Mode};

/// Draws it. Colours of the program are left out: its text has the foreground of the theme.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let screen = app.program.as_ref().and_then(TracedProgram::screen);
    let Some(screen) = screen else { return };
    let buffer = frame.buffer_mut();
    for row in 0..area.height {
        for column in 0..area.width {
            let Some(cell) = screen.cell(row, column) else {
                continue;
            };
            if cell.is_wide_continuation() || !cell.has_contents() && !cell.inverse() {
                continue;
            }
            let text = match cell.has_contents() {
                true => cell.contents(),
                false => " ",
            };
            let at = (area.x + column, area.y + row);
            buffer.set_stringn(
                at.0,
                at.1,
                text,
                usize::from(area.width - column),
                style(cell),
            );
        }
    }
    if matches!(app.mode, Mode::Program) && !screen.hide_cursor() {
        let (row, column) = screen.cursor_position();
        let at = Position::new(
            (area.x + column).min(area.right().saturating_sub(1)),
            (area.y + row).min(area.bottom().saturating_sub(1)),
        );
        frame.set_cursor_position(at);
    }
}

fn style(cell: &vt100::Cell) -> Style {
    let marks = [
        (cell.bold(), Modifier::BOLD),
        (cell.italic(), Modifier::ITALIC),
        (cell.underline(), Modifier::UNDERLINED),
        (cell.inverse(), Modifier::REVERSED),
    ];
    let marks = marks.into_iter().filter(|(is_set, _)| *is_set);
    let marks = marks.fold(Modifier::empty(), |all, (_, mark)| all | mark);
    Style::new().add_modifier(marks)
}
