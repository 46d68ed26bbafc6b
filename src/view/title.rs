//! The first row: what is going on, and the keys of help and leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::keymap::{Action, HELP, LESSON};
use crate::app::state::App;
use crate::view::text::cut_spans;

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) {
    let open = app
        .world
        .descriptors()
        .filter(|socket| socket.is_open() && socket.kind().is_socket())
        .count();
    let calls = app.world.log().len();
    let forgotten = match app.world.log().forgotten() {
        0 => String::new(),
        forgotten => format!(", the oldest {forgotten} not kept"),
    };
    let pending = app.world.pending().count();
    let mut spans = vec![
        Span::styled(" sockplay", app.theme.title),
        Span::styled(
            format!(
                "  {}  {}{forgotten}",
                count(open, "socket"),
                count(calls, "call")
            ),
            app.theme.secondary,
        ),
    ];
    if pending > 0 {
        spans.push(Span::styled(
            format!("  ◌ {pending} pending"),
            app.theme.warning,
        ));
    }
    if let (Some(current), waiting @ 1..) = (app.player.current(), app.player.waiting()) {
        let text = format!(
            "  {} behind {}, {} drops",
            count(waiting, "line"),
            current.call,
            app.interrupt_keys()
        );
        spans.push(Span::styled(text, app.theme.warning));
    }
    if !app.captures_mouse {
        let text = format!(
            "  mouse released, {} captures it",
            app.keys.name(Action::Mouse)
        );
        spans.push(Span::styled(text, app.theme.warning));
    }
    let key_hints = key_hints(app);
    // With two blanks before them.
    let room = usize::from(area.width).saturating_sub(key_hints.width() + 2);
    cut_spans(spans, room).render(area, frame.buffer_mut());
    key_hints.right_aligned().render(area, frame.buffer_mut());
}

/// The keys of a hidden lesson, of the help, and of leaving.
fn key_hints(app: &App) -> Line<'static> {
    let waits = app.learn.study.is_some() && app.learn.hidden;
    let lesson = waits.then_some((LESSON, " lesson  "));
    let key_hints = lesson
        .into_iter()
        .chain([(HELP, " help  "), (Action::Quit, " quit ")]);
    let spans = key_hints.flat_map(|(action, word)| {
        let key = app.keys.name(action).to_owned();
        [Span::styled(key, app.theme.accent), Span::raw(word)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
