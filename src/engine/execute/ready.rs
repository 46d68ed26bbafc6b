//! Waiting: poll, select, epoll_wait, their variants with a signal mask, sigtimedwait.

use std::time::Duration;

use crate::call::argument::{Descriptor, PollEntry, Sets};
use crate::call::mask::Mask;
use crate::call::outcome::{Caught, Events, Returned};
use crate::call::timeout::Timeout;
use crate::engine::execute::{Execution, Result, number, refused};
use crate::socket::{EpollEvents, PollEvents, Sig};
use crate::sys::Checked;
use crate::sys::ready::{Selected, Set};
use crate::sys::signal::TakenSignal;

impl Execution<'_> {
    pub(crate) fn poll(&mut self, entries: &[PollEntry], timeout: i32) -> Result {
        let set = polled(entries);
        let (count, revents) = crate::sys::ready::poll(&set, timeout)?;
        self.raw.returned = i64::from(count);
        Ok(found(&set, revents))
    }

    pub(crate) fn ppoll(&mut self, entries: &[PollEntry], timeout: Timeout, mask: &Mask) -> Result {
        let set = polled(entries);
        let got = crate::sys::ready::ppoll(&set, timeout, mask.bits())?;
        self.raw.returned = i64::from(got.count);
        self.raw.left = got.left.map(nanos);
        Ok(found(&set, got.revents))
    }

    pub(crate) fn epoll_wait(&mut self, fd: i32, max: i32, timeout: i32) -> Result {
        let reported = crate::sys::ready::epoll_wait(fd, max, timeout)?;
        self.reported(reported)
    }

    pub(crate) fn epoll_pwait(
        &mut self,
        (fd, max, timeout): (i32, i32, i32),
        mask: &Mask,
    ) -> Result {
        let reported = crate::sys::ready::epoll_pwait(fd, max, timeout, mask.bits())?;
        self.reported(reported)
    }

    fn reported(&mut self, reported: Vec<(i32, i32)>) -> Result {
        self.raw.returned = reported.len() as i64;
        let entry = |(fd, events)| (Descriptor::Raw(fd), Events::Epoll(EpollEvents(events)));
        Ok(Returned::Ready(reported.into_iter().map(entry).collect()))
    }

    pub(crate) fn sigtimedwait(&mut self, signals: &[Sig], timeout: Timeout) -> Result {
        let signals: Vec<i32> = signals.iter().map(|signal| signal.0).collect();
        let came = crate::sys::ready::sigtimedwait(&signals, timeout)?;
        self.raw.returned = i64::from(came.signal);
        let Caught {
            signal,
            about,
            info,
        } = caught(came);
        self.raw.info = info;
        Ok(Returned::Signal { signal, about })
    }

    pub(crate) fn select(&mut self, sets: &Sets, timeout: Timeout, nfds: Option<i32>) -> Result {
        self.selects(sets, nfds, |nfds, bits| {
            crate::sys::ready::select(nfds, bits, timeout)
        })
    }

    pub(crate) fn pselect(
        &mut self,
        sets: &Sets,
        timeout: Timeout,
        nfds: Option<i32>,
        mask: &Mask,
    ) -> Result {
        self.selects(sets, nfds, |nfds, bits| {
            crate::sys::ready::pselect(nfds, bits, timeout, mask.bits())
        })
    }

    fn selects(
        &mut self,
        sets: &Sets,
        nfds: Option<i32>,
        call: impl FnOnce(i32, [Option<Set>; 3]) -> Checked<Selected>,
    ) -> Result {
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
        let got = call(nfds.unwrap_or(highest + 1), bits)?;
        self.raw.returned = i64::from(got.count);
        self.raw.left = got.left.map(nanos);
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

/// A signal that came, in the words of the notation.
pub(crate) fn caught(came: TakenSignal) -> Caught {
    let about = came.about;
    Caught {
        signal: Sig(came.signal),
        about: about.map(|(fd, events)| (Descriptor::Raw(fd), PollEvents(events))),
        info: came.info,
    }
}

/// A set as the call is given it: numbers and events.
fn polled(entries: &[PollEntry]) -> Vec<(i32, i32)> {
    let entry = |entry: &PollEntry| (number(&entry.socket), entry.events.0);
    entries.iter().map(entry).collect()
}

/// The entries that have events.
fn found(set: &[(i32, i32)], revents: Vec<i32>) -> Returned {
    let found = set.iter().zip(revents).filter(|(_, revents)| *revents != 0);
    let entry = |((fd, _), revents): (&(i32, i32), i32)| {
        (Descriptor::Raw(*fd), Events::Poll(PollEvents(revents)))
    };
    Returned::Ready(found.map(entry).collect())
}

fn nanos(span: Duration) -> u64 {
    u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)
}
