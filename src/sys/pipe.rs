//! pipe(2)

use crate::sys::child::Arg;
use crate::sys::made::made_int;
use crate::sys::{Result, check};

/// pipe2(2): the end that is read, and the end that is written to.
///
/// # Errors
///
/// The errno of the call.
pub fn pipe(flags: i32) -> Result<(i32, i32)> {
    let mut ends = [-1; 2];
    let args = [Arg::update(&raw mut ends), Arg::int(flags)];
    // SAFETY: there is room for two descriptors.
    check(unsafe { made_int(|a| libc::pipe2(a[0] as _, a[1] as _) as isize, args) })?;
    let [reader, writer] = ends;
    Ok((reader, writer))
}
