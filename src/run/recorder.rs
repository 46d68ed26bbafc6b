//! What a session records of itself, and where: in the state directory, in a file of the person's choice, or nowhere.

use std::io;
use std::path::PathBuf;

use crate::event::Event;
use crate::history::PastEvents;
use crate::journal::{Entry, Limits, Recorded};
use crate::socket::text::escaped;
use crate::store::recording::Recording;
use crate::store::recording::kept;
use crate::store::recording::opened::{Contents, Opened};

/// Where a session is recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Destination {
    /// In the state directory, where so much is kept.
    Kept(Limits),
    /// In this file, which does not exist yet.
    In(PathBuf),
    /// Nowhere.
    Not,
}

impl Destination {
    /// In the state directory, or nowhere, as the configuration says.
    pub fn configured(limits: Option<Limits>) -> Self {
        limits.map_or(Self::Not, Self::Kept)
    }

    /// In the file if one is given, else nowhere.
    pub fn in_file(file: Option<&PathBuf>) -> Self {
        file.cloned().map_or(Self::Not, Self::In)
    }
}

/// The recording of a session, if there is one.
#[derive(Debug, Default)]
pub(crate) struct Recorder {
    recording: Option<Recording>,
    /// The lesson and its page that were recorded last.
    lesson: Option<(String, usize)>,
    /// What is looked at instead: a recording, and what was found in the part of it.
    replayed: Option<(Opened, Contents)>,
}

impl Recorder {
    /// Begins, before there are sockets: the file is opened. Gives what the person should know, if the session cannot be
    /// kept.
    ///
    /// # Errors
    ///
    /// When a file of the person's choice cannot be made.
    pub(crate) fn begin(
        what: Recorded,
        record: &Destination,
    ) -> io::Result<(Self, Option<String>)> {
        let (recording, notice) = match record {
            Destination::Not => (None, None),
            Destination::In(file) => {
                let recording = Recording::create(file, what).map_err(|error| {
                    let name = escaped(&file.display().to_string());
                    let advice = match error.kind() {
                        io::ErrorKind::AlreadyExists => ": give a name that is free, or remove it",
                        _ => "",
                    };
                    io::Error::other(format!("cannot record into {name}: {error}{advice}"))
                })?;
                (Some(recording), None)
            }
            Destination::Kept(limits) => match kept::begin(what, *limits) {
                Ok(recording) => (Some(recording), None),
                Err(error) => (None, Some(format!("this session is not recorded: {error}"))),
            },
        };
        let own = Self {
            recording,
            ..Self::default()
        };
        Ok((own, notice))
    }

    /// Adds what happened.
    pub(crate) fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Event(event) => self.event(event),
            Entry::Anew => self.anew(),
            // Which lesson is open is recorded with each frame.
            Entry::Lesson { .. } => {}
        }
    }

    /// Adds an event.
    pub(crate) fn event(&mut self, event: &Event) {
        if let Some(recording) = &mut self.recording {
            recording.event(event);
        }
    }

    /// Adds the lesson and its page, if they have changed.
    pub(crate) fn lesson(&mut self, now: Option<(&str, usize)>) {
        let (Some(recording), Some((name, page))) = (&mut self.recording, now) else {
            return;
        };
        let is_known = |(known, at): &(String, usize)| (known.as_str(), *at) == (name, page);
        if self.lesson.as_ref().is_some_and(is_known) {
            return;
        }
        let name = name.to_owned();
        self.lesson = Some((name.clone(), page));
        recording.entry(&Entry::Lesson { name, page });
    }

    /// The session was ended and another begun.
    pub(crate) fn anew(&mut self) {
        if let Some(recording) = &mut self.recording {
            recording.entry(&Entry::Anew);
        }
    }

    /// Writes what was added. Gives what the person should know.
    pub(crate) fn flush(&mut self) -> Option<String> {
        self.recording.as_mut()?.flush()
    }

    /// Records nothing, and reads what was recorded.
    pub(crate) fn replaying(opened: Opened, found: Contents) -> Self {
        Self {
            replayed: Some((opened, found)),
            ..Self::default()
        }
    }

    /// The events of the session with these numbers, from 0; fewer at its end.
    ///
    /// # Errors
    ///
    /// Why they cannot be read: also that nothing was recorded.
    pub(crate) fn read(&self, from: usize, count: usize) -> Result<Vec<Event>, String> {
        match (&self.replayed, &self.recording) {
            (Some((opened, found)), _) => opened.read(found, from, count),
            (None, Some(recording)) => recording.read(from, count),
            (None, None) => Err("this session is not recorded".to_owned()),
        }
    }
}

impl PastEvents for Recorder {
    fn read(&mut self, from: usize, count: usize) -> Result<Vec<Event>, String> {
        Self::read(self, from, count)
    }
}
