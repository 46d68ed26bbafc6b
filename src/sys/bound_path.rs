//! The files that bind(2) created, in a list that a signal handler can walk: they are removed whatever ends the program.

use std::ffi::CString;
use std::sync::atomic::{AtomicBool, AtomicPtr, Ordering};

/// A file by its name and by what it is, so that another's of the same name is left alone.
#[derive(Debug)]
pub struct BoundPath {
    path: CString,
    identity: Identity,
    is_removed: AtomicBool,
    next: AtomicPtr<Self>,
}

/// What distinguishes a file from another of the same name: device, inode, and when it was created. An inode number alone
/// is given to the next file.
type Identity = (u64, u64, (i64, i64));

/// The newest entry. Entries are never freed: a handler may be walking over them.
static NEWEST: AtomicPtr<BoundPath> = AtomicPtr::new(std::ptr::null_mut());

/// Remembers a file by its absolute path. `None` where there is none.
pub fn remember(path: &[u8]) -> Option<&'static BoundPath> {
    let path = CString::new(path).ok()?;
    let identity = identity(&path)?;
    let entry: &'static BoundPath = Box::leak(Box::new(BoundPath {
        path,
        identity,
        is_removed: AtomicBool::new(false),
        next: AtomicPtr::new(std::ptr::null_mut()),
    }));
    let own = std::ptr::from_ref(entry).cast_mut();
    let mut newest = NEWEST.load(Ordering::SeqCst);
    loop {
        entry.next.store(newest, Ordering::SeqCst);
        match NEWEST.compare_exchange(newest, own, Ordering::SeqCst, Ordering::SeqCst) {
            Ok(_) => return Some(entry),
            Err(other) => newest = other,
        }
    }
}

/// Removes every file that is still there. Safe in a signal handler: it takes no lock and no memory.
pub fn unlink_all() {
    let mut next = NEWEST.load(Ordering::SeqCst);
    // SAFETY: the pointer is null or was leaked by `remember`, and nothing writes to an entry but its atomics.
    while let Some(entry) = unsafe { next.as_ref() } {
        entry.unlink();
        next = entry.next.load(Ordering::SeqCst);
    }
}

impl BoundPath {
    /// Whether it is the file at a path.
    pub fn is_at(&self, path: &[u8]) -> bool {
        let same_name = self.path.as_bytes() == path;
        same_name && identity(&self.path) == Some(self.identity)
    }

    /// Removes the file, once, if it is still the same one. Safe in a signal handler.
    pub fn unlink(&self) {
        if self.is_removed.swap(true, Ordering::SeqCst) {
            return;
        }
        if identity(&self.path) == Some(self.identity) {
            // SAFETY: the path is a NUL-terminated string. Another process may have removed it in this instant; then it
            // is gone, as wanted.
            unsafe { libc::unlink(self.path.as_ptr()) };
        }
    }
}

/// What a path is, lstat(2). `None` for what is not a socket.
fn identity(path: &CString) -> Option<Identity> {
    // SAFETY: an all-zero stat is valid to be written over.
    let mut stat: libc::stat = unsafe { std::mem::zeroed() };
    // SAFETY: the path is a NUL-terminated string, and the struct lives until the call returns.
    crate::sys::check(unsafe { libc::lstat(path.as_ptr(), &raw mut stat) }).ok()?;
    let is_socket = stat.st_mode & libc::S_IFMT == libc::S_IFSOCK;
    // Nothing is ever written to a socket's file, so this is when it was created; chmod(2) changes st_ctime.
    is_socket.then_some((
        stat.st_dev,
        stat.st_ino,
        (stat.st_mtime, stat.st_mtime_nsec),
    ))
}
