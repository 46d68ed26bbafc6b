//! A call of a lesson and a prediction, before and after.

use ratatui::style::Style;
use ratatui::text::{Line, Span};
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{self, ANEW, Action, LessonAction};
use crate::app::state::App;
use crate::call::{Command, Mode};
use crate::lesson::study::StepResult;
use crate::lesson::{Question, Study};
use crate::socket::text::escaped;
use crate::view::lesson::line::LessonLine;
use crate::view::text::{wrap, wrap_spans};

/// The mark of the next step.
pub(crate) const NEXT: &str = "▸ ";

/// A line as a person would type it.
pub(crate) fn bare(command: &Command) -> String {
    let mode = Mode::Plain;
    Command {
        mode,
        ..command.clone()
    }
    .to_string()
}

/// A call: the line to run, or with its result.
pub(crate) fn call(
    app: &App,
    command: Option<&Command>,
    step_result: Option<&StepResult>,
    is_present: bool,
    width: usize,
) -> Vec<Line<'static>> {
    let Some(command) = command else {
        return Vec::new();
    };
    let (mark, style) = match step_result {
        None if is_present => (NEXT, app.theme.accent),
        None => ("  ", app.theme.secondary),
        Some(StepResult::Line {
            broken: Some(_), ..
        }) => ("✗ ", app.theme.bad),
        Some(_) => ("✓ ", app.theme.good),
    };
    let mut lines = hanging(mark, style, &bare(command), width, Style::new());
    match step_result {
        Some(StepResult::Line { result, broken }) => {
            if !result.is_empty() {
                let result = format!("-> {}", escaped(result));
                add(&mut lines, &result, width, style);
            }
            if let Some(why) = broken {
                let text = format!(
                    "The lesson expects something else here ({why}): something is different from what the lesson set up. {} tries again, {} restarts the page.",
                    app.keys.name(keymap::NEXT),
                    app.keys.name(ANEW)
                );
                let text = escaped(&text).to_string();
                lines.extend(hanging("    ", style, &text, width, app.theme.secondary));
            }
        }
        _ if is_present => add(&mut lines, &running(app), width, app.theme.secondary),
        _ => {}
    }
    lines
}

/// What Enter does with the next call.
pub(crate) fn running(app: &App) -> String {
    if app.learn.study.as_ref().is_some_and(Study::is_busy) {
        " is being run".to_owned()
    } else {
        format!(" {} runs it", app.keys.name(keymap::NEXT))
    }
}

/// Adds a result after its call, or below it if there is no room.
fn add(lines: &mut Vec<Line<'static>>, result: &str, width: usize, style: Style) {
    match lines.last_mut() {
        Some(last) if last.width() + 1 + result.width() <= width => {
            last.push_span(Span::styled(format!(" {result}"), style));
        }
        _ => lines.extend(hanging("    ", style, result.trim(), width, style)),
    }
}

/// What is asked, and the call that it is about.
pub(crate) fn asked(
    app: &App,
    question: &Question,
    step_result: Option<&StepResult>,
    width: usize,
) -> Vec<Line<'static>> {
    let mut lines = title(app, question, step_result, width);
    lines.extend(crate::view::prose::lines(
        &question.text,
        width,
        &app.keys,
        &app.theme,
    ));
    if let Some(command) = question.command() {
        lines.extend(hanging(
            NEXT,
            app.theme.accent,
            &bare(command),
            width,
            Style::new(),
        ));
    }
    lines
}

/// The answers; once one was chosen, what happened, and why each is right or wrong.
pub(crate) fn answers(
    app: &App,
    question: &Question,
    step_result: Option<&StepResult>,
    width: usize,
) -> Vec<LessonLine> {
    let mut shown = Vec::new();
    let unanswered = |lines: Vec<Line<'static>>| lines.into_iter().map(LessonLine::from);
    let chosen = match step_result {
        Some(StepResult::Answered {
            chosen,
            result,
            broken,
        }) => {
            let (good, bad) = (app.theme.good, app.theme.bad);
            if question.runs().is_some() {
                let text = format!("What happened: {}", escaped(result));
                shown.extend(unanswered(hanging("    ", good, &text, width, good)));
            }
            if broken.is_some() {
                let text = format!(
                    "That is not what the lesson expects: something is different from what the lesson set up. {} restarts the page.",
                    app.keys.name(ANEW)
                );
                shown.extend(unanswered(hanging("    ", bad, &text, width, bad)));
            }
            Some(*chosen)
        }
        _ => None,
    };
    for index in 0..question.answers.len() {
        shown.extend(answer(app, question, index, chosen, width));
    }
    shown
}

/// `Predict: 1-3 picks an answer, then the call is made`
fn title(
    app: &App,
    question: &Question,
    step_result: Option<&StepResult>,
    width: usize,
) -> Vec<Line<'static>> {
    let is_busy = app.learn.study.as_ref().is_some_and(Study::is_busy);
    let mut spans = vec![Span::styled("Predict", app.theme.title)];
    if step_result.is_none() && !is_busy {
        let answers = super::keys::answers(app, question);
        let then = match question.runs() {
            Some(_) => ", then the call is made",
            None => "",
        };
        let keys = format!(": {answers} picks an answer{then}");
        spans.push(Span::styled(keys, app.theme.secondary));
    }
    wrap_spans(&spans, width)
}

/// An answer. Its number is not part of its text: `[1] 5 "hello"`.
fn answer(
    app: &App,
    question: &Question,
    index: usize,
    chosen: Option<usize>,
    width: usize,
) -> Vec<LessonLine> {
    let answer = &question.answers[index];
    let is_right = index == question.right;
    let (mark, style) = match chosen {
        None => (format!("[{}] ", key(app, index)), app.theme.accent),
        Some(_) if is_right => ("  ✓ ".to_owned(), app.theme.good),
        Some(own) if own == index => ("  ✗ ".to_owned(), app.theme.bad),
        Some(_) => ("    ".to_owned(), app.theme.secondary),
    };
    let is_marked = chosen == Some(index) || is_right;
    let text_style = if chosen.is_some() && !is_marked {
        app.theme.secondary
    } else {
        Style::new()
    };
    let lines = hanging(&mark, style, &answer.text, width, text_style);
    let lines = lines.into_iter().map(|line| LessonLine {
        line,
        answer: Some(index),
        links: Vec::new(),
    });
    let mut shown: Vec<LessonLine> = lines.collect();
    if chosen.is_some() {
        let (secondary, theme) = (app.theme.secondary, &app.theme);
        let says =
            crate::view::prose::hanging(("    ", secondary), &answer.says, width, secondary, theme);
        shown.extend(says.into_iter().map(LessonLine::from));
    }
    shown
}

/// The key of an answer.
fn key(app: &App, index: usize) -> String {
    let action = u8::try_from(index).map(|index| Action::Lesson(LessonAction::Answer(index)));
    action.map_or_else(|_| String::new(), |action| app.keys.name(action).to_owned())
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
