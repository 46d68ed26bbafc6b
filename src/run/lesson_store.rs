//! The course's I/O: reads the lessons, stores the progress, creates the folder for path sockets.

use std::io;
use std::path::PathBuf;
use std::sync::Arc;

use crate::lesson::{Entry, Lesson, Progress};
use crate::run::load::LessonFault;
use crate::store::session_folder::SessionFolder;
use crate::store::{Content, StateFile};

/// The name of the file of the progress.
fn file() -> String {
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
    StateFile::open(&file()).1
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
        let read = |file: &crate::lesson::course::File| self.lesson(file.id).ok();
        let files = crate::lesson::course::current().lessons.iter();
        let lessons: Vec<Arc<Lesson>> = files.filter_map(read).collect();
        let entries = lessons.iter().map(|lesson| Entry::of(lesson)).collect();
        let (file, progress, notice) = StateFile::open(&file());
        self.file = Some(file);
        (entries, progress, notice)
    }

    /// Reads a lesson: one of the course by its name, or a file.
    ///
    /// # Errors
    ///
    /// Why it cannot be read, with the line.
    pub(crate) fn lesson(&self, name: &str) -> Result<Arc<Lesson>, LessonFault> {
        let dir = self
            .folder
            .as_ref()
            .and_then(|folder| folder.path().to_str());
        let mut lesson = crate::run::load::lesson(name, dir.unwrap_or("/tmp"))?;
        if crate::run::load::of_course(name).is_none() {
            // A teacher's own may be called like one of the course, and has a progress of its own.
            let path = std::fs::canonicalize(name);
            lesson.id = path.map_or_else(|_| name.to_owned(), |path| path.display().to_string());
        }
        Ok(Arc::new(lesson))
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
        let file = self.file.get_or_insert_with(|| StateFile::open(&file()).0);
        match file.update(|before| before.merge(progress)) {
            Ok((_, notice)) => notice,
            Err(error) => Some(format!("what you have done is not kept: {error}")),
        }
    }
}
