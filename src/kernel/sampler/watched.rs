//! One watched descriptor: what was observed of it last, and when it is probed without an event.

use std::time::{Duration, Instant};

use crate::event::Observation;
use crate::kernel::interest::FdInfo;
use crate::kernel::observe::{ProbeTarget, low_water_mark, observe};
use crate::kernel::unread::{Urgent, unread};
use crate::socket::{Domain, Kind};

/// The pauses between probes of a socket that has no room; the last one repeats.
const PAUSES: [Duration; 6] = [
    Duration::from_millis(30),
    Duration::from_millis(60),
    Duration::from_millis(120),
    Duration::from_millis(250),
    Duration::from_millis(500),
    Duration::from_secs(1),
];

/// The longest of them where data may come without an event.
const OFTEN: usize = 2;

/// A socket, a file or an epoll instance that is probed.
#[derive(Debug)]
pub(crate) struct Watched {
    pub(crate) target: ProbeTarget,
    /// What was observed last.
    pub(crate) last: Observation,
    /// What is known of urgent bytes that came to it.
    urgent: Urgent,
    /// Of an epoll instance.
    info: Option<FdInfo>,
    /// When it is probed without an event, and how often it was since something new was observed.
    pub(crate) again: Option<(Instant, usize)>,
}

impl Watched {
    /// Nothing was observed of it yet.
    pub(crate) fn new(target: ProbeTarget) -> Self {
        let is_epoll = target.kind == Kind::Epoll;
        Self {
            target,
            last: Observation::default(),
            urgent: Urgent::default(),
            info: is_epoll.then(|| FdInfo::open(target.fd)).flatten(),
            again: None,
        }
    }

    /// Probes it.
    pub(crate) fn observe(&mut self, addresses: bool) -> Observation {
        let mut seen = observe(&self.target, addresses);
        if let Some(counted) = seen.unread {
            seen.unread = Some(unread(&self.target, counted, seen.tcp, &mut self.urgent));
        }
        seen.interest = self
            .info
            .as_ref()
            .and_then(|info| info.read(self.target.fd));
        seen
    }

    /// Whether only epoll shows that connections wait: the kernel reports nothing else about the queue of AF_UNIX.
    pub(crate) fn is_unix_listener(&self) -> bool {
        self.target.domain == Domain::UNIX && self.last.unread.is_none()
    }

    /// Begins to probe it repeatedly if packets may be dropped, or once more if data waits.
    pub(crate) fn loses(&mut self, now: Instant) -> bool {
        self.schedule(now, true);
        self.again.is_some()
    }

    /// Schedules another probe while packets may be dropped, or data may come, without an event; and one after data has
    /// come: a call that sleeps takes it without an event.
    pub(crate) fn schedule(&mut self, now: Instant, is_news: bool) {
        let step = match self.again {
            Some((_, step)) if !is_news => step + 1,
            _ => 0,
        };
        let waits_for_more = waits_for_more(&self.target);
        let most = if waits_for_more {
            OFTEN
        } else {
            PAUSES.len() - 1
        };
        let pause = PAUSES[step.min(most)];
        let looks_again = is_news && has_unread(&self.last) || waits_for_more;
        self.again = (looks_again || loses_silently(&self.last)).then(|| (now + pause, step));
    }

    /// What an epoll instance watches, when that is not what was observed last.
    pub(crate) fn changed_epoll(&mut self) -> Option<Observation> {
        self.info.as_ref()?;
        let seen = self.observe(false);
        if seen == self.last {
            return None;
        }
        self.last = seen.clone();
        Some(seen)
    }
}

/// Whether data waits that a call which is under way may take.
fn has_unread(seen: &Observation) -> bool {
    seen.unread.is_some_and(|unread| unread > 0)
}

/// Whether less data than SO_RCVLOWAT may wait, which epoll does not report.
fn waits_for_more(target: &ProbeTarget) -> bool {
    let is_stream = target.kind == Kind::Stream;
    let least = is_stream.then(|| low_water_mark(target.fd)).flatten();
    least.is_some_and(|least| least > 1)
}

/// Whether packets that come to a socket may be thrown away: its buffer is nearly full, or no connection finds a place.
fn loses_silently(seen: &Observation) -> bool {
    let is_full = seen.waiting.is_some_and(|queue| queue.length > queue.limit);
    is_full || seen.memory.is_some_and(|memory| memory.is_nearly_full())
}
