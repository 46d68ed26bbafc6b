//! The first row: what is going on, and the way to the help.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use super::super::app::App;
use super::text::cut_spans;

/// The columns of the way to the help, with a gap before it.
const HELP: usize = 19;

/// Draws it.
pub(super) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let open = app
        .world
        .sockets()
        .filter(|socket| socket.is_open() && socket.kind().is_socket())
        .count();
    let calls = app.world.log().len();
    let pending = app.world.pending().count();
    let mut spans = vec![
        Span::styled(" sockplay", app.theme.title),
        Span::styled(
            format!("  {}  {}", count(open, "socket"), count(calls, "call")),
            app.theme.dim,
        ),
    ];
    if pending > 0 {
        spans.push(Span::styled(
            format!("  ◌ {pending} pending"),
            app.theme.blocked,
        ));
    }
    if let (Some(current), waiting @ 1..) = (app.player.current(), app.player.waiting()) {
        let text = format!(
            "  {} behind {}, Esc drops",
            count(waiting, "line"),
            current.call
        );
        spans.push(Span::styled(text, app.theme.blocked));
    }
    let room = usize::from(area.width).saturating_sub(HELP);
    cut_spans(spans, room).render(area, frame.buffer_mut());
    let help = Line::from(vec![
        Span::styled("F1", app.theme.accent),
        Span::raw(" help  "),
        Span::styled("q", app.theme.accent),
        Span::raw(" quit "),
    ]);
    help.right_aligned().render(area, frame.buffer_mut());
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
