//! Following a connection by its segments: the state of an end after each that it sends or receives.
//!
//! The state machine of RFC 9293 sections 3.3.2 and 3.10.7, as far as segments drive it.

use crate::socket::{TcpFlags, TcpState};
use crate::world::sequence::Sent;

/// A row: from this state, a segment with these flags leads to that state.
type Step = (TcpState, TcpFlags, TcpState);

/// What sending leads to (section 3.10.1 to 3.10.4).
static SENDING: [Step; 6] = [
    (
        TcpState::Listen,
        TcpFlags::SYN.and(TcpFlags::ACK),
        TcpState::SynRecv,
    ),
    (TcpState::Close, TcpFlags::SYN, TcpState::SynSent),
    (TcpState::Established, TcpFlags::FIN, TcpState::FinWait1),
    (TcpState::SynRecv, TcpFlags::FIN, TcpState::FinWait1),
    (TcpState::CloseWait, TcpFlags::FIN, TcpState::LastAck),
    // A connection in TIME_WAIT can be reopened (section 3.6.1).
    (TcpState::TimeWait, TcpFlags::SYN, TcpState::SynSent),
];

/// What an arriving SYN or ACK leads to.
static OPENING: [Step; 3] = [
    (
        TcpState::SynSent,
        TcpFlags::SYN.and(TcpFlags::ACK),
        TcpState::Established,
    ),
    (TcpState::SynSent, TcpFlags::SYN, TcpState::SynRecv),
    (TcpState::SynRecv, TcpFlags::ACK, TcpState::Established),
];

/// What an acknowledgement of our own FIN leads to.
static FINISHED: [(TcpState, TcpState); 3] = [
    (TcpState::FinWait1, TcpState::FinWait2),
    (TcpState::Closing, TcpState::TimeWait),
    (TcpState::LastAck, TcpState::Close),
];

/// What an arriving FIN leads to.
static CLOSING: [(TcpState, TcpState); 3] = [
    (TcpState::Established, TcpState::CloseWait),
    (TcpState::FinWait1, TcpState::Closing),
    (TcpState::FinWait2, TcpState::TimeWait),
];

/// The state of an end that has sent a segment.
pub(crate) fn after_sending(state: TcpState, sent: &Sent) -> TcpState {
    if sent.flags.contains(TcpFlags::RST) {
        return TcpState::Close;
    }
    step(&SENDING, state, sent.flags)
}

/// The state of an end at which a segment has arrived: first its ACK counts, then its FIN (section 3.10.7.4).
pub(crate) fn after_receiving(state: TcpState, sent: &Sent) -> TcpState {
    if sent.flags.contains(TcpFlags::RST) {
        return TcpState::Close;
    }
    let mut state = step(&OPENING, state, sent.flags);
    if sent.acks_fin {
        state = look_up(&FINISHED, state);
    }
    if sent.flags.contains(TcpFlags::FIN) {
        state = look_up(&CLOSING, state);
    }
    state
}

fn step(rows: &[Step], state: TcpState, flags: TcpFlags) -> TcpState {
    let mut rows = rows.iter();
    let row = rows.find(|(from, needed, _)| *from == state && flags.contains(*needed));
    row.map_or(state, |row| row.2)
}

fn look_up(rows: &[(TcpState, TcpState)], state: TcpState) -> TcpState {
    let row = rows.iter().find(|(from, _)| *from == state);
    row.map_or(state, |row| row.1)
}

#[cfg(test)]
mod tests {
    use crate::event::Timestamp;
    use crate::world::sequence::Side;
    use crate::world::sequence::follow::*;

    /// The states of both ends after each segment, given as its sender, its flags, and whether it acknowledges a FIN.
    fn follow(mut states: [TcpState; 2], segments: &[(Side, u8, bool)]) -> Vec<String> {
        let mut states_after = Vec::new();
        for (by, flags, acks_fin) in segments {
            let mut sent = Sent::inferred(Timestamp(0), *by, TcpFlags(*flags), 0);
            sent.acks_fin = *acks_fin;
            let (here, there) = (*by as usize, 1 - *by as usize);
            states[here] = after_sending(states[here], &sent);
            states[there] = after_receiving(states[there], &sent);
            states_after.push(format!("{} {}", states[0], states[1]));
        }
        states_after
    }

    const NEAR: Side = Side::Near;
    const FAR: Side = Side::Far;

    #[test]
    fn the_handshake_of_the_book() {
        let states = [TcpState::Close, TcpState::Listen];
        let segments = [(NEAR, 0x02, false), (FAR, 0x12, false), (NEAR, 0x10, false)];
        assert_eq!(
            follow(states, &segments),
            [
                "SYN_SENT LISTEN",
                "ESTABLISHED SYN_RECV",
                "ESTABLISHED ESTABLISHED"
            ]
        );
    }

    #[test]
    fn one_end_closes_and_then_the_other() {
        let states = [TcpState::Established; 2];
        let segments = [
            (NEAR, 0x11, false),
            (FAR, 0x10, true),
            (FAR, 0x11, true),
            (NEAR, 0x10, true),
        ];
        assert_eq!(
            follow(states, &segments),
            [
                "FIN_WAIT1 CLOSE_WAIT",
                "FIN_WAIT2 CLOSE_WAIT",
                "TIME_WAIT LAST_ACK",
                "TIME_WAIT CLOSE"
            ]
        );
    }

    #[test]
    fn a_fin_that_acknowledges_one_does_both() {
        let states = [TcpState::Established; 2];
        let segments = [(NEAR, 0x11, false), (FAR, 0x11, true)];
        assert_eq!(
            follow(states, &segments),
            ["FIN_WAIT1 CLOSE_WAIT", "TIME_WAIT LAST_ACK"]
        );
    }

    #[test]
    fn a_reset_ends_both() {
        let states = [TcpState::FinWait2, TcpState::CloseWait];
        assert_eq!(follow(states, &[(FAR, 0x14, false)]), ["CLOSE CLOSE"]);
    }
}
