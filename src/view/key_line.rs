//! A line that names keys with what they do, such as the one below a form. A click on a key and its words presses it.

use crossterm::event::KeyEvent;
use ratatui::layout::Rect;
use ratatui::style::Style;
use ratatui::text::Line;
use unicode_width::UnicodeWidthStr;

use crate::app::keymap::{Action, Keymap};
use crate::layout::{Clickable, Target};

/// The line, in parts that are clicked on separately.
pub(crate) struct KeyLine<'a> {
    keys: &'a Keymap,
    parts: Vec<Part>,
}

/// Some text, and the key that a click on it presses.
struct Part {
    text: String,
    key: Option<KeyEvent>,
}

impl<'a> KeyLine<'a> {
    /// A line that is still empty.
    pub(crate) fn new(keys: &'a Keymap) -> Self {
        let parts = Vec::new();
        Self { keys, parts }
    }

    /// Adds text that names no key.
    pub(crate) fn text(self, text: &str) -> Self {
        self.part(text.to_owned(), None)
    }

    /// Adds the key of an action, and what it does.
    pub(crate) fn key(self, action: Action, does: &str) -> Self {
        let text = format!("{} {does}", self.keys.name(action));
        self.part(text, Some(action))
    }

    /// Adds words about all other keys, and the action of a click on them.
    pub(crate) fn words(self, words: &str, action: Action) -> Self {
        self.part(words.to_owned(), Some(action))
    }

    /// Adds the keys of two opposite actions.
    pub(crate) fn pair(self, (one, other): (Action, Action), does: &str) -> Self {
        let first = self.keys.name(one).to_owned();
        let does = match does {
            "" => String::new(),
            does => format!(" {does}"),
        };
        let second = format!("/{}{does}", self.keys.name(other));
        self.part(first, Some(one)).part(second, Some(other))
    }

    /// What it says.
    pub(crate) fn written(&self) -> String {
        let texts = self.parts.iter().map(|part| part.text.as_str());
        texts.collect()
    }

    /// It as the line below a frame.
    pub(crate) fn line(&self, style: Style) -> Line<'static> {
        Line::styled(self.written(), style)
    }

    /// Where its keys are if it is the line below a frame with this area.
    pub(crate) fn below(&self, frame: Rect) -> Vec<Clickable> {
        let row = Rect {
            x: frame.x + 1,
            y: frame.bottom().saturating_sub(1),
            width: frame.width.saturating_sub(2),
            height: 1,
        };
        self.at(row)
    }

    /// Where its keys are if it is drawn in this row.
    pub(crate) fn at(&self, row: Rect) -> Vec<Clickable> {
        let mut column = row.x;
        let mut targets = Vec::new();
        for part in &self.parts {
            let width = u16::try_from(part.text.width()).unwrap_or(u16::MAX);
            let area = Rect::new(column, row.y, width.min(row.right() - column), 1);
            targets.extend(part.key.map(|key| Clickable {
                area,
                target: Target::Key(key),
            }));
            column = area.right();
        }
        targets
    }

    fn part(mut self, text: String, action: Option<Action>) -> Self {
        let bound = action.and_then(|action| self.keys.bound(action));
        let key = bound.map(|bound| bound.chord.event());
        self.parts.push(Part { text, key });
        self
    }
}

#[cfg(test)]
mod tests {
    use crate::app::keymap::{ACCEPT, LEAVE, NEWER, OLDER};
    use crate::view::key_line::*;

    #[test]
    fn each_key_is_where_it_is_written_and_none_is_beyond_the_frame() {
        let keys = Keymap::default();
        let line = KeyLine::new(&keys)
            .text(" ")
            .key(ACCEPT, "runs")
            .text("  ")
            .pair((OLDER, NEWER), "choose")
            .text("  ")
            .key(LEAVE, "leaves");
        let written = line.written();
        for width in [200, 30, 12, 2] {
            let frame = Rect::new(5, 2, width, 4);
            for Clickable { area, target } in line.below(frame) {
                assert_eq!(area.y, 5);
                assert!(area.right() < frame.right() || area.width == 0);
                let from = usize::from(area.x - 6);
                let shown: String = written.chars().skip(from).collect();
                let action = [ACCEPT, OLDER, NEWER, LEAVE].into_iter().find(|action| {
                    let bound = keys.bound(*action).expect("a key");
                    Target::Key(bound.chord.event()) == target
                });
                let name = keys.name(action.expect("one of them"));
                assert!(
                    area.width == 0 || shown.trim_start_matches('/').starts_with(name),
                    "{name}: {shown}"
                );
            }
        }
    }
}
