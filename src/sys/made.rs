//! Where a call is made: by this process, or, on a thread that makes the calls of a child, by that child.

use std::cell::RefCell;
use std::sync::Arc;

use crate::sys::child::{Arg, Call, Link};
use crate::sys::{Result, check};

thread_local! {
    /// The child that makes the calls of this thread.
    static CHILD: RefCell<Option<Arc<Link>>> = const { RefCell::new(None) };
}

/// The calls of this thread are made by a child until it is dropped.
#[derive(Debug)]
pub struct InChild(());

impl InChild {
    /// Has a child make the calls of this thread.
    pub fn enter(child: &Arc<Link>) -> Self {
        CHILD.with_borrow_mut(|own| *own = Some(Arc::clone(child)));
        Self(())
    }
}

impl Drop for InChild {
    fn drop(&mut self) {
        CHILD.with_borrow_mut(|own| *own = None);
    }
}

/// The process that makes the calls of this thread, as /proc names it.
pub fn process() -> String {
    CHILD.with_borrow(|child| match child {
        Some(child) => child.pid().to_string(),
        None => "self".to_owned(),
    })
}

/// Makes a call. Gives what the C library returned; errno is that of the call. Where a child was to make it and has ended,
/// or its arguments do not fit, -1: [`Link`] says so.
///
/// # Safety
///
/// The pointers are null or valid for the lengths beside them until the call returns, and the function takes such
/// arguments.
pub(in crate::sys) unsafe fn made<const N: usize>(call: Call, args: [Arg; N]) -> isize {
    let Some(child) = CHILD.with_borrow(Clone::clone) else {
        let mut here = [0; 6];
        for (place, arg) in here.iter_mut().zip(&args) {
            *place = arg.here();
        }
        return call(&here);
    };
    let mut arena = child.arena();
    let mut placed = Vec::with_capacity(N);
    for arg in &args {
        // SAFETY: as the caller vouches.
        match unsafe { arena.place(arg) } {
            Some(at) => placed.push(at),
            None => {
                child.note_too_long();
                return -1;
            }
        }
    }
    let mut there = [0; 6];
    for (place, at) in there.iter_mut().zip(&placed) {
        *place = at.passed;
    }
    let Some(returned) = child.make(call, &there) else {
        child.note_lost();
        // Nobody shows it: a loop of calls ends by it.
        // SAFETY: the location is that of this thread.
        unsafe { *libc::__errno_location() = libc::ESRCH };
        return -1;
    };
    for (at, arg) in placed.iter().zip(&args) {
        // SAFETY: it was put there above, and the child has left it.
        unsafe { at.take(arg) };
    }
    returned
}

/// The same for a call that returns an int.
///
/// # Safety
///
/// As [`made`].
pub(in crate::sys) unsafe fn made_int<const N: usize>(call: Call, args: [Arg; N]) -> libc::c_int {
    // SAFETY: as the caller vouches.
    let returned = unsafe { made(call, args) };
    libc::c_int::try_from(returned).unwrap_or(-1)
}

/// setrlimit(2) with the same number as soft and as hard limit, by the child that makes the calls of this thread.
///
/// # Errors
///
/// The errno of setrlimit(2).
pub fn setrlimit(resource: i32, limit: i32) -> Result<()> {
    let limit = libc::rlim_t::from_ne_bytes(i64::from(limit).to_ne_bytes());
    let limits = libc::rlimit {
        rlim_cur: limit,
        rlim_max: limit,
    };
    let args = [Arg::int(resource), Arg::read(&raw const limits)];
    // SAFETY: the structure is valid during the call.
    check(unsafe { made_int(|a| libc::setrlimit(a[0] as _, a[1] as _) as isize, args) }).map(drop)
}

/// _exit(2), by the child that makes the calls of this thread. It does not return: [`Link::take_lost`] says so.
pub fn exit(status: i32) {
    let args = [Arg::int(status)];
    // SAFETY: the call takes a number.
    unsafe { made(|a| libc::_exit(a[0] as _), args) };
}
