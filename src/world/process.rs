//! Processes and their descriptor tables. A descriptor number has a meaning only within a table: two processes use the
//! same numbers for different sockets.

use std::collections::HashSet;

use imbl::{HashMap, Vector};

use crate::call::argument::Name;
use crate::event::{CallId, DescriptorId, EndStatus, ProcessEvent, Source, Timestamp};
use crate::world::{Handle, World};

/// How many ended processes are kept when their descriptors are forgotten.
pub const KEPT_ENDED: usize = if cfg!(test) { 16 } else { 1024 };

/// Identifies a descriptor table; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(u32);

impl TableId {
    /// That of the session's own process.
    pub const SESSION: Self = Self(0);
}

/// A process that has had events.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Process {
    /// Where its events come from, with any of its threads.
    pub source: Source,
    /// Its descriptors. Processes made by clone(2) with CLONE_FILES share one table.
    pub table: TableId,
    /// The process that made it, where that is traced too.
    pub parent: Option<i32>,
    /// The program of a traced process with its arguments, as it is now; empty for the session's own.
    pub command: Box<str>,
    /// The name of a child that fork() of the session made.
    pub name: Option<Name>,
    /// The call that made such a child.
    pub made_by: Option<CallId>,
    /// How it ended, and when. `None`: it has not, or it is the session's own.
    pub ended: Option<(Timestamp, EndStatus)>,
    /// Whether the kernel was seen to list it as a zombie, and nobody has waited for it since.
    pub is_zombie: bool,
    /// Whether a child was waited for, waitpid(2): its number may be that of another process by now.
    pub is_reaped: bool,
    /// Why the kernel cannot be asked between the calls of a child about what only the child has. `None`: it can.
    pub unobservable: Option<Box<str>>,
}

impl Process {
    /// One that has done nothing yet.
    pub(crate) fn new(source: Source, table: TableId) -> Self {
        Self {
            source,
            table,
            parent: None,
            command: Box::default(),
            name: None,
            made_by: None,
            ended: None,
            is_zombie: false,
            is_reaped: false,
            unobservable: None,
        }
    }

    /// Its number, where it is not the session's own.
    pub fn pid(&self) -> Option<i32> {
        match self.source {
            Source::Session => None,
            Source::Child { pid } | Source::Traced { pid, .. } | Source::Recording { pid, .. } => {
                Some(pid)
            }
        }
    }
}

impl Process {
    /// A few words about a child: its number, and how it ended.
    pub fn described(&self) -> String {
        let pid = self.pid().unwrap_or(0);
        match self.ended {
            Some((_, status)) => format!("process {pid} {status}"),
            None => format!("process {pid}"),
        }
    }
}

/// The processes, the session's own first, and which descriptor each number in their tables is.
#[derive(Debug, Clone)]
pub(crate) struct Processes {
    all: Vector<Process>,
    /// How many of them have ended.
    ended: usize,
    /// The number of the next table.
    next: u32,
    by_source: HashMap<Source, TableId>,
    by_number: HashMap<(TableId, i32), DescriptorId>,
}

impl Default for Processes {
    fn default() -> Self {
        let own = Process::new(Source::Session, TableId::SESSION);
        Self {
            by_source: HashMap::unit(own.source, own.table),
            all: Vector::unit(own),
            ended: 0,
            next: 1,
            by_number: HashMap::new(),
        }
    }
}

impl Processes {
    /// The table of a process, created if the process is new.
    pub(crate) fn table(&mut self, source: Source) -> TableId {
        match self.by_source.get(&source.process()) {
            Some(table) => *table,
            None => self.add(source, None),
        }
    }

    /// Adds a process, with this table or one of its own.
    fn add(&mut self, source: Source, table: Option<TableId>) -> TableId {
        let table = table.unwrap_or_else(|| {
            let new = TableId(self.next);
            self.next = self.next.saturating_add(1);
            new
        });
        self.by_source.insert(source.process(), table);
        self.all.push_back(Process::new(source.process(), table));
        table
    }

    /// A name for a child that none has.
    fn next_name(&self) -> Name {
        let is_used = |name: &Name| self.all.iter().any(|own| own.name.as_ref() == Some(name));
        let all = (1_u32..).filter_map(|number| Name::new(&format!("p{number}")));
        let mut free = all.filter(|name| !is_used(name));
        free.next().unwrap_or_else(|| Name::automatic(u32::MAX))
    }

    /// Takes in what happened to a process.
    fn happened(&mut self, at: Timestamp, source: Source, what: &ProcessEvent) {
        if let ProcessEvent::Started {
            parent,
            shares_table,
            ..
        } = what
        {
            let of_parent = parent.filter(|_| *shares_table).and_then(|pid| {
                let parent = Source::Traced { pid, tid: pid };
                self.by_source.get(&parent).copied()
            });
            // The number may have been that of a process that has ended.
            self.add(source, of_parent);
        }
        let mut chosen = None;
        if let ProcessEvent::Forked { name, .. } = what {
            self.add(source, None);
            chosen = Some(name.clone().unwrap_or_else(|| self.next_name()));
        }
        let is_its = |process: &Process| process.source == source.process();
        let newest = (0..self.all.len()).rfind(|at| self.all.get(*at).is_some_and(is_its));
        let Some(process) = newest.and_then(|at| self.all.get_mut(at)) else {
            return;
        };
        match what {
            ProcessEvent::Started {
                parent, command, ..
            } => {
                process.parent = *parent;
                process.command = command.clone();
            }
            ProcessEvent::Forked { call, .. } => {
                process.name = chosen;
                process.made_by = Some(*call);
            }
            ProcessEvent::Zombie => process.is_zombie = !process.is_reaped,
            ProcessEvent::Reaped => {
                process.is_zombie = false;
                process.is_reaped = true;
            }
            ProcessEvent::Executed { command } => process.command = command.clone(),
            ProcessEvent::Observable(result) => process.unobservable = result.clone().err(),
            ProcessEvent::Ended(status) => {
                self.ended += usize::from(process.ended.is_none());
                process.ended.get_or_insert((at, *status));
            }
            ProcessEvent::Signalled { .. } | ProcessEvent::Stopped(_) | ProcessEvent::Detached => {}
        }
    }

    /// Whether so many have ended that old ones are to be forgotten.
    fn has_too_many(&self) -> bool {
        self.ended > 2 * KEPT_ENDED
    }

    /// Forgets the oldest of those that have ended, but for the newest ones and those whose tables are needed.
    fn forget_old(&mut self, needed: &HashSet<TableId>) {
        let mut left = self.ended.saturating_sub(KEPT_ENDED);
        let by_source = &mut self.by_source;
        self.all.retain(|process| {
            let goes = left > 0 && process.ended.is_some() && !needed.contains(&process.table);
            if goes {
                left -= 1;
                // The number may be that of another process by now.
                if by_source.get(&process.source) == Some(&process.table) {
                    by_source.remove(&process.source);
                }
            }
            !goes
        });
        self.ended = self.all.iter().filter(|own| own.ended.is_some()).count();
    }

    pub(crate) fn open(&mut self, table: TableId, fd: i32, descriptor: DescriptorId) {
        self.by_number.insert((table, fd), descriptor);
    }

    /// Removes a descriptor from its number, unless another descriptor has the number by now.
    pub(crate) fn close(&mut self, table: TableId, fd: i32, descriptor: DescriptorId) {
        if self.by_number.get(&(table, fd)) == Some(&descriptor) {
            self.by_number.remove(&(table, fd));
        }
    }
}

impl World {
    /// Takes in what happened to a traced process, and forgets the oldest of too many that have ended.
    pub(crate) fn happened_to_process(
        &mut self,
        at: Timestamp,
        source: Source,
        what: &ProcessEvent,
    ) {
        self.processes.happened(at, source, what);
        if self.processes.has_too_many() {
            let needed = self.descriptors().map(Handle::table).collect();
            self.processes.forget_old(&needed);
        }
    }

    /// Every process that has had events, the session's own first.
    pub fn processes(&self) -> &Vector<Process> {
        &self.processes.all
    }

    /// The descriptor table of the process that an event or a call belongs to, if it is known.
    pub fn table_of(&self, source: Source) -> Option<TableId> {
        self.processes.by_source.get(&source.process()).copied()
    }

    /// The open descriptor with a number in a descriptor table.
    pub fn with_number(&self, table: TableId, fd: i32) -> Option<Handle<'_>> {
        self.descriptor(*self.processes.by_number.get(&(table, fd))?)
    }

    /// The process that a descriptor belongs to. `None`: the session's own.
    pub fn process_of(&self, descriptor: Handle<'_>) -> Option<&Process> {
        let table = descriptor.table();
        let mut all = self.processes.all.iter();
        let found = all.find(|process| process.table == table);
        found.filter(|process| process.source != Source::Session)
    }

    /// The number of the traced process that a descriptor belongs to. `None`: it is the session's own, or that of a child.
    pub fn traced_owner(&self, descriptor: Handle<'_>) -> Option<i32> {
        let owner = self.process_of(descriptor);
        let owner = owner.filter(|own| !matches!(own.source, Source::Child { .. }));
        owner.and_then(Process::pid)
    }

    /// The child that a descriptor belongs to.
    pub fn child_of(&self, descriptor: Handle<'_>) -> Option<&Process> {
        let owner = self.process_of(descriptor);
        owner.filter(|own| matches!(own.source, Source::Child { .. }))
    }

    /// The children of the session, the oldest first, those that have ended too.
    pub fn children(&self) -> impl DoubleEndedIterator<Item = &Process> {
        let all = self.processes.all.iter();
        all.filter(|own| matches!(own.source, Source::Child { .. }))
    }

    /// The child with a name, the newest one.
    pub fn child(&self, name: &Name) -> Option<&Process> {
        self.children()
            .rev()
            .find(|own| own.name.as_ref() == Some(name))
    }

    /// The child that a call made.
    pub fn child_made_by(&self, call: CallId) -> Option<&Process> {
        self.children().rev().find(|own| own.made_by == Some(call))
    }

    /// The open descriptor with a number in the session's own process.
    pub fn with_fd(&self, fd: i32) -> Option<Handle<'_>> {
        self.with_number(TableId::SESSION, fd)
    }
}

#[cfg(test)]
mod tests {
    use crate::call::argument::Name;
    use crate::event::{CallId, Event, EventKind, Identity, NewDescriptor, Origin};
    use crate::socket::{Domain, Kind, Protocol, SocketType};
    use crate::world::process::*;

    fn happens(world: &mut World, pid: i32, what: EventKind) {
        let source = Source::Traced { pid, tid: pid };
        let at = Timestamp(0);
        world.apply(&Event { at, source, what });
    }

    fn starts(world: &mut World, pid: i32) {
        let started = ProcessEvent::Started {
            parent: None,
            shares_table: false,
            command: "server".into(),
        };
        happens(world, pid, EventKind::Process(started));
    }

    fn ends(world: &mut World, pid: i32) {
        let ended = ProcessEvent::Ended(EndStatus::Exited(0));
        happens(world, pid, EventKind::Process(ended));
    }

    #[test]
    fn of_many_that_have_ended_the_oldest_are_forgotten() {
        let mut world = World::default();
        starts(&mut world, 1);
        for pid in 2..1000 {
            starts(&mut world, pid);
            ends(&mut world, pid);
        }
        let pids: Vec<i32> = world.processes().iter().filter_map(Process::pid).collect();
        assert!(pids.len() <= 1 + 2 * KEPT_ENDED, "{pids:?}");
        assert!(pids.contains(&1), "it goes on");
        assert!(pids.contains(&999), "the newest one");
        assert!(!pids.contains(&2), "the oldest one that has ended");
        // Tables are still told from each other.
        let tables: HashSet<TableId> = world.processes().iter().map(|own| own.table).collect();
        assert_eq!(tables.len(), world.processes().len());
    }

    #[test]
    fn one_whose_descriptors_are_kept_is_kept() {
        let mut world = World::default();
        starts(&mut world, 2);
        let created = EventKind::Created(NewDescriptor {
            same_file: None,
            identity: Identity::default(),
            descriptor: DescriptorId(7),
            call: CallId(1),
            fd: 3,
            name: Name::new("s"),
            kind: Kind::Stream,
            domain: Domain::INET,
            socket_type: SocketType::STREAM,
            protocol: Protocol(0),
            origin: Origin::Created,
        });
        happens(&mut world, 2, created);
        ends(&mut world, 2);
        for pid in 3..1000 {
            starts(&mut world, pid);
            ends(&mut world, pid);
        }
        let owner = world.descriptor(DescriptorId(7)).expect("it is kept");
        assert_eq!(world.traced_owner(owner), Some(2));
    }
}
