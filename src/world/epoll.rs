//! The interest lists of epoll instances: what the kernel shows of them, and the edges, which it does not show.
//!
//! An edge is pending from the time at which something new happens on a registered descriptor until epoll_wait(2)
//! reports it, epoll(7). It is inferred from the calls and from observations of the target. The kernel only says
//! whether the instance as a whole has something to report; if it has nothing, no edge is pending.

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{DescriptorId, Interest, InterestList, Observation};
use crate::world::{Handle, OpenFile, World};

/// An epoll instance.
#[derive(Debug, Clone, Default)]
pub struct Epoll {
    /// Its interest list, as last seen.
    pub interest: Vec<EpollEntry>,
    /// Whether it had something to report, as last seen.
    pub ready: bool,
}

/// One registration in an epoll instance: what the kernel shows, and what follows from the calls so far.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EpollEntry {
    /// The registration as the kernel shows it.
    pub seen: Interest,
    /// The descriptor that was registered; `None`: it is not known.
    pub descriptor: Option<DescriptorId>,
    /// The edge: whether something happened that epoll_wait(2) has not reported yet. Inferred, since the kernel does
    /// not show its ready list.
    pub edge: bool,
    /// How often epoll_wait(2) reported it.
    pub reported: u32,
    /// Observations and reports arrive in either order: which of the two is ahead.
    pub(crate) balance: EdgeBalance,
}

/// Whether the edges that were observed and those that were reported match.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum EdgeBalance {
    /// They match.
    #[default]
    Even,
    /// An edge was reported that has not been observed yet: the next observation is not a new edge.
    Owed,
    /// An edge was observed, and then observed to be gone: its report is about to arrive.
    Spent,
}

impl EpollEntry {
    /// Whether it is edge-triggered.
    pub fn is_edge_triggered(&self) -> bool {
        self.seen.events.contains(libc::EPOLLET)
    }

    /// Whether it is ready although epoll_wait(2) will not report it until something new happens.
    pub fn is_overlooked(&self) -> bool {
        self.is_ready() && self.is_edge_triggered() && !self.edge
    }

    /// Whether some of its events hold now.
    fn is_ready(&self) -> bool {
        self.seen.now.is_some_and(|now| now.0 != 0)
    }

    /// Whether EPOLLONESHOT has disarmed it: then the kernel keeps only the flags and no events.
    pub fn is_disarmed(&self) -> bool {
        let flags = libc::EPOLLONESHOT | libc::EPOLLET | libc::EPOLLWAKEUP | libc::EPOLLEXCLUSIVE;
        self.seen.events.contains(libc::EPOLLONESHOT) && self.seen.events.0 & !flags == 0
    }
}

/// Whether epoll_wait(2) would report a registration. Inferred, since the kernel does not show its ready list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Readiness {
    /// The descriptor was closed; another of the same socket keeps the registration.
    Gone,
    /// Reported once with EPOLLONESHOT, and not again before EPOLL_CTL_MOD.
    Disarmed,
    /// None of its events hold.
    Quiet,
    /// It is on the ready list.
    Listed,
    /// Its events hold, the edge was reported, and nothing has happened since.
    Overlooked,
}

impl Epoll {
    /// The registrations of an epoll instance, each with its readiness.
    pub fn readiness(&self) -> Vec<(&EpollEntry, Readiness)> {
        let all = self.interest.iter();
        let mut all: Vec<_> = all.map(|own| (own, self.readiness_of(own))).collect();
        let is_explained = all.iter().any(|(_, at)| *at == Readiness::Listed);
        if self.ready && !is_explained {
            // The instance has something to report, so it must be one of those that seemed to have been reported
            // already.
            let overlooked = all
                .iter_mut()
                .filter(|(_, at)| *at == Readiness::Overlooked);
            overlooked.for_each(|(_, at)| *at = Readiness::Listed);
        }
        all
    }

    fn readiness_of(&self, own: &EpollEntry) -> Readiness {
        match own {
            own if own.seen.now.is_none() => Readiness::Gone,
            own if own.is_disarmed() => Readiness::Disarmed,
            own if !own.is_ready() => Readiness::Quiet,
            own if own.is_overlooked() => Readiness::Overlooked,
            _ if self.ready => Readiness::Listed,
            // Anything to be reported would make the instance ready, and it is not.
            own if own.is_edge_triggered() => Readiness::Overlooked,
            _ => Readiness::Quiet,
        }
    }
}

impl EpollEntry {
    /// Something new was observed on the target.
    fn new_edge(&mut self) {
        if self.balance == EdgeBalance::Owed {
            self.balance = EdgeBalance::Even;
        } else {
            self.edge = true;
        }
    }

    /// The instance has nothing to report, so no edge is pending; an edge that was known to be pending is being
    /// reported.
    fn no_edge(&mut self, was_known: bool) {
        if self.edge && was_known {
            self.balance = EdgeBalance::Spent;
        }
        self.edge = false;
    }

    /// epoll_wait(2) reported it.
    fn report(&mut self) {
        self.balance = match self.balance {
            EdgeBalance::Even if !self.edge => EdgeBalance::Owed,
            EdgeBalance::Owed => EdgeBalance::Owed,
            EdgeBalance::Even | EdgeBalance::Spent => EdgeBalance::Even,
        };
        self.edge = false;
        self.reported += 1;
    }
}

impl World {
    /// The registrations of the same descriptor in other epoll instances, with an open descriptor of each instance.
    pub fn also_watched<'a>(
        &'a self,
        epoll: Handle<'a>,
        watched: &'a EpollEntry,
    ) -> impl Iterator<Item = (Handle<'a>, &'a EpollEntry)> {
        let others = self.epolls.iter().copied();
        let others = others.filter(move |other| *other != epoll.file_id());
        let open = others.filter_map(|other| self.descriptors_of(other).find(|own| own.is_open()));
        let same = move |own: &&EpollEntry| {
            own.seen.fd == watched.seen.fd && own.descriptor == watched.descriptor
        };
        open.flat_map(move |other| {
            let interest = other.epoll().into_iter().flat_map(|epoll| &epoll.interest);
            interest.filter(same).map(move |own| (other, own))
        })
    }

    /// Applies the result of a call: epoll_ctl arms a registration, epoll_wait reports it.
    pub(crate) fn note_interest(&mut self, on: DescriptorId, call: &Call, outcome: &Outcome) {
        match (call, &outcome.result) {
            (
                Call::EpollCtl {
                    op,
                    target: Descriptor::Raw(fd),
                    ..
                },
                Ok(_),
            ) if op.0 != libc::EPOLL_CTL_DEL => {
                let target = self.in_table_of(on, *fd);
                for watched in self
                    .watched_mut(on)
                    .filter(|watched| watched.seen.fd == *fd)
                {
                    // EPOLL_CTL_ADD and EPOLL_CTL_MOD poll the descriptor: if it is ready, that is reported.
                    watched.edge = true;
                    watched.balance = EdgeBalance::Even;
                    watched.descriptor = target;
                }
            }
            (call, Ok(Returned::Ready(ready))) if call.call_kind().waits_on_epoll() => {
                let reported: Vec<i32> = ready
                    .iter()
                    .filter_map(|(descriptor, _)| self.number_in(on, descriptor))
                    .collect();
                for watched in self.watched_mut(on) {
                    if reported.contains(&watched.seen.fd) {
                        watched.report();
                    }
                }
            }
            _ => {}
        }
    }

    /// The open descriptor with a number in the process of another descriptor.
    fn in_table_of(&self, other: DescriptorId, fd: i32) -> Option<DescriptorId> {
        let table = self.descriptors.get(&other)?.table;
        self.with_number(table, fd).map(Handle::id)
    }

    /// The number under which a descriptor is registered.
    fn number_in(&self, epoll: DescriptorId, descriptor: &Descriptor) -> Option<i32> {
        match descriptor {
            Descriptor::Raw(fd) => Some(*fd),
            Descriptor::Named(name) => {
                let named = self.named(name)?.id();
                let mut interest = self.descriptor(epoll)?.epoll()?.interest.iter();
                interest
                    .find(|watched| watched.descriptor == Some(named))
                    .map(|watched| watched.seen.fd)
            }
        }
    }

    fn epoll_mut(&mut self, descriptor: DescriptorId) -> Option<&mut Epoll> {
        let file = self.file_of(descriptor)?;
        self.file_mut(file)?.epoll_mut()
    }

    fn watched_mut(&mut self, epoll: DescriptorId) -> impl Iterator<Item = &mut EpollEntry> {
        let epoll = self.epoll_mut(epoll).into_iter();
        epoll.flat_map(|epoll| &mut epoll.interest)
    }

    /// Applies an observation of a socket: more to read, a new state or a longer queue is an edge.
    pub(crate) fn note_edges(&mut self, id: DescriptorId, seen: &Observation) {
        let Some(socket) = self.socket_of(id) else {
            return;
        };
        let more = seen.unread.is_some_and(|unread| unread > socket.unread);
        let longer = match (seen.waiting, socket.waiting) {
            (Some(now), before) => now.length > before.map_or(0, |before| before.length),
            _ => false,
        };
        let moved = seen.tcp.is_some() && seen.tcp != socket.tcp;
        if !(more || longer || moved) {
            return;
        }
        let descriptors = self.open_file(socket.file);
        let descriptors = descriptors.map_or_else(Vec::new, |file| file.descriptors.clone());
        for epoll in &self.epolls {
            let file = self.files.get_mut(epoll.0);
            let epoll = file.and_then(OpenFile::epoll_mut).into_iter();
            let its = |watched: &&mut EpollEntry| {
                watched
                    .descriptor
                    .is_some_and(|own| descriptors.contains(&own))
            };
            for watched in epoll.flat_map(|epoll| &mut epoll.interest).filter(its) {
                watched.new_edge();
            }
        }
    }

    /// Applies an observation of an epoll instance.
    pub(crate) fn watches(&mut self, id: DescriptorId, list: &InterestList) {
        let Some(epoll) = self.epoll_mut(id) else {
            return;
        };
        let before = std::mem::take(&mut epoll.interest);
        let interest = list
            .entries
            .iter()
            .map(|seen| {
                let known = before.iter().find(|watched| watched.seen.fd == seen.fd);
                let descriptor = known.and_then(|watched| watched.descriptor);
                let mut watched = EpollEntry {
                    seen: *seen,
                    descriptor: descriptor.or_else(|| self.in_table_of(id, seen.fd)),
                    edge: known.is_none_or(|watched| watched.edge),
                    reported: known.map_or(0, |watched| watched.reported),
                    balance: known.map_or(EdgeBalance::Even, |watched| watched.balance),
                };
                if !list.ready {
                    watched.no_edge(known.is_some());
                }
                watched
            })
            .collect();
        if let Some(epoll) = self.epoll_mut(id) {
            epoll.interest = interest;
            epoll.ready = list.ready;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::argument::Name;
    use crate::call::outcome::Events;
    use crate::event::{
        CallId, Event, EventKind, Interest, NewDescriptor, Origin, Request, Timestamp,
    };
    use crate::notation::parse_line;
    use crate::socket::{Domain, EpollEvents, Errno, Kind, Protocol, SocketType};
    use crate::world::epoll::*;
    use crate::world::{Readiness, resolve};

    const TARGET: DescriptorId = DescriptorId(1);
    const EPOLL: DescriptorId = DescriptorId(2);
    const EDGE: i32 = libc::EPOLLIN | libc::EPOLLET;

    /// A socket `s` with number 4 and an epoll instance `e` that watches it, in the order in which events come.
    struct Story {
        world: World,
        calls: u64,
    }

    impl Story {
        fn new() -> Self {
            let world = World::default();
            let mut story = Self { world, calls: 0 };
            story.creates(TARGET, 4, "s", Kind::Stream);
            story.creates(EPOLL, 5, "e", Kind::Epoll);
            story
        }

        fn happens(&mut self, what: EventKind) {
            let at = Timestamp(0);
            self.world.apply(&Event::new(at, what));
        }

        fn creates(&mut self, socket: DescriptorId, fd: i32, name: &str, kind: Kind) {
            self.happens(EventKind::Created(NewDescriptor {
                same_file: None,
                identity: crate::event::Identity::default(),
                descriptor: socket,
                call: CallId(0),
                fd,
                name: Name::new(name),
                kind,
                domain: Domain::UNIX,
                socket_type: SocketType::STREAM,
                protocol: Protocol(0),
                origin: Origin::Created,
            }));
        }

        fn returns(&mut self, line: &str, result: Result<Returned, Errno>) {
            self.calls += 1;
            let command = parse_line(line).expect(line).command.expect("a command");
            let request: Request = resolve(&self.world, CallId(self.calls), &command).expect(line);
            self.happens(EventKind::Asked(Box::new(request)));
            self.happens(EventKind::Returned {
                call: CallId(self.calls),
                outcome: Outcome::of(result),
                state: None,
            });
        }

        fn unread(&mut self, unread: u32) {
            let seen = Observation {
                unread: Some(unread),
                ..Observation::default()
            };
            self.happens(EventKind::Observed {
                descriptor: TARGET,
                seen,
            });
        }

        fn interest(&mut self, events: i32, now: Option<i32>, ready: bool) {
            let list = InterestList {
                entries: vec![Interest {
                    fd: 4,
                    events: EpollEvents(events),
                    now: now.map(EpollEvents),
                }],
                ready,
            };
            let seen = Observation {
                interest: Some(list),
                ..Observation::default()
            };
            self.happens(EventKind::Observed {
                descriptor: EPOLL,
                seen,
            });
        }

        fn reported(&mut self) {
            let events = Events::Epoll(EpollEvents(libc::EPOLLIN));
            let ready = vec![(Descriptor::Raw(4), events)];
            self.returns("epoll_wait(e, 10, -1)", Ok(Returned::Ready(ready)));
        }

        fn readiness_of(&self) -> Readiness {
            let epoll = self.world.descriptor(EPOLL).expect("it exists");
            epoll.readiness().first().expect("it watches s").1
        }
    }

    #[test]
    fn an_edge_is_pending_until_it_is_reported() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        assert_eq!(story.readiness_of(), Readiness::Quiet);
        story.unread(10);
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(story.readiness_of(), Readiness::Listed);
        story.interest(EDGE, Some(libc::EPOLLIN), false);
        story.reported();
        story.unread(6);
        assert_eq!(story.readiness_of(), Readiness::Overlooked);
        story.unread(7);
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(story.readiness_of(), Readiness::Listed, "more arrived");
    }

    #[test]
    fn what_a_wait_reports_before_it_is_seen_is_no_further_edge() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.reported();
        story.interest(EDGE, Some(libc::EPOLLIN), false);
        story.unread(6);
        assert_eq!(story.readiness_of(), Readiness::Overlooked);
        let epoll = story.world.descriptor(EPOLL).expect("it exists");
        assert!(
            !epoll.interest()[0].edge,
            "the edge that was seen was reported"
        );
        assert_eq!(epoll.interest()[0].reported, 1);
        story.unread(8);
        let epoll = story.world.descriptor(EPOLL).expect("it exists");
        assert!(epoll.interest()[0].edge, "the next one is new");
    }

    #[test]
    fn an_instance_that_is_ready_has_something_on_its_list() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.reported();
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(
            story.readiness_of(),
            Readiness::Listed,
            "the kernel says so"
        );
    }

    #[test]
    fn readiness_follows_from_the_registration() {
        let mut story = Story::new();
        story.interest(libc::EPOLLIN, Some(libc::EPOLLIN), true);
        assert_eq!(
            story.readiness_of(),
            Readiness::Listed,
            "as long as it lasts"
        );
        story.interest(libc::EPOLLIN, Some(0), false);
        assert_eq!(story.readiness_of(), Readiness::Quiet);
        story.interest(libc::EPOLLONESHOT, Some(0), false);
        assert_eq!(story.readiness_of(), Readiness::Disarmed);
        story.interest(libc::EPOLLIN, None, false);
        assert_eq!(story.readiness_of(), Readiness::Gone);
    }

    #[test]
    fn the_same_descriptor_is_found_in_another_instance() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.creates(DescriptorId(3), 6, "f", Kind::Epoll);
        let list = InterestList {
            entries: vec![Interest {
                fd: 4,
                events: EpollEvents(libc::EPOLLIN),
                now: Some(EpollEvents(0)),
            }],
            ready: false,
        };
        let seen = Observation {
            interest: Some(list),
            ..Observation::default()
        };
        story.happens(EventKind::Observed {
            descriptor: DescriptorId(3),
            seen,
        });
        let world = &story.world;
        let epoll = world.descriptor(EPOLL).expect("it exists");
        let own = &epoll.interest()[0];
        let also: Vec<_> = world.also_watched(epoll, own).collect();
        assert_eq!(also.len(), 1);
        assert_eq!(also[0].0.name().as_str(), "f");
        assert!(!also[0].1.is_edge_triggered());
    }
}
