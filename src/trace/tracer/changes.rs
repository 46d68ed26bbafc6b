//! What a call changes in the descriptor table of its process.

use crate::call::Call;
use crate::call::argument::{Descriptor, Name};
use crate::call::outcome::{Outcome, Returned};
use crate::engine::bookkeeping::has_failed;
use crate::engine::new_descriptors::Created;
use crate::event::{CallId, DescriptorId, EventKind, Identity, NewDescriptor, Origin, Source};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{EpollOp, Protocol};
use crate::trace::descriptors::{TableKey, Tracked};
use crate::trace::entry::wait::event;
use crate::trace::memory::Tracee;
use crate::trace::tracer::calls::number;
use crate::trace::tracer::{Pending, Tracer};

/// linux/close_range.h
const CLOSE_RANGE_CLOEXEC: u64 = 4;

impl Tracer {
    /// Takes in what a call has changed: descriptors that are new, closed, replaced, or watched.
    pub(super) fn changed(
        &mut self,
        source: Source,
        pid: i32,
        table: TableKey,
        pending: &Pending,
        outcome: &mut Outcome,
    ) {
        let call = &pending.entered.call;
        let has_succeeded = outcome.result.is_ok();
        // The number is free, whatever close(2) said, unless it said that there was nothing to close.
        let is_closed = outcome.errno().is_none_or(|errno| errno.0 != libc::EBADF);
        if let (Call::Close { socket }, true) = (call, is_closed) {
            self.close_number(source, table, socket);
        }
        if let (Some(to), true) = (call.replaces(), has_succeeded)
            && call.socket() != Some(to)
        {
            self.close_number(source, table, to);
        }
        if let (Call::EpollCtl { op, target, .. }, true) = (call, has_succeeded) {
            self.watches(pid, table, pending, *op, target);
        }
        if let (Call::Connect { .. }, true, Some((id, _))) = (call, has_failed(outcome), pending.on)
        {
            self.reporter.connects(id, None);
        }
        if let (Call::Syscall { made }, true) = (call, has_succeeded) {
            match made.name {
                "unshare" => self.unshared(source, pid, &pending.args),
                "close_range" => self.close_range(source, table, &pending.args),
                _ => {}
            }
        }
        for (created, identity) in self.created(pid, pending, outcome) {
            self.open(source, table, pending, created, identity);
        }
    }

    fn close_number(&mut self, source: Source, table: TableKey, socket: &Descriptor) {
        if let Some(fd) = number(socket) {
            self.close(source, table, fd);
        }
    }

    fn watches(
        &mut self,
        pid: i32,
        table: TableKey,
        pending: &Pending,
        op: EpollOp,
        target: &Descriptor,
    ) {
        let file = pending
            .entered
            .on
            .and_then(|fd| Some(self.tables.get(table, fd)?.file));
        let (Some(epoll), Some(fd)) = (file, number(target)) else {
            return;
        };
        let data = match op.0 {
            libc::EPOLL_CTL_DEL => None,
            _ => event(&Tracee(pid), pending.args[3]).map(|(_, data)| data),
        };
        self.tables.watch(epoll, fd, data);
    }

    /// A thread may have a descriptor table of its own now; where no other thread shared it, it is the same one.
    fn unshared(&mut self, source: Source, pid: i32, args: &[u64; 6]) {
        let is_shared = self
            .processes
            .get(&pid)
            .is_some_and(|process| process.threads > 1);
        if let (Source::Traced { tid, .. }, true) =
            (source, is_shared && args[0] & libc::CLONE_FILES as u64 != 0)
            && let Some(thread) = self.threads.get_mut(&tid)
        {
            thread.apart = true;
        }
    }

    fn close_range(&mut self, source: Source, table: TableKey, args: &[u64; 6]) {
        if args[2] & CLOSE_RANGE_CLOEXEC != 0 {
            return;
        }
        let range = args[0]..=args[1];
        let closed: Vec<i32> = self
            .tables
            .all(table)
            .map(|(fd, _)| fd)
            .filter(|fd| range.contains(&u64::try_from(*fd).unwrap_or(u64::MAX)))
            .collect();
        for fd in closed {
            self.close(source, table, fd);
        }
    }

    /// The descriptors that a call has made, with the identities of their sockets.
    fn created(
        &mut self,
        pid: i32,
        pending: &Pending,
        outcome: &Outcome,
    ) -> Vec<(Created, Identity)> {
        let Ok(returned) = &outcome.result else {
            return Vec::new();
        };
        let on = pending.on.map(|(id, _)| id);
        let found: Vec<Created> = match returned {
            Returned::Message(_) | Returned::Messages(_) => {
                let origin = on.map_or(Origin::Found, Origin::ReceivedOn);
                let fds = outcome.messages().iter().flat_map(|message| &message.fds);
                let fds = fds.filter_map(number);
                return fds
                    .filter_map(|fd| {
                        let (target, identity) = self.probes.identify(pid, fd)?;
                        Some((Created { target, origin }, identity))
                    })
                    .collect();
            }
            Returned::Accepted { fd, .. } => {
                let listener = pending.on.map(|(_, target)| target);
                let is_plain = listener.filter(|own| own.protocol != Protocol(libc::IPPROTO_MPTCP));
                let target = match is_plain {
                    Some(listener) => Some(ProbeTarget {
                        fd: *fd,
                        ..listener
                    }),
                    // A client without MPTCP gets a plain TCP socket.
                    None => self.probes.identify(pid, *fd).map(|(target, _)| target),
                };
                let origin = on.map_or(Origin::Found, Origin::Accepted);
                let created = target.map(|target| Created { target, origin });
                created.into_iter().collect()
            }
            _ => {
                let target = pending.on.map(|(_, target)| target);
                // Without it the call was made on something that is not of interest.
                let makes_copy = pending.entered.call.socket().is_some();
                if makes_copy && target.is_none() {
                    return Vec::new();
                }
                crate::engine::new_descriptors::created(
                    &pending.entered.call,
                    outcome,
                    on,
                    target.as_ref(),
                )
            }
        };
        let is_new = |created: &Created| {
            pending.entered.call.socket() != Some(&Descriptor::Raw(created.target.fd))
        };
        found
            .into_iter()
            .filter(is_new)
            .map(|created| {
                let identity = self.probes.identity(pid, &created.target);
                (created, identity)
            })
            .collect()
    }

    fn open(
        &mut self,
        source: Source,
        table: TableKey,
        pending: &Pending,
        created: Created,
        identity: Identity,
    ) {
        let Created { target, origin } = created;
        let file = match origin {
            Origin::DuplicateOf(_) => pending
                .entered
                .on
                .and_then(|fd| Some(self.tables.get(table, fd)?.file)),
            _ => None,
        };
        let new = self.new_descriptor(pending.id, target, origin, identity);
        let Source::Traced { pid, .. } = source else {
            return;
        };
        self.adopt(pid, new, target, file);
    }

    fn new_descriptor(
        &self,
        call: CallId,
        target: ProbeTarget,
        origin: Origin,
        identity: Identity,
    ) -> NewDescriptor {
        NewDescriptor {
            descriptor: self.reporter.new_descriptor(),
            call,
            fd: target.fd,
            name: None,
            kind: target.kind,
            domain: target.domain,
            socket_type: target.socket_type,
            protocol: target.protocol,
            origin,
            identity,
            same_file: None,
        }
    }

    /// Takes in a descriptor that was not known: the process had it before it was traced, or got it by a way that is not
    /// traced. Nothing happens where it is a file, or a pipe as a standard stream.
    pub(super) fn find(&mut self, pid: i32, fd: i32) {
        if let Some((target, identity)) = self.probes.identify(pid, fd) {
            self.take_in(pid, target, identity);
        }
    }

    /// Takes in a descriptor that was found.
    pub(super) fn take_in(&mut self, pid: i32, target: ProbeTarget, identity: Identity) {
        let new = self.new_descriptor(CallId(0), target, Origin::Found, identity);
        self.adopt(pid, new, target, None);
    }

    /// Reports a new descriptor and takes it in. A number that another descriptor had means that this one was closed by a
    /// way that is not traced.
    pub(super) fn adopt(
        &mut self,
        pid: i32,
        mut new: NewDescriptor,
        target: ProbeTarget,
        file: Option<DescriptorId>,
    ) {
        let Some(table) = self.processes.get(&pid).map(|process| process.table) else {
            return;
        };
        let source = Source::Traced { pid, tid: pid };
        self.close(source, table, target.fd);
        let name = self.name(pid, target.fd);
        let descriptor = new.descriptor;
        new.name = Some(name.clone());
        let identity = new.identity;
        let tracked = Tracked {
            id: descriptor,
            name: name.clone(),
            target,
            identity,
            file: file.unwrap_or(descriptor),
        };
        self.names.insert(name);
        self.tables.open(table, target.fd, tracked);
        self.reporter.adopt(descriptor, &target, identity);
        self.emit(source, EventKind::Created(new));
        if let Some(seen) = self.probes.observe(pid, &target, true) {
            self.reporter.happened(descriptor, Some(&seen));
            self.emit(source, EventKind::Observed { descriptor, seen });
        }
    }

    /// The name of a descriptor: `fd3`, in other processes than the first `fd3_1234`.
    fn name(&self, pid: i32, fd: i32) -> Name {
        let short = Name::new(&format!("fd{fd}"));
        let long = Name::new(&format!("fd{fd}_{pid}"));
        let is_free = |name: &Name| !self.names.contains(name);
        let own = match pid == self.root {
            true => short.filter(is_free),
            false => None,
        };
        own.or(long).unwrap_or_else(|| Name::automatic(0))
    }

    /// A number of a table is closed.
    pub(super) fn close(&mut self, source: Source, table: TableKey, fd: i32) {
        if let Some(tracked) = self.tables.close(table, fd) {
            self.forget(source, &tracked);
        }
    }

    /// Reports that a descriptor was closed.
    pub(super) fn forget(&mut self, source: Source, tracked: &Tracked) {
        self.names.remove(&tracked.name);
        self.reporter.closed(tracked.id);
        let descriptor = tracked.id;
        self.emit(source, EventKind::Closed { descriptor });
    }
}
