//! A connection that outlives its descriptor: the kernel ends it by itself, RFC 9293 section 3.6.

use std::time::Duration;

use crate::event::{End, Endpoints, Other, Owner, Seen, Timer, Timestamp};
use crate::socket::TcpState;
use crate::world::Socket;
use crate::world::history::History;

/// What the kernel reported about the connection of a closed socket, as long as it had it.
#[derive(Debug, Clone, Default)]
pub struct Orphan {
    /// What the kernel's table showed, and when it was asked.
    pub observations: History<(Timestamp, End)>,
    /// When it was seen to be gone.
    pub gone: Option<Timestamp>,
}

/// One state of an orphan.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrphanState {
    /// The state.
    pub state: TcpState,
    /// The running timer, with the time left at that moment.
    pub timer: Option<Timer>,
}

impl Orphan {
    /// Its state at a moment; before the first observation, as it was first seen.
    pub fn at(&self, moment: Timestamp) -> Option<OrphanState> {
        let before = self.observations.iter().rev().find(|(at, _)| *at <= moment);
        let (at, end) = before.or_else(|| self.observations.first())?;
        Some(OrphanState {
            state: end.state,
            timer: end.timer.map(|timer| running(timer, *at, moment)),
        })
    }
}

/// A timer seen at one moment, with the time left at a later one.
pub fn running(timer: Timer, seen: Timestamp, now: Timestamp) -> Timer {
    Timer {
        left: timer.left.saturating_sub(now.since(seen)),
        ..timer
    }
}

impl Socket {
    /// The kernel's state of a socket whose descriptor here is closed while somebody else has one, and who that is.
    pub fn state_elsewhere(&self) -> Option<(TcpState, &Seen<Owner>)> {
        let (_, endpoints) = self.endpoints.as_deref().filter(|_| !self.is_open())?;
        Some((endpoints.own.as_ref()?.state, endpoints.elsewhere.as_ref()?))
    }

    /// Its state as an orphan now.
    pub fn orphan_state(&self, now: Timestamp) -> Option<OrphanState> {
        let orphan = self
            .orphan
            .as_ref()
            .filter(|orphan| orphan.gone.is_none())?;
        orphan.at(now)
    }

    /// Whether it was an orphan and is gone by now.
    pub fn is_orphan_gone(&self) -> bool {
        self.orphan
            .as_ref()
            .is_some_and(|orphan| orphan.gone.is_some())
    }

    /// The time until the first of its countdowns ends.
    pub fn countdown(&self, now: Timestamp) -> Option<Duration> {
        let (seen, endpoints) = self
            .endpoints
            .as_deref()
            .filter(|_| !self.is_orphan_gone())?;
        let left = endpoints
            .timers()
            .map(|timer| running(*timer, *seen, now).left);
        left.filter(|left| !left.is_zero() && *left < COUNTED).min()
    }

    /// Notes when TIME_WAIT begins and ends while the descriptor is open, which says CLOSE all that time.
    fn note_time_wait(&mut self, at: Timestamp, endpoints: &Endpoints) {
        let waits = endpoints.own.as_ref().map(|own| own.state) == Some(TcpState::TimeWait);
        let state = if waits {
            TcpState::TimeWait
        } else {
            TcpState::Close
        };
        let last = self.table_path.last().map(|(_, state)| *state);
        if last.unwrap_or(TcpState::Close) != state {
            self.table_path.push((at, state));
        }
    }

    /// Records what the kernel reported about both ends.
    pub(crate) fn take_endpoints(&mut self, at: Timestamp, endpoints: &Endpoints) {
        self.note_retransmits(at, endpoints);
        self.endpoints = Some(Box::new((at, endpoints.clone())));
        if let Some(Other::There { end, owner }) = endpoints.other.value() {
            self.other_before = Some((end.receive, owner.clone()));
        }
        if self.is_open() {
            self.note_time_wait(at, endpoints);
            return;
        }
        if self.elsewhere.is_none() {
            self.elsewhere.clone_from(&endpoints.elsewhere);
        }
        match (&endpoints.own, endpoints.orphaned_state(), &mut self.orphan) {
            (Some(end), Some(_), orphan) => {
                let orphan = orphan.get_or_insert_default();
                orphan.observations.push((at, end.clone()));
            }
            (_, None, Some(orphan)) => orphan.gone = orphan.gone.or(Some(at)),
            _ => {}
        }
    }
}

/// Longer timers are not counted down, since nobody waits for them: a keepalive of two hours.
pub const COUNTED: Duration = Duration::from_secs(121);
