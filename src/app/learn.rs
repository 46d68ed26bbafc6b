//! The learner's side of the playground: the lesson that is open, the course it is from, what has been done.

use std::sync::Arc;

use crate::call::Line;
use crate::lesson::{Lesson, Progress, Study};

/// The course and the open lesson.
#[derive(Debug, Default)]
pub struct Learn {
    /// The lessons of the course, in order.
    pub course: Vec<Entry>,
    /// What has been done of them.
    pub progress: Progress,
    /// The lesson that is open.
    pub study: Option<Study>,
    /// Whether its pane is hidden: free play.
    pub hidden: bool,
    /// Whether it is shown to a class: larger, and a step back really goes back.
    pub presenting: bool,
    /// The line of the solution that was put at the prompt, until a line is run.
    pub offered: Option<Line>,
    /// How many rows the pane is scrolled down from where it stands by itself; up: less than 0.
    pub scroll: isize,
}

/// A lesson as the map of the course shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What it is for.
    pub goal: String,
    /// How long it takes.
    pub minutes: u16,
    /// How many pages it has.
    pub pages: usize,
    /// How many goals.
    pub tasks: usize,
    /// How many predictions.
    pub questions: usize,
    /// Whether it needs a privilege.
    pub needs_privilege: bool,
}

impl Entry {
    /// Of a lesson.
    pub fn of(lesson: &Lesson) -> Self {
        Self {
            id: lesson.id.clone(),
            title: lesson.title.clone(),
            goal: lesson.goal.clone(),
            minutes: lesson.minutes,
            pages: lesson.pages.len(),
            tasks: lesson.tasks().count(),
            questions: lesson.questions().count(),
            needs_privilege: lesson.needs_privilege,
        }
    }
}

impl Learn {
    /// Whether the pane of the lesson is shown.
    pub fn is_shown(&self) -> bool {
        self.study.is_some() && !self.hidden
    }

    /// Opens a lesson at its beginning, or where it was left.
    pub fn open(&mut self, lesson: Arc<Lesson>) {
        self.study = Some(Study::new(lesson));
        self.hidden = false;
        self.scroll = 0;
    }

    /// Whether a lesson was read to its end and all its goals were reached.
    pub fn is_done(&self, entry: &Entry) -> bool {
        let done = self.progress.of(&entry.id);
        done.is_some_and(|done| done.finished && done.reached.len() >= entry.tasks)
    }

    /// The lesson to go on with: the first that is not finished, else the first.
    pub fn next(&self) -> usize {
        let is_done = |entry: &&Entry| {
            let done = self.progress.of(&entry.id);
            done.is_some_and(|done| done.finished)
        };
        let done = self.course.iter().take_while(is_done).count();
        if done < self.course.len() { done } else { 0 }
    }

    /// The lesson of the course after the open one.
    pub fn following(&self) -> Option<&Entry> {
        let open = self.study.as_ref()?;
        let at = self
            .course
            .iter()
            .position(|own| own.id == open.lesson.id)?;
        self.course.get(at + 1)
    }
}
