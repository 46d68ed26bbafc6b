//! A key with its modifiers, and how it is written: `b`, `F5`, `Ctrl-L`, `PageUp`.

use std::fmt;
use std::str::FromStr;

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Keys with a name.
const NAMED: [(&str, KeyCode); 15] = [
    ("Space", KeyCode::Char(' ')),
    ("Enter", KeyCode::Enter),
    ("Esc", KeyCode::Esc),
    ("Tab", KeyCode::Tab),
    ("Backspace", KeyCode::Backspace),
    ("Up", KeyCode::Up),
    ("Down", KeyCode::Down),
    ("Left", KeyCode::Left),
    ("Right", KeyCode::Right),
    ("PageUp", KeyCode::PageUp),
    ("PageDown", KeyCode::PageDown),
    ("Home", KeyCode::Home),
    ("End", KeyCode::End),
    ("Insert", KeyCode::Insert),
    ("Delete", KeyCode::Delete),
];
const SHIFT_TAB: &str = "Shift-Tab";
const CONTROL: &str = "Ctrl-";
const ALT: &str = "Alt-";
/// The function keys that keyboards have.
const FUNCTION_KEYS: std::ops::RangeInclusive<u8> = 1..=12;
/// What a terminal sends for a letter with Ctrl is what it sends for another key too.
const SAME: [(char, &str); 5] = [
    ('h', "Backspace"),
    ('i', "Tab"),
    ('j', "Enter"),
    ('m', "Enter"),
    ('[', "Esc"),
];

/// A key with its modifiers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Chord {
    code: KeyCode,
    modifiers: KeyModifiers,
}

impl Chord {
    /// The slash, which is text except where no text begins with one.
    pub const SLASH: Self = Self {
        code: KeyCode::Char('/'),
        modifiers: KeyModifiers::NONE,
    };

    /// The key that was pressed.
    pub fn of(event: &KeyEvent) -> Self {
        // Terminals report Shift with some of the keys that need it and not with others.
        let modifiers = event.modifiers.difference(KeyModifiers::SHIFT);
        let code = match event.code {
            // Terminals send one byte for both, which is read as the digit.
            KeyCode::Char('5') if modifiers == KeyModifiers::CONTROL => KeyCode::Char(']'),
            code => code,
        };
        Self { code, modifiers }
    }

    /// The event of pressing it.
    pub fn event(self) -> KeyEvent {
        KeyEvent::new(self.code, self.modifiers)
    }

    /// Whether it is a character where text is typed.
    pub fn is_text(self) -> bool {
        matches!(self.code, KeyCode::Char(_)) && self.modifiers.is_empty()
    }

    /// Whether it edits a line: moves its cursor, or deletes.
    pub fn edits(self) -> bool {
        let is_control = self.modifiers.contains(KeyModifiers::CONTROL);
        match self.code {
            KeyCode::Char(letter) if is_control => "abdefhkuwy".contains(letter),
            KeyCode::Left
            | KeyCode::Right
            | KeyCode::Home
            | KeyCode::End
            | KeyCode::Backspace
            | KeyCode::Delete => true,
            _ => false,
        }
    }

    /// The names of the keys that have one, for suggestions.
    pub fn names() -> impl Iterator<Item = String> {
        let named = NAMED.iter().map(|(name, _)| (*name).to_owned());
        let function = FUNCTION_KEYS.map(|number| format!("F{number}"));
        named.chain([SHIFT_TAB.to_owned()]).chain(function)
    }
}

impl fmt::Display for Chord {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_control = self.modifiers.contains(KeyModifiers::CONTROL);
        if is_control {
            f.write_str(CONTROL)?;
        }
        if self.modifiers.contains(KeyModifiers::ALT) {
            f.write_str(ALT)?;
        }
        let named = NAMED.iter().find(|(_, code)| *code == self.code);
        match (named, self.code) {
            (Some((name, _)), _) => f.write_str(name),
            (None, KeyCode::BackTab) => f.write_str(SHIFT_TAB),
            (None, KeyCode::F(number)) => write!(f, "F{number}"),
            (None, KeyCode::Char(letter)) if is_control => {
                write!(f, "{}", letter.to_ascii_uppercase())
            }
            (None, KeyCode::Char(letter)) => write!(f, "{letter}"),
            (None, other) => write!(f, "{other}"),
        }
    }
}

/// Why a text is not the name of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// There is no such key.
    #[error("`{0}` is not a key")]
    Unknown(String),
    /// A terminal cannot tell it from another key.
    #[error("`{0}` is not a key of its own: a terminal sends the same as for {1}")]
    Same(String, &'static str),
}

impl FromStr for Chord {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let unknown = || NotAKey::Unknown(text.to_owned());
        let (mut rest, mut modifiers) = (text, KeyModifiers::NONE);
        loop {
            if let Some(after) = without(rest, CONTROL) {
                (rest, modifiers) = (after, modifiers | KeyModifiers::CONTROL);
            } else if let Some(after) = without(rest, ALT) {
                (rest, modifiers) = (after, modifiers | KeyModifiers::ALT);
            } else {
                break;
            }
        }
        let is_control = modifiers.contains(KeyModifiers::CONTROL);
        let code = code(rest).ok_or_else(unknown)?;
        let code = match code {
            KeyCode::Char(letter) if is_control => KeyCode::Char(letter.to_ascii_lowercase()),
            other => other,
        };
        let same = SAME
            .iter()
            .find(|(letter, _)| code == KeyCode::Char(*letter));
        match same {
            Some((_, other)) if is_control => Err(NotAKey::Same(text.to_owned(), other)),
            _ => Ok(Self { code, modifiers }),
        }
    }
}

/// What follows a prefix, whatever its case.
fn without<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (begin, rest) = text.split_at_checked(prefix.len())?;
    (begin.eq_ignore_ascii_case(prefix) && !rest.is_empty()).then_some(rest)
}

fn code(name: &str) -> Option<KeyCode> {
    let mut letters = name.chars();
    if let (Some(letter), None) = (letters.next(), letters.next()) {
        return (!letter.is_control()).then_some(KeyCode::Char(letter));
    }
    if name.eq_ignore_ascii_case(SHIFT_TAB) {
        return Some(KeyCode::BackTab);
    }
    let named = NAMED.iter().find(|(own, _)| own.eq_ignore_ascii_case(name));
    if let Some((_, code)) = named {
        return Some(*code);
    }
    let number = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    FUNCTION_KEYS
        .contains(&number)
        .then_some(KeyCode::F(number))
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::chord::*;

    #[test]
    fn what_is_written_is_read_again() {
        let letters = ["a", "N", "!", "-", "é", "Ctrl-L", "Alt-x", "Ctrl-Alt-Q"];
        for name in Chord::names().chain(letters.map(str::to_owned)) {
            let chord: Chord = name.parse().expect("a key");
            assert_eq!(chord.to_string(), name);
            assert_eq!(Chord::of(&chord.event()), chord);
        }
        for (written, meant) in [("ctrl-l", "Ctrl-L"), ("pagedown", "PageDown"), ("f5", "F5")] {
            let chord: Chord = written.parse().expect("a key");
            assert_eq!(chord.to_string(), meant);
        }
    }

    #[test]
    fn what_is_no_key_is_refused() {
        for name in ["", "F0", "F13", "Retrun", "Ctrl-", "ab"] {
            let refused = name.parse::<Chord>();
            assert_eq!(refused, Err(NotAKey::Unknown(name.to_owned())));
        }
        let refused = "Ctrl-I".parse::<Chord>().expect_err("it is Tab");
        assert!(refused.to_string().ends_with("the same as for Tab"));
    }
}
