//! What children have and this process has not: epoll(7) reports no event of that here. One thread asks the kernel
//! after each call, and once a second while there are children.
//!
//! It asks through a copy of the child's descriptor, pidfd_getfd(2), and closes that at once, since a copy keeps a socket
//! open after close(2). Where no copy may be made, what the child's own calls show is all that is known. The copies are
//! in a descriptor table of its own ([`crate::kernel::unshared`]), where they take no number of the session.

use std::collections::{HashMap, HashSet};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::engine::child::Child;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::shared::Shared;
use crate::event::{DescriptorId, Event, EventKind, Identity};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;

/// The pause between two rounds while nothing happens here: another program may act without any event.
const ROUND: Duration = Duration::from_secs(1);

/// Starts the thread, unless it runs. For when a child is there.
pub(crate) fn start(shared: &Arc<Shared>) {
    shared.child_wake.start(|woken| {
        let theirs = Arc::downgrade(shared);
        crate::kernel::unshared::spawn("children", move || run(&theirs, &woken));
    });
}

/// Rounds, until the session is over.
fn run(shared: &Weak<Shared>, woken: &Receiver<()>) {
    let mut processes = HashMap::new();
    loop {
        let is_idle = processes.is_empty();
        let wakes = match is_idle {
            true => woken.recv().map_err(|_| RecvTimeoutError::Disconnected),
            false => woken.recv_timeout(ROUND),
        };
        if wakes == Err(RecvTimeoutError::Disconnected) {
            return;
        }
        let Some(shared) = shared.upgrade().map(|shared| Elsewhere::new(&shared)) else {
            return;
        };
        round(&shared, &mut processes);
    }
}

/// The handles of the children, pidfd_open(2). `None`: it could not be opened.
type Processes = HashMap<i32, Option<OwnedFd>>;

fn round(shared: &Shared, processes: &mut Processes) {
    let children: Vec<Arc<Child>> = shared.children().values().cloned().collect();
    let there: HashSet<i32> = children.iter().map(|child| child.pid()).collect();
    processes.retain(|pid, _| there.contains(pid));
    let mut known: HashSet<Identity> = {
        let sockets = shared.sockets();
        let open = sockets.values().filter(|entry| entry.open);
        open.map(|entry| entry.identity).collect()
    };
    // What has no identity is no socket, and may be one of several.
    known.remove(&Identity::default());
    for child in children.iter().filter(|child| !child.link.has_ended()) {
        let process = processes.entry(child.pid());
        let process = process.or_insert_with(|| crate::sys::tracee::open(child.pid()).ok());
        if let Some(process) = process {
            probe(shared, child, process, &mut known);
        }
    }
}

/// Probes what a child has that is not `known` yet, and reports what is new.
fn probe(shared: &Shared, child: &Child, process: &OwnedFd, known: &mut HashSet<Identity>) {
    let open: Vec<(DescriptorId, ProbeTarget, Identity)> = {
        let descriptors = child.descriptors();
        let open = descriptors.iter().filter(|(_, entry)| entry.open);
        open.map(|(id, entry)| (*id, entry.target, entry.identity))
            .collect()
    };
    for (id, target, identity) in open {
        let is_known = identity != Identity::default() && !known.insert(identity);
        if is_known {
            // It is observed elsewhere now, and what was seen here may be older than that later.
            child.seen().forget(id);
            continue;
        }
        if matches!(target.kind, Kind::Epoll | Kind::File) {
            continue;
        }
        let mut seen = child.seen();
        // It may have been closed meanwhile.
        if seen.is_closing(id) || !child.has(id) {
            continue;
        }
        let Ok(copy) = crate::sys::tracee::copy(process, target.fd) else {
            continue;
        };
        let fd = copy.as_raw_fd();
        if let Some(news) = seen.news(id, &ProbeTarget { fd, ..target }) {
            drop(copy);
            shared.mark(&news);
            shared.endpoints.happened(id, Some(&news));
            shared.send(Event {
                at: shared.now(),
                source: child.source(),
                what: EventKind::Observed {
                    descriptor: id,
                    seen: news,
                },
            });
        }
    }
}
