//! Claims about the ends of the two directions of a connection.

use sockplay::event::DescriptorId;
use sockplay::explain::Claim;

use super::super::auditor::{Auditor, Verdict, holds};
use super::super::shot::state;
use super::connections::Found;

/// The states of a connection whose FIN is sent, or queued behind its data.
const FIN_SENT: [u64; 5] = [
    state::FIN_WAIT1,
    state::FIN_WAIT2,
    state::CLOSING,
    state::TIME_WAIT,
    state::LAST_ACK,
];

/// The states of a connection to which the FIN of the peer came.
const FIN_CAME: [u64; 4] = [
    state::CLOSE_WAIT,
    state::LAST_ACK,
    state::CLOSING,
    state::TIME_WAIT,
];

impl Auditor<'_> {
    pub(super) fn judge_ends(&self, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::FinSent(own) | Claim::FinFollows(own) => self.was_in(*own, &FIN_SENT)?,
            Claim::FinReceived(own) => self.was_in(*own, &FIN_CAME)?,
            Claim::NoFinSent(own) => match self.was_in(*own, &FIN_SENT)? {
                Verdict::Confirmed => {
                    Verdict::Refuted("/proc/net/tcp has it in a state after FIN".to_owned())
                }
                Verdict::Refuted(_) | Verdict::Undecidable(_) => Verdict::Confirmed,
            },
            Claim::RstSent(_) => {
                let first = self.history.first.as_ref()?;
                let sent = self.now.count("TcpOutRsts") - first.count("TcpOutRsts");
                holds(sent > 0, || "no RST was sent (OutRsts)".to_owned())
            }
            Claim::SendingEnded(own) => match self.last(*own)?.text("send") {
                Some("EPIPE") => Verdict::Confirmed,
                Some("0") => Verdict::Refuted("a send() of nothing gives 0".to_owned()),
                _ => Verdict::Undecidable("only a send() would tell"),
            },
            Claim::ReceivingEnded(own) => {
                let ended = self.last(*own)?.has(libc::POLLRDHUP)?;
                holds(ended, || "poll(2) does not say POLLRDHUP".to_owned())
            }
            Claim::EndReceived(own) => self.end_came(*own, true)?,
            Claim::NoEndReceived(own) => self.end_came(*own, false)?,
            _ => return None,
        })
    }

    /// Whether a connection is in one of these states, or was.
    fn was_in(&self, own: DescriptorId, states: &[u64]) -> Option<Verdict> {
        let found = self.found(own)?;
        let is_there = |state: &u64| found.contains(&Found::State(*state));
        let was_there = |state: &u64| {
            self.past(own)
                .is_some_and(|past| past.states.contains(state))
        };
        if states
            .iter()
            .any(|state| is_there(state) || was_there(state))
        {
            return Some(Verdict::Confirmed);
        }
        let is_over = found
            .iter()
            .all(|found| matches!(found, Found::Gone | Found::State(state::CLOSE)));
        Some(if is_over {
            Verdict::Undecidable("the connection is over")
        } else {
            Verdict::Refuted(format!("/proc/net/tcp has it in {found:?}"))
        })
    }

    fn end_came(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let came = self.last(own)?.has(libc::POLLRDHUP)?;
        Some(holds(came == wanted, || {
            format!("POLLRDHUP of poll(2) is {came}")
        }))
    }
}
