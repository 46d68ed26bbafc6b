//! The data argument: what a sending call is given, and how received bytes are described.

use std::fmt;

use crate::socket::text::Quoted;

/// The most bytes that one data argument or receive buffer may have: load stays bounded.
pub const MAX_BYTES: usize = 64 << 20;

/// Received bytes up to this many are shown whole; longer ones by their beginning.
const SHOWN: usize = 64;
/// How much of a long text is shown.
const SHOWN_OF_LONG: usize = 32;

/// The data of a sending call, as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Data {
    /// `"text"`
    Text(Vec<u8>),
    /// `hex(de ad be ef)`
    Hex(Vec<u8>),
    /// `bytes(65536)`: that many bytes of the known pattern.
    Pattern(usize),
    /// `"x"*1000`
    Repeat(Vec<u8>, usize),
    /// `NULL*1000`: a null pointer with this length.
    Null(usize),
}

impl Data {
    /// How many bytes the call is told to send.
    pub fn len(&self) -> usize {
        match self {
            Self::Text(bytes) | Self::Hex(bytes) => bytes.len(),
            Self::Repeat(bytes, times) => bytes.len() * times,
            Self::Pattern(len) | Self::Null(len) => *len,
        }
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The bytes. `None` for a null pointer.
    pub fn bytes(&self) -> Option<Vec<u8>> {
        match self {
            Self::Text(bytes) | Self::Hex(bytes) => Some(bytes.clone()),
            Self::Repeat(bytes, times) => Some(bytes.repeat(*times)),
            Self::Pattern(len) => Some(pattern_of(*len)),
            Self::Null(_) => None,
        }
    }

    /// The first bytes, at most so many: of much data not all need be made. Nothing of a null pointer.
    pub fn head(&self, most: usize) -> Vec<u8> {
        let most = most.min(self.len());
        match self {
            Self::Text(bytes) | Self::Hex(bytes) => bytes[..most].to_vec(),
            Self::Repeat(bytes, _) => bytes.iter().copied().cycle().take(most).collect(),
            Self::Pattern(_) => pattern().take(most).collect(),
            Self::Null(_) => Vec::new(),
        }
    }
}

/// So many bytes of the known pattern.
pub fn pattern_of(len: usize) -> Vec<u8> {
    let alphabet: Vec<u8> = (b'a'..=b'z').collect();
    let mut bytes = alphabet.repeat(len.div_ceil(alphabet.len()));
    bytes.truncate(len);
    bytes
}

/// The known pattern of `bytes(n)`: the letters a to z, again and again.
pub fn pattern() -> impl Iterator<Item = u8> {
    (b'a'..=b'z').cycle()
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
            Self::Pattern(len) => write!(f, "bytes({len})"),
            Self::Repeat(bytes, times) => write!(f, "{}*{times}", Quoted(bytes)),
            Self::Null(len) => write!(f, "NULL*{len}"),
        }
    }
}

/// Describes received bytes in a form that can stand after `->` and holds for the same bytes again.
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
            describe(&Data::Pattern(100).bytes().expect("bytes")),
            "bytes(100)"
        );
        let mut odd = vec![b'x'; 100];
        odd[99] = b'y';
        for len in [0, 1, 26, 27, 100] {
            assert_eq!(pattern_of(len), pattern().take(len).collect::<Vec<u8>>());
        }
        assert_eq!(describe(&odd), format!("\"{}\"...", "x".repeat(32)));
    }
}
