//! What is shown may be outdated where the kernel is asked only while a process makes a call: about what only a child has,
//! where no copy of the child's descriptor can be asked, and about the epoll instances of traced programs.

use crate::event::{Source, Timestamp};
use crate::socket::Kind;
use crate::world::{Handle, World};

/// Why an epoll instance of a traced program may be outdated.
const OF_TRACED: &str = "the kernel is asked only when the program makes a call on it";
/// Why that of a traced program is not known.
const DENIED: &str = "pidfd_getfd() or /proc/PID/fdinfo of the program is denied";
/// Why that of a program that strace(1) has traced is not known.
const OF_STRACE: &str = "strace does not print the interest list";

/// When something was observed that cannot be observed at any moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AsOf<'a> {
    /// When. `None`: never.
    pub at: Option<Timestamp>,
    /// Why it cannot be observed now.
    pub reason: &'a str,
}

impl World {
    /// When the kernel was last asked about what a descriptor refers to, where it is asked only while a process makes a call
    /// on it. `None`: it is asked whenever something happens, or the descriptor is closed.
    pub fn as_of(&self, own: Handle<'_>) -> Option<AsOf<'_>> {
        let file = self.open_file(own.file_id()).filter(|_| own.is_open())?;
        let mut open = self.descriptors_of(file.id).filter(|it| it.is_open());
        let is_seen = |it: Handle<'_>| self.unobservable(it).is_none();
        let reason = self.unobservable(own)?;
        let at = file.seen;
        (!open.any(is_seen)).then_some(AsOf { at, reason })
    }

    /// Why the kernel is asked only at the calls of its process.
    fn unobservable(&self, own: Handle<'_>) -> Option<&str> {
        let process = self.process_of(own)?;
        match process.source {
            Source::Child { .. } => process.unobservable.as_deref(),
            Source::Traced { .. } | Source::Recording { .. } if own.kind() != Kind::Epoll => None,
            Source::Traced { .. } if own.was_seen() => Some(OF_TRACED),
            Source::Traced { .. } => Some(DENIED),
            Source::Recording { .. } => Some(OF_STRACE),
            Source::Session => None,
        }
    }
}
