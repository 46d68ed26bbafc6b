//! sendmmsg(2) and recvmmsg(2): an array of headers. Where the messages of recvmmsg() have buffers of different sizes, the
//! notation has those of the first, and strace's form those of each. A message in a form of its own leaves the call to its
//! arguments.

use crate::call::Call;
use crate::socket::MsgFlags;
use crate::strace::variants;
use crate::trace::entry::message::Header;
use crate::trace::entry::{Entered, Entry};

/// `struct mmsghdr`: a header, and the length of the message with what fills it up.
pub(crate) const STEP: u64 = 64;
/// Where the length is.
pub(crate) const LENGTH: u64 = 56;
/// The most messages of which the kernel takes notice, UIO_MAXIOV.
const MOST: u64 = 1024;

impl Entry<'_> {
    /// The places of the headers.
    fn headers(&self) -> impl Iterator<Item = u64> {
        let many = u64::from(self.int(2).cast_unsigned()).min(MOST);
        let first = self.args[1];
        (0..many).map(move |index| first.saturating_add(index * STEP))
    }

    pub(crate) fn sendmmsg(&self) -> Option<Entered> {
        let is_more = self.int(2).cast_unsigned() > 1024;
        let messages = self.headers().map(|place| {
            let (message, is_plain) = self.message_at(place)?;
            is_plain.then_some(message)
        });
        let messages = messages.collect::<Option<Vec<_>>>().filter(|_| !is_more)?;
        Some(Entered::of(Call::Sendmmsg {
            socket: self.fd(0),
            messages,
            flags: MsgFlags(self.int(3)),
        }))
    }

    pub(crate) fn recvmmsg(&self) -> Option<Entered> {
        let headers = self
            .headers()
            .map(|place| Header::at(self.memory, place))
            .collect::<Option<Vec<Header>>>()?;
        let sizes = headers
            .iter()
            .map(|header| self.sizes(header.vectors, header.vector_count))
            .collect::<Option<Vec<Vec<usize>>>>()?;
        let timeout = match self.args[4] {
            0 => None,
            _ => Some(self.timeout(4)?),
        };
        let call = Call::Recvmmsg {
            socket: self.fd(0),
            vlen: self.int(2),
            sizes: sizes.first().cloned().unwrap_or_else(|| vec![0]),
            timeout,
            flags: MsgFlags(self.int(3)),
        };
        let entered = Entered {
            offered: headers.last().map_or(0, |header| header.name_length),
            ..Entered::of(call)
        };
        Some(match sizes.windows(2).all(|pair| pair[0] == pair[1]) {
            true => entered,
            false => entered.made_as(variants::recvmmsg(self.int(0))),
        })
    }
}
