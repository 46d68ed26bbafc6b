//! Finds the terminal's answer to the query for its background among the keys.
//!
//! crossterm knows no such answer: `ESC ] 11;rgb:…` reaches us as Alt-] and the keys of the rest. Keys that begin an answer
//! are held until it is clear whether they are one; all others pass at once.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::theme::Background;

/// What is before the colour.
const BEGINNING: &str = "]11;";
/// The longest answer: `rgba:` and four values of four digits.
const LONGEST: usize = BEGINNING.len() + 5 + 4 * 5;

/// The keys that may be the beginning of an answer.
#[derive(Debug, Default)]
pub(crate) struct Answer {
    held: Vec<KeyEvent>,
    text: String,
    /// Whether the last key was Esc. The answer may have been cut in two after it.
    after_escape: bool,
}

/// What was made of the keys.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Sifted {
    /// The keys that are not an answer.
    pub(crate) keys: Vec<KeyEvent>,
    /// The answer.
    pub(crate) background: Option<Background>,
}

impl Answer {
    /// Whether keys are held.
    pub(crate) fn is_begun(&self) -> bool {
        !self.held.is_empty()
    }

    /// Gives the keys that are held: nothing more has come for a while, so they are not an answer.
    pub(crate) fn release(&mut self) -> Vec<KeyEvent> {
        self.text.clear();
        std::mem::take(&mut self.held)
    }

    /// Takes the answer out of the keys.
    pub(crate) fn sift(&mut self, keys: Vec<KeyEvent>) -> Sifted {
        let mut sifted = Sifted::default();
        for key in keys {
            self.take(key, &mut sifted);
            self.after_escape = key.code == KeyCode::Esc;
        }
        sifted
    }

    fn take(&mut self, key: KeyEvent, sifted: &mut Sifted) {
        if self.is_begun() && is_end(&key) {
            let report = self
                .text
                .strip_prefix(BEGINNING)
                .and_then(Background::of_report);
            if report.is_some() {
                self.release();
                sifted.background = report;
                return;
            }
        }
        match self.text_of(&key) {
            Some(c) if may_go_on(&self.text, c) => {
                self.text.push(c);
                self.held.push(key);
            }
            _ => {
                sifted.keys.extend(self.release());
                // It may be the beginning of another one.
                match self.text_of(&key) {
                    Some(c) if may_go_on("", c) => {
                        self.text.push(c);
                        self.held.push(key);
                    }
                    _ => sifted.keys.push(key),
                }
            }
        }
    }

    /// The character of a key that may be a part of an answer.
    fn text_of(&self, key: &KeyEvent) -> Option<char> {
        let is_plain = key.modifiers.difference(KeyModifiers::SHIFT).is_empty();
        match key.code {
            KeyCode::Char(']') if key.modifiers == KeyModifiers::ALT => Some(']'),
            KeyCode::Char(c) if is_plain && (self.is_begun() || self.after_escape) => Some(c),
            _ => None,
        }
    }
}

/// Whether a text with one more character may be the beginning of an answer.
fn may_go_on(text: &str, next: char) -> bool {
    let at = text.len();
    match BEGINNING.as_bytes().get(at) {
        Some(expected) => char::from(*expected) == next,
        None if at < BEGINNING.len() + 3 => "rgb"[at - BEGINNING.len()..].starts_with(next),
        None => at < LONGEST && (next.is_ascii_hexdigit() || next == '/' || next == ':'),
    }
}

/// Whether a key is the end of an answer: BEL, or ST.
fn is_end(key: &KeyEvent) -> bool {
    match key.code {
        KeyCode::Char('g') => key.modifiers == KeyModifiers::CONTROL,
        KeyCode::Char('\\') => key.modifiers == KeyModifiers::ALT,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::input::answer::*;

    fn key(code: char, modifiers: KeyModifiers) -> KeyEvent {
        KeyEvent::new(KeyCode::Char(code), modifiers)
    }

    fn plain(text: &str) -> Vec<KeyEvent> {
        text.chars().map(|c| key(c, KeyModifiers::NONE)).collect()
    }

    /// `ESC ] 11;` a report, and BEL.
    fn answer(report: &str) -> Vec<KeyEvent> {
        let mut keys = vec![key(']', KeyModifiers::ALT)];
        keys.extend(plain("11;"));
        keys.extend(plain(report));
        keys.push(key('g', KeyModifiers::CONTROL));
        keys
    }

    const WHITE: &str = "rgb:ffff/ffff/ffff";

    #[test]
    fn an_answer_is_taken_out_and_the_keys_around_it_stay() {
        let mut keys = plain("n");
        keys.extend(answer(WHITE));
        keys.extend(plain("b]1"));
        let sifted = Answer::default().sift(keys);
        assert_eq!(sifted.background, Some(Background::Light));
        assert_eq!(sifted.keys, plain("nb]1"));
    }

    #[test]
    fn an_answer_in_pieces_is_one() {
        let mut keys = answer("rgb:0000/0000/0000");
        keys.pop();
        keys.push(key('\\', KeyModifiers::ALT));
        for cut in 0..keys.len() {
            let mut found = Answer::default();
            let mut first = found.sift(keys[..cut].to_vec());
            assert_eq!(found.is_begun(), cut > 0, "{cut}");
            let second = found.sift(keys[cut..].to_vec());
            first.keys.extend(second.keys);
            assert_eq!(first.keys, [], "{cut}");
            assert_eq!(second.background, Some(Background::Dark), "{cut}");
            assert!(!found.is_begun());
        }
    }

    #[test]
    fn an_answer_that_was_cut_after_its_escape_is_one() {
        let mut found = Answer::default();
        let escape = KeyEvent::from(KeyCode::Esc);
        assert_eq!(
            found.sift(vec![escape]).keys,
            [escape],
            "a key does not wait"
        );
        let mut rest = answer(WHITE);
        rest[0].modifiers = KeyModifiers::NONE;
        let sifted = found.sift(rest);
        assert_eq!(
            (sifted.keys, sifted.background),
            (vec![], Some(Background::Light))
        );
    }

    #[test]
    fn keys_that_are_no_answer_come_in_their_order() {
        let mut alike = answer("rgb:ffff/ffff");
        alike.push(key('q', KeyModifiers::NONE));
        let mut twice = vec![key(']', KeyModifiers::ALT)];
        twice.extend(alike.clone());
        for keys in [plain("]11;rgb:0/0/0"), alike, twice] {
            let mut found = Answer::default();
            let mut all = found.sift(keys.clone());
            all.keys.extend(found.release());
            assert_eq!(
                all,
                Sifted {
                    keys,
                    background: None
                }
            );
        }
    }
}
