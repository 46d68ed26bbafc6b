//! The colours of a terminal that a picture shows.

use ratatui::style::Color;

use crate::theme::{Appearance, Background};

/// Red, green and blue.
pub(crate) type Rgb = [u8; 3];

/// The colours of a terminal.
#[derive(Debug, Clone)]
pub(crate) struct Palette {
    /// The background of the screen.
    pub(crate) ground: Rgb,
    /// The foreground.
    pub(crate) ink: Rgb,
    /// The foreground of what is dim.
    pub(crate) dim: Rgb,
    /// The sixteen colours.
    colors: [u32; 16],
}

/// A dark terminal.
pub(super) const DARK: Palette = Palette {
    ground: [0x16, 0x18, 0x1d],
    ink: [0xd6, 0xd9, 0xde],
    dim: [0x77, 0x7d, 0x88],
    colors: [
        0x16181d, 0xf0736a, 0x86c98a, 0xe0b25c, 0x7aa7e8, 0xd08fd0, 0x6cc3d5, 0xd6d9de, 0x4d535e,
        0xf0736a, 0x86c98a, 0xe0b25c, 0x7aa7e8, 0xd08fd0, 0x6cc3d5, 0xffffff,
    ],
};

/// A light one.
const LIGHT: Palette = Palette {
    ground: [0xff, 0xff, 0xff],
    ink: [0x24, 0x29, 0x2f],
    dim: [0x8c, 0x93, 0x9a],
    colors: [
        0x24292f, 0xb3261e, 0x1a6b2f, 0x8a5000, 0x0b5a8f, 0x8a2f8a, 0x0f6f7a, 0xe6e8ea, 0x59636e,
        0xb3261e, 0x1a6b2f, 0x8a5000, 0x0b5a8f, 0x8a2f8a, 0x0f6f7a, 0xffffff,
    ],
};

impl Palette {
    /// That of a terminal which suits a theme, with the background of the theme where it has one.
    pub(crate) fn of(appearance: &Appearance) -> Self {
        let mut palette = match appearance.made_for() {
            Some(Background::Light) => LIGHT,
            Some(Background::Dark) | None => DARK,
        };
        let text = appearance.theme().text;
        let color = |color: Option<Color>| palette.color(color?);
        let (ground, ink) = (color(text.bg), color(text.fg));
        palette.ground = ground.unwrap_or(palette.ground);
        palette.ink = ink.unwrap_or(palette.ink);
        palette
    }

    /// A colour. `None` is the terminal's own foreground or background.
    pub(crate) fn color(&self, color: Color) -> Option<Rgb> {
        if let Color::Rgb(red, green, blue) = color {
            return Some([red, green, blue]);
        }
        let [_, red, green, blue] = self.colors[usize::from(number(color)?)].to_be_bytes();
        Some([red, green, blue])
    }
}

/// The number of one of the sixteen colours. `None` for another, and for the terminal's own foreground and background.
pub(crate) fn number(color: Color) -> Option<u8> {
    let number = match color {
        Color::Reset | Color::Rgb(..) => return None,
        // A theme has no such colour.
        Color::Indexed(_) => return None,
        Color::Black => 0,
        Color::Red => 1,
        Color::Green => 2,
        Color::Yellow => 3,
        Color::Blue => 4,
        Color::Magenta => 5,
        Color::Cyan => 6,
        Color::Gray => 7,
        Color::DarkGray => 8,
        Color::LightRed => 9,
        Color::LightGreen => 10,
        Color::LightYellow => 11,
        Color::LightBlue => 12,
        Color::LightMagenta => 13,
        Color::LightCyan => 14,
        Color::White => 15,
    };
    Some(number)
}

/// A colour as SVG writes it.
pub(crate) fn hex([red, green, blue]: Rgb) -> String {
    format!("#{red:02x}{green:02x}{blue:02x}")
}
