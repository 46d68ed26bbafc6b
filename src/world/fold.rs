//! The fold: how each event changes the world.
//!
//! Total: no sequence of events panics, also one in which an event speaks of a socket or call that is not there.

mod calls;

use crate::call::Call;
use crate::call::argument::Name;
use crate::event::{
    CallId, DescriptorId, Event, EventKind, NewDescriptor, Observation, Origin, Source, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Cause, Kind, Phase, TcpState};
use crate::world::record::{Progress, Record, SoFar};
use crate::world::socket::{Socket, Step};
use crate::world::throughput::Throughput;
use crate::world::{OpenFileId, World};

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
            EventKind::Observed {
                descriptor: socket,
                seen,
            } => self.observed(at, *socket, seen),
            EventKind::Ends {
                descriptor: socket,
                ends,
            } => {
                if let Some(socket) = self.sockets.get_mut(socket) {
                    socket.take_ends(at, ends);
                }
            }
            EventKind::Renamed {
                descriptor: socket,
                name,
            } => self.rename(*socket, name),
            EventKind::Closed { descriptor: socket } => self.gone(at, *socket),
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

    fn born(&mut self, at: Timestamp, source: Source, birth: &NewDescriptor) {
        if self.sockets.contains_key(&birth.descriptor) {
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
            id: birth.descriptor,
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
        self.processes.open(table, birth.fd, birth.descriptor);
        while self
            .names
            .contains_key(&Name::automatic(self.automatic_from.max(1)))
        {
            self.automatic_from = self.automatic_from.max(1) + 1;
        }
        self.names.insert(name, birth.descriptor);
        if let Some(cookie) = birth.identity.cookie {
            self.by_cookie.entry(cookie).or_insert(birth.descriptor);
        }
        self.sockets.insert(birth.descriptor, socket);
        self.index_pair(birth.descriptor);
        self.index_local(birth.descriptor);
        self.update(birth.call, |record| {
            record.rare_mut().born.push(birth.descriptor);
        });
    }

    fn observed(&mut self, at: Timestamp, id: DescriptorId, seen: &Observation) {
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

    fn rename(&mut self, id: DescriptorId, name: &Name) {
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

    fn gone(&mut self, at: Timestamp, id: DescriptorId) {
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
        id: DescriptorId,
        cause: Cause,
    ) -> Option<&'static Transition> {
        let all = self.open_file(id).map(|file| file.descriptors.as_slice());
        let others = all.unwrap_or_default().iter().copied();
        let others: Vec<DescriptorId> = others.filter(|other| *other != id).collect();
        let moved = self.step(at, id, cause);
        for other in others {
            self.step(at, other, cause);
        }
        moved
    }

    fn step(
        &mut self,
        at: Timestamp,
        id: DescriptorId,
        cause: Cause,
    ) -> Option<&'static Transition> {
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
