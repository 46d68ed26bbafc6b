//! Where what the calls imply ([`Phase`]) and what the kernel says ([`TcpState`]) differ, and why. Each difference is
//! something to learn, tcp(7) and RFC 9293.

use crate::socket::{Phase, TcpState};

/// Why a phase and a state that seem to contradict each other do not.
struct Contrast {
    phase: Phase,
    states: &'static [TcpState],
    why: &'static str,
}

const UNREAD_FIN: &str =
    "the peer's FIN has come, and no call has read so far: recv() will return 0";
const UNTOLD_END: &str = "the connection has ended and no call has said so: recv() returns 0 after a FIN, ECONNRESET after a RST";
const DEAF: &str = "SHUT_RD sends no segment, so TCP does not change";

/// Every pair that is explained; other pairs agree.
static CONTRASTS: [Contrast; 11] = [
    Contrast {
        phase: Phase::Bound,
        states: &[TcpState::Close],
        why: "TCP has no state for it: without a connection it is CLOSE",
    },
    Contrast {
        phase: Phase::Connected,
        states: &[TcpState::CloseWait],
        why: UNREAD_FIN,
    },
    Contrast {
        phase: Phase::Connected,
        states: &[TcpState::Close],
        why: UNTOLD_END,
    },
    Contrast {
        phase: Phase::Connecting,
        states: &[TcpState::Established],
        why: "the handshake is complete, but connect() has not returned yet",
    },
    Contrast {
        phase: Phase::Connecting,
        states: &[TcpState::Close],
        why: "the attempt has failed; SO_ERROR or the next connect() says why",
    },
    Contrast {
        phase: Phase::WriteShut,
        states: &[TcpState::Closing, TcpState::TimeWait, TcpState::LastAck],
        why: UNREAD_FIN,
    },
    Contrast {
        phase: Phase::WriteShut,
        states: &[TcpState::Close],
        why: UNTOLD_END,
    },
    Contrast {
        phase: Phase::ReadShut,
        states: &[TcpState::Established, TcpState::CloseWait],
        why: DEAF,
    },
    Contrast {
        phase: Phase::Shut,
        states: &[TcpState::FinWait1, TcpState::FinWait2],
        why: "SHUT_RD sends nothing, so TCP still waits for the peer's FIN",
    },
    Contrast {
        phase: Phase::PeerClosed,
        states: &[TcpState::Close],
        why: UNTOLD_END,
    },
    Contrast {
        phase: Phase::Unbound,
        states: &[TcpState::Established, TcpState::CloseWait, TcpState::Listen],
        why: "another process made its calls; only the descriptor came here",
    },
];

/// Why the calls imply one thing and the kernel says another; `None` where they agree.
pub fn why(phase: Phase, state: TcpState) -> Option<&'static str> {
    CONTRASTS
        .iter()
        .find(|row| row.phase == phase && row.states.contains(&state))
        .map(|row| row.why)
}

#[cfg(test)]
mod tests {
    use crate::socket::divergence::*;

    #[test]
    fn what_agrees_needs_no_reason() {
        for (phase, state) in [
            (Phase::Connected, TcpState::Established),
            (Phase::Listening, TcpState::Listen),
            (Phase::WriteShut, TcpState::FinWait2),
            (Phase::PeerClosed, TcpState::CloseWait),
            (Phase::Unbound, TcpState::Close),
        ] {
            assert_eq!(why(phase, state), None, "{phase} and {state}");
        }
    }

    #[test]
    fn a_fin_that_nobody_read_is_a_difference() {
        assert_eq!(why(Phase::Connected, TcpState::CloseWait), Some(UNREAD_FIN));
    }

    #[test]
    fn no_pair_has_two_reasons() {
        for (index, a) in CONTRASTS.iter().enumerate() {
            for b in &CONTRASTS[index + 1..] {
                let common = a.states.iter().any(|state| b.states.contains(state));
                assert!(a.phase != b.phase || !common, "{} twice", a.phase);
            }
        }
    }
}
