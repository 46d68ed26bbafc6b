//! The timeout of select(2), ppoll(2) and sigtimedwait(2): a span, or forever.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::value::Span;

/// How long a call may wait.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Timeout {
    /// No timeout: a null pointer.
    Forever,
    /// So long.
    Span(Duration),
    /// Less than nothing, which the kernel rejects.
    Negative(Duration),
}

impl Timeout {
    /// How long the call may wait at most. `None`: forever, or the kernel rejects it.
    pub fn span(self) -> Option<Duration> {
        match self {
            Self::Span(span) => Some(span),
            Self::Forever | Self::Negative(_) => None,
        }
    }

    /// The two numbers of a `struct timespec`, of which the second is never negative. `None`: a null pointer.
    pub fn timespec(self) -> Option<(i64, i64)> {
        const SECOND: i128 = 1_000_000_000;
        let nanos = |span: Duration| i128::try_from(span.as_nanos()).unwrap_or(i128::MAX);
        let nanos = match self {
            Self::Forever => return None,
            Self::Span(span) => nanos(span),
            Self::Negative(span) => -nanos(span),
        };
        let seconds = i64::try_from(nanos.div_euclid(SECOND)).unwrap_or(i64::MAX);
        let rest = i64::try_from(nanos.rem_euclid(SECOND)).unwrap_or(0);
        Some((seconds, rest))
    }
}

impl From<Option<Duration>> for Timeout {
    fn from(span: Option<Duration>) -> Self {
        span.map_or(Self::Forever, Self::Span)
    }
}

impl fmt::Display for Timeout {
    /// Milliseconds as a bare number, what is not a multiple of them with its unit, `-1` forever.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const MILLISECOND: Duration = Duration::from_millis(1);
        match *self {
            Self::Forever => f.write_str("-1"),
            // Without its unit it would be forever.
            Self::Negative(MILLISECOND) => f.write_str("-1ms"),
            Self::Span(span) => f.write_str(&positive(span)),
            Self::Negative(span) => write!(f, "-{}", positive(span)),
        }
    }
}

fn positive(span: Duration) -> String {
    match span.subsec_nanos() % 1_000_000 {
        0 => span.as_millis().to_string(),
        _ => Span(span).to_string(),
    }
}
