//! What happened, stamped: the only thing that the worldly half tells the pure half.
//!
//! The engine makes calls and emits events; [`crate::world::World`] is the fold over them. Everything that a screen,
//! a script's result or a saved session needs to know stands in an event.

pub(crate) mod address_owner;
pub(crate) mod endpoints;
pub(crate) mod identity;
pub(crate) mod path_file;
mod reach;
pub(crate) mod refusal;
pub(crate) mod socket_details;
mod source;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::value::Credentials;
use crate::call::{Call, Command};
pub use crate::event::address_owner::AddressOwner;
pub use crate::event::endpoints::{
    Bytes, End, Endpoints, Other, Owner, Seen, TIMERS, Timer, TimerKind,
};
pub use crate::event::identity::{Cookie, Identity};
pub use crate::event::path_file::PathFile;
pub use crate::event::reach::{LineSource, Reach};
pub use crate::event::refusal::Refusal;
pub use crate::event::socket_details::{Memory, Shut, SocketDetails, Use};
pub use crate::event::source::Source;
use crate::socket::{Address, Domain, EpollEvents, Kind, Protocol, Segment, SocketType, TcpState};

/// A moment: nanoseconds since the session began, on the monotonic clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Timestamp(pub u64);

impl Timestamp {
    /// How long after `earlier` it is; nothing when it is not later.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// The moment that is `span` later.
    pub fn after(self, span: Duration) -> Self {
        Self(
            self.0
                .saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)),
        )
    }
}

/// Which call of the session, in the order in which they were asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CallId(pub u64);

/// Which descriptor. Unlike its number in a table, it is never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DescriptorId(pub u32);

impl fmt::Display for DescriptorId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "descriptor {}", self.0)
    }
}

/// A call with its names resolved: what the engine is asked to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Request {
    /// Which call of the session.
    pub id: CallId,
    /// The command as it was written.
    pub command: Arc<Command>,
    /// The call with numbers and addresses in place of names.
    pub call: Arc<Call>,
    /// The descriptor that it is made on. `None`: it makes one, or is made on a number that is none of ours.
    pub on: Option<DescriptorId>,
    /// The open descriptors that it concerns besides: the members of a set, the target of epoll_ctl.
    pub others: Box<[DescriptorId]>,
    /// What it may reach.
    pub reach: Reach,
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// When it happened, taken as close to it as possible.
    pub at: Timestamp,
    /// Whose event it is.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EventKind {
    /// A command was accepted. It stands in the log from now on.
    Asked(Box<Request>),
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
    /// A call that is made of many has come so far.
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
        /// With what.
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
    /// A descriptor exists that did not exist before. Comes before the `Returned` of the call that made it.
    Created(NewDescriptor),
    /// The kernel was asked about the socket of a descriptor.
    Observed {
        /// Which descriptor.
        descriptor: DescriptorId,
        /// What it said.
        seen: Observation,
    },
    /// The kernel was asked about both ends of a connection.
    Endpoints {
        /// A descriptor of one end, open or closed.
        descriptor: DescriptorId,
        /// What it said.
        endpoints: Box<Endpoints>,
    },
    /// It was looked for who outside of the session has the address that a call could not get.
    AddressOwner {
        /// Which call.
        call: CallId,
        /// Who has it.
        address_owner: AddressOwner,
    },
    /// What lies at the path of an AF_UNIX address that a call could not have, lstat(2).
    PathFile {
        /// Which call.
        call: CallId,
        /// What lies there.
        file: PathFile,
    },
    /// A descriptor got another name.
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
    /// Every interface is captured from now on, and why packet by packet where many at once cannot be had; or none can
    /// be, and why.
    Capturing(Result<Option<String>, String>),
    /// A segment was captured; its moment is the kernel's.
    Captured {
        /// The segment.
        segment: Segment,
        /// How many could not be taken so far, since too many came at once.
        missed: u64,
    },
}

/// A thread that makes a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Thread {
    /// Its number, as in /proc/self/task.
    pub tid: i32,
    /// Whether it is not the socket's own thread, because that one is blocked.
    pub further: bool,
}

/// A new descriptor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewDescriptor {
    /// Its id.
    pub descriptor: DescriptorId,
    /// The call that made it.
    pub call: CallId,
    /// Its number.
    pub fd: i32,
    /// The name that was asked for.
    pub name: Option<Name>,
    /// Which kind of descriptor it is.
    pub kind: Kind,
    /// As given to socket(2), or inherited.
    pub domain: Domain,
    /// As given to socket(2), or inherited.
    pub socket_type: SocketType,
    /// As given to socket(2), or inherited.
    pub protocol: Protocol,
    /// Where it comes from.
    pub origin: Origin,
    /// How its socket is recognised; nothing of what is no socket.
    pub identity: Identity,
    /// Of one that was received and is no socket: another descriptor of the same open file description, kcmp(2).
    pub same_file: Option<DescriptorId>,
}

/// Where a descriptor comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// socket(2)
    Created,
    /// accept(2) on this listener.
    Accepted(DescriptorId),
    /// socketpair(2)
    Paired,
    /// dup(2): the same socket under another number.
    DuplicateOf(DescriptorId),
    /// recvmsg(2) on this socket: a descriptor that somebody sent.
    ReceivedOn(DescriptorId),
}

/// What the kernel said of a socket. A field that was not asked for, or that the kernel does not give, is `None`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observation {
    /// getsockname(2)
    pub local: Option<Address>,
    /// getpeername(2)
    pub peer: Option<Address>,
    /// TCP_INFO
    pub tcp: Option<TcpState>,
    /// Connections that wait to be accepted, and their limit.
    pub waiting: Option<Queue>,
    /// Bytes in the receive queue (FIONREAD); for datagrams, of the next one.
    pub unread: Option<u32>,
    /// The memory of a socket, SO_MEMINFO; of a connection of TCP it is asked of the kernel's table.
    pub memory: Option<Memory>,
    /// Who had the other end of an AF_UNIX connection when it was made, SO_PEERCRED of unix(7).
    pub credentials: Option<Credentials>,
    /// Whether the peer ended its direction, where the call alone does not tell (an empty record also reads as 0).
    pub hung_up: bool,
    /// What an epoll instance watches, and whether something of it is ready.
    pub interest: Option<InterestList>,
}

/// An epoll instance as /proc/self/fdinfo and poll(2) show it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InterestList {
    /// The registrations, in the kernel's order.
    pub entries: Vec<Interest>,
    /// Whether epoll_wait(2) would return at once.
    pub ready: bool,
}

/// One registration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interest {
    /// The number under which the descriptor was added; it may be closed since.
    pub fd: i32,
    /// The events; for EPOLLONESHOT none but the flag once it was reported.
    pub events: EpollEvents,
    /// The events that hold now, where the descriptor is still open: poll(2).
    pub now: Option<EpollEvents>,
}

/// The queue of a listener.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Queue {
    /// How many connections wait.
    pub length: u32,
    /// The backlog that listen(2) was given, as the kernel took it.
    pub limit: u32,
}
