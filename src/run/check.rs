//! `sockplay check`: a lesson against the kernel, or a learner's script against a lesson's goals.
//!
//! Both print the Test Anything Protocol, have a time limit, and end with the exit statuses of [`super::run()`].

mod answer;
mod whole;

use std::io::{self, Write};
use std::path::Path;
use std::time::Duration;

use nix::sys::signal::Signal;

use crate::cli::CheckArgs;
use crate::engine::Signals;
use crate::lesson::Lesson;
use crate::run::{Exit, complain};
use crate::socket::text::escaped;
use crate::store::session_folder::SessionFolder;

/// Checks lessons, or answers to them.
///
/// # Errors
///
/// When no session can be started at all, or the output cannot be written.
pub fn check(args: &CheckArgs) -> io::Result<Exit> {
    let folder = SessionFolder::make()?;
    let dir = folder.path().to_string_lossy().into_owned();
    let mut lessons = Vec::new();
    for name in args.lessons() {
        match crate::run::load::lesson(name, &dir) {
            Ok(lesson) => lessons.push(lesson),
            Err(fault) => {
                complain(&fault.to_string());
                return Ok(Exit::Unrunnable);
            }
        }
    }
    let folder = folder.path();
    // All files are read before this process enters a user namespace, which takes rights over other users' files away.
    let answers: Vec<answer::File> = args
        .answers()
        .map(|file| answer::File::read(file, folder))
        .collect();
    isolate(&lessons, !answers.is_empty());
    let signals = Signals::hold(&[])?;
    let mut tap = Tap::new(io::stdout().lock());
    let session = SessionArgs {
        folder,
        limit: args.timeout,
        signals: &signals,
    };
    let exit = match answers.is_empty() {
        true => whole::check(&lessons, session, &mut tap)?,
        false => answer::check(&lessons, &answers, session, &mut tap)?,
    };
    match exit {
        Exit::Signal(signal) => tap.bail_out(signal)?,
        Exit::Held | Exit::Broken | Exit::Unrunnable => tap.finish()?,
    }
    Ok(exit)
}

/// What every session of a check is started with.
#[derive(Clone, Copy)]
struct SessionArgs<'a> {
    /// The folder that its lines may use.
    folder: &'a Path,
    /// How long it may take.
    limit: Duration,
    signals: &'a Signals,
}

/// Takes this process out of the host's network where that is allowed: what an answer does then reaches no program of the
/// host. Files were read before, since a user namespace also takes the rights of root over other users' files.
///
/// Not for an answer to a lesson of which a second program does a part: each would have a network of its own.
fn isolate(lessons: &[Lesson], is_answered: bool) {
    let needs_another = |lesson: &Lesson| lesson.tasks().any(|(_, task)| task.goal.needs_another());
    if !(is_answered && lessons.iter().any(needs_another)) {
        // Where it is not allowed, lines are confined all the same.
        let _ = crate::sys::namespace::enter();
    }
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
        let name = escaped(name).replace('#', "\\#");
        writeln!(self.out, "{ok} {} - {name}", self.count)?;
        self.remarks(faults)
    }

    /// What is to be said beside the results.
    fn remarks(&mut self, said: &[String]) -> io::Result<()> {
        for line in said.iter().flat_map(|text| text.lines()) {
            writeln!(self.out, "# {}", escaped(line))?;
        }
        self.out.flush()
    }

    /// One that was not tried, and why.
    fn skipped(&mut self, name: &str, why: &str) -> io::Result<()> {
        self.count += 1;
        let name = escaped(name).replace('#', "\\#");
        writeln!(self.out, "ok {} - {name} # SKIP {why}", self.count)
    }

    /// Says that no further result comes, since a signal ended the check.
    fn bail_out(&mut self, signal: i32) -> io::Result<()> {
        let name = Signal::try_from(signal).map_or("a signal", Signal::as_str);
        writeln!(self.out, "Bail out! {name} ended the check")?;
        self.out.flush()
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
