//! Each answer in a process of its own, several at once where each gets a network of its own: what one does, or how it
//! ends, changes nothing for the others.

use std::collections::BTreeMap;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, after, select, unbounded};
use indicatif::{ProgressBar, ProgressStyle};

use crate::cli::CheckArgs;
use crate::engine::Signals;
use crate::lesson::Lesson;
use crate::run::Exit;
use crate::run::check::answer::not_run;
use crate::run::check::graded::{End, Graded};
use crate::run::check::print::Printer;
use crate::sys::start::needed;

/// The longest report that is read.
const REPORT: u64 = 16 << 20;
/// How much longer than its limits a process may take that grades an answer: starting, evaluating and ending.
const SLACK: Duration = Duration::from_secs(20);

/// Checks answers and prints the reports in the order of the answers.
pub(crate) fn check<W: Write>(
    lessons: &[Lesson],
    answers: &[&Path],
    args: &CheckArgs,
    printer: Printer<W>,
) -> io::Result<Exit> {
    let signals = Signals::hold(&[])?;
    let (sender, reports) = unbounded();
    let mut checks = Checks {
        lessons,
        answers,
        args,
        sender,
        running: BTreeMap::new(),
        begun: 0,
        finished: BTreeMap::new(),
        printed: 0,
        printer,
        bar: progress(answers.len()),
    };
    let ended = checks.run(&reports, &signals);
    checks.bar.finish_and_clear();
    match ended? {
        None => checks.printer.finish(None),
        Some(signal) => {
            checks.end();
            checks.printer.finish(Some(signal))
        }
    }
}

/// A bar on the terminal, where there is one and the reports go elsewhere or come late.
fn progress(answers: usize) -> ProgressBar {
    let template = "{bar:30} {pos} of {len} answers checked";
    match ProgressStyle::with_template(template) {
        Ok(style) if answers > 1 => ProgressBar::new(answers as u64).with_style(style),
        Ok(_) | Err(_) => ProgressBar::hidden(),
    }
}

/// What a process has said of an answer, by the index of the answer.
type Said = (usize, Result<Graded, String>);

struct Checks<'a, W> {
    lessons: &'a [Lesson],
    answers: &'a [&'a Path],
    args: &'a CheckArgs,
    sender: Sender<Said>,
    /// The processes, by the index of their answer.
    running: BTreeMap<usize, Child>,
    /// How many answers have been begun.
    begun: usize,
    /// Reports that wait for those of earlier answers.
    finished: BTreeMap<usize, Graded>,
    /// How many have been printed.
    printed: usize,
    printer: Printer<W>,
    bar: ProgressBar,
}

impl<W: Write> Checks<'_, W> {
    /// Runs all of them. Gives the signal that ended the check, if one did.
    fn run(&mut self, reports: &Receiver<Said>, signals: &Signals) -> io::Result<Option<i32>> {
        // The first one shows whether each gets a network of its own.
        let mut at_once = 1;
        while self.printed < self.answers.len() {
            while self.begun < self.answers.len() && self.running.len() < at_once {
                self.begin()?;
            }
            // A process ends by itself: its session has the time limit, and its evaluation another one.
            let limit = after(3 * self.args.timeout + SLACK);
            select! {
                recv(reports) -> said => {
                    let Ok((index, said)) = said else { continue };
                    let report = self.end_of(index, said);
                    if let End::Signal(signal) = report.end {
                        return Ok(Some(signal));
                    }
                    if report.is_isolated {
                        at_once = thread::available_parallelism().map_or(1, Into::into);
                    }
                    self.finished.insert(index, report);
                    self.print()?;
                }
                recv(signals.receiver()) -> signal => match signal {
                    Ok(libc::SIGWINCH) | Err(_) => {}
                    Ok(signal) => return Ok(Some(signal)),
                },
                recv(limit) -> _ => self.running.values_mut().for_each(|child| {
                    // Its end is reported like any other.
                    let _ = child.kill();
                }),
            }
        }
        Ok(None)
    }

    /// Starts the process of the next answer.
    fn begin(&mut self) -> io::Result<()> {
        let index = self.begun;
        let own = std::env::current_exe().map_err(needed(
            "the path of this program",
            "to start a process that checks an answer",
        ))?;
        let mut command = Command::new(own);
        command.args(["check", "--alone", "--timeout"]);
        command.arg(format!("{}ms", self.args.timeout.as_millis()));
        command.arg("--").args(self.args.lessons());
        command.arg(self.answers[index]);
        command.stdin(Stdio::null()).stdout(Stdio::piped());
        let mut child = command
            .spawn()
            .map_err(needed("a further process", "to check an answer"))?;
        let output = child.stdout.take();
        self.running.insert(index, child);
        self.begun += 1;
        let sender = self.sender.clone();
        thread::Builder::new()
            .name("report".to_owned())
            .stack_size(256 << 10)
            .spawn(move || {
                let said = output.map_or_else(|| Err("it has no output".to_owned()), read);
                // Nobody receives it where a signal has ended the check.
                let _ = sender.send((index, said));
            })
            .map_err(needed("a further thread", "to read a report"))?;
        Ok(())
    }

    /// The report on an answer whose process has ended.
    fn end_of(&mut self, index: usize, said: Result<Graded, String>) -> Graded {
        let status = self
            .running
            .remove(&index)
            .and_then(|mut child| child.wait().ok());
        said.unwrap_or_else(|why| {
            let status = status.map_or_else(String::new, |status| format!(" ({status})"));
            let why = format!("the process that checked it gave no report{status}: {why}");
            let origin = self.answers[index].display().to_string();
            not_run(self.lessons, &origin, why, End::Unrunnable)
        })
    }

    /// Prints the reports whose turn it is.
    fn print(&mut self) -> io::Result<()> {
        while let Some(report) = self.finished.remove(&self.printed) {
            self.printed += 1;
            self.bar.set_position(self.printed as u64);
            let printer = &mut self.printer;
            self.bar.suspend(|| printer.report(report))?;
        }
        Ok(())
    }

    /// Ends the processes that run, since a signal ended the check.
    fn end(&mut self) {
        for child in self.running.values_mut() {
            // One that has ended already is waited for all the same.
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

fn read(output: impl Read) -> Result<Graded, String> {
    let mut bytes = Vec::new();
    output
        .take(REPORT)
        .read_to_end(&mut bytes)
        .map_err(|error| error.to_string())?;
    serde_json::from_slice(&bytes).map_err(|error| error.to_string())
}
