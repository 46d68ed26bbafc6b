//! The moments at which a call had ended, in the order in which the calls ended.
//!
//! A moment includes what was seen of the sockets just after the call: the segments that it sent, what arrived at the
//! other end. It ends when something else happens, or after a second.

use std::collections::VecDeque;
use std::time::Duration;

use crate::event::{CallId, Event, EventKind, Timestamp};
use crate::history::REACH;

/// How long what is seen after a call belongs to its moment.
const SETTLES: Duration = Duration::from_secs(1);

/// A moment after a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Moment {
    /// The call.
    pub call: CallId,
    /// How many events had happened.
    pub events: u64,
    /// When it ended.
    pub(crate) ended: Timestamp,
    /// When the last of those events happened.
    pub at: Timestamp,
}

/// The moments of a session. They have numbers from 0, which stay valid; the oldest are forgotten.
#[derive(Debug, Clone, Default)]
pub struct Moments {
    kept: VecDeque<Moment>,
    forgotten: usize,
    /// How many events there were.
    events: u64,
    /// Whether nothing but observations followed the last one.
    lasts: bool,
}

impl Moments {
    /// Takes in the next event.
    pub fn take(&mut self, event: &Event) {
        self.events += 1;
        match what(&event.what) {
            What::Ends(call) => self.end(call, event.at),
            What::Seen => self.see(event.at),
            What::Other => self.lasts = false,
        }
        let oldest = |moment: &&Moment| moment.events + REACH <= self.events;
        if self.kept.front().filter(oldest).is_some() {
            self.kept.pop_front();
            self.forgotten += 1;
        }
    }

    fn end(&mut self, call: CallId, at: Timestamp) {
        // A query that is repeated until it shows what is expected is one line of the log.
        if self.kept.back().is_some_and(|last| last.call == call) {
            self.kept.pop_back();
        }
        self.kept.push_back(Moment {
            call,
            events: self.events,
            ended: at,
            at,
        });
        self.lasts = true;
    }

    fn see(&mut self, at: Timestamp) {
        let last = self.kept.back_mut().filter(|_| self.lasts);
        if let Some(last) = last.filter(|last| at.since(last.ended) <= SETTLES) {
            last.events = self.events;
            last.at = last.at.max(at);
        }
    }

    /// How many there were.
    pub fn len(&self) -> usize {
        self.forgotten + self.kept.len()
    }

    /// Whether no call has ended yet.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of the oldest that is kept.
    pub fn first(&self) -> usize {
        self.forgotten
    }

    /// A moment by its number.
    pub fn get(&self, number: usize) -> Option<&Moment> {
        self.kept.get(number.checked_sub(self.forgotten)?)
    }

    /// The number of the moment after a call. `None`: it has not ended, or that is too long ago.
    pub fn of(&self, call: CallId) -> Option<usize> {
        let mut kept = self.kept.iter();
        Some(self.forgotten + kept.rposition(|moment| moment.call == call)?)
    }

    /// The moment that follows another one.
    pub(crate) fn after(&self, moment: &Moment) -> Option<&Moment> {
        self.kept
            .get(self.kept.partition_point(|own| own.events <= moment.events))
    }

    /// The number of the moment before the present.
    pub fn before_present(&self) -> Option<usize> {
        // The last one is the present until something else happens.
        let same = usize::from(self.lasts);
        let last = self.len().checked_sub(1 + same)?;
        (last >= self.forgotten).then_some(last)
    }
}

/// What an event is for the moments.
enum What {
    /// A call has ended.
    Ends(CallId),
    /// Something was seen.
    Seen,
    /// Something else.
    Other,
}

fn what(event: &EventKind) -> What {
    match event {
        EventKind::Returned { call, .. }
        | EventKind::Refused { call, .. }
        | EventKind::Abandoned { call, .. } => What::Ends(*call),
        EventKind::Observed { .. }
        | EventKind::Endpoints { .. }
        | EventKind::AddressOwner { .. }
        | EventKind::PathFile { .. }
        | EventKind::Evidence { .. }
        | EventKind::Captured { .. }
        | EventKind::Capturing(_)
        | EventKind::Progress { .. }
        | EventKind::Renamed { .. } => What::Seen,
        EventKind::Asked(_)
        | EventKind::MadeAs { .. }
        | EventKind::Held { .. }
        | EventKind::Process(_)
        | EventKind::Entered { .. }
        | EventKind::Blocked { .. }
        | EventKind::Cancelling { .. }
        | EventKind::Created(_)
        | EventKind::Closed { .. } => What::Other,
    }
}
