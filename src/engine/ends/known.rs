//! What is known of a socket whose two ends are looked at, and when the next look is.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use crate::event::{Ends, Observation, Owner, Seen, Timer};
use crate::kernel::observe::Subject;
use crate::socket::{Address, Domain, Kind};
use crate::world::ghost::COUNTED;

/// The pauses between the looks after something happened: what the other end does about it is seen, and then nothing
/// is done any more.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(20),
    Duration::from_millis(30),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(500),
];
/// The pause while a ghost or a timer counts down.
const COUNTDOWN: Duration = Duration::from_secs(1);
/// By how much a timer may be off and still be the one that was seen before.
const SLACK: Duration = Duration::from_millis(150);

/// A socket.
#[derive(Debug, Clone)]
pub(super) struct Known {
    pub(super) kind: Kind,
    pub(super) is_unix: bool,
    pub(super) inode: Option<u32>,
    pub(super) local: Option<SocketAddr>,
    pub(super) peer: Option<SocketAddr>,
    pub(super) is_open: bool,
    /// Whether AF_UNIX has said that it has a peer.
    has_peer: bool,
    /// The owner of the other end, by its inode.
    pub(super) owner: Option<(u32, Seen<Owner>)>,
    /// What was seen last.
    pub(super) last: Option<(Instant, Ends)>,
    /// Whether it was open when something was told of it last.
    was_open: bool,
    /// Whether something happened to this socket itself, and not to the other end only.
    pub(super) is_direct: bool,
    /// Whether it was a ghost at some time.
    haunted: bool,
    due: Option<Instant>,
    step: usize,
}

impl Known {
    /// `None` for a socket that has no other end to be looked at.
    pub(super) fn of(subject: &Subject, inode: Option<u64>) -> Option<Self> {
        let is_unix = subject.kind.is_socket() && subject.domain == Domain::UNIX;
        (is_unix || subject.is_tcp()).then(|| Self {
            kind: subject.kind,
            is_unix,
            inode: inode.and_then(|inode| u32::try_from(inode).ok()),
            local: None,
            peer: None,
            is_open: true,
            has_peer: false,
            owner: None,
            last: None,
            was_open: true,
            is_direct: false,
            haunted: false,
            due: None,
            step: 0,
        })
    }

    /// Takes in new addresses.
    pub(super) fn learn(&mut self, seen: &Observation) {
        self.local = seen.local.as_ref().and_then(internet).or(self.local);
        self.peer = seen.peer.as_ref().and_then(internet).or(self.peer);
        self.has_peer |= self.is_unix && seen.peer.is_some();
    }

    /// Whether there is another end to be looked for.
    pub(super) fn is_connected(&self) -> bool {
        match self.is_unix {
            true => self.has_peer && self.inode.is_some(),
            false => self.local.is_some() && self.peer.is_some(),
        }
    }

    /// Has it looked at by then, since something happened to it. Gives when that is.
    pub(super) fn look_soon(&mut self, by: Instant) -> Instant {
        self.is_direct = true;
        self.look_again(by)
    }

    /// Has it looked at by then, since something happened to the other end. Gives when that is.
    pub(super) fn look_again(&mut self, by: Instant) -> Instant {
        self.step = 0;
        *self.due.insert(self.due.map_or(by, |due| due.min(by)))
    }

    pub(super) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether it is to be looked at now; if so, the next look is set.
    pub(super) fn take_due(&mut self, now: Instant) -> bool {
        if self.due.is_none_or(|due| due > now) {
            return false;
        }
        let pause = PAUSES.get(self.step).copied();
        self.step = self.step.saturating_add(1);
        self.due = pause
            .or_else(|| self.counts_down().then_some(COUNTDOWN))
            .map(|pause| now + pause);
        true
    }

    /// Whether it changes by itself: a ghost, or a timer that is worth waiting for.
    fn counts_down(&self) -> bool {
        let ends = self.last.as_ref().map(|(_, ends)| ends);
        ends.is_some_and(|ends| {
            let is_ghost = !self.is_open && ends.haunts().is_some();
            is_ghost || ends.timers().any(|timer| timer.left < COUNTED)
        })
    }

    /// Whether something else was seen than last time; that a timer has gone on is nothing new.
    pub(super) fn is_news(&self, ends: &Ends, now: Instant) -> bool {
        let Some((at, last)) = &self.last else {
            // A socket that leaves no ghost is not worth a word.
            return self.is_open || ends.haunts().is_some();
        };
        if self.was_open != self.is_open && ends.haunts().is_some() {
            // The same as before, and now it is a ghost.
            return true;
        }
        let passed = now.saturating_duration_since(*at);
        let goes_on = |(before, timer): (&Timer, &Timer)| {
            let expected = before.left.saturating_sub(passed);
            timer.kind == before.kind
                && timer.times == before.times
                && timer.left.abs_diff(expected) < SLACK
        };
        stilled(last) != stilled(ends) || !last.timers().zip(ends.timers()).all(goes_on)
    }

    /// Notes what was told.
    pub(super) fn told(&mut self, ends: Ends, now: Instant) {
        self.was_open = self.is_open;
        self.haunted |= !self.is_open && ends.haunts().is_some();
        self.last = Some((now, ends));
    }

    /// Whether there is nothing more to look for.
    pub(super) fn is_over(&self) -> bool {
        let ends = self.last.as_ref().map(|(_, ends)| ends);
        let haunts = ends.is_some_and(|ends| ends.haunts().is_some());
        // A call that is still inside keeps the socket for a while: the ghost comes when that has ended.
        !self.is_open && !haunts && (self.haunted || self.due.is_none())
    }
}

/// The same with timers that do not run.
fn stilled(ends: &Ends) -> Ends {
    let mut ends = ends.clone();
    ends.still();
    ends
}

fn internet(address: &Address) -> Option<SocketAddr> {
    match address {
        Address::Inet(address) => Some(SocketAddr::V4(*address)),
        Address::Inet6(address) => Some(SocketAddr::V6(*address)),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{Bytes, End, Other, TimerKind};
    use crate::socket::{Protocol, SocketType, TcpState};

    fn known() -> Known {
        let subject = Subject::socket(3, Domain::INET, SocketType::STREAM, Protocol(0));
        Known::of(&subject, Some(7)).expect("TCP has another end")
    }

    fn ends(state: TcpState, left: Duration) -> Ends {
        Ends {
            own: Some(End {
                state,
                receive: Bytes::default(),
                send: None,
                timer: Some(Timer {
                    kind: TimerKind::TimeWait,
                    left,
                    times: 0,
                }),
            }),
            other: Seen::Inferred(Other::Gone),
        }
    }

    #[test]
    fn looks_become_rare_and_end() {
        let mut known = known();
        let mut now = Instant::now();
        known.look_soon(now);
        let mut looks = 0;
        while let Some(due) = known.due() {
            assert!(due >= now);
            now = due;
            assert!(known.take_due(now));
            looks += 1;
        }
        assert_eq!(looks, PAUSES.len() + 1);
    }

    #[test]
    fn a_ghost_is_looked_at_once_a_second_until_it_has_gone() {
        let mut known = known();
        known.is_open = false;
        let now = Instant::now();
        known.told(ends(TcpState::TimeWait, Duration::from_secs(60)), now);
        known.step = PAUSES.len();
        known.due = Some(now);
        assert!(known.take_due(now));
        assert_eq!(known.due(), Some(now + COUNTDOWN));
        assert!(!known.is_over());
        let gone = Ends {
            own: None,
            other: Seen::Inferred(Other::Gone),
        };
        assert!(known.is_news(&gone, now));
        known.told(gone, now);
        assert!(known.is_over());
    }

    #[test]
    fn a_socket_with_a_call_inside_is_looked_for_after_it_was_closed() {
        let mut known = known();
        known.is_open = false;
        let mut now = Instant::now();
        known.look_soon(now);
        let hidden = Ends {
            own: None,
            other: Seen::Inferred(Other::Gone),
        };
        while known.take_due(now) {
            let is_last = known.due().is_none();
            known.told(hidden.clone(), now);
            assert_eq!(known.is_over(), is_last);
            now = known.due().unwrap_or(now);
        }
    }

    #[test]
    fn a_timer_that_goes_on_is_no_news() {
        let mut known = known();
        let now = Instant::now();
        let before = ends(TcpState::TimeWait, Duration::from_secs(60));
        known.last = Some((now, before));
        let later = now + Duration::from_secs(2);
        let left = Duration::from_millis(58_050);
        assert!(!known.is_news(&ends(TcpState::TimeWait, left), later));
        let left = Duration::from_secs(60);
        assert!(known.is_news(&ends(TcpState::TimeWait, left), later));
        assert!(known.is_news(&ends(TcpState::FinWait2, left), now));
    }
}
