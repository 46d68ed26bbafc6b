//! What a check found out about one answer, or about one lesson.

use serde::{Deserialize, Serialize};

use crate::run::Exit;

/// What was found out.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Graded {
    /// The file of the answer, or the id of the lesson.
    pub(crate) subject: String,
    /// What was tested, in the order of the lesson.
    pub(crate) tests: Vec<Test>,
    /// What is to be said beside the tests.
    pub(crate) remarks: Vec<String>,
    /// How it ended.
    pub(crate) end: End,
    /// Whether it ran in a network of its own.
    pub(crate) is_isolated: bool,
    /// How long it took.
    pub(crate) seconds: f64,
}

/// How a check ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum End {
    /// All was tested.
    Complete,
    /// It could not be run.
    Unrunnable,
    /// A signal ended it.
    Signal(i32),
}

/// One test: a goal of a lesson, a lesson, or the expectations of a script.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Test {
    /// Its name.
    pub(crate) name: String,
    /// How many of its conditions hold.
    pub(crate) score: usize,
    /// How many it has.
    pub(crate) max_score: usize,
    /// The conditions that do not hold.
    pub(crate) missing: Vec<Missing>,
    /// What else went wrong.
    pub(crate) faults: Vec<String>,
    /// Why it was not tried.
    pub(crate) skipped: Option<String>,
}

/// A condition that does not hold.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Missing {
    /// The condition, as the lesson has it.
    pub(crate) condition: String,
    /// What is to be done, as the lesson says it.
    pub(crate) says: String,
    /// What is so instead, where one socket is meant.
    pub(crate) now: Option<String>,
    /// The line of the answer that came nearest.
    pub(crate) nearest: Option<Nearest>,
}

/// A line of an answer that came nearest to a condition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Nearest {
    /// Its number.
    pub(crate) line: usize,
    /// The call with its result.
    pub(crate) text: String,
}

impl Graded {
    /// The points that were reached, and how many there are.
    pub(crate) fn score(&self) -> (usize, usize) {
        let of = |points: fn(&Test) -> usize| self.tests.iter().map(points).sum();
        (of(|test| test.score), of(|test| test.max_score))
    }

    /// Whether all tests were passed.
    pub(crate) fn is_passed(&self) -> bool {
        self.end == End::Complete && self.tests.iter().all(Test::is_passed)
    }

    /// What the process is to exit with.
    pub(crate) fn exit(&self) -> Exit {
        match self.end {
            End::Signal(signal) => Exit::Signal(signal),
            End::Unrunnable => Exit::Unrunnable,
            End::Complete if self.is_passed() => Exit::Held,
            End::Complete => Exit::Broken,
        }
    }
}

impl Test {
    /// Whether it was passed. One that was not tried does no harm.
    pub(crate) fn is_passed(&self) -> bool {
        self.missing.is_empty() && self.faults.is_empty()
    }

    /// All that is to be said of one that was not passed, line by line.
    pub(crate) fn reasons(&self) -> Vec<String> {
        let missing = self.missing.iter().flat_map(Missing::lines);
        let faults = self.faults.iter().flat_map(|fault| fault.lines());
        missing.chain(faults.map(str::to_owned)).collect()
    }
}

impl Missing {
    fn lines(&self) -> Vec<String> {
        let first = format!("{} ({})", self.says, self.condition);
        let now = self.now.as_ref().map(|now| format!("  {now}"));
        let nearest = self.nearest.as_ref();
        let nearest = nearest.map(|own| format!("  line {} came nearest: {}", own.line, own.text));
        [Some(first), now, nearest].into_iter().flatten().collect()
    }
}
