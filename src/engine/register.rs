//! A new descriptor joins the session: it is recorded, reported and observed, and gets an inbox for its calls.

use crate::call::argument::Name;
use crate::engine::inbox::{Inbox, inbox};
use crate::engine::new_descriptors::Created;
use crate::engine::shared::{ProbeOptions, Shared};
use crate::event::{DescriptorId, EventKind, NewDescriptor, Origin, Request, Timestamp};
use crate::kernel::observe::ProbeTarget;

/// Records a new descriptor and reports it. Its calls wait in the inbox until a thread reads it.
pub(crate) fn register(
    shared: &Shared,
    request: &Request,
    created: &Created,
    name: Option<Name>,
    at: Timestamp,
) -> (DescriptorId, Inbox) {
    let (thread, inbox) = inbox();
    let Created { target, origin } = *created;
    if let Origin::Accepted(_) = origin {
        shared.note_accepted(target.fd);
    }
    let same_file = match origin {
        Origin::ReceivedOn(_) => shared.same_file(&target),
        Origin::Created
        | Origin::Accepted(_)
        | Origin::Paired
        | Origin::DuplicateOf(_)
        | Origin::Inherited(_)
        | Origin::Found => None,
    };
    let (id, identity) = shared.adopt(target, name.clone(), Some(thread));
    let ProbeTarget {
        fd,
        kind,
        domain,
        socket_type,
        protocol,
        ..
    } = target;
    let new = NewDescriptor {
        descriptor: id,
        call: request.id,
        fd,
        name,
        kind,
        domain,
        socket_type,
        protocol,
        origin,
        identity,
        same_file,
    };
    shared.emit_at(at, EventKind::Created(new));
    let probe_options = ProbeOptions {
        addresses: true,
        end: false,
    };
    shared.probe(id, &target, probe_options, at);
    (id, inbox)
}
