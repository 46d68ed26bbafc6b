//! Calls that wait for several descriptors, or that say what to wait for.

use crate::call::Call;
use crate::call::argument::{Descriptor, Millis, PollEntry, Sets};
use crate::call::mask::Mask;
use crate::call::timeout::Timeout;
use crate::socket::{EpollEvents, EpollOp, PollEvents};
use crate::strace::import::arguments::{Arguments, timespec};
use crate::strace::import::number::{constant_of, int_of, integer, signal_set};
use crate::strace::import::value::{Field, member};
use crate::strace::names::{EPOLL_EVENTS, EPOLL_OPS, POLL_EVENTS};

/// The call.
pub(super) fn call(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    Some(match name {
        "poll" => Call::Poll {
            entries: entries(all)?,
            timeout: Millis(all.int(2)?),
        },
        "ppoll" => Call::Ppoll {
            entries: entries(all)?,
            timeout: timeout(all, 2)?,
            mask: Mask::of_bits(mask(all.get(3)?)?),
        },
        "select" | "pselect6" => select(name, all)?,
        "epoll_ctl" => epoll_ctl(all)?,
        "epoll_wait" => Call::EpollWait {
            socket: all.fd(0)?,
            max: all.int(2)?,
            timeout: Millis(all.int(3)?),
        },
        "epoll_pwait" => epoll_pwait(all, Millis(all.int(3)?))?,
        "epoll_pwait2" => epoll_pwait(all, millis(timeout(all, 3)?))?,
        _ => return None,
    })
}

fn epoll_pwait(all: Arguments<'_, '_>, timeout: Millis) -> Option<Call> {
    Some(Call::EpollPwait {
        socket: all.fd(0)?,
        max: all.int(2)?,
        timeout,
        mask: Mask::of_bits(mask(all.get(4)?)?),
    })
}

/// A timeout as poll(2) takes it, not shorter than it is; -1 forever.
fn millis(timeout: Timeout) -> Millis {
    let Some(span) = timeout.span() else {
        return Millis(-1);
    };
    let millis = span.as_nanos().div_ceil(1_000_000);
    Millis(i32::try_from(millis).unwrap_or(i32::MAX))
}

fn timeout(all: Arguments<'_, '_>, index: usize) -> Option<Timeout> {
    match all.is_null(index) {
        true => Some(Timeout::Forever),
        false => timespec(&all.get(index)?.value).map(Timeout::Span),
    }
}

/// A signal mask as bits; a null pointer is none. `None` outside: it is not shown.
fn mask(field: &Field<'_>) -> Option<Option<u64>> {
    match field.word() {
        Some("NULL") => Some(None),
        _ => signal_set(&field.value).map(Some),
    }
}

fn entries(all: Arguments<'_, '_>) -> Option<Vec<PollEntry>> {
    let entries = all.get(0)?.list()?;
    let is_all = all.size(1) == Some(entries.len());
    let entries = entries.iter().map(|entry| {
        let members = entry.members()?;
        let events = match member(members, "events") {
            Some(events) => constant_of(events, &[&POLL_EVENTS])?,
            // What is passed over, since its number is negative, is shown without.
            None => 0,
        };
        Some(PollEntry {
            socket: Descriptor::Raw(int_of(member(members, "fd")?)?),
            events: PollEvents(events),
        })
    });
    entries.collect::<Option<Vec<_>>>().filter(|_| is_all)
}

fn select(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    let nfds = all.int(0)?;
    let set = |index: usize| match all.is_null(index) {
        true => Some(Vec::new()),
        false => members(all.get(index)?),
    };
    let sets = Sets {
        read: set(1)?,
        write: set(2)?,
        except: set(3)?,
    };
    let numbers = sets.named();
    let numbers = numbers.iter().flat_map(|(_, set)| set.iter());
    let highest = numbers.map(|fd| match fd {
        Descriptor::Raw(fd) => *fd,
        Descriptor::Named(_) => -1,
    });
    let usual = highest.max().unwrap_or(-1).checked_add(1)?;
    let nfds = (nfds != usual).then_some(nfds);
    let (sets, timeout) = (Box::new(sets), timeout(all, 4)?);
    if name == "select" {
        return Some(Call::Select {
            sets,
            timeout,
            nfds,
        });
    }
    let mask = match all.is_null(5) {
        true => None,
        false => mask(member(all.get(5)?.members()?, "sigmask")?)?,
    };
    Some(Call::Pselect {
        sets,
        timeout,
        mask: Mask::of_bits(mask),
        nfds,
    })
}

/// The members of a set of select(2).
pub(in crate::strace::import) fn members(field: &Field<'_>) -> Option<Vec<Descriptor>> {
    let numbers = field.list()?.iter();
    numbers
        .map(|field| int_of(field).map(Descriptor::Raw))
        .collect()
}

fn epoll_ctl(all: Arguments<'_, '_>) -> Option<Call> {
    let op = all.constant(1, &[&EPOLL_OPS])?;
    let events = match op {
        libc::EPOLL_CTL_DEL => 0,
        _ => event(all.get(3)?)?.0,
    };
    Some(Call::EpollCtl {
        socket: all.fd(0)?,
        op: EpollOp(op),
        target: all.fd(2)?,
        events: EpollEvents(events),
    })
}

/// `struct epoll_event`: the events, and the data that the program has for them. Older versions print no names.
pub(in crate::strace::import) fn event(field: &Field<'_>) -> Option<(i32, u64)> {
    let members = field.members()?;
    let part = |name, index: usize| member(members, name).or_else(|| members.get(index));
    let events = constant_of(part("events", 0)?, &[&EPOLL_EVENTS])?;
    let data = member(part("data", 1)?.members()?, "u64")?;
    Some((events, integer(data.word()?)?.cast_unsigned()))
}
