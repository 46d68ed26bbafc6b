//! The recording of a session, written as it happens.
//!
//! What has happened is written by write(2) before the screen shows it, so that a sockplay that is killed has lost at
//! most the line that it was writing. Where a line could not be written whole (the disk is full), the file is cut back
//! to the end of the line before, and it is tried again later: what was written stays readable. A recording is locked
//! while it is written (flock(2)); the kernel takes the lock back when the program ends, however it ends.

pub mod kept;
pub mod opened;

use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::time::{SystemTime, UNIX_EPOCH};

use nix::fcntl::{Flock, FlockArg};

use crate::event::Event;
use crate::journal::{Entry, Header, Recorded, VERSION, event_line};
use crate::store::shown;

/// After how many events the place of one is noted.
const STEP: usize = 256;
/// How much waits at most to be written: then the disk has been full for too long, and the recording ends.
const MOST_WAITING: usize = 8 << 20;

/// A recording that is being written.
#[derive(Debug)]
pub struct Recording {
    file: Flock<File>,
    path: PathBuf,
    /// The lines that are not written yet.
    waiting: Vec<u8>,
    /// How many bytes of the file are whole lines.
    whole: u64,
    /// Where each STEPth event of the present session begins, and how many there are.
    places: Vec<u64>,
    events: usize,
    state: State,
}

/// How writing goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Written,
    /// The last attempt failed, which was said.
    Failing,
    /// Too much has waited.
    Over,
}

impl Recording {
    /// Begins a recording in a file that does not exist yet.
    ///
    /// # Errors
    ///
    /// When the file exists, or cannot be made or written.
    pub fn create(path: &Path, what: Recorded) -> io::Result<Self> {
        let mut options = File::options();
        let options = options.read(true).append(true).create_new(true).mode(0o600);
        let file = options.open(path)?;
        // The numbers of the playground stay free.
        let file = crate::sys::descriptor::above(file)
            .map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
        let file = Flock::lock(file, FlockArg::LockExclusiveNonblock)
            .map_err(|(_, errno)| io::Error::from(errno))?;
        let mut recording = Self {
            file,
            path: path.to_owned(),
            waiting: header(what).line().into_bytes(),
            whole: 0,
            places: Vec::new(),
            events: 0,
            state: State::Written,
        };
        recording.write()?;
        Ok(recording)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Adds an event; [`Recording::flush`] writes it.
    pub fn event(&mut self, event: &Event) {
        if self.state == State::Over {
            return;
        }
        if self.events.is_multiple_of(STEP) {
            self.places.push(self.whole + self.waiting.len() as u64);
        }
        self.events += 1;
        event_line(event, &mut self.waiting);
    }

    /// Adds something else. Events are counted anew after [`Entry::Anew`].
    pub fn entry(&mut self, entry: &Entry) {
        if self.state == State::Over {
            return;
        }
        if *entry == Entry::Anew {
            self.places.clear();
            self.events = 0;
        }
        self.waiting.extend_from_slice(entry.line().as_bytes());
    }

    /// Writes what was added. Gives what the person should know: that it cannot be written, once, and that it can
    /// again.
    pub fn flush(&mut self) -> Option<String> {
        if self.waiting.is_empty() || self.state == State::Over {
            return None;
        }
        match (self.write(), self.state) {
            (Ok(()), State::Failing) => {
                self.state = State::Written;
                Some("the session is recorded again; nothing is missing".to_owned())
            }
            (Ok(()), _) => None,
            (Err(error), state) => {
                let over = self.waiting.len() > MOST_WAITING;
                self.state = if over { State::Over } else { State::Failing };
                let file = shown(&self.path);
                match (over, state) {
                    (true, _) => {
                        self.waiting = Vec::new();
                        Some(format!(
                            "the session is not recorded any more: {file} could not be written for too long ({error})"
                        ))
                    }
                    (false, State::Written) => Some(format!(
                        "{file} cannot be written now ({error}): the session goes on, and it is tried again"
                    )),
                    (false, State::Failing | State::Over) => None,
                }
            }
        }
    }

    /// Writes what waits, whole lines or nothing.
    fn write(&mut self) -> io::Result<()> {
        if let Err(error) = self.file.write_all(&self.waiting) {
            // Part of it may be there. Where even this fails the reader passes over the line.
            let _ = self.file.set_len(self.whole);
            return Err(error);
        }
        self.whole += self.waiting.len() as u64;
        self.waiting.clear();
        Ok(())
    }

    /// How many events of the present session there are.
    pub fn events(&self) -> usize {
        self.events
    }

    /// The events of the present session with these numbers, from 0.
    ///
    /// # Errors
    ///
    /// When they cannot be read, with the reason.
    pub fn read(&self, from: usize, count: usize) -> Result<Vec<Event>, String> {
        let cannot = |error: io::Error| format!("cannot read {}: {error}", shown(&self.path));
        let Some(place) = self.places.get(from / STEP).filter(|_| count > 0) else {
            return Ok(Vec::new());
        };
        let written = At {
            file: &self.file,
            at: *place,
        };
        let written = written.take(self.whole.saturating_sub(*place));
        // What waits may begin before it.
        let begun = usize::try_from(place.saturating_sub(self.whole)).unwrap_or(usize::MAX);
        let waiting = self.waiting.get(begun..).unwrap_or_default();
        let lines = BufReader::new(written.chain(waiting));
        opened::events(lines, from % STEP, count).map_err(cannot)
    }
}

/// A file that is read from a place on, without moving the place at which it is written.
#[derive(Debug)]
pub(crate) struct At<'a> {
    file: &'a File,
    at: u64,
}

impl Read for At<'_> {
    fn read(&mut self, into: &mut [u8]) -> io::Result<usize> {
        let count = self.file.read_at(into, self.at)?;
        self.at += count as u64;
        Ok(count)
    }
}

/// The first line.
fn header(what: Recorded) -> Header {
    let began = SystemTime::now().duration_since(UNIX_EPOCH);
    Header {
        sockplay_journal: VERSION,
        program: env!("CARGO_PKG_VERSION").to_owned(),
        began: began.map_or(0, |since| since.as_secs()),
        pid: std::process::id(),
        what,
        kernel: kernel(),
    }
}

/// The kernel, as uname(1) -sr prints it. `None`: /proc is not there.
fn kernel() -> Option<String> {
    let read = |name: &str| std::fs::read_to_string(format!("/proc/sys/kernel/{name}")).ok();
    let (name, release) = (read("ostype")?, read("osrelease")?);
    Some(format!("{} {}", name.trim(), release.trim()))
}

#[cfg(test)]
mod tests;
