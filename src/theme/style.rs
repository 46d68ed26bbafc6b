//! The style of a role as a theme file writes it: `cyan`, `bold reversed`, `#93a1a1 on #002b36`.

use ratatui::style::{Color, Modifier, Style};

use crate::notation::diagnostic::nearest;

/// The sixteen colours of the terminal.
const COLORS: [(&str, Color); 17] = [
    ("default", Color::Reset),
    ("black", Color::Black),
    ("red", Color::Red),
    ("green", Color::Green),
    ("yellow", Color::Yellow),
    ("blue", Color::Blue),
    ("magenta", Color::Magenta),
    ("cyan", Color::Cyan),
    ("white", Color::Gray),
    ("bright-black", Color::DarkGray),
    ("bright-red", Color::LightRed),
    ("bright-green", Color::LightGreen),
    ("bright-yellow", Color::LightYellow),
    ("bright-blue", Color::LightBlue),
    ("bright-magenta", Color::LightMagenta),
    ("bright-cyan", Color::LightCyan),
    ("bright-white", Color::White),
];

const ATTRIBUTES: [(&str, Modifier); 5] = [
    ("bold", Modifier::BOLD),
    ("dim", Modifier::DIM),
    ("italic", Modifier::ITALIC),
    ("underlined", Modifier::UNDERLINED),
    ("reversed", Modifier::REVERSED),
];

/// Before the colour of the background.
const ON: &str = "on";

/// Reads a style.
///
/// # Errors
///
/// A sentence about the first word that is none of a style.
pub(super) fn parse(text: &str) -> Result<Style, String> {
    let mut style = Style::new();
    let mut words = text.split_whitespace();
    while let Some(word) = words.next() {
        if word == ON {
            let word = words.next().ok_or("no colour follows `on`")?;
            style = style.bg(color(word).ok_or_else(|| unknown(word))?);
        } else if let Some((_, attribute)) = ATTRIBUTES.iter().find(|(name, _)| *name == word) {
            style = style.add_modifier(*attribute);
        } else {
            style = style.fg(color(word).ok_or_else(|| unknown(word))?);
        }
    }
    // Reversed without a colour of its own is reversed text, whatever was drawn there before.
    if style.add_modifier.contains(Modifier::REVERSED) && style.fg.is_none() {
        style = style.fg(Color::Reset).bg(style.bg.unwrap_or_default());
    }
    Ok(style)
}

fn color(word: &str) -> Option<Color> {
    if let Some(digits) = word.strip_prefix('#') {
        let is_hex = digits.len() == 6 && digits.bytes().all(|digit| digit.is_ascii_hexdigit());
        let number = u32::from_str_radix(digits, 16).ok().filter(|_| is_hex)?;
        return Some(Color::from_u32(number));
    }
    let found = COLORS.iter().find(|(name, _)| *name == word);
    found.map(|(_, color)| *color)
}

fn unknown(word: &str) -> String {
    let names = COLORS.iter().map(|(name, _)| *name);
    let names = names.chain(ATTRIBUTES.iter().map(|(name, _)| *name));
    match nearest(word, names.chain([ON])) {
        Some(name) => format!("unknown colour or attribute `{word}`; did you mean `{name}`?"),
        None => format!("unknown colour or attribute `{word}`; a colour is a name or #rrggbb"),
    }
}

#[cfg(test)]
mod tests {
    use crate::theme::style::*;

    #[test]
    fn a_style_is_colours_and_attributes() {
        assert_eq!(parse(""), Ok(Style::new()));
        assert_eq!(parse("bright-red"), Ok(Style::new().fg(Color::LightRed)));
        let both = Style::new()
            .fg(Color::Rgb(0x93, 0xa1, 0xa1))
            .bg(Color::Rgb(0, 0x2b, 0x36));
        assert_eq!(
            parse("#93a1a1 on #002b36 bold"),
            Ok(both.add_modifier(Modifier::BOLD))
        );
    }

    #[test]
    fn what_is_no_style_is_named_with_what_is_near() {
        let said = |text| parse(text).expect_err(text);
        assert_eq!(
            said("gren"),
            "unknown colour or attribute `gren`; did you mean `green`?"
        );
        assert!(said("underline").contains("did you mean `underlined`?"));
        for wrong in ["#12345", "#12345g", "#+12345", "on", "on on", "purple"] {
            said(wrong);
        }
    }
}
