//! The traced program on the screen: what its terminal shows, and whether it has the keyboard.

mod keys;

pub(crate) use crate::app::program::keys::bytes;

use std::num::NonZero;

use crate::event::EndStatus;

/// A program that is being traced, and its terminal.
pub struct TracedProgram {
    /// The program with its arguments.
    pub command: String,
    /// How it ended. `None`: it runs.
    pub ended: Option<EndStatus>,
    /// Its terminal. `None`: it runs in another one.
    terminal: Option<vt100::Parser>,
    /// Whether threads are held before their calls.
    pub holds: bool,
}

impl std::fmt::Debug for TracedProgram {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TracedProgram")
            .field("command", &self.command)
            .field("ended", &self.ended)
            .finish_non_exhaustive()
    }
}

impl TracedProgram {
    /// A program, and the columns and rows of its terminal if that is drawn here.
    pub fn new(command: String, terminal: Option<(u16, u16)>) -> Self {
        let terminal = terminal.map(|(columns, rows)| {
            vt100::Parser::new(at_least_one(rows), at_least_one(columns), 0)
        });
        Self {
            command,
            ended: None,
            terminal,
            holds: false,
        }
    }

    /// The name of its file, without the directory and the arguments.
    pub fn name(&self) -> &str {
        let file = self.command.split(' ').next().unwrap_or_default();
        file.rsplit('/').next().unwrap_or(file)
    }

    /// What its terminal shows, if that is drawn here.
    pub fn screen(&self) -> Option<&vt100::Screen> {
        self.terminal.as_ref().map(vt100::Parser::screen)
    }

    /// Takes in what it wrote.
    pub(crate) fn writes(&mut self, bytes: &[u8]) {
        if let Some(terminal) = &mut self.terminal {
            terminal.process(bytes);
        }
    }

    /// Its terminal gets another size. Gives whether that is another one.
    pub(crate) fn resize(&mut self, columns: u16, rows: u16) -> bool {
        let Some(terminal) = &mut self.terminal else {
            return false;
        };
        let wanted = (at_least_one(rows), at_least_one(columns));
        let differs = terminal.screen().size() != wanted;
        if differs {
            terminal.screen_mut().set_size(wanted.0, wanted.1);
        }
        differs
    }
}

fn at_least_one(number: u16) -> NonZero<u16> {
    NonZero::new(number).unwrap_or(NonZero::<u16>::MIN)
}
