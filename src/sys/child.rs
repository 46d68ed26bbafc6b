//! A child of this process, fork(2), that executes the calls which it is sent and nothing else.
//!
//! The process has threads, so after fork(2) only what is async-signal-safe may be done in the child: it allocates nothing
//! and takes no lock. It has no use for a descriptor either, which would be a number that a program's child does not have:
//! calls reach it over memory that both processes share, and either waits for the other with futex(2). The function that
//! makes a call is at the same address in both.
//!
//! The child is the kernel's copy of this process: it has a copy of every descriptor, those with FD_CLOEXEC too, which
//! execve(2) would close. What it does before its first call is to be in a process group of its own, so that a key at the
//! terminal does not end it, to ask for SIGKILL when the thread that made it ends, and to take signals as a new program
//! does, those that report events excepted.

mod arena;

use std::ptr::NonNull;
use std::sync::Mutex;
use std::sync::PoisonError;
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicIsize, AtomicU32, AtomicUsize, Ordering};

use crate::call::process::ChildChange;
pub(in crate::sys) use crate::sys::child::arena::{Arena, Arg};
use crate::sys::signal::{self, Caught};
use crate::sys::{Result, check};

/// A function that makes one call. It must be async-signal-safe.
pub(in crate::sys) type Call = fn(&[usize; 6]) -> isize;

/// How many bytes the arguments of one call may have.
pub const ROOM: usize = 16 << 20;

/// Where the arguments begin in the shared memory.
const HEAD: usize = 4096;

/// Nothing is to be done.
const IDLE: u32 = 0;
/// A call is to be made.
const ASKED: u32 = 1;
/// The child is making it.
const TAKEN: u32 = 2;
/// It has returned.
const DONE: u32 = 3;
/// The child has ended.
const ENDED: u32 = 4;

/// What both processes share, before the arguments.
#[repr(C)]
struct Block {
    /// One of the states above, and the futex that both wait for.
    state: AtomicU32,
    /// How many calls have returned.
    made: AtomicU32,
    call: AtomicUsize,
    args: [AtomicUsize; 6],
    returned: AtomicIsize,
    errno: AtomicI32,
    sigpipe: AtomicBool,
    caught: Mutex<Caught>,
}

const _: () = assert!(size_of::<Block>() <= HEAD);

/// A child, as its parent reaches it.
#[derive(Debug)]
pub struct Link {
    memory: NonNull<u8>,
    pid: i32,
    /// Whether the arguments of a call did not fit.
    too_long: AtomicBool,
    /// Whether the child ended before a call of it returned.
    lost: AtomicBool,
}

// SAFETY: the memory is shared between processes, and everything in it is atomic, behind a lock, or written by one side
// while the other waits.
unsafe impl Send for Link {}
// SAFETY: as above; one thread at a time makes calls.
unsafe impl Sync for Link {}

/// fork(2). The child gets SIGKILL when the calling thread ends, PR_SET_PDEATHSIG of prctl(2).
///
/// # Errors
///
/// The errno of fork(2), or of the mmap(2) before it.
pub fn fork() -> Result<Link> {
    let length = HEAD + ROOM;
    // SAFETY: a new mapping, wherever the kernel wants it.
    let memory = unsafe {
        libc::mmap(
            std::ptr::null_mut(),
            length,
            libc::PROT_READ | libc::PROT_WRITE,
            libc::MAP_SHARED | libc::MAP_ANONYMOUS | libc::MAP_NORESERVE,
            -1,
            0,
        )
    };
    let memory = match NonNull::new(memory.cast::<u8>()) {
        Some(memory) if memory.as_ptr().cast() != libc::MAP_FAILED => memory,
        _ => return Err(crate::sys::errno()),
    };
    let block = Block {
        state: AtomicU32::new(IDLE),
        made: AtomicU32::new(0),
        call: AtomicUsize::new(0),
        args: Default::default(),
        returned: AtomicIsize::new(0),
        errno: AtomicI32::new(0),
        sigpipe: AtomicBool::new(false),
        caught: Mutex::default(),
    };
    // SAFETY: the mapping is new, aligned to a page, and has room for the block.
    unsafe { memory.cast::<Block>().write(block) };
    let mut link = Link {
        memory,
        pid: 0,
        too_long: AtomicBool::new(false),
        lost: AtomicBool::new(false),
    };
    let masks = signal::masks_of_child();
    let parent = std::process::id().cast_signed();
    signal::set_all_masked();
    // SAFETY: the child makes only calls that are allowed after a fork of a process with threads, see `serve`.
    let pid = check(unsafe { libc::fork() });
    if pid == Ok(0) {
        begin(parent, &masks);
        serve(link.block());
    }
    signal::restore_mask(&masks);
    link.pid = pid?;
    Ok(link)
}

/// What the child does before its first call.
fn begin(parent: i32, masks: &signal::ChildMasks) {
    // SAFETY: bare system calls, which take numbers.
    unsafe {
        libc::setpgid(0, 0);
        libc::prctl(libc::PR_SET_PDEATHSIG, libc::SIGKILL, 0, 0, 0);
        // The thread that made it may have ended before it asked.
        if libc::getppid() != parent {
            libc::_exit(0);
        }
    }
    signal::become_child(masks);
}

/// Makes one call after the other.
fn serve(block: &Block) -> ! {
    loop {
        let now = block.state.load(Ordering::Acquire);
        if now != ASKED {
            wait(&block.state, now);
            continue;
        }
        signal::take_sigpipe();
        signal::take_noted();
        block.state.store(TAKEN, Ordering::Release);
        let args = block.args.each_ref().map(|arg| arg.load(Ordering::Relaxed));
        // SAFETY: the parent stored a function of this type, which is at the same address here.
        let call =
            unsafe { std::mem::transmute::<usize, Call>(block.call.load(Ordering::Relaxed)) };
        let returned = call(&args);
        // SAFETY: the location is that of this thread.
        let errno = unsafe { *libc::__errno_location() };
        block.returned.store(returned, Ordering::Relaxed);
        block.errno.store(errno, Ordering::Relaxed);
        block
            .sigpipe
            .store(signal::take_sigpipe(), Ordering::Relaxed);
        // Nobody holds it: the parent waits.
        if let Ok(mut caught) = block.caught.try_lock() {
            *caught = signal::take_noted();
        }
        block.made.fetch_add(1, Ordering::Release);
        block.state.store(DONE, Ordering::Release);
        wake(&block.state);
    }
}

impl Link {
    fn block(&self) -> &Block {
        // SAFETY: `fork` wrote one there, and the mapping lives as long as the link.
        unsafe { self.memory.cast::<Block>().as_ref() }
    }

    /// The number of the process.
    pub fn pid(&self) -> i32 {
        self.pid
    }

    /// Where the arguments of a call are put.
    pub(in crate::sys) fn arena(&self) -> Arena {
        // SAFETY: the mapping has so many bytes.
        let start = unsafe { self.memory.add(HEAD) };
        Arena::new(start, ROOM)
    }

    /// Has the child make a call with arguments that it can reach, and waits until it has returned. One thread at a time may do
    /// so. `None`: the child has ended before that.
    pub(in crate::sys) fn make(&self, call: Call, args: &[usize; 6]) -> Option<isize> {
        let block = self.block();
        let before = block.made.load(Ordering::Acquire);
        block.call.store(call as usize, Ordering::Relaxed);
        for (place, arg) in block.args.iter().zip(args) {
            place.store(*arg, Ordering::Relaxed);
        }
        let asked = block
            .state
            .compare_exchange(IDLE, ASKED, Ordering::AcqRel, Ordering::Relaxed);
        asked.ok()?;
        wake(&block.state);
        loop {
            let now = block.state.load(Ordering::Acquire);
            match now {
                DONE => break,
                // It may have ended after the call.
                ENDED if block.made.load(Ordering::Acquire) == before => return None,
                ENDED => break,
                now => wait(&block.state, now),
            }
        }
        let idle = block
            .state
            .compare_exchange(DONE, IDLE, Ordering::AcqRel, Ordering::Relaxed);
        debug_assert!(idle.is_ok() || idle == Err(ENDED));
        let caught = block.caught.lock().unwrap_or_else(PoisonError::into_inner);
        signal::note(block.sigpipe.load(Ordering::Relaxed), *caught);
        // SAFETY: the location is that of this thread.
        unsafe { *libc::__errno_location() = block.errno.load(Ordering::Relaxed) };
        Some(block.returned.load(Ordering::Relaxed))
    }

    /// Whether the child is inside a call.
    pub fn is_inside(&self) -> bool {
        self.block().state.load(Ordering::Acquire) == TAKEN
    }

    /// Notes that the child has ended, so that nobody waits for it any more.
    pub fn end(&self) {
        self.block().state.store(ENDED, Ordering::Release);
        wake(&self.block().state);
    }

    /// Whether that was noted.
    pub fn has_ended(&self) -> bool {
        self.block().state.load(Ordering::Acquire) == ENDED
    }

    /// Notes that the child has ended before a call of it returned.
    pub(in crate::sys) fn note_lost(&self) {
        self.lost.store(true, Ordering::Relaxed);
    }

    /// Whether that was noted since the last time.
    pub fn take_lost(&self) -> bool {
        self.lost.swap(false, Ordering::Relaxed)
    }

    /// Notes that the arguments of a call did not fit.
    pub(in crate::sys) fn note_too_long(&self) {
        self.too_long.store(true, Ordering::Relaxed);
    }

    /// Whether the arguments of a call did not fit since the last time, so that it was not made.
    pub fn take_too_long(&self) -> bool {
        self.too_long.swap(false, Ordering::Relaxed)
    }

    /// Sends the interrupting signal to the child while it is inside a call.
    pub fn interrupt(&self) {
        if self.is_inside() {
            // It fails where the child has just ended.
            let _ = crate::sys::tracee::signal(self.pid, signal::interrupt_signal());
        }
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours, and nobody can reach it any more but the child, which has its own.
        unsafe { libc::munmap(self.memory.as_ptr().cast(), HEAD + ROOM) };
    }
}

/// futex(2) FUTEX_WAIT between processes: returns when the value is another one, is woken, or for no reason.
fn wait(futex: &AtomicU32, value: u32) {
    let limit = std::ptr::null::<libc::timespec>();
    // SAFETY: the futex lives in a mapping that outlives the call.
    unsafe {
        libc::syscall(
            libc::SYS_futex,
            futex.as_ptr(),
            libc::FUTEX_WAIT,
            value,
            limit,
        )
    };
}

/// futex(2) FUTEX_WAKE between processes.
fn wake(futex: &AtomicU32) {
    // SAFETY: the futex is valid.
    unsafe { libc::syscall(libc::SYS_futex, futex.as_ptr(), libc::FUTEX_WAKE, i32::MAX) };
}

/// From the status that waitpid(2) writes.
fn change(status: i32) -> ChildChange {
    if libc::WIFSTOPPED(status) {
        ChildChange::Stopped(libc::WSTOPSIG(status))
    } else if libc::WIFCONTINUED(status) {
        ChildChange::Continued
    } else if libc::WIFSIGNALED(status) {
        ChildChange::Killed {
            signal: libc::WTERMSIG(status),
            core: libc::WCOREDUMP(status),
        }
    } else {
        ChildChange::Exited(libc::WEXITSTATUS(status))
    }
}

/// waitpid(2). `None`: WNOHANG, and nothing has changed.
///
/// # Errors
///
/// ECHILD: it is no child, or was waited for. EINTR: a signal came.
pub fn waitpid(pid: i32, options: i32) -> Result<Option<ChildChange>> {
    let mut status = 0;
    // SAFETY: the call writes one int.
    let waited = check(unsafe { libc::waitpid(pid, &raw mut status, options) })?;
    Ok((waited != 0).then(|| change(status)))
}

/// Waits until a child has ended and leaves it as it is, waitid(2) with WNOWAIT: it stays a zombie.
///
/// # Errors
///
/// ECHILD: it was waited for.
pub fn wait_for_end(pid: i32) -> Result<ChildChange> {
    // SAFETY: an all-zero siginfo is valid to be written over.
    let mut info: libc::siginfo_t = unsafe { std::mem::zeroed() };
    loop {
        // SAFETY: the struct lives until the call returns.
        let waited = check(unsafe {
            libc::waitid(
                libc::P_PID,
                pid.cast_unsigned(),
                &raw mut info,
                libc::WEXITED | libc::WNOWAIT,
            )
        });
        match waited {
            Ok(_) => break,
            Err(errno) if errno.0 == libc::EINTR => {}
            Err(errno) => return Err(errno),
        }
    }
    // SAFETY: after a successful waitid() the kernel has filled the member for SIGCHLD.
    let status = unsafe { info.si_status() };
    Ok(match info.si_code {
        libc::CLD_EXITED => ChildChange::Exited(status),
        code => ChildChange::Killed {
            signal: status,
            core: code == libc::CLD_DUMPED,
        },
    })
}

/// kill(2). The caller has checked whom the number belongs to.
///
/// # Errors
///
/// The errno of the call.
pub fn kill(pid: i32, signal: i32) -> Result<()> {
    crate::sys::tracee::signal(pid, signal)
}
