//! One line of the log: a call that was asked for, and how far it has come.

use std::sync::Arc;
use std::time::Duration;

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::event::{
    AddressOwner, CallId, DescriptorId, PathFile, Refusal, Request, Source, Thread, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Phase, TcpState};
use crate::world::facts::Facts;
use crate::world::throughput::Throughput;

/// A call of the session. Finished calls are kept in great numbers, so what few calls have is behind one box, and equal
/// commands, results and addresses are shared.
#[derive(Debug, Clone)]
pub struct Record {
    /// Which process makes it.
    pub source: Source,
    /// What was asked.
    pub request: Request,
    /// When.
    pub asked: Timestamp,
    /// How far it has come.
    pub progress: Progress,
    /// The thread that made it, once it was made.
    pub thread: Option<Thread>,
    /// When it was made.
    pub entered: Option<Timestamp>,
    /// Whether a signal was sent to interrupt it.
    pub interrupted: bool,
    /// Whether it was seen asleep at some time.
    pub ever_blocked: bool,
    /// Whether data of its socket waited for room at the peer when it was asked for.
    pub window_closed: bool,
    /// The phase of its socket when it was asked for.
    pub phase_before: Option<Phase>,
    /// The kernel's TCP state just before.
    pub tcp_before: Option<TcpState>,
    /// The kernel's TCP state just after.
    pub tcp_after: Option<TcpState>,
    /// Bytes that waited to be received when it was asked for; for datagrams, those of the next one.
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

/// The most bytes that a record takes, without what it shares with others.
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
#[derive(Debug, Clone, Default)]
pub struct Rare {
    /// System calls and bytes so far, of a call that is made of many.
    pub so_far: Option<SoFar>,
    /// The same with the rate at which they come.
    pub throughput: Option<Throughput>,
    /// Its outcome as the kernel gave it, where names stand for numbers in the one that is shown.
    pub numbers: Option<Arc<Outcome>>,
    /// Who outside of the session has the address that it could not get, as far as it was looked for.
    pub outside_owner: Option<AddressOwner>,
    /// What lay at the path that it could not have or reach.
    pub path_file: Option<PathFile>,
    /// The sockets that it made.
    pub new_descriptors: Vec<DescriptorId>,
}

/// How far a call has come that is made of many.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SoFar {
    /// System calls.
    pub calls: u64,
    /// Bytes.
    pub bytes: u64,
}

/// How far a call has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Progress {
    /// Asked for, or made and not seen asleep.
    Running,
    /// Asleep in the kernel.
    Blocked {
        /// Since when it is known to sleep.
        at: Timestamp,
        /// The kernel function, where it is shown.
        wchan: Option<Arc<str>>,
    },
    /// It returned.
    Returned {
        /// When.
        at: Timestamp,
        /// With what.
        outcome: Arc<Outcome>,
    },
    /// It was never made, and why.
    Refused(Box<Refusal>),
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

    /// The socket it was made on.
    pub fn on(&self) -> Option<DescriptorId> {
        self.request.on
    }

    /// Whether it was made on a socket, or waits for it in a set.
    pub fn concerns(&self, socket: DescriptorId) -> bool {
        let waits = matches!(*self.request.call, Call::Poll { .. } | Call::Select { .. });
        self.on() == Some(socket) || (waits && self.request.others.contains(&socket))
    }

    /// Its outcome, once it returned.
    pub fn outcome(&self) -> Option<&Outcome> {
        match &self.progress {
            Progress::Returned { outcome, .. } => Some(outcome),
            _ => None,
        }
    }

    /// Its outcome as the kernel gave it, with numbers and not with names.
    pub fn given(&self) -> Option<&Outcome> {
        let numbers = self.rare.as_ref().and_then(|rare| rare.numbers.as_deref());
        numbers.or_else(|| self.outcome())
    }

    /// The sockets that it made.
    pub fn new_descriptors(&self) -> &[DescriptorId] {
        self.rare.as_ref().map_or(&[], |rare| &rare.new_descriptors)
    }

    /// System calls and bytes so far, of a call that is made of many.
    pub fn so_far(&self) -> Option<SoFar> {
        self.rare.as_ref()?.so_far
    }

    /// The rate at which its bytes or connections come, of a call that is made of many.
    pub fn throughput(&self) -> Option<Throughput> {
        self.rare.as_ref()?.throughput
    }

    /// Who outside of the session has the address that it could not get, as far as it was looked for.
    pub fn outside_owner(&self) -> Option<&AddressOwner> {
        self.rare.as_ref()?.outside_owner.as_ref()
    }

    /// What lay at the path that it could not have or reach.
    pub fn path_file(&self) -> Option<PathFile> {
        self.rare.as_ref()?.path_file
    }

    /// The local address of its socket when it ended.
    pub fn local(&self) -> Option<&Address> {
        self.addresses.as_ref()?.local.as_ref()
    }

    /// The address of the peer of its socket when it ended.
    pub fn remote(&self) -> Option<&Address> {
        self.addresses.as_ref()?.remote.as_ref()
    }

    /// What only few calls have, to be changed.
    pub(crate) fn rare_mut(&mut self) -> &mut Rare {
        self.rare.get_or_insert_default()
    }

    /// Whether it neither returned nor was refused.
    pub fn is_pending(&self) -> bool {
        matches!(self.progress, Progress::Running | Progress::Blocked { .. })
    }

    /// When it returned.
    pub(crate) fn returned_at(&self) -> Option<Timestamp> {
        match self.progress {
            Progress::Returned { at, .. } => Some(at),
            Progress::Running | Progress::Blocked { .. } | Progress::Refused(_) => None,
        }
    }

    /// When it was made, or asked for where that is not known yet.
    pub(crate) fn begun(&self) -> Timestamp {
        self.entered.unwrap_or(self.asked)
    }

    /// Whether it had ended before a moment.
    pub(crate) fn has_ended_before(&self, moment: Timestamp) -> bool {
        match self.progress {
            Progress::Returned { at, .. } => at < moment,
            Progress::Refused(_) => true,
            Progress::Running | Progress::Blocked { .. } => false,
        }
    }

    /// Whether it sleeps in the kernel.
    pub fn is_blocked(&self) -> bool {
        matches!(self.progress, Progress::Blocked { .. })
    }

    /// How long the call took, or has taken at `now`.
    pub fn duration(&self, now: Timestamp) -> Duration {
        let from = self.entered.unwrap_or(self.asked);
        match &self.progress {
            Progress::Returned { at, .. } => at.since(from),
            _ => now.since(from),
        }
    }
}
