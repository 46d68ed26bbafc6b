//! socket(2) and its family, on raw descriptor numbers.

use std::ffi::{CString, c_void};
use std::ptr;

use super::{Result, check, check_count};
use crate::socket::sockaddr::STORAGE;
use crate::socket::{Errno, How};

/// An address argument as a C program passes it: a pointer and a length that need not agree.
#[derive(Debug, Clone)]
pub struct RawAddress {
    bytes: Option<[u8; STORAGE]>,
    length: libc::socklen_t,
}

impl RawAddress {
    /// The bytes of an address, passed with `length`, or with their own where that is `None`.
    ///
    /// # Errors
    ///
    /// EINVAL when there are more bytes than any address has; the kernel says the same.
    pub fn new(bytes: &[u8], length: Option<i32>) -> Result<Self> {
        let mut storage = [0; STORAGE];
        storage
            .get_mut(..bytes.len())
            .ok_or(Errno(libc::EINVAL))?
            .copy_from_slice(bytes);
        let natural = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
        Ok(Self {
            bytes: Some(storage),
            length: length.unwrap_or(natural).cast_unsigned(),
        })
    }

    /// A null pointer, passed with `length`.
    pub fn null(length: Option<i32>) -> Self {
        Self {
            bytes: None,
            length: length.unwrap_or(0).cast_unsigned(),
        }
    }

    /// The pointer and the length. A length beyond the storage is refused by the kernel before it reads
    /// (`move_addr_to_kernel` checks it against `sizeof(struct sockaddr_storage)`, which is [`STORAGE`]).
    fn parts(&self) -> (*const libc::sockaddr, libc::socklen_t) {
        let pointer = self
            .bytes
            .as_ref()
            .map_or(ptr::null(), |bytes| bytes.as_ptr().cast());
        (pointer, self.length)
    }
}

/// An address that the kernel wrote.
#[derive(Debug)]
struct AddressBuffer {
    storage: [u8; STORAGE],
    length: libc::socklen_t,
}

impl AddressBuffer {
    fn new() -> Self {
        Self {
            storage: [0; STORAGE],
            length: STORAGE as libc::socklen_t,
        }
    }

    fn pointers(&mut self) -> (*mut libc::sockaddr, *mut libc::socklen_t) {
        (self.storage.as_mut_ptr().cast(), &raw mut self.length)
    }

    /// The bytes that were written. An AF_UNIX address of 108 bytes may be reported longer than it is.
    fn bytes(&self) -> Vec<u8> {
        let length = (self.length as usize).min(STORAGE);
        self.storage[..length].to_vec()
    }
}

/// socket(2)
///
/// # Errors
///
/// The errno of the call.
pub fn socket(domain: i32, socket_type: i32, protocol: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::socket(domain, socket_type, protocol) })
}

/// socketpair(2)
///
/// # Errors
///
/// The errno of the call.
pub fn socketpair(domain: i32, socket_type: i32, protocol: i32) -> Result<(i32, i32)> {
    let mut pair = [-1; 2];
    // SAFETY: `pair` has room for the two numbers that the call writes.
    check(unsafe { libc::socketpair(domain, socket_type, protocol, pair.as_mut_ptr()) })?;
    Ok((pair[0], pair[1]))
}

/// bind(2)
///
/// # Errors
///
/// The errno of the call.
pub fn bind(fd: i32, address: &RawAddress) -> Result<()> {
    let (pointer, length) = address.parts();
    // SAFETY: the pointer is null, or leads to STORAGE bytes; see RawAddress::parts for longer lengths.
    check(unsafe { libc::bind(fd, pointer, length) }).map(drop)
}

/// listen(2)
///
/// # Errors
///
/// The errno of the call.
pub fn listen(fd: i32, backlog: i32) -> Result<()> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::listen(fd, backlog) }).map(drop)
}

/// accept(2), or accept4(2) when there are flags. Gives the descriptor and the bytes of the peer's address.
///
/// # Errors
///
/// The errno of the call.
pub fn accept(fd: i32, flags: i32) -> Result<(i32, Vec<u8>)> {
    let mut from = AddressBuffer::new();
    let (pointer, length) = from.pointers();
    let made = if flags == 0 {
        // SAFETY: both pointers lead into `from`, and `length` says how much room there is.
        unsafe { libc::accept(fd, pointer, length) }
    } else {
        // SAFETY: as above.
        unsafe { libc::accept4(fd, pointer, length, flags) }
    };
    Ok((check(made)?, from.bytes()))
}

/// connect(2)
///
/// # Errors
///
/// The errno of the call.
pub fn connect(fd: i32, address: &RawAddress) -> Result<()> {
    let (pointer, length) = address.parts();
    // SAFETY: the pointer is null, or leads to STORAGE bytes; see RawAddress::parts for longer lengths.
    check(unsafe { libc::connect(fd, pointer, length) }).map(drop)
}

/// What a sending call is given: bytes, or a null pointer with a length.
#[derive(Debug, Clone, Copy)]
pub enum Source<'a> {
    /// These bytes.
    Bytes(&'a [u8]),
    /// Nothing at all, said to be this long.
    Null(usize),
}

impl Source<'_> {
    fn parts(&self) -> (*const c_void, usize) {
        match self {
            Self::Bytes(bytes) => (bytes.as_ptr().cast(), bytes.len()),
            Self::Null(length) => (ptr::null(), *length),
        }
    }
}

/// send(2)
///
/// # Errors
///
/// The errno of the call.
pub fn send(fd: i32, source: Source<'_>, flags: i32) -> Result<usize> {
    let (pointer, length) = source.parts();
    // SAFETY: the pointer is valid for `length` bytes, or null, which the kernel answers with EFAULT.
    check_count(unsafe { libc::send(fd, pointer, length, flags) })
}

/// sendto(2)
///
/// # Errors
///
/// The errno of the call.
pub fn sendto(fd: i32, source: Source<'_>, flags: i32, to: &RawAddress) -> Result<usize> {
    let (pointer, length) = source.parts();
    let (address, address_length) = to.parts();
    // SAFETY: as in `send` and `bind`.
    check_count(unsafe { libc::sendto(fd, pointer, length, flags, address, address_length) })
}

/// write(2)
///
/// # Errors
///
/// The errno of the call.
pub fn write(fd: i32, source: Source<'_>) -> Result<usize> {
    let (pointer, length) = source.parts();
    // SAFETY: as in `send`.
    check_count(unsafe { libc::write(fd, pointer, length) })
}

/// recv(2): gives what the call returned, which with MSG_TRUNC is more than the buffer holds.
///
/// # Errors
///
/// The errno of the call.
pub fn recv(fd: i32, buffer: &mut [u8], flags: i32) -> Result<usize> {
    // SAFETY: the buffer is valid for writing over its length.
    check_count(unsafe { libc::recv(fd, buffer.as_mut_ptr().cast(), buffer.len(), flags) })
}

/// recvfrom(2): as [`recv`], with the bytes of the sender's address.
///
/// # Errors
///
/// The errno of the call.
pub fn recvfrom(fd: i32, buffer: &mut [u8], flags: i32) -> Result<(usize, Vec<u8>)> {
    let mut from = AddressBuffer::new();
    let (pointer, length) = from.pointers();
    // SAFETY: the buffer is valid for writing over its length, both pointers lead into `from`.
    let count = unsafe {
        libc::recvfrom(
            fd,
            buffer.as_mut_ptr().cast(),
            buffer.len(),
            flags,
            pointer,
            length,
        )
    };
    Ok((check_count(count)?, from.bytes()))
}

/// read(2)
///
/// # Errors
///
/// The errno of the call.
pub fn read(fd: i32, buffer: &mut [u8]) -> Result<usize> {
    // SAFETY: the buffer is valid for writing over its length.
    check_count(unsafe { libc::read(fd, buffer.as_mut_ptr().cast(), buffer.len()) })
}

/// shutdown(2)
///
/// # Errors
///
/// The errno of the call.
pub fn shutdown(fd: i32, how: How) -> Result<()> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::shutdown(fd, how.0) }).map(drop)
}

/// close(2). On Linux the number is free again afterwards, also when the call failed with EINTR or EIO.
///
/// # Errors
///
/// The errno of the call.
pub fn close(fd: i32) -> Result<()> {
    // SAFETY: no Rust object owns a playground descriptor; for a number that is none of them the engine looks
    // first whether it is the program's own.
    check(unsafe { libc::close(fd) }).map(drop)
}

/// getsockname(2)
///
/// # Errors
///
/// The errno of the call.
pub fn getsockname(fd: i32) -> Result<Vec<u8>> {
    let mut name = AddressBuffer::new();
    let (pointer, length) = name.pointers();
    // SAFETY: both pointers lead into `name`, and `length` says how much room there is.
    check(unsafe { libc::getsockname(fd, pointer, length) })?;
    Ok(name.bytes())
}

/// getpeername(2)
///
/// # Errors
///
/// The errno of the call.
pub fn getpeername(fd: i32) -> Result<Vec<u8>> {
    let mut name = AddressBuffer::new();
    let (pointer, length) = name.pointers();
    // SAFETY: both pointers lead into `name`, and `length` says how much room there is.
    check(unsafe { libc::getpeername(fd, pointer, length) })?;
    Ok(name.bytes())
}

/// setsockopt(2)
///
/// # Errors
///
/// The errno of the call.
pub fn setsockopt(fd: i32, level: i32, number: i32, value: &[u8]) -> Result<()> {
    let length = libc::socklen_t::try_from(value.len()).map_err(|_| Errno(libc::EINVAL))?;
    // SAFETY: the pointer is valid for `length` bytes.
    check(unsafe { libc::setsockopt(fd, level, number, value.as_ptr().cast(), length) }).map(drop)
}

/// getsockopt(2) into at most `room` bytes; gives as many as the kernel says.
///
/// # Errors
///
/// The errno of the call.
pub fn getsockopt(fd: i32, level: i32, number: i32, room: usize) -> Result<Vec<u8>> {
    let mut value = vec![0_u8; room];
    let mut length = libc::socklen_t::try_from(room).map_err(|_| Errno(libc::EINVAL))?;
    // SAFETY: the buffer has `length` bytes.
    check(unsafe {
        libc::getsockopt(
            fd,
            level,
            number,
            value.as_mut_ptr().cast(),
            &raw mut length,
        )
    })?;
    value.truncate(length as usize);
    Ok(value)
}

/// fcntl(2) with a command that takes an int, or none.
///
/// # Errors
///
/// The errno of the call.
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Result<i32> {
    // SAFETY: the notation offers only commands whose argument is an int.
    check(unsafe { libc::fcntl(fd, command, argument) })
}

/// dup(2)
///
/// # Errors
///
/// The errno of the call.
pub fn dup(fd: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { libc::dup(fd) })
}

/// unlink(2)
///
/// # Errors
///
/// The errno of the call; EINVAL for a path with a NUL byte.
pub fn unlink(path: &[u8]) -> Result<()> {
    let path = CString::new(path).map_err(|_| Errno(libc::EINVAL))?;
    // SAFETY: the path is a NUL-terminated string that lives until the call returns.
    check(unsafe { libc::unlink(path.as_ptr()) }).map(drop)
}

/// ioctl(2) FIONREAD: bytes that wait to be received; for datagrams, those of the next one.
///
/// # Errors
///
/// The errno of the call.
pub fn unread(fd: i32) -> Result<u32> {
    let mut count: libc::c_int = 0;
    // SAFETY: FIONREAD writes one int.
    check(unsafe { libc::ioctl(fd, libc::FIONREAD, &raw mut count) })?;
    Ok(u32::try_from(count).unwrap_or(0))
}

/// poll(2) of one descriptor: its events after at most `timeout` milliseconds.
///
/// # Errors
///
/// The errno of the call.
pub fn poll(fd: i32, events: i16, timeout: i32) -> Result<i16> {
    let mut entry = libc::pollfd {
        fd,
        events,
        revents: 0,
    };
    // SAFETY: the array has one entry.
    check(unsafe { libc::poll(&raw mut entry, 1, timeout) })?;
    Ok(entry.revents)
}

/// if_nametoindex(3): the scope number of an interface.
///
/// # Errors
///
/// ENODEV when there is no such interface.
pub fn interface_index(name: &str) -> Result<u32> {
    let name = CString::new(name).map_err(|_| Errno(libc::EINVAL))?;
    // SAFETY: the name is a NUL-terminated string that lives until the call returns.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(super::errno()),
        index => Ok(index),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wrong_descriptors_are_answered_by_the_kernel() {
        assert_eq!(close(-1), Err(Errno(libc::EBADF)));
        assert_eq!(listen(-1, 5), Err(Errno(libc::EBADF)));
        assert_eq!(recv(900, &mut [0; 4], 0), Err(Errno(libc::EBADF)));
        assert_eq!(send(900, Source::Null(5), 0), Err(Errno(libc::EBADF)));
    }

    #[test]
    fn a_null_pointer_is_efault_and_a_wrong_length_einval() {
        let fd = socket(libc::AF_INET, libc::SOCK_STREAM, 0).expect("a socket");
        assert_eq!(
            bind(fd, &RawAddress::null(Some(16))),
            Err(Errno(libc::EFAULT))
        );
        let short = RawAddress::new(&[2, 0, 0], None).expect("it fits");
        assert_eq!(bind(fd, &short), Err(Errno(libc::EINVAL)));
        let long = RawAddress::new(&[2, 0, 0], Some(100_000)).expect("it fits");
        assert_eq!(bind(fd, &long), Err(Errno(libc::EINVAL)));
        let negative = RawAddress::new(&[2, 0, 0], Some(-1)).expect("it fits");
        assert_eq!(bind(fd, &negative), Err(Errno(libc::EINVAL)));
        assert!(RawAddress::new(&[0; 129], None).is_err());
        close(fd).expect("it was open");
    }

    #[test]
    fn an_interface_has_an_index_or_does_not_exist() {
        assert!(interface_index("lo").is_ok_and(|index| index > 0));
        assert!(interface_index("no such interface").is_err());
    }
}
