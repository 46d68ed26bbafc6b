//! What a thread is doing, from /proc/PID/task (proc_pid_wchan(5), proc_pid_stat(5)).

use std::fs;

/// Where a thread sleeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Sleep {
    /// It runs, or sleeps for a reason of its own (a lock, a channel).
    NotInACall,
    /// It sleeps in this kernel function.
    In(String),
    /// It sleeps, and the kernel does not show where.
    Somewhere,
    /// There is no /proc that says it.
    Unknown,
}

/// Kernel functions in which a thread waits for another thread of ours, not for a socket.
const OWN_WAITS: [&str; 1] = ["futex"];

/// Asks where a thread of this process sleeps.
pub fn sleep(tid: i32) -> Sleep {
    sleep_at(&format!("/proc/self/task/{tid}"))
}

/// Asks where a thread of another process sleeps.
pub fn sleep_elsewhere(pid: i32, tid: i32) -> Sleep {
    sleep_at(&format!("/proc/{pid}/task/{tid}"))
}

fn sleep_at(thread: &str) -> Sleep {
    match is_asleep(thread) {
        Some(true) => {}
        Some(false) => return Sleep::NotInACall,
        None => return Sleep::Unknown,
    }
    match wchan(thread) {
        Some(name) if OWN_WAITS.iter().any(|wait| name.contains(wait)) => Sleep::NotInACall,
        Some(name) => Sleep::In(name),
        // It is about to sleep, or was woken between the two files: the kernel has no name for a thread that may run.
        None if names_are_shown() => Sleep::NotInACall,
        None => Sleep::Somewhere,
    }
}

/// The kernel function in which a thread sleeps.
fn wchan(thread: &str) -> Option<String> {
    let name = fs::read_to_string(format!("{thread}/wchan")).ok()?;
    (!name.is_empty() && name != "0").then_some(name)
}

/// Whether this kernel shows such functions: some thread of the process always sleeps.
fn names_are_shown() -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return false;
    };
    let mut threads = threads.filter_map(|thread| Some(thread.ok()?.path().display().to_string()));
    threads.any(|thread| wchan(&thread).is_some())
}

/// Whether the state letter of a thread is S or D. The letter follows the name, which is in parentheses. `None`: it
/// cannot be read.
fn is_asleep(thread: &str) -> Option<bool> {
    let stat = fs::read_to_string(format!("{thread}/stat")).ok()?;
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    Some(matches!(state, Some('S' | 'D')))
}
