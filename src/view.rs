//! The screen, drawn from the state alone. One file a region.
//!
//! Wide enough for two columns:
//!
//! ```text
//!  sockplay  3 sockets  12 calls                               F1 help  q quit
//! ┌ Sockets ─────────────────────────┬ State ─────────────────────────────────┐
//! │▸l    3  inet stream  …    LISTEN │   the diagram of the selected socket    │
//! │         accept() blocked 3.2 s   │                                         │
//! ├ Log ─────────────────────────────┼ Why ────────────────────────────────────┤
//! │ 0.001 bind(l, 127.0.0.1:0)  -> 0 │ one or two sentences for the result     │
//! ├──────────────────────────────────┴─────────────────────────────────────────┤
//! │ › connect(c, █                                   connect(socket, address)  │
//! └ n new  b bind  l listen  a accept  c connect  …────────────────────────────┘
//! ```
//!
//! Narrower, the four panes stand one over the other. One of them alone with `z`.

mod boxes;
pub mod course;
mod diagram;
mod dialog;
mod figure;
mod form;
mod frame;
mod grid;
pub mod help;
pub mod lesson;
mod log;
mod marks;
pub mod models;
mod other_end;
mod overlay;
pub(crate) mod palette;
mod prompt;
mod prose;
pub mod queues;
pub mod sequence;
mod set;
pub mod sockaddr_view;
pub(crate) mod socket_details;
mod sockets;
mod state;
pub(crate) mod strace_row;
pub(crate) mod summary;
mod tape;
mod tcp;
mod text;
pub(crate) mod throughput;
mod title;
mod welcome;
mod why;
pub(crate) mod zero_window;

use ratatui::Frame;
use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};
use ratatui::text::{Line, Text};
use ratatui::widgets::Widget;

use crate::app::state::{App, Mode, Pane};
use crate::event::{CallId, SocketId};
use crate::socket::text::does_harm;

/// The smallest terminal that is drawn.
pub const SMALLEST: (u16, u16) = (40, 10);

/// Where everything stands.
#[derive(Debug, Clone)]
pub struct Areas {
    /// The first row.
    pub title: Rect,
    /// The panes that are shown, with their frames.
    pub panes: Vec<(Pane, Rect)>,
    /// The prompt, with its frame; the keys stand in the lower one.
    pub prompt: Rect,
}

/// What stands in a row of a pane.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Row {
    /// A socket.
    Socket(SocketId),
    /// A call.
    Call(CallId),
    /// A suggestion, counted from 0.
    Suggestion(usize),
    /// An answer of a prediction.
    Answer(usize),
}

/// Draws everything.
pub fn view(app: &App, frame: &mut Frame<'_>) {
    draw(app, frame);
    guard(frame.buffer_mut());
}

/// Takes out of the cells what a terminal would obey instead of showing it, wherever the text came from.
fn guard(buffer: &mut Buffer) {
    for cell in &mut buffer.content {
        if cell.symbol().contains(does_harm) {
            let shown = cell.symbol().replace(does_harm, "");
            cell.set_symbol(if shown.is_empty() { "\u{fffd}" } else { &shown });
        }
    }
}

fn draw(app: &App, frame: &mut Frame<'_>) {
    let area = frame.area();
    if is_too_small((area.width, area.height)) {
        return too_small(area, frame);
    }
    let areas = areas_of(app, area);
    title::draw(app, areas.title, frame);
    // The frames first: neighbours share a line, in which a pane marks that its text goes on.
    for (pane, area) in &areas.panes {
        frame::pane(app, *pane, *area, frame);
    }
    for (pane, area) in &areas.panes {
        let inner = inner_area(*pane, *area);
        match pane {
            Pane::Sockets => sockets::draw(app, inner, frame),
            Pane::State => state::draw(app, inner, frame),
            Pane::Log => log::draw(app, inner, frame),
            Pane::Why => why::draw(app, inner, frame),
            Pane::Lesson => lesson::draw(app, inner, frame),
        }
    }
    prompt::draw(app, areas.prompt, frame);
    let lesson = areas.panes.iter().find(|(pane, _)| *pane == Pane::Lesson);
    if let Some((_, area)) = lesson {
        lesson::marks(app, *area, frame);
    }
    match &app.mode {
        Mode::Form(form) => form::draw(app, form, area, frame),
        Mode::Palette(palette) => palette::draw(app, palette, area, frame),
        Mode::Help(scroll) => help::draw(app, *scroll, area, frame),
        Mode::Models(scroll) => models::draw(app, *scroll, area, frame),
        Mode::Ladder(up) => sequence::draw(app, *up, area, frame),
        Mode::Address(scroll) => sockaddr_view::draw(app, *scroll, area, frame),
        Mode::Queues(scroll) => queues::draw(app, *scroll, area, frame),
        Mode::Course(at) => course::draw(app, *at, area, frame),
        Mode::Leave => dialog::leave(app, area, frame),
        Mode::Changed(page) => dialog::changed(app, *page, area, frame),
        Mode::Panes | Mode::Prompt => {}
    }
}

/// Whether a screen of this size is too small to be drawn.
pub fn is_too_small((columns, rows): (u16, u16)) -> bool {
    columns < SMALLEST.0 || rows < SMALLEST.1
}

fn too_small(area: Rect, frame: &mut Frame<'_>) {
    let (columns, rows) = SMALLEST;
    let lines = [
        format!("sockplay needs {columns}x{rows},"),
        format!("this is {}x{}.", area.width, area.height),
        "Make it larger:".to_owned(),
        "nothing is lost.".to_owned(),
        "Ctrl-C leaves.".to_owned(),
    ];
    Text::from(lines.map(Line::from).to_vec()).render(area, frame.buffer_mut());
}

/// Where everything stands on a screen of the present size.
pub fn areas(app: &App) -> Areas {
    areas_of(app, Rect::new(0, 0, app.size.0, app.size.1))
}

/// The width from which two columns fit.
const TWO_COLUMNS: u16 = 112;
/// The height from which the diagram leaves room for a log below it.
const TWO_ROWS: u16 = 34;
/// The height from which each pane has a row of text; on lower screens the focused one is shown alone.
const ALL_PANES: u16 = 12;

fn areas_of(app: &App, area: Rect) -> Areas {
    let title = Rect {
        height: 1.min(area.height),
        ..area
    };
    let prompt_height = 3.min(area.height.saturating_sub(1));
    let prompt = Rect {
        y: area.bottom() - prompt_height,
        height: prompt_height,
        ..area
    };
    // Frames share a line: the body reaches into the first row of the prompt.
    let body = Rect {
        y: title.bottom(),
        height: prompt.y.saturating_sub(title.bottom()) + 1,
        ..area
    };
    let panes = if app.zoomed || area.height < ALL_PANES {
        vec![(app.focus, body)]
    } else if app.learn.is_shown() {
        lesson::layout::panes(app, body)
    } else {
        all(body, area.height)
    };
    Areas {
        title,
        panes,
        prompt,
    }
}

/// The panes of the playground.
fn all(body: Rect, height: u16) -> Vec<(Pane, Rect)> {
    if body.width >= TWO_COLUMNS && height >= TWO_ROWS {
        two_columns(body)
    } else {
        stacked(body)
    }
}

fn two_columns(body: Rect) -> Vec<(Pane, Rect)> {
    // Above, the diagram sets the width of the right side; below, calls with their results are longer than reasons.
    let wide = 67.max(body.width / 2).min(body.width - 33);
    let narrow = body.width - wide + 1;
    // On a screen wide enough for both one line goes through.
    let log = if wide + 1 >= narrow && wide <= narrow {
        narrow
    } else {
        wide
    };
    let upper = 21.max(body.height / 2).min(body.height.saturating_sub(6)) + 1;
    let lower = body.height.saturating_sub(upper) + 1;
    let below = body.y + upper - 1;
    vec![
        (Pane::Sockets, Rect::new(body.x, body.y, narrow, upper)),
        (
            Pane::State,
            Rect::new(body.x + narrow - 1, body.y, wide, upper),
        ),
        (Pane::Log, Rect::new(body.x, below, log, lower)),
        (
            Pane::Why,
            Rect::new(body.x + log - 1, below, body.width - log + 1, lower),
        ),
    ]
}

/// How many rows of text each pane gets of every sixteen.
const SHARES: [(Pane, u16); 4] = [
    (Pane::Sockets, 5),
    (Pane::State, 4),
    (Pane::Log, 4),
    (Pane::Why, 3),
];

fn stacked(body: Rect) -> Vec<(Pane, Rect)> {
    let rows = body.height.saturating_sub(5);
    let mut panes = Vec::new();
    let (mut y, mut given, mut share_sum) = (body.y, 0, 0);
    for (pane, share) in SHARES {
        share_sum += share;
        let until = rows * share_sum / 16;
        let height = until - given;
        given = until;
        if height > 0 {
            panes.push((
                pane,
                Rect {
                    y,
                    height: height + 2,
                    ..body
                },
            ));
            y += height + 1;
        }
    }
    panes
}

/// The inside of a pane. Running text keeps a column away from the frame; rows of a table begin with a mark.
fn inner_area(pane: Pane, area: Rect) -> Rect {
    let gap = u16::from(matches!(pane, Pane::State | Pane::Why | Pane::Lesson));
    Rect::new(
        area.x + 1 + gap,
        area.y + 1,
        area.width.saturating_sub(2 + gap),
        area.height.saturating_sub(2),
    )
}

/// What stands under a position.
pub fn row_at(app: &App, pane: Pane, at: Position) -> Option<Row> {
    let area = inner_area(
        pane,
        areas(app)
            .panes
            .into_iter()
            .find(|(shown, _)| *shown == pane)?
            .1,
    );
    if !area.contains(at) {
        return None;
    }
    let row = usize::from(at.y - area.y);
    match pane {
        Pane::Sockets => sockets::socket_at(app, area, row).map(Row::Socket),
        Pane::Log => log::call_at(app, area, row).map(Row::Call),
        Pane::Why => why::way_at(app, area, row).map(Row::Suggestion),
        Pane::Lesson => lesson::answer_at(app, area, row).map(Row::Answer),
        Pane::State => None,
    }
}

/// The furthest that the text of a pane can be scrolled.
pub fn last_row(app: &App, pane: Pane) -> usize {
    let Some((_, area)) = areas(app)
        .panes
        .into_iter()
        .find(|(shown, _)| *shown == pane)
    else {
        return 0;
    };
    let area = inner_area(pane, area);
    let lines = match pane {
        Pane::State => state::lines(app, area).len(),
        Pane::Why => why::rows(app, area.width).len(),
        Pane::Sockets | Pane::Log | Pane::Lesson => 0,
    };
    lines.saturating_sub(usize::from(area.height))
}

/// How far Why must be scrolled for a suggestion to stand in it, counted from 0; as little as possible.
pub fn scroll_to_suggestion(app: &App, index: usize) -> usize {
    let areas = areas(app);
    let Some((_, area)) = areas.panes.iter().find(|(pane, _)| *pane == Pane::Why) else {
        return app.scroll.1;
    };
    let area = inner_area(Pane::Why, *area);
    let rows = why::rows(app, area.width);
    let row = rows.iter().position(|(_, way)| *way == Some(index));
    let row = row.unwrap_or(0);
    let first = (row + 1).saturating_sub(usize::from(area.height));
    app.scroll.1.clamp(first, row.max(first))
}

#[cfg(test)]
mod tests;
