//! `sockplay new`: a file to begin with.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::Path;

use crate::cli::{NewArgs, NewWhat};
use crate::run::Exit;
use crate::socket::text::escaped;

const LESSON: &str = include_str!("../../assets/templates/lesson.md");

/// Writes the file, or prints it where none is named. A file that is there is not overwritten.
///
/// # Errors
///
/// When it cannot be written.
pub fn new(args: &NewArgs) -> io::Result<Exit> {
    let NewWhat::Lesson { file } = &args.what;
    match file {
        None => io::stdout().lock().write_all(LESSON.as_bytes())?,
        Some(file) => write(file).map_err(|error| {
            let file = file.display().to_string();
            io::Error::other(format!("cannot write {}: {error}", escaped(&file)))
        })?,
    }
    Ok(Exit::Held)
}

fn write(file: &Path) -> io::Result<()> {
    let mut written = OpenOptions::new().write(true).create_new(true).open(file)?;
    written.write_all(LESSON.as_bytes())
}
