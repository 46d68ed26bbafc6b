//! One socket of the world: its descriptor, addresses, phase and history.

use std::net::SocketAddr;

use crate::call::argument::Name;
use crate::call::value::{Credentials, Value};
use crate::event::{
    Bytes, CallId, DescriptorId, Ends, Identity, Interest, Memory, Origin, Owner, Queue, Seen,
    SocketDetails, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Domain, Kind, Phase, Protocol, SocketType, TcpState};
use crate::world::{OpenFileId, Orphan, Retransmission, TableId};

/// A socket.
#[derive(Debug, Clone)]
pub struct Socket {
    /// Its id, never used again.
    pub id: DescriptorId,
    /// The descriptor table that its number is in.
    pub table: TableId,
    /// Its descriptor number, kept after close().
    pub fd: i32,
    /// Its name, kept after close().
    pub name: Name,
    /// The call that made it.
    pub made_by: CallId,
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
    /// The open file description that it refers to.
    pub file: OpenFileId,
    /// How it is recognised in the kernel's answers; dup() shares it.
    pub identity: Identity,
    /// What its calls imply.
    pub phase: Phase,
    /// Every phase it has been in, the present one last.
    pub path: Vec<Step>,
    /// The last known local address, kept after close().
    pub local: Option<Address>,
    /// The last known address of the peer, kept after close() and connect(AF_UNSPEC); see [`Socket::present_peer`].
    pub peer: Option<Address>,
    /// What the kernel said last of its TCP connection; `None` for other sockets and after close().
    pub tcp: Option<TcpState>,
    /// The kernel's states so far, with the moments at which they were first seen.
    pub tcp_path: Vec<(Timestamp, TcpState)>,
    /// TIME_WAIT, since when the kernel's table has it while the open descriptor says CLOSE; and CLOSE, since when the
    /// table has no more. The table is right: the connection is there, only the descriptor has let go of it.
    pub table_path: Vec<(Timestamp, TcpState)>,
    /// The accept queue of a listener, as last seen.
    pub waiting: Option<Queue>,
    /// Bytes that wait to be received, as last seen.
    pub unread: u32,
    /// The memory that it uses, as last seen; of a connection of TCP it stands with its ends.
    pub memory: Option<Memory>,
    /// Who had the other end of an AF_UNIX connection when it was made.
    pub credentials: Option<Credentials>,
    /// The interest list of an epoll instance, as last seen.
    pub interest: Vec<EpollEntry>,
    /// Whether the epoll instance had something to report, as last seen.
    pub ready: bool,
    /// Every option that setsockopt(2) has set, oldest first; kept with the first descriptor of a socket.
    pub options: Vec<OptionSet>,
    /// Bytes sent by calls.
    pub sent: u64,
    /// Bytes received by calls.
    pub received: u64,
    /// Both ends of its connection in the kernel's table, and when they were seen so.
    pub ends: Option<(Timestamp, Ends)>,
    /// The other end of a connection as the kernel had it last, also when it has gone since: what was unread there, and
    /// whose it was.
    pub other_before: Option<(Bytes, Seen<Owner>)>,
    /// What both ends were seen to have sent again, oldest first.
    pub retransmits: Vec<Retransmission>,
    /// What became of its connection after close().
    pub orphan: Option<Orphan>,
    /// Who was first seen to have a descriptor of it after this one was closed. `None`: nobody.
    pub elsewhere: Option<Seen<Owner>>,
}

/// A successful setsockopt(2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionSet {
    /// When it was asked for.
    pub at: Timestamp,
    /// The call.
    pub by: CallId,
    /// Its level, such as SOL_SOCKET.
    pub level: i32,
    /// Its number in that level.
    pub number: i32,
    /// The value as it was passed.
    pub value: Value,
}

/// One registration of an epoll instance: what the kernel shows of it, and what follows from the calls so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpollEntry {
    /// The registration as the kernel shows it.
    pub seen: Interest,
    /// The socket that was registered; `None` for what is no socket of the playground.
    pub socket: Option<DescriptorId>,
    /// The edge: whether something happened that epoll_wait(2) has not reported yet. Inferred; the kernel does not
    /// show its ready list.
    pub edge: bool,
    /// How often epoll_wait(2) reported it.
    pub reported: u32,
    /// What is seen and what is reported come in either order: which of the two is ahead.
    pub(crate) account: EdgeBalance,
}

/// Whether the edges that were seen and those that were reported are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum EdgeBalance {
    /// They are.
    #[default]
    Even,
    /// One was reported that has not been seen yet: what is seen next is no new one.
    Owed,
    /// One was seen, and seen to be gone: the report of it is on its way.
    Spent,
}

impl EpollEntry {
    /// Whether it is edge-triggered.
    pub fn is_edge_triggered(&self) -> bool {
        self.seen.events.contains(libc::EPOLLET)
    }

    /// Whether it is ready, and yet epoll_wait(2) will not say so before something new happens.
    pub fn is_overlooked(&self) -> bool {
        self.is_ready() && self.is_edge_triggered() && !self.edge
    }

    /// Whether some of its events hold now.
    fn is_ready(&self) -> bool {
        self.seen.now.is_some_and(|now| now.0 != 0)
    }

    /// Whether EPOLLONESHOT has disarmed it: the kernel keeps the flags and no events.
    pub fn is_disarmed(&self) -> bool {
        let flags = libc::EPOLLONESHOT | libc::EPOLLET | libc::EPOLLWAKEUP | libc::EPOLLEXCLUSIVE;
        self.seen.events.contains(libc::EPOLLONESHOT) && self.seen.events.0 & !flags == 0
    }
}

/// Whether epoll_wait(2) would report a registration. Inferred: the kernel shows no ready list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// The descriptor was closed; another of the same socket keeps the registration.
    Gone,
    /// Reported once with EPOLLONESHOT, and not again before EPOLL_CTL_MOD.
    Disarmed,
    /// None of its events hold.
    Quiet,
    /// It is on the ready list.
    Listed,
    /// Its events hold, the edge was reported, and nothing has happened since.
    Overlooked,
}

/// One phase that a socket has been in.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Since when.
    pub at: Timestamp,
    /// The phase.
    pub phase: Phase,
    /// The row that led to it. `None` for the phase in which it was born.
    pub by: Option<&'static Transition>,
}

impl Socket {
    /// Which kind it is.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Whether its descriptor is open.
    pub fn is_open(&self) -> bool {
        self.phase != Phase::Closed
    }

    /// The address of the peer, while there is one or for a closed socket was one.
    pub fn present_peer(&self) -> Option<&Address> {
        let left_it = matches!(
            self.phase,
            Phase::Unbound | Phase::Bound | Phase::Listening | Phase::Failed
        );
        self.peer.as_ref().filter(|_| !left_it)
    }

    /// When it came into being here.
    pub fn created(&self) -> Timestamp {
        self.path.first().map_or(Timestamp(0), |step| step.at)
    }

    /// Whether it came from accept(2).
    pub fn is_accepted(&self) -> bool {
        matches!(self.origin, Origin::Accepted(_))
    }

    /// Whether it is a stream over IP, and so has a TCP state.
    pub fn is_tcp(&self) -> bool {
        is_tcp(self.domain, self.socket_type, self.protocol)
    }

    /// The connections that wait at a listener: TCP tells it, of AF_UNIX the kernel's table does.
    pub fn accept_queue(&self) -> Option<Queue> {
        let in_table = || self.details().and_then(|details| details.queue);
        self.waiting.or_else(in_table).filter(|_| self.is_open())
    }

    /// The clients of a TCP listener whose handshake is not finished. `None`: they were not looked for.
    pub fn half_open(&self) -> Option<&Seen<Vec<SocketAddr>>> {
        let (_, ends) = self.ends.as_ref().filter(|_| self.is_open())?;
        ends.half_open.as_ref()
    }

    /// What the kernel's table tells of the inside of it.
    pub fn details(&self) -> Option<&SocketDetails> {
        self.ends.as_ref()?.1.own.as_ref()?.details.as_deref()
    }

    /// The memory that it uses, whoever told it.
    pub fn memory(&self) -> Option<Memory> {
        let in_table = || self.details()?.memory.value().copied();
        self.memory.or_else(in_table)
    }

    /// The registrations of an epoll instance, each with where it stands.
    pub fn readiness(&self) -> Vec<(&EpollEntry, Readiness)> {
        let all = self.interest.iter();
        let mut all: Vec<_> = all.map(|own| (own, self.standing(own))).collect();
        let is_explained = all.iter().any(|(_, at)| *at == Readiness::Listed);
        if self.ready && !is_explained {
            // The instance reports something, so it is one of those that seemed to be reported already.
            let overlooked = all
                .iter_mut()
                .filter(|(_, at)| *at == Readiness::Overlooked);
            overlooked.for_each(|(_, at)| *at = Readiness::Listed);
        }
        all
    }

    fn standing(&self, own: &EpollEntry) -> Readiness {
        match own {
            own if own.seen.now.is_none() => Readiness::Gone,
            own if own.is_disarmed() => Readiness::Disarmed,
            own if !own.is_ready() => Readiness::Quiet,
            own if own.is_overlooked() => Readiness::Overlooked,
            _ if self.ready => Readiness::Listed,
            // What would be reported makes the instance ready.
            own if own.is_edge_triggered() => Readiness::Overlooked,
            _ => Readiness::Quiet,
        }
    }

    /// Since when it is in its present phase.
    pub fn since(&self) -> Timestamp {
        self.path.last().map_or(Timestamp(0), |step| step.at)
    }
}

/// Whether a socket of this domain, type and protocol is TCP.
pub fn is_tcp(domain: Domain, socket_type: SocketType, protocol: Protocol) -> bool {
    matches!(domain, Domain::INET | Domain::INET6)
        && socket_type == SocketType::STREAM
        && matches!(protocol.0, 0 | libc::IPPROTO_TCP)
}
