//! Memory that repeats one block: as long as a call is to send, at the cost of the block.

use std::ops::Deref;
use std::ptr::{self, NonNull};

/// The least size of a block: more mappings than these gain nothing.
const BLOCK: usize = 256 << 10;

/// One block of memory, mapped again and again at consecutive addresses. A send() of 60 MB that sleeps does so without
/// holding 60 MB.
#[derive(Debug)]
pub struct Repeated {
    start: NonNull<u8>,
    len: usize,
}

/// The size of a block that consists of whole pages and of whole pieces of this size. `None` when no such block is
/// possible.
pub fn block_size(piece: usize) -> Option<usize> {
    if piece == 0 {
        return None;
    }
    let page = page_size()?;
    let both = piece.checked_mul(page / common_divisor(piece, page))?;
    both.checked_mul(BLOCK.div_ceil(both))
}

fn page_size() -> Option<usize> {
    // SAFETY: it reads a constant of the system.
    let size = unsafe { libc::sysconf(libc::_SC_PAGESIZE) };
    usize::try_from(size).ok().filter(|size| *size > 0)
}

/// The greatest number that divides both (Euclid's algorithm).
fn common_divisor(a: usize, b: usize) -> usize {
    if b == 0 { a } else { common_divisor(b, a % b) }
}

// SAFETY: the region belongs to the value alone, and nobody writes to it after it was made.
unsafe impl Send for Repeated {}

impl Repeated {
    /// Maps `block`, which has a [`block_size`], until `len` bytes are there. `None` when the kernel refuses it.
    pub fn new(block: &[u8], len: usize) -> Option<Self> {
        if block.is_empty() || len < block.len() {
            return None;
        }
        let reserved = Self::reserve(len)?;
        reserved.place_first(block)?;
        for offset in (block.len()..len).step_by(block.len()) {
            reserved.place_again(offset, block.len().min(len - offset))?;
        }
        Some(reserved)
    }

    /// Addresses without memory, for what is placed there.
    fn reserve(len: usize) -> Option<Self> {
        let flags = libc::MAP_PRIVATE | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE;
        // SAFETY: a new mapping at an address of the kernel's choice replaces nothing.
        let start = unsafe { libc::mmap(ptr::null_mut(), len, libc::PROT_NONE, flags, -1, 0) };
        if start == libc::MAP_FAILED {
            return None;
        }
        let start = NonNull::new(start.cast())?;
        Some(Self { start, len })
    }

    /// Fills the beginning with `block`. It is shared memory: only that can be mapped twice.
    fn place_first(&self, block: &[u8]) -> Option<()> {
        debug_assert!(block.len() <= self.len);
        let (access, flags) = (
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_FIXED,
        );
        let start = self.start.as_ptr();
        // SAFETY: it replaces the beginning of the own region.
        let placed = unsafe { libc::mmap(start.cast(), block.len(), access, flags, -1, 0) };
        if placed == libc::MAP_FAILED {
            return None;
        }
        // SAFETY: so many bytes are writable there now, and `block` is not among them.
        unsafe { ptr::copy_nonoverlapping(block.as_ptr(), start, block.len()) };
        Some(())
    }

    /// Maps the first `len` bytes once more, at `offset`. With an old size of 0 mremap(2) leaves the old mapping where it
    /// is.
    fn place_again(&self, offset: usize, len: usize) -> Option<()> {
        debug_assert!(offset + len <= self.len);
        let first = self.start.as_ptr().cast();
        let flags = libc::MREMAP_MAYMOVE | libc::MREMAP_FIXED;
        // SAFETY: offset and length lie within the own region, which is replaced there.
        let placed = unsafe {
            let to = self.start.as_ptr().add(offset);
            libc::mremap(first, 0, len, flags, to.cast::<libc::c_void>())
        };
        (placed != libc::MAP_FAILED).then_some(())
    }
}

impl Deref for Repeated {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        // SAFETY: `new` gives a value only after each of its bytes was placed; nobody writes to it while it lives.
        unsafe { std::slice::from_raw_parts(self.start.as_ptr(), self.len) }
    }
}

impl Drop for Repeated {
    fn drop(&mut self) {
        // SAFETY: the region is the value's own, and a slice of it does not outlive the value.
        unsafe { libc::munmap(self.start.as_ptr().cast(), self.len) };
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::repeated::*;

    /// `len` bytes that repeat `piece`, with a block of the size that fits it.
    fn repeated(piece: &[u8], len: usize) -> Option<Repeated> {
        let size = block_size(piece.len()).expect("a small piece");
        let block: Vec<u8> = piece.iter().copied().cycle().take(size).collect();
        Repeated::new(&block, len)
    }

    #[test]
    fn the_bytes_are_those_of_the_piece() {
        let long = 3 << 20;
        for piece in [&b"x"[..], b"abc", b"abcdefghijklmnopqrstuvwxyz"] {
            for len in [long, long + 1, long + 4095] {
                let bytes = repeated(piece, len).expect("it is little");
                assert_eq!(bytes.len(), len);
                let mut chunks = bytes.chunks(piece.len());
                assert!(chunks.all(|chunk| *chunk == piece[..chunk.len()]));
            }
        }
    }

    #[test]
    fn all_of_it_is_the_same_memory() {
        let len = 64 << 20;
        let bytes = repeated(b"abc", len).expect("addresses are enough");
        let start = bytes.start.as_ptr() as usize;
        let maps = std::fs::read_to_string("/proc/self/maps").expect("the own mappings");
        let mut inodes: Vec<&str> = maps
            .lines()
            .filter(|line| {
                let first = line.split('-').next().unwrap_or_default();
                let first = usize::from_str_radix(first, 16);
                first.is_ok_and(|first| (start..start + len).contains(&first))
            })
            .filter_map(|line| line.split_whitespace().nth(4))
            .collect();
        assert!(inodes.len() > 100, "{maps}");
        inodes.dedup();
        assert_eq!(inodes.len(), 1, "{maps}");
    }

    #[test]
    fn what_is_impossible_is_not_given() {
        assert!(repeated(b"abc", usize::MAX / 4).is_none());
        assert!(repeated(b"abc", 100).is_none());
        assert_eq!(block_size(0), None);
        assert_eq!(block_size(usize::MAX), None);
    }
}
