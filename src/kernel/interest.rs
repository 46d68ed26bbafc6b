//! What an epoll instance watches: /proc/self/fdinfo and poll(2), see proc_pid_fdinfo(5).

use std::fs::File;
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
        let file = File::open(format!("/proc/self/fdinfo/{fd}")).ok()?;
        crate::sys::descriptor::above(file).ok().map(Self)
    }

    /// The interest list as it is now. `None` when the kernel does not show it.
    pub fn read(&self, epoll: i32) -> Option<InterestList> {
        let mut bytes = vec![0; ROOM];
        let count = self.0.read_at(&mut bytes, 0).ok()?;
        let text = std::str::from_utf8(bytes.get(..count)?).ok()?;
        Some(InterestList {
            entries: text.lines().filter_map(registration).collect(),
            ready: holds(epoll, libc::POLLIN.into()).is_some_and(|now| now != 0),
        })
    }
}

/// Reads `tfd: 5 events: 19 data: 5 pos:0 ino:2f1 sdev:8`; events, data and ino are hexadecimal.
fn registration(line: &str) -> Option<Interest> {
    let mut words = line.split_whitespace();
    let mut after = |label: &str| words.by_ref().find(|word| *word == label).map(drop);
    after("tfd:")?;
    let fd = words.next()?.parse().ok()?;
    let mut after = |label: &str| words.by_ref().find(|word| *word == label).map(drop);
    after("events:")?;
    let events = u32::from_str_radix(words.next()?, 16).ok()?.cast_signed();
    let inode = words.find_map(|word| word.strip_prefix("ino:"));
    let inode = u64::from_str_radix(inode?, 16).ok()?;
    // The number may be another's by now.
    let is_open = crate::sys::asked::inode(fd) == Some(inode);
    let now = is_open.then(|| holds(fd, events)).flatten();
    Some(Interest {
        fd,
        events: EpollEvents(events),
        now: now.map(EpollEvents),
    })
}

/// Which of these events hold now; errors and hang-ups always count. EPOLLIN and its like have the numbers of POLLIN.
fn holds(fd: i32, events: i32) -> Option<i32> {
    const POLL_BITS: i32 = 0x7fff;
    let (_, found) = crate::sys::ready::poll(&[(fd, events & POLL_BITS)], 0).ok()?;
    found.first().copied()
}
