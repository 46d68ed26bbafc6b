//! The program in a pseudo-terminal, measured by what it writes: keys go in, and the time until a text is on the screen.

use std::io::{Read, Write};
use std::num::NonZero;
use std::os::fd::AsFd;
use std::path::PathBuf;
use std::process::Child;
use std::time::{Duration, Instant};

use nix::fcntl::{FcntlArg, OFlag, fcntl};
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use pty_process::Size;
use pty_process::blocking::{Command, Pty, open};

/// How long anything may take.
const PATIENCE: Duration = Duration::from_secs(60);
const ROWS: u16 = 40;
const COLUMNS: u16 = 120;
/// What the first frame of the playground has.
pub(crate) const START: &str = "n makes a socket";

/// The program to measure: another build where `SOCKPLAY` names one, to compare two of them.
pub(crate) fn program() -> PathBuf {
    let other = std::env::var_os("SOCKPLAY");
    other.map_or_else(|| env!("CARGO_BIN_EXE_sockplay").into(), PathBuf::from)
}

/// A running program, the playground for the most part, and its screen.
pub(crate) struct Terminal {
    pty: Pty,
    child: Child,
    screen: vt100::Parser,
}

impl Terminal {
    /// Starts the playground and waits for its first frame. Gives how long that took too.
    pub(crate) fn start() -> (Self, Duration) {
        Self::start_of(program(), &[], START)
    }

    /// Starts a program and waits until its screen shows a text.
    pub(crate) fn start_of(program: PathBuf, arguments: &[String], text: &str) -> (Self, Duration) {
        let (pty, pts) = open().expect("a pseudo-terminal");
        pty.resize(Size::new(ROWS, COLUMNS)).expect("its size");
        fcntl(&pty, FcntlArg::F_SETFL(OFlag::O_NONBLOCK)).expect("its flags");
        let began = Instant::now();
        let child = Command::new(program)
            .args(arguments)
            .env("TERM", "xterm-256color")
            .spawn(pts)
            .expect("it starts");
        let screen = vt100::Parser::new(size(ROWS), size(COLUMNS), 0);
        let mut terminal = Self { pty, child, screen };
        terminal.until(text);
        (terminal, began.elapsed())
    }

    /// The id of its process.
    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Presses keys.
    pub(crate) fn keys(&mut self, keys: &str) {
        let mut rest = keys.as_bytes();
        while !rest.is_empty() {
            match (&self.pty).write(rest) {
                Ok(count) => rest = &rest[count..],
                // What is drawn must be read, or it waits for that.
                Err(_) => self.read(Duration::from_millis(1)),
            }
        }
    }

    /// Presses keys and gives how long it takes until a text is on the screen.
    pub(crate) fn timed(&mut self, keys: &str, text: &str) -> Duration {
        let began = Instant::now();
        self.keys(keys);
        self.until(text);
        began.elapsed()
    }

    /// Waits until a text is on the screen.
    pub(crate) fn until(&mut self, text: &str) {
        let deadline = Instant::now() + PATIENCE;
        while !self.screen.screen().contents().contains(text) {
            let shown = self.screen.screen().contents();
            assert!(Instant::now() < deadline, "{text} does not come:\n{shown}");
            self.read(Duration::from_millis(100));
        }
    }

    /// Reads for so long that nothing more is written.
    pub(crate) fn settle(&mut self, quiet: Duration) {
        let mut last = Instant::now();
        while last.elapsed() < quiet {
            if self.read_some(quiet) {
                last = Instant::now();
            }
        }
    }

    /// Reads for a span: what is drawn must be read, or it waits for that.
    pub(crate) fn read_for(&mut self, span: Duration) {
        let until = Instant::now() + span;
        loop {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return;
            }
            self.read(left);
        }
    }

    /// Presses keys that end it, and gives how long it takes until it has.
    pub(crate) fn ends(mut self, keys: &str) -> Duration {
        let began = Instant::now();
        self.keys(keys);
        loop {
            if self.child.try_wait().expect("its status").is_some() {
                return began.elapsed();
            }
            assert!(began.elapsed() < PATIENCE, "it does not end");
            // At its end the terminal is hung up, which ends the wait.
            self.read(Duration::from_millis(1));
        }
    }

    fn read(&mut self, at_most: Duration) {
        self.read_some(at_most);
    }

    fn read_some(&mut self, at_most: Duration) -> bool {
        let timeout = PollTimeout::try_from(at_most).unwrap_or(PollTimeout::MAX);
        let mut files = [PollFd::new(self.pty.as_fd(), PollFlags::POLLIN)];
        let _ = poll(&mut files, timeout);
        let mut buffer = [0; 1 << 16];
        match (&self.pty).read(&mut buffer) {
            Ok(count) if count > 0 => {
                self.screen.process(&buffer[..count]);
                true
            }
            _ => false,
        }
    }
}

fn size(number: u16) -> NonZero<u16> {
    NonZero::new(number).expect("some")
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
