//! The Why pane: one or two sentences about the selected call, the suggestions, and the source.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::prediction::HIDDEN;
use crate::app::state::App;
use crate::explain::Suggestion;
use crate::layout::{Extent, Pane, Scroll, Target, clickable};
use crate::view::drawn::Drawn;
use crate::view::text::{cut, paragraph};
use crate::world::{Progress, Record};

/// A line of the pane, and which suggestion it is.
struct WhyRow {
    line: Line<'static>,
    suggestion: Option<usize>,
}

/// Draws it.
pub(crate) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) -> Drawn {
    let rows = rows(app, area.width);
    let scroll = Scroll::to(first(app, &rows, area.height));
    let extent = Extent::of(scroll, rows.len(), area.height);
    let targets = rows.iter().skip(extent.at);
    let targets = targets.map(|row| row.suggestion.map(Target::Suggestion));
    let clickable = clickable(area, targets);
    for (shown, row) in rows.into_iter().skip(extent.at).zip(area.rows()) {
        shown.line.render(row, on.buffer_mut());
    }
    if extent.at < extent.last {
        crate::view::frame::more_below(app, area, on);
    }
    Drawn { extent, clickable }
}

/// The first visible row: as it was scrolled, or scrolled as little as possible so that a given suggestion is visible.
fn first(app: &App, rows: &[WhyRow], height: u16) -> usize {
    let at = app.scroll.why.at();
    let Some(index) = app.reveal else {
        return at;
    };
    let row = rows.iter().position(|row| row.suggestion == Some(index));
    let row = row.unwrap_or(0);
    let least = (row + 1).saturating_sub(usize::from(height));
    at.clamp(least, row.max(least))
}

/// All lines of the pane, wrapped to the width.
fn rows(app: &App, area_width: u16) -> Vec<WhyRow> {
    let width = usize::from(area_width);
    let untitled = |line| WhyRow {
        line,
        suggestion: None,
    };
    if app.prediction().is_some() && app.record().is_some() {
        let hidden = paragraph(HIDDEN, width, app.theme.secondary);
        return hidden.into_iter().map(untitled).collect();
    }
    let Some(record) = app.record() else {
        // The pane scrolls, so its height is not a limit.
        let area = Rect::new(0, 0, area_width, u16::MAX);
        let welcome = crate::view::welcome::lines(app, Pane::Why, area);
        return welcome.into_iter().map(untitled).collect();
    };
    let explanation = app.explanations.of(&app.world, record);
    let why = &explanation.why;
    let text = why.text.clone() + &asleep(record);
    let text = paragraph(&text, width, Style::new());
    let difference =
        difference(app, record).map_or_else(Vec::new, |text| paragraph(text, width, app.theme.bad));
    let mut rows: Vec<WhyRow> = difference.into_iter().chain(text).map(untitled).collect();
    let suggestions = explanation.suggestions.iter().enumerate();
    rows.extend(suggestions.map(|(index, suggestion)| WhyRow {
        line: suggestion_line(app, index, suggestion, width),
        suggestion: Some(index),
    }));
    if let Some(moved) = record.moved {
        let transition = format!("{} ⇒ {}", moved.from, moved.to);
        rows.push(untitled(Line::styled(transition, app.theme.passed)));
    }
    if !why.source.is_empty() {
        let style = app.theme.secondary.add_modifier(Modifier::ITALIC);
        rows.push(untitled(Line::styled(why.source, style)));
    }
    rows
}

/// In what the result differs from what its line expected.
fn difference<'a>(app: &'a App, record: &Record) -> Option<&'a str> {
    let mut broken = app.broken.iter();
    let broken = broken.find(|broken| broken.call == record.id())?;
    broken.difference.as_deref()
}

/// The kernel function in which a blocked call sleeps.
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

/// `2 close(l)  l releases it`: the line as it would be run, and the words if they fit.
fn suggestion_line(
    app: &App,
    index: usize,
    suggestion: &Suggestion,
    width: usize,
) -> Line<'static> {
    let number = format!("{} ", index + 1);
    let line = cut(&suggestion.line, width.saturating_sub(number.width()));
    let then = if suggestion.then { "then: " } else { "" };
    let words = format!("  {then}{}", suggestion.words);
    let fits = number.width() + line.width() + words.width() <= width;
    let style = match app.prompt.suggestion() {
        Some(put) if put == index => app.theme.selection,
        _ => Style::new(),
    };
    let mut spans = vec![
        Span::styled(number, app.theme.accent),
        Span::styled(line, style),
    ];
    if fits {
        spans.push(Span::styled(words, app.theme.secondary));
    }
    Line::from(spans)
}
