//! The course's I/O: reads the lessons, stores the progress, creates the folder for path sockets. What it opens while
//! there are sockets is opened by a thread with another descriptor table, except for that folder: it is made when a lesson
//! is opened, and the session before ends then.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::kernel::unshared::apart;
use crate::lesson::{Entry, Lesson, Progress};
use crate::run::load::LessonFault;
use crate::store::session_folder::SessionFolder;
use crate::store::{Content, StateFile};

/// The name of the file of the progress.
fn file_name() -> String {
    state_file("course")
}

/// The name of a file of the state of the course in use: each course has its own.
pub(crate) fn state_file(name: &str) -> String {
    match crate::lesson::course::current().key.as_str() {
        "" => format!("{name}.json"),
        key => format!("{name}-{key}.json"),
    }
}

impl Content for Progress {
    const VERSION: u32 = 1;
}

/// What was done of the course, as it is stored.
pub(crate) fn progress() -> Progress {
    StateFile::open(&file_name()).1
}

/// What lessons need of the world; nothing is opened before a lesson is.
#[derive(Debug, Default)]
pub(crate) struct LessonStore {
    folder: Option<SessionFolder>,
    file: Option<StateFile<Progress>>,
}

impl LessonStore {
    /// Reads all lessons of the course and what was done of them; also what the person should know about that.
    pub(crate) fn course(&mut self) -> (Vec<Entry>, Progress, Option<String>) {
        let dir = self.dir();
        let (entries, (file, progress, notice)) = apart("course", move || {
            let files = crate::lesson::course::current().lessons.iter();
            let lessons = files.filter_map(|file| read(file.id, &dir).ok());
            let entries = lessons.map(|lesson| Entry::of(&lesson)).collect();
            (entries, StateFile::open(&file_name()))
        });
        self.file = Some(file);
        (entries, progress, notice)
    }

    /// Reads a lesson before there are sockets and threads: a network namespace may have to be entered for it first.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, with the line.
    pub(crate) fn first_lesson(&self, name: &str) -> Result<Arc<Lesson>, LessonFault> {
        read(name, &self.dir()).map(Arc::new)
    }

    /// Reads a lesson: one of the course by its name, or a file.
    ///
    /// # Errors
    ///
    /// As [`LessonStore::first_lesson`].
    pub(crate) fn lesson(&self, name: &str) -> Result<Arc<Lesson>, LessonFault> {
        let (name, dir) = (name.to_owned(), self.dir());
        apart("lesson", move || read(&name, &dir)).map(Arc::new)
    }

    /// The folder for the path sockets of lessons, or one that is always there.
    fn dir(&self) -> String {
        let folder = self.folder.as_ref();
        let path = folder.and_then(|folder| folder.path().to_str());
        path.unwrap_or("/tmp").to_owned()
    }

    /// The folder for the path sockets of lessons, which is there from now on.
    ///
    /// # Errors
    ///
    /// When it cannot be created.
    pub(crate) fn prepare(&mut self) -> io::Result<PathBuf> {
        let folder = match self.folder.take() {
            Some(folder) => folder,
            None => SessionFolder::make()?,
        };
        Ok(self.folder.insert(folder).path().to_owned())
    }

    /// Adds what was done to the stored progress. Gives what the person should know.
    pub(crate) fn keep(&mut self, progress: &Progress) -> Option<String> {
        let (known, progress) = (self.file.take(), progress.clone());
        let (file, kept) = apart("progress", move || {
            let file = known.unwrap_or_else(|| StateFile::open(&file_name()).0);
            let kept = file.update(|before| before.merge(&progress));
            (file, kept.map(|(_, notice)| notice))
        });
        self.file = Some(file);
        kept.unwrap_or_else(|error| Some(format!("what you have done is not kept: {error}")))
    }
}

/// Reads a lesson of the course, or a file, with its folder for path sockets.
fn read(name: &str, dir: &str) -> Result<Lesson, LessonFault> {
    let mut lesson = crate::run::load::lesson(name, dir)?;
    if crate::run::load::of_course(name).is_none() {
        // A teacher's own may be called like one of the course, and has a progress of its own.
        let path = std::fs::canonicalize(name);
        lesson.id = path.map_or_else(|_| name.to_owned(), |path| path.display().to_string());
    }
    Ok(lesson)
}
