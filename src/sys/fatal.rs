//! Signals that end the process at once, such as SIGABRT of a failed allocation and SIGSEGV: a handler restores the
//! terminal and removes the path sockets first, and then lets the signal do what it would have done.

use std::sync::OnceLock;

use libc::{c_int, c_void, siginfo_t};

use crate::sys::{Result, check};

pub(crate) use crate::socket::signal::FATAL;

/// What was done at each of them before.
static BEFORE: OnceLock<[libc::sigaction; FATAL.len()]> = OnceLock::new();

/// Restores the terminal and removes the path sockets. Safe in a signal handler.
pub fn clean_up() {
    crate::sys::tty::restore();
    crate::sys::bound_path::unlink_all();
}

/// Installs the handlers. Does nothing the second time.
///
/// # Errors
///
/// The errno of sigaction(2).
pub fn install() -> Result<()> {
    if BEFORE.get().is_some() {
        return Ok(());
    }
    // SAFETY: all-zero sigactions are valid to be written over.
    let mut before: [libc::sigaction; FATAL.len()] = unsafe { std::mem::zeroed() };
    for (signal, before) in FATAL.into_iter().zip(&mut before) {
        // SAFETY: a null pointer for the new action only asks for the present one.
        check(unsafe { libc::sigaction(signal, std::ptr::null(), before) })?;
    }
    // Known before the first handler may run.
    let before = BEFORE.get_or_init(|| before);
    // SAFETY: as above.
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = handle as extern "C" fn(c_int, *mut siginfo_t, *mut c_void) as usize;
    // On the alternate stack, where there is one: the fault may be that the usual one is used up.
    action.sa_flags = libc::SA_SIGINFO | libc::SA_ONSTACK;
    // SAFETY: the set is ours.
    unsafe { libc::sigfillset(&raw mut action.sa_mask) };
    for (signal, before) in FATAL.into_iter().zip(before) {
        if before.sa_sigaction != libc::SIG_IGN {
            // SAFETY: the handler makes only calls that are safe in one.
            check(unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) })?;
        }
    }
    Ok(())
}

extern "C" fn handle(signal: c_int, info: *mut siginfo_t, _: *mut c_void) {
    clean_up();
    // SAFETY: the kernel gives a valid pointer to a handler with SA_SIGINFO.
    let is_fault = unsafe { (*info).si_code } > 0;
    let at = FATAL.iter().position(|own| *own == signal);
    let before = at.and_then(|at| BEFORE.get()?.get(at));
    if let Some(before) = before.filter(|_| is_fault) {
        // The instruction that failed is run again, and what was there before deals with it: the standard library
        // explains an overflow of the stack.
        // SAFETY: the action was in force before.
        unsafe { libc::sigaction(signal, before, std::ptr::null_mut()) };
        return;
    }
    // SAFETY: the default action runs no code of ours; raise(3) may be called in a handler. The signal is blocked while
    // this runs and ends the process when it returns.
    unsafe {
        libc::signal(signal, libc::SIG_DFL);
        libc::raise(signal);
    }
}
