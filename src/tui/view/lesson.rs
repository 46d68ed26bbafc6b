//! The pane of the lesson: the page as far as it has been done, the step that is next, and the keys for it.

use ratatui::Frame;
use ratatui::layout::Rect;
use ratatui::style::{Modifier, Style};
use ratatui::text::{Line, Span};
use ratatui::widgets::Widget;
use unicode_width::UnicodeWidthStr;

use super::super::app::App;
use super::frame;
use super::prose;
use super::text::{cut_spans, paragraph, wrap};
use crate::lesson::study::Came;
use crate::lesson::{Beat, Question, Study, Task};
use crate::notation::{Command, Mode};
use crate::socket::text::harmless;

/// A line, and the answer that it is.
type Shown = (Line<'static>, Option<usize>);

/// Draws it: the end of the text, where the next step is, unless it is scrolled up.
pub(super) fn draw(app: &App, area: Rect, on: &mut Frame<'_>) {
    let (text, keys) = parts(area);
    let shown = shown(app, area.width);
    let first = first(app, shown.len(), text.height);
    let hidden = shown.len().saturating_sub(first + usize::from(text.height));
    for ((line, _), row) in shown.into_iter().skip(first).zip(text.rows()) {
        line.render(row, on.buffer_mut());
    }
    if first > 0 {
        let mark = (area.right(), area.y);
        on.buffer_mut()
            .set_string(mark.0, mark.1, "▲", app.theme.accent);
    }
    if hidden > 0 {
        frame::more_below(app, text, on);
    }
    hints(app, area.width).render(keys, on.buffer_mut());
}

/// The text, and the row of the keys below it.
fn parts(area: Rect) -> (Rect, Rect) {
    let text = Rect {
        height: area.height.saturating_sub(1),
        ..area
    };
    let keys = Rect {
        y: text.bottom(),
        height: area.height - text.height,
        ..area
    };
    (text, keys)
}

/// The first line that is shown.
fn first(app: &App, lines: usize, height: u16) -> usize {
    let hidden = lines.saturating_sub(usize::from(height));
    hidden.saturating_sub(app.learn.scroll)
}

/// The answer in a row of the pane.
pub(super) fn answer_at(app: &App, area: Rect, row: usize) -> Option<usize> {
    let (text, _) = parts(area);
    let shown = shown(app, area.width);
    let first = first(app, shown.len(), text.height);
    (row < usize::from(text.height))
        .then(|| shown.get(first + row)?.1)
        .flatten()
}

/// The furthest that the pane can be scrolled up from its end.
pub fn last_row(app: &App) -> usize {
    super::last_row(app, super::super::app::Pane::Lesson) + 1
}

/// All lines.
pub(super) fn lines(app: &App, width: u16) -> Vec<Line<'static>> {
    shown(app, width)
        .into_iter()
        .map(|(line, _)| line)
        .collect()
}

fn shown(app: &App, width: u16) -> Vec<Shown> {
    let Some(study) = &app.learn.study else {
        return Vec::new();
    };
    // Running text keeps a column away from the frame.
    let width = usize::from(width).saturating_sub(1);
    let mut shown: Vec<Shown> = Vec::new();
    let title = app.theme.title.add_modifier(Modifier::UNDERLINED);
    plain(&mut shown, paragraph(&study.page().title, width, title));
    if study.page == 0 {
        let about = format!("{} · {} min", study.lesson.goal, study.lesson.minutes);
        plain(&mut shown, paragraph(&about, width, app.theme.dim));
    }
    let beats = study.page().beats.iter().enumerate();
    let mut after_line = false;
    for (at, beat) in beats.take(study.shown()) {
        let is_line = matches!(beat, Beat::Play(_));
        if !(is_line && after_line) {
            shown.push((Line::default(), None));
        }
        after_line = is_line;
        beat_lines(app, study, (at, beat), width, &mut shown);
    }
    if study.present().is_none() {
        shown.push((Line::default(), None));
        plain(
            &mut shown,
            paragraph(&end(app, study), width, app.theme.good),
        );
    }
    shown
}

fn plain(shown: &mut Vec<Shown>, lines: Vec<Line<'static>>) {
    shown.extend(lines.into_iter().map(|line| (line, None)));
}

/// What stands at the end of a page.
fn end(app: &App, study: &Study) -> String {
    if !study.is_over() {
        return "Enter turns the page.".to_owned();
    }
    let (right, made) = app
        .learn
        .progress
        .of(&study.lesson.id)
        .map_or((0, 0), crate::lesson::progress::Done::score);
    let predicted = if made > 0 {
        format!(" Right at the first answer: {right} of {made}.")
    } else {
        String::new()
    };
    let next = match app.learn.following() {
        Some(entry) => format!(" Enter goes on: {}.", entry.title),
        None => " Enter shows the course.".to_owned(),
    };
    format!("✓ The lesson is done.{predicted}{next}")
}

fn beat_lines(
    app: &App,
    study: &Study,
    (at, beat): (usize, &Beat),
    width: usize,
    shown: &mut Vec<Shown>,
) {
    let is_present = study.present().is_some_and(|(present, _)| present == at);
    match beat {
        Beat::Prose(text) => plain(shown, prose::lines(text, width, &app.theme)),
        Beat::Play(step) => {
            let command = step.line.command.as_ref();
            let came = study.came(at);
            plain(shown, call(app, command, came, is_present, width));
        }
        Beat::Predict(question) => prediction(app, question, study.came(at), width, shown),
        Beat::Task(task) => plain(shown, goal(app, study, task, study.came(at), width)),
    }
}

/// A call of the lesson: what is to be run, or what came of it.
fn call(
    app: &App,
    command: Option<&Command>,
    came: Option<&Came>,
    is_present: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let Some(command) = command else {
        return Vec::new();
    };
    let bare = Command {
        mode: Mode::Plain,
        ..command.clone()
    };
    let (mark, style) = match came {
        None if is_present => ("▸ ", app.theme.accent),
        None => ("  ", app.theme.dim),
        Some(Came::Line {
            broken: Some(_), ..
        }) => ("✗ ", app.theme.bad),
        Some(_) => ("✓ ", app.theme.good),
    };
    let mut lines = hanging(mark, style, &bare.to_string(), width, Style::new());
    match came {
        Some(Came::Line { result, broken }) => {
            if !result.is_empty() {
                add_result(
                    &mut lines,
                    &format!("-> {}", harmless(result)),
                    width,
                    style,
                );
            }
            if let Some(why) = broken {
                let text = format!(
                    "The lesson expects something else here ({why}): the world is not as it was. Enter tries again, F5 begins the page anew."
                );
                lines.extend(hanging(
                    "    ",
                    style,
                    &harmless(&text).to_string(),
                    width,
                    app.theme.dim,
                ));
            }
        }
        _ if is_present => {
            let text = if app.learn.study.as_ref().is_some_and(Study::is_busy) {
                "is being run"
            } else {
                "Enter runs it"
            };
            lines.extend(hanging("    ", app.theme.dim, text, width, app.theme.dim));
        }
        _ => {}
    }
    lines
}

/// A result stands behind its call, or where there is no room below it.
fn add_result(lines: &mut Vec<Line<'static>>, result: &str, width: usize, style: Style) {
    match lines.last_mut() {
        Some(last) if last.width() + 1 + result.width() <= width => {
            last.push_span(Span::styled(format!(" {result}"), style));
        }
        _ => lines.extend(hanging("    ", style, result, width, style)),
    }
}

/// A question with its answers; once one was chosen, which was right and why.
fn prediction(
    app: &App,
    question: &Question,
    came: Option<&Came>,
    width: usize,
    shown: &mut Vec<Shown>,
) {
    plain(shown, paragraph("Predict", width, app.theme.title));
    plain(shown, prose::lines(&question.text, width, &app.theme));
    if let Some(command) = &question.line.command {
        let bare = Command {
            mode: Mode::Plain,
            ..command.clone()
        };
        plain(
            shown,
            hanging(
                "▸ ",
                app.theme.accent,
                &bare.to_string(),
                width,
                Style::new(),
            ),
        );
    }
    let chosen = match came {
        Some(Came::Answered { chosen, .. }) => Some(*chosen),
        _ => None,
    };
    for (index, answer) in question.answers.iter().enumerate() {
        let is_right = index == question.right;
        let (mark, style) = match chosen {
            None => (format!(" {} ", index + 1), app.theme.accent),
            Some(_) if is_right => (" ✓ ".to_owned(), app.theme.good),
            Some(own) if own == index => (" ✗ ".to_owned(), app.theme.bad),
            Some(_) => ("   ".to_owned(), app.theme.dim),
        };
        let text_style = if chosen.is_some_and(|own| own != index && !is_right) {
            app.theme.dim
        } else {
            Style::new()
        };
        let lines = hanging(&mark, style, &answer.text, width, text_style);
        shown.extend(lines.into_iter().map(|line| (line, Some(index))));
        if chosen == Some(index) || (chosen.is_some() && is_right) {
            plain(
                shown,
                hanging("   ", style, &answer.says, width, app.theme.dim),
            );
        }
    }
    if let Some(Came::Answered { result, broken, .. }) = came {
        let text = format!("It came: {}", harmless(result));
        plain(
            shown,
            hanging("   ", app.theme.good, &text, width, app.theme.good),
        );
        if broken.is_some() {
            let text = "That is not what the lesson expects: the world is not as it was. F5 begins the page anew.";
            plain(
                shown,
                hanging("   ", app.theme.bad, text, width, app.theme.bad),
            );
        }
    } else if app
        .learn
        .study
        .as_ref()
        .is_some_and(|study| !study.is_busy())
    {
        let keys = format!(
            "1-{} commits an answer; then it is run",
            question.answers.len()
        );
        plain(
            shown,
            hanging("   ", app.theme.dim, &keys, width, app.theme.dim),
        );
    }
}

/// A goal with what is missing yet.
fn goal(
    app: &App,
    study: &Study,
    task: &Task,
    came: Option<&Came>,
    width: usize,
) -> Vec<Line<'static>> {
    let mut lines = paragraph("Your turn, by whatever route", width, app.theme.title);
    for (index, condition) in task.goal.conditions.iter().enumerate() {
        let held = match came {
            Some(Came::Reached) => true,
            Some(_) => false,
            None => study.reached.held.get(index).copied().unwrap_or(false),
        };
        let (mark, style, text_style) = if held {
            ("✓ ", app.theme.good, app.theme.dim)
        } else {
            ("○ ", app.theme.blocked, Style::new())
        };
        lines.extend(hanging(mark, style, &condition.says, width, text_style));
        if !held {
            lines.extend(hanging(
                "  ",
                app.theme.dim,
                &condition.text,
                width,
                app.theme.dim,
            ));
        }
    }
    match came {
        Some(Came::Reached) => {
            lines.extend(paragraph("The goal is reached.", width, app.theme.good));
        }
        Some(_) => lines.extend(paragraph("Left for another time.", width, app.theme.dim)),
        None => {
            for (index, hint) in task.hints.iter().take(study.hints).enumerate() {
                let of = format!("Hint {} of {}", index + 1, task.hints.len());
                lines.extend(paragraph(&of, width, app.theme.title));
                lines.extend(prose::lines(hint, width, &app.theme));
            }
        }
    }
    lines
}

/// Wrapped text after a mark; its further lines are indented.
fn hanging(
    mark: &str,
    style: Style,
    text: &str,
    width: usize,
    text_style: Style,
) -> Vec<Line<'static>> {
    let indent = mark.chars().count();
    let wrapped = wrap(text, width.saturating_sub(indent).max(1));
    let lines = wrapped.into_iter().enumerate().map(|(at, text)| {
        let lead = if at == 0 {
            Span::styled(mark.to_owned(), style)
        } else {
            Span::raw(" ".repeat(indent))
        };
        Line::from(vec![lead, Span::styled(text, text_style)])
    });
    lines.collect()
}

/// The keys that are of use now.
fn hints(app: &App, width: u16) -> Line<'static> {
    let Some(study) = &app.learn.study else {
        return Line::default();
    };
    let mut keys: Vec<(&str, &str)> = Vec::new();
    if study.task().is_some() {
        keys.extend([("F6", "hint"), ("F7", "solution")]);
    } else if study.question().is_some() {
        keys.push(("1-4", "answer"));
    } else {
        keys.push(("Enter", "next"));
    }
    keys.extend([
        ("F5", "anew"),
        ("F3", "hide"),
        ("F4", "course"),
        ("Backspace", "back"),
    ]);
    let spans = keys.into_iter().flat_map(|(key, label)| {
        [
            Span::styled(key, app.theme.accent),
            Span::styled(format!(" {label}  "), app.theme.dim),
        ]
    });
    cut_spans(spans.collect(), usize::from(width))
}
