//! The signals of a child that fork(2) makes: it takes them as a new program does, those that report events excepted, which
//! stay pending for sigtimedwait(2) as in this process.

use crate::sys::signal::{CAUGHT, MOST_CAUGHT, SIGNALS, SIGPIPE_CAME, TakenSignal};
use crate::sys::signal::{interrupt_signal, reporting};

/// The reporting signals that interrupted a call.
pub(in crate::sys) type Caught = [Option<TakenSignal>; MOST_CAUGHT];

/// What a child needs of the masks, made before fork(2): the child allocates nothing.
#[derive(Clone, Copy)]
pub(in crate::sys) struct ChildMasks {
    /// The mask of the thread that makes it.
    before: libc::sigset_t,
    /// What the child blocks.
    blocked: libc::sigset_t,
    /// The signals that keep their handlers, as bits.
    kept: u64,
}

/// The masks of a child of the calling thread.
pub(in crate::sys) fn masks_of_child() -> ChildMasks {
    // SAFETY: all-zero sets are valid to be written over.
    let (mut before, mut blocked): (libc::sigset_t, libc::sigset_t) = unsafe { std::mem::zeroed() };
    // SAFETY: the sets are ours, and a mask cannot fail with a known `how`.
    unsafe {
        libc::pthread_sigmask(libc::SIG_SETMASK, std::ptr::null(), &raw mut before);
        libc::sigemptyset(&raw mut blocked);
    }
    let mut kept = 0;
    for signal in reporting() {
        // SAFETY: the set is initialised and the number a valid signal.
        unsafe { libc::sigaddset(&raw mut blocked, signal) };
        kept |= 1 << (signal - 1);
    }
    for signal in [libc::SIGPIPE, interrupt_signal()] {
        kept |= 1 << (signal - 1);
    }
    ChildMasks {
        before,
        blocked,
        kept,
    }
}

/// Blocks every signal of the calling thread, so that no handler runs in a child before it is one.
pub(in crate::sys) fn set_all_masked() {
    // SAFETY: an all-zero set is valid to be written over.
    let mut all: libc::sigset_t = unsafe { std::mem::zeroed() };
    // SAFETY: the set is ours.
    unsafe { libc::sigfillset(&raw mut all) };
    crate::sys::signal::set_mask(libc::SIG_SETMASK, &all);
}

/// Ends that.
pub(in crate::sys) fn restore_mask(masks: &ChildMasks) {
    crate::sys::signal::set_mask(libc::SIG_SETMASK, &masks.before);
}

/// Takes signals as a child does from now on. Async-signal-safe.
pub(in crate::sys) fn become_child(masks: &ChildMasks) {
    for signal in 1..=SIGNALS {
        if masks.kept >> (signal - 1) & 1 == 0 {
            // SAFETY: the default disposition runs no code of ours. It fails for SIGKILL, SIGSTOP and those of the C library.
            unsafe { libc::signal(signal, libc::SIG_DFL) };
        }
    }
    crate::sys::signal::set_mask(libc::SIG_SETMASK, &masks.blocked);
}

/// The reporting signals that this thread got, without allocating.
pub(in crate::sys) fn take_noted() -> Caught {
    CAUGHT.with(|caught| caught.replace([None; MOST_CAUGHT]))
}

/// Notes, as if this thread had got them, the signals that a child got.
pub(in crate::sys) fn note(sigpipe: bool, caught: Caught) {
    SIGPIPE_CAME.with(|came| came.set(sigpipe));
    CAUGHT.with(|own| own.set(caught));
}
