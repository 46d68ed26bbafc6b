//! The causes that explanations state, as data beside their sentences: so a claim can be checked against the kernel,
//! and a sentence against its claims.

use crate::call::argument::AddressArg;
use crate::event::DescriptorId;
use crate::socket::{Address, TcpState};
use crate::world::World;

/// A statement about the kernel at the time when a call returned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Claim {
    /// No socket listens at an address.
    NobodyListens(Address),
    /// A socket is open and is not listening.
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
    /// The FIN of a socket is queued behind data and is sent after it.
    FinFollows(DescriptorId),
    /// The FIN of the peer of a socket has arrived.
    FinReceived(DescriptorId),
    /// No FIN of a socket was sent.
    NoFinSent(DescriptorId),
    /// A socket has sent a RST.
    RstSent(DescriptorId),
    /// Bytes are unread at a socket, or were when it was closed.
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
    /// At least one connection is in an accept queue.
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
}

impl Claim {
    /// The socket that the claim is about.
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

    /// The words that a sentence must contain to state it: names, addresses and quantities. The socket of the call
    /// itself, `own`, need not be named.
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
