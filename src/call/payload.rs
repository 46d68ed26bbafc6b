//! What a sending call passes: how much, and how it begins.

use crate::call::Call;
use crate::call::data::Data;

impl Call {
    /// How many bytes a sending call is told to send. `None` for one that makes its data itself.
    pub fn data_len(&self) -> Option<usize> {
        match self {
            Self::Send { data, .. } | Self::Sendto { data, .. } | Self::Write { data, .. } => {
                Some(data.len())
            }
            Self::Sendmsg { message, .. } => Some(message.data.iter().map(Data::len).sum()),
            _ => None,
        }
    }

    /// The first bytes that a sending call passes, at most so many; nothing of one that makes its data itself.
    pub fn head(&self, most: usize) -> Vec<u8> {
        match self {
            Self::Send { data, .. } | Self::Sendto { data, .. } | Self::Write { data, .. } => {
                data.head(most)
            }
            Self::Sendmsg { message, .. } => {
                let mut head: Vec<u8> = Vec::new();
                for data in &message.data {
                    head.extend(data.head(most - head.len()));
                }
                head
            }
            _ => Vec::new(),
        }
    }
}
