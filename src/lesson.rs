//! The course: lessons that are files, read as a whole before anything runs; goals, predictions, cards, progress.
//!
//! A lesson is Markdown with fenced blocks in the notation ([`read`]). Its pages are made of [`LessonStep`]s, which a
//! [`Study`] goes through one after the other; what it asks to be run is run by whoever drives it, on the real kernel.
//! A [`Goal`] is checked against the world as it is, in whatever way it was reached. Pure, like the world.

pub mod card;
pub mod course;
pub mod course_file;
pub mod deck;
pub mod entry;
pub mod export;
pub(crate) mod fingerprint;
pub mod goal;
pub mod hides;
mod hint;
pub mod needs;
pub mod note;
mod outcome;
pub mod progress;
pub mod prose;
pub mod question;
pub mod read;
pub mod reference;
pub mod reviews;
pub mod schedule;
mod source;
pub mod study;
pub mod summary;
pub mod tags;
mod task;
pub mod topics;

use crate::call::Line;
pub use crate::lesson::card::Card;
pub use crate::lesson::entry::Entry;
pub use crate::lesson::goal::Goal;
pub use crate::lesson::needs::Needs;
pub use crate::lesson::progress::Progress;
pub use crate::lesson::prose::Prose;
pub use crate::lesson::question::Question;
pub use crate::lesson::reviews::Reviews;
pub use crate::lesson::study::Study;
pub use crate::lesson::summary::Closing;

/// A lesson.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lesson {
    /// Its name forever: progress is stored under it.
    pub id: String,
    /// Tells its text from another one.
    pub fingerprint: String,
    /// Its title.
    pub title: String,
    /// What it is for, one sentence.
    pub goal: String,
    /// Names of [`topics::TOPICS`].
    pub topics: Vec<&'static str>,
    /// How long it takes.
    pub minutes: u16,
    /// Manual pages, sections of RFCs, chapters of books.
    pub sources: Vec<String>,
    /// What it cannot be done without.
    pub needs: Option<Needs>,
    /// The program that it traces, if it does.
    pub traces: Option<TracedServer>,
    /// Its pages; never none.
    pub pages: Vec<Page>,
    /// Its flash cards.
    pub cards: Vec<Card>,
}

/// `sockplay example-server`, which is traced while the lesson is open.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TracedServer {
    /// Before which calls its thread is held, by their words.
    pub held_before: Vec<&'static str>,
}

/// A page: what is under one heading.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// The heading; of the first page the title of the lesson.
    pub title: String,
    /// What is on it, in order.
    pub steps: Vec<LessonStep>,
}

/// One thing on a page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LessonStep {
    /// Text.
    Prose(Prose),
    /// A call, with the result that it will have.
    Play(Step),
    /// A question about a call, answered before it is made.
    Predict(Box<Question>),
    /// Something that the learner is to bring about.
    Task(Task),
    /// The last one: what to remember, and the sources.
    Closing(Closing),
}

/// A line to be run, and where it is in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The number of the line in the file, from 1.
    pub number: usize,
    /// The line.
    pub line: Line,
}

/// A goal with the ways to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Task {
    /// The number of the line in the file at which it begins, which distinguishes it from the others of the lesson.
    pub number: usize,
    /// What must be true.
    pub goal: Goal,
    /// From gentle to plain.
    pub hints: Vec<Prose>,
    /// Lines that reach it. They may contain [`PEER`].
    pub solution: Vec<Solving>,
}

/// A line of a solution, as it is put at the prompt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Solving {
    /// The number of the line in the file, from 1.
    pub number: usize,
    /// The line, still as text.
    pub text: String,
    /// The condition of the goal that it fulfils, where it is known.
    pub goal: Option<usize>,
}

/// Stands in a lesson for a folder of the session, for path sockets.
pub const DIR: &str = "$DIR";
/// Stands in a solution for the address of another sockplay's listener.
pub const PEER: &str = "$PEER";

impl TracedServer {
    /// How it is written.
    pub const EXAMPLE: &'static str = "example-server before accept, recv";

    /// Reads it.
    ///
    /// # Errors
    ///
    /// What is wrong.
    pub fn read(text: &str) -> Result<Self, String> {
        let words = text.trim().strip_prefix("example-server before ");
        let words = words.ok_or("only this can be traced")?;
        let word = |word: &str| {
            let found = crate::call::table::find(word);
            let found = found.filter(|own| own.call_kind.is_system_call());
            found.map_or_else(
                || Err(format!("{word} is not a system call")),
                |own| Ok(own.word),
            )
        };
        let held_before = words.split(',').map(|own| word(own.trim()));
        Ok(Self {
            held_before: held_before.collect::<Result<_, _>>()?,
        })
    }
}

impl LessonStep {
    /// Whether it is only read.
    pub fn is_text(&self) -> bool {
        matches!(self, Self::Prose(_) | Self::Closing(_))
    }
}

impl Lesson {
    /// Its end.
    pub fn closing(&self) -> Option<&Closing> {
        let steps = self.pages.iter().flat_map(|page| &page.steps);
        steps.rev().find_map(|lesson_step| match lesson_step {
            LessonStep::Closing(closing) => Some(closing),
            _ => None,
        })
    }

    /// The tasks with their pages.
    pub fn tasks(&self) -> impl Iterator<Item = (usize, &Task)> {
        let pages = self.pages.iter().enumerate();
        pages.flat_map(|(at, page)| {
            let tasks = page
                .steps
                .iter()
                .filter_map(|lesson_step| match lesson_step {
                    LessonStep::Task(task) => Some(task),
                    _ => None,
                });
            tasks.map(move |task| (at, task))
        })
    }

    /// The predictions.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        let steps = self.pages.iter().flat_map(|page| &page.steps);
        steps.filter_map(|lesson_step| match lesson_step {
            LessonStep::Predict(question) => Some(&**question),
            _ => None,
        })
    }
}

impl Solving {
    /// The line with the address of the other sockplay's listener in it. `None`: it needs one and there is none.
    pub fn with(&self, peer: Option<&str>) -> Option<String> {
        if self.text.contains(PEER) {
            return Some(self.text.replace(PEER, peer?));
        }
        Some(self.text.clone())
    }
}
