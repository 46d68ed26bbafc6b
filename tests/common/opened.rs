//! What a program opens in the descriptor table of its playground beside the calls of the session, as strace(1) saw it.
//! Such a file has a number that a call of the session would get or would find closed.

use std::collections::HashMap;
use std::path::Path;

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

/// A call of a thread.
struct Call<'a> {
    thread: &'a str,
    text: String,
}

/// The calls that opened something in the table of the session between its first socket() and its last shutdown().
#[track_caller]
pub(crate) fn beside_the_session(trace: &str) -> Vec<String> {
    let calls = calls(trace);
    let first = calls.iter().position(|call| is_socket(&call.text));
    let first = first.unwrap_or_else(|| panic!("no socket() in {trace}"));
    let last = calls
        .iter()
        .rposition(|call| call.text.starts_with("shutdown("));
    let last = last.unwrap_or_else(|| panic!("no shutdown() in {trace}"));
    let tables = Tables::of(&calls);
    let between = calls.iter().enumerate().take(last).skip(first);
    let opened =
        between.filter(|(at, call)| opens(&call.text) && tables.is_shared(call.thread, *at));
    opened.map(|(_, call)| call.text.clone()).collect()
}

/// The calls, each where it begins. strace(1) splits one during which another thread made a call.
fn calls(trace: &str) -> Vec<Call<'_>> {
    const UNFINISHED: &str = " <unfinished ...>";
    let mut calls: Vec<Call<'_>> = Vec::new();
    let mut begun: HashMap<&str, usize> = HashMap::new();
    for (thread, text) in trace.lines().filter_map(|line| line.split_once(' ')) {
        let text = text.trim_start();
        let resumed = text
            .strip_prefix("<... ")
            .and_then(|text| text.split_once(" resumed>"));
        if let Some((_, rest)) = resumed {
            if let Some(at) = begun.remove(thread) {
                calls[at].text.push_str(rest);
            }
            continue;
        }
        if text.ends_with(UNFINISHED) {
            begun.insert(thread, calls.len());
        }
        let text = text.trim_end_matches(UNFINISHED).to_owned();
        calls.push(Call { thread, text });
    }
    calls
}

/// Whether the session makes a socket with it.
fn is_socket(call: &str) -> bool {
    call.starts_with("socket(AF_INET, SOCK_STREAM")
}

/// Whether a call opens something that no call of the session opens.
fn opens(call: &str) -> bool {
    let others = [
        "clone",
        "vfork",
        "unshare",
        "close_range",
        "shutdown",
        "+++",
    ];
    let is_other = others.iter().any(|name| call.starts_with(name));
    !is_other && !is_socket(call) && !call.contains("= -1 ")
}

/// Which threads have the table of the session.
struct Tables<'a> {
    /// Who made a thread, with which call, and whether it has the same table.
    made: HashMap<String, (&'a str, usize, bool)>,
    /// With which call a thread got a table of its own.
    apart: HashMap<&'a str, usize>,
}

impl<'a> Tables<'a> {
    fn of(calls: &[Call<'a>]) -> Self {
        let (mut made, mut apart) = (HashMap::new(), HashMap::new());
        for (at, Call { thread, text }) in calls.iter().enumerate() {
            let makes = text.starts_with("clone") || text.starts_with("vfork");
            if makes && let Some((_, new)) = text.rsplit_once("= ") {
                let is_shared = text.contains("CLONE_FILES");
                made.insert(new.trim().to_owned(), (*thread, at, is_shared));
            }
            let is_apart = text.starts_with("unshare(CLONE_FILES")
                || text.starts_with("close_range(") && text.contains("CLOSE_RANGE_UNSHARE");
            if is_apart {
                apart.insert(*thread, at);
            }
        }
        Self { made, apart }
    }

    /// Whether a thread has the table of the session during a call.
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
