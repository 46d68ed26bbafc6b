//! The processor time that a thread of this process has used: clock_gettime(2) on its CPU-time clock.

use std::time::Duration;

use crate::sys::{Result, check};

/// Bits of a clock that belongs to one thread and counts what the scheduler gave it, linux/posix-timers_types.h.
const PER_THREAD: libc::clockid_t = 4;
const SCHEDULED: libc::clockid_t = 2;

/// How long a thread has run so far. It needs no /proc.
///
/// # Errors
///
/// EINVAL when the process has no such thread.
pub fn of(tid: i32) -> Result<Duration> {
    // pthread_getcpuclockid(3) makes it so; the complement of the thread's number is its upper part.
    let clock = (!tid << 3) | PER_THREAD | SCHEDULED;
    let mut time = libc::timespec {
        tv_sec: 0,
        tv_nsec: 0,
    };
    // SAFETY: `time` has room for one timespec.
    check(unsafe { libc::clock_gettime(clock, &raw mut time) })?;
    let seconds = u64::try_from(time.tv_sec).unwrap_or_default();
    let nanoseconds = u32::try_from(time.tv_nsec).unwrap_or_default();
    Ok(Duration::new(seconds, nanoseconds))
}

#[cfg(test)]
mod tests {
    use crate::sys::thread_time::*;

    #[test]
    fn it_grows_while_the_thread_runs() {
        let tid = nix::unistd::gettid().as_raw();
        let before = of(tid).expect("the own clock");
        while of(tid).expect("the own clock") == before {}
        assert!(of(i32::MAX >> 4).is_err(), "nobody has this number");
    }
}
