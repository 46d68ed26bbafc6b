//! What is known of a socket whose two ends are probed, and when the next probe is.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::{Duration, Instant};

use crate::event::{
    Cookie, DescriptorId, Endpoints, Identity, Observation, Other, Owner, Queue, Seen, Timer,
    TimerKind,
};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Address, Domain, Kind, TcpState};
use crate::world::orphan::COUNTED;

/// The pauses between the probes after something happened: they observe how the other end reacts, and then nothing is
/// done any more.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(20),
    Duration::from_millis(30),
    Duration::from_millis(50),
    Duration::from_millis(100),
    Duration::from_millis(300),
    Duration::from_millis(500),
];
/// Of a listener fewer, since each probe of it costs a dump of the kernel's table.
const PAUSES_OF_LISTENER: [Duration; 2] = [Duration::from_millis(200), Duration::from_millis(800)];
/// The pause while an orphan or a timer counts down, or something is about to change that causes no event.
const COUNTDOWN: Duration = Duration::from_secs(1);
/// How long after a timer has expired its effect is probed.
const AFTER: Duration = Duration::from_millis(10);
/// The longest pause while something may change that causes no event; the pauses grow up to this.
const LONGEST_PAUSE: Duration = Duration::from_secs(8);
/// Probes that are as rare as that may be early by so much, so that one round is enough for several sockets.
const COALESCING_SLACK: Duration = Duration::from_millis(250);
/// From this pause on a probe that observes something new is followed by others.
const RESTART_STEP: usize = 3;
/// By how much a timer may be off and still be the one that was seen before.
const SLACK: Duration = Duration::from_millis(150);

/// A socket.
#[derive(Debug, Clone)]
pub(crate) struct TrackedSocket {
    pub(crate) kind: Kind,
    pub(crate) is_unix: bool,
    pub(crate) identity: Identity,
    pub(crate) local: Option<SocketAddr>,
    pub(crate) peer: Option<SocketAddr>,
    /// Where its connect() goes: until that is answered getpeername(2) fails.
    target: Option<SocketAddr>,
    pub(crate) is_open: bool,
    /// Whether AF_UNIX has said that it has a peer.
    pub(crate) has_peer: bool,
    /// Of a TCP listener: its accept queue.
    queue: Option<Queue>,
    /// Whether a listener of ours has its peer's address: who accepts it there are we.
    pub(crate) waits_here: bool,
    /// The owner of the other end, by its inode.
    pub(crate) owner: Option<(u32, Seen<Owner>)>,
    /// What was observed last.
    pub(crate) last: Option<(Instant, Endpoints)>,
    /// Whether it was open when something was reported of it last.
    was_open: bool,
    /// Whether something happened to this socket itself, and not to the other end only.
    pub(crate) is_direct: bool,
    /// Whether it was an orphan at some time.
    was_orphan: bool,
    due: Option<Instant>,
    step: usize,
}

impl TrackedSocket {
    /// `None` for a socket that has no other end to be probed.
    pub(crate) fn of(target: &ProbeTarget, identity: Identity) -> Option<Self> {
        let is_unix = target.kind.is_socket() && target.domain == Domain::UNIX;
        (is_unix || target.is_tcp()).then_some(Self {
            kind: target.kind,
            is_unix,
            identity,
            local: None,
            peer: None,
            target: None,
            is_open: true,
            has_peer: false,
            queue: None,
            waits_here: false,
            owner: None,
            last: None,
            was_open: true,
            is_direct: false,
            was_orphan: false,
            due: None,
            step: 0,
        })
    }

    /// Whether what the kernel has at its addresses is this socket, and not a later one.
    pub(crate) fn is_the_same(&self, found: &Identity) -> bool {
        // Without a cookie: a closed socket has no inode, and what has one is a later socket.
        let is_likely = self.is_open || found.inode == Some(0);
        self.identity.is_same(found).unwrap_or(is_likely)
    }

    /// Takes in new addresses.
    pub(crate) fn learn(&mut self, seen: &Observation) {
        self.local = seen
            .local
            .as_ref()
            .and_then(Address::internet)
            .or(self.local);
        self.peer = seen.peer.as_ref().and_then(Address::internet).or(self.peer);
        self.has_peer |= self.is_unix && seen.peer.is_some();
        if seen.tcp.is_some() {
            self.queue = seen.waiting;
        }
        let was_connecting = self.own_state() == Some(TcpState::SynSent);
        if was_connecting && seen.tcp == Some(TcpState::Close) {
            self.target = None;
        }
    }

    /// Notes where a connect() goes; `None`: it has failed.
    pub(crate) fn set_target(&mut self, target: Option<SocketAddr>) {
        // To Linux the unspecified address is this host, ip(7).
        self.target = target.map(|mut target| {
            match target.ip() {
                IpAddr::V4(ip) if ip.is_unspecified() => target.set_ip(Ipv4Addr::LOCALHOST.into()),
                IpAddr::V6(ip) if ip.is_unspecified() => target.set_ip(Ipv6Addr::LOCALHOST.into()),
                _ => {}
            }
            target
        });
    }

    /// The address of the other end, also of one that has not answered yet.
    pub(crate) fn other(&self) -> Option<SocketAddr> {
        self.peer.or(self.target)
    }

    /// The state in which its own end was seen last.
    fn own_state(&self) -> Option<TcpState> {
        let (_, endpoints) = self.last.as_ref()?;
        Some(endpoints.own.as_ref()?.state)
    }

    /// Whether there is something to probe: another end, or who waits at a listener.
    pub(crate) fn has_endpoints(&self) -> bool {
        match self.is_unix {
            true => self.identity.inode.is_some(),
            false => {
                // An end that was observed and is not there any more must be reported as such.
                let had_own = self.own_state().is_some();
                self.local.is_some()
                    && (self.other().is_some() || self.is_tcp_listener() || had_own)
            }
        }
    }

    /// Whether it is a listener of TCP, of which the handshakes are probed.
    pub(crate) fn is_tcp_listener(&self) -> bool {
        self.is_open && self.queue.is_some()
    }

    /// Has it probed by then, since something happened to it. Gives when that is.
    pub(crate) fn probe_soon(&mut self, by: Instant) -> Instant {
        self.is_direct = true;
        self.probe_again(by)
    }

    /// Has it probed by then, since something happened to the other end. Gives when that is.
    pub(crate) fn probe_again(&mut self, by: Instant) -> Instant {
        self.step = 0;
        *self.due.insert(self.due.map_or(by, |due| due.min(by)))
    }

    pub(crate) fn due(&self) -> Option<Instant> {
        self.due
    }

    /// Whether it is to be probed now; if so, the next probe is scheduled.
    pub(crate) fn take_due(&mut self, now: Instant) -> bool {
        if !self.is_due(now) {
            return false;
        }
        let pause = self.pauses().get(self.step).copied();
        self.step = self.step.saturating_add(1);
        let pauses = pause.into_iter().chain(self.counts_down(now));
        self.due = pauses
            .min()
            .or_else(|| self.changes_silently())
            .map(|pause| now + pause);
        true
    }

    /// Whether it is to be probed now, or nearly and another one is.
    pub(crate) fn is_due(&self, now: Instant) -> bool {
        let early = if self.is_backed_off() {
            COALESCING_SLACK
        } else {
            Duration::ZERO
        };
        self.due.is_some_and(|due| due <= now + early)
    }

    /// Whether nothing has happened for a while.
    fn is_backed_off(&self) -> bool {
        self.step > self.pauses().len()
    }

    /// Puts the probe off until then.
    pub(crate) fn put_off(&mut self, until: Instant) {
        self.due = self.due.map(|due| due.max(until));
    }

    /// Whether its local address is this one, or any with the same port.
    pub(crate) fn accepts_at(&self, at: SocketAddr) -> bool {
        let same = |own: SocketAddr| own.ip() == at.ip() || own.ip().is_unspecified();
        self.local
            .is_some_and(|own| own.port() == at.port() && same(own))
    }

    fn pauses(&self) -> &'static [Duration] {
        match self.is_tcp_listener() {
            true => &PAUSES_OF_LISTENER,
            false => &PAUSES,
        }
    }

    /// How long the pause is while something may change that causes no event at our end. `None`: nothing can, and no
    /// further probe is needed.
    fn changes_silently(&self) -> Option<Duration> {
        let (_, endpoints) = self.last.as_ref()?;
        if !self.is_open && endpoints.elsewhere.is_none() {
            return None;
        }
        let silence = match &endpoints.half_open {
            Some(half_open) => self.at_listener(half_open.value().map_or(0, Vec::len)),
            None => elsewhere(endpoints, self.waits_here),
        }?;
        let doubled = self.step.saturating_sub(self.pauses().len() + 1).min(3);
        Some(match silence {
            QuietChange::AboutToChange => COUNTDOWN,
            QuietChange::Possible => (COUNTDOWN * (1 << doubled)).min(LONGEST_PAUSE),
        })
    }

    /// At a listener: handshakes that are under way, and SYNs that find the queue full.
    fn at_listener(&self, half_open: usize) -> Option<QuietChange> {
        let is_full = self.queue.is_some_and(|queue| queue.length > queue.limit);
        (half_open > 0 || is_full).then_some(QuietChange::Possible)
    }

    /// How long the pause is while it changes by itself: an orphan, or a timer that is worth waiting for. What is sent
    /// again is seen when it is.
    fn counts_down(&self, now: Instant) -> Option<Duration> {
        let (seen, endpoints) = self.last.as_ref()?;
        let passed = now.saturating_duration_since(*seen);
        let is_orphan = !self.is_open && endpoints.orphaned_state().is_some();
        let counted = || endpoints.timers().filter(|timer| timer.left < COUNTED);
        let resends = counted().filter(|timer| timer.kind == TimerKind::Retransmit);
        let next = resends.map(|timer| timer.left.saturating_sub(passed) + AFTER);
        let next = next.min();
        let waits = is_orphan || counted().next().is_some();
        waits.then(|| next.map_or(COUNTDOWN, |next| next.min(COUNTDOWN)))
    }

    /// Whether something else was observed than last time; that a timer has gone on is nothing new.
    pub(crate) fn is_news(&self, endpoints: &Endpoints, now: Instant) -> bool {
        let Some((at, last)) = &self.last else {
            // A socket that leaves no orphan is not worth a word.
            return self.is_open
                || endpoints.orphaned_state().is_some()
                || endpoints.elsewhere.is_some();
        };
        if self.was_open != self.is_open && endpoints.orphaned_state().is_some() {
            // The same as before, and now it is an orphan.
            return true;
        }
        let passed = now.saturating_duration_since(*at);
        let goes_on = |(before, timer): (&Timer, &Timer)| {
            let expected = before.left.saturating_sub(passed);
            timer.kind == before.kind
                && timer.times == before.times
                && timer.left.abs_diff(expected) < SLACK
        };
        without_timers(last) != without_timers(endpoints)
            || !last.timers().zip(endpoints.timers()).all(goes_on)
    }

    /// Notes what was reported, and that more may follow soon where it caused no event.
    pub(crate) fn reported(&mut self, endpoints: Endpoints, now: Instant) {
        let was_rare = self.is_backed_off();
        self.was_open = self.is_open;
        self.was_orphan |= !self.is_open && endpoints.orphaned_state().is_some();
        self.last = Some((now, endpoints));
        if was_rare && self.changes_silently().is_some() {
            self.step = RESTART_STEP.min(self.pauses().len() - 1);
            self.due = Some(now + self.pauses()[self.step]);
        }
    }

    /// Whether there is nothing more to probe.
    pub(crate) fn is_over(&self) -> bool {
        let endpoints = self.last.as_ref().map(|(_, endpoints)| endpoints);
        let orphaned_state =
            endpoints.is_some_and(|endpoints| endpoints.orphaned_state().is_some());
        // A call that is still inside keeps the socket for a while: the orphan comes when that has ended.
        let is_elsewhere = endpoints.is_some_and(|endpoints| endpoints.elsewhere.is_some());
        let has_ended = self.was_orphan || self.due.is_none();
        !self.is_open && !orphaned_state && !is_elsewhere && has_ended
    }
}

/// The sockets of the session, to be found by what the kernel says of them. Of several descriptors of one socket the
/// first one counts.
#[derive(Debug, Default)]
pub(crate) struct Ours {
    by_cookie: HashMap<Cookie, DescriptorId>,
    by_inode: HashMap<u32, DescriptorId>,
}

impl Ours {
    pub(crate) fn add(&mut self, id: DescriptorId, known: &TrackedSocket) {
        if !known.is_open {
            return;
        }
        let first = |there: &mut DescriptorId| *there = (*there).min(id);
        if let Some(cookie) = known.identity.cookie {
            self.by_cookie.entry(cookie).and_modify(first).or_insert(id);
        }
        if let Some(inode) = known.identity.inode {
            self.by_inode.entry(inode).and_modify(first).or_insert(id);
        }
    }

    /// The open socket of the session that this is.
    pub(crate) fn find(&self, identity: &Identity) -> Option<DescriptorId> {
        match identity.cookie {
            Some(cookie) if !self.by_cookie.is_empty() => self.by_cookie.get(&cookie).copied(),
            _ => self.by_inode.get(&identity.inode?).copied(),
        }
    }
}

/// What can happen without an event at our end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum QuietChange {
    /// Something is outstanding: data that the other program is to read, a connection that it is to accept.
    AboutToChange,
    /// Another program may do something at any time that sends no segment.
    Possible,
}

/// At the other end, where that is not a socket of ours: what those do is known from their calls.
fn elsewhere(endpoints: &Endpoints, waits_here: bool) -> Option<QuietChange> {
    if endpoints.other_of_ours().is_some() {
        return None;
    }
    match endpoints.other.value()? {
        Other::Gone => None,
        Other::Waiting => Some(QuietChange::AboutToChange),
        Other::There { end, owner } => {
            let is_unread = end.receive.count > 0;
            let is_unaccepted = *owner == Seen::Observed(Owner::Nobody);
            if is_unaccepted && waits_here {
                return None;
            }
            Some(match is_unread || is_unaccepted {
                true => QuietChange::AboutToChange,
                false => QuietChange::Possible,
            })
        }
    }
}

/// The same with timers that do not run.
fn without_timers(endpoints: &Endpoints) -> Endpoints {
    let mut endpoints = endpoints.clone();
    endpoints.clear_timers();
    endpoints
}

#[cfg(test)]
mod tests {
    use crate::engine::endpoints::tracked::*;
    use crate::event::{Bytes, End};
    use crate::socket::{Protocol, SocketType};

    fn known() -> TrackedSocket {
        let target = ProbeTarget::socket(3, Domain::INET, SocketType::STREAM, Protocol(0));
        TrackedSocket::of(&target, Identity::default()).expect("TCP has another end")
    }

    fn endpoints(state: TcpState, left: Duration) -> Endpoints {
        Endpoints {
            elsewhere: None,
            own: Some(End {
                identity: Identity::default(),
                state,
                receive: Bytes::default(),
                send: None,
                timer: Some(Timer {
                    kind: TimerKind::TimeWait,
                    left,
                    times: 0,
                }),
                details: None,
            }),
            other: Seen::Inferred(Other::Gone),
            half_open: None,
        }
    }

    #[test]
    fn probes_become_rare_and_stop() {
        let mut known = known();
        let mut now = Instant::now();
        known.probe_soon(now);
        let mut probes = 0;
        while let Some(due) = known.due() {
            assert!(due >= now);
            now = due;
            assert!(known.take_due(now));
            probes += 1;
        }
        assert_eq!(probes, PAUSES.len() + 1);
    }

    #[test]
    fn an_orphan_is_probed_once_a_second_until_the_kernel_drops_it() {
        let mut known = known();
        known.is_open = false;
        let now = Instant::now();
        known.reported(endpoints(TcpState::TimeWait, Duration::from_secs(60)), now);
        known.step = PAUSES.len();
        known.due = Some(now);
        assert!(known.take_due(now));
        assert_eq!(known.due(), Some(now + COUNTDOWN));
        assert!(!known.is_over());
        let gone = Endpoints {
            elsewhere: None,
            own: None,
            other: Seen::Inferred(Other::Gone),
            half_open: None,
        };
        assert!(known.is_news(&gone, now));
        known.reported(gone, now);
        assert!(known.is_over());
    }

    #[test]
    fn a_socket_with_a_call_inside_is_probed_after_it_was_closed() {
        let mut known = known();
        known.is_open = false;
        let mut now = Instant::now();
        known.probe_soon(now);
        let hidden = Endpoints {
            elsewhere: None,
            own: None,
            other: Seen::Inferred(Other::Gone),
            half_open: None,
        };
        while known.take_due(now) {
            let is_last = known.due().is_none();
            known.reported(hidden.clone(), now);
            assert_eq!(known.is_over(), is_last);
            now = known.due().unwrap_or(now);
        }
    }

    #[test]
    fn a_timer_that_goes_on_is_no_news() {
        let mut known = known();
        let now = Instant::now();
        let before = endpoints(TcpState::TimeWait, Duration::from_secs(60));
        known.last = Some((now, before));
        let later = now + Duration::from_secs(2);
        let left = Duration::from_millis(58_050);
        assert!(!known.is_news(&endpoints(TcpState::TimeWait, left), later));
        let left = Duration::from_secs(60);
        assert!(known.is_news(&endpoints(TcpState::TimeWait, left), later));
        assert!(known.is_news(&endpoints(TcpState::FinWait2, left), now));
    }
}
