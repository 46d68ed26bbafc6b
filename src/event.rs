//! What happened, and when: all that the pure modules learn from those that do I/O.
//!
//! The engine makes calls and emits events; [`crate::world::World`] is the fold over them. Everything that a screen, a
//! script's result or a saved session needs to know is in an event.

pub(crate) mod address_owner;
pub(crate) mod endpoints;
pub(crate) mod evidence;
pub(crate) mod identity;
pub(crate) mod path_file;
pub(crate) mod process;
mod reach;
pub(crate) mod refusal;
pub(crate) mod socket_details;
mod source;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::syscall::Syscall;
use crate::call::value::Credentials;
use crate::call::{Call, Command};
pub use crate::event::address_owner::AddressOwner;
pub use crate::event::endpoints::{
    Bytes, End, Endpoints, Other, Owner, Seen, TIMERS, Timer, TimerKind,
};
pub use crate::event::evidence::{
    Denial, Evidence, InTable, OptionNow, PortUser, Reuse, Route, UnixUser,
};
pub use crate::event::identity::{Cookie, Identity};
pub use crate::event::path_file::PathFile;
pub use crate::event::process::{Abandonment, EndStatus, ProcessEvent};
pub use crate::event::reach::{LineSource, Reach};
pub use crate::event::refusal::Refusal;
pub use crate::event::socket_details::{Memory, Shut, SocketDetails, Use};
pub use crate::event::source::Source;
use crate::socket::recorded;
use crate::socket::{Address, Domain, EpollEvents, Kind, Protocol, Segment, SocketType, TcpState};

/// A moment: nanoseconds since the session began, on the monotonic clock.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// The time since `earlier`; zero if this moment is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// This moment plus `span`.
    pub fn after(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)),
        )
    }
}

/// A call of the session; calls are numbered in the order in which they were requested.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CallId(pub u64);

impl CallId {
    /// From here on are the ids of calls that no line asked for: those of `serve`, and of traced programs.
    pub const FIRST_WITHOUT_LINE: u64 = 1 << 48;

    /// Whether a line asked for the call.
    pub fn is_of_line(self) -> bool {
        self.0 < Self::FIRST_WITHOUT_LINE
    }
}

/// Identifies a descriptor. Unlike its number in a table, it is never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct DescriptorId(pub u32);

impl fmt::Display for DescriptorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "descriptor {}", self.0)
    }
}

/// A call with its names resolved: what the engine is asked to do.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Request {
    /// The call.
    pub id: CallId,
    /// The command as it was written.
    pub command: Arc<Command>,
    /// The call with numbers and addresses in place of names.
    pub call: Arc<Call>,
    /// The descriptor that it is made on. `None`: it creates one, or is made on a number that is not one of ours.
    pub on: Option<DescriptorId>,
    /// The other open descriptors that it concerns: the members of a set, the target of epoll_ctl.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub others: Box<[DescriptorId]>,
    /// What it may reach.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub reach: Reach,
    /// The child that makes it. `None`: this process does.
    pub process: Option<i32>,
}

impl Request {
    /// Whose call it is.
    pub fn source(&self) -> Source {
        match self.process {
            Some(pid) => Source::Child { pid },
            None => Source::Session,
        }
    }
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Event {
    /// When it happened, read from the clock as close to it as possible.
    pub at: Timestamp,
    /// Whose process it happened in.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub source: Source,
    /// What happened.
    pub what: EventKind,
}

impl Event {
    /// An event of the session itself.
    pub fn new(at: Timestamp, what: EventKind) -> Self {
        Self {
            at,
            source: Source::Session,
            what,
        }
    }
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum EventKind {
    /// A command was accepted. Its call is in the log from now on.
    Asked(Box<Request>),
    /// How strace(1) prints a call of a traced program, where its notation does not show that. Comes before `Entered`.
    MadeAs {
        /// Which call.
        call: CallId,
        /// The system call.
        syscall: Box<Syscall>,
    },
    /// A traced thread is held just before a call, and makes it when it is let go on.
    Held {
        /// Which call.
        call: CallId,
    },
    /// A thread is about to make the call.
    Entered {
        /// Which call.
        call: CallId,
        /// The thread that makes it.
        thread: Thread,
        /// The kernel's TCP state just before.
        state: Option<TcpState>,
    },
    /// The thread was seen asleep in the kernel.
    Blocked {
        /// Which call.
        call: CallId,
        /// The kernel function it sleeps in, from /proc/self/task/TID/wchan; `None` where that is hidden.
        wchan: Option<String>,
    },
    /// A signal was sent to interrupt the call.
    Cancelling {
        /// Which call.
        call: CallId,
    },
    /// Progress of a call that makes many system calls.
    Progress {
        /// Which call.
        call: CallId,
        /// System calls so far.
        calls: u64,
        /// Bytes moved so far.
        bytes: u64,
    },
    /// The call returned.
    Returned {
        /// Which call.
        call: CallId,
        /// What it returned.
        outcome: Outcome,
        /// The kernel's TCP state just after.
        state: Option<TcpState>,
    },
    /// The call was not made, and why.
    Refused {
        /// Which call.
        call: CallId,
        /// Why.
        reason: Refusal,
    },
    /// A call of a traced program never returned to it, and why.
    Abandoned {
        /// Which call.
        call: CallId,
        /// Why.
        reason: Abandonment,
    },
    /// Something happened to a traced process.
    Process(ProcessEvent),
    /// A descriptor exists that did not exist before. Comes before the `Returned` of the call that made it.
    Created(NewDescriptor),
    /// The kernel was asked about the socket that a descriptor refers to.
    Observed {
        /// Which descriptor.
        descriptor: DescriptorId,
        /// Its answer.
        seen: Observation,
    },
    /// The kernel was asked about both ends of a connection.
    Endpoints {
        /// A descriptor of one end, open or closed.
        descriptor: DescriptorId,
        /// Its answer.
        endpoints: Box<Endpoints>,
    },
    /// The result of a search for the owner, outside of the session, of an address that a call could not get.
    AddressOwner {
        /// Which call.
        call: CallId,
        /// Who has it.
        address_owner: AddressOwner,
    },
    /// What is at the path of an AF_UNIX address that a call could not use, lstat(2).
    PathFile {
        /// Which call.
        call: CallId,
        /// What is there.
        file: PathFile,
    },
    /// What the kernel said about a call that has just returned. Comes before the `Returned` of that call.
    Evidence {
        /// Which call.
        call: CallId,
        /// Its answers.
        evidence: Box<Evidence>,
    },
    /// A descriptor was renamed.
    Renamed {
        /// Which descriptor.
        descriptor: DescriptorId,
        /// Its new name.
        name: Name,
    },
    /// A descriptor was closed.
    Closed {
        /// Which descriptor.
        descriptor: DescriptorId,
    },
    /// Segments are captured on every interface from now on, with the reason if each packet needs a call of its own; or
    /// they cannot be captured, and why.
    Capturing(Result<Option<String>, String>),
    /// A segment was captured; the time is the kernel's.
    Captured {
        /// The segment.
        segment: Segment,
        /// How many were lost so far because too many arrived at once.
        missed: u64,
    },
}

/// A thread that makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// Its thread ID, as in /proc/self/task.
    pub tid: i32,
    /// Whether it is not the socket's own thread, because that one is blocked.
    pub further: bool,
}

/// A new descriptor.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NewDescriptor {
    /// Its id.
    pub descriptor: DescriptorId,
    /// The call that made it.
    pub call: CallId,
    /// Its number.
    pub fd: i32,
    /// The name that was asked for.
    pub name: Option<Name>,
    /// What kind of object it refers to.
    pub kind: Kind,
    /// As given to socket(2), or another call that opens something new., or inherited.
    pub domain: Domain,
    /// As given to socket(2), or another call that opens something new., or inherited.
    pub socket_type: SocketType,
    /// As given to socket(2), or another call that opens something new., or inherited.
    pub protocol: Protocol,
    /// Where it comes from.
    pub origin: Origin,
    /// How its socket is recognised; empty if it is not a socket.
    pub identity: Identity,
    /// For a received descriptor that is not a socket: another descriptor of the same open file description, kcmp(2).
    pub same_file: Option<DescriptorId>,
}

/// Where a descriptor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Origin {
    /// socket(2), or another call that opens something new.
    Created,
    /// accept(2) on this listener.
    Accepted(DescriptorId),
    /// socketpair(2)
    Paired,
    /// dup(2): the same socket under another number.
    DuplicateOf(DescriptorId),
    /// recvmsg(2) on this socket: a descriptor that another process or socket sent.
    ReceivedOn(DescriptorId),
    /// fork(2): the copy of this descriptor in the table of the child.
    Inherited(DescriptorId),
    /// A traced process had it before it was traced.
    Found,
}

/// What the kernel reported about a socket. A field that was not asked for, or that the kernel does not report, is
/// `None`.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Observation {
    /// getsockname(2)
    pub local: Option<Address>,
    /// getpeername(2)
    pub peer: Option<Address>,
    /// TCP_INFO
    pub tcp: Option<TcpState>,
    /// The connections waiting to be accepted, and the limit.
    pub waiting: Option<Queue>,
    /// Bytes that can be received (FIONREAD, and for TCP with an urgent byte the kernel's table); for datagrams, those of
    /// the next one.
    pub unread: Option<u32>,
    /// The memory that the socket uses, SO_MEMINFO. For a TCP connection it comes from the kernel's table instead.
    pub memory: Option<Memory>,
    /// The credentials of the peer when an AF_UNIX connection was made, SO_PEERCRED of unix(7).
    pub credentials: Option<Credentials>,
    /// Whether the peer shut down its sending direction, where the call alone does not show it (an empty record also
    /// reads as 0).
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub hung_up: bool,
    /// Whether the error queue of a socket holds a record, which recvmsg(2) takes with MSG_ERRQUEUE. It follows from
    /// POLLERR where the options let errors be queued. `None`: it was not asked.
    pub error_queued: Option<bool>,
    /// What an epoll instance watches, and whether any of it is ready.
    pub interest: Option<InterestList>,
    /// What is kept in a pipe, an eventfd or a timerfd.
    pub contents: Option<Box<Contents>>,
}

/// What the kernel keeps in an open file that is neither a socket nor an epoll instance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Contents {
    /// The bytes that wait in a pipe: FIONREAD.
    Bytes(u32),
    /// The counter of an eventfd: /proc/self/fdinfo.
    Counter(u64),
    /// A timerfd: /proc/self/fdinfo.
    Timer(TimerState),
}

/// The timer of a timerfd.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct TimerState {
    /// How often it has expired since the last read(2).
    pub expirations: u64,
    /// How long it has until it expires; 0 where it is disarmed.
    pub left: Duration,
    /// How long it then has each time; 0 where it expires once.
    pub interval: Duration,
}

/// An epoll instance as /proc/self/fdinfo and poll(2) show it.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct InterestList {
    /// The registrations, in the kernel's order.
    pub entries: Vec<Interest>,
    /// Whether epoll_wait(2) would return at once.
    pub ready: bool,
}

/// One registration.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Interest {
    /// The number under which the descriptor was added; it may have been closed since.
    pub fd: i32,
    /// The events; with EPOLLONESHOT only the flag is left once they were reported.
    pub events: EpollEvents,
    /// The events that hold now, if the descriptor is still open: poll(2).
    pub now: Option<EpollEvents>,
}

/// The queue of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Queue {
    /// How many connections are waiting.
    pub length: u32,
    /// The backlog passed to listen(2), as the kernel limited it.
    pub limit: u32,
}
