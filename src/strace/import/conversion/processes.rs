//! Processes and threads that come and go: fork, exec, signals and ends.

use crate::event::{Abandonment, EndStatus, EventKind, Origin, ProcessEvent, Timestamp};
use crate::socket::Sig;
use crate::strace::import::conversion::descriptors::New;
use crate::strace::import::conversion::{Conversion, Made, Process, Thread};
use crate::strace::import::tables::TableKey;
use crate::strace::import::threads::Birth;
use crate::strace::import::value::{Field, Value};

impl Thread {
    fn of(pid: i32) -> Self {
        Self {
            pid,
            call: None,
            interrupted: false,
            apart: false,
        }
    }
}

impl Conversion<'_> {
    /// A thread is about to make a call. What executes the first program comes before the process is reported.
    pub(super) fn begins_with(&mut self, at: Timestamp, tid: i32, name: &str) {
        self.knows(at, tid);
        if !name.starts_with("exec") {
            self.reports(at, tid, "".into());
        }
    }

    /// Something happens to a thread.
    pub(super) fn begins(&mut self, at: Timestamp, tid: i32) {
        self.knows(at, tid);
        self.reports(at, tid, "".into());
    }

    /// Takes a thread in that was not known.
    fn knows(&mut self, at: Timestamp, tid: i32) {
        if self.known.contains_key(&tid) {
            return;
        }
        let birth = self.threads.birth(tid);
        match birth {
            Some(birth) if self.known.contains_key(&birth.parent) => self.born(at, tid, birth),
            // Its parent is not in the trace before.
            Some(_) | None => self.alone(tid),
        }
    }

    /// A thread of which it is not said who made it.
    fn alone(&mut self, tid: i32) {
        let root = self.threads.root;
        let is_process = tid == root || self.threads.is_process(tid);
        let of_root = self.processes.get_mut(&root).filter(|_| !is_process);
        match of_root {
            Some(process) => {
                process.threads += 1;
                self.known.insert(tid, Thread::of(root));
            }
            None => {
                let table = self.tables.add();
                self.add_process(tid, table, false);
            }
        }
    }

    fn add_process(&mut self, pid: i32, table: TableKey, began: bool) {
        let process = Process {
            table,
            threads: 1,
            exits: false,
            began,
            command: Box::default(),
        };
        self.processes.insert(pid, process);
        self.known.insert(pid, Thread::of(pid));
    }

    fn born(&mut self, at: Timestamp, tid: i32, birth: Birth) {
        let parent = self.process_of(birth.parent);
        let Some(process) = self.processes.get_mut(&parent) else {
            return self.alone(tid);
        };
        if birth.is_thread {
            process.threads += 1;
            self.known.insert(tid, Thread::of(parent));
            return;
        }
        let (table, command) = (process.table, process.command.clone());
        let own = match birth.shares_table {
            true => table,
            false => self.tables.add(),
        };
        self.add_process(tid, own, true);
        if let Some(process) = self.processes.get_mut(&tid) {
            process.command.clone_from(&command);
        }
        let started = ProcessEvent::Started {
            parent: Some(parent),
            shares_table: birth.shares_table,
            command,
        };
        self.emit(at, tid, EventKind::Process(started));
        if !birth.shares_table {
            self.inherit(at, tid, table, own);
        }
    }

    /// The descriptors of a process that was made by fork(2).
    fn inherit(&mut self, at: Timestamp, tid: i32, from: TableKey, to: TableKey) {
        let parent = self.process_of(tid);
        let call = self
            .known
            .get(&parent)
            .and_then(|thread| thread.call.as_ref());
        let call = call.map_or(crate::event::CallId(0), |pending| pending.id);
        for (fd, of) in self.tables.all(from) {
            if self.is_full() {
                return;
            }
            let new = New {
                fd,
                call,
                target: of.target,
                origin: Origin::Inherited(of.id),
                beside: of.beside,
                file: Some(of.file),
                closes_on_exec: of.closes_on_exec,
            };
            self.adopt(at, tid, to, new);
        }
    }

    /// Reports a process, once.
    fn reports(&mut self, at: Timestamp, tid: i32, command: Box<str>) {
        let pid = self.process_of(tid);
        let Some(process) = self.processes.get_mut(&pid).filter(|own| !own.began) else {
            return;
        };
        process.began = true;
        process.command.clone_from(&command);
        let started = ProcessEvent::Started {
            parent: None,
            shares_table: false,
            command,
        };
        self.emit(at, tid, EventKind::Process(started));
    }

    /// A process has executed a program.
    pub(super) fn executed(
        &mut self,
        at: Timestamp,
        tid: i32,
        table: TableKey,
        fields: &[Field<'_>],
    ) {
        let command = command(fields);
        let pid = self.process_of(tid);
        let Some(process) = self.processes.get_mut(&pid) else {
            return;
        };
        if !process.began {
            return self.reports(at, tid, command);
        }
        process.command.clone_from(&command);
        let executed = ProcessEvent::Executed { command };
        self.emit(at, tid, EventKind::Process(executed));
        self.close_all(at, tid, table, |_, own| own.closes_on_exec);
    }

    /// A thread may have a descriptor table of its own now; where no other thread shared it, it is the same one.
    pub(super) fn unshared(&mut self, tid: i32, fields: &[Field<'_>]) {
        let flags = fields.first().and_then(Field::word).unwrap_or_default();
        let process = self.processes.get(&self.process_of(tid));
        let is_shared = process.is_some_and(|process| process.threads > 1);
        if let (true, Some(thread)) = (is_shared, self.known.get_mut(&tid)) {
            thread.apart |= flags.contains("CLONE_FILES");
        }
    }

    /// A process is about to end with all of its threads.
    pub(super) fn exits(&mut self, tid: i32) {
        let pid = self.process_of(tid);
        if let Some(process) = self.processes.get_mut(&pid) {
            process.exits = true;
        }
    }

    pub(super) fn signalled(&mut self, at: Timestamp, tid: i32, signal: Sig, info: &str) -> Made {
        self.begins(at, tid);
        let inner = info
            .strip_prefix('{')
            .and_then(|info| info.strip_suffix('}'));
        // The signal itself is said before.
        let rest = inner.and_then(|inner| Some(inner.split_once(", ")?.1));
        let info = rest.unwrap_or(info).into();
        let what = ProcessEvent::Signalled { signal, info };
        self.emit(at, tid, EventKind::Process(what));
        Made::Events
    }

    /// A thread has ended, and perhaps its process with it.
    pub(super) fn ended(&mut self, at: Timestamp, tid: i32, status: EndStatus) -> Made {
        self.begins(at, tid);
        let pid = self.process_of(tid);
        let Some(process) = self.processes.get_mut(&pid) else {
            return Made::Nothing;
        };
        process.threads = process.threads.saturating_sub(1);
        let is_last = process.threads == 0;
        let is_killed = matches!(status, EndStatus::Killed { .. });
        let reason = match is_last || process.exits || is_killed {
            true => Abandonment::Ended(status),
            false => Abandonment::ThreadEnded,
        };
        self.thread_gone(at, tid, reason);
        if is_last {
            self.process_gone(at, pid, ProcessEvent::Ended(status));
        }
        Made::Events
    }

    fn process_gone(&mut self, at: Timestamp, pid: i32, what: ProcessEvent) {
        let Some(process) = self.processes.remove(&pid) else {
            return;
        };
        let mut others = self.processes.values();
        let is_shared = others.any(|other| other.table == process.table);
        if !is_shared && what != ProcessEvent::Detached {
            self.close_all(at, pid, process.table, |_, _| true);
        }
        self.emit(at, pid, EventKind::Process(what));
    }

    /// A thread is not there any more; the call that it was inside never returned.
    pub(super) fn thread_gone(&mut self, at: Timestamp, tid: i32, reason: Abandonment) {
        let call = self
            .known
            .get_mut(&tid)
            .and_then(|thread| thread.call.take());
        if let Some(call) = call {
            let call = call.id;
            self.emit(at, tid, EventKind::Abandoned { call, reason });
        }
        self.known.remove(&tid);
    }

    /// strace has left a thread.
    pub(super) fn detached(&mut self, at: Timestamp, tid: i32) -> Made {
        let pid = self.process_of(tid);
        self.thread_gone(at, tid, Abandonment::Detached);
        let Some(process) = self.processes.get_mut(&pid) else {
            return Made::Nothing;
        };
        process.threads = process.threads.saturating_sub(1);
        if process.threads == 0 {
            self.process_gone(at, pid, ProcessEvent::Detached);
        }
        Made::Events
    }
}

/// The program of execve(2) with its arguments.
fn command(fields: &[Field<'_>]) -> Box<str> {
    let array = fields.iter().find_map(|field| match &field.value {
        Value::List(texts) => Some(texts),
        _ => None,
    });
    let texts = array.into_iter().flatten().map(|text| match &text.value {
        Value::Text(bytes, true) => String::from_utf8_lossy(bytes).into_owned(),
        Value::Text(bytes, false) => format!("{}...", String::from_utf8_lossy(bytes)),
        _ => "...".to_owned(),
    });
    let text = texts.collect::<Vec<_>>().join(" ");
    crate::socket::text::escaped(text.trim()).into()
}
