//! setsockopt(2) and getsockopt(2).

use std::mem::offset_of;
use std::ptr;

use crate::call::outcome::Written;
use crate::sys::child::Arg;
use crate::sys::made::made_int;
use crate::sys::{Checked, Result, check, refuse};

/// Zeros after a value that is passed with a negative length.
const BEHIND: usize = 64;

/// setsockopt(2) with `length` in place of the value's own: zeros then follow the value, up to that length. `None` is a
/// null pointer.
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn setsockopt(
    fd: i32,
    level: i32,
    number: i32,
    value: Option<&[u8]>,
    length: Option<i32>,
) -> Checked<()> {
    refuse::option_value(level, number, value.unwrap_or_default(), length)?;
    let natural = value.map_or(size_of::<libc::c_int>(), <[u8]>::len);
    let length = length.unwrap_or_else(|| i32::try_from(natural).unwrap_or(i32::MAX));
    let padded = value.map(|value| padded(value, length));
    let value = match &padded {
        Some(value) => Arg::Read(value.as_ptr().cast(), value.len()),
        None => Arg::Read(ptr::null(), 0),
    };
    // SAFETY: the pointer is null or valid for `length` bytes; there are no pointers but null pointers in the value, which
    // was checked above.
    unsafe { set(fd, level, number, value, length) }
}

/// setsockopt(2) with a `struct sock_fprog` that leads to the instructions of a classic BPF program: each of 8 bytes, as
/// `struct sock_filter` has them. `length` goes in place of the struct's own, as in [`setsockopt`].
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn set_program(
    fd: i32,
    level: i32,
    number: i32,
    instructions: &[u8],
    length: Option<i32>,
) -> Checked<()> {
    const SIZE: usize = size_of::<libc::sock_fprog>();
    const LEN: usize = offset_of!(libc::sock_fprog, len);
    const FILTER: usize = offset_of!(libc::sock_fprog, filter);
    refuse::option_value(level, number, &[], length)?;
    let count = instructions.len() / size_of::<libc::sock_filter>();
    let count = u16::try_from(count).unwrap_or(u16::MAX);
    let mut program = [0; SIZE];
    program[LEN..LEN + 2].copy_from_slice(&count.to_ne_bytes());
    let address = instructions.as_ptr() as usize;
    program[FILTER..FILTER + size_of::<usize>()].copy_from_slice(&address.to_ne_bytes());
    let length = length.unwrap_or(SIZE as i32);
    let mut program = padded(&program, length);
    let filter = Arg::Read(instructions.as_ptr().cast(), instructions.len());
    let value = Arg::Struct(
        program.as_mut_ptr().cast(),
        program.len(),
        vec![(FILTER, filter)],
    );
    // SAFETY: the struct is valid for `length` bytes and leads to as many instructions as it says; the kernel copies them.
    unsafe { set(fd, level, number, value, length) }
}

/// A value with zeros behind it, up to a length. With a negative length strace(1) shows what follows the value: zeros, and
/// not our memory.
fn padded(value: &[u8], length: i32) -> Vec<u8> {
    let room = usize::try_from(length).unwrap_or(BEHIND);
    let mut padded = vec![0; value.len().max(room)];
    padded[..value.len()].copy_from_slice(value);
    padded
}

/// setsockopt(2)
///
/// # Safety
///
/// The value is null or valid for `length` bytes, unless that is negative, which the kernel refuses. The pointers in it
/// are null, or lead to memory that the kernel only reads, during the call.
unsafe fn set(fd: i32, level: i32, number: i32, value: Arg, length: i32) -> Checked<()> {
    let args = [
        Arg::int(fd),
        Arg::int(level),
        Arg::int(number),
        value,
        Arg::int(length),
    ];
    // SAFETY: as the caller vouches.
    check(unsafe {
        made_int(
            |a| libc::setsockopt(a[0] as _, a[1] as _, a[2] as _, a[3] as _, a[4] as _) as isize,
            args,
        )
    })?;
    Ok(())
}

/// setsockopt(2) with a value of the program's own.
///
/// # Safety
///
/// The kernel must not keep a pointer of the value, nor write to one.
pub(crate) unsafe fn set_own(fd: i32, level: i32, number: i32, value: &[u8]) -> Result<()> {
    let length = libc::socklen_t::try_from(value.len()).unwrap_or(libc::socklen_t::MAX);
    // SAFETY: the value is as long as is said, or longer; the caller vouches for what is in it.
    check(unsafe { libc::setsockopt(fd, level, number, value.as_ptr().cast(), length) }).map(drop)
}

/// getsockopt(2) with a length of `room` bytes; returns as many as the kernel says. Of
/// SO_GET_FILTER both count instructions.
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn getsockopt(fd: i32, level: i32, number: i32, room: i32) -> Checked<Written> {
    /// What is written at most though the length says less: SO_GET_FILTER counts its length in instructions, of which a
    /// filter has 4096 at most (BPF_MAXINSNS), and kernels before 6.9 took a negative length for a large one.
    const MORE: usize = 4096 * INSTRUCTION;
    const INSTRUCTION: usize = size_of::<libc::sock_filter>();
    let is_filter = (level, number) == (libc::SOL_SOCKET, libc::SO_GET_FILTER);
    let least = if is_filter || room < 0 { MORE } else { 0 };
    let mut value = vec![0_u8; refuse::room(room, least)?];
    let mut length = room.cast_unsigned();
    let args = [
        Arg::int(fd),
        Arg::int(level),
        Arg::int(number),
        Arg::Update(value.as_mut_ptr().cast(), value.len()),
        Arg::update(&raw mut length),
    ];
    // SAFETY: the buffer has room for what any kernel writes when it is passed that length, see above. Where the kernel
    // reads it first, as of TCP_ZEROCOPY_RECEIVE, all pointers in it are null.
    check(unsafe {
        made_int(
            |a| libc::getsockopt(a[0] as _, a[1] as _, a[2] as _, a[3] as _, a[4] as _) as isize,
            args,
        )
    })?;
    let offered = room.cast_unsigned();
    let unit = if is_filter { INSTRUCTION } else { 1 };
    value.truncate(length.min(offered) as usize * unit);
    Ok(Written {
        bytes: value,
        offered,
        length,
    })
}

/// Whether closing a socket waits until its data was acknowledged, or a timeout: SO_LINGER, socket(7).
pub fn lingers(fd: i32) -> bool {
    let mut linger = libc::linger {
        l_onoff: 0,
        l_linger: 0,
    };
    let mut length = size_of::<libc::linger>() as libc::socklen_t;
    // SAFETY: the struct has as many bytes as are said, and both live until the call returns.
    let asked = unsafe {
        libc::getsockopt(
            fd,
            libc::SOL_SOCKET,
            libc::SO_LINGER,
            (&raw mut linger).cast(),
            &raw mut length,
        )
    };
    asked == 0 && linger.l_onoff != 0 && linger.l_linger != 0
}
