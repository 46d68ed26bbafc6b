//! The form of a recording: what happened in a session, one JSON object a line.
//!
//! The first line says what the others are: [`Header`]. Each further one is an [`Entry`]. Lines are only ever added at
//! the end, so a recording that ends in the middle of a line has lost that line and nothing else: [`Reader`].
//!
//! A recording comes from a file that anybody may have written. Nothing in it is executed, and a line is read up to
//! [`LONGEST`] bytes.

use std::io::{self, BufRead};

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::event::Event;

/// The version of the form. It changes with every change that an older sockplay would misread.
pub const VERSION: u32 = 1;

/// The longest line that is read, in bytes; what is written is far shorter.
pub const LONGEST: u64 = 16 << 20;

/// The first line of a recording.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the form.
    pub sockplay_journal: u32,
    /// The version of the program that wrote it.
    pub program: String,
    /// When it began, in seconds since 1970.
    pub began: u64,
    /// The process that wrote it.
    pub pid: u32,
    /// What was recorded.
    pub what: Recorded,
    /// The kernel: `Linux 6.1.0`.
    pub kernel: Option<String>,
}

/// What was recorded.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Recorded {
    /// The playground.
    Play,
    /// The course.
    Learn,
    /// The playground line by line.
    Repl,
    /// A script, by its name.
    Script(String),
    /// The playground with a script to step through, by its name.
    Stepping(String),
    /// A traced program with its arguments.
    Trace(Vec<String>),
    /// The output of strace(1), by the name of its file.
    Strace(String),
}

impl Recorded {
    /// What it is, in words: the command that was given.
    pub fn words(&self) -> String {
        match self {
            Self::Play => "playground".to_owned(),
            Self::Learn => "course".to_owned(),
            Self::Repl => "repl".to_owned(),
            Self::Script(name) => format!("run {name}"),
            Self::Stepping(name) => format!("playground {name}"),
            Self::Trace(program) => format!("trace {}", program.join(" ")),
            Self::Strace(file) => format!("import {file}"),
        }
    }
}

/// A line after the first.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Entry {
    /// Something happened.
    Event(Event),
    /// A lesson was opened, or a page of it reached.
    Lesson {
        /// Its name.
        name: String,
        /// The page, from 0.
        page: usize,
    },
    /// The session was ended and another begun: without sockets or calls.
    Anew,
}

/// How much is kept. What is over is removed when the next session begins, the oldest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// For how many days.
    pub days: u64,
    /// How many megabytes.
    pub megabytes: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            days: 30,
            megabytes: 100,
        }
    }
}

/// Why a recording cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The file cannot be read.
    #[error("{0}")]
    System(#[from] io::Error),
    /// It is something else.
    #[error("it is not a recording of sockplay: its first line does not say so")]
    NoRecording,
    /// It has a version that this program does not know.
    #[error(
        "it has version {0} of the form, and this sockplay reads version {VERSION}: replay it with the sockplay that wrote it"
    )]
    Version(u32),
}

/// Something that is wrong with a line. The lines after it are read nevertheless.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Damage {
    /// The last line has no end: the program that wrote it was killed, or the disk was full.
    #[error("line {line} is cut off after {bytes} bytes: it was not written to its end")]
    Torn {
        /// Its number, from 1.
        line: u64,
        /// How much of it is there.
        bytes: usize,
    },
    /// A line that is no entry.
    #[error("line {line} cannot be read ({why})")]
    Broken {
        /// Its number, from 1.
        line: u64,
        /// Why not.
        why: String,
    },
}

impl Header {
    /// The header as a line, with its end.
    pub fn line(&self) -> String {
        with_end(serde_json::to_string(self))
    }
}

impl Entry {
    /// The entry as a line, with its end.
    pub fn line(&self) -> String {
        with_end(serde_json::to_string(self))
    }

    /// The entry of a line.
    ///
    /// # Errors
    ///
    /// Why it is none.
    pub fn of(line: &[u8]) -> Result<Self, String> {
        serde_json::from_slice(line).map_err(|error| {
            // The parser sees one line: the place that it names is not one of the file.
            let text = error.to_string();
            let place = format!(" at line {} column {}", error.line(), error.column());
            text.strip_suffix(&place).unwrap_or(&text).to_owned()
        })
    }
}

/// An entry whose event is borrowed.
#[derive(Serialize)]
enum Borrowed<'a> {
    Event(&'a Event),
}

/// Adds the line of an event to others.
pub fn event_line(event: &Event, lines: &mut Vec<u8>) {
    // Every event has a form, and memory takes what is written.
    let _ = serde_json::to_writer(&mut *lines, &Borrowed::Event(event));
    lines.push(b'\n');
}

/// Every value of ours has a form; the line is empty where one had none, and an empty line is passed over.
fn with_end(json: serde_json::Result<String>) -> String {
    let mut line = json.unwrap_or_default();
    line.push('\n');
    line
}

/// A recording that is read line by line.
#[derive(Debug)]
pub struct Reader<R> {
    /// What the first line says.
    pub header: Header,
    lines: Lines<R>,
}

/// Where a line begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// In bytes from the beginning of the file.
    pub offset: u64,
    /// How many lines are before it.
    pub line: u64,
}

/// What was read of a line.
#[derive(Debug)]
pub struct Read {
    /// Where the line begins, in bytes from the beginning of the file.
    pub offset: u64,
    /// The entry, or what is wrong with the line.
    pub entry: Result<Entry, Damage>,
}

/// The lines after the first, or after any other.
#[derive(Debug)]
pub struct Lines<R> {
    from: R,
    /// Where the next line begins.
    next: Place,
    bytes: Vec<u8>,
}

/// The line of [`Entry::Anew`].
const ANEW: &[u8] = b"\"Anew\"";

/// Whether a file that begins with these bytes is a recording: the first member of its header is there.
pub fn is_recording(bytes: &[u8]) -> bool {
    bytes.starts_with(b"{\"sockplay_journal\"")
}

impl<R: BufRead> Reader<R> {
    /// Begins with the first line.
    ///
    /// # Errors
    ///
    /// When the file cannot be read, or is no recording that this version knows.
    pub fn open(from: R) -> Result<Self, Unreadable> {
        #[derive(Deserialize)]
        struct Version {
            sockplay_journal: u32,
        }
        let mut lines = Lines::at(Place { offset: 0, line: 0 }, from);
        lines.advance()?;
        let first = &lines.bytes;
        let version: Version =
            serde_json::from_slice(first).map_err(|_| Unreadable::NoRecording)?;
        if version.sockplay_journal != VERSION {
            return Err(Unreadable::Version(version.sockplay_journal));
        }
        Ok(Self {
            header: serde_json::from_slice(first).map_err(|_| Unreadable::NoRecording)?,
            lines,
        })
    }

    /// Where each session begins; there is at least one, and the last has an event unless none has.
    ///
    /// Lines are compared and not read as JSON, which takes far longer. Only what precedes the first event of a session
    /// is read, with that event: a damaged line is no event.
    ///
    /// # Errors
    ///
    /// When the file cannot be read.
    pub fn sessions(mut self) -> io::Result<Vec<Place>> {
        let mut sessions = vec![self.lines.next];
        let mut used = 1;
        while self.lines.advance()? {
            let line = &self.lines.bytes;
            if line.trim_ascii() == ANEW {
                sessions.push(self.lines.next);
            } else if used != sessions.len() && matches!(self.lines.entry(), Ok(Entry::Event(_))) {
                used = sessions.len();
            }
        }
        // A session that was begun and in which nothing happened is not shown.
        sessions.truncate(used);
        Ok(sessions)
    }
}

impl<R: BufRead> Iterator for Reader<R> {
    type Item = io::Result<Read>;

    fn next(&mut self) -> Option<Self::Item> {
        self.lines.next()
    }
}

impl<R: BufRead> Lines<R> {
    /// Goes on with the line at a place, which is where `from` is.
    pub fn at(place: Place, from: R) -> Self {
        Self {
            from,
            next: place,
            bytes: Vec::new(),
        }
    }

    /// Takes the next line. `false`: there is no more.
    fn advance(&mut self) -> io::Result<bool> {
        self.bytes.clear();
        io::Read::take(&mut self.from, LONGEST).read_until(b'\n', &mut self.bytes)?;
        let is_there = !self.bytes.is_empty();
        self.next.line += u64::from(is_there);
        self.next.offset += self.bytes.len() as u64;
        Ok(is_there)
    }

    /// What the line is that was taken last.
    fn entry(&self) -> Result<Entry, Damage> {
        let line = self.next.line;
        if self.bytes.ends_with(b"\n") {
            Entry::of(&self.bytes).map_err(|why| Damage::Broken { line, why })
        } else {
            Err(Damage::Torn {
                line,
                bytes: self.bytes.len(),
            })
        }
    }
}

impl<R: BufRead> Iterator for Lines<R> {
    type Item = io::Result<Read>;

    fn next(&mut self) -> Option<Self::Item> {
        let offset = self.next.offset;
        let entry = match self.advance() {
            Ok(true) => self.entry(),
            Ok(false) => return None,
            Err(error) => return Some(Err(error)),
        };
        Some(Ok(Read { offset, entry }))
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use crate::event::{Event, EventKind, ProcessEvent, Source, Timestamp};
    use crate::journal::*;

    fn header() -> Header {
        Header {
            sockplay_journal: VERSION,
            program: "0.1.0".to_owned(),
            began: 1_790_000_000,
            pid: 7,
            what: Recorded::Play,
            kernel: None,
        }
    }

    fn entry(at: Duration) -> Entry {
        Entry::Event(Event {
            at: Timestamp::default().after(at),
            source: Source::Traced { pid: 7, tid: 8 },
            what: EventKind::Process(ProcessEvent::Detached),
        })
    }

    /// All that is read of a recording.
    fn read(text: &str) -> (Vec<Entry>, Vec<Damage>) {
        let reader = Reader::open(text.as_bytes()).expect("a recording");
        let (mut entries, mut damages) = (Vec::new(), Vec::new());
        for read in reader {
            let read = read.expect("memory");
            assert!(text.len() as u64 > read.offset);
            match read.entry {
                Ok(entry) => entries.push(entry),
                Err(damage) => damages.push(damage),
            }
        }
        (entries, damages)
    }

    #[test]
    fn what_was_written_before_the_end_is_read_wherever_it_was_cut_off() {
        let entries = [1, 2, 3].map(|second| entry(Duration::from_secs(second)));
        let head = header().line();
        let lines: Vec<String> = entries.iter().map(Entry::line).collect();
        let whole = format!("{head}{}", lines.concat());
        for end in head.len()..=whole.len() {
            let (found, damages) = read(&whole[..end]);
            let mut ends = lines.iter().scan(head.len(), |sum, line| {
                *sum += line.len();
                Some(*sum)
            });
            let complete = ends.by_ref().take_while(|own| *own <= end).count();
            assert_eq!(found, entries[..complete], "cut off at {end}");
            let is_torn = !whole[..end].ends_with('\n');
            assert_eq!(damages.len(), usize::from(is_torn), "cut off at {end}");
        }
    }

    #[test]
    fn a_line_that_is_no_entry_is_reported_and_the_others_are_read() {
        let text = format!(
            "{}{}nonsense\n{{\"Event\":{{}}}}\n{}",
            header().line(),
            entry(Duration::ZERO).line(),
            entry(Duration::ZERO).line()
        );
        let (found, damages) = read(&text);
        assert_eq!(found.len(), 2);
        let lines: Vec<u64> = damages
            .iter()
            .map(|damage| match damage {
                Damage::Broken { line, .. } | Damage::Torn { line, .. } => *line,
            })
            .collect();
        assert_eq!(lines, [3, 4]);
    }

    #[test]
    fn a_borrowed_event_has_the_line_of_an_owned_one() {
        let entry = entry(Duration::ZERO);
        let Entry::Event(event) = &entry else {
            panic!("it is an event");
        };
        let mut line = Vec::new();
        event_line(event, &mut line);
        assert_eq!(line, entry.line().into_bytes());
    }

    #[test]
    fn another_file_and_another_version_are_refused() {
        let open = |text: &str| Reader::open(text.as_bytes()).map(|own| own.header);
        assert!(matches!(open(""), Err(Unreadable::NoRecording)));
        assert!(matches!(open("socket()\n"), Err(Unreadable::NoRecording)));
        let newer = header()
            .line()
            .replace("\"sockplay_journal\":1", "\"sockplay_journal\":2");
        assert!(matches!(open(&newer), Err(Unreadable::Version(2))));
        assert_eq!(open(&header().line()).expect("it is one"), header());
    }
}
