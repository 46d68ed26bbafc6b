//! The memory and the descriptors of another process, process_vm_readv(2) and pidfd_getfd(2); and the start of a
//! program that is to be traced.

use std::ffi::{CStr, c_char, c_void};
use std::os::fd::{AsRawFd, FromRawFd, OwnedFd, RawFd};

use crate::socket::Errno;
use crate::sys::signal::restore_inherited;
use crate::sys::{Result, check, check_count};

/// Reads memory of another process. Gives fewer bytes than asked for where the rest cannot be read.
///
/// # Errors
///
/// EFAULT: there is nothing at the address. EPERM: not allowed. ESRCH: the process has ended.
pub fn read(pid: i32, address: u64, length: usize) -> Result<Vec<u8>> {
    let mut bytes = vec![0; length];
    let local = libc::iovec {
        iov_base: bytes.as_mut_ptr().cast::<c_void>(),
        iov_len: length,
    };
    let remote = libc::iovec {
        iov_base: address as *mut c_void,
        iov_len: length,
    };
    // SAFETY: the local vector leads to `length` bytes of ours; the remote one is the other process's, which the kernel
    // checks.
    let read = unsafe { libc::process_vm_readv(pid, &raw const local, 1, &raw const remote, 1, 0) };
    bytes.truncate(check_count(read)?);
    Ok(bytes)
}

/// A handle of a process, pidfd_open(2).
///
/// # Errors
///
/// ESRCH: it has ended. ENOSYS: the kernel is older than 5.3.
pub fn open(pid: i32) -> Result<OwnedFd> {
    // SAFETY: the call takes two numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_open, pid, 0) };
    owned(fd)
}

/// A copy of a descriptor of another process, which is closed when it is dropped. While it exists it holds back what
/// the last close(2) does, so it must not live long. pidfd_getfd(2).
///
/// # Errors
///
/// EBADF: it has no such descriptor. EPERM: not allowed. ENOSYS: the kernel is older than 5.6.
pub fn copy(process: &OwnedFd, fd: i32) -> Result<OwnedFd> {
    // SAFETY: the call takes three numbers.
    let fd = unsafe { libc::syscall(libc::SYS_pidfd_getfd, process.as_raw_fd(), fd, 0) };
    owned(fd)
}

fn owned(fd: libc::c_long) -> Result<OwnedFd> {
    let fd = check(libc::c_int::try_from(fd).unwrap_or(-1))?;
    // SAFETY: the number is new and owned by nobody else.
    Ok(unsafe { OwnedFd::from_raw_fd(fd) })
}

/// A program to be started under a tracer.
#[derive(Debug)]
pub struct Launch<'a> {
    /// The file of the program.
    pub program: &'a CStr,
    /// Its arguments, the first of which is its name.
    pub arguments: &'a [&'a CStr],
    /// Its terminal. `None`: it has the standard input, output and error of this process.
    pub terminal: Option<RawFd>,
    /// The filter that decides which system calls stop; none where all are traced.
    pub filter: &'a [libc::sock_filter],
    /// Where the number of the errno is written if the program cannot be executed; it must be closed on exec.
    pub report: RawFd,
}

/// Starts a program in a new process, which stops itself by SIGSTOP before it executes it. Gives its number.
///
/// # Errors
///
/// The errno of fork(2).
pub fn launch(launch: &Launch<'_>) -> Result<i32> {
    let mut arguments: Vec<*const c_char> =
        launch.arguments.iter().map(|text| text.as_ptr()).collect();
    arguments.push(std::ptr::null());
    // SAFETY: until it executes the program, the child makes only calls that are allowed after a fork of a process with
    // threads: none allocates, none takes a lock.
    match check(unsafe { libc::fork() })? {
        0 => become_program(launch, &arguments),
        child => Ok(child),
    }
}

/// What the child does: its terminal, its signals, the stop, the filter, the program.
fn become_program(launch: &Launch<'_>, arguments: &[*const c_char]) -> ! {
    // SAFETY: every pointer leads to memory of this process; each call is one of signal-safety(7) or a bare system call.
    unsafe {
        if let Some(terminal) = launch.terminal {
            libc::setsid();
            libc::ioctl(terminal, libc::TIOCSCTTY, 0);
            for standard in 0..=2 {
                libc::dup2(terminal, standard);
            }
        }
        restore_inherited();
        libc::kill(libc::getpid(), libc::SIGSTOP);
        if install(launch.filter) {
            libc::execv(launch.program.as_ptr(), arguments.as_ptr());
        }
        let errno = *libc::__errno_location();
        libc::write(
            launch.report,
            (&raw const errno).cast(),
            size_of::<libc::c_int>(),
        );
        libc::_exit(127)
    }
}

/// Installs a filter, seccomp(2); without privileges that needs PR_SET_NO_NEW_PRIVS. Gives whether that was possible.
///
/// # Safety
///
/// In a child that executes a program next.
unsafe fn install(filter: &[libc::sock_filter]) -> bool {
    if filter.is_empty() {
        return true;
    }
    let program = libc::sock_fprog {
        len: u16::try_from(filter.len()).unwrap_or(u16::MAX),
        filter: filter.as_ptr().cast_mut(),
    };
    // SAFETY: the calls take numbers and a pointer to the program, whose instructions outlive the call.
    unsafe {
        libc::prctl(libc::PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0
            && libc::syscall(
                libc::SYS_seccomp,
                libc::SECCOMP_SET_MODE_FILTER,
                0,
                &raw const program,
            ) == 0
    }
}

/// Lets a process that stopped itself go on, or ends one: kill(2).
///
/// # Errors
///
/// ESRCH: it has ended. EPERM: not allowed.
pub fn signal(pid: i32, signal: i32) -> Result<()> {
    // SAFETY: the call takes two numbers.
    check(unsafe { libc::kill(pid, signal) }).map(|_| ())
}

/// A pipe that is closed on exec: its reading end and its writing end.
///
/// # Errors
///
/// EMFILE: no descriptor is left.
pub fn report_pipe() -> Result<(OwnedFd, OwnedFd)> {
    let mut ends = [-1; 2];
    // SAFETY: the call writes two numbers.
    check(unsafe { libc::pipe2(ends.as_mut_ptr(), libc::O_CLOEXEC) })?;
    // SAFETY: both numbers are new and owned by nobody else.
    Ok(unsafe { (OwnedFd::from_raw_fd(ends[0]), OwnedFd::from_raw_fd(ends[1])) })
}

/// The errno in a report of [`Launch`]. `None`: the program was executed.
pub fn reported(report: &OwnedFd) -> Option<Errno> {
    let mut errno: libc::c_int = 0;
    // SAFETY: the call writes at most one int.
    let read = unsafe {
        libc::read(
            report.as_raw_fd(),
            (&raw mut errno).cast(),
            size_of::<libc::c_int>(),
        )
    };
    (read > 0).then_some(Errno(errno))
}
