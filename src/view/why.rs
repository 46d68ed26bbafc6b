//! The Why pane: one or two sentences for the selected call, what can be done next, and their source.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::state::{App, Pane};
use crate::explain::Suggestion;
use crate::view::text::{cut, paragraph};
use crate::world::{Progress, Record};

/// A line of the pane, and which suggestion it is.
type Row = (Line<'static>, Option<usize>);

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) {
    let rows = rows(app, area.width);
    let hidden = rows.len().saturating_sub(usize::from(area.height));
    let scroll = app.scroll.1.min(hidden);
    for ((line, _), row) in rows.into_iter().skip(scroll).zip(area.rows()) {
        line.render(row, on.buffer_mut());
    }
    if scroll < hidden {
        crate::view::frame::more_below(app, area, on);
    }
}

/// The suggestion that stands in a row of the pane.
pub(crate) fn way_at(app: &App, area: Rect, row: usize) -> Option<usize> {
    let rows = rows(app, area.width);
    let hidden = rows.len().saturating_sub(usize::from(area.height));
    let (_, way) = rows.get(app.scroll.1.min(hidden) + row)?;
    *way
}

/// Everything that it says, wrapped to the width.
pub(crate) fn rows(app: &App, area_width: u16) -> Vec<Row> {
    let width = usize::from(area_width);
    let untitled = |line| (line, None);
    let Some(record) = app.record() else {
        // The pane scrolls: its height is no limit.
        let area = Rect::new(0, 0, area_width, u16::MAX);
        let welcome = crate::view::welcome::lines(app, Pane::Why, area);
        return welcome.into_iter().map(untitled).collect();
    };
    let explanation = app.explanations.of(&app.world, record);
    let why = &explanation.why;
    let text = why.text.clone() + &asleep(record);
    let text = paragraph(&text, width, Style::new());
    let mut rows: Vec<Row> = text.into_iter().map(untitled).collect();
    let ways = explanation.suggestions.iter().enumerate();
    rows.extend(ways.map(|(index, way)| (way_line(app, index, way, width), Some(index))));
    if let Some(moved) = record.moved {
        let told = format!("{} ⇒ {}", moved.from, moved.to);
        rows.push(untitled(Line::styled(told, app.theme.passed)));
    }
    if !why.source.is_empty() {
        let style = app.theme.dim.add_modifier(Modifier::ITALIC);
        rows.push(untitled(Line::styled(why.source, style)));
    }
    rows
}

/// Where the thread of a blocked call sleeps.
fn asleep(record: &Record) -> String {
    match (&record.progress, record.thread) {
        (
            Progress::Blocked {
                wchan: Some(function),
                ..
            },
            Some(thread),
        ) => format!(" Thread {} sleeps in the kernel's {function}.", thread.tid),
        _ => String::new(),
    }
}

/// `2 close(l)  l lets go of it`: the line as it would be run, and the words where they have room.
fn way_line(app: &App, index: usize, way: &Suggestion, width: usize) -> Line<'static> {
    let number = format!("{} ", index + 1);
    let line = cut(&way.line, width.saturating_sub(number.width()));
    let then = if way.then { "then: " } else { "" };
    let words = format!("  {then}{}", way.words);
    let fits = number.width() + line.width() + words.width() <= width;
    let style = match app.prompt.way() {
        Some(put) if put == index => app.theme.selected,
        _ => Style::new(),
    };
    let mut spans = vec![
        Span::styled(number, app.theme.accent),
        Span::styled(line, style),
    ];
    if fits {
        spans.push(Span::styled(words, app.theme.dim));
    }
    Line::from(spans)
}
