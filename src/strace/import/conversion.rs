//! The fold over the lines of a trace: what each of them adds to the events.
//!
//! It keeps what a tracer would know: the processes with their threads and descriptor tables, and the call that each
//! thread is inside.

mod calls;
mod changes;
mod descriptors;
mod processes;

use std::collections::{HashMap, HashSet};

use crate::call::argument::Name;
use crate::event::{
    Abandonment, CallId, DescriptorId, Event, EventKind, ProcessEvent, Source, Timestamp,
};
use crate::strace::import::line::What;
use crate::strace::import::pending::Pending;
use crate::strace::import::tables::{TableKey, Tables};
use crate::strace::import::threads::{Step, Threads};
use crate::strace::import::time::Clock;

/// The most events that are made of a trace.
const MOST_EVENTS: usize = 1_000_000;

/// A process.
#[derive(Debug)]
struct Process {
    table: TableKey,
    /// How many of its threads there are.
    threads: usize,
    /// Whether it has begun to end by exit_group(2).
    exits: bool,
    /// Whether it was reported that it is there: what executes the first program comes before.
    began: bool,
    /// Its program with the arguments; empty where the trace does not say it.
    command: Box<str>,
}

/// A thread.
#[derive(Debug)]
struct Thread {
    pid: i32,
    /// The call that it is inside.
    call: Option<Pending>,
    /// Whether its last call was interrupted and may be gone on with by restart_syscall(2).
    interrupted: bool,
    /// Whether it has a descriptor table of its own, unshare(2): its calls are not shown then, since its numbers mean
    /// something else.
    apart: bool,
}

/// What was made of a step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Made {
    /// A call that is in the events, or something that happened to a process.
    Events,
    /// Nothing: it is about no socket, or another line says the rest of it.
    Nothing,
    /// The text is not that of a call.
    Unknown,
}

/// The state of the fold.
#[derive(Debug)]
pub(super) struct Conversion<'a> {
    /// The events so far.
    pub(super) events: Vec<Event>,
    /// How the times of the lines are read.
    pub(super) clock: Clock,
    threads: Threads<'a>,
    known: HashMap<i32, Thread>,
    processes: HashMap<i32, Process>,
    tables: Tables,
    /// The names that open descriptors have.
    names: HashSet<Name>,
    calls: u64,
    descriptors: u32,
}

impl<'a> Conversion<'a> {
    /// Before the first line.
    pub(super) fn of(threads: Threads<'a>) -> Self {
        Self {
            events: Vec::new(),
            clock: Clock::default(),
            threads,
            known: HashMap::new(),
            processes: HashMap::new(),
            tables: Tables::default(),
            names: HashSet::new(),
            calls: 0,
            descriptors: 0,
        }
    }

    /// Whether no more events are made.
    pub(super) fn is_full(&self) -> bool {
        self.events.len() >= MOST_EVENTS
    }

    /// The line at a place. `None`: there are no more.
    pub(super) fn step(&self, index: usize) -> Option<Step<'a>> {
        self.threads.steps.get(index).cloned()
    }

    /// Takes the line at a place in.
    pub(super) fn take(&mut self, index: usize, step: &Step<'a>) -> Made {
        let at = self.clock.line(step.stamp);
        let tid = step.thread;
        match step.what {
            What::Call(name, arguments, returned) => {
                let whole = self.whole(index, name, ("", arguments), Some(returned));
                let entered = self.enters(at, tid, &whole);
                match self.returns(at, tid, &whole, None) {
                    Made::Nothing => entered,
                    made => made,
                }
            }
            What::Entered(name, arguments) => {
                let half = step.half.and_then(|half| self.step(half));
                let (rest, returned) = match half.map(|half| half.what) {
                    Some(What::Resumed(_, rest, returned)) => (rest, Some(returned)),
                    _ => ("", None),
                };
                let whole = self.whole(index, name, (arguments, rest), returned);
                self.enters(at, tid, &whole)
            }
            What::Left(name, arguments) => {
                let whole = self.whole(index, name, (arguments, ""), None);
                let entered = self.enters(at, tid, &whole);
                self.detached(at, tid);
                entered
            }
            What::Resumed(name, rest, returned) => {
                let entered = step.half.and_then(|half| self.step(half));
                let Some(What::Entered(_, arguments)) = entered.map(|step| step.what) else {
                    // Its beginning is not in the trace: who was attached to was inside of it.
                    return Made::Nothing;
                };
                let whole = self.whole(index, name, (arguments, rest), Some(returned));
                self.returns(at, tid, &whole, Some(at))
            }
            What::Signal(signal, info) => self.signalled(at, tid, signal, info),
            What::Stopped(signal) => {
                self.begins(at, tid);
                self.emit(at, tid, EventKind::Process(ProcessEvent::Stopped(signal)));
                Made::Events
            }
            What::Ended(status) => self.ended(at, tid, status),
            What::Superseded => {
                self.thread_gone(at, tid, Abandonment::Executed);
                Made::Nothing
            }
            What::Detached => self.detached(at, tid),
        }
    }

    fn new_call(&mut self) -> CallId {
        self.calls += 1;
        CallId(self.calls)
    }

    fn new_descriptor(&mut self) -> DescriptorId {
        self.descriptors = self.descriptors.saturating_add(1);
        DescriptorId(self.descriptors)
    }

    /// The process that a thread belongs to.
    fn process_of(&self, tid: i32) -> i32 {
        self.known.get(&tid).map_or(tid, |thread| thread.pid)
    }

    /// The descriptor table of a thread.
    fn table_of(&self, tid: i32) -> Option<TableKey> {
        let process = self.processes.get(&self.process_of(tid))?;
        Some(process.table)
    }

    fn emit(&mut self, at: Timestamp, tid: i32, what: EventKind) {
        let pid = self.process_of(tid);
        let source = Source::Traced { pid, tid };
        if !self.is_full() {
            self.events.push(Event { at, source, what });
        }
    }
}
