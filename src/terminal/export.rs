//! `sockplay export`: a session as a page, a film or a capture file; programs are written by [`crate::run::export`].

mod asciicast;
mod moments;
mod page;

use std::io::{self, Write};
use std::path::Path;

use crate::cli::{ExportArgs, ExportFormat};
use crate::run::session_file::{Outcome, SessionFile, open};
use crate::run::{Exit, complain};
use crate::socket::text::escaped;

/// What makes a form of a session, with screens of a size.
type Writer = fn(&SessionFile, (u16, u16)) -> io::Result<Vec<u8>>;

/// Writes a session in another form.
///
/// # Errors
///
/// When no session can be started, or the output cannot be written.
pub fn export(args: &ExportArgs) -> io::Result<Exit> {
    let write: Writer = match args.format {
        ExportFormat::C
        | ExportFormat::Rust
        | ExportFormat::Python
        | ExportFormat::Markdown
        | ExportFormat::Strace => {
            return crate::run::export(args);
        }
        ExportFormat::Html => page::page,
        ExportFormat::Asciicast => asciicast::film,
        ExportFormat::Pcapng => |session, _| crate::run::pcapng::capture_file(session),
    };
    let session = match open(args)? {
        Outcome::Session(session) => session,
        Outcome::Interrupted(signal) => return Ok(Exit::Signal(signal)),
        Outcome::Unreadable(reason) => {
            complain(&reason);
            return Ok(Exit::Unrunnable);
        }
    };
    let written = write(&session, args.size)?;
    put(&written, args.output.as_deref())?;
    Ok(if session.broken {
        Exit::Broken
    } else {
        Exit::Held
    })
}

/// Writes to a file, or to the standard output.
fn put(bytes: &[u8], output: Option<&Path>) -> io::Result<()> {
    let Some(path) = output else {
        let mut out = io::stdout().lock();
        return out.write_all(bytes).and_then(|()| out.flush());
    };
    std::fs::write(path, bytes).map_err(|error| {
        let path = escaped(&path.display().to_string());
        io::Error::new(error.kind(), format!("cannot write {path}: {error}"))
    })
}
