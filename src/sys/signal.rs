//! Signals: interrupting a thread that sleeps in the kernel, and noticing SIGPIPE.
//!
//! Cancelling is tgkill(2) with a signal whose handler does nothing and has no SA_RESTART, so that the call really
//! returns EINTR (signal(7)). I/O threads mask every other signal, SIGPIPE excepted: that one is caught to be shown.

mod child;

use std::cell::Cell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use nix::sys::resource::{Resource, setrlimit};
use nix::sys::signal::{
    SaFlags, SigAction, SigHandler, SigSet, SigmaskHow, Signal, pthread_sigmask, sigaction,
};

use crate::call::signal::SignalInfo;
use crate::socket::{Errno, FcntlCommand};
use crate::sys::fatal::FATAL;
pub(in crate::sys) use crate::sys::signal::child::{
    Caught, ChildMasks, become_child, masks_of_child, note, restore_mask, set_all_masked,
    take_noted,
};
use crate::sys::{Result, check};

thread_local! {
    /// Whether this thread got SIGPIPE since [`take_sigpipe`] was last called.
    static SIGPIPE_CAME: Cell<bool> = const { Cell::new(false) };
    /// The reporting signals that this thread got since [`take_caught`] was last called.
    static CAUGHT: Cell<[Option<TakenSignal>; MOST_CAUGHT]> = const { Cell::new([None; MOST_CAUGHT]) };
}

/// The signal that interrupts a blocked call.
pub fn interrupt_signal() -> i32 {
    crate::socket::signal::interrupting()
}

extern "C" fn ignore(_: libc::c_int) {}

extern "C" fn note_sigpipe(_: libc::c_int) {
    // A thread-local with a const initialiser and no destructor is a plain store: safe in a handler.
    SIGPIPE_CAME.with(|came| came.set(true));
}

/// How many signals are noted of those that interrupt one call.
const MOST_CAUGHT: usize = 8;

extern "C" fn note_caught(_: libc::c_int, info: *mut libc::siginfo_t, _: *mut libc::c_void) {
    // SAFETY: with SA_SIGINFO the kernel passes a siginfo that lives until the handler returns.
    let Some(info) = (unsafe { info.as_ref() }) else {
        return;
    };
    // As above.
    CAUGHT.with(|caught| {
        let mut all = caught.get();
        if let Some(free) = all.iter_mut().find(|one| one.is_none()) {
            *free = Some(TakenSignal::of(info));
        }
        caught.set(all);
    });
}

/// A signal that was waited for or caught: its number, why it came and, where F_SETSIG asked for that, the descriptor and its
/// poll events.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TakenSignal {
    /// Which signal.
    pub signal: i32,
    /// `si_fd` and `si_band`.
    pub about: Option<(i32, i32)>,
    /// Why, and who sent it.
    pub info: SignalInfo,
}

impl TakenSignal {
    pub(crate) fn of(info: &libc::siginfo_t) -> Self {
        Self {
            signal: info.si_signo,
            about: about(info),
            info: self::info(info),
        }
    }
}

/// The members of a siginfo. Async-signal-safe.
pub(in crate::sys) fn info(info: &libc::siginfo_t) -> SignalInfo {
    SignalInfo {
        code: info.si_code,
        // SAFETY: the member is read as the numbers that it is made of, whatever the kind of signal.
        pid: unsafe { info.si_pid() },
        // SAFETY: as above.
        uid: unsafe { info.si_uid() },
        // SAFETY: as above.
        status: unsafe { info.si_status() },
        // SAFETY: as above.
        times: unsafe { [info.si_utime(), info.si_stime()] },
        // SAFETY: as above.
        address: unsafe { info.si_addr() } as u64,
    }
}

/// `si_fd` and `si_band` of a siginfo that F_SETSIG caused: its code is one of POLL_IN to POLL_HUP.
fn about(info: &libc::siginfo_t) -> Option<(i32, i32)> {
    const POLL_IN: i32 = 1;
    const POLL_HUP: i32 = 6;
    const SI_SIGIO: i32 = -5;
    /// `struct { int si_signo, si_errno, si_code; long si_band; int si_fd; }`
    #[repr(C)]
    struct Poll {
        _signo: libc::c_int,
        _errno: libc::c_int,
        code: libc::c_int,
        band: libc::c_long,
        fd: libc::c_int,
    }
    // SIGCHLD has reasons of its own with these numbers: the kernel then gives another code.
    let is_about = match info.si_signo {
        libc::SIGCHLD => info.si_code == SI_SIGIO,
        _ => (POLL_IN..=POLL_HUP).contains(&info.si_code),
    };
    if !is_about {
        return None;
    }
    // SAFETY: for these codes the kernel fills the _sigpoll member of the union, whose layout is that of sigaction(2);
    // siginfo_t is larger.
    let poll = unsafe { &*std::ptr::from_ref(info).cast::<Poll>() };
    debug_assert_eq!(poll.code, info.si_code);
    Some((poll.fd, i32::try_from(poll.band).unwrap_or(0)))
}

/// The signals that report events of sockets and children, with SIGRTMIN: they stay pending until sigtimedwait(2) takes
/// them, and never end the program. A call with a signal mask may unblock them: then their handler notes them.
const REPORTING: [Signal; 5] = [
    Signal::SIGIO,
    Signal::SIGURG,
    Signal::SIGUSR1,
    Signal::SIGUSR2,
    Signal::SIGCHLD,
];

/// The numbers of the signals that report events of sockets and children.
pub fn reporting() -> Vec<i32> {
    let named = REPORTING.map(|signal| signal as i32);
    named.into_iter().chain([libc::SIGRTMIN()]).collect()
}

/// Blocks them in the calling thread and every thread that it starts.
fn hold_reporting() {
    let signals: SigSet = REPORTING.into_iter().collect();
    // nix knows no real-time signals.
    let mut raw = *signals.as_ref();
    // SAFETY: `raw` is an initialised set and the number a valid signal.
    unsafe { libc::sigaddset(&raw mut raw, libc::SIGRTMIN()) };
    // SAFETY: both sets are valid, and a mask cannot fail with a known `how`.
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const raw, std::ptr::null_mut()) };
}

/// Installs the handlers and blocks the signals that report events of sockets and children. Call once, before any I/O thread
/// exists.
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
    hold_reporting();
    // nix knows no real-time signals.
    for signal in reporting() {
        handle(signal, note_caught as *const () as usize, libc::SA_SIGINFO)?;
    }
    handle(interrupt_signal(), ignore as *const () as usize, 0)
}

/// Gives a signal a handler, without SA_RESTART.
fn handle(signal: i32, handler: usize, flags: i32) -> Result<()> {
    // SAFETY: an all-zero sigaction is valid: no flags, empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handler;
    action.sa_flags = flags;
    // SAFETY: the handlers of this module do nothing, or store to a thread-local: they are safe whenever they run.
    check(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) }).map(drop)
}

/// Masks every signal of the calling thread but those of this module. Call at the start of an I/O thread.
pub fn mask_others() {
    mask_all_but(&[libc::SIGPIPE, interrupt_signal()]);
}

/// Masks every signal of the calling thread but these, and those that a fault raises: they have a handler too.
fn mask_all_but(these: &[i32]) {
    // SAFETY: an all-zero set is valid to be written over.
    let mut mask: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigfillset(&raw mut mask) };
    for signal in these.iter().chain(&FATAL) {
        // SAFETY: the set is initialised and the number a valid signal.
        unsafe { libc::sigdelset(&raw mut mask, *signal) };
    }
    set_mask(libc::SIG_SETMASK, &mask);
}

fn set_mask(how: i32, mask: &libc::sigset_t) {
    // SAFETY: the set is valid, and a mask cannot fail with a known `how`.
    unsafe { libc::pthread_sigmask(how, mask, std::ptr::null_mut()) };
}

/// When the handler of [`signal_this_thread`] ran last, in nanoseconds of the monotonic clock; 0 for never.
static SIGNALLED_AT: AtomicU64 = AtomicU64::new(0);

extern "C" fn note_time(_: libc::c_int) {
    // clock_gettime(2) and a store are safe in a handler, signal-safety(7).
    let now = u64::try_from(crate::sys::monotonic().as_nanos()).unwrap_or(u64::MAX);
    SIGNALLED_AT.store(now, Ordering::SeqCst);
}

/// The signal that the signal-driven model waits for. Real-time, so that nobody else uses it.
fn readiness_signal() -> i32 {
    libc::SIGRTMIN() + 5
}

/// Makes a descriptor notify the calling thread, by a signal with a handler, when it becomes ready: sigaction(2),
/// F_SETSIG, F_SETOWN_EX, O_ASYNC, in this order.
///
/// # Errors
///
/// The errno of the call that failed.
pub fn signal_this_thread(fd: i32) -> Result<()> {
    /// linux/fcntl.h
    const F_SETOWN_EX: i32 = 15;
    const F_OWNER_TID: i32 = 0;
    /// `struct f_owner_ex`
    #[repr(C)]
    struct Owner {
        kind: libc::c_int,
        pid: libc::pid_t,
    }
    SIGNALLED_AT.store(0, Ordering::SeqCst);
    let signal = readiness_signal();
    // SAFETY: an all-zero sigaction is valid: no flags, empty mask.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = note_time as extern "C" fn(libc::c_int) as usize;
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

/// When the handler ran, since [`signal_this_thread`].
pub fn signalled_at() -> Option<Duration> {
    match SIGNALLED_AT.load(Ordering::SeqCst) {
        0 => None,
        nanos => Some(Duration::from_nanos(nanos)),
    }
}

/// Masks every signal of the calling thread, those that a fault raises excepted. For threads that make no playground
/// calls.
pub fn mask_all() {
    mask_all_but(&[]);
}

/// Blocks SIGWINCH in the calling thread and every thread that it starts: the handler of a line editor would interrupt
/// their calls. Call it before the first thread starts.
pub fn hold_resizes() {
    let mut set = SigSet::empty();
    set.add(Signal::SIGWINCH);
    // A mask fails only for an unknown `how`.
    let _ = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&set), None);
}

/// Lets the calling thread take SIGWINCH, which [`hold_resizes`] blocked.
pub fn take_resizes() {
    let mut set = SigSet::empty();
    set.add(Signal::SIGWINCH);
    // As above.
    let _ = pthread_sigmask(SigmaskHow::SIG_UNBLOCK, Some(&set), None);
}

/// Signals that are waited for, and not handled: no handler, no pipe, no race.
#[derive(Clone, Copy)]
pub struct Awaited(libc::sigset_t);

impl std::fmt::Debug for Awaited {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Awaited").finish_non_exhaustive()
    }
}

/// Every signal that ends a process which does nothing about it, but those that a fault raises, SIGKILL, SIGPIPE, and
/// those that this program uses.
fn ending() -> impl Iterator<Item = i32> {
    const NAMED: [i32; 11] = [
        libc::SIGHUP,
        libc::SIGINT,
        libc::SIGQUIT,
        libc::SIGTERM,
        libc::SIGALRM,
        libc::SIGVTALRM,
        libc::SIGPROF,
        libc::SIGXCPU,
        libc::SIGXFSZ,
        libc::SIGPWR,
        libc::SIGSTKFLT,
    ];
    let own = [libc::SIGRTMIN(), interrupt_signal(), readiness_signal()];
    let real_time =
        (libc::SIGRTMIN()..=libc::SIGRTMAX()).filter(move |signal| !own.contains(signal));
    NAMED.into_iter().chain(real_time)
}

/// Blocks every signal that would end the process, and `others`, in the calling thread and every thread that it starts,
/// so that [`Awaited::next`] gets them.
///
/// Call it before the first thread starts. What whoever started us had ignored stays so, SIGHUP below nohup(1) for one;
/// but SIGINT and SIGTERM always end the program.
pub fn await_signals(others: &[i32]) -> Awaited {
    // The thread that will wait is started before the engine is.
    hold_reporting();
    // SAFETY: an all-zero set is valid to be written over.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in ending().chain(others.iter().copied()) {
        if matches!(signal, libc::SIGINT | libc::SIGTERM) || !is_ignored(signal) {
            // SAFETY: the set is initialised; an unknown number is refused.
            unsafe { libc::sigaddset(&raw mut set, signal) };
        }
    }
    set_mask(libc::SIG_BLOCK, &set);
    Awaited(set)
}

impl Awaited {
    /// Waits for the next of them, sigwait(3).
    pub fn next(&self) -> Option<i32> {
        let mut signal = 0;
        // SAFETY: both pointers are valid until the call returns.
        let failed = unsafe { libc::sigwait(&raw const self.0, &raw mut signal) };
        (failed == 0).then_some(signal)
    }
}

/// Asks this process to end, as somebody else would: SIGTERM, which the main loop waits for.
pub fn terminate() {
    // Fails only for an unknown signal.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::this(), Signal::SIGTERM);
}

/// Asks every process of our group to stop, as the terminal does at Ctrl-Z. Ours only gets the signal, to be waited
/// for; [`stop`] stops it.
pub fn stop_group() {
    // Fails only for an unknown signal. Process 0 means the group.
    let _ = nix::sys::signal::kill(nix::unistd::Pid::from_raw(0), Signal::SIGTSTP);
}

/// Stops this process by SIGTSTP, which is held back otherwise; returns when it goes on.
///
/// In an orphaned group the kernel ignores it, and the process just goes on: nobody could continue it.
pub fn stop() {
    let mut set = SigSet::empty();
    set.add(Signal::SIGTSTP);
    // To this thread: the one that waits for signals must not get it.
    // SAFETY: raise(3) takes no pointers.
    unsafe { libc::raise(libc::SIGTSTP) };
    // It is pending; unblocked, it does what it does by default. A mask fails only for an unknown `how`.
    let _ = pthread_sigmask(SigmaskHow::SIG_UNBLOCK, Some(&set), None);
    let _ = pthread_sigmask(SigmaskHow::SIG_BLOCK, Some(&set), None);
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
    // A core of this program would say nothing of what was to be ended.
    let _ = setrlimit(Resource::RLIMIT_CORE, 0, 0);
    // A shell that is not interactive lets its background jobs ignore SIGINT.
    // SAFETY: the default disposition runs no code of ours.
    unsafe { libc::signal(signal, libc::SIG_DFL) };
    // SAFETY: an all-zero set is valid to be written over.
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours; an unknown number is refused.
    unsafe {
        libc::sigemptyset(&raw mut set);
        libc::sigaddset(&raw mut set, signal);
        libc::raise(signal);
    }
    // The signal was pending; unblocked, it now does what it does by default.
    set_mask(libc::SIG_UNBLOCK, &set);
}

/// The signals that get a handler and were ignored when this program was started, as bits. The runtime of Rust has SIGPIPE
/// ignored before main() begins.
static IGNORED: AtomicU64 = AtomicU64::new(0);
/// The signals that were blocked then.
static BLOCKED: AtomicU64 = AtomicU64::new(0);
/// How many signals there are, on every architecture but MIPS.
const SIGNALS: i32 = 64;

/// The signals that get a handler here.
fn handled() -> [i32; 7] {
    let [io, urgent, one, two, child] = REPORTING.map(|signal| signal as i32);
    [libc::SIGPIPE, io, urgent, one, two, child, libc::SIGRTMIN()]
}

/// What is called before the runtime begins.
// SAFETY: the section has functions of this type, which the C library calls once before main(). This one only asks the
// kernel and stores the answer.
#[used]
#[unsafe(link_section = ".init_array")]
static NOTE_INHERITED: extern "C" fn() = note_inherited;

extern "C" fn note_inherited() {
    let ignored = handled().into_iter().filter(|signal| is_ignored(*signal));
    let bits = ignored.fold(0, |bits, signal| bits | 1 << (signal - 1));
    IGNORED.store(bits, Ordering::Relaxed);
    // SAFETY: an all-zero set is valid to be written over.
    let mut mask: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is writable, and a mask cannot fail with a known `how`.
    unsafe { libc::sigprocmask(libc::SIG_SETMASK, std::ptr::null(), &raw mut mask) };
    // SAFETY: the set is valid; a number that is no signal is in none.
    let is_blocked = |signal: &i32| unsafe { libc::sigismember(&raw const mask, *signal) == 1 };
    let blocked = (1..=SIGNALS).filter(is_blocked);
    let bits = blocked.fold(0, |bits, signal| bits | 1 << (signal - 1));
    BLOCKED.store(bits, Ordering::Relaxed);
}

/// Makes the signals that got a handler what they were when this program was started, and blocks those that were blocked,
/// for what it becomes. Async-signal-safe.
pub fn restore_inherited() {
    let ignored = IGNORED.load(Ordering::Relaxed);
    for signal in handled() {
        let inherited = match ignored >> (signal - 1) & 1 {
            1 => libc::SIG_IGN,
            _ => libc::SIG_DFL,
        };
        // SAFETY: neither disposition runs code of ours.
        unsafe { libc::signal(signal, inherited) };
    }
    let blocked = BLOCKED.load(Ordering::Relaxed);
    // SAFETY: an all-zero set is valid to be written over.
    let mut mask: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is writable.
    unsafe { libc::sigemptyset(&raw mut mask) };
    for signal in (1..=SIGNALS).filter(|signal| blocked >> (signal - 1) & 1 == 1) {
        // SAFETY: the set is valid.
        unsafe { libc::sigaddset(&raw mut mask, signal) };
    }
    set_mask(libc::SIG_SETMASK, &mask);
}

/// Whether this thread got SIGPIPE since the last time, and forgets it.
pub fn take_sigpipe() -> bool {
    SIGPIPE_CAME.with(|came| came.replace(false))
}

/// The reporting signals that this thread got since the last time, the lowest first as the kernel takes them, and
/// forgets them.
pub fn take_caught() -> Vec<TakenSignal> {
    let caught = CAUGHT.with(|caught| caught.replace([None; MOST_CAUGHT]));
    let mut caught: Vec<TakenSignal> = caught.into_iter().flatten().collect();
    caught.sort_by_key(|caught| caught.signal);
    caught
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
/// ESRCH when the thread has ended.
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
