//! What ratatui draws on: crossterm, except for the size of the terminal. crossterm opens /dev/tty for it, ratatui asks for it
//! before each frame, and in that instant the lowest number of the playground would be taken: the next socket would have
//! another one, and a call on a descriptor that was just closed would meet a file.

use std::io::{self, BufWriter, Stdout, Write};

use ratatui::backend::{Backend, ClearType, CrosstermBackend, WindowSize};
use ratatui::buffer::Cell;
use ratatui::layout::{Position, Size};

/// A whole frame is written at once.
const BUFFER: usize = 64 << 10;

/// Standard output, as a terminal.
#[derive(Debug)]
pub(crate) struct Output(CrosstermBackend<BufWriter<Stdout>>);

impl Output {
    pub(crate) fn new() -> Self {
        let writer = BufWriter::with_capacity(BUFFER, io::stdout());
        Self(CrosstermBackend::new(writer))
    }
}

/// The columns and rows of the terminal.
pub(crate) fn size() -> io::Result<(u16, u16)> {
    let size = winsize()?;
    Ok((size.ws_col, size.ws_row))
}

fn winsize() -> io::Result<libc::winsize> {
    crate::sys::tty::size().map_err(|errno| io::Error::from_raw_os_error(errno.0))
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Write::flush(&mut self.0)
    }
}

impl Backend for Output {
    type Error = io::Error;

    fn draw<'a, I>(&mut self, content: I) -> io::Result<()>
    where
        I: Iterator<Item = (u16, u16, &'a Cell)>,
    {
        self.0.draw(content)
    }

    fn append_lines(&mut self, count: u16) -> io::Result<()> {
        self.0.append_lines(count)
    }

    fn hide_cursor(&mut self) -> io::Result<()> {
        self.0.hide_cursor()
    }

    fn show_cursor(&mut self) -> io::Result<()> {
        self.0.show_cursor()
    }

    fn get_cursor_position(&mut self) -> io::Result<Position> {
        self.0.get_cursor_position()
    }

    fn set_cursor_position<P: Into<Position>>(&mut self, position: P) -> io::Result<()> {
        self.0.set_cursor_position(position)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.0.clear()
    }

    fn clear_region(&mut self, part: ClearType) -> io::Result<()> {
        self.0.clear_region(part)
    }

    fn size(&self) -> io::Result<Size> {
        size().map(Size::from)
    }

    fn window_size(&mut self) -> io::Result<WindowSize> {
        let size = winsize()?;
        Ok(WindowSize {
            columns_rows: Size::new(size.ws_col, size.ws_row),
            pixels: Size::new(size.ws_xpixel, size.ws_ypixel),
        })
    }

    fn flush(&mut self) -> io::Result<()> {
        Backend::flush(&mut self.0)
    }
}
