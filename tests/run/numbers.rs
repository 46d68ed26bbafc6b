//! Descriptors and threads, as /proc shows them: the first socket is 3, the program's own files lie out of the way,
//! and a call that blocks sleeps inside the kernel's own function.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use crate::common::child::{Child, folder, sockplay, until};
use crate::common::skipped;

/// The program's own files lie here and above.
const OWN: i32 = 60;

/// What is open, by number, from a `fd` folder of /proc.
fn open_files(folder: &Path) -> BTreeMap<i32, PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else {
        return BTreeMap::new();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            Some((number, fs::read_link(entry.path()).ok()?))
        })
        .collect()
}

/// The files of this process that a child gets too, beside the first three.
fn inherited() -> BTreeSet<i32> {
    let is_kept = |number: &i32| {
        let info = fs::read_to_string(format!("/proc/self/fdinfo/{number}")).unwrap_or_default();
        let flags = info.lines().find_map(|line| line.strip_prefix("flags:"));
        let flags = flags.and_then(|flags| i32::from_str_radix(flags.trim(), 8).ok());
        flags.is_some_and(|flags| flags & libc::O_CLOEXEC == 0)
    };
    open_files(Path::new("/proc/self/fd"))
        .into_keys()
        .filter(|number| *number > 2)
        .filter(is_kept)
        .collect()
}

fn is_socket(file: &Path) -> bool {
    file.to_string_lossy().starts_with("socket:")
}

/// A run that waits while an accept() is pending.
#[track_caller]
fn pending_accept(folder: &Path, before: &str) -> Child {
    let script = before.to_owned()
        + "l = socket(AF_INET, SOCK_STREAM)\nbind(l, 127.0.0.1:0)\nlisten(l, 5)\naccept(l) -> blocks\nwait(l) -> fd within 60s\n";
    let mut child = Child::start(sockplay(folder).arg("-"), script.as_bytes());
    child.until_line("accept(l) ");
    child
}

#[test]
fn sockets_are_numbered_from_3_and_our_own_files_lie_far_above() {
    let folder = folder();
    // The second gives its number back, the listener takes it.
    let before = "a = socket(AF_INET, SOCK_DGRAM)\nb = socket(AF_INET, SOCK_DGRAM)\nc = socket(AF_INET, SOCK_DGRAM)\nclose(b)\n";
    let child = pending_accept(folder.path(), before);
    let inherited = inherited();
    let free: Vec<i32> = (3..OWN)
        .filter(|number| !inherited.contains(number))
        .collect();
    if free[0] != 3 {
        skipped(&format!(
            "that it is 3: {inherited:?} are inherited, {} is free",
            free[0]
        ));
    }
    let files = open_files(&child.proc().join("fd"));
    let sockets: Vec<i32> = files
        .iter()
        .filter(|(number, file)| is_socket(file) && !inherited.contains(number))
        .map(|(number, _)| *number)
        .collect();
    assert_eq!(sockets, free[..3], "{files:?}");
    let others: Vec<i32> = files
        .keys()
        .copied()
        .filter(|number| *number > 2 && !sockets.contains(number) && !inherited.contains(number))
        .collect();
    assert!(!others.is_empty(), "it has files of its own: {files:?}");
    assert!(others.iter().all(|number| *number >= OWN), "{files:?}");
}

#[test]
fn no_thread_keeps_a_socket_of_the_script_in_a_table_of_its_own() {
    let folder = folder();
    let script = "a, b = socketpair(AF_UNIX, SOCK_STREAM)\nrecv(a, 1) -> blocks\nclose(b)\n# closed\nsleep(1min)\n";
    let mut child = Child::start(sockplay(folder.path()).arg("-"), script.as_bytes());
    child.until_line("# closed");
    let shared = open_files(&child.proc().join("fd"));
    let tasks = tasks(&child);
    assert!(tasks.len() > 2, "{tasks:?}");
    for task in tasks {
        let table = open_files(&task.join("fd"));
        if table == shared {
            continue;
        }
        let inherited = inherited();
        let is_kept = |(number, file): &(&i32, &PathBuf)| {
            is_socket(file) && **number > 2 && !inherited.contains(*number)
        };
        let kept: Vec<_> = table.iter().filter(is_kept).collect();
        let name = fs::read_to_string(task.join("comm")).unwrap_or_default();
        // close() would not end a connection that is still open there.
        assert!(kept.is_empty(), "thread {} has {kept:?}", name.trim());
    }
}

/// The threads of a run.
fn tasks(child: &Child) -> Vec<PathBuf> {
    fs::read_dir(child.proc().join("task"))
        .expect("it runs")
        .flatten()
        .map(|entry| entry.path())
        .collect()
}

#[test]
fn a_pending_accept_sleeps_in_the_accept_of_the_kernel() {
    let own = fs::read_to_string("/proc/self/wchan").unwrap_or_default();
    let folder = folder();
    let child = pending_accept(folder.path(), "");
    let wchans = |child: &Child| -> Vec<String> {
        tasks(child)
            .iter()
            .map(|task| fs::read_to_string(task.join("wchan")).unwrap_or_default())
            .collect()
    };
    if wchans(&child)
        .iter()
        .all(|name| name.is_empty() || name == "0")
    {
        return skipped(&format!(
            "this kernel does not show where a thread sleeps (ours: {own:?})"
        ));
    }
    until("a thread in inet_csk_accept", || {
        wchans(&child)
            .iter()
            .any(|name| name == "inet_csk_accept")
            .then_some(())
    });
}

#[test]
fn threads_are_named_after_what_they_serve() {
    let folder = folder();
    let child = pending_accept(folder.path(), "");
    let names: Vec<String> = tasks(&child)
        .iter()
        .map(|task| fs::read_to_string(task.join("comm")).unwrap_or_default())
        .collect();
    let named = |beginning: &str| names.iter().any(|name| name.starts_with(beginning));
    for name in ["sockplay", "fd", "watcher", "sampler", "signals"] {
        assert!(named(name), "no thread is called {name}: {names:?}");
    }
}
