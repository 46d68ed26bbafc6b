//! What is shown may be outdated where the kernel is asked only while a process makes a call: about what only a child has,
//! where no copy of the child's descriptor can be asked, and about the epoll instances of traced programs.

use std::fmt;

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

impl AsOf<'_> {
    /// `as of 12.345`, in seconds since the session began, or that it is not available.
    pub fn when(&self) -> String {
        match self.at {
            Some(Timestamp(nanos)) => {
                let (seconds, millis) = (nanos / 1_000_000_000, nanos / 1_000_000 % 1000);
                format!("as of {seconds}.{millis:03}")
            }
            None => "unavailable".to_owned(),
        }
    }
}

impl fmt::Display for AsOf<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.when(), self.reason)
    }
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

#[cfg(test)]
mod tests {
    use crate::event::{
        CallId, DescriptorId, Event, EventKind, Identity, NewDescriptor, Observation, Origin,
        ProcessEvent,
    };
    use crate::socket::{Domain, Protocol, SocketType};
    use crate::world::outdated::*;

    const OWN: DescriptorId = DescriptorId(1);
    const COPY: DescriptorId = DescriptorId(2);

    fn created(descriptor: DescriptorId, origin: Origin) -> EventKind {
        EventKind::Created(NewDescriptor {
            same_file: None,
            identity: Identity::default(),
            descriptor,
            call: CallId(0),
            fd: 3,
            name: None,
            kind: Kind::Datagram,
            domain: Domain::INET,
            socket_type: SocketType::DGRAM,
            protocol: Protocol(0),
            origin,
        })
    }

    #[test]
    fn only_what_no_other_process_has_is_outdated_and_only_while_no_copy_may_be_made() {
        let mut world = World::default();
        let mut happens = |millis: u64, source, what| {
            let at = Timestamp(millis * 1_000_000);
            world.apply(&Event { at, source, what });
            let copy = world.descriptor(COPY)?;
            world.as_of(copy).map(|as_of| as_of.to_string())
        };
        let (session, child) = (Source::Session, Source::Child { pid: 7 });
        let observable = |result| EventKind::Process(ProcessEvent::Observable(result));
        let forked = ProcessEvent::Forked {
            call: CallId(1),
            name: None,
        };
        happens(1, session, created(OWN, Origin::Created));
        happens(2, child, EventKind::Process(forked));
        happens(3, child, created(COPY, Origin::Inherited(OWN)));
        let denied = observable(Err("no copy".into()));
        assert_eq!(happens(4, child, denied), None, "the session has it too");
        let closed = EventKind::Closed { descriptor: OWN };
        let shown = happens(5, session, closed);
        assert_eq!(shown.as_deref(), Some("unavailable: no copy"));
        let seen = EventKind::Observed {
            descriptor: COPY,
            seen: Observation::default(),
        };
        let shown = happens(1006, child, seen);
        assert_eq!(shown.as_deref(), Some("as of 1.006: no copy"));
        assert_eq!(happens(1007, child, observable(Ok(()))), None);
    }
}
