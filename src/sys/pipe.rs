//! pipe(2)

use crate::sys::{Result, check};

/// pipe2(2): the end that is read, and the end that is written to.
///
/// # Errors
///
/// The errno of the call.
pub fn pipe(flags: i32) -> Result<(i32, i32)> {
    let mut ends = [-1; 2];
    // SAFETY: there is room for two descriptors.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), flags) })?;
    let [reader, writer] = ends;
    Ok((reader, writer))
}
