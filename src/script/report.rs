//! What became of one line.

use std::fmt::Write;
use std::time::Duration;

use crate::event::{CallId, Stamp};
use crate::notation::{Command, Mode, Name};
use crate::world::{Record, Socket, World};

/// What became of one line: its result and whether that was as expected.
#[derive(Debug, Clone)]
pub struct Report {
    /// The number of the line.
    pub number: usize,
    /// The command, with the names that were really given.
    pub command: Command,
    /// The comment of the line.
    pub comment: Option<String>,
    /// The call, if one was made.
    pub call: Option<CallId>,
    /// The text after `->`; empty for a line that was only started.
    pub result: String,
    /// The name of the errno, when the call failed.
    pub errno: Option<String>,
    /// Whether it is as expected.
    pub verdict: Verdict,
    /// When the call was made.
    pub start: Stamp,
    /// How long it took, or has taken so far.
    pub duration: Duration,
    /// The state of its socket before.
    pub state_before: Option<String>,
    /// And after.
    pub state_after: Option<String>,
}

/// Whether a line did what was expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did.
    Held,
    /// It did not; what was expected.
    Broken(String),
}

impl Verdict {
    /// Whether it held.
    pub fn held(&self) -> bool {
        *self == Self::Held
    }
}

/// The column at which results stand.
const RESULT_COLUMN: usize = 40;

impl Report {
    /// The line as a line of the notation, with its actual result.
    pub fn line(&self) -> String {
        let started = Command {
            mode: Mode::Plain,
            ..self.command.clone()
        };
        let mut line = started.to_string();
        if self.result.is_empty() {
            line.push_str(" &");
        } else {
            // Writing to a String cannot fail.
            let _ = write!(
                line,
                "{:width$} -> {}",
                "",
                self.result,
                width = RESULT_COLUMN.saturating_sub(line.len())
            );
        }
        if let Verdict::Broken(expected) = &self.verdict {
            let _ = write!(line, "    # BROKEN, line {}: {expected}", self.number);
        }
        if let Some(comment) = &self.comment {
            let _ = write!(line, "  #{comment}");
        }
        line
    }
}

/// The command with the names that its sockets really got.
pub(super) fn with_names(world: &World, command: &Command, record: Option<&Record>) -> Command {
    let born = record
        .map(|record| record.born.as_slice())
        .unwrap_or_default();
    let names: Vec<Name> = born
        .iter()
        .filter_map(|id| Some(world.socket(*id)?.name.clone()))
        .collect();
    let targets = if names.is_empty() {
        command.targets.clone()
    } else {
        names
    };
    Command {
        targets,
        ..command.clone()
    }
}

/// The states before and after a call: the kernel's for TCP, the phase for other sockets.
pub(super) fn states(world: &World, record: &Record) -> (Option<String>, Option<String>) {
    let on = record.on().and_then(|id| world.socket(id));
    let made = record.born.first().and_then(|id| world.socket(*id));
    let is_tcp = on.is_some_and(Socket::is_tcp);
    let before = if is_tcp {
        record.states.0.map(|state| state.to_string())
    } else {
        record.phase_before.map(|phase| phase.to_string())
    };
    let after = match (on, made) {
        (Some(_), _) if is_tcp => record.states.1.map(|state| state.to_string()),
        (Some(socket), _) => Some(socket.phase.to_string()),
        (None, Some(made)) => Some(
            made.tcp
                .map_or_else(|| made.phase.to_string(), |state| state.to_string()),
        ),
        (None, None) => None,
    };
    (before, after)
}
