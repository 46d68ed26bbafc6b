//! Characters for terminals that cannot draw the others: an ASCII character of the same width for each.

use std::borrow::Cow;

use ratatui::buffer::{Buffer, Cell};
use unicode_width::UnicodeWidthStr;

/// Which characters a terminal can draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Glyphs {
    /// All that the views use.
    #[default]
    Unicode,
    /// Those of ASCII.
    Ascii,
}

/// For a character of which nothing else is known, such as one in received data.
const OTHER: char = '?';

/// The characters that the views draw. Marks that are seen together are different ones here too.
const TABLE: [(&str, char); 27] = [
    ("─╴╶╼╾", '-'),
    ("│╵╷╽╿├┤▕▏", '|'),
    // Taken, in a figure of states.
    ("━═╸╺", '='),
    ("┃║╹╻", '#'),
    // Inferred.
    ("╍┅┉", '~'),
    ("╏┇┋", ':'),
    ("╌┄┈", '.'),
    ("╎┆┊", ':'),
    ("┏┓┗┛", '#'),
    ("┌┐└┘┬┴┼╭╮╯╰", '+'),
    ("▶▸›→⇒⇢»…", '>'),
    ("◀◂‹←⇐«", '<'),
    ("▲↑", '^'),
    ("▼↓", 'v'),
    ("●▪•■", '*'),
    ("○", 'o'),
    ("◌◐", '%'),
    ("✓±", '+'),
    ("✗×", 'x'),
    ("▮█", '#'),
    ("▒", '='),
    ("▯░", '.'),
    ("▐", '['),
    ("▌", ']'),
    ("·–—↳", '-'),
    ("µ", 'u'),
    ("⋮", ':'),
];

/// Further ones, each alone.
const SINGLE: [(char, char); 4] = [('␣', '_'), ('≠', '!'), ('✂', '/'), ('\u{fffd}', OTHER)];

impl Glyphs {
    /// What a terminal can draw, by the variables `TERM` and, of the locale, the first of `LC_ALL`, `LC_CTYPE` and `LANG`
    /// that is set. Where none is, nothing says that it could not draw them.
    pub fn of_terminal(term: &str, locale: Option<&str>) -> Self {
        let is_utf8 = |locale: &str| {
            let locale = locale.to_ascii_lowercase();
            locale.contains("utf-8") || locale.contains("utf8")
        };
        // The fonts of the Linux console have 512 characters at most.
        if term == "linux" || !locale.is_none_or(is_utf8) {
            Self::Ascii
        } else {
            Self::Unicode
        }
    }

    /// Replaces what cannot be drawn in a finished frame.
    pub fn replace(self, buffer: &mut Buffer) {
        if self == Self::Unicode {
            return;
        }
        let mut wide = 0;
        for cell in &mut buffer.content {
            let symbol = cell.symbol();
            let width = symbol.width();
            if wide > 0 {
                // The rest of a wide character.
                wide -= 1;
                cell.set_char(OTHER);
            } else if !symbol.is_ascii() {
                wide = width.saturating_sub(1);
                draw(cell);
            }
        }
    }

    /// A text as a terminal can draw it.
    pub fn text(self, text: &str) -> Cow<'_, str> {
        match self {
            Self::Ascii if !text.is_ascii() => text.chars().map(replaced).collect(),
            _ => Cow::Borrowed(text),
        }
    }
}

fn draw(cell: &mut Cell) {
    let mut chars = cell.symbol().chars();
    let ascii = match (chars.next(), chars.next()) {
        (Some(c), None) => replaced(c),
        _ => OTHER,
    };
    cell.set_char(ascii);
}

fn replaced(c: char) -> char {
    if c.is_ascii() {
        c
    } else {
        ascii(c).unwrap_or(OTHER)
    }
}

/// The ASCII character for one of those that the views draw.
pub fn ascii(glyph: char) -> Option<char> {
    let single = SINGLE.iter().find(|(own, _)| *own == glyph);
    let several = || TABLE.iter().find(|(own, _)| own.contains(glyph));
    let found = single.map(|(_, ascii)| *ascii);
    found.or_else(|| several().map(|(_, ascii)| *ascii))
}
