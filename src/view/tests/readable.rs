//! Every drawn screen can be read on any palette, and tells nothing by colour alone. Each test that draws a screen checks
//! it.

use std::collections::BTreeMap;

use ratatui::buffer::Buffer;
use ratatui::style::{Color, Modifier};

use crate::theme::{Appearance, Glyphs};

/// A theme in which each role has a colour of its own, so that a cell tells its role.
const DISTINCT: &str = r##"
text = "#000001 on #000000"
secondary = "#000002"
accent = "#000003"
good = "#000004"
warning = "#000005"
bad = "#000006"
selection = "#000007 reversed"
observed = "#000008"
inferred = "#000009"
current = "#00000a reversed"
passed = "#00000b"
border = "#00000c"
focus = "#00000d"
title = "#00000e bold"
"##;

/// The roles in the order of their colours.
const ROLES: [&str; 14] = [
    "text",
    "secondary",
    "accent",
    "good",
    "warning",
    "bad",
    "selection",
    "observed",
    "inferred",
    "current",
    "passed",
    "border",
    "focus",
    "title",
];

/// The roles that say how something is.
const STATES: [&str; 5] = ["good", "warning", "bad", "observed", "inferred"];

/// Those of them that must not be overlooked.
const ALARMS: [&str; 2] = ["warning", "bad"];

/// The roles that may have a hue in a theme.
const HUES: [&str; 8] = [
    "accent", "good", "warning", "bad", "observed", "inferred", "passed", "focus",
];

/// How the screens of the tests look.
pub(crate) fn appearance() -> Appearance {
    let theme = crate::theme::parse(DISTINCT).expect("a theme");
    let own = vec![("distinct".to_owned(), theme)];
    Appearance::new(Some("distinct"), own, false, Glyphs::Unicode)
}

fn role(color: Color) -> &'static str {
    let number = match color {
        Color::Rgb(0, 0, number) => usize::from(number),
        other => panic!("{other:?} is of no role"),
    };
    ROLES[number - 1]
}

/// The texts of a row in one colour each, with their roles.
fn runs(buffer: &Buffer, row: u16) -> Vec<(String, &'static str)> {
    let mut runs: Vec<(String, &str)> = Vec::new();
    for column in 0..buffer.area.width {
        let cell = &buffer[(column, row)];
        let role = role(cell.fg);
        match runs.last_mut() {
            Some((text, last)) if *last == role => text.push_str(cell.symbol()),
            _ => runs.push((cell.symbol().to_owned(), role)),
        }
    }
    runs
}

/// Checks that each cell is of a role, on the background of the screen, and neither dim nor a bold hue.
#[track_caller]
pub(super) fn check(buffer: &Buffer) {
    for cell in buffer.content() {
        let symbol = cell.symbol();
        assert_eq!(cell.bg, Color::Rgb(0, 0, 0), "the background of {symbol:?}");
        assert!(!cell.modifier.contains(Modifier::DIM), "{symbol:?} is dim");
        let is_hue = HUES.contains(&role(cell.fg)) && !symbol.trim().is_empty();
        let is_bold = cell.modifier.contains(Modifier::BOLD);
        assert!(!(is_hue && is_bold), "{symbol:?} is bold and a hue");
    }
}

/// Checks that a text which is of a state is nowhere on the screen of another, so that the text tells the state.
///
/// On a screen of any width the rest of a text that was wrapped may be any word.
#[track_caller]
pub(super) fn check_states(buffer: &Buffer) {
    let mut states: BTreeMap<String, &str> = BTreeMap::new();
    for (text, role) in (0..buffer.area.height).flat_map(|row| runs(buffer, row)) {
        let text = text.trim();
        let is_frame = |c: char| ('\u{2500}'..='\u{257f}').contains(&c);
        if text.chars().all(is_frame) {
            continue;
        }
        let before = states.entry(text.to_owned()).or_insert(role);
        let have = |roles: &[&str]| [*before, role].map(|role| roles.contains(&role));
        // A word that is good here may be plain text elsewhere, such as 0; one that is bad may not.
        let is_state = have(&STATES) == [true; 2] || have(&ALARMS) != [false; 2];
        assert!(
            *before == role || !is_state,
            "{text:?} is {role} here and {before} elsewhere: only the colour tells that"
        );
    }
}

#[test]
fn what_cannot_be_read_and_what_only_a_colour_tells_are_found() {
    use ratatui::style::Style;
    let color = |number| {
        Style::new()
            .fg(Color::Rgb(0, 0, number))
            .bg(Color::Rgb(0, 0, 0))
    };
    let drawn = |first: Style, second: Style| {
        let mut buffer = Buffer::with_lines(["LISTEN", "LISTEN"]);
        buffer.set_style(ratatui::layout::Rect::new(0, 0, 6, 1), first);
        buffer.set_style(ratatui::layout::Rect::new(0, 1, 6, 1), second);
        buffer
    };
    let bad = color(6);
    check(&drawn(bad, bad));
    check_states(&drawn(bad, bad));
    // A name, and a word that is good.
    check_states(&drawn(color(3), color(4)));
    for style in [color(4), color(1)] {
        let found = std::panic::catch_unwind(|| check_states(&drawn(bad, style)));
        assert!(found.is_err(), "{style:?}");
    }
    let wrong = [
        bad.add_modifier(Modifier::BOLD),
        bad.add_modifier(Modifier::DIM),
        bad.bg(Color::Green),
        bad.fg(Color::Green),
    ];
    for style in wrong {
        let found = std::panic::catch_unwind(|| check(&drawn(bad, style)));
        assert!(found.is_err(), "{style:?}");
    }
}
