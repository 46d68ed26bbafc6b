/// The signal that interrupts a call. Its handler does nothing; the call returns EINTR.
extern "C" fn do_nothing(_: libc::c_int) {}

fn catch_interrupt() {
    let mut action: libc::sigaction = unsafe { std::mem::zeroed() };
    action.sa_sigaction = do_nothing as *const () as usize;
    must("sigaction", check(unsafe { libc::sigaction(libc::SIGRTMAX(), &raw const action, std::ptr::null_mut()) }));
}

/// Whether a thread or a process sleeps in the kernel, as the file `stat` in /proc says.
fn sleeps(path: &str) -> bool {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.rsplit_once(')').is_some_and(|(_, rest)| rest.starts_with(" S"))
}
