//! When each card is asked again: FSRS, the scheduler of Anki, with its default parameters.
//!
//! `rs-fsrs` computes it: the scheduler alone (FSRS-5 with steps of minutes for new cards), MIT, with `chrono` as its one
//! dependency, which we need for dates anyway. `fsrs` 6 has the newer formula, but comes as one piece with its optimizer:
//! ndarray, rayon, rand and more, and leaves the steps of minutes to its caller.
//!
//! Times are seconds since 1970 (UTC); what "now" is comes from the caller.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use rs_fsrs::{Card, FSRS, Rating, State};
use serde::{Deserialize, Serialize};

/// How far ahead a card that was just learned may be asked when nothing else is left: 20 minutes, as Anki does.
const AHEAD: i64 = 20 * 60;

/// What is known of every card that was asked, by its id.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct Schedule {
    /// The cards.
    #[serde(default)]
    pub cards: BTreeMap<String, Memory>,
}

/// What is known of how well a card is remembered.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Memory {
    /// When it is asked next.
    pub due: i64,
    /// When it was asked last.
    pub reviewed: i64,
    /// When it was asked first.
    pub first: i64,
    /// After how many days it is remembered with a probability of 90 %.
    pub stability: f64,
    /// How hard it is, from 1 to 10.
    pub difficulty: f64,
    /// How many days the present interval has; 0 while it is being learned.
    pub days: i64,
    /// How often it was asked.
    pub reviews: i32,
    /// How often it was forgotten.
    pub lapses: i32,
    /// How far it is.
    pub stage: Stage,
}

/// How far a card is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Stage {
    /// It was asked, and is asked again within minutes.
    Learning,
    /// It is asked after days.
    Review,
    /// It was forgotten, and is asked again within minutes.
    Relearning,
}

/// How well an answer was known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Grade {
    /// Not at all.
    Again,
    /// With trouble.
    Hard,
    /// It was.
    Good,
    /// At once.
    Easy,
}

impl Grade {
    /// All with their names, in the order of their keys, which are 1 to 4.
    pub const ALL: [(Self, &str); 4] = [
        (Self::Again, "again"),
        (Self::Hard, "hard"),
        (Self::Good, "good"),
        (Self::Easy, "easy"),
    ];

    fn rating(self) -> Rating {
        match self {
            Self::Again => Rating::Again,
            Self::Hard => Rating::Hard,
            Self::Good => Rating::Good,
            Self::Easy => Rating::Easy,
        }
    }
}

/// The present moment, and the bounds of the person's day around it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Today {
    /// Now.
    pub now: i64,
    /// When the day began.
    pub start: i64,
    /// When it ends.
    pub end: i64,
}

/// Whether a card is to be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// It was never asked.
    New,
    /// Now, or on this day.
    Due,
    /// At this time.
    Later(i64),
}

impl Schedule {
    /// Whether a card is to be asked today. One with an interval of days is due from the beginning of its day.
    pub fn standing(&self, id: &str, today: Today) -> Readiness {
        match self.cards.get(id) {
            None => Readiness::New,
            Some(memory) if memory.due <= today.now => Readiness::Due,
            Some(memory) if memory.days > 0 && memory.due < today.end => Readiness::Due,
            Some(memory) => Readiness::Later(memory.due),
        }
    }

    /// How many cards of these are due, and how many new ones may still be asked today.
    pub fn count(&self, ids: &[&str], today: Today, new: usize) -> (usize, usize) {
        let is = |wanted: Readiness| {
            let like = ids.iter().filter(|id| self.standing(id, today) == wanted);
            like.count()
        };
        (
            is(Readiness::Due),
            is(Readiness::New).min(self.room(today, new)),
        )
    }

    /// How many new cards may still be asked today, of so many a day.
    fn room(&self, today: Today, new: usize) -> usize {
        let begun = self.cards.values();
        let begun = begun.filter(|memory| (today.start..today.end).contains(&memory.first));
        new.saturating_sub(begun.count())
    }

    /// The card to ask now: the one that is due for longest; else a new one, `new` of them a day; else one that is just
    /// being learned. `None`: nothing is left for today.
    pub fn next<'a>(&self, ids: &[&'a str], today: Today, new: usize) -> Option<&'a str> {
        let known = |id: &&'a str| Some((self.cards.get(*id)?.due, *id));
        let due = ids
            .iter()
            .filter(|id| self.standing(id, today) == Readiness::Due);
        let due = due.filter_map(known).min_by_key(|(due, _)| *due);
        let fresh = || {
            let mut fresh = ids.iter().filter(|id| !self.cards.contains_key(**id));
            fresh.next().filter(|_| self.room(today, new) > 0).copied()
        };
        let soon = || {
            let learned = ids.iter().filter_map(known);
            let soon = learned.min_by_key(|(due, _)| *due);
            soon.filter(|(due, id)| {
                *due <= today.now + AHEAD && self.cards.get(*id).is_some_and(|own| own.days == 0)
            })
        };
        let id = due.map(|(_, id)| id).or_else(fresh);
        id.or_else(|| soon().map(|(_, id)| id))
    }

    /// When the first of these cards is due, of those that were asked before.
    pub fn first_due(&self, ids: &[&str]) -> Option<i64> {
        let due = ids.iter().filter_map(|id| Some(self.cards.get(*id)?.due));
        due.min()
    }

    /// In how many seconds a card would be asked again after each grade.
    pub fn intervals(&self, id: &str, now: i64) -> [i64; 4] {
        Grade::ALL.map(|(grade, _)| self.graded(id, grade, now).due - now)
    }

    /// Notes how well a card was known.
    pub fn grade(&mut self, id: &str, grade: Grade, now: i64) {
        let memory = self.graded(id, grade, now);
        self.cards.insert(id.to_owned(), memory);
    }

    fn graded(&self, id: &str, grade: Grade, now: i64) -> Memory {
        let before = self.cards.get(id);
        // A clock that was set back must not make this review the older one.
        let now = before.map_or(now, |memory| now.max(memory.reviewed));
        let card = before.map_or_else(|| begun(now), Memory::card);
        let next = FSRS::default().next(card, moment(now), grade.rating()).card;
        Memory::of(&next, before.map_or(now, |memory| memory.first))
    }

    /// Adds what another instance has noted: of each card the later review is true.
    pub fn merge(&mut self, other: &Self) {
        for (id, theirs) in &other.cards {
            match self.cards.get_mut(id) {
                Some(ours)
                    if (ours.reviewed, ours.reviews) >= (theirs.reviewed, theirs.reviews) => {}
                Some(ours) => *ours = theirs.clone(),
                None => drop(self.cards.insert(id.clone(), theirs.clone())),
            }
        }
    }
}

impl Memory {
    fn of(card: &Card, first: i64) -> Self {
        Self {
            due: card.due.timestamp(),
            reviewed: card.last_review.timestamp(),
            first,
            stability: card.stability,
            difficulty: card.difficulty,
            days: card.scheduled_days,
            reviews: card.reps,
            lapses: card.lapses,
            stage: match card.state {
                State::Review => Stage::Review,
                State::Relearning => Stage::Relearning,
                State::New | State::Learning => Stage::Learning,
            },
        }
    }

    fn card(&self) -> Card {
        Card {
            due: moment(self.due),
            // Bounds that the formula never leaves: the file may have been written by hand.
            stability: self.stability.clamp(0.01, 36_500.0),
            difficulty: self.difficulty.clamp(1.0, 10.0),
            elapsed_days: 0,
            scheduled_days: self.days,
            reps: self.reviews.clamp(0, i32::MAX - 1),
            lapses: self.lapses.clamp(0, i32::MAX - 1),
            state: match self.stage {
                Stage::Learning => State::Learning,
                Stage::Review => State::Review,
                Stage::Relearning => State::Relearning,
            },
            last_review: moment(self.reviewed),
        }
    }
}

/// A card that was never asked.
fn begun(now: i64) -> Card {
    Card {
        due: moment(now),
        last_review: moment(now),
        ..Card::default()
    }
}

fn moment(seconds: i64) -> DateTime<Utc> {
    DateTime::from_timestamp(seconds, 0).unwrap_or_default()
}

#[cfg(test)]
mod tests;
