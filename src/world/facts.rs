//! What explains a call. It is found when the call has ended and is kept with its record, so later events do not change
//! it.
//!
//! The world only keeps the facts; [`crate::explain::fold`] finds them, and completes them with what the kernel shows
//! just afterwards:
//!
//! - about the socket of the call and its peer, until the next call on that socket begins;
//! - about any other socket, if the call failed less than a second ago: the address that bind(2) could not get may
//!   belong to a connection that the kernel had not been asked about yet.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use crate::event::{CallId, DescriptorId, Event, EventKind, Timestamp};
use crate::world::claim::Claim;
use crate::world::{Handle, World};

/// What explains a call that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The number of the rule that applies. `None`: none does.
    pub rule: Option<u16>,
    /// The values of the placeholders in its text, in order. `None`: not known.
    pub values: Box<[Option<Box<str>>]>,
    /// The causes that it states.
    pub claims: Box<[Claim]>,
    /// For a call that returns the result of another one: the words that name that call.
    pub collected: Option<Box<str>>,
    /// Where its address comes from: the sentence about the look-up just before it.
    pub looked_up: Option<Box<str>>,
    /// Where to read more.
    pub source: &'static str,
}

/// For how long after a failed call the state of other sockets completes its facts.
const COMPLETED_WITHIN: Duration = Duration::from_secs(1);

/// The newest calls that failed, oldest first.
#[derive(Debug, Clone, Default)]
pub(crate) struct Failures(VecDeque<(Timestamp, CallId)>);

impl Failures {
    /// How many are remembered.
    const MOST: usize = 8;

    /// Notes a call that failed.
    pub(crate) fn note(&mut self, at: Timestamp, call: CallId) {
        if self.0.len() == Self::MOST {
            self.0.pop_front();
        }
        self.0.push_back((at, call));
    }

    /// Those whose facts may still be completed.
    fn recent(&self, now: Timestamp) -> impl Iterator<Item = CallId> {
        let all = self.0.iter().rev();
        let recent = all.take_while(move |(at, _)| now.since(*at) < COMPLETED_WITHIN);
        recent.map(|(_, call)| *call)
    }
}

impl World {
    /// Stores what explains a call.
    pub(crate) fn keep_facts(&mut self, call: CallId, facts: Facts) {
        let facts = self.shared.facts.shared(Arc::new(facts));
        self.update(call, |record| record.facts = Some(facts));
    }

    /// The calls whose facts an event completes, once it was folded in.
    pub(crate) fn completed_by(&self, event: &Event) -> Vec<CallId> {
        match &event.what {
            EventKind::Returned { call, .. }
            | EventKind::Refused { call, .. }
            | EventKind::Abandoned { call, .. }
            | EventKind::AddressOwner { call, .. }
            | EventKind::PathFile { call, .. }
            | EventKind::Evidence { call, .. } => vec![*call],
            EventKind::Observed { descriptor, .. } => self.newest_at(*descriptor).collect(),
            EventKind::Endpoints { descriptor, .. } | EventKind::Closed { descriptor } => {
                let mut calls: Vec<CallId> = self.newest_at(*descriptor).collect();
                calls.extend(self.failures.recent(event.at));
                calls
            }
            EventKind::Renamed { descriptor, .. } => {
                let created_by = self.descriptor(*descriptor).map(Handle::created_by);
                created_by
                    .into_iter()
                    .chain(self.newest_at(*descriptor))
                    .collect()
            }
            EventKind::Asked(_)
            | EventKind::MadeAs { .. }
            | EventKind::Held { .. }
            | EventKind::Process(_)
            | EventKind::Entered { .. }
            | EventKind::Blocked { .. }
            | EventKind::Cancelling { .. }
            | EventKind::Progress { .. }
            | EventKind::Created(_)
            | EventKind::Capturing(_)
            | EventKind::Captured { .. } => Vec::new(),
        }
    }

    /// The newest calls that have ended on a descriptor and on its peer.
    fn newest_at(&self, descriptor: DescriptorId) -> impl Iterator<Item = CallId> {
        let own = self.descriptor(descriptor);
        let peer = own.and_then(|own| self.peer(own));
        let both = [own, peer].into_iter().flatten();
        both.filter_map(|handle| handle.file.newest)
    }
}
