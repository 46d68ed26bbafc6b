//! Memory whose size a person chooses: had or not had, and never the end of the program.

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
