//! What the kernel says of a signal: why it was sent, and by whom.

use serde::{Deserialize, Serialize};

/// The members of `siginfo_t`, sigaction(2). The code decides which of them have a meaning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct SignalInfo {
    /// `si_code`
    pub code: i32,
    /// `si_pid`, where the code says that a process sent it, or that a child has changed.
    pub pid: i32,
    /// `si_uid`, likewise.
    pub uid: u32,
    /// `si_status` of SIGCHLD.
    pub status: i32,
    /// `si_utime` and `si_stime` of SIGCHLD: the time that the child has used, in clock ticks.
    pub times: [i64; 2],
    /// `si_addr`, where an instruction caused it.
    pub address: u64,
}
