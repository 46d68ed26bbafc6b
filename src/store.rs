//! Keeping a small file of ours safely: what a person has learned must not be lost, whatever happens to the program.
//!
//! A file is JSON with a version, in `$XDG_STATE_HOME/sockplay`, else `~/.local/state/sockplay`. It is written to a
//! file beside it, flushed to the disk and renamed, so that it is whole at any moment. Two sockplays take turns by a
//! lock, and each reads the file again before it adds its own. A file that cannot be read is set aside, never written
//! over.

pub(crate) mod folder;
pub mod recording;
pub mod script_file;
pub mod session_folder;

use std::io::{self, Read, Write};
use std::marker::PhantomData;
use std::path::{Path, PathBuf};

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use crate::store::folder::Locked;

/// The largest file that is read, in bytes; ours are a thousandth of it.
const LARGEST: u64 = 64 << 20;

/// What is stored in a file.
pub trait Content: Serialize + DeserializeOwned + Default {
    /// The version of its form. A file of a later one belongs to a newer sockplay and is left alone.
    const VERSION: u32;
}

/// Why something is not stored, as a sentence for a person.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// There is no home directory.
    #[error("there is no home directory to store it in")]
    NoHome,
    /// The system did not let us.
    #[error("cannot {doing} {}: {source}", shown(.path))]
    System {
        /// What was to be done, as a verb.
        doing: &'static str,
        /// The file or folder.
        path: PathBuf,
        /// Why not.
        source: io::Error,
    },
    /// Another instance has held the lock for seconds.
    #[error("another sockplay is using {}", shown(.0))]
    Busy(PathBuf),
    /// The file is of a newer sockplay.
    #[error("{} was written by a newer sockplay (version {version})", shown(.path))]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version that it has.
        version: u32,
    },
}

/// A path as it can be shown: it may have any bytes in it.
fn shown(path: &Path) -> String {
    use std::os::unix::ffi::OsStrExt;
    crate::socket::text::Escaped(path.as_os_str().as_bytes()).to_string()
}

/// A file of ours in the state directory. Nothing of it is open between its methods.
#[derive(Debug)]
pub struct StateFile<T> {
    /// `None`: there is no home directory.
    path: Option<PathBuf>,
    content: PhantomData<fn() -> T>,
}

/// The content of a file, with its version.
#[derive(Serialize, Deserialize)]
struct Envelope<T> {
    version: u32,
    content: T,
}

/// The version alone, which is readable whatever else there is.
#[derive(Deserialize)]
struct Version {
    version: u32,
}

/// What reading a file gave.
enum Found<T> {
    Content(T),
    /// It is no JSON of ours; why.
    Damaged(String),
}

impl<T: Content> StateFile<T> {
    /// Opens the file of this name in the person's state directory. Gives it, what is in it (nothing yet: the default),
    /// and what the person should know: that nothing can be stored and why, or that a damaged file was set aside.
    ///
    /// Nothing is created but the folder and the lock.
    pub fn open(name: &str) -> (Self, T, Option<String>) {
        Self::at(folder::of_state().map(|folder| folder.join(name)))
    }

    /// The same in a folder of the caller's choice.
    pub fn open_in(folder: &Path, name: &str) -> (Self, T, Option<String>) {
        Self::at(Some(folder.join(name)))
    }

    /// What is in the file of this name, if it can be read. Nothing is created.
    pub fn stored(name: &str) -> Option<T> {
        let path = folder::of_state().map(|folder| folder.join(name));
        let content = PhantomData;
        Self { path, content }.peek()
    }

    fn at(path: Option<PathBuf>) -> (Self, T, Option<String>) {
        let content = PhantomData;
        let file = Self { path, content };
        match file.locked().and_then(|locked| file.take(&locked)) {
            Ok((value, notice)) => (file, value, notice),
            Err(error) => {
                // What was stored before can be read even where nothing can be written.
                let value = file.peek().unwrap_or_default();
                (file, value, Some(format!("Nothing is saved: {error}.")))
            }
        }
    }

    /// Reads the file as it is now, lets `change` add to it, and writes it. Gives what it is then, and what the person
    /// should know, as [`Self::open`] does. `change` merges: another instance may have written since.
    ///
    /// # Errors
    ///
    /// The file could not be locked, read or written; it is then as it was before.
    pub fn update(&self, change: impl FnOnce(&mut T)) -> Result<(T, Option<String>), Error> {
        let locked = self.locked()?;
        let (mut value, notice) = self.take(&locked)?;
        change(&mut value);
        let text = written(&value).map_err(system("write", locked.path()))?;
        locked.replace(&text)?;
        Ok((value, notice))
    }

    fn locked(&self) -> Result<Locked<'_>, Error> {
        Locked::take(self.path.as_deref().ok_or(Error::NoHome)?)
    }

    /// What is in the file; a damaged one is set aside, and that is said.
    fn take(&self, locked: &Locked<'_>) -> Result<(T, Option<String>), Error> {
        match read(locked.path())? {
            Found::Content(value) => Ok((value, None)),
            Found::Damaged(why) => {
                let aside = locked.set_aside()?;
                let (path, aside) = (shown(locked.path()), shown(&aside));
                let notice = format!("{path} could not be read ({why}). It is kept as {aside}.");
                Ok((T::default(), Some(notice)))
            }
        }
    }

    /// What is in the file, if it can be read.
    fn peek(&self) -> Option<T> {
        match read(self.path.as_deref()?) {
            Ok(Found::Content(value)) => Some(value),
            _ => None,
        }
    }
}

/// The text of the file.
fn written<T: Content>(content: &T) -> io::Result<Vec<u8>> {
    let version = T::VERSION;
    let mut text = serde_json::to_vec_pretty(&Envelope { version, content })?;
    text.push(b'\n');
    Ok(text)
}

fn read<T: Content>(path: &Path) -> Result<Found<T>, Error> {
    let text = match bytes(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(Found::Content(T::default()));
        }
        Err(source) => return Err(system("read", path)(source)),
    };
    let version = match serde_json::from_slice::<Version>(&text) {
        Ok(Version { version }) => version,
        Err(error) => return Ok(Found::Damaged(error.to_string())),
    };
    if version > T::VERSION {
        let path = path.to_owned();
        return Err(Error::Newer { path, version });
    }
    Ok(match serde_json::from_slice::<Envelope<T>>(&text) {
        Ok(envelope) => Found::Content(envelope.content),
        Err(error) => Found::Damaged(error.to_string()),
    })
}

/// The bytes of a regular file of a bearable length.
fn bytes(path: &Path) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    let file = crate::sys::regular::open(path)?;
    file.take(LARGEST + 1).read_to_end(&mut text)?;
    if text.len() as u64 > LARGEST {
        return Err(io::Error::from(io::ErrorKind::FileTooLarge));
    }
    Ok(text)
}

/// Makes an error of the system one of ours.
fn system(doing: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Error {
    let path = path.to_owned();
    move |source| Error::System {
        doing,
        path,
        source,
    }
}

/// Writes a file that no other program has, and has it on the disk when it returns.
fn write_through(path: &Path, text: &[u8]) -> io::Result<()> {
    let mut file = crate::sys::regular::create_anew(path)?;
    file.write_all(text)?;
    file.sync_all()
}

#[cfg(test)]
mod tests;
