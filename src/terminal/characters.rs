//! A drawn screen as characters, without colours or with the escape sequences of a terminal.

use std::fmt::Write;
use std::ops::Range;

use ratatui::buffer::{Buffer, Cell};
use ratatui::layout::Rect;
use ratatui::style::{Color, Modifier, Style};
use unicode_width::UnicodeWidthStr;

use crate::terminal::svg::number;

/// The escape sequence that ends all colours.
const PLAIN: &str = "\x1b[0m";

/// The attributes by their numbers in an escape sequence.
const ATTRIBUTES: [(Modifier, u8); 5] = [
    (Modifier::BOLD, 1),
    (Modifier::DIM, 2),
    (Modifier::ITALIC, 3),
    (Modifier::UNDERLINED, 4),
    (Modifier::REVERSED, 7),
];

/// The characters of a screen, a line for each row.
pub(crate) fn plain(screen: &Buffer) -> String {
    plain_in(screen, screen.area)
}

/// The characters of a part of a screen, a line for each row.
pub(crate) fn plain_in(screen: &Buffer, area: Rect) -> String {
    let mut out = String::new();
    let area = area.intersection(screen.area);
    for row in area.top()..area.bottom() {
        let text: String = cells(screen, area.left()..area.right(), row)
            .map(Cell::symbol)
            .collect();
        out.push_str(text.trim_end());
        out.push('\n');
    }
    out
}

/// The characters with their colours. Each line ends without any.
pub(crate) fn colored(screen: &Buffer) -> String {
    let mut out = String::new();
    for row in 0..screen.area.height {
        let mut style = Style::reset();
        for cell in visible(screen, row) {
            if cell.style() != style {
                style = cell.style();
                out.push_str(&sequence(cell));
            }
            out.push_str(cell.symbol());
        }
        if style != Style::reset() {
            out.push_str(PLAIN);
        }
        out.push('\n');
    }
    out
}

/// Screens below each other: each with its title if there are several.
pub(crate) fn below_each_other(screens: &[(String, String)]) -> String {
    match screens {
        [(_, screen)] => screen.clone(),
        several => {
            let titled = several.iter().map(|(title, own)| format!("{title}\n{own}"));
            titled.collect::<Vec<_>>().join("\n")
        }
    }
}

/// The cells of a row; one that a wide character covers is left out.
fn cells(screen: &Buffer, columns: Range<u16>, row: u16) -> impl Iterator<Item = &Cell> {
    let mut column = columns.start;
    std::iter::from_fn(move || {
        let cell = (column < columns.end).then(|| &screen[(column, row)])?;
        column += u16::try_from(cell.symbol().width().max(1)).unwrap_or(1);
        Some(cell)
    })
}

/// Those up to the last one that can be seen.
fn visible(screen: &Buffer, row: u16) -> Vec<&Cell> {
    let mut cells: Vec<&Cell> = cells(screen, 0..screen.area.width, row).collect();
    let is_blank = |cell: &&Cell| cell.symbol() == " " && cell.style() == Cell::default().style();
    while cells.pop_if(|cell| is_blank(&&**cell)).is_some() {}
    cells
}

/// The escape sequence that gives what follows the look of a cell.
fn sequence(cell: &Cell) -> String {
    let mut out = String::from("\x1b[0");
    let has = |(modifier, _): &&(Modifier, u8)| cell.modifier.contains(*modifier);
    for (_, code) in ATTRIBUTES.iter().filter(has) {
        // Writing to a String cannot fail.
        let _ = write!(out, ";{code}");
    }
    out.push_str(&color(cell.fg, 30));
    out.push_str(&color(cell.bg, 40));
    out.push('m');
    out
}

/// The parameters of a colour: of the foreground from 30, of the background from 40.
fn color(color: Color, base: u8) -> String {
    match (color, number(color)) {
        (Color::Rgb(red, green, blue), _) => format!(";{};2;{red};{green};{blue}", base + 8),
        (_, Some(own @ 0..8)) => format!(";{}", base + own),
        (_, Some(bright)) => format!(";{}", base + 60 + bright - 8),
        (_, None) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use std::num::NonZero;

    use crate::terminal::characters::*;

    /// A row with several looks, and a wide character.
    fn screen() -> Buffer {
        let mut screen = Buffer::with_lines(["ab漢c  ", "      "]);
        let style = Style::new().fg(Color::Red).add_modifier(Modifier::BOLD);
        screen[(1, 0)].set_style(style);
        screen[(4, 0)].set_style(Style::new().bg(Color::LightBlue).fg(Color::Rgb(1, 2, 3)));
        screen
    }

    #[test]
    fn the_text_is_that_of_the_screen_without_blanks_at_the_end() {
        assert_eq!(plain(&screen()), "ab漢c\n\n");
        let screens = ["one", "two"].map(|title| (title.to_owned(), plain(&screen())));
        assert_eq!(below_each_other(&screens[..1]), "ab漢c\n\n");
        assert_eq!(below_each_other(&screens), "one\nab漢c\n\n\ntwo\nab漢c\n\n");
    }

    #[test]
    fn a_terminal_that_gets_the_sequences_shows_the_screen() {
        let drawn = colored(&screen());
        let size = |count| NonZero::new(count).expect("more than 0");
        let mut terminal = vt100::Parser::new(size(2), size(7), 0);
        terminal.process(drawn.replace('\n', "\r\n").trim_end().as_bytes());
        let shown = terminal.screen();
        assert_eq!(shown.contents().trim_end(), "ab漢c");
        let cell = |column| shown.cell(0, column).expect("a cell");
        assert_eq!(cell(0).fgcolor(), vt100::Color::Default);
        assert!(cell(1).bold() && !cell(0).bold() && !cell(2).bold());
        assert_eq!(cell(1).fgcolor(), vt100::Color::Idx(1));
        assert_eq!(cell(4).fgcolor(), vt100::Color::Rgb(1, 2, 3));
        assert_eq!(cell(4).bgcolor(), vt100::Color::Idx(12));
        assert_eq!(cell(5).bgcolor(), vt100::Color::Default);
        assert!(
            drawn
                .lines()
                .all(|line| line.is_empty() || line.ends_with(PLAIN))
        );
    }
}
