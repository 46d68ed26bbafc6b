//! The terminal: taken raw, and restored whatever happens. What restoring needs is in static memory, and every call of
//! it may be made in a signal handler (signal-safety(7)).
//!
//! Restoring never waits for a terminal that has stopped reading: tcsetattr(3) with TCSANOW needs no output, and what is
//! written goes to an open file description of its own that is non-blocking. The one on standard output is shared with
//! the shell, so its flags are left alone.

use std::os::fd::{IntoRawFd, RawFd};
use std::sync::atomic::{AtomicBool, AtomicI32, AtomicPtr, AtomicU32, AtomicUsize, Ordering};
use std::time::Duration;

use crate::sys::{Result, check};

/// The longest time that restoring waits for the terminal to read.
const LIMIT: Duration = Duration::from_millis(20);

/// The size of a `struct termios` in words.
const WORDS: usize = size_of::<libc::termios>() / size_of::<u32>();
const _: () = assert!(size_of::<libc::termios>() == WORDS * size_of::<u32>());

/// Whether the terminal is taken at present, so that it is restored exactly once.
static TAKEN: AtomicBool = AtomicBool::new(false);
/// Its modes before, word by word: a handler may read them while they are written.
static MODES: [AtomicU32; WORDS] = [const { AtomicU32::new(0) }; WORDS];
/// What is written when it is restored.
static RESET: (AtomicPtr<u8>, AtomicUsize) =
    (AtomicPtr::new(std::ptr::null_mut()), AtomicUsize::new(0));
/// The terminal once more, opened non-blocking; -1 where it could not be.
static OUTPUT: AtomicI32 = AtomicI32::new(-1);

/// Whether the terminal is taken at present.
pub fn is_taken() -> bool {
    TAKEN.load(Ordering::SeqCst)
}

/// The columns and rows of the terminal of standard output, and its width and height in pixels, which may be 0: TIOCGWINSZ,
/// ioctl_tty(2). It opens nothing, so that no number of the playground is taken.
///
/// # Errors
///
/// The errno of ioctl(2): ENOTTY if standard output is no terminal, EIO if it was hung up.
pub fn size() -> Result<libc::winsize> {
    // SAFETY: an all-zero winsize is valid to be written over.
    let mut size: libc::winsize = unsafe { std::mem::zeroed() };
    // SAFETY: the struct lives until the call returns.
    check(unsafe { libc::ioctl(libc::STDOUT_FILENO, libc::TIOCGWINSZ, &raw mut size) })?;
    Ok(size)
}

/// Makes the terminal of standard input raw, cfmakeraw(3). [`restore`] undoes that and writes `reset` to standard output.
///
/// # Errors
///
/// The errno of tcgetattr(3) or tcsetattr(3).
pub fn take(reset: &'static [u8]) -> Result<()> {
    let mut modes = remember(reset)?;
    // SAFETY: the struct is an initialised termios.
    unsafe { libc::cfmakeraw(&raw mut modes) };
    set(&modes)
}

/// Takes the terminal for a line editor, which makes it raw while it reads a line. In between what is typed ahead is not
/// echoed and reaches the next line as it was typed, Ctrl-D included; Ctrl-C is a signal. [`restore`] undoes that.
///
/// # Errors
///
/// The errno of tcgetattr(3) or tcsetattr(3).
pub fn take_for_editor(reset: &'static [u8]) -> Result<()> {
    let mut modes = remember(reset)?;
    modes.c_lflag &= !(libc::ICANON | libc::ECHO);
    set(&modes)
}

fn remember(reset: &'static [u8]) -> Result<libc::termios> {
    // SAFETY: an all-zero termios is valid to be written over.
    let mut modes: libc::termios = unsafe { std::mem::zeroed() };
    // SAFETY: the struct lives until the call returns.
    check(unsafe { libc::tcgetattr(libc::STDIN_FILENO, &raw mut modes) })?;
    save(&modes);
    RESET.0.store(reset.as_ptr().cast_mut(), Ordering::SeqCst);
    RESET.1.store(reset.len(), Ordering::SeqCst);
    if OUTPUT.load(Ordering::SeqCst) == -1 {
        OUTPUT.store(open_output().unwrap_or(-1), Ordering::SeqCst);
    }
    TAKEN.store(true, Ordering::SeqCst);
    Ok(modes)
}

/// Restores the terminal. Does nothing when it is not taken. Safe in a signal handler.
pub fn restore() {
    if !TAKEN.swap(false, Ordering::SeqCst) {
        return;
    }
    // The modes of the line first: they matter most and do not depend on what can be written. There is no terminal any
    // more when it fails.
    let _ = set(&saved());
    let (start, length) = (
        RESET.0.load(Ordering::SeqCst),
        RESET.1.load(Ordering::SeqCst),
    );
    // SAFETY: both were stored by `take` from one static slice, before TAKEN was set.
    let reset = unsafe { std::slice::from_raw_parts(start.cast_const(), length) };
    let own = OUTPUT.load(Ordering::SeqCst);
    if own == -1 {
        write_where_it_fits(libc::STDOUT_FILENO, reset);
    } else {
        write_all(own, reset);
    }
}

/// Opens the terminal of standard output once more, above the numbers of the playground.
fn open_output() -> Option<RawFd> {
    use std::os::unix::fs::OpenOptionsExt;
    let file = std::fs::OpenOptions::new()
        .write(true)
        .custom_flags(libc::O_NONBLOCK | libc::O_NOCTTY | libc::O_CLOEXEC)
        .open("/proc/self/fd/1")
        .ok()?;
    let file = crate::sys::descriptor::above(file).ok()?;
    Some(file.into_raw_fd())
}

/// Sets the modes, tcsetattr(3), also from the background: SIGTTOU would stop the process in between.
fn set(modes: &libc::termios) -> Result<()> {
    // SAFETY: all-zero sets are valid to be written over.
    let (mut blocked, mut before): (libc::sigset_t, libc::sigset_t) = unsafe { std::mem::zeroed() };
    // SAFETY: the sets are ours, and a mask cannot fail with a known `how`.
    unsafe {
        libc::sigemptyset(&raw mut blocked);
        libc::sigaddset(&raw mut blocked, libc::SIGTTOU);
        libc::pthread_sigmask(libc::SIG_BLOCK, &raw const blocked, &raw mut before);
    }
    // SAFETY: the struct lives until the call returns.
    let set = check(unsafe { libc::tcsetattr(libc::STDIN_FILENO, libc::TCSANOW, modes) });
    // SAFETY: `before` was written above.
    unsafe { libc::pthread_sigmask(libc::SIG_SETMASK, &raw const before, std::ptr::null_mut()) };
    set.map(drop)
}

/// Writes all of it, or as much as a non-blocking descriptor takes within the limit.
fn write_all(fd: RawFd, bytes: &[u8]) {
    let until = crate::sys::monotonic() + LIMIT;
    let mut rest = bytes;
    while !rest.is_empty() {
        // SAFETY: the pointer is valid for the length.
        let count = unsafe { libc::write(fd, rest.as_ptr().cast(), rest.len()) };
        match crate::sys::check_count(count) {
            Ok(count) => rest = &rest[count..],
            Err(errno) if errno.0 == libc::EINTR => {}
            Err(errno) if errno.0 == libc::EAGAIN => {
                let left = until.saturating_sub(crate::sys::monotonic());
                if left.is_zero() || !becomes_writable(fd, left) {
                    return;
                }
            }
            Err(_) => return,
        }
    }
}

/// Writes it, unless the terminal takes nothing at present.
fn write_where_it_fits(fd: RawFd, bytes: &[u8]) {
    if becomes_writable(fd, LIMIT) {
        // SAFETY: the pointer is valid for the length.
        unsafe { libc::write(fd, bytes.as_ptr().cast(), bytes.len()) };
    }
}

fn becomes_writable(fd: RawFd, within: Duration) -> bool {
    let mut entry = libc::pollfd {
        fd,
        events: libc::POLLOUT,
        revents: 0,
    };
    let timeout = i32::try_from(within.as_millis()).unwrap_or(i32::MAX).max(1);
    // SAFETY: the array has one entry.
    let found = unsafe { libc::poll(&raw mut entry, 1, timeout) };
    found == 1 && entry.revents & libc::POLLOUT != 0
}

fn save(modes: &libc::termios) {
    // SAFETY: both types have the same size, and every bit pattern is a valid array of integers.
    let words: [u32; WORDS] = unsafe { std::mem::transmute_copy(modes) };
    for (place, word) in MODES.iter().zip(words) {
        place.store(word, Ordering::SeqCst);
    }
}

fn saved() -> libc::termios {
    let mut words = [0; WORDS];
    for (word, place) in words.iter_mut().zip(&MODES) {
        *word = place.load(Ordering::SeqCst);
    }
    // SAFETY: both types have the same size, and a termios is made of integers only.
    unsafe { std::mem::transmute_copy(&words) }
}
