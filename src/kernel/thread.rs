//! What a thread of this process is doing, from /proc/self/task (proc_pid_wchan(5), proc_pid_stat(5)).

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

/// Asks where a thread sleeps.
pub fn sleep(tid: i32) -> Sleep {
    match is_asleep(tid) {
        Some(true) => {}
        Some(false) => return Sleep::NotInACall,
        None => return Sleep::Unknown,
    }
    match wchan(tid) {
        Some(name) if OWN_WAITS.iter().any(|wait| name.contains(wait)) => Sleep::NotInACall,
        Some(name) => Sleep::In(name),
        // It is about to sleep, or was woken between the two files: the kernel has no name for a thread that may run.
        None if names_are_shown() => Sleep::NotInACall,
        None => Sleep::Somewhere,
    }
}

/// The kernel function in which a thread sleeps.
fn wchan(tid: i32) -> Option<String> {
    let name = fs::read_to_string(format!("/proc/self/task/{tid}/wchan")).ok()?;
    (!name.is_empty() && name != "0").then_some(name)
}

/// Whether this kernel shows such functions: some thread of the process always sleeps.
fn names_are_shown() -> bool {
    let Ok(threads) = fs::read_dir("/proc/self/task") else {
        return false;
    };
    let tids = threads.filter_map(|thread| thread.ok()?.file_name().to_str()?.parse().ok());
    tids.filter_map(wchan).next().is_some()
}

/// Whether the state letter of a thread is S or D. The letter follows the name, which is in parentheses. `None`: it
/// cannot be read.
fn is_asleep(tid: i32) -> Option<bool> {
    let stat = fs::read_to_string(format!("/proc/self/task/{tid}/stat")).ok()?;
    let state = stat
        .rsplit_once(')')
        .and_then(|(_, rest)| rest.trim_start().chars().next());
    Some(matches!(state, Some('S' | 'D')))
}
