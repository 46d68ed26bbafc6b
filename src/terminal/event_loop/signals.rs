//! Signals: a new size, stopping and continuing, and the ones that end the program.

use std::io;

use crate::app::message::Msg;
use crate::terminal::event_loop::{Driver, Ended};
use crate::terminal::output::size;

impl Driver<'_> {
    pub(crate) fn signal(&mut self, signal: i32) -> io::Result<()> {
        match signal {
            libc::SIGWINCH => self.resized(),
            libc::SIGTSTP => self.stopped(crate::sys::signal::stop),
            libc::SIGCONT => {
                crate::terminal::screen::take_again()?;
                self.screen.capture_mouse(self.app.captures_mouse)?;
                self.resized()
            }
            _ => {
                self.ended = Some(Ended::Signal(signal));
                Ok(())
            }
        }
    }

    fn resized(&mut self) -> io::Result<()> {
        let (columns, rows) = size()?;
        self.take(Msg::Resize(columns, rows))
    }

    /// Stops the process group, as Ctrl-Z does outside of raw mode; returns when it goes on.
    ///
    /// In an orphaned group the kernel ignores the stop, and the program just goes on.
    pub(crate) fn suspend(&mut self) -> io::Result<()> {
        let signals = self.signals;
        let mut ending = None;
        self.stopped(|| ending = signals.stop_group())?;
        if let Some(signal) = ending {
            self.ended = Some(Ended::Signal(signal));
        }
        Ok(())
    }

    /// Gives the terminal back while the process is stopped, or another one has the terminal, and takes it again afterwards.
    pub(crate) fn stopped(&mut self, stop: impl FnOnce()) -> io::Result<()> {
        self.input.pause();
        crate::terminal::screen::give_back();
        stop();
        crate::terminal::screen::take()?;
        self.screen.capture_mouse(self.app.captures_mouse)?;
        self.input.resume();
        self.resized()
    }
}
