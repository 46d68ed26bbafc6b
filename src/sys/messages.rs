//! sendmmsg(2) and recvmmsg(2): several messages in one call.

use crate::call::outcome::{RawMessage, Written};
use crate::call::timeout::Timeout;
use crate::socket::sockaddr::STORAGE;
use crate::sys::child::Arg;
use crate::sys::made::made;
use crate::sys::message::{Aligned, CONTROL, Control, Header, encode, pointers};
use crate::sys::message::{read_vectors, vectors_arg, written_vectors};
use crate::sys::socket::{RawAddress, Source};
use crate::sys::{Checked, check_count, refuse};

/// The most messages of which the kernel takes notice in one call, UIO_MAXIOV.
const MOST: usize = 1024;

/// `struct mmsghdr`
#[repr(C)]
#[derive(Debug)]
struct MultiHeader {
    header: Header,
    length: libc::c_uint,
}

/// One message that is sent.
#[derive(Debug)]
pub struct Outgoing<'a> {
    /// Its buffers.
    pub sources: Vec<Source<'a>>,
    /// To whom.
    pub to: Option<RawAddress>,
    /// Its control messages.
    pub control: Vec<Control>,
}

/// One message that was received.
#[derive(Debug)]
pub struct Incoming {
    /// Its length, `msg_len`.
    pub length: usize,
    /// What the kernel wrote beside its data.
    pub raw: RawMessage,
}

/// How many messages recvmmsg(2) may receive where it is given this number, which the kernel takes as unsigned.
pub fn taken(vlen: i32) -> usize {
    usize::try_from(vlen).map_or(MOST, |vlen| vlen.min(MOST))
}

/// sendmmsg(2). Gives how many bytes of each message were sent.
///
/// # Errors
///
/// The errno of the first message; an error of a later one is not reported by this call.
pub fn sendmmsg(fd: i32, messages: &[Outgoing<'_>], flags: i32) -> Checked<Vec<u64>> {
    let flags = refuse::send_flags(flags)?;
    let mut vectors: Vec<Vec<libc::iovec>> = messages
        .iter()
        .map(|message| read_vectors(&message.sources))
        .collect();
    let control: Vec<Vec<u8>> = messages
        .iter()
        .map(|message| encode(&message.control))
        .collect();
    let mut aligned: Vec<Aligned> = control
        .iter()
        .map(|bytes| Aligned::new(bytes, bytes.len()))
        .collect();
    let mut headers: Vec<MultiHeader> = Vec::with_capacity(messages.len());
    let mut inner: Vec<(usize, Arg)> = Vec::new();
    let parts = messages.iter().zip(&mut vectors);
    for ((message, vectors), (bytes, aligned)) in parts.zip(control.iter().zip(&mut aligned)) {
        let mut header = Header::of(vectors);
        let storage = header.address(message.to.as_ref());
        header.control(aligned, bytes.len());
        let vectors = vectors_arg(vectors, false);
        inner.extend(placed(headers.len(), pointers(&header, storage, vectors)));
        headers.push(MultiHeader { header, length: 0 });
    }
    let many = i32::try_from(headers.len()).unwrap_or(i32::MAX);
    let args = [
        Arg::int(fd),
        array(&mut headers, inner),
        Arg::int(many),
        Arg::int(flags),
    ];
    // SAFETY: there are as many headers as are said. Every pointer of each leads to memory of the length beside it, or is
    // null; the kernel reads that and writes only the lengths. A wrong address length is refused as in RawAddress::args.
    let sent = check_count(unsafe {
        made(
            |a| libc::syscall(libc::SYS_sendmmsg, a[0], a[1], a[2], a[3]) as isize,
            args,
        )
    })?;
    let sent = headers.iter().take(sent);
    Ok(sent.map(|header| header.length.into()).collect())
}

/// recvmmsg(2) into as many buffers for each message as `each` says. Gives the messages, and what was left of the timeout
/// in nanoseconds.
///
/// # Errors
///
/// The errno of the first message, or that of a timeout that is none.
pub fn recvmmsg(
    fd: i32,
    vlen: i32,
    (buffers, each): (&mut [Vec<u8>], usize),
    flags: i32,
    timeout: Timeout,
) -> Checked<(Vec<Incoming>, Option<u64>)> {
    let many = taken(vlen);
    let mut vectors = written_vectors(buffers);
    let mut storage = vec![[0_u8; STORAGE]; many];
    let mut control: Vec<Aligned> = (0..many)
        .map(|_| Aligned::new(&[], CONTROL as usize))
        .collect();
    let mut headers: Vec<MultiHeader> = Vec::with_capacity(many);
    let mut inner: Vec<(usize, Arg)> = Vec::new();
    let mut rest = vectors.as_mut_slice();
    for (storage, control) in storage.iter_mut().zip(&mut control) {
        let (own, others) = rest.split_at_mut(each.min(rest.len()));
        rest = others;
        let mut header = Header::of(own);
        header.receives(storage, control, CONTROL as usize);
        let vectors = vectors_arg(own, true);
        inner.extend(placed(headers.len(), pointers(&header, STORAGE, vectors)));
        headers.push(MultiHeader { header, length: 0 });
    }
    let mut span = timeout.timespec().map(|(seconds, nanos)| [seconds, nanos]);
    let limit = match &mut span {
        Some(span) => Arg::update(span),
        None => Arg::Value(0),
    };
    let args = [
        Arg::int(fd),
        array(&mut headers, inner),
        Arg::int(vlen),
        Arg::int(flags),
        limit,
    ];
    // SAFETY: there are as many headers as the kernel takes of this number, and every pointer of each leads to memory of at
    // least the length beside it. The timeout is null, or two 64-bit numbers as `struct __kernel_timespec` has them.
    let received = check_count(unsafe {
        made(
            |a| libc::syscall(libc::SYS_recvmmsg, a[0], a[1], a[2], a[3], a[4]) as isize,
            args,
        )
    })?;
    let left = span.and_then(|[seconds, nanos]| {
        let (seconds, nanos) = (u64::try_from(seconds).ok()?, u64::try_from(nanos).ok()?);
        Some(seconds.saturating_mul(1_000_000_000).saturating_add(nanos))
    });
    let messages = headers.iter().zip(&storage).zip(&control).take(received);
    let messages = messages.map(|((header, storage), control)| Incoming {
        length: header.length as usize,
        raw: header.header.written(storage, control),
    });
    Ok((messages.collect(), left))
}

/// The pointers of the header with an index, at their places in the array.
fn placed(index: usize, inner: [(usize, Arg); 3]) -> impl Iterator<Item = (usize, Arg)> {
    let first = index * size_of::<MultiHeader>();
    inner.into_iter().map(move |(at, arg)| (first + at, arg))
}

/// The headers as an argument.
fn array(headers: &mut [MultiHeader], inner: Vec<(usize, Arg)>) -> Arg {
    Arg::Struct(headers.as_mut_ptr().cast(), size_of_val(headers), inner)
}

impl Header {
    /// What the kernel wrote beside the data.
    fn written(&self, storage: &[u8; STORAGE], control: &Aligned) -> RawMessage {
        let (name, control_length) = self.lengths();
        RawMessage {
            address: Written {
                bytes: storage[..(name as usize).min(STORAGE)].to_vec(),
                offered: STORAGE as u32,
                length: name,
            },
            control: Written {
                bytes: control.bytes(control_length.min(CONTROL as usize)),
                offered: CONTROL as u32,
                length: u32::try_from(control_length).unwrap_or(u32::MAX),
            },
            flags: self.flags(),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::messages::*;

    #[test]
    fn a_header_has_the_size_of_that_of_the_c_library_and_no_number_is_too_large() {
        assert_eq!(size_of::<MultiHeader>(), size_of::<libc::mmsghdr>());
        assert_eq!(
            [taken(-1), taken(0), taken(5), taken(9999)],
            [1024, 0, 5, 1024]
        );
    }
}
