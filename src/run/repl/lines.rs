//! What a line of free play does, and what is printed of its result.

use std::io;

use crate::call::table::SIGNATURES;
use crate::event::{CallId, LineSource, Reach};
use crate::notation::parse_line;
use crate::run::repl::changes::line;
use crate::run::repl::words::{WORDS, Wish, Word, meant, read};
use crate::run::repl::{Next, Repl};
use crate::run::stage::Interrupted;
use crate::script::{Report, Verdict};
use crate::world::known_names::described;

/// How long the kernel may take to say what is so now.
const PROBE: std::time::Duration = std::time::Duration::from_millis(500);

impl Repl<'_> {
    /// Does what a line asks for.
    pub(crate) fn obey(&mut self, typed: &str) -> io::Result<Next> {
        if let Some(history) = &self.history {
            history.add(typed.trim());
        }
        match read(typed) {
            Wish::Nothing => self.nothing_typed()?,
            Wish::Number(number) => self.numbered(number)?,
            Wish::Word(Word::Quit, _) => return Ok(Next::Leave),
            Wish::Word(word, rest) => self.word(word, &rest)?,
            Wish::Call(text) => self.call(&text, Reach::Free)?,
        }
        Ok(Next::GoOn)
    }

    /// An empty line: runs what was offered, else does the next step of a lesson.
    fn nothing_typed(&mut self) -> io::Result<()> {
        match self.offered.take() {
            Some(line) => self.call(&line, Reach::Confined(LineSource::Lesson)),
            None if self.reading.is_some() => self.go_on(),
            None => Ok(()),
        }
    }

    fn numbered(&mut self, number: usize) -> io::Result<()> {
        if self.is_asked() {
            return self.answer(number);
        }
        if self.lists_lessons {
            return self.open_numbered(number);
        }
        let index = number.checked_sub(1);
        match index.and_then(|index| self.suggestions.get(index)) {
            Some(suggestion) => {
                let line = suggestion.line.clone();
                self.call(&line, Reach::Free)
            }
            None => self.note(&format!(
                "{number} is not the number of a suggestion; `why` lists them"
            )),
        }
    }

    fn word(&mut self, word: Word, rest: &str) -> io::Result<()> {
        match word {
            Word::Help => self.help(rest),
            Word::Why => self.why(rest),
            Word::Sockets => self.sockets(),
            Word::History => self.calls(),
            Word::Lessons => self.list_lessons(),
            Word::Next
            | Word::Hint
            | Word::Solution
            | Word::Skip
            | Word::Again
            | Word::Back
            | Word::Page => self.lesson_word(word),
            // It was handled before.
            Word::Quit => Ok(()),
        }
    }

    /// Runs a line of the notation.
    fn call(&mut self, text: &str, reach: Reach) -> io::Result<()> {
        self.lists_lessons = false;
        self.offered = None;
        match parse_line(text) {
            Ok(line) => {
                self.push(line, reach);
                Ok(())
            }
            Err(error) => {
                let help = error.help.as_ref().map(|help| format!(": {help}"));
                let help = help.unwrap_or_default();
                let column = error.column(text);
                self.note(&format!("column {column}: {}{help}", error.message))?;
                match meant(text) {
                    Some(word) => self.note(&format!("did you mean `{word}`?")),
                    None => Ok(()),
                }
            }
        }
    }

    /// Prints the result of a line.
    pub(crate) fn reported(&mut self, report: Report) -> io::Result<()> {
        let question = self.question();
        let is_of_lesson = self.take_result(&report);
        let plain = Report {
            verdict: Verdict::Held,
            ..report.clone()
        };
        self.console.print(&plain.line())?;
        let broken = match &report.verdict {
            Verdict::Broken(why) => Some(why.as_str()),
            Verdict::Held => None,
        };
        if is_of_lesson {
            self.taken(question.as_ref(), broken)?;
        } else if let Some(why) = broken {
            self.note(why)?;
        }
        let Some(call) = report.call else {
            return Ok(());
        };
        if report.result == "blocks" {
            self.changes.sleeps(call);
        }
        self.complete(call);
        self.explain_if_wanted(call)?;
        self.print_changes()?;
        self.print_lesson()
    }

    /// Completes what explains a call, and what follows from it.
    fn complete(&mut self, call: CallId) {
        if let Err(Interrupted(signal)) = self.stage.complete(call) {
            self.signal = Some(signal);
        }
    }

    /// Has the kernel asked about everything, and prints what is new.
    pub(crate) fn probe(&mut self) -> io::Result<()> {
        let deadline = self.stage.engine.now().after(PROBE);
        if let Err(Interrupted(signal)) = self.stage.probe_all(true, deadline) {
            self.signal = Some(signal);
        }
        self.print_changes()
    }

    /// Explains a result that is not plain success, or every one where that was asked for.
    pub(crate) fn explain_if_wanted(&mut self, call: CallId) -> io::Result<()> {
        let Some(record) = self.stage.world.call(call) else {
            return Ok(());
        };
        let failed = record
            .outcome()
            .is_some_and(|outcome| outcome.errno().is_some());
        self.suggestions = crate::explain::suggestions(&self.stage.world, record);
        self.explained = Some(call);
        if self.explains || failed || record.is_pending() {
            self.explain(call)
        } else {
            Ok(())
        }
    }

    /// Prints why a call ended so, and the lines that can be run next, with their numbers.
    fn explain(&mut self, call: CallId) -> io::Result<()> {
        let world = &self.stage.world;
        let Some(record) = world.call(call) else {
            return self.note("that call is forgotten");
        };
        let why = crate::explain::why(world, record);
        let suggestions = crate::explain::suggestions(world, record);
        self.console
            .print(&format!("#   {}", crate::run::print::with_source(&why)))?;
        for (index, suggestion) in suggestions.iter().enumerate() {
            let text = format!(
                "#   {}: {}   {}",
                index + 1,
                suggestion.line,
                suggestion.words
            );
            self.console.print(&text)?;
        }
        self.suggestions = suggestions;
        self.explained = Some(call);
        Ok(())
    }

    /// `why`, `why 3`
    fn why(&mut self, rest: &str) -> io::Result<()> {
        let log = self.stage.world.log();
        let record = match rest {
            "" => self.explained.or_else(|| Some(log.last()?.id())),
            number => number
                .parse()
                .ok()
                .and_then(|number: usize| Some(log.get(number.checked_sub(1)?)?.id())),
        };
        match record {
            Some(call) => {
                if let Some(record) = self.stage.world.call(call) {
                    let line = line(&self.stage.world, record);
                    self.note(&line)?;
                }
                self.explain(call)
            }
            None => self.note("there is no such call; `history` lists them with their numbers"),
        }
    }

    fn calls(&mut self) -> io::Result<()> {
        let world = &self.stage.world;
        let calls = world.log().iter().enumerate();
        let lines: Vec<String> = calls
            .map(|(at, record)| format!("{}: {}", at + 1, line(world, record)))
            .collect();
        if lines.is_empty() {
            return self.note("no call has been made yet");
        }
        lines.iter().try_for_each(|line| self.note(line))
    }

    fn sockets(&mut self) -> io::Result<()> {
        self.probe()?;
        let world = &self.stage.world;
        let lines: Vec<String> = world
            .listed()
            .into_iter()
            .map(|socket| {
                let mut line = format!(
                    "{} fd {}: {}",
                    socket.name(),
                    socket.number(),
                    described(socket)
                );
                if let Some(peer) = socket.present_peer() {
                    line.push_str(&format!(" -> {peer}"));
                }
                if let Some(state) = world.state_word(socket) {
                    line.push_str(&format!(", {state}"));
                }
                if let Some(state) = world.peer_word(socket) {
                    line.push_str(&format!(", other end {state}"));
                }
                if socket.unread() > 0 {
                    line.push_str(&format!(", {} unread", socket.unread()));
                }
                if let Some(as_of) = world.as_of(socket) {
                    line.push_str(&format!(", {as_of}"));
                }
                line
            })
            .collect();
        if lines.is_empty() {
            return self.note("there is no socket yet: l = socket inet stream makes one");
        }
        lines.iter().try_for_each(|line| self.note(line))
    }

    fn help(&mut self, rest: &str) -> io::Result<()> {
        if !rest.is_empty() {
            return match crate::call::table::find(rest) {
                Some(row) => {
                    self.note(&format!("{row} -> {}", row.result))?;
                    self.note(row.summary)?;
                    self.note(&format!("for example: {}", row.example))
                }
                None => self.note(&format!("{rest} is not a call; `help` lists them")),
            };
        }
        let has_lesson = self.reading.is_some();
        for row in WORDS.iter().filter(|row| has_lesson || !row.of_lesson) {
            self.note(&format!("{}: {}", row.name, row.help))?;
        }
        self.note(
            "a number runs the suggestion with that number, opens the lesson, or picks the answer",
        )?;
        let calls: Vec<&str> = SIGNATURES.iter().map(|row| row.word).collect();
        self.note(&format!("calls: {}", calls.join(", ")))?;
        self.note("state x and peer x ask the kernel about a connection; bind l 127.0.0.1:0 means bind(l, 127.0.0.1:0)")
    }

    /// Prints something that is not a call.
    pub(crate) fn note(&self, text: &str) -> io::Result<()> {
        self.console.print(&format!("# {text}"))
    }
}
