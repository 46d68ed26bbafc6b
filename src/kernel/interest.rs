//! What an epoll instance watches: /proc/PID/fdinfo and poll(2), see proc_pid_fdinfo(5).

use std::fs::File;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::fs::FileExt;

use crate::event::{Interest, InterestList};
use crate::socket::EpollEvents;

/// The most that is read of the file.
const ROOM: usize = 64 << 10;

/// The fdinfo of one epoll instance, open for as long as the instance is watched.
#[derive(Debug)]
pub struct FdInfo(File);

impl FdInfo {
    /// Opens it, above the numbers of the playground. `None` where /proc is not there.
    pub fn open(fd: i32) -> Option<Self> {
        let file = File::open(path("self", fd)).ok()?;
        crate::sys::descriptor::above(file).ok().map(Self)
    }

    /// The interest list as it is now. `None` when the kernel does not show it.
    pub fn read(&self, epoll: i32) -> Option<InterestList> {
        asked_here(&text(&self.0)?, epoll)
    }
}

fn path(process: &str, fd: i32) -> String {
    format!("/proc/{process}/fdinfo/{fd}")
}

fn text(file: &File) -> Option<String> {
    let mut bytes = vec![0; ROOM];
    let count = file.read_at(&mut bytes, 0).ok()?;
    bytes.truncate(count);
    String::from_utf8(bytes).ok()
}

/// The interest list of an epoll instance of the process that makes the calls of this thread, and which events hold there.
/// `None` when the kernel does not show it.
pub(crate) fn read_in_process(epoll: i32) -> Option<InterestList> {
    let process = crate::sys::made::process();
    let read = move || text(&File::open(path(&process, epoll)).ok()?);
    // Opened where it takes no number of the playground.
    let text = crate::kernel::unshared::call("fdinfo", read).flatten()?;
    asked_here(&text, epoll)
}

fn asked_here(text: &str, epoll: i32) -> Option<InterestList> {
    let is_ready = holds(epoll, libc::POLLIN.into()).is_some_and(|now| now != 0);
    Some(list(text, is_ready, |watched| {
        // The number may be another's by now.
        let is_open = crate::sys::asked::inode(watched.fd) == Some(watched.inode);
        is_open.then(|| holds(watched.fd, watched.events)).flatten()
    }))
}

/// The interest list of an instance of another process. `copy` gives a copy of a descriptor of that process, through
/// which it is asked which events hold; each is closed at once. `None` when the kernel does not show it.
pub(crate) fn read_of(
    pid: i32,
    epoll: i32,
    mut copy: impl FnMut(i32) -> Option<OwnedFd>,
) -> Option<InterestList> {
    let text = text(&File::open(path(&pid.to_string(), epoll)).ok()?)?;
    let is_ready = holds(copy(epoll)?.as_raw_fd(), libc::POLLIN.into())?;
    Some(list(&text, is_ready != 0, |watched| {
        let copy = copy(watched.fd)?;
        let is_open = crate::sys::asked::inode(copy.as_raw_fd()) == Some(watched.inode);
        is_open
            .then(|| holds(copy.as_raw_fd(), watched.events))
            .flatten()
    }))
}

/// A line about a registration.
struct Registration {
    fd: i32,
    events: i32,
    inode: u64,
}

/// What the lines say, and of each registration which events hold now; `None`: it is closed.
fn list(
    text: &str,
    ready: bool,
    mut now: impl FnMut(&Registration) -> Option<i32>,
) -> InterestList {
    let entry = |watched: Registration| Interest {
        fd: watched.fd,
        events: EpollEvents(watched.events),
        now: now(&watched).map(EpollEvents),
    };
    let all = text.lines().filter_map(registration);
    InterestList {
        entries: all.map(entry).collect(),
        ready,
    }
}

/// Reads `tfd: 5 events: 19 data: 5 pos:0 ino:2f1 sdev:8`; events, data and ino are hexadecimal.
fn registration(line: &str) -> Option<Registration> {
    let mut words = line.split_whitespace();
    let mut after = |label: &str| words.by_ref().find(|word| *word == label).map(drop);
    after("tfd:")?;
    let fd = words.next()?.parse().ok()?;
    let mut after = |label: &str| words.by_ref().find(|word| *word == label).map(drop);
    after("events:")?;
    let events = u32::from_str_radix(words.next()?, 16).ok()?.cast_signed();
    let inode = words.find_map(|word| word.strip_prefix("ino:"));
    let inode = u64::from_str_radix(inode?, 16).ok()?;
    Some(Registration { fd, events, inode })
}

/// Which of these events hold now; errors and hang-ups always count. EPOLLIN and its like have the numbers of POLLIN.
fn holds(fd: i32, events: i32) -> Option<i32> {
    const POLL_BITS: i32 = 0x7fff;
    let (_, found) = crate::sys::ready::poll(&[(fd, events & POLL_BITS)], 0).ok()?;
    found.first().copied()
}
