//! What a program does, step by step: which calls it makes in order, which in a thread or in a child, where their results
//! are taken, and which addresses it has to ask the kernel for.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, SocketAddr, SocketAddrV6};
use std::ops::Range;
use std::time::Duration;

use crate::call::argument::{AddressExpr, Descriptor, Name};
use crate::call::outcome::Outcome;
use crate::call::process::ProcessArg;
use crate::call::{Call, Command, Mode};
use crate::event::{CallId, Source};
use crate::export::Side;
use crate::export::function::{Arg, Gives, Meaning};
use crate::export::held::Descriptors;
use crate::export::lower::meaning;
use crate::socket::{Address, Domain, Errno, Kind, TcpState};
use crate::world::{Progress, Record};

/// A program.
#[derive(Debug, Default)]
pub(crate) struct Plan<'a> {
    /// What it does.
    pub(crate) items: Vec<Item<'a>>,
    /// The variables of descriptors, in the order in which they first get a value.
    pub(crate) descriptors: Vec<String>,
    /// How it has each of them.
    pub(crate) held: Descriptors,
    /// The variables of children.
    pub(crate) children: Vec<String>,
    /// The variables whose addresses it asks for.
    pub(crate) addresses: Vec<String>,
    /// Who makes each of the calls that do not return at once.
    pub(crate) started: Vec<Maker>,
    /// The variables of the connections that calls of serve() accepted.
    pub(crate) accepted: Vec<String>,
    /// Which of them each of these calls accepted.
    pub(crate) served: BTreeMap<CallId, Range<usize>>,
    /// The places in [`Plan::accepted`] of those that a line of the session closes.
    pub(crate) closed: BTreeSet<usize>,
    /// How many of the oldest calls were not kept.
    pub(crate) forgotten: usize,
    /// How many processes made the calls; the session and its children count as one.
    pub(crate) processes: usize,
    /// The side of the session that it is. `None`: the whole session.
    pub(crate) side: Option<Side>,
    /// The addresses whose ports are its arguments, in their order.
    pub(crate) arguments: Vec<Argument>,
    /// What may be different from the session, a sentence each.
    pub(crate) gaps: Vec<String>,
}

/// An address whose port is an argument of the program.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Argument {
    /// The variable of the address.
    pub(crate) address: String,
    /// Its host.
    pub(crate) host: IpAddr,
    /// The port where no argument is given. `None`: the argument must be given.
    pub(crate) port: Option<u16>,
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
    /// A call during which others are made.
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
    /// The other program can be started: it gets the ports of these addresses.
    Ready(Vec<String>),
    /// The sockets stay open until the input ends.
    Hold,
    /// A line that the program cannot have.
    Gap {
        /// Its call in the log.
        call: CallId,
        /// The line.
        line: String,
        /// Why not.
        reason: String,
        /// For how long the program waits in its place.
        pause: Option<Duration>,
    },
}

impl Item<'_> {
    /// The calls of the log that became it.
    pub(crate) fn calls(&self) -> Vec<CallId> {
        match self {
            Self::Call(step) | Self::Start { step, .. } => vec![step.record.id()],
            Self::Join { calls, .. } => calls.clone(),
            Self::Remark { call, .. } | Self::Gap { call, .. } => vec![*call],
            Self::Ready(_) | Self::Hold => Vec::new(),
        }
    }
}

impl<'a> Item<'a> {
    /// The call that is made or started here.
    pub(crate) fn step(&self) -> Option<&Step<'a>> {
        match self {
            Self::Call(step) | Self::Start { step, .. } => Some(step),
            Self::Join { .. }
            | Self::Remark { .. }
            | Self::Ready(_)
            | Self::Hold
            | Self::Gap { .. } => None,
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
    /// What these refer to.
    pub(crate) kinds: Vec<Kind>,
    /// The child that makes it.
    pub(crate) child: Option<String>,
    /// What the numbers among its arguments are.
    pub(crate) numbers: BTreeMap<i32, String>,
    /// The addresses among its arguments that are known only when the program runs.
    pub(crate) places: Vec<(AddressExpr, Place)>,
    /// The addresses that it asks for afterwards: those of a descriptor, under a name.
    pub(crate) keeps: Vec<Kept>,
    /// Whether its line leaves open whether it fails: `-> *`, or an error beside something else.
    pub(crate) is_open_ended: bool,
    /// The errors that its line allows, where it allows nothing else.
    pub(crate) errors: Vec<Errno>,
    /// For a question: what the program asks the kernel.
    pub(crate) asked: Option<Asked>,
    /// Whether its socket has messages, and 0 bytes are no end.
    pub(crate) of_messages: bool,
    /// The address family of its socket.
    pub(crate) domain: Domain,
    /// Whether an address among its arguments is of another family than its socket.
    pub(crate) is_of_other_family: bool,
    /// Whether the kernel discards what it receives: MSG_TRUNC on TCP.
    pub(crate) discards: bool,
    /// The connections that serve() accepted among its descriptors: their places in [`Plan::accepted`].
    pub(crate) accepted: Vec<usize>,
}

/// What a program asks about a descriptor, until the kernel answers as it did in the session.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Asked {
    /// The descriptor.
    pub(crate) of: Fd,
    /// The answer.
    pub(crate) answer: Answer,
    /// For how long it first waits: programs ask for ten seconds, and the session waited longer for the answer.
    pub(crate) after: Option<Duration>,
}

/// What the kernel answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Answer {
    /// The state of its connection.
    State(TcpState),
    /// How many connections wait.
    Pending(u64),
    /// How many bytes wait.
    Unread(u64),
}

/// An address that is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Kept {
    /// The variable of the descriptor.
    pub(crate) descriptor: String,
    /// The variable of its address.
    pub(crate) address: String,
    /// Whether it is the address that the call gave, of the other end.
    pub(crate) is_given: bool,
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
    PortOf(IpAddr, String),
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
                let at = SocketAddrV6::new(*ip, *port, 0, 0);
                Place::Zoned(Address::Inet6(at), zone.clone())
            }
            AddressExpr::Host(ip) => Place::Literal(SocketAddr::new(*ip, 0).into()),
            AddressExpr::Null => Place::Null,
            AddressExpr::Unspecified
            | AddressExpr::LocalOf(_)
            | AddressExpr::PortOf { .. }
            | AddressExpr::Loopback(_)
            | AddressExpr::Named(_) => Place::Unspecified,
        }
    }

    /// The variables of the descriptors that a call uses.
    pub(crate) fn variables(&self) -> Vec<String> {
        let all = match &self.asked {
            Some(asked) => vec![asked.of.clone()],
            None => {
                let all = self.call.socket().into_iter().chain(self.call.others());
                all.map(|own| self.fd(own)).collect()
            }
        };
        let own = all.into_iter().filter_map(|fd| match fd {
            Fd::Variable(variable) => Some(variable),
            Fd::Number(_) => None,
        });
        own.collect()
    }

    /// The process among its arguments.
    pub(crate) fn process(&self) -> Option<String> {
        let Meaning::Function(function) = meaning(&self.call) else {
            return None;
        };
        function.args.iter().find_map(|arg| match arg {
            Arg::Process(ProcessArg::Named(child)) => Some(variable(child)),
            _ => None,
        })
    }

    /// Whether the process goes on after it.
    pub(crate) fn returns(&self) -> bool {
        !matches!(self.call, Call::Exit { .. })
    }

    /// The errno of the session, where the call failed.
    pub(crate) fn error(&self) -> Option<Errno> {
        self.outcome?.errno()
    }

    /// Whether the program goes on whether it fails or not. What it gives to later calls must be there.
    pub(crate) fn may_fail(&self) -> bool {
        let gives = !self.targets.is_empty() || self.keeps.iter().any(|kept| kept.is_given);
        self.is_open_ended && (self.error().is_some() || !gives)
    }

    /// The errors with one of which it is to fail; the first is that of the session.
    pub(crate) fn expected_errors(&self) -> Vec<Errno> {
        let Some(own) = self.error() else {
            return Vec::new();
        };
        let others = self.errors.iter().copied();
        // A look-up gives errors of the library, any other call those of errno.
        let is_alike = |error: &Errno| error.is_of_library() == own.is_of_library();
        let others = others.filter(|error| *error != own && is_alike(error));
        match self.errors.contains(&own) {
            true => [own].into_iter().chain(others).collect(),
            false => vec![own],
        }
    }

    /// Whether it raised SIGPIPE.
    pub(crate) fn sigpipe(&self) -> bool {
        self.outcome.is_some_and(|outcome| outcome.sigpipe)
    }

    /// Whether it raised SIGPIPE, or might where its line leaves open what becomes of it.
    pub(crate) fn may_raise_sigpipe(&self) -> bool {
        let sends = match meaning(&self.call) {
            Meaning::Function(function) => matches!(function.gives, Gives::Count | Gives::Sent),
            Meaning::Loop(..) => true,
            Meaning::Question(..)
            | Meaning::Fork
            | Meaning::Wait
            | Meaning::Cancel
            | Meaning::Sleep(_)
            | Meaning::None(_) => false,
        };
        let is_open = self.may_fail() || self.errors.len() > 1;
        self.sigpipe() || (sends && is_open)
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

impl<'a> Plan<'a> {
    /// Every call.
    pub(crate) fn steps(&self) -> impl Iterator<Item = &Step<'a>> {
        self.items.iter().filter_map(Item::step)
    }

    /// Which of these places in [`Plan::accepted`] a line of the session closes.
    pub(crate) fn closed_among(&self, places: &Range<usize>) -> Vec<usize> {
        self.closed.range(places.clone()).copied().collect()
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

    /// Whether signals interrupt calls.
    pub(crate) fn has_interrupts(&self) -> bool {
        let cancels = |item: &Item<'_>| matches!(item, Item::Join { cancel: true, .. });
        self.items.iter().any(cancels)
    }

    /// Whether calls send signals, ask for them or wait for them: they are held back, as in the session.
    pub(crate) fn has_signals(&self) -> bool {
        self.steps().any(|step| match meaning(&step.call) {
            Meaning::Function(function) => function.args.iter().any(|arg| match arg {
                Arg::Signals(_) => true,
                Arg::Mask(mask) => mask.0.is_some(),
                Arg::Constant(text, _) => text.contains("O_ASYNC") || text.starts_with("F_SETOWN"),
                _ => function.name == "kill",
            }),
            Meaning::Loop(..)
            | Meaning::Question(..)
            | Meaning::Fork
            | Meaning::Wait
            | Meaning::Cancel
            | Meaning::Sleep(_)
            | Meaning::None(_) => false,
        })
    }
}

/// A command without what is expected of it.
pub(crate) fn plain(command: &Command) -> String {
    let plain = Command {
        mode: Mode::Plain,
        ..command.clone()
    };
    plain.to_string()
}

/// What came of a call.
pub(crate) fn result_of(record: &Record) -> String {
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
