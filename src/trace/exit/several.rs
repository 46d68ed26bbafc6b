//! What sendmmsg(2) and recvmmsg(2) wrote into their array of headers.

use crate::call::outcome::{Raw, RawMessage, Received, Returned};
use crate::socket::MsgFlags;
use crate::trace::entry::message::Header;
use crate::trace::entry::messages::{LENGTH, STEP};
use crate::trace::exit::Exit;
use crate::trace::memory;

impl Exit<'_> {
    /// The headers of as many messages as the call returned, each with its length.
    fn places(&self) -> impl Iterator<Item = (u64, u64)> {
        let first = self.entry.args[1];
        (0..self.count()).map(move |index| {
            let place = first.saturating_add(index.saturating_mul(STEP));
            let length = memory::u32(self.entry.memory, place.saturating_add(LENGTH));
            (place, length.unwrap_or(0).into())
        })
    }

    /// The sizes of the buffers of each message.
    pub(crate) fn message_sizes(&self) -> Vec<Vec<usize>> {
        let headers = self
            .places()
            .map(|(place, _)| Header::at(self.entry.memory, place));
        let sizes = headers.map(|header| {
            let sizes =
                header.and_then(|header| self.entry.sizes(header.vectors, header.vector_count));
            sizes.unwrap_or_default()
        });
        sizes.collect()
    }

    /// How many bytes of each message were sent.
    pub(crate) fn sent_messages(&self) -> Returned {
        Returned::Sent(self.places().map(|(_, length)| length).collect())
    }

    /// The messages that were received.
    pub(crate) fn received_messages(&self, flags: MsgFlags, raw: &mut Raw) -> Returned {
        let mut all: Vec<Received> = Vec::new();
        for (place, length) in self.places() {
            let mut own = Raw::default();
            all.push(self.message_at(place, length, flags, &mut own));
            raw.messages.push(RawMessage {
                address: own.address.unwrap_or_default(),
                control: own.control.unwrap_or_default(),
                flags: own.msg_flags,
            });
        }
        let left = self.entry.timespec(4).flatten();
        raw.left = left.map(|left| u64::try_from(left.as_nanos()).unwrap_or(u64::MAX));
        Returned::Messages(all)
    }
}
