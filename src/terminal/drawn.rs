//! A screen without a terminal: drawn into memory.

use std::io;

use ratatui::Terminal;
use ratatui::backend::TestBackend;
use ratatui::buffer::Buffer;

use crate::app::state::App;
use crate::layout::{Geometry, Size};
use crate::view::view;

/// Draws the screen as it is now, and passes to the state where things are, as the event loop does.
pub(crate) fn drawn(app: &mut App) -> io::Result<Buffer> {
    let Size { columns, rows } = app.size;
    let mut terminal = Terminal::new(TestBackend::new(columns, rows)).map_err(io::Error::other)?;
    let mut geometry = Geometry::default();
    terminal
        .draw(|frame| geometry = view(app, frame))
        .map_err(io::Error::other)?;
    app.drawn(geometry);
    Ok(terminal.backend().buffer().clone())
}
