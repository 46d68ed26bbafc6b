//! The state directory, and the lock under which one file of it is replaced or set aside.

use std::fs::{self, DirBuilder, File};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::Duration;

use etcetera::{BaseStrategy, base_strategy::Xdg};
use nix::errno::Errno;
use nix::fcntl::{Flock, FlockArg};

use crate::store::{Error, system, write_through};

/// How often a lock that another holds is tried: it is held for milliseconds, unless its holder was stopped.
const TRIES: u32 = 200;
/// The pause between two tries.
const PAUSE: Duration = Duration::from_millis(10);

/// The state directory (XDG Base Directory Specification). `None`: there is no home directory.
pub(crate) fn of_state() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.state_dir()?.join("sockplay"))
}

/// The configuration directory (XDG Base Directory Specification). `None`: there is no home directory.
pub(crate) fn of_configuration() -> Option<PathBuf> {
    Some(Xdg::new().ok()?.config_dir().join("sockplay"))
}

/// A file that no other sockplay touches while this lives.
pub(crate) struct Locked<'a> {
    path: &'a Path,
    _lock: Flock<File>,
}

impl<'a> Locked<'a> {
    /// Locks a file, which need not be there; makes its folder.
    pub(crate) fn take(path: &'a Path) -> Result<Self, Error> {
        let folder = path.parent().unwrap_or_else(|| Path::new("."));
        // For its owner alone, as the specification says.
        let made = DirBuilder::new().recursive(true).mode(0o700).create(folder);
        made.map_err(system("make", folder))?;
        let beside = beside(path, "lock");
        let mut file =
            crate::sys::regular::open_or_create(&beside).map_err(system("open", &beside))?;
        for _ in 0..TRIES {
            match Flock::lock(file, FlockArg::LockExclusiveNonblock) {
                Ok(_lock) => return Ok(Self { path, _lock }),
                Err((again, Errno::EWOULDBLOCK | Errno::EINTR)) => file = again,
                Err((_, error)) => return Err(system("lock", &beside)(error.into())),
            }
            thread::sleep(PAUSE);
        }
        Err(Error::Busy(beside))
    }

    /// The file.
    pub(crate) fn path(&self) -> &Path {
        self.path
    }

    /// Replaces the file. A reader finds the whole old file or the whole new one at any moment.
    pub(crate) fn replace(&self, text: &[u8]) -> Result<(), Error> {
        let new = self.prepare(text)?;
        fs::rename(&new, self.path).map_err(system("replace", self.path))?;
        // The rename itself is on the disk when its folder is.
        let folder = self.path.parent().unwrap_or_else(|| Path::new("."));
        let flushed = File::open(folder).and_then(|folder| folder.sync_all());
        flushed.map_err(system("flush", folder))
    }

    /// Writes what is to become the file beside it. The name is always the same: what a crash leaves is
    /// removed first, and whatever else has that name, which is not followed.
    pub(crate) fn prepare(&self, text: &[u8]) -> Result<PathBuf, Error> {
        let new = beside(self.path, "new");
        write_through(&new, text).map_err(system("write", &new))?;
        Ok(new)
    }

    /// Renames the file to the first free name of `NAME.damaged-1`, `-2`, ...
    pub(crate) fn set_aside(&self) -> Result<PathBuf, Error> {
        let names = (1..).map(|n: u32| beside(self.path, &format!("damaged-{n}")));
        let mut free = names.filter(|name| fs::symlink_metadata(name).is_err());
        let aside = free.next().unwrap_or_else(|| beside(self.path, "damaged"));
        fs::rename(self.path, &aside).map_err(system("set aside", self.path))?;
        Ok(aside)
    }
}

/// The path with another ending after its own.
fn beside(path: &Path, ending: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".");
    name.push(ending);
    PathBuf::from(name)
}
