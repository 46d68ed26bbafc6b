//! `sockplay repl`: the playground, the lessons and the cards without a screen. Each change is one printed line.
//!
//! A line that is a call is printed with its result, in the notation; everything else that is printed begins with `#`
//! outside of lessons, so that the output is a script again.

mod changes;
mod console;
mod course;
mod editor;
mod lesson;
mod lines;
mod said;
mod words;

use std::collections::VecDeque;
use std::io;

use crate::cli::{ReplAction, ReplArgs};
use crate::engine::Signals;
use crate::event::{CallId, Reach};
use crate::explain::Suggestion;
use crate::journal::Recorded;
use crate::lesson::Question;
use crate::lesson::{Entry, Progress};
use crate::run::Exit;
use crate::run::lesson_needs::Settings;
use crate::run::lesson_store::LessonStore;
use crate::run::prompt_history::PromptHistory;
use crate::run::recorder::{Destination, Recorder};
use crate::run::repl::changes::{Change, Changes};
use crate::run::repl::console::Console;
use crate::run::repl::lesson::Reading;
use crate::run::repl::said::Said;
use crate::run::stage::{Interrupted, Reported, Stage};
use crate::script::Pace;
use crate::world::Record;

/// Said of lines that came together where a question is open.
const IGNORED: &str = "what was pasted is ignored: type the number of an answer";
/// What is printed first.
const GREETING: &str = "# sockplay: a line is a socket call on the real kernel. `help` lists what can be typed, Ctrl-D leaves.";

/// Plays line by line until the person leaves, or the input ends. The history keeps `most` lines. The session is recorded where `record` says.
///
/// # Errors
///
/// When the terminal or the session cannot be had, a lesson cannot be read, or output cannot be written.
pub fn repl(args: &ReplArgs, most: usize, record: &Destination) -> io::Result<Exit> {
    let mut learn = match &args.what {
        Some(ReplAction::Cards(cards)) => return crate::run::cards::ask_or_print(cards, false),
        Some(ReplAction::Learn { lesson }) => Some(lesson.as_deref()),
        None => None,
    };
    let lesson_store = LessonStore::default();
    if let Some(Some(name)) = learn {
        match crate::run::own_course::choose(name)? {
            true => learn = Some(None),
            false => {
                let lesson = lesson_store.first_lesson(name).map_err(io::Error::other)?;
                crate::run::lesson_needs::provide(&lesson);
            }
        }
    }
    // Only the line editor takes it.
    crate::sys::signal::hold_resizes();
    let signals = Signals::hold(&[])?;
    // A pipe is not a person's prompt.
    let (history, before) = console::is_terminal()
        .then(|| PromptHistory::open(most))
        .unzip();
    let console = Console::start(before.unwrap_or_default(), most)?;
    let what = match &args.what {
        Some(ReplAction::Learn { .. }) => Recorded::Learn,
        Some(ReplAction::Cards(_)) | None => Recorded::Repl,
    };
    let (recorder, notice) = Recorder::begin(what, record)?;
    let mut stage = Stage::start(Pace::Prompt, None, &signals)?;
    stage.recorder = recorder;
    stage.notice = notice;
    // Without it the other ends are merely not known.
    let _ = stage.engine.watch_endpoints();
    let mut repl = Repl {
        stage,
        console,
        history,
        lesson_store,
        settings: None,
        changes: Changes::default(),
        reading: None,
        course: Vec::new(),
        lists_lessons: false,
        progress: Progress::default(),
        explains: args.why,
        number: 0,
        lines: VecDeque::new(),
        explained: None,
        suggestions: Vec::new(),
        offered: None,
        asked: None,
        signal: None,
        awaited: None,
    };
    let ended = repl.begin(learn).and_then(|()| repl.run());
    repl.stage.record();
    let Repl {
        stage,
        console,
        history,
        ..
    } = repl;
    drop(console);
    drop(history);
    stage.engine.leave();
    match ended {
        // The reader of our output has closed the pipe: silence, as for any filter.
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(Exit::Held),
        ended => ended,
    }
}

/// A session line by line.
struct Repl<'a> {
    stage: Stage<'a>,
    console: Console,
    history: Option<PromptHistory>,
    lesson_store: LessonStore,
    /// Those of the network of the open lesson.
    settings: Option<Settings>,
    changes: Changes,
    reading: Option<Reading>,
    course: Vec<Entry>,
    /// Whether a number opens a lesson: the list was printed last.
    lists_lessons: bool,
    progress: Progress,
    /// Whether each result is explained.
    explains: bool,
    /// How many lines were run.
    number: usize,
    /// Lines that were typed and not run yet.
    lines: VecDeque<String>,
    /// The call that was explained last.
    explained: Option<CallId>,
    /// What can be run next, by their numbers.
    suggestions: Vec<Suggestion>,
    /// The line of a solution that an empty line runs.
    offered: Option<String>,
    /// The question that was open when a line was last waited for.
    asked: Option<Question>,
    /// A signal that came while the kernel was asked.
    signal: Option<i32>,
    /// The call of which it was said that a line waits for it.
    awaited: Option<CallId>,
}

/// Whether the session goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Next {
    GoOn,
    Leave,
}

impl Repl<'_> {
    fn begin(&mut self, learn: Option<Option<&str>>) -> io::Result<()> {
        self.console.print(GREETING)?;
        for sentence in crate::kernel::facilities::missing() {
            self.console.print(&format!("# {sentence}"))?;
        }
        match learn {
            Some(Some(name)) => self.open_lesson(name),
            Some(None) => self.list_lessons(),
            None => Ok(()),
        }
    }

    fn run(&mut self) -> io::Result<Exit> {
        loop {
            self.play()?;
            if let Some(notice) = self.stage.notice.take() {
                self.note(&notice)?;
            }
            if let Some(exit) = self.handle_signal()? {
                return Ok(exit);
            }
            if self.stage.player.is_idle() {
                if let Some(line) = self.next_line()? {
                    match self.obey(&line)? {
                        Next::GoOn => continue,
                        Next::Leave => return Ok(Exit::Held),
                    }
                }
                self.console.offer(self.stage.world.known_names());
                self.console.ask();
            }
            self.say_what_is_awaited()?;
            match self.stage.wait_for(self.console.said()) {
                Ok(None) => {}
                Ok(Some(Said::Line(line))) => {
                    self.console.answered();
                    // A paste may have several. None of them is an answer to a question, or the step after it.
                    let is_paste = |repl: &mut Self| {
                        line.lines().nth(1).is_some() || repl.console.drops_rest()
                    };
                    if self.is_asked() && is_paste(self) {
                        self.note(IGNORED)?;
                        continue;
                    }
                    self.lines.extend(line.lines().map(str::to_owned));
                    if line.is_empty() {
                        self.lines.push_back(String::new());
                    }
                }
                Ok(Some(Said::Interrupt)) => {
                    self.console.answered();
                    self.interrupt()?;
                }
                Ok(Some(Said::End)) => {
                    self.settle()?;
                    return Ok(Exit::Held);
                }
                Err(Interrupted(signal)) => self.signal = Some(signal),
            }
        }
    }

    /// Says what a wait() waits for, once: until that has returned no further line is read.
    fn say_what_is_awaited(&mut self) -> io::Result<()> {
        let player = &self.stage.player;
        let awaited = player.awaited().filter(|call| self.awaited != Some(*call));
        let record = awaited.and_then(|call| self.stage.world.call(call));
        let (Some(record), Some(line)) = (record.filter(|own| own.is_blocked()), player.current())
        else {
            return Ok(());
        };
        let call = &record.request.command.call;
        let ends = match self.console.is_piped() {
            true => "a signal ends the session".to_owned(),
            false => format!("Ctrl-C interrupts {call}"),
        };
        let text = format!("{} waits for {call} to return; {ends}", line.call);
        self.awaited = awaited;
        self.note(&text)
    }

    /// The next line to obey. A question is not answered by what was typed before it was asked.
    fn next_line(&mut self) -> io::Result<Option<String>> {
        let question = self.question();
        let is_fresh = question.is_some() && question != self.asked;
        self.asked = question;
        if is_fresh && !self.console.is_piped() {
            let dropped = std::mem::take(&mut self.lines);
            if self.console.drops_rest() || !dropped.is_empty() {
                self.note(IGNORED)?;
            }
        }
        Ok(self.lines.pop_front())
    }

    /// Handles a signal: Ctrl-C at a terminal interrupts a call, any other signal ends the session.
    fn handle_signal(&mut self) -> io::Result<Option<Exit>> {
        match self.signal.take() {
            None => Ok(None),
            Some(libc::SIGINT) if !self.console.is_piped() => self.interrupt().map(|()| None),
            Some(signal) => Ok(Some(Exit::Signal(signal))),
        }
    }

    /// Plays what can be played now, and prints what came of it.
    fn play(&mut self) -> io::Result<()> {
        while let Some(all) = self.stage.step() {
            for reported in all {
                if let Reported::Report(report) = reported {
                    self.reported(*report)?;
                }
            }
        }
        self.print_changes()
    }

    /// Prints what has changed since. What a call changes is printed behind its line, as it follows from it.
    fn print_changes(&mut self) -> io::Result<()> {
        let current = self.stage.player.current();
        if current.is_some_and(|command| command.call.call_kind().is_system_call()) {
            return Ok(());
        }
        for change in self.changes.take(&self.stage.world) {
            match change {
                Change::Other(line) => self.console.print(&format!("# {line}"))?,
                Change::Returned(call, line) => {
                    self.console.print(&format!("# returned: {line}"))?;
                    self.explain_if_wanted(call)?;
                }
            }
        }
        self.look_at_goals()
    }

    /// Asks the kernel once more before the end, so that nothing which has happened by now is missing.
    fn settle(&mut self) -> io::Result<()> {
        if self.console.is_piped() {
            self.probe()?;
        }
        Ok(())
    }

    /// Interrupts the call that was made last of those that sleep: it returns EINTR, or what it has done so far.
    fn interrupt(&mut self) -> io::Result<()> {
        let asleep = self
            .stage
            .world
            .pending()
            .filter(|record| record.is_blocked());
        match asleep.map(Record::id).max() {
            Some(call) => {
                self.stage.engine.cancel(call);
                Ok(())
            }
            None => self
                .console
                .print("# no call sleeps; Ctrl-D or `quit` leaves"),
        }
    }

    /// Adds a line that is to be run.
    fn push(&mut self, line: crate::call::Line, reach: Reach) -> usize {
        self.number += 1;
        self.stage.push_within(self.number, line, reach);
        self.number
    }
}
