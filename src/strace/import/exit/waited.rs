//! What poll(2), select(2) and epoll_wait(2) found.

use crate::call::argument::{Descriptor, Sets};
use crate::call::outcome::{Events, Raw, Returned};
use crate::call::table::CallKind;
use crate::socket::{EpollEvents, PollEvents};
use crate::strace::import::entry::wait;
use crate::strace::import::exit::Exit;
use crate::strace::import::number::{constant_of, int_of};
use crate::strace::import::value::{arguments, member};
use crate::strace::names::POLL_EVENTS;

impl Exit<'_, '_> {
    /// The ready descriptors of poll(2), ppoll(2), and epoll_wait(2) and its variants.
    pub(super) fn ready(&self, raw: &mut Raw) -> Option<Returned> {
        if self.call.entries().is_none() {
            return self.reported();
        }
        if self.call.call_kind() == CallKind::Ppoll {
            raw.left = self.left();
        }
        if self.result.number == Some(0) {
            return Some(Returned::Ready(Vec::new()));
        }
        // 1 ([{fd=3, revents=POLLIN}], left {tv_sec=1, tv_nsec=0})
        let fields = arguments(self.result.words)?;
        let found = fields.first()?.list()?.iter().map(|entry| {
            let members = entry.members()?;
            let events = constant_of(member(members, "revents")?, &[&POLL_EVENTS])?;
            let fd = Descriptor::Raw(int_of(member(members, "fd")?)?);
            Some((fd, Events::Poll(PollEvents(events))))
        });
        found.collect::<Option<_>>().map(Returned::Ready)
    }

    /// The events that epoll_wait(2) reported.
    fn reported(&self) -> Option<Returned> {
        if self.result.number == Some(0) {
            return Some(Returned::Ready(Vec::new()));
        }
        let reported = self.arguments.get(1)?.list()?.iter().map(|entry| {
            let (events, data) = wait::event(entry)?;
            let fd = (self.watched)(data).unwrap_or(-1);
            Some((Descriptor::Raw(fd), Events::Epoll(EpollEvents(events))))
        });
        reported.collect::<Option<_>>().map(Returned::Ready)
    }

    /// What select(2) left in its sets: `1 (in [3], left {tv_sec=0, tv_nsec=5})`.
    pub(super) fn selected(&self, number: i64, raw: &mut Raw) -> Option<Returned> {
        let mut sets = Sets {
            read: Vec::new(),
            write: Vec::new(),
            except: Vec::new(),
        };
        raw.left = self.left();
        if number > 0 {
            for part in self.result.words.split("], ") {
                let Some((word, numbers)) = part.split_once(" [") else {
                    continue;
                };
                let numbers = format!("[{}]", numbers.trim_end_matches(']'));
                let fields = arguments(&numbers)?;
                let members = wait::members(fields.first()?)?;
                match word {
                    "in" => sets.read = members,
                    "out" => sets.write = members,
                    "except" => sets.except = members,
                    _ => return None,
                }
            }
        }
        Some(Returned::Selected {
            count: u64::try_from(number).ok()?,
            sets: Box::new(sets),
        })
    }
}
