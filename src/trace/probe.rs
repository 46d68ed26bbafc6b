//! What the kernel says of a socket of another process: a copy of its descriptor is asked, and closed at once, since a
//! copy keeps a socket open after close(2). Where none may be made, the tables under /proc are read ([`tables`]).

use std::collections::HashMap;
use std::os::fd::{AsRawFd, OwnedFd};

use crate::event::{Identity, Observation};
use crate::kernel::observe::ProbeTarget;
use crate::socket::Kind;
use crate::trace::tables;

/// Standard input, output and error.
const STANDARD_STREAMS: [i32; 3] = [0, 1, 2];

/// Handles of processes, pidfd_open(2), each opened when it is first needed. `None`: it could not be opened.
#[derive(Debug, Default)]
pub(crate) struct Probes(HashMap<i32, Option<OwnedFd>>);

impl Probes {
    /// Asks a copy of a descriptor. `None`: none could be made.
    pub(crate) fn with_copy<T>(
        &mut self,
        pid: i32,
        fd: i32,
        ask: impl FnOnce(i32) -> T,
    ) -> Option<T> {
        let copy = self.copy(pid, fd)?;
        Some(ask(copy.as_raw_fd()))
    }

    fn copy(&mut self, pid: i32, fd: i32) -> Option<OwnedFd> {
        let process = self.0.entry(pid);
        let process = process.or_insert_with(|| crate::sys::tracee::open(pid).ok());
        crate::sys::tracee::copy(process.as_ref()?, fd).ok()
    }

    /// Looks at a socket.
    pub(crate) fn observe(
        &mut self,
        pid: i32,
        target: &ProbeTarget,
        addresses: bool,
    ) -> Option<Observation> {
        if target.kind == Kind::File {
            return None;
        }
        if target.kind == Kind::Epoll {
            return self.interest(pid, target.fd);
        }
        let seen = self.with_copy(pid, target.fd, |fd| {
            crate::kernel::observe::observe(&ProbeTarget { fd, ..*target }, addresses)
        });
        seen.or_else(|| tables::observe(pid, target, addresses))
    }

    /// Asks what an epoll instance watches.
    pub(crate) fn interest(&mut self, pid: i32, epoll: i32) -> Option<Observation> {
        let list = crate::kernel::interest::read_of(pid, epoll, |fd| self.copy(pid, fd))?;
        Some(Observation {
            interest: Some(list),
            ..Observation::default()
        })
    }

    /// What a descriptor is, and which socket. `None`: it is not of interest, a file for example, or a pipe that the
    /// program got as one of its standard streams.
    pub(crate) fn identify(&mut self, pid: i32, fd: i32) -> Option<(ProbeTarget, Identity)> {
        let kind = std::fs::read_link(format!("/proc/{pid}/fd/{fd}")).ok()?;
        let kind = kind.to_string_lossy();
        if !kind.starts_with("socket:") {
            let kind = crate::kernel::observe::no_socket(&pid.to_string(), fd);
            let is_stream = kind.is_pipe() && STANDARD_STREAMS.contains(&fd);
            let is_file = kind == Kind::File || is_stream;
            let target = ProbeTarget::other(fd, kind);
            return (!is_file).then(|| (target, Identity::default()));
        }
        let asked = self.with_copy(pid, fd, |copy| {
            let target = ProbeTarget::received(copy);
            let identity = crate::kernel::observe::identity(&target);
            (ProbeTarget { fd, ..target }, identity)
        });
        asked.or_else(|| tables::identify(pid, fd))
    }

    /// The identity of a socket of which the kind is known.
    pub(crate) fn identity(&mut self, pid: i32, target: &ProbeTarget) -> Identity {
        let identity = self.with_copy(pid, target.fd, |fd| {
            crate::kernel::observe::identity(&ProbeTarget { fd, ..*target })
        });
        identity.unwrap_or_else(|| match target.kind.is_socket() {
            true => tables::identity(pid, target.fd),
            false => Identity::default(),
        })
    }

    /// Forgets a process that has ended.
    pub(crate) fn forget(&mut self, pid: i32) {
        self.0.remove(&pid);
    }

    /// Forgets all of them.
    pub(crate) fn forget_all(&mut self) {
        self.0.clear();
    }
}
