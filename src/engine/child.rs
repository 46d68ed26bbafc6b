//! A child of this process as the engine knows it: how it is reached, what descriptors it has, how it ended.
//!
//! The thread that made it makes its calls, one at a time, as long as it is there: when that thread ends, the kernel ends
//! the child (PR_SET_PDEATHSIG). Another thread waits for its end.

use std::collections::HashMap;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use crate::engine::entry::Entry;
use crate::engine::inbox::IoThread;
use crate::engine::last_seen::LastSeen;
use crate::event::{DescriptorId, EndStatus, Source};
use crate::sys::child::Link;

/// A child that fork(2) has just made, and the descriptors that it has copies of.
pub(crate) type Forked = (Arc<Link>, Vec<(DescriptorId, Entry)>);

/// How many children a session may have that were not waited for.
pub(crate) const MOST_CHILDREN: usize = 16;

/// How long is waited for how a child ended that is known to have ended.
const STATUS_LIMIT: Duration = Duration::from_secs(1);

/// A child.
#[derive(Debug)]
pub(crate) struct Child {
    /// How its calls are made.
    pub(crate) link: Arc<Link>,
    /// The thread that makes them.
    pub(crate) thread: IoThread,
    descriptors: Mutex<HashMap<DescriptorId, Entry>>,
    seen: Mutex<LastSeen>,
    ended: (Mutex<Option<EndStatus>>, Condvar),
}

impl Child {
    pub(crate) fn new(
        link: Arc<Link>,
        thread: IoThread,
        descriptors: HashMap<DescriptorId, Entry>,
    ) -> Self {
        Self {
            link,
            thread,
            descriptors: Mutex::new(descriptors),
            seen: Mutex::default(),
            ended: Default::default(),
        }
    }

    /// Its number.
    pub(crate) fn pid(&self) -> i32 {
        self.link.pid()
    }

    /// Whose its events are.
    pub(crate) fn source(&self) -> Source {
        Source::Child { pid: self.pid() }
    }

    /// Its descriptors, closed ones too.
    pub(crate) fn descriptors(&self) -> MutexGuard<'_, HashMap<DescriptorId, Entry>> {
        self.descriptors
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What was observed of them last. While it is locked, nothing else is observed of them, and none is copied.
    pub(crate) fn seen(&self) -> MutexGuard<'_, LastSeen> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether a descriptor is open.
    pub(crate) fn has(&self, id: DescriptorId) -> bool {
        self.descriptors().get(&id).is_some_and(|entry| entry.open)
    }

    /// The open one with a number.
    pub(crate) fn with_number(&self, fd: i32) -> Option<DescriptorId> {
        let descriptors = self.descriptors();
        let mut open = descriptors.iter().filter(|(_, entry)| entry.open);
        let found = open.find(|(_, entry)| entry.target.fd == fd);
        found.map(|(id, _)| *id)
    }

    /// Notes how it ended. Gives whether that was not known.
    pub(crate) fn note_end(&self, status: EndStatus) -> bool {
        let (lock, known) = &self.ended;
        let mut ended = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let is_new = ended.is_none();
        ended.get_or_insert(status);
        known.notify_all();
        is_new
    }

    /// How it ended, once it is known to have ended.
    pub(crate) fn end_status(&self) -> Option<EndStatus> {
        let (lock, known) = &self.ended;
        let ended = lock.lock().unwrap_or_else(PoisonError::into_inner);
        let waited = known.wait_timeout_while(ended, STATUS_LIMIT, |ended| ended.is_none());
        *waited.unwrap_or_else(PoisonError::into_inner).0
    }
}
