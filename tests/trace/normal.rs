//! What two runs of one program have in common: its lines without what differs from run to run (numbers of processes and
//! ports, pointers, times, the data of epoll), thread by thread.

use std::collections::BTreeSet;

use crate::lines::Threads;

/// The calls of each thread; the threads are in the order of their lines.
pub(crate) type Behaviour = Vec<Vec<String>>;

/// What `sockplay trace --format strace` printed.
pub(crate) fn printed(text: &str) -> Behaviour {
    let ends = text.lines().filter_map(|line| {
        let (pid, rest) = line.strip_prefix("[pid ")?.split_once("] ")?;
        rest.starts_with("+++")
            .then(|| (pid.trim().to_owned(), rest.to_owned()))
    });
    let calls = Threads::printed(text).threads.into_iter();
    let calls = calls.map(|(pid, calls)| {
        let lines = calls.into_iter().map(|call| call.text);
        (pid, lines.collect())
    });
    normal(calls.collect(), ends.collect())
}

/// What `strace -f -yy` wrote, of which the calls on sockets and on what event loops wait for are kept, and those that make
/// and end processes.
pub(crate) fn traced(text: &str) -> Behaviour {
    let threads = Threads::traced(text).threads;
    let of_process: BTreeSet<String> = threads
        .iter()
        .flat_map(|(_, calls)| calls)
        .filter(|call| is_thread(&call.text))
        .filter_map(|call| Some(call.text.rsplit_once(" = ")?.1.trim().to_owned()))
        .collect();
    let ends = text.lines().filter_map(|line| {
        let (pid, rest) = line.split_once(' ')?;
        let rest = rest.trim_start();
        let is_end = rest.starts_with("+++ exited") || rest.starts_with("+++ killed");
        (is_end && !of_process.contains(pid)).then(|| (pid.to_owned(), rest.to_owned()))
    });
    let lines = threads.iter().flat_map(|(_, calls)| calls);
    let pipes = pipes(lines.map(|call| call.text.as_str()));
    let calls = threads.iter().map(|(pid, calls)| {
        let mut kept: Vec<String> = Vec::new();
        for call in calls {
            let (plain, has_socket) = undecorated(&call.text, &pipes);
            if is_shown(&plain, has_socket, kept.last()) {
                kept.push(plain);
            }
        }
        (pid.clone(), kept)
    });
    normal(calls.collect(), ends.collect())
}

/// The same of a program whose language has threads of its own, which the kernel's threads take in turns: the lines of all
/// threads, without those that the runtime library makes as it goes (waiting for events, trying what is not ready yet, and
/// interrupting its threads).
pub(crate) fn of_all_threads(behaviour: &Behaviour) -> Behaviour {
    let is_of_runtime = |line: &str| {
        line.starts_with("epoll_pwait(")
            || line.starts_with("--- SIGURG")
            || line.contains(" = -1 EAGAIN")
    };
    let lines = behaviour.iter().flatten();
    let mut kept: Vec<String> = lines.filter(|line| !is_of_runtime(line)).cloned().collect();
    kept.sort();
    vec![kept]
}

/// Whether a call makes a thread of the same process.
fn is_thread(text: &str) -> bool {
    text.starts_with("clone") && text.contains("CLONE_THREAD")
}

/// The calls that are of interest on any descriptor, or on none.
const ALWAYS: [&str; 37] = [
    "socket",
    "socketpair",
    "bind",
    "listen",
    "accept",
    "accept4",
    "connect",
    "getsockname",
    "getpeername",
    "sendto",
    "recvfrom",
    "sendmsg",
    "recvmsg",
    "sendmmsg",
    "recvmmsg",
    "setsockopt",
    "getsockopt",
    "shutdown",
    "close_range",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "epoll_wait",
    "epoll_pwait",
    "epoll_pwait2",
    "pipe",
    "pipe2",
    "eventfd2",
    "timerfd_create",
    "fork",
    "vfork",
    "clone",
    "clone3",
    "execve",
    "execveat",
    "exit_group",
    "kill",
];

fn is_shown(text: &str, has_socket: bool, before: Option<&String>) -> bool {
    let name = text.split('(').next().unwrap_or_default();
    match name {
        _ if text.starts_with("---") => true,
        // It goes on with a call that may not be shown itself; a signal stands between.
        "restart_syscall" => before.is_some_and(|line| !line.starts_with("restart_syscall")),
        _ if is_thread(text) => false,
        _ => has_socket || ALWAYS.contains(&name),
    }
}

/// What `-yy` calls the pipes that the program made itself or received: `pipe:[123]`. Others are where its output goes.
fn pipes<'a>(lines: impl Iterator<Item = &'a str>) -> BTreeSet<String> {
    let calls = ["pipe(", "pipe2(", "recvmsg("];
    let made = lines.filter(|line| calls.iter().any(|call| line.starts_with(call)));
    let names = made.flat_map(|line| line.split('<').skip(1));
    names
        .filter_map(|name| Some(name.split_once('>')?.0.to_owned()))
        .collect()
}

/// A line without what `-yy` says of descriptors, and whether one of them is a socket, one of these pipes, or something else
/// that event loops wait for.
fn undecorated(line: &str, pipes: &BTreeSet<String>) -> (String, bool) {
    let mut plain = String::new();
    let (mut has_socket, mut in_string, mut is_escaped) = (false, false, false);
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        let follows_number = plain.ends_with(|before: char| before.is_ascii_digit());
        if !in_string && c == '<' && follows_number {
            let (length, is_socket) = decoration(rest);
            has_socket |= is_socket || pipes.contains(&rest[1..length - 1]);
            rest = &rest[length..];
            continue;
        }
        if c == '"' && !is_escaped {
            in_string = !in_string;
        }
        is_escaped = in_string && c == '\\' && !is_escaped;
        plain.push(c);
        rest = &rest[c.len_utf8()..];
    }
    (plain, has_socket)
}

/// The length of a decoration `<TCP:[127.0.0.1:1->127.0.0.1:2]>`, and whether it is that of a socket, an epoll instance, a
/// counter or a timer.
fn decoration(text: &str) -> (usize, bool) {
    let (mut depth, mut brackets) = (0, 0);
    let mut end = text.len();
    for (at, c) in text.char_indices() {
        match c {
            '[' => brackets += 1,
            ']' => brackets -= 1,
            '<' => depth += 1,
            '>' if brackets == 0 => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            end = at + 1;
            break;
        }
    }
    let inside = &text[1..end];
    let kinds = [
        "TCP",
        "UDP",
        "UNIX",
        "NETLINK",
        "socket:",
        "anon_inode:[eventpoll]",
        "anon_inode:[eventfd]",
        "anon_inode:[timerfd]",
    ];
    (end, kinds.iter().any(|kind| inside.starts_with(kind)))
}

/// The calls and ends of all threads, without what differs from run to run.
fn normal(threads: Vec<(String, Vec<String>)>, ends: Vec<(String, String)>) -> Behaviour {
    let lines = threads.iter().flat_map(|(_, lines)| lines);
    let mut numbers = ports(lines);
    numbers.extend(threads.iter().map(|(pid, _)| (pid.clone(), "PID")));
    // Which thread gets such a signal, and when, is up to the scheduler.
    let mut of_children = Vec::new();
    let mut behaviour = Behaviour::new();
    for (pid, lines) in threads {
        let lines = lines
            .into_iter()
            .filter(|line| !line.starts_with(OWN_SIGNAL));
        let (signals, mut all): (Vec<_>, Vec<_>) =
            lines.partition(|line| line.starts_with("--- SIGCHLD"));
        of_children.extend(signals);
        let ends = ends.iter().filter(|(other, _)| *other == pid);
        all.extend(ends.map(|(_, end)| end.clone()));
        behaviour.push(all);
    }
    of_children.sort();
    behaviour.push(of_children);
    for line in behaviour.iter_mut().flatten() {
        *line = without_chance(line, &numbers);
    }
    behaviour.retain(|lines| !lines.is_empty());
    behaviour.sort();
    behaviour
}

/// What a virtual machine for Java sends itself, now and then.
const OWN_SIGNAL: &str = "--- SIGSEGV";

/// The ports in addresses that the kernel chose.
fn ports<'a>(lines: impl Iterator<Item = &'a String>) -> Vec<(String, &'static str)> {
    let found = lines.flat_map(|line| {
        let pieces = line.split("_port=htons(").skip(1);
        pieces.filter_map(|piece| piece.split(')').next())
    });
    let chosen = found.filter(|port| port.len() == 5);
    let chosen: BTreeSet<&str> = chosen.collect();
    chosen
        .into_iter()
        .map(|port| (port.to_owned(), "PORT"))
        .collect()
}

/// A line without numbers that another run has other.
fn without_chance(line: &str, numbers: &[(String, &'static str)]) -> String {
    let line = replaced(line, "left {", "}", |_| "T".to_owned());
    let line = replaced(&line, "data={", "}", |_| "D".to_owned());
    let line = replaced(&line, ", si_utime=", "}", |_| String::new());
    let line = line.replace(", si_utime=}", "}");
    let line = without_timeout(&line);
    let mut text = String::new();
    let mut word = String::new();
    for c in line.chars().chain(['\0']) {
        if c.is_ascii_alphanumeric() || c == '_' || c == '…' {
            word.push(c);
            continue;
        }
        let known = numbers.iter().find(|(number, _)| *number == word);
        match known {
            Some((_, name)) => text.push_str(name),
            None if is_pointer(&word) => text.push_str("0x…"),
            None => text.push_str(&word),
        }
        word.clear();
        text.push(c);
    }
    text.trim_end_matches('\0').to_owned()
}

/// A line without the timeout of poll(2) where that is no round number: it is what is left of another one.
fn without_timeout(line: &str) -> String {
    let timeout = line
        .strip_prefix("poll(")
        .and_then(|rest| rest.split_once(") = "))
        .and_then(|(arguments, _)| arguments.rsplit_once(", "))
        .and_then(|(_, timeout)| timeout.parse::<i32>().ok());
    match timeout {
        Some(timeout) if timeout > 0 && timeout % 1000 != 0 => {
            line.replacen(&format!(", {timeout}) = "), ", T) = ", 1)
        }
        _ => line.to_owned(),
    }
}

fn is_pointer(word: &str) -> bool {
    word.starts_with("0x") && word.len() > 8
}

/// A text in which what stands between two others is something else.
fn replaced(text: &str, from: &str, to: &str, by: impl Fn(&str) -> String) -> String {
    let Some((before, rest)) = text.split_once(from) else {
        return text.to_owned();
    };
    let Some((inside, after)) = rest.split_once(to) else {
        return text.to_owned();
    };
    format!(
        "{before}{from}{}{to}{}",
        by(inside),
        replaced(after, from, to, by)
    )
}

#[test]
fn decorations_are_taken_off_outside_of_texts() {
    let line = r#"write(3<TCPv6:[[::1]:1->[::1]:2]>, "1<2>\"3<4", 1</dev/null<char 1:3>>) = 1"#;
    let plain = r#"write(3, "1<2>\"3<4", 1) = 1"#;
    assert_eq!(
        undecorated(line, &BTreeSet::new()),
        (plain.to_owned(), true)
    );
    let file = "read(3</etc/hosts>, 0x7ffc5, 5 <unfinished ...>";
    assert_eq!(
        undecorated(file, &BTreeSet::new()),
        ("read(3, 0x7ffc5, 5 <unfinished ...>".to_owned(), false)
    );
}

#[test]
fn what_is_up_to_chance_is_left_out_and_nothing_else() {
    let numbers = [("40123".to_owned(), "PORT"), ("812".to_owned(), "PID")];
    let line = "f(40123, 812, 8123, 0x7ffc12345678, 0x80, data={u32=1, u64=1}) = 1 (in [3], left {tv_sec=1, tv_usec=2})";
    let plain = "f(PORT, PID, 8123, 0x…, 0x80, data={D}) = 1 (in [3], left {T})";
    assert_eq!(without_chance(line, &numbers), plain);
    let child = "--- SIGCHLD {si_status=0, si_utime=1, si_stime=0} ---";
    assert_eq!(without_chance(child, &[]), "--- SIGCHLD {si_status=0} ---");
    let polls = |timeout| format!("poll([{{fd=3, events=POLLIN}}], 1, {timeout}) = 0 (Timeout)");
    assert_eq!(without_chance(&polls("187"), &[]), polls("T"));
    assert_eq!(without_chance(&polls("60000"), &[]), polls("60000"));
}
