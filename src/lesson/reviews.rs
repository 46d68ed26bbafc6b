//! How many cards are due, by the lesson that they belong to: what the map of the course shows of them.

use std::collections::{BTreeMap, BTreeSet};

use crate::lesson::deck::Filed;
use crate::lesson::schedule::{Readiness, Schedule, Today};

/// How many cards are to be asked now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Reviews {
    /// Those that are due, by their lessons.
    due: BTreeMap<&'static str, usize>,
    /// Those that are due and belong to no lesson.
    others: usize,
    /// How many new ones may still be asked today.
    pub new: usize,
}

impl Reviews {
    /// Counts the cards; `done`: the lessons that are done, from which new ones come, `new` of them a day.
    pub fn of(
        cards: &[Filed],
        schedule: &Schedule,
        done: &BTreeSet<&'static str>,
        today: Today,
        new: usize,
    ) -> Self {
        let mut reviews = Self::default();
        let is_due = |own: &&Filed| schedule.standing(&own.card.id, today) == Readiness::Due;
        for own in cards.iter().filter(is_due) {
            match own.lesson {
                Some(lesson) => *reviews.due.entry(lesson).or_default() += 1,
                None => reviews.others += 1,
            }
        }
        let open = cards.iter().filter(|own| own.is_open(done));
        let open: Vec<&str> = open.map(|own| own.card.id.as_str()).collect();
        reviews.new = schedule.count(&open, today, new).1;
        reviews
    }

    /// How many cards of a lesson are due.
    pub fn of_lesson(&self, lesson: &str) -> usize {
        self.due.get(lesson).copied().unwrap_or(0)
    }

    /// How many cards are due.
    pub fn due(&self) -> usize {
        self.due.values().sum::<usize>() + self.others
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::deck::deck;
    use crate::lesson::reviews::*;
    use crate::lesson::schedule::Grade;

    #[test]
    fn cards_are_due_by_their_lessons_and_new_ones_come_from_those_that_are_done() {
        let cards = deck("/tmp").expect("cards");
        let day = 24 * 60 * 60;
        let today = |start: i64| Today {
            now: start + 1,
            start,
            end: start + day,
        };
        let mut schedule = Schedule::default();
        let none = BTreeSet::new();
        assert_eq!(
            Reviews::of(&cards, &schedule, &none, today(0), 10),
            Reviews::default()
        );
        let done = BTreeSet::from(["half-close"]);
        let own: Vec<&Filed> = cards.iter().filter(|own| own.is_open(&done)).collect();
        let reviews = Reviews::of(&cards, &schedule, &done, today(0), 10);
        assert_eq!((reviews.new, reviews.due()), (own.len(), 0));
        for card in &own {
            schedule.grade(&card.card.id, Grade::Easy, 1);
        }
        // Months later, and the lesson was forgotten: what was asked once is due.
        let reviews = Reviews::of(&cards, &schedule, &none, today(100 * day), 10);
        assert_eq!((reviews.new, reviews.due()), (0, own.len()));
        assert_eq!(reviews.of_lesson("half-close"), own.len());
        assert_eq!(reviews.of_lesson("reset"), 0);
    }
}
