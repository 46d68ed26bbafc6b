//! The map of the course: every lesson, what has been done of it, and of the selected one what it is for.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};

use super::super::app::App;
use super::super::learn::Entry;
use super::overlay;
use super::text::{cut_spans, fit, paragraph};

/// The keys of the map.
const KEYS: &str = " Up/Down choose  Enter opens  Esc free play ";
/// The columns of the title.
const TITLE: usize = 34;

/// Draws it over everything.
pub(super) fn draw(app: &App, at: usize, area: Rect, frame: &mut Frame<'_>) {
    let place = overlay::frame(&app.theme, " Course ", KEYS, area, frame);
    let width = usize::from(place.width);
    if app.learn.course.is_empty() {
        let none = paragraph("No lesson was found.", width, app.theme.dim);
        return overlay::rows(none, place, frame);
    }
    let mut lines = head(app, width);
    let about = about(app, at, width);
    let rows = usize::from(place.height).saturating_sub(lines.len() + about.len() + 1);
    let count = app.learn.course.len();
    let first = (at + 1 + rows / 2).min(count).saturating_sub(rows);
    let entries = app.learn.course.iter().enumerate().skip(first).take(rows);
    lines.extend(entries.map(|(index, entry)| row(app, index, entry, index == at, width)));
    lines.push(Line::default());
    lines.extend(about);
    overlay::rows(lines, place, frame);
}

/// How much of the course is done.
fn head(app: &App, width: usize) -> Vec<Line<'static>> {
    let course = &app.learn.course;
    let done = course.iter().filter(|entry| app.learn.is_done(entry));
    let minutes: u32 = course.iter().map(|entry| u32::from(entry.minutes)).sum();
    let text = format!(
        "{} of {} lessons done with all their goals, {} h {} min in all",
        done.count(),
        course.len(),
        minutes / 60,
        minutes % 60
    );
    let mut lines = paragraph(&text, width, app.theme.dim);
    // What is said below the panes would not be seen here.
    if let Some(notice) = &app.notice {
        lines.extend(paragraph(&notice.text, width, app.theme.bad));
    }
    lines.push(Line::default());
    lines
}

/// A lesson: mark, number, title, goals, predictions, minutes.
fn row(app: &App, index: usize, entry: &Entry, chosen: bool, width: usize) -> Line<'static> {
    let theme = &app.theme;
    let done = app.learn.progress.of(&entry.id);
    let (mark, style) = match done {
        Some(_) if app.learn.is_done(entry) => ("✓", theme.good),
        Some(_) => ("◐", theme.blocked),
        None => ("·", theme.dim),
    };
    let reached = done.map_or(0, |done| done.reached.len());
    let (right, _) = done.map_or((0, 0), crate::lesson::progress::Done::score);
    let needs = if entry.needs_privilege {
        "  needs a privilege"
    } else {
        ""
    };
    let counts = format!(
        "goals {reached}/{}  predictions {right}/{}  {} min{needs}",
        entry.tasks, entry.questions, entry.minutes
    );
    let pointer = if chosen { "▸" } else { " " };
    let title = if chosen { theme.accent } else { Style::new() };
    cut_spans(
        vec![
            Span::styled(pointer, theme.accent),
            Span::styled(format!("{mark} "), style),
            Span::styled(format!("{:2} ", index + 1), theme.dim),
            Span::styled(fit(&entry.title, TITLE), title),
            Span::styled(format!("  {counts}"), theme.dim),
        ],
        width,
    )
}

/// What the selected lesson is for.
fn about(app: &App, at: usize, width: usize) -> Vec<Line<'static>> {
    let entry = app.learn.course.get(at);
    entry.map_or_else(Vec::new, |entry| {
        paragraph(&entry.goal, width, Style::new())
    })
}
