//! A recording that is opened to be looked at.
//!
//! A part is one session: sessions that were begun anew one after the other are in one file. Opening finds where they
//! begin. The lines of a part are read once, by [`Opened::events`]; that also finds where events are in the file, so
//! that some of them can be read again when they are needed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::event::Event;
use crate::journal::{Damage, Entry, Header, Lines, Place, Reader, Unreadable};
use crate::store::recording::{At, STEP};

/// How many bytes are read of the file at once.
const BUFFER: usize = 64 << 10;
/// How many damaged lines are described; all are counted.
const DESCRIBED: usize = 3;

/// A recording that is read.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    file: File,
    /// What its first line says.
    pub header: Header,
    /// What else is to be said of it when it is shown.
    pub remark: Option<String>,
    /// Where its sessions begin.
    parts: Vec<Place>,
}

/// The events of a part, one after the other.
#[derive(Debug)]
pub struct Events<'a> {
    recording: &'a Opened,
    lines: Lines<BufReader<At<'a>>>,
    /// What was found so far.
    pub found: Contents,
}

/// What was found in a part while its events were read.
#[derive(Debug, Default)]
pub struct Contents {
    /// Where each STEPth event begins.
    places: Vec<u64>,
    /// How many events it has.
    events: usize,
    /// The lesson that was open at its end, and the page.
    pub lesson: Option<(String, usize)>,
    /// What is wrong with the first damaged lines.
    pub damages: Vec<Damage>,
    /// How many lines are damaged.
    pub damaged: usize,
}

impl Opened {
    /// Opens a file and finds its sessions.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no recording of this version.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        Self::of(crate::sys::regular::open(path)?, path)
    }

    /// The same of an open file, which has this name. What it contains must not change.
    ///
    /// # Errors
    ///
    /// As [`Opened::open`].
    pub fn of(file: File, path: &Path) -> Result<Self, Unreadable> {
        let reader = Reader::open(lines(&file, 0))?;
        Ok(Self {
            path: path.to_owned(),
            header: reader.header.clone(),
            remark: None,
            parts: reader.sessions()?,
            file,
        })
    }

    /// How many sessions it has; at least one.
    pub fn parts(&self) -> usize {
        self.parts.len()
    }

    /// The last session that has an event, by its number from 0.
    pub fn last(&self) -> usize {
        self.parts.len() - 1
    }

    /// The events of a session, by its number from 0. Where it has no such session they are those of the last.
    pub fn events(&self, part: usize) -> Events<'_> {
        let place = self.parts[part.min(self.last())];
        Events {
            recording: self,
            lines: Lines::at(place, lines(&self.file, place.offset)),
            found: Contents::default(),
        }
    }

    /// The events from this number on (the first is 0) of the part that `found` describes.
    ///
    /// # Errors
    ///
    /// When they cannot be read, with the reason.
    pub fn read(&self, found: &Contents, from: usize, count: usize) -> Result<Vec<Event>, String> {
        let Some(at) = found.places.get(from / STEP) else {
            return Ok(Vec::new());
        };
        let left = found.events.saturating_sub(from);
        events(lines(&self.file, *at), from % STEP, count.min(left))
            .map_err(|error| self.cannot_read(&error))
    }

    fn cannot_read(&self, error: &io::Error) -> String {
        let file = crate::store::shown(&self.path);
        format!("cannot read {file}: {error}")
    }
}

impl Iterator for Events<'_> {
    /// An event, or why no more can be read.
    type Item = Result<Event, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let read = match self.lines.next()? {
                Ok(read) => read,
                Err(error) => return Some(Err(self.recording.cannot_read(&error))),
            };
            match read.entry {
                Ok(Entry::Event(event)) => {
                    self.found.event(read.offset);
                    return Some(Ok(event));
                }
                Ok(Entry::Lesson { name, page }) => self.found.lesson = Some((name, page)),
                Ok(Entry::Anew) => return None,
                Err(damage) => self.found.damage(damage),
            }
        }
    }
}

impl Contents {
    /// How many lines are damaged besides the first `described`, in words. `None`: no others are.
    pub fn more_damaged(&self, described: usize) -> Option<String> {
        match self.damaged.saturating_sub(described) {
            0 => None,
            1 => Some("and 1 more line is damaged".to_owned()),
            more => Some(format!("and {more} more lines are damaged")),
        }
    }

    fn event(&mut self, offset: u64) {
        if self.events.is_multiple_of(STEP) {
            self.places.push(offset);
        }
        self.events += 1;
    }

    fn damage(&mut self, damage: Damage) {
        self.damaged += 1;
        if self.damages.len() < DESCRIBED {
            self.damages.push(damage);
        }
    }
}

/// The lines of a file from a place on.
fn lines(file: &File, at: u64) -> BufReader<At<'_>> {
    BufReader::with_capacity(BUFFER, At { file, at })
}

/// The next `count` events of these lines, after `skipped` events. Lines that are no event are passed over.
pub(crate) fn events(
    mut lines: impl BufRead,
    mut skipped: usize,
    count: usize,
) -> io::Result<Vec<Event>> {
    let mut events = Vec::with_capacity(count);
    let mut line = Vec::new();
    while events.len() < count {
        line.clear();
        let most = crate::journal::LONGEST;
        if lines.by_ref().take(most).read_until(b'\n', &mut line)? == 0 {
            break;
        }
        let Ok(Entry::Event(event)) = Entry::of(&line) else {
            continue;
        };
        match skipped.checked_sub(1) {
            Some(left) => skipped = left,
            None => events.push(event),
        }
    }
    Ok(events)
}
