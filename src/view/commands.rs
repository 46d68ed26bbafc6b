//! The shell commands that show the same as the selected call, of any program.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::state::App;
use crate::explain::ShellCommand;
use crate::view::sheet::Sheet;
use crate::view::text::{paragraph, wrap};

/// The column of a command, after its number.
const INDENT: usize = 2;
const INTRODUCTION: &str = "In another terminal, or for your own program: put its process id in place of PID, and \
                            its command line in place of ./program.";

/// The page.
pub(crate) fn sheet(app: &App, width: usize) -> Sheet {
    let mut entries = Vec::new();
    let rows = lines(app, width, &mut entries);
    Sheet {
        entries,
        ..Sheet::new(" How to see it yourself ", rows)
    }
}

/// The text, and the commands in its rows.
fn lines(app: &App, width: usize, entries: &mut Vec<Option<usize>>) -> Vec<Line<'static>> {
    let theme = &app.theme;
    let Some(record) = app.record() else {
        return paragraph("No call has been made yet.", width, theme.secondary);
    };
    let call = match record.outcome() {
        Some(outcome) => format!("{} -> {outcome}", record.call()),
        None => record.call().to_string(),
    };
    let mut lines = paragraph(&call, width, theme.accent);
    let commands = app.shell_commands();
    lines.push(Line::default());
    if commands.is_empty() {
        let none = "sockplay made this line without a system call, so no other program shows it.";
        lines.extend(paragraph(none, width, Style::new()));
        return lines;
    }
    lines.extend(paragraph(INTRODUCTION, width, theme.secondary));
    for (index, command) in commands.iter().enumerate() {
        lines.push(Line::default());
        entries.resize(lines.len(), None);
        lines.extend(one(app, index, command, width));
        entries.resize(lines.len(), Some(index));
    }
    lines
}

/// A command with its number, and below it what it shows.
fn one(app: &App, index: usize, command: &ShellCommand, width: usize) -> Vec<Line<'static>> {
    let room = width.saturating_sub(INDENT).max(1);
    let blank = " ".repeat(INDENT);
    let rows = wrap(&command.line, room).into_iter().enumerate();
    let mut lines: Vec<Line<'static>> = rows
        .map(|(row, text)| {
            let number = if row == 0 {
                format!("{:<INDENT$}", index + 1)
            } else {
                blank.clone()
            };
            Line::from(vec![
                Span::raw(number),
                Span::styled(text, app.theme.accent),
            ])
        })
        .collect();
    let shows = wrap(command.shows, room).into_iter();
    lines.extend(shows.map(|text| Line::from(format!("{blank}{text}"))));
    lines
}
