//! The fold: how each event changes the world.
//!
//! It is total: no sequence of events panics, not even one that refers to a socket or call that does not exist.

mod calls;

use std::sync::Arc;

use crate::call::Call;
use crate::call::argument::Name;
use crate::call::value::Value;
use crate::event::{
    CallId, DescriptorId, Event, EventKind, Evidence, NewDescriptor, Observation, Origin, Source,
    Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Cause, Domain, Kind, Phase, TcpState};
use crate::world::record::{Progress, Record, SoFar};
use crate::world::socket::{Socket, SocketId, Step};
use crate::world::throughput::Throughput;
use crate::world::{Descriptor, Handle, World};

impl World {
    /// Folds one event in.
    pub fn apply(&mut self, event: &Event) {
        self.revision += 1;
        let at = event.at;
        match &event.what {
            EventKind::Asked(request) => self.asked(at, event.source, request),
            EventKind::MadeAs { call, syscall } => self.update(*call, |record| {
                record.rare_mut().made_as = Some(syscall.clone());
            }),
            EventKind::Held { call } => self.update(*call, |record| {
                if record.progress == Progress::Running {
                    record.progress = Progress::Held;
                }
            }),
            EventKind::Abandoned { call, reason } => {
                self.update(*call, |record| {
                    if record.is_pending() {
                        record.progress = Progress::Abandoned {
                            at,
                            reason: *reason,
                        };
                    }
                });
                self.ended(*call, &[]);
            }
            EventKind::Process(what) => self.happened_to_process(at, event.source, what),
            EventKind::Entered {
                call,
                thread,
                state,
            } => {
                self.update(*call, |record| {
                    if record.progress == Progress::Held {
                        record.progress = Progress::Running;
                    }
                    record.entered = Some(at);
                    record.thread = Some(*thread);
                    record.tcp_before = *state;
                });
                self.note_newest(*call, None);
            }
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
                rare.throughput = Some(before.advanced(at, *calls, *bytes));
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
            EventKind::Created(new) => self.created(at, event.source, new),
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
            EventKind::Evidence { call, evidence } => {
                self.note_v6_only(*call, evidence);
                self.update(*call, |record| {
                    record.rare_mut().evidence = Some(evidence.clone());
                });
            }
            EventKind::Observed { descriptor, seen } => self.observed(at, *descriptor, seen),
            EventKind::Endpoints {
                descriptor,
                endpoints,
            } => {
                self.take_own_end(at, *descriptor, endpoints);
                if let Some(socket) = self.socket_of_mut(*descriptor) {
                    socket.take_endpoints(at, endpoints);
                }
            }
            EventKind::Renamed { descriptor, name } => self.rename(*descriptor, name),
            EventKind::Closed { descriptor } => self.closed(at, *descriptor),
            EventKind::Capturing(result) => self.captured_traffic.began(at, result),
            EventKind::Captured { segment, missed } => {
                self.captured_traffic.take(at, *segment, *missed);
            }
        }
    }

    /// Keeps how IPV6_V6ONLY of the socket of a call reads.
    fn note_v6_only(&mut self, call: CallId, evidence: &Evidence) {
        let read = evidence.option(libc::IPPROTO_IPV6, libc::IPV6_V6ONLY);
        let on = self.call(call).and_then(Record::on);
        if let (Some(Value::Int(is_on)), Some(on)) = (read, on)
            && let Some(socket) = self.socket_of_mut(on)
        {
            socket.reads_v6_only = Some(*is_on != 0);
        }
    }

    pub(super) fn update(&mut self, call: CallId, change: impl FnOnce(&mut Record)) {
        let place = self.log.place(call);
        if let Some(record) = place.and_then(|place| self.log.get_mut(place)) {
            change(record);
        }
    }

    fn created(&mut self, at: Timestamp, source: Source, new: &NewDescriptor) {
        if self.descriptors.contains_key(&new.descriptor) {
            return;
        }
        let name = self.name_of_new(source, new);
        let known = self.known_file(new);
        let file = known.unwrap_or_else(|| self.new_file(new));
        let table = self.processes.table(source);
        if let Some(file) = self.file_mut(file) {
            file.descriptors.push(new.descriptor);
        }
        let descriptor = Descriptor {
            id: new.descriptor,
            table,
            number: new.fd,
            name: name.clone(),
            created_by: new.call,
            origin: new.origin,
            file,
            created: at,
            closed: None,
            steps: usize::MAX,
        };
        self.descriptors
            .insert(new.descriptor, Arc::new(descriptor));
        self.processes.open(table, new.fd, new.descriptor);
        self.use_name(name, new.descriptor);
        self.begin_path(at, new.descriptor);
        // What fork() copies is not what it returns.
        if !matches!(
            (source, new.origin),
            (Source::Child { .. }, Origin::Inherited(_))
        ) {
            self.update(new.call, |record| {
                record.rare_mut().new_descriptors.push(new.descriptor);
            });
        }
    }

    /// The name that a new descriptor gets: the one that was asked for, if it is free. A copy that a child has is named as its
    /// original, with the name of the child.
    fn name_of_new(&self, source: Source, new: &NewDescriptor) -> Name {
        let free = |name: &Name| !self.named(name).is_some_and(Handle::is_open);
        let Some(process) = self.child_name(source) else {
            let name = new.name.clone().filter(free);
            return name.unwrap_or_else(|| self.next_name());
        };
        let original = match new.origin {
            Origin::Inherited(of) => self.descriptor(of).map(|own| own.name().base()),
            _ => None,
        };
        let asked = new.name.clone().or(original);
        let asked = asked.map(|name| name.in_process(&process)).filter(free);
        asked.unwrap_or_else(|| {
            let all = (1..).map(|number| Name::automatic(number).in_process(&process));
            let mut all = all.filter(|name| !self.names.contains_key(name));
            all.next().unwrap_or_else(|| self.next_name())
        })
    }

    /// The name of the child that an event comes from.
    fn child_name(&self, source: Source) -> Option<Name> {
        let Source::Child { .. } = source else {
            return None;
        };
        let mut all = self.children().rev();
        all.find(|own| own.source == source)?.name.clone()
    }

    /// A new descriptor starts the history of a new socket, or reopens one whose descriptors were all closed.
    fn begin_path(&mut self, at: Timestamp, id: DescriptorId) {
        let Some(socket) = self.socket_of_mut(id) else {
            return;
        };
        socket.released = None;
        if socket.path.is_empty() {
            let phase = socket.phase;
            socket.path.push(Step {
                at,
                phase,
                by: None,
            });
        }
    }

    /// Gives a name to a descriptor.
    fn use_name(&mut self, name: Name, id: DescriptorId) {
        let number = name.automatic_number();
        self.names.entry(name).or_default().push(id);
        if let Some(number) = number {
            let names = &self.names;
            self.automatic.take(number, |number| {
                names.contains_key(&Name::automatic(number))
            });
        }
    }

    fn observed(&mut self, at: Timestamp, id: DescriptorId, seen: &Observation) {
        // The effect of bind() and connect() may be seen before they return; their own transition follows then.
        let is_asked = self.pending_on(id).any(|record| {
            matches!(
                *record.request.call,
                Call::Bind { .. } | Call::Connect { .. }
            )
        });
        if let Some(file) = self.file_of(id).and_then(|file| self.file_mut(file)) {
            file.seen = Some(at);
        }
        self.note_edges(id, seen);
        self.note_unread_before_close(id, seen);
        if let Some(list) = &seen.interest {
            self.watches(id, list);
        }
        if let Some(contents) = &seen.contents
            && let Some(file) = self.file_of(id).and_then(|file| self.file_mut(file))
        {
            file.note_contents(at, **contents);
        }
        let Some(socket) = self.socket_of_mut(id) else {
            return;
        };
        if let Some(local) = &seen.local {
            socket.local = Some(local.clone());
        }
        if let Some(peer) = &seen.peer {
            socket.remote = Some(peer.clone());
        }
        let moved = (seen.local.is_some() || seen.peer.is_some()).then_some(socket.id);
        if seen.waiting.is_some() {
            socket.waiting = seen.waiting;
        }
        socket.unread = seen.unread.unwrap_or(socket.unread);
        socket.error_queued = seen.error_queued.unwrap_or(socket.error_queued);
        socket.memory = seen.memory;
        socket.credentials = seen.credentials.or(socket.credentials);
        if let Some(state) = seen.tcp
            && socket.tcp != Some(state)
        {
            socket.tcp = Some(state);
            socket.tcp_path.push((at, state));
        }
        let received = matches!(socket.origin, Origin::ReceivedOn(_) | Origin::Found);
        if received && !is_asked && socket.phase == Phase::Unbound && socket.path.len() == 1 {
            received_in(socket, seen);
        }
        let named = socket.local.as_ref().is_some_and(|local| !local.is_unset());
        let cause = match (socket.phase, seen.tcp) {
            (Phase::Connecting, Some(TcpState::Established)) if !is_asked => {
                Some(Cause::Established)
            }
            (Phase::Connecting, Some(TcpState::Close)) if !is_asked => Some(Cause::ConnectFailed),
            (Phase::Unbound, _) if named && !is_asked && socket.kind == Kind::Datagram => {
                Some(Cause::AutoBind)
            }
            _ if seen.hung_up => Some(Cause::EndOfFile),
            _ => None,
        };
        if let Some(cause) = cause {
            self.advance(at, id, cause);
        }
        if let Some(socket) = moved {
            self.index_pair(socket);
            self.index_local(socket);
            self.name_peer(socket);
        }
    }

    /// The peer of an AF_UNIX connection sees the name that a socket got after it was connected: getpeername(2).
    fn name_peer(&mut self, own: SocketId) {
        let Some(own) = self.socket(own) else { return };
        let is_connection = own.domain == Domain::UNIX && own.kind.is_connected_kind();
        let name = own
            .local
            .clone()
            .filter(|name| is_connection && !name.is_unset());
        let peer = self.peer_socket(own).map(|peer| peer.first);
        if let (Some(name), Some(peer)) = (name, peer.and_then(|peer| self.socket_of_mut(peer))) {
            // An accepted socket has the name of its listener, and its client sees that already.
            if peer.remote.is_some() {
                peer.remote = Some(name);
            }
        }
    }

    /// A socket is probed once more just before close().
    fn note_unread_before_close(&mut self, id: DescriptorId, seen: &Observation) {
        let Some(unread) = seen.unread else { return };
        let is_close = |record: &&Record| matches!(*record.request.call, Call::Close { .. });
        let closes = self.pending_on(id).find(is_close).map(Record::id);
        if let Some(call) = closes {
            self.update(call, |record| record.unread_before = unread);
        }
    }

    fn rename(&mut self, id: DescriptorId, name: &Name) {
        let child = self.descriptor(id).and_then(|own| self.child_of(own));
        let name = &match child.and_then(|child| child.name.as_ref()) {
            Some(child) => name.in_process(child),
            None => name.clone(),
        };
        let is_taken = |other: Handle<'_>| other.is_open() && other.id() != id;
        if self.named(name).is_some_and(is_taken) {
            return;
        }
        let Some(descriptor) = self.descriptors.get_mut(&id) else {
            return;
        };
        let before = std::mem::replace(&mut Arc::make_mut(descriptor).name, name.clone());
        self.drop_name(&before, id);
        self.use_name(name.clone(), id);
    }

    /// Takes a name from a descriptor. An automatic one that nothing else has is given again.
    pub(super) fn drop_name(&mut self, name: &Name, id: DescriptorId) {
        let Some(all) = self.names.get_mut(name) else {
            return;
        };
        all.retain(|other| *other != id);
        if all.is_empty() {
            self.names.remove(name);
            if let Some(number) = name.automatic_number() {
                self.automatic.give_back(number);
            }
        }
    }

    /// Closes a descriptor. Other descriptors of the same open file description keep it, and its socket, open.
    fn closed(&mut self, at: Timestamp, id: DescriptorId) {
        let found = self.descriptors.get_mut(&id);
        let Some(descriptor) = found.filter(|own| own.is_open()).map(Arc::make_mut) else {
            return;
        };
        descriptor.closed = Some(at);
        let (table, number, file) = (descriptor.table, descriptor.number, descriptor.file);
        self.processes.close(table, number, id);
        let steps = self.socket_of(id).map(|socket| socket.path.count());
        if let (Some(descriptor), Some(steps)) = (self.descriptors.get_mut(&id), steps) {
            Arc::make_mut(descriptor).steps = steps;
        }
        if !self.descriptors_of(file).any(Handle::is_open) {
            self.release(at, id);
        }
        self.note_closed(id);
    }

    /// The last descriptor of a socket that a known process had was closed.
    fn release(&mut self, at: Timestamp, last: DescriptorId) {
        let Some(socket) = self.socket_of_mut(last) else {
            return;
        };
        socket.released = Some(at);
        socket.tcp = None;
        socket.waiting = None;
        let (id, inode) = (socket.id, socket.identity.inode);
        // The kernel reuses inode numbers.
        if let Some(inode) = inode.filter(|inode| self.by_inode.get(inode) == Some(&id)) {
            self.by_inode.remove(&inode);
        }
    }

    /// Applies a cause to the phase of a descriptor's socket.
    pub(super) fn advance(
        &mut self,
        at: Timestamp,
        id: DescriptorId,
        cause: Cause,
    ) -> Option<&'static Transition> {
        let socket = self.socket_of_mut(id).filter(|socket| socket.is_open())?;
        let transition = crate::socket::phase::next(socket.kind, socket.phase, cause)?;
        socket.phase = transition.to;
        socket.path.push(Step {
            at,
            phase: transition.to,
            by: Some(transition),
        });
        Some(transition)
    }
}

/// The phase of a socket that was received with a message. The calls on it were made elsewhere, so the kernel was
/// asked.
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
    for step in socket.path.iter_mut() {
        step.phase = phase;
    }
}
