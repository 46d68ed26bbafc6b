//! Changing the theme: by its key to the next, and from the palette to one by its name.

use crate::app::state::App;
use crate::socket::text::escaped;
use crate::theme::Appearance;

/// Changes to the next theme.
pub(crate) fn next(app: &mut App) {
    let place = app.change_theme(Appearance::change_to_next);
    say(app, place);
}

/// Changes to a theme by its name.
pub(crate) fn named(app: &mut App, name: &str) {
    let place = app.change_theme(|appearance| appearance.change_to(name));
    say(app, place);
}

/// Says which theme is in use: its number among all, and its name.
fn say(app: &mut App, (number, count): (usize, usize)) {
    let name = escaped(app.appearance().name());
    let said =
        format!("theme {name}, {number} of {count}; `sockplay --theme {name}` starts with it");
    app.notify(said, false);
}
