//! The terminal: taking it, giving it back, also after a panic, and drawing without flicker.

use std::io::{self, Write};
use std::mem::ManuallyDrop;
use std::panic;

use crossterm::clipboard::CopyToClipboard;
use crossterm::event::EnableBracketedPaste;
use crossterm::style::Print;
use crossterm::terminal::{BeginSynchronizedUpdate, EndSynchronizedUpdate, EnterAlternateScreen};
use crossterm::{execute, queue};
use nix::sys::termios::{LocalFlags, tcgetattr};
use ratatui::Terminal;
use ratatui::layout::Rect;

use crate::app::state::App;
use crate::layout::Geometry;
use crate::terminal::hyperlinks;
use crate::terminal::output::Output;
use crate::view::view;

/// Clicks and the wheel, in the form that has no limit of columns; not every motion, as crossterm's own command asks.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// The query for the background. Its end is BEL and not ST since a terminal ends its answer in the same way, and some forget
/// a half of ST.
const BACKGROUND: &str = "\x1b]11;?\x07";

/// What is written when the terminal is given back: the end of a synchronized update, no mouse, no bracketed paste, the
/// usual screen, attributes and cursor.
const RESET: &[u8] = b"\x1b[?2026l\x1b[?1006l\x1b[?1000l\x1b[?2004l\x1b[?1049l\x1b[m\x1b[?25h";

/// The screen.
///
/// ratatui's own drop shows the cursor once more and complains on standard error when it cannot. When the terminal has
/// gone that is a panic, and [`give_back`] does all there is to do.
pub(crate) struct Screen(ManuallyDrop<Terminal<Output>>);

impl Screen {
    /// Takes the terminal.
    pub(crate) fn take() -> io::Result<Self> {
        give_back_after_panic();
        // The theme decides about colours. Otherwise crossterm writes a reset for each where NO_COLOR is set, which takes the
        // attributes away too.
        crossterm::style::force_color_output(true);
        take()?;
        Ok(Self(ManuallyDrop::new(Terminal::new(Output::new())?)))
    }

    /// Draws the state, and gives it the geometry of what was drawn; the terminal shows all of it at once or nothing.
    pub(crate) fn draw(&mut self, app: &mut App) -> io::Result<()> {
        if !crate::sys::tty::is_taken() {
            // A thread has panicked: its message is where the screen was.
            return Ok(());
        }
        queue!(self.0.backend_mut(), BeginSynchronizedUpdate)?;
        let mut geometry = Geometry::default();
        self.0.draw(|frame| {
            geometry = view(app, frame);
            hyperlinks::write(&geometry.links, frame.buffer_mut());
        })?;
        app.drawn(geometry);
        queue!(self.0.backend_mut(), EndSynchronizedUpdate)?;
        Write::flush(self.0.backend_mut())
    }

    /// Makes the next drawing a whole one, on a screen of this size.
    ///
    /// `Terminal::clear` would ask the terminal for its cursor and wait for an answer that the input thread reads.
    pub(crate) fn repaint(&mut self, (columns, rows): (u16, u16)) -> io::Result<()> {
        self.0.resize(Rect::new(0, 0, columns, rows))
    }

    /// Has the terminal report clicks and the wheel, or leaves the mouse to it.
    pub(crate) fn capture_mouse(&mut self, captures: bool) -> io::Result<()> {
        let mode = if captures { MOUSE_ON } else { MOUSE_OFF };
        execute!(self.0.backend_mut(), Print(mode))
    }

    /// Asks the terminal for its background (OSC 11). The answer, if there is one, comes with the input.
    pub(crate) fn ask_background(&mut self) -> io::Result<()> {
        execute!(self.0.backend_mut(), Print(BACKGROUND))
    }

    /// Asks the terminal to put a text on its clipboard (OSC 52). Whether it does so is not reported.
    pub(crate) fn copy(&mut self, text: &str) -> io::Result<()> {
        execute!(
            self.0.backend_mut(),
            CopyToClipboard::to_clipboard_from(text)
        )
    }
}

impl Drop for Screen {
    fn drop(&mut self) {
        give_back();
    }
}

/// Takes the terminal: raw, its other screen, pastes marked.
pub(crate) fn take() -> io::Result<()> {
    crate::sys::tty::take(RESET).map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
    execute!(io::stdout(), EnterAlternateScreen, EnableBracketedPaste)
}

/// Takes it again after the process was stopped and goes on: somebody else may have used it meanwhile.
pub(crate) fn take_again() -> io::Result<()> {
    if is_raw()? {
        // After Ctrl-Z it is ours already. Were it given back even for a moment, a second Ctrl-Z in that moment would
        // stop the process with the terminal half taken.
        return execute!(io::stdout(), EnableBracketedPaste);
    }
    give_back();
    take()
}

/// Whether keys come one by one, as the terminal itself says.
fn is_raw() -> io::Result<bool> {
    let modes = tcgetattr(io::stdin())?;
    Ok(!modes.local_flags.contains(LocalFlags::ICANON))
}

/// Gives it back as it was. Does nothing when it is not ours; waits for no terminal that has stopped reading.
pub(crate) fn give_back() {
    crate::sys::tty::restore();
}

/// Gives the terminal back before the message of a panic is printed.
///
/// A panic of the main thread unwinds through the driver, which puts everything in order. One of another thread ends
/// the program too, as SIGTERM would: what that thread left undone cannot be known.
fn give_back_after_panic() {
    let main = std::thread::current().id();
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        let was_taken = crate::sys::tty::is_taken();
        give_back();
        before(info);
        if was_taken && std::thread::current().id() != main {
            crate::sys::signal::terminate();
        }
    }));
}
