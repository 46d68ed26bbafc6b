//! A lesson as it is listed: what it is called, what it is for, how long it is.

use crate::lesson::goal::is_counted;
use crate::lesson::progress::Done;
use crate::lesson::{Lesson, LessonStep, Needs, Progress, Task};
use crate::notation::parse_line;

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
    /// The place of each of them, and how many calls its solution has.
    pub solutions: Vec<(String, usize)>,
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
            solutions: solutions(lesson),
            questions: lesson.questions().count(),
            needs: lesson.needs.clone(),
        }
    }

    /// Whether the lesson was read to the end and all its goals were reached, each without its solution.
    pub fn is_done(&self, progress: &Progress) -> bool {
        let done = progress.of(&self.id);
        done.is_some_and(|done| done.finished && done.solved() >= self.tasks)
    }

    /// How many calls the learner has needed for the goals of a lesson that is done, and how many the shortest known
    /// solutions have. `None`: it is not done, or a goal was reached before calls were counted.
    pub fn calls(&self, progress: &Progress) -> Option<(usize, usize)> {
        let done = progress.of(&self.id).filter(|_| self.is_done(progress))?;
        let known = self.solutions.iter().map(|(goal, solution)| {
            let own = *done.calls.get(goal)?;
            Some((own, own.min(*solution)))
        });
        let known = known.collect::<Option<Vec<_>>>()?;
        let sum =
            |(own, least): (usize, usize), next: (usize, usize)| (own + next.0, least + next.1);
        (!known.is_empty()).then(|| known.into_iter().fold((0, 0), sum))
    }

    /// Whether the lesson was read to the end, whatever was reached.
    pub fn is_seen(&self, progress: &Progress) -> bool {
        let done = progress.of(&self.id);
        done.is_some_and(|done| done.finished)
    }
}

/// The goals of a lesson, each with the number of calls in its solution.
fn solutions(lesson: &Lesson) -> Vec<(String, usize)> {
    let pages = lesson.pages.iter().enumerate();
    let steps = pages.flat_map(|(page, own)| {
        let steps = own.steps.iter().enumerate();
        steps.map(move |(at, lesson_step)| ((page, at), lesson_step))
    });
    let goals = steps.filter_map(|(place, lesson_step)| match lesson_step {
        LessonStep::Task(task) => Some((Done::key(place), calls_of(task))),
        _ => None,
    });
    goals.collect()
}

/// How many calls the solution of a goal has.
fn calls_of(task: &Task) -> usize {
    let lines = task.solution.iter().filter_map(|line| {
        let text = line.with(Some("127.0.0.1:1"))?;
        parse_line(&text).ok()?.command
    });
    let calls = lines.filter(|command| is_counted(command.call.call_kind()));
    calls.count()
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
