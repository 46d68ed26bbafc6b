//! The descriptor table: keeping low numbers for the playground, and our files out of its way.

use std::fs::File;
use std::os::fd::{AsRawFd, BorrowedFd, FromRawFd};
use std::sync::OnceLock;

use nix::sys::resource::{Resource, getrlimit};

use crate::sys::{Result, check};

/// The program's own descriptors are moved to this number and above, so that a person's first socket is 3, as in the
/// books.
const OWN: i32 = 60;
/// How many numbers must be left for the program's own files where few are allowed (RLIMIT_NOFILE).
const ROOM: u64 = 12;

/// The highest number that [`grow_table`] makes room for: several times what the program itself opens. Not more, since
/// select(2) ignores numbers beyond the table, and that can be tried.
const GROWN_TO: i32 = 511;

/// Gives the descriptor table room for 512 numbers, or for as many as RLIMIT_NOFILE allows, and notes what is in it.
///
/// Call it before the first thread exists. The kernel doubles a full table, and where threads share it the one that
/// opens a descriptor then waits for an RCU grace period, several milliseconds each time.
pub fn grow_table() {
    note_inherited();
    let allowed = getrlimit(Resource::RLIMIT_NOFILE).map_or(u64::MAX, |(soft, _)| soft);
    let highest =
        i32::try_from(allowed.saturating_sub(1)).map_or(GROWN_TO, |most| most.min(GROWN_TO));
    // Any open number will do; where the standard three are closed the table merely grows later.
    let copied = (0..=2).find_map(|fd| copy_from(fd, highest).ok());
    if let Some(fd) = copied {
        close(fd);
    }
}

/// The descriptors that this program was started with, which programs that it starts get too.
static INHERITED: OnceLock<Vec<libc::c_uint>> = OnceLock::new();

fn note_inherited() {
    let mut numbers = open_numbers().unwrap_or_default();
    // The folder that lists them is closed again.
    numbers.retain(|number| !closes_on_exec(*number));
    let _ = INHERITED.set(numbers);
}

/// Whether a descriptor is closed on exec, or not open at all.
fn closes_on_exec(number: libc::c_uint) -> bool {
    // SAFETY: the command takes no argument.
    let flags = unsafe { libc::fcntl(number.cast_signed(), libc::F_GETFD) };
    flags == -1 || flags & libc::FD_CLOEXEC != 0
}

/// Has every descriptor closed on exec that was opened since the start of the program.
pub fn close_on_exec() {
    let inherited = INHERITED.get().map_or(&[][..], Vec::as_slice);
    let mut numbers = open_numbers().unwrap_or_default();
    numbers.retain(|number| !inherited.contains(number));
    for number in numbers {
        // SAFETY: the command takes an int. A number that is not open any more fails, which is what was wanted.
        unsafe { libc::fcntl(number.cast_signed(), libc::F_SETFD, libc::FD_CLOEXEC) };
    }
}

/// The lowest free number from `least` on, for the file of `fd`: fcntl(2) F_DUPFD_CLOEXEC.
fn copy_from(fd: i32, least: i32) -> Result<i32> {
    // SAFETY: the command takes an int.
    check(unsafe { libc::fcntl(fd, libc::F_DUPFD_CLOEXEC, least) })
}

/// Whether two descriptors of this process refer to one open file description: kcmp(2) with KCMP_FILE.
///
/// `None`: the kernel was built without it, or a security policy forbids it.
pub fn is_same_file(one: i32, other: i32) -> Option<bool> {
    let pid = std::process::id().cast_signed();
    is_same_file_in((pid, one), (pid, other))
}

/// The same of descriptors of two processes, each with the number of its process.
pub fn is_same_file_in(one: (i32, i32), other: (i32, i32)) -> Option<bool> {
    const KCMP_FILE: libc::c_int = 0;
    // SAFETY: the call takes five numbers and no pointer.
    let order = unsafe { libc::syscall(libc::SYS_kcmp, one.0, other.0, KCMP_FILE, one.1, other.1) };
    (order >= 0).then_some(order == 0)
}

/// Holds the low numbers while the program opens files of its own. They are free again when it is dropped.
#[derive(Debug)]
pub struct LowNumbers(Vec<i32>);

/// Takes every free number below 60, so that what is opened next lies above.
///
/// Gives fewer, or none, where /dev/null cannot be opened: then numbers are merely less tidy.
pub fn hold_low_numbers() -> LowNumbers {
    let mut held = Vec::new();
    let allowed = getrlimit(Resource::RLIMIT_NOFILE).map_or(u64::MAX, |(soft, _)| soft);
    let own = i32::try_from(allowed.saturating_sub(ROOM)).map_or(OWN, |most| most.min(OWN));
    let mut next = open_null();
    while let Ok(fd) = next {
        if fd >= own {
            close(fd);
            break;
        }
        held.push(fd);
        // A copy is made in a fraction of the time that opening by a path takes.
        next = copy_from(fd, 0);
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
    // SAFETY: the number is from open() above and was given to nobody.
    unsafe { libc::close(fd) };
}

/// Another number for the file of a descriptor, above those of the playground. `None` when there is none for it.
pub fn copy_above(fd: i32) -> Option<i32> {
    copy_from(fd, OWN).ok()
}

/// Moves a file of the program's own above the numbers of the playground.
///
/// # Errors
///
/// The errno of fcntl(2): EMFILE when there is no number for it.
pub fn above(file: File) -> Result<File> {
    let fd = copy_from(file.as_raw_fd(), OWN)?;
    // SAFETY: the number is new and owned by nobody else.
    Ok(unsafe { File::from_raw_fd(fd) })
}

/// Gives the calling thread a descriptor table of its own, unshare(2) CLONE_FILES, with nothing in it but the standard
/// three and those that are to be kept.
///
/// For a thread that opens files while the playground runs: its numbers can then never be the ones that a person has
/// just closed. The copies of a person's sockets must go at once: a copy keeps a socket open after close().
///
/// # Errors
///
/// EPERM where a sandbox forbids it; the thread then shares the table as before.
pub fn unshare_table(keep: &[BorrowedFd<'_>]) -> Result<()> {
    unshare_table_but(keep, &[])
}

/// The same for a thread that starts programs, which get the descriptors that this program was given: those numbers are
/// kept too, and a further one that another thread has, and will close in its own table.
///
/// # Errors
///
/// As [`unshare_table`].
pub fn unshare_table_for_programs(keep: &[BorrowedFd<'_>], further: Option<i32>) -> Result<()> {
    let inherited = INHERITED
        .get()
        .map_or(&[][..], Vec::as_slice)
        .iter()
        .copied();
    let all: Vec<libc::c_uint> = inherited.chain(further.map(i32::cast_unsigned)).collect();
    unshare_table_but(keep, &all)
}

fn unshare_table_but(keep: &[BorrowedFd<'_>], others: &[libc::c_uint]) -> Result<()> {
    const FIRST_COPY: libc::c_uint = 3;
    // SAFETY: the calling thread uses no descriptor that a Rust object of another thread owns.
    check(unsafe { libc::unshare(libc::CLONE_FILES) })?;
    let mut kept: Vec<libc::c_uint> = keep
        .iter()
        .map(|fd| fd.as_raw_fd().cast_unsigned())
        .chain(others.iter().copied().filter(|fd| *fd >= FIRST_COPY))
        .collect();
    kept.sort_unstable();
    let mut first = FIRST_COPY;
    for kept in kept {
        close_copies(first, kept.saturating_sub(1));
        first = first.max(kept.saturating_add(1));
    }
    close_copies(first, libc::c_uint::MAX);
    Ok(())
}

/// The most numbers that are tried one by one.
const TRIED: libc::c_uint = 1 << 16;

/// Closes every number of a range, close_range(2); one by one on kernels before 5.9 and in sandboxes that do not have it.
fn close_copies(first: libc::c_uint, last: libc::c_uint) {
    if first > last {
        return;
    }
    // SAFETY: the table is this thread's alone, and no Rust object of this thread owns a descriptor of the range.
    let closed = unsafe { libc::syscall(libc::SYS_close_range, first, last, 0) };
    if closed == -1 {
        let numbers = open_numbers().unwrap_or_else(|| (first..TRIED).collect());
        let copies = numbers
            .into_iter()
            .filter(|number| (first..=last).contains(number));
        copies.map(libc::c_uint::cast_signed).for_each(close);
    }
}

/// The numbers that are open in the table of the calling thread. `None`: there is no /proc that lists them. The limit of
/// a process says little: it may be a thousand million.
fn open_numbers() -> Option<Vec<libc::c_uint>> {
    let listed = std::fs::read_dir("/proc/thread-self/fd").ok()?;
    let numbers = listed.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Some(numbers.collect())
}
