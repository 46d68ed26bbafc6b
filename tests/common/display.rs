//! What a terminal would show: the output of the program, put through an emulator by a thread of its own.
//!
//! The program brackets each frame as a synchronised update, and a screen is only read between frames: a test
//! never sees half of one.

use std::io::{ErrorKind, Read};
use std::num::NonZeroU16;
use std::os::fd::AsFd;
use std::os::unix::net::UnixStream;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use pty_process::blocking::Pty;
use vt100::{Callbacks, Parser, Screen};

/// The mode of a synchronised update.
const SYNCHRONISED: u16 = 2026;

/// What the terminal was asked for that no screen shows.
#[derive(Debug, Default)]
struct Witness {
    in_frame: bool,
    frame: Option<Screen>,
    abuses: Vec<String>,
}

impl Callbacks for Witness {
    fn unhandled_csi(
        &mut self,
        screen: &mut Screen,
        _: Option<u8>,
        _: Option<u8>,
        params: &[&[u16]],
        end: char,
    ) {
        if params == [&[SYNCHRONISED]] {
            self.in_frame = end == 'h';
            self.frame = (!self.in_frame).then(|| screen.clone());
        }
    }

    fn audible_bell(&mut self, _: &mut Screen) {
        self.abuses.push("the bell".to_owned());
    }

    fn set_window_icon_name(&mut self, _: &mut Screen, name: &[u8]) {
        self.abuses.push(format!("icon name {name:?}"));
    }

    fn set_window_title(&mut self, _: &mut Screen, title: &[u8]) {
        self.abuses.push(format!("title {title:?}"));
    }

    fn copy_to_clipboard(&mut self, _: &mut Screen, _: &[u8], _: &[u8]) {
        self.abuses.push("the clipboard".to_owned());
    }
}

struct State {
    parser: Parser<Witness>,
    raw: Vec<u8>,
    shown: Shown,
    ended: bool,
}

/// The terminal, shared by the thread that feeds it and the test that reads it.
pub(crate) struct Display {
    state: Mutex<State>,
    changed: Condvar,
}

/// A screen between two frames.
#[derive(Clone)]
pub(crate) struct Shown {
    /// Its cells and modes.
    pub(crate) screen: Screen,
    /// Its rows, without trailing blanks.
    pub(crate) rows: Vec<String>,
}

impl Shown {
    fn of(screen: &Screen) -> Self {
        let (_, columns) = screen.size();
        let rows = screen
            .rows(0, columns.get())
            .map(|row| row.trim_end().to_owned())
            .collect();
        Self {
            screen: screen.clone(),
            rows,
        }
    }

    /// Whether a row has this text.
    pub(crate) fn has(&self, text: &str) -> bool {
        self.rows.iter().any(|row| row.contains(text))
    }

    /// Whether a row has all these texts.
    pub(crate) fn has_row(&self, texts: &[&str]) -> bool {
        let mut rows = self.rows.iter();
        rows.any(|row| texts.iter().all(|text| row.contains(text)))
    }

    /// How often a text is on it.
    pub(crate) fn count(&self, text: &str) -> usize {
        self.rows
            .iter()
            .map(|row| row.matches(text).count())
            .sum::<usize>()
    }

    /// The first row with this text.
    #[track_caller]
    pub(crate) fn row(&self, text: &str) -> &str {
        let found = self.rows.iter().find(|row| row.contains(text));
        found.unwrap_or_else(|| panic!("no row has {text:?}:\n{}", self.text()))
    }

    /// The column and row, from 1, at which a text begins.
    #[track_caller]
    pub(crate) fn place(&self, text: &str) -> (usize, usize) {
        let found = self.rows.iter().enumerate().find_map(|(y, row)| {
            let at = row.find(text)?;
            Some((row[..at].chars().count() + 1, y + 1))
        });
        found.unwrap_or_else(|| panic!("no row has {text:?}:\n{}", self.text()))
    }

    /// All rows, for a person to read.
    pub(crate) fn text(&self) -> String {
        self.rows.join("\n")
    }
}

fn cells(number: u16) -> NonZeroU16 {
    NonZeroU16::new(number).expect("a terminal has columns and rows")
}

impl Display {
    /// A blank terminal.
    pub(crate) fn new((columns, rows): (u16, u16)) -> Self {
        let parser = Parser::new_with_callbacks(cells(rows), cells(columns), 0, Witness::default());
        let shown = Shown::of(parser.screen());
        Self {
            state: Mutex::new(State {
                parser,
                raw: Vec::new(),
                shown,
                ended: false,
            }),
            changed: Condvar::new(),
        }
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Another size; its terminal notifies the program.
    pub(crate) fn resize(&self, (columns, rows): (u16, u16)) {
        self.lock().parser.set_size(cells(rows), cells(columns));
    }

    fn take(&self, bytes: &[u8]) {
        let mut state = self.lock();
        state.raw.extend_from_slice(bytes);
        state.parser.process(bytes);
        let frame = state.parser.callbacks_mut().frame.take();
        if let Some(frame) = frame {
            state.shown = Shown::of(&frame);
        }
        if !state.parser.callbacks().in_frame {
            state.shown = Shown::of(state.parser.screen());
        }
        self.changed.notify_all();
    }

    fn end(&self) {
        self.lock().ended = true;
        self.changed.notify_all();
    }

    /// Whether the last process has closed the terminal.
    pub(crate) fn has_ended(&self) -> bool {
        self.lock().ended
    }

    /// The present screen.
    pub(crate) fn shown(&self) -> Shown {
        self.lock().shown.clone()
    }

    /// Every byte that the program has written.
    pub(crate) fn raw(&self) -> Vec<u8> {
        self.lock().raw.clone()
    }

    /// What a program has no business to ask of a terminal: titles, the bell, the clipboard.
    pub(crate) fn abuses(&self) -> Vec<String> {
        self.lock().parser.callbacks().abuses.clone()
    }

    /// Waits until a screen is as wanted. Gives the last one where that does not come.
    pub(crate) fn wait(
        &self,
        patience: Duration,
        holds: impl Fn(&Shown) -> bool,
    ) -> Result<(), Box<Shown>> {
        let deadline = Instant::now() + patience;
        let mut state = self.lock();
        loop {
            if holds(&state.shown) {
                return Ok(());
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() || state.ended {
                return Err(Box::new(state.shown.clone()));
            }
            state = self
                .changed
                .wait_timeout(state, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    /// Waits until everything is read that was written before the last process closed the terminal.
    pub(crate) fn wait_for_end(&self, patience: Duration) -> bool {
        let state = self.lock();
        let waited = self
            .changed
            .wait_timeout_while(state, patience, |state| !state.ended);
        waited.unwrap_or_else(PoisonError::into_inner).0.ended
    }

    /// Whether nothing is written for as long as this.
    pub(crate) fn stays_quiet(&self, span: Duration) -> bool {
        let state = self.lock();
        let before = state.raw.len();
        let waited = self
            .changed
            .wait_timeout_while(state, span, |state| state.raw.len() == before);
        waited.unwrap_or_else(PoisonError::into_inner).1.timed_out()
    }

    /// Reads the master until the terminal is closed at the other side, or `stop` is.
    pub(crate) fn feed(&self, pty: &Pty, stop: &UnixStream) {
        let mut buffer = vec![0; 1 << 16];
        loop {
            let mut files = [
                PollFd::new(pty.as_fd(), PollFlags::POLLIN),
                PollFd::new(stop.as_fd(), PollFlags::POLLIN),
            ];
            if poll(&mut files, PollTimeout::NONE).is_err() {
                continue;
            }
            if files[1].any() == Some(true) {
                return;
            }
            match (&mut &*pty).read(&mut buffer) {
                Ok(0) => break,
                Ok(count) => self.take(&buffer[..count]),
                Err(error)
                    if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::Interrupted) => {}
                // EIO: nobody has the terminal open any more.
                Err(_) => break,
            }
        }
        self.end();
    }
}
