//! The pane of a script that is open for stepping: its lines as they are in the file, the next one marked, and what became
//! of those that were run.
//!
//! The line that the pane is about is kept in its middle. Only the lines around it are formatted, however long the script is.

use std::collections::VecDeque;

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{Action, SCRIPT, SCRIPT_AGAIN, SCRIPT_NEXT, ScriptAction, short};
use crate::app::state::App;
use crate::call::{Command, Mode};
use crate::layout::{Clickable, Target, clickable};
use crate::script::Stepping;
use crate::script::judge::seconds;
use crate::script::stepping::LineResult;
use crate::socket::text::escaped;
use crate::theme::TEXT;
use crate::view::key_row::{KeyHint, fitted};
use crate::view::text::{cut, cut_spans, wrap};
use crate::world::Record;

/// The most rows that one line of a script gets, without its result.
const MOST_ROWS: usize = 6;
/// The columns of the mark before a line.
const MARK: usize = 2;
/// The indentation of what continues in a further row.
const HANGING: usize = 2;

/// What becomes of a line, as it is marked.
struct Marked {
    mark: &'static str,
    style: Style,
    /// The style of the text of the line.
    text: Style,
    /// The result in a word or a few, after the line.
    result: String,
    /// What did not hold, below the line.
    broken: Option<String>,
}

/// Draws it, and returns the lines that can be clicked.
pub(crate) fn draw(app: &App, area: Rect, frame: &mut Frame<'_>) -> Vec<Clickable> {
    let Some(script) = &app.script else {
        return Vec::new();
    };
    let keys = u16::from(area.height > 1);
    let said = said(app, script).filter(|_| area.height > 3);
    let text = Rect {
        height: area.height - keys - u16::from(said.is_some()),
        ..area
    };
    let rows = visible(app, script, text);
    let targets = rows.iter().map(|(at, _)| Some(Target::ScriptLine(*at)));
    let clickable = clickable(text, targets);
    for ((at, line), row) in rows.into_iter().zip(text.rows()) {
        line.render(row, frame.buffer_mut());
        if script.selected == Some(at) {
            frame.buffer_mut().set_style(row, app.theme.selection);
        }
    }
    let below = Rect {
        y: text.bottom(),
        height: 1,
        ..area
    };
    if let Some(said) = said {
        cut_spans(vec![said], usize::from(area.width)).render(below, frame.buffer_mut());
    }
    if keys > 0 {
        let row = Rect {
            y: area.bottom() - 1,
            height: 1,
            ..area
        };
        fitted(app, hints(app), area.width).render(row, frame.buffer_mut());
    }
    clickable
}

/// The name of the file, how many of its lines have been run, and how many of them did not hold.
pub(crate) fn title(app: &App, width: u16) -> Option<String> {
    /// The columns of the word Script, the marks and the counts around the name.
    const AROUND: usize = 34;
    let script = app.script.as_ref()?;
    let tally = script.tally();
    let name = escaped(name(&script.origin)).to_string();
    let name = cut(&name, usize::from(width).saturating_sub(AROUND).max(8));
    let broken = match tally.broken {
        0 => String::new(),
        broken => format!(" · {broken} broken"),
    };
    Some(format!("{name} {}/{}{broken}", tally.run, tally.all))
}

/// A path without its directories.
fn name(origin: &str) -> &str {
    origin.rsplit('/').next().unwrap_or(origin)
}

/// The row for an open script whose pane is not on the screen; `None`: there is none.
pub(crate) fn off_screen(app: &App, width: usize) -> Option<Line<'static>> {
    let script = app.script.as_ref().filter(|own| !own.hidden)?;
    if app.script_is_on_screen() {
        return None;
    }
    let next = script.next()?;
    let text = script
        .lines()
        .get(next)
        .map(|own| shown(&own.text, width))?;
    let keys = format!("  {} runs line {}", app.keys.name(SCRIPT_NEXT), next + 1);
    let room = width.saturating_sub(keys.width());
    let spans = vec![Span::styled("▸ ", app.theme.accent), Span::raw(text)];
    let mut line = cut_spans(spans, room);
    line.push_span(Span::styled(keys, app.theme.secondary));
    Some(line)
}

/// What is going on, in one row: what is waited for, or that the script is over.
fn said(app: &App, script: &Stepping) -> Option<Span<'static>> {
    if let Some(at) = script.running() {
        let limit = app.player.limit();
        let limit = limit.map_or_else(String::new, |limit| format!(" at most {}", seconds(limit)));
        let keys = app.interrupt_keys();
        let text = format!("◌ line {} waits{limit} · {keys} interrupts", at + 1);
        return Some(Span::styled(text, app.theme.warning));
    }
    let tally = script.tally();
    if script.next().is_some() {
        return None;
    }
    let ended = script.lines().iter().filter_map(|own| own.result.as_ref());
    let dropped = ended.filter(|result| result.dropped).count();
    let (text, style) = match (tally.broken, dropped) {
        (0, 0) => (
            format!("✓ run to the end: all {} lines held", tally.all),
            app.theme.good,
        ),
        (0, _) => (
            format!("run to the end: {dropped} of {} lines dropped", tally.all),
            app.theme.warning,
        ),
        (broken, _) => (
            format!(
                "✗ run to the end: {broken} of {} lines did not hold",
                tally.all
            ),
            app.theme.bad,
        ),
    };
    Some(Span::styled(text, style))
}

/// The keys for the script.
fn hints(app: &App) -> Vec<KeyHint> {
    let keys = [
        (SCRIPT_NEXT, "next"),
        (Action::Script(ScriptAction::ToHere), "to here"),
        (Action::Script(ScriptAction::All), "all"),
        (SCRIPT_AGAIN, "again"),
        (SCRIPT, "hide"),
    ];
    let keys = keys
        .into_iter()
        .filter(|(action, _)| !is_over(app) || !runs_lines(*action));
    let hint = |(action, word)| (short(app.keys.name(action)).to_owned(), word);
    keys.map(hint).collect()
}

/// Whether no line of the script is left, so that a key that runs lines does nothing.
pub(crate) fn is_over(app: &App) -> bool {
    let script = app.script.as_ref();
    script.is_some_and(|script| script.running().is_none() && script.next().is_none())
}

/// Whether a key runs lines of the script.
pub(crate) fn runs_lines(action: Action) -> bool {
    matches!(
        action,
        Action::Script(ScriptAction::Next | ScriptAction::ToHere | ScriptAction::All)
    )
}

/// A row, and the line that it belongs to.
type Row = (usize, Line<'static>);

/// The rows that are visible: those of the line that the pane is about, and of the lines around it.
fn visible(app: &App, script: &Stepping, area: Rect) -> Vec<Row> {
    // One column is left free beside the frame.
    let width = usize::from(area.width).saturating_sub(1).max(1);
    let height = usize::from(area.height);
    let present = script.present();
    let of = |at: usize| rows(app, script, at, width);
    let mut found: VecDeque<(usize, Vec<Line<'static>>)> = VecDeque::new();
    found.push_back((present, of(present)));
    let mut count = found.iter().map(|(_, rows)| rows.len()).sum::<usize>();
    let mut first = present;
    let mut above = |found: &mut VecDeque<_>, count: &mut usize, room: usize| {
        while let Some(before) = first.checked_sub(1) {
            let rows = of(before);
            if *count + rows.len() > room {
                break;
            }
            *count += rows.len();
            found.push_front((before, rows));
            first = before;
        }
    };
    above(&mut found, &mut count, (height / 2).max(3).min(height));
    for at in present + 1..script.lines().len() {
        if count >= height {
            break;
        }
        let rows = of(at);
        count += rows.len();
        found.push_back((at, rows));
    }
    above(&mut found, &mut count, height);
    let rows = found.into_iter();
    rows.flat_map(|(at, rows)| rows.into_iter().map(move |row| (at, row)))
        .take(height)
        .collect()
}

/// The rows of one line.
fn rows(app: &App, script: &Stepping, at: usize, width: usize) -> Vec<Line<'static>> {
    let Some(own) = script.lines().get(at) else {
        return Vec::new();
    };
    let digits = script.lines().len().to_string().len();
    let before = digits + 1 + MARK;
    let room = width.saturating_sub(before).max(1);
    let marked = marked(app, script, at);
    let selected = if script.selected == Some(at) {
        '▪'
    } else {
        ' '
    };
    let mut rows = Vec::new();
    for (row, text) in broken_up(&own.text, room).into_iter().enumerate() {
        let lead = match row {
            0 => vec![
                Span::styled(
                    format!("{:>digits$}{selected}", at + 1),
                    app.theme.secondary,
                ),
                Span::styled(format!("{:MARK$}", marked.mark), marked.style),
            ],
            _ => vec![Span::raw(" ".repeat(before))],
        };
        let text = Span::styled(text, marked.text);
        rows.push(Line::from([lead, vec![text]].concat()));
    }
    add(&mut rows, &marked.result, marked.style, width);
    let below = width.saturating_sub(before + HANGING);
    let broken = marked.broken.iter().flat_map(|broken| wrap(broken, below));
    for text in broken.take(MOST_ROWS) {
        let indent = " ".repeat(before + HANGING);
        rows.push(Line::from(vec![
            Span::raw(indent),
            Span::styled(text, marked.style),
        ]));
    }
    rows
}

/// Adds a result at the right of the last row, or in a row of its own where there is no room.
fn add(rows: &mut Vec<Line<'static>>, result: &str, style: Style, width: usize) {
    if result.is_empty() {
        return;
    }
    let result = cut(result, width);
    let used = rows.last().map_or(0, Line::width);
    let fits = used + 2 + result.width() <= width;
    if !fits {
        rows.push(Line::default());
    }
    let used = if fits { used } else { 0 };
    let blanks = width.saturating_sub(used + result.width());
    if let Some(row) = rows.last_mut() {
        row.push_span(Span::raw(" ".repeat(blanks)));
        row.push_span(Span::styled(result, TEXT.patch(style)));
    }
}

/// How a line is marked.
fn marked(app: &App, script: &Stepping, at: usize) -> Marked {
    let theme = &app.theme;
    let own = script.lines().get(at);
    let is_command = own.is_some_and(|own| own.line.command.is_some());
    let plain = |mark, style, text| Marked {
        mark,
        style,
        text,
        result: String::new(),
        broken: None,
    };
    match own.and_then(|own| own.result.as_ref()) {
        _ if script.running() == Some(at) => plain("◌", theme.warning, Style::new()),
        Some(result) => ended(app, own.and_then(|own| own.line.command.as_ref()), result),
        None if !is_command => plain("", theme.secondary, theme.secondary),
        None if script.next() == Some(at) => plain("▸", theme.accent, theme.title),
        None => plain("", theme.secondary, Style::new()),
    }
}

/// How a line is marked that was run.
fn ended(app: &App, command: Option<&Command>, result: &LineResult) -> Marked {
    let theme = &app.theme;
    let record = result.call.and_then(|call| app.present().call(call));
    let is_pending = record.is_some_and(Record::is_pending);
    let (mark, style) = match result {
        LineResult { dropped: true, .. } => ("–", theme.warning),
        LineResult {
            broken: Some(_), ..
        } => ("✗", theme.bad),
        _ if is_pending => ("◌", theme.warning),
        _ => ("✓", theme.good),
    };
    let words = match (result.dropped, result.result.as_str()) {
        (true, _) => "dropped",
        // What came is in the words below.
        _ if result.broken.is_some() => "",
        (_, "" | "blocks") if is_pending => "blocks",
        (_, "blocks") => "blocked",
        (_, "") => "started",
        (_, "0") => "ok",
        (_, other) if other.split(", ").all(|word| word == "fd") => "ok",
        (_, other) if is_written(command, other) && result.errno.is_none() => "ok",
        (_, other) => other,
    };
    Marked {
        mark,
        style,
        text: Style::new(),
        result: escaped(words).to_string(),
        broken: result.broken.as_ref().map(|text| escaped(text).to_string()),
    }
}

/// Whether a line says what the result is, word for word.
fn is_written(command: Option<&Command>, result: &str) -> bool {
    match command.map(|command| &command.mode) {
        Some(Mode::Expect(expectation)) => expectation.to_string() == result,
        _ => false,
    }
}

/// The text of a line in rows of at most so many columns, not more than a few.
fn broken_up(text: &str, width: usize) -> Vec<String> {
    let text = shown(text, width * MOST_ROWS);
    if text.width() <= width {
        return vec![text];
    }
    let indent = " ".repeat(HANGING.min(width - 1));
    // Blanks that align the results are no use where they do not fit.
    let mut rows = wrap(&squeezed(&text), width - indent.len());
    let is_cut = rows.len() > MOST_ROWS;
    rows.truncate(MOST_ROWS);
    if let Some(last) = rows.last_mut().filter(|_| is_cut) {
        let room = width - indent.len();
        *last = cut(last, room.saturating_sub(1)) + "…";
    }
    let rows = rows.into_iter().enumerate();
    rows.map(|(at, row)| match at {
        0 => row,
        _ => format!("{indent}{row}"),
    })
    .collect()
}

/// The beginning of a text, without what a terminal would obey.
fn shown(text: &str, columns: usize) -> String {
    let beginning: String = text.chars().take(columns + 1).collect();
    escaped(&beginning).to_string()
}

/// A line with one blank wherever it has several, except in a string.
fn squeezed(text: &str) -> String {
    let mut out = String::new();
    let mut quoted = false;
    let mut after = ' ';
    for c in text.chars() {
        quoted ^= c == '"' && after != '\\';
        if c != ' ' || after != ' ' || quoted {
            out.push(c);
        }
        after = c;
    }
    out
}

#[cfg(test)]
mod tests;
