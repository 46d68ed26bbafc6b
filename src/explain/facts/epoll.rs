//! What an epoll instance watched when a call on it was made: its registrations, as they follow from earlier calls.

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{DescriptorId, Timestamp};
use crate::explain::context::Context;
use crate::explain::facts::descriptions::open_file_description;
use crate::explain::facts::history::description_is_open;
use crate::socket::EpollEvents;
use crate::world::log::Category;
use crate::world::{EpollEntry, Handle, Progress, Record, World};

/// One registration.
#[derive(Debug, Clone)]
pub(crate) struct Registration<'a> {
    /// The number under which it was added.
    pub(crate) fd: i32,
    /// What was added; `None` if it is not one of our descriptors.
    pub(crate) socket: Option<Handle<'a>>,
    /// The requested events, and the flags.
    pub(crate) events: EpollEvents,
    /// Whether epoll_wait() reported it since it was added or changed.
    pub(crate) reported: bool,
}

impl Registration<'_> {
    fn is_edge_triggered(&self) -> bool {
        self.events.contains(libc::EPOLLET)
    }

    /// Whether EPOLLONESHOT has disarmed it.
    pub(crate) fn is_disarmed(&self) -> bool {
        self.reported && self.events.contains(libc::EPOLLONESHOT)
    }
}

impl<'a> Context<'a> {
    /// What the epoll instance of the call watched when the call ended, without the effect of the call itself.
    pub(crate) fn registrations(&self) -> Vec<Registration<'a>> {
        self.socket
            .map_or_else(Vec::new, |epoll| self.watched_by(epoll.id()))
    }

    /// What an epoll instance watched when the call ended.
    pub(crate) fn watched_by(&self, epoll: DescriptorId) -> Vec<Registration<'a>> {
        let source = open_file_description(self.world, epoll);
        let mut calls: Vec<(Timestamp, &Record, &Outcome)> = self
            .world
            .log()
            .in_category(source, Category::Epoll)
            .filter(|record| record.id() != self.record.id())
            .filter_map(|record| match &record.progress {
                Progress::Returned { at, outcome } => Some((*at, record, &**outcome)),
                _ => None,
            })
            .filter(|(at, ..)| *at <= self.at)
            .collect();
        calls.sort_by_key(|(at, ..)| *at);
        let mut list = Vec::new();
        for (_, record, outcome) in calls {
            apply(self.world, &mut list, record, outcome);
        }
        // A registration lasts until the last descriptor of the registered file is closed.
        list.retain(|entry: &Registration<'_>| {
            entry
                .socket
                .is_none_or(|socket| description_is_open(self.world, socket.id(), self.at))
        });
        list
    }

    /// The registration of the target of epoll_ctl() before the call.
    pub(crate) fn registered(&self) -> Option<Registration<'a>> {
        let Call::EpollCtl { target, .. } = self.call() else {
            return None;
        };
        let fd = number(target)?;
        let socket = self.record.request.others.first();
        self.registrations()
            .into_iter()
            .rfind(|entry| entry.fd == fd && entry.socket.map(Handle::id) == socket.copied())
    }

    /// The epoll instance that the call is to watch, if that watches the instance of the call.
    pub(crate) fn watched_back(&self) -> Option<Handle<'a>> {
        let Call::EpollCtl { .. } = self.call() else {
            return None;
        };
        let target = self
            .world
            .descriptor(*self.record.request.others.first()?)?;
        let own = self.socket?.file_id();
        let list = self.watched_by(target.id());
        let mut watched = list.iter().filter_map(|entry| entry.socket);
        watched
            .any(|entry| entry.file_id() == own)
            .then_some(target)
    }

    /// The registration of the same file under another number than that of the target of epoll_ctl().
    pub(crate) fn registered_as(&self) -> Option<Handle<'a>> {
        let Call::EpollCtl { .. } = self.call() else {
            return None;
        };
        let source = open_file_description(self.world, *self.record.request.others.first()?);
        let mut list = self.registrations().into_iter();
        list.find_map(|entry| {
            entry
                .socket
                .filter(|socket| open_file_description(self.world, socket.id()) == source)
        })
    }

    /// A registration that is ready and was not reported because its edge was reported before: a socket that was not
    /// read until EAGAIN.
    pub(crate) fn overlooked(&self) -> Option<Registration<'a>> {
        let list = self.registrations();
        list.into_iter().find(|entry| {
            entry.is_edge_triggered()
                && entry.reported
                && !entry.is_disarmed()
                && (self.has_unread(entry)
                    || self.seen(entry).is_some_and(EpollEntry::is_overlooked))
        })
    }

    /// A registration that is not reported because EPOLLONESHOT disarmed it.
    pub(crate) fn disarmed(&self) -> Option<Registration<'a>> {
        let list = self.registrations();
        list.into_iter().find(|entry| {
            entry.is_disarmed() || self.seen(entry).is_some_and(EpollEntry::is_disarmed)
        })
    }

    fn has_unread(&self, entry: &Registration<'a>) -> bool {
        entry.events.contains(libc::EPOLLIN) && self.about(entry.socket).unread_here().is_some()
    }

    /// The same registration as the kernel showed it last.
    fn seen(&self, entry: &Registration<'_>) -> Option<&'a EpollEntry> {
        let epoll = self.socket?;
        epoll.epoll()?.interest.iter().find(|watched| {
            watched.seen.fd == entry.fd && watched.descriptor == entry.socket.map(Handle::id)
        })
    }
}

fn apply<'a>(
    world: &'a World,
    list: &mut Vec<Registration<'a>>,
    record: &Record,
    outcome: &Outcome,
) {
    if let (
        Call::EpollCtl {
            op, target, events, ..
        },
        Ok(_),
    ) = (&*record.request.call, &outcome.result)
    {
        let Some(fd) = number(target) else { return };
        let id = record.request.others.first();
        let socket = id.and_then(|id| world.descriptor(*id));
        list.retain(|entry| {
            entry.fd != fd || entry.socket.map(Handle::id) != socket.map(Handle::id)
        });
        if op.0 != libc::EPOLL_CTL_DEL {
            list.push(Registration {
                fd,
                socket,
                events: *events,
                reported: false,
            });
        }
    } else if record.request.call.call_kind().waits_on_epoll()
        && let Ok(Returned::Ready(ready)) = &outcome.result
    {
        for (reported, _) in ready {
            let named = |entry: &Registration<'_>| match reported {
                Descriptor::Named(name) => entry.socket.is_some_and(|own| own.name() == name),
                Descriptor::Raw(fd) => entry.fd == *fd,
            };
            if let Some(entry) = list.iter_mut().rfind(|entry| named(entry)) {
                entry.reported = true;
            }
        }
    }
}

fn number(descriptor: &Descriptor) -> Option<i32> {
    match descriptor {
        Descriptor::Raw(fd) => Some(*fd),
        Descriptor::Named(_) => None,
    }
}
