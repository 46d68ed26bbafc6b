//! The log of a session as a script: what was called and what it returned, as expectations.
//!
//! A call during which others were made, or that was interrupted, is started in the background, and its result is that of the `wait` or `cancel`
//! at the place where it returned. What the kernel chooses anew each time is written so that the script holds again:
//! `relative`. Where a line had an expectation that held, that stays: it says what may differ.

mod part;
mod relative;

use std::collections::{HashMap, HashSet, VecDeque};
use std::fmt::Write;

use crate::call::{Command, Mode};
use crate::event::{CallId, DescriptorId, Source, Timestamp};
use crate::script::judge::as_expected;
use crate::script::report::{RESULT_COLUMN, with_names};
use crate::script::transcript::relative::Relative;
use crate::socket::text::escaped;
use crate::world::{Progress, Record, World};

/// The log as a script. The calls of traced programs are comments in it.
pub fn transcript(world: &World) -> String {
    script(world, &own(world), foreign(world).collect())
}

/// What the log has about one descriptor, as a script: its calls, and those on others that they depend on.
pub fn about(world: &World, descriptor: DescriptorId) -> String {
    let foreign = foreign(world).filter(|record| record.concerns(descriptor));
    let needed = part::needed(world, &own(world), descriptor);
    script(world, &needed, foreign.collect())
}

/// The calls of the session and its children that lines asked for.
fn own(world: &World) -> Vec<&Record> {
    let log = world.log();
    (log.forgotten()..log.len())
        .filter_map(|index| log.get(index))
        .filter(|record| matches!(record.source, Source::Session | Source::Child { .. }))
        .filter(|record| record.id().is_of_line())
        .collect()
}

/// The calls of traced programs.
fn foreign(world: &World) -> impl Iterator<Item = &Record> {
    let log = world.log();
    let all = (log.forgotten()..log.len()).filter_map(|index| log.get(index));
    all.filter(|record| match record.source {
        Source::Traced { .. } | Source::Recording { .. } => true,
        Source::Session | Source::Child { .. } => false,
    })
}

fn script<'a>(world: &'a World, own: &'a [&'a Record], foreign: VecDeque<&'a Record>) -> String {
    let mut text = String::new();
    let forgotten = world.log().forgotten();
    if forgotten > 0 {
        // Writing to a String cannot fail.
        let _ = writeln!(text, "# the oldest {forgotten} calls were not kept");
    }
    if !foreign.is_empty() {
        text.push_str(
            "# lines with [pid N] are calls of a traced program, which a script does not make\n",
        );
    }
    let collected_by = collected(own);
    let mut writer = Writer {
        world,
        own,
        foreign,
        collected: collected_by.values().map(|record| record.id()).collect(),
        collected_by,
        relative: Relative::of(world, own),
        text,
    };
    writer.all();
    writer.text
}

/// The calls whose results are those of later lines, `wait` and the like, by these lines.
fn collected<'a>(own: &[&'a Record]) -> HashMap<CallId, &'a Record> {
    let (mut collected, mut by) = (HashSet::new(), HashMap::new());
    for (index, line) in own.iter().enumerate() {
        let collects = line.call().call_kind().collects() && line.outcome().is_some();
        let Some(on) = line.on().filter(|_| collects) else {
            continue;
        };
        let before = own.get(..index).unwrap_or_default().iter();
        let mut left = before.filter(|record| {
            record.concerns(on)
                && record.call().call_kind().can_be_left()
                && !collected.contains(&record.id())
                && may_be_left(record, own)
        });
        // As the player chooses: one that is pending before one that has ended.
        let pending = left
            .clone()
            .find(|record| !record.has_ended_before(line.asked));
        if let Some(record) = pending.or_else(|| left.next()) {
            collected.insert(record.id());
            by.insert(line.id(), *record);
        }
    }
    by
}

/// The calls of the background that a `wait` before a moment would be about, and the others. Of several calls `wait` takes one
/// that goes on rather than one that has ended: while one does, the results of others have to wait. That of a call which
/// made a descriptor cannot, since later lines use its name.
fn collectable<'a>(
    background: Vec<&'a Record>,
    begun: &[&Record],
    moment: Timestamp,
) -> (Vec<&'a Record>, Vec<&'a Record>) {
    background.into_iter().partition(|record| {
        let hides = |other: &&&Record| {
            !other.has_ended_before(moment) && record.on().is_some_and(|on| other.concerns(on))
        };
        let is_hidden = || begun.iter().any(|other| hides(&other));
        record.has_ended_before(moment) && (!record.new_descriptors().is_empty() || !is_hidden())
    })
}

/// Whether the next line did not wait for the end of a call.
fn may_be_left(record: &Record, own: &[&Record]) -> bool {
    match record.request.command.mode {
        Mode::Background | Mode::Blocks => true,
        Mode::Plain | Mode::Expect(_) => {
            let next = own.iter().find(|other| other.asked > record.asked);
            record.interrupted || next.is_some_and(|next| !record.has_ended_before(next.asked))
        }
    }
}

/// Whether a call can be written as one that goes on while later lines are run: `wait` can give its result, or it gives none
/// that later lines use.
fn may_go_on(record: &Record) -> bool {
    let command = &record.request.command;
    let is_left = record.ever_blocked || matches!(command.mode, Mode::Blocks | Mode::Background);
    record.on().is_some() || (is_left && command.targets.is_empty())
}

/// Writes the lines.
struct Writer<'a> {
    world: &'a World,
    own: &'a [&'a Record],
    /// The calls of traced programs that are still to be written.
    foreign: VecDeque<&'a Record>,
    /// Those whose results are those of later lines.
    collected: HashSet<CallId>,
    /// The same calls, by the lines.
    collected_by: HashMap<CallId, &'a Record>,
    relative: Relative<'a>,
    text: String,
}

impl<'a> Writer<'a> {
    fn all(&mut self) {
        // Calls that were started in the background and have not been collected yet.
        let mut background: Vec<&Record> = Vec::new();
        // All that were left, as far as they go on.
        let mut begun: Vec<&Record> = Vec::new();
        for (index, record) in self.own.iter().enumerate() {
            self.foreign_before(record.asked);
            let (ended, rest) = collectable(background, &begun, record.asked);
            background = rest;
            begun.retain(|other| !other.has_ended_before(record.asked));
            for other in ended {
                self.collect(other);
            }
            let next = self.own.get(index + 1);
            let ends_first =
                !record.interrupted && next.is_none_or(|next| record.has_ended_before(next.asked));
            let is_collected = self.collected.contains(&record.id());
            let is_whole = (ends_first || !may_go_on(record)) && !is_collected;
            match &record.progress {
                Progress::Refused(_) => self.refused(record),
                Progress::Returned { .. } | Progress::Abandoned { .. } if is_whole => {
                    let call = self.plain(record).to_string();
                    self.result(&call, record);
                }
                Progress::Returned { .. }
                | Progress::Running
                | Progress::Held
                | Progress::Blocked { .. }
                | Progress::Abandoned { .. } => {
                    self.begun(record);
                    begun.push(record);
                    if !is_collected {
                        background.push(record);
                    }
                }
            }
        }
        self.foreign_before(Timestamp(u64::MAX));
        let (ended, rest) = collectable(background, &begun, Timestamp(u64::MAX));
        for record in ended {
            self.collect(record);
        }
        for record in rest {
            self.not_collected(record);
        }
    }

    /// Adds the calls of traced programs that came before a moment, as comments.
    fn foreign_before(&mut self, moment: Timestamp) {
        while let Some(record) = self.foreign.front().copied() {
            if record.asked >= moment {
                return;
            }
            self.foreign.pop_front();
            self.line(&format!("# {}", crate::export::line(record)));
        }
    }

    fn line(&mut self, line: &str) {
        let _ = writeln!(self.text, "{}", escaped(line));
    }

    /// The command as it was made, with the names that its sockets got.
    fn plain(&self, record: &Record) -> Command {
        let command = Command {
            mode: Mode::Plain,
            ..record.request.command.as_ref().clone()
        };
        let mut command = with_names(self.world, &command, Some(record));
        self.relative.write(record, &mut command.call);
        command
    }

    /// A call that sockplay did not make.
    fn refused(&mut self, record: &Record) {
        let call = self.plain(record).to_string();
        let line = match &record.request.command.mode {
            Mode::Expect(expectation) if expectation.is_refusal() => {
                format!("{call:RESULT_COLUMN$} -> refused")
            }
            Mode::Expect(_) | Mode::Plain | Mode::Blocks | Mode::Background => {
                format!("# refused: {call}")
            }
        };
        self.line(&line);
    }

    /// A call that went on while others were made.
    fn begun(&mut self, record: &Record) {
        let waits = record.call().call_kind().collects();
        let mode = match &record.request.command.mode {
            Mode::Blocks if waits => Mode::Blocks,
            // In the background it would have to end before the script does.
            _ if waits && record.is_pending() => Mode::Blocks,
            _ if record.ever_blocked => Mode::Blocks,
            Mode::Blocks | Mode::Background | Mode::Plain | Mode::Expect(_) => Mode::Background,
        };
        let command = Command {
            targets: Vec::new(),
            mode,
            ..self.plain(record)
        };
        self.line(&command.to_string());
    }

    /// Says that no line has the result of a call.
    fn not_collected(&mut self, record: &Record) {
        // The line that a `wait` is about has its own.
        if !record.call().call_kind().collects() {
            let what = match record.is_pending() {
                true => "still pending",
                false => "ended before another call on the same descriptor",
            };
            let call = self.plain(record).call.to_string();
            self.line(&format!("# {what}: {call}"));
        }
    }

    /// Says how a call ended that `wait` cannot name, as it is made on no descriptor.
    fn ended(&mut self, record: &Record) {
        if let Some(outcome) = record.outcome() {
            let call = self.plain(record).call.to_string();
            let result = self.relative.result(record, outcome);
            self.line(&format!("# ended here: {call} -> {result}"));
        }
    }

    /// Adds the end of a call that was started in the background.
    fn collect(&mut self, record: &Record) {
        let socket = record.on().and_then(|on| self.world.descriptor(on));
        let Some(socket) = socket else {
            return self.ended(record);
        };
        let word = if record.interrupted { "cancel" } else { "wait" };
        let targets = self.plain(record).targets;
        let names: Vec<String> = targets.iter().map(ToString::to_string).collect();
        let names = match names.as_slice() {
            [] => String::new(),
            names => format!("{} = ", names.join(", ")),
        };
        let process = record.request.command.process.as_ref();
        let process = process.map_or_else(String::new, |process| format!(" in {process}"));
        let call = format!("{names}{word}({}){process}", socket.name().base());
        self.result(&call, record);
    }

    /// The call whose result a line has.
    fn made<'b>(&'b self, line: &'b Record) -> &'b Record {
        self.collected_by.get(&line.id()).copied().unwrap_or(line)
    }

    /// Adds a line with the result of a call.
    fn result(&mut self, call: &str, record: &Record) {
        let mode = &record.request.command.mode;
        let result = match (record.outcome(), mode) {
            (None, _) => "?".to_owned(),
            (Some(outcome), Mode::Expect(expectation))
                if as_expected(self.world, mode, outcome) =>
            {
                expectation.to_string()
            }
            (Some(outcome), _) => self.relative.result(self.made(record), outcome),
        };
        self.line(&format!("{call:RESULT_COLUMN$} -> {result}"));
    }
}
