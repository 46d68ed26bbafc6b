//! A connection that outlives its descriptor: the kernel ends it by itself, RFC 9293 section 3.6.

use std::time::Duration;

use crate::event::{End, Ends, Other, Stamp, Timer};
use crate::socket::TcpState;
use crate::world::Socket;

/// What the kernel said of a closed socket's connection, as long as it had it.
#[derive(Debug, Clone, Default)]
pub struct Ghost {
    /// Every look at it that showed something else than the one before.
    pub looks: Vec<(Stamp, End)>,
    /// When it was seen to be there no more.
    pub gone: Option<Stamp>,
}

/// One state of a ghost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Haunt {
    /// The state.
    pub state: TcpState,
    /// The timer that runs, with what is left of it at that moment.
    pub timer: Option<Timer>,
}

impl Ghost {
    /// As it was at a moment; before the first look, as it was first seen.
    pub fn at(&self, moment: Stamp) -> Option<Haunt> {
        let before = self.looks.iter().rev().find(|(at, _)| *at <= moment);
        let (at, end) = before.or_else(|| self.looks.first())?;
        Some(Haunt {
            state: end.state,
            timer: end.timer.map(|timer| running(timer, *at, moment)),
        })
    }
}

/// A timer that was seen at one moment, at a later one.
pub fn running(timer: Timer, seen: Stamp, now: Stamp) -> Timer {
    Timer {
        left: timer.left.saturating_sub(now.since(seen)),
        ..timer
    }
}

impl Socket {
    /// The ghost that it is now.
    pub fn haunt(&self, now: Stamp) -> Option<Haunt> {
        let ghost = self.ghost.as_ref().filter(|ghost| ghost.gone.is_none())?;
        ghost.at(now)
    }

    /// Whether it was a ghost, and that has gone too.
    pub fn is_forgotten(&self) -> bool {
        self.ghost
            .as_ref()
            .is_some_and(|ghost| ghost.gone.is_some())
    }

    /// The shortest time after which a countdown about it is over.
    pub fn countdown(&self, now: Stamp) -> Option<Duration> {
        let (seen, ends) = self.ends.as_ref().filter(|_| !self.is_forgotten())?;
        let left = ends.timers().map(|timer| running(*timer, *seen, now).left);
        left.filter(|left| !left.is_zero() && *left < COUNTED).min()
    }

    /// Notes when TIME_WAIT begins and ends while the descriptor is open: that says CLOSE all the while.
    fn note_time_wait(&mut self, at: Stamp, ends: &Ends) {
        let waits = ends.own.as_ref().map(|own| own.state) == Some(TcpState::TimeWait);
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

    /// Takes in what the kernel said of both ends.
    pub(crate) fn take_ends(&mut self, at: Stamp, ends: &Ends) {
        self.note_resent(at, ends);
        self.ends = Some((at, ends.clone()));
        if let Some(Other::There { end, owner }) = ends.other.value() {
            self.other_before = Some((end.receive, owner.clone()));
        }
        if self.is_open() {
            self.note_time_wait(at, ends);
            return;
        }
        match (&ends.own, ends.haunts(), &mut self.ghost) {
            (Some(end), Some(_), ghost) => {
                let ghost = ghost.get_or_insert_default();
                ghost.looks.push((at, end.clone()));
            }
            (_, None, Some(ghost)) => ghost.gone = ghost.gone.or(Some(at)),
            _ => {}
        }
    }
}

/// A timer that is longer is none that one waits for: a keepalive of two hours.
pub const COUNTED: Duration = Duration::from_secs(121);
