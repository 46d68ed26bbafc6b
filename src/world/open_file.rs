//! Open file descriptions: what several descriptors share, open(2).
//!
//! A description of a socket is one kernel socket, so the identity of the socket tells whether a descriptor that came with
//! a message refers to one that is known.

use crate::event::{DescriptorId, NewDescriptor, Origin};
use crate::world::World;

/// Which open file description of the session. Never used again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct OpenFileId(pub u32);

/// An open file description.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenFile {
    /// Every descriptor of the session that refers or referred to it, oldest first.
    pub descriptors: Vec<DescriptorId>,
}

impl World {
    /// The open file description that a descriptor refers to.
    pub fn open_file(&self, descriptor: DescriptorId) -> Option<&OpenFile> {
        let id = self.socket(descriptor)?.file;
        self.files.get(id.0 as usize)
    }

    /// The first descriptor of the same open file description.
    pub fn root(&self, descriptor: DescriptorId) -> DescriptorId {
        let first = || self.open_file(descriptor)?.descriptors.first().copied();
        first().unwrap_or(descriptor)
    }

    /// The open file description of a new descriptor: of a duplicate that of the original, else a new one.
    pub(crate) fn describe(&mut self, new: &NewDescriptor) -> OpenFileId {
        let original = match new.origin {
            Origin::DuplicateOf(of) => self.socket(of),
            Origin::ReceivedOn(_) => self.identified(&new.identity),
            Origin::Made | Origin::Accepted(_) | Origin::Paired => None,
        };
        match original.map(|socket| socket.file) {
            Some(file) => {
                if let Some(there) = self.files.get_mut(file.0 as usize) {
                    there.descriptors.push(new.descriptor);
                }
                file
            }
            None => {
                let file = OpenFileId(u32::try_from(self.files.len()).unwrap_or(u32::MAX));
                self.files.push(OpenFile {
                    descriptors: vec![new.descriptor],
                });
                file
            }
        }
    }
}
