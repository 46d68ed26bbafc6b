//! What became of one line.

use std::fmt::Write;
use std::time::Duration;

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::{Call, Command, Mode};
use crate::event::{CallId, Timestamp};
use crate::script::judge::{Pace, Verdict, refusal};
use crate::socket::Address;
use crate::socket::text::escaped;
use crate::world::{Handle, Progress, Record, Unresolved, World};

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
    pub start: Timestamp,
    /// How long it took, or has taken so far.
    pub duration: Duration,
    /// The state of its socket before.
    pub state_before: Option<String>,
    /// And after.
    pub state_after: Option<String>,
}

/// The column of the results.
pub(crate) const RESULT_COLUMN: usize = 40;

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
            let _ = write!(
                line,
                "    # BROKEN, line {}: {}",
                self.number,
                escaped(expected)
            );
        }
        if let Some(comment) = &self.comment {
            let _ = write!(line, "  #{}", escaped(comment));
        }
        line
    }
}

impl Report {
    /// Of a line that did not hold: what was expected, and what came.
    pub fn complaint(&self) -> Option<String> {
        let Verdict::Broken(expected) = &self.verdict else {
            return None;
        };
        Some(match self.result.as_str() {
            // Then what was said is why.
            "refused" | "" => expected.clone(),
            result => format!("{expected}, got {result}"),
        })
    }
}

/// The command with the names that its sockets really got.
pub(crate) fn with_names(world: &World, command: &Command, record: Option<&Record>) -> Command {
    let created = record.map(Record::new_descriptors).unwrap_or_default();
    let names: Vec<Name> = created
        .iter()
        .filter_map(|id| Some(world.descriptor(*id)?.name().base()))
        .collect();
    let process = record.and_then(|record| world.child_made_by(record.id()));
    let process = process.and_then(|own| own.name.clone());
    let targets = match process {
        Some(process) => vec![process],
        None if names.is_empty() => command.targets.clone(),
        None => names,
    };
    Command {
        targets,
        ..command.clone()
    }
}

/// How an address is named in the result of a call.
fn naming(world: &World, call: &Call, address: &Address) -> Option<String> {
    match call {
        // getsockname(x) -> addr(x) would say nothing.
        Call::Getsockname { .. } => None,
        _ => world.address_name(address),
    }
}

/// The states before and after a call: the kernel's for TCP, the phase for other sockets.
fn states(world: &World, record: &Record) -> (Option<String>, Option<String>) {
    let on = record.on().and_then(|id| world.descriptor(id));
    let first = record
        .new_descriptors()
        .first()
        .and_then(|id| world.descriptor(*id));
    let is_tcp = on.is_some_and(Handle::is_tcp);
    let before = if is_tcp {
        record.tcp_before.map(|state| state.to_string())
    } else {
        record.phase_before.map(|phase| phase.to_string())
    };
    let after = match (on, first) {
        (Some(_), _) if is_tcp => record.tcp_after.map(|state| state.to_string()),
        (Some(socket), _) => Some(socket.phase().to_string()),
        (None, Some(first)) => Some(
            first
                .tcp()
                .map_or_else(|| first.phase().to_string(), |state| state.to_string()),
        ),
        (None, None) => None,
    };
    (before, after)
}

/// A line that was carried out, before it is known what to say of it.
pub(crate) struct Done {
    pub(crate) number: usize,
    pub(crate) command: Command,
    pub(crate) comment: Option<String>,
    pub(crate) call: CallId,
    /// Whether it only waited for another call.
    pub(crate) waited: bool,
    /// Whether it was refused while it waited for something to be about.
    pub(crate) refused: bool,
    /// Whether the call that it waited for never returned.
    pub(crate) never: bool,
    pub(crate) began: Timestamp,
}

impl Done {
    /// The report of it.
    pub(crate) fn report(
        self,
        world: &World,
        now: Timestamp,
        outcome: Option<Outcome>,
        verdict: Verdict,
        pace: Pace,
    ) -> Report {
        let record = world.call(self.call);
        let (state_before, state_after) =
            record.map_or((None, None), |record| states(world, record));
        Report {
            number: self.number,
            command: with_names(world, &self.command, record),
            call: Some(self.call),
            result: self.result(world, record, outcome.as_ref(), pace, &verdict),
            errno: outcome
                .and_then(|outcome| outcome.errno())
                .map(|errno| errno.to_string()),
            verdict,
            start: record
                .and_then(|record| record.entered)
                .unwrap_or(self.began),
            duration: record.map_or(Duration::ZERO, |record| record.duration(now)),
            state_before,
            state_after,
            comment: self.comment,
        }
    }

    /// The text after `->`.
    fn result(
        &self,
        world: &World,
        record: Option<&Record>,
        outcome: Option<&Outcome>,
        pace: Pace,
        verdict: &Verdict,
    ) -> String {
        let naming = |address: &Address| naming(world, &self.command.call, address);
        let refused = matches!(
            record.map(|record| &record.progress),
            Some(Progress::Refused(_))
        );
        let never = self.never
            || record.is_some_and(|own| matches!(own.progress, Progress::Abandoned { .. }));
        match (outcome, &self.command.mode) {
            (None, _) if self.refused || refused && !self.waited => "refused".to_owned(),
            (outcome, Mode::Background) if outcome.is_none() || pace == Pace::Script => {
                String::new()
            }
            // The number may be what was not as expected.
            (Some(outcome), Mode::Expect(_)) if !verdict.held() => outcome.numbered_with(&naming),
            (Some(outcome), _) => outcome.text(&naming),
            (None, _) if never => "?".to_owned(),
            (None, _) => "blocks".to_owned(),
        }
    }
}

/// The report of a line that means nothing in this world.
pub(crate) fn unresolved(
    number: usize,
    command: Command,
    comment: Option<String>,
    now: Timestamp,
    reason: &Unresolved,
) -> Report {
    let verdict = refusal(&command.mode, &reason.to_string());
    Report {
        number,
        command,
        comment,
        call: None,
        result: "refused".to_owned(),
        errno: None,
        verdict,
        start: now,
        duration: Duration::ZERO,
        state_before: None,
        state_after: None,
    }
}
