//! The palette: a list of all calls in groups. Typed letters narrow it, Enter opens the form of the chosen call.

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};

use crate::app::keymap::TextAction;
use crate::call::table::{CallKind, Group, SIGNATURES};

/// Calls that belong together.
#[derive(Debug)]
pub struct ListedGroup {
    /// What they are for.
    pub title: &'static str,
    /// The calls.
    pub calls: Vec<CallKind>,
}

/// All calls that have a form, by what they are for.
pub fn groups() -> Vec<ListedGroup> {
    let calls = |group| {
        let rows = SIGNATURES.iter().filter(move |row| row.group == group);
        rows.map(|row| row.call_kind).collect()
    };
    let listed = Group::LISTED.into_iter();
    let groups = listed.map(|group| ListedGroup {
        title: group.title(),
        calls: calls(group),
    });
    groups.collect()
}

/// A call in the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ListedCall {
    /// The title of its group.
    pub group: &'static str,
    /// The call.
    pub call_kind: CallKind,
}

/// The palette while it is open.
#[derive(Debug, Default)]
pub struct Palette {
    typed: String,
    at: usize,
}

/// What a key did to the palette.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    /// It stays open.
    Open,
    /// It is closed and nothing was chosen.
    Closed,
    /// This call was chosen.
    Chosen(CallKind),
}

/// How many rows PageUp and PageDown move.
const PAGE: isize = 10;

impl Palette {
    /// The letters that were typed.
    pub fn typed(&self) -> &str {
        &self.typed
    }

    /// The calls that match the letters.
    pub fn rows(&self) -> Vec<ListedCall> {
        let all = groups().into_iter().flat_map(|group| {
            let calls = group.calls.into_iter();
            calls.map(move |call_kind| ListedCall {
                group: group.title,
                call_kind,
            })
        });
        all.filter(|row| self.fits(row.group, row.call_kind))
            .collect()
    }

    /// The chosen row, which Enter takes.
    pub fn at(&self) -> usize {
        self.at.min(self.rows().len().saturating_sub(1))
    }

    fn fits(&self, title: &str, call_kind: CallKind) -> bool {
        call_kind.word().contains(&self.typed) || title == self.typed
    }

    /// Takes a key, which is `action` where text is typed.
    pub fn key(&mut self, key: KeyEvent, action: Option<TextAction>) -> Choice {
        match action {
            Some(TextAction::Close) => return Choice::Closed,
            Some(TextAction::Accept) => {
                let rows = self.rows();
                return match rows.get(self.at()) {
                    Some(row) => Choice::Chosen(row.call_kind),
                    None => Choice::Open,
                };
            }
            Some(TextAction::Up | TextAction::Previous) => self.go(-1),
            Some(TextAction::Down | TextAction::Next) => self.go(1),
            Some(TextAction::PageUp) => self.go(-PAGE),
            Some(TextAction::PageDown) => self.go(PAGE),
            // Whatever is typed searches.
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
                self.begin();
            }
            KeyCode::Char(letter) if is_letter && is_of_a_word(letter) => {
                self.typed.push(letter.to_ascii_lowercase());
                self.begin();
            }
            _ => {}
        }
    }

    /// Adds pasted text to the letters; only its first line could be the name of a call.
    pub fn paste(&mut self, text: &str) {
        let line = text.trim_start().lines().next().unwrap_or_default();
        for letter in line.chars() {
            self.edit(KeyEvent::from(KeyCode::Char(letter)));
        }
    }

    /// Moves the choice.
    pub fn go(&mut self, rows: isize) {
        let last = self.rows().len().saturating_sub(1);
        self.at = self.at().saturating_add_signed(rows).min(last);
    }

    /// Chooses a row. Returns whether it was already chosen.
    pub fn choose(&mut self, row: usize) -> bool {
        let was_chosen = self.at() == row;
        self.at = row;
        was_chosen
    }

    /// After a letter the best match is chosen: the exact name, then one that begins with the letters, then one that
    /// contains them.
    fn begin(&mut self) {
        let rows = self.rows();
        let is =
            |test: &dyn Fn(&str) -> bool| rows.iter().position(|row| test(row.call_kind.word()));
        let exact = is(&|word| word == self.typed);
        let best = exact
            .or_else(|| is(&|word| word.starts_with(&self.typed)))
            .or_else(|| is(&|word| word.contains(&self.typed)));
        self.at = best.unwrap_or(0);
    }
}

/// Whether a letter can occur in the name of a call.
fn is_of_a_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::Keymap;
    use crate::app::palette::*;

    fn press(palette: &mut Palette, code: KeyCode) -> Choice {
        let key = KeyEvent::from(code);
        palette.key(key, Keymap::default().text(&key))
    }

    fn typed(letters: &str) -> Palette {
        let mut palette = Palette::default();
        for letter in letters.chars() {
            press(&mut palette, KeyCode::Char(letter));
        }
        palette
    }

    #[test]
    fn every_call_but_those_of_scripts_is_in_one_group() {
        for row in SIGNATURES {
            let groups = groups().into_iter();
            let groups = groups.filter(|group| group.calls.contains(&row.call_kind));
            let is_of_scripts = row.class == crate::call::table::Class::Player;
            assert_eq!(groups.count(), usize::from(!is_of_scripts), "{}", row.word);
        }
    }

    #[test]
    fn letters_narrow_it_and_the_best_is_chosen() {
        let words = |palette: &Palette| -> Vec<&str> {
            palette
                .rows()
                .iter()
                .map(|row| row.call_kind.word())
                .collect()
        };
        let mut palette = typed("epo");
        assert_eq!(
            words(&palette),
            ["epoll_create1", "epoll_create", "epoll_ctl", "epoll_wait"]
        );
        press(&mut palette, KeyCode::Down);
        press(&mut palette, KeyCode::Down);
        let enter = KeyCode::Enter;
        assert_eq!(
            press(&mut palette, enter),
            Choice::Chosen(CallKind::EpollCtl)
        );
        assert_eq!(
            press(&mut typed("poll"), enter),
            Choice::Chosen(CallKind::Poll),
            "the word itself comes before those that contain it"
        );
        assert_eq!(
            press(&mut typed("send"), enter),
            Choice::Chosen(CallKind::Send)
        );
        assert_eq!(words(&typed("loops")).len(), 6, "a group by its title");
        assert_eq!(
            press(&mut typed("zz"), enter),
            Choice::Open,
            "nothing to choose"
        );
        assert_eq!(press(&mut typed("zz"), KeyCode::Esc), Choice::Closed);
    }

    #[test]
    fn it_does_not_leave_its_rows() {
        let mut palette = Palette::default();
        press(&mut palette, KeyCode::Up);
        assert_eq!(palette.at(), 0);
        press(&mut palette, KeyCode::End);
        assert_eq!(palette.at(), palette.rows().len() - 1);
        press(&mut palette, KeyCode::Char('q'));
        assert_eq!(palette.at(), 0, "fewer are left");
    }
}
