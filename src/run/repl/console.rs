//! The person at the other side: lines in, lines out. With a line editor where the terminal can have one.

use std::io::{self, BufRead, IsTerminal, Write};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};
use std::thread;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};

use crate::notation::complete::KnownNames;
use crate::run::cards::row::{StyledRow, Tone};
use crate::run::repl::editor;
use crate::run::repl::said::{PROMPT, Said, SharedNames};
use crate::socket::text::escaped;
use crate::sys::start::needed;

/// How long the end waits for the last lines to be printed.
const LIMIT: Duration = Duration::from_millis(200);
/// How long nothing more has come when a paste is over.
const QUIET: Duration = Duration::from_millis(50);
/// The columns at which text is wrapped on a terminal.
const WIDTH: usize = 79;
/// Terminals that can only print.
const SIMPLE: [&str; 4] = ["", "dumb", "cons25", "emacs"];

/// Lines in and out.
pub(crate) struct Console {
    said: Receiver<Said>,
    /// Asks for the next line.
    ask: Sender<()>,
    kind: Kind,
    /// Whether a line is being waited for.
    is_asked: bool,
    names: SharedNames,
}

/// How it is printed.
enum Kind {
    /// Above the line that is being edited, on a thread that has the editor's files.
    Edited {
        print: Option<Sender<String>>,
        printed: Receiver<()>,
        /// How many keys the editor was given.
        keys: Arc<AtomicUsize>,
    },
    /// On a terminal without a line editor.
    Simple,
    /// Into a pipe or file.
    Piped,
}

/// Whether a person sits at a terminal, and not a program at pipes.
pub(crate) fn is_terminal() -> bool {
    io::stdin().is_terminal() && io::stdout().is_terminal()
}

impl Console {
    /// Begins to wait for [`Console::ask`]; `history` are the lines of earlier sessions. Call it before there are sockets.
    pub(crate) fn start(history: Vec<String>, most: usize) -> io::Result<Self> {
        let (sender, said) = unbounded();
        let (ask, asked) = unbounded();
        let names = SharedNames::default();
        let term = std::env::var("TERM").unwrap_or_default();
        let kind = if !is_terminal() {
            read_lines(asked, sender, false)?;
            Kind::Piped
        } else if SIMPLE.contains(&term.as_str()) {
            read_lines(asked, sender, true)?;
            Kind::Simple
        } else {
            let (print, to_print) = unbounded();
            let (ends, printed) = bounded(0);
            let names = Arc::clone(&names);
            let keys = Arc::new(AtomicUsize::new(0));
            editor::start(editor::Start {
                keys: Arc::clone(&keys),
                history,
                most,
                names,
                asked,
                said: sender,
                to_print,
                ends,
            })?;
            Kind::Edited {
                print: Some(print),
                printed,
                keys,
            }
        };
        Ok(Self {
            said,
            ask,
            kind,
            is_asked: false,
            names,
        })
    }

    /// Where it arrives what the person said.
    pub(crate) fn said(&self) -> &Receiver<Said> {
        &self.said
    }

    /// Whether lines come from a program or a file, which says nothing more after their end.
    pub(crate) fn is_piped(&self) -> bool {
        matches!(self.kind, Kind::Piped)
    }

    /// Asks for the next line, once.
    pub(crate) fn ask(&mut self) {
        if !std::mem::replace(&mut self.is_asked, true) {
            // The reader may have come to the end already, which it said.
            let _ = self.ask.send(());
        }
    }

    /// The person answered.
    pub(crate) fn answered(&mut self) {
        self.is_asked = false;
    }

    /// Whether more came together with the line that was just said, as of a paste. All of that is dropped.
    pub(crate) fn drops_rest(&mut self) -> bool {
        match &self.kind {
            Kind::Edited { keys, .. } => {
                let keys = Arc::clone(keys);
                let before = keys.load(Ordering::SeqCst);
                while self.next_comes_soon() {}
                keys.load(Ordering::SeqCst) != before
            }
            Kind::Simple => {
                let more = is_waiting();
                while is_waiting() && self.next_comes_soon() {}
                if more {
                    self.ask();
                }
                more
            }
            Kind::Piped => false,
        }
    }

    /// Asks for the next line, and drops it if it was already on the way.
    fn next_comes_soon(&mut self) -> bool {
        self.ask();
        let comes = matches!(self.said.recv_timeout(QUIET), Ok(Said::Line(_)));
        if comes {
            self.answered();
        }
        comes
    }

    /// Offers these names from now on.
    pub(crate) fn offer(&self, names: KnownNames) {
        *self.names.lock().unwrap_or_else(PoisonError::into_inner) = names;
    }

    /// Prints a line. Whatever it quotes, no terminal obeys it.
    pub(crate) fn print(&self, line: &str) -> io::Result<()> {
        let line = escaped(line);
        match &self.kind {
            Kind::Edited { print, .. } => {
                if let Some(print) = print {
                    // The thread ends after this.
                    let _ = print.send(format!("{line}\n"));
                }
                Ok(())
            }
            // The cursor is behind the prompt.
            Kind::Simple if self.is_asked => write(&format!("\n{line}\n{PROMPT}")),
            Kind::Simple | Kind::Piped => write(&format!("{line}\n")),
        }
    }

    /// Prints paragraphs, wrapped on a terminal and whole for a program.
    pub(crate) fn print_text(&self, text: &str) -> io::Result<()> {
        for row in StyledRow::of(Tone::Plain, text) {
            if self.is_piped() {
                self.print(&row.text)?;
            } else {
                row.wrapped(WIDTH)
                    .iter()
                    .try_for_each(|line| self.print(line))?;
            }
        }
        Ok(())
    }
}

impl Drop for Console {
    fn drop(&mut self) {
        if let Kind::Edited { print, printed, .. } = &mut self.kind {
            drop(print.take());
            // An error means that all is printed; nothing is ever sent.
            let _ = printed.recv_timeout(LIMIT);
            crate::sys::tty::restore();
        }
    }
}

/// Whether the terminal has input that was not read.
fn is_waiting() -> bool {
    crate::sys::file::unread(libc::STDIN_FILENO).is_ok_and(|bytes| bytes > 0)
}

fn write(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes())?;
    out.flush()
}

/// Reads a line each time that one is asked for.
fn read_lines(asked: Receiver<()>, said: Sender<Said>, has_prompt: bool) -> io::Result<()> {
    let read = move || {
        crate::sys::signal::mask_all();
        let mut input = io::stdin().lock();
        let mut line = Vec::new();
        while asked.recv().is_ok() {
            if has_prompt && write(PROMPT).is_err() {
                break;
            }
            line.clear();
            match input.read_until(b'\n', &mut line) {
                Ok(1..) => {}
                _ => break,
            }
            let text = String::from_utf8_lossy(&line).trim_end().to_owned();
            if said.send(Said::Line(text)).is_err() {
                return;
            }
        }
        // The session may be over.
        let _ = said.send(Said::End);
    };
    let started = thread::Builder::new().name("input".to_owned()).spawn(read);
    started.map_err(needed("a further thread", "to read lines"))?;
    Ok(())
}
