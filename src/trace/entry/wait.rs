//! The entry of calls that wait for several descriptors: poll, select and epoll, with their variants.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{Descriptor, Millis, PollEntry, Sets};
use crate::call::mask::Mask;
use crate::call::timeout::Timeout;
use crate::socket::{EpollEvents, EpollOp, PollEvents};
use crate::strace::variants;
use crate::strace::variants::Select;
use crate::trace::entry::{Entered, Entry};
use crate::trace::memory;
use crate::trace::syscalls::Shape;

/// The most entries of a set that are read.
const MOST: usize = 4096;
/// How many numbers a set of select(2) has.
const SET: i32 = 1024;
/// `struct epoll_event`, which is packed on x86-64 alone.
pub(crate) const EVENT: usize = if cfg!(target_arch = "x86_64") { 12 } else { 16 };

impl Entry<'_> {
    /// A call that waits, or that says what to wait for.
    pub(crate) fn waiting(&self) -> Option<Entered> {
        Some(match self.row.shape {
            Shape::Poll => Entered::of(Call::Poll {
                entries: self.entries()?,
                timeout: Millis(self.int(2)),
            }),
            Shape::Ppoll => {
                let (entries, timeout) = (self.entries()?, self.timeout(2)?);
                let mask = self.mask(3)?;
                let made = variants::ppoll(&entries, timeout, (mask, self.args[4]));
                let call = Call::Ppoll {
                    entries,
                    timeout,
                    mask: Mask::of_bits(mask),
                };
                Entered::of(call).made_as(made)
            }
            Shape::Select | Shape::Pselect6 => self.select()?,
            Shape::EpollCtl => self.epoll_ctl()?,
            Shape::EpollWait => self.epoll_wait(Call::EpollWait {
                socket: self.fd(0),
                max: self.int(2),
                timeout: Millis(self.int(3)),
            }),
            Shape::EpollPwait => self.epoll_pwait(self.int(3))?,
            Shape::EpollPwait2 => self.epoll_pwait(millis(self.timespec(3)?))?,
            _ => return None,
        })
    }

    fn entries(&self) -> Option<Vec<PollEntry>> {
        let count = self.size(1).min(MOST);
        let all = memory::bytes(self.memory, self.args[0], 8 * count)?;
        let entries = all.chunks_exact(8).map(|entry| {
            let fd = i32::from_ne_bytes(entry[..4].try_into().unwrap_or_default());
            let events = i16::from_ne_bytes(entry[4..6].try_into().unwrap_or_default());
            PollEntry {
                socket: Descriptor::Raw(fd),
                events: PollEvents(events.into()),
            }
        });
        Some(entries.collect())
    }

    /// A timeout as a `struct timespec`; a null pointer is forever. `None` outside: it cannot be read.
    pub(crate) fn timespec(&self, index: usize) -> Option<Option<Duration>> {
        match self.args[index] {
            0 => Some(None),
            pointer => memory::timespec(self.memory, pointer).map(Some),
        }
    }

    /// The same, also a negative one. `None`: it cannot be read, or its nanoseconds are none.
    pub(crate) fn timeout(&self, index: usize) -> Option<Timeout> {
        match self.args[index] {
            0 => Some(Timeout::Forever),
            pointer => memory::timeout(self.memory, pointer),
        }
    }

    /// A signal mask, as bits.
    pub(crate) fn mask(&self, index: usize) -> Option<Option<u64>> {
        match self.args[index] {
            0 => Some(None),
            pointer => memory::u64(self.memory, pointer).map(Some),
        }
    }

    fn select(&self) -> Option<Entered> {
        let nfds = self.int(0);
        let set = |index: usize| members(self.memory, self.args[index], nfds);
        let sets = Sets {
            read: set(1)?,
            write: set(2)?,
            except: set(3)?,
        };
        let timeout = match (self.row.shape, self.args[4]) {
            (_, 0) => None,
            (Shape::Select, pointer) => Some(memory::timeval(self.memory, pointer)?),
            (_, pointer) => Some(memory::timespec(self.memory, pointer)?),
        };
        let mask = match (self.row.shape, self.args[5]) {
            (Shape::Select, _) | (_, 0) => None,
            // A struct with a pointer to the mask and its size.
            (_, pointer) => match memory::u64(self.memory, pointer)? {
                0 => Some(None),
                mask => Some(Some(memory::u64(self.memory, mask)?)),
            },
        };
        let made = Select {
            name: self.row.name,
            nfds,
            sets: &sets,
            given: [1, 2, 3].map(|index| self.args[index] != 0),
            timeout,
            mask,
        }
        .syscall();
        let named = sets.named();
        let highest = named.iter().flat_map(|(_, set)| set.iter());
        let highest = highest.map(|fd| match fd {
            Descriptor::Raw(fd) => *fd,
            Descriptor::Named(_) => -1,
        });
        let usual = highest.max().unwrap_or(-1) + 1;
        let (timeout, sets) = (Timeout::from(timeout), Box::new(sets));
        let nfds = (nfds != usual).then_some(nfds);
        let call = match self.row.shape {
            Shape::Pselect6 => Call::Pselect {
                sets,
                timeout,
                mask: Mask::of_bits(mask.flatten()),
                nfds,
            },
            _ => Call::Select {
                sets,
                timeout,
                nfds,
            },
        };
        Some(Entered::of(call).made_as(made))
    }

    fn epoll_ctl(&self) -> Option<Entered> {
        let given = match self.args[3] {
            0 => None,
            pointer => Some(event(self.memory, pointer)?),
        };
        let removes = self.int(1) == libc::EPOLL_CTL_DEL;
        let call = Call::EpollCtl {
            socket: self.fd(0),
            op: EpollOp(self.int(1)),
            target: self.fd(2),
            events: EpollEvents(
                given
                    .filter(|_| !removes)
                    .map_or(0, |(events, _)| events.cast_signed()),
            ),
        };
        let given = given.filter(|_| !removes).ok_or(self.args[3]);
        let made = variants::epoll_ctl(self.int(0), self.int(1), self.int(2), given);
        Some(Entered::of(call).made_as(made))
    }

    fn epoll_pwait(&self, timeout: i32) -> Option<Entered> {
        Some(self.epoll_wait(Call::EpollPwait {
            socket: self.fd(0),
            max: self.int(2),
            timeout: Millis(timeout),
            mask: Mask::of_bits(self.mask(4)?),
        }))
    }

    fn epoll_wait(&self, call: Call) -> Entered {
        Entered::of(call).made_as(variants::epoll_wait(self.row.name, self.int(0)))
    }
}

/// A timeout in milliseconds as poll(2) takes it, not shorter than it is; -1 forever.
fn millis(timeout: Option<Duration>) -> i32 {
    let Some(timeout) = timeout else { return -1 };
    let millis = timeout.as_nanos().div_ceil(1_000_000);
    i32::try_from(millis).unwrap_or(i32::MAX)
}

/// The members of a set of select(2); none of a null pointer.
pub(crate) fn members(
    memory: &dyn memory::Memory,
    pointer: u64,
    nfds: i32,
) -> Option<Vec<Descriptor>> {
    if pointer == 0 {
        return Some(Vec::new());
    }
    let nfds = nfds.clamp(0, SET);
    // The kernel reads whole words of 64 bits.
    let words = usize::try_from(nfds).unwrap_or(0).div_ceil(64);
    let bytes = memory::bytes(memory, pointer, 8 * words)?;
    let is_member = |fd: &i32| {
        let at = usize::try_from(*fd).unwrap_or(0);
        bytes
            .get(at / 8)
            .is_some_and(|byte| byte >> (at % 8) & 1 != 0)
    };
    Some((0..nfds).filter(is_member).map(Descriptor::Raw).collect())
}

/// `struct epoll_event`: the events and the data.
pub(crate) fn event(memory: &dyn memory::Memory, pointer: u64) -> Option<(u32, u64)> {
    let bytes = memory::bytes(memory, pointer, EVENT)?;
    events(&bytes).next()
}

/// The events of an array of them.
pub(crate) fn events(bytes: &[u8]) -> impl Iterator<Item = (u32, u64)> {
    bytes.chunks_exact(EVENT).map(|event| {
        let events = u32::from_ne_bytes(event[..4].try_into().unwrap_or_default());
        let data = u64::from_ne_bytes(event[EVENT - 8..].try_into().unwrap_or_default());
        (events, data)
    })
}
