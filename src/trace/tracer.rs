//! The tracer: one thread that waits for what happens to the traced threads, reports it, and lets them go on.
//!
//! A thread stops before a call of the table ([`crate::trace::syscalls`]) and again after it; in between the kernel does
//! what it does. A thread that was stopped for something else goes on at once.

mod attached;
mod calls;
mod changes;
mod faults;
mod holding;
mod processes;

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use crate::call::fault::Fault;
use crate::engine::traced::Reporter;
use crate::event::{CallId, DescriptorId, EndStatus, EventKind, ProcessEvent, Source};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Errno;
use crate::strace::{Environment, Host};
use crate::sys::ptrace;
use crate::sys::ptrace::{AtCall, Change, Resume, What};
use crate::trace::breakpoint::Hold;
use crate::trace::delays::Delays;
use crate::trace::descriptors::{TableKey, Tables};
use crate::trace::entry::Entered;
use crate::trace::filter::ARCHITECTURE;
use crate::trace::injection::Injection;
use crate::trace::orders::{Inbox, Order, Orders};
use crate::trace::probe::Probes;
use crate::trace::sleepers::Sleepers;
use crate::trace::status::Status;
use crate::trace::syscalls::Row;
use crate::trace::tracer::faults::Faults;

/// How the tracer works.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How many bytes of each payload are kept.
    pub(crate) keep: usize,
    /// Whether each call stops, and not those of the filter alone: then the programs can go on without a tracer.
    pub(crate) unfiltered: bool,
    /// Whether the kernel is asked what explains a result.
    pub(crate) explains: bool,
    /// Before which calls threads are held, to begin with.
    pub(crate) hold: Hold,
    /// The faults that are injected into calls.
    pub(crate) inject: Vec<Injection>,
    /// What is known of this host.
    pub(crate) host: Host,
}

/// A traced process.
#[derive(Debug)]
struct Process {
    table: TableKey,
    /// How many of its threads are traced.
    threads: usize,
    /// Whether it has begun to end by exit_group(2).
    exits: bool,
    /// Whether it has executed the program that it was started for: what comes before is our own.
    began: bool,
}

/// The number of a system call, and its arguments.
type Numbers = (i64, [u64; 6]);

/// A traced thread.
#[derive(Debug)]
struct Thread {
    pid: i32,
    /// The call that it is inside, or held before.
    call: Option<Pending>,
    /// Whether it is held before that call.
    held: bool,
    /// How its last call failed, if it did.
    failed: Option<Errno>,
    /// Whether it has a descriptor table of its own, unshare(2): its calls are not shown then, since its numbers mean
    /// something else.
    apart: bool,
    /// The flags of clone(2) while it makes a process or a thread.
    clones: Option<u64>,
    /// The call that it was inside when it was attached to, until its next one.
    attached: Option<Numbers>,
    /// The system call that it is inside, also where it is of no interest.
    inside: Option<Numbers>,
    /// Whether its last call was interrupted and may be gone on with by restart_syscall(2).
    interrupted: Option<&'static str>,
}

/// A call under way.
#[derive(Debug)]
struct Pending {
    id: CallId,
    row: &'static Row,
    args: [u64; 6],
    entered: Entered,
    /// The descriptor that it is made on.
    on: Option<(DescriptorId, ProbeTarget)>,
    /// The fault that it is to be made with.
    fault: Option<Fault>,
    /// The fault that it was given.
    injected: Option<Fault>,
}

/// The tracer. All its methods are called on the thread that traces.
#[derive(Debug)]
pub(crate) struct Tracer {
    reporter: Reporter,
    settings: Settings,
    orders: Inbox,
    sleepers: Arc<Sleepers>,
    probes: Probes,
    tables: Tables,
    processes: HashMap<i32, Process>,
    threads: HashMap<i32, Thread>,
    /// New threads that stopped before their creator said that it made them.
    early: HashSet<i32>,
    /// The names that open descriptors have.
    names: HashSet<crate::call::argument::Name>,
    /// The process that was started, or the first that was attached to.
    root: i32,
    hold: Hold,
    faults: Faults,
    delays: Delays,
    ended: Option<EndStatus>,
    leaving: bool,
}

impl Tracer {
    pub(crate) fn new(
        reporter: Reporter,
        sleepers: Arc<Sleepers>,
        (orders, inbox): (Orders, Inbox),
        settings: Settings,
    ) -> Self {
        Self {
            reporter,
            hold: settings.hold.clone(),
            faults: Faults::new(&settings.inject),
            delays: Delays::new(orders),
            settings,
            orders: inbox,
            sleepers,
            probes: Probes::default(),
            tables: Tables::default(),
            processes: HashMap::new(),
            threads: HashMap::new(),
            early: HashSet::new(),
            names: HashSet::new(),
            root: 0,
            ended: None,
            leaving: false,
        }
    }

    /// Traces until the last process has ended or was left. Gives how the first one ended, if it did.
    pub(crate) fn run(mut self) -> Option<EndStatus> {
        loop {
            while let Some(order) = self.orders.next() {
                self.obey(order);
            }
            if self.leaving && self.threads.is_empty() {
                break;
            }
            let change = ptrace::wait(true);
            self.orders.waited();
            match change {
                Ok(Some(change)) => self.take(change),
                Ok(None) | Err(Errno(libc::EINTR)) => {}
                // Nothing is traced any more.
                Err(_) => break,
            }
        }
        self.sleepers.stop();
        self.ended
    }

    fn obey(&mut self, order: Order) {
        match order {
            Order::Leave => self.leave(),
            Order::Hold(hold) => self.hold = hold,
            Order::GoOn(call) => self.release(Some(call)),
            Order::GoOnAll => self.release(None),
            Order::Inject(call, fault) => self.inject(call, fault),
            Order::Look => self.look(),
        }
    }

    fn leave(&mut self) {
        self.leaving = true;
        if !self.settings.unfiltered {
            // Without a tracer the kernel would answer each call of the filter with ENOSYS.
            for pid in self.processes.keys() {
                let _ = crate::sys::tracee::signal(*pid, libc::SIGKILL);
            }
            return;
        }
        // Those that are held are stopped, each other one is let go when it has stopped.
        self.release(None);
        let all: Vec<i32> = self.threads.keys().copied().collect();
        for tid in all {
            // One that has ended, and whose process goes on, stops no more.
            if ptrace::interrupt(tid).is_err() || is_zombie(tid) {
                self.let_go(tid, 0);
            }
        }
    }

    /// Takes a change in, and lets the thread go on.
    fn take(&mut self, change: Change) {
        let Change { tid, what } = change;
        match what {
            What::Exited(status) => self.thread_ended(tid, EndStatus::Exited(status)),
            What::Killed { signal, core } => {
                let signal = crate::socket::Sig(signal);
                self.thread_ended(tid, EndStatus::Killed { signal, core });
            }
            What::AtFilter | What::AtCall => self.at_call(tid),
            What::Forked => {
                self.forked(tid);
                self.go_on(tid, 0);
            }
            What::Executed => {
                self.executed(tid);
                self.go_on(tid, 0);
            }
            What::Paused(signal) => self.paused(tid, signal),
            What::Signalled(signal) => {
                self.signalled(tid, signal);
                self.go_on(tid, signal);
            }
        }
    }

    fn at_call(&mut self, tid: i32) {
        // A thread that was killed meanwhile reports its end next.
        match ptrace::at_call(tid) {
            Ok(AtCall::Entry { arch, number, args }) if arch == ARCHITECTURE => {
                let (number, args) = self.begun(tid, (number, args));
                self.entered(tid, number, args);
            }
            Ok(AtCall::Exit { value, failed }) => {
                if !self.is_left_inside(tid, value) {
                    self.returned(tid, value, failed);
                }
            }
            Ok(AtCall::Entry { .. } | AtCall::Elsewhere) | Err(_) => {}
        }
        if !self.is_held(tid) {
            self.go_on(tid, 0);
        }
    }

    fn paused(&mut self, tid: i32, signal: i32) {
        if !self.threads.contains_key(&tid) {
            self.early.insert(tid);
            return;
        }
        let is_stop = matches!(
            signal,
            libc::SIGSTOP | libc::SIGTSTP | libc::SIGTTIN | libc::SIGTTOU
        );
        self.make_again(tid);
        let has_begun = self
            .threads
            .get(&tid)
            .and_then(|thread| self.processes.get(&thread.pid))
            .is_some_and(|process| process.began);
        if is_stop && has_begun {
            let stopped = ProcessEvent::Stopped(crate::socket::Sig(signal));
            self.emit(self.source(tid), EventKind::Process(stopped));
        }
        if is_stop && !self.leaving {
            let _ = ptrace::resume(tid, Resume::Listen, 0);
        } else {
            self.go_on(tid, 0);
        }
    }

    /// Lets a thread go on, to the exit of the call that it is inside.
    fn go_on(&mut self, tid: i32, signal: i32) {
        if self.leaving && self.settings.unfiltered {
            return self.let_go(tid, signal);
        }
        let is_inside = self
            .threads
            .get(&tid)
            .is_some_and(|thread| thread.call.is_some());
        let how = match is_inside || self.settings.unfiltered {
            true => Resume::ToCall,
            false => Resume::Run,
        };
        // It fails for a thread that was killed, which reports its end next.
        let _ = ptrace::resume(tid, how, signal);
    }

    fn source(&self, tid: i32) -> Source {
        let pid = self.threads.get(&tid).map_or(tid, |thread| thread.pid);
        Source::Traced { pid, tid }
    }

    fn emit(&self, source: Source, what: EventKind) {
        // Nobody reads any more when the session ends; an order comes then.
        self.reporter.emit(self.reporter.now(), source, what);
    }

    fn environment(&self, pid: i32) -> Environment<'_> {
        Environment {
            pid,
            interfaces: &self.settings.host.interfaces,
            timed: false,
            as_returned: true,
        }
    }
}

/// Whether a thread has ended and was not waited for.
fn is_zombie(tid: i32) -> bool {
    Status::of(tid).is_ok_and(|status| status.is_zombie())
}
