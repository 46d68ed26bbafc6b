//! The descriptor tables of traced processes: which numbers are sockets, or what event loops wait for beside them, and
//! which data an epoll instance has for a descriptor.

use std::collections::{BTreeMap, HashMap};

use crate::call::argument::Name;
use crate::event::{DescriptorId, Identity};
use crate::kernel::observe::ProbeTarget;

/// A descriptor of a traced process.
#[derive(Debug, Clone)]
pub(crate) struct Tracked {
    /// Its id.
    pub(crate) id: DescriptorId,
    /// The name by which the screen knows it.
    pub(crate) name: Name,
    /// What it refers to; the number is that in the table of the process.
    pub(crate) target: ProbeTarget,
    /// Which socket it is, where the kernel says so.
    pub(crate) identity: Identity,
    /// What descriptors of one open file description have in common.
    pub(crate) file: DescriptorId,
}

/// Identifies a table: processes made by clone(2) with CLONE_FILES share one.
pub(crate) type TableKey = usize;

/// All tables.
#[derive(Debug, Default)]
pub(crate) struct Tables {
    tables: HashMap<TableKey, BTreeMap<i32, Tracked>>,
    /// The key of the next one.
    next: TableKey,
    /// By the open file description of an epoll instance: its descriptors with the data that epoll_wait(2) reports.
    watched: HashMap<DescriptorId, Vec<(i32, u64)>>,
}

impl Tables {
    /// A new table with nothing in it.
    pub(crate) fn add(&mut self) -> TableKey {
        let key = self.next;
        self.tables.insert(key, BTreeMap::new());
        self.next += 1;
        key
    }

    /// A descriptor by its number.
    pub(crate) fn get(&self, table: TableKey, fd: i32) -> Option<&Tracked> {
        self.tables.get(&table)?.get(&fd)
    }

    /// All descriptors of all tables.
    pub(crate) fn everywhere(&self) -> impl Iterator<Item = &Tracked> {
        self.tables.values().flat_map(BTreeMap::values)
    }

    /// All descriptors of a table.
    pub(crate) fn all(&self, table: TableKey) -> impl Iterator<Item = (i32, &Tracked)> {
        let table = self.tables.get(&table).into_iter().flatten();
        table.map(|(fd, tracked)| (*fd, tracked))
    }

    pub(crate) fn open(&mut self, table: TableKey, fd: i32, tracked: Tracked) {
        if let Some(table) = self.tables.get_mut(&table) {
            table.insert(fd, tracked);
        }
    }

    /// Takes a descriptor out.
    pub(crate) fn close(&mut self, table: TableKey, fd: i32) -> Option<Tracked> {
        let closed = self.tables.get_mut(&table)?.remove(&fd)?;
        let is_last = |file: DescriptorId| {
            let mut all = self.everywhere();
            all.all(|other| other.file != file)
        };
        if closed.target.kind == crate::socket::Kind::Epoll && is_last(closed.file) {
            self.watched.remove(&closed.file);
        }
        Some(closed)
    }

    /// Takes a table out, and gives what was open in it.
    pub(crate) fn remove(&mut self, table: TableKey) -> Vec<Tracked> {
        let numbers: Vec<i32> = self.all(table).map(|(fd, _)| fd).collect();
        let closed = numbers
            .into_iter()
            .filter_map(|fd| self.close(table, fd))
            .collect();
        self.tables.remove(&table);
        closed
    }

    /// Notes what epoll_ctl(2) did: the data that the instance has for a descriptor now, if any.
    pub(crate) fn watch(&mut self, epoll: DescriptorId, fd: i32, data: Option<u64>) {
        let all = self.watched.entry(epoll).or_default();
        all.retain(|(other, _)| *other != fd);
        all.extend(data.map(|data| (fd, data)));
    }

    /// The descriptor for which an epoll instance has this data. `None`: none, or several.
    pub(crate) fn watched(&self, epoll: DescriptorId, data: u64) -> Option<i32> {
        let all = self.watched.get(&epoll)?;
        let mut found = all.iter().filter(|(_, own)| *own == data);
        let (fd, _) = found.next()?;
        found.next().is_none().then_some(*fd)
    }
}
