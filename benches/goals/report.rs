//! The rows that a run prints, and which goals it has missed.

use super::goals::Goal;
use super::paired::Measured;
use super::verdict::{Verdict, judge};

/// What is told of one goal.
#[derive(Debug)]
pub(crate) struct Report {
    goal: &'static Goal,
    /// The cases that missed it.
    pub(crate) missed: Vec<String>,
}

impl Report {
    pub(crate) fn new(goal: &'static Goal) -> Self {
        Self {
            goal,
            missed: Vec::new(),
        }
    }

    /// Prints the head of the table.
    pub(crate) fn head() {
        print_row([
            "goal", "case", "baseline", "sockplay", "measured", "bound", "A/A", "verdict",
        ]);
    }

    /// Prints a figure and what it says about the goal. `case` tells it from others of the same goal.
    pub(crate) fn tell(&mut self, case: &str, measured: &Measured) {
        let Goal {
            name, unit, bound, ..
        } = *self.goal;
        let verdict = judge(bound, measured.figure, measured.spread);
        if verdict == Verdict::Missed {
            self.missed.push(format!("{name} {case}").trim().to_owned());
        }
        print_row([
            name,
            case,
            measured.baseline.as_deref().unwrap_or("-"),
            &measured.ours,
            &with_unit(format!("{:.3}", measured.figure), unit),
            &with_unit(bound.to_string(), unit),
            &format!("{:.3}", measured.spread),
            &verdict.to_string(),
        ]);
    }

    /// Prints why a goal, or a case of it, could not be measured.
    pub(crate) fn skip(&self, case: &str, reason: &str) {
        let bound = with_unit(self.goal.bound.to_string(), self.goal.unit);
        let skipped = format!("skipped: {reason}");
        print_row([self.goal.name, case, "-", "-", "-", &bound, "-", &skipped]);
    }
}

fn with_unit(figure: String, unit: &str) -> String {
    match unit {
        "" => figure,
        unit => format!("{figure} {unit}"),
    }
}

fn print_row([name, case, baseline, ours, figure, bound, spread, verdict]: [&str; 8]) {
    println!(
        "{name:<27} {case:<22} {baseline:>12} {ours:>12} {figure:>13}  {bound:<11} {spread:>6}  {verdict}"
    );
}
