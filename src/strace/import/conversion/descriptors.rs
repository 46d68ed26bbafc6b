//! Descriptors that are found, made and closed.

use crate::call::argument::Name;
use crate::event::{
    CallId, DescriptorId, EventKind, Identity, NewDescriptor, Observation, Origin, Timestamp,
};
use crate::strace::import::annotation::{self, Annotation, Beside, Target};
use crate::strace::import::conversion::Conversion;
use crate::strace::import::number::int_of;
use crate::strace::import::tables::{TableKey, Tracked};
use crate::strace::import::value::{Field, Value};

/// A descriptor that is new.
#[derive(Debug, Clone)]
pub(super) struct New {
    /// Its number.
    pub(super) fd: i32,
    /// The call that made it.
    pub(super) call: CallId,
    /// What it refers to.
    pub(super) target: Target,
    /// Where it comes from.
    pub(super) origin: Origin,
    /// What strace says of it beside that.
    pub(super) beside: Beside,
    /// What it has in common with the descriptors of its open file description. `None`: it is the first of them.
    pub(super) file: Option<DescriptorId>,
    /// Whether execve(2) closes it.
    pub(super) closes_on_exec: bool,
}

impl Conversion<'_> {
    /// Takes in what strace says of the descriptors among the arguments of a call.
    pub(super) fn find_all(&mut self, at: Timestamp, tid: i32, fields: &[Field<'_>]) {
        for (fd, note) in noted(fields) {
            self.find(at, tid, fd, note);
        }
    }

    /// Takes in what strace says of a descriptor: one that is not known was there before, or was made by a way that is not
    /// in the trace; and one that is something else by now was closed by such a way.
    fn find(&mut self, at: Timestamp, tid: i32, fd: i32, note: &str) {
        let Some(table) = self.table_of(tid) else {
            return;
        };
        let Some(annotation) = annotation::read(note) else {
            return;
        };
        let known = self.tables.get(table, fd).map(|own| own.target);
        let is_same = known.is_none_or(|target| match &annotation {
            Annotation::Known(own, _) => (own.kind, own.domain) == (target.kind, target.domain),
            Annotation::Socket(_) => target.kind.is_socket(),
            Annotation::Pipe => target.kind.is_pipe(),
            Annotation::Other => false,
            Annotation::Unsure => true,
        });
        if !is_same {
            self.close(at, tid, table, fd);
        }
        let Annotation::Known(target, beside) = annotation else {
            return;
        };
        if known.is_some() && is_same {
            return self.learn(at, tid, table, fd, beside);
        }
        let new = New {
            fd,
            call: CallId(0),
            target,
            origin: Origin::Found,
            beside,
            file: None,
            closes_on_exec: false,
        };
        self.adopt(at, tid, table, new);
    }

    /// Takes in the addresses that strace shows beside a descriptor, where they are news.
    fn learn(&mut self, at: Timestamp, tid: i32, table: TableKey, fd: i32, beside: Beside) {
        let Some(own) = self.tables.get_mut(table, fd) else {
            return;
        };
        let news = |now: &Option<_>, before: &Option<_>| now.clone().filter(|_| now != before);
        let seen = Observation {
            local: news(&beside.local, &own.beside.local),
            peer: news(&beside.peer, &own.beside.peer),
            ..Observation::default()
        };
        own.beside = beside;
        let descriptor = own.id;
        if seen != Observation::default() {
            self.emit(at, tid, EventKind::Observed { descriptor, seen });
        }
    }

    /// Reports a new descriptor and takes it in. A number that another descriptor had means that this one was closed by a
    /// way that is not in the trace.
    pub(super) fn adopt(&mut self, at: Timestamp, tid: i32, table: TableKey, new: New) {
        self.close(at, tid, table, new.fd);
        let id = self.new_descriptor();
        let name = self.name(self.process_of(tid), new.fd);
        let Target {
            kind,
            domain,
            socket_type,
            protocol,
        } = new.target;
        let identity = Identity {
            inode: new.beside.inode,
            cookie: None,
        };
        let created = NewDescriptor {
            descriptor: id,
            call: new.call,
            fd: new.fd,
            name: Some(name.clone()),
            kind,
            domain,
            socket_type,
            protocol,
            origin: new.origin,
            identity,
            same_file: new.file.filter(|_| !kind.is_socket()),
        };
        self.emit(at, tid, EventKind::Created(created));
        let seen = Observation {
            local: new.beside.local.clone(),
            peer: new.beside.peer.clone(),
            ..Observation::default()
        };
        if seen != Observation::default() {
            let descriptor = id;
            self.emit(at, tid, EventKind::Observed { descriptor, seen });
        }
        self.names.insert(name.clone());
        let tracked = Tracked {
            id,
            name,
            target: new.target,
            file: new.file.unwrap_or(id),
            beside: new.beside,
            closes_on_exec: new.closes_on_exec,
        };
        self.tables.open(table, new.fd, tracked);
    }

    /// The name of a descriptor: `fd3`, in other processes than the first `fd3_1234`.
    fn name(&self, pid: i32, fd: i32) -> Name {
        let short = Name::new(&format!("fd{fd}"));
        let long = Name::new(&format!("fd{fd}_{pid}"));
        let is_free = |name: &Name| !self.names.contains(name);
        let own = short.filter(|name| pid == self.threads.root && is_free(name));
        own.or(long).unwrap_or_else(|| Name::automatic(0))
    }

    /// A number of a table is closed.
    pub(super) fn close(&mut self, at: Timestamp, tid: i32, table: TableKey, fd: i32) {
        if let Some(tracked) = self.tables.close(table, fd) {
            self.names.remove(&tracked.name);
            let descriptor = tracked.id;
            self.emit(at, tid, EventKind::Closed { descriptor });
        }
    }

    /// The descriptors of a table are closed, those that have something in common.
    pub(super) fn close_all(
        &mut self,
        at: Timestamp,
        tid: i32,
        table: TableKey,
        is_closed: impl Fn(i32, &Tracked) -> bool,
    ) {
        for (fd, tracked) in self.tables.all(table) {
            if is_closed(fd, &tracked) {
                self.close(at, tid, table, fd);
            }
        }
    }
}

/// The descriptors with what strace says of them, wherever they are among values.
pub(super) fn noted<'a>(fields: &[Field<'a>]) -> Vec<(i32, &'a str)> {
    let mut all = Vec::new();
    let mut left: Vec<&Field<'a>> = fields.iter().rev().collect();
    while let Some(field) = left.pop() {
        let fd = int_of(field).filter(|fd| *fd >= 0 && !field.note.is_empty());
        all.extend(fd.map(|fd| (fd, field.note)));
        if let Value::List(inner) | Value::Struct(inner) = &field.value {
            left.extend(inner.iter().rev());
        }
    }
    all
}
