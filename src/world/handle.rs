//! A descriptor as panes and explanations read it: with the open file description and the socket that it refers to.

use std::net::SocketAddr;
use std::time::Duration;

use crate::call::argument::Name;
use crate::call::value::Credentials;
use crate::event::{
    Bytes, CallId, Contents, DescriptorId, Endpoints, Identity, Memory, Origin, Owner, Queue, Seen,
    SocketDetails, Timestamp,
};
use crate::socket::{Address, Cause, Domain, Kind, Phase, Protocol, SocketType, TcpState, phase};
use crate::world::{
    Descriptor, Epoll, EpollEntry, Object, OpenFile, OpenFileId, Orphan, OrphanState, Readiness,
    Retransmission, Socket, Step, World,
};

/// A descriptor with what it refers to. Properties of sockets are absent for an epoll instance or a file.
#[derive(Debug, Clone, Copy)]
pub struct Handle<'a> {
    /// The descriptor.
    pub descriptor: &'a Descriptor,
    /// What it refers to.
    pub file: &'a OpenFile,
    socket: Option<&'a Socket>,
}

impl World {
    /// A descriptor, open or closed.
    pub fn descriptor(&self, id: DescriptorId) -> Option<Handle<'_>> {
        self.handle(self.descriptors.get(&id)?)
    }

    /// All descriptors in the order in which they were created, closed ones included.
    pub fn descriptors(&self) -> impl DoubleEndedIterator<Item = Handle<'_>> {
        let all = self.descriptors.values();
        all.filter_map(|descriptor| self.handle(descriptor))
    }

    /// A socket through an open descriptor of it or, if none is open, through its first.
    pub fn through_descriptor(&self, socket: &Socket) -> Option<Handle<'_>> {
        let open = self.descriptors_of(socket.file).find(|own| own.is_open());
        open.or_else(|| self.descriptor(socket.first))
    }

    fn handle<'a>(&'a self, descriptor: &'a Descriptor) -> Option<Handle<'a>> {
        let file = self.open_file(descriptor.file)?;
        let socket = file.socket().and_then(|id| self.socket(id));
        Some(Handle {
            descriptor,
            file,
            socket,
        })
    }
}

/// The descriptor itself.
impl<'a> Handle<'a> {
    /// Its id, never reused.
    pub fn id(self) -> DescriptorId {
        self.descriptor.id
    }

    /// The descriptor table that it is in.
    pub fn table(self) -> crate::world::TableId {
        self.descriptor.table
    }

    /// Its number, kept after close().
    pub fn number(self) -> i32 {
        self.descriptor.number
    }

    /// Its name, kept after close().
    pub fn name(self) -> &'a Name {
        &self.descriptor.name
    }

    /// Whether it is open.
    pub fn is_open(self) -> bool {
        self.descriptor.is_open()
    }

    /// The call that created it.
    pub fn created_by(self) -> CallId {
        self.descriptor.created_by
    }

    /// How that call created it.
    pub fn origin(self) -> Origin {
        self.descriptor.origin
    }

    /// When it was created.
    pub fn created(self) -> Timestamp {
        self.descriptor.created
    }

    /// The open file description that it refers to.
    pub fn file_id(self) -> OpenFileId {
        self.file.id
    }

    /// Its socket. `None`: it refers to something else.
    pub fn socket(self) -> Option<&'a Socket> {
        self.socket
    }

    /// Its epoll instance. `None`: it refers to something else.
    pub fn epoll(self) -> Option<&'a Epoll> {
        self.file.epoll()
    }

    /// Whether the kernel was ever asked about what it refers to.
    pub fn was_seen(self) -> bool {
        self.file.seen.is_some()
    }

    /// The interest list of an epoll instance, as last seen.
    pub fn interest(self) -> &'a [EpollEntry] {
        self.epoll().map_or(&[], |epoll| &epoll.interest)
    }

    /// The registrations of an epoll instance, each with whether epoll_wait(2) would report it.
    pub fn readiness(self) -> Vec<(&'a EpollEntry, Readiness)> {
        self.epoll().map_or_else(Vec::new, Epoll::readiness)
    }

    /// Whether an epoll instance had something to report, as last seen.
    pub fn has_ready(self) -> bool {
        self.epoll().is_some_and(|epoll| epoll.ready)
    }

    /// What the kernel keeps in a pipe, as last seen.
    pub fn contents(self) -> Option<Contents> {
        self.file.contents().map(|(_, contents)| contents)
    }

    /// What it refers to.
    pub fn kind(self) -> Kind {
        match (&self.file.object, self.socket) {
            (Object::Socket(_), Some(socket)) => socket.kind,
            (Object::Epoll(_), _) => Kind::Epoll,
            (Object::Other(other), _) => other.kind,
            (Object::Socket(_), None) => Kind::File,
        }
    }

    /// The phase that the calls imply: closed, or that of the socket.
    pub fn phase(self) -> Phase {
        match self.socket {
            _ if !self.is_open() => Phase::Closed,
            Some(socket) => socket.phase,
            None => Phase::Open,
        }
    }

    /// Every phase that the socket has been in while the descriptor was open or before that, and closed at the end.
    pub fn path(self) -> impl DoubleEndedIterator<Item = Step> + 'a {
        let until = 0..self.descriptor.steps;
        let socket = self.socket.map(|socket| socket.path.numbered(&until));
        let opened = Step {
            at: self.created(),
            phase: Phase::Open,
            by: None,
        };
        let opened = self.socket.is_none().then_some(opened);
        let steps = socket.unwrap_or_default().iter().copied();
        let last = socket.and_then(<[Step]>::last).or(opened.as_ref());
        let last = last.map_or(Phase::Open, |step| step.phase);
        let closed = self.descriptor.closed.map(|at| Step {
            at,
            phase: Phase::Closed,
            by: phase::next(self.kind(), last, Cause::Close),
        });
        opened.into_iter().chain(steps).chain(closed)
    }

    /// Its phase at a moment. `None`: the descriptor did not exist yet.
    pub fn phase_at(self, at: Timestamp) -> Option<Phase> {
        if at < self.created() {
            return None;
        }
        let step = self.path().rfind(|step| step.at <= at);
        step.map(|step| step.phase)
    }

    /// Since when it is in its present phase.
    pub fn since(self) -> Timestamp {
        let changed = || self.socket?.path.last().map(|step| step.at);
        let open = || changed().unwrap_or_default().max(self.created());
        self.descriptor.closed.unwrap_or_else(open)
    }
}

/// What it refers to, as a socket.
impl<'a> Handle<'a> {
    /// Whether it was the last descriptor of its socket to be closed: an orphan is shown there and not at each of them.
    pub fn released_it(self) -> bool {
        let closed = self.descriptor.closed;
        closed.is_some() && self.socket.is_some_and(|socket| socket.released == closed)
    }

    /// How the socket is recognised.
    pub fn identity(self) -> Identity {
        self.socket
            .map_or_else(Identity::default, |socket| socket.identity)
    }

    /// As given to socket(2), or inherited; AF_UNSPEC if it is not a socket.
    pub fn domain(self) -> Domain {
        self.socket
            .map_or(Domain(libc::AF_UNSPEC), |socket| socket.domain)
    }

    /// As given to socket(2), or inherited; 0 if it is not a socket.
    pub fn socket_type(self) -> SocketType {
        self.socket
            .map_or(SocketType(0), |socket| socket.socket_type)
    }

    /// As given to socket(2), or inherited; 0 if it is not a socket.
    pub fn protocol(self) -> Protocol {
        self.socket.map_or(Protocol(0), |socket| socket.protocol)
    }

    /// Whether the socket came from accept(2).
    pub fn is_accepted(self) -> bool {
        self.socket.is_some_and(Socket::is_accepted)
    }

    /// Whether it is a TCP socket, and so has a TCP state.
    pub fn is_tcp(self) -> bool {
        self.socket.is_some_and(Socket::is_tcp)
    }

    /// The last known local address, kept after close().
    pub fn local(self) -> Option<&'a Address> {
        self.socket?.local.as_ref()
    }

    /// The last known address of the peer; see [`Socket::remote`].
    pub fn remote(self) -> Option<&'a Address> {
        self.socket?.remote.as_ref()
    }

    /// See [`Socket::present_peer`].
    pub fn present_peer(self) -> Option<&'a Address> {
        self.socket?.present_peer()
    }

    /// The last TCP state that the kernel reported, while the descriptor is open.
    pub fn tcp(self) -> Option<TcpState> {
        self.socket.filter(|_| self.is_open())?.tcp
    }

    /// See [`Socket::tcp_path`].
    pub fn tcp_path(self) -> &'a [(Timestamp, TcpState)] {
        self.socket.map_or(&[], |socket| &socket.tcp_path)
    }

    /// See [`Socket::accept_queue`].
    pub fn accept_queue(self) -> Option<Queue> {
        self.socket.filter(|_| self.is_open())?.accept_queue()
    }

    /// See [`Socket::half_open`].
    pub fn half_open(self) -> Option<&'a Seen<Vec<SocketAddr>>> {
        self.socket.filter(|_| self.is_open())?.half_open()
    }

    /// The listener whose options an accepted socket began with. An AF_UNIX socket begins with the defaults instead.
    pub fn options_from(self) -> Option<DescriptorId> {
        match self.origin() {
            Origin::Accepted(listener) if self.domain() != Domain::UNIX => Some(listener),
            _ => None,
        }
    }

    /// The bytes in the receive queue, as last seen.
    pub fn unread(self) -> u32 {
        self.socket.map_or(0, |socket| socket.unread)
    }

    /// Whether the error queue holds a record, which recvmsg(2) takes with MSG_ERRQUEUE, as last seen.
    pub fn error_queued(self) -> bool {
        self.socket.is_some_and(|socket| socket.error_queued)
    }

    /// See [`Socket::details`].
    pub fn details(self) -> Option<&'a SocketDetails> {
        self.socket?.details()
    }

    /// See [`Socket::memory`].
    pub fn memory(self) -> Option<Memory> {
        self.socket?.memory()
    }

    /// The credentials of the peer when an AF_UNIX connection was made.
    pub fn credentials(self) -> Option<Credentials> {
        self.socket?.credentials
    }

    /// Bytes sent by calls, through any descriptor.
    pub fn sent(self) -> u64 {
        self.socket.map_or(0, |socket| socket.sent)
    }

    /// Bytes received by calls, through any descriptor.
    pub fn received(self) -> u64 {
        self.socket.map_or(0, |socket| socket.received)
    }

    /// See [`Socket::endpoints`].
    pub fn endpoints(self) -> Option<&'a (Timestamp, Endpoints)> {
        self.socket?.endpoints.as_deref()
    }

    /// See [`Socket::other_before`].
    pub fn other_before(self) -> Option<&'a (Bytes, Seen<Owner>)> {
        self.socket?.other_before.as_ref()
    }

    /// See [`Socket::retransmits`].
    pub fn retransmits(self) -> &'a [Retransmission] {
        self.socket.map_or(&[], |socket| &socket.retransmits)
    }

    /// See [`Socket::segments_sent`].
    pub fn segments_sent(self) -> [Option<u32>; 2] {
        self.socket.map_or([None; 2], Socket::segments_sent)
    }

    /// See [`Socket::orphan`].
    pub fn orphan(self) -> Option<&'a Orphan> {
        self.socket?.orphan.as_ref()
    }

    /// See [`Socket::elsewhere`].
    pub fn elsewhere(self) -> Option<&'a Seen<Owner>> {
        self.socket?.elsewhere.as_ref()
    }

    /// See [`Socket::window_is_closed`].
    pub fn window_is_closed(self) -> bool {
        self.socket.is_some_and(Socket::window_is_closed)
    }

    /// See [`Socket::fin_is_queued`].
    pub fn fin_is_queued(self) -> bool {
        self.socket.is_some_and(Socket::fin_is_queued)
    }

    /// See [`Socket::closed_window`].
    pub fn closed_window(self) -> Option<Seen<()>> {
        self.socket?.closed_window()
    }

    /// See [`Socket::closes_peer_window`].
    pub fn closes_peer_window(self) -> Option<Seen<()>> {
        self.socket?.closes_peer_window()
    }

    /// See [`Socket::state_elsewhere`].
    pub fn state_elsewhere(self) -> Option<(TcpState, &'a Seen<Owner>)> {
        self.socket?.state_elsewhere()
    }

    /// See [`Socket::orphan_state`].
    pub fn orphan_state(self, now: Timestamp) -> Option<OrphanState> {
        self.socket?.orphan_state(now)
    }

    /// See [`Socket::is_orphan_gone`].
    pub fn is_orphan_gone(self) -> bool {
        self.socket.is_some_and(Socket::is_orphan_gone)
    }

    /// See [`Socket::countdown`].
    pub fn countdown(self, now: Timestamp) -> Option<Duration> {
        self.socket?.countdown(now)
    }

    /// See [`Socket::hides_time_wait`].
    pub fn hides_time_wait(self) -> bool {
        self.is_open() && self.socket.is_some_and(Socket::hides_time_wait)
    }
}
