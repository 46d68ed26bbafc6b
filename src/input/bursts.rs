//! Tells text that comes in at once from keys that are pressed. Terminals that do not mark a paste send it as keys.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

/// Nobody presses so many keys between two reads of the terminal.
const TYPED: usize = 32;
/// Nor holds one down for so long that it repeats as often. The keys of a piece are the same then.
const REPEATED: usize = 256;
/// The bursts of a terminal.
#[derive(Debug, Default)]
pub(crate) struct Bursts {
    last: Option<Last>,
}

/// The last piece of a burst that has not ended.
#[derive(Debug)]
struct Last {
    /// Whether there was more input when it had been read.
    more: bool,
}

impl Bursts {
    /// Whether there is a burst that has not ended.
    pub(crate) fn goes_on(&self) -> bool {
        self.last.is_some()
    }

    /// Nothing more of it has come for a while.
    pub(crate) fn end(&mut self) {
        self.last = None;
    }

    /// Whether keys that were read in one piece are a burst, or go on with one. `more_waits`: there is input that was not
    /// read yet.
    pub(crate) fn is_part(&mut self, keys: &[KeyEvent], more_waits: bool) -> bool {
        // One key alone may be pressed as soon as the answer to a burst is seen.
        let is_next = |last: &Last| last.more || keys.len() > 1;
        let is_part = self.last.as_ref().is_some_and(is_next) || is_burst(keys);
        self.last = is_part.then_some(Last { more: more_waits });
        is_part
    }
}

/// Whether so many keys at once cannot have been pressed.
fn is_burst(keys: &[KeyEvent]) -> bool {
    let mut text = keys.iter().filter(|key| is_text(key));
    let Some(first) = text.next() else {
        return false;
    };
    let others: Vec<&KeyEvent> = text.collect();
    let are_same = others.iter().all(|key| key.code == first.code);
    others.len() + 1 >= if are_same { REPEATED } else { TYPED }
}

/// Whether a key is a character of a text. A line feed arrives as Ctrl-J.
fn is_text(key: &KeyEvent) -> bool {
    let modifiers = key.modifiers.difference(KeyModifiers::SHIFT);
    match key.code {
        KeyCode::Char('j') if modifiers == KeyModifiers::CONTROL => true,
        KeyCode::Char(_) | KeyCode::Enter | KeyCode::Tab => modifiers.is_empty(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::input::bursts::*;

    fn keys(text: &str) -> Vec<KeyEvent> {
        let code = |c| match c {
            '\r' => KeyCode::Enter,
            c => KeyCode::Char(c),
        };
        text.chars().map(|c| KeyEvent::from(code(c))).collect()
    }

    #[test]
    fn a_text_at_once_is_a_burst_and_keys_are_none() {
        let is_burst = |text: &str| Bursts::default().is_part(&keys(text), false);
        assert!(is_burst("recv() returned 0, so the peer has closed\r"));
        assert!(is_burst(&"1\r".repeat(16)));
        assert!(is_burst(&"3".repeat(1000)));
        assert!(!is_burst("n\rb\rl\ra\rn\rc\rs\r"), "typed ahead");
        assert!(!is_burst(&"k".repeat(60)), "held down");
        assert!(!is_burst(""));
        let arrows = vec![KeyEvent::from(KeyCode::Down); 1000];
        assert!(!Bursts::default().is_part(&arrows, false), "a wheel");
    }

    #[test]
    fn the_end_of_a_burst_belongs_to_it_and_the_next_key_does_not() {
        let text = keys(&"a text ".repeat(100));
        let mut bursts = Bursts::default();
        assert!(bursts.is_part(&text, true));
        assert!(bursts.is_part(&keys("1"), false), "it waited");
        assert!(!bursts.is_part(&keys("q"), false), "a key");
        assert!(!bursts.goes_on());
        assert!(bursts.is_part(&text, false));
        assert!(bursts.is_part(&keys("3\r"), false), "soon after");
        bursts.end();
        assert!(!bursts.is_part(&keys("3\r"), false), "later");
    }
}
