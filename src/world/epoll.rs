//! The interest lists of epoll instances: what the kernel shows of them, and the edges, which it does not show.
//!
//! An edge is pending from the moment at which something new happens to a registered descriptor until epoll_wait(2)
//! reports it, epoll(7). That follows from the calls and from what was seen of the target; the kernel only says
//! whether the whole instance has something to report, and when it has nothing no edge is pending.

use crate::call::Call;
use crate::call::argument::Descriptor;
use crate::call::outcome::{Outcome, Returned};
use crate::event::{DescriptorId, InterestList, Observation};
use crate::socket::Kind;
use crate::world::World;
use crate::world::socket::{EdgeBalance, EpollEntry, Socket};

impl EpollEntry {
    /// Something new was seen of the target.
    fn new_edge(&mut self) {
        if self.account == EdgeBalance::Owed {
            self.account = EdgeBalance::Even;
        } else {
            self.edge = true;
        }
    }

    /// The instance has nothing to report, so no edge is pending; one that was known to be is being reported.
    fn no_edge(&mut self, was_known: bool) {
        if self.edge && was_known {
            self.account = EdgeBalance::Spent;
        }
        self.edge = false;
    }

    /// epoll_wait(2) reported it.
    fn report(&mut self) {
        self.account = match self.account {
            EdgeBalance::Even if !self.edge => EdgeBalance::Owed,
            EdgeBalance::Owed => EdgeBalance::Owed,
            EdgeBalance::Even | EdgeBalance::Spent => EdgeBalance::Even,
        };
        self.edge = false;
        self.reported += 1;
    }
}

impl World {
    /// The registrations of the same descriptor in other epoll instances, with those instances.
    pub fn also_watched<'a>(
        &'a self,
        epoll: DescriptorId,
        watched: &'a EpollEntry,
    ) -> impl Iterator<Item = (&'a Socket, &'a EpollEntry)> {
        let others = self
            .sockets()
            .filter(move |other| other.id != epoll && other.is_open());
        let same =
            move |own: &&EpollEntry| own.seen.fd == watched.seen.fd && own.socket == watched.socket;
        others.flat_map(move |other| {
            other
                .interest
                .iter()
                .filter(same)
                .map(move |own| (other, own))
        })
    }

    /// A call returned: epoll_ctl arms, epoll_wait reports.
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
                    // Adding and changing look at the descriptor: what is ready is reported.
                    watched.edge = true;
                    watched.account = EdgeBalance::Even;
                    watched.socket = target;
                }
            }
            (Call::EpollWait { .. }, Ok(Returned::Ready(ready))) => {
                let reported: Vec<i32> = ready
                    .iter()
                    .filter_map(|(socket, _)| self.number_in(on, socket))
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

    /// The open socket that has a number in the process of another socket.
    fn in_table_of(&self, other: DescriptorId, fd: i32) -> Option<DescriptorId> {
        let table = self.socket(other)?.table;
        self.with_number(table, fd).map(|socket| socket.id)
    }

    /// The number under which a descriptor is registered.
    fn number_in(&self, epoll: DescriptorId, socket: &Descriptor) -> Option<i32> {
        match socket {
            Descriptor::Raw(fd) => Some(*fd),
            Descriptor::Named(name) => {
                let named = self.named(name)?.id;
                let mut interest = self.socket(epoll)?.interest.iter();
                interest
                    .find(|watched| watched.socket == Some(named))
                    .map(|watched| watched.seen.fd)
            }
        }
    }

    fn watched_mut(&mut self, epoll: DescriptorId) -> impl Iterator<Item = &mut EpollEntry> {
        self.sockets
            .get_mut(&epoll)
            .into_iter()
            .flat_map(|socket| &mut socket.interest)
    }

    /// Something was seen of a socket: more to read, a new state, a longer queue are edges.
    pub(crate) fn note_edges(&mut self, id: DescriptorId, seen: &Observation) {
        let Some(socket) = self.socket(id) else {
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
        let all = self.sockets.values_mut();
        for epoll in all.filter(|socket| socket.kind == Kind::Epoll) {
            for watched in &mut epoll.interest {
                if watched.socket == Some(id) {
                    watched.new_edge();
                }
            }
        }
    }

    /// The kernel was asked what an epoll instance watches.
    pub(crate) fn watches(&mut self, id: DescriptorId, list: &InterestList) {
        let before = match self.sockets.get_mut(&id) {
            Some(socket) => std::mem::take(&mut socket.interest),
            None => return,
        };
        let interest = list
            .entries
            .iter()
            .map(|seen| {
                let known = before.iter().find(|watched| watched.seen.fd == seen.fd);
                let socket = known.and_then(|watched| watched.socket);
                let mut watched = EpollEntry {
                    seen: *seen,
                    socket: socket.or_else(|| self.in_table_of(id, seen.fd)),
                    edge: known.is_none_or(|watched| watched.edge),
                    reported: known.map_or(0, |watched| watched.reported),
                    account: known.map_or(EdgeBalance::Even, |watched| watched.account),
                };
                if !list.ready {
                    watched.no_edge(known.is_some());
                }
                watched
            })
            .collect();
        if let Some(socket) = self.sockets.get_mut(&id) {
            socket.interest = interest;
            socket.ready = list.ready;
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
    use crate::socket::{Domain, EpollEvents, Errno, Protocol, SocketType};
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
            story.born(TARGET, 4, "s", Kind::Stream);
            story.born(EPOLL, 5, "e", Kind::Epoll);
            story
        }

        fn tell(&mut self, what: EventKind) {
            let at = Timestamp(0);
            self.world.apply(&Event::new(at, what));
        }

        fn born(&mut self, socket: DescriptorId, fd: i32, name: &str, kind: Kind) {
            self.tell(EventKind::Created(NewDescriptor {
                identity: crate::event::Identity::default(),
                descriptor: socket,
                call: CallId(0),
                fd,
                name: Name::new(name),
                kind,
                domain: Domain::UNIX,
                socket_type: SocketType::STREAM,
                protocol: Protocol(0),
                origin: Origin::Made,
            }));
        }

        fn returns(&mut self, line: &str, result: Result<Returned, Errno>) {
            self.calls += 1;
            let command = parse_line(line).expect(line).command.expect("a command");
            let request: Request = resolve(&self.world, CallId(self.calls), &command).expect(line);
            self.tell(EventKind::Asked(Box::new(request)));
            self.tell(EventKind::Returned {
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
            self.tell(EventKind::Observed {
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
            self.tell(EventKind::Observed {
                descriptor: EPOLL,
                seen,
            });
        }

        fn reported(&mut self) {
            let events = Events::Epoll(EpollEvents(libc::EPOLLIN));
            let ready = vec![(Descriptor::Raw(4), events)];
            self.returns("epoll_wait(e, 10, -1)", Ok(Returned::Ready(ready)));
        }

        fn standing(&self) -> Readiness {
            let epoll = self.world.socket(EPOLL).expect("it was born");
            epoll.readiness().first().expect("it watches s").1
        }
    }

    #[test]
    fn an_edge_is_pending_until_it_is_reported() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        assert_eq!(story.standing(), Readiness::Quiet);
        story.unread(10);
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(story.standing(), Readiness::Listed);
        story.interest(EDGE, Some(libc::EPOLLIN), false);
        story.reported();
        story.unread(6);
        assert_eq!(story.standing(), Readiness::Overlooked);
        story.unread(7);
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(story.standing(), Readiness::Listed, "more arrived");
    }

    #[test]
    fn what_a_wait_reports_before_it_is_seen_is_no_further_edge() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.reported();
        story.interest(EDGE, Some(libc::EPOLLIN), false);
        story.unread(6);
        assert_eq!(story.standing(), Readiness::Overlooked);
        let epoll = story.world.socket(EPOLL).expect("it was born");
        assert!(
            !epoll.interest[0].edge,
            "the edge that was seen was reported"
        );
        assert_eq!(epoll.interest[0].reported, 1);
        story.unread(8);
        let epoll = story.world.socket(EPOLL).expect("it was born");
        assert!(epoll.interest[0].edge, "the next one is new");
    }

    #[test]
    fn an_instance_that_is_ready_has_something_on_its_list() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.reported();
        story.interest(EDGE, Some(libc::EPOLLIN), true);
        assert_eq!(story.standing(), Readiness::Listed, "the kernel says so");
    }

    #[test]
    fn standings_follow_from_the_registration() {
        let mut story = Story::new();
        story.interest(libc::EPOLLIN, Some(libc::EPOLLIN), true);
        assert_eq!(story.standing(), Readiness::Listed, "as long as it lasts");
        story.interest(libc::EPOLLIN, Some(0), false);
        assert_eq!(story.standing(), Readiness::Quiet);
        story.interest(libc::EPOLLONESHOT, Some(0), false);
        assert_eq!(story.standing(), Readiness::Disarmed);
        story.interest(libc::EPOLLIN, None, false);
        assert_eq!(story.standing(), Readiness::Gone);
    }

    #[test]
    fn the_same_descriptor_is_found_in_another_instance() {
        let mut story = Story::new();
        story.interest(EDGE, Some(0), false);
        story.born(DescriptorId(3), 6, "f", Kind::Epoll);
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
        story.tell(EventKind::Observed {
            descriptor: DescriptorId(3),
            seen,
        });
        let world = &story.world;
        let own = &world.socket(EPOLL).expect("it was born").interest[0];
        let also: Vec<_> = world.also_watched(EPOLL, own).collect();
        assert_eq!(also.len(), 1);
        assert_eq!(also[0].0.name.as_str(), "f");
        assert!(!also[0].1.is_edge_triggered());
    }
}
