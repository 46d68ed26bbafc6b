//! Which sockets of this world can reach, or send to, the one of a scene.

use crate::event::Stamp;
use crate::explain::context::{Scene, phase_at};
use crate::explain::facts::descriptions::root;
use crate::socket::{Kind, Phase};
use crate::world::Socket;

/// A socket of ours that a socket of this kind could reach when the call was asked for.
pub(crate) fn somebody_then<'a>(scene: &Scene<'a>) -> Option<&'a Socket> {
    reachable_at(scene, scene.record.asked)
}

/// A socket of ours that a socket of this kind could reach at a moment.
pub(crate) fn reachable_at<'a>(scene: &Scene<'a>, at: Stamp) -> Option<&'a Socket> {
    let own = scene.socket?;
    let waits_in = match own.kind() {
        Kind::Stream | Kind::Seqpacket => Phase::Listening,
        _ => Phase::Bound,
    };
    let is_reachable = |other: &&Socket| {
        let named = other.local.as_ref().is_some_and(|local| !local.is_unset());
        let alike = other.domain == own.domain && other.kind() == own.kind();
        other.id != own.id && alike && named && phase_at(other, at) == Some(waits_in)
    };
    scene.world.sockets().find(is_reachable)
}

/// Whether no socket of ours could have sent a message when the call was asked for.
pub(crate) fn nobody_sends(scene: &Scene<'_>) -> bool {
    sender(scene, scene.record.asked).is_none()
}

/// Who can send to the socket of the scene: its peer, where it takes messages from that one only.
pub(crate) fn sender<'a>(scene: &Scene<'a>, at: Stamp) -> Option<&'a Socket> {
    let own = scene.socket?;
    let can_send = |other: &&Socket| {
        let sends = |phase: Phase| !matches!(phase, Phase::WriteShut | Phase::Shut | Phase::Closed);
        other.is_open() && phase_at(other, at).is_some_and(sends)
    };
    if own.phase.had_peer() {
        return scene.peer().filter(can_send);
    }
    let is_like = |other: &&Socket| other.domain == own.domain && other.kind() == own.kind();
    let source = root(scene.world, own.id);
    let mut others = scene.world.sockets();
    others.find(|other| is_like(other) && can_send(other) && root(scene.world, other.id) != source)
}
