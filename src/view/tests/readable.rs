//! Every drawn screen is readable on any palette. Each test that draws a screen checks it.

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

/// The hues that can be read on a dark and on a light background.
const HUES: [Color; 5] = [
    Color::Reset,
    Color::Red,
    Color::Green,
    Color::Cyan,
    Color::Magenta,
];

/// Checks each cell: text has the terminal's own foreground or a hue that can be read, on its own background; a hue is not
/// bold; nothing but a frame is dim.
#[track_caller]
pub(super) fn check(buffer: &Buffer) {
    for cell in buffer.content() {
        let symbol = cell.symbol();
        if symbol.trim().is_empty() {
            continue;
        }
        let is_frame = |c: char| ('\u{2500}'..='\u{257f}').contains(&c);
        assert!(HUES.contains(&cell.fg), "{symbol:?} is {:?}", cell.fg);
        assert_eq!(cell.bg, Color::Reset, "the background of {symbol:?}");
        let is_bold = cell.modifier.contains(Modifier::BOLD);
        assert!(
            !is_bold || cell.fg == Color::Reset,
            "{symbol:?} is bold and {:?}",
            cell.fg
        );
        let is_dim = cell.modifier.contains(Modifier::DIM);
        assert!(!is_dim || symbol.chars().all(is_frame), "{symbol:?} is dim");
    }
}

#[test]
fn what_cannot_be_read_is_found() {
    use ratatui::layout::Rect;
    use ratatui::style::Style;
    let bad = [
        Style::new().fg(Color::DarkGray),
        Style::new().fg(Color::Yellow),
        Style::new().fg(Color::Cyan).add_modifier(Modifier::BOLD),
        Style::new().add_modifier(Modifier::DIM),
        Style::new().fg(Color::Black).bg(Color::Green),
    ];
    for style in bad {
        let mut buffer = Buffer::with_lines(["text"]);
        buffer.set_style(Rect::new(0, 0, 4, 1), style);
        let found = std::panic::catch_unwind(|| check(&buffer));
        assert!(found.is_err(), "{style:?}");
    }
}
