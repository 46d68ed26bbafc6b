//! What the kernel tells of a socket besides its state and its queues: memory, counters, what was shut down.

use crate::call::value::TcpInfo;
use crate::event::{Queue, Seen};

/// The inside of a socket, sock_diag(7).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SocketDetails {
    /// Its inode; 0 for a connection that belongs to no descriptor.
    pub inode: u32,
    /// Which directions have ended here.
    pub shut: Seen<Shut>,
    /// The memory that it uses.
    pub memory: Seen<Memory>,
    /// `struct tcp_info`.
    pub tcp: Seen<TcpInfo>,
    /// The algorithm that bounds how much is under way, tcp(7).
    pub congestion: Seen<String>,
    /// The connections that wait at an AF_UNIX listener.
    pub queue: Option<Queue>,
}

/// Directions that have ended: bit 0 to receive, bit 1 to send.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Shut(pub u8);

impl Shut {
    /// Both directions.
    pub const BOTH: Self = Self(3);

    /// How shutdown(2) would have been told. `None` while both directions are open.
    pub fn word(self) -> Option<&'static str> {
        match self.0 & Self::BOTH.0 {
            1 => Some("SHUT_RD"),
            2 => Some("SHUT_WR"),
            3 => Some("SHUT_RDWR"),
            _ => None,
        }
    }
}

/// The memory of a socket, SO_MEMINFO of socket(7). Bytes with what the kernel needs to keep them, so more than the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Memory {
    /// In use for what came, and SO_RCVBUF.
    pub receive: Use,
    /// In use for what is to go, and SO_SNDBUF.
    pub send: Use,
    /// Came while a call had the socket locked, and waits for that.
    pub backlog: u32,
    /// Packets that were thrown away at this socket since it was made.
    pub drops: u32,
}

/// A part of a buffer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Use {
    /// Bytes in use.
    pub used: u32,
    /// The most that may be.
    pub limit: u32,
}

impl Memory {
    /// From the words of linux/sock_diag.h, in the order of `SK_MEMINFO_`. Of TCP, what is to go is counted where it
    /// is queued, and not only what the device has.
    pub fn of(words: [u32; 9]) -> Self {
        let [
            received,
            receive_limit,
            sending,
            send_limit,
            _,
            queued,
            _,
            backlog,
            drops,
        ] = words;
        let part = |used, limit| Use { used, limit };
        Self {
            receive: part(received, receive_limit),
            send: part(sending.max(queued), send_limit),
            backlog,
            drops,
        }
    }

    /// Whether a packet that comes now may find no room: then it is thrown away, and no event tells.
    pub fn is_nearly_full(&self) -> bool {
        self.receive.used > self.receive.limit / 2
    }
}

#[cfg(test)]
mod tests {
    use crate::event::socket_details::*;

    #[test]
    fn memory_is_read_by_its_places() {
        let memory = Memory::of([4160, 4608, 768, 212_992, 9, 1024, 8, 7, 3]);
        assert_eq!((memory.receive.used, memory.receive.limit), (4160, 4608));
        assert_eq!((memory.send.used, memory.send.limit), (1024, 212_992));
        assert_eq!((memory.backlog, memory.drops), (7, 3));
        assert!(memory.is_nearly_full());
    }

    #[test]
    fn what_was_shut_down_has_the_word_of_the_call() {
        let words = [0, 1, 2, 3].map(|mask| Shut(mask).word());
        assert_eq!(
            words,
            [None, Some("SHUT_RD"), Some("SHUT_WR"), Some("SHUT_RDWR")]
        );
    }
}
