//! What a descriptor is, in the process that makes the calls of the calling thread.

use crate::sys::check;
use crate::sys::child::Arg;
use crate::sys::made::made_int;

/// Whether a number is open, fcntl(2) F_GETFD.
pub fn is_open(fd: i32) -> bool {
    let args = [fd, libc::F_GETFD].map(Arg::int);
    // SAFETY: F_GETFD takes no argument.
    check(unsafe { made_int(|a| libc::fcntl(a[0] as _, a[1] as _) as isize, args) }).is_ok()
}

/// The inode behind a descriptor, fstat(2). `None` when the number is not open.
pub fn inode(fd: i32) -> Option<u64> {
    // SAFETY: an all-zero stat is valid to be written over.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    let args = [Arg::int(fd), Arg::update(&raw mut stat)];
    // SAFETY: the struct lives until the call returns.
    check(unsafe { made_int(|a| libc::fstat(a[0] as _, a[1] as _) as isize, args) }).ok()?;
    Some(stat.st_ino)
}
