//! After which calls the addresses of a socket are asked for again.

use crate::call::Call;
use crate::call::table::Addresses;
use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;

/// Whether a call can have given the socket an address or a peer.
pub(crate) fn may_change(call: &Call, target: &ProbeTarget) -> bool {
    // A sending call with MSG_FASTOPEN also connects.
    let connects = call.msg_flags().contains(libc::MSG_FASTOPEN);
    match call.call_kind().signature().addresses {
        Addresses::Kept => false,
        Addresses::Set => true,
        Addresses::SetByDatagrams => target.kind != Kind::Stream || connects,
        Addresses::AskedOfTcp => target.is_tcp(),
    }
}
