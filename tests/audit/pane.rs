//! What the State pane and the queue view show, held against the other source.

use sockplay::event::DescriptorId;
use sockplay::socket::{Address, Phase};
use sockplay::world::{Handle, Progress, World};

use super::auditor::{Auditor, Verdict, holds, is_loop};
use super::claims::{Found, number, text, unread};
use super::shot::{Own, state};
use crate::common::engine::Rig;

/// Something that is shown of a descriptor. `None`: it is not shown, or cannot be compared.
type Shown = fn(&Auditor<'_>, &World, Handle<'_>) -> Option<(String, Verdict)>;

/// Everything that is compared.
const SHOWN: [(&str, Shown); 9] = [
    ("pane: TCP state", tcp_state),
    ("pane: own address", local),
    ("pane: peer address", remote),
    ("pane: unread", unread_bytes),
    ("pane: accept queue", accept_queue),
    ("pane: own end", own_end),
    ("pane: other end", other_end),
    ("queue view: waiting", waiting),
    ("queue view: unsent", unsent),
];

impl Auditor<'_> {
    /// Compares what is shown of every open descriptor.
    pub(crate) fn audit_panes(&mut self, rig: &mut Rig) {
        // While a call moves data, or one is under way, every number is that of another moment.
        let moves = |record: &sockplay::world::Record| {
            is_loop(record.call()) || matches!(record.progress, Progress::Running)
        };
        if rig.world.pending().any(moves) {
            return;
        }
        let open: Vec<DescriptorId> = rig
            .world
            .descriptors()
            .filter(|own| own.is_open() && own.kind().is_socket())
            .map(Handle::id)
            .collect();
        for id in open {
            for (kind, shown) in SHOWN {
                self.audit_shown(rig, kind, &|auditor, world| {
                    let handle = world.descriptor(id).filter(|own| own.is_open())?;
                    auditor.now.own.get(&id)?;
                    let (said, verdict) = shown(auditor, world, handle)?;
                    Some((format!("{}: {said}", handle.name()), verdict))
                });
            }
        }
    }
}

impl Auditor<'_> {
    /// How many bytes may be said to wait. `None`: an AF_UNIX stream had an urgent byte, and Linux 6.18 counts one that it
    /// has dropped.
    fn unread_at(&self, there: &Own, id: DescriptorId, shown: u64) -> Option<Vec<u64>> {
        let found = unread(&self.now, there)?;
        let had_urgent = self.past(id).is_some_and(|past| past.had_urgent);
        let is_miscounted = there.is_unix() && had_urgent && !found.contains(&shown);
        (!is_miscounted).then_some(found)
    }
}

fn tcp_state(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let shown = own.tcp()?;
    let found = auditor.found(own.id())?;
    let fits = found.contains(&Found::State(number(shown)));
    Some((
        shown.to_string(),
        holds(fits, || format!("/proc/net/tcp says {found:?}")),
    ))
}

fn address(shown: Option<&Address>, found: Option<&str>) -> Option<(String, Verdict)> {
    let shown = text(shown?)?;
    let verdict = holds(found == Some(&shown), || format!("it is {found:?}"));
    Some((shown, verdict))
}

fn local(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    address(own.local(), auditor.now.own.get(&own.id())?.local())
}

fn remote(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let there = auditor.now.own.get(&own.id())?;
    // After the end of a connection its addresses are shown still.
    there.remote()?;
    let connected = matches!(
        own.phase(),
        Phase::Connected | Phase::WriteShut | Phase::PeerClosed
    );
    address(own.present_peer().filter(|_| connected), there.remote())
}

fn unread_bytes(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let there = auditor.now.own.get(&own.id())?;
    let shown = u64::from(own.unread());
    let found = auditor.unread_at(there, own.id(), shown)?;
    let verdict = holds(found.contains(&shown), || {
        format!("MSG_PEEK and /proc/net/tcp have {found:?}")
    });
    Some((format!("{shown} unread"), verdict))
}

fn accept_queue(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let shown = own.accept_queue()?;
    let inode = auditor.now.own.get(&own.id())?.inode()?;
    let row = auditor
        .now
        .row(inode)
        .filter(|row| row.state == state::LISTEN)?;
    let verdict = holds(row.received == u64::from(shown.length), || {
        format!("/proc/net/tcp has {}", row.received)
    });
    Some((format!("{} waiting", shown.length), verdict))
}

fn own_end(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let end = own.endpoints()?.1.own.as_ref().filter(|_| own.is_tcp())?;
    let row = auditor.connection(own.id())?;
    let queued = end.send.map_or(0, |send| u64::from(send.count));
    let fits = row.state == number(end.state) && row.sent.abs_diff(queued) <= 1;
    let verdict = holds(fits, || format!("/proc/net/tcp says {row:?}"));
    Some((
        format!("{} with {queued} unacknowledged", end.state),
        verdict,
    ))
}

fn other_end(auditor: &Auditor<'_>, _: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let end = own.endpoints()?.1.other_end().filter(|_| own.is_tcp())?;
    let row = auditor.other_connection(own.id())?;
    let unread = u64::from(end.receive.count);
    let fits = row.state == number(end.state) && row.received.abs_diff(unread) <= 1;
    let verdict = holds(fits, || format!("/proc/net/tcp says {row:?}"));
    Some((format!("{} with {unread} unread", end.state), verdict))
}

fn waiting(auditor: &Auditor<'_>, world: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let peer = world
        .peer(own)
        .filter(|peer| peer.is_open() && own.kind().is_connected_kind())?;
    let flow = world.flow(own, peer)?;
    let shown = flow.waiting.iter().map(|piece| piece.bytes).sum::<u64>() + flow.foreign;
    let there = auditor.now.own.get(&peer.id())?;
    let found = auditor.unread_at(there, peer.id(), shown)?;
    let verdict = holds(found.contains(&shown), || {
        format!("MSG_PEEK and /proc/net/tcp have {found:?}")
    });
    Some((format!("{shown} wait at {}", peer.name()), verdict))
}

fn unsent(auditor: &Auditor<'_>, world: &World, own: Handle<'_>) -> Option<(String, Verdict)> {
    let peer = world.peer(own).filter(|_| own.kind().is_connected_kind())?;
    let flow = world.flow(own, peer)?;
    let shown: u64 = flow.unsent?.iter().map(|piece| piece.bytes).sum();
    let found = auditor.now.own.get(&own.id())?.number("unsent")?;
    // A FIN that waits is counted by the kernel.
    let verdict = holds(found == shown || found == shown + 1, || {
        format!("SIOCOUTQNSD gives {found}")
    });
    Some((format!("{shown} not sent"), verdict))
}
