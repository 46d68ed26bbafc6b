//! A user and a network namespace of this process's own: user_namespaces(7), network_namespaces(7).

use std::fs;
use std::io;

use nix::unistd::{getegid, geteuid};

use crate::sys::check;

/// Enters a user and a network namespace of their own, in which there is nothing but the loopback interface, and brings
/// that up. The process keeps its user and group.
///
/// Where one of the steps is not allowed, nothing is changed: a child process tries them first, since what unshare(2) did
/// cannot be undone. A sandbox or a security module may forbid any of them.
///
/// Call it before the first thread is started: unshare(2) fails in a process that has several.
///
/// # Errors
///
/// When it is not allowed.
pub fn enter() -> io::Result<()> {
    if !may_enter()? {
        return Err(io::Error::from(io::ErrorKind::PermissionDenied));
    }
    enter_for_good()
}

/// Whether a child process, which ends at once, can do it.
fn may_enter() -> io::Result<bool> {
    // SAFETY: the process has a single thread (see `enter`), so that no lock is held by another one; the child ends
    // without running destructors or exit handlers of this process.
    let child = check(unsafe { libc::fork() }).map_err(error)?;
    if child == 0 {
        let status = i32::from(enter_for_good().is_err());
        // SAFETY: it ends the child.
        unsafe { libc::_exit(status) };
    }
    let mut status = 0;
    loop {
        // SAFETY: `status` has room for one int.
        match check(unsafe { libc::waitpid(child, &raw mut status, 0) }) {
            Ok(_) => return Ok(libc::WIFEXITED(status) && libc::WEXITSTATUS(status) == 0),
            Err(crate::socket::Errno(libc::EINTR)) => {}
            Err(errno) => return Err(error(errno)),
        }
    }
}

fn enter_for_good() -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    // SAFETY: the call takes no pointers; it fails where there are several threads.
    check(unsafe { libc::unshare(libc::CLONE_NEWUSER | libc::CLONE_NEWNET) }).map_err(error)?;
    // user_namespaces(7): without it a group map may not be written. Kernels before 3.19 do not have it.
    match fs::write("/proc/self/setgroups", "deny") {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))?;
    bring_loopback_up()
}

/// netdevice(7), SIOCSIFFLAGS.
fn bring_loopback_up() -> io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None)?;
    // SAFETY: an all-zero ifreq is valid: an empty name and no flags.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = from.cast_signed() as libc::c_char;
    }
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    let fd = std::os::fd::AsRawFd::as_raw_fd(&socket);
    // SAFETY: SIOCSIFFLAGS reads one ifreq, which lives until the call returns.
    check(unsafe { libc::ioctl(fd, libc::SIOCSIFFLAGS as libc::Ioctl, &raw const request) })
        .map(drop)
        .map_err(error)
}

fn error(errno: crate::socket::Errno) -> io::Error {
    io::Error::from_raw_os_error(errno.0)
}
