//! One socket of the kernel: how it is recognised, its addresses, phase, states and options.

use std::collections::BTreeMap;
use std::net::SocketAddr;

use crate::call::value::{Credentials, Value};
use crate::event::{
    Bytes, CallId, DescriptorId, Endpoints, Identity, Memory, NewDescriptor, Origin, Owner, Queue,
    Seen, SocketDetails, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Domain, Kind, Phase, Protocol, SocketType, TcpState};
use crate::world::history::History;
use crate::world::{OpenFileId, Orphan, Retransmission, World};

/// Identifies a kernel socket; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SocketId(pub u32);

/// A kernel socket. It outlives its descriptors: they are closed one by one, and after the last one the kernel may keep
/// the connection as an orphan.
#[derive(Debug, Clone)]
pub struct Socket {
    /// Its id.
    pub id: SocketId,
    /// Its open file description.
    pub file: OpenFileId,
    /// Its first descriptor here.
    pub first: DescriptorId,
    /// How it is recognised in the kernel's answers.
    pub identity: Identity,
    /// Its kind.
    pub kind: Kind,
    /// As given to socket(2), or inherited.
    pub domain: Domain,
    /// As given to socket(2), or inherited.
    pub socket_type: SocketType,
    /// As given to socket(2), or inherited.
    pub protocol: Protocol,
    /// The call that created it, or that received its first descriptor.
    pub created_by: CallId,
    /// How that call did so.
    pub origin: Origin,
    /// The phase that the calls on it imply.
    pub phase: Phase,
    /// Every phase that it has been in, the current one last.
    pub path: History<Step>,
    /// Since when no descriptor of a known process refers to it.
    pub released: Option<Timestamp>,
    /// The last known local address.
    pub local: Option<Address>,
    /// The last known address of the peer, kept after connect(AF_UNSPEC); see [`Socket::present_peer`].
    pub remote: Option<Address>,
    /// What IPV6_V6ONLY read last.
    pub(crate) reads_v6_only: Option<bool>,
    /// The last TCP state that the kernel reported; `None` for other sockets and once it is released.
    pub tcp: Option<TcpState>,
    /// The TCP states that the kernel reported so far, with the time at which each was first seen.
    pub tcp_path: History<(Timestamp, TcpState)>,
    /// TIME_WAIT, from when the kernel's table has it while the open descriptor says CLOSE; and CLOSE, from when the
    /// table no longer has it. The table is right: the connection still exists, but the descriptor is detached from it.
    pub table_path: History<(Timestamp, TcpState)>,
    /// The accept queue of a listener, as last seen.
    pub waiting: Option<Queue>,
    /// The bytes in the receive queue, as last seen.
    pub unread: u32,
    /// Whether its error queue holds a record, as last seen.
    pub error_queued: bool,
    /// The memory that it uses, as last seen; for a TCP connection it is in `endpoints`.
    pub memory: Option<Memory>,
    /// The credentials of the peer when an AF_UNIX connection was made.
    pub credentials: Option<Credentials>,
    /// What setsockopt(2) has set: the newest values of each option, oldest first.
    options: BTreeMap<(i32, i32), History<OptionSet>>,
    /// Bytes sent by calls.
    pub sent: u64,
    /// Bytes received by calls.
    pub received: u64,
    /// Both ends of its connection in the kernel's table, and when that was seen.
    pub endpoints: Option<Box<(Timestamp, Endpoints)>>,
    /// The other end as the kernel last had it, even if it is gone since: what was unread there, and who owned it.
    pub other_before: Option<(Bytes, Seen<Owner>)>,
    /// The retransmissions seen at both ends, oldest first.
    pub retransmits: History<Retransmission>,
    /// What became of its connection after the last close().
    pub orphan: Option<Orphan>,
    /// Who was first seen to have a descriptor of it after the last one here was closed. `None`: nobody was.
    pub elsewhere: Option<Seen<Owner>>,
}

/// A successful setsockopt(2).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptionSet {
    /// When the call was requested.
    pub at: Timestamp,
    /// The call that set it.
    pub by: CallId,
    /// Its level, such as SOL_SOCKET.
    pub level: i32,
    /// Its number in that level.
    pub number: i32,
    /// The value as it was passed.
    pub value: Value,
}

/// One phase that a socket has been in.
#[derive(Debug, Clone, Copy)]
pub struct Step {
    /// Since when it was in it.
    pub at: Timestamp,
    /// The phase.
    pub phase: Phase,
    /// The transition that led to it. `None` for the first phase.
    pub by: Option<&'static Transition>,
}

impl Socket {
    /// A socket with nothing known but its new descriptor.
    pub(crate) fn new(id: SocketId, file: OpenFileId, new: &NewDescriptor) -> Self {
        let phase = match new.origin {
            Origin::Accepted(_) | Origin::Paired => Phase::Connected,
            // The earlier calls on a received socket are not known; the kernel is asked for its state.
            Origin::Created
            | Origin::ReceivedOn(_)
            | Origin::DuplicateOf(_)
            | Origin::Inherited(_)
            | Origin::Found => Phase::Unbound,
        };
        Self {
            id,
            file,
            first: new.descriptor,
            identity: new.identity,
            kind: new.kind,
            domain: new.domain,
            socket_type: new.socket_type,
            protocol: new.protocol,
            created_by: new.call,
            origin: new.origin,
            phase,
            path: History::default(),
            released: None,
            local: None,
            remote: None,
            tcp: None,
            tcp_path: History::default(),
            table_path: History::default(),
            waiting: None,
            unread: 0,
            error_queued: false,
            reads_v6_only: None,
            memory: None,
            credentials: None,
            options: BTreeMap::new(),
            sent: 0,
            received: 0,
            endpoints: None,
            other_before: None,
            retransmits: History::default(),
            orphan: None,
            elsewhere: None,
        }
    }

    /// Whether a known process has an open descriptor of it.
    pub fn is_open(&self) -> bool {
        self.released.is_none()
    }

    /// The address of the peer while it has one, or when it was released.
    pub fn present_peer(&self) -> Option<&Address> {
        let left_it = matches!(
            self.phase,
            Phase::Unbound | Phase::Bound | Phase::Listening | Phase::Failed
        );
        self.remote.as_ref().filter(|_| !left_it)
    }

    /// When its first descriptor here was created.
    pub fn created(&self) -> Timestamp {
        self.path.first().map_or(Timestamp(0), |step| step.at)
    }

    /// Whether it came from accept(2).
    pub fn is_accepted(&self) -> bool {
        matches!(self.origin, Origin::Accepted(_))
    }

    /// Whether it is a TCP socket, and so has a TCP state.
    pub fn is_tcp(&self) -> bool {
        is_tcp(self.domain, self.socket_type, self.protocol)
    }

    /// The accept queue of a listener: from TCP_INFO, or for AF_UNIX from the kernel's table.
    pub fn accept_queue(&self) -> Option<Queue> {
        let in_table = || self.details().and_then(|details| details.queue);
        self.waiting.or_else(in_table).filter(|_| self.is_open())
    }

    /// The clients of a TCP listener whose handshake is not complete. `None`: the kernel was not asked.
    pub fn half_open(&self) -> Option<&Seen<Vec<SocketAddr>>> {
        let (_, endpoints) = self.endpoints.as_deref().filter(|_| self.is_open())?;
        endpoints.half_open.as_ref()
    }

    /// Its details in the kernel's table.
    pub fn details(&self) -> Option<&SocketDetails> {
        self.endpoints
            .as_deref()?
            .1
            .own
            .as_ref()?
            .details
            .as_deref()
    }

    /// The memory that it uses, from SO_MEMINFO or the kernel's table.
    pub fn memory(&self) -> Option<Memory> {
        let in_table = || self.details()?.memory.value().copied();
        self.memory.or_else(in_table)
    }

    /// Since when it is in its present phase.
    pub fn since(&self) -> Timestamp {
        self.path.last().map_or(Timestamp(0), |step| step.at)
    }

    /// The last setting of an option before a moment.
    pub(crate) fn option_set(
        &self,
        level: i32,
        number: i32,
        until: Timestamp,
    ) -> Option<&OptionSet> {
        let values = self.options.get(&(level, number))?;
        values.iter().rev().find(|set| set.at < until)
    }

    /// Whether IPV6_V6ONLY is on: as it was set, else as it read, else off. The only place that says so. Without a setting it is
    /// what the system defaults to (net.ipv6.bindv6only), and it cannot be set any more once the socket has a port.
    pub fn is_v6_only(&self) -> bool {
        let set = self.option_set(libc::IPPROTO_IPV6, libc::IPV6_V6ONLY, Timestamp(u64::MAX));
        match set.map(|set| &set.value) {
            Some(Value::Int(on)) => *on != 0,
            _ => self.reads_v6_only == Some(true),
        }
    }

    /// Records a setting of an option.
    pub(crate) fn set_option(&mut self, set: OptionSet) {
        let values = self.options.entry((set.level, set.number)).or_default();
        values.push(set);
    }
}

impl World {
    /// Every kernel socket that has or had a descriptor here, oldest first.
    pub fn sockets(&self) -> impl DoubleEndedIterator<Item = &Socket> {
        self.sockets.iter()
    }

    /// A kernel socket.
    pub fn socket(&self, id: SocketId) -> Option<&Socket> {
        self.sockets.get(id.0)
    }

    /// The socket that a descriptor refers to. `None`: it refers to something else, or is not known.
    pub fn socket_of(&self, descriptor: DescriptorId) -> Option<&Socket> {
        self.socket(self.open_file(self.file_of(descriptor)?)?.socket()?)
    }

    pub(crate) fn socket_of_mut(&mut self, descriptor: DescriptorId) -> Option<&mut Socket> {
        let id = self.socket_of(descriptor)?.id;
        self.sockets.get_mut(id.0)
    }

    /// Adds a kernel socket, and indexes it by its identity.
    pub(crate) fn new_socket(&mut self, new: &NewDescriptor, file: OpenFileId) -> SocketId {
        let id = SocketId(self.sockets.next());
        let socket = Socket::new(id, file, new);
        self.sockets.add(socket);
        if let Some(cookie) = new.identity.cookie {
            self.by_cookie.entry(cookie).or_insert(id);
        }
        if let Some(inode) = new.identity.inode.filter(|inode| *inode != 0) {
            self.by_inode.insert(inode, id);
        }
        id
    }
}

/// Whether a socket of this domain, type and protocol is TCP.
pub fn is_tcp(domain: Domain, socket_type: SocketType, protocol: Protocol) -> bool {
    matches!(domain, Domain::INET | Domain::INET6)
        && socket_type == SocketType::STREAM
        && matches!(protocol.0, 0 | libc::IPPROTO_TCP)
}
