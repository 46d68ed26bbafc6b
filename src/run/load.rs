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
        // What is no text is told to be none by whoever parses it.
        (Ok(text), None) => text.into_bytes(),
        (Err(error), _) => error.into_bytes(),
    }
}

/// Reads a lesson; `dir` is the folder for its path sockets.
///
/// # Errors
///
/// What is wrong with it, each error with its line and a caret, as text for a person.
pub(crate) fn lesson(name: &str, dir: &str) -> Result<Lesson, String> {
    let told = |errors: Vec<ScriptError>| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(name)).collect();
        shown.join("\n")
    };
    if let Some(file) = of_course(name) {
        return crate::lesson::read::lesson(file.id, file.text, dir).map_err(told);
    }
    let path = Path::new(name);
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read);
    let bytes = bytes.map_err(|error| not_found(name, &error))?;
    let text = String::from_utf8(bytes).map_err(|_| {
        format!(
            "error: {} is not UTF-8 text; is it a lesson?\n",
            escaped(name)
        )
    })?;
    crate::lesson::read::lesson(&id_of(path), &text, dir).map_err(told)
}

/// A lesson of the course: by its name, however it is written, or by its number.
pub(crate) fn of_course(name: &str) -> Option<&'static crate::lesson::course::File> {
    let by_number =
        || crate::lesson::course::LESSONS.get(name.parse::<usize>().ok()?.checked_sub(1)?);
    crate::lesson::course::find(&name.to_lowercase()).or_else(by_number)
}

/// The name of a lesson from that of its file: without the number before it and the ending.
fn id_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or_default();
    let id = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    id.trim_start_matches('-').to_owned()
}

fn not_found(name: &str, error: &io::Error) -> String {
    let likely = crate::lesson::course::LESSONS.iter().map(|file| file.id);
    let likely = nearest(&name.to_lowercase(), likely);
    let hint = match likely {
        Some(id) => format!("did you mean the lesson {id}?"),
        None => "a file, or a lesson of the course by name or number: `sockplay learn` shows them"
            .to_owned(),
    };
    format!(
        "error: cannot read the lesson {}: {error}\n  = {hint}\n",
        escaped(name)
    )
}
