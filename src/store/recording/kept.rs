//! The recordings of earlier sessions: where they are, which there are, and which are removed to make room.

use std::fs::{DirBuilder, File};
use std::io::{self, BufRead, BufReader, Read, Seek, SeekFrom};
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use chrono::{DateTime, Local};
use nix::fcntl::{Flock, FlockArg};

use crate::journal::{Header, LONGEST, Limits, Recorded};
use crate::store::folder;
use crate::store::recording::Recording;
use crate::store::{Error, shown, system};

/// The directory in the state directory.
const DIRECTORY: &str = "sessions";
/// How the names of recordings end.
pub const ENDING: &str = "jsonl";
/// How many names are tried where one is taken.
const TRIES: u32 = 100;

/// A recording of a session that was begun on this machine.
#[derive(Debug)]
pub struct Kept {
    /// Its file.
    pub path: PathBuf,
    /// How many bytes it has.
    pub size: u64,
    /// When it was last written.
    pub written: SystemTime,
}

/// What a recording says about itself.
#[derive(Debug)]
pub struct Summary {
    /// Its first line. `None`: it cannot be read.
    pub header: Option<Header>,
    /// How many calls were requested.
    pub calls: u64,
    /// Whether a sockplay is writing it.
    pub is_in_use: bool,
    /// Whether it ends in the middle of a line.
    pub is_torn: bool,
}

/// The directory of the recordings. `None`: there is no home directory.
pub fn directory() -> Option<PathBuf> {
    Some(folder::of_state()?.join(DIRECTORY))
}

/// Begins the recording of a session in that directory, and removes what is over the limits.
///
/// # Errors
///
/// Why it is not recorded.
pub fn begin(what: Recorded, limits: Limits) -> Result<Recording, Error> {
    begin_in(&directory().ok_or(Error::NoHome)?, what, limits)
}

/// The same in a directory of the caller's choice.
///
/// # Errors
///
/// As [`begin`].
pub fn begin_in(directory: &Path, what: Recorded, limits: Limits) -> Result<Recording, Error> {
    // For its owner alone: what was sent and received is in it.
    let mut builder = DirBuilder::new();
    let made = builder.recursive(true).mode(0o700).create(directory);
    made.map_err(system("make", directory))?;
    remove_old(directory, limits, SystemTime::now());
    let now = Local::now().format("%Y-%m-%d-%H%M%S");
    let pid = std::process::id();
    let mut number = 0;
    loop {
        let again = if number == 0 {
            String::new()
        } else {
            format!("-{number}")
        };
        let path = directory.join(format!("{now}-{pid}{again}.{ENDING}"));
        match Recording::create(&path, what.clone()) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists && number < TRIES => {
                number += 1;
            }
            made => return made.map_err(system("write", &path)),
        }
    }
}

/// The recordings, the oldest first.
///
/// # Errors
///
/// When the directory cannot be read. One that does not exist is an empty one.
pub fn all_in(directory: &Path) -> Result<Vec<Kept>, Error> {
    let entries = match std::fs::read_dir(directory) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(system("read", directory)(error)),
    };
    let mut all: Vec<Kept> = entries.flatten().filter_map(|entry| kept(&entry)).collect();
    all.sort_by(|one, other| {
        let key = |kept: &Kept| (kept.written, kept.path.clone());
        key(one).cmp(&key(other))
    });
    Ok(all)
}

/// An entry of the directory, if it is a recording.
fn kept(entry: &std::fs::DirEntry) -> Option<Kept> {
    let path = entry.path();
    let metadata = entry.metadata().ok().filter(std::fs::Metadata::is_file)?;
    (path.extension()? == ENDING).then_some(Kept {
        size: metadata.len(),
        written: metadata.modified().ok()?,
        path,
    })
}

/// Removes what is older than allowed, and then the oldest until the rest is as small as allowed; never one that is
/// being written. What cannot be removed stays.
fn remove_old(directory: &Path, limits: Limits, now: SystemTime) {
    let Ok(all) = all_in(directory) else { return };
    let oldest = now.checked_sub(Duration::from_secs(
        limits.days.saturating_mul(24 * 60 * 60),
    ));
    let most = limits.megabytes.saturating_mul(1_000_000);
    let mut sum: u64 = all.iter().map(|kept| kept.size).sum();
    for kept in all {
        let is_old = oldest.is_some_and(|oldest| kept.written < oldest);
        if !is_old && sum <= most {
            continue;
        }
        let is_removed = !is_in_use(&kept.path) && std::fs::remove_file(&kept.path).is_ok();
        sum -= if is_removed { kept.size } else { 0 };
    }
}

/// Whether a sockplay is writing it.
fn is_in_use(path: &Path) -> bool {
    let Ok(file) = crate::sys::regular::open(path) else {
        return false;
    };
    Flock::lock(file, FlockArg::LockSharedNonblock).is_err()
}

impl Kept {
    /// Its name, by which it can be replayed.
    pub fn name(&self) -> String {
        let name = self.path.file_stem().unwrap_or_default();
        shown(Path::new(name))
    }

    /// Whether a sockplay is writing it.
    pub fn is_in_use(&self) -> bool {
        is_in_use(&self.path)
    }

    /// Reads what it says about itself.
    ///
    /// # Errors
    ///
    /// When it cannot be read.
    pub fn summary(&self) -> io::Result<Summary> {
        let mut file = crate::sys::regular::open(&self.path)?;
        let is_torn = ends_within_line(&mut file)?;
        let mut lines = BufReader::new(file);
        let mut first = Vec::new();
        lines.by_ref().take(LONGEST).read_until(b'\n', &mut first)?;
        Ok(Summary {
            header: serde_json::from_slice(&first).ok(),
            calls: requests(lines)?,
            is_in_use: is_in_use(&self.path),
            is_torn,
        })
    }
}

/// Whether the last byte is no end of a line.
fn ends_within_line(file: &mut File) -> io::Result<bool> {
    let mut last = [b'\n'];
    if file.seek(SeekFrom::End(-1)).is_ok() {
        file.read_exact(&mut last)?;
    }
    file.rewind()?;
    Ok(last != [b'\n'])
}

/// How many lines say that a call was requested.
fn requests(mut lines: impl BufRead) -> io::Result<u64> {
    const REQUEST: &[u8] = br#""Asked":{"#;
    /// Within so many of the first bytes of a line that is one.
    const WITHIN: usize = 120;
    let mut count = 0;
    let mut line = Vec::new();
    while lines.by_ref().take(LONGEST).read_until(b'\n', &mut line)? > 0 {
        let head = &line[..line.len().min(WITHIN)];
        count += u64::from(head.windows(REQUEST.len()).any(|bytes| bytes == REQUEST));
        line.clear();
    }
    Ok(count)
}

/// The begin of a recording as a person reads it, in local time.
pub fn began(header: &Header) -> String {
    let seconds = i64::try_from(header.began).unwrap_or_default();
    let utc = DateTime::from_timestamp(seconds, 0).unwrap_or_default();
    utc.with_timezone(&Local)
        .format("%Y-%m-%d %H:%M:%S")
        .to_string()
}
