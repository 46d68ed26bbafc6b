//! eventfd(2), timerfd_create(2) and timerfd_settime(2).

use std::time::Duration;

use crate::sys::{Result, check};

/// eventfd(2)
///
/// # Errors
///
/// The errno of the call.
pub fn eventfd(initial: i32, flags: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::eventfd(initial.cast_unsigned(), flags) })
}

/// timerfd_create(2)
///
/// # Errors
///
/// The errno of the call.
pub fn timerfd_create(clock: i32, flags: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::timerfd_create(clock, flags) })
}

/// timerfd_settime(2), without the setting before.
///
/// # Errors
///
/// The errno of the call.
pub fn timerfd_settime(fd: i32, flags: i32, value: Duration, interval: Duration) -> Result<()> {
    let setting = libc::itimerspec {
        it_interval: crate::sys::ready::timespec(interval),
        it_value: crate::sys::ready::timespec(value),
    };
    // SAFETY: the setting lives until the call returns; the pointer for the one before may be null.
    check(unsafe { libc::timerfd_settime(fd, flags, &raw const setting, std::ptr::null_mut()) })
        .map(drop)
}
