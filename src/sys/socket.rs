//! socket(2) and its family, on raw descriptor numbers.

mod arguments;
mod option;

use crate::call::outcome::Written;
use crate::socket::How;
use crate::sys::child::Arg;
use crate::sys::made::{made, made_int};
use crate::sys::socket::arguments::AddressBuffer;
pub use crate::sys::socket::arguments::{RawAddress, Source, Target};
pub(crate) use crate::sys::socket::option::set_own;
pub use crate::sys::socket::option::{getsockopt, lingers, set_program, setsockopt};
use crate::sys::{Checked, Result, check, check_count, refuse};

/// socket(2)
///
/// # Errors
///
/// The errno of the call.
pub fn socket(domain: i32, socket_type: i32, protocol: i32) -> Result<i32> {
    let args = [domain, socket_type, protocol].map(Arg::int);
    // SAFETY: the call takes no pointers.
    check(unsafe {
        made_int(
            |a| libc::socket(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })
}

/// socketpair(2)
///
/// # Errors
///
/// The errno of the call.
pub fn socketpair(domain: i32, socket_type: i32, protocol: i32) -> Result<(i32, i32)> {
    let mut pair = [-1; 2];
    let args = [
        Arg::int(domain),
        Arg::int(socket_type),
        Arg::int(protocol),
        Arg::update(&raw mut pair),
    ];
    // SAFETY: `pair` has room for the two numbers that the call writes.
    check(unsafe {
        made_int(
            |a| libc::socketpair(a[0] as _, a[1] as _, a[2] as _, a[3] as _) as isize,
            args,
        )
    })?;
    Ok((pair[0], pair[1]))
}

/// bind(2)
///
/// # Errors
///
/// The errno of the call.
pub fn bind(fd: i32, address: &RawAddress) -> Result<()> {
    let [pointer, length] = address.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: the pointer is null, or leads to STORAGE bytes; see RawAddress::args for longer lengths.
    check(unsafe {
        made_int(
            |a| libc::bind(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })
    .map(drop)
}

/// listen(2)
///
/// # Errors
///
/// The errno of the call.
pub fn listen(fd: i32, backlog: i32) -> Result<()> {
    let args = [fd, backlog].map(Arg::int);
    // SAFETY: the call takes no pointers.
    check(unsafe { made_int(|a| libc::listen(a[0] as _, a[1] as _) as isize, args) }).map(drop)
}

/// accept(2). Gives the descriptor and the peer's address.
///
/// # Errors
///
/// The errno of the call.
pub fn accept(fd: i32, length: Option<i32>) -> Checked<(i32, Written)> {
    let mut from = AddressBuffer::new(length)?;
    let [pointer, length] = from.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: both pointers lead into `from`, and `length` says how much room there is.
    let accepted = check(unsafe {
        made_int(
            |a| libc::accept(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })?;
    Ok((accepted, from.written()))
}

/// accept4(2), which has flags for the new descriptor.
///
/// # Errors
///
/// The errno of the call.
pub fn accept4(fd: i32, flags: i32, length: Option<i32>) -> Checked<(i32, Written)> {
    let mut from = AddressBuffer::new(length)?;
    let [pointer, length] = from.args();
    let args = [Arg::int(fd), pointer, length, Arg::int(flags)];
    // SAFETY: as in `accept`.
    let accepted = check(unsafe {
        made_int(
            |a| libc::accept4(a[0] as _, a[1] as _, a[2] as _, a[3] as _) as isize,
            args,
        )
    })?;
    Ok((accepted, from.written()))
}

/// connect(2)
///
/// # Errors
///
/// The errno of the call.
pub fn connect(fd: i32, address: &RawAddress) -> Result<()> {
    let [pointer, length] = address.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: the pointer is null, or leads to STORAGE bytes; see RawAddress::args for longer lengths.
    check(unsafe {
        made_int(
            |a| libc::connect(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })
    .map(drop)
}

/// send(2)
///
/// # Errors
///
/// The errno of the call.
pub fn send(fd: i32, source: Source<'_>, flags: i32) -> Checked<usize> {
    let flags = refuse::send_flags(flags)?;
    let [pointer, length] = source.args();
    let args = [Arg::int(fd), pointer, length, Arg::int(flags)];
    // SAFETY: the pointer is valid for `length` bytes, or null, which the kernel answers with EFAULT; without
    // MSG_ZEROCOPY the kernel has no use for the bytes after the call.
    Ok(check_count(unsafe {
        made(|a| libc::send(a[0] as _, a[1] as _, a[2], a[3] as _), args)
    })?)
}

/// sendto(2)
///
/// # Errors
///
/// The errno of the call.
pub fn sendto(fd: i32, source: Source<'_>, flags: i32, to: &RawAddress) -> Checked<usize> {
    let flags = refuse::send_flags(flags)?;
    let [pointer, length] = source.args();
    let [address, address_length] = to.args();
    let args = [
        Arg::int(fd),
        pointer,
        length,
        Arg::int(flags),
        address,
        address_length,
    ];
    // SAFETY: as in `send` and `bind`.
    Ok(check_count(unsafe {
        made(
            |a| libc::sendto(a[0] as _, a[1] as _, a[2], a[3] as _, a[4] as _, a[5] as _),
            args,
        )
    })?)
}

/// write(2)
///
/// # Errors
///
/// The errno of the call.
pub fn write(fd: i32, source: Source<'_>) -> Result<usize> {
    let [pointer, length] = source.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: as in `send`.
    check_count(unsafe { made(|a| libc::write(a[0] as _, a[1] as _, a[2]), args) })
}

/// recv(2): gives what the call returned, which with MSG_TRUNC is more than the buffer holds.
///
/// # Errors
///
/// The errno of the call.
pub fn recv(fd: i32, mut target: Target<'_>, flags: i32) -> Result<usize> {
    let [pointer, length] = target.args();
    let args = [Arg::int(fd), pointer, length, Arg::int(flags)];
    // SAFETY: the pointer is valid for writing over `length` bytes, or null, which the kernel answers with EFAULT.
    check_count(unsafe { made(|a| libc::recv(a[0] as _, a[1] as _, a[2], a[3] as _), args) })
}

/// recvfrom(2): as [`recv`], with the sender's address.
///
/// # Errors
///
/// The errno of the call.
pub fn recvfrom(
    fd: i32,
    mut target: Target<'_>,
    flags: i32,
    length: Option<i32>,
) -> Checked<(usize, Written)> {
    let mut from = AddressBuffer::new(length)?;
    let [buffer, room] = target.args();
    let [pointer, length] = from.args();
    let args = [Arg::int(fd), buffer, room, Arg::int(flags), pointer, length];
    // SAFETY: the buffer is as in `recv`, both pointers lead into `from`.
    let count = unsafe {
        made(
            |a| libc::recvfrom(a[0] as _, a[1] as _, a[2], a[3] as _, a[4] as _, a[5] as _),
            args,
        )
    };
    Ok((check_count(count)?, from.written()))
}

/// read(2)
///
/// # Errors
///
/// The errno of the call.
pub fn read(fd: i32, mut target: Target<'_>) -> Result<usize> {
    let [pointer, length] = target.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: as in `recv`.
    check_count(unsafe { made(|a| libc::read(a[0] as _, a[1] as _, a[2]), args) })
}

/// shutdown(2)
///
/// # Errors
///
/// The errno of the call.
pub fn shutdown(fd: i32, how: How) -> Result<()> {
    let args = [fd, how.0].map(Arg::int);
    // SAFETY: the call takes no pointers.
    check(unsafe { made_int(|a| libc::shutdown(a[0] as _, a[1] as _) as isize, args) }).map(drop)
}

/// close(2). On Linux the number is free again afterwards, also when the call failed with EINTR or EIO.
///
/// # Errors
///
/// The errno of the call.
pub fn close(fd: i32) -> Result<()> {
    // SAFETY: no Rust object owns a playground descriptor; for any other number the engine checks first
    // whether it is the program's own.
    check(unsafe { made_int(|a| libc::close(a[0] as _) as isize, [Arg::int(fd)]) }).map(drop)
}

/// getsockname(2)
///
/// # Errors
///
/// The errno of the call.
pub fn getsockname(fd: i32, length: Option<i32>) -> Checked<Written> {
    let mut name = AddressBuffer::new(length)?;
    let [pointer, length] = name.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: both pointers lead into `name`, and `length` says how much room there is.
    check(unsafe {
        made_int(
            |a| libc::getsockname(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })?;
    Ok(name.written())
}

/// getpeername(2)
///
/// # Errors
///
/// The errno of the call.
pub fn getpeername(fd: i32, length: Option<i32>) -> Checked<Written> {
    let mut name = AddressBuffer::new(length)?;
    let [pointer, length] = name.args();
    let args = [Arg::int(fd), pointer, length];
    // SAFETY: both pointers lead into `name`, and `length` says how much room there is.
    check(unsafe {
        made_int(
            |a| libc::getpeername(a[0] as _, a[1] as _, a[2] as _) as isize,
            args,
        )
    })?;
    Ok(name.written())
}

/// if_nametoindex(3): the scope number of an interface.
///
/// # Errors
///
/// ENODEV when there is no such interface.
pub fn interface_index(name: &str) -> Checked<u32> {
    let name = refuse::path(name.as_bytes())?;
    // SAFETY: the name is a NUL-terminated string that lives until the call returns.
    match unsafe { libc::if_nametoindex(name.as_ptr()) } {
        0 => Err(crate::sys::errno().into()),
        index => Ok(index),
    }
}

/// The name of an interface, if_indextoname(3).
///
/// # Errors
///
/// ENXIO when there is no such interface.
pub fn interface_name(index: u32) -> Result<String> {
    let mut name = [0_u8; libc::IF_NAMESIZE];
    // SAFETY: the buffer has room for IF_NAMESIZE bytes, the most that is written, a NUL included.
    let found = unsafe { libc::if_indextoname(index, name.as_mut_ptr().cast()) };
    if found.is_null() {
        return Err(crate::sys::errno());
    }
    let end = name.iter().position(|byte| *byte == 0);
    let name = &name[..end.unwrap_or(name.len())];
    Ok(String::from_utf8_lossy(name).into_owned())
}

#[cfg(test)]
mod tests {
    use crate::socket::Errno;
    use crate::sys::Failure;
    use crate::sys::socket::*;

    #[test]
    fn wrong_descriptors_are_answered_by_the_kernel() {
        assert_eq!(close(-1), Err(Errno(libc::EBADF)));
        assert_eq!(listen(-1, 5), Err(Errno(libc::EBADF)));
        assert_eq!(
            recv(900, Target::Buffer(&mut [0; 4]), 0),
            Err(Errno(libc::EBADF))
        );
        assert_eq!(
            send(900, Source::Null(5), 0),
            Err(Failure::Errno(Errno(libc::EBADF)))
        );
    }

    #[test]
    fn a_null_pointer_is_efault_and_a_wrong_length_einval() {
        let fd = socket(libc::AF_INET, libc::SOCK_STREAM, 0).expect("a socket");
        assert_eq!(
            bind(fd, &RawAddress::null(Some(16))),
            Err(Errno(libc::EFAULT))
        );
        let short = RawAddress::new(&[2, 0, 0], None);
        assert_eq!(bind(fd, &short), Err(Errno(libc::EINVAL)));
        let long = RawAddress::new(&[2, 0, 0], Some(100_000));
        assert_eq!(bind(fd, &long), Err(Errno(libc::EINVAL)));
        let negative = RawAddress::new(&[2, 0, 0], Some(-1));
        assert_eq!(bind(fd, &negative), Err(Errno(libc::EINVAL)));
        let bytes = [[2, 0].as_slice(), &[0; 127]].concat();
        let many = RawAddress::new(&bytes, None);
        assert_eq!(
            bind(fd, &many),
            Err(Errno(libc::EINVAL)),
            "the kernel says so"
        );
        close(fd).expect("it was open");
    }

    #[test]
    fn lengths_beyond_every_address_and_option_are_answered_by_the_kernel() {
        let fd = socket(libc::AF_INET, libc::SOCK_DGRAM, 0).expect("a socket");
        let name = getsockname(fd, Some(5000)).expect("the kernel writes what there is");
        assert_eq!(
            (name.offered, name.length, name.bytes.len()),
            (5000, 16, 16)
        );
        let (level, option) = (libc::SOL_SOCKET, libc::SO_TYPE);
        let got = getsockopt(fd, level, option, 5000).expect("an int");
        assert_eq!((got.offered, got.bytes), (5000, vec![2, 0, 0, 0]));
        let value = 4096_i32.to_ne_bytes();
        assert_eq!(
            setsockopt(fd, level, libc::SO_RCVBUF, Some(&value), Some(100_000)),
            Ok(())
        );
        let most = getsockname(fd, Some(i32::MAX)).expect_err("there is no such buffer");
        assert!(matches!(most, Failure::Refused(reason) if reason.contains("2147483647")));
        close(fd).expect("it was open");
    }

    #[test]
    fn an_attached_filter_is_read_into_room_for_its_instructions() {
        const COUNT: u16 = 512;
        let fd = socket(libc::AF_INET, libc::SOCK_DGRAM, 0).expect("a socket");
        // BPF_RET | BPF_K: take the whole packet.
        let accept = libc::sock_filter {
            code: 0x06,
            jt: 0,
            jf: 0,
            k: u32::MAX,
        };
        let mut filter = [accept; COUNT as usize];
        let program = libc::sock_fprog {
            len: COUNT,
            filter: filter.as_mut_ptr(),
        };
        let length = size_of::<libc::sock_fprog>() as libc::socklen_t;
        let program: *const libc::sock_fprog = &raw const program;
        let (level, name) = (libc::SOL_SOCKET, libc::SO_ATTACH_FILTER);
        // SAFETY: the program and its instructions live until the call returns.
        check(unsafe { libc::setsockopt(fd, level, name, program.cast(), length) })
            .expect("a filter");
        // The kernel takes the length for a number of instructions, and writes 4096 bytes.
        let got = getsockopt(fd, level, libc::SO_GET_FILTER, COUNT.into()).expect("it is there");
        assert_eq!(got.length, u32::from(COUNT));
        assert_eq!(got.bytes.len(), 8 * usize::from(COUNT));
        close(fd).expect("it was open");
    }

    #[test]
    fn an_interface_has_an_index_or_does_not_exist() {
        assert!(interface_index("lo").is_ok_and(|index| index > 0));
        assert!(interface_index("no such interface").is_err());
        let lo = interface_index("lo").expect("it exists");
        assert_eq!(interface_name(lo), Ok("lo".to_owned()));
        assert!(interface_name(u32::MAX).is_err());
    }
}
