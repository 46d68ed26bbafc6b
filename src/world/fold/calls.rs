//! How the events of calls are folded: requested, blocked, returned; what they moved, and what is kept of them.

use std::sync::Arc;

use crate::call::outcome::{Outcome, Returned};
use crate::call::received_bytes::{HEAD, ReceivedBytes, TAIL};
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::call::{Call, Mode};
use crate::event::{CallId, DescriptorId, Request, Source, Timestamp};
use crate::socket::{Address, Cause, TcpState};
use crate::world::log::{Category, Direction, FATAL};
use crate::world::record::{Addresses, Progress, Record};
use crate::world::{Handle, OpenFileId, OptionSet, World};

/// How many of the newest calls keep all the data that they received: a result is judged soon after the call.
const KEPT_WHOLE: usize = 16;
/// Outcomes with up to this many received bytes are shared with equal ones.
const SHARED_BYTES: usize = 256;

impl World {
    pub(super) fn asked(&mut self, at: Timestamp, source: Source, request: &Request) {
        if self.log.place(request.id).is_some() {
            return self.asked_again(request);
        }
        let old = self.log.len().checked_sub(KEPT_WHOLE);
        if let Some(record) = old.and_then(|old| self.log.get_mut(old)) {
            trim(record);
        }
        self.pending.insert(request);
        let shared = Request {
            command: self.shared.commands.shared(Arc::clone(&request.command)),
            call: self.shared.calls.shared(Arc::clone(&request.call)),
            ..request.clone()
        };
        let socket = request.on.and_then(|id| self.descriptor(id));
        let record = Record {
            source,
            request: shared,
            asked: at,
            progress: Progress::Running,
            thread: None,
            entered: None,
            interrupted: false,
            ever_blocked: false,
            window_closed: socket.is_some_and(Handle::window_is_closed),
            phase_before: socket.map(Handle::phase),
            tcp_before: None,
            tcp_after: None,
            unread_before: socket.map_or(0, Handle::unread),
            addresses: None,
            moved: None,
            facts: None,
            rare: None,
        };
        let (on, others) = self.files_of(request);
        let sent = request.command.call.written_len();
        let place = self.log.len();
        self.log.push(record, on, &others);
        self.log.weigh(place, sent);
        if matches!(request.command.mode, Mode::Blocks | Mode::Background) {
            self.leave(request.id);
        }
    }

    /// The open file descriptions that a call concerns: the one that it is made on, and the others.
    fn files_of(&self, request: &Request) -> (Option<OpenFileId>, Vec<OpenFileId>) {
        let on = request.on.and_then(|id| self.file_of(id));
        let others = request.others.iter().filter_map(|id| self.file_of(*id));
        (on, others.collect())
    }

    /// Notes that the script leaves a call pending.
    fn leave(&mut self, call: CallId) {
        let Some((place, record)) = self.found(call) else {
            return;
        };
        if record.call().call_kind().can_be_left() {
            let (on, others) = self.files_of(&record.request);
            let all: Vec<OpenFileId> = on.into_iter().chain(others).collect();
            self.log.leave(place, &all);
        }
    }

    fn found(&self, call: CallId) -> Option<(usize, &Record)> {
        let place = self.log.place(call)?;
        Some((place, self.log.get(place)?))
    }

    /// Notes that a call has ended, and what it moved.
    pub(super) fn ended(&mut self, call: CallId, moved: &[(Direction, u64, bool)]) {
        self.pending.remove(call);
        self.note_newest(call, Some(call));
        let Some((place, record)) = self.found(call) else {
            return;
        };
        let (on, others) = self.files_of(&record.request);
        let received = record.outcome().and_then(Outcome::data);
        let received = received.map_or(0, |bytes| bytes.len().min(HEAD + TAIL));
        self.log.weigh(place, received);
        self.log.ended(place, on, &others, moved);
    }

    /// Notes which call on an open file description is the newest that has ended.
    pub(super) fn note_newest(&mut self, call: CallId, newest: Option<CallId>) {
        let file = self
            .found(call)
            .and_then(|(_, record)| self.file_of(record.on()?));
        if let Some(file) = file.and_then(|file| self.file_mut(file)) {
            file.newest = newest;
        }
    }

    /// A query that is repeated until it shows what is expected stays one line of the log.
    fn asked_again(&mut self, request: &Request) {
        if !request.call.call_kind().is_query() {
            return;
        }
        self.update(request.id, |record| {
            record.progress = Progress::Running;
            record.facts = None;
        });
        self.pending.insert(request);
        if let Some((place, record)) = self.found(request.id) {
            let (on, others) = self.files_of(&record.request);
            self.log.reopened(place, on, &others);
        }
    }

    pub(super) fn blocked(&mut self, at: Timestamp, call: CallId, wchan: Option<&String>) {
        let (mut connecting, mut is_left) = (None, false);
        self.update(call, |record| {
            if record.progress == Progress::Running {
                record.progress = Progress::Blocked {
                    at,
                    wchan: wchan.map(|wchan| wchan.as_str().into()),
                };
                record.ever_blocked = true;
                let connects = matches!(*record.request.call, Call::Connect { .. });
                connecting = record.request.on.filter(|_| connects);
                is_left = true;
            }
        });
        if is_left {
            self.leave(call);
        }
        if let Some(socket) = connecting {
            self.advance(at, socket, Cause::ConnectBegun);
        }
    }

    pub(super) fn returned(
        &mut self,
        at: Timestamp,
        call: CallId,
        outcome: &Outcome,
        state: Option<TcpState>,
    ) {
        let mut made = None;
        let on = self
            .call(call)
            .and_then(Record::on)
            .and_then(|id| self.descriptor(id));
        let addresses = on.map(|socket| Addresses {
            local: socket.local().cloned(),
            remote: socket.remote().cloned(),
        });
        let written = crate::world::names::written(self, call, outcome);
        let numbers = (written != *outcome).then(|| self.shared_outcome(outcome.clone()));
        let outcome = self.shared_outcome(written);
        let addresses = addresses
            .filter(|addresses| *addresses != Addresses::default())
            .map(|addresses| self.shared.addresses.shared(Arc::new(addresses)));
        self.update(call, |record| {
            if record.is_pending() {
                record.progress = Progress::Returned {
                    at,
                    outcome: Arc::clone(&outcome),
                };
                if numbers.is_some() {
                    record.rare_mut().numbers = numbers;
                }
                record.tcp_after = state;
                record.addresses = addresses;
                made = Some((Arc::clone(&record.request.call), record.request.on));
            }
        });
        let moved = made
            .as_ref()
            .map_or_else(Vec::new, |(made, _)| moved(made, &outcome));
        self.ended(call, &moved);
        if made.is_some() && outcome.result.is_err() {
            self.failures.note(at, call);
        }
        let Some((made, Some(on))) = made else { return };
        self.note_arrival(call, &moved);
        self.note_category(call, on, &made, &outcome);
        let outcome = &*outcome;
        self.note_interest(on, &made, outcome);
        self.note_option(call, on, &made, outcome);
        self.count_bytes(on, &made, outcome);
        let cause = self
            .socket_of(on)
            .and_then(|socket| crate::world::transitions::of_return(&made, outcome, socket))
            .filter(|cause| *cause != Cause::EndOfFile || !self.ends_receiving(on));
        if let Some(cause) = cause {
            let moved = self.advance(at, on, cause);
            self.update(call, |record| record.moved = moved);
            match cause {
                Cause::Disconnect => self.lose_address(at, on),
                Cause::ConnectBegun => self.has_connected(at, on),
                _ => {}
            }
        }
    }

    /// A small outcome is shared with equal ones; to compare much data takes longer than to keep it.
    fn shared_outcome(&mut self, outcome: Outcome) -> Arc<Outcome> {
        let outcome = Arc::new(outcome);
        match outcome
            .data()
            .is_none_or(|bytes| bytes.len() <= SHARED_BYTES)
        {
            true => self.shared.outcomes.shared(outcome),
            false => outcome,
        }
    }

    /// Notes a message with the sockets of the session that it was sent to.
    fn note_arrival(&mut self, call: CallId, moved: &[(Direction, u64, bool)]) {
        let Some((place, record)) = self.found(call) else {
            return;
        };
        let sent = moved
            .iter()
            .filter(|(direction, ..)| *direction == Direction::Sent);
        let arrivals: Vec<(OpenFileId, u64)> = sent
            .enumerate()
            .flat_map(|(index, (_, bytes, _))| {
                let receivers = self.receivers(record, index).into_iter();
                receivers.map(|to| (to, *bytes))
            })
            .collect();
        for (to, bytes) in arrivals {
            self.log.arrived(place, to, bytes);
        }
    }

    /// Puts a call into the categories that its outcome decides.
    fn note_category(&mut self, call: CallId, on: DescriptorId, made: &Call, outcome: &Outcome) {
        let (Some(file), Some(place)) = (self.file_of(on), self.log.place(call)) else {
            return;
        };
        let is_fatal = match &outcome.result {
            Err(errno) => FATAL.contains(&errno.0),
            Ok(Returned::Value(Value::Error(errno))) => errno.is_some(),
            Ok(_) => false,
        };
        let kind = made.call_kind();
        let tells =
            kind.sends() || kind.receives() || kind.is_loop() || kind == CallKind::Getsockopt;
        if is_fatal && tells {
            self.log.categorize(place, file, Category::ConnectionOver);
        }
        match (made, &outcome.result) {
            (Call::EpollCtl { .. }, Ok(_)) => self.log.registered_anew(file),
            (call, Ok(Returned::Message(_) | Returned::Messages(_)))
                if !call.peeks()
                    && outcome.messages().iter().any(|message| {
                        message.flags.contains(libc::MSG_CTRUNC) || !message.fds.is_empty()
                    }) =>
            {
                self.log.categorize(place, file, Category::TakesDescriptors);
            }
            (call, Ok(Returned::Ready(ready))) if call.call_kind().waits_on_epoll() => {
                self.log
                    .reported(place, file, ready.iter().map(|(descriptor, _)| descriptor));
            }
            _ => {}
        }
    }

    /// Notes what setsockopt() has set.
    fn note_option(&mut self, call: CallId, on: DescriptorId, made: &Call, outcome: &Outcome) {
        let Call::Setsockopt { option, value, .. } = made else {
            return;
        };
        if outcome.result.is_err() {
            return;
        }
        let at = self.call(call).map_or(Timestamp(0), |record| record.asked);
        if let Some(socket) = self.socket_of_mut(on) {
            socket.set_option(OptionSet {
                at,
                by: call,
                level: option.level,
                number: option.number,
                value: value.clone(),
            });
        }
    }

    /// Whether a pending shutdown() ends receiving on a socket: then that woke the call, and not a FIN.
    fn ends_receiving(&self, on: DescriptorId) -> bool {
        self.pending_on(on).any(|record| {
            matches!(*record.request.call, Call::Shutdown { how, .. } if how.0 != libc::SHUT_WR)
        })
    }

    /// After connect(AF_UNSPEC): a local address that the kernel had chosen is released together with the peer.
    fn lose_address(&mut self, at: Timestamp, on: DescriptorId) {
        let local = self.socket_of(on).and_then(|socket| socket.local.as_ref());
        if local.is_none_or(Address::is_unset) {
            self.advance(at, on, Cause::Unnamed);
        }
    }

    /// After a connect() that did not wait: on the loopback the handshake is complete already, and that was observed before
    /// the call returned. Nothing new will be.
    fn has_connected(&mut self, at: Timestamp, on: DescriptorId) {
        let state = self.socket_of(on).and_then(|socket| socket.tcp);
        if state == Some(TcpState::Established) {
            self.advance(at, on, Cause::Established);
        }
    }

    fn count_bytes(&mut self, on: DescriptorId, call: &Call, outcome: &Outcome) {
        let Some(socket) = self.socket_of_mut(on) else {
            return;
        };
        let counted = outcome.counted().unwrap_or(0);
        if call.call_kind().sends() {
            socket.sent += counted;
        } else if call.call_kind().receives() {
            socket.received += counted;
        }
        let Ok(returned) = &outcome.result else {
            return;
        };
        match returned {
            Returned::Data { bytes, .. } if call.call_kind().receives() && !call.peeks() => {
                socket.received += bytes.len() as u64;
            }
            Returned::Message(_) | Returned::Messages(_) if !call.peeks() => {
                let bytes = outcome.messages().iter().map(|one| one.bytes.len() as u64);
                socket.received += bytes.sum::<u64>();
            }
            _ => {}
        }
    }
}

/// What a call moved, in which directions, and whether it made many transfers. MSG_PEEK does not move data.
fn moved(made: &Call, outcome: &Outcome) -> Vec<(Direction, u64, bool)> {
    let kind = made.call_kind();
    let counts = match &outcome.result {
        Ok(Returned::Data { count, .. }) => vec![*count],
        Ok(Returned::Message(_) | Returned::Messages(_)) => {
            let counts = outcome.messages().iter().map(|message| message.count);
            counts.collect()
        }
        // Each message is a transfer of its own.
        Ok(Returned::Sent(lengths)) => lengths.clone(),
        _ => outcome.counted().into_iter().collect(),
    };
    if made.peeks() {
        return Vec::new();
    }
    let directions = [
        (Direction::Sent, kind.sends()),
        (Direction::Received, kind.receives()),
    ];
    let moves = |(_, is_own): &(Direction, bool)| *is_own || kind == CallKind::Echo;
    let moved: Vec<(Direction, bool)> = directions.into_iter().filter(moves).collect();
    let is_many = !kind.is_system_call();
    let each = counts.into_iter().flat_map(|count| {
        let moved = moved.iter();
        moved.map(move |(direction, _)| (*direction, count, is_many))
    });
    each.collect()
}

/// Drops the received bytes that an old line of the log does not need.
fn trim(record: &mut Record) {
    // Data that was received into several buffers stays whole: it is displayed buffer by buffer, and a buffer may begin
    // anywhere in it.
    if record.call().room().is_some_and(|room| room.len() > 1) {
        return;
    }
    let cut = |outcome: &mut Arc<Outcome>| {
        let Some(cut) = outcome.data().map(ReceivedBytes::cut) else {
            return;
        };
        if outcome.data() != Some(&cut)
            && let Some(bytes) = Arc::make_mut(outcome).data_mut()
        {
            *bytes = cut;
        }
    };
    if let Progress::Returned { outcome, .. } = &mut record.progress {
        if let Ok(Returned::Messages(_)) = &outcome.result {
            cut_each(Arc::make_mut(outcome));
            return;
        }
        cut(outcome);
    }
    if let Some(numbers) = record.rare.as_mut().and_then(|rare| rare.numbers.as_mut()) {
        cut(numbers);
    }
}

/// The same of several messages.
fn cut_each(outcome: &mut Outcome) {
    if let Ok(Returned::Messages(messages)) = &mut outcome.result {
        for message in messages {
            message.bytes = message.bytes.cut();
        }
    }
}
