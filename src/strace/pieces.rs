//! What strace prints of a call in two pieces, and the texts that several system calls have in common.

use crate::call::argument::Room;
use crate::call::outcome::{Outcome, Raw, Returned, Written};
use crate::socket::sockaddr::STORAGE;
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, data, list};
use crate::strace::sockaddr::address;

/// What is known when a call is rendered.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Seen<'a> {
    pub(crate) environment: Environment<'a>,
    /// What it gave, once it has returned.
    pub(crate) gave: Option<(&'a Outcome, &'a Raw)>,
}

/// A call in the pieces in which strace prints it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Pieces {
    /// The name of the system call, where it is another than that of the table.
    pub(crate) name: Option<&'static str>,
    /// The arguments that are known when it is entered, with the comma that may follow them.
    pub(crate) entered: String,
    /// The others; nothing before it has returned.
    pub(crate) left: String,
}

impl Pieces {
    /// Nothing is written by the call.
    pub(crate) fn entered(text: String) -> Self {
        Self {
            name: None,
            entered: text,
            left: String::new(),
        }
    }

    /// With what the call wrote.
    pub(crate) fn left(self, seen: Seen<'_>, left: impl FnOnce(&Outcome, &Raw) -> String) -> Self {
        let left = seen.gave.map(|(outcome, raw)| left(outcome, raw));
        Self {
            left: left.unwrap_or_default(),
            ..self
        }
    }
}

/// An address that a call wrote, with its value-result length, which was `offered` where it failed.
pub(crate) fn written(
    outcome: &Outcome,
    raw: &Raw,
    offered: Option<i32>,
    environment: Environment<'_>,
) -> String {
    match (&raw.address, &outcome.result) {
        (Some(written), Ok(_)) => {
            let (offered, length) = lengths(written);
            let address = address(&written.bytes, offered.min(length), environment);
            format!("{address}, {}", changed(offered, length))
        }
        (Some(written), Err(_)) => format!("{POINTER}, [{}]", written.offered),
        (None, _) => format!("{POINTER}, [{}]", offered.unwrap_or(STORAGE as i32)),
    }
}

/// Both lengths as strace reads them, signed.
pub(crate) fn lengths(written: &Written) -> (i32, i32) {
    (written.offered.cast_signed(), written.length.cast_signed())
}

/// A value-result length: both values where the call changed it.
pub(crate) fn changed(offered: i32, length: i32) -> String {
    if offered == length {
        format!("[{length}]")
    } else {
        format!("[{offered} => {length}]")
    }
}

/// What a receiving call put into its buffer, or into none.
pub(crate) fn received(outcome: &Outcome, room: Room) -> String {
    match &outcome.result {
        _ if room.null => "NULL".to_owned(),
        Ok(Returned::Data { count, bytes, .. }) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            data(bytes.head(), count.min(room.size))
        }
        _ => POINTER.to_owned(),
    }
}

/// `struct iovec`.
pub(crate) fn vector(data: &str, length: usize) -> String {
    format!("{{iov_base={data}, iov_len={length}}}")
}

/// What a receiving call put into several buffers, one filled before the next begins.
pub(crate) fn scattered(outcome: &Outcome, sizes: &[usize]) -> String {
    let Ok(Returned::Message(received)) = &outcome.result else {
        let vectors = sizes.iter().map(|size| vector(POINTER, *size));
        return list(vectors.collect());
    };
    let count = usize::try_from(received.count).unwrap_or(usize::MAX);
    scatter(count, received.bytes.head(), sizes)
}

/// Bytes over buffers of these sizes. There may be fewer bytes than were counted: the others are empty.
pub(crate) fn scatter(mut count: usize, mut bytes: &[u8], sizes: &[usize]) -> String {
    let vectors = sizes.iter().map(|size| {
        let here = count.min(*size);
        let (own, others) = bytes.split_at(here.min(bytes.len()));
        (bytes, count) = (others, count - here);
        vector(&data(own, here), *size)
    });
    list(vectors.collect())
}
