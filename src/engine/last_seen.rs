//! What was observed last of the descriptors of a child, so that only what is new is reported.

use std::collections::{HashMap, HashSet};

use crate::event::{DescriptorId, InterestList, Observation};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::unread::{Urgent, unread};

/// What was observed last of the descriptors of a child.
#[derive(Debug, Default)]
pub(crate) struct LastSeen {
    seen: HashMap<DescriptorId, (Observation, Urgent)>,
    /// Those that a call is about to close: no copy may be made of them.
    closing: HashSet<DescriptorId>,
}

impl LastSeen {
    /// Notes what a call of the child has shown.
    pub(crate) fn note(&mut self, id: DescriptorId, seen: &Observation) {
        let last = &mut self.seen.entry(id).or_default().0;
        *last = without_addresses(seen.clone());
    }

    /// Forgets what was seen: the next observation is new.
    pub(crate) fn forget(&mut self, id: DescriptorId) {
        self.seen.remove(&id);
    }

    /// Notes that a call is about to close it, or has returned.
    pub(crate) fn closes(&mut self, id: DescriptorId, is_closing: bool) {
        match is_closing {
            true => self.closing.insert(id),
            false => self.closing.remove(&id),
        };
    }

    /// Whether a call is about to close it.
    pub(crate) fn is_closing(&self, id: DescriptorId) -> bool {
        self.closing.contains(&id)
    }

    /// What is observed of it, where that is new.
    pub(crate) fn news(&mut self, id: DescriptorId, target: &ProbeTarget) -> Option<Observation> {
        let is_first = !self.seen.contains_key(&id);
        let (last, urgent) = self.seen.entry(id).or_default();
        let mut seen = crate::kernel::observe::observe(target, true);
        if let Some(counted) = seen.unread {
            seen.unread = Some(unread(target, counted, seen.tcp, urgent));
        }
        let before = std::mem::replace(last, without_addresses(seen.clone()));
        (is_first || before != *last).then_some(seen)
    }

    /// What an epoll instance watches, where that is new.
    pub(crate) fn new_interest(
        &mut self,
        id: DescriptorId,
        list: InterestList,
    ) -> Option<Observation> {
        let interest = Some(list);
        let (last, _) = self.seen.entry(id).or_default();
        if last.interest == interest {
            return None;
        }
        last.interest.clone_from(&interest);
        Some(Observation {
            interest,
            ..Observation::default()
        })
    }
}

/// What may change by itself: new addresses come with a new state.
fn without_addresses(seen: Observation) -> Observation {
    Observation {
        local: None,
        peer: None,
        credentials: None,
        hung_up: false,
        ..seen
    }
}
