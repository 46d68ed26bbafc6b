//! The four kinds of sockets that behave alike, whatever their domain.

use super::constant::SocketType;

/// Which diagram of phases a socket follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Connections and a byte stream: TCP, AF_UNIX SOCK_STREAM.
    Stream,
    /// Connections and records: AF_UNIX SOCK_SEQPACKET.
    Seqpacket,
    /// Messages without connection: UDP, AF_UNIX SOCK_DGRAM.
    Datagram,
    /// Packets of a protocol.
    Raw,
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
        }
    }
}
