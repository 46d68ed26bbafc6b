//! Whether a call has a time limit: then the kernel says EINTR after a signal, and not that it would make it again.

use std::time::Duration;

use crate::call::Call;
use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::{CallId, DescriptorId, Origin};
use crate::socket::Domain;
use crate::world::log::Category;
use crate::world::{Record, World};

/// Whether SO_RCVTIMEO, or for a sending call SO_SNDTIMEO, was set on the socket of a call before it was asked for.
pub(crate) fn has_time_limit(world: &World, record: &Record) -> bool {
    let call_kind = record.call().call_kind();
    let option = if call_kind == CallKind::Connect || call_kind.sends() {
        libc::SO_SNDTIMEO
    } else {
        libc::SO_RCVTIMEO
    };
    let last = |socket| limit(world, record.id(), socket, option);
    record
        .on()
        .and_then(last)
        .is_some_and(|limit| limit != Duration::ZERO)
}

/// The last limit that was set before a call; a connection has that of its listener until then.
fn limit(world: &World, until: CallId, socket: DescriptorId, option: i32) -> Option<Duration> {
    let own = world.descriptor(socket)?;
    let sets = world
        .log()
        .in_category_before(own.file_id(), Category::Option, until);
    let set = sets.rev().find_map(|record| {
        let same = record.on().is_some_and(|id| world.is_same_file(id, socket));
        let held = record
            .outcome()
            .is_some_and(|outcome| outcome.result.is_ok());
        if let Call::Setsockopt {
            option: set,
            value: Value::Duration(limit),
            ..
        } = &*record.request.call
            && same
            && held
            && (set.level, set.number) == (libc::SOL_SOCKET, option)
        {
            return Some(*limit);
        }
        None
    });
    set.or_else(|| match own.socket()? {
        made if made.domain == Domain::UNIX => None,
        made => match made.origin {
            Origin::Accepted(listener) => {
                world.call(made.created_by)?;
                limit(world, made.created_by, listener, option)
            }
            _ => None,
        },
    })
}
