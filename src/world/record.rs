//! One line of the log: a call that was asked for, and how far it has come.

use std::time::Duration;

use crate::call::Call;
use crate::call::outcome::Outcome;
use crate::event::{
    AddressOwner, CallId, PathFile, Refusal, Request, SocketId, Source, Thread, Timestamp,
};
use crate::socket::phase::Transition;
use crate::socket::{Address, Phase, TcpState};
use crate::world::throughput::Throughput;

/// A call of the session.
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
    /// System calls and bytes so far, of a call that is made of many.
    pub so_far: Option<(u64, u64)>,
    /// Its outcome as the kernel gave it, where names stand for numbers in the one that is shown.
    pub numbers: Option<Box<Outcome>>,
    /// The same with the rate at which they come.
    pub throughput: Option<Throughput>,
    /// Who outside of the session has the address that it could not get, as far as it was looked for.
    pub outside_owner: Option<AddressOwner>,
    /// What lay at the path that it could not have or reach.
    pub path_file: Option<PathFile>,
    /// The sockets that it made.
    pub born: Vec<SocketId>,
    /// The phase of its socket when it was asked for.
    pub phase_before: Option<Phase>,
    /// Bytes that waited to be received when it was asked for; for datagrams, those of the next one.
    pub unread_before: u32,
    /// Whether data of its socket waited for room at the peer when it was asked for.
    pub window_closed: bool,
    /// The local address and the peer of its socket when it ended; later calls may change them.
    pub ends: (Option<Address>, Option<Address>),
    /// The transitions of its socket that it caused.
    pub moved: Option<&'static Transition>,
    /// The kernel's TCP state just before and just after.
    pub states: (Option<TcpState>, Option<TcpState>),
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
        wchan: Option<String>,
    },
    /// It returned.
    Returned {
        /// When.
        at: Timestamp,
        /// With what.
        outcome: Outcome,
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
    pub fn on(&self) -> Option<SocketId> {
        self.request.on
    }

    /// Whether it was made on a socket, or waits for it in a set.
    pub fn concerns(&self, socket: SocketId) -> bool {
        let waits = matches!(self.request.call, Call::Poll { .. } | Call::Select { .. });
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
        self.numbers.as_deref().or_else(|| self.outcome())
    }

    /// Whether it neither returned nor was refused.
    pub fn is_pending(&self) -> bool {
        matches!(self.progress, Progress::Running | Progress::Blocked { .. })
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
