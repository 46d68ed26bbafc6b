//! What the kernel reports about a socket besides its state and queues: memory, counters, what was shut down.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::value::TcpInfo;
use crate::event::{Queue, Seen};

/// The details of a socket, sock_diag(7).
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SocketDetails {
    /// Its inode; 0 for a connection without a descriptor.
    pub inode: u32,
    /// Which directions were shut down at this end.
    pub shut: Seen<Shut>,
    /// The memory that it uses.
    pub memory: Seen<Memory>,
    /// `struct tcp_info`.
    pub tcp: Seen<TcpInfo>,
    /// The congestion control algorithm, tcp(7).
    pub congestion: Seen<String>,
    /// The connections waiting at an AF_UNIX listener.
    pub queue: Option<Queue>,
}

/// Directions that were shut down: bit 0 receiving, bit 1 sending.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Shut(pub u8);

impl Shut {
    /// Both directions.
    pub const BOTH: Self = Self(3);

    /// The argument with which shutdown(2) would have done this. `None` while both directions are open.
    pub fn word(self) -> Option<&'static str> {
        match self.0 & Self::BOTH.0 {
            1 => Some("SHUT_RD"),
            2 => Some("SHUT_WR"),
            3 => Some("SHUT_RDWR"),
            _ => None,
        }
    }
}

/// The memory of a socket, SO_MEMINFO of socket(7). Includes the kernel's overhead, so it is more than the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Memory {
    /// Used by received data, and SO_RCVBUF.
    pub receive: Use,
    /// Used by data to be sent, and SO_SNDBUF.
    pub send: Use,
    /// Arrived while a call had the socket locked, and waits until it is unlocked.
    pub backlog: u32,
    /// Packets dropped at this socket since it was created.
    pub drops: u32,
}

/// How full a buffer is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Use {
    /// The bytes in use.
    pub used: u32,
    /// The limit.
    pub limit: u32,
}

impl Memory {
    /// From the words of linux/sock_diag.h, in the order of `SK_MEMINFO_`. For TCP the send side counts what is queued,
    /// and not only what the device has.
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

    /// Whether a packet that arrives now may find no room: then it is dropped, and no event reports it.
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
