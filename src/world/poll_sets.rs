//! The sets of poll(2) and select(2), before the call and after it, from its arguments and its result.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{Descriptor, Sets};
use crate::call::outcome::{Events, Returned};
use crate::call::timeout::Timeout;
use crate::event::Timestamp;
use crate::socket::PollEvents;
use crate::world::Record;

/// One `struct pollfd` of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Polled {
    /// The descriptor as it was written.
    pub socket: Descriptor,
    /// Its number.
    pub fd: i32,
    /// The requested events.
    pub events: PollEvents,
    /// The returned events; `None` until the call has returned, and if it failed.
    pub revents: Option<PollEvents>,
}

/// One descriptor in the three sets of a select: the bits of read, write and except.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selected {
    /// The descriptor as it was written.
    pub socket: Descriptor,
    /// Its number, and so the number of its bit.
    pub fd: i32,
    /// Whether its bit was set.
    pub before: [bool; 3],
    /// Whether it was still set afterwards; `None` until the call has returned, and if it failed.
    pub after: Option<[bool; 3]>,
}

/// What poll(2) reports without being asked.
const UNASKED: i32 = (libc::POLLERR | libc::POLLHUP | libc::POLLNVAL) as i32;

impl Record {
    /// The array of a poll, in order. Empty for other calls.
    pub fn polled(&self) -> Vec<Polled> {
        let Some(entries) = self.call().entries() else {
            return Vec::new();
        };
        let mut found = match self.outcome().map(|outcome| &outcome.result) {
            Some(Ok(Returned::Ready(ready))) => Some(ready.iter().peekable()),
            _ => None,
        };
        let mut polled = Vec::new();
        for entry in entries {
            let fd = self.number(&entry.socket);
            // The result has the ready ones in the same order.
            let revents = found.as_mut().map(|found| {
                let own = found.next_if(|(socket, events)| {
                    let Events::Poll(events) = events else {
                        return false;
                    };
                    let possible = entry.events.0 | UNASKED;
                    self.number(socket) == fd && events.0 & !possible == 0
                });
                match own {
                    Some((_, Events::Poll(events))) => *events,
                    _ => PollEvents(0),
                }
            });
            polled.push(Polled {
                socket: entry.socket.clone(),
                fd,
                events: entry.events,
                revents,
            });
        }
        polled
    }

    /// The members of the sets of a select, by number. Empty for other calls.
    pub fn members(&self) -> Vec<Selected> {
        let Some(sets) = self.call().sets() else {
            return Vec::new();
        };
        let after = match self.outcome().map(|outcome| &outcome.result) {
            Some(Ok(Returned::Selected { sets, .. })) => Some(sets),
            _ => None,
        };
        let bits = |sets: &Sets, fd| {
            sets.named()
                .map(|(_, set)| set.iter().any(|socket| self.number(socket) == fd))
        };
        let mut members: Vec<Selected> = Vec::new();
        for socket in self.call().others() {
            let fd = self.number(socket);
            if members.iter().any(|member| member.fd == fd) {
                continue;
            }
            members.push(Selected {
                socket: socket.clone(),
                fd,
                before: bits(sets, fd),
                after: after.map(|sets| bits(sets, fd)),
            });
        }
        members.sort_by_key(|member| member.fd);
        members
    }

    /// The `nfds` argument of a select: one more than the highest bit that the kernel checks.
    pub fn nfds(&self) -> Option<i32> {
        match self.call() {
            Call::Select { nfds: Some(n), .. } | Call::Pselect { nfds: Some(n), .. } => Some(*n),
            Call::Select { .. } | Call::Pselect { .. } => {
                let highest = self.members().last().map_or(-1, |member| member.fd);
                Some(highest.saturating_add(1))
            }
            _ => None,
        }
    }

    /// The timeout of a call, if it has one.
    pub fn timeout(&self) -> Option<Timeout> {
        self.call().timeout()
    }

    /// When the timeout of a waiting call is over. `None` if it waits forever.
    pub fn waits_until(&self) -> Option<Timestamp> {
        let whole = self.timeout()?.span()?;
        Some(self.began().after(whole))
    }

    /// The rest of the timeout that the kernel wrote back in a select.
    pub fn written_back(&self) -> Option<Duration> {
        let raw = self.outcome()?.raw.as_deref()?;
        raw.left.map(Duration::from_nanos)
    }

    /// The number of a descriptor when the call was requested; -1 for a name that no descriptor had.
    fn number(&self, socket: &Descriptor) -> i32 {
        let resolved = self.request.call.others();
        let written = self.call().others();
        let own = written.into_iter().position(|own| own == socket);
        match (socket, own.and_then(|index| resolved.get(index))) {
            (Descriptor::Raw(fd), _) | (_, Some(Descriptor::Raw(fd))) => *fd,
            _ => -1,
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::call::argument::Name;
    use crate::call::outcome::Outcome;
    use crate::event::{CallId, Event, EventKind, Request};
    use crate::notation::parse_line;
    use crate::socket::Errno;
    use crate::world::World;

    use crate::world::poll_sets::*;

    /// A world with one call on numbers, `a` being 5 and `b` 7.
    fn asked(line: &str) -> World {
        let command = parse_line(line).expect(line).command.expect("a command");
        let mut call = command.call.clone();
        for socket in call.others_mut() {
            if let Descriptor::Named(name) = socket {
                *socket = Descriptor::Raw(if name.as_str() == "a" { 5 } else { 7 });
            }
        }
        let request = Request {
            id: CallId(1),
            command: command.into(),
            call: call.into(),
            on: None,
            others: Box::default(),
            reach: crate::event::Reach::Free,
            process: None,
        };
        let mut world = World::default();
        world.apply(&Event::new(
            Timestamp(0),
            EventKind::Asked(Box::new(request)),
        ));
        world
    }

    fn returns(world: &mut World, result: Result<Returned, Errno>) {
        world.apply(&Event::new(
            Timestamp(1),
            EventKind::Returned {
                call: CallId(1),
                outcome: Outcome::of(result),
                state: None,
            },
        ));
    }

    fn record(world: &World) -> &Record {
        world.call(CallId(1)).expect("it was asked for")
    }

    fn revents(world: &World) -> Vec<Option<i32>> {
        let polled = record(world).polled();
        let found = polled.iter().map(|entry| entry.revents);
        found.map(|found| found.map(|events| events.0)).collect()
    }

    fn ready(fd: i32, events: i32) -> (Descriptor, Events) {
        (Descriptor::Raw(fd), Events::Poll(PollEvents(events)))
    }

    #[test]
    fn each_entry_of_a_poll_gets_its_own_events() {
        let write = i32::from(libc::POLLOUT);
        let mut world = asked("poll([a: POLLIN, b: POLLIN, b: POLLOUT, 9: POLLIN], 100)");
        assert_eq!(revents(&world), [None; 4], "nothing is written yet");
        let invalid = i32::from(libc::POLLNVAL);
        returns(
            &mut world,
            Ok(Returned::Ready(vec![ready(7, write), ready(9, invalid)])),
        );
        assert_eq!(
            revents(&world),
            [Some(0), Some(0), Some(write), Some(invalid)]
        );
        let fds: Vec<i32> = record(&world).polled().iter().map(|own| own.fd).collect();
        assert_eq!(fds, [5, 7, 7, 9]);
    }

    #[test]
    fn a_failed_poll_has_written_nothing() {
        let mut world = asked("poll([a: POLLIN], -1)");
        assert_eq!(record(&world).waits_until(), None, "it waits forever");
        returns(&mut world, Err(Errno(libc::EINTR)));
        assert_eq!(revents(&world), [None]);
    }

    #[test]
    fn a_select_has_one_bit_a_descriptor_and_set() {
        let mut world = asked("select(read [b, a], write [a], except [], 1000)");
        assert_eq!(record(&world).nfds(), Some(8));
        let set = |names: &[&str]| {
            let named = names.iter().filter_map(|name| Name::new(name));
            named.map(Descriptor::Named).collect::<Vec<_>>()
        };
        let sets = Box::new(Sets {
            read: set(&[]),
            write: set(&["a"]),
            except: set(&[]),
        });
        returns(&mut world, Ok(Returned::Selected { count: 1, sets }));
        let members = record(&world).members();
        let bits: Vec<_> = members
            .iter()
            .map(|own| (own.fd, own.before, own.after))
            .collect();
        assert_eq!(
            bits,
            [
                (5, [true, true, false], Some([false, true, false])),
                (7, [true, false, false], Some([false, false, false])),
            ]
        );
    }
}
