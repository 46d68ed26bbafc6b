//! Every lesson, gone through by Enter alone: no step is made before its text has been on the screen.

use std::collections::HashSet;
use std::sync::Arc;

use crate::lesson::course::LESSONS;
use crate::lesson::study::StepResult;
use crate::lesson::{LessonStep, Prose, Study};
use crate::view::lesson::closing;
use crate::view::lesson::line::LessonLine;
use crate::view::tests::*;

/// The most keys that a lesson may take.
const KEYS: usize = 2000;

#[test]
fn by_enter_alone_no_paragraph_of_any_lesson_is_missed_at_80_by_24() {
    assert_none_missed((80, 24));
}

#[test]
fn by_enter_alone_no_paragraph_of_any_lesson_is_missed_at_120_by_40() {
    assert_none_missed((120, 40));
}

#[track_caller]
fn assert_none_missed(size: (u16, u16)) {
    let mut paragraphs = 0;
    let mut missed = Vec::new();
    for file in LESSONS {
        let lesson = crate::lesson::read::of_course(file, "/tmp");
        let mut app = app(size.0, size.1);
        app.learn.open(Arc::new(lesson.expect("a lesson")));
        // No line is run: each gets the result that the test gives it.
        app.learn.server = crate::app::learn::Server::Awaited;
        let mut reader = Reader {
            app,
            seen: HashSet::new(),
            paragraphs: 0,
            missed: Vec::new(),
        };
        reader.through();
        paragraphs += reader.paragraphs;
        let at = |text: &String| format!("{}: {text}", file.id);
        missed.extend(reader.missed.iter().map(at));
    }
    assert!(paragraphs > 500, "{paragraphs} paragraphs");
    assert!(missed.is_empty(), "{}: {}", missed.len(), missed.join("\n"));
}

/// Somebody who presses Enter, and a number where one is asked for.
struct Reader {
    app: App,
    /// The rows of the lesson that were on the screen since the page was opened.
    seen: HashSet<String>,
    paragraphs: usize,
    missed: Vec<String>,
}

impl Reader {
    fn study(&self) -> &Study {
        self.app.learn.study.as_ref().expect("a lesson")
    }

    fn through(&mut self) {
        for _ in 0..KEYS {
            self.look();
            let before = self.study().text_place();
            let key = match self.study().present() {
                Some((_, LessonStep::Predict(_))) if self.app.learn.is_read() => KeyCode::Char('1'),
                Some((_, LessonStep::Task(_))) if self.app.learn.is_read() => KeyCode::F(8),
                _ => KeyCode::Enter,
            };
            let expected = self.text();
            let page = self.study().page;
            let key = KeyEvent::from(key);
            let effects = update(&mut self.app, Msg::Key(key), Timestamp(0));
            let is_over = effects.iter().any(|effect| {
                use crate::app::message::Effect::{LoadCourse, OpenLesson};
                matches!(effect, OpenLesson(_) | LoadCourse)
            });
            self.run();
            if self.study().text_place() != before || is_over {
                self.check(&expected);
            }
            if is_over {
                return;
            }
            if self.study().page != page {
                self.seen.clear();
            }
        }
        panic!(
            "{} does not end\n{}",
            self.study().lesson.id,
            screen(&self.app)
        );
    }

    /// Draws the screen, and notes what is seen of the lesson.
    fn look(&mut self) {
        let buffer = draw_again(&mut self.app);
        let areas = &self.app.geometry.areas;
        let inside = areas.pane(Pane::Lesson).expect("the pane").inside();
        for row in inside.rows() {
            let cells = (row.left()..row.right()).map(|column| buffer[(column, row.y)].symbol());
            self.seen
                .insert(cells.collect::<String>().trim().to_owned());
        }
    }

    /// What is to have been read before the next step: the text up to the present one, and why each answer is right or
    /// wrong.
    fn text(&self) -> Vec<Vec<String>> {
        let study = self.study();
        let shown = study.page().steps.iter().enumerate().take(study.shown());
        let mut all = Vec::new();
        for (at, lesson_step) in shown {
            match (lesson_step, study.result_of(at)) {
                (LessonStep::Prose(text), _) => all.push(self.lines(text)),
                (LessonStep::Closing(closing), _) => {
                    let lines = closing::lines(closing, self.width(), &self.app.theme);
                    let text = |own: &LessonLine| own.line.to_string().trim().to_owned();
                    all.push(lines.iter().map(text).collect());
                }
                (LessonStep::Predict(question), Some(StepResult::Answered { .. })) => {
                    let says = question
                        .answers
                        .iter()
                        .map(|answer| self.hanging(&answer.says));
                    all.extend(says);
                }
                (LessonStep::Predict(question), _) => all.push(self.lines(&question.text)),
                _ => {}
            }
        }
        all
    }

    fn width(&self) -> usize {
        let areas = &self.app.geometry.areas;
        let inside = areas.pane(Pane::Lesson).expect("the pane").inside();
        usize::from(inside.width) - 1
    }

    fn lines(&self, prose: &Prose) -> Vec<String> {
        let width = self.width();
        let lines = prose::lines(prose, width, &self.app.keys, &self.app.theme);
        lines
            .iter()
            .map(|line| line.to_string().trim().to_owned())
            .collect()
    }

    fn hanging(&self, text: &str) -> Vec<String> {
        let (plain, theme) = (self.app.theme.secondary, &self.app.theme);
        let lines = prose::hanging(("    ", plain), text, self.width(), plain, theme);
        lines
            .iter()
            .map(|line| line.to_string().trim().to_owned())
            .collect()
    }

    fn check(&mut self, expected: &[Vec<String>]) {
        self.paragraphs += expected.len();
        for paragraph in expected {
            let unseen = paragraph.iter().find(|line| !self.seen.contains(*line));
            self.missed.extend(unseen.cloned());
        }
    }

    /// Gives the line that was started the result that the lesson says.
    fn run(&mut self) {
        let number = self.app.lines;
        let study = self.app.learn.study.as_mut().expect("a lesson");
        if study.is_busy() {
            study.takes(number, "0", None);
        }
        self.app.player = crate::script::Player::new(crate::script::Pace::Prompt);
    }
}
