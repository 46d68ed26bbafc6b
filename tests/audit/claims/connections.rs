//! Claims about connections: their phases and states, and what became of them.

use sockplay::call::outcome::{Outcome, Returned};
use sockplay::call::value::Value;
use sockplay::event::DescriptorId;
use sockplay::explain::Claim;
use sockplay::socket::tcp_state::TCP_STATES;
use sockplay::socket::{Errno, Phase, TcpState};
use sockplay::world::World;

use super::super::auditor::{Auditor, Place, Verdict, holds};
use super::super::shot::{Own, Row, state};

/// The state of a connection as the other source has it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A row of /proc/net/tcp, or TCP_INFO of a copy of the descriptor.
    State(u64),
    /// The kernel has nothing.
    Gone,
}

/// The number of a state.
pub(crate) fn number(wanted: TcpState) -> u64 {
    let row = TCP_STATES.iter().find(|row| row.1 == wanted);
    row.map_or(0, |row| u64::from(row.0))
}

impl Auditor<'_> {
    pub(super) fn judge_connections(&mut self, world: &World, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::Listens(own) => self.listens(*own, true)?,
            Claim::DoesNotListen(own) => self.listens(*own, false)?,
            Claim::InPhase(own, phase) => self.is_in_phase(world, *own, *phase)?,
            Claim::InState(own, wanted) => self.is_in_state(*own, *wanted)?,
            Claim::OtherEndInState(own, wanted) => self.other_is_in_state(*own, *wanted)?,
            Claim::OtherEndGone(own) => self.other_is_gone(*own)?,
            Claim::Connecting(own) => {
                let found = self.found(*own)?;
                holds(found.contains(&Found::State(state::SYN_SENT)), || {
                    format!("it is in {found:?}")
                })
            }
            Claim::HasPeer(own) => self.has_peer(*own, true)?,
            Claim::NoPeer(own) => self.has_peer(*own, false)?,
            Claim::Disconnected(own) => {
                let (now, past) = (self.last(*own)?.text("remote")?, self.past(*own)?);
                holds(past.had_peer && now == "ENOTCONN", || {
                    format!("getpeername(2) gives {now}")
                })
            }
            Claim::NeverAccepted(own) => match self.past(*own)?.accepted {
                Some(accepted) => holds(!accepted, || {
                    "a descriptor of the other end was seen".to_owned()
                }),
                None => Verdict::Undecidable("/proc/net/tcp never listed the other end"),
            },
            Claim::ConnectionOver(own) => self.is_over(*own)?,
            Claim::AttemptGivenUp(own) => {
                let past = self.past(*own)?;
                match past.states.contains(&state::SYN_SENT) {
                    true => holds(!past.states.contains(&state::ESTABLISHED), || {
                        "it was established".to_owned()
                    }),
                    false => Verdict::Undecidable("/proc/net/tcp never listed the attempt"),
                }
            }
            Claim::ErrorReported { socket, errno } => {
                let errors = world.log().iter().filter(|record| {
                    let same = record.on().map(|on| world.is_same_file(on, *socket));
                    same == Some(true) && record.outcome().and_then(reported) == Some(*errno)
                });
                holds(errors.count() > 0, || "no call gave that error".to_owned())
            }
            Claim::NoErrorPending(own) => {
                let own = self.own(*own)?;
                let pending = own.has(libc::POLLERR)?;
                if pending && own.text("recverr") == Some("1") {
                    return Some(Verdict::Undecidable(
                        "POLLERR stands for the error queue too",
                    ));
                }
                holds(!pending, || "poll(2) says POLLERR".to_owned())
            }
            Claim::TimerEnds { socket, seconds } => {
                let row = self.connection(*socket)?;
                let left = row.left.div_ceil(100);
                holds(row.timer != 0 && left.abs_diff(*seconds) <= 1, || {
                    format!("timer {} of /proc/net/tcp has {left} s left", row.timer)
                })
            }
            _ => return None,
        })
    }

    /// The connection of a descriptor in /proc/net/tcp, also after close().
    pub(crate) fn connection(&self, own: DescriptorId) -> Option<&Row> {
        let inode = self.last(own).and_then(Own::inode);
        let row = inode.and_then(|inode| self.now.row(inode));
        row.or_else(|| {
            let (local, remote) = self.past(own)?.pair.as_ref()?;
            self.now.connection(local, remote)
        })
    }

    /// The other end of the connection of a descriptor in /proc/net/tcp.
    pub(crate) fn other_connection(&self, own: DescriptorId) -> Option<&Row> {
        let (local, remote) = self.past(own)?.pair.as_ref()?;
        self.now.connection(remote, local)
    }

    /// The states that the kernel shows of a TCP connection: an open descriptor may say CLOSE while the table has
    /// TIME_WAIT.
    pub(crate) fn found(&self, own: DescriptorId) -> Option<Vec<Found>> {
        if !self.last(own)?.is_tcp() {
            return None;
        }
        let info = self.own(own).and_then(|own| own.number("tcp"));
        let row = self.connection(own).map(|row| row.state);
        let both: Vec<Found> = row.into_iter().chain(info).map(Found::State).collect();
        Some(if both.is_empty() {
            vec![Found::Gone]
        } else {
            both
        })
    }

    fn listens(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let own = self.last(own)?;
        let listens = own.number("listens")? == 1;
        Some(holds(listens == wanted, || {
            format!("SO_ACCEPTCONN is {}", u8::from(listens))
        }))
    }

    fn has_peer(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let remote = self.last(own)?.text("remote")?;
        let has_peer = remote != "ENOTCONN";
        Some(holds(has_peer == wanted, || {
            format!("getpeername(2) gives {remote}")
        }))
    }

    fn is_in_state(&self, own: DescriptorId, wanted: TcpState) -> Option<Verdict> {
        if let Some(found) = self.found(own) {
            // What is not in the table and has no descriptor is CLOSE.
            let fits = found.contains(&Found::State(number(wanted)))
                || wanted == TcpState::Close && found.contains(&Found::Gone);
            return Some(holds(fits, || {
                format!("/proc/net/tcp and TCP_INFO say {found:?}")
            }));
        }
        let last = self.last(own)?;
        let found = (last.number("listens")? == 1, last.remote().is_some());
        let fits = match wanted {
            TcpState::Listen => found.0,
            TcpState::Established => found.1,
            TcpState::Close => !found.0 && !found.1,
            _ => return None,
        };
        Some(holds(fits, || format!("listens, has a peer: {found:?}")))
    }

    fn other_is_in_state(&self, own: DescriptorId, wanted: TcpState) -> Option<Verdict> {
        if !self.last(own)?.is_tcp() {
            return Some(Verdict::Undecidable("/proc/net/unix does not list peers"));
        }
        let found = self.other_connection(own).map(|row| row.state);
        if found.is_none() && wanted == TcpState::Close {
            return Some(Verdict::Undecidable("/proc/net/tcp does not list CLOSE"));
        }
        Some(holds(found == Some(number(wanted)), || {
            format!("/proc/net/tcp says {found:?}")
        }))
    }

    fn other_is_gone(&self, own: DescriptorId) -> Option<Verdict> {
        let last = self.last(own)?;
        if last.is_unix() {
            let inode = last.inode()?;
            let Some(peer) = self.history.peers.get(&inode) else {
                return Some(Verdict::Undecidable("ss never showed the peer"));
            };
            return Some(holds(!self.now.lists(*peer), || {
                format!("/proc/net/unix lists {peer}")
            }));
        }
        let found = self.other_connection(own).map(|row| row.state);
        Some(holds(found.is_none(), || {
            format!("/proc/net/tcp says {found:?}")
        }))
    }

    fn is_over(&self, own: DescriptorId) -> Option<Verdict> {
        if let Some(found) = self.found(own) {
            let over = [
                state::CLOSE,
                state::TIME_WAIT,
                state::LAST_ACK,
                state::CLOSING,
            ];
            let is_over = |found: &Found| match found {
                Found::State(state) => over.contains(state),
                Found::Gone => true,
            };
            return Some(holds(found.iter().any(is_over), || {
                format!("it is in {found:?}")
            }));
        }
        let last = self.own(own)?;
        let ended = last.has(libc::POLLHUP)? || last.remote().is_none();
        Some(holds(ended, || "poll(2) does not say POLLHUP".to_owned()))
    }

    fn is_in_phase(&self, world: &World, own: DescriptorId, phase: Phase) -> Option<Verdict> {
        let last = self.last(own)?;
        let local = last.local().unwrap_or_default();
        let is_named = local != "unix:" && !local.ends_with(":0");
        let (peer, listens) = (last.remote().is_some(), last.number("listens") == Some(1));
        let shut = last.has(libc::POLLRDHUP) == Some(true);
        let tcp = self.found(own).unwrap_or_default();
        let is_in = |states: &[u64]| {
            tcp.is_empty()
                || states
                    .iter()
                    .any(|state| tcp.contains(&Found::State(*state)))
        };
        let fits = match phase {
            Phase::Unbound => !is_named && !peer && !listens,
            Phase::Bound => !peer && !listens,
            Phase::Listening => listens,
            Phase::Connecting => is_in(&[state::SYN_SENT]),
            Phase::Connected => peer,
            Phase::Failed => !peer,
            Phase::WriteShut => is_in(&[
                state::FIN_WAIT1,
                state::FIN_WAIT2,
                state::CLOSING,
                state::TIME_WAIT,
            ]),
            Phase::ReadShut => shut,
            Phase::PeerClosed => shut && is_in(&[state::CLOSE_WAIT]),
            Phase::Shut => shut,
            Phase::Reset => !peer || last.has(libc::POLLERR) == Some(true),
            Phase::Open => Place::of_id(world, own).and_then(Place::link).is_some(),
            Phase::Closed => !world.descriptor(own)?.is_open(),
        };
        Some(holds(fits, || {
            format!(
                "named {is_named}, peer {peer}, listens {listens}, RDHUP {shut}, states {tcp:?}"
            )
        }))
    }
}

/// The error that a call gave, or that it read with SO_ERROR.
fn reported(outcome: &Outcome) -> Option<Errno> {
    match outcome.result {
        Ok(Returned::Value(Value::Error(errno))) => errno,
        _ => outcome.errno(),
    }
}
