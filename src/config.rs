//! The configuration: what a person may set once for all sessions, as a TOML file; read, checked and printed.
//!
//! A setting is a row of the table in `config/settings.rs`. The keys are in `[keys]`: each action of
//! [`crate::app::keymap::BINDINGS`] by its name, with its keys.

mod keys;
mod misplaced;
mod print;
mod quoted;
mod read;
mod settings;

use std::collections::BTreeMap;
use std::fmt;

use crate::app::keymap::Keymap;
use crate::journal::Limits;
use crate::layout::preset::Preset;

pub use crate::config::print::{json, printed};
pub use crate::config::read::read;
pub use crate::config::settings::listed;

use crate::config::settings::SETTINGS;

/// What a person has set, and the defaults of the rest.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The name of the theme.
    pub theme: String,
    /// Which characters are drawn.
    pub glyphs: Glyphs,
    /// Whether the mouse is captured when the playground starts.
    pub mouse: bool,
    /// Where copied text goes.
    pub clipboard: Clipboard,
    /// How many lines the history keeps.
    pub history: usize,
    /// Whether sessions are recorded.
    pub journal: bool,
    /// How many recordings are kept.
    pub kept: Limits,
    /// The layout when the playground starts. `None`: the one that was chosen last.
    pub layout: Option<Preset>,
    /// The keys.
    pub keys: Keymap,
    /// The line of each setting that the file has.
    lines: BTreeMap<&'static str, usize>,
}

impl Default for Config {
    fn default() -> Self {
        Self {
            theme: "auto".to_owned(),
            glyphs: Glyphs::Auto,
            mouse: true,
            clipboard: Clipboard::Auto,
            history: 1000,
            journal: true,
            kept: Limits::default(),
            layout: None,
            keys: Keymap::default(),
            lines: BTreeMap::new(),
        }
    }
}

impl Config {
    /// How many recordings are kept. `None`: sessions are not recorded.
    pub fn recordings(&self) -> Option<Limits> {
        self.journal.then_some(self.kept)
    }

    /// The line in which the file has a setting; `None`: it has its default.
    pub fn line_of(&self, setting: &str) -> Option<usize> {
        self.lines.get(setting).copied()
    }
}

/// Each setting of the file: its name, what it means, and its default as TOML.
pub fn settings() -> impl Iterator<Item = (&'static str, &'static str, String)> {
    let defaults = Config::default();
    let rows = SETTINGS.iter();
    rows.map(move |row| (row.name, row.meaning, (row.write)(&defaults)))
}

/// Which characters are drawn.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glyphs {
    /// Those that the terminal can draw, as far as its name and the locale say.
    Auto,
    /// Lines, arrows and marks of Unicode.
    Unicode,
    /// ASCII alone.
    Ascii,
}

/// Where copied text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Clipboard {
    /// To the clipboard of the terminal, unless that is known to take no text.
    Auto,
    /// To the clipboard of the terminal, by OSC 52.
    Osc52,
    /// To a file of the state directory.
    File,
}

/// What is wrong with a configuration file, and where.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1.
    pub column: usize,
    /// What is wrong, and what would be right.
    pub message: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}: {}", self.line, self.column, self.message)
    }
}

#[cfg(test)]
mod tests;
