//! Programs that are measured as whole processes: this executable starts itself again as one of them.

use std::io::{Read, Write, stdout};
use std::net::{TcpListener, TcpStream};
use std::path::PathBuf;

use clap::ValueEnum;
use crossterm::cursor::Hide;
use crossterm::event::{Event, KeyCode, read};
use crossterm::execute;
use crossterm::terminal::{EnterAlternateScreen, enable_raw_mode};
use ratatui::backend::CrosstermBackend;
use ratatui::layout::{Constraint, Layout};
use ratatui::widgets::{Block, Paragraph};
use ratatui::{Frame, Terminal};

use super::{memory, past, traced};

/// What to be.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub(crate) enum Program {
    /// The least that a program with eight boxes on the screen does.
    Boxes,
    /// The calls of a script of ten lines.
    TenCalls,
    /// A session of many calls that send the same.
    EqualCalls,
    /// A session of many calls, each of which sends something else.
    DifferentCalls,
    /// A long session that can be looked back at.
    SessionWithPast,
    /// The same session, which cannot.
    SessionWithoutPast,
    /// Calls that are traced.
    TracedCalls,
}

/// What the program with the boxes shows when it is ready.
pub(crate) const READY: &str = "ready to draw";

/// The file of this executable.
pub(crate) fn this() -> PathBuf {
    std::env::current_exe().expect("its file")
}

impl Program {
    /// The arguments with which this executable is that program.
    pub(crate) fn arguments(self) -> [String; 2] {
        let value = self.to_possible_value().expect("none is left out");
        ["--program".to_owned(), value.get_name().to_owned()]
    }

    /// Is that program until it ends.
    pub(crate) fn run(self) {
        match self {
            Self::Boxes => boxes().expect("a terminal"),
            Self::TenCalls => ten_calls().expect("a connection"),
            Self::EqualCalls => memory::print_growth(true),
            Self::DifferentCalls => memory::print_growth(false),
            Self::SessionWithPast => past::print_growth(true),
            Self::SessionWithoutPast => past::print_growth(false),
            Self::TracedCalls => traced::print_time_of_calls().expect("two sockets"),
        }
    }
}

/// Draws, and again after each key; `q` ends it.
fn boxes() -> std::io::Result<()> {
    enable_raw_mode()?;
    execute!(stdout(), EnterAlternateScreen, Hide)?;
    let buffered = std::io::BufWriter::with_capacity(64 << 10, stdout());
    let mut terminal = Terminal::new(CrosstermBackend::new(buffered))?;
    let mut typed = String::new();
    loop {
        terminal.draw(|frame| draw(frame, &typed))?;
        match read()? {
            Event::Key(key) if key.code == KeyCode::Char('q') => return Ok(()),
            Event::Key(key) => typed.extend(key.code.as_char()),
            _ => {}
        }
    }
}

fn draw(frame: &mut Frame, typed: &str) {
    let rows = Layout::vertical([Constraint::Fill(1); 4]).split(frame.area());
    for row in &*rows {
        let columns = Layout::horizontal([Constraint::Fill(1); 2]).split(*row);
        for column in &*columns {
            let block = Block::bordered().title(READY);
            frame.render_widget(Paragraph::new(typed).block(block), *column);
        }
    }
}

/// What the lines of `TEN_LINES` do.
fn ten_calls() -> std::io::Result<()> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let mut client = TcpStream::connect(listener.local_addr()?)?;
    let (mut server, _) = listener.accept()?;
    client.write_all(b"hello")?;
    let mut buffer = [0; 5];
    server.read_exact(&mut buffer)?;
    drop(client);
    assert_eq!(server.read(&mut buffer)?, 0);
    Ok(())
}

/// The same as a script.
pub(crate) const TEN_LINES: &str = "\
l = socket(AF_INET, SOCK_STREAM)
bind(l, 127.0.0.1:0)
listen(l, 128)
c = socket(AF_INET, SOCK_STREAM)
connect(c, addr(l))
s = accept(l)
send(c, \"hello\")
recv(s, 5)
close(c)
recv(s, 5)
";
