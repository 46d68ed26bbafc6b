//! The screen, drawn from the state alone. There is one file for each region.
//!
//! Wide enough for two columns:
//!
//! ```text
//!  sockplay  3 sockets  12 calls                               F1 help  q quit
//! ┌ Sockets ─────────────────────────┬ State ─────────────────────────────────┐
//! │▸ l   3  127.0.0.1:8080    LISTEN │   the figure of the selected socket     │
//! │      accept() blocked since 4.01 │                                         │
//! ├ Transitions ─────────────────────┤                                         │
//! │ 4.012 l CLOSE → LISTEN  listen() │                                         │
//! ├ Log ─────────────────────────────┼ Why ────────────────────────────────────┤
//! │ 0.001 bind(l, 127.0.0.1:0)  -> 0 │ one or two sentences for the result     │
//! ├──────────────────────────────────┴─────────────────────────────────────────┤
//! │ › connect(c, █                                   connect(socket, address)  │
//! └ n new  b bind  l listen  a accept  c connect  …────────────────────────────┘
//! ```
//!
//! On a narrower screen the panes are stacked; from 160 columns the ladder and the queues are panes too. `z` shows one
//! of them alone, and a key goes through the presets. Where the borders are is decided in [`crate::layout::arrange`].

mod as_of;
mod boxes;
mod code;
mod code_title;
mod commands;
mod context_help;
mod course;
mod diagram;
mod dialog;
mod drawn;
mod explanation;
mod figure;
mod form;
mod frame;
mod grid;
mod help;
mod key_line;
mod key_row;
mod lesson;
mod log;
mod marks;
mod models;
mod other_end;
mod overlay;
pub(crate) mod palette;
mod program;
mod prompt;
mod prose;
mod queues;
mod script;
mod scrubber;
mod sequence;
mod set;
mod sheet;
mod sockaddr_view;
pub(crate) mod socket_details;
mod sockets;
mod start;
mod state;
pub(crate) mod strace_row;
pub(crate) mod summary;
mod tape;
mod tcp;
mod text;
pub(crate) mod throughput;
mod title;
mod transitions;
mod welcome;
mod why;
pub(crate) mod zero_window;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::text::{Line, Text};
use ratatui::widgets::Widget;

use crate::app::keymap::Action;
use crate::app::state::App;
use crate::layout::{Geometry, Pane, SMALLEST, Size};
use crate::socket::text::does_harm;

/// Draws everything, and returns what is where.
pub fn view(app: &App, frame: &mut Frame<'_>) -> Geometry {
    let geometry = draw(app, frame);
    let buffer = frame.buffer_mut();
    guard(buffer);
    app.theme.fill(buffer);
    app.appearance().glyphs.replace(buffer);
    geometry
}

/// Removes control characters from the cells, which a terminal would obey instead of displaying, wherever the text came
/// from.
fn guard(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().contains(does_harm) {
            let shown = cell.symbol().replace(does_harm, "");
            cell.set_symbol(if shown.is_empty() { "\u{fffd}" } else { &shown });
        }
    }
}

fn draw(app: &App, frame: &mut Frame<'_>) -> Geometry {
    let area = frame.area();
    if Size::from((area.width, area.height)).is_too_small() {
        too_small(app, area, frame);
        return Geometry::default();
    }
    let mut geometry = Geometry {
        areas: app.areas_on(area),
        ..Geometry::default()
    };
    let mut keys = title::draw(app, geometry.areas.title, frame);
    if app.shows_start() {
        geometry.clickable = start::draw(app, geometry.areas.body, frame);
    } else {
        panes(app, &mut geometry, frame);
    }
    keys.extend(prompt::draw(app, &geometry.areas, frame));
    // The candidates are drawn over the panes.
    geometry.clickable.splice(..0, keys);
    let lesson = geometry.areas.pane(Pane::Lesson);
    if let Some(placed) = lesson {
        lesson::marks(app, placed.framed, frame);
    }
    if let Some(overlay) = app.mode.overlay() {
        let drawn = overlay::draw(app, overlay, area, frame);
        geometry.overlay = Some(drawn.extent);
        // Nothing behind it can be clicked.
        geometry.clickable = drawn.clickable;
        geometry.links.clear();
    }
    geometry
}

/// Draws the panes, and notes what is in them.
fn panes(app: &App, geometry: &mut Geometry, frame: &mut Frame<'_>) {
    let panes = geometry.areas.panes.clone();
    // The frames first: neighbours share a line, in which a pane marks that its text continues.
    for placed in &panes {
        frame::pane(app, placed.pane, placed.framed, frame);
    }
    for placed in &panes {
        let inner = placed.inside();
        let clickable = match placed.pane {
            Pane::Sockets => sockets::draw(app, inner, frame),
            Pane::State => {
                geometry.state = state::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Transitions => {
                geometry.transitions = transitions::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Ladder => {
                geometry.ladder = sequence::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Queues => {
                geometry.queues = queues::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Code => {
                geometry.code = code::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Program => {
                program::draw(app, inner, frame);
                Vec::new()
            }
            Pane::Log => log::draw(app, inner, frame),
            Pane::Script => script::draw(app, inner, frame),
            Pane::Why => {
                let drawn = why::draw(app, inner, frame);
                geometry.why = drawn.extent;
                drawn.clickable
            }
            Pane::Lesson => match lesson::draw(app, inner, frame) {
                Some(drawn) => {
                    geometry.lesson = Some(drawn.extent);
                    geometry.links = drawn.links;
                    drawn.clickable
                }
                None => Vec::new(),
            },
        };
        geometry.clickable.extend(clickable);
    }
}

fn too_small(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let Size { columns, rows } = SMALLEST;
    let lines = [
        format!("sockplay needs {columns}x{rows},"),
        format!("this is {}x{}.", area.width, area.height),
        "Make it larger:".to_owned(),
        "nothing is lost.".to_owned(),
        format!("{} leaves.", app.keys.name(Action::QuitAnywhere)),
    ];
    Text::from(lines.map(Line::from).to_vec()).render(area, frame.buffer_mut());
}

#[cfg(test)]
pub(crate) mod tests;
