//! The files of AF_UNIX addresses: what lies where a call found no socket for it.

use crate::call::argument::AddressExpr;
use crate::call::outcome::Outcome;
use crate::call::table::CallKind;
use crate::engine::shared::Shared;
use crate::event::{EventKind, Request};

/// Tells what lies at a path that bind() could not have, or that nobody answers at: it may be no socket at all.
pub(crate) fn report_path_file(shared: &Shared, request: &Request, outcome: &Outcome) {
    let call_kind = request.call.call_kind();
    let binds = call_kind == CallKind::Bind;
    let wanted = if binds {
        libc::EADDRINUSE
    } else {
        libc::ECONNREFUSED
    };
    let failed = outcome.errno().is_some_and(|errno| errno.0 == wanted);
    let path = request.call.address().and_then(|arg| match &arg.place {
        AddressExpr::Literal(address) if arg.length.is_none() => address.path(),
        _ => None,
    });
    // bind() does not follow a link at the end of the path; the others do.
    if let Some(path) = path.filter(|_| failed)
        && let Some(file) = crate::kernel::path_owner::kind_at(path, !binds)
    {
        let call = request.id;
        shared.emit(EventKind::PathFile { call, file });
    }
}
