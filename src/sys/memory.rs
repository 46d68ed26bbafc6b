//! Memory whose size a person chooses: had or not had, and never the end of the program. And what the allocator opens.

use std::alloc::{Layout, alloc_zeroed};

/// So many zeros. `None` when there is not enough memory.
///
/// The kernel gives pages of zeros only when they are used, so room that stays empty costs nothing; filling a reserved
/// `Vec` would use all of it.
pub fn zeroed(size: usize) -> Option<Vec<u8>> {
    if size == 0 {
        return Some(Vec::new());
    }
    let layout = Layout::array::<u8>(size).ok()?;
    // SAFETY: the size is not 0.
    let start = unsafe { alloc_zeroed(layout) };
    if start.is_null() {
        return None;
    }
    // SAFETY: the allocator of `Vec` gave these initialised bytes, with the layout of a `Vec` of this capacity.
    Some(unsafe { Vec::from_raw_parts(start, size, size) })
}

/// Keeps glibc from counting the processors. Without a limit it does so when there are more arenas than M_ARENA_TEST
/// (mallopt(3)), and opens a file for it: for an instant that takes a number of the playground. The limit that is set here
/// is the one that glibc would choose. One that the environment sets is left as it is.
///
/// Call it before the first thread exists.
#[cfg(target_env = "gnu")]
pub fn limit_arenas() {
    const OF_A_PROCESSOR: libc::c_long = if size_of::<libc::c_long>() == 4 { 2 } else { 8 };
    let is_set = |name| std::env::var_os(name).is_some();
    if is_set("MALLOC_ARENA_MAX") || is_set("GLIBC_TUNABLES") {
        return;
    }
    // SAFETY: it takes no pointer.
    let processors = unsafe { libc::sysconf(libc::_SC_NPROCESSORS_ONLN) };
    let limit = processors.max(1).saturating_mul(OF_A_PROCESSOR);
    let limit = libc::c_int::try_from(limit).unwrap_or(libc::c_int::MAX);
    // SAFETY: no other thread allocates yet. Where it is refused, glibc counts as it would have.
    unsafe { libc::mallopt(libc::M_ARENA_MAX, limit) };
}

/// Other C libraries have no arenas.
#[cfg(not(target_env = "gnu"))]
pub fn limit_arenas() {}

#[cfg(test)]
mod tests {
    use crate::sys::memory::*;

    #[test]
    fn what_there_is_not_is_not_given() {
        assert_eq!(zeroed(0), Some(Vec::new()));
        assert_eq!(zeroed(3), Some(vec![0; 3]));
        assert_eq!(zeroed(usize::MAX), None);
        assert_eq!(zeroed(isize::MAX.unsigned_abs()), None);
    }
}
