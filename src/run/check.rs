//! `sockplay check`: a lesson against the kernel, or a learner's script against a lesson's goals.
//!
//! Both print the Test Anything Protocol and end with the exit statuses of [`super::run()`].

mod answer;
mod whole;

use std::io::{self, Write};
use std::path::Path;

use tempfile::TempDir;

use super::Exit;
use crate::cli::CheckArgs;
use crate::engine::Signals;
use crate::lesson::{Lesson, course, read};
use crate::script::ScriptError;

/// Checks lessons, or an answer to one.
///
/// # Errors
///
/// When no session can be started at all, or the output cannot be written.
pub fn check(args: &CheckArgs) -> io::Result<Exit> {
    let folder = tempfile::Builder::new().prefix("sockplay-").tempdir()?;
    let mut lessons = Vec::new();
    for name in args.lessons() {
        match load(name, &folder) {
            Ok(lesson) => lessons.push(lesson),
            Err(message) => {
                // A message that cannot be written has nobody who would read it.
                let _ = write!(io::stderr(), "{message}");
                return Ok(Exit::Unrunnable);
            }
        }
    }
    let signals = Signals::hold(&[libc::SIGINT, libc::SIGTERM, libc::SIGHUP])?;
    let mut tap = Tap::new(io::stdout().lock());
    let exit = match args.answer() {
        Some(file) => answer::check(&lessons, file, &signals, &mut tap)?,
        None => whole::check(&lessons, &signals, &mut tap)?,
    };
    if !matches!(exit, Exit::Signal(_)) {
        tap.finish()?;
    }
    Ok(exit)
}

/// Reads a lesson: a file, or one of the course by its name.
pub(crate) fn load(name: &str, folder: &TempDir) -> Result<Lesson, String> {
    let dir = folder.path().to_str().unwrap_or("/tmp");
    let told = |errors: Vec<ScriptError>| {
        let shown: Vec<String> = errors.iter().map(|error| error.render(name)).collect();
        shown.join("\n")
    };
    if let Some(file) = course::find(name) {
        return read::lesson(file.id, file.text, dir).map_err(told);
    }
    let path = Path::new(name);
    let text = super::read(std::fs::File::open(path).map_err(|error| not_found(name, &error))?)
        .map_err(|error| not_found(name, &error))?;
    let text = String::from_utf8(text)
        .map_err(|_| format!("error: {name} is not UTF-8 text; is it a lesson?\n"))?;
    read::lesson(&id_of(path), &text, dir).map_err(told)
}

/// The name of a lesson from that of its file: without the number before it and the ending.
fn id_of(path: &Path) -> String {
    let stem = path.file_stem().map(|stem| stem.to_string_lossy());
    let stem = stem.unwrap_or_default();
    let id = stem.trim_start_matches(|c: char| c.is_ascii_digit());
    id.trim_start_matches('-').to_owned()
}

fn not_found(name: &str, error: &io::Error) -> String {
    let all: Vec<&str> = course::LESSONS.iter().map(|file| file.id).collect();
    format!(
        "error: cannot read the lesson {}: {error}\n  = a file, or one of the course: {}\n",
        crate::socket::text::harmless(name),
        all.join(" ")
    )
}

/// Prints results as the Test Anything Protocol.
struct Tap<W> {
    out: W,
    count: usize,
    broken: usize,
}

impl<W: Write> Tap<W> {
    fn new(out: W) -> Self {
        Self {
            out,
            count: 0,
            broken: 0,
        }
    }

    /// One result; for one that does not hold, what is to be said of it.
    fn result(&mut self, name: &str, faults: &[String]) -> io::Result<()> {
        self.count += 1;
        let ok = if faults.is_empty() { "ok" } else { "not ok" };
        self.broken += usize::from(!faults.is_empty());
        // TAP ends a description at `#`.
        let name = name.replace('#', "\\#");
        writeln!(self.out, "{ok} {} - {name}", self.count)?;
        for fault in faults.iter().flat_map(|fault| fault.lines()) {
            writeln!(self.out, "# {}", crate::socket::text::harmless(fault))?;
        }
        self.out.flush()
    }

    /// One that was not tried, and why.
    fn skipped(&mut self, name: &str, why: &str) -> io::Result<()> {
        self.count += 1;
        writeln!(self.out, "ok {} - {name} # SKIP {why}", self.count)
    }

    fn finish(&mut self) -> io::Result<()> {
        writeln!(self.out, "1..{}", self.count)?;
        self.out.flush()
    }

    fn exit(&self) -> Exit {
        if self.broken == 0 {
            Exit::Held
        } else {
            Exit::Broken
        }
    }
}
