//! What this host offers to a test, and why something cannot be tested on it.

use std::fs;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::os::unix::fs::MetadataExt;
use std::process::Command;
use std::sync::atomic::{AtomicU8, AtomicUsize, Ordering};

use nix::sched::{CpuSet, sched_getaffinity, sched_setaffinity};
use nix::unistd::Pid;

/// An address of the loopback that nobody else has: hosts in 127/8 are many, and each call gives another one.
pub(crate) fn free_address() -> SocketAddr {
    static GIVEN: AtomicU8 = AtomicU8::new(1);
    let [.., high, low] = std::process::id().to_be_bytes();
    let host = Ipv4Addr::new(127, GIVEN.fetch_add(1, Ordering::Relaxed), high, low);
    let listener = TcpListener::bind((host, 0)).expect("a port of the loopback");
    listener.local_addr().expect("its address")
}

/// Whether the tests are run by root.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

/// Has this thread, and what it starts, run on one of its processors; the next caller gets the next one. Segments of the
/// loopback interface then arrive in the order in which they were sent. With several processors an acknowledgment can be
/// overtaken: the TIME_WAIT that it reaches answers it, the closed other end resets that, and the TIME_WAIT is over (RFC
/// 1337). That happens on a busy machine only.
pub(crate) fn on_one_processor() {
    static CALLERS: AtomicUsize = AtomicUsize::new(0);
    let this = Pid::from_raw(0);
    let allowed = sched_getaffinity(this).expect("this thread's processors");
    let allowed: Vec<usize> = (0..CpuSet::count())
        .filter(|number| allowed.is_set(*number).is_ok_and(|is_set| is_set))
        .collect();
    let own = allowed[CALLERS.fetch_add(1, Ordering::Relaxed) % allowed.len()];
    let mut one = CpuSet::new();
    one.set(own).expect("a processor");
    sched_setaffinity(this, &one).expect("it may run there");
}

/// Why IPv6 cannot be used.
pub(crate) fn no_ipv6() -> Option<String> {
    let refused = TcpListener::bind("[::1]:0").err()?;
    Some(format!("no IPv6 on this host's loopback: {refused}"))
}

/// Why nothing can be traced with strace(1).
pub(crate) fn no_strace() -> Option<String> {
    let probe = Command::new("strace")
        .args(["-f", "-e", "trace=%net", "-o", "/dev/null", "true"])
        .output();
    match probe {
        Err(error) => Some(format!("strace cannot be started: {error}")),
        Ok(output) if !output.status.success() => Some(format!(
            "strace may not trace: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        )),
        Ok(_) => None,
    }
}
