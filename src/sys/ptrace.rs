//! ptrace(2) and waitpid(2): stopping another thread, what it stopped for, and letting it go on.
//!
//! Every call here must come from the thread that traces: to the kernel a tracer is a thread, not a process.

use crate::call::signal::SignalInfo;
use crate::socket::Errno;
use crate::sys::{Result, check};

/// What is asked of the kernel forevery traced thread: stops at the filter, at fork, clone and exec, and that new
/// threads are traced too.
pub const OPTIONS: i32 = libc::PTRACE_O_TRACESYSGOOD
    | libc::PTRACE_O_TRACECLONE
    | libc::PTRACE_O_TRACEFORK
    | libc::PTRACE_O_TRACEVFORK
    | libc::PTRACE_O_TRACEEXEC
    | libc::PTRACE_O_TRACESECCOMP;

/// Every traced process is killed when its tracer ends, PTRACE_O_EXITKILL.
pub const KILL_ON_EXIT: i32 = libc::PTRACE_O_EXITKILL;

/// A change of a traced thread, as waitpid(2) reports it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Change {
    /// The thread.
    pub tid: i32,
    /// What happened to it.
    pub what: What,
}

/// What happened to a traced thread.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum What {
    /// It ended with this status.
    Exited(i32),
    /// This signal ended it.
    Killed {
        /// Which.
        signal: i32,
        /// Whether a core was dumped.
        core: bool,
    },
    /// It is at the entry or the exit of a system call.
    AtCall,
    /// The filter stopped it before a system call.
    AtFilter,
    /// It made a process or a thread, fork(2), vfork(2) or clone(2).
    Forked,
    /// It replaced its program, execve(2).
    Executed,
    /// Its process was stopped by this signal; or it begins, or was interrupted by its tracer, which is SIGTRAP.
    Paused(i32),
    /// This signal is about to be delivered to it.
    Signalled(i32),
}

/// How a stopped thread goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resume {
    /// Until something that [`OPTIONS`] asks for happens, PTRACE_CONT.
    Run,
    /// The same, and no further than the entry or the exit of a system call, PTRACE_SYSCALL.
    ToCall,
    /// Not at all, as long as its process is stopped, PTRACE_LISTEN.
    Listen,
}

/// The entry or the exit of a system call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AtCall {
    /// The entry.
    Entry {
        /// The audit number of the architecture whose table of calls is used.
        arch: u32,
        /// The number of the call.
        number: i64,
        /// Its arguments.
        args: [u64; 6],
    },
    /// The exit, with what the call returned: a negative errno where it failed.
    Exit {
        /// That value.
        value: i64,
        /// Whether it failed.
        failed: bool,
    },
    /// Neither.
    Elsewhere,
}

/// Begins to trace a thread without stopping it, PTRACE_SEIZE.
///
/// # Errors
///
/// EPERM: not allowed, or it is traced already. ESRCH: it has ended.
pub fn seize(tid: i32, options: i32) -> Result<()> {
    // SAFETY: the request takes no pointer: its address is unused, its data are flags.
    request(unsafe { libc::ptrace(libc::PTRACE_SEIZE, tid, 0_usize, options as usize) })
}

/// Stops a thread, PTRACE_INTERRUPT; that is reported by [`wait`].
///
/// # Errors
///
/// ESRCH: it has ended.
pub fn interrupt(tid: i32) -> Result<()> {
    // SAFETY: the request takes no pointer.
    request(unsafe { libc::ptrace(libc::PTRACE_INTERRUPT, tid, 0_usize, 0_usize) })
}

/// Lets a stopped thread go on and delivers a signal to it, 0 for none.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn resume(tid: i32, how: Resume, signal: i32) -> Result<()> {
    let how = match how {
        Resume::Run => libc::PTRACE_CONT,
        Resume::ToCall => libc::PTRACE_SYSCALL,
        Resume::Listen => libc::PTRACE_LISTEN,
    };
    // SAFETY: the requests take no pointer: their data is a signal.
    request(unsafe { libc::ptrace(how, tid, 0_usize, signal as usize) })
}

/// Ends the tracing of a stopped thread, which goes on and gets a signal, 0 for none. PTRACE_DETACH.
///
/// # Errors
///
/// ESRCH: it has ended, or is not stopped.
pub fn detach(tid: i32, signal: i32) -> Result<()> {
    // SAFETY: the request takes no pointer.
    request(unsafe { libc::ptrace(libc::PTRACE_DETACH, tid, 0_usize, signal as usize) })
}

/// What belongs to the event of a stopped thread: of a fork the number of the new thread, of an exec the former number
/// of its own. PTRACE_GETEVENTMSG.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn event_message(tid: i32) -> Result<i32> {
    let mut message: libc::c_ulong = 0;
    // SAFETY: the request writes one long.
    request(unsafe { libc::ptrace(libc::PTRACE_GETEVENTMSG, tid, 0_usize, &raw mut message) })?;
    Ok(i32::try_from(message).unwrap_or(0))
}

/// The system call that a thread is stopped at, PTRACE_GET_SYSCALL_INFO.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile. EIO: the kernel is older than 5.3.
pub fn at_call(tid: i32) -> Result<AtCall> {
    let mut info = CallInfo::default();
    let room = size_of::<CallInfo>();
    // SAFETY: the request writes at most `room` bytes to the struct.
    request(unsafe { libc::ptrace(GET_SYSCALL_INFO, tid, room, &raw mut info) })?;
    let [first, second, ..] = info.data;
    Ok(match info.op {
        ENTRY | SECCOMP => {
            let [number, args @ .., _] = info.data;
            AtCall::Entry {
                arch: info.arch,
                number: number.cast_signed(),
                args,
            }
        }
        EXIT => AtCall::Exit {
            value: first.cast_signed(),
            failed: second.to_ne_bytes()[0] != 0,
        },
        _ => AtCall::Elsewhere,
    })
}

/// PTRACE_GET_SYSCALL_INFO of linux/ptrace.h, which not every C library declares.
const GET_SYSCALL_INFO: Request = 0x420e;

/// The first argument of ptrace(2), which the C libraries declare with different types.
#[cfg(target_env = "musl")]
pub(crate) type Request = libc::c_int;
#[cfg(not(target_env = "musl"))]
pub(crate) type Request = libc::c_uint;
/// The values of `op`.
const ENTRY: u8 = 1;
const EXIT: u8 = 2;
const SECCOMP: u8 = 3;

/// `struct ptrace_syscall_info`: `data` begins with the number of the call and its arguments, or with what it returned.
#[repr(C)]
#[derive(Debug, Default)]
struct CallInfo {
    op: u8,
    pad: [u8; 3],
    arch: u32,
    instruction_pointer: u64,
    stack_pointer: u64,
    data: [u64; 8],
}

/// The signal that a thread is stopped for, with who sent it: PTRACE_GETSIGINFO.
///
/// # Errors
///
/// ESRCH: it has been killed meanwhile.
pub fn signal_info(tid: i32) -> Result<SignalInfo> {
    // SAFETY: an all-zero struct is valid to be written over.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    // SAFETY: the request writes one siginfo_t.
    request(unsafe { libc::ptrace(libc::PTRACE_GETSIGINFO, tid, 0_usize, &raw mut info) })?;
    Ok(crate::sys::signal::info(&info))
}

fn request(value: libc::c_long) -> Result<()> {
    check(libc::c_int::try_from(value).unwrap_or(0)).map(|_| ())
}

/// Waits for the next change of a thread that this thread traces, or of a child of its own. `None` without `blocking`
/// where there is none now.
///
/// # Errors
///
/// ECHILD: nothing is traced any more. EINTR: a signal came.
pub fn wait(blocking: bool) -> Result<Option<Change>> {
    let flags = libc::__WALL | libc::__WNOTHREAD | if blocking { 0 } else { libc::WNOHANG };
    let mut status = 0;
    // SAFETY: the pointer leads to an int.
    let tid = check(unsafe { libc::waitpid(-1, &raw mut status, flags) })?;
    Ok((tid != 0).then(|| Change {
        tid,
        what: what(status),
    }))
}

/// Waits until a child has stopped itself.
///
/// # Errors
///
/// ECHILD: it has ended instead. The errno of waitpid(2).
pub fn wait_until_stopped(child: i32) -> Result<()> {
    loop {
        let mut status = 0;
        // SAFETY: the pointer leads to an int.
        match check(unsafe { libc::waitpid(child, &raw mut status, libc::WUNTRACED) }) {
            Ok(_) if libc::WIFSTOPPED(status) => return Ok(()),
            Ok(_) => return Err(Errno(libc::ECHILD)),
            Err(Errno(libc::EINTR)) => {}
            Err(errno) => return Err(errno),
        }
    }
}

fn what(status: i32) -> What {
    if libc::WIFEXITED(status) {
        return What::Exited(libc::WEXITSTATUS(status));
    }
    if libc::WIFSIGNALED(status) {
        return What::Killed {
            signal: libc::WTERMSIG(status),
            core: libc::WCOREDUMP(status),
        };
    }
    let signal = libc::WSTOPSIG(status);
    match status >> 16 {
        libc::PTRACE_EVENT_SECCOMP => What::AtFilter,
        libc::PTRACE_EVENT_FORK | libc::PTRACE_EVENT_VFORK | libc::PTRACE_EVENT_CLONE => {
            What::Forked
        }
        libc::PTRACE_EVENT_EXEC => What::Executed,
        libc::PTRACE_EVENT_STOP => What::Paused(signal),
        _ if signal == libc::SIGTRAP | 0x80 => What::AtCall,
        _ => What::Signalled(signal),
    }
}

#[cfg(test)]
mod tests {
    use crate::sys::ptrace::*;

    #[test]
    fn a_status_is_taken_apart() {
        let stopped = |signal: i32, event: i32| event << 16 | signal << 8 | 0x7f;
        assert_eq!(what(7 << 8), What::Exited(7));
        let killed = What::Killed {
            signal: libc::SIGKILL,
            core: false,
        };
        assert_eq!(what(libc::SIGKILL), killed);
        assert_eq!(what(stopped(libc::SIGTRAP | 0x80, 0)), What::AtCall);
        let filter = stopped(libc::SIGTRAP, libc::PTRACE_EVENT_SECCOMP);
        assert_eq!(what(filter), What::AtFilter);
        let stop = stopped(libc::SIGSTOP, libc::PTRACE_EVENT_STOP);
        assert_eq!(what(stop), What::Paused(libc::SIGSTOP));
        let signal = stopped(libc::SIGCHLD, 0);
        assert_eq!(what(signal), What::Signalled(libc::SIGCHLD));
        let forked = stopped(libc::SIGTRAP, libc::PTRACE_EVENT_VFORK);
        assert_eq!(what(forked), What::Forked);
    }
}
