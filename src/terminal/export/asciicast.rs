//! A session as a film of its screen: asciicast v2, which asciinema and its players show.
//!
//! The first line says what the film is, each further one what is written to the terminal and when. Only rows that have
//! changed are written.

use std::io;
use std::time::Duration;

use ratatui::buffer::Buffer;
use serde_json::json;

use crate::app::state::App;
use crate::event::Timestamp;
use crate::run::session_file::SessionFile;
use crate::socket::text::escaped;
use crate::terminal::characters::colored;
use crate::terminal::drawn::drawn;
use crate::terminal::export::moments::{Moment, replay};

/// What happens closer together is one picture.
const TOGETHER: Duration = Duration::from_millis(100);
/// How long a picture is shown at least: a script makes its calls within microseconds.
const SHORTEST: Duration = Duration::from_millis(1000);
/// And at most.
const LONGEST: Duration = Duration::from_secs(4);
/// How many pictures a film has at most.
const MOST: usize = 5000;

/// The film of a session.
///
/// # Errors
///
/// When the recording cannot be read.
pub(super) fn film(session: &SessionFile, size: (u16, u16)) -> io::Result<Vec<u8>> {
    let mut film = Film::new(head(session, size));
    let theme = "terminal-dark";
    replay(session, size, theme, Some(TOGETHER), &mut |app, moment| {
        film.show(app, moment)
    })?;
    film.end();
    Ok(film.lines.into_bytes())
}

/// The first line.
fn head(session: &SessionFile, (columns, rows): (u16, u16)) -> String {
    let header = &session.opened.header;
    let head = json!({
        "version": 2,
        "width": columns,
        "height": rows,
        "timestamp": header.began,
        // A player may print it, and the names of files are anybody's.
        "title": escaped(&format!("sockplay {}", header.what.words())),
        "env": { "TERM": "xterm-256color" },
    });
    format!("{head}\n")
}

struct Film {
    lines: String,
    /// The time in the film.
    time: Duration,
    /// When the last picture was recorded.
    before: Option<Timestamp>,
    /// The rows of the last picture.
    rows: Vec<String>,
    pictures: usize,
}

impl Film {
    fn new(lines: String) -> Self {
        Self {
            lines,
            time: Duration::ZERO,
            before: None,
            rows: Vec::new(),
            pictures: 0,
        }
    }

    /// Adds a picture. Gives whether there can be more.
    fn show(&mut self, app: &mut App, moment: &Moment) -> io::Result<bool> {
        if self.pictures == MOST {
            self.write("\x1b[0m\x1b[2J\x1b[HThe session goes on; this film ends here.");
            return Ok(false);
        }
        let screen = drawn(app)?;
        if let Some(before) = self.before {
            self.time += moment.at.since(before).clamp(SHORTEST, LONGEST);
        }
        self.before = Some(moment.at);
        let text = self.changes(&screen);
        self.write(&text);
        self.pictures += 1;
        Ok(true)
    }

    /// What turns the last picture into this one.
    fn changes(&mut self, screen: &Buffer) -> String {
        let mut text = match self.rows.is_empty() {
            true => "\x1b[?25l\x1b[2J".to_owned(),
            false => String::new(),
        };
        let rows: Vec<String> = colored(screen).lines().map(str::to_owned).collect();
        for (index, row) in rows.iter().enumerate() {
            if self.rows.get(index) != Some(row) {
                text.push_str(&format!("\x1b[{};1H{row}\x1b[K", index + 1));
            }
        }
        self.rows = rows;
        text
    }

    fn write(&mut self, text: &str) {
        let seconds = (self.time.as_secs_f64() * 1000.0).round() / 1000.0;
        self.lines
            .push_str(&json!([seconds, "o", text]).to_string());
        self.lines.push('\n');
    }

    /// Shows the last picture as long as others.
    fn end(&mut self) {
        self.time += LONGEST;
        self.write("\x1b[?25h");
    }
}
