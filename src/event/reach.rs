//! What a call may reach: everything, or only what belongs to the session.

use serde::{Deserialize, Serialize};

/// What the call in a line may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Reach {
    /// Whatever this user may reach: a person typed the line, or ran the script that contains it.
    #[default]
    Free,
    /// Only what belongs to the session or to another sockplay: the line comes from a file that is not a program of the
    /// person who runs it.
    Confined(LineSource),
}

/// The file that a confined line comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum LineSource {
    /// A lesson.
    Lesson,
    /// The answer that a learner gave to a lesson.
    Answer,
    /// A flash card.
    Card,
    /// A script that a screenshot is made from.
    Screenshot,
}

impl LineSource {
    /// The source with its indefinite article.
    pub fn words(self) -> &'static str {
        match self {
            Self::Lesson => "a lesson",
            Self::Answer => "an answer",
            Self::Card => "a flash card",
            Self::Screenshot => "a screenshot's script",
        }
    }
}
