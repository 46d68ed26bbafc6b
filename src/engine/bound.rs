//! The files that bind() created in a session: removed at its end, those and no others.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::{Mutex, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard, TryLockError};
use std::thread;
use std::time::Instant;

use crate::sys::bound_path::{BoundPath, remember};

/// The files so far.
#[derive(Debug, Default)]
pub(crate) struct BoundPaths {
    files: Mutex<Vec<&'static BoundPath>>,
    /// Read-locked from before a bind() until its file is in the list.
    binding: RwLock<()>,
}

impl BoundPaths {
    /// Hold this while bind() is called and until its file was added: the session does not end in between.
    pub(crate) fn binding(&self) -> RwLockReadGuard<'_, ()> {
        self.binding.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers a file that bind() has just created.
    pub(crate) fn add(&self, path: &[u8]) {
        let Ok(path) = std::path::absolute(Path::new(OsStr::from_bytes(path))) else {
            return;
        };
        if let Some(file) = remember(path.as_os_str().as_bytes()) {
            let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
            files.push(file);
        }
    }

    /// Whether the file at a path is one that bind() created in this session.
    pub(crate) fn has(&self, path: &[u8]) -> bool {
        let Ok(path) = std::path::absolute(Path::new(OsStr::from_bytes(path))) else {
            return false;
        };
        let files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        let mut all = files.iter();
        all.any(|file| file.is_at(path.as_os_str().as_bytes()))
    }

    /// Removes those that are still there.
    pub(crate) fn unlink(&self) {
        let mut files = self.files.lock().unwrap_or_else(PoisonError::into_inner);
        files.drain(..).for_each(BoundPath::unlink);
    }

    /// Removes them, and lets nobody bind any more: the process is about to end. What is being bound is waited for, not
    /// beyond `deadline`.
    pub(crate) fn unlink_for_good(&self, deadline: Instant) {
        let held = self.lock_until(deadline);
        self.unlink();
        std::mem::forget(held);
    }

    fn lock_until(&self, deadline: Instant) -> Option<RwLockWriteGuard<'_, ()>> {
        loop {
            match self.binding.try_write() {
                Ok(held) => return Some(held),
                Err(TryLockError::Poisoned(held)) => return Some(held.into_inner()),
                // A file system may keep bind() waiting for long.
                Err(TryLockError::WouldBlock) if Instant::now() >= deadline => return None,
                Err(TryLockError::WouldBlock) => thread::yield_now(),
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::net::UnixListener;
    use std::time::Duration;

    use crate::engine::bound::*;

    #[test]
    fn the_files_of_the_session_are_removed_and_another_of_the_same_name_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = ["own.sock", "file.sock", "other.sock"];
        let [own, file, other] = names.map(|name| folder.path().join(name));
        let bound = BoundPaths::default();
        for path in [&own, &file, &other] {
            drop(UnixListener::bind(path).expect("a name"));
            bound.add(path.as_os_str().as_bytes());
        }
        // Both are likely to get the inode number of what was removed.
        std::fs::remove_file(&file).expect("it is there");
        std::fs::write(&file, "another's").expect("it can be written");
        let made = || other.symlink_metadata().and_then(|file| file.modified());
        let before = made().expect("a moment");
        // The clock of files goes on some hundred times a second.
        while made().is_ok_and(|at| at == before) {
            std::fs::remove_file(&other).expect("it is there");
            drop(UnixListener::bind(&other).expect("a name"));
        }
        let bytes = |path: &Path| path.as_os_str().as_bytes().to_vec();
        assert!(bound.has(&bytes(&own)));
        assert!(!bound.has(&bytes(&file)) && !bound.has(&bytes(&other)));
        bound.unlink_for_good(Instant::now());
        assert!(!own.exists());
        assert!(file.exists());
        assert!(other.exists());
    }

    #[test]
    fn a_bind_that_does_not_end_is_not_waited_for() {
        let bound = BoundPaths::default();
        let _binding = bound.binding();
        bound.unlink_for_good(Instant::now() + Duration::from_millis(5));
    }
}
