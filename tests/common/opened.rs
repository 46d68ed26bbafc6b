//! What a program opens in the descriptor table of its playground beside the calls of the session, as strace(1) saw it.
//! Such a file has a number that a call of the session would get or would find closed.

use std::collections::HashMap;
use std::path::Path;
use std::process::Command;

/// The calls that open something, and those that make threads and tables.
const TRACED: &str = "trace=open,openat,openat2,eventfd2,timerfd_create,epoll_create1,pipe2,memfd_create,pidfd_open,\
                      pidfd_getfd,inotify_init1,socket,shutdown,clone,clone3,vfork,unshare,close_range";

/// Arguments of strace(1) that write its trace into a file; the program follows.
pub(crate) fn arguments(trace: &Path) -> Vec<String> {
    let trace = trace.to_string_lossy().into_owned();
    ["-f", "-q", "-o", &trace, "-e", "signal=none", "-e", TRACED]
        .map(str::to_owned)
        .to_vec()
}

/// Why nothing can be traced here.
pub(crate) fn cannot_trace() -> Option<String> {
    let output = Command::new("strace").args(["-f", "true"]).output();
    match output {
        Ok(output) if output.status.success() => None,
        Ok(output) => Some(String::from_utf8_lossy(&output.stderr).into_owned()),
        Err(error) => Some(format!("strace: {error}")),
    }
}

/// The calls that opened something in the table of the session between its first socket() and its last shutdown().
#[track_caller]
pub(crate) fn beside_the_session(trace: &str) -> Vec<&str> {
    let lines: Vec<(&str, &str)> = trace
        .lines()
        .filter_map(|line| line.split_once(' '))
        .collect();
    let is_own = |call: &str| call.trim_start().starts_with("socket(AF_INET, SOCK_STREAM");
    let first = lines.iter().position(|(_, call)| is_own(call));
    let first = first.unwrap_or_else(|| panic!("no socket() in {trace}"));
    let is_last = |call: &str| call.trim_start().starts_with("shutdown(");
    let last = lines.iter().rposition(|(_, call)| is_last(call));
    let last = last.unwrap_or_else(|| panic!("no shutdown() in {trace}"));
    let tables = Tables::of(&lines);
    let between = lines.iter().enumerate().take(last).skip(first);
    let opens = between.filter(|(at, (thread, call))| opens(call) && tables.is_shared(thread, *at));
    opens.map(|(_, (_, call))| call.trim_start()).collect()
}

/// Whether a line begins a call that opens something which no call of the session opens.
fn opens(call: &str) -> bool {
    let call = call.trim_start();
    let makes = [
        "clone",
        "vfork",
        "unshare",
        "close_range",
        "shutdown",
        "<...",
        "+++",
    ];
    !makes.iter().any(|name| call.starts_with(name))
        && !call.starts_with("socket(AF_INET, SOCK_STREAM")
        && !call.contains("= -1 ")
}

/// Which threads have the table of the session.
struct Tables<'a> {
    /// Who made a thread, in which line, and whether it has the same table.
    made: HashMap<&'a str, (&'a str, usize, bool)>,
    /// In which line a thread got a table of its own.
    apart: HashMap<&'a str, usize>,
}

impl<'a> Tables<'a> {
    fn of(lines: &[(&'a str, &'a str)]) -> Self {
        let (mut made, mut apart) = (HashMap::new(), HashMap::new());
        let mut begun: HashMap<&str, (usize, bool)> = HashMap::new();
        for (at, (thread, call)) in lines.iter().enumerate() {
            let call = call.trim_start();
            if call.starts_with("clone") || call.starts_with("vfork") {
                begun.insert(thread, (at, call.contains("CLONE_FILES")));
            }
            let is_made = ["clone", "vfork", "<... clone", "<... vfork"];
            let new = call.rsplit_once("= ").map(|(_, new)| new.trim());
            if is_made.iter().any(|name| call.starts_with(name))
                && let Some(new) = new.filter(|new| new.bytes().all(|byte| byte.is_ascii_digit()))
                && let Some((at, is_shared)) = begun.get(thread)
            {
                made.insert(new, (*thread, *at, *is_shared));
            }
            let is_apart = call.starts_with("unshare(CLONE_FILES")
                || call.starts_with("close_range(") && call.contains("CLOSE_RANGE_UNSHARE");
            if is_apart {
                apart.insert(*thread, at);
            }
        }
        Self { made, apart }
    }

    /// Whether a thread has the table of the session in a line.
    fn is_shared(&self, thread: &str, at: usize) -> bool {
        if self.apart.get(thread).is_some_and(|since| *since <= at) {
            return false;
        }
        match self.made.get(thread) {
            Some((maker, since, is_shared)) => *is_shared && self.is_shared(maker, *since),
            None => true,
        }
    }
}
