//! Whether a goal holds: a search for sockets that the variables can be bound to.

mod forms;
mod nearest;
mod now;
mod routes;

use std::collections::{BTreeMap, BTreeSet};

use crate::call::argument::Name;
use crate::call::expectation::Expectation;
use crate::call::outcome::Word;
use crate::call::table::CallKind;
use crate::call::{Call, Mode};
use crate::event::{CallId, DescriptorId, Source};
use crate::lesson::goal::{Condition, Goal, Subject};
use crate::notation::pattern::{Pattern, Shape, argument_matches, arguments};
use crate::socket::{Address, Kind, Phase, TcpState};
use crate::world::{Handle, Record, World};

/// How many choices are tried at most: a goal has few variables, and the newest calls are tried first.
const CHOICES: usize = 2000;
/// How many of the newest calls are searched, so that a flood of them costs no more.
const CALLS: usize = 1000;

/// How far a goal is reached.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Checked {
    /// For each condition whether it holds, with the choice of sockets with which most of them do.
    pub held: Vec<bool>,
    /// For each condition that does not hold what is so instead, where one socket is meant.
    pub now: Vec<Option<String>>,
}

impl Checked {
    /// Whether all of it holds.
    pub fn all(&self) -> bool {
        self.held.iter().all(|held| *held)
    }
}

/// The moment at which somebody was asked to reach a goal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Since {
    /// How many calls there were: later calls in the log were made since.
    before: usize,
    /// The calls that were pending then: their results count.
    pending: Vec<CallId>,
    /// For each condition the sockets with which it held then: it must cease to hold before it counts with them.
    held: Vec<BTreeSet<DescriptorId>>,
}

impl Since {
    /// Now, when this goal is set.
    pub fn now(goal: &Goal, world: &World) -> Self {
        let conditions = goal.conditions.iter();
        Self {
            before: world.log().len(),
            pending: world.pending().map(Record::id).collect(),
            held: conditions.map(|own| holding(own, world)).collect(),
        }
    }

    /// Notes with which sockets a condition no longer holds.
    pub(crate) fn pass(&mut self, goal: &Goal, world: &World) {
        for (held, condition) in self.held.iter_mut().zip(&goal.conditions) {
            if !held.is_empty() {
                let still = holding(condition, world);
                held.retain(|socket| still.contains(socket));
            }
        }
    }

    /// How many calls were made since, in this session: what only looks at a socket is none.
    pub(crate) fn calls(&self, world: &World) -> usize {
        let log = world.log();
        let made = log.range(self.before, log.len());
        let own = made.filter(|record| match record.source {
            Source::Session | Source::Child { .. } => is_counted(record.call().call_kind()),
            Source::Traced { .. } | Source::Recording { .. } => false,
        });
        own.count()
    }

    /// Whether a call counts: it was made since, or it was pending and has ended since.
    fn counts(&self, at: usize, record: &Record) -> bool {
        at >= self.before || (self.pending.contains(&record.id()) && !record.is_pending())
    }

    /// Whether a condition has held with a socket all the time.
    fn has_held(&self, condition: usize, socket: DescriptorId) -> bool {
        let held = self.held.get(condition);
        held.is_some_and(|held| held.contains(&socket))
    }
}

/// Whether a line is a call that a learner needs: a system call, or a loop of them.
pub(crate) fn is_counted(call_kind: CallKind) -> bool {
    call_kind.is_system_call() || call_kind.is_loop()
}

/// Which socket each variable is bound to.
type Choice = BTreeMap<Name, DescriptorId>;

impl Goal {
    /// How far it is reached. Of the calls those count that were made or ended after `since`.
    pub fn check(&self, world: &World, since: &Since) -> Checked {
        let search = self.search(world, since);
        let now = now::of(&search);
        Checked {
            held: search.best,
            now,
        }
    }

    /// The choice of sockets with which most conditions hold.
    fn search<'a>(&'a self, world: &'a World, since: &'a Since) -> Search<'a> {
        let newest = world.log().newest(CALLS);
        let counted = newest.filter(|(at, record)| since.counts(*at, record));
        let shapes = || self.conditions.iter().flat_map(|own| &own.pattern.either);
        let is_wanted = |kind| shapes().any(|shape| shape.call_kind() == Some(kind));
        let counted: Vec<&Record> = counted.map(|(_, record)| record).collect();
        let single = counted.iter().flat_map(|record| {
            let looped = Candidate::looped(record, world);
            Candidate::of(record, world, &is_wanted)
                .into_iter()
                .chain(looped)
        });
        let joined = Candidate::joined(self, world, &counted);
        let mut search = Search {
            since,
            goal: self,
            world,
            calls: single.chain(joined).collect(),
            left: CHOICES,
            best: vec![false; self.conditions.len()],
            chosen: Choice::new(),
        };
        search.go(0, &Choice::new(), &mut Vec::new());
        search
    }
}

/// A call of the log, in each form that a condition can mean.
struct Candidate<'a> {
    record: &'a Record,
    /// Never none.
    forms: Vec<Form>,
    /// Its result, where that is not the one of the record.
    result: Option<Vec<Word>>,
    /// The descriptors that it has made.
    makes: Vec<DescriptorId>,
}

/// A call with its arguments as texts.
struct Form {
    call_kind: CallKind,
    /// As they were written.
    written: Vec<String>,
    /// With numbers and addresses in place of names.
    resolved: Vec<String>,
}

impl<'a> Candidate<'a> {
    fn of(record: &'a Record, world: &World, is_wanted: &dyn Fn(CallKind) -> bool) -> Option<Self> {
        let on = record.on().and_then(|id| world.descriptor(id));
        let is_stream = on.is_some_and(|socket| socket.kind() == Kind::Stream);
        let forms_of = |call| match is_stream {
            true => forms::on_stream(call),
            false => forms::of(call),
        };
        let both = forms_of(record.call())
            .into_iter()
            .zip(forms_of(&record.request.call));
        let wanted = both.filter(|(written, _)| is_wanted(written.call_kind()));
        let forms: Vec<Form> = wanted
            .map(|(written, resolved)| Form::of(&written, &resolved))
            .collect();
        (!forms.is_empty()).then(|| Self {
            record,
            forms,
            result: None,
            makes: record.new_descriptors().to_vec(),
        })
    }

    /// Whether several calls, or a loop, do what the form says.
    fn is_several(&self) -> bool {
        self.result.is_some()
    }
}

impl Form {
    fn of(written: &Call, resolved: &Call) -> Self {
        Self {
            call_kind: written.call_kind(),
            written: arguments(written),
            resolved: arguments(resolved),
        }
    }
}

/// The sockets with which a condition about sockets holds.
fn holding(condition: &Condition, world: &World) -> BTreeSet<DescriptorId> {
    let is_seen = |socket: &Handle<'_>| match (&condition.pattern.mode, condition.subject) {
        (_, Subject::Calls) => false,
        (_, Subject::Foreign) => world.is_foreign(*socket),
        (Mode::Expect(expected), subject) => word(world, subject, *socket)
            .is_some_and(|word| expected.holds(&[Word::Plain(word)], &|_| None)),
        _ => false,
    };
    let sockets = world.descriptors().filter(is_seen);
    sockets.map(Handle::id).collect()
}

struct Search<'a> {
    since: &'a Since,
    goal: &'a Goal,
    world: &'a World,
    /// The calls that count, newest first.
    calls: Vec<Candidate<'a>>,
    left: usize,
    best: Vec<bool>,
    /// The choice with which these hold.
    chosen: Choice,
}

impl Search<'_> {
    fn go(&mut self, at: usize, choice: &Choice, held: &mut Vec<bool>) {
        let count = |held: &[bool]| held.iter().filter(|held| **held).count();
        let Some(condition) = self.goal.conditions.get(at) else {
            if count(held) > count(&self.best) {
                self.best.clone_from(held);
                self.chosen.clone_from(choice);
            }
            return;
        };
        let rest = self.goal.conditions.len() - at;
        if self.left == 0 || count(held) + rest <= count(&self.best) {
            return;
        }
        self.left -= 1;
        for next in self.choices(at, condition, choice) {
            held.push(true);
            self.go(at + 1, &next, held);
            held.pop();
        }
        held.push(false);
        self.go(at + 1, choice, held);
        held.pop();
    }

    /// The choices with which a condition holds.
    fn choices(&self, at: usize, condition: &Condition, choice: &Choice) -> Vec<Choice> {
        let all = match condition.subject {
            Subject::Calls => self.of_calls(condition, choice),
            _ => self.of_sockets(at, condition, choice),
        };
        let mut choices = Vec::new();
        for choice in all {
            if !choices.contains(&choice) {
                choices.push(choice);
            }
        }
        choices
    }

    fn of_sockets(&self, at: usize, condition: &Condition, choice: &Choice) -> Vec<Choice> {
        let Some(name) = variable(&condition.pattern.either[0].arguments[0][0]) else {
            return Vec::new();
        };
        let sockets = self.world.descriptors().rev();
        let seen = sockets.filter(|socket| {
            self.is_seen(condition, *socket, choice) && !self.since.has_held(at, socket.id())
        });
        seen.filter_map(|socket| self.bound(choice, &name, socket.id()))
            .collect()
    }

    fn is_seen(&self, condition: &Condition, socket: Handle<'_>, choice: &Choice) -> bool {
        if condition.subject == Subject::Foreign {
            return self.world.is_foreign(socket);
        }
        let word = word(self.world, condition.subject, socket);
        match (word, &condition.pattern.mode) {
            (Some(word), Mode::Expect(expected)) => {
                self.holds(expected, &[Word::Plain(word)], choice)
            }
            _ => false,
        }
    }

    fn of_calls(&self, condition: &Condition, choice: &Choice) -> Vec<Choice> {
        let calls = self.calls.iter();
        calls
            .filter_map(|candidate| self.of_call(condition, candidate, choice))
            .collect()
    }

    /// The choice with which a call is the one that is meant.
    fn of_call(
        &self,
        condition: &Condition,
        candidate: &Candidate<'_>,
        choice: &Choice,
    ) -> Option<Choice> {
        if condition.is_once && candidate.is_several() {
            return None;
        }
        if !self.is_made_by(condition.pattern.process.as_ref(), candidate.record) {
            return None;
        }
        let shapes = condition.pattern.either.iter();
        let mut pairs =
            shapes.flat_map(|shape| candidate.forms.iter().map(move |form| (shape, form)));
        pairs.find_map(|pair| self.of_form(&condition.pattern, pair, candidate, choice))
    }

    /// Whether a call is made by the process that is wanted. The name of a child is a variable too, and any child fits.
    fn is_made_by(&self, wanted: Option<&Name>, record: &Record) -> bool {
        match (wanted, &record.request.command.process) {
            (None, _) => true,
            (Some(_), None) => false,
            (Some(wanted), Some(own)) => !self.goal.is_named || wanted == own,
        }
    }

    /// The same for a call in one of its forms.
    fn of_form(
        &self,
        pattern: &Pattern,
        (shape, form): (&Shape, &Form),
        candidate: &Candidate<'_>,
        choice: &Choice,
    ) -> Option<Choice> {
        let process = pattern.process.as_ref();
        let mut next = self.fits((shape, process), form, candidate.record, choice)?;
        for (name, socket) in pattern.targets.iter().zip(&candidate.makes) {
            next = self.bound(&next, &in_table(name, process), *socket)?;
        }
        let has_all_targets = pattern.targets.len() <= candidate.makes.len();
        let has_wanted_result =
            self.has_wanted_result(&pattern.mode, form.call_kind, candidate, &next);
        (has_all_targets && has_wanted_result).then_some(next)
    }

    /// Whether a call has the wanted result, in the words that this form of it has.
    fn has_wanted_result(
        &self,
        mode: &Mode,
        form: CallKind,
        candidate: &Candidate<'_>,
        choice: &Choice,
    ) -> bool {
        let record = candidate.record;
        if let Some(words) = &candidate.result {
            return match mode {
                Mode::Blocks => false,
                Mode::Expect(expected) => self.holds(expected, words, choice),
                Mode::Background | Mode::Plain => true,
            };
        }
        match (mode, record.outcome()) {
            (Mode::Blocks, _) => record.is_blocked(),
            (Mode::Expect(expected), Some(outcome)) => {
                let words = forms::result(form, outcome.words());
                self.holds(expected, &words, choice)
            }
            (Mode::Background | Mode::Plain, Some(outcome)) => outcome.errno().is_none(),
            (_, None) => false,
        }
    }

    fn holds(&self, expected: &Expectation, words: &[Word], choice: &Choice) -> bool {
        let lookup = |name: &Name| {
            let socket = match self.goal.is_named {
                true => self.world.named(name)?,
                false => self.world.descriptor(*choice.get(name)?)?,
            };
            socket.local().cloned()
        };
        expected.holds(words, &lookup)
    }

    /// The choice with which a call is of a shape.
    fn fits(
        &self,
        (shape, process): (&Shape, Option<&Name>),
        form: &Form,
        record: &Record,
        choice: &Choice,
    ) -> Option<Choice> {
        let is_it = shape.call_kind() == Some(form.call_kind);
        if !is_it || !shape.takes(form.written.len()) {
            return None;
        }
        let mut next = choice.clone();
        for (at, patterns) in shape.arguments.iter().enumerate() {
            let argument = Argument {
                written: &form.written[at],
                resolved: form.resolved.get(at).map_or("", String::as_str),
                socket: self.meant(record, at, &form.written[at]),
                process,
            };
            next = patterns
                .iter()
                .find_map(|pattern| self.argument(pattern, &argument, &next))?;
        }
        Some(next)
    }

    /// The socket that an argument is.
    fn meant(&self, record: &Record, at: usize, written: &str) -> Option<DescriptorId> {
        let on = record.on().filter(|_| at == 0);
        on.or_else(|| Some(self.world.named(&Name::new(written)?)?.id()))
    }

    fn argument(&self, pattern: &str, given: &Argument<'_>, choice: &Choice) -> Option<Choice> {
        if let Some(name) = address_of(pattern) {
            let is_at = |socket: Handle<'_>| {
                let local = socket.local().map(ToString::to_string);
                local.as_deref() == Some(given.resolved)
            };
            let owners = self
                .world
                .descriptors()
                .rev()
                .filter(|socket| is_at(*socket));
            return owners
                .filter_map(|own| self.bound(choice, &name, own.id()))
                .next();
        }
        if let (Some(name), Some(socket)) = (variable(pattern), given.socket) {
            return self.bound(choice, &in_table(&name, given.process), socket);
        }
        if let Some(found) = self.port_of_a_socket(pattern, given, choice) {
            return Some(found);
        }
        let matches = |text: &str| argument_matches(pattern, text);
        (matches(given.written) || matches(given.resolved)).then(|| choice.clone())
    }
}

impl Search<'_> {
    /// For a pattern such as `127.0.0.1:port(x)`: the choice with `x` bound to a socket that has the port of the
    /// argument, which may be written as a number.
    fn port_of_a_socket(
        &self,
        pattern: &str,
        given: &Argument<'_>,
        choice: &Choice,
    ) -> Option<Choice> {
        let (host, name) = port_of(pattern)?;
        let has_port = |socket: &Handle<'_>| {
            let port = socket.local().and_then(Address::port);
            port.is_some_and(|port| {
                let wanted = format!("{host}{port}");
                [given.written, given.resolved]
                    .iter()
                    .any(|text| argument_matches(&wanted, text))
            })
        };
        let owners = self.world.descriptors().rev().filter(has_port);
        owners
            .filter_map(|own| self.bound(choice, &name, own.id()))
            .next()
    }

    /// The choice with one more variable bound to a socket; where names are those of the sockets, nothing is bound.
    fn bound(&self, choice: &Choice, name: &Name, socket: DescriptorId) -> Option<Choice> {
        if !self.goal.is_named {
            return bound(choice, name, socket);
        }
        let called = self.world.descriptor(socket)?;
        (called.name() == name).then(|| choice.clone())
    }
}

/// An argument of a call of the log.
struct Argument<'a> {
    /// As it was written.
    written: &'a str,
    /// With numbers and addresses in place of names.
    resolved: &'a str,
    /// The socket that it is.
    socket: Option<DescriptorId>,
    /// The child that is to make the call.
    process: Option<&'a Name>,
}

/// A name in the table of a child, or of this process.
fn in_table(name: &Name, process: Option<&Name>) -> Name {
    match process {
        Some(process) => name.in_process(process),
        None => name.clone(),
    }
}

/// The choice with one more variable bound to a socket; two variables are never bound to the same one.
fn bound(choice: &Choice, name: &Name, socket: DescriptorId) -> Option<Choice> {
    if let Some(own) = choice.get(name) {
        return (*own == socket).then(|| choice.clone());
    }
    if choice.values().any(|other| *other == socket) {
        return None;
    }
    let mut next = choice.clone();
    next.insert(name.clone(), socket);
    Some(next)
}

/// The value of a condition for a socket.
fn word(world: &World, subject: Subject, socket: Handle<'_>) -> Option<String> {
    let number = |number: u32| Some(number.to_string());
    match subject {
        Subject::State => world.state_word(socket),
        Subject::Peer => world.peer_word(socket),
        Subject::Pending => socket.accept_queue().and_then(|queue| number(queue.length)),
        // Of a listener, and of what is not a socket, the kernel does not say it.
        Subject::Unread => {
            let receives = socket.is_open()
                && socket.kind().is_socket()
                && socket.tcp() != Some(TcpState::Listen)
                && socket.phase() != Phase::Listening;
            receives.then_some(socket.unread()).and_then(number)
        }
        Subject::Foreign | Subject::Calls => None,
    }
}

/// A variable: a name in small letters. Constants are written in large ones.
fn variable(pattern: &str) -> Option<Name> {
    let is_small = pattern.bytes().all(|byte| !byte.is_ascii_uppercase());
    Name::new(pattern).filter(|_| is_small)
}

/// The variable in `addr(x)`.
fn address_of(pattern: &str) -> Option<Name> {
    variable(pattern.strip_prefix("addr(")?.strip_suffix(')')?)
}

/// The address up to the port, and the variable, in `127.0.0.1:port(x)`.
fn port_of(pattern: &str) -> Option<(&str, Name)> {
    let (host, rest) = pattern.split_once("port(")?;
    Some((host, variable(rest.strip_suffix(')')?)?))
}
