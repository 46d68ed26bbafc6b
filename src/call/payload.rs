//! What a sending call passes: how much, and how it begins.

use crate::call::Call;
use crate::call::data::Data;

impl Call {
    /// How many bytes a sending call is to send. `None` for one that generates its data itself.
    pub fn data_len(&self) -> Option<usize> {
        let data = self.data()?;
        Some(data.iter().map(Data::len).sum())
    }

    /// How many bytes of its data are written out in the line.
    pub(crate) fn written_len(&self) -> usize {
        let written = |data: &Data| match data {
            Data::Text(bytes) | Data::Hex(bytes) | Data::Repeat(bytes, _) => bytes.len(),
            Data::Head(bytes, _) => bytes.len(),
            Data::U64(_) | Data::Pattern(_) | Data::Null(_) => 0,
        };
        match self {
            Self::Send { data, .. } | Self::Sendto { data, .. } | Self::Write { data, .. } => {
                written(data)
            }
            Self::Sendmsg { message, .. } => message.data.iter().map(written).sum(),
            _ => 0,
        }
    }

    /// The first bytes that a sending call passes, at most so many; nothing of one that makes its data itself.
    pub fn head(&self, most: usize) -> Vec<u8> {
        let mut head: Vec<u8> = Vec::new();
        for data in self.data().unwrap_or_default() {
            head.extend(data.head(most - head.len()));
        }
        head
    }
}
