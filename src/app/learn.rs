//! The course in the application: the open lesson, the lessons, and the progress.

use std::sync::Arc;

use crate::call::Line;
use crate::lesson::{Lesson, Progress, Study};

/// The course and the open lesson.
#[derive(Debug, Default)]
pub struct Learn {
    /// The lessons of the course, in order.
    pub course: Vec<Entry>,
    /// The progress made in them.
    pub progress: Progress,
    /// The lesson that is open.
    pub study: Option<Study>,
    /// Whether its pane is hidden: free play.
    pub hidden: bool,
    /// Whether it is presented to a class: larger, and going back a step undoes it.
    pub presenting: bool,
    /// The line of the solution that was put at the prompt, until a line is run.
    pub offered: Option<Line>,
    /// How many rows the pane is scrolled down from its automatic position; negative: up.
    pub scroll: isize,
}

/// A lesson as listed in the map of the course.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub id: String,
    /// Its title.
    pub title: String,
    /// What one learns in it.
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
    /// The entry of a lesson.
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
    /// Whether the lesson pane is shown.
    pub fn is_shown(&self) -> bool {
        self.study.is_some() && !self.hidden
    }

    /// Opens a lesson at its beginning, or at the page where it was left.
    pub fn open(&mut self, lesson: Arc<Lesson>) {
        self.study = Some(Study::new(lesson));
        self.hidden = false;
        self.scroll = 0;
    }

    /// Whether a lesson was read to the end and all its goals were reached.
    pub fn is_done(&self, entry: &Entry) -> bool {
        let done = self.progress.of(&entry.id);
        done.is_some_and(|done| done.finished && done.reached.len() >= entry.tasks)
    }

    /// The lesson to continue with: the first that is not finished, else the first.
    pub fn next(&self) -> usize {
        let is_done = |entry: &&Entry| {
            let done = self.progress.of(&entry.id);
            done.is_some_and(|done| done.finished)
        };
        let done = self.course.iter().take_while(is_done).count();
        if done < self.course.len() { done } else { 0 }
    }

    /// The lesson after the open one.
    pub fn following(&self) -> Option<&Entry> {
        let open = self.study.as_ref()?;
        let at = self
            .course
            .iter()
            .position(|own| own.id == open.lesson.id)?;
        self.course.get(at + 1)
    }
}
