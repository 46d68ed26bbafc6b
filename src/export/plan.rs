//! What a program does, step by step: which calls it makes in order, which in a thread or in a child, where their results
//! are taken, and which addresses it has to ask the kernel for.

use std::collections::{BTreeMap, BTreeSet};

use crate::call::argument::{AddressExpr, Descriptor, Name};
use crate::call::outcome::{Outcome, Returned};
use crate::call::{Call, Command, Mode};
use crate::event::{CallId, DescriptorId, Source};
use crate::export::lower::{Meaning, meaning};
use crate::socket::{Address, Errno, Kind, TcpState};
use crate::world::{Handle, Progress, Record, World};

/// A program.
#[derive(Debug, Default)]
pub(crate) struct Plan<'a> {
    /// What it does.
    pub(crate) items: Vec<Item<'a>>,
    /// The variables of descriptors, in the order in which they first get a value.
    pub(crate) descriptors: Vec<String>,
    /// The variables of children.
    pub(crate) children: Vec<String>,
    /// The variables whose addresses it asks for.
    pub(crate) addresses: Vec<String>,
    /// Who makes each of the calls that do not return at once.
    pub(crate) started: Vec<Maker>,
    /// The connections that each call of serve() accepted.
    pub(crate) served: BTreeMap<CallId, Vec<String>>,
    /// How many of the oldest calls were not kept.
    pub(crate) forgotten: usize,
}

/// Who makes a call that does not return at once.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Maker {
    /// A thread of the program.
    Thread,
    /// A child.
    Child(String),
}

/// A part of a program.
#[derive(Debug)]
pub(crate) enum Item<'a> {
    /// A call that returns before the next is made.
    Call(Step<'a>),
    /// A call that others are made during.
    Start {
        /// The call.
        step: Step<'a>,
        /// Its place in [`Plan::started`].
        index: usize,
        /// Whether it was seen asleep: the next call is made when it sleeps.
        sleeps: bool,
    },
    /// Such a call returns here.
    Join {
        /// Its place in [`Plan::started`].
        index: usize,
        /// Whether a signal interrupts it.
        cancel: bool,
        /// The line that asked for that, or what came of the call.
        line: String,
        /// The call, and that of the line that asked for it.
        calls: Vec<CallId>,
    },
    /// A line without a call.
    Remark {
        /// Its call in the log.
        call: CallId,
        /// The line.
        line: String,
    },
    /// A line that the program cannot have.
    Gap {
        /// Its call in the log.
        call: CallId,
        /// The line.
        line: String,
        /// Why not.
        reason: String,
    },
}

impl Item<'_> {
    /// The calls of the log that it stands for.
    pub(crate) fn calls(&self) -> Vec<CallId> {
        match self {
            Self::Call(step) | Self::Start { step, .. } => vec![step.record.id()],
            Self::Join { calls, .. } => calls.clone(),
            Self::Remark { call, .. } | Self::Gap { call, .. } => vec![*call],
        }
    }
}

/// One call.
#[derive(Debug)]
pub(crate) struct Step<'a> {
    /// The line with its result.
    pub(crate) line: String,
    /// The call, with the names that the person gave.
    pub(crate) call: Call,
    /// Its outcome, with the numbers that the kernel gave.
    pub(crate) outcome: Option<&'a Outcome>,
    /// The call in the log.
    pub(crate) record: &'a Record,
    /// The variables for what it makes.
    pub(crate) targets: Vec<String>,
    /// The child that makes it.
    pub(crate) child: Option<String>,
    /// What the numbers among its arguments are.
    numbers: BTreeMap<i32, String>,
    /// The addresses among its arguments that are known only when the program runs.
    places: Vec<(AddressExpr, Place)>,
    /// The addresses that it asks for afterwards: those of a descriptor, under a name.
    pub(crate) keeps: Vec<Kept>,
    /// For a question about the other end: its variable.
    pub(crate) peer: Option<String>,
    /// Whether its socket has messages, and 0 bytes are no end.
    pub(crate) of_messages: bool,
    /// Whether its socket is one of TCP.
    pub(crate) is_tcp: bool,
    /// Whether the kernel discards what it receives: MSG_TRUNC on TCP.
    pub(crate) discards: bool,
    /// Whether its descriptor was open.
    pub(crate) is_open: bool,
}

/// An address that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The variable of the descriptor.
    pub(crate) descriptor: String,
    /// The variable of its address.
    pub(crate) address: String,
}

/// A descriptor argument of a program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Fd {
    /// A variable.
    Variable(String),
    /// A number.
    Number(i32),
}

/// Where an address of a program comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Place {
    /// It is written in the source.
    Literal(Address),
    /// The same with the name of an interface.
    Zoned(Address, String),
    /// That of a variable.
    Of(String),
    /// This host, and the port of a variable.
    PortOf(std::net::IpAddr, String),
    /// AF_UNSPEC.
    Unspecified,
    /// A null pointer.
    Null,
}

impl Step<'_> {
    /// A descriptor argument.
    pub(crate) fn fd(&self, descriptor: &Descriptor) -> Fd {
        match descriptor {
            Descriptor::Named(name) => Fd::Variable(variable(name)),
            Descriptor::Raw(number) => match self.numbers.get(number) {
                Some(name) => Fd::Variable(name.clone()),
                None => Fd::Number(*number),
            },
        }
    }

    /// An address argument.
    pub(crate) fn place(&self, written: &AddressExpr) -> Place {
        if let Some((_, place)) = self.places.iter().find(|(known, _)| known == written) {
            return place.clone();
        }
        match written {
            AddressExpr::Literal(address) => Place::Literal(address.clone()),
            AddressExpr::Zoned { ip, zone, port } => {
                let at = std::net::SocketAddrV6::new(*ip, *port, 0, 0);
                Place::Zoned(Address::Inet6(at), zone.clone())
            }
            AddressExpr::Host(ip) => Place::Literal(std::net::SocketAddr::new(*ip, 0).into()),
            AddressExpr::Null => Place::Null,
            AddressExpr::Unspecified
            | AddressExpr::LocalOf(_)
            | AddressExpr::PortOf { .. }
            | AddressExpr::Loopback(_)
            | AddressExpr::Named(_) => Place::Unspecified,
        }
    }

    /// Whether the process goes on after it.
    pub(crate) fn returns(&self) -> bool {
        !matches!(self.call, Call::Exit { .. })
    }

    /// The errno of the session, where the call failed.
    pub(crate) fn error(&self) -> Option<Errno> {
        self.outcome?.errno()
    }

    /// Whether it raised SIGPIPE.
    pub(crate) fn sigpipe(&self) -> bool {
        self.outcome.is_some_and(|outcome| outcome.sigpipe)
    }

    /// The only new variable, or one that nobody uses.
    pub(crate) fn target(&self) -> Option<&str> {
        self.targets.first().map(String::as_str)
    }
}

/// The variable of a descriptor: its name, in a child too, which has variables of its own.
pub(crate) fn variable(name: &Name) -> String {
    name.base().to_string()
}

/// The address of a socket as it became known.
struct Known {
    address: Address,
    /// The variable of its descriptor, and that of its address.
    kept: Kept,
    /// The item after which it can be asked for.
    item: usize,
    /// Whether the kernel chose it.
    chosen: bool,
}

/// What is known while the calls are gone through.
struct Planner<'a> {
    world: &'a World,
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
        let log = world.log();
        let serves: BTreeSet<CallId> = log
            .iter()
            .filter(|record| matches!(record.call(), Call::Serve { .. }))
            .map(Record::id)
            .collect();
        let mut served: BTreeMap<CallId, Vec<String>> = BTreeMap::new();
        let mut own: BTreeSet<DescriptorId> = BTreeSet::new();
        for handle in world.descriptors() {
            if serves.contains(&handle.created_by()) {
                let names = served.entry(handle.created_by()).or_default();
                names.push(variable(handle.name()));
                own.insert(handle.id());
            }
        }
        let is_of_serve = |record: &&Record| {
            let by_itself = matches!(
                record.call(),
                Call::Echo { .. } | Call::Sink { .. } | Call::Close { .. }
            );
            by_itself && record.on().is_some_and(|on| own.contains(&on))
        };
        let records: Vec<&Record> = log.iter().filter(|record| !is_of_serve(record)).collect();
        let mut planner = Planner {
            world,
            plan: Self {
                forgotten: log.forgotten(),
                served,
                ..Self::default()
            },
            tables: BTreeMap::new(),
            known: Vec::new(),
            running: Vec::new(),
        };
        for (index, record) in records.iter().enumerate() {
            planner.add(record, records.get(index + 1).copied());
        }
        let accepted = planner.plan.served.values().flatten().cloned();
        planner
            .plan
            .descriptors
            .extend(accepted.collect::<Vec<_>>());
        planner.plan
    }

    /// Every call.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step<'a>> {
        self.items.iter().filter_map(|item| match item {
            Item::Call(step) | Item::Start { step, .. } => Some(step),
            Item::Join { .. } | Item::Remark { .. } | Item::Gap { .. } => None,
        })
    }

    /// Whether children make calls.
    pub(crate) fn has_child_calls(&self) -> bool {
        self.steps().any(|step| step.child.is_some())
    }

    /// Whether the last call of a child lets it go on.
    pub(crate) fn children_end(&self, child: &str) -> bool {
        let own = self
            .steps()
            .filter(|step| step.child.as_deref() == Some(child));
        own.last().is_none_or(Step::returns)
    }

    /// Whether threads make calls.
    pub(crate) fn has_threads(&self) -> bool {
        self.started.contains(&Maker::Thread)
    }
}

impl<'a> Planner<'a> {
    fn add(&mut self, record: &'a Record, next: Option<&Record>) {
        if let Progress::Refused(refusal) = &record.progress {
            let line = plain(&record.request.command);
            let reason = format!("sockplay did not make it: {refusal}");
            let call = record.id();
            self.plan.items.push(Item::Gap { call, line, reason });
            return;
        }
        match meaning(record.call()) {
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
                let (call, reason) = (record.id(), reason.to_owned());
                self.plan.items.push(Item::Gap { call, line, reason });
                return;
            }
            Meaning::Function(_)
            | Meaning::Loop(..)
            | Meaning::Question(..)
            | Meaning::Fork
            | Meaning::Sleep(_) => {}
        }
        self.join_ended(record);
        let step = self.step(record);
        let ends_first = record.outcome().is_some()
            && !record.interrupted
            && next.is_none_or(|next| record.has_ended_before(next.asked));
        if ends_first {
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

    /// A wait() or a cancel(): the oldest call that is pending on the descriptor.
    fn collect(&mut self, record: &'a Record, cancel: bool) {
        let line = line_of(record);
        let of_same = |(_, other): &(usize, &Record)| other.on() == record.on();
        match self.running.iter().position(of_same) {
            Some(at) => {
                let (index, started) = self.running.remove(at);
                self.join(index, started, (cancel, line), Some(record.id()));
            }
            None => {
                let call = record.id();
                self.plan.items.push(Item::Remark { call, line });
            }
        }
        self.join_ended(record);
    }

    fn step(&mut self, record: &'a Record) -> Step<'a> {
        let command = &record.request.command;
        let call = with_lookups(&command.call, &record.request.call);
        let targets = self.targets(record);
        let table = self.tables.entry(process_of(record)).or_default();
        let handle = record.on().and_then(|on| self.world.descriptor(on));
        let is_tcp = handle.is_some_and(Handle::is_tcp);
        let mut step = Step {
            line: line_of(record),
            outcome: record.given(),
            record,
            targets,
            child: command.process.as_ref().map(variable),
            numbers: table.clone(),
            places: Vec::new(),
            keeps: Vec::new(),
            peer: None,
            of_messages: handle
                .is_some_and(|handle| matches!(handle.kind(), Kind::Datagram | Kind::Raw)),
            is_tcp,
            discards: is_tcp && call.msg_flags().contains(libc::MSG_TRUNC),
            is_open: is_open(record),
            call,
        };
        step.places = self.places(&step.call, &record.request.call);
        if matches!(step.call, Call::Peer { .. }) {
            let at_peer = |known: &&Known| record.remote() == Some(&known.address);
            let peer = self.known.iter().rev().find(at_peer);
            step.peer = peer.map(|known| known.kept.descriptor.clone());
        }
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

    /// The addresses of a call that the program must ask for.
    fn places(&mut self, written: &Call, resolved: &Call) -> Vec<(AddressExpr, Place)> {
        let (mut written, mut resolved) = (written.clone(), resolved.clone());
        let pairs = written
            .addresses_mut()
            .into_iter()
            .zip(resolved.addresses_mut());
        let pairs: Vec<(AddressExpr, AddressExpr)> = pairs
            .map(|(written, resolved)| (written.place.clone(), resolved.place.clone()))
            .collect();
        let mut places = Vec::new();
        for (written, resolved) in pairs {
            let AddressExpr::Literal(address) = &resolved else {
                continue;
            };
            let place = match &written {
                AddressExpr::LocalOf(name) => {
                    let name = variable(name);
                    let own =
                        |known: &Known| known.address == *address && known.kept.descriptor == name;
                    let own = self.asked(own);
                    own.or_else(|| self.asked(|known| known.address == *address))
                }
                AddressExpr::PortOf { .. } => self.asked_port(address),
                AddressExpr::Literal(_) => {
                    self.asked(|known| known.chosen && known.address == *address)
                }
                AddressExpr::Zoned { .. }
                | AddressExpr::Host(_)
                | AddressExpr::Loopback(_)
                | AddressExpr::Named(_)
                | AddressExpr::Unspecified
                | AddressExpr::Null => continue,
            };
            places.push((
                written,
                place.unwrap_or_else(|| Place::Literal(address.clone())),
            ));
        }
        places
    }

    fn asked(&mut self, is: impl Fn(&Known) -> bool) -> Option<Place> {
        let at = self.known.iter().rposition(is)?;
        Some(Place::Of(self.keep(at)))
    }

    fn asked_port(&mut self, address: &Address) -> Option<Place> {
        let host = address.internet()?.ip();
        let same = |known: &Known| known.address.port() == address.port();
        let at = self.known.iter().rposition(same)?;
        Some(Place::PortOf(host, self.keep(at)))
    }

    /// Has the program ask for an address; gives the variable.
    fn keep(&mut self, at: usize) -> String {
        let known = &self.known[at];
        let kept = known.kept.clone();
        let step = match self.plan.items.get_mut(known.item) {
            Some(Item::Call(step) | Item::Start { step, .. }) => Some(step),
            Some(Item::Join { .. } | Item::Remark { .. } | Item::Gap { .. }) | None => None,
        };
        if let Some(step) = step
            && !step.keeps.contains(&kept)
        {
            step.keeps.push(kept.clone());
        }
        if !self.plan.addresses.contains(&kept.address) {
            self.plan.addresses.push(kept.address.clone());
        }
        kept.address
    }

    /// Remembers what a call that has been added made and where its socket is now.
    fn note(&mut self, record: &'a Record) {
        let is_its = |item: &Item<'_>| match item {
            Item::Call(step) | Item::Start { step, .. } => step.record.id() == record.id(),
            Item::Join { .. } | Item::Remark { .. } | Item::Gap { .. } => false,
        };
        let Some(item) = self.plan.items.iter().rposition(is_its) else {
            return;
        };
        let targets = match &self.plan.items[item] {
            Item::Call(step) | Item::Start { step, .. } => step.targets.clone(),
            Item::Join { .. } | Item::Remark { .. } | Item::Gap { .. } => Vec::new(),
        };
        let process = process_of(record);
        let table = self.tables.entry(process).or_default();
        for (number, target) in created(record).into_iter().zip(&targets) {
            table.insert(number, target.clone());
        }
        if matches!(record.call(), Call::Fork {})
            && let Some(Returned::Process(pid)) = record.outcome().and_then(returned)
        {
            let copy = self.tables.get(&process).cloned().unwrap_or_default();
            self.tables.insert(Some(*pid), copy);
        }
        let command = &record.request.command;
        let mut found: Vec<(Address, String)> = Vec::new();
        let socket = record.request.call.socket();
        let named = record.call().socket().and_then(|socket| {
            match (socket, record.request.call.socket()) {
                (Descriptor::Named(name), _) => Some(variable(name)),
                (Descriptor::Raw(number), _) => self.tables.get(&process)?.get(number).cloned(),
            }
        });
        if let (Some(local), Some(name), Some(_)) = (record.local(), named, socket) {
            found.push((local.clone(), name));
        }
        let accepts = record.call().call_kind().accepts();
        for (id, target) in record.new_descriptors().iter().zip(&targets) {
            // What else is new has no address yet.
            if !accepts {
                break;
            }
            let handle = self.world.descriptor(*id);
            if let Some(local) = handle.and_then(Handle::local) {
                found.push((local.clone(), target.clone()));
            }
        }
        for (address, descriptor) in found {
            self.learn(record, command, item, (address, descriptor));
        }
    }

    fn learn(
        &mut self,
        record: &Record,
        command: &Command,
        item: usize,
        (address, descriptor): (Address, String),
    ) {
        let is_of = |known: &Known| known.kept.descriptor == descriptor;
        let before = self.known.iter().rfind(|known| is_of(known));
        if address.is_unset() || before.is_some_and(|known| known.address == address) {
            return;
        }
        let mut call = record.request.call.as_ref().clone();
        let given = call
            .addresses_mut()
            .into_iter()
            .any(|arg| matches!(&arg.place, AddressExpr::Literal(own) if *own == address));
        let own = match &command.process {
            Some(process) => format!("{descriptor}_in_{process}"),
            None => descriptor.clone(),
        };
        self.known.push(Known {
            chosen: !given && matches!(address, Address::Inet(_) | Address::Inet6(_)),
            address,
            kept: Kept {
                descriptor,
                address: own,
            },
            item,
        });
    }
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

/// Whether the state of a connection can be asked for through its descriptor.
fn is_open(record: &Record) -> bool {
    let asked = record.outcome().map(|outcome| &outcome.result);
    !matches!(
        asked,
        Some(Ok(Returned::State(TcpState::TimeWait) | Returned::Word(_)))
    )
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

/// A command without what is expected of it.
fn plain(command: &Command) -> String {
    let plain = Command {
        mode: Mode::Plain,
        ..command.clone()
    };
    plain.to_string()
}

/// What came of a call.
fn result_of(record: &Record) -> String {
    match &record.progress {
        Progress::Returned { outcome, .. } => outcome.to_string(),
        Progress::Blocked { .. } => "blocks".to_owned(),
        Progress::Running | Progress::Held => "has not returned".to_owned(),
        Progress::Refused(refusal) => format!("refused: {refusal}"),
        Progress::Abandoned { reason, .. } => format!("never returned: {reason}"),
    }
}

/// A call with what came of it.
pub(crate) fn line_of(record: &Record) -> String {
    let source = match record.source {
        Source::Session | Source::Child { .. } => String::new(),
        Source::Traced { pid, .. } | Source::Recording { pid, .. } => format!("[pid {pid}] "),
    };
    let command = plain(&record.request.command);
    format!("{source}{command} -> {}", result_of(record))
}
