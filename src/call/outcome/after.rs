//! What the kernel says of a socket just after a call that sends, receives or ends a direction. Other calls ask for it; they are not part of
//! that call.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

/// The answers. A field that was not asked for, or that this kind of socket does not have, is `None`.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct After {
    /// Whether O_NONBLOCK is set, fcntl(2).
    pub nonblocking: Option<bool>,
    /// The events that poll(2) reports.
    pub events: Option<i32>,
    /// Bytes that wait to be received (FIONREAD); for datagrams, those of the next one.
    pub unread: Option<u32>,
    /// Whether a stream is at its urgent mark (SIOCATMARK).
    pub at_mark: Option<bool>,
    /// The bytes of memory that data to be sent uses, and SO_SNDBUF: SO_MEMINFO of socket(7).
    pub send_buffer: Option<(u32, u32)>,
    /// What TCP has taken and not sent yet.
    pub unsent: Option<Unsent>,
    /// Whether the other end acknowledged data that came with a SYN, TCPI_OPT_SYN_DATA.
    pub syn_data: Option<bool>,
    /// What limits the size of a datagram.
    pub path: Option<Path>,
}

/// Data that TCP has taken and not sent yet, and what decides when it is sent.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Unsent {
    /// How many bytes: SIOCOUTQNSD of tcp(7).
    pub bytes: u32,
    /// The bytes that were sent and are not acknowledged.
    pub in_flight: u32,
    /// For how many bytes the peer said that it has room.
    pub window: Option<u32>,
    /// The bytes of a full segment.
    pub segment: u32,
    /// Whether TCP_CORK is on.
    pub cork: bool,
    /// Whether TCP_NODELAY is on.
    pub no_delay: bool,
}

/// What limits the size of a datagram on its way.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Path {
    /// The path MTU to the peer, IP_MTU or IPV6_MTU. `None`: the socket is not connected.
    pub mtu: Option<u32>,
    /// IP_MTU_DISCOVER or IPV6_MTU_DISCOVER.
    pub discover: i32,
    /// IPV6_DONTFRAG; always false for IPv4.
    pub no_fragments: bool,
    /// UDP_SEGMENT; 0 where it is off.
    pub segment: u32,
}

/// Why TCP does not send what it has taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HeldBy {
    /// TCP_CORK, and there is less than a full segment.
    Cork,
    /// The peer has no room for it.
    Window,
    /// Nagle's algorithm: there is less than a full segment, and earlier data is not acknowledged.
    Nagle,
    /// Neither of these: the congestion window, or the pace at which the kernel sends.
    Network,
}

impl Unsent {
    /// Why it was not sent; MSG_MORE is a flag of the call and not seen here.
    pub fn held_by(&self) -> HeldBy {
        let is_partial = self.bytes < self.segment;
        let next = self.bytes.min(self.segment.max(1));
        let has_room = |window: u32| self.in_flight.saturating_add(next) <= window;
        if self.window.is_some_and(|window| !has_room(window)) {
            HeldBy::Window
        } else if self.cork && is_partial {
            HeldBy::Cork
        } else if !self.no_delay && is_partial && self.in_flight > 0 {
            HeldBy::Nagle
        } else {
            HeldBy::Network
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::outcome::after::*;

    #[test]
    fn what_holds_data_back_is_told_apart() {
        let partial = Unsent {
            bytes: 5,
            window: Some(60_000),
            segment: 1_000,
            ..Unsent::default()
        };
        let cork = Unsent {
            cork: true,
            ..partial
        };
        let nagle = Unsent {
            in_flight: 5,
            ..partial
        };
        let window = Unsent {
            window: Some(0),
            cork: true,
            ..nagle
        };
        let network = Unsent {
            no_delay: true,
            ..nagle
        };
        let all = [cork, nagle, window, network].map(|unsent| unsent.held_by());
        let expected = [HeldBy::Cork, HeldBy::Nagle, HeldBy::Window, HeldBy::Network];
        assert_eq!(all, expected);
    }
}
