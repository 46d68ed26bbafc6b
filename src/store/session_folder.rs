//! A folder for the path sockets of one session, under the folder for temporary files; those that a killed sockplay left
//! behind are removed.
//!
//! Each holds a lock file, and whoever created the folder holds a lock on it with flock(2), which the kernel takes back
//! when that process ends, however it ends. A folder is removed only when it is a folder of this user alone, when nobody
//! holds its lock, and when there is nothing in it but that file and sockets. The lock file gets its name when it is locked
//! already: a folder that is just being created is never taken for one that was left.

use std::ffi::{CStr, OsStr};
use std::fs::{File, Permissions};
use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use nix::dir::Dir;
use nix::errno::Errno;
use nix::fcntl::{AtFlags, Flock, FlockArg, OFlag, open, openat};
use nix::sys::stat::{FileStat, Mode, SFlag, fstat, fstatat};
use nix::unistd::{UnlinkatFlags, geteuid, unlinkat};
use tempfile::TempDir;

use crate::socket::text::escaped;

/// How the names of the folders begin; letters and digits follow.
const PREFIX: &str = "sockplay-";
/// The lock file in each.
const LOCK: &CStr = c".sockplay-lock";
/// Its name until it is locked.
const UNLOCKED: &str = ".sockplay-lock-new";

/// The folder, removed when it is dropped.
#[derive(Debug)]
pub struct SessionFolder {
    folder: TempDir,
    /// `None` where files cannot be locked: then it stays when the program is killed.
    _lock: Option<Flock<File>>,
}

impl SessionFolder {
    /// Makes one where temporary files go (TMPDIR, else /tmp), and removes those that were left there.
    ///
    /// # Errors
    ///
    /// When it cannot be created, with what to do about that.
    pub fn make() -> io::Result<Self> {
        Self::make_in(&std::env::temp_dir())
    }

    /// The same in a folder of the caller's choice.
    ///
    /// # Errors
    ///
    /// As [`SessionFolder::make`].
    pub fn make_in(parent: &Path) -> io::Result<Self> {
        sweep(parent);
        let mut builder = tempfile::Builder::new();
        let builder = builder
            .prefix(PREFIX)
            .permissions(Permissions::from_mode(0o700));
        let folder = builder.tempdir_in(parent).map_err(|error| {
            let parent = escaped(&parent.display().to_string());
            let why = escaped(&error.to_string());
            io::Error::other(format!(
                "cannot make a directory for path sockets in {parent}: {why}; set TMPDIR to a directory that exists and is writable"
            ))
        })?;
        let _lock = lock(folder.path());
        Ok(Self { folder, _lock })
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        self.folder.path()
    }
}

/// Makes the lock file of a new folder and locks it. `None` where that cannot be done.
fn lock(folder: &Path) -> Option<Flock<File>> {
    let unlocked = folder.join(UNLOCKED);
    let file = crate::sys::regular::create_anew(&unlocked).ok()?;
    let file = crate::sys::descriptor::above(file).ok()?;
    let lock = Flock::lock(file, FlockArg::LockExclusiveNonblock).ok()?;
    let locked = folder.join(OsStr::from_bytes(LOCK.to_bytes()));
    std::fs::rename(unlocked, locked).ok()?;
    Some(lock)
}

/// Removes the folders that were left in `parent`. What cannot be removed stays.
fn sweep(parent: &Path) {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let (Ok(entries), Ok(parent)) = (
        std::fs::read_dir(parent),
        open(parent, flags, Mode::empty()),
    ) else {
        return;
    };
    for entry in entries.flatten() {
        let name = entry.file_name();
        if is_ours(&name) {
            // It is somebody else's, in use or not empty: what stays does no harm.
            let _ = remove(&parent, &name);
        }
    }
}

/// Whether a folder could be called so.
fn is_ours(name: &OsStr) -> bool {
    let suffix = name.as_bytes().strip_prefix(PREFIX.as_bytes());
    suffix.is_some_and(|suffix| !suffix.is_empty() && suffix.iter().all(u8::is_ascii_alphanumeric))
}

/// Removes a folder that nobody uses. Everything is done by descriptors, so that no name can be made to mean something
/// else meanwhile, and no symbolic link is followed.
fn remove(parent: &OwnedFd, name: &OsStr) -> nix::Result<()> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_NOFOLLOW | OFlag::O_CLOEXEC;
    let folder = openat(parent, name, flags, Mode::empty())?;
    let stat = fstat(&folder)?;
    if stat.st_uid != geteuid().as_raw() || stat.st_mode & 0o777 != 0o700 {
        return Err(Errno::EPERM);
    }
    let flags = OFlag::O_RDWR | OFlag::O_NOFOLLOW | OFlag::O_NONBLOCK | OFlag::O_CLOEXEC;
    let file = openat(&folder, LOCK, flags, Mode::empty())?;
    if !is(&fstat(&file)?, SFlag::S_IFREG) {
        return Err(Errno::EPERM);
    }
    // Held until all is removed. EWOULDBLOCK: the sockplay that created the folder is alive.
    let _lock = Flock::lock(File::from(file), FlockArg::LockExclusiveNonblock)
        .map_err(|(_, errno)| errno)?;
    let sockets = sockets(&folder)?;
    for name in sockets {
        unlinkat(&folder, name.as_c_str(), UnlinkatFlags::NoRemoveDir)?;
    }
    unlinkat(&folder, LOCK, UnlinkatFlags::NoRemoveDir)?;
    unlinkat(parent, name, UnlinkatFlags::RemoveDir)
}

/// The sockets in a folder.
///
/// # Errors
///
/// ENOTEMPTY when there is something else in it besides the lock file.
fn sockets(folder: &OwnedFd) -> nix::Result<Vec<std::ffi::CString>> {
    let flags = OFlag::O_DIRECTORY | OFlag::O_CLOEXEC;
    let mut entries = Dir::openat(folder, ".", flags, Mode::empty())?;
    let mut sockets = Vec::new();
    for entry in entries.iter() {
        let name = entry?.file_name().to_owned();
        if name.as_c_str() == c"." || name.as_c_str() == c".." || name.as_c_str() == LOCK {
            continue;
        }
        let stat = fstatat(folder, name.as_c_str(), AtFlags::AT_SYMLINK_NOFOLLOW)?;
        if !is(&stat, SFlag::S_IFSOCK) {
            return Err(Errno::ENOTEMPTY);
        }
        sockets.push(name);
    }
    Ok(sockets)
}

/// Whether a file is of a type.
fn is(stat: &FileStat, wanted: SFlag) -> bool {
    SFlag::from_bits_truncate(stat.st_mode) & SFlag::S_IFMT == wanted
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;
    use std::os::unix::net::UnixListener;
    use std::path::PathBuf;

    use crate::store::session_folder::*;

    /// A folder as a killed sockplay leaves it: with a socket, and a lock that nobody holds.
    fn left(parent: &Path) -> PathBuf {
        let SessionFolder { folder, _lock } = SessionFolder::make_in(parent).expect("a folder");
        drop(UnixListener::bind(folder.path().join("s.sock")).expect("a socket"));
        folder.keep()
    }

    #[test]
    fn a_folder_is_its_owners_alone_and_goes_when_it_is_dropped() {
        let parent = tempfile::tempdir().expect("a folder");
        let folder = SessionFolder::make_in(parent.path()).expect("a folder");
        let path = folder.path().to_owned();
        let mode = path.metadata().expect("it is there").permissions().mode();
        assert_eq!(mode & 0o777, 0o700);
        drop(folder);
        assert!(!path.exists());
    }

    #[test]
    fn what_was_left_is_removed_and_what_is_used_is_not() {
        let parent = tempfile::tempdir().expect("a folder");
        let used = SessionFolder::make_in(parent.path()).expect("a folder");
        let left = left(parent.path());
        assert!(left.exists());
        let next = SessionFolder::make_in(parent.path()).expect("a folder");
        assert!(!left.exists(), "nobody holds its lock");
        assert!(used.path().exists() && next.path().exists());
    }

    #[test]
    fn what_is_not_ours_for_certain_stays() {
        let parent = tempfile::tempdir().expect("a folder");
        let target = tempfile::tempdir().expect("a folder");
        let at = |name: &str| parent.path().join(name);
        // A folder without a lock file: somebody may have called it so.
        std::fs::create_dir(at("sockplay-backup")).expect("a folder");
        std::fs::set_permissions(at("sockplay-backup"), Permissions::from_mode(0o700))
            .expect("it is ours");
        std::fs::write(at("sockplay-file"), "").expect("a file");
        // Links to one that was left, and in one.
        let elsewhere = left(target.path());
        symlink(&elsewhere, at("sockplay-link")).expect("a link");
        let with_link = left(parent.path());
        symlink(&elsewhere, with_link.join("link")).expect("a link");
        let other = tempfile::tempdir().expect("a folder");
        let open = left(other.path());
        let shared = at("sockplay-shared");
        std::fs::rename(open, &shared).expect("moved");
        std::fs::set_permissions(&shared, Permissions::from_mode(0o755)).expect("it is ours");
        sweep(parent.path());
        for name in ["sockplay-backup", "sockplay-file", "sockplay-shared"] {
            assert!(at(name).exists(), "{name}");
        }
        assert!(at("sockplay-link").is_symlink() && with_link.join("s.sock").exists());
        assert!(elsewhere.join("s.sock").exists(), "no link is followed");
    }

    #[test]
    fn a_missing_folder_for_temporary_files_is_said() {
        let parent = tempfile::tempdir().expect("a folder");
        let missing = parent.path().join("missing");
        let error = SessionFolder::make_in(&missing).expect_err("there is none");
        let text = error.to_string();
        assert!(
            text.contains("missing: ") && text.contains("set TMPDIR"),
            "{text}"
        );
    }
}
