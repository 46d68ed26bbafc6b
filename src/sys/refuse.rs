//! What is not passed to the kernel, and why: with it the call would use memory that is not there, or no longer.
//!
//! These are sentences and no errnos: an errno is what the kernel said. The wrappers check by themselves; the engine
//! asks beforehand too, so that a call which is not made is not reported as begun.

use std::ffi::CString;

use crate::call::data::MAX_BYTES;
use crate::socket::ValueType;
use crate::socket::sockaddr::STORAGE;

/// Why a call is not made.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal(pub String);

/// What a check gives.
pub type Check<T> = Result<T, Refusal>;

/// The flags of a sending call.
///
/// MSG_ZEROCOPY has the kernel send from the caller's pages after the call has returned, until a completion comes in
/// the error queue (networking/msg_zerocopy). The buffers here are freed when the call returns, so the peer would get
/// whatever is there by then. The flag is ignored unless SO_ZEROCOPY is set; but another thread, or another process
/// that has the same open file, can set that between a check and the call, so the flag is refused in any case.
/// MSG_SPLICE_PAGES and the other internal flags are cleared by the kernel when they come from a process.
///
/// # Errors
///
/// When MSG_ZEROCOPY is among them.
pub fn send_flags(flags: i32) -> Check<i32> {
    if flags & libc::MSG_ZEROCOPY == 0 {
        return Ok(flags);
    }
    Err(Refusal(
        "with MSG_ZEROCOPY the kernel may read the buffer after the call has returned, and sockplay frees it then, so other bytes could be sent: the call was not made. Leave the flag out"
            .to_owned(),
    ))
}

/// How many bytes a buffer must have if a call is passed this length; for a negative one, which the kernel rejects or
/// takes as a small one, `least`.
///
/// # Errors
///
/// When that is more than one buffer gets.
pub fn room(length: i32, least: usize) -> Check<usize> {
    let room = usize::try_from(length).unwrap_or(least);
    if room <= MAX_BYTES {
        return Ok(room.max(least));
    }
    Err(Refusal(format!(
        "a length of {length} bytes needs a buffer of that size, and sockplay gives one call at most {MAX_BYTES}: the call was not made"
    )))
}

/// The same for an address that the kernel writes.
///
/// # Errors
///
/// As [`room`].
pub fn address_room(length: Option<i32>) -> Check<usize> {
    length.map_or(Ok(STORAGE), |length| room(length, STORAGE))
}

/// The room for control messages of recvmsg(2), whose `msg_controllen` is a `size_t`.
///
/// # Errors
///
/// As [`room`], and for a negative length.
pub fn control_room(length: i32) -> Check<usize> {
    if length < 0 {
        return Err(Refusal(format!(
            "msg_controllen is a size_t, in which {length} is {}: the kernel does not check it and would write beyond the buffer, so the call was not made",
            i64::from(length).cast_unsigned()
        )));
    }
    room(length, 0)
}

/// How many bytes inet_ntop(3) is given for an address: it reads as many as the family has, whatever is there.
///
/// # Errors
///
/// When there are fewer.
pub fn address_bytes(family: i32, given: usize) -> Check<()> {
    match crate::sys::lookup::address_size(family) {
        Some(size) if given < size => Err(Refusal(format!(
            "inet_ntop() reads {size} bytes for an address of {}, and {given} are given: it was not called",
            crate::socket::Domain(family)
        ))),
        _ => Ok(()),
    }
}

/// How many entries epoll_wait(2) is given for a number of events.
///
/// # Errors
///
/// When they are more than one buffer gets.
pub fn events(max: i32) -> Check<usize> {
    const MOST: usize = MAX_BYTES / size_of::<libc::epoll_event>();
    let count = usize::try_from(max).unwrap_or(0);
    if count <= MOST {
        return Ok(count.max(1));
    }
    Err(Refusal(format!(
        "{max} events need a buffer of that many entries, and sockplay gives one call at most {MOST}: the call was not made"
    )))
}

/// Sets of select(2) that are shorter than its `nfds` says: the kernel would read and write beyond them. Without any
/// set it reads none.
///
/// # Errors
///
/// When `nfds` is beyond the sets.
pub fn select(nfds: i32, has_set: bool) -> Check<()> {
    let limit = libc::FD_SETSIZE;
    if !has_set || !usize::try_from(nfds).is_ok_and(|nfds| nfds > limit) {
        return Ok(());
    }
    Err(Refusal(format!(
        "{nfds} is more than the {limit} bits that a set of select() has (FD_SETSIZE): the kernel would read and write beyond it, as it does in C, so the call was not made"
    )))
}

/// A path as C passes it.
///
/// # Errors
///
/// For one with a NUL byte.
pub fn path(path: &[u8]) -> Check<CString> {
    CString::new(path).map_err(|error| {
        Refusal(format!(
            "a path ends at its first NUL byte, and this one has one after {} bytes: the kernel would see another path, so the call was not made",
            error.nul_position()
        ))
    })
}

/// Levels all of whose options may have addresses in them: SOL_RDS registers memory that another host may write to, and
/// SOL_XDP memory that received frames are written to.
const POINTER_LEVELS: [i32; 2] = [276, 283];

/// Options with pointers in their values that no row of the table has: PACKET_FANOUT_DATA, and those of iptables,
/// arptables and ebtables, which write counters to an address.
const POINTER_OPTIONS: [(i32, i32); 6] = [
    (libc::SOL_PACKET, 22),
    (libc::IPPROTO_IP, 64),
    (libc::IPPROTO_IP, 96),
    (libc::IPPROTO_IP, 128),
    (libc::IPPROTO_IP, 129),
    (libc::IPPROTO_IPV6, 64),
];

/// Whether the value of an option has addresses in it, from which the kernel reads or to which it writes.
fn has_pointers(level: i32, number: i32) -> bool {
    let row = crate::socket::option::by_number(level, number);
    row.is_some_and(|row| matches!(row.value, ValueType::Pointers | ValueType::Program))
        || POINTER_LEVELS.contains(&level)
        || POINTER_OPTIONS.contains(&(level, number))
}

/// The value that setsockopt(2) is given, with its length. Of the options with pointers only null pointers pass: any
/// other address is one of sockplay's own memory. What is shorter than a pointer passes too.
///
/// No check is needed for getsockopt(2): it is given zeros, so that such a struct has null pointers.
///
/// # Errors
///
/// As [`room`], and for a value with an address in it.
pub fn option_value(level: i32, number: i32, value: &[u8], length: Option<i32>) -> Check<()> {
    if let Some(length) = length {
        room(length, 0)?;
    }
    let is_null = value.len() < size_of::<u64>() || value.iter().all(|byte| *byte == 0);
    if is_null || !has_pointers(level, number) {
        return Ok(());
    }
    Err(Refusal(
        "the value of this option has addresses in it, at which the kernel would use the memory of sockplay itself: the call was not made. As bytes a line can give null pointers only, as zeros; a classic BPF program is given by its instructions, [{0x6, 0, 0, 0}]"
            .to_owned(),
    ))
}

#[cfg(test)]
mod tests {
    use crate::sys::refuse::*;

    #[test]
    fn zero_copy_is_refused_as_one_bit_of_any_flags() {
        assert_eq!(send_flags(!libc::MSG_ZEROCOPY), Ok(!libc::MSG_ZEROCOPY));
        for bit in 0..32 {
            let flags = libc::MSG_ZEROCOPY | 1_i32.rotate_left(bit);
            let refusal = send_flags(flags).expect_err("it would send freed memory");
            assert!(refusal.0.contains("MSG_ZEROCOPY"), "{flags:#x}");
        }
    }

    #[test]
    fn lengths_have_memory_behind_them_or_are_refused() {
        let most = i32::try_from(MAX_BYTES).expect("it fits");
        assert_eq!(room(5000, 128), Ok(5000));
        assert_eq!(room(-1, 128), Ok(128));
        assert_eq!(room(0, 0), Ok(0));
        assert_eq!(room(most, 0), Ok(MAX_BYTES));
        assert!(room(most + 1, 0).is_err() && room(i32::MAX, 0).is_err());
        assert_eq!(control_room(3000), Ok(3000));
        let negative = control_room(-1).expect_err("it would be written behind");
        assert!(negative.0.contains("18446744073709551615"), "{negative:?}");
        assert_eq!(events(5000), Ok(5000));
        assert_eq!((events(0), events(-5)), (Ok(1), Ok(1)));
        assert!(events(i32::MAX).is_err());
    }

    #[test]
    fn no_address_is_passed_in_an_option() {
        let program = [&[1, 0, 0, 0, 0, 0, 0, 0][..], &[0x41; 8]].concat();
        for (level, number) in [
            (libc::SOL_SOCKET, libc::SO_ATTACH_FILTER),
            (libc::SOL_SOCKET, libc::SO_ATTACH_REUSEPORT_CBPF),
            (libc::IPPROTO_IP, 64),
            (libc::IPPROTO_IPV6, 64),
            (libc::SOL_PACKET, 22),
            (283, 4),
            (276, 2),
        ] {
            assert!(option_value(level, number, &program, None).is_err());
            assert_eq!(option_value(level, number, &[0; 64], None), Ok(()));
            assert_eq!(option_value(level, number, &[1, 0, 0, 0], None), Ok(()));
        }
        let linger = [1, 0, 0, 0, 5, 0, 0, 0];
        assert_eq!(
            option_value(libc::SOL_SOCKET, libc::SO_LINGER, &linger, Some(100)),
            Ok(())
        );
        assert!(option_value(1, 13, &linger, Some(i32::MAX)).is_err());
    }
}
