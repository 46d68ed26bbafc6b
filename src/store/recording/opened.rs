//! A recording that is opened to be looked at: where its parts and events are in the file.
//!
//! A part is one session: sessions that were begun anew one after the other are in one file. The file is gone through
//! once; events are read when they are needed.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use crate::event::Event;
use crate::journal::{Damage, Entry, Header, Reader, Unreadable};
use crate::store::recording::{At, STEP};

/// How many damaged lines are described; all are counted.
const DESCRIBED: usize = 3;

/// A recording that is read.
#[derive(Debug)]
pub struct Opened {
    path: PathBuf,
    file: File,
    /// What its first line says.
    pub header: Header,
    /// What is wrong with the first damaged lines.
    pub damages: Vec<Damage>,
    /// How many lines are damaged.
    pub damaged: usize,
    /// What else is to be said of it when it is shown.
    pub remark: Option<String>,
    parts: Vec<Part>,
}

/// A session in it.
#[derive(Debug, Default)]
pub struct Part {
    /// Where each STEPth event begins.
    places: Vec<u64>,
    /// How many events it has.
    pub events: usize,
    /// The lesson that was open at its end, and the page.
    pub lesson: Option<(String, usize)>,
}

impl Opened {
    /// Opens a file and goes through it.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is no recording of this version.
    pub fn open(path: &Path) -> Result<Self, Unreadable> {
        let file = crate::sys::regular::open(path)?;
        let reader = Reader::open(BufReader::new(file.try_clone()?))?;
        let mut opened = Self {
            path: path.to_owned(),
            file,
            header: reader.header.clone(),
            damages: Vec::new(),
            damaged: 0,
            remark: None,
            parts: vec![Part::default()],
        };
        for read in reader {
            let read = read?;
            match read.entry {
                Ok(entry) => opened.note(entry, read.offset),
                Err(damage) => {
                    opened.damaged += 1;
                    if opened.damages.len() < DESCRIBED {
                        opened.damages.push(damage);
                    }
                }
            }
        }
        // After a script that was run a next one may have followed.
        if opened.parts.len() > 1 && opened.parts.last().is_some_and(|part| part.events == 0) {
            opened.parts.pop();
        }
        Ok(opened)
    }

    fn note(&mut self, entry: Entry, offset: u64) {
        let Some(part) = self.parts.last_mut() else {
            return;
        };
        match entry {
            Entry::Event(_) => {
                if part.events.is_multiple_of(STEP) {
                    part.places.push(offset);
                }
                part.events += 1;
            }
            Entry::Lesson { name, page } => part.lesson = Some((name, page)),
            Entry::Anew => self.parts.push(Part::default()),
        }
    }

    /// Its sessions; there is at least one.
    pub fn parts(&self) -> &[Part] {
        &self.parts
    }

    /// The events of a part with these numbers, from 0.
    ///
    /// # Errors
    ///
    /// When they cannot be read, with the reason.
    pub fn read(&self, part: usize, from: usize, count: usize) -> Result<Vec<Event>, String> {
        let cannot = |error: io::Error| {
            let file = crate::store::shown(&self.path);
            format!("cannot read {file}: {error}")
        };
        let places = self.parts.get(part).map(|part| &part.places);
        let Some(at) = places.and_then(|places| places.get(from / STEP)) else {
            return Ok(Vec::new());
        };
        let here = At {
            file: &self.file,
            at: *at,
        };
        let left = self.parts[part].events.saturating_sub(from);
        events(BufReader::new(here), from % STEP, count.min(left)).map_err(cannot)
    }
}

/// The next `count` events of some lines after `skipped` of them. Lines that are no event are passed over.
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
