//! Opening a script for stepping, and what is said of a file that cannot be opened.

use std::io::{self, ErrorKind};
use std::path::Path;

use crate::run::other_file::OtherFile;
use crate::run::script_fault::ScriptFault;
use crate::script::Stepping;
use crate::socket::text::escaped;

/// Reads a script and checks the whole of it. Nothing is run.
///
/// # Errors
///
/// Why it cannot be opened, in words: it cannot be read, or lines of it are not in the notation.
pub fn open_script(path: &Path) -> io::Result<Stepping> {
    let origin = path.display().to_string();
    let unreadable = |why: &str, hint: &str| {
        let name = escaped(&origin);
        io::Error::other(format!("cannot open {name}: {why}\n  = {hint}"))
    };
    let bytes = crate::sys::regular::open(path).and_then(crate::run::read);
    let bytes = bytes.map_err(|error| unreadable(&error.to_string(), hint(path, &error)))?;
    Stepping::open(&origin, &bytes).map_err(|errors| {
        if let Some(other) = OtherFile::of(&bytes) {
            return unreadable(other.why(), other.hint());
        }
        let is_lesson = path.extension().is_some_and(|extension| extension == "md");
        let origin = origin.clone();
        let fault = ScriptFault::Wrong { origin, errors };
        match is_lesson {
            true => io::Error::other(format!("{fault}  = `sockplay learn FILE` opens a lesson")),
            false => io::Error::other(fault.to_string()),
        }
    })
}

/// What to do next.
fn hint(path: &Path, error: &io::Error) -> &'static str {
    match error.kind() {
        ErrorKind::NotFound => {
            "check the name; in the playground `:w FILE.sock` saves a session as a script"
        }
        ErrorKind::PermissionDenied => "check the permissions of the file and its directories",
        _ if path.is_dir() => "`sockplay learn DIR` opens the directory of a course of your own",
        _ => {
            "a script is a text file of at most 16 MiB, as `:w FILE.sock` in the playground writes it"
        }
    }
}
