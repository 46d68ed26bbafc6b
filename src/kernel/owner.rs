//! Who has a descriptor of a socket: /proc/PID/fd, proc_pid_fd(5). Only processes of the same user can be looked into.

use std::collections::{HashMap, HashSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::event::{Owner, Seen};
use crate::kernel::listeners::socket_inodes;

/// Looks through all processes once for the owners of some sockets. Opens files: not for a socket's own thread.
///
/// Of several processes that share a socket the first is given. Where there are very many processes it takes long; once
/// `stop` is set, it gives what it has.
pub fn owners(wanted: &HashSet<u32>, stop: &AtomicBool) -> HashMap<u32, Owner> {
    let mut found = HashMap::new();
    for entry in fs::read_dir("/proc").into_iter().flatten().flatten() {
        if stop.load(Ordering::SeqCst) {
            break;
        }
        let pid = entry.file_name().to_str().and_then(|pid| pid.parse().ok());
        let Some(pid) = pid else { continue };
        let inodes = socket_inodes(&entry.path()).into_iter();
        for inode in inodes.filter_map(|inode| u32::try_from(inode).ok()) {
            if wanted.contains(&inode) {
                let program = || program(pid);
                found.entry(inode).or_insert_with(|| Owner::Process {
                    pid,
                    program: program(),
                });
            }
        }
        if found.len() == wanted.len() {
            break;
        }
    }
    found
}

fn program(pid: i32) -> String {
    let name = fs::read_to_string(format!("/proc/{pid}/comm"));
    name.map_or_else(
        |_| "a process".to_owned(),
        |name| name.trim_end().to_owned(),
    )
}

/// Why an owner was not found.
pub fn unknown(uid: Option<u32>) -> Seen<Owner> {
    let own = nix::unistd::geteuid().as_raw();
    Seen::Unavailable(match uid {
        Some(uid) if uid != own => {
            format!("owned by uid {uid}, /proc/PID/fd is not readable")
        }
        _ => "no process that /proc shows has it".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use std::os::fd::AsRawFd;
    use std::os::unix::net::UnixStream;

    use crate::kernel::owner::*;

    #[test]
    fn a_socket_of_this_process_is_found_and_another_is_not() {
        let (a, _b) = UnixStream::pair().expect("a pair");
        let inode = crate::sys::asked::inode(a.as_raw_fd()).expect("it is open");
        let inode = u32::try_from(inode).expect("a small number");
        let goes_on = AtomicBool::new(false);
        let found = owners(&HashSet::from([inode, u32::MAX]), &goes_on);
        let own = std::process::id().cast_signed();
        assert!(
            matches!(found.get(&inode), Some(Owner::Process { pid, .. }) if *pid == own),
            "{found:?}"
        );
        assert_eq!(found.get(&u32::MAX), None);
        let stop = AtomicBool::new(true);
        let found = owners(&HashSet::from([inode]), &stop);
        assert!(found.is_empty(), "{found:?}");
    }

    #[test]
    fn an_owner_that_is_hidden_is_unavailable_with_the_reason() {
        let Seen::Unavailable(reason) = unknown(Some(u32::MAX - 7)) else {
            panic!("nobody can know");
        };
        assert!(reason.contains("uid 4294967288, /proc/PID/fd"), "{reason}");
    }
}
