//! A user and a network namespace of this process's own: user_namespaces(7), network_namespaces(7).

use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::sync::OnceLock;

use nix::unistd::{Gid, Uid, getegid, geteuid};

use crate::sys::check;

/// What came of the first attempt to enter: why not, if not.
static ENTERED: OnceLock<Option<String>> = OnceLock::new();

/// The ways in, in the order in which they are tried.
#[derive(Clone, Copy)]
enum Way {
    /// With a user namespace: for anybody, where those are allowed.
    WithUser,
    /// Without: for root where they are not.
    NetworkAlone,
}

/// Whether this process has entered a network namespace of its own. `None`: it was not tried.
pub fn is_own() -> Option<bool> {
    ENTERED.get().map(Option::is_none)
}

/// Why it has not.
pub fn why_not() -> Option<&'static str> {
    ENTERED.get()?.as_deref()
}

/// Enters a user and a network namespace of their own, in which there is nothing but the loopback interface, and brings
/// that up. The process keeps its user and group. A second call gives what came of the first.
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
    let why_not = ENTERED.get_or_init(|| {
        let entered = enter_by(Way::WithUser);
        // Of the two errors the first one is that of most people.
        let entered = entered.or_else(|why| enter_by(Way::NetworkAlone).map_err(|_| why));
        entered.err().map(said)
    });
    why_not
        .as_deref()
        .map_or(Ok(()), |why| Err(io::Error::other(why)))
}

fn enter_by(way: Way) -> io::Result<()> {
    try_in_a_child(way)?;
    enter_for_good(way)
}

/// Fails as a child process does, which ends at once.
fn try_in_a_child(way: Way) -> io::Result<()> {
    // SAFETY: the process has a single thread (see `enter`), so that no lock is held by another one; the child ends
    // without running destructors or exit handlers of this process.
    let child = check(unsafe { libc::fork() }).map_err(error)?;
    if child == 0 {
        let failed = enter_for_good(way).err();
        // All errno values are below 256.
        let errno = failed.map_or(0, |error| error.raw_os_error().unwrap_or(libc::EPERM));
        // SAFETY: it ends the child.
        unsafe { libc::_exit(errno) };
    }
    let mut status = 0;
    loop {
        // SAFETY: `status` has room for one int.
        match check(unsafe { libc::waitpid(child, &raw mut status, 0) }) {
            Ok(_) if !libc::WIFEXITED(status) => return Err(io::ErrorKind::PermissionDenied.into()),
            Ok(_) => match libc::WEXITSTATUS(status) {
                0 => return Ok(()),
                errno => return Err(io::Error::from_raw_os_error(errno)),
            },
            Err(crate::socket::Errno(libc::EINTR)) => {}
            Err(errno) => return Err(error(errno)),
        }
    }
}

fn enter_for_good(way: Way) -> io::Result<()> {
    let (user, group) = (geteuid(), getegid());
    let flags = match way {
        Way::WithUser => libc::CLONE_NEWUSER | libc::CLONE_NEWNET,
        Way::NetworkAlone => libc::CLONE_NEWNET,
    };
    // SAFETY: the call takes no pointers; with a user namespace it fails where there are several threads.
    check(unsafe { libc::unshare(flags) }).map_err(error)?;
    if let Way::WithUser = way {
        map_ids(user, group)?;
    }
    bring_loopback_up()
}

fn map_ids(user: Uid, group: Gid) -> io::Result<()> {
    // user_namespaces(7): without it a group map may not be written. Kernels before 3.19 do not have it.
    match fs::write("/proc/self/setgroups", "deny") {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        Ok(()) | Err(_) => {}
    }
    fs::write("/proc/self/uid_map", format!("{user} {user} 1"))?;
    fs::write("/proc/self/gid_map", format!("{group} {group} 1"))
}

/// netdevice(7), SIOCSIFFLAGS.
fn bring_loopback_up() -> io::Result<()> {
    let mut request = of_loopback();
    request.ifr_ifru.ifru_flags = (libc::IFF_UP | libc::IFF_RUNNING) as libc::c_short;
    control(libc::SIOCSIFFLAGS, &mut request)
}

/// The MTU of the loopback interface: netdevice(7), SIOCGIFMTU.
///
/// # Errors
///
/// Those of the system.
pub fn loopback_mtu() -> io::Result<u32> {
    let mut request = of_loopback();
    control(libc::SIOCGIFMTU, &mut request)?;
    // SAFETY: SIOCGIFMTU has filled this field of the union.
    let mtu = unsafe { request.ifr_ifru.ifru_mtu };
    u32::try_from(mtu).map_err(io::Error::other)
}

/// Sets it: SIOCSIFMTU.
///
/// # Errors
///
/// Those of the system.
pub fn set_loopback_mtu(mtu: u32) -> io::Result<()> {
    let mut request = of_loopback();
    request.ifr_ifru.ifru_mtu = i32::try_from(mtu).map_err(io::Error::other)?;
    control(libc::SIOCSIFMTU, &mut request)
}

/// Whether this process may make a raw socket, which takes CAP_NET_RAW.
pub fn may_make_raw_sockets() -> bool {
    // 253 is kept free for experiments (RFC 3692): it receives nothing.
    let protocol = socket2::Protocol::from(253);
    socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::RAW, Some(protocol)).is_ok()
}

/// The argument of an ioctl(2) about the loopback interface.
fn of_loopback() -> libc::ifreq {
    // SAFETY: an all-zero ifreq is valid: an empty name and no flags.
    let mut request: libc::ifreq = unsafe { std::mem::zeroed() };
    for (to, from) in request.ifr_name.iter_mut().zip(b"lo") {
        *to = from.cast_signed() as libc::c_char;
    }
    request
}

fn control(command: libc::c_ulong, request: &mut libc::ifreq) -> io::Result<()> {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None)?;
    // SAFETY: the commands of this file read or write one ifreq, which lives until the call returns.
    check(unsafe { libc::ioctl(socket.as_raw_fd(), command as libc::Ioctl, request) })
        .map(drop)
        .map_err(error)
}

/// An error in the words of the notation, if it is one of the kernel.
fn said(error: io::Error) -> String {
    error.raw_os_error().map_or_else(
        || error.to_string(),
        |number| crate::socket::Errno(number).to_string(),
    )
}

fn error(errno: crate::socket::Errno) -> io::Error {
    io::Error::from_raw_os_error(errno.0)
}
