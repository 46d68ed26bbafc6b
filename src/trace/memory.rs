//! The memory of a traced process, and the numbers and structs in it.

use std::time::Duration;

use crate::call::timeout::Timeout;

/// Memory that can be read.
pub(crate) trait Memory {
    /// The bytes at an address, as many as can be read; `None`: there are none.
    fn read(&self, address: u64, length: usize) -> Option<Vec<u8>>;
}

/// The memory of a process.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tracee(pub(crate) i32);

impl Memory for Tracee {
    fn read(&self, address: u64, length: usize) -> Option<Vec<u8>> {
        if length == 0 {
            return Some(Vec::new());
        }
        crate::sys::tracee::read(self.0, address, length).ok()
    }
}

/// The longest path, PATH_MAX.
const PATH: usize = 4096;
/// How much of a text is read at once.
const PIECE: usize = 256;

/// All of these bytes.
pub(crate) fn bytes(memory: &dyn Memory, address: u64, length: usize) -> Option<Vec<u8>> {
    let bytes = memory.read(address, length)?;
    (bytes.len() == length).then_some(bytes)
}

pub(crate) fn array<const N: usize>(memory: &dyn Memory, address: u64) -> Option<[u8; N]> {
    bytes(memory, address, N)?.try_into().ok()
}

pub(crate) fn u32(memory: &dyn Memory, address: u64) -> Option<u32> {
    array(memory, address).map(u32::from_ne_bytes)
}

pub(crate) fn i32(memory: &dyn Memory, address: u64) -> Option<i32> {
    array(memory, address).map(i32::from_ne_bytes)
}

pub(crate) fn u64(memory: &dyn Memory, address: u64) -> Option<u64> {
    array(memory, address).map(u64::from_ne_bytes)
}

/// Two longs: `struct timespec`, `struct timeval`.
fn pair(memory: &dyn Memory, address: u64) -> Option<(i64, i64)> {
    let [first, second] = [0, 8].map(|at| array(memory, address + at).map(i64::from_ne_bytes));
    Some((first?, second?))
}

/// A span in seconds and parts of them, of which a second has so many. `None` for a negative one.
fn span((seconds, parts): (i64, i64), nanos: u64) -> Option<Duration> {
    let seconds = Duration::from_secs(u64::try_from(seconds).ok()?);
    let parts = u64::try_from(parts).ok()?.checked_mul(nanos)?;
    seconds.checked_add(Duration::from_nanos(parts))
}

/// `struct timespec`, of which the seconds may be negative. `None`: its nanoseconds are none.
pub(crate) fn timeout(memory: &dyn Memory, address: u64) -> Option<Timeout> {
    const SECOND: u32 = 1_000_000_000;
    let (seconds, nanos) = pair(memory, address)?;
    let nanos = u32::try_from(nanos).ok().filter(|nanos| *nanos < SECOND)?;
    let whole = Duration::from_secs(seconds.unsigned_abs());
    let parts = Duration::from_nanos(nanos.into());
    match seconds {
        0.. => whole.checked_add(parts).map(Timeout::Span),
        _ => whole.checked_sub(parts).map(Timeout::Negative),
    }
}

/// `struct timespec`
pub(crate) fn timespec(memory: &dyn Memory, address: u64) -> Option<Duration> {
    span(pair(memory, address)?, 1)
}

/// `struct timeval`
pub(crate) fn timeval(memory: &dyn Memory, address: u64) -> Option<Duration> {
    span(pair(memory, address)?, 1_000)
}

/// The text at an address up to its NUL, at most so many bytes.
pub(crate) fn text(memory: &dyn Memory, address: u64) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    while text.len() < PATH {
        let piece = memory.read(address.checked_add(text.len() as u64)?, PIECE)?;
        let end = piece.iter().position(|byte| *byte == 0);
        text.extend_from_slice(&piece[..end.unwrap_or(piece.len())]);
        if end.is_some() || piece.len() < PIECE {
            break;
        }
    }
    text.truncate(PATH);
    Some(text)
}

/// The texts of an array of pointers that ends with a null pointer, at most so many.
pub(crate) fn texts(memory: &dyn Memory, mut address: u64, most: usize) -> Vec<Vec<u8>> {
    let mut texts = Vec::new();
    while texts.len() < most {
        let Some(pointer) = u64(memory, address).filter(|pointer| *pointer != 0) else {
            break;
        };
        texts.extend(text(memory, pointer));
        address += 8;
    }
    texts
}

/// How many pointers there are before a null pointer, at most so many.
pub(crate) fn pointers(memory: &dyn Memory, address: u64, most: usize) -> usize {
    let places = (0..most as u64).map(|index| u64(memory, address + 8 * index));
    places
        .take_while(|pointer| pointer.is_some_and(|pointer| pointer != 0))
        .count()
}

/// Buffers of `struct iovec`: the address and the length of each. `None` where there are more than the kernel takes.
pub(crate) fn vectors(memory: &dyn Memory, address: u64, count: u64) -> Option<Vec<(u64, usize)>> {
    const MOST: usize = 1024;
    let count = usize::try_from(count).ok().filter(|count| *count <= MOST)?;
    let all = bytes(memory, address, 16 * count)?;
    let vectors = all.chunks_exact(16).map(|vector| {
        let word = |at: usize| {
            let bytes = vector[at..at + 8].try_into().unwrap_or_default();
            u64::from_ne_bytes(bytes)
        };
        (word(0), usize::try_from(word(8)).unwrap_or(usize::MAX))
    });
    Some(vectors.collect())
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::trace::memory::*;

    /// Memory made by hand: bytes from this address on.
    pub(crate) struct Made(pub(crate) u64, pub(crate) Vec<u8>);

    impl Memory for Made {
        fn read(&self, address: u64, length: usize) -> Option<Vec<u8>> {
            let from = usize::try_from(address.checked_sub(self.0)?).ok()?;
            let there = self.1.get(from..)?;
            (!there.is_empty() || length == 0).then(|| there[..length.min(there.len())].to_vec())
        }
    }

    #[test]
    fn what_cannot_be_read_is_none_and_texts_end_where_they_end() {
        let memory = Made(100, b"abc\0\x07\0\0\0".to_vec());
        assert_eq!(text(&memory, 100), Some(b"abc".to_vec()));
        assert_eq!(text(&memory, 102), Some(b"c".to_vec()));
        assert_eq!(u32(&memory, 104), Some(7));
        assert_eq!(u32(&memory, 106), None, "half of it");
        assert_eq!(text(&memory, 0), None);
        assert_eq!(vectors(&memory, 100, 2000), None);
        let longs = [5_i64.to_ne_bytes(), 250_000_i64.to_ne_bytes()].concat();
        let memory = Made(0, longs);
        assert_eq!(timeval(&memory, 0), Some(Duration::from_millis(5250)));
        assert_eq!(timespec(&memory, 0), Some(Duration::new(5, 250_000)));
        let negative = [(-1_i64).to_ne_bytes(), 0_i64.to_ne_bytes()].concat();
        assert_eq!(timespec(&Made(0, negative.clone()), 0), None);
        assert_eq!(
            timeout(&Made(0, negative), 0),
            Some(Timeout::Negative(Duration::from_secs(1)))
        );
    }
}
