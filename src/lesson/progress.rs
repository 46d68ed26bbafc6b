//! What a learner has done: goals reached, predictions made, how far each lesson was read. Kept between sessions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// A place in a lesson: page, and beat on it.
pub type AddressExpr = (usize, usize);

/// What was done of all lessons, by their names.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Progress {
    /// What was done of each.
    #[serde(default)]
    pub lessons: BTreeMap<String, Done>,
}

/// What was done of one lesson.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Done {
    /// The furthest page that was shown.
    pub page: usize,
    /// Whether its end was reached.
    pub finished: bool,
    /// The goals that were reached, as `page.lesson_step`.
    pub reached: BTreeSet<String>,
    /// Those of them for which the solution was looked at.
    pub shown: BTreeSet<String>,
    /// The predictions, and whether the first answer was right.
    pub predicted: BTreeMap<String, bool>,
}

impl Progress {
    /// What was done of a lesson.
    pub fn of(&self, lesson: &str) -> Option<&Done> {
        self.lessons.get(lesson)
    }

    /// The same, to be changed.
    pub fn of_mut(&mut self, lesson: &str) -> &mut Done {
        self.lessons.entry(lesson.to_owned()).or_default()
    }

    /// Adds what another instance has noted: nothing that was done is ever undone by it.
    pub fn merge(&mut self, other: &Self) {
        for (lesson, theirs) in &other.lessons {
            let ours = self.of_mut(lesson);
            ours.page = ours.page.max(theirs.page);
            ours.finished |= theirs.finished;
            ours.reached.extend(theirs.reached.iter().cloned());
            ours.shown.extend(theirs.shown.iter().cloned());
            for (question, right) in &theirs.predicted {
                ours.predicted.entry(question.clone()).or_insert(*right);
            }
        }
    }
}

impl Done {
    /// How a place is written.
    pub fn key(place: AddressExpr) -> String {
        format!("{}.{}", place.0 + 1, place.1 + 1)
    }

    /// How many predictions were right at the first answer, and how many were made.
    pub fn score(&self) -> (usize, usize) {
        let right = self.predicted.values().filter(|right| **right).count();
        (right, self.predicted.len())
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::progress::*;

    #[test]
    fn what_two_instances_have_noted_is_put_together() {
        let mut ours = Progress::default();
        let done = ours.of_mut("a");
        done.page = 3;
        done.predicted.insert("1.1".to_owned(), false);
        let mut theirs = Progress::default();
        let done = theirs.of_mut("a");
        done.reached.insert(Done::key((1, 0)));
        done.predicted.insert("1.1".to_owned(), true);
        done.predicted.insert("1.2".to_owned(), true);
        theirs.of_mut("b").finished = true;
        ours.merge(&theirs);
        let done = ours.of("a").expect("it is there");
        assert_eq!(
            (done.page, done.score()),
            (3, (1, 2)),
            "the first answer stays"
        );
        assert!(done.reached.contains("2.1"));
        assert!(ours.of("b").is_some_and(|done| done.finished));
    }
}
