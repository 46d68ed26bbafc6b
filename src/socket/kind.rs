//! The four kinds of sockets that behave alike, whatever their domain, and the descriptors that are not sockets.

use serde::{Deserialize, Serialize};

use crate::socket::constant::SocketType;

/// Which diagram of phases a socket follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Kind {
    /// Connections and a byte stream: TCP, AF_UNIX SOCK_STREAM.
    Stream,
    /// Connections and records: AF_UNIX SOCK_SEQPACKET.
    Seqpacket,
    /// Messages without connection: UDP, AF_UNIX SOCK_DGRAM.
    Datagram,
    /// Packets of a protocol.
    Raw,
    /// No socket: an epoll instance, epoll(7).
    Epoll,
    /// No socket: the end of a pipe that is read, pipe(7).
    PipeReader,
    /// No socket: the end of a pipe that is written to.
    PipeWriter,
    /// No socket: a counter, eventfd(2).
    Eventfd,
    /// No socket: a timer, timerfd_create(2).
    Timerfd,
    /// No socket: what open(2) gave.
    File,
}

impl Kind {
    /// The kind of a socket type; what is none of the four behaves like datagrams for us.
    pub fn of(socket_type: SocketType) -> Self {
        match socket_type {
            SocketType::STREAM => Self::Stream,
            SocketType::SEQPACKET => Self::Seqpacket,
            SocketType::RAW => Self::Raw,
            _ => Self::Datagram,
        }
    }

    /// Whether it is a socket at all.
    pub fn is_socket(self) -> bool {
        match self {
            Self::Stream | Self::Seqpacket | Self::Datagram | Self::Raw => true,
            Self::Epoll
            | Self::PipeReader
            | Self::PipeWriter
            | Self::Eventfd
            | Self::Timerfd
            | Self::File => false,
        }
    }

    /// Whether the sampler watches it in an epoll instance. One of the person's is probed when something happens to
    /// another descriptor: watched in ours it would be nested one level deeper than the person sees. Files cannot be
    /// watched.
    pub fn is_watched(self) -> bool {
        !matches!(self, Self::Epoll | Self::File)
    }

    /// Whether it has a number of 8 bytes and no data: an eventfd or a timerfd.
    pub fn is_number(self) -> bool {
        matches!(self, Self::Eventfd | Self::Timerfd)
    }

    /// Whether it is an end of a pipe.
    pub fn is_pipe(self) -> bool {
        matches!(self, Self::PipeReader | Self::PipeWriter)
    }

    /// Whether the kind has listen(), accept() and a connection.
    pub fn is_connected_kind(self) -> bool {
        matches!(self, Self::Stream | Self::Seqpacket)
    }

    /// The word used in titles.
    pub fn word(self) -> &'static str {
        match self {
            Self::Stream => "stream socket",
            Self::Seqpacket => "seqpacket socket",
            Self::Datagram => "datagram socket",
            Self::Raw => "raw socket",
            Self::Epoll => "epoll instance",
            Self::PipeReader => "read end of a pipe",
            Self::PipeWriter => "write end of a pipe",
            Self::Eventfd => "eventfd",
            Self::Timerfd => "timerfd",
            Self::File => "opened file",
        }
    }
}
