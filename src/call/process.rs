//! Processes as arguments and results: a child that fork(2) made, and how it has changed.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::call::argument::Name;

/// A process argument.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProcessArg {
    /// A child, by its name.
    Named(Name),
    /// A process ID.
    Number(i32),
}

impl fmt::Display for ProcessArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "{name}"),
            Self::Number(number) => write!(f, "{number}"),
        }
    }
}

/// How a child has changed, waitpid(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum ChildChange {
    /// It has ended by exit(3), with this status.
    Exited(i32),
    /// It was ended by a signal.
    Killed {
        /// Which.
        signal: i32,
        /// Whether a core was dumped.
        core: bool,
    },
    /// It was stopped by this signal.
    Stopped(i32),
    /// It goes on, SIGCONT.
    Continued,
}

impl ChildChange {
    /// Whether it has ended.
    pub fn is_end(self) -> bool {
        match self {
            Self::Exited(_) | Self::Killed { .. } => true,
            Self::Stopped(_) | Self::Continued => false,
        }
    }
}

impl fmt::Display for ChildChange {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = crate::socket::signal::signal;
        match *self {
            Self::Exited(status) => write!(f, "exited {status}"),
            Self::Killed { signal, core } => {
                let core = if core { " core" } else { "" };
                write!(f, "killed {}{core}", name(signal))
            }
            Self::Stopped(signal) => write!(f, "stopped {}", name(signal)),
            Self::Continued => f.write_str("continued"),
        }
    }
}
