//! Whether a goal is met: by how much a figure misses it, compared with the spread of the same run.

use std::fmt;

/// What a figure is to be.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Bound {
    /// So much or less.
    AtMost(f64),
    /// So much or more.
    AtLeast(f64),
}

impl Bound {
    /// How far a figure lies on the wrong side; not above 0 on the right one.
    fn missed_by(self, figure: f64) -> f64 {
        match self {
            Self::AtMost(most) => figure - most,
            Self::AtLeast(least) => least - figure,
        }
    }
}

impl fmt::Display for Bound {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::AtMost(most) => write!(f, "<= {most}"),
            Self::AtLeast(least) => write!(f, ">= {least}"),
        }
    }
}

/// What a figure says about its goal.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It reaches the goal.
    Met,
    /// It misses the goal by no more than two measurements of the same differ in this run.
    WithinSpread,
    /// It misses the goal by more than that.
    Missed,
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Met => "met",
            Self::WithinSpread => "missed within the spread of this run",
            Self::Missed => "MISSED",
        })
    }
}

/// Judges a figure, given how far two measurements of the same lie apart. A figure or a spread that is no number misses
/// every goal: it was not measured.
pub(crate) fn judge(bound: Bound, figure: f64, spread: f64) -> Verdict {
    let missed_by = bound.missed_by(figure);
    if missed_by <= 0.0 {
        Verdict::Met
    } else if missed_by <= spread {
        Verdict::WithinSpread
    } else {
        Verdict::Missed
    }
}
