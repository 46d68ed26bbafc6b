//! sendmmsg(2) and recvmmsg(2): an array of headers. Those that the notation cannot say are left to their arguments: a
//! message in a form of its own, or buffers of different sizes.

use crate::call::Call;
use crate::call::timeout::Timeout;
use crate::socket::MsgFlags;
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
        let mut offered = 0;
        let mut sizes: Option<Vec<usize>> = None;
        for place in self.headers() {
            let header = Header::at(self.memory, place)?;
            let own = self.sizes(header.vectors, header.vector_count)?;
            offered = header.name_length;
            if sizes.get_or_insert_with(|| own.clone()) != &own {
                return None;
            }
        }
        let timeout = match self.args[4] {
            0 => None,
            _ => Some(Timeout::from(self.timespec(4)?)),
        };
        Some(Entered {
            offered,
            ..Entered::of(Call::Recvmmsg {
                socket: self.fd(0),
                vlen: self.int(2),
                sizes: sizes.unwrap_or_else(|| vec![0]),
                timeout,
                flags: MsgFlags(self.int(3)),
            })
        })
    }
}
