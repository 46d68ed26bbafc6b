//! What explanations state as causes, as data beside their sentences: so that a claim can be checked against the kernel,
//! and a sentence against its claims.
//!
//! A rule names [`Template`]s; each becomes a [`Claim`] about the sockets and quantities of one call.

use crate::call::argument::AddressArg;
use crate::call::outcome::Returned;
use crate::event::{DescriptorId, Owner};
use crate::explain::context::Context;
use crate::socket::{Address, TcpState};
use crate::world::World;

/// A statement about the kernel at the moment at which a call returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// No socket listens at an address.
    NobodyListens(Address),
    /// A socket is open and does not listen.
    DoesNotListen(DescriptorId),
    /// No descriptor of a socket was open any more.
    Closed(DescriptorId),
    /// A descriptor of the same socket is open.
    OpenDescriptor(DescriptorId),
    /// A process outside of the session has a descriptor of a socket.
    InProcess {
        /// The socket.
        socket: DescriptorId,
        /// The process.
        pid: i32,
    },
    /// An address belongs to a socket.
    HasAddress {
        /// The socket.
        socket: DescriptorId,
        /// The address.
        address: Address,
    },
    /// The kernel has a connection in a state.
    InState(DescriptorId, TcpState),
    /// A socket has sent its FIN.
    FinSent(DescriptorId),
    /// The FIN of a socket is sent as soon as what is before it was.
    FinFollows(DescriptorId),
    /// The FIN of the peer of a socket has come.
    FinReceived(DescriptorId),
    /// No FIN of a socket was sent.
    NoFinSent(DescriptorId),
    /// A socket has sent a RST.
    RstSent(DescriptorId),
    /// Bytes wait at a socket, or waited when it was closed.
    Unread {
        /// The socket.
        socket: DescriptorId,
        /// How many.
        bytes: u64,
    },
    /// The receive window of a socket is closed.
    WindowClosed(DescriptorId),
    /// The send buffer of a socket has no room.
    SendBufferFull(DescriptorId),
    /// At least one connection waits in an accept queue.
    ConnectionWaits(DescriptorId),
    /// So many do.
    ConnectionsWait {
        /// The listener.
        listener: DescriptorId,
        /// How many.
        count: u64,
    },
    /// No connection does.
    AcceptQueueEmpty(DescriptorId),
    /// The accept queue takes no more.
    AcceptQueueFull(DescriptorId),
}

impl Claim {
    /// The socket that it is about.
    pub fn socket(&self) -> Option<DescriptorId> {
        match self {
            Self::NobodyListens(_) => None,
            Self::DoesNotListen(socket)
            | Self::Closed(socket)
            | Self::OpenDescriptor(socket)
            | Self::InProcess { socket, .. }
            | Self::HasAddress { socket, .. }
            | Self::InState(socket, _)
            | Self::FinSent(socket)
            | Self::FinFollows(socket)
            | Self::FinReceived(socket)
            | Self::NoFinSent(socket)
            | Self::RstSent(socket)
            | Self::Unread { socket, .. }
            | Self::WindowClosed(socket)
            | Self::SendBufferFull(socket)
            | Self::ConnectionWaits(socket)
            | Self::ConnectionsWait {
                listener: socket, ..
            }
            | Self::AcceptQueueEmpty(socket)
            | Self::AcceptQueueFull(socket) => Some(*socket),
        }
    }

    /// The words that a sentence must have that makes it: names, addresses and quantities. The socket of the call itself,
    /// `own`, may go unnamed.
    pub fn words(&self, world: &World, own: Option<DescriptorId>) -> Vec<String> {
        let name = self.socket().filter(|socket| Some(*socket) != own);
        let name = name.and_then(|id| world.descriptor(id));
        let mut words: Vec<String> = name
            .map(|socket| socket.name().to_string())
            .into_iter()
            .collect();
        match self {
            Self::NobodyListens(address) | Self::HasAddress { address, .. } => {
                words.push(AddressArg::from(address.clone()).to_string());
            }
            Self::InProcess { pid, .. } => words.push(pid.to_string()),
            Self::InState(_, state) => words.push(state.to_string()),
            Self::Unread { bytes: count, .. } | Self::ConnectionsWait { count, .. } => {
                words.push(count.to_string());
            }
            Self::DoesNotListen(_)
            | Self::Closed(_)
            | Self::OpenDescriptor(_)
            | Self::FinSent(_)
            | Self::FinFollows(_)
            | Self::FinReceived(_)
            | Self::NoFinSent(_)
            | Self::RstSent(_)
            | Self::WindowClosed(_)
            | Self::SendBufferFull(_)
            | Self::ConnectionWaits(_)
            | Self::AcceptQueueEmpty(_)
            | Self::AcceptQueueFull(_) => {}
        }
        words
    }
}

macro_rules! templates {
    ($($name:ident |$context:ident| $claim:expr;)+) => {
        /// A claim about a call, before it is known which.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        pub(crate) enum Template { $($name),+ }

        impl Template {
            /// The claim about this call. `None`: the world does not have what it would be about.
            pub(crate) fn claim(self, context: &Context<'_>) -> Option<Claim> {
                match self { $(Self::$name => { let $context = context; $claim })+ }
            }
        }
    };
}

templates! {
    // Of the socket of the call.
    OwnFinSent |s| Some(Claim::FinSent(s.socket?.id()));
    OwnFinFollows |s| Some(Claim::FinFollows(s.socket?.id()));
    OwnNoFin |s| Some(Claim::NoFinSent(s.socket?.id()));
    OwnRst |s| Some(Claim::RstSent(s.socket?.id()));
    OwnUnread |s| Some(Claim::Unread { socket: s.socket?.id(), bytes: s.unread_here()? });
    OwnBufferFull |s| Some(Claim::SendBufferFull(s.socket?.id()));
    OwnQueueEmpty |s| Some(Claim::AcceptQueueEmpty(s.socket?.id()));
    OwnQueueHolds |s| Some(Claim::ConnectionWaits(s.socket?.id()));
    OwnQueueLength |s| Some(Claim::ConnectionsWait { listener: s.socket?.id(), count: s.count()? });
    FinCame |s| Some(Claim::FinReceived(s.socket?.id()));
    Replaced |s| Some(Claim::Closed(s.replaced()?.id()));
    Duplicate |s| Some(Claim::OpenDescriptor(s.duplicate()?.id()));
    Process |s| match s.socket?.elsewhere()?.value()? {
        Owner::Process { pid, .. } => Some(Claim::InProcess { socket: s.socket?.id(), pid: *pid }),
        Owner::Ours(_) | Owner::Nobody => None,
    };
    // Of the other end.
    PeerFinSent |s| Some(Claim::FinSent(s.peer()?.id()));
    PeerRst |s| Some(Claim::RstSent(s.peer()?.id()));
    PeerClosed |s| Some(Claim::Closed(s.closed_peer()?.id()));
    PeerLeftUnread |s| Some(Claim::Unread { socket: s.closed_peer()?.id(), bytes: s.unread_by_closed_peer()? });
    PeerWindow |s| Some(Claim::WindowClosed(s.peer()?.id()));
    PeerHas |s| Some(Claim::Unread { socket: s.peer()?.id(), bytes: s.count()? });
    // Of what an address leads to.
    NobodyAtAddress |s| Some(Claim::NobodyListens(s.address()?.clone()));
    TargetDeaf |s| Some(Claim::DoesNotListen(s.target()?.id()));
    TargetClosed |s| Some(Claim::Closed(s.target()?.id()));
    TargetFull |s| Some(Claim::AcceptQueueFull(s.target()?.id()));
    TargetHolds |s| Some(Claim::ConnectionWaits(s.target()?.id()));
    ListenerHolds |s| Some(Claim::ConnectionWaits(s.its_listener()?.id()));
    // Of what has an address.
    LeftHasAddress |s| {
        Some(Claim::HasAddress { socket: s.left_behind()?.id(), address: s.address()?.clone() })
    };
    LeftInState |s| Some(Claim::InState(s.left_behind()?.id(), s.left_behind_orphan()?.state));
    // Of what a call found out by itself.
    StateOfIt |s| match s.returned()? {
        Returned::State(state) => Some(Claim::InState(s.socket?.id(), *state)),
        _ => None,
    };
    // Of a registration.
    OverlookedUnread |s| {
        Some(Claim::Unread { socket: s.overlooked()?.socket?.id(), bytes: s.overlooked_unread()? })
    };
}
