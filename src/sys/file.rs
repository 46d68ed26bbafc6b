//! The calls that are for any file: fcntl(2), ioctl(2), dup(2), and those that take a path.

use crate::sys::{Checked, Failure, Result, check, refuse};

/// fcntl(2) with a command that takes an int, or none.
///
/// # Errors
///
/// The errno of the call.
pub fn fcntl(fd: i32, command: i32, argument: i32) -> Result<i32> {
    // The C library asks with F_GETOWN_EX instead, to distinguish a process group from an error; ours is never a group.
    if command == libc::F_GETOWN {
        // SAFETY: the command takes no argument.
        let owner = unsafe { libc::syscall(libc::SYS_fcntl, fd, command) };
        return check(libc::c_int::try_from(owner).unwrap_or(-1));
    }
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

/// dup2(2) onto a number of the session, which `is_ours` says, or onto one that is free. Between the check that found it
/// free and the call the program may open a file of its own there: so it is taken first.
///
/// # Errors
///
/// The errno of the call, or that the number is the program's own.
pub fn dup2(fd: i32, number: i32, is_ours: bool) -> Checked<i32> {
    onto(fd, number, is_ours, || {
        // SAFETY: the call takes no pointers; the number is not that of a file that the program uses.
        check(unsafe { libc::dup2(fd, number) })
    })
}

/// dup3(2), likewise.
///
/// # Errors
///
/// As [`dup2`].
pub fn dup3(fd: i32, number: i32, flags: i32, is_ours: bool) -> Checked<i32> {
    onto(fd, number, is_ours, || {
        // SAFETY: as in `dup2`.
        check(unsafe { libc::dup3(fd, number, flags) })
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
        None => !is_ours && fd != number && crate::sys::descriptor::is_open(number),
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
    check(unsafe { libc::unlink(path.as_ptr()) })?;
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
    // SAFETY: the path is a NUL-terminated string that lives until the call returns.
    Ok(check(unsafe { libc::open(path.as_ptr(), flags) })?)
}

/// chmod(2)
///
/// # Errors
///
/// The errno of the call, or why it was not made.
pub fn chmod(path: &[u8], mode: u32) -> Checked<()> {
    let path = refuse::path(path)?;
    // SAFETY: as in `open`.
    check(unsafe { libc::chmod(path.as_ptr(), mode) })?;
    Ok(())
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
    // SAFETY: the notation offers only requests whose argument is a pointer to one int.
    check(unsafe {
        libc::ioctl(
            fd,
            // The kernel takes 32 bits; C libraries disagree on the type.
            request as libc::Ioctl,
            &raw mut value,
        )
    })?;
    Ok(value)
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
