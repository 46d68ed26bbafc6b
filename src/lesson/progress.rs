//! What a learner has done: goals reached, predictions made, how far each lesson was read. Stored between sessions.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

/// The place of a step in a lesson: the page, and the step on it.
pub type StepPlace = (usize, usize);

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
    /// The furthest page of each text that it has had, by the text's fingerprint.
    pub texts: BTreeMap<String, usize>,
    /// Whether its end was reached.
    pub finished: bool,
    /// The goals that were reached, as `page.lesson_step`.
    pub reached: BTreeSet<String>,
    /// Those of them whose solution was shown, at least once.
    pub shown: BTreeSet<String>,
    /// Those that were reached without it.
    pub solved: BTreeSet<String>,
    /// With how many calls they were reached without it, at best.
    pub calls: BTreeMap<String, usize>,
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
            for (text, page) in &theirs.texts {
                ours.note(text, *page);
            }
            ours.finished |= theirs.finished;
            ours.reached.extend(theirs.reached.iter().cloned());
            ours.shown.extend(theirs.shown.iter().cloned());
            ours.solved.extend(theirs.solved.iter().cloned());
            for (goal, calls) in &theirs.calls {
                ours.note_calls(goal, *calls);
            }
            for (question, right) in &theirs.predicted {
                ours.predicted.entry(question.clone()).or_insert(*right);
            }
        }
    }
}

/// Where a lesson is resumed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// At its beginning: nothing is to be rebuilt.
    Beginning,
    /// At this page, whose text is the one that was read.
    Page(usize),
    /// At this page, if the learner confirms it: the text is another than the one that was read, or it is not known
    /// which that was.
    Changed(usize),
}

impl Done {
    /// Notes that a page of a text was shown.
    pub fn note(&mut self, text: &str, page: usize) {
        let furthest = self.texts.entry(text.to_owned()).or_default();
        *furthest = (*furthest).max(page);
    }

    /// Notes with how many calls a goal was reached: the fewest are kept.
    pub fn note_calls(&mut self, goal: &str, calls: usize) {
        let best = self.calls.entry(goal.to_owned()).or_insert(calls);
        *best = (*best).min(calls);
    }

    /// Where the lesson is resumed; `is_shipped`: it comes with the program, which is why its text need not be
    /// known from before fingerprints were stored.
    pub fn resume(&self, text: &str, is_shipped: bool) -> Resume {
        if self.finished {
            return Resume::Beginning;
        }
        match self.texts.get(text) {
            Some(0) => Resume::Beginning,
            Some(page) => Resume::Page(*page),
            None if self.page == 0 => Resume::Beginning,
            None if self.texts.is_empty() && is_shipped => Resume::Page(self.page),
            None => Resume::Changed(self.page),
        }
    }

    /// How many goals were reached without their solution.
    pub fn solved(&self) -> usize {
        // What was reached before this was noted apart.
        let own = self.reached.difference(&self.shown);
        self.solved.union(&own.cloned().collect()).count()
    }

    /// How a place is written.
    pub fn key(place: StepPlace) -> String {
        format!("{}.{}", place.0 + 1, place.1 + 1)
    }

    /// How many predictions were right at the first answer, and how many there were.
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
        done.note_calls("2.1", 7);
        theirs.of_mut("b").finished = true;
        ours.of_mut("a").note_calls("2.1", 9);
        ours.merge(&theirs);
        let done = ours.of("a").expect("it is there");
        assert_eq!(
            (done.page, done.score()),
            (3, (1, 2)),
            "the first answer stays"
        );
        assert!(done.reached.contains("2.1"));
        assert_eq!(done.calls["2.1"], 7, "the fewest");
        assert!(ours.of("b").is_some_and(|done| done.finished));
    }

    #[test]
    fn a_text_that_was_not_read_is_not_resumed_by_itself() {
        let mut done = Done::default();
        assert_eq!(done.resume("one", false), Resume::Beginning);
        done.page = 2;
        assert_eq!(
            done.resume("one", true),
            Resume::Page(2),
            "from before texts were known"
        );
        assert_eq!(
            done.resume("one", false),
            Resume::Changed(2),
            "a file of anybody's"
        );
        done.note("one", 2);
        assert_eq!(done.resume("one", false), Resume::Page(2));
        for is_shipped in [false, true] {
            assert_eq!(done.resume("two", is_shipped), Resume::Changed(2));
        }
        // Restarted: a page of the other text is not a page of this one.
        done.note("two", 0);
        assert_eq!(done.resume("two", false), Resume::Beginning);
        let mut theirs = Progress::default();
        theirs.of_mut("a").note("two", 1);
        let mut ours = Progress::default();
        *ours.of_mut("a") = done;
        ours.merge(&theirs);
        let done = ours.of_mut("a");
        assert_eq!(done.resume("two", false), Resume::Page(1));
        done.finished = true;
        assert_eq!(done.resume("one", false), Resume::Beginning);
    }
}
