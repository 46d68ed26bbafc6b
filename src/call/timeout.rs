//! The timeout of select(2) and sigtimedwait(2): a span, or forever.

use std::fmt;
use std::time::Duration;

use crate::call::value::Span;

/// How long a call may wait; `None` is forever.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timeout(pub Option<Duration>);

impl fmt::Display for Timeout {
    /// Milliseconds as a bare number, what is not a multiple of them with its unit, `-1` forever.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0 {
            None => f.write_str("-1"),
            Some(span) if span.subsec_nanos() % 1_000_000 == 0 => write!(f, "{}", span.as_millis()),
            Some(span) => write!(f, "{}", Span(span)),
        }
    }
}
