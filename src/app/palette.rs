//! The palette: everything that the program can do or explain, in one list. Typed words narrow it; Enter runs, opens or
//! explains what is chosen.

mod entry;
mod item;
mod keywords;
mod search;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

pub use crate::app::palette::entry::{Entry, Setting, calls};
pub use crate::app::palette::item::Item;

use crate::app::keymap::{Keymap, TextAction};
use crate::app::palette::search::Query;
use crate::theme::Listed as Theme;

/// The most characters that are searched for. What is typed or pasted beyond them is ignored.
const MOST: usize = 60;

/// How many rows PageUp and PageDown move.
const PAGE: isize = 10;

/// The palette while it is open.
#[derive(Debug)]
pub struct Palette {
    items: Vec<Item>,
    typed: String,
    /// The items that match what was typed, the best first.
    found: Vec<usize>,
    at: usize,
}

/// What a key did to the palette.
#[derive(Debug, Clone)]
pub enum Choice {
    /// It stays open.
    Open,
    /// It is closed and nothing was chosen.
    Closed,
    /// This was chosen.
    Chosen(Entry),
}

impl Palette {
    /// All entries, with the keys of a table.
    pub fn new(keys: &Keymap, settings: &[Setting], themes: Vec<Theme>) -> Self {
        let items: Vec<Item> = entry::all(settings, themes)
            .map(|entry| Item::new(entry, keys))
            .collect();
        Self {
            found: (0..items.len()).collect(),
            items,
            typed: String::new(),
            at: 0,
        }
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    /// How many entries match.
    pub fn matches(&self) -> usize {
        self.found.len()
    }

    /// The entries that match, the best first.
    pub fn rows(&self) -> impl Iterator<Item = &Item> {
        self.found.iter().map(|index| &self.items[*index])
    }

    /// The chosen row, which Enter takes.
    pub fn at(&self) -> usize {
        self.at
    }

    /// The chosen entry.
    pub fn chosen(&self) -> Option<Entry> {
        let index = self.found.get(self.at)?;
        Some(self.items[*index].entry.clone())
    }

    /// Takes a key, which is `action` where text is typed.
    pub fn key(&mut self, key: KeyEvent, action: Option<TextAction>) -> Choice {
        match action {
            Some(TextAction::Close) => return Choice::Closed,
            Some(TextAction::Accept) => {
                return self.chosen().map_or(Choice::Open, Choice::Chosen);
            }
            Some(TextAction::Up | TextAction::Previous) => self.go(-1),
            Some(TextAction::Down | TextAction::Next) => self.go(1),
            Some(TextAction::PageUp) => self.go(-PAGE),
            Some(TextAction::PageDown) => self.go(PAGE),
            Some(TextAction::Search) => {}
            None => self.edit(key),
        }
        Choice::Open
    }

    fn edit(&mut self, key: KeyEvent) {
        let is_letter = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match key.code {
            KeyCode::Home => self.go(isize::MIN),
            KeyCode::End => self.go(isize::MAX),
            KeyCode::Backspace => {
                self.typed.pop();
                self.search();
            }
            KeyCode::Char('u') if key.modifiers == KeyModifiers::CONTROL => {
                self.typed.clear();
                self.search();
            }
            KeyCode::Char(letter) if is_letter => self.add([letter]),
            _ => {}
        }
    }

    /// Adds pasted text to what was typed, as far as its first line goes.
    pub fn paste(&mut self, text: &str) {
        let line = text.trim_start().lines().next().unwrap_or_default();
        self.add(line.chars().take(MOST));
    }

    /// Adds letters; control characters and what is too long are left out.
    fn add(&mut self, letters: impl IntoIterator<Item = char>) {
        let room = MOST.saturating_sub(self.typed.chars().count());
        let before = self.typed.len();
        let letters = letters.into_iter().filter(|letter| !letter.is_control());
        self.typed.extend(letters.take(room));
        if self.typed.len() != before {
            self.search();
        }
    }

    /// Moves the choice.
    pub fn go(&mut self, rows: isize) {
        let last = self.found.len().saturating_sub(1);
        self.at = self.at.saturating_add_signed(rows).min(last);
    }

    /// Chooses a row. Returns whether it was already chosen.
    pub fn choose(&mut self, row: usize) -> bool {
        let was_chosen = self.at == row;
        self.at = row.min(self.found.len().saturating_sub(1));
        was_chosen
    }

    /// Finds what matches; the best is chosen.
    fn search(&mut self) {
        self.at = 0;
        self.found = Query::new(&self.typed).search(&self.items);
    }
}

#[cfg(test)]
mod tests;
