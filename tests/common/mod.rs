//! What the tests are made with: an engine with its world, a script played on them, the built program, the built program
//! in a terminal, and the sentence for what cannot be tested here. Every wait has a deadline.

#![expect(dead_code, reason = "no test binary needs all of it")]

use std::time::Duration;

pub(crate) mod child;
pub(crate) mod display;
pub(crate) mod engine;
pub(crate) mod session;
pub(crate) mod terminal;

/// How long anything may take, with both cores busy. Nothing that works comes near it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Says why a test was not made.
pub(crate) fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
