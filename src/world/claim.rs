//! The causes that explanations state, as data beside their sentences: so a claim can be checked against the kernel,
//! and a sentence against its claims.

use crate::call::argument::AddressArg;
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::{DescriptorId, PathFile, Route};
use crate::socket::option::by_number;
use crate::socket::{Address, Errno, Kind, Phase, TcpState};
use crate::world::World;

/// A statement about the kernel at the moment at which a call returned, or now where it has not returned.
///
/// Of a socket without open descriptor, what is said of its options, addresses and queues held when the last one was
/// closed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    // Who listens, and who is there.
    /// No socket listens at an address.
    NobodyListens(Address),
    /// A socket listens: SO_ACCEPTCONN is 1.
    Listens(DescriptorId),
    /// A socket is open and does not listen.
    DoesNotListen(DescriptorId),
    /// No open socket of the network namespace is bound to an address, or to the file at a path.
    NobodyHasAddress(Address),
    /// An open socket that is none of the session is bound to an address.
    OutsideHasAddress(Address),
    /// A process outside of the session has a descriptor of a socket that is bound to an address.
    ProcessHasAddress {
        /// The process.
        pid: i32,
        /// The address.
        address: Address,
    },

    /// The kernel's look-up of the route to an address gives this.
    RouteIs {
        /// The address.
        to: Address,
        /// The route.
        route: Route,
    },
    /// A socket listens at this local address.
    ListenerAt(Address),
    /// A socket has this abstract name and does not listen.
    NobodyAccepts(Address),
    /// A socket is bound to this local address.
    UserAt(Address),
    /// A socket with this local address is bound to an interface by SO_BINDTODEVICE.
    BoundToDevice {
        /// Its local address.
        local: Address,
        /// The interface.
        device: String,
    },
    /// A file below /proc/sys contains this.
    SysctlIs {
        /// The setting, as sysctl(8) writes it.
        name: &'static str,
        /// Its value.
        value: String,
    },
    /// The process lacks a capability, by its number.
    LacksCapability(u32),
    /// The kernel has no sockets of a protocol, as /proc/net/protocols lists them.
    NoProtocol(String),

    // Descriptors, and who has them.
    /// No descriptor of a socket was open any more.
    Closed(DescriptorId),
    /// This descriptor was closed; others of the same socket may be open.
    DescriptorClosed(DescriptorId),
    /// A number stands for no open file in the process that made the call.
    NotOpen(i32),
    /// A descriptor of the same socket is open.
    OpenDescriptor(DescriptorId),
    /// Two descriptors refer to one open file description.
    SameFile {
        /// The descriptor.
        descriptor: DescriptorId,
        /// The one that was there before.
        original: DescriptorId,
    },
    /// So many descriptors of the session are open.
    DescriptorsOpen(u64),
    /// A process outside of the session has a descriptor of a socket.
    InProcess {
        /// The socket.
        socket: DescriptorId,
        /// The process.
        pid: i32,
    },
    /// The kernel has a socket, and no descriptor of it is open in the session.
    HeldOutside(DescriptorId),
    /// A message in a receive queue carries a descriptor of a socket.
    Carried(DescriptorId),
    /// The message that carried a descriptor was received without it: the kernel closed that reference.
    PassedAndLost(DescriptorId),
    /// A call was inside the kernel when this one was made.
    CallInside {
        /// What it was made on; `None`: on no descriptor alone.
        on: Option<DescriptorId>,
        /// Which call.
        call: CallKind,
    },

    // Addresses and files.
    /// An address belongs to a socket: getsockname(2) gives it.
    HasAddress {
        /// The socket.
        socket: DescriptorId,
        /// The address.
        address: Address,
    },
    /// A socket has an address of its own, whichever.
    Bound(DescriptorId),
    /// A socket has no address of its own: port 0, or no name.
    Unbound(DescriptorId),
    /// Something exists at a path.
    PathExists(Address),
    /// Nothing exists at a path.
    PathMissing(Address),
    /// A file of this type exists at a path.
    PathIs {
        /// The path.
        path: Address,
        /// What lies there.
        file: PathFile,
    },

    // Connections.
    /// A socket is where its calls have brought it, as getsockname(2), getpeername(2), SO_ACCEPTCONN and, of TCP, the
    /// state of the connection show it.
    InPhase(DescriptorId, Phase),
    /// The kernel has a connection in a state.
    InState(DescriptorId, TcpState),
    /// The kernel has the other end of the connection of a socket in a state.
    OtherEndInState(DescriptorId, TcpState),
    /// The kernel has nothing at the other end of the connection of a socket.
    OtherEndGone(DescriptorId),
    /// connect(2) of a socket has begun and not ended: TCP has it in SYN_SENT.
    Connecting(DescriptorId),
    /// A socket is connected: it has a peer, with a name or without.
    HasPeer(DescriptorId),
    /// A socket is not connected: getpeername(2) fails with ENOTCONN.
    NoPeer(DescriptorId),
    /// A socket is connected to an address: getpeername(2) gives it.
    ConnectedTo {
        /// The socket.
        socket: DescriptorId,
        /// The address.
        address: Address,
    },
    /// What a socket sends arrives at another, or did while both were there.
    OtherEnd {
        /// The socket.
        socket: DescriptorId,
        /// The one at the other end.
        peer: DescriptorId,
    },
    /// A socket has the connection between two addresses.
    HasConnection {
        /// The socket.
        socket: DescriptorId,
        /// Its own address.
        local: Address,
        /// That of its peer.
        remote: Address,
    },
    /// A socket has been connected, now or before.
    HadConnection(DescriptorId),
    /// The kernel has no connection of a socket any more.
    ConnectionGone(DescriptorId),
    /// No accept(2) has given the other end of the connection of a socket to anybody.
    NeverAccepted(DescriptorId),
    /// Both directions of the connection of a socket have ended, or it was aborted.
    ConnectionOver(DescriptorId),
    /// shutdown(2) ended the connect(2) of a socket before its SYN was answered, and no RST came.
    AttemptGivenUp(DescriptorId),
    /// A socket left its peer by connect(2) with AF_UNSPEC.
    Disconnected(DescriptorId),
    /// An earlier call on a socket reported that its connection is over, by this error.
    ErrorReported {
        /// The socket.
        socket: DescriptorId,
        /// What it reported.
        errno: Errno,
    },
    /// No error is pending on a socket: SO_ERROR is 0.
    NoErrorPending(DescriptorId),
    /// A timer of the kernel ends what is left of the connection of a socket after so many seconds, rounded up.
    TimerEnds {
        /// The socket.
        socket: DescriptorId,
        /// How many.
        seconds: u64,
    },

    // The ends of directions.
    /// A socket has sent its FIN.
    FinSent(DescriptorId),
    /// The FIN of a socket comes after its data: it is sent, or is queued until that is.
    FinFollows(DescriptorId),
    /// The FIN of the peer of a socket has arrived.
    FinReceived(DescriptorId),
    /// No FIN of a socket was sent.
    NoFinSent(DescriptorId),
    /// A socket has sent a RST.
    RstSent(DescriptorId),
    /// A socket may not send any more, by its own shutdown(2).
    SendingEnded(DescriptorId),
    /// A socket may not receive any more, by its own shutdown(2): what is in its queue can still be read.
    ReceivingEnded(DescriptorId),
    /// The other end of a socket sends no more: its FIN came, or on AF_UNIX it was closed or shut down.
    EndReceived(DescriptorId),
    /// No such end has come.
    NoEndReceived(DescriptorId),

    // Queues and buffers.
    /// Bytes wait at a socket, or waited when it was closed.
    Unread {
        /// The socket.
        socket: DescriptorId,
        /// How many.
        bytes: u64,
    },
    /// Nothing waits at a socket to be received.
    NothingUnread(DescriptorId),
    /// A process outside of the session had so many bytes of a socket unread when the other end was last seen there.
    LeftUnreadByProcess {
        /// The socket that had sent them.
        socket: DescriptorId,
        /// The process.
        pid: i32,
        /// How many.
        bytes: u64,
    },
    /// The next message that waits at a socket has so many bytes.
    NextMessage {
        /// The socket.
        socket: DescriptorId,
        /// How many.
        bytes: u64,
    },
    /// The message that the call took from the queue of a socket had so many bytes.
    MessageTaken {
        /// The socket.
        socket: DescriptorId,
        /// How many.
        bytes: u64,
    },
    /// An urgent byte waits at a socket.
    UrgentUnread(DescriptorId),
    /// Receiving went past the urgent byte that came to a socket, and so discarded it.
    UrgentSkipped(DescriptorId),
    /// The next byte of a stream is the urgent one: SIOCATMARK gives 1.
    AtMark(DescriptorId),
    /// The SYN of a connection carried data, and the SYN+ACK acknowledged it: TCPI_OPT_SYN_DATA of TCP_INFO.
    SynDataAcked(DescriptorId),
    /// The error queue of a socket holds a record: poll(2) reports POLLERR.
    ErrorQueued(DescriptorId),
    /// The calls on a socket have sent so many bytes, and those on its peer had received fewer when the connection broke.
    Lost {
        /// The socket that has sent.
        socket: DescriptorId,
        /// How many bytes.
        sent: u64,
        /// How many of them were received.
        received: u64,
    },
    /// The receive window of a socket is closed.
    WindowClosed(DescriptorId),
    /// The receive queue of a socket takes no more.
    ReceiveQueueFull(DescriptorId),
    /// The send buffer of a socket has no room.
    SendBufferFull(DescriptorId),
    /// SIOCOUTQ of a socket is 0: everything that it sent was acknowledged, or on AF_UNIX received.
    SendQueueEmpty(DescriptorId),
    /// SIOCOUTQ of a socket is this.
    SendQueueHolds {
        /// The socket.
        socket: DescriptorId,
        /// How many bytes.
        bytes: u64,
    },
    /// SIOCOUTQNSD of a socket is 0: everything was sent at least once.
    NothingUnsent(DescriptorId),
    /// SIOCOUTQNSD of a socket is this.
    Unsent {
        /// The socket.
        socket: DescriptorId,
        /// How many bytes.
        bytes: u64,
    },
    /// At least one connection waits in an accept queue.
    ConnectionWaits(DescriptorId),
    /// This many connections are in an accept queue.
    ConnectionsWait {
        /// The listener.
        listener: DescriptorId,
        /// How many.
        count: u64,
    },
    /// An accept queue is empty.
    AcceptQueueEmpty(DescriptorId),
    /// An accept queue is full.
    AcceptQueueFull(DescriptorId),
    /// The limit of an accept queue, to which listen(2) has set it.
    QueueLimit {
        /// The listener.
        listener: DescriptorId,
        /// The limit; one more connection fits.
        limit: u32,
    },

    // Options and flags.
    /// A socket has this type.
    IsOfKind(DescriptorId, Kind),
    /// getsockopt(2) gives this value.
    OptionIs {
        /// The socket.
        socket: DescriptorId,
        /// The level of the option.
        level: i32,
        /// Its number.
        number: i32,
        /// The value.
        value: Value,
    },
    /// The last setsockopt(2) of an option of a socket gave this value, of which the kernel may have made another.
    OptionSet {
        /// The socket.
        socket: DescriptorId,
        /// The level of the option.
        level: i32,
        /// Its number.
        number: i32,
        /// The value.
        value: Value,
    },
    /// O_NONBLOCK is set.
    Nonblocking(DescriptorId),
    /// O_NONBLOCK is not set.
    Blocking(DescriptorId),
    /// A socket has an owner that gets its signals: F_GETOWN is not 0.
    HasOwner(DescriptorId),
    /// A socket has none.
    NoOwner(DescriptorId),
    /// No socket of the session has one.
    NobodyOwns,

    // Epoll instances.
    /// A descriptor is in the interest list of an epoll instance.
    Registered {
        /// The instance.
        epoll: DescriptorId,
        /// The descriptor.
        descriptor: DescriptorId,
    },
    /// It is, and was added with EPOLLEXCLUSIVE.
    RegisteredExclusive {
        /// The instance.
        epoll: DescriptorId,
        /// The descriptor.
        descriptor: DescriptorId,
    },
    /// A descriptor is not in the interest list of an epoll instance.
    NotRegistered {
        /// The instance.
        epoll: DescriptorId,
        /// The descriptor.
        descriptor: DescriptorId,
    },
    /// The registration is edge-triggered, and epoll_wait(2) has reported the last edge.
    EdgeReported {
        /// The instance.
        epoll: DescriptorId,
        /// The descriptor.
        descriptor: DescriptorId,
    },
    /// EPOLLONESHOT has disarmed the registration: its events are 0.
    Disarmed {
        /// The instance.
        epoll: DescriptorId,
        /// The descriptor.
        descriptor: DescriptorId,
    },
    /// The interest list of an epoll instance is empty.
    InterestListEmpty(DescriptorId),
}

impl Claim {
    /// The socket that the claim is about.
    pub fn socket(&self) -> Option<DescriptorId> {
        match self {
            Self::NobodyListens(_)
            | Self::NobodyHasAddress(_)
            | Self::OutsideHasAddress(_)
            | Self::ProcessHasAddress { .. }
            | Self::RouteIs { .. }
            | Self::ListenerAt(_)
            | Self::NobodyAccepts(_)
            | Self::UserAt(_)
            | Self::BoundToDevice { .. }
            | Self::SysctlIs { .. }
            | Self::LacksCapability(_)
            | Self::NoProtocol(_)
            | Self::NotOpen(_)
            | Self::DescriptorsOpen(_)
            | Self::PathExists(_)
            | Self::PathMissing(_)
            | Self::PathIs { .. }
            | Self::NobodyOwns => None,
            Self::CallInside { on, .. } => *on,
            Self::Listens(socket)
            | Self::DoesNotListen(socket)
            | Self::Closed(socket)
            | Self::DescriptorClosed(socket)
            | Self::OpenDescriptor(socket)
            | Self::SameFile {
                descriptor: socket, ..
            }
            | Self::InProcess { socket, .. }
            | Self::HeldOutside(socket)
            | Self::Carried(socket)
            | Self::PassedAndLost(socket)
            | Self::HasAddress { socket, .. }
            | Self::Bound(socket)
            | Self::Unbound(socket)
            | Self::InPhase(socket, _)
            | Self::InState(socket, _)
            | Self::OtherEndInState(socket, _)
            | Self::OtherEndGone(socket)
            | Self::Connecting(socket)
            | Self::HasPeer(socket)
            | Self::NoPeer(socket)
            | Self::ConnectedTo { socket, .. }
            | Self::OtherEnd { socket, .. }
            | Self::HasConnection { socket, .. }
            | Self::NeverAccepted(socket)
            | Self::ConnectionOver(socket)
            | Self::AttemptGivenUp(socket)
            | Self::Disconnected(socket)
            | Self::ErrorReported { socket, .. }
            | Self::NoErrorPending(socket)
            | Self::TimerEnds { socket, .. }
            | Self::FinSent(socket)
            | Self::FinFollows(socket)
            | Self::FinReceived(socket)
            | Self::NoFinSent(socket)
            | Self::RstSent(socket)
            | Self::SendingEnded(socket)
            | Self::ReceivingEnded(socket)
            | Self::EndReceived(socket)
            | Self::NoEndReceived(socket)
            | Self::Unread { socket, .. }
            | Self::NothingUnread(socket)
            | Self::LeftUnreadByProcess { socket, .. }
            | Self::NextMessage { socket, .. }
            | Self::MessageTaken { socket, .. }
            | Self::UrgentUnread(socket)
            | Self::UrgentSkipped(socket)
            | Self::AtMark(socket)
            | Self::SynDataAcked(socket)
            | Self::ErrorQueued(socket)
            | Self::Lost { socket, .. }
            | Self::WindowClosed(socket)
            | Self::ReceiveQueueFull(socket)
            | Self::SendBufferFull(socket)
            | Self::SendQueueEmpty(socket)
            | Self::SendQueueHolds { socket, .. }
            | Self::NothingUnsent(socket)
            | Self::Unsent { socket, .. }
            | Self::ConnectionWaits(socket)
            | Self::ConnectionsWait {
                listener: socket, ..
            }
            | Self::AcceptQueueEmpty(socket)
            | Self::AcceptQueueFull(socket)
            | Self::QueueLimit {
                listener: socket, ..
            }
            | Self::HadConnection(socket)
            | Self::ConnectionGone(socket)
            | Self::IsOfKind(socket, _)
            | Self::OptionIs { socket, .. }
            | Self::OptionSet { socket, .. }
            | Self::Nonblocking(socket)
            | Self::Blocking(socket)
            | Self::HasOwner(socket)
            | Self::NoOwner(socket)
            | Self::Registered { epoll: socket, .. }
            | Self::RegisteredExclusive { epoll: socket, .. }
            | Self::NotRegistered { epoll: socket, .. }
            | Self::EdgeReported { epoll: socket, .. }
            | Self::Disarmed { epoll: socket, .. }
            | Self::InterestListEmpty(socket) => Some(*socket),
        }
    }

    /// The words that a sentence must contain to state it: names, addresses and quantities. The socket of the call
    /// itself, `own`, need not be named.
    pub fn words(&self, world: &World, own: Option<DescriptorId>) -> Vec<String> {
        let name = |id: DescriptorId| {
            let named = world.descriptor(id).filter(|_| Some(id) != own);
            named.map(|descriptor| descriptor.name().to_string())
        };
        let mut words: Vec<String> = self.socket().and_then(name).into_iter().collect();
        match self {
            Self::NobodyListens(address)
            | Self::NobodyHasAddress(address)
            | Self::OutsideHasAddress(address)
            | Self::HasAddress { address, .. }
            | Self::PathExists(address)
            | Self::PathMissing(address)
            | Self::ConnectedTo { address, .. } => words.push(written(address)),
            Self::PathIs { path, file } => {
                words.extend([written(path), file.words().to_owned()]);
            }
            Self::ProcessHasAddress { pid, address } => {
                words.extend([pid.to_string(), written(address)]);
            }
            Self::HasConnection { local, remote, .. } => {
                words.extend([written(local), written(remote)]);
            }
            Self::ListenerAt(local) | Self::UserAt(local) | Self::NobodyAccepts(local) => {
                words.push(written(local));
            }
            Self::RouteIs { to, route } => {
                words.push(written(to));
                if let Route::Denied(denial) = route {
                    words.push(denial.word().to_owned());
                }
            }
            Self::BoundToDevice { device, .. } => words.push(device.clone()),
            Self::SysctlIs { name, .. } => words.push((*name).to_owned()),
            Self::NoProtocol(_) | Self::LacksCapability(_) => {}
            Self::QueueLimit { limit, .. } => words.push(limit.to_string()),
            Self::InProcess { pid, .. } => words.push(pid.to_string()),
            Self::NotOpen(number) => words.push(number.to_string()),
            Self::CallInside { call, .. } => words.push(call.word().to_owned()),
            Self::InState(_, state) | Self::OtherEndInState(_, state) => {
                words.push(state.to_string());
            }
            Self::ErrorReported { errno, .. } => words.push(errno.to_string()),
            Self::IsOfKind(_, kind) => words.push(kind.word().to_owned()),
            Self::OptionIs { level, number, .. } => {
                words.extend(by_number(*level, *number).map(|row| row.name.to_owned()));
            }
            Self::OptionSet { value, .. } => words.push(value.to_string()),
            Self::Unread { bytes: count, .. }
            | Self::NextMessage { bytes: count, .. }
            | Self::MessageTaken { bytes: count, .. }
            | Self::SendQueueHolds { bytes: count, .. }
            | Self::Unsent { bytes: count, .. }
            | Self::ConnectionsWait { count, .. }
            | Self::TimerEnds { seconds: count, .. }
            | Self::DescriptorsOpen(count) => words.push(count.to_string()),
            Self::Lost { sent, received, .. } => {
                words.extend([sent.to_string(), received.to_string()]);
            }
            Self::LeftUnreadByProcess { pid, bytes, .. } => {
                words.extend([pid.to_string(), bytes.to_string()]);
            }
            Self::SameFile {
                original: other, ..
            }
            | Self::OtherEnd { peer: other, .. }
            | Self::Registered {
                descriptor: other, ..
            }
            | Self::RegisteredExclusive {
                descriptor: other, ..
            }
            | Self::NotRegistered {
                descriptor: other, ..
            }
            | Self::EdgeReported {
                descriptor: other, ..
            }
            | Self::Disarmed {
                descriptor: other, ..
            } => words.extend(name(*other)),
            Self::Listens(_)
            | Self::DoesNotListen(_)
            | Self::Closed(_)
            | Self::DescriptorClosed(_)
            | Self::OpenDescriptor(_)
            | Self::HeldOutside(_)
            | Self::Carried(_)
            | Self::PassedAndLost(_)
            | Self::Bound(_)
            | Self::Unbound(_)
            | Self::InPhase(..)
            | Self::OtherEndGone(_)
            | Self::Connecting(_)
            | Self::HasPeer(_)
            | Self::NoPeer(_)
            | Self::NeverAccepted(_)
            | Self::ConnectionOver(_)
            | Self::AttemptGivenUp(_)
            | Self::Disconnected(_)
            | Self::NoErrorPending(_)
            | Self::FinSent(_)
            | Self::FinFollows(_)
            | Self::FinReceived(_)
            | Self::NoFinSent(_)
            | Self::RstSent(_)
            | Self::SendingEnded(_)
            | Self::ReceivingEnded(_)
            | Self::EndReceived(_)
            | Self::NoEndReceived(_)
            | Self::NothingUnread(_)
            | Self::UrgentUnread(_)
            | Self::UrgentSkipped(_)
            | Self::AtMark(_)
            | Self::SynDataAcked(_)
            | Self::ErrorQueued(_)
            | Self::WindowClosed(_)
            | Self::ReceiveQueueFull(_)
            | Self::SendBufferFull(_)
            | Self::SendQueueEmpty(_)
            | Self::NothingUnsent(_)
            | Self::ConnectionWaits(_)
            | Self::AcceptQueueEmpty(_)
            | Self::AcceptQueueFull(_)
            | Self::HadConnection(_)
            | Self::ConnectionGone(_)
            | Self::Nonblocking(_)
            | Self::Blocking(_)
            | Self::HasOwner(_)
            | Self::NoOwner(_)
            | Self::NobodyOwns
            | Self::InterestListEmpty(_) => {}
        }
        words
    }
}

/// An address as the notation writes it.
fn written(address: &Address) -> String {
    AddressArg::from(address.clone()).to_string()
}
