//! The data argument: what a sending call is given, and how received bytes are described.

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Serialize};

use crate::socket::recorded;
use crate::socket::text::Quoted;

/// The most bytes that one data argument or receive buffer may have: load stays bounded.
pub const MAX_BYTES: usize = 64 << 20;

/// Received bytes up to this many are shown whole; longer ones by their beginning.
const SHOWN: usize = 64;
/// How much of a long text is shown.
const SHOWN_OF_LONG: usize = 32;

/// How many bytes are compared at once, at least.
const COMPARED: usize = 4096;

/// What the known pattern repeats.
const ALPHABET: &[u8] = b"abcdefghijklmnopqrstuvwxyz";

/// There is not enough memory for so many bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[error("not enough memory for {0} bytes")]
pub struct NoMemory(pub usize);

/// The data of a sending call, as it was written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Data {
    /// `"text"`
    #[serde(with = "recorded::bytes")]
    Text(Vec<u8>),
    /// `hex(de ad be ef)`
    #[serde(with = "recorded::bytes")]
    Hex(Vec<u8>),
    /// `u64(3)`: a number of 8 bytes in the order of this host, as an eventfd has it.
    U64([u8; 8]),
    /// `bytes(65536)`: that many bytes of the known pattern.
    Pattern(usize),
    /// `"x"*1000`
    Repeat(#[serde(with = "recorded::bytes")] Vec<u8>, usize),
    /// `NULL*1000`: a null pointer with this length.
    Null(usize),
    /// Of a traced program: the first bytes of so many, the others were not read.
    Head(#[serde(with = "recorded::bytes")] Box<[u8]>, usize),
}

impl Data {
    /// How many bytes the call is to send, as its argument says.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Hex(bytes) => bytes.len(),
            Self::U64(bytes) => bytes.len(),
            Self::Repeat(bytes, times) => bytes.len() * times,
            Self::Pattern(len) | Self::Null(len) | Self::Head(_, len) => *len,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes. `None` for a null pointer, and where not all of them are known.
    ///
    /// # Errors
    ///
    /// When there is not enough memory for them.
    pub fn bytes(&self) -> Result<Option<Vec<u8>>, NoMemory> {
        let Some(piece) = self.piece() else {
            return Ok(None);
        };
        let len = self.len();
        let mut bytes = Vec::new();
        bytes.try_reserve_exact(len).map_err(|_| NoMemory(len))?;
        bytes.extend_from_slice(&piece[..piece.len().min(len)]);
        // Whole pieces until the last step, so that they go on where the copied ones end.
        while bytes.len() < len {
            let more = bytes.len().min(len - bytes.len());
            bytes.extend_from_within(..more);
        }
        Ok(Some(bytes))
    }

    /// What is repeated to give the bytes. `None` for a null pointer.
    pub fn piece(&self) -> Option<&[u8]> {
        match self {
            Self::Text(bytes) | Self::Hex(bytes) | Self::Repeat(bytes, _) => Some(bytes),
            Self::U64(bytes) => Some(bytes),
            Self::Pattern(_) => Some(ALPHABET),
            Self::Null(_) | Self::Head(..) => None,
        }
    }

    /// Whether it is these bytes, found without making them. A null pointer is none.
    pub fn is(&self, bytes: &[u8]) -> bool {
        let Some(piece) = self.piece().filter(|_| bytes.len() == self.len()) else {
            return false;
        };
        let block = block(piece, bytes.len());
        bytes
            .chunks(block.len().max(1))
            .all(|chunk| *chunk == block[..chunk.len()])
    }

    /// Whether bytes begin with it.
    pub fn begins(&self, bytes: &[u8]) -> bool {
        bytes.get(..self.len()).is_some_and(|head| self.is(head))
    }

    /// Whether both are the same bytes, however they are written.
    pub fn is_same(&self, other: &Self) -> bool {
        match (self.piece(), other.piece()) {
            (Some(own), Some(theirs)) => {
                let len = self.len();
                // Two sequences that repeat pieces are equal throughout if they are over the length of both pieces.
                let decisive = len.min(own.len() + theirs.len());
                len == other.len()
                    && own
                        .iter()
                        .cycle()
                        .take(decisive)
                        .eq(theirs.iter().cycle().take(decisive))
            }
            _ => false,
        }
    }

    /// The first bytes, at most so many: of much data not all need be generated. Nothing of a null pointer.
    pub fn head(&self, most: usize) -> Vec<u8> {
        let most = most.min(self.len());
        match self {
            Self::Text(bytes) | Self::Hex(bytes) => bytes[..most].to_vec(),
            Self::U64(bytes) => bytes[..most].to_vec(),
            Self::Head(bytes, _) => bytes[..most.min(bytes.len())].to_vec(),
            Self::Repeat(bytes, _) => bytes.iter().copied().cycle().take(most).collect(),
            Self::Pattern(_) => pattern().take(most).collect(),
            Self::Null(_) => Vec::new(),
        }
    }
}

/// Whole pieces, as many as make a comparison block by block fast: not more than `len` bytes need.
fn block(piece: &[u8], len: usize) -> Cow<'_, [u8]> {
    if piece.is_empty() || piece.len() >= COMPARED.min(len) {
        return Cow::Borrowed(piece);
    }
    Cow::Owned(piece.repeat(COMPARED.min(len).div_ceil(piece.len())))
}

/// The known pattern of `bytes(n)`: the letters a to z, again and again.
pub fn pattern() -> impl Iterator<Item = u8> {
    ALPHABET.iter().copied().cycle()
}

impl fmt::Display for Data {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(bytes) => write!(f, "{}", Quoted(bytes)),
            Self::Hex(bytes) => {
                f.write_str("hex(")?;
                for (index, byte) in bytes.iter().enumerate() {
                    let blank = if index == 0 { "" } else { " " };
                    write!(f, "{blank}{byte:02x}")?;
                }
                f.write_str(")")
            }
            Self::U64(bytes) => write!(f, "u64({})", u64::from_ne_bytes(*bytes)),
            Self::Pattern(len) => write!(f, "bytes({len})"),
            Self::Repeat(bytes, times) => write!(f, "{}*{times}", Quoted(bytes)),
            Self::Null(len) => write!(f, "NULL*{len}"),
            Self::Head(bytes, _) => {
                let shown = &bytes[..bytes.len().min(SHOWN_OF_LONG)];
                write!(f, "{}...", Quoted(shown))
            }
        }
    }
}

/// Describes received bytes in a form that can follow `->` and holds for the same bytes again.
///
/// Short ones are written out; long ones as `bytes(n)` or `"x"*n` where they are that, else by their first bytes
/// and `...`.
pub fn describe(bytes: &[u8]) -> String {
    if bytes.len() <= SHOWN {
        return Quoted(bytes).to_string();
    }
    if bytes.iter().copied().eq(pattern().take(bytes.len())) {
        return Data::Pattern(bytes.len()).to_string();
    }
    if bytes.iter().all(|byte| *byte == bytes[0]) {
        return Data::Repeat(vec![bytes[0]], bytes.len()).to_string();
    }
    format!("{}...", Quoted(&bytes[..SHOWN_OF_LONG]))
}

#[cfg(test)]
mod tests {
    use crate::call::data::*;

    #[test]
    fn long_data_is_described_shortly() {
        assert_eq!(describe(b"hel\n"), r#""hel\n""#);
        assert_eq!(describe(&[b'x'; 1000]), r#""x"*1000"#);
        assert_eq!(
            describe(&pattern().take(100).collect::<Vec<u8>>()),
            "bytes(100)"
        );
        let mut odd = vec![b'x'; 100];
        odd[99] = b'y';
        assert_eq!(describe(&odd), format!("\"{}\"...", "x".repeat(32)));
    }

    #[test]
    fn bytes_are_generated_and_compared_alike() {
        let text = |bytes: &[u8]| Data::Text(bytes.to_vec());
        let all = [
            (Data::Repeat(b"abc".to_vec(), 3), b"abcabcabc".to_vec()),
            (Data::Repeat(Vec::new(), 9), Vec::new()),
            (Data::Repeat(b"x".to_vec(), 0), Vec::new()),
            (Data::Hex(vec![0, 255]), vec![0, 255]),
            (Data::Pattern(0), Vec::new()),
            (Data::Pattern(26), pattern().take(26).collect()),
            (Data::Pattern(27), pattern().take(27).collect()),
            (Data::Pattern(100), pattern().take(100).collect()),
            (Data::Pattern(9000), pattern().take(9000).collect()),
            (Data::Repeat(b"xy".to_vec(), 5000), b"xy".repeat(5000)),
        ];
        for (data, bytes) in all {
            assert_eq!(data.bytes(), Ok(Some(bytes.clone())), "{data}");
            assert!(data.is(&bytes) && data.is_same(&text(&bytes)), "{data}");
            let mut other = bytes.clone();
            if let Some(last) = other.last_mut() {
                *last ^= 1;
                assert!(!data.is(&other) && !data.is_same(&text(&other)), "{data}");
            }
            let longer = [&bytes[..], b"!"].concat();
            assert!(!data.is(&longer) && data.begins(&longer), "{data}");
            assert!(!data.is_same(&text(&longer)), "{data}");
        }
        let null = Data::Null(0);
        assert_eq!(null.bytes(), Ok(None));
        assert!(!null.is(b"") && !null.is_same(&null));
    }

    #[test]
    fn more_than_there_is_memory_for_is_an_error() {
        let size = usize::MAX;
        assert_eq!(Data::Pattern(size).bytes(), Err(NoMemory(size)));
    }
}
