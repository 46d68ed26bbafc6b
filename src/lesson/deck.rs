//! All cards of the course, each with the topic under which it is filed.

use crate::lesson::{Card, DIR};
use crate::script::ScriptError;

/// A card and where it belongs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Filed {
    /// The first topic of its lesson, or the name of the file of cards.
    pub topic: &'static str,
    /// The card.
    pub card: Card,
}

/// Reads the cards of the lessons, then the further ones; `dir` is a folder of the session for path sockets.
///
/// # Errors
///
/// What is wrong with a file of the course, and its name.
pub fn deck(dir: &str) -> Result<Vec<Filed>, (&'static str, Vec<ScriptError>)> {
    let mut deck = Vec::new();
    for file in crate::lesson::course::LESSONS {
        let lesson = crate::lesson::read::lesson(file.id, file.text, dir)
            .map_err(|errors| (file.name, errors))?;
        let topic = lesson.topics.first().copied().unwrap_or(file.id);
        let cards = lesson.cards.into_iter();
        deck.extend(cards.map(|card| Filed { topic, card }));
    }
    for file in crate::lesson::course::CARDS {
        let text = file.text.replace(DIR, dir);
        let cards = crate::lesson::read::cards(&text).map_err(|errors| (file.name, errors))?;
        let topic = file.id;
        deck.extend(cards.into_iter().map(|card| Filed { topic, card }));
    }
    Ok(deck)
}
