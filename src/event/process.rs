//! What happens to traced processes, and to the children of this one, beside their calls.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::call::argument::Name;
use crate::call::process::ChildChange;
use crate::event::CallId;
use crate::socket::Sig;

/// Something that happened to a process; the source of the event says which one, and which of its threads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum ProcessEvent {
    /// It is traced from now on.
    Started {
        /// The process that made it by fork(2) or the like, where that is traced too.
        parent: Option<i32>,
        /// Whether it shares the descriptor table of its parent, CLONE_FILES of clone(2).
        shares_table: bool,
        /// Its program with the arguments.
        command: Box<str>,
    },
    /// It was made by fork() of the session, and makes the calls that it is sent.
    Forked {
        /// The call that made it.
        call: CallId,
        /// The name that was asked for.
        name: Option<Name>,
    },
    /// It has ended and nobody has waited for it: the kernel still lists it, as a zombie (proc_pid_stat(5)).
    Zombie,
    /// It was waited for: the kernel has forgotten it.
    Reaped,
    /// It executes another program, execve(2).
    Executed {
        /// The program with its arguments.
        command: Box<str>,
    },
    /// A signal is delivered to one of its threads.
    Signalled {
        /// Which.
        signal: Sig,
        /// What strace(1) prints of who sent it: `si_code=SI_USER, si_pid=7, si_uid=0`.
        info: Box<str>,
    },
    /// One of its threads was stopped by this signal.
    Stopped(Sig),
    /// It has ended.
    Ended(EndStatus),
    /// It is not traced any more, and goes on.
    Detached,
    /// Whether the kernel can be asked between the calls of a child about what only the child has; if not, why.
    Observable(Result<(), Box<str>>),
}

/// How a process ended, wait(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndStatus {
    /// By exit(3), with this status.
    Exited(i32),
    /// By a signal.
    Killed {
        /// Which.
        signal: Sig,
        /// Whether a core was dumped.
        core: bool,
    },
}

impl EndStatus {
    /// What waitpid(2) says of a child. `None`: it has not ended.
    pub fn of(change: ChildChange) -> Option<Self> {
        match change {
            ChildChange::Exited(status) => Some(Self::Exited(status)),
            ChildChange::Killed { signal, core } => Some(Self::Killed {
                signal: Sig(signal),
                core,
            }),
            ChildChange::Stopped(_) | ChildChange::Continued => None,
        }
    }

    /// The exit status that a shell reports: that of exit(3), or 128 and the number of the signal.
    pub fn status(self) -> i32 {
        match self {
            Self::Exited(status) => status,
            Self::Killed { signal, .. } => 128 + signal.0,
        }
    }
}

impl fmt::Display for EndStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Exited(status) => write!(f, "exited with status {status}"),
            Self::Killed { signal, core } => {
                let signal = crate::socket::signal::signal(signal.0);
                let core = if *core { " (core dumped)" } else { "" };
                write!(f, "was killed by {signal}{core}")
            }
        }
    }
}

/// Why a call never returned to the program that made it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Abandonment {
    /// The process ended while the call was under way.
    Ended(EndStatus),
    /// The thread ended, and the process goes on.
    ThreadEnded,
    /// Another thread gave the process another program, execve(2).
    Executed,
    /// The process is not traced any more: whether it returned is not known.
    Detached,
}

impl fmt::Display for Abandonment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended(status) => write!(f, "the process {status}"),
            Self::ThreadEnded => f.write_str("the thread ended"),
            Self::Executed => f.write_str("the process executed another program"),
            Self::Detached => f.write_str("the process is not traced any more"),
        }
    }
}
