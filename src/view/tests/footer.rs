//! The keys that the title and the bottom line name.

use crate::app::keymap::{Action, BINDINGS, LessonAction};
use crate::app::palette::Palette;
use crate::view::tests::*;

/// The actions that open an overlay or switch a mode.
fn opens(action: Action) -> bool {
    matches!(
        action,
        Action::Show(_)
            | Action::HelpHere
            | Action::Choose
            | Action::Prompt
            | Action::Filter
            | Action::Trace
            | Action::Figure
            | Action::Zoom
            | Action::Layout
            | Action::NextTheme
            | Action::Restart
            | Action::Lesson(LessonAction::Course)
    )
}

#[test]
fn every_overlay_and_mode_is_named_where_there_is_room_and_the_palette_has_it() {
    for columns in [200, 400] {
        names_all(columns);
    }
}

fn names_all(columns: u16) {
    let app = app(columns, 60);
    let shown = screen(&app);
    let rows: Vec<&str> = shown.lines().collect();
    let title = rows[0];
    let below = rows[rows.len() - 2..].join("\n");
    let palette = Palette::new(&app.keys, &[], Vec::new());
    for row in BINDINGS.iter().filter(|row| opens(row.action)) {
        let hint = format!("{} {}", app.keys.name(row.action), row.label);
        let is_named =
            !row.label.is_empty() && [title, &below].iter().any(|row| row.contains(&hint));
        assert!(is_named, "{hint}:\n{title}\n{below}");
        let is_found = palette.rows().any(|item| item.name == row.name);
        assert!(is_found, "{}", row.name);
    }
}
