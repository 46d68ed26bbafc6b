//! One line of the log: a call that was requested, and its progress.

use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::call::syscall::Syscall;
use crate::event::{
    Abandonment, AddressOwner, CallId, DescriptorId, Evidence, PathFile, Refusal, Request, Source,
    Thread, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Phase, TcpState};
use crate::world::facts::Facts;
use crate::world::throughput::Throughput;

/// A call of the session. Many finished calls are kept, so what only few calls have is in one box, and equal commands,
/// results and addresses are shared.
#[derive(Debug, Clone)]
pub struct Record {
    /// Which process makes it.
    pub source: Source,
    /// The request.
    pub request: Request,
    /// When it was requested.
    pub asked: Timestamp,
    /// Its progress.
    pub progress: Progress,
    /// The thread that made it, once it began.
    pub thread: Option<Thread>,
    /// When the thread entered the call.
    pub entered: Option<Timestamp>,
    /// Whether a signal was sent to interrupt it.
    pub interrupted: bool,
    /// Whether it was ever seen asleep.
    pub ever_blocked: bool,
    /// Whether the peer's window was closed to data of its socket when it was requested.
    pub window_closed: bool,
    /// The phase of its socket when it was requested.
    pub phase_before: Option<Phase>,
    /// The kernel's TCP state just before.
    pub tcp_before: Option<TcpState>,
    /// The kernel's TCP state just after.
    pub tcp_after: Option<TcpState>,
    /// The bytes in the receive queue when it was requested, or just before close() was made; for datagrams, those of the
    /// next one.
    pub unread_before: u32,
    /// The addresses of its socket when it ended; later calls may change them.
    pub addresses: Option<Arc<Addresses>>,
    /// The transitions of its socket that it caused.
    pub moved: Option<&'static Transition>,
    /// What explains it, once it has ended.
    pub facts: Option<Arc<Facts>>,
    /// What only few calls have.
    pub rare: Option<Box<Rare>>,
}

/// The greatest size of a record in bytes, without what it shares with others.
const MOST: usize = 184;
const _: () = assert!(size_of::<Record>() <= MOST);

/// The addresses of a socket at one moment.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Addresses {
    /// Its own.
    pub local: Option<Address>,
    /// That of its peer.
    pub remote: Option<Address>,
}

/// What only few calls have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Rare {
    /// System calls and bytes so far, for a call that makes many.
    pub so_far: Option<SoFar>,
    /// The same with their rate.
    pub throughput: Option<Throughput>,
    /// Its outcome with the numbers that the kernel returned, if the displayed one has names in their place.
    pub numbers: Option<Arc<Outcome>>,
    /// How strace(1) prints it, where its notation does not show that.
    pub made_as: Option<Box<Syscall>>,
    /// Who outside of the session has the address that it could not get, if that was looked for.
    pub outside_owner: Option<AddressOwner>,
    /// What was at the path that it could not bind or reach.
    pub path_file: Option<PathFile>,
    /// What the kernel said about it when it had just returned.
    pub evidence: Option<Box<Evidence>>,
    /// The descriptors that it created.
    pub new_descriptors: Vec<DescriptorId>,
}

/// The progress of a call that makes many system calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// System calls.
    pub calls: u64,
    /// Bytes.
    pub bytes: u64,
}

/// The progress of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Requested, or made and not seen asleep.
    Running,
    /// Not made yet: the traced thread is held just before it.
    Held,
    /// Asleep in the kernel.
    Blocked {
        /// When it was first seen asleep.
        at: Timestamp,
        /// The kernel function that it sleeps in, if that is shown.
        wchan: Option<Arc<str>>,
    },
    /// It returned.
    Returned {
        /// When it returned.
        at: Timestamp,
        /// Its outcome.
        outcome: Arc<Outcome>,
    },
    /// It was never made, and why.
    Refused(Box<Refusal>),
    /// It never returned to the traced program that made it.
    Abandoned {
        /// When that was seen.
        at: Timestamp,
        /// Why.
        reason: Abandonment,
    },
}

impl Record {
    /// Its id.
    pub fn id(&self) -> CallId {
        self.request.id
    }

    /// The call as it was written, with names.
    pub fn call(&self) -> &Call {
        &self.request.command.call
    }

    /// The descriptor it was made on.
    pub fn on(&self) -> Option<DescriptorId> {
        self.request.on
    }

    /// Whether it was made on a descriptor, or has it in a set.
    pub fn concerns(&self, socket: DescriptorId) -> bool {
        let waits = self.request.call.passes_set();
        self.on() == Some(socket) || (waits && self.request.others.contains(&socket))
    }

    /// Its outcome, once it returned.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.progress {
            Progress::Returned { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    /// How strace(1) prints it, where its notation does not show that.
    pub fn made_as(&self) -> Option<&Syscall> {
        match &*self.request.call {
            Call::Syscall { made } => Some(made),
            _ => self.rare.as_ref()?.made_as.as_deref(),
        }
    }

    /// Its outcome as the kernel returned it, with numbers in place of names.
    pub fn given(&self) -> Option<&Outcome> {
        let numbers = self.rare.as_ref().and_then(|rare| rare.numbers.as_deref());
        numbers.or_else(|| self.outcome())
    }

    /// The descriptors that it created.
    pub fn new_descriptors(&self) -> &[DescriptorId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.new_descriptors)
    }

    /// Forgets a descriptor that it created.
    pub(crate) fn forget_created(&mut self, id: DescriptorId) {
        let Some(rare) = &mut self.rare else { return };
        rare.new_descriptors.retain(|other| *other != id);
        if **rare == Rare::default() {
            self.rare = None;
        }
    }

    /// System calls and bytes so far, for a call that makes many.
    pub fn so_far(&self) -> Option<SoFar> {
        self.rare.as_ref()?.so_far
    }

    /// The rate of its bytes or connections, for a call that makes many.
    pub fn throughput(&self) -> Option<Throughput> {
        self.rare.as_ref()?.throughput
    }

    /// Who outside of the session has the address that it could not get, if that was looked for.
    pub fn outside_owner(&self) -> Option<&AddressOwner> {
        self.rare.as_ref()?.outside_owner.as_ref()
    }

    /// What was at the path that it could not bind or reach.
    pub fn path_file(&self) -> Option<PathFile> {
        self.rare.as_ref()?.path_file
    }

    /// What the kernel said about it when it had just returned.
    pub fn evidence(&self) -> Option<&Evidence> {
        self.rare.as_ref()?.evidence.as_deref()
    }

    /// The local address of its socket when it ended.
    pub fn local(&self) -> Option<&Address> {
        self.addresses.as_ref()?.local.as_ref()
    }

    /// The address of the peer of its socket when it ended.
    pub fn remote(&self) -> Option<&Address> {
        self.addresses.as_ref()?.remote.as_ref()
    }

    /// What only few calls have, for changing it.
    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Whether it neither returned nor was refused.
    pub fn is_pending(&self) -> bool {
        match self.progress {
            Progress::Running | Progress::Held | Progress::Blocked { .. } => true,
            Progress::Returned { .. } | Progress::Refused(_) | Progress::Abandoned { .. } => false,
        }
    }

    /// When it returned.
    pub(crate) fn returned_at(&self) -> Option<Timestamp> {
        match self.progress {
            Progress::Returned { at, .. } | Progress::Abandoned { at, .. } => Some(at),
            Progress::Running
            | Progress::Held
            | Progress::Blocked { .. }
            | Progress::Refused(_) => None,
        }
    }

    /// When it was made, or requested if that is not known yet.
    pub(crate) fn begun(&self) -> Timestamp {
        self.entered.unwrap_or(self.asked)
    }

    /// Whether it had ended before a moment.
    pub(crate) fn has_ended_before(&self, moment: Timestamp) -> bool {
        match self.progress {
            Progress::Returned { at, .. } | Progress::Abandoned { at, .. } => at < moment,
            Progress::Refused(_) => true,
            Progress::Running | Progress::Held | Progress::Blocked { .. } => false,
        }
    }

    /// Whether it sleeps in the kernel.
    pub fn is_blocked(&self) -> bool {
        matches!(self.progress, Progress::Blocked { .. })
    }

    /// When a thread entered the call; before that, when it was requested.
    pub fn began(&self) -> Timestamp {
        self.entered.unwrap_or(self.asked)
    }

    /// How long the call took, or has taken at `now`.
    pub fn duration(&self, now: Timestamp) -> Duration {
        let from = self.began();
        match &self.progress {
            Progress::Returned { at, .. } | Progress::Abandoned { at, .. } => at.since(from),
            _ => now.since(from),
        }
    }
}
