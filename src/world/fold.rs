//! The fold: how each event changes the world.
//!
//! Total: no sequence of events panics, also one in which an event speaks of a socket or call that is not there.

use std::sync::Arc;

use crate::call::argument::Name;
use crate::call::outcome::{Outcome, Returned};
use crate::call::received_bytes::{HEAD, ReceivedBytes, TAIL};
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::call::{Call, Mode};
use crate::event::{
    CallId, Event, EventKind, NewDescriptor, Observation, Origin, Request, SocketId, Source,
    Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Cause, Kind, Phase, TcpState};
use crate::world::log::{Direction, FATAL, Mark};
use crate::world::record::{Addresses, Progress, Record, SoFar};
use crate::world::socket::{OptionSet, Socket, Step};
use crate::world::throughput::Throughput;
use crate::world::{OpenFileId, World};

/// How many of the newest lines keep all of what they received: a result is judged soon after it came.
const KEPT_WHOLE: usize = 16;
/// Outcomes with up to so many received bytes are shared with equal ones.
const SHARED_BYTES: usize = 256;

impl World {
    /// Takes one event in.
    pub fn apply(&mut self, event: &Event) {
        self.revision += 1;
        let at = event.at;
        match &event.what {
            EventKind::Asked(request) => self.asked(at, event.source, request),
            EventKind::Entered {
                call,
                thread,
                state,
            } => self.update(*call, |record| {
                record.entered = Some(at);
                record.thread = Some(*thread);
                record.tcp_before = *state;
            }),
            EventKind::Blocked { call, wchan } => self.blocked(at, *call, wchan.as_ref()),
            EventKind::Cancelling { call } => {
                self.update(*call, |record| record.interrupted = true);
            }
            EventKind::Progress { call, calls, bytes } => self.update(*call, |record| {
                let rest = Throughput::rest(record.entered.unwrap_or(record.asked));
                let before = record.throughput().unwrap_or(rest);
                let rare = record.rare_mut();
                rare.so_far = Some(SoFar {
                    calls: *calls,
                    bytes: *bytes,
                });
                rare.throughput = Some(before.goes_on(at, *calls, *bytes));
                if record.is_blocked() {
                    record.progress = Progress::Running;
                }
            }),
            EventKind::Returned {
                call,
                outcome,
                state,
            } => self.returned(at, *call, outcome, *state),
            EventKind::Refused { call, reason } => {
                self.update(*call, |record| {
                    record.progress = Progress::Refused(Box::new(reason.clone()));
                });
                self.ended(*call, &[]);
            }
            EventKind::Created(birth) => self.born(at, event.source, birth),
            EventKind::AddressOwner {
                call,
                address_owner,
            } => {
                self.update(*call, |record| {
                    record.rare_mut().outside_owner = Some(address_owner.clone());
                });
            }
            EventKind::PathFile { call, file } => {
                self.update(*call, |record| record.rare_mut().path_file = Some(*file));
            }
            EventKind::Observed { socket, seen } => self.observed(at, *socket, seen),
            EventKind::Ends { socket, ends } => {
                if let Some(socket) = self.sockets.get_mut(socket) {
                    socket.take_ends(at, ends);
                }
            }
            EventKind::Renamed { socket, name } => self.rename(*socket, name),
            EventKind::Closed { socket } => self.gone(at, *socket),
            EventKind::Capturing(result) => self.captured_traffic.began(at, result),
            EventKind::Captured { segment, missed } => {
                self.captured_traffic.take(at, *segment, *missed);
            }
        }
    }

    fn update(&mut self, call: CallId, change: impl FnOnce(&mut Record)) {
        let place = self.log.place(call);
        if let Some(record) = place.and_then(|place| self.log.get_mut(place)) {
            change(record);
        }
    }

    fn asked(&mut self, at: Timestamp, source: Source, request: &Request) {
        if self.log.place(request.id).is_some() {
            return self.asked_again(request);
        }
        let old = self.log.len().checked_sub(KEPT_WHOLE);
        if let Some(record) = old.and_then(|old| self.log.get_mut(old)) {
            trim(record);
        }
        self.pending.insert(request);
        let socket = request.on.and_then(|id| self.sockets.get(&id));
        let record = Record {
            source,
            request: Request {
                command: self.shared.commands.shared(Arc::clone(&request.command)),
                call: self.shared.calls.shared(Arc::clone(&request.call)),
                ..request.clone()
            },
            asked: at,
            progress: Progress::Running,
            thread: None,
            entered: None,
            interrupted: false,
            ever_blocked: false,
            window_closed: socket.is_some_and(Socket::window_is_closed),
            phase_before: socket.map(|socket| socket.phase),
            tcp_before: None,
            tcp_after: None,
            unread_before: socket.map_or(0, |socket| socket.unread),
            addresses: None,
            moved: None,
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
    fn files_of(&self, request: &Request) -> (Option<SocketId>, Vec<SocketId>) {
        let on = request.on.map(|id| self.root(id));
        let others = request.others.iter().map(|id| self.root(*id));
        (on, others.collect())
    }

    /// Notes that a call is left behind while it is pending.
    fn leave(&mut self, call: CallId) {
        let Some((place, record)) = self.found(call) else {
            return;
        };
        if record.call().call_kind().can_be_left() {
            let (on, others) = self.files_of(&record.request);
            let all: Vec<SocketId> = on.into_iter().chain(others).collect();
            self.log.leave(place, &all);
        }
    }

    fn found(&self, call: CallId) -> Option<(usize, &Record)> {
        let place = self.log.place(call)?;
        Some((place, self.log.get(place)?))
    }

    /// Notes that a call has ended, and what it moved.
    fn ended(&mut self, call: CallId, moved: &[(Direction, u64, bool)]) {
        self.pending.remove(call);
        let Some((place, record)) = self.found(call) else {
            return;
        };
        let (on, others) = self.files_of(&record.request);
        let received = record.outcome().and_then(Outcome::data);
        let received = received.map_or(0, |bytes| bytes.len().min(HEAD + TAIL));
        self.log.weigh(place, received);
        self.log.ended(place, on, &others, moved);
    }

    /// A look at the kernel that is repeated until it shows what is expected: one line of the log.
    fn asked_again(&mut self, request: &Request) {
        if !request.call.call_kind().is_query() {
            return;
        }
        self.update(request.id, |record| record.progress = Progress::Running);
        self.pending.insert(request);
        if let Some((place, record)) = self.found(request.id) {
            let (on, others) = self.files_of(&record.request);
            self.log.reopened(place, on, &others);
        }
    }

    fn blocked(&mut self, at: Timestamp, call: CallId, wchan: Option<&String>) {
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

    fn returned(
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
            .and_then(|id| self.socket(id));
        let addresses = on.map(|socket| Addresses {
            local: socket.local.clone(),
            remote: socket.peer.clone(),
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
        let Some((made, Some(on))) = made else { return };
        self.note_arrival(call, &moved);
        self.note_mark(call, on, &made, &outcome);
        let outcome = &*outcome;
        self.note_interest(on, &made, outcome);
        self.note_option(call, on, &made, outcome);
        self.count_bytes(on, &made, outcome);
        let cause = self
            .socket(on)
            .and_then(|socket| crate::world::transitions::of_return(&made, outcome, socket))
            .filter(|cause| *cause != Cause::EndOfFile || !self.ends_receiving(on));
        if let Some(cause) = cause {
            let moved = self.advance(at, on, cause);
            self.update(call, |record| record.moved = moved);
            if cause == Cause::Disconnect {
                self.lose_address(at, on);
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
        let sent = moved
            .iter()
            .find(|(direction, ..)| *direction == Direction::Sent);
        let (Some((_, bytes, _)), Some((place, record))) = (sent, self.found(call)) else {
            return;
        };
        for to in self.receivers(record) {
            self.log.arrived(place, to, *bytes);
        }
    }

    /// Notes what the outcome makes of a call that explanations look for.
    fn note_mark(&mut self, call: CallId, on: SocketId, made: &Call, outcome: &Outcome) {
        let file = self.root(on);
        let Some(place) = self.log.place(call) else {
            return;
        };
        let is_verdict = match &outcome.result {
            Err(errno) => FATAL.contains(&errno.0),
            Ok(Returned::Value(Value::Error(errno))) => errno.is_some(),
            Ok(_) => false,
        };
        let kind = made.call_kind();
        let tells =
            kind.sends() || kind.receives() || kind.is_loop() || kind == CallKind::Getsockopt;
        if is_verdict && tells {
            self.log.mark(place, file, Mark::Verdict);
        }
        match (made, &outcome.result) {
            (Call::EpollCtl { .. }, Ok(_)) => self.log.registered_anew(file),
            (call, Ok(Returned::Message(message)))
                if !call.peeks()
                    && (message.flags.contains(libc::MSG_CTRUNC) || !message.fds.is_empty()) =>
            {
                self.log.mark(place, file, Mark::Carried);
            }
            (Call::EpollWait { .. }, Ok(Returned::Ready(ready))) => {
                self.log
                    .reported(place, file, ready.iter().map(|(descriptor, _)| descriptor));
            }
            _ => {}
        }
    }

    /// Notes what setsockopt() has set, with the first descriptor of the socket.
    fn note_option(&mut self, call: CallId, on: SocketId, made: &Call, outcome: &Outcome) {
        let Call::Setsockopt { option, value, .. } = made else {
            return;
        };
        if outcome.result.is_err() {
            return;
        }
        let at = self.call(call).map_or(Timestamp(0), |record| record.asked);
        let root = self.root(on);
        if let Some(socket) = self.sockets.get_mut(&root) {
            socket.options.push(OptionSet {
                at,
                by: call,
                level: option.level,
                number: option.number,
                value: value.clone(),
            });
        }
    }

    /// Whether a shutdown() under way ends the receiving of a socket: then that woke the call, and no FIN did.
    fn ends_receiving(&self, on: SocketId) -> bool {
        self.pending_on(on).any(|record| {
            matches!(*record.request.call, Call::Shutdown { how, .. } if how.0 != libc::SHUT_WR)
        })
    }

    /// After connect(AF_UNSPEC): with the peer goes a local address that the kernel had chosen.
    fn lose_address(&mut self, at: Timestamp, on: SocketId) {
        let local = self.socket(on).and_then(|socket| socket.local.as_ref());
        if local.is_none_or(Address::is_unset) {
            self.advance(at, on, Cause::Unnamed);
        }
    }

    fn count_bytes(&mut self, on: SocketId, call: &Call, outcome: &Outcome) {
        let Some(socket) = self.sockets.get_mut(&on) else {
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
            Returned::Message(message) if !call.peeks() => {
                socket.received += message.bytes.len() as u64;
            }
            _ => {}
        }
    }

    fn born(&mut self, at: Timestamp, source: Source, birth: &NewDescriptor) {
        if self.sockets.contains_key(&birth.socket) {
            return;
        }
        let free = |name: &Name| !self.named(name).is_some_and(Socket::is_open);
        let name = birth
            .name
            .clone()
            .filter(free)
            .unwrap_or_else(|| self.next_name());
        let file = self.describe(birth);
        let table = self.processes.table(source);
        let first = self.files.get(file.0 as usize);
        let first = first.and_then(|file| file.descriptors.first().copied());
        let original = first.and_then(|first| self.socket(first));
        let phase = match birth.origin {
            _ if !birth.kind.is_socket() => Phase::Open,
            Origin::Made => Phase::Unbound,
            Origin::Accepted(_) | Origin::Paired => Phase::Connected,
            // Of one that is not known its earlier calls are not known either; what the kernel says of it is.
            Origin::ReceivedOn(_) | Origin::DuplicateOf(_) => self.phase_of_file(file),
        };
        let socket = Socket {
            id: birth.socket,
            table,
            fd: birth.fd,
            name: name.clone(),
            made_by: birth.call,
            kind: birth.kind,
            domain: birth.domain,
            socket_type: birth.socket_type,
            protocol: birth.protocol,
            origin: birth.origin,
            file,
            identity: birth.identity,
            phase,
            path: vec![Step {
                at,
                phase,
                by: None,
            }],
            local: original.and_then(|socket| socket.local.clone()),
            peer: original.and_then(|socket| socket.peer.clone()),
            tcp: None,
            tcp_path: Vec::new(),
            waiting: None,
            unread: 0,
            memory: None,
            credentials: None,
            interest: Vec::new(),
            ready: false,
            options: Vec::new(),
            sent: 0,
            received: 0,
            ends: None,
            other_before: None,
            table_path: Vec::new(),
            retransmits: Vec::new(),
            orphan: None,
            elsewhere: None,
        };
        self.processes.open(table, birth.fd, birth.socket);
        while self
            .names
            .contains_key(&Name::automatic(self.automatic_from.max(1)))
        {
            self.automatic_from = self.automatic_from.max(1) + 1;
        }
        self.names.insert(name, birth.socket);
        if let Some(cookie) = birth.identity.cookie {
            self.by_cookie.entry(cookie).or_insert(birth.socket);
        }
        self.sockets.insert(birth.socket, socket);
        self.index_pair(birth.socket);
        self.index_local(birth.socket);
        self.update(birth.call, |record| {
            record.rare_mut().born.push(birth.socket);
        });
    }

    fn observed(&mut self, at: Timestamp, id: SocketId, seen: &Observation) {
        // bind() and connect() are seen before they have returned; their own cause follows.
        let is_asked = self.pending_on(id).any(|record| {
            matches!(
                *record.request.call,
                Call::Bind { .. } | Call::Connect { .. }
            )
        });
        self.note_edges(id, seen);
        let Some(socket) = self.sockets.get_mut(&id) else {
            return;
        };
        if let Some(local) = &seen.local {
            socket.local = Some(local.clone());
        }
        if let Some(peer) = &seen.peer {
            socket.peer = Some(peer.clone());
        }
        let is_moved = seen.local.is_some() || seen.peer.is_some();
        if seen.waiting.is_some() {
            socket.waiting = seen.waiting;
        }
        socket.unread = seen.unread.unwrap_or(socket.unread);
        socket.memory = seen.memory;
        socket.credentials = seen.credentials.or(socket.credentials);
        if let Some(state) = seen.tcp
            && socket.tcp != Some(state)
        {
            socket.tcp = Some(state);
            socket.tcp_path.push((at, state));
        }
        let received = matches!(socket.origin, Origin::ReceivedOn(_));
        if received && !is_asked && socket.phase == Phase::Unbound && socket.path.len() == 1 {
            received_in(socket, seen);
        }
        let named = socket.local.as_ref().is_some_and(|local| !local.is_unset());
        let cause = match (socket.phase, seen.tcp) {
            (Phase::Connecting, Some(TcpState::Established)) if !is_asked => {
                Some(Cause::Established)
            }
            (Phase::Connecting, Some(TcpState::Close)) if !is_asked => Some(Cause::ConnectFailed),
            (Phase::Unbound, _) if named && !is_asked && socket.kind() == Kind::Datagram => {
                Some(Cause::AutoBind)
            }
            _ if seen.hung_up => Some(Cause::EndOfFile),
            _ => None,
        };
        if let Some(cause) = cause {
            self.advance(at, id, cause);
        }
        if is_moved {
            self.index_pair(id);
            self.index_local(id);
        }
        if let Some(list) = &seen.interest {
            self.watches(id, list);
        }
    }

    fn rename(&mut self, id: SocketId, name: &Name) {
        if self
            .named(name)
            .is_some_and(|other| other.is_open() && other.id != id)
        {
            return;
        }
        if let Some(socket) = self.sockets.get_mut(&id) {
            if self.names.get(&socket.name) == Some(&id) {
                self.names.remove(&socket.name);
                if let Some(number) = socket.name.automatic_number() {
                    self.automatic_from = self.automatic_from.min(number);
                }
            }
            socket.name = name.clone();
            self.names.insert(name.clone(), id);
        }
    }

    fn gone(&mut self, at: Timestamp, id: SocketId) {
        // One descriptor is gone; others of the same socket keep it alive.
        self.step(at, id, Cause::Close);
        if let Some(socket) = self.sockets.get_mut(&id) {
            self.processes.close(socket.table, socket.fd, id);
            socket.tcp = None;
            socket.waiting = None;
        }
    }

    /// The phase that all open descriptors of an open file description have.
    fn phase_of_file(&self, file: OpenFileId) -> Phase {
        let all = self.files.get(file.0 as usize);
        let all = all.into_iter().flat_map(|file| &file.descriptors);
        let open = all
            .filter_map(|id| self.socket(*id))
            .find(|own| own.is_open());
        open.map_or(Phase::Unbound, |own| own.phase)
    }

    /// Moves a socket and every other descriptor of it.
    fn advance(
        &mut self,
        at: Timestamp,
        id: SocketId,
        cause: Cause,
    ) -> Option<&'static Transition> {
        let all = self.open_file(id).map(|file| file.descriptors.as_slice());
        let others = all.unwrap_or_default().iter().copied();
        let others: Vec<SocketId> = others.filter(|other| *other != id).collect();
        let moved = self.step(at, id, cause);
        for other in others {
            self.step(at, other, cause);
        }
        moved
    }

    fn step(&mut self, at: Timestamp, id: SocketId, cause: Cause) -> Option<&'static Transition> {
        let socket = self.sockets.get_mut(&id)?;
        let row = crate::socket::phase::next(socket.kind(), socket.phase, cause)?;
        socket.phase = row.to;
        socket.path.push(Step {
            at,
            phase: row.to,
            by: Some(row),
        });
        Some(row)
    }
}

/// The phase in which a socket came along with a message: its calls were made elsewhere, so the kernel is asked.
fn received_in(socket: &mut Socket, seen: &Observation) {
    let is_named = |address: &Address| !address.is_unset();
    let phase = if seen.tcp == Some(TcpState::Listen) {
        Phase::Listening
    } else if seen.peer.is_some() {
        Phase::Connected
    } else if seen.local.as_ref().is_some_and(is_named) {
        Phase::Bound
    } else {
        return;
    };
    socket.phase = phase;
    for step in &mut socket.path {
        step.phase = phase;
    }
}

/// What a call moved, in which directions, and whether it stands for many calls. What MSG_PEEK showed is not moved.
fn moved(made: &Call, outcome: &Outcome) -> Vec<(Direction, u64, bool)> {
    let kind = made.call_kind();
    let count = match &outcome.result {
        Ok(Returned::Data { count, .. }) => Some(*count),
        Ok(Returned::Message(message)) => Some(message.count),
        _ => outcome.counted(),
    };
    let Some(count) = count.filter(|_| !made.peeks()) else {
        return Vec::new();
    };
    let directions = [
        (Direction::Sent, kind.sends()),
        (Direction::Received, kind.receives()),
    ];
    let moves = |(_, is_own): &(Direction, bool)| *is_own || kind == CallKind::Echo;
    let moved = directions.into_iter().filter(moves);
    let is_many = !kind.is_system_call();
    moved
        .map(|(direction, _)| (direction, count, is_many))
        .collect()
}

/// Keeps no more received bytes than an old line of the log needs.
fn trim(record: &mut Record) {
    // What went into several buffers stays whole: it is shown buffer by buffer, and one may begin anywhere in it.
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
        cut(outcome);
    }
    if let Some(numbers) = record.rare.as_mut().and_then(|rare| rare.numbers.as_mut()) {
        cut(numbers);
    }
}
