//! The lines of a page as far as it has been done, and which of them should be visible.

use std::ops::Range;

use ratatui::style::Modifier;
use ratatui::text::Line;

use crate::app::state::App;
use crate::lesson::study::StepResult;
use crate::lesson::{LessonStep, Study};
use crate::view::lesson::line::LessonLine;
use crate::view::text::paragraph;

/// A page.
pub(crate) struct Page {
    pub(crate) lines: Vec<LessonLine>,
    /// The lines of the next step.
    pub(crate) step: Range<usize>,
    /// The lines of the open question.
    pub(crate) question: Option<Range<usize>>,
    /// The lines of the last step that was done, and whether it was a prediction, whose answer is to be read before the
    /// rest.
    news: Option<(Range<usize>, bool)>,
    /// Whether a hint was requested, which is at the end.
    hinted: bool,
    /// The automatic first line of the whole page, if this one leaves out lines above.
    pub(crate) whole: Option<usize>,
}

impl Page {
    /// The automatic first line: the first of a new page, then what is new.
    pub(crate) fn natural(&self, height: usize) -> usize {
        let end = self.lines.len().saturating_sub(height);
        let first = match (&self.news, &self.question) {
            _ if self.hinted => end,
            (None, _) => 0,
            (Some((said, true)), _) if said.len() <= height => said.start,
            (Some((said, true)), _) => said.end - height,
            (_, Some(question)) => question.start,
            (Some((news, false)), None) => news.start,
        };
        first.min(end)
    }

    /// Whether the answer to the last prediction does not fit.
    fn is_answer_longer_than(&self, height: usize) -> bool {
        let said = self.news.as_ref().filter(|(_, is_said)| *is_said);
        said.is_some_and(|(said, _)| said.len() > height)
    }
}

/// How compact the lines are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fit {
    /// Everything is shown.
    Roomy,
    /// Steps that were done are reduced to one line.
    Folded,
    /// Also without empty lines, and questions without their title and the answers that no longer matter.
    Tight,
}

/// The page, for this many rows. Earlier steps are compacted for a question that is open or was just answered;
/// scrolling up shows them whole.
pub(crate) fn page(app: &App, study: &Study, width: usize, height: usize) -> Page {
    let roomy = lines(app, study, width, Fit::Roomy);
    let is_cut = roomy.is_answer_longer_than(height);
    let is_open = roomy.question.is_some() && roomy.lines.len() > height;
    if !(is_cut || is_open) || app.learn.scroll < 0 {
        return roomy;
    }
    let mut shorter = lines(app, study, width, Fit::Folded);
    let fits = |range: &Range<usize>| range.len() <= height;
    let is_enough =
        shorter.lines.len() <= height || (shorter.question.as_ref().is_some_and(fits) && !is_cut);
    if is_cut || !is_enough {
        shorter = lines(app, study, width, Fit::Tight);
    }
    shorter.whole = Some(roomy.natural(height)).filter(|first| *first > 0);
    shorter
}

fn lines(app: &App, study: &Study, width: usize, fit: Fit) -> Page {
    let mut page = Page {
        lines: head(app, study, width),
        step: 0..0,
        question: None,
        news: None,
        hinted: study.hints > 0,
        whole: None,
    };
    let mut after_line = false;
    let mut folded = 0;
    let shown = study.page().steps.iter().enumerate().take(study.shown());
    for (at, lesson_step) in shown {
        let is_line = matches!(lesson_step, LessonStep::Play(_));
        let is_done = matches!(
            study.result_of(at),
            Some(StepResult::Line { broken: None, .. })
        );
        if fit != Fit::Roomy && is_line && is_done {
            folded += 1;
            let line = page.lines.len();
            page.news = Some((line..line + 1, false));
            continue;
        }
        fold(app, &mut page, std::mem::take(&mut folded));
        if !(is_line && after_line) && fit != Fit::Tight {
            page.lines.push(Line::default().into());
        }
        after_line = is_line;
        let start = page.lines.len();
        step_lines(app, study, (at, lesson_step), (width, fit), &mut page.lines);
        note(study, (at, lesson_step), start, &mut page);
        if start == page.lines.len() {
            // Of a goal only the hints are in the text.
            page.lines.pop();
        }
    }
    fold(app, &mut page, folded);
    if study.present().is_none() {
        page.lines.push(Line::default().into());
        let start = page.lines.len();
        let end = paragraph(
            &crate::view::lesson::step::end(app, study),
            width,
            app.theme.good,
        );
        plain(&mut page.lines, end);
        page.step = start..page.lines.len();
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

/// One line for the steps that were done.
fn fold(app: &App, page: &mut Page, steps: usize) {
    if steps > 0 {
        let plural = if steps == 1 { "" } else { "s" };
        let text = format!("… {steps} step{plural} done");
        page.lines
            .push(Line::styled(text, app.theme.secondary).into());
    }
}

/// Notes the lines of a step that should be visible.
fn note(study: &Study, (at, lesson_step): (usize, &LessonStep), start: usize, page: &mut Page) {
    let range = start..page.lines.len();
    if study.result_of(at).is_some() {
        page.news = Some((range.clone(), matches!(lesson_step, LessonStep::Predict(_))));
    }
    if study.present().is_some_and(|(present, _)| present == at) {
        // Goals are below the text.
        if !matches!(lesson_step, LessonStep::Task(_)) {
            page.step = range.clone();
        }
        if matches!(lesson_step, LessonStep::Predict(_)) {
            page.question = Some(range);
        }
    }
}

fn plain(shown: &mut Vec<LessonLine>, lines: Vec<Line<'static>>) {
    shown.extend(lines.into_iter().map(LessonLine::from));
}

fn step_lines(
    app: &App,
    study: &Study,
    (at, lesson_step): (usize, &LessonStep),
    (width, fit): (usize, Fit),
    shown: &mut Vec<LessonLine>,
) {
    let is_present = study.present().is_some_and(|(present, _)| present == at);
    let step_result = study.result_of(at);
    match lesson_step {
        LessonStep::Prose(text) => plain(
            shown,
            crate::view::prose::lines(text, width, &app.keys, &app.theme),
        ),
        LessonStep::Play(step) => {
            let command = step.line.command.as_ref();
            plain(
                shown,
                crate::view::lesson::steps::call(app, command, step_result, is_present, width),
            );
        }
        LessonStep::Predict(question) => {
            let is_tight = fit == Fit::Tight;
            shown.extend(crate::view::lesson::steps::prediction(
                app,
                question,
                step_result,
                (width, is_tight),
            ));
        }
        LessonStep::Task(task) => plain(
            shown,
            crate::view::lesson::goals::task(app, study, task, step_result, width),
        ),
    }
}
