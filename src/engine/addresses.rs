//! After which calls the addresses of a socket are asked for again.

use crate::call::table::{Addresses, CallKind};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;

/// Whether a call can have given the socket an address or a peer.
pub(crate) fn may_change(call_kind: CallKind, target: &ProbeTarget) -> bool {
    match call_kind.signature().addresses {
        Addresses::Kept => false,
        Addresses::Set => true,
        Addresses::SetByDatagrams => target.kind != Kind::Stream,
        Addresses::AskedOfTcp => target.is_tcp(),
    }
}
