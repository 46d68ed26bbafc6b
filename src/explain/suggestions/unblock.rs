//! Lines that wake a call: what another socket of this world can send to the one that it waits on.

use crate::event::Timestamp;
use crate::explain::condition::Condition;
use crate::explain::context::Context;
use crate::explain::facts::reachability::sender;
use crate::socket::{Kind, Phase};
use crate::world::Handle;

/// A line that sends a message to the socket of the call.
pub(crate) fn message_to_it(context: &Context<'_>) -> Option<String> {
    let own = context.socket.filter(|own| own.kind() == Kind::Datagram)?;
    let sender = sender(context, Timestamp(u64::MAX))?;
    if sender.phase().had_peer() && context.about(Some(sender)).peer()?.id() == own.id() {
        return Some(format!("send({}, \"x\")", sender.name()));
    }
    let is_named = own.local().is_some_and(|local| !local.is_unset());
    is_named.then(|| format!("sendto({}, \"x\", addr({}))", sender.name(), own.name()))
}

/// A line that makes a descriptor ready that the call watches.
pub(crate) fn unblocking_line(context: &Context<'_>) -> Option<String> {
    context.awaited().into_iter().find_map(|member| {
        let of_member = context.about(member.socket);
        line_that_unblocks(&of_member, member.events)
    })
}

fn line_that_unblocks(context: &Context<'_>, events: i32) -> Option<String> {
    let socket = context.socket?;
    let has = |bit: i16| events & i32::from(bit) != 0;
    let peer = || {
        let peer = context
            .peer()
            .filter(|_| Condition::PeerOpen.holds(context))?;
        Some(context.open_one(peer).name().clone())
    };
    match socket.phase() {
        Phase::Listening if has(libc::POLLIN) => {
            let client = client(context)?;
            Some(format!(
                "connect({}, addr({}))",
                client.name(),
                socket.name()
            ))
        }
        _ if socket.kind() == Kind::Datagram => {
            message_to_it(context).filter(|_| has(libc::POLLIN))
        }
        _ if has(libc::POLLIN) => Some(format!("send({}, \"x\")", peer()?)),
        _ if has(libc::POLLOUT) => Some(format!("drain({})", peer()?)),
        _ => None,
    }
}

/// Our socket that can connect to the socket of the call.
fn client<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    let own = context.socket?;
    context.world.descriptors().find(|other| {
        let is_like = other.domain() == own.domain() && other.kind() == own.kind();
        is_like && other.phase() == Phase::Unbound
    })
}

/// The listener that the call watches.
pub(crate) fn watched_listener<'a>(context: &Context<'a>) -> Option<Handle<'a>> {
    let mut watched = context
        .awaited()
        .into_iter()
        .filter_map(|member| member.socket);
    watched.find(|socket| socket.phase() == Phase::Listening)
}

/// The line that creates a client for it.
pub(crate) fn client_making(context: &Context<'_>) -> Option<String> {
    crate::explain::suggestions::retry::making(&context.about(Some(watched_listener(context)?)))
}
