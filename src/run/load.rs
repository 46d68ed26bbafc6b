//! Reading a lesson: one of the course by its name, or a file of a teacher's.

use std::io;
use std::path::Path;

use crate::lesson::{DIR, Lesson};
use crate::notation::diagnostic::nearest;
use crate::script::ScriptError;
use crate::socket::text::escaped;

/// Puts the folder of the session where a script has [`DIR`].
pub(crate) fn with_folder(script: Vec<u8>, folder: &Path) -> Vec<u8> {
    match (String::from_utf8(script), folder.to_str()) {
        (Ok(text), Some(folder)) => text.replace(DIR, folder).into_bytes(),
        // The parser reports what is not text.
        (Ok(text), None) => text.into_bytes(),
        (Err(error), _) => error.into_bytes(),
    }
}

/// Why a lesson cannot be used. Shown, it is what a person reads.
#[derive(Debug, thiserror::Error)]
pub(crate) enum LessonFault {
    /// There is no such lesson, or its file cannot be read.
    #[error(
        "error: cannot read the lesson {}: {error}\n  = {}\n",
        escaped(name),
        hint(name)
    )]
    Unreadable {
        /// The name that was asked for.
        name: String,
        /// Why not.
        error: io::Error,
    },
    /// It is not text.
    #[error("error: {} is not UTF-8 text; is it a lesson?\n", escaped(.0))]
    NotText(String),
    /// It has errors, each with its line and a caret.
    #[error("{}", all(name, errors))]
    Wrong {
        /// The name that was asked for.
        name: String,
        /// All of them.
        errors: Vec<ScriptError>,
    },
}

/// Reads a lesson; `dir` is the folder for its path sockets.
///
/// # Errors
///
/// What is wrong with it.
pub(crate) fn lesson(name: &str, dir: &str) -> Result<Lesson, LessonFault> {
    let wrong = |errors| LessonFault::Wrong {
        name: name.to_owned(),
        errors,
    };
    let path = Path::new(name);
    if !is_path(path) {
        let file = of_course(name).ok_or_else(|| LessonFault::Unreadable {
            name: name.to_owned(),
            error: io::Error::new(
                io::ErrorKind::NotFound,
                "no lesson of the course is called so",
            ),
        })?;
        return crate::lesson::read::of_course(file, dir).map_err(wrong);
    }
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read);
    let bytes = bytes.map_err(|error| LessonFault::Unreadable {
        name: name.to_owned(),
        error,
    })?;
    let text = String::from_utf8(bytes).map_err(|_| LessonFault::NotText(name.to_owned()))?;
    crate::lesson::read::lesson(&id_of(path), &text, dir).map_err(wrong)
}

/// Whether an argument is the path of a file, and not the name of a lesson: it has a `/` or an extension.
pub(crate) fn is_path(name: &Path) -> bool {
    let bytes = name.as_os_str().as_encoded_bytes();
    bytes.contains(&b'/') || name.extension().is_some() || matches!(bytes, b"." | b"..")
}

/// A lesson of the course: by its name, however it is written, or by its number.
pub(crate) fn of_course(name: &str) -> Option<&'static crate::lesson::course::File> {
    let lessons = crate::lesson::course::current().lessons;
    let by_number = || lessons.get(name.parse::<usize>().ok()?.checked_sub(1)?);
    crate::lesson::course::find(&name.to_lowercase()).or_else(by_number)
}

/// The name of a lesson from that of its file: without the number before it and the ending.
pub(crate) fn id_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or_default();
    let id = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    id.trim_start_matches('-').to_owned()
}

fn all(name: &str, errors: &[ScriptError]) -> String {
    let shown: Vec<String> = errors.iter().map(|error| error.render(name)).collect();
    shown.join("\n")
}

/// What to do about a lesson that is not found.
fn hint(name: &str) -> String {
    let likely = crate::lesson::course::current()
        .lessons
        .iter()
        .map(|file| file.id);
    let own = name.trim_start_matches(|c: char| c.is_ascii_digit() || c == '-');
    match nearest(&own.to_lowercase(), likely) {
        Some(id) => format!("did you mean the lesson {id}?"),
        None if is_path(Path::new(name)) => {
            "`sockplay new lesson` writes a file to begin with".to_owned()
        }
        None => "`sockplay learn` shows the lessons by name and number; a file or a directory is given with a `/` or its \
                 extension: ./week1, own.md"
            .to_owned(),
    }
}
