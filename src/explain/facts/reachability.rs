//! Which sockets of this world can reach, or send to, the socket of a call.

use crate::event::Timestamp;
use crate::explain::context::{Context, phase_at};
use crate::explain::facts::descriptions::open_file_description;
use crate::socket::{Address, Kind, Phase};
use crate::world::Handle;

/// Our socket that a socket of this kind could reach when the call was requested.
pub(crate) fn somebody_then<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    reachable_at(context, context.record.asked)
}

/// Our socket that a socket of this kind could reach at a moment.
pub(crate) fn reachable_at<'a>(context: &Context<'a>, at: Timestamp) -> Option<Handle<'a>> {
    let own = context.socket?;
    let waits_in = match own.kind() {
        Kind::Stream | Kind::Seqpacket => Phase::Listening,
        _ => Phase::Bound,
    };
    let is_reachable = |other: &Handle<'_>| {
        let named = other.local().is_some_and(|local| !local.is_unset());
        let alike = other.domain() == own.domain() && other.kind() == own.kind();
        let waits = alike && named && phase_at(*other, at) == Some(waits_in);
        other.id() != own.id() && waits && has_protocol_of(own, *other)
    };
    context.world.descriptors().find(is_reachable)
}

/// Whether the address of one socket lets it reach that of another one: an IPv6 socket that is bound to an IPv4-mapped
/// address only sends over IPv4, and one that is bound to another address only over IPv6.
fn has_protocol_of(own: Handle<'_>, other: Handle<'_>) -> bool {
    let is_mapped = |address: &Address| match address {
        Address::Inet6(address) => address.ip().to_ipv4_mapped().is_some(),
        _ => false,
    };
    let bound = |of: Handle<'_>| {
        let local = of.local().filter(|local| local.port() != Some(0));
        local.filter(|local| !local.is_wildcard()).map(is_mapped)
    };
    let both = bound(own).zip(bound(other));
    both.is_none_or(|(own, other)| own == other)
}

/// Whether none of our sockets could have sent a message when the call was requested.
pub(crate) fn nobody_sends(context: &Context<'_>) -> bool {
    sender(context, context.record.asked).is_none()
}

/// Which socket can send to the socket of the call: only the peer, if it is connected.
pub(crate) fn sender<'a>(context: &Context<'a>, at: Timestamp) -> Option<Handle<'a>> {
    let own = context.socket?;
    let can_send = |other: &Handle<'_>| {
        let sends = |phase: Phase| !matches!(phase, Phase::WriteShut | Phase::Shut | Phase::Closed);
        other.is_open() && phase_at(*other, at).is_some_and(sends)
    };
    if own.phase().had_peer() {
        return context.peer().filter(can_send);
    }
    let is_like = |other: &Handle<'_>| other.domain() == own.domain() && other.kind() == own.kind();
    let source = open_file_description(context.world, own.id());
    let mut others = context.world.descriptors();
    others.find(|other| {
        is_like(other)
            && can_send(other)
            && open_file_description(context.world, other.id()) != source
    })
}
