//! sendmsg(2) and recvmsg(2): several buffers, an address, control messages. See cmsg(3), unix(7).

use std::ffi::c_void;
use std::ptr;

use crate::call::outcome::Written;
use crate::socket::sockaddr::STORAGE;
use crate::sys::child::Arg;
use crate::sys::made::made;
use crate::sys::socket::{RawAddress, Source};
use crate::sys::{Checked, check_count, refuse};

/// Room for control messages where none is said: more than the descriptors, credentials and stamps of one message need.
pub const CONTROL: i32 = 2048;

/// One control message: level, type and data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Control {
    /// `cmsg_level`
    pub level: i32,
    /// `cmsg_type`
    pub kind: i32,
    /// `CMSG_DATA`
    pub data: Vec<u8>,
}

/// What recvmsg(2) wrote.
#[derive(Debug)]
pub struct Received {
    /// The return value.
    pub count: usize,
    /// The address of the sender.
    pub from: Written,
    /// `msg_flags`
    pub flags: i32,
    /// The control buffer.
    pub control: Written,
}

/// `struct msghdr` as the kernel has it (`struct user_msghdr`), and as glibc declares it.
///
/// musl declares shorter lengths, and its sendmsg() copies control messages into a buffer of its own, which fails with
/// an errno that no kernel gave. So the kernel is asked without the C library.
#[repr(C)]
#[derive(Debug)]
pub(in crate::sys) struct Header {
    msg_name: *mut c_void,
    msg_namelen: libc::socklen_t,
    msg_iov: *mut libc::iovec,
    msg_iovlen: usize,
    msg_control: *mut c_void,
    msg_controllen: usize,
    msg_flags: libc::c_int,
}

impl Header {
    /// No address, no control messages, and these buffers.
    pub(in crate::sys) fn of(buffers: &mut [libc::iovec]) -> Self {
        Self {
            msg_name: ptr::null_mut(),
            msg_namelen: 0,
            msg_iov: buffers.as_mut_ptr(),
            msg_iovlen: buffers.len(),
            msg_control: ptr::null_mut(),
            msg_controllen: 0,
            msg_flags: 0,
        }
    }

    /// To whom, with the length that is passed. Gives how many bytes the kernel may read there.
    pub(in crate::sys) fn address(&mut self, to: Option<&RawAddress>) -> usize {
        let Some(to) = to else { return 0 };
        let [pointer, _] = to.args();
        self.msg_name = pointer.here() as *mut c_void;
        self.msg_namelen = to.length();
        STORAGE
    }

    /// Control messages of so many bytes.
    pub(in crate::sys) fn control(&mut self, control: &mut Aligned, length: usize) {
        if length > 0 {
            self.msg_control = control.0.as_mut_ptr().cast();
        }
        self.msg_controllen = length;
    }

    /// Where the kernel writes the address of the sender, and control messages of at most so many bytes.
    pub(in crate::sys) fn receives(
        &mut self,
        storage: &mut [u8; STORAGE],
        control: &mut Aligned,
        room: usize,
    ) {
        self.msg_name = storage.as_mut_ptr().cast();
        self.msg_namelen = STORAGE as libc::socklen_t;
        self.control(control, room);
    }

    /// The lengths of the address and of the control messages.
    pub(in crate::sys) fn lengths(&self) -> (u32, usize) {
        (self.msg_namelen, self.msg_controllen)
    }

    /// `msg_flags`
    pub(in crate::sys) fn flags(&self) -> i32 {
        self.msg_flags
    }
}

/// An array of buffers as an argument; whether the kernel writes to them.
pub(in crate::sys) fn vectors_arg(vectors: &mut [libc::iovec], writes: bool) -> Arg {
    let inner = vectors.iter().enumerate().map(|(index, vector)| {
        let offset = index * size_of::<libc::iovec>();
        let buffer = match writes {
            true => Arg::Update(vector.iov_base, vector.iov_len),
            false => Arg::Read(vector.iov_base, vector.iov_len),
        };
        (offset + std::mem::offset_of!(libc::iovec, iov_base), buffer)
    });
    let inner = inner.collect();
    Arg::Struct(vectors.as_mut_ptr().cast(), size_of_val(vectors), inner)
}

/// The pointers of a header; the address in it leads to `storage` bytes, and the rest to memory of the lengths beside it.
pub(in crate::sys) fn pointers(header: &Header, storage: usize, vectors: Arg) -> [(usize, Arg); 3] {
    [
        (
            std::mem::offset_of!(Header, msg_name),
            Arg::Update(header.msg_name, storage),
        ),
        (std::mem::offset_of!(Header, msg_iov), vectors),
        (
            std::mem::offset_of!(Header, msg_control),
            Arg::Update(header.msg_control, header.msg_controllen),
        ),
    ]
}

/// A header as an argument.
fn header_arg(header: &mut Header, storage: usize, vectors: Arg) -> Arg {
    let inner = pointers(header, storage, vectors).into();
    Arg::Struct(ptr::from_mut(header).cast(), size_of::<Header>(), inner)
}

/// `struct cmsghdr` of the kernel without its data.
const HEADER: usize = KIND + size_of::<libc::c_int>();

/// The offsets of `cmsg_level` and `cmsg_type`, after a length of the size of a pointer.
const LEVEL: usize = size_of::<usize>();
const KIND: usize = LEVEL + size_of::<libc::c_int>();

/// A length rounded up to where the next control message begins, CMSG_ALIGN.
fn align(length: usize) -> usize {
    length.next_multiple_of(size_of::<usize>())
}

/// Control messages as bytes, as CMSG_NXTHDR would walk them.
pub fn encode(messages: &[Control]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for Control { level, kind, data } in messages {
        bytes.extend((align(HEADER) + data.len()).to_ne_bytes());
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.resize(bytes.len().next_multiple_of(align(1)), 0);
        bytes.extend(data);
        bytes.resize(align(bytes.len()), 0);
    }
    bytes
}

/// The control messages in a buffer; a cut one with the data that is there.
pub fn decode(bytes: &[u8]) -> Vec<Control> {
    let mut messages = Vec::new();
    let mut rest = bytes;
    while let (Some(length), Some(level), Some(kind)) =
        (word(rest, 0), int(rest, LEVEL), int(rest, KIND))
    {
        if length < HEADER {
            break;
        }
        let end = length.min(rest.len());
        let data = rest.get(align(HEADER)..end).unwrap_or_default().to_vec();
        messages.push(Control { level, kind, data });
        // One that claims to be longer than the buffer is the last.
        rest = rest.get(align(end)..).unwrap_or_default();
    }
    messages
}

fn word(bytes: &[u8], at: usize) -> Option<usize> {
    let bytes = bytes.get(at..at + size_of::<usize>())?;
    bytes.try_into().ok().map(usize::from_ne_bytes)
}

fn int(bytes: &[u8], at: usize) -> Option<i32> {
    let bytes = bytes.get(at..at + 4)?;
    bytes.try_into().ok().map(i32::from_ne_bytes)
}

/// The bytes of a control buffer, where a `struct cmsghdr` may begin.
#[derive(Debug)]
pub(in crate::sys) struct Aligned(Vec<usize>);

impl Aligned {
    pub(in crate::sys) fn new(bytes: &[u8], room: usize) -> Self {
        let mut words = vec![0; room.div_ceil(size_of::<usize>()).max(1)];
        for (word, chunk) in words.iter_mut().zip(bytes.chunks(size_of::<usize>())) {
            let mut whole = [0; size_of::<usize>()];
            whole[..chunk.len()].copy_from_slice(chunk);
            *word = usize::from_ne_bytes(whole);
        }
        Self(words)
    }

    pub(in crate::sys) fn bytes(&self, length: usize) -> Vec<u8> {
        let all = self.0.iter().flat_map(|word| word.to_ne_bytes());
        all.take(length).collect()
    }
}

/// Buffers for the kernel to read.
pub(in crate::sys) fn read_vectors(sources: &[Source<'_>]) -> Vec<libc::iovec> {
    let vectors = sources.iter().map(|source| {
        let (pointer, length) = source.parts();
        libc::iovec {
            iov_base: pointer.cast_mut(),
            iov_len: length,
        }
    });
    vectors.collect()
}

/// writev(2)
///
/// # Errors
///
/// The errno of the call.
pub fn writev(fd: i32, sources: &[Source<'_>]) -> crate::sys::Result<usize> {
    let mut vectors = read_vectors(sources);
    let many = libc::c_int::try_from(vectors.len()).unwrap_or(libc::c_int::MAX);
    let args = [
        Arg::int(fd),
        vectors_arg(&mut vectors, false),
        Arg::int(many),
    ];
    // SAFETY: each vector leads to memory of the length beside it, or is null; the kernel only reads.
    check_count(unsafe { made(|a| libc::writev(a[0] as _, a[1] as _, a[2] as _), args) })
}

/// sendmsg(2)
///
/// # Errors
///
/// The errno of the call.
pub fn sendmsg(
    fd: i32,
    sources: &[Source<'_>],
    to: Option<&RawAddress>,
    control: &[Control],
    flags: i32,
) -> Checked<usize> {
    let flags = refuse::send_flags(flags)?;
    let mut vectors = read_vectors(sources);
    let control = encode(control);
    let mut aligned = Aligned::new(&control, control.len());
    let mut header = Header::of(&mut vectors);
    let storage = header.address(to);
    header.control(&mut aligned, control.len());
    let vectors = vectors_arg(&mut vectors, false);
    let args = [
        Arg::int(fd),
        header_arg(&mut header, storage, vectors),
        Arg::int(flags),
    ];
    // SAFETY: every pointer of the header leads to memory of the length beside it, or is null; the kernel only reads,
    // and without MSG_ZEROCOPY only until the call returns. A wrong address length is refused as in RawAddress::args.
    Ok(check_count(unsafe {
        made(
            |a| libc::syscall(libc::SYS_sendmsg, a[0], a[1], a[2]) as isize,
            args,
        )
    })?)
}

/// Buffers for the kernel to write.
pub(in crate::sys) fn written_vectors(buffers: &mut [Vec<u8>]) -> Vec<libc::iovec> {
    let vectors = buffers.iter_mut().map(|buffer| libc::iovec {
        iov_base: buffer.as_mut_ptr().cast::<c_void>(),
        iov_len: buffer.len(),
    });
    vectors.collect()
}

/// readv(2)
///
/// # Errors
///
/// The errno of the call.
pub fn readv(fd: i32, buffers: &mut [Vec<u8>]) -> crate::sys::Result<usize> {
    let mut vectors = written_vectors(buffers);
    // A number that no int holds is as wrong for the kernel as the greatest int.
    let many = libc::c_int::try_from(vectors.len()).unwrap_or(libc::c_int::MAX);
    let args = [
        Arg::int(fd),
        vectors_arg(&mut vectors, true),
        Arg::int(many),
    ];
    // SAFETY: each vector leads to memory of the length beside it; of more than UIO_MAXIOV the kernel reads none.
    check_count(unsafe { made(|a| libc::readv(a[0] as _, a[1] as _, a[2] as _), args) })
}

/// recvmsg(2) into several buffers; `room` is passed as the size of the buffer for control messages.
///
/// # Errors
///
/// The errno of the call.
pub fn recvmsg(fd: i32, buffers: &mut [Vec<u8>], room: i32, flags: i32) -> Checked<Received> {
    let room = refuse::control_room(room)?;
    let mut vectors = written_vectors(buffers);
    let mut control = Aligned::new(&[], room);
    let mut storage = [0_u8; STORAGE];
    let mut header = Header::of(&mut vectors);
    header.receives(&mut storage, &mut control, room);
    let vectors = vectors_arg(&mut vectors, true);
    let args = [
        Arg::int(fd),
        header_arg(&mut header, STORAGE, vectors),
        Arg::int(flags),
    ];
    // SAFETY: every pointer of the header leads to memory of at least the length beside it.
    let count = check_count(unsafe {
        made(
            |a| libc::syscall(libc::SYS_recvmsg, a[0], a[1], a[2]) as isize,
            args,
        )
    })?;
    let length = header.msg_namelen;
    Ok(Received {
        count,
        from: Written {
            bytes: storage[..(length as usize).min(STORAGE)].to_vec(),
            offered: STORAGE as u32,
            length,
        },
        flags: header.msg_flags,
        control: Written {
            bytes: control.bytes(header.msg_controllen.min(room)),
            offered: u32::try_from(room).unwrap_or(u32::MAX),
            length: u32::try_from(header.msg_controllen).unwrap_or(u32::MAX),
        },
    })
}

#[cfg(test)]
mod tests {
    use crate::sys::message::*;

    #[test]
    fn control_messages_are_read_as_they_were_written() {
        let messages = vec![
            Control {
                level: libc::SOL_SOCKET,
                kind: libc::SCM_RIGHTS,
                data: vec![1, 0, 0, 0, 2, 0, 0, 0, 3, 0, 0, 0],
            },
            Control {
                level: libc::IPPROTO_IP,
                kind: libc::IP_TTL,
                data: vec![64, 0, 0, 0],
            },
        ];
        assert_eq!(decode(&encode(&messages)), messages);
        // SAFETY: the function only computes.
        let space = unsafe { libc::CMSG_SPACE(12) + libc::CMSG_SPACE(4) };
        assert_eq!(encode(&messages).len(), space as usize);
        assert_eq!(HEADER, size_of::<libc::cmsghdr>());
        assert_eq!(size_of::<Header>(), size_of::<libc::msghdr>());
    }

    #[test]
    fn no_bytes_panic() {
        for length in 0..64 {
            decode(&vec![0xff; length]);
            decode(&vec![0; length]);
        }
    }
}
