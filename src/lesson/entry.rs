//! A lesson as it is listed: what it is called, what it is for, how long it is.

use crate::lesson::{Lesson, Needs, Progress};

/// A lesson in the list of the course.
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
    /// What it cannot be done without.
    pub needs: Option<Needs>,
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
            needs: lesson.needs.clone(),
        }
    }

    /// Whether the lesson was read to the end and all its goals were reached, each without its solution.
    pub fn is_done(&self, progress: &Progress) -> bool {
        let done = progress.of(&self.id);
        done.is_some_and(|done| done.finished && done.solved() >= self.tasks)
    }

    /// Whether the lesson was read to the end, whatever was reached.
    pub fn is_seen(&self, progress: &Progress) -> bool {
        let done = progress.of(&self.id);
        done.is_some_and(|done| done.finished)
    }
}

/// The lesson to continue with: the first that is not finished, else the first.
pub fn next(course: &[Entry], progress: &Progress) -> usize {
    let is_finished = |entry: &&Entry| {
        let done = progress.of(&entry.id);
        done.is_some_and(|done| done.finished)
    };
    let finished = course.iter().take_while(is_finished).count();
    if finished < course.len() { finished } else { 0 }
}

/// The lesson after one, by their names.
pub fn following<'a>(course: &'a [Entry], lesson: &str) -> Option<&'a Entry> {
    let at = course.iter().position(|own| own.id == lesson)?;
    course.get(at + 1)
}
