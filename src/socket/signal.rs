//! Signals by their names, signal(7).

/// The signals of the first thirty-one numbers.
const SIGNALS: [&str; 31] = [
    "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
    "PIPE", "ALRM", "TERM", "STKFLT", "CHLD", "CONT", "STOP", "TSTP", "TTIN", "TTOU", "URG",
    "XCPU", "XFSZ", "VTALRM", "PROF", "WINCH", "IO", "PWR", "SYS",
];

/// The signals that a fault or abort(3) raises. They must not be blocked: the kernel then ends the process without the
/// handler.
pub const FATAL: [i32; 7] = [
    libc::SIGABRT,
    libc::SIGSEGV,
    libc::SIGBUS,
    libc::SIGILL,
    libc::SIGFPE,
    libc::SIGTRAP,
    libc::SIGSYS,
];

/// The signal that interrupts a call which sleeps. Real-time, so that no library and no terminal uses it.
pub fn interrupting() -> i32 {
    libc::SIGRTMIN() + 4
}

/// A signal by its name; the real-time ones are counted from 32.
pub fn signal(number: i32) -> String {
    let named = usize::try_from(number - 1)
        .ok()
        .and_then(|index| SIGNALS.get(index));
    match (named, number) {
        (Some(name), _) => format!("SIG{name}"),
        (None, 32) => "SIGRTMIN".to_owned(),
        (None, 33..=64) => format!("SIGRT_{}", number - 32),
        (None, _) => number.to_string(),
    }
}
