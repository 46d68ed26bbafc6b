//! A drawn screen as SVG: what a terminal would show, for documents. No font is embedded; any monospaced one lines up.

use std::fmt::Write;

mod palette;

use ratatui::buffer::{Buffer, Cell};
use ratatui::style::Modifier;
use unicode_width::UnicodeWidthStr;

pub(crate) use crate::terminal::svg::palette::{Palette, Rgb, hex, number};

/// The size of a cell, in pixels.
pub(crate) const CELL: (f64, f64) = (8.4, 17.0);
/// The room around a screen, and the height of the bar above it.
const MARGIN: f64 = 12.0;
const BAR: f64 = 26.0;

/// Puts drawn screens of one size one below the other, each with a title over it.
pub(crate) fn picture(
    screens: &[(String, String)],
    (columns, rows): (u16, u16),
    palette: &Palette,
) -> String {
    let ground = hex(palette.ground);
    let inner = (f64::from(columns) * CELL.0, f64::from(rows) * CELL.1);
    let each = inner.1 + BAR + MARGIN;
    let (width, height) = (inner.0 + 2.0 * MARGIN, each * screens.len() as f64 + MARGIN);
    let mut out = String::new();
    // Writing to a String cannot fail.
    let _ = writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.0} {height:.0}\" font-family=\"'DejaVu Sans Mono','Liberation Mono',Menlo,Consolas,monospace\" \
         font-size=\"14\">"
    );
    let _ = writeln!(
        out,
        "<rect width=\"100%\" height=\"100%\" rx=\"8\" fill=\"#0e0f12\"/>"
    );
    for (index, (title, screen)) in screens.iter().enumerate() {
        let top = MARGIN + each * index as f64;
        let _ = writeln!(
            out,
            "<text x=\"{MARGIN}\" y=\"{:.1}\" fill=\"#8a8f98\">{}</text>",
            top + 16.0,
            escaped(title)
        );
        let _ = writeln!(
            out,
            "<g transform=\"translate({MARGIN} {:.1})\">",
            top + BAR
        );
        let _ = writeln!(
            out,
            "<rect width=\"{:.1}\" height=\"{:.1}\" fill=\"{ground}\"/>",
            inner.0, inner.1
        );
        let _ = writeln!(out, "{screen}</g>");
    }
    out.push_str("</svg>\n");
    out
}

/// Draws one screen, from the origin.
pub(crate) fn screen(screen: &Buffer, palette: &Palette) -> String {
    let mut out = String::new();
    for row in 0..screen.area.height {
        draw_row(&mut out, screen, palette, row, f64::from(row) * CELL.1);
    }
    out
}

/// Draws one row of a screen, at the origin.
pub(crate) fn row(screen: &Buffer, palette: &Palette, row: u16) -> String {
    let mut out = String::new();
    draw_row(&mut out, screen, palette, row, 0.0);
    out
}

/// Draws runs of cells that look alike.
fn draw_row(out: &mut String, screen: &Buffer, palette: &Palette, row: u16, y: f64) {
    let mut column = 0;
    while column < screen.area.width {
        let look = Look::of(&screen[(column, row)], palette);
        let mut text = String::new();
        let start = column;
        while column < screen.area.width && Look::of(&screen[(column, row)], palette) == look {
            let symbol = screen[(column, row)].symbol();
            text.push_str(symbol);
            column += u16::try_from(symbol.width().max(1)).unwrap_or(1);
        }
        draw_run(out, &look, &text, start, column - start, y);
    }
}

fn draw_run(out: &mut String, look: &Look, text: &str, column: u16, columns: u16, y: f64) {
    let (x, width) = (f64::from(column) * CELL.0, f64::from(columns) * CELL.0);
    if let Some(ground) = look.ground {
        let _ = writeln!(
            out,
            "<rect x=\"{x:.1}\" y=\"{y:.1}\" width=\"{width:.1}\" height=\"{}\" fill=\"{}\"/>",
            CELL.1,
            hex(ground)
        );
    }
    if text.trim().is_empty() {
        return;
    }
    let weight = if look.bold {
        " font-weight=\"bold\""
    } else {
        ""
    };
    let slant = if look.italic {
        " font-style=\"italic\""
    } else {
        ""
    };
    let line = if look.underlined {
        " text-decoration=\"underline\""
    } else {
        ""
    };
    let _ = writeln!(
        out,
        "<text x=\"{x:.1}\" y=\"{:.1}\" fill=\"{}\" textLength=\"{width:.1}\" lengthAdjust=\"spacingAndGlyphs\"{weight}{slant}{line}>{}</text>",
        y + 13.0,
        hex(look.ink),
        escaped(text)
    );
}

/// How a cell looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Look {
    ink: Rgb,
    /// `None`: that of the screen.
    ground: Option<Rgb>,
    bold: bool,
    italic: bool,
    underlined: bool,
}

impl Look {
    fn of(cell: &Cell, palette: &Palette) -> Self {
        let is_dim = cell.modifier.contains(Modifier::DIM);
        let own = if is_dim { palette.dim } else { palette.ink };
        let mut ink = palette.color(cell.fg).unwrap_or(own);
        let mut ground = palette.color(cell.bg).unwrap_or(palette.ground);
        if cell.modifier.contains(Modifier::REVERSED) {
            (ink, ground) = (ground, ink);
        }
        Self {
            ink,
            ground: (ground != palette.ground).then_some(ground),
            bold: cell.modifier.contains(Modifier::BOLD),
            italic: cell.modifier.contains(Modifier::ITALIC),
            underlined: cell.modifier.contains(Modifier::UNDERLINED),
        }
    }
}

/// A text as SVG shows it. Its spaces are no-break spaces: browsers no longer agree on `xml:space`, and joined spaces would
/// stretch the rest of a run.
fn escaped(text: &str) -> String {
    text.replace(' ', "\u{a0}")
        .replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
}

#[cfg(test)]
mod tests {
    use ratatui::style::{Color, Style};

    use crate::terminal::svg::palette::DARK;
    use crate::terminal::svg::*;

    #[test]
    fn a_screen_becomes_runs_of_text() {
        let mut buffer = Buffer::with_lines(["ab<c", "    "]);
        buffer.set_style(
            ratatui::layout::Rect::new(1, 0, 1, 1),
            Style::new().fg(Color::Red),
        );
        let drawn = picture(&[("one".to_owned(), screen(&buffer, &DARK))], (4, 2), &DARK);
        assert!(drawn.starts_with("<svg ") && drawn.trim_end().ends_with("</svg>"));
        assert!(drawn.contains(">&lt;c</text>"), "markup is escaped");
        assert!(drawn.contains("fill=\"#f0736a\""), "colours are kept");
        assert_eq!(
            drawn.matches("<text").count(),
            4,
            "a title and three runs, nothing for blanks"
        );
    }

    #[test]
    fn no_space_of_a_text_can_be_joined_with_the_next() {
        let buffer = Buffer::with_lines(["a  b "]);
        let drawn = screen(&buffer, &DARK);
        let texts = drawn
            .split("</text>")
            .filter_map(|text| Some(text.rsplit_once('>')?.1));
        let texts: Vec<&str> = texts.collect();
        assert!(texts.concat().contains("a\u{a0}\u{a0}b"), "{texts:?}");
        assert!(!texts.concat().contains(' '), "{texts:?}");
    }
}
