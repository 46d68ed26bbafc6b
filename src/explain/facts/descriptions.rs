//! Descriptors of one socket: by dup(), and by messages that carried them.

use crate::call::outcome::Returned;
use crate::call::table::CallKind;
use crate::event::{Origin, SocketId, Timestamp};
use crate::world::{Progress, Record, Socket, World};

/// The socket of which a descriptor is a duplicate, in the end: by dup(), or by a message that carried it.
pub(crate) fn open_file_description(world: &World, id: SocketId) -> SocketId {
    world.open_file_description_by(id, |received, via| sent_as(world, received, via))
}

/// The socket that a message carried, when it came through a pair of which both ends are ours: the descriptors of one
/// message come out together, in the order in which messages went in.
///
/// `None` where a call may have thrown some away: recv() does, and recvmsg() without enough room.
pub(crate) fn sent_as(world: &World, received: &Socket, via: SocketId) -> Option<SocketId> {
    let peer = partner(world, via)?;
    let mut messages = world
        .log()
        .iter()
        .filter(|record| {
            record.on() == Some(peer) && succeeded(record) && !record.request.others.is_empty()
        })
        .peekable();
    for record in world.log().iter().filter(|record| record.on() == Some(via)) {
        if record.id() == received.made_by {
            let index = record.born.iter().position(|id| *id == received.id)?;
            return messages.next()?.request.others.get(index).copied();
        }
        let ended = match record.progress {
            Progress::Returned { at, .. } => at,
            _ => Timestamp(u64::MAX),
        };
        let under_way = |message: &&Record| message.asked < ended;
        if drops_descriptors(record) && messages.peek().is_some_and(under_way) {
            return None;
        }
        let result = record.outcome().map(|outcome| &outcome.result);
        if let Some(Ok(Returned::Message(message))) = result {
            if message.flags.contains(libc::MSG_CTRUNC) || record.request.call.peeks() {
                return None;
            }
            if !message.fds.is_empty() {
                messages.next();
            }
        }
    }
    None
}

/// The other socket of a pair.
pub(crate) fn partner(world: &World, id: SocketId) -> Option<SocketId> {
    let socket = world
        .socket(id)
        .filter(|own| own.origin == Origin::Paired)?;
    let made_by = world.call(socket.made_by)?;
    made_by.born.iter().copied().find(|other| *other != id)
}

/// Whether a call receives data and not what travels with it.
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
