//! Signals: interrupting a thread that sleeps in the kernel, and noticing SIGPIPE.
//!
//! Cancelling is tgkill(2) with a signal whose handler does nothing and has no SA_RESTART, so that the call really
//! returns EINTR (signal(7)). I/O threads mask every other signal, SIGPIPE excepted: that one is caught to be shown.

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, pthread_sigmask, sigaction,
};

use crate::socket::{Errno, FcntlCommand};
use crate::sys::{Result, check};

thread_local! {
    /// Whether SIGPIPE came to this thread since [`take_sigpipe`] was last called.
    static SIGPIPE_CAME: Cell<bool> = const { Cell::new(false) };
}

/// The signal that interrupts a blocked call. Real-time, so that no library and no terminal uses it.
pub fn interrupt_signal() -> i32 {
    libc::SIGRTMIN() + 4
}

extern "C" fn ignore(_: libc::c_int) {}

extern "C" fn note_sigpipe(_: libc::c_int) {
    // A thread-local with a const initialiser and no destructor is a plain store: safe in a handler.
    SIGPIPE_CAME.with(|came| came.set(true));
}

/// The signals that tell of sockets, with SIGRTMIN: they stay pending until sigtimedwait(2) takes them, and never end the program.
const TELLING: [Signal; 4] = [
    Signal::SIGIO,
    Signal::SIGURG,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
];

/// The numbers of the signals that tell of sockets.
pub fn telling() -> Vec<i32> {
    let named = TELLING.map(|signal| signal as i32);
    named.into_iter().chain([libc::SIGRTMIN()]).collect()
}

/// Blocks them in the calling thread and every thread that it starts.
fn hold_telling() {
    let telling: SigSet = TELLING.into_iter().collect();
    // nix knows no real-time signals.
    let mut raw = *telling.as_ref();
    // SAFETY: `raw` is an initialised set and the number a valid signal.
    unsafe { libc::sigaddset(&raw mut raw, libc::SIGRTMIN()) };
    // SAFETY: both sets are valid, and a mask cannot fail with a known `how`.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const raw, std::ptr::null_mut()) };
}

/// Installs both handlers and holds the signals back that tell of sockets. Call once, before any I/O thread exists.
///
/// # Errors
///
/// The errno of sigaction(2).
pub fn install() -> Result<()> {
    let action = SigAction::new(
        SigHandler::Handler(note_sigpipe),
        SaFlags::SA_RESTART,
        SigSet::empty(),
    );
    // SAFETY: the handler only stores to a thread-local.
    unsafe { sigaction(Signal::SIGPIPE, &action) }.map_err(|errno| Errno(errno as i32))?;
    hold_telling();
    // nix knows no real-time signals.
    // SAFETY: an all-zero sigaction is valid: no flags, empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = ignore as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the handler does nothing, so it is safe whenever it runs.
    check(unsafe { libc::sigaction(interrupt_signal(), &raw const action, std::ptr::null_mut()) })
        .map(drop)
}

/// Masks every signal of the calling thread but those of this module. Call at the start of an I/O thread.
pub fn mask_others() {
    let mut mask = SigSet::all();
    mask.remove(Signal::SIGPIPE);
    // SIG_SETMASK with a set from nix would block the real-time signals too; libc can take one out again.
    let mut raw = *mask.as_ref();
    // SAFETY: `raw` is an initialised set and the number a valid signal.
    unsafe { libc::sigdelset(&raw mut raw, interrupt_signal()) };
    // SAFETY: both sets are valid, and a mask cannot fail with a known `how`.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const raw, std::ptr::null_mut()) };
}

/// When the handler of [`tell_this_thread`] ran last, in nanoseconds of the monotonic clock; 0 for never.
static TOLD_AT: AtomicU64 = AtomicU64::new(0);

extern "C" fn note_told(_: libc::c_int) {
    // clock_gettime(2) and a store are safe in a handler, signal-safety(7).
    let now = u64::try_from(crate::sys::monotonic().as_nanos()).unwrap_or(u64::MAX);
    TOLD_AT.store(now, Ordering::SeqCst);
}

/// The signal that the signal-driven model is told with. Real-time, so that nobody else uses it.
fn telling_signal() -> i32 {
    libc::SIGRTMIN() + 5
}

/// Makes a descriptor tell the calling thread, by a signal with a handler, when it becomes ready: sigaction(2),
/// F_SETSIG, F_SETOWN_EX, O_ASYNC, in this order.
///
/// # Errors
///
/// The errno of the call that failed.
pub fn tell_this_thread(fd: i32) -> Result<()> {
    /// linux/fcntl.h
    const F_SETOWN_EX: i32 = 15;
    const F_OWNER_TID: i32 = 0;
    /// `struct f_owner_ex`
    #[repr(C)]
    struct Owner {
        kind: libc::c_int,
        pid: libc::pid_t,
    }
    TOLD_AT.store(0, Ordering::SeqCst);
    let signal = telling_signal();
    // SAFETY: an all-zero sigaction is valid: no flags, empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = note_told as extern "C" fn(libc::c_int) as usize;
    // SAFETY: the handler does only what is safe in one.
    check(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) })?;
    // SAFETY: all-zero sets are valid to be written over.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours and the number a valid signal.
    unsafe {
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        libc::pthread_sigmask(libc::SIG_UNBLOCK, &raw const set, std::ptr::null_mut());
    }
    // SAFETY: the command takes an int.
    check(unsafe { libc::fcntl(fd, FcntlCommand::SETSIG.0, signal) })?;
    let owner = Owner {
        kind: F_OWNER_TID,
        pid: gettid(),
    };
    // SAFETY: the command takes a pointer to the struct, which lives until the call returns.
    check(unsafe { libc::fcntl(fd, F_SETOWN_EX, &raw const owner) })?;
    // SAFETY: the commands take an int, or none.
    let flags = check(unsafe { libc::fcntl(fd, libc::F_GETFL) })?;
    // SAFETY: as above.
    check(unsafe { libc::fcntl(fd, libc::F_SETFL, flags | libc::O_ASYNC | libc::O_NONBLOCK) })?;
    Ok(())
}

/// When the handler ran, since [`tell_this_thread`].
pub fn told_at() -> Option<Duration> {
    match TOLD_AT.load(Ordering::SeqCst) {
        0 => None,
        nanos => Some(Duration::from_nanos(nanos)),
    }
}

/// Masks every signal of the calling thread. For threads that make no playground calls.
pub fn mask_all() {
    // Fails only for an unknown `how`.
    let _ = pthread_sigmask(SigmaskHow::SIG_SETMASK, Some(&SigSet::all()), None);
}

/// Signals that are waited for, and not handled: no handler, no pipe, no race.
#[derive(Debug, Clone, Copy)]
pub struct Awaited(SigSet);

/// Blocks signals in the calling thread and every thread that it starts, so that [`Awaited::next`] gets them.
///
/// Call it before the first thread starts. SIGHUP stays ignored where nohup(1) made it so.
pub fn await_signals(signals: &[i32]) -> Awaited {
    // The thread that will wait is started before the engine is.
    hold_telling();
    let mut set = SigSet::empty();
    for signal in signals
        .iter()
        .filter_map(|number| Signal::try_from(*number).ok())
    {
        if signal != Signal::SIGHUP || !is_ignored(libc::SIGHUP) {
            set.add(signal);
        }
    }
    // Fails only for an unknown `how`.
    let _ = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&set), None);
    Awaited(set)
}

impl Awaited {
    /// Waits for the next of them, sigwait(3).
    pub fn next(&self) -> Option<i32> {
        self.0.wait().ok().map(|signal| signal as i32)
    }
}

/// Asks this process to end, as somebody else would: SIGTERM, which the main loop waits for.
pub fn terminate() {
    // Fails only for an unknown signal.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), Signal::SIGTERM);
}

/// Stops every process of our group, as the terminal does at Ctrl-Z; returns when we go on.
pub fn stop_group() {
    // Fails only for an unknown signal. Process 0 means the group.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), Signal::SIGTSTP);
}

fn is_ignored(signal: i32) -> bool {
    // SAFETY: an all-zero sigaction is valid to be written over.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    // SAFETY: a null pointer for the new action only asks for the present one.
    let asked = unsafe { libc::sigaction(signal, std::ptr::null(), &raw mut action) };
    asked == 0 && action.sa_sigaction == libc::SIG_IGN
}

/// Ends the process as a signal would have ended it, so that whoever started it sees that. Returns only if it cannot.
pub fn die_of(signal: i32) {
    let Ok(signal) = Signal::try_from(signal) else {
        return;
    };
    let mut set = SigSet::empty();
    set.add(signal);
    let default = SigAction::new(SigHandler::SigDfl, SaFlags::empty(), SigSet::empty());
    // A shell that is not interactive lets its background jobs ignore SIGINT.
    // SAFETY: the default disposition runs no code of ours.
    let _ = unsafe { sigaction(signal, &default) };
    if nix::sys::signal::raise(signal).is_ok() {
        // The signal was pending; unblocked, it now does what it does by default.
        let _ = pthread_sigmask(SigmaskHow::SIG_UNBLOCK, Some(&set), None);
    }
}

/// Whether SIGPIPE came to this thread since the last time, and forgets it.
pub fn take_sigpipe() -> bool {
    SIGPIPE_CAME.with(|came| came.replace(false))
}

/// Names the calling thread, as /proc/self/task/TID/comm shows it; cut to 15 bytes. pthread_setname_np(3)
pub fn name_thread(name: &str) {
    let mut bytes: Vec<u8> = name.bytes().filter(|byte| *byte != 0).take(15).collect();
    bytes.push(0);
    // SAFETY: the name is NUL-terminated and at most 16 bytes long, as the call wants it.
    unsafe { libc::pthread_setname_np(libc::pthread_self(), bytes.as_ptr().cast()) };
}

/// The number of the calling thread, gettid(2).
pub fn gettid() -> i32 {
    // SAFETY: the call takes nothing and cannot fail.
    unsafe { libc::gettid() }
}

/// Sends the interrupting signal to a thread of this process, tgkill(2).
///
/// # Errors
///
/// ESRCH when the thread is gone.
pub fn interrupt(tid: i32) -> Result<()> {
    let pid = std::process::id().cast_signed();
    // SAFETY: the call takes no pointers; the signal has a handler.
    let value = unsafe { libc::syscall(libc::SYS_tgkill, pid, tid, interrupt_signal()) };
    if value == -1 {
        Err(crate::sys::errno())
    } else {
        Ok(())
    }
}
