//! Descriptors: the numbers in the table of a process, with the names given to them and what they refer to.

use crate::call::argument::Name;
use crate::event::{CallId, DescriptorId, Origin, Timestamp};
use crate::world::{OpenFileId, TableId};

/// A descriptor: an entry in the table of open file descriptors of a process, open(2). It is kept after close(2).
#[derive(Debug, Clone)]
pub struct Descriptor {
    /// Its id, never reused.
    pub id: DescriptorId,
    /// The table that its number is in.
    pub table: TableId,
    /// Its number; after close(2) another descriptor may have it.
    pub number: i32,
    /// Its name.
    pub name: Name,
    /// The call that created it.
    pub created_by: CallId,
    /// How that call created it.
    pub origin: Origin,
    /// The open file description that it refers to.
    pub file: OpenFileId,
    /// When it was created.
    pub created: Timestamp,
    /// When it was closed. `None`: it is open.
    pub closed: Option<Timestamp>,
    /// How many phases its socket had been in when it was closed; the highest number while it is open.
    pub(crate) steps: usize,
}

impl Descriptor {
    /// Whether it is open.
    pub fn is_open(&self) -> bool {
        self.closed.is_none()
    }
}
