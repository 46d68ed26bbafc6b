//! What a sending call passes: how much, and how it begins.

use crate::call::Call;
use crate::call::argument::Message;
use crate::call::data::Data;

impl Call {
    /// How many bytes a sending call is to send. `None` for one that generates its data itself.
    pub fn data_len(&self) -> Option<usize> {
        let several = self.messages().map(|messages| {
            let lengths = messages.iter().map(Message::len);
            lengths.sum()
        });
        several.or_else(|| Some(self.data()?.iter().map(Data::len).sum()))
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
            Self::Sendmmsg { messages, .. } => {
                let data = messages.iter().flat_map(|message| &message.data);
                data.map(written).sum()
            }
            Self::Sendmsg { message, .. } => message.data.iter().map(written).sum(),
            _ => 0,
        }
    }

    /// The first bytes that a sending call passes, at most so many; nothing of one that makes its data itself.
    pub fn head(&self, most: usize) -> Vec<u8> {
        let several = self.messages().into_iter().flatten();
        let several = several.flat_map(|message| &message.data);
        head_of(self.data().unwrap_or_default().iter().chain(several), most)
    }

    /// The first bytes of one of the messages that a call passes; of all that it passes, where it has only one.
    pub(crate) fn head_of_message(&self, index: usize, most: usize) -> Vec<u8> {
        match self.messages() {
            Some(messages) => {
                let data = messages.get(index).map(|message| &message.data);
                head_of(data.into_iter().flatten(), most)
            }
            None => self.head(most),
        }
    }
}

fn head_of<'a>(data: impl Iterator<Item = &'a Data>, most: usize) -> Vec<u8> {
    let mut head: Vec<u8> = Vec::new();
    for data in data {
        head.extend(data.head(most - head.len()));
    }
    head
}
