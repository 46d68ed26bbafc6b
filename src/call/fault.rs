//! Faults that are injected into calls of a traced program, and how the notation writes them.

use std::fmt;
use std::time::Duration;

use serde::{Deserialize, Serialize};

use crate::call::value::Span;
use crate::socket::Errno;

/// What is done to a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// It is not made, and fails so.
    Errno(Errno),
    /// It is made with half of its length: for calls on one buffer, of at least 2 bytes.
    Short,
    /// The thread is held so long before it makes the call.
    Delay(Duration),
}

/// The calls that can be made shorter, as they are written.
const ONE_BUFFER: [&str; 6] = ["send", "sendto", "write", "recv", "recvfrom", "read"];
/// The calls that do not return where they succeed, or that a process cannot do without.
pub(crate) const NOT_FAILED: [&str; 2] = ["exit_group", "restart_syscall"];

impl Fault {
    /// The word of [`Fault::Short`].
    pub const SHORT: &'static str = "short";

    /// Whether calls of a name can have it at all.
    ///
    /// # Errors
    ///
    /// Why not.
    pub(crate) fn check(self, call: &str) -> Result<(), String> {
        match self {
            Self::Short if !ONE_BUFFER.contains(&call) => {
                let all = ONE_BUFFER.join(", ");
                Err(format!(
                    "{call} cannot be made with a shorter length: short is for {all}"
                ))
            }
            Self::Errno(_) if NOT_FAILED.contains(&call) => {
                Err(format!("{call} cannot be made to fail"))
            }
            Self::Short | Self::Errno(_) | Self::Delay(_) => Ok(()),
        }
    }
}

impl fmt::Display for Fault {
    /// As `inject()` takes it: `EINTR`, `short`, `100ms`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errno(errno) => f.write_str(&errno.name()),
            Self::Short => f.write_str(Self::SHORT),
            Self::Delay(span) => Span(*span).fmt(f),
        }
    }
}
