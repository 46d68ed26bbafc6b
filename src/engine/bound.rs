//! The files that bind() made: removed at the end, those and no others.

use std::ffi::OsStr;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// The files so far. Cheap to clone; all clones are the same list.
#[derive(Debug, Clone, Default)]
pub struct BoundPaths(Arc<Mutex<Vec<BoundPath>>>);

/// A file by its name and by what it is, so that another's of the same name is left alone.
#[derive(Debug)]
struct BoundPath {
    path: PathBuf,
    device: u64,
    inode: u64,
}

impl BoundPaths {
    /// Remembers a file that bind() has just made.
    pub(crate) fn add(&self, path: &[u8]) {
        let path = Path::new(OsStr::from_bytes(path));
        let Ok(path) = std::path::absolute(path) else {
            return;
        };
        if let Ok(file) = path.symlink_metadata() {
            let bound = BoundPath {
                path,
                device: file.dev(),
                inode: file.ino(),
            };
            self.0
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .push(bound);
        }
    }

    /// Removes those that are still there.
    pub(crate) fn unlink(&self) {
        for bound in self
            .0
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .drain(..)
        {
            let is_it =
                |file: std::fs::Metadata| (file.dev(), file.ino()) == (bound.device, bound.inode);
            if bound.path.symlink_metadata().is_ok_and(is_it) {
                // Another process may have removed it in this instant; then it is gone, as wanted.
                let _ = std::fs::remove_file(&bound.path);
            }
        }
    }
}
