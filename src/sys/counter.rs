//! eventfd(2), timerfd_create(2) and timerfd_settime(2).

use std::time::Duration;

use crate::sys::child::Arg;
use crate::sys::made::made_int;
use crate::sys::{Result, check};

/// eventfd(2)
///
/// # Errors
///
/// The errno of the call.
pub fn eventfd(initial: i32, flags: i32) -> Result<i32> {
    let args = [initial, flags].map(Arg::int);
    // SAFETY: the call takes no pointers.
    check(unsafe { made_int(|a| libc::eventfd(a[0] as _, a[1] as _) as isize, args) })
}

/// timerfd_create(2)
///
/// # Errors
///
/// The errno of the call.
pub fn timerfd_create(clock: i32, flags: i32) -> Result<i32> {
    let args = [clock, flags].map(Arg::int);
    // SAFETY: the call takes no pointers.
    check(unsafe {
        made_int(
            |a| libc::timerfd_create(a[0] as _, a[1] as _) as isize,
            args,
        )
    })
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
    let args = [Arg::int(fd), Arg::int(flags), Arg::read(&raw const setting)];
    // SAFETY: the setting lives until the call returns; the pointer for the one before may be null.
    check(unsafe {
        made_int(
            |a| {
                let before = std::ptr::null_mut();
                libc::timerfd_settime(a[0] as _, a[1] as _, a[2] as _, before) as isize
            },
            args,
        )
    })
    .map(drop)
}
