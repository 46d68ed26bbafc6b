//! A filter of a list or a text: the words that a row must have to be shown.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::keymap::TextAction;

/// The most characters of a filter. What is typed or pasted beyond them is ignored.
const MOST: usize = 60;

/// The words that a row must have to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    typed: String,
    /// Whether keys are text of the filter.
    pub is_typed: bool,
}

impl Filter {
    /// Begins to take keys as text.
    pub fn begin(&mut self) {
        self.is_typed = true;
    }

    /// What was typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// Whether it leaves rows out, or may soon.
    pub fn is_on(&self) -> bool {
        self.is_typed || !self.typed.is_empty()
    }

    /// Shows everything again. Returns whether there was a filter.
    pub fn clear(&mut self) -> bool {
        let was_on = self.is_on();
        *self = Self::default();
        was_on
    }

    /// Whether a row with this text is shown: it has every word, in any case.
    pub fn fits(&self, text: &str) -> bool {
        if self.typed.trim().is_empty() {
            return true;
        }
        let text = text.to_lowercase();
        let typed = self.typed.to_lowercase();
        typed.split_whitespace().all(|word| text.contains(word))
    }

    /// Takes a key while it is typed, which is `action` where text is typed. Returns whether the key belongs to it; others
    /// act on the list.
    pub fn key(&mut self, key: KeyEvent, action: Option<TextAction>) -> bool {
        let is_text = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match (action, key.code) {
            (Some(TextAction::Close), _) => {
                self.clear();
            }
            (Some(TextAction::Accept), _) => self.is_typed = false,
            (None, KeyCode::Backspace) => {
                self.typed.pop();
            }
            (None, KeyCode::Char(letter)) if is_text => self.add(&letter.to_string()),
            _ => return false,
        }
        true
    }

    /// Adds text, as far as its first line goes.
    pub fn add(&mut self, text: &str) {
        let line = text
            .trim_start_matches('\n')
            .lines()
            .next()
            .unwrap_or_default();
        let room = MOST.saturating_sub(self.typed.chars().count());
        let letters = line.chars().filter(|letter| !letter.is_control());
        self.typed.extend(letters.take(room));
    }

    /// For the title of a pane: `/ack 3 of 120`, with a cursor while it is typed.
    pub fn title(&self, shown: usize, all: usize) -> String {
        let cursor = if self.is_typed { "_" } else { "" };
        format!("/{}{cursor} {shown} of {all}", self.typed)
    }
}

#[cfg(test)]
mod tests {
    use crate::app::filter::*;
    use crate::app::keymap::Keymap;

    fn press(filter: &mut Filter, code: KeyCode) -> bool {
        let key = KeyEvent::from(code);
        filter.key(key, Keymap::default().text(&key))
    }

    fn typed(text: &str) -> Filter {
        let mut filter = Filter::default();
        filter.begin();
        for letter in text.chars() {
            assert!(press(&mut filter, KeyCode::Char(letter)));
        }
        filter
    }

    #[test]
    fn a_row_fits_that_has_every_word_in_any_case() {
        let filter = typed("econn s1");
        assert!(filter.fits("connect(s1, 127.0.0.1:9) -> ECONNREFUSED"));
        assert!(!filter.fits("connect(s2, 127.0.0.1:9) -> ECONNREFUSED"));
        assert!(Filter::default().fits("anything"));
        assert_eq!(filter.title(1, 2), "/econn s1_ 1 of 2");
    }

    #[test]
    fn enter_keeps_it_and_esc_clears_it() {
        let mut filter = typed("ack");
        assert!(press(&mut filter, KeyCode::Backspace) && filter.typed() == "ac");
        assert!(!press(&mut filter, KeyCode::Down), "for the list");
        assert!(press(&mut filter, KeyCode::Enter));
        assert!(filter.is_on() && !filter.is_typed);
        filter.begin();
        assert!(press(&mut filter, KeyCode::Esc));
        assert!(!filter.is_on() && !filter.clear());
    }

    #[test]
    fn much_text_is_cut() {
        let mut filter = typed("");
        filter.add(&"x".repeat(60_000));
        filter.add("\u{1b}[31m\nsecond");
        assert_eq!(filter.typed().chars().count(), MOST);
    }
}
