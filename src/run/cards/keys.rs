//! A quiz on a terminal: single keys, a page that is redrawn, and the terminal restored whatever happens.

use std::io::{self, Write};
use std::panic;

use crossbeam_channel::{Receiver, unbounded};
use crossterm::cursor::{Hide, MoveTo};
use crossterm::event::{EnableBracketedPaste, Event, KeyCode, KeyEvent, KeyModifiers};
use crossterm::style::{PrintStyledContent, StyledContent, Stylize};
use crossterm::terminal::{
    BeginSynchronizedUpdate, Clear, ClearType, EndSynchronizedUpdate, EnterAlternateScreen, size,
};
use crossterm::{execute, queue};
use ratatui::backend::IntoCrossterm;

use crate::input::{Input, Read};
use crate::run::cards::front::{Front, Page, Wish};
use crate::run::cards::row::{StyledRow, Tone};
use crate::sys::environment;
use crate::sys::start::needed;
use crate::theme::{self, Glyphs};

/// The columns beyond which lines become hard to read.
const WIDEST: usize = 84;
/// The columns left free on the left.
const MARGIN: u16 = 2;

/// What is written when the terminal is given back: the end of a synchronized update and of bracketed paste, the usual
/// screen, attributes and cursor.
const RESET: &[u8] = b"\x1b[?2026l\x1b[?2004l\x1b[?1049l\x1b[m\x1b[?25h";

/// The terminal.
pub(crate) struct Keys {
    wishes: Receiver<Wish>,
    /// What reads the keys, until the terminal is given back.
    input: Option<Input>,
    /// The first line that is shown. `None`: as far down as there is something.
    top: Option<usize>,
    /// The top of what was drawn last, and the furthest that it can be.
    drawn: (usize, usize),
    /// How many rows the page had.
    rows: usize,
}

impl Keys {
    /// Takes the terminal and begins to read keys.
    pub(crate) fn take() -> io::Result<Self> {
        give_back_after_panic();
        take().map_err(needed("tcsetattr() or write()", "to take the terminal"))?;
        let (sender, wishes) = unbounded();
        let mut keys = Self {
            wishes,
            input: None,
            top: None,
            drawn: (0, 0),
            rows: 0,
        };
        let input = Input::start(sender, wish);
        keys.input = Some(input.map_err(needed(
            "poll(), eventfd() or a thread",
            "to read the answers",
        ))?);
        Ok(keys)
    }
}

impl Drop for Keys {
    fn drop(&mut self) {
        drop(self.input.take());
        crate::sys::tty::restore();
    }
}

fn take() -> io::Result<()> {
    crate::sys::tty::take(RESET).map_err(|errno| io::Error::from_raw_os_error(errno.0))?;
    execute!(
        io::stdout(),
        EnterAlternateScreen,
        EnableBracketedPaste,
        Hide
    )
}

/// Gives the terminal back before the message of a panic is printed.
fn give_back_after_panic() {
    let before = panic::take_hook();
    panic::set_hook(Box::new(move |info| {
        crate::sys::tty::restore();
        before(info);
    }));
}

/// What is wanted by what was read.
fn wish(read: Read) -> Option<Wish> {
    match read {
        Read::Event(Event::Key(key)) => wish_of_key(key),
        Read::Event(Event::Paste(_)) | Read::BurstEnd => Some(Wish::Paste),
        Read::Burst(_) => None,
        Read::Event(Event::Resize(..)) => Some(Wish::Redraw),
        Read::Background(_)
        | Read::Event(Event::Mouse(_) | Event::FocusGained | Event::FocusLost) => None,
        Read::Hangup => Some(Wish::End),
    }
}

fn wish_of_key(key: KeyEvent) -> Option<Wish> {
    if key.modifiers.contains(KeyModifiers::CONTROL) {
        return match key.code {
            KeyCode::Char('c' | 'd') => Some(Wish::End),
            KeyCode::Char('z') => Some(Wish::Stop),
            KeyCode::Char('l') => Some(Wish::Redraw),
            _ => None,
        };
    }
    match key.code {
        KeyCode::Enter | KeyCode::Char(' ') => Some(Wish::Answer),
        KeyCode::Esc => Some(Wish::Key('q')),
        KeyCode::F(1) | KeyCode::Char('?') => Some(Wish::Help),
        KeyCode::Char('j') | KeyCode::Down => Some(Wish::Scroll(1)),
        KeyCode::Char('k') | KeyCode::Up => Some(Wish::Scroll(-1)),
        KeyCode::Char(c) => Some(Wish::Key(c)),
        _ => None,
    }
}

impl Front for Keys {
    fn wishes(&self) -> &Receiver<Wish> {
        &self.wishes
    }

    fn begin(&mut self) {
        self.top = None;
    }

    fn show(&mut self, page: &Page) -> io::Result<()> {
        if page.rows.len() != self.rows {
            // Something was revealed: that is what the person wants to see.
            self.top = None;
            self.rows = page.rows.len();
        }
        let (columns, rows) = size()?;
        let width = usize::from(columns.saturating_sub(2 * MARGIN)).min(WIDEST);
        let remark = page
            .remark
            .iter()
            .flat_map(|text| StyledRow::of(Tone::Strong, text));
        let keys = page.keys.iter();
        let keys = keys.flat_map(|keys| StyledRow::of(Tone::Plain, keys));
        let keys: Vec<StyledRow> = remark.chain(keys).collect();
        let keys = lines(&keys, width);
        // A free line above, and one between the page and its keys.
        let room = usize::from(rows).saturating_sub(keys.len() + 2).max(1);
        let lines = lines(&page.rows, width);
        let last = lines.len().saturating_sub(room);
        let top = self.top.unwrap_or(last).min(last);
        self.drawn = (top, last);
        let mut out = io::stdout().lock();
        queue!(out, BeginSynchronizedUpdate, Clear(ClearType::All))?;
        for (row, line) in (1..).zip(lines.iter().skip(top).take(room)) {
            queue!(out, MoveTo(MARGIN, row), PrintStyledContent(line.clone()))?;
        }
        let bottom = rows.saturating_sub(u16::try_from(keys.len()).unwrap_or(u16::MAX));
        for (row, line) in (bottom..rows).zip(keys) {
            queue!(out, MoveTo(MARGIN, row), PrintStyledContent(line))?;
        }
        queue!(out, EndSynchronizedUpdate)?;
        out.flush()
    }

    fn scroll(&mut self, rows: i16) {
        let (top, last) = self.drawn;
        self.top = Some(top.saturating_add_signed(rows.into()).min(last));
    }

    fn stop(&mut self, stop: &mut dyn FnMut()) -> io::Result<()> {
        if let Some(input) = &self.input {
            input.pause();
        }
        crate::sys::tty::restore();
        stop();
        take()?;
        if let Some(input) = &self.input {
            input.resume();
        }
        Ok(())
    }

    fn end(&mut self, rows: &[StyledRow]) -> io::Result<()> {
        let (columns, _) = size()?;
        drop(self.input.take());
        crate::sys::tty::restore();
        let mut out = io::stdout().lock();
        for line in lines(rows, usize::from(columns).min(WIDEST)) {
            writeln!(out, "{line}")?;
        }
        out.flush()
    }
}

/// Rows as lines of the terminal, in the theme of its own colours.
fn lines(rows: &[StyledRow], width: usize) -> Vec<StyledContent<String>> {
    let theme = theme::builtin(theme::auto(None, environment::no_color()));
    let bad = theme.and_then(|theme| theme.bad.fg);
    let glyphs = Glyphs::of_terminal(&environment::terminal(), environment::locale().as_deref());
    let styled = |tone: Tone, line: String| match tone {
        Tone::Plain => line.stylize(),
        Tone::Strong => line.bold(),
        Tone::Bad => match bad {
            Some(hue) => line.with(hue.into_crossterm()),
            None => line.bold(),
        },
    };
    let lines = rows.iter().flat_map(|row| {
        let lines = row.wrapped(width).into_iter();
        lines.map(|line| (row.tone, glyphs.text(&line).into_owned()))
    });
    lines.map(|(tone, line)| styled(tone, line)).collect()
}
