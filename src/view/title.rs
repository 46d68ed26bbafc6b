//! The first row: what is going on, and the keys of help and leaving.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;

use crate::app::keymap::{Action, HELP, LESSON};
use crate::app::state::App;
use crate::layout::{Clickable, Target};
use crate::view::text::cut_spans;

/// Draws it, and returns the keys that can be clicked.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) -> Vec<Clickable> {
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
    let past = app.past.as_ref().map(|past| {
        let (shown, all) = (past.moment + 1, app.moments.len());
        Span::styled(format!("  past · call {shown} of {all}"), app.theme.warning)
    });
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
    if let Some(replayed) = &app.replayed {
        spans.push(Span::styled(
            format!("  {}", replayed.title()),
            app.theme.warning,
        ));
    }
    if app.private_network {
        spans.push(Span::styled("  private network", app.theme.secondary));
    }
    spans.extend(past);
    if pending > 0 {
        spans.push(Span::styled(
            format!("  ◌ {pending} pending"),
            app.theme.warning,
        ));
    }
    if let (Some(current), waiting @ 1..) = (app.player.current(), app.player.waiting()) {
        let drops = match app.is_live() {
            true => format!(", {} drops", app.interrupt_keys()),
            false => String::new(),
        };
        let waiting = count(waiting, "line");
        let text = format!("  {waiting} behind {}{drops}", current.call);
        spans.push(Span::styled(text, app.theme.warning));
    }
    if !app.captures_mouse {
        let text = format!(
            "  mouse released, {} captures it",
            app.keys.name(Action::Mouse)
        );
        spans.push(Span::styled(text, app.theme.warning));
    }
    let actions = actions(app);
    let key_hints = key_hints(app, &actions);
    let wide = u16::try_from(key_hints.width()).unwrap_or(u16::MAX);
    let from = area.right().saturating_sub(wide);
    let named = actions
        .into_iter()
        .zip(key_hints.spans.chunks(2))
        .map(|((action, _), spans)| (action, spans.iter().map(Span::width).sum()));
    let clickable = key_targets(app, (from, area.y), named);
    // With two blanks before them.
    let room = usize::from(area.width).saturating_sub(key_hints.width() + 2);
    cut_spans(spans, room).render(area, frame.buffer_mut());
    key_hints.right_aligned().render(area, frame.buffer_mut());
    clickable
}

/// The actions of a hidden lesson, of the help, and of leaving.
fn actions(app: &App) -> Vec<(Action, &'static str)> {
    let waits = app.learn.study.is_some() && app.learn.hidden;
    let lesson = waits.then_some((LESSON, " lesson  "));
    let always = [(HELP, " help  "), (Action::Quit, " quit ")];
    lesson.into_iter().chain(always).collect()
}

fn key_hints(app: &App, actions: &[(Action, &'static str)]) -> Line<'static> {
    let spans = actions.iter().flat_map(|(action, word)| {
        let key = app.keys.name(*action).to_owned();
        [Span::styled(key, app.theme.accent), Span::raw(*word)]
    });
    Line::from(spans.collect::<Vec<_>>())
}

/// The keys that are named one after the other from a place on, each with the columns that it and its words take.
pub(crate) fn key_targets(
    app: &App,
    (from, row): (u16, u16),
    named: impl IntoIterator<Item = (Action, usize)>,
) -> Vec<Clickable> {
    let mut column = from;
    let mut targets = Vec::new();
    for (action, wide) in named {
        let width = u16::try_from(wide).unwrap_or(u16::MAX);
        if let Some(bound) = app.keys.bound(action) {
            targets.push(Clickable {
                area: Rect::new(column, row, width, 1),
                target: Target::Key(bound.chord.event()),
            });
        }
        column = column.saturating_add(width);
    }
    targets
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
