//! The line editor of a terminal: rustyline, on a thread whose descriptors take no number of the playground.

use std::io;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::time::Duration;

use crossbeam_channel::{Receiver, RecvTimeoutError, Sender, bounded};
use rustyline::completion::{Completer, Pair};
use rustyline::error::ReadlineError;
use rustyline::highlight::Highlighter;
use rustyline::hint::Hinter;
use rustyline::history::MemHistory;
use rustyline::validate::Validator;
use rustyline::{
    Cmd, CompletionType, ConditionalEventHandler, Config, Context, Editor, Event, EventContext,
    EventHandler, ExternalPrinter, Helper, KeyEvent, Movement, RepeatCount,
};

use crate::run::repl::said::{PROMPT, Said, SharedNames};
use crate::run::repl::words;

/// How long the editor waits with the next prompt, so that the result of a line comes before it. A call that sleeps
/// longer does not keep a person from typing.
const RESULT: Duration = Duration::from_millis(500);
/// What is written when the terminal is given back while a line is being edited: the end of bracketed paste.
const RESET: &[u8] = b"\x1b[?2004l\r\n";

/// What the editor is started with.
pub(crate) struct Start {
    pub(crate) history: Vec<String>,
    /// How many lines the history keeps.
    pub(crate) most: usize,
    pub(crate) names: SharedNames,
    /// Counts the keys.
    pub(crate) keys: Arc<AtomicUsize>,
    pub(crate) asked: Receiver<()>,
    pub(crate) said: Sender<Said>,
    pub(crate) to_print: Receiver<String>,
    /// Dropped when everything is printed.
    pub(crate) ends: Sender<()>,
}

/// Starts the editor, and a thread that prints above the line that is being edited.
pub(crate) fn start(start: Start) -> io::Result<()> {
    crate::sys::tty::take_for_editor(RESET)
        .map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
    crate::kernel::unshared::prepare();
    let (gives, given) = bounded(1);
    crate::kernel::unshared::spawn("editor", move || {
        let Start {
            history,
            most,
            names,
            keys,
            asked,
            said,
            to_print,
            ends,
        } = start;
        let made = editor(history, most, names, keys).and_then(|mut editor| {
            let printer = editor.create_external_printer()?;
            Ok((editor, printer))
        });
        match made {
            Ok((editor, printer)) => {
                // It inherits this thread's descriptors, and so the editor's.
                let printing = std::thread::Builder::new()
                    .name("printer".to_owned())
                    .spawn(move || print(printer, &to_print, ends));
                let _ = gives.send(printing.map(drop));
                crate::sys::signal::take_resizes();
                edit(editor, &asked, &said);
            }
            Err(error) => drop(gives.send(Err(io::Error::other(error)))),
        }
    });
    let nobody = |_| Err(io::Error::other("no thread for the line editor"));
    given.recv().unwrap_or_else(nobody)
}

fn editor(
    history: Vec<String>,
    most: usize,
    names: SharedNames,
    keys: Arc<AtomicUsize>,
) -> rustyline::Result<Editor<Completing, MemHistory>> {
    let config = Config::builder()
        .max_history_size(most)?
        .completion_type(CompletionType::List)
        .build();
    let mut editor = Editor::with_history(config.clone(), MemHistory::with_config(&config))?;
    for line in history {
        editor.add_history_entry(line)?;
    }
    editor.set_helper(Some(Completing { names }));
    let interrupt = EventHandler::Conditional(Box::new(ClearOrInterrupt));
    editor.bind_sequence(KeyEvent::ctrl('C'), interrupt);
    let count = EventHandler::Conditional(Box::new(Count { keys }));
    editor.bind_sequence(Event::Any, count);
    Ok(editor)
}

/// Reads a line each time that one is asked for, or when the result of the one before takes long.
fn edit(mut editor: Editor<Completing, MemHistory>, asked: &Receiver<()>, said: &Sender<Said>) {
    // The first prompt comes after the first lines that are printed.
    let mut wait = asked.recv().map_err(|_| RecvTimeoutError::Disconnected);
    while wait != Err(RecvTimeoutError::Disconnected) {
        let read = match editor.readline(PROMPT) {
            Ok(line) => {
                // A history in memory takes every line.
                let _ = editor.add_history_entry(line.as_str());
                Said::Line(line)
            }
            Err(ReadlineError::Interrupted) => Said::Interrupt,
            Err(ReadlineError::Signal(_)) => continue,
            Err(_) => Said::End,
        };
        let is_end = read == Said::End;
        if said.send(read).is_err() || is_end {
            return;
        }
        wait = asked.recv_timeout(RESULT);
    }
}

/// Prints above the line that is being edited.
fn print(mut printer: impl ExternalPrinter, to_print: &Receiver<String>, ends: Sender<()>) {
    crate::sys::signal::mask_all();
    for text in to_print {
        if printer.print(text).is_err() {
            break;
        }
    }
    drop(ends);
}

/// Ctrl-C: discards a line that has been begun; on an empty line it is passed on, to interrupt a call.
struct ClearOrInterrupt;

impl ConditionalEventHandler for ClearOrInterrupt {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, line: &EventContext<'_>) -> Option<Cmd> {
        Some(if line.line().is_empty() {
            Cmd::Interrupt
        } else {
            Cmd::Kill(Movement::WholeBuffer)
        })
    }
}

/// Counts each key, and leaves to it what it does.
struct Count {
    keys: Arc<AtomicUsize>,
}

impl ConditionalEventHandler for Count {
    fn handle(&self, _: &Event, _: RepeatCount, _: bool, _: &EventContext<'_>) -> Option<Cmd> {
        self.keys.fetch_add(1, Ordering::SeqCst);
        None
    }
}

/// Completion from the program's own.
struct Completing {
    names: SharedNames,
}

impl Completer for Completing {
    type Candidate = Pair;

    fn complete(
        &self,
        line: &str,
        at: usize,
        _: &Context<'_>,
    ) -> rustyline::Result<(usize, Vec<Pair>)> {
        let names = self.names.lock().unwrap_or_else(PoisonError::into_inner);
        let found = crate::notation::complete::complete(line, at, &names);
        let typed = line[..at].trim_start();
        let own = words::beginning(typed);
        let mut pairs: Vec<Pair> = found
            .candidates
            .into_iter()
            .map(|candidate| pair(candidate.text, &candidate.meaning))
            .collect();
        if own.len() == 0 {
            return Ok((found.range.start, pairs));
        }
        pairs.extend(own.map(|word| pair(word.name.to_owned(), word.help)));
        Ok((at - typed.len(), pairs))
    }
}

fn pair(text: String, meaning: &str) -> Pair {
    Pair {
        display: format!("{text}  {meaning}"),
        replacement: text,
    }
}

impl Hinter for Completing {
    type Hint = String;
}

impl Highlighter for Completing {}

impl Validator for Completing {}

impl Helper for Completing {}
