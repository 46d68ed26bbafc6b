//! All cards of the course, each with the topic under which it is filed and the lesson that comes before it; predictions
//! that were wrong are cards too.

use std::collections::BTreeSet;

use crate::call::{Command, Mode};
use crate::lesson::progress::{Done, Progress};
use crate::lesson::question::Question;
use crate::lesson::tags::PREDICTION;
use crate::lesson::{Card, DIR, Entry, Lesson, LessonStep};
use crate::script::ScriptError;

/// A card and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The first topic of its lesson, or the name of the file of cards.
    pub topic: &'static str,
    /// The lesson that has to be done before it is asked for the first time; `None`: it may be asked at any time.
    pub lesson: Option<&'static str>,
    /// The card.
    pub card: Card,
}

impl Filed {
    /// Whether the card may be asked for the first time, now that these lessons are done.
    pub fn is_open(&self, done: &BTreeSet<&'static str>) -> bool {
        self.lesson.is_none_or(|lesson| done.contains(lesson))
    }
}

/// Reads the cards of the lessons, then the further ones; `dir` is a folder of the session for path sockets.
///
/// # Errors
///
/// What is wrong with a file of the course, and its name.
pub fn deck(dir: &str) -> Result<Vec<Filed>, (&'static str, Vec<ScriptError>)> {
    let mut deck = Vec::new();
    let course = crate::lesson::course::current();
    for file in course.lessons {
        let lesson =
            crate::lesson::read::of_course(file, dir).map_err(|errors| (file.name, errors))?;
        let topic = lesson.topics.first().copied().unwrap_or(file.id);
        let cards = lesson.cards.into_iter();
        deck.extend(cards.map(|card| Filed {
            topic,
            lesson: Some(card.after.unwrap_or(file.id)),
            card,
        }));
    }
    for file in course.cards {
        let text = file.text.replace(DIR, dir);
        let cards = crate::lesson::read::cards(&text).map_err(|errors| (file.name, errors))?;
        let topic = file.id;
        deck.extend(cards.into_iter().map(|card| Filed {
            topic,
            lesson: card.after,
            card,
        }));
    }
    Ok(deck)
}

/// The lessons of the course that are done; `dir` as in [`deck`].
///
/// # Errors
///
/// As [`deck`].
pub fn done(
    dir: &str,
    progress: &Progress,
) -> Result<BTreeSet<&'static str>, (&'static str, Vec<ScriptError>)> {
    let mut done = BTreeSet::new();
    let begun = crate::lesson::course::current().lessons.iter();
    for file in begun.filter(|file| progress.of(file.id).is_some()) {
        let lesson = crate::lesson::read::lesson(file.id, file.text, dir)
            .map_err(|errors| (file.name, errors))?;
        if Entry::of(&lesson).is_done(progress) {
            done.insert(file.id);
        }
    }
    Ok(done)
}

/// The predictions of the course that were wrong, as cards; `dir` as in [`deck`].
///
/// # Errors
///
/// As [`deck`].
pub fn missed(
    dir: &str,
    progress: &Progress,
) -> Result<Vec<Filed>, (&'static str, Vec<ScriptError>)> {
    let mut missed = Vec::new();
    for file in crate::lesson::course::current().lessons {
        let Some(done) = progress.of(file.id) else {
            continue;
        };
        let lesson =
            crate::lesson::read::of_course(file, dir).map_err(|errors| (file.name, errors))?;
        let topic = lesson.topics.first().copied().unwrap_or(file.id);
        let wrong = wrong(&lesson, done);
        missed.extend(wrong.map(|question| Filed {
            topic,
            lesson: Some(file.id),
            card: card(&lesson, question),
        }));
    }
    Ok(missed)
}

/// The predictions of a lesson whose first answer was wrong.
fn wrong<'a>(lesson: &'a Lesson, done: &'a Done) -> impl Iterator<Item = &'a Question> {
    let pages = lesson.pages.iter().enumerate();
    let steps = pages.flat_map(|(page, own)| {
        let steps = own.steps.iter().enumerate();
        steps.map(move |(at, lesson_step)| ((page, at), lesson_step))
    });
    steps.filter_map(|(place, lesson_step)| match lesson_step {
        LessonStep::Predict(question) => {
            let is_wrong = done.predicted.get(&Done::key(place)) == Some(&false);
            is_wrong.then_some(&**question)
        }
        _ => None,
    })
}

/// A prediction as a card. Its name follows from what is asked, so that it stays the same where the lesson is edited.
fn card(lesson: &Lesson, question: &Question) -> Card {
    let command = question.command().map(|command| Command {
        mode: Mode::Plain,
        ..command.clone()
    });
    let call = command.map(|command| format!("\n`{command}`"));
    let asked = question.text.plain() + &call.unwrap_or_default();
    let right = &question.answers[question.right];
    let fingerprint = crate::lesson::fingerprint::fingerprint(&asked);
    Card {
        id: format!("prediction-{}-{}", lesson.id, &fingerprint[..8]),
        tags: vec![PREDICTION.to_owned()],
        after: None,
        source: lesson.sources.join("; "),
        question: asked,
        answer: format!("{}: {}", right.text, right.says),
        run: Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use crate::lesson::deck::*;

    #[test]
    fn a_prediction_that_was_wrong_is_a_card() {
        let mut progress = Progress::default();
        assert_eq!(missed("/tmp", &progress), Ok(Vec::new()));
        let file = crate::lesson::course::LESSONS[0];
        let lesson = crate::lesson::read::of_course(&file, "/tmp").expect("a lesson");
        let pages = lesson.pages.iter().enumerate();
        let place = pages.flat_map(|(page, own)| {
            let steps = own.steps.iter().enumerate();
            steps.map(move |(at, lesson_step)| ((page, at), lesson_step))
        });
        let asks = |lesson_step: &LessonStep| matches!(lesson_step, LessonStep::Predict(_));
        let place = place.clone().find(|(_, lesson_step)| asks(lesson_step));
        let key = Done::key(place.expect("a prediction").0);
        let done = progress.of_mut(file.id);
        done.predicted.insert(key.clone(), true);
        assert_eq!(missed("/tmp", &progress), Ok(Vec::new()), "it was right");
        progress.of_mut(file.id).predicted.insert(key, false);
        let cards = missed("/tmp", &progress).expect("cards");
        let [Filed { card, .. }] = cards.as_slice() else {
            panic!("{cards:?}")
        };
        assert!(
            card.id.starts_with("prediction-what-is-a-socket-"),
            "{}",
            card.id
        );
        assert!(card.question.contains("recv(a, 100)"), "{}", card.question);
        assert!(card.answer.starts_with("blocks: "), "{}", card.answer);
    }
}
