//! What explains a call, found when it has ended and kept with its record: later events change the world and not this.
//!
//! The world only keeps the facts; [`crate::explain::fold`] finds them. Those of the newest call that has ended on an open
//! file description are completed by what the kernel shows of it, until the next call on it begins.

use std::sync::Arc;

use crate::event::{CallId, DescriptorId, Event, EventKind};
use crate::world::claim::Claim;
use crate::world::{Handle, World};

/// What explains a call that has ended.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Facts {
    /// The number of the rule that fits. `None`: none does.
    pub rule: Option<u16>,
    /// What the placeholders of its text stand for, in their order. `None`: it is not known.
    pub values: Box<[Option<Box<str>>]>,
    /// What it states as causes.
    pub claims: Box<[Claim]>,
    /// Of a call that gives the result of another one: the words that name that one.
    pub collected: Option<Box<str>>,
    /// Where to read more.
    pub source: &'static str,
}

impl World {
    /// Keeps what explains a call.
    pub(crate) fn keep_facts(&mut self, call: CallId, facts: Facts) {
        let facts = self.shared.facts.shared(Arc::new(facts));
        self.update(call, |record| record.facts = Some(facts));
    }

    /// The calls whose facts an event completes, after it was taken in.
    pub(crate) fn completed_by(&self, event: &Event) -> Vec<CallId> {
        match &event.what {
            EventKind::Returned { call, .. }
            | EventKind::Refused { call, .. }
            | EventKind::AddressOwner { call, .. }
            | EventKind::PathFile { call, .. } => vec![*call],
            EventKind::Observed { descriptor, .. }
            | EventKind::Ends { descriptor, .. }
            | EventKind::Closed { descriptor } => self.newest_at(*descriptor).collect(),
            EventKind::Renamed { descriptor, .. } => {
                let made_by = self.descriptor(*descriptor).map(Handle::made_by);
                made_by
                    .into_iter()
                    .chain(self.newest_at(*descriptor))
                    .collect()
            }
            EventKind::Asked(_)
            | EventKind::Entered { .. }
            | EventKind::Blocked { .. }
            | EventKind::Cancelling { .. }
            | EventKind::Progress { .. }
            | EventKind::Created(_)
            | EventKind::Capturing(_)
            | EventKind::Captured { .. } => Vec::new(),
        }
    }

    /// The newest calls that have ended at a descriptor and at its peer.
    fn newest_at(&self, descriptor: DescriptorId) -> impl Iterator<Item = CallId> {
        let own = self.descriptor(descriptor);
        let peer = own.and_then(|own| self.peer(own));
        let both = [own, peer].into_iter().flatten();
        both.filter_map(|handle| handle.file.newest)
    }
}
