//! `sockplay check`: a lesson against the kernel, or learners' scripts against a lesson's goals.
//!
//! Both have a time limit, and end with the exit statuses of [`super::run()`].

mod answer;
mod apart;
mod graded;
mod print;
mod whole;

use std::io;
use std::path::Path;
use std::time::{Duration, Instant};

use nix::sys::signal::Signal;

use crate::cli::CheckArgs;
use crate::engine::Signals;
use crate::lesson::Lesson;
use crate::run::check::graded::{End, Graded};
use crate::run::check::print::Printer;
use crate::run::{Exit, complain};
use crate::store::session_folder::SessionFolder;

/// Checks lessons, or answers to them.
///
/// # Errors
///
/// When no session can be started at all, or the output cannot be written.
pub fn check(args: &CheckArgs) -> io::Result<Exit> {
    let answers: Vec<&Path> = args.answers().collect();
    if !answers.is_empty() && !args.alone {
        // Nothing is run in this process.
        let Some(lessons) = lessons(args, Path::new("/tmp"))? else {
            return Ok(Exit::Unrunnable);
        };
        let printer = Printer::new(io::stdout().lock(), args.format, answers.len() > 1);
        return apart::check(&lessons, &answers, args, printer);
    }
    if args.alone {
        // So that nothing goes on where the process that reads the report was killed.
        nix::sys::prctl::set_pdeathsig(Signal::SIGKILL)?;
    }
    let folder = SessionFolder::make()?;
    let Some(lessons) = lessons(args, folder.path())? else {
        return Ok(Exit::Unrunnable);
    };
    match answers.as_slice() {
        [] => whole_lessons(&lessons, args, folder.path()),
        [answer, ..] => alone(&lessons, answer, args, folder.path()),
    }
}

/// Reads the lessons; `folder` is for their path sockets. `None`: one cannot be used, and that was said.
fn lessons(args: &CheckArgs, folder: &Path) -> io::Result<Option<Vec<Lesson>>> {
    let dir = folder.to_string_lossy();
    let mut lessons = Vec::new();
    for name in names(args)? {
        match crate::run::load::lesson(&name, &dir) {
            Ok(lesson) => lessons.push(lesson),
            Err(fault) => {
                complain(&fault.to_string());
                return Ok(None);
            }
        }
    }
    Ok(Some(lessons))
}

/// The lessons that are named; of a course in a directory all.
fn names(args: &CheckArgs) -> io::Result<Vec<String>> {
    let mut names = Vec::new();
    for name in args.lessons() {
        match crate::run::own_course::choose(name)? {
            true => {
                let lessons = crate::lesson::course::current().lessons.iter();
                names.extend(lessons.map(|lesson| lesson.id.to_owned()));
            }
            false => names.push(name.to_owned()),
        }
    }
    Ok(names)
}

/// Checks lessons, one after the other.
fn whole_lessons(lessons: &[Lesson], args: &CheckArgs, folder: &Path) -> io::Result<Exit> {
    isolate(&[]);
    let signals = Signals::hold(&[])?;
    let session = SessionArgs {
        folder,
        limit: args.timeout,
        signals: &signals,
    };
    let mut printer = Printer::new(io::stdout().lock(), args.format, false);
    for lesson in lessons {
        let report = timed(|| whole::check(lesson, session))?;
        if let End::Signal(signal) = report.end {
            return printer.finish(Some(signal));
        }
        printer.report(report)?;
    }
    printer.finish(None)
}

/// Checks one answer in this process. The process that started it reads the report from its standard output.
fn alone(lessons: &[Lesson], answer: &Path, args: &CheckArgs, folder: &Path) -> io::Result<Exit> {
    // It is read before this process enters a user namespace, which takes rights over other users' files away.
    let file = answer::File::read(answer, folder);
    let is_isolated = isolate(lessons);
    let signals = Signals::hold(&[])?;
    let session = SessionArgs {
        folder,
        limit: args.timeout,
        signals: &signals,
    };
    let mut report = timed(|| answer::check(lessons, &file, session))?;
    report.is_isolated = is_isolated;
    let exit = report.exit();
    serde_json::to_writer(io::stdout().lock(), &report)?;
    Ok(exit)
}

/// Makes a report and notes how long that took.
fn timed(check: impl FnOnce() -> io::Result<Graded>) -> io::Result<Graded> {
    let began = Instant::now();
    let report = check()?;
    Ok(Graded {
        seconds: began.elapsed().as_secs_f64(),
        ..report
    })
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
/// host. Gives whether it was.
///
/// Not for an answer to a lesson of which a second program does a part: each would have a network of its own.
fn isolate(answered: &[Lesson]) -> bool {
    let needs_another = |lesson: &Lesson| lesson.tasks().any(|(_, task)| task.goal.needs_another());
    // Where it is not allowed, lines are confined all the same.
    !answered.iter().any(needs_another) && crate::sys::namespace::enter().is_ok()
}
