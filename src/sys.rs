//! The system calls: thin safe wrappers, each named after its call. The only place with `unsafe`.
//!
//! Descriptors are plain numbers here, and not `OwnedFd` or `socket2::Socket`: in a playground a number may be closed,
//! negative or somebody else's on purpose, which those types forbid by contract. No wrapper retries, none swallows
//! EINTR, none adds a flag: what a script says is what the kernel is asked.

pub mod bound_path;
pub mod descriptor;
pub mod epoll;
pub mod fatal;
pub mod file;
pub mod memory;
pub mod message;
pub mod packet;
pub mod ready;
pub mod regular;
pub mod signal;
pub mod socket;
pub mod start;
pub mod tty;
pub mod uring;

use std::time::Duration;

use crate::socket::Errno;

/// What a call returned, or its errno.
pub type Result<T> = std::result::Result<T, Errno>;

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
