//! Attaching to a program that runs: whether that is possible, and its threads.

use std::collections::BTreeSet;
use std::io;

use crate::socket::Errno;
use crate::socket::text::escaped;
use crate::sys::ptrace;
use crate::trace::status::Status;

/// linux/sched.h: the flag of a thread of the kernel.
const PF_KTHREAD: u64 = 0x0020_0000;
/// Where Yama says who may trace whom.
const YAMA: &str = "/proc/sys/kernel/yama/ptrace_scope";

/// Begins to trace every thread of a process. Gives their numbers; a thread that one of them makes meanwhile is traced
/// from its begin. To be called on the thread that traces.
///
/// # Errors
///
/// Why that is not possible, with the remedy.
pub(crate) fn attach(pid: i32) -> io::Result<Vec<i32>> {
    let refused = |reason: String| {
        let text = format!("cannot attach to process {pid}: {reason}");
        io::Error::new(io::ErrorKind::PermissionDenied, text)
    };
    if let Some(reason) =
        refusal(pid, std::process::id().cast_signed(), &read).or_else(|| of_kernel(pid))
    {
        return Err(refused(reason));
    }
    let mut seized = BTreeSet::new();
    loop {
        let new: Vec<i32> = threads(pid)
            .into_iter()
            .filter(|tid| !seized.contains(tid))
            .filter_map(|tid| seize(pid, tid).transpose())
            .collect::<Result<_, _>>()
            .map_err(|errno| refused(denied(pid, errno)))?;
        if new.is_empty() {
            break;
        }
        seized.extend(new);
    }
    if seized.is_empty() {
        return Err(refused("it has just ended".to_owned()));
    }
    Ok(seized.into_iter().collect())
}

/// Begins to trace a thread. `None`: it has ended, or is traced since its creator is.
fn seize(pid: i32, tid: i32) -> Result<Option<i32>, Errno> {
    match ptrace::seize(tid, ptrace::OPTIONS) {
        Ok(()) => Ok(Some(tid)),
        Err(Errno(libc::ESRCH)) => Ok(None),
        Err(Errno(libc::EPERM)) if tid != pid => Ok(None),
        Err(errno) => Err(errno),
    }
}

/// The threads of a process, /proc/PID/task.
fn threads(pid: i32) -> Vec<i32> {
    let listed = std::fs::read_dir(format!("/proc/{pid}/task"));
    let entries = listed.into_iter().flatten();
    let numbers = entries.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    numbers.collect()
}

fn read(pid: i32) -> Option<Status> {
    Status::of(pid).ok()
}

/// Why a process cannot be attached to, as far as that is known before it is tried.
fn refusal(pid: i32, own: i32, read: &dyn Fn(i32) -> Option<Status>) -> Option<String> {
    let Some(status) = read(pid) else {
        return Some("there is no such process; `ps -e` lists them".to_owned());
    };
    let (process, tracer) = (status.process(), status.tracer());
    if process != pid {
        return Some(format!(
            "it is a thread of process {process}; attach to that one"
        ));
    }
    if status.is_zombie() {
        return Some("it has ended, and only its parent has not waited for it yet".to_owned());
    }
    if pid == own {
        return Some("it is sockplay itself, and no process can trace itself".to_owned());
    }
    if tracer != 0 {
        let name =
            read(tracer).map_or_else(String::new, |own| format!(" ({})", escaped(own.name())));
        return Some(format!(
            "process {tracer}{name} traces it, and a process has one tracer at a time; end that one first"
        ));
    }
    is_above(pid, own, read).then(|| {
        "sockplay was started by it, and both would wait for each other as soon as it is stopped; attach from another terminal".to_owned()
    })
}

/// The same of a thread of the kernel.
fn of_kernel(pid: i32) -> Option<String> {
    let is_one = is_of_kernel(pid);
    is_one.then(|| "it is a thread of the kernel, which makes no system calls".to_owned())
}

/// Whether a process is the parent of another, or the parent of its parent, and so on.
fn is_above(pid: i32, below: i32, read: &dyn Fn(i32) -> Option<Status>) -> bool {
    let parent = |of: &i32| read(*of).map(|own| own.parent()).filter(|own| *own != 0);
    std::iter::successors(parent(&below), parent).any(|above| above == pid)
}

/// Whether a process is a thread of the kernel: its flags in proc_pid_stat(5).
fn is_of_kernel(pid: i32) -> bool {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let after = stat.rsplit_once(") ").map_or("", |(_, after)| after);
    let flags = after.split(' ').nth(6).and_then(|flags| flags.parse().ok());
    flags.is_some_and(|flags: u64| flags & PF_KTHREAD != 0)
}

/// Why the kernel did not allow it.
fn denied(pid: i32, errno: Errno) -> String {
    if errno.0 != libc::EPERM {
        return format!("ptrace() failed: {}", errno.text());
    }
    let user = |pid| read(pid).map(|own| own.user());
    let (own, theirs) = (user(std::process::id().cast_signed()), user(pid));
    match theirs.filter(|theirs| own != Some(*theirs) && own != Some(0)) {
        Some(user) => format!(
            "it belongs to user {user}, and only that user and root may trace it; run sockplay with sudo"
        ),
        None => {
            let scope = std::fs::read_to_string(YAMA).unwrap_or_default();
            yama(&scope).to_owned()
        }
    }
}

/// Why no process may be traced, not even one's own, if Yama says so.
pub(crate) fn scope() -> Option<&'static str> {
    let scope = std::fs::read_to_string(YAMA).unwrap_or_default();
    matches!(scope.trim(), "2" | "3").then(|| yama(&scope))
}

/// What the value of [`YAMA`] means for a process that cannot be attached to, although its user is ours.
fn yama(scope: &str) -> &'static str {
    match scope.trim() {
        "1" => {
            "/proc/sys/kernel/yama/ptrace_scope is 1, so that only descendants may be traced; run sockplay with sudo, or start the program by `sockplay trace -- PROGRAM`"
        }
        "2" => {
            "/proc/sys/kernel/yama/ptrace_scope is 2, so that only root may trace; run sockplay with sudo"
        }
        "3" => {
            "/proc/sys/kernel/yama/ptrace_scope is 3, so that nothing may be traced until the system is started with another value"
        }
        _ => {
            "the kernel does not permit it (EPERM): it runs with other privileges, as a set-user-ID program does, or a sandbox forbids ptrace(2); run sockplay with sudo"
        }
    }
}

/// The call that a thread is inside, by its number, with its arguments: /proc/PID/task/TID/syscall. `None`: it runs, or the
/// kernel does not say.
pub(crate) fn inside(tid: i32) -> Option<(i64, [u64; 6])> {
    let read = |file: &str| std::fs::read_to_string(format!("/proc/{tid}/{file}"));
    let (number, args) = call(&read("syscall").ok()?)?;
    let is_restarted = number == libc::SYS_restart_syscall;
    let restarted = is_restarted.then(|| restarted(&read("wchan").unwrap_or_default()));
    Some((restarted.flatten().unwrap_or(number), args))
}

/// The call that restart_syscall(2) goes on with, by the function of the kernel that the thread sleeps in. Its arguments
/// are still in the registers. `None`: one that is not traced, or the function is hidden.
fn restarted(wchan: &str) -> Option<i64> {
    #[cfg(target_arch = "x86_64")]
    const POLL: Option<i64> = Some(libc::SYS_poll);
    // poll(3) is ppoll(2) there, which the kernel makes again as it was.
    #[cfg(target_arch = "aarch64")]
    const POLL: Option<i64> = None;
    let is_poll = ["do_poll", "do_sys_poll", "poll_schedule_timeout"];
    let is_poll = is_poll.iter().any(|function| wchan.starts_with(function));
    POLL.filter(|_| is_poll)
}

fn call(text: &str) -> Option<(i64, [u64; 6])> {
    let mut words = text.split_whitespace();
    let number = words.next()?.parse().ok().filter(|number| *number >= 0)?;
    let hex = |word: &str| u64::from_str_radix(word.trim_start_matches("0x"), 16).ok();
    let arguments: Vec<u64> = words.filter_map(hex).take(6).collect();
    Some((number, arguments.try_into().ok()?))
}

#[cfg(test)]
mod tests {
    use crate::trace::attach::*;

    /// 50 is sockplay, started by 40, started by 30; 60 is traced by 70; 80 has ended; 91 is a thread of 90.
    fn made(pid: i32) -> Option<Status> {
        let (parent, tracer, state, process) = match pid {
            30 => (1, 0, "S", 30),
            40 => (30, 0, "S", 40),
            50 => (40, 0, "R", 50),
            60 => (1, 70, "S", 60),
            70 => (1, 0, "S", 70),
            80 => (1, 0, "Z", 80),
            91 => (1, 0, "S", 90),
            _ => return None,
        };
        let text = format!(
            "Name:\tgdb\nState:\t{state} (x)\nTgid:\t{process}\nPPid:\t{parent}\nTracerPid:\t{tracer}\n"
        );
        Some(Status::made(&text))
    }

    #[test]
    fn what_forbids_it_is_said() {
        for (pid, expected) in [
            (i32::MAX, "no such process"),
            (91, "a thread of process 90"),
            (80, "it has ended"),
            (50, "sockplay itself"),
            (60, "process 70 (gdb) traces it"),
            (40, "started by it"),
            (30, "started by it"),
        ] {
            let reason = refusal(pid, 50, &made).expect("a reason");
            assert!(reason.contains(expected), "{pid}: {reason}");
        }
        assert_eq!(refusal(70, 50, &made), None);
    }

    #[test]
    fn each_value_of_yama_has_its_remedy() {
        assert!(yama("1\n").contains("sockplay trace -- PROGRAM"));
        assert!(yama("2\n").contains("only root"));
        assert!(yama("3\n").contains("nothing may be traced"));
        assert!(yama("0\n").contains("EPERM"));
        assert!(yama("").contains("EPERM"));
    }

    #[test]
    fn the_call_of_a_thread_is_read() {
        assert_eq!(call("running\n"), None);
        assert_eq!(call("-1 0x7ffd 0x7f\n"), None);
        let text = "7 0x7ffe 0x1 0xffffffffffffffff 0x0 0x8 0x9 0x7ffd 0x7f\n";
        assert_eq!(call(text), Some((7, [0x7ffe, 1, u64::MAX, 0, 8, 9])));
    }
}
