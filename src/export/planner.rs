//! How a plan is made: the calls of a session are gone through in their order, and of each is kept what a program has to
//! know later. `addresses` finds the addresses that the kernel chose, `held` decides which descriptors are values and which
//! are numbers, `questions` says what a program can ask the kernel, `side` has what is different in a program that is one
//! side of a session.

mod addresses;
mod held;
mod questions;
mod side;

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::call::argument::{AddressExpr, Descriptor, Name};
use crate::call::expectation::Expectation;
use crate::call::outcome::{Outcome, Returned};
use crate::call::process::ProcessArg;
use crate::call::{Call, Mode};
use crate::event::{CallId, DescriptorId, Source};
use crate::export::function::Meaning;
use crate::export::lower::meaning;
use crate::export::plan::{Fd, Item, Kept, Maker, Plan, Step, line_of, plain, result_of, variable};
use crate::export::split::Part;
use crate::socket::endpoint::{destination, equal};
use crate::socket::{Address, Domain, Errno, Kind};
use crate::world::{Handle, Progress, Record, World};

/// The address of a socket as it became known.
struct Known {
    address: Address,
    /// The variable of its descriptor, and that of its address.
    kept: Kept,
    /// The item after which it can be asked for. `None`: it is an argument of the program.
    item: Option<usize>,
    /// Whether the kernel chose it.
    chosen: bool,
}

impl Known {
    /// Whether a message to `address` arrives where a message to this one does. A socket that is bound to all addresses has
    /// another one for those who receive from it.
    fn leads_to(&self, address: &Address) -> bool {
        let (own, other) = (destination(&self.address), destination(address));
        self.address == *address || (self.kept.is_given && equal(&own, &other))
    }
}

/// What is known while the calls are gone through.
struct Planner<'a> {
    world: &'a World,
    /// The part of the session that it is.
    part: Option<&'a Part<'a>>,
    plan: Plan<'a>,
    /// The variables by the number of the descriptor, for each process.
    tables: BTreeMap<Option<i32>, BTreeMap<i32, String>>,
    known: Vec<Known>,
    /// The calls that have not returned yet, oldest first, each with its place in [`Plan::started`].
    running: Vec<(usize, &'a Record)>,
}

impl<'a> Plan<'a> {
    /// The program that makes the calls of a session.
    pub(crate) fn of(world: &'a World) -> Self {
        Self::of_part(world, None)
    }

    /// The program that makes the calls of one side, or of both.
    pub(crate) fn of_part(world: &'a World, part: Option<&'a Part<'a>>) -> Self {
        let log = world.log();
        let serves: BTreeSet<CallId> = log
            .iter()
            .filter(|record| matches!(record.call(), Call::Serve { .. }))
            .map(Record::id)
            .collect();
        let mut by_call: BTreeMap<CallId, Vec<String>> = BTreeMap::new();
        let mut own: BTreeSet<DescriptorId> = BTreeSet::new();
        for handle in world.descriptors() {
            if serves.contains(&handle.created_by()) {
                let names = by_call.entry(handle.created_by()).or_default();
                names.push(variable(handle.name()));
                own.insert(handle.id());
            }
        }
        let is_of_serve = |record: &&Record| {
            let by_itself = matches!(
                record.call(),
                Call::Echo { .. } | Call::Sink { .. } | Call::Close { .. }
            );
            by_itself
                && !record.id().is_of_line()
                && record.on().is_some_and(|on| own.contains(&on))
        };
        let has = |id: CallId| part.is_none_or(|part| part.has(id));
        by_call.retain(|call, _| has(*call));
        let (mut accepted, mut served) = (Vec::new(), BTreeMap::new());
        for (call, names) in by_call {
            let begin = accepted.len();
            accepted.extend(names);
            served.insert(call, begin..accepted.len());
        }
        let own = log.iter().filter(|record| has(record.id()));
        let records: Vec<&Record> = own.filter(|record| !is_of_serve(record)).collect();
        let mut planner = Planner {
            world,
            part,
            plan: Self {
                forgotten: log.forgotten(),
                processes: processes(&records),
                closed: closed_by_lines(world, &records, &accepted),
                accepted,
                served,
                side: part.map(|part| part.side),
                ..Self::default()
            },
            tables: BTreeMap::new(),
            known: Vec::new(),
            running: Vec::new(),
        };
        planner.begin_part();
        for (index, record) in records.iter().enumerate() {
            planner.say_unordered(record);
            planner.add(record, records.get(index + 1).copied());
            planner.say_ready(record);
        }
        planner.end_part();
        let accepted = planner.plan.accepted.clone();
        planner.plan.descriptors.extend(accepted);
        planner.plan.held = held::descriptors(&planner.plan);
        planner.plan
    }
}

impl<'a> Planner<'a> {
    fn add(&mut self, record: &'a Record, next: Option<&Record>) {
        if let Progress::Refused(refusal) = &record.progress {
            let line = plain(&record.request.command);
            let reason = format!("sockplay did not make it: {refusal}");
            self.gap(record, line, reason, None);
            return;
        }
        match meaning(record.call()) {
            // The wait itself sleeps: later lines are made before it ends.
            Meaning::Wait if !ends_before(record, next) => {
                let (call, line) = (record.id(), line_of(record));
                self.plan.items.push(Item::Remark { call, line });
                self.join_ended(record);
                return;
            }
            Meaning::Wait => {
                self.collect(record, false);
                return;
            }
            Meaning::Cancel => {
                self.collect(record, true);
                return;
            }
            Meaning::None(reason) => {
                let line = line_of(record);
                let reason = reason.to_owned();
                self.gap(record, line, reason, None);
                return;
            }
            Meaning::Function(_)
            | Meaning::Loop(..)
            | Meaning::Question(..)
            | Meaning::Fork
            | Meaning::Sleep(_) => {}
        }
        self.join_ended(record);
        if let Some(reason) = self.is_elsewhere(record) {
            self.gap(record, line_of(record), reason, None);
            return;
        }
        if let Some(name) = self.unmade(record) {
            let reason = format!("no call of this program makes {name}");
            self.gap(record, line_of(record), reason, None);
            return;
        }
        if let Some(reason) = beyond_the_table(record) {
            self.gap(record, line_of(record), reason, None);
            return;
        }
        let mut step = self.step(record);
        if let Meaning::Question(question, of) = meaning(record.call()) {
            match self.question(record, question, step.fd(of)) {
                Ok(asked) => {
                    step.accepted.extend(self.place_in_accepted(&asked.of));
                    step.asked = Some(asked);
                }
                Err(reason) => {
                    let pause = questions::pause(record);
                    let millis = pause.as_millis();
                    let reason = format!("{reason}; the program waits {millis} ms in its place");
                    self.gap(record, step.line, reason, Some(pause));
                    return;
                }
            }
        }
        if ends_before(record, next) && !record.interrupted {
            self.plan.items.push(Item::Call(step));
            self.note(record);
        } else {
            let index = self.plan.started.len();
            self.plan.started.push(match &step.child {
                Some(child) => Maker::Child(child.clone()),
                None => Maker::Thread,
            });
            let sleeps = record.ever_blocked || record.request.command.mode == Mode::Blocks;
            self.running.push((index, record));
            self.plan.items.push(Item::Start {
                step,
                index,
                sleeps,
            });
        }
    }

    /// A line that the program cannot have. It may wait for a while in place of it.
    fn gap(&mut self, record: &Record, line: String, reason: String, pause: Option<Duration>) {
        self.plan.items.push(Item::Gap {
            call: record.id(),
            line,
            reason,
            pause,
        });
    }

    /// The calls that had returned before another was requested.
    fn join_ended(&mut self, before: &Record) {
        let running = std::mem::take(&mut self.running);
        for (index, record) in running {
            if record.has_ended_before(before.asked) {
                let cancel = record.interrupted;
                self.join(index, record, (cancel, result_of(record)), None);
            } else {
                self.running.push((index, record));
            }
        }
    }

    /// A call returns, `by` the line of another one, or by itself.
    fn join(
        &mut self,
        index: usize,
        record: &'a Record,
        (cancel, line): (bool, String),
        by: Option<CallId>,
    ) {
        self.plan.items.push(Item::Join {
            index,
            cancel,
            line,
            calls: [record.id()].into_iter().chain(by).collect(),
        });
        self.note(record);
    }

    /// The expectation for a call during which others were made is in the line that gives its result.
    fn expect_later(&mut self, of: CallId, line: &Record) {
        for item in &mut self.plan.items {
            match item {
                Item::Start { step, .. } | Item::Call(step) if step.record.id() == of => {
                    step.is_open_ended = leaves_failure_open(line);
                    step.errors = errors(line);
                }
                _ => {}
            }
        }
    }

    /// The last call that was left running on the same descriptor and had returned before this line.
    fn over(&self, line: &Record) -> Option<CallId> {
        let calls = self.plan.items.iter().filter_map(|item| match item {
            Item::Call(step) => Some(step.record),
            _ => None,
        });
        let mut left = calls.filter(|record| {
            let mode = &record.request.command.mode;
            record.on() == line.on() && matches!(mode, Mode::Background | Mode::Blocks)
        });
        left.next_back().map(Record::id)
    }

    /// A wait() or a cancel(): the oldest call that is pending on the descriptor.
    fn collect(&mut self, record: &'a Record, cancel: bool) {
        let line = line_of(record);
        let of_same = |(_, other): &(usize, &Record)| other.on() == record.on();
        match self.running.iter().position(of_same) {
            Some(at) => {
                let (index, started) = self.running.remove(at);
                self.expect_later(started.id(), record);
                self.join(index, started, (cancel, line), Some(record.id()));
            }
            None if cancel && self.is_served(record) => {
                let reason = "serve() makes this loop, and the program goes on with it";
                self.gap(record, line, reason.to_owned(), None);
            }
            None => {
                if let Some(over) = self.over(record) {
                    self.expect_later(over, record);
                }
                let call = record.id();
                self.plan.items.push(Item::Remark { call, line });
            }
        }
        self.join_ended(record);
    }

    /// Whether a call is about a connection that serve() accepted.
    fn is_served(&self, record: &Record) -> bool {
        let handle = record.on().and_then(|on| self.world.descriptor(on));
        handle.is_some_and(|handle| self.plan.accepted.contains(&variable(handle.name())))
    }

    fn step(&mut self, record: &'a Record) -> Step<'a> {
        let command = &record.request.command;
        let call = with_lookups(&command.call, &record.request.call);
        let targets = self.targets(record);
        let table = self.tables.entry(process_of(record)).or_default().clone();
        let handle = record.on().and_then(|on| self.world.descriptor(on));
        let is_tcp = handle.is_some_and(Handle::is_tcp);
        let mut step = Step {
            line: line_of(record),
            outcome: record.given(),
            record,
            kinds: self.kinds(record, targets.len()),
            targets,
            child: command.process.as_ref().map(variable),
            numbers: table,
            places: Vec::new(),
            keeps: Vec::new(),
            is_open_ended: leaves_failure_open(record),
            errors: errors(record),
            asked: None,
            of_messages: handle
                .is_some_and(|handle| matches!(handle.kind(), Kind::Datagram | Kind::Raw)),
            domain: handle.map_or(Domain(libc::AF_UNSPEC), Handle::domain),
            is_of_other_family: handle.is_some_and(|handle| is_of_other_family(handle, record)),
            discards: is_tcp && call.msg_flags().contains(libc::MSG_TRUNC),
            accepted: self.accepted_in(&call),
            call,
        };
        step.places = self.places(&step.call, &record.request.call);
        self.take_argument(record, &mut step);
        for target in &step.targets {
            let all = if matches!(step.call, Call::Fork {}) {
                &mut self.plan.children
            } else {
                &mut self.plan.descriptors
            };
            if !all.contains(target) {
                all.push(target.clone());
            }
        }
        step
    }

    /// What a call names that no call before it has made: the lines of a recording that made it cannot be read.
    fn unmade(&self, record: &'a Record) -> Option<&'a Name> {
        let command = &record.request.command;
        let call = &command.call;
        let has = |all: &[String], name: &Name| all.contains(&variable(name));
        let mut descriptors = call.socket().into_iter().chain(call.others());
        let descriptor = descriptors.find_map(|descriptor| match descriptor {
            Descriptor::Named(name) => Some(name).filter(|name| {
                !has(&self.plan.descriptors, name) && !has(&self.plan.accepted, name)
            }),
            Descriptor::Raw(_) => None,
        });
        let named = match call.process() {
            Some(ProcessArg::Named(name)) => Some(name),
            Some(ProcessArg::Number(_)) | None => None,
        };
        let mut children = named.into_iter().chain(&command.process);
        descriptor.or_else(|| children.find(|name| !has(&self.plan.children, name)))
    }

    /// The connections that serve() accepted among the descriptors of a call.
    fn accepted_in(&self, call: &Call) -> Vec<usize> {
        let all = call.socket().into_iter().chain(call.others());
        let place = |descriptor: &Descriptor| match descriptor {
            Descriptor::Named(name) => self.place_in_accepted(&Fd::Variable(variable(name))),
            Descriptor::Raw(_) => None,
        };
        all.filter_map(place).collect()
    }

    /// The place of a connection among those that serve() accepted.
    fn place_in_accepted(&self, descriptor: &Fd) -> Option<usize> {
        let is_it = |own: &String| matches!(descriptor, Fd::Variable(name) if name == own);
        self.plan.accepted.iter().position(is_it)
    }

    /// What the variables for what a call makes refer to.
    fn kinds(&self, record: &Record, count: usize) -> Vec<Kind> {
        let made = record.new_descriptors().iter();
        let kind = |id: &DescriptorId| self.world.descriptor(*id).map(Handle::kind);
        let kinds = made.map(|id| kind(id).unwrap_or(Kind::File));
        kinds
            .chain(std::iter::repeat(Kind::File))
            .take(count)
            .collect()
    }

    /// The variables for what a call makes.
    fn targets(&self, record: &Record) -> Vec<String> {
        let command = &record.request.command;
        if matches!(command.call, Call::Fork {}) {
            let child = self.world.child_made_by(record.id());
            let name = child.and_then(|child| child.name.as_ref());
            let name = command.targets.first().or(name);
            return name.map(variable).into_iter().collect();
        }
        if !command.targets.is_empty() {
            return command.targets.iter().map(variable).collect();
        }
        let made = created(record);
        let name = |(place, number): (usize, &i32)| {
            let id = record.new_descriptors().get(place);
            let handle = id.and_then(|id| self.world.descriptor(*id));
            handle.map_or_else(|| format!("fd{number}"), |handle| variable(handle.name()))
        };
        made.iter().enumerate().map(name).collect()
    }
}

/// How many processes made these calls; the session and its children count as one.
fn processes(records: &[&Record]) -> usize {
    let pid = |record: &&Record| match record.source {
        Source::Traced { pid, .. } | Source::Recording { pid, .. } => Some(pid),
        Source::Session | Source::Child { .. } => None,
    };
    let pids: BTreeSet<Option<i32>> = records.iter().map(pid).collect();
    pids.len()
}

/// The places of the connections among these that a line of the session closed.
fn closed_by_lines(world: &World, records: &[&Record], accepted: &[String]) -> BTreeSet<usize> {
    let closed = records.iter().filter(|record| {
        let outcome = record.outcome();
        matches!(record.call(), Call::Close { .. })
            && process_of(record).is_none()
            && outcome.is_some_and(|outcome| outcome.result.is_ok())
    });
    let handles = closed.filter_map(|record| world.descriptor(record.on()?));
    let place = |handle: Handle<'_>| {
        let name = variable(handle.name());
        accepted.iter().position(|own| *own == name)
    };
    handles.filter_map(place).collect()
}

/// The process that makes a call; `None`: the session's own.
fn process_of(record: &Record) -> Option<i32> {
    match record.source {
        Source::Session => record.request.process,
        Source::Child { pid } | Source::Traced { pid, .. } | Source::Recording { pid, .. } => {
            Some(pid)
        }
    }
}

/// Whether an address among the arguments of a call is of another family than its socket.
fn is_of_other_family(handle: Handle<'_>, record: &Record) -> bool {
    let is_other = |address: &Address| match address {
        Address::Inet(_) => handle.domain() != Domain::INET,
        Address::Inet6(_) => handle.domain() != Domain::INET6,
        Address::Unix(_) => handle.domain() != Domain::UNIX,
        Address::Other { .. } => true,
    };
    let mut call = record.request.call.as_ref().clone();
    let mut all = call.addresses_mut().into_iter();
    all.any(|own| matches!(&own.place, AddressExpr::Literal(address) if is_other(address)))
}

/// How many places the table of descriptors of a process has at first, as Linux makes it.
const TABLE: i32 = 64;

/// Why a program cannot get the error of a select() with a number that is not open.
fn beyond_the_table(record: &Record) -> Option<String> {
    let (Call::Select { sets, .. } | Call::Pselect { sets, .. }) = record.call() else {
        return None;
    };
    record
        .outcome()?
        .errno()
        .filter(|errno| errno.0 == libc::EBADF)?;
    let all = sets.named().into_iter().flat_map(|(_, members)| members);
    let mut numbers = all.filter_map(|member| match member {
        Descriptor::Raw(number) => Some(*number),
        Descriptor::Named(_) => None,
    });
    let number = numbers.find(|number| *number >= TABLE)?;
    Some(format!(
        "select() looks at the numbers for which the table of descriptors has a place, and that of a new process has none for {number}"
    ))
}

/// Whether a call returned before the next was requested.
fn ends_before(record: &Record, next: Option<&Record>) -> bool {
    record.outcome().is_some() && next.is_none_or(|next| record.has_ended_before(next.asked))
}

fn returned(outcome: &Outcome) -> Option<&Returned> {
    outcome.result.as_ref().ok()
}

/// The numbers of the descriptors that a call made.
fn created(record: &Record) -> Vec<i32> {
    match record.given().and_then(returned) {
        Some(Returned::Descriptor(fd) | Returned::Accepted { fd, .. }) => vec![*fd],
        Some(Returned::Pair(one, other)) => vec![*one, *other],
        Some(Returned::Message(message)) => raw(&message.fds),
        Some(Returned::Messages(messages)) => messages
            .iter()
            .flat_map(|message| raw(&message.fds))
            .collect(),
        _ => Vec::new(),
    }
}

fn raw(descriptors: &[Descriptor]) -> Vec<i32> {
    let number = |descriptor: &Descriptor| match descriptor {
        Descriptor::Raw(number) => Some(*number),
        Descriptor::Named(_) => None,
    };
    descriptors.iter().filter_map(number).collect()
}

/// A call with the addresses that were found for the names in it.
fn with_lookups(written: &Call, resolved: &Call) -> Call {
    let (mut call, mut resolved) = (written.clone(), resolved.clone());
    let pairs = call
        .addresses_mut()
        .into_iter()
        .zip(resolved.addresses_mut());
    for (written, resolved) in pairs {
        if matches!(
            written.place,
            AddressExpr::Named(_) | AddressExpr::Loopback(_)
        ) {
            *written = resolved.clone();
        }
    }
    call
}

/// Whether what is expected of a line leaves open whether its call fails.
fn leaves_failure_open(record: &Record) -> bool {
    expected(record).is_some_and(Expectation::leaves_failure_open)
}

/// The errors that a line allows, where it allows nothing else.
fn errors(record: &Record) -> Vec<Errno> {
    expected(record).map_or_else(Vec::new, Expectation::errors)
}

fn expected(record: &Record) -> Option<&Expectation> {
    match &record.request.command.mode {
        Mode::Expect(expected) => Some(expected),
        Mode::Plain | Mode::Blocks | Mode::Background => None,
    }
}
