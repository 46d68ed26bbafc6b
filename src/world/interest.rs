//! The interest lists of epoll instances: what the kernel shows of them, and the edges, which it does not show.
//!
//! An edge is pending from the moment at which something new happens to a registered descriptor until epoll_wait(2)
//! reports it, epoll(7). That follows from the calls and from what was seen of the target; the kernel only says
//! whether the whole instance has something to report, and when it has nothing no edge is pending.

use super::World;
use super::socket::{Account, Socket, Watched};
use crate::event::{InterestList, Observation, SocketId};
use crate::notation::{Call, Descriptor, Outcome, Returned};
use crate::socket::Kind;

impl Watched {
    /// Something new was seen of the target.
    fn new_edge(&mut self) {
        if self.account == Account::Owed {
            self.account = Account::Even;
        } else {
            self.edge = true;
        }
    }

    /// The instance has nothing to report, so no edge is pending; one that was known to be is being reported.
    fn no_edge(&mut self, was_known: bool) {
        if self.edge && was_known {
            self.account = Account::Spent;
        }
        self.edge = false;
    }

    /// epoll_wait(2) reported it.
    fn report(&mut self) {
        self.account = match self.account {
            Account::Even if !self.edge => Account::Owed,
            Account::Owed => Account::Owed,
            Account::Even | Account::Spent => Account::Even,
        };
        self.edge = false;
        self.reported += 1;
    }
}

impl World {
    /// The registrations of the same descriptor in other epoll instances, with those instances.
    pub fn also_watched<'a>(
        &'a self,
        epoll: SocketId,
        watched: &'a Watched,
    ) -> impl Iterator<Item = (&'a Socket, &'a Watched)> {
        let others = self
            .sockets()
            .filter(move |other| other.id != epoll && other.is_open());
        let same =
            move |own: &&Watched| own.seen.fd == watched.seen.fd && own.socket == watched.socket;
        others.flat_map(move |other| {
            other
                .interest
                .iter()
                .filter(same)
                .map(move |own| (other, own))
        })
    }

    /// A call returned: epoll_ctl arms, epoll_wait reports.
    pub(super) fn note_interest(&mut self, on: SocketId, call: &Call, outcome: &Outcome) {
        match (call, &outcome.result) {
            (
                Call::EpollCtl {
                    op,
                    target: Descriptor::Raw(fd),
                    ..
                },
                Ok(_),
            ) if op.0 != libc::EPOLL_CTL_DEL => {
                let target = self.with_fd(*fd).map(|socket| socket.id);
                for watched in self
                    .watched_mut(on)
                    .filter(|watched| watched.seen.fd == *fd)
                {
                    // Adding and changing look at the descriptor: what is ready is reported.
                    watched.edge = true;
                    watched.account = Account::Even;
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

    /// The number under which a descriptor is registered.
    fn number_in(&self, epoll: SocketId, socket: &Descriptor) -> Option<i32> {
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

    fn watched_mut(&mut self, epoll: SocketId) -> impl Iterator<Item = &mut Watched> {
        self.sockets
            .get_mut(&epoll)
            .into_iter()
            .flat_map(|socket| &mut socket.interest)
    }

    /// Something was seen of a socket: more to read, a new state, a longer queue are edges.
    pub(super) fn note_edges(&mut self, id: SocketId, seen: &Observation) {
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
    pub(super) fn watches(&mut self, id: SocketId, list: &InterestList) {
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
                let mut watched = Watched {
                    seen: *seen,
                    socket: socket.or_else(|| self.with_fd(seen.fd).map(|socket| socket.id)),
                    edge: known.is_none_or(|watched| watched.edge),
                    reported: known.map_or(0, |watched| watched.reported),
                    account: known.map_or(Account::Even, |watched| watched.account),
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
