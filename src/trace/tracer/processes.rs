//! Processes and threads that come and go: fork, clone, exec, signals and ends.

use crate::event::{
    Abandonment, EndStatus, EventKind, NewDescriptor, Origin, ProcessEvent, Source,
};
use crate::socket::Kind;
use crate::sys::ptrace;
use crate::trace::memory;
use crate::trace::memory::Tracee;
use crate::trace::status::Status;
use crate::trace::syscalls::Row;
use crate::trace::tracer::{Process, Thread, Tracer};

impl Thread {
    pub(super) fn new(pid: i32) -> Self {
        Self {
            pid,
            call: None,
            held: false,
            failed: None,
            apart: false,
            clones: None,
            attached: None,
            inside: None,
            interrupted: None,
        }
    }
}

impl Tracer {
    /// Takes in a process that this tracer has started; it is about to execute its program.
    pub(crate) fn begin(&mut self, pid: i32) {
        self.root = pid;
        let table = self.tables.add();
        let process = Process {
            table,
            threads: 1,
            exits: false,
            began: false,
        };
        self.processes.insert(pid, process);
        self.threads.insert(pid, Thread::new(pid));
    }

    /// Notes that a thread is about to make a process or a thread, and with which flags of clone(2). Gives whether that
    /// will be a thread of its own process.
    pub(super) fn will_clone(&mut self, tid: i32, row: &Row, args: &[u64; 6]) -> bool {
        let pid = self.threads.get(&tid).map_or(tid, |thread| thread.pid);
        let flags = match row.name {
            "clone" => args[0],
            "clone3" => memory::u64(&Tracee(pid), args[0]).unwrap_or(0),
            "fork" | "vfork" => 0,
            _ => return false,
        };
        if let Some(thread) = self.threads.get_mut(&tid) {
            thread.clones = Some(flags);
        }
        flags & libc::CLONE_THREAD as u64 != 0
    }

    /// A thread has made a process or a thread.
    pub(super) fn forked(&mut self, tid: i32) {
        let Ok(child) = ptrace::event_message(tid) else {
            return;
        };
        let Some(parent) = self.threads.get_mut(&tid) else {
            return;
        };
        let (pid, flags) = (parent.pid, parent.clones.take());
        let call = parent.call.as_ref().map(|call| call.id);
        let is_apart = parent.apart;
        // One that was inside clone(2) when it was attached to.
        let unseen = || match Status::of(child).is_ok_and(|own| own.process() == pid) {
            true => (libc::CLONE_THREAD | libc::CLONE_FILES) as u64,
            false => 0,
        };
        let flags = flags.unwrap_or_else(unseen);
        if flags & libc::CLONE_THREAD as u64 != 0 {
            let thread = Thread {
                apart: is_apart || flags & libc::CLONE_FILES as u64 == 0,
                ..Thread::new(pid)
            };
            self.threads.insert(child, thread);
            if let Some(process) = self.processes.get_mut(&pid) {
                process.threads += 1;
            }
        } else {
            let shares_table = flags & libc::CLONE_FILES as u64 != 0;
            self.process_made(pid, child, shares_table, call);
        }
        if self.early.remove(&child) {
            self.go_on(child, 0);
        }
    }

    fn process_made(
        &mut self,
        parent: i32,
        child: i32,
        shares_table: bool,
        call: Option<crate::event::CallId>,
    ) {
        let Some(table) = self.processes.get(&parent).map(|process| process.table) else {
            return;
        };
        let own = if shares_table {
            table
        } else {
            self.tables.add()
        };
        self.threads.insert(child, Thread::new(child));
        self.processes.insert(
            child,
            Process {
                table: own,
                threads: 1,
                exits: false,
                began: true,
            },
        );
        let source = Source::Traced {
            pid: child,
            tid: child,
        };
        let started = ProcessEvent::Started {
            parent: Some(parent),
            shares_table,
            command: command(child),
        };
        self.emit(source, EventKind::Process(started));
        if shares_table {
            return;
        }
        let inherited: Vec<_> = self
            .tables
            .all(table)
            .map(|(fd, tracked)| (fd, tracked.clone()))
            .collect();
        for (fd, of) in inherited {
            let new = NewDescriptor {
                descriptor: self.reporter.new_descriptor(),
                call: call.unwrap_or(crate::event::CallId(0)),
                fd,
                name: None,
                kind: of.target.kind,
                domain: of.target.domain,
                socket_type: of.target.socket_type,
                protocol: of.target.protocol,
                origin: Origin::Inherited(of.id),
                identity: self.probes.identity(child, &of.target),
                same_file: Some(of.id),
            };
            self.adopt(child, new, of.target, Some(of.file));
        }
    }

    /// A process has executed a program: its other threads are gone, and so are the descriptors that are closed on exec.
    pub(super) fn executed(&mut self, pid: i32) {
        let former = ptrace::event_message(pid).unwrap_or(pid);
        let others: Vec<i32> = self
            .threads
            .iter()
            .filter(|(tid, thread)| thread.pid == pid && **tid != former)
            .map(|(tid, _)| *tid)
            .collect();
        for tid in others {
            self.thread_gone(tid, Abandonment::Executed);
        }
        if former != pid
            && let Some(thread) = self.threads.remove(&former)
        {
            self.sleepers.leave(former);
            self.threads.insert(pid, thread);
        }
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.threads = 1;
        let is_first = !std::mem::replace(&mut process.began, true);
        let table = process.table;
        let source = Source::Traced { pid, tid: pid };
        let command = command(pid);
        let what = match is_first {
            true => ProcessEvent::Started {
                parent: None,
                shares_table: false,
                command,
            },
            false => ProcessEvent::Executed { command },
        };
        self.emit(source, EventKind::Process(what));
        if is_first {
            // A pipe that it inherited is where its input comes from or its output goes.
            self.find_descriptors(pid, |kind| !kind.is_pipe());
            return;
        }
        let is_closed =
            |fd: i32| std::fs::symlink_metadata(format!("/proc/{pid}/fd/{fd}")).is_err();
        let closed: Vec<i32> = self
            .tables
            .all(table)
            .map(|(fd, _)| fd)
            .filter(|fd| is_closed(*fd))
            .collect();
        for fd in closed {
            self.close(source, table, fd);
        }
    }

    /// Takes in the descriptors that a process has already, as far as they are of interest.
    pub(super) fn find_descriptors(&mut self, pid: i32, is_of_interest: impl Fn(Kind) -> bool) {
        let Ok(listed) = std::fs::read_dir(format!("/proc/{pid}/fd")) else {
            return;
        };
        let numbers = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
        let mut numbers: Vec<i32> = numbers.collect();
        numbers.sort_unstable();
        for fd in numbers {
            let found = self.probes.identify(pid, fd);
            if let Some((target, identity)) = found.filter(|(own, _)| is_of_interest(own.kind)) {
                self.take_in(pid, target, identity);
            }
        }
    }

    /// A signal is about to be delivered.
    pub(super) fn signalled(&mut self, tid: i32, signal: i32) {
        let pid = self.threads.get(&tid).map_or(tid, |thread| thread.pid);
        if !self
            .processes
            .get(&pid)
            .is_some_and(|process| process.began)
        {
            return;
        }
        let info = ptrace::signal_info(tid).map_or_else(
            |_| String::new(),
            |info| crate::strace::signals::info(signal, &info),
        );
        let what = ProcessEvent::Signalled {
            signal: crate::socket::Sig(signal),
            info: info.into(),
        };
        self.emit(self.source(tid), EventKind::Process(what));
    }

    /// A thread has ended, and perhaps its process with it.
    pub(super) fn thread_ended(&mut self, tid: i32, status: EndStatus) {
        self.early.remove(&tid);
        let Some(pid) = self.threads.get(&tid).map(|thread| thread.pid) else {
            return;
        };
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.threads = process.threads.saturating_sub(1);
        let is_last = process.threads == 0;
        let is_killed = matches!(status, EndStatus::Killed { .. });
        let reason = match is_last || process.exits || is_killed {
            true => Abandonment::Ended(status),
            false => Abandonment::ThreadEnded,
        };
        self.thread_gone(tid, reason);
        if !is_last {
            return;
        }
        let source = Source::Traced { pid, tid: pid };
        let Some(process) = self.processes.remove(&pid) else {
            return;
        };
        let is_shared = self
            .processes
            .values()
            .any(|other| other.table == process.table);
        if !is_shared {
            for tracked in self.tables.remove(process.table) {
                self.forget(source, &tracked);
            }
        }
        if process.began {
            self.emit(source, EventKind::Process(ProcessEvent::Ended(status)));
        }
        self.probes.forget(pid);
        if pid == self.root {
            self.ended = Some(status);
        }
    }

    /// A thread is not there any more; the call that it was inside never returned.
    fn thread_gone(&mut self, tid: i32, reason: Abandonment) {
        self.sleepers.leave(tid);
        let source = self.source(tid);
        let Some(thread) = self.threads.remove(&tid) else {
            return;
        };
        if let Some(call) = thread.call {
            let call = call.id;
            self.emit(source, EventKind::Abandoned { call, reason });
        }
    }

    /// Ends the tracing of a stopped thread.
    pub(super) fn let_go(&mut self, tid: i32, signal: i32) {
        let _ = ptrace::detach(tid, signal);
        let Some(pid) = self.threads.get(&tid).map(|thread| thread.pid) else {
            return;
        };
        self.thread_gone(tid, Abandonment::Detached);
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        process.threads = process.threads.saturating_sub(1);
        if process.threads == 0 {
            self.processes.remove(&pid);
            let source = Source::Traced { pid, tid: pid };
            self.emit(source, EventKind::Process(ProcessEvent::Detached));
        }
    }
}

/// The program of a process with its arguments, /proc/PID/cmdline; its name where that is empty.
pub(super) fn command(pid: i32) -> Box<str> {
    let read = |file: &str| std::fs::read(format!("/proc/{pid}/{file}")).unwrap_or_default();
    let arguments = read("cmdline");
    let text = String::from_utf8_lossy(&arguments).replace('\0', " ");
    let name = || String::from_utf8_lossy(&read("comm")).into_owned();
    let text = match text.trim() {
        "" => name(),
        text => text.to_owned(),
    };
    crate::socket::text::escaped(text.trim()).into()
}
