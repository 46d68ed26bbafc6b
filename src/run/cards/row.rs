//! Text that is to be shown, and how it is cut into the lines of a terminal.

use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// How a text is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// As it is.
    Plain,
    /// What is asked.
    Strong,
    /// What did not hold.
    Bad,
}

/// A paragraph.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct StyledRow {
    pub(crate) tone: Tone,
    /// Without control characters.
    pub(crate) text: String,
}

impl StyledRow {
    /// The lines of a text, made harmless.
    pub(crate) fn of(tone: Tone, text: &str) -> Vec<Self> {
        let lines = text.lines().map(crate::socket::text::escaped);
        lines.map(|text| Self { tone, text }).collect()
    }

    /// An empty line.
    pub(crate) fn blank() -> Self {
        let text = String::new();
        Self {
            tone: Tone::Plain,
            text,
        }
    }

    /// Wraps it at `width` columns, at blanks where there are any. Lines after the first are indented to where the text
    /// of the first begins.
    pub(crate) fn wrapped(&self, width: usize) -> Vec<String> {
        let lead = self.text.len() - self.text.trim_start_matches(' ').len();
        let lead = if lead * 2 < width { lead } else { 0 };
        let mut lines = Vec::new();
        let mut rest = self.text.as_str();
        while rest.width() > width.max(1) {
            let end = cut(rest, width.max(1), if lines.is_empty() { lead } else { 0 });
            push(&mut lines, rest[..end].trim_end(), lead);
            rest = rest[end..].trim_start();
            if rest.width() + lead <= width {
                break;
            }
        }
        if !rest.is_empty() || lines.is_empty() {
            push(&mut lines, rest, lead);
        }
        lines
    }
}

fn push(lines: &mut Vec<String>, text: &str, lead: usize) {
    let lead = if lines.is_empty() { 0 } else { lead };
    lines.push(format!("{:lead$}{text}", ""));
}

/// Where a line ends: at the last blank after its lead that fits, else in the middle of a word, but never before its
/// first character.
fn cut(text: &str, width: usize, lead: usize) -> usize {
    let mut columns = 0;
    let mut blank = None;
    for (at, c) in text.char_indices() {
        if c == ' ' && at >= lead.max(1) {
            blank = Some(at);
        }
        columns += c.width().unwrap_or(0);
        if columns > width && at > 0 {
            return blank.unwrap_or(at);
        }
    }
    text.len()
}

#[cfg(test)]
mod tests {
    use crate::run::cards::row::*;

    #[track_caller]
    fn wraps(text: &str, width: usize, expected: &[&str]) {
        let row = &StyledRow::of(Tone::Plain, text)[0];
        assert_eq!(row.wrapped(width), expected);
    }

    #[test]
    fn lines_end_at_blanks_and_long_words_where_they_must() {
        wraps("one two three", 8, &["one two", "three"]);
        wraps("one two three", 7, &["one two", "three"]);
        wraps("one two", 7, &["one two"]);
        wraps("abcdefgh ij", 3, &["abc", "def", "gh", "ij"]);
        wraps("日本語", 4, &["日本", "語"]);
        wraps("日本", 1, &["日", "本"]);
        assert_eq!(StyledRow::blank().wrapped(5), [""]);
    }

    #[test]
    fn what_is_hostile_is_made_visible() {
        wraps("a\u{1b}[2J", 40, &["a\\u{1b}[2J"]);
    }
}
