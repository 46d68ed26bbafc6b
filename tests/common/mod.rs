//! What the tests use: an engine with its world, a script played on them, the built program, the built program in a
//! terminal, files of the project, and what the host offers. Every wait has a deadline.

#![expect(dead_code, reason = "no test binary needs all of it")]

use std::time::Duration;

pub(crate) mod child;
pub(crate) mod display;
pub(crate) mod engine;
pub(crate) mod files;
pub(crate) mod host;
pub(crate) mod many;
pub(crate) mod namespace;
pub(crate) mod opened;
pub(crate) mod scripts;
pub(crate) mod session;
pub(crate) mod ss;
pub(crate) mod terminal;

/// How long anything may take on a machine that does much else. Nothing that works comes near it.
pub(crate) const PATIENCE: Duration = Duration::from_secs(60);

/// Says why something was not tested.
pub(crate) fn skipped(reason: &str) {
    eprintln!("skipped: {reason}");
}
