//! The two stops of a call: before it is made, and after it has returned.

use std::sync::Arc;

use crate::call::argument::{AddressExpr, Descriptor, OptionArg};
use crate::call::fault::Fault;
use crate::call::outcome::Outcome;
use crate::call::table::{CallKind, On};
use crate::call::{Call, Command, Mode};
use crate::engine::traced::{Ours, answers};
use crate::event::{CallId, DescriptorId, EventKind, Reach, Request, Thread as OnThread};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::process::shares_network;
use crate::trace::descriptors::TableKey;
use crate::trace::entry::{Entered, Entry};
use crate::trace::exit::{Exit, Known};
use crate::trace::memory::Tracee;
use crate::trace::sleepers::UnderWay;
use crate::trace::status::{self, Status};
use crate::trace::syscalls::{Interest, Kind, Row, Shape, by_number};
use crate::trace::tracer::{Pending, Tracer};

impl Tracer {
    /// A thread is about to make a system call.
    pub(super) fn entered(&mut self, tid: i32, number: i64, args: [u64; 6]) {
        let Some(row) = by_number(number) else { return };
        let Some(pid) = self.threads.get(&tid).map(|thread| thread.pid) else {
            return;
        };
        let Some((table, began)) = self
            .processes
            .get(&pid)
            .map(|process| (process.table, process.began))
        else {
            return;
        };
        let interrupted = self
            .threads
            .get_mut(&tid)
            .and_then(|thread| thread.interrupted.take());
        // What precedes the program is our own, except for the call that executes it.
        if !began && row.name != "execve" || self.will_clone(tid, row, &args) {
            return;
        }
        let is_apart = self.threads.get(&tid).is_some_and(|thread| thread.apart);
        if is_apart && row.name != "exit_group" {
            return;
        }
        if row.shape == Shape::Restart && interrupted.is_none() {
            return;
        }
        if !self.may_concern(pid, table, row, &args) {
            return;
        }
        let entry = Entry {
            row,
            args,
            memory: &Tracee(pid),
            keep: self.settings.keep,
            environment: self.environment(pid),
        };
        let mut entered = entry.read();
        if let (Shape::Restart, Some(name)) = (row.shape, interrupted) {
            entered = resumed(name);
        }
        if let Shape::Sendfile | Shape::Other = row.shape {
            // Any of its descriptors may be the one that is of interest.
            let fds = row.kinds.iter().zip(&args);
            let mut fds = fds
                .filter(|(kind, _)| **kind == Kind::Descriptor)
                .map(|(_, value)| *value as i32);
            let tracked = fds.find(|fd| self.tables.get(table, *fd).is_some());
            entered.on = tracked.or(entered.on);
        }
        if row.interest != Interest::Always && !self.concerns(table, &entered) {
            return;
        }
        if row.name == "exit_group"
            && let Some(process) = self.processes.get_mut(&pid)
        {
            process.exits = true;
        }
        self.begin_call(tid, pid, table, row, args, entered);
    }

    /// Whether a call may be of interest, as far as its first argument shows.
    fn may_concern(&mut self, pid: i32, table: TableKey, row: &Row, args: &[u64; 6]) -> bool {
        let fd = args[0] as i32;
        match row.interest {
            Interest::Files => self.tables.get(table, fd).is_some(),
            Interest::Sockets => {
                // One that came by a way that is not traced.
                if self.tables.get(table, fd).is_none() {
                    self.find(pid, fd);
                }
                true
            }
            Interest::Always | Interest::Any => true,
        }
    }

    /// Whether a call is made on a descriptor that is tracked, or has one in its set. Calls that only sockets have are of
    /// interest on any number: they fail there.
    fn concerns(&self, table: TableKey, entered: &Entered) -> bool {
        let is_tracked = |fd: i32| self.tables.get(table, fd).is_some();
        let is_for_sockets = match entered.call.call_kind().signature().on {
            On::Socket | On::Epoll | On::Timerfd => true,
            On::Nothing | On::Process | On::Path | On::File => false,
        };
        let others = entered.call.others().into_iter();
        let mut others = others.filter_map(number);
        is_for_sockets || entered.on.is_some_and(is_tracked) || others.any(is_tracked)
    }

    fn begin_call(
        &mut self,
        tid: i32,
        pid: i32,
        table: TableKey,
        row: &'static Row,
        args: [u64; 6],
        entered: Entered,
    ) {
        let source = self.source(tid);
        let on = entered.on.and_then(|fd| self.tables.get(table, fd));
        let on = on.map(|tracked| (tracked.id, tracked.target));
        let id = self.reporter.new_call();
        let request = self.request(id, table, on.map(|(id, _)| id), &entered);
        self.before(pid, source, on, &entered.call);
        self.emit(source, EventKind::Asked(Box::new(request)));
        if let Some(syscall) = entered.made_as.clone().map(Box::new) {
            self.emit(source, EventKind::MadeAs { call: id, syscall });
        }
        let mut pending = Pending {
            id,
            row,
            args,
            entered,
            on,
            fault: None,
            injected: None,
        };
        if self.processes.get(&pid).is_some_and(|own| own.began) {
            pending.fault = self.faults.next(&pending);
        }
        let is_stepped = self.holds(tid, pid, &pending);
        let held = is_stepped || matches!(pending.fault, Some(Fault::Delay(_)));
        if held {
            self.held(tid, pid, &pending);
        }
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.call = Some(pending);
            thread.held = held;
        }
        match (held, is_stepped) {
            (false, _) => self.make(tid),
            // Its delay begins.
            (true, false) => self.release(Some(id)),
            (true, true) => {}
        }
    }

    /// Reports that a thread makes the call that it is about to make.
    pub(super) fn make(&mut self, tid: i32) {
        self.begin_fault(tid);
        let Some(thread) = self.threads.get(&tid) else {
            return;
        };
        let Some(pending) = &thread.call else { return };
        let at = self.reporter.now();
        let under_way = UnderWay {
            call: pending.id,
            pid: thread.pid,
            since: at,
            on: pending.on,
        };
        let thread = OnThread {
            tid,
            further: false,
        };
        let what = EventKind::Entered {
            call: under_way.call,
            thread,
            state: None,
        };
        self.reporter.emit(at, self.source(tid), what);
        self.sleepers.enter(tid, under_way);
    }

    /// What must be asked before a call: what close(2) throws away, and where connect(2) goes.
    fn before(
        &mut self,
        pid: i32,
        source: crate::event::Source,
        on: Option<(DescriptorId, ProbeTarget)>,
        call: &Call,
    ) {
        let Some((descriptor, target)) = on else {
            return;
        };
        if let Call::Close { .. } = call
            && let Some(seen) = self.probes.observe(pid, &target, false)
        {
            self.emit(source, EventKind::Observed { descriptor, seen });
        }
        if let Call::Connect { address, .. } = call
            && let AddressExpr::Literal(address) = &address.place
        {
            self.reporter.connects(descriptor, Some(address));
        }
    }

    /// The request for a call: with names for the descriptors that have one.
    fn request(
        &self,
        id: CallId,
        table: TableKey,
        on: Option<DescriptorId>,
        entered: &Entered,
    ) -> Request {
        let tracked = |socket: &Descriptor| self.tables.get(table, number(socket)?);
        let others: Vec<DescriptorId> = entered
            .call
            .others()
            .into_iter()
            .filter_map(|socket| Some(tracked(socket)?.id))
            .collect();
        let is_set = entered.call.passes_set();
        let mut written = entered.call.clone();
        let name = |socket: &mut Descriptor| {
            if let Some(own) = tracked(socket) {
                *socket = Descriptor::Named(own.name.clone());
            }
        };
        if let Some(socket) = written.socket_mut() {
            name(socket);
        }
        written.others_mut().into_iter().for_each(name);
        Request {
            id,
            command: Arc::new(Command {
                targets: Vec::new(),
                call: written,
                process: None,
                mode: Mode::Plain,
            }),
            call: Arc::new(entered.call.clone()),
            on: on.or_else(|| others.first().copied().filter(|_| is_set)),
            others: others.into(),
            reach: Reach::Free,
            process: None,
        }
    }

    /// A system call has returned.
    pub(super) fn returned(&mut self, tid: i32, value: i64, failed: bool) {
        let Some(thread) = self.threads.get_mut(&tid) else {
            return;
        };
        let pid = thread.pid;
        let Some(pending) = thread.call.take() else {
            return;
        };
        self.sleepers.leave(tid);
        let (value, failed) = pending.end_fault(tid, value, failed);
        let Some(table) = self.processes.get(&pid).map(|process| process.table) else {
            return;
        };
        let at = self.reporter.now();
        let file = pending
            .entered
            .on
            .and_then(|fd| Some(self.tables.get(table, fd)?.file));
        let watched = |data| self.tables.watched(file?, data);
        let exit = Exit {
            entry: Entry {
                row: pending.row,
                args: pending.args,
                memory: &Tracee(pid),
                keep: self.settings.keep,
                environment: self.environment(pid),
            },
            entered: &pending.entered,
            value,
            failed,
            known: Known {
                is_tcp: pending.on.is_some_and(|(_, target)| target.is_tcp()),
                watched: &watched,
            },
        };
        let mut outcome = exit.read();
        let errno = outcome.errno();
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.failed = errno;
        }
        if errno.is_some_and(crate::socket::Errno::is_restart)
            && let Some(thread) = self.threads.get_mut(&tid)
        {
            thread.interrupted = Some(pending.row.name);
        }
        outcome.sigpipe = errno.is_some_and(|errno| errno.0 == libc::EPIPE) && has_sigpipe(tid);
        let source = self.source(tid);
        outcome.injected = pending.injected;
        if pending.was_made() {
            self.changed(source, pid, table, &pending, &mut outcome);
        }
        let state = self.after(source, pid, table, &pending, &mut outcome);
        if pending.was_made() && self.settings.explains {
            self.ask(source, pid, table, &pending, &outcome);
        }
        let call = pending.id;
        let what = EventKind::Returned {
            call,
            outcome,
            state,
        };
        self.reporter.emit(at, source, what);
    }

    /// What decided the result of a call is asked, where it can be asked from this network namespace.
    fn ask(
        &mut self,
        source: crate::event::Source,
        pid: i32,
        table: TableKey,
        pending: &Pending,
        outcome: &Outcome,
    ) {
        if !has_evidence(&pending.entered.call, outcome) || !shares_network(pid).unwrap_or(false) {
            return;
        }
        let on = pending.on.map(|(descriptor, _)| descriptor);
        let request = self.request(pending.id, table, on, &pending.entered);
        let reporter = &self.reporter;
        let question = match pending.on {
            None => reporter.question(&request, outcome, None, pid),
            Some((_, target)) => {
                let asked = self.probes.with_copy(pid, target.fd, |fd| {
                    let target = ProbeTarget { fd, ..target };
                    reporter.question(&request, outcome, Some(&target), pid)
                });
                asked.flatten()
            }
        };
        let Some(mut question) = question else { return };
        question
            .ours
            .extend(self.tables.everywhere().map(|own| Ours {
                id: own.id,
                identity: own.identity,
                // Reading them takes a copy of each socket.
                reuse: None,
                v6_only: false,
            }));
        if let Some(evidence) = answers(question) {
            let call = pending.id;
            self.emit(source, EventKind::Evidence { call, evidence });
        }
    }

    /// The socket of a call that has returned is looked at. Gives its TCP state.
    fn after(
        &mut self,
        source: crate::event::Source,
        pid: i32,
        table: TableKey,
        pending: &Pending,
        outcome: &mut Outcome,
    ) -> Option<crate::socket::TcpState> {
        let (descriptor, target) = pending.on?;
        // It may be closed by now.
        let is_open = self
            .tables
            .get(table, target.fd)
            .is_some_and(|own| own.id == descriptor);
        if !is_open {
            return None;
        }
        let addresses = crate::engine::addresses::may_change(&pending.entered.call, &target);
        let explains = self.settings.explains;
        let call = &pending.entered.call;
        let closely = self.reporter.watches_endpoints();
        let asked = self.probes.with_copy(pid, target.fd, |fd| {
            let target = ProbeTarget {
                fd,
                closely,
                ..target
            };
            let seen = crate::kernel::observe::observe(&target, addresses);
            let after = explains
                .then(|| crate::kernel::after::ask(&target, call, outcome))
                .flatten();
            let read_back =
                call_option(call).and_then(|option| crate::kernel::observe::option(fd, option));
            (seen, after, read_back)
        });
        let (seen, after, read_back) = match asked {
            Some(asked) => asked,
            None => (self.probes.observe(pid, &target, addresses)?, None, None),
        };
        if let Some(raw) = &mut outcome.raw {
            raw.after = after;
            raw.read_back = read_back.filter(|_| outcome.result.is_ok());
        }
        let state = seen.tcp;
        self.reporter.happened(descriptor, Some(&seen));
        let reported = match target.kind {
            crate::socket::Kind::Epoll => self.probes.interest(pid, target.fd),
            kind => kind.is_socket().then_some(seen),
        };
        if let Some(seen) = reported {
            self.emit(source, EventKind::Observed { descriptor, seen });
        }
        state
    }
}

/// Whether other things than the socket itself decide the result of a call.
fn has_evidence(call: &Call, outcome: &Outcome) -> bool {
    let kind = call.call_kind();
    let connects = [CallKind::Bind, CallKind::Listen, CallKind::Connect];
    let sends = [CallKind::Send, CallKind::Sendto, CallKind::Sendmsg];
    let fails = outcome.errno().is_some();
    connects.contains(&kind) || fails && (kind == CallKind::Socket || sends.contains(&kind))
}

/// The option that a call sets.
fn call_option(call: &Call) -> Option<OptionArg> {
    let sets = call.call_kind() == CallKind::Setsockopt;
    call.option().filter(|_| sets)
}

/// The call that goes on with one that a signal interrupted.
fn resumed(name: &'static str) -> Entered {
    let made = crate::strace::variants::plain(
        "restart_syscall",
        &[crate::strace::variants::Plain::Words(format!(
            "<... resuming interrupted {name} ...>"
        ))],
    );
    Entered {
        call: Call::Syscall {
            made: Box::new(made),
        },
        on: None,
        made_as: None,
        offered: 0,
    }
}

/// The number of a descriptor argument.
pub(crate) fn number(socket: &Descriptor) -> Option<i32> {
    match socket {
        Descriptor::Raw(fd) => Some(*fd),
        Descriptor::Named(_) => None,
    }
}

/// Whether SIGPIPE waits to be delivered to a stopped thread, proc_pid_status(5).
fn has_sigpipe(tid: i32) -> bool {
    Status::of(tid).is_ok_and(|own| own.pending() & status::bit(libc::SIGPIPE) != 0)
}
