//! The pending call on another socket that this call has woken.

use crate::call::Call;
use crate::call::table::{CallKind, Role};
use crate::call::value::Value;
use crate::event::{DescriptorId, Timestamp};
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{open_file_description, succeeded};
use crate::explain::facts::history::{is_on, last_set};
use crate::socket::Kind;
use crate::world::log::{Category, Direction};
use crate::world::{Handle, Progress, Record};

impl<'a> Context<'a> {
    /// The accept() that returns the connection of this connect(), or the receiving call that gets what was sent.
    ///
    /// Calls that wait on one socket are woken in their order, so each earlier call of this kind has woken another one.
    pub(crate) fn woken(&self) -> Option<&'a Record> {
        let other = self.addressee()?;
        let source = open_file_description(self.world, other.id());
        let moment = self.record.begun();
        let is_waiter = |record: &&Record| {
            is_on(self.world, record, source)
                && waits_for(self.call_kind(), record)
                && record.begun() < moment
        };
        let there = self.world.log().during(source, moment, moment);
        let waiting = there.into_iter().filter(is_waiter);
        let waiting: Vec<&Record> = waiting
            .filter(|record| !has_ended(record, moment))
            .filter(|record| !self.call_kind().sends() || self.suffices(record))
            .collect();
        let since = waiting.first()?.begun();
        let wakers = self.wakers_since(since);
        if wakers == 0 {
            return waiting.first().copied();
        }
        let meanwhile = self.world.log().during(source, since, moment);
        let served = meanwhile
            .into_iter()
            .filter(is_waiter)
            .filter(|record| !has_ended(record, since) && has_ended(record, moment))
            .count();
        waiting.get(wakers.saturating_sub(served)).copied()
    }

    /// How many earlier calls that began after a moment have woken a call on the same other socket.
    fn wakers_since(&self, since: Timestamp) -> usize {
        let log = self.world.log();
        if self.call_kind() == CallKind::Connect {
            let connects = log.connects_before(self.record.id());
            let recent = connects.take_while(|record| record.asked.max(record.begun()) >= since);
            return recent
                .filter(|record| self.wakes_like(record) && record.begun() > since)
                .count();
        }
        let Some(socket) = self.socket else {
            return 0;
        };
        let own = socket.file_id();
        let (asked, place) = (self.record.asked, log.place(self.record.id()));
        // Calls that have ended are counted from the ledger; those pending at one of the two moments are checked one by
        // one.
        let ended = self
            .world
            .transfers_until(socket.id(), asked, Direction::Sent);
        let before = self
            .world
            .transfers_until(socket.id(), since, Direction::Sent);
        let sends = |record: &&Record| is_on(self.world, record, own) && self.wakes_like(record);
        let early = log.during(own, since, since).into_iter().filter(sends);
        let early = early.filter(|record| {
            let is_counted = |at| at > since && at <= asked;
            record.begun() <= since && record.returned_at().is_some_and(is_counted)
        });
        let late = log.during(own, asked, asked).into_iter().filter(sends);
        let late = late.filter(|record| {
            record.returned_at() > Some(asked)
                && record.begun() > since
                && log.place(record.id()) < place
        });
        (ended - before.min(ended)).saturating_sub(early.count()) + late.count()
    }

    /// How many bytes the woken call has room for.
    pub(crate) fn woken_room(&self) -> Option<u64> {
        Context::of(self.world, self.woken()?).asked()
    }

    /// The loop that receives what arrives at the other end.
    pub(crate) fn looping(&self) -> Option<&'a Record> {
        let other = self.reached()?;
        let source = open_file_description(self.world, other);
        let mut loops = self.world.log().in_category(source, Category::Loop);
        loops.find(|record| {
            let takes = if let CallKind::Connect = self.call_kind() {
                record.request.call.call_kind() == CallKind::Serve
            } else {
                matches!(
                    record.request.call.call_kind(),
                    CallKind::Echo | CallKind::Sink
                )
            };
            takes && self.is_under_way(record)
        })
    }

    /// The call that waits until something arrives at the other end, without receiving it.
    pub(crate) fn returning_watcher(&self) -> Option<&'a Record> {
        let other = self.reached()?;
        let source = open_file_description(self.world, other);
        let watches = |socket: DescriptorId| open_file_description(self.world, socket) == source;
        let (log, moment) = (self.world.log(), self.record.begun());
        let mut there = log.during(source, moment, moment);
        for epoll in log.epolls().filter(|epoll| *epoll != source) {
            there.extend(log.during(epoll, moment, moment));
        }
        there.sort_by_key(|record| log.place(record.id()));
        there.into_iter().find(|record| {
            self.is_under_way(record)
                && (!self.call_kind().sends() || self.wakes_watcher(other))
                && Context::of(self.world, record)
                    .awaited()
                    .iter()
                    .filter(|member| member.events & i32::from(libc::POLLIN) != 0)
                    .any(|member| member.socket.is_some_and(|socket| watches(socket.id())))
        })
    }

    /// Whether poll(2) reports what this call sends at its receiver: SO_RCVLOWAT may ask for more.
    fn wakes_watcher(&self, receiver: DescriptorId) -> bool {
        let least = last_set(
            self.world,
            receiver,
            libc::SOL_SOCKET,
            libc::SO_RCVLOWAT,
            self.at,
        );
        let is_one = |value: &Value| matches!(value, Value::Int(..=1));
        self.unsent().is_none() && least.is_none_or(is_one)
    }

    /// The socket at which something arrives through this call.
    fn reached(&self) -> Option<DescriptorId> {
        self.addressee().map(Handle::id)
    }

    /// The socket to which a call connects or sends.
    fn addressee(&self) -> Option<Handle<'a>> {
        match self.call_kind().role() {
            Role::Connects => self.target(),
            Role::Sends => self.other_end(),
            Role::Receives
            | Role::Answers
            | Role::Accepts
            | Role::Waits
            | Role::Duplicates
            | Role::Closes
            | Role::Other => None,
        }
    }

    /// Whether a call was pending when this one was made.
    fn is_under_way(&self, record: &Record) -> bool {
        let moment = self.record.begun();
        record.id() != self.record.id()
            && record.begun() < moment
            && !has_ended(record, moment)
            && (record.is_pending() || succeeded(record))
    }

    /// Whether an earlier call has woken a call on the same other socket.
    fn wakes_like(&self, record: &Record) -> bool {
        let on_this = || {
            self.socket.is_some_and(|own| {
                is_on(
                    self.world,
                    record,
                    open_file_description(self.world, own.id()),
                )
            })
        };
        let calls = (self.call(), &*record.request.call);
        let same =
            if let (Call::Connect { address, .. }, Call::Connect { address: other, .. }) = calls {
                address == other
            } else {
                record.request.call.call_kind().sends() && on_this()
            };
        same && succeeded(record)
    }
}

/// Whether a call waits for what a call of this kind sends. Peeking does not consume data.
fn waits_for(call_kind: CallKind, record: &Record) -> bool {
    let call = &record.request.call;
    let flags = call.msg_flags();
    let takes = match call.call_kind().role() {
        _ if !call.call_kind().is_system_call() => false,
        Role::Accepts => call_kind == CallKind::Connect,
        Role::Receives => {
            call_kind.sends() && !flags.contains(libc::MSG_PEEK) && !flags.contains(libc::MSG_OOB)
        }
        Role::Sends
        | Role::Answers
        | Role::Connects
        | Role::Waits
        | Role::Duplicates
        | Role::Closes
        | Role::Other => false,
    };
    takes && (record.is_pending() || succeeded(record))
}

impl Context<'_> {
    /// Whether what this call sends is enough for the receiving call that waits: some wait for a number of bytes.
    fn suffices(&self, record: &Record) -> bool {
        let waiting = Context::of(self.world, record);
        let is_stream = waiting.kind() == Some(Kind::Stream);
        let all = || {
            waiting
                .asked()
                .filter(|_| waiting.flags().contains(libc::MSG_WAITALL))
        };
        let least = waiting.lowat();
        let wanted = all().into_iter().chain(least).max();
        let is_enough = wanted.is_none_or(|wanted| self.count() >= Some(wanted));
        self.unsent().is_none() && (!is_stream || is_enough)
    }
}

fn has_ended(record: &Record, until: Timestamp) -> bool {
    matches!(record.progress, Progress::Returned { at, .. } if at < until)
}
