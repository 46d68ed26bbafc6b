//! The descriptor table: keeping low numbers for the playground, and our files out of its way.

use super::{Result, check};

/// The program's own descriptors are moved to this number and above, so that a person's first socket is 3, as in the
/// books.
const OWN: i32 = 60;

/// Holds the low numbers while the program opens files of its own. They are free again when it is dropped.
#[derive(Debug)]
pub struct LowNumbers(Vec<i32>);

/// Takes every free number below 60, so that what is opened next lies above.
///
/// Gives fewer, or none, where /dev/null cannot be opened: then numbers are merely less tidy.
pub fn hold_low_numbers() -> LowNumbers {
    let mut held = Vec::new();
    while let Ok(fd) = open_null() {
        if fd >= OWN {
            close(fd);
            break;
        }
        held.push(fd);
    }
    LowNumbers(held)
}

fn open_null() -> Result<i32> {
    // SAFETY: the path is a NUL-terminated literal.
    check(unsafe { libc::open(c"/dev/null".as_ptr(), libc::O_RDONLY | libc::O_CLOEXEC) })
}

impl Drop for LowNumbers {
    fn drop(&mut self) {
        self.0.drain(..).for_each(close);
    }
}

fn close(fd: i32) {
    // SAFETY: the number came from open() above and was given to nobody.
    unsafe { libc::close(fd) };
}

/// Whether a number is open in this process, fcntl(2) F_GETFD.
pub fn is_open(fd: i32) -> bool {
    // SAFETY: F_GETFD takes no argument.
    check(unsafe { libc::fcntl(fd, libc::F_GETFD) }).is_ok()
}

/// Gives the calling thread a descriptor table of its own, unshare(2) CLONE_FILES.
///
/// For a thread that opens files while the playground runs: its numbers can then never be the ones that a person has
/// just closed.
///
/// # Errors
///
/// EPERM where a sandbox forbids it.
pub fn unshare_table() -> Result<()> {
    // SAFETY: the calling thread shares no descriptors with Rust objects of other threads that it would use.
    check(unsafe { libc::unshare(libc::CLONE_FILES) }).map(drop)
}
