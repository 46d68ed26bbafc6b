//! A descriptor as the engine knows it.

use crate::call::argument::Name;
use crate::engine::inbox::IoThread;
use crate::event::{Identity, Observation};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Address;

/// A descriptor of this process, or of a child.
#[derive(Debug, Clone)]
pub(crate) struct Entry {
    /// How to ask the kernel about it.
    pub(crate) target: ProbeTarget,
    /// The name that it was created with, where it was given one.
    name: Option<Name>,
    /// Whether its descriptor is open.
    pub(crate) open: bool,
    /// How its socket is recognised.
    pub(crate) identity: Identity,
    /// Its last known addresses: by them a connection is found after close().
    pub(crate) connection: (Option<Address>, Option<Address>),
    /// Its I/O thread.
    pub(crate) thread: Option<IoThread>,
}

impl Entry {
    /// A new one.
    pub(crate) fn new(
        target: ProbeTarget,
        identity: Identity,
        name: Option<Name>,
        thread: Option<IoThread>,
    ) -> Self {
        Self {
            target,
            name,
            open: true,
            identity,
            connection: (None, None),
            thread,
        }
    }

    /// One of a child, which has one thread for all.
    pub(crate) fn of_child(target: ProbeTarget, identity: Identity) -> Self {
        Self::new(target, identity, None, None)
    }

    /// The copy that a child has.
    pub(crate) fn copied(&self) -> Self {
        Self {
            thread: None,
            ..self.clone()
        }
    }

    /// Whether it was created with a name.
    pub(crate) fn is_named(&self, name: &Name) -> bool {
        self.name.as_ref() == Some(name)
    }

    /// Keeps the addresses that were seen.
    pub(crate) fn note_addresses(&mut self, seen: &Observation) {
        let (local, peer) = &mut self.connection;
        *local = seen.local.clone().or_else(|| local.take());
        *peer = seen.peer.clone().or_else(|| peer.take());
    }
}
