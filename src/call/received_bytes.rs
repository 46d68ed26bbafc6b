//! What a receiving call put into its buffers: whole while it may yet be judged, later its two ends.

use std::hash::{DefaultHasher, Hasher};
use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use crate::call::data::{Data, describe};
use crate::socket::recorded;

/// How many of the first bytes remain of what is cut.
pub(crate) const HEAD: usize = 1024;
/// How many of the last ones.
pub(crate) const TAIL: usize = 64;

/// Received bytes.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct ReceivedBytes(Extent);

impl Serialize for ReceivedBytes {
    /// A record has the two ends of many bytes.
    fn serialize<S: Serializer>(&self, into: S) -> Result<S::Ok, S::Error> {
        self.cut().0.serialize(into)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
enum Extent {
    #[serde(with = "recorded::bytes")]
    Whole(Arc<[u8]>),
    /// A number, described as one.
    Number([u8; 8]),
    Cut(Arc<Cut>),
}

/// What remains of many bytes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
struct Cut {
    len: usize,
    #[serde(with = "recorded::bytes")]
    head: Box<[u8]>,
    #[serde(with = "recorded::bytes")]
    tail: Box<[u8]>,
    /// Of all bytes: an expectation is still judged by them. `None`: not all of them were read.
    hash: Option<u64>,
    /// As they are described.
    text: Box<str>,
}

impl ReceivedBytes {
    /// The first of so many bytes; of a traced program not all are read.
    pub fn head_of(head: Vec<u8>, len: usize) -> Self {
        if head.len() >= len {
            return Self::from(head);
        }
        let text = Data::Head(head.as_slice().into(), len).to_string().into();
        Self(Extent::Cut(Arc::new(Cut {
            len,
            head: head.into(),
            tail: Box::default(),
            hash: None,
            text,
        })))
    }

    /// The number that an eventfd or a timerfd gave, where they are one.
    #[must_use]
    pub fn number(self) -> Self {
        match self.head().try_into() {
            Ok(number) if self.len() == 8 => Self(Extent::Number(number)),
            _ => self,
        }
    }

    /// How many there were.
    pub fn len(&self) -> usize {
        match &self.0 {
            Extent::Whole(bytes) => bytes.len(),
            Extent::Number(bytes) => bytes.len(),
            Extent::Cut(cut) => cut.len,
        }
    }

    /// Whether there were none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The first of them: all, or the first 1024 of what was cut.
    pub fn head(&self) -> &[u8] {
        match &self.0 {
            Extent::Whole(bytes) => bytes,
            Extent::Number(bytes) => bytes,
            Extent::Cut(cut) => &cut.head,
        }
    }

    /// The last of them: all, or the last 64 of what was cut, or none where not all were read.
    pub fn tail(&self) -> &[u8] {
        match &self.0 {
            Extent::Whole(bytes) => bytes,
            Extent::Number(bytes) => bytes,
            Extent::Cut(cut) => &cut.tail,
        }
    }

    /// Whether they are these.
    pub fn are(&self, data: &Data) -> bool {
        match &self.0 {
            Extent::Whole(bytes) => data.is(bytes),
            Extent::Number(bytes) => data.is(bytes),
            Extent::Cut(cut) => {
                let bytes = || data.bytes().ok().flatten();
                data.len() == cut.len && bytes().is_some_and(|bytes| Some(hash(&bytes)) == cut.hash)
            }
        }
    }

    /// Whether they begin with these. Of what was cut no more than the first bytes are known.
    pub fn begin_with(&self, data: &Data) -> bool {
        data.begins(self.head()) || self.are(data)
    }

    /// As they are written after `->`: see [`describe`].
    pub fn describe(&self) -> String {
        match &self.0 {
            Extent::Whole(bytes) => describe(bytes),
            Extent::Number(bytes) => Data::U64(*bytes).to_string(),
            Extent::Cut(cut) => cut.text.to_string(),
        }
    }

    /// The same, without the middle of many bytes.
    #[must_use]
    pub fn cut(&self) -> Self {
        match &self.0 {
            Extent::Whole(bytes) if bytes.len() > HEAD + TAIL => Self(Extent::Cut(Arc::new(Cut {
                len: bytes.len(),
                head: bytes[..HEAD].into(),
                tail: bytes[bytes.len() - TAIL..].into(),
                hash: Some(hash(bytes)),
                text: describe(bytes).into(),
            }))),
            _ => self.clone(),
        }
    }
}

fn hash(bytes: &[u8]) -> u64 {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    hasher.finish()
}

impl<T: Into<Arc<[u8]>>> From<T> for ReceivedBytes {
    fn from(bytes: T) -> Self {
        Self(Extent::Whole(bytes.into()))
    }
}

#[cfg(test)]
mod tests {
    use crate::call::data::Data;
    use crate::call::received_bytes::{HEAD, ReceivedBytes, TAIL};

    #[test]
    fn what_is_cut_is_described_and_judged_as_it_was() {
        let mut odd = vec![b'x'; 5000];
        odd[3000] = b'y';
        let all = [
            Data::Pattern(5000),
            Data::Repeat(vec![b'a'], 70_000),
            Data::Text(odd),
        ];
        for data in all {
            let bytes = data.bytes().expect("memory").expect("bytes");
            let whole = ReceivedBytes::from(bytes.clone());
            let cut = whole.cut();
            assert_eq!((cut.head().len(), cut.tail().len()), (HEAD, TAIL));
            assert_eq!(cut.describe(), whole.describe());
            assert_eq!(cut.len(), bytes.len());
            assert!(cut.are(&data) && cut.begin_with(&data));
            assert!(cut.begin_with(&Data::Text(bytes[..9].to_vec())));
            let mut other = bytes;
            other[2000] ^= 1;
            assert!(
                !cut.are(&Data::Text(other.clone())),
                "one byte in the middle"
            );
            other.pop();
            assert!(!cut.are(&Data::Text(other)), "one byte less");
        }
        let short = ReceivedBytes::from(vec![7; HEAD]);
        assert_eq!(short.cut(), short, "as short as its ends");
    }
}
