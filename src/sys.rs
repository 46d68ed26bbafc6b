//! The system calls: thin safe wrappers, each named after its call. The only place with `unsafe`.
//!
//! Descriptors are plain numbers here, and not `OwnedFd` or `socket2::Socket`: in a playground a number may be closed,
//! negative or somebody else's on purpose, which those types forbid by contract. No wrapper retries, none swallows
//! EINTR, none adds a flag: what a script says is what the kernel is asked.

pub mod asked;
pub mod bound_path;
pub mod child;
pub mod counter;
pub mod descriptor;
pub mod environment;
pub mod epoll;
pub mod fatal;
pub mod file;
pub mod lookup;
pub mod made;
pub mod memory;
pub mod message;
pub mod messages;
pub mod namespace;
pub mod packet;
pub mod pipe;
pub mod ptrace;
pub mod pty;
pub mod ready;
pub mod refuse;
pub mod registers;
pub mod regular;
pub mod repeated;
pub mod signal;
pub mod socket;
pub mod start;
pub mod thread_time;
pub mod tracee;
pub mod tty;
pub mod uring;

use std::fmt;
use std::time::Duration;

use crate::socket::Errno;
use crate::sys::refuse::Refusal;

/// What a call returned, or its errno.
pub type Result<T> = std::result::Result<T, Errno>;

/// What a call returned, or its errno, or why it was not made.
pub type Checked<T> = std::result::Result<T, Failure>;

/// Why there is no value. The two are never confused: an errno is what the kernel said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// The errno of the call.
    Errno(Errno),
    /// The call was not made, for this reason.
    Refused(String),
}

impl From<Errno> for Failure {
    fn from(errno: Errno) -> Self {
        Self::Errno(errno)
    }
}

impl From<Refusal> for Failure {
    fn from(Refusal(reason): Refusal) -> Self {
        Self::Refused(reason)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Errno(errno) => write!(f, "{errno}"),
            Self::Refused(reason) => f.write_str(reason),
        }
    }
}

/// The errno of the call that has just failed on this thread.
fn errno() -> Errno {
    Errno(std::io::Error::last_os_error().raw_os_error().unwrap_or(0))
}

/// The value of a call that returns -1 when it fails.
fn check(value: libc::c_int) -> Result<libc::c_int> {
    if value == -1 { Err(errno()) } else { Ok(value) }
}

/// The byte count of a call that returns -1 when it fails.
fn check_count(value: libc::ssize_t) -> Result<usize> {
    usize::try_from(value).map_err(|_| errno())
}

/// The monotonic clock, clock_gettime(2): safe in a signal handler too.
pub fn monotonic() -> Duration {
    let mut now = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: the struct is written over; the clock exists since Linux 2.0.
    unsafe { libc::clock_gettime(libc::CLOCK_MONOTONIC, &raw mut now) };
    let seconds = u64::try_from(now.tv_sec).unwrap_or(0);
    Duration::new(seconds, u32::try_from(now.tv_nsec).unwrap_or(0))
}
