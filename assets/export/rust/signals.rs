fn signal_set(signals: &[libc::c_int]) -> libc::sigset_t {
    let mut set: libc::sigset_t = unsafe { std::mem::zeroed() };
    unsafe { libc::sigemptyset(&raw mut set) };
    for signal in signals {
        unsafe { libc::sigaddset(&raw mut set, *signal) };
    }
    set
}

extern "C" fn handle(_: libc::c_int) {}

/// These signals are held back until a call waits for them.
fn hold_signals() {
    let signals = [SIGNALS];
    for signal in signals {
        let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
        action.sa_sigaction = handle as *const () as usize;
        let returned = unsafe { libc::sigaction(signal, &raw const action, std::ptr::null_mut()) };
        check(returned).expect("sigaction");
    }
    let set = signal_set(&signals);
    unsafe { libc::pthread_sigmask(libc::SIG_BLOCK, &raw const set, std::ptr::null_mut()) };
}
