//! Processes and their descriptor tables. A descriptor number has a meaning only within a table: two processes use the
//! same numbers for different sockets.

use std::collections::HashMap;

use crate::event::{DescriptorId, Source};
use crate::world::{Handle, World};

/// Identifies a descriptor table; never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TableId(u32);

impl TableId {
    /// That of the session's own process.
    pub const SESSION: Self = Self(0);
}

/// A process that has had events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Process {
    /// Where its events come from, with any of its threads.
    pub source: Source,
    /// Its descriptors.
    pub table: TableId,
}

/// The processes, the session's own first, and which descriptor each number in their tables is.
#[derive(Debug, Clone)]
pub(crate) struct Processes {
    all: Vec<Process>,
    by_source: HashMap<Source, TableId>,
    by_number: HashMap<(TableId, i32), DescriptorId>,
}

impl Default for Processes {
    fn default() -> Self {
        let own = Process {
            source: Source::Session,
            table: TableId::SESSION,
        };
        Self {
            all: vec![own],
            by_source: HashMap::from([(own.source, own.table)]),
            by_number: HashMap::new(),
        }
    }
}

impl Processes {
    /// The table of a process, created if the process is new.
    pub(crate) fn table(&mut self, source: Source) -> TableId {
        let next = TableId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let table = *self.by_source.entry(source.process()).or_insert(next);
        if table == next {
            self.all.push(Process { source, table });
        }
        table
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
    /// Every process that has had events, the session's own first.
    pub fn processes(&self) -> &[Process] {
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

    /// The open descriptor with a number in the session's own process.
    pub fn with_fd(&self, fd: i32) -> Option<Handle<'_>> {
        self.with_number(TableId::SESSION, fd)
    }
}
