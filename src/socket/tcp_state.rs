//! The states of a TCP connection, RFC 9293 section 3.3.2, under the names and numbers of the Linux kernel.

use serde::{Deserialize, Serialize};

use std::fmt;

/// What the kernel says of a TCP socket. Not to be confused with [`super::Phase`], which is what our calls imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum TcpState {
    /// Both sides may send.
    Established,
    /// We sent SYN and wait for SYN+ACK.
    SynSent,
    /// We got SYN, answered, and wait for the ACK.
    SynRecv,
    /// We finished, and our FIN is not acknowledged.
    FinWait1,
    /// Our FIN was acknowledged; the peer may still send.
    FinWait2,
    /// Both FINs were exchanged and ours was first: wait for stray segments.
    TimeWait,
    /// No connection.
    Close,
    /// The peer sent FIN; we may still send.
    CloseWait,
    /// The peer's FIN was received, ours is sent and not acknowledged.
    LastAck,
    /// Waiting for SYNs.
    Listen,
    /// The peer's FIN was received before it acknowledged ours.
    Closing,
}

impl TcpState {
    /// Whether a connection in this state can be in `later` after it, RFC 9293 section 3.3.2: its states only go forward.
    /// A listener has no connection.
    pub fn precedes(self, later: Self) -> bool {
        let place = |state| match state {
            Self::Listen => None,
            Self::SynSent | Self::SynRecv => Some(1),
            Self::Established => Some(2),
            Self::CloseWait | Self::FinWait1 => Some(3),
            Self::FinWait2 | Self::Closing | Self::LastAck => Some(4),
            Self::TimeWait => Some(5),
            Self::Close => Some(6),
        };
        place(self)
            .zip(place(later))
            .is_some_and(|(own, later)| own < later)
    }
}

/// Number in the kernel (`include/net/tcp_states.h`), state, name, and what it means in one clause.
pub static TCP_STATES: [(u8, TcpState, &str, &str); 11] = [
    (
        1,
        TcpState::Established,
        "ESTABLISHED",
        "both sides may send",
    ),
    (
        2,
        TcpState::SynSent,
        "SYN_SENT",
        "SYN is sent, SYN+ACK has not arrived",
    ),
    (
        3,
        TcpState::SynRecv,
        "SYN_RECV",
        "SYN was answered, the last ACK has not arrived",
    ),
    (
        4,
        TcpState::FinWait1,
        "FIN_WAIT1",
        "our FIN is not yet acknowledged, the peer may still send",
    ),
    (
        5,
        TcpState::FinWait2,
        "FIN_WAIT2",
        "our FIN is acknowledged, the peer may still send",
    ),
    (
        6,
        TcpState::TimeWait,
        "TIME_WAIT",
        "closed on both sides, kept 60 s for stray segments",
    ),
    (7, TcpState::Close, "CLOSE", "no connection"),
    (
        8,
        TcpState::CloseWait,
        "CLOSE_WAIT",
        "the peer has finished, we may still send",
    ),
    (
        9,
        TcpState::LastAck,
        "LAST_ACK",
        "both have finished, our FIN is not yet acknowledged",
    ),
    (10, TcpState::Listen, "LISTEN", "waiting for connections"),
    (
        11,
        TcpState::Closing,
        "CLOSING",
        "the peer's FIN came before it acknowledged ours",
    ),
];

impl TcpState {
    /// The state with a kernel number. 12 (NEW_SYN_RECV) is a request that ss(8) also calls SYN_RECV.
    pub fn from_number(number: u8) -> Option<Self> {
        let number = if number == 12 { 3 } else { number };
        TCP_STATES
            .iter()
            .find(|row| row.0 == number)
            .map(|row| row.1)
    }

    fn row(self) -> &'static (u8, Self, &'static str, &'static str) {
        // The table has a row forevery variant, which the test below checks.
        TCP_STATES
            .iter()
            .find(|row| row.1 == self)
            .unwrap_or(&TCP_STATES[6])
    }

    /// Whether a FIN of ours waits to be sent or to be acknowledged.
    pub fn has_fin_under_way(self) -> bool {
        matches!(self, Self::FinWait1 | Self::Closing | Self::LastAck)
    }

    /// The name.
    pub fn name(self) -> &'static str {
        self.row().2
    }

    /// What the state means, in one clause.
    pub fn meaning(self) -> &'static str {
        self.row().3
    }
}

impl fmt::Display for TcpState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.row().2)
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::tcp_state::*;

    #[test]
    fn the_states_of_a_connection_only_go_forward() {
        let forward = [
            TcpState::SynSent,
            TcpState::Established,
            TcpState::FinWait1,
            TcpState::FinWait2,
            TcpState::TimeWait,
            TcpState::Close,
        ];
        for pair in forward.windows(2) {
            assert!(pair[0].precedes(pair[1]), "{pair:?}");
            assert!(!pair[1].precedes(pair[0]), "{pair:?}");
        }
        assert!(!TcpState::CloseWait.precedes(TcpState::FinWait1));
        assert!(TcpState::CloseWait.precedes(TcpState::LastAck));
        assert!(!TcpState::Listen.precedes(TcpState::Close));
    }

    #[test]
    fn numbers_are_those_of_the_kernel() {
        assert_eq!(TcpState::from_number(1), Some(TcpState::Established));
        assert_eq!(TcpState::from_number(11), Some(TcpState::Closing));
        assert_eq!(TcpState::from_number(12), Some(TcpState::SynRecv));
        assert_eq!(TcpState::from_number(0), None);
        for (index, row) in TCP_STATES.iter().enumerate() {
            assert_eq!(usize::from(row.0), index + 1, "in order, none missing");
            assert_eq!(TcpState::from_number(row.0), Some(row.1));
            assert_eq!(row.1.to_string(), row.2, "{:?} has a row of its own", row.1);
        }
    }
}
