//! The next step in one row, for when the lesson is not on the screen, and what is said at the end of a page.

use ratatui::style::Style;
use ratatui::text::{Line, Span};

use crate::app::keymap::NEXT;
use crate::app::state::App;
use crate::lesson::{LessonStep, Study};
use crate::view::text::cut_spans;

/// The row for an open lesson whose pane is not on the screen; `None`: there is none. The call may be cut, but never the
/// words that say what Enter does.
pub(crate) fn off_screen(app: &App, width: usize) -> Option<Line<'static>> {
    let study = app.learn.study.as_ref().filter(|_| app.learn.is_shown())?;
    (!app.lesson_is_on_screen()).then(|| row(app, study, width))
}

fn row(app: &App, study: &Study, width: usize) -> Line<'static> {
    let bare = crate::view::lesson::steps::bare;
    let (mark, text, keys) = match study.present() {
        _ if !app.learn.is_read() => {
            let keys = format!(" {} shows the lesson", app.keys.name(NEXT));
            ("… ", study.page().title.clone(), keys)
        }
        Some((_, LessonStep::Play(step))) => {
            let call = step.line.command.as_ref().map(bare);
            let keys = crate::view::lesson::steps::running(app);
            (
                crate::view::lesson::steps::NEXT,
                call.unwrap_or_default(),
                keys,
            )
        }
        Some((_, LessonStep::Predict(question))) => {
            let call = question.command().map(bare);
            let keys = format!(" {} predicts it", super::keys::answers(app, question));
            ("? ", call.unwrap_or_default(), keys)
        }
        Some((_, LessonStep::Task(task))) => {
            return crate::view::lesson::goals::short(app, study, task, width);
        }
        Some((_, LessonStep::Prose(_) | LessonStep::Closing(_))) | None => {
            let end = end(app, study);
            return cut_spans(vec![Span::styled(end, app.theme.good)], width);
        }
    };
    let keys = format!(" {keys}");
    let room = width.saturating_sub(keys.chars().count());
    let spans = vec![Span::styled(mark, app.theme.accent), Span::raw(text)];
    let mut line = cut_spans(spans, room);
    line.push_span(Span::styled(keys, app.theme.secondary));
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
    let again = study.wrong();
    if again > 0 {
        let which = if again == 1 {
            "the wrong one"
        } else {
            "the wrong ones"
        };
        return format!("✓ The lesson is read.{predicted} {key} asks {which} once more.");
    }
    let next = match app.learn.following() {
        Some(entry) => format!(" {key} opens the next lesson: {}.", entry.title),
        None => format!(" {key} shows the course."),
    };
    format!("✓ The lesson is done.{predicted}{next}")
}
