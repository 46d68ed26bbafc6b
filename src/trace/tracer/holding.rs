//! Threads that are held just before a call, and how they go on.

use crate::call::Call;
use crate::event::{CallId, DescriptorId, EventKind};
use crate::kernel::observe::ProbeTarget;
use crate::socket::TcpState;
use crate::trace::breakpoint::{Break, Hold};
use crate::trace::tracer::calls::number;
use crate::trace::tracer::{Pending, Thread, Tracer};

impl Tracer {
    /// Whether a thread is to be held before a call.
    pub(super) fn holds(&mut self, tid: i32, pid: i32, pending: &Pending) -> bool {
        let has_begun = self
            .processes
            .get(&pid)
            .is_some_and(|process| process.began);
        match &self.hold {
            Hold::Never => false,
            Hold::Each => has_begun,
            Hold::When(breaks) => {
                let breaks = breaks.clone();
                has_begun
                    && breaks
                        .into_iter()
                        .any(|what| self.is_at(what, tid, pid, pending))
            }
        }
    }

    fn is_at(&mut self, what: Break, tid: i32, pid: i32, pending: &Pending) -> bool {
        let call = &pending.entered.call;
        match what {
            Break::Call(name) => name.is_of(pending.row, call),
            Break::Errno(errno) => {
                let last = self.threads.get(&tid).and_then(|thread| thread.failed);
                last == Some(errno)
            }
            Break::Descriptor(fd) => concerned(call, pending.entered.on).any(|own| own == fd),
            Break::State(state) => self.is_in(pid, state, pending),
        }
    }

    /// Whether a socket that a call is about is in a state.
    fn is_in(&mut self, pid: i32, state: TcpState, pending: &Pending) -> bool {
        let Some(table) = self.processes.get(&pid).map(|process| process.table) else {
            return false;
        };
        let mut numbers = concerned(&pending.entered.call, pending.entered.on);
        numbers.any(|fd| {
            let target = self.tables.get(table, fd).map(|own| own.target);
            let seen = target.and_then(|target| self.probes.observe(pid, &target, false));
            seen.and_then(|seen| seen.tcp) == Some(state)
        })
    }

    /// Reports that a thread is held, and how the socket of its call is now.
    pub(super) fn held(&mut self, tid: i32, pid: i32, pending: &Pending) {
        let call = pending.id;
        self.emit(self.source(tid), EventKind::Held { call });
        if let Some(process) = self.processes.get(&pid) {
            // A person looks at all of its sockets now.
            for (_, own) in self.tables.all(process.table) {
                self.reporter.happened(own.id, None);
            }
        }
        self.look_at(tid, pid, pending.on);
    }

    /// The same of all threads that are held.
    pub(super) fn look(&mut self) {
        let held = self.threads.iter().filter(|(_, thread)| thread.held);
        let on =
            |(tid, thread): (&i32, &Thread)| Some((*tid, thread.pid, thread.call.as_ref()?.on));
        let held: Vec<_> = held.filter_map(on).collect();
        for (tid, pid, on) in held {
            self.look_at(tid, pid, on);
        }
    }

    fn look_at(&mut self, tid: i32, pid: i32, on: Option<(DescriptorId, ProbeTarget)>) {
        let Some((descriptor, target)) = on else {
            return;
        };
        let source = self.source(tid);
        if let Some(seen) = self.probes.observe(pid, &target, false) {
            self.reporter.happened(descriptor, Some(&seen));
            self.emit(source, EventKind::Observed { descriptor, seen });
        }
    }

    /// Whether a thread is held.
    pub(super) fn is_held(&self, tid: i32) -> bool {
        self.threads.get(&tid).is_some_and(|thread| thread.held)
    }

    /// The threads that are held before this call; before any where none is said.
    fn held_before(&self, call: Option<CallId>) -> Vec<i32> {
        let held = self.threads.iter().filter(|(_, thread)| thread.held);
        let is_meant = |pending: &Option<Pending>| {
            let own = pending.as_ref().map(|pending| pending.id);
            call.is_none() || own == call
        };
        let held = held.filter(|(_, thread)| is_meant(&thread.call));
        held.map(|(tid, _)| *tid).collect()
    }

    /// Lets the thread that is held before this call make it; every one that is held where no call is said.
    pub(super) fn release(&mut self, call: Option<CallId>) {
        for tid in self.held_before(call) {
            if !self.leaving && self.delay(tid) {
                continue;
            }
            if let Some(thread) = self.threads.get_mut(&tid) {
                thread.held = false;
            }
            self.make(tid);
            self.go_on(tid, 0);
        }
    }
}

/// The numbers of the descriptors that a call is about: the one that it is made on, and the others, as in a set.
fn concerned(call: &Call, on: Option<i32>) -> impl Iterator<Item = i32> {
    let others = call.others().into_iter().filter_map(number);
    on.into_iter().chain(others)
}
