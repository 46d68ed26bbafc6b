//! The calls that are for any file: fcntl(2), ioctl(2), dup(2), and those that take a path.

use std::ffi::CStr;

use crate::sys::child::Arg;
use crate::sys::made::made_int;
use crate::sys::{Checked, Failure, Result, check, refuse};

/// fcntl(2) with a command that takes an int, or none.
///
/// # Errors
///
/// The errno of the call.
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Result<i32> {
    // The C library asks with F_GETOWN_EX instead, to distinguish a process group from an error; ours is never a group.
    if command == libc::F_GETOWN {
        let args = [fd, command].map(Arg::int);
        // SAFETY: the command takes no argument.
        return check(unsafe {
            made_int(
                |a| libc::syscall(libc::SYS_fcntl, a[0], a[1]) as isize,
                args,
            )
        });
    }
    let args = [fd, command, argument].map(Arg::int);
    // SAFETY: the notation offers only commands whose argument is an int.
    check(unsafe {
        made_int(
            |a| libc::fcntl(a[0] as _, a[1] as _, a[2] as libc::c_int) as isize,
            args,
        )
    })
}

/// dup(2)
///
/// # Errors
///
/// The errno of the call.
pub fn dup(fd: i32) -> Result<i32> {
    // SAFETY: the call takes no pointers.
    check(unsafe { made_int(|a| libc::dup(a[0] as _) as isize, [Arg::int(fd)]) })
}

/// dup2(2) onto a number of the session, which `is_ours` says, or onto one that is free. Between the check that found it
/// free and the call the program may open a file of its own there: so it is taken first.
///
/// # Errors
///
/// The errno of the call, or that the number is the program's own.
pub fn dup2(fd: i32, number: i32, is_ours: bool) -> Checked<i32> {
    onto(fd, number, is_ours, || {
        let args = [fd, number].map(Arg::int);
        // SAFETY: the call takes no pointers; the number is not that of a file that the program uses.
        check(unsafe { made_int(|a| libc::dup2(a[0] as _, a[1] as _) as isize, args) })
    })
}

/// dup3(2), likewise.
///
/// # Errors
///
/// As [`dup2`].
pub fn dup3(fd: i32, number: i32, flags: i32, is_ours: bool) -> Checked<i32> {
    onto(fd, number, is_ours, || {
        let args = [fd, number, flags].map(Arg::int);
        // SAFETY: as in `dup2`.
        check(unsafe {
            made_int(
                |a| libc::dup3(a[0] as _, a[1] as _, a[2] as _) as isize,
                args,
            )
        })
    })
}

/// Makes a call that gives `fd` a second number. One that is free is taken before: see [`dup2`].
fn onto(fd: i32, number: i32, is_ours: bool, call: impl FnOnce() -> Result<i32>) -> Checked<i32> {
    let took = if is_ours || fd == number {
        None
    } else {
        fcntl(fd, libc::F_DUPFD_CLOEXEC, number).ok()
    };
    let is_taken = match took {
        Some(other) => other != number,
        // Where no number could be had, the call itself says why: unless it would close a file.
        None => !is_ours && fd != number && crate::sys::asked::is_open(number),
    };
    let result = (!is_taken).then(call);
    if let Some(copy) = took.filter(|_| !matches!(result, Some(Ok(_)))) {
        // The copy was for this call alone.
        let _ = crate::sys::socket::close(copy);
    }
    match result {
        Some(returned) => Ok(returned?),
        None => Err(Failure::Refused(format!(
            "descriptor {number} belongs to sockplay itself: the call was not made. Use a number that is not open"
        ))),
    }
}

/// unlink(2)
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn unlink(path: &[u8]) -> Checked<()> {
    let path = refuse::path(path)?;
    // SAFETY: the path is a NUL-terminated string that lives until the call returns.
    check(unsafe { made_int(|a| libc::unlink(a[0] as _) as isize, [text(&path)]) })?;
    Ok(())
}

/// open(2) for reading, without waiting for anybody and without becoming a controlling terminal's owner.
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn open(path: &[u8]) -> Checked<i32> {
    let path = refuse::path(path)?;
    let flags = libc::O_RDONLY | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let args = [text(&path), Arg::int(flags)];
    // SAFETY: the path is a NUL-terminated string that lives until the call returns.
    Ok(check(unsafe {
        made_int(|a| libc::open(a[0] as _, a[1] as _) as isize, args)
    })?)
}

/// chmod(2)
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn chmod(path: &[u8], mode: u32) -> Checked<()> {
    let path = refuse::path(path)?;
    let args = [text(&path), Arg::Value(mode as usize)];
    // SAFETY: as in `open`.
    check(unsafe { made_int(|a| libc::chmod(a[0] as _, a[1] as _) as isize, args) })?;
    Ok(())
}

/// A string as an argument.
fn text(path: &CStr) -> Arg {
    Arg::Read(path.as_ptr().cast(), path.to_bytes_with_nul().len())
}

/// O_LARGEFILE as the kernel has it, which adds it to every open file on 64-bit hosts; C libraries say 0.
pub const LARGE_FILE: i32 = if cfg!(any(target_arch = "arm", target_arch = "aarch64")) {
    0o400_000
} else if cfg!(any(target_arch = "powerpc", target_arch = "powerpc64")) {
    0o200_000
} else {
    0o100_000
};

/// ioctl(2) with a request that reads or writes one int. Gives the int.
///
/// # Errors
///
/// The errno of the call.
pub fn ioctl(fd: i32, request: i32, argument: i32) -> Result<i32> {
    let mut value: libc::c_int = argument;
    let args = [Arg::int(fd), Arg::int(request), Arg::update(&raw mut value)];
    // SAFETY: the notation offers only requests whose argument is a pointer to one int.
    check(unsafe { ioctl_with_int(args) })?;
    Ok(value)
}

/// ioctl(2) FIONREAD: bytes that wait to be received; for datagrams, those of the next one.
///
/// # Errors
///
/// The errno of the call.
pub fn unread(fd: i32) -> Result<u32> {
    let mut count: libc::c_int = 0;
    let args = [
        Arg::int(fd),
        Arg::Value(libc::FIONREAD as usize),
        Arg::update(&raw mut count),
    ];
    // SAFETY: FIONREAD writes one int.
    check(unsafe { ioctl_with_int(args) })?;
    Ok(u32::try_from(count).unwrap_or(0))
}

/// ioctl(2) with a pointer to one int.
///
/// # Safety
///
/// The request takes such a pointer.
unsafe fn ioctl_with_int(args: [Arg; 3]) -> libc::c_int {
    // SAFETY: as the caller vouches. The kernel takes 32 bits for the request; C libraries disagree on the type.
    unsafe {
        made_int(
            |a| {
                let value = a[2] as *mut libc::c_int;
                libc::ioctl(a[0] as _, a[1] as libc::c_int as libc::Ioctl, value) as isize
            },
            args,
        )
    }
}
