//! An epoll instance of the program's own, epoll(7): it reports when something happened to a playground socket.

use std::os::fd::{AsRawFd, FromRawFd, OwnedFd};

use crate::sys::{Result, check};

/// The interest list. Dropping it closes it.
#[derive(Debug)]
pub struct Epoll(OwnedFd);

/// Everything that can happen to a socket, reported when it happens and not for as long as it lasts.
const EVENTS: u32 = (libc::EPOLLIN | libc::EPOLLOUT | libc::EPOLLRDHUP | libc::EPOLLET) as u32;

impl Epoll {
    /// epoll_create1(2)
    ///
    /// # Errors
    ///
    /// The errno of the call.
    pub fn new() -> Result<Self> {
        // SAFETY: the call takes no pointers.
        let fd = check(unsafe { libc::epoll_create1(libc::EPOLL_CLOEXEC) })?;
        // SAFETY: the number is new and owned by nobody else.
        Ok(Self(unsafe { OwnedFd::from_raw_fd(fd) }))
    }

    /// Watches a descriptor, known as `token`.
    ///
    /// # Errors
    ///
    /// The errno of epoll_ctl(2): EEXIST when it is watched already.
    pub fn add(&self, fd: i32, token: u64) -> Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, token, EVENTS)
    }

    /// Watches a descriptor for something to read only: an eventfd(2) can always be written to.
    ///
    /// # Errors
    ///
    /// The errno of epoll_ctl(2).
    pub fn add_readable(&self, fd: i32, token: u64) -> Result<()> {
        self.control(libc::EPOLL_CTL_ADD, fd, token, libc::EPOLLIN as u32)
    }

    /// Forgets a descriptor.
    ///
    /// # Errors
    ///
    /// The errno of epoll_ctl(2).
    pub fn remove(&self, fd: i32) -> Result<()> {
        self.control(libc::EPOLL_CTL_DEL, fd, 0, 0)
    }

    fn control(&self, operation: i32, fd: i32, token: u64, events: u32) -> Result<()> {
        let mut event = libc::epoll_event { events, u64: token };
        // SAFETY: the event lives until the call returns.
        check(unsafe { libc::epoll_ctl(self.0.as_raw_fd(), operation, fd, &raw mut event) })
            .map(drop)
    }

    /// Waits until something is reported, at most `timeout` milliseconds (-1: forever), and gives the tokens.
    ///
    /// # Errors
    ///
    /// The errno of epoll_wait(2).
    pub fn wait(&self, timeout: i32) -> Result<Vec<u64>> {
        const ROOM: usize = 64;
        let mut events = [libc::epoll_event { events: 0, u64: 0 }; ROOM];
        // SAFETY: the array has ROOM entries.
        let count = check(unsafe {
            libc::epoll_wait(
                self.0.as_raw_fd(),
                events.as_mut_ptr(),
                ROOM as libc::c_int,
                timeout,
            )
        })?;
        Ok(events
            .iter()
            .take(usize::try_from(count).unwrap_or(0))
            .map(|event| event.u64)
            .collect())
    }
}
