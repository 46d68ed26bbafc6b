//! Expectations: the pattern after `->`. [`crate::notation::matching`] compares it with a result.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::value::Span;

/// The pattern after `->`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Expectation {
    /// Its words.
    pub words: Vec<String>,
    /// How long it may take to come true, where that is said.
    pub within: Option<Duration>,
}

impl fmt::Display for Expectation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.words.join(" "))?;
        match self.within {
            Some(span) => write!(f, " within {}", Span(span)),
            None => Ok(()),
        }
    }
}
