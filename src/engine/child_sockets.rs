//! What children have and this process has not: epoll(7) reports no event of that here. One thread asks the kernel
//! after each call, and once a second while there are children.
//!
//! It asks through a copy of the child's descriptor, pidfd_getfd(2), and closes that at once, since a copy keeps a socket
//! open after close(2). Where no copy may be made, what the child's own calls show is all that is known, and that is
//! reported with the reason. The copies are in a descriptor table of its own ([`crate::kernel::unshared`]), where they take
//! no number of the session.

use std::collections::{HashMap, HashSet};
use std::os::fd::{AsRawFd, OwnedFd};
use std::sync::{Arc, Weak};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError};

use crate::engine::child::Child;
use crate::engine::elsewhere::Elsewhere;
use crate::engine::last_seen::LastSeen;
use crate::engine::shared::Shared;
use crate::event::{DescriptorId, Event, EventKind, Identity, InterestList, ProcessEvent};
use crate::kernel::observe::ProbeTarget;
use crate::socket::{Errno, Kind};

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

/// How the children are asked, by their numbers.
type Processes = HashMap<i32, Access>;

/// How a child is asked.
#[derive(Debug)]
struct Access {
    /// Its handle, pidfd_open(2).
    process: Result<OwnedFd, Errno>,
    /// Why no copy could be made, as it was reported last.
    denied: Option<Box<str>>,
    /// The same, as it is now.
    denied_now: Option<Box<str>>,
}

impl Access {
    fn to(pid: i32) -> Self {
        Self {
            process: crate::sys::tracee::open(pid),
            denied: None,
            denied_now: None,
        }
    }

    /// A copy of a descriptor. `None`: there is no such descriptor, or none may be copied.
    fn copy(&mut self, fd: i32) -> Option<OwnedFd> {
        let copied = match &self.process {
            Ok(process) => crate::sys::tracee::copy(process, fd).map_err(|errno| ("getfd", errno)),
            Err(errno) => Err(("open", *errno)),
        };
        match copied {
            Ok(copy) => {
                self.denied_now = None;
                Some(copy)
            }
            // It is closed, or the child has ended.
            Err((_, Errno(libc::EBADF | libc::ESRCH))) => None,
            Err((call, errno)) => {
                self.denied_now = Some(format!("pidfd_{call}() gives {errno}").into());
                None
            }
        }
    }

    /// Whether it can be asked, where that is new.
    fn news(&mut self) -> Option<Result<(), Box<str>>> {
        if self.denied == self.denied_now {
            return None;
        }
        self.denied.clone_from(&self.denied_now);
        Some(self.denied.clone().map_or(Ok(()), Err))
    }
}

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
    let epolls = shared.epolls();
    let mut known = Known {
        sockets: known,
        epolls,
    };
    for child in children.iter().filter(|child| !child.link.has_ended()) {
        let access = processes.entry(child.pid());
        let access = access.or_insert_with(|| Access::to(child.pid()));
        probe(shared, child, access, &mut known);
        if let Some(result) = access.news() {
            let what = EventKind::Process(ProcessEvent::Observable(result));
            emit(shared, child, what);
        }
    }
}

/// What is observed elsewhere.
struct Known {
    sockets: HashSet<Identity>,
    /// Epoll instances have no identity: each by a process that has it, and its number there.
    epolls: Vec<(i32, i32)>,
}

impl Known {
    /// Takes a socket in. Gives whether it was known.
    fn has_socket(&mut self, identity: Identity) -> bool {
        identity != Identity::default() && !self.sockets.insert(identity)
    }

    /// Takes an epoll instance in. Gives whether it was known.
    fn has_epoll(&mut self, own: (i32, i32)) -> bool {
        let is_known = is_one_of(&self.epolls, own);
        self.epolls.extend((!is_known).then_some(own));
        is_known
    }
}

/// Whether an open file of a process is one of these. Where the kernel does not say, a child has what it was made with under
/// the same number.
pub(crate) fn is_one_of(files: &[(i32, i32)], own: (i32, i32)) -> bool {
    let is_same = |other: &(i32, i32)| {
        let is_same = crate::sys::descriptor::is_same_file_in(*other, own);
        is_same.unwrap_or(other.1 == own.1)
    };
    files.iter().any(is_same)
}

fn emit(shared: &Shared, child: &Child, what: EventKind) {
    shared.send(Event {
        at: shared.now(),
        source: child.source(),
        what,
    });
}

/// Probes what a child has that is not `known` yet, and reports what is new.
fn probe(shared: &Shared, child: &Child, access: &mut Access, known: &mut Known) {
    let open: Vec<(DescriptorId, ProbeTarget, Identity)> = {
        let descriptors = child.descriptors();
        let open = descriptors.iter().filter(|(_, entry)| entry.open);
        open.map(|(id, entry)| (*id, entry.target, entry.identity))
            .collect()
    };
    for (id, target, identity) in open {
        let is_known = match target.kind {
            Kind::Epoll => known.has_epoll((child.pid(), target.fd)),
            Kind::Stream
            | Kind::Seqpacket
            | Kind::Datagram
            | Kind::Raw
            | Kind::PipeReader
            | Kind::PipeWriter
            | Kind::Eventfd
            | Kind::Timerfd
            | Kind::File => known.has_socket(identity),
        };
        if is_known {
            // It is observed elsewhere now, and what was seen here may be older than that later.
            child.seen().forget(id);
            continue;
        }
        let mut seen = child.seen();
        // It may have been closed meanwhile.
        if seen.is_closing(id) || !child.has(id) {
            continue;
        }
        let news = match target.kind {
            Kind::File => None,
            Kind::Epoll => interest(child, access, &seen, target.fd)
                .and_then(|list| seen.new_interest(id, list)),
            Kind::Stream
            | Kind::Seqpacket
            | Kind::Datagram
            | Kind::Raw
            | Kind::PipeReader
            | Kind::PipeWriter
            | Kind::Eventfd
            | Kind::Timerfd => access.copy(target.fd).and_then(|copy| {
                let fd = copy.as_raw_fd();
                seen.news(id, &ProbeTarget { fd, ..target })
            }),
        };
        let Some(news) = news else {
            continue;
        };
        // Reported while `seen` is locked, so that nothing older is reported after it.
        shared.mark(&news);
        shared.endpoints.happened(id, Some(&news));
        emit(
            shared,
            child,
            EventKind::Observed {
                descriptor: id,
                seen: news,
            },
        );
    }
}

/// What an epoll instance watches that a child has. `None`: it cannot be asked, or a call is about to close something that
/// it watches.
fn interest(
    child: &Child,
    access: &mut Access,
    seen: &LastSeen,
    epoll: i32,
) -> Option<InterestList> {
    let mut is_closing = false;
    let list = crate::kernel::interest::read_of(child.pid(), epoll, |fd| {
        let id = child.with_number(fd)?;
        is_closing |= seen.is_closing(id);
        if is_closing { None } else { access.copy(fd) }
    });
    list.filter(|_| !is_closing)
}
