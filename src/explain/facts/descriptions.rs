//! Several descriptors of one socket: duplicates, and those sent in messages.

use crate::call::table::CallKind;
use crate::event::{DescriptorId, Origin, Owner, Seen};
use crate::explain::context::Context;
use crate::socket::text::escaped;
use crate::world::{OpenFileId, Record, World};

impl Context<'_> {
    /// Who was seen to have a descriptor of the socket after the session's own was closed.
    fn elsewhere(&self) -> Option<&Seen<Owner>> {
        self.socket?.elsewhere()
    }

    /// The process outside of the session that has one: `python3 (pid 812)`.
    pub(crate) fn holding_process(&self) -> Option<String> {
        match self.elsewhere()?.value()? {
            Owner::Process { pid, program } => Some(format!("{} (pid {pid})", escaped(program))),
            Owner::Ours(_) | Owner::Nobody => None,
        }
    }

    /// Whether somebody else has one, known or not: it may be a process that we may not inspect, or a message in
    /// flight.
    pub(crate) fn is_open_elsewhere(&self) -> bool {
        let value = self.elsewhere().map(Seen::value);
        self.is_own_end_held() || value.is_some_and(|owner| !matches!(owner, Some(Owner::Ours(_))))
    }
}

/// The open file description that a descriptor refers to; for an unknown descriptor an id that no description has.
pub(crate) fn open_file_description(world: &World, id: DescriptorId) -> OpenFileId {
    world.file_of(id).unwrap_or(OpenFileId(u32::MAX))
}

/// The other socket of a pair.
pub(crate) fn partner(world: &World, id: DescriptorId) -> Option<DescriptorId> {
    let socket = world
        .descriptor(id)
        .filter(|own| own.origin() == Origin::Paired)?;
    let created_by = world.call(socket.created_by())?;
    created_by
        .new_descriptors()
        .iter()
        .copied()
        .find(|other| *other != id)
}

/// Whether a call receives data but drops descriptors that are sent with it.
pub(crate) fn drops_descriptors(record: &Record) -> bool {
    let call_kind = record.request.call.call_kind();
    call_kind != CallKind::Recvmsg && (call_kind.receives() || call_kind == CallKind::Echo)
}

/// Whether a call returned without error.
pub(crate) fn succeeded(record: &Record) -> bool {
    record
        .outcome()
        .is_some_and(|outcome| outcome.result.is_ok())
}
