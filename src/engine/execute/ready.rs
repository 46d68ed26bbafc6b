//! Waiting: poll, select, epoll_wait, sigtimedwait.

use crate::call::argument::{Descriptor, PollEntry, Sets};
use crate::call::outcome::{Events, Returned};
use crate::call::timeout::Timeout;
use crate::engine::execute::{Execution, Result, number, refused};
use crate::socket::{EpollEvents, PollEvents, Sig};
use crate::sys::ready::Set;

impl Execution<'_> {
    pub(crate) fn poll(&mut self, entries: &[PollEntry], timeout: i32) -> Result {
        let set: Vec<(i32, i32)> = entries
            .iter()
            .map(|entry| (number(&entry.socket), entry.events.0))
            .collect();
        let (count, revents) = crate::sys::ready::poll(&set, timeout)?;
        self.raw.returned = i64::from(count);
        let found = set.iter().zip(revents).filter(|(_, revents)| *revents != 0);
        Ok(Returned::Ready(
            found
                .map(|((fd, _), revents)| (Descriptor::Raw(*fd), Events::Poll(PollEvents(revents))))
                .collect(),
        ))
    }

    pub(crate) fn epoll_wait(&mut self, fd: i32, max: i32, timeout: i32) -> Result {
        let reported = crate::sys::ready::epoll_wait(fd, max, timeout)?;
        self.raw.returned = reported.len() as i64;
        let entry = |(fd, events)| (Descriptor::Raw(fd), Events::Epoll(EpollEvents(events)));
        Ok(Returned::Ready(reported.into_iter().map(entry).collect()))
    }

    pub(crate) fn sigtimedwait(&mut self, signals: &[Sig], timeout: Timeout) -> Result {
        let signals: Vec<i32> = signals.iter().map(|signal| signal.0).collect();
        let came = crate::sys::ready::sigtimedwait(&signals, timeout.0)?;
        self.raw.returned = i64::from(came.signal);
        Ok(Returned::Signal {
            signal: Sig(came.signal),
            about: came
                .about
                .map(|(fd, events)| (Descriptor::Raw(fd), PollEvents(events))),
        })
    }

    pub(crate) fn select(&mut self, sets: &Sets, timeout: Timeout, nfds: Option<i32>) -> Result {
        let numbers = |set: &[Descriptor]| -> Vec<i32> { set.iter().map(number).collect() };
        let before = sets.named().map(|(_, set)| numbers(set));
        let highest = before.iter().flatten().max().copied().unwrap_or(-1);
        let mut bits = [None; 3];
        for (bits, set) in bits.iter_mut().zip(&before) {
            if !set.is_empty() {
                // What does not fit was refused before.
                *bits =
                    Some(Set::of(set).ok_or_else(|| refused("a descriptor does not fit a set"))?);
            }
        }
        let got = crate::sys::ready::select(nfds.unwrap_or(highest + 1), bits, timeout.0)?;
        self.raw.returned = i64::from(got.count);
        self.raw.left = got
            .left
            .map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
        let mut after = before
            .iter()
            .zip(got.sets)
            .map(|(numbers, set)| {
                let is_set = |fd: &&i32| set.is_some_and(|set| set.contains(**fd));
                numbers
                    .iter()
                    .filter(is_set)
                    .map(|fd| Descriptor::Raw(*fd))
                    .collect()
            })
            .collect::<Vec<Vec<Descriptor>>>()
            .into_iter();
        let mut next = || after.next().unwrap_or_default();
        Ok(Returned::Selected {
            count: u64::try_from(got.count).unwrap_or(0),
            sets: Box::new(Sets {
                read: next(),
                write: next(),
                except: next(),
            }),
        })
    }
}
