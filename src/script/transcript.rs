//! The log of a session as a script: what was called and what it returned, as expectations.
//!
//! A call during which others were made, or that was interrupted, is started in the background, and its result is that of the `wait` or `cancel`
//! at the place where it returned.

use std::fmt::Write;

use crate::call::outcome::Outcome;
use crate::call::{Command, Mode};
use crate::event::Source;
use crate::script::report::{RESULT_COLUMN, result_text, with_names};
use crate::socket::text::escaped;
use crate::world::{Progress, Record, World};

/// The log as a script.
pub fn transcript(world: &World) -> String {
    let mut text = String::new();
    let log = world.log();
    if log.forgotten() > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# the oldest {} calls were not kept", log.forgotten());
    }
    let own: Vec<&Record> = (log.forgotten()..log.len())
        .filter_map(|index| log.get(index))
        .filter(|record| matches!(record.source, Source::Session | Source::Child { .. }))
        .collect();
    // Calls that were started in the background and have not been collected yet.
    let mut background: Vec<&Record> = Vec::new();
    for (index, record) in own.iter().enumerate() {
        let returned = |other: &&Record| other.has_ended_before(record.asked);
        let (ended, rest): (Vec<_>, Vec<_>) = background.into_iter().partition(returned);
        background = rest;
        for other in ended {
            collect(&mut text, world, other, &own);
        }
        let next = own.get(index + 1);
        let ends_first =
            !record.interrupted && next.is_none_or(|next| record.has_ended_before(next.asked));
        match &record.progress {
            Progress::Refused(_) => {
                let command = plain(world, record);
                let _ = writeln!(text, "# refused: {}", escaped(&command.to_string()));
            }
            Progress::Returned { .. } if ends_first => {
                let call = plain(world, record).to_string();
                result(&mut text, &call, world, record);
            }
            Progress::Returned { .. }
            | Progress::Running
            | Progress::Held
            | Progress::Blocked { .. }
            | Progress::Abandoned { .. } => {
                let command = Command {
                    mode: Mode::Background,
                    ..record.request.command.as_ref().clone()
                };
                let targets = Vec::new();
                let command = Command { targets, ..command };
                let _ = writeln!(text, "{}", escaped(&command.to_string()));
                background.push(record);
            }
        }
    }
    for record in background {
        collect(&mut text, world, record, &own);
    }
    text
}

/// The command as it was made, with the names that its sockets got.
fn plain(world: &World, record: &Record) -> Command {
    let command = Command {
        mode: Mode::Plain,
        ..record.request.command.as_ref().clone()
    };
    with_names(world, &command, Some(record))
}

/// Adds the end of a call that was started in the background.
fn collect(text: &mut String, world: &World, record: &Record, own: &[&Record]) {
    let is_collected = own.iter().any(|other| {
        let collects = other.call().call_kind().collects();
        collects
            && other.on() == record.on()
            && other.asked > record.asked
            && !record.has_ended_before(other.asked)
    });
    let socket = record.on().and_then(|on| world.descriptor(on));
    let ended = record.outcome().is_some();
    let call = record.call();
    let Some(socket) = socket.filter(|_| ended && !is_collected) else {
        if !ended {
            let _ = writeln!(text, "# still pending: {}", escaped(&call.to_string()));
        }
        return;
    };
    let word = if record.interrupted { "cancel" } else { "wait" };
    let targets = plain(world, record).targets;
    let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
    let names = match names.as_slice() {
        [] => String::new(),
        names => format!("{} = ", names.join(", ")),
    };
    let process = record.request.command.process.as_ref();
    let process = process.map_or_else(String::new, |process| format!(" in {process}"));
    let call = format!("{names}{word}({}){process}", socket.name().base());
    result(text, &call, world, record);
}

/// Adds a line with the result of a call.
fn result(text: &mut String, call: &str, world: &World, record: &Record) {
    let outcome = record.outcome();
    let result = outcome.map(|outcome: &Outcome| result_text(world, record.call(), outcome));
    let line = format!("{call:RESULT_COLUMN$} -> {}", result.unwrap_or_default());
    let _ = writeln!(text, "{}", escaped(&line));
}
