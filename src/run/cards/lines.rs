//! A quiz through pipes: a wish is a line, and each row is printed once.

use std::io::{self, BufRead, IsTerminal, Write};
use std::thread;

use crossbeam_channel::{Receiver, Sender, bounded};

use crate::run::cards::front::{Front, Page, Wish};
use crate::run::cards::row::StyledRow;
use crate::sys::start::needed;

/// How many bytes nobody types before a line is read.
const PASTED: u32 = 32;
/// How long nothing more has come when a paste is over, in milliseconds.
const QUIET: i32 = 200;

/// Lines in and out.
pub(crate) struct Lines {
    wishes: Receiver<Wish>,
    /// How many rows of the present card were printed.
    printed: usize,
    /// Whether there was a card before.
    follows: bool,
}

impl Lines {
    /// Begins to read standard input.
    pub(crate) fn start() -> io::Result<Self> {
        let (sender, wishes) = bounded(0);
        thread::Builder::new()
            .name("input".to_owned())
            .spawn(move || read(&sender))
            .map_err(needed("a further thread", "to read the answers"))?;
        Ok(Self {
            wishes,
            printed: 0,
            follows: false,
        })
    }
}

/// Reads commands until there are no more, or nobody receives them.
fn read(sender: &Sender<Wish>) {
    let is_terminal = io::stdin().is_terminal();
    let mut lines = io::stdin().lock().split(b'\n').map_while(Result::ok);
    while let Some(line) = lines.next() {
        let wish = match line.trim_ascii() {
            _ if is_terminal && more_waits() => {
                while comes_soon() && lines.next().is_some() {}
                Wish::Paste
            }
            [] => Wish::Answer,
            b"?" | b"help" => Wish::Help,
            [key] => Wish::Key(char::from(*key)),
            _ => Wish::Key('?'),
        };
        if sender.send(wish).is_err() {
            return;
        }
    }
    // The quiz may be over already.
    let _ = sender.send(Wish::End);
}

/// Whether more lines are in the terminal than a person types ahead.
fn more_waits() -> bool {
    crate::sys::file::unread(libc::STDIN_FILENO).is_ok_and(|bytes| bytes >= PASTED)
}

/// Whether another line comes, or the end of the input.
fn comes_soon() -> bool {
    let input = (libc::STDIN_FILENO, i32::from(libc::POLLIN));
    matches!(crate::sys::ready::poll(&[input], QUIET), Ok((1.., _)))
}

impl Front for Lines {
    fn wishes(&self) -> &Receiver<Wish> {
        &self.wishes
    }

    fn begin(&mut self) {
        self.printed = 0;
    }

    fn show(&mut self, page: &Page) -> io::Result<()> {
        let mut out = io::stdout().lock();
        if self.printed == 0 && std::mem::replace(&mut self.follows, true) {
            writeln!(out)?;
        }
        for row in page.rows.iter().skip(self.printed) {
            writeln!(out, "{}", row.text)?;
        }
        self.printed = page.rows.len();
        if let Some(remark) = page.remark {
            writeln!(out, "{remark}")?;
        }
        writeln!(out, "[{}]", page.keys.join("   "))?;
        out.flush()
    }

    fn end(&mut self, rows: &[StyledRow]) -> io::Result<()> {
        let mut out = io::stdout().lock();
        rows.iter()
            .try_for_each(|row| writeln!(out, "{}", row.text))?;
        out.flush()
    }
}
