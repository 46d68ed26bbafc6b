//! The next step in one row, for when its place in the text is not visible.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::keymap::NEXT;
use crate::app::state::App;
use crate::lesson::{LessonStep, Question, Study};
use crate::view::text::cut_spans;

/// The row in the pane.
pub(crate) fn line(app: &App, study: &Study, width: usize) -> Line<'static> {
    let question = |_: &Question| {
        let shows = format!(" {} shows the question", app.keys.name(NEXT));
        ("Predict".to_owned(), shows)
    };
    row(app, study, width, question)
}

/// The row for an open lesson whose pane is not on the screen; `None`: there is none.
pub(crate) fn off_screen(app: &App, width: usize) -> Option<Line<'static>> {
    let study = app.learn.study.as_ref().filter(|_| app.learn.is_shown())?;
    let question = |question: &Question| {
        let call = question
            .line
            .command
            .as_ref()
            .map(crate::view::lesson::steps::bare);
        let keys = format!(" {} predicts it", super::keys::answers(app, question));
        (call.unwrap_or_default(), keys)
    };
    (!app.lesson_is_on_screen()).then(|| row(app, study, width, question))
}

/// The call may be cut, but never the words that say what Enter does.
fn row(
    app: &App,
    study: &Study,
    width: usize,
    asked: impl Fn(&Question) -> (String, String),
) -> Line<'static> {
    let theme = &app.theme;
    let (mark, text, keys) = match study.present() {
        Some((_, LessonStep::Play(step))) => {
            let call = step
                .line
                .command
                .as_ref()
                .map(crate::view::lesson::steps::bare);
            let keys = crate::view::lesson::steps::running(app);
            (
                crate::view::lesson::steps::NEXT,
                call.unwrap_or_default(),
                keys,
            )
        }
        Some((_, LessonStep::Predict(question))) => {
            let (text, keys) = asked(question);
            ("? ", text, keys)
        }
        Some((_, LessonStep::Task(task))) => {
            return crate::view::lesson::goals::short(app, study, task, width);
        }
        Some((_, LessonStep::Prose(_))) | None => {
            let end = end(app, study);
            return cut_spans(vec![Span::styled(end, theme.good)], width);
        }
    };
    let keys = format!(" {keys}");
    let room = width.saturating_sub(keys.chars().count());
    let spans = vec![Span::styled(mark, theme.accent), Span::raw(text)];
    let mut line = cut_spans(spans, room);
    line.push_span(Span::styled(keys, theme.secondary));
    line.style(Style::new())
}

/// The row at the end of a page.
pub(crate) fn end(app: &App, study: &Study) -> String {
    if !study.is_over() {
        return format!("{} opens the next page.", app.keys.name(NEXT));
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
    let key = app.keys.name(NEXT);
    let next = match app.learn.following() {
        Some(entry) => format!(" {key} opens the next lesson: {}.", entry.title),
        None => format!(" {key} shows the course."),
    };
    format!("✓ The lesson is done.{predicted}{next}")
}
