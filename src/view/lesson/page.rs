//! The lines of a page as far as it has been done, and which of them should be visible.

use ratatui::style::Modifier;
use ratatui::text::Line;

use crate::app::state::App;
use crate::lesson::{LessonStep, Study};
use crate::view::lesson::line::LessonLine;
use crate::view::text::paragraph;

/// A page.
pub(crate) struct Page {
    pub(crate) lines: Vec<LessonLine>,
    /// The first line that is new since the last step; `None`: the page is new.
    news: Option<usize>,
    /// The first line of the last hint that was requested.
    hint: Option<usize>,
}

impl Page {
    /// The automatic first line: the first of a new page, then what is new.
    pub(crate) fn natural(&self, height: usize) -> usize {
        let end = self.lines.len().saturating_sub(height);
        self.hint.or(self.news).unwrap_or(0).min(end)
    }
}

/// The page as far as it has been done.
pub(crate) fn page(app: &App, study: &Study, width: usize) -> Page {
    let mut page = Page {
        lines: head(app, study, width),
        news: None,
        hint: None,
    };
    let mut after_line = false;
    let shown = study.page().steps.iter().enumerate().take(study.shown());
    for (at, lesson_step) in shown {
        let is_line = matches!(lesson_step, LessonStep::Play(_));
        if !(is_line && after_line) {
            page.lines.push(Line::default().into());
        }
        after_line = is_line;
        let start = page.lines.len();
        step_lines(app, study, (at, lesson_step), width, &mut page);
        if start == page.lines.len() {
            // Of a goal only the hints are in the text.
            page.lines.pop();
        }
    }
    if study.present().is_none() {
        page.lines.push(Line::default().into());
        let end = crate::view::lesson::step::end(app, study);
        plain(&mut page.lines, paragraph(&end, width, app.theme.good));
    }
    page
}

/// The title; on the first page also what the lesson is for.
fn head(app: &App, study: &Study, width: usize) -> Vec<LessonLine> {
    let mut lines = Vec::new();
    let title = app.theme.title.add_modifier(Modifier::UNDERLINED);
    plain(&mut lines, paragraph(&study.page().title, width, title));
    if study.page == 0 {
        let about = format!("{} · {} min", study.lesson.goal, study.lesson.minutes);
        let about = crate::view::prose::hanging(
            ("", app.theme.secondary),
            &about,
            width,
            app.theme.secondary,
            &app.theme,
        );
        plain(&mut lines, about);
    }
    lines
}

fn plain(shown: &mut Vec<LessonLine>, lines: Vec<Line<'static>>) {
    shown.extend(lines.into_iter().map(LessonLine::from));
}

/// Adds the lines of a step, and notes where what is new begins.
fn step_lines(
    app: &App,
    study: &Study,
    (at, lesson_step): (usize, &LessonStep),
    width: usize,
    page: &mut Page,
) {
    let is_present = study.present().is_some_and(|(present, _)| present == at);
    let step_result = study.result_of(at);
    let start = page.lines.len();
    let mut news = step_result.map(|_| start);
    match lesson_step {
        LessonStep::Prose(text) => plain(
            &mut page.lines,
            crate::view::prose::lines(text, width, &app.keys, &app.theme),
        ),
        LessonStep::Play(step) => {
            let command = step.line.command.as_ref();
            plain(
                &mut page.lines,
                crate::view::lesson::steps::call(app, command, step_result, is_present, width),
            );
        }
        LessonStep::Predict(question) => {
            let asked = crate::view::lesson::steps::asked(app, question, step_result, width);
            // What was asked has been read.
            news = news.map(|start| start + asked.len());
            plain(&mut page.lines, asked);
            page.lines.extend(crate::view::lesson::steps::answers(
                app,
                question,
                step_result,
                width,
            ));
        }
        LessonStep::Closing(closing) => {
            let lines = crate::view::lesson::closing::lines(closing, width, &app.theme);
            page.lines.extend(lines);
        }
        LessonStep::Task(task) => {
            let lines = crate::view::lesson::goals::task(app, study, task, step_result, width);
            let hints = lines.last_hint.filter(|_| step_result.is_none());
            page.hint = hints.map(|line| start + line);
            plain(&mut page.lines, lines.lines);
        }
    }
    page.news = news.or(page.news);
}
