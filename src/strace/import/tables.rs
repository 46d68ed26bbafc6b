//! The descriptor tables of the processes in a trace: which numbers are sockets, or what event loops wait for beside
//! them, and which data an epoll instance has for a descriptor.

use std::collections::{BTreeMap, HashMap};

use crate::call::argument::Name;
use crate::event::DescriptorId;
use crate::strace::import::annotation::{Beside, Target};

/// A descriptor.
#[derive(Debug, Clone)]
pub(super) struct Tracked {
    /// Its id.
    pub(super) id: DescriptorId,
    /// The name by which the screen knows it.
    pub(super) name: Name,
    /// What it refers to.
    pub(super) target: Target,
    /// What descriptors of one open file description have in common.
    pub(super) file: DescriptorId,
    /// What was said of it last.
    pub(super) beside: Beside,
    /// Whether execve(2) closes it.
    pub(super) closes_on_exec: bool,
}

/// Identifies a table: processes made by clone(2) with CLONE_FILES share one.
pub(super) type TableKey = usize;

/// All tables.
#[derive(Debug, Default)]
pub(super) struct Tables {
    tables: Vec<BTreeMap<i32, Tracked>>,
    /// How many descriptors each open file description has.
    counts: HashMap<DescriptorId, usize>,
    /// By the open file description of an epoll instance: its descriptors with the data that epoll_wait(2) reports.
    watched: HashMap<DescriptorId, Vec<(i32, u64)>>,
}

impl Tables {
    /// A new table with nothing in it.
    pub(super) fn add(&mut self) -> TableKey {
        self.tables.push(BTreeMap::new());
        self.tables.len() - 1
    }

    /// A descriptor by its number.
    pub(super) fn get(&self, table: TableKey, fd: i32) -> Option<&Tracked> {
        self.tables.get(table)?.get(&fd)
    }

    /// The same, to be changed.
    pub(super) fn get_mut(&mut self, table: TableKey, fd: i32) -> Option<&mut Tracked> {
        self.tables.get_mut(table)?.get_mut(&fd)
    }

    /// The descriptors of a table by their numbers.
    pub(super) fn all(&self, table: TableKey) -> Vec<(i32, Tracked)> {
        let table = self.tables.get(table).into_iter().flatten();
        table.map(|(fd, own)| (*fd, own.clone())).collect()
    }

    pub(super) fn open(&mut self, table: TableKey, fd: i32, tracked: Tracked) {
        self.close(table, fd);
        if let Some(table) = self.tables.get_mut(table) {
            *self.counts.entry(tracked.file).or_default() += 1;
            table.insert(fd, tracked);
        }
    }

    /// Takes a descriptor out.
    pub(super) fn close(&mut self, table: TableKey, fd: i32) -> Option<Tracked> {
        let closed = self.tables.get_mut(table)?.remove(&fd)?;
        let count = self.counts.entry(closed.file).or_default();
        *count = count.saturating_sub(1);
        if *count == 0 {
            self.counts.remove(&closed.file);
            self.watched.remove(&closed.file);
        }
        Some(closed)
    }

    /// Notes what epoll_ctl(2) did: the data that the instance has for a descriptor now, if any.
    pub(super) fn watch(&mut self, epoll: DescriptorId, fd: i32, data: Option<u64>) {
        let all = self.watched.entry(epoll).or_default();
        all.retain(|(other, _)| *other != fd);
        all.extend(data.map(|data| (fd, data)));
    }

    /// The descriptor for which an epoll instance has this data. `None`: none, or several.
    pub(super) fn watched(&self, epoll: DescriptorId, data: u64) -> Option<i32> {
        let mut found = self
            .watched
            .get(&epoll)?
            .iter()
            .filter(|(_, own)| *own == data);
        let (fd, _) = found.next()?;
        found.next().is_none().then_some(*fd)
    }
}
