//! What a call received into several buffers.

use crate::call::outcome::Received;
use crate::call::received_bytes::ReceivedBytes;
use crate::socket::MsgFlags;
use crate::strace::import::entry::transfer;
use crate::strace::import::value::{Field, Value, member};

/// What was received, without anything beside it.
pub(super) fn received(count: u64, bytes: ReceivedBytes) -> Received {
    Received {
        count,
        bytes,
        sizes: Vec::new(),
        from: None,
        flags: MsgFlags(0),
        fds: Vec::new(),
        credentials: None,
        control: Vec::new(),
    }
}

/// The bytes in several buffers, as many as are shown of so many.
pub(super) fn scattered(vectors: &Field<'_>, count: u64) -> Option<ReceivedBytes> {
    let room = transfer::sizes(vectors)?
        .iter()
        .fold(0_usize, |sum, size| sum.saturating_add(*size));
    let there = usize::try_from(count).ok()?.min(room);
    let mut head = Vec::new();
    for vector in vectors.list()? {
        let Value::Text(bytes, is_whole) = &member(vector.members()?, "iov_base")?.value else {
            break;
        };
        head.extend(bytes);
        if !is_whole {
            break;
        }
    }
    head.truncate(there);
    Some(ReceivedBytes::head_of(head, there))
}
