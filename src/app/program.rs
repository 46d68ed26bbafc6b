//! The traced program on the screen: what its terminal shows, and whether it has the keyboard.

mod keys;

pub(crate) use crate::app::program::keys::bytes;

use std::num::NonZero;

use crate::event::EndStatus;

/// A program that is being traced, and its terminal.
pub struct TracedProgram {
    /// The program with its arguments.
    pub command: String,
    /// The process.
    pub pid: i32,
    /// How it ended. `None`: it runs.
    pub ended: Option<EndStatus>,
    /// Its terminal.
    terminal: vt100::Parser,
    /// Whether threads are held before their calls.
    pub holds: bool,
}

impl std::fmt::Debug for TracedProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracedProgram")
            .field("command", &self.command)
            .field("pid", &self.pid)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl TracedProgram {
    /// A program whose terminal has so many columns and rows.
    pub fn new(command: String, pid: i32, (columns, rows): (u16, u16)) -> Self {
        Self {
            command,
            pid,
            ended: None,
            terminal: vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0),
            holds: false,
        }
    }

    /// The name of its file, without the directory and the arguments.
    pub fn name(&self) -> &str {
        let file = self.command.split(' ').next().unwrap_or_default();
        file.rsplit('/').next().unwrap_or(file)
    }

    /// What its terminal shows.
    pub fn screen(&self) -> &vt100::Screen {
        self.terminal.screen()
    }

    /// Takes in what it wrote.
    pub(crate) fn writes(&mut self, bytes: &[u8]) {
        self.terminal.process(bytes);
    }

    /// Its terminal gets another size. Gives whether that is another one.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> bool {
        let wanted = (at_least_one(rows), at_least_one(columns));
        let differs = self.terminal.screen().size() != wanted;
        if differs {
            self.terminal.screen_mut().set_size(wanted.0, wanted.1);
        }
        differs
    }
}

fn at_least_one(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap_or(NonZero::<u16>::MIN)
}
