//! Changing the theme: by its key to the next, and from the palette to one by its name.

use crate::app::message::Effect;
use crate::app::state::App;
use crate::socket::text::escaped;
use crate::theme::{AUTO, Appearance};

/// Changes to the next theme.
pub(crate) fn next(app: &mut App) {
    let place = app.change_theme(Appearance::change_to_next);
    say(app, place);
}

/// Changes to a theme by its name, or to the one that suits the terminal.
pub(crate) fn named(app: &mut App, name: &str, effects: &mut Vec<Effect>) {
    if name == AUTO {
        return to_auto(app, effects);
    }
    let place = app.change_theme(|appearance| appearance.change_to(name));
    say(app, place);
}

/// Changes to the theme that suits the terminal, which is asked for its background.
fn to_auto(app: &mut App, effects: &mut Vec<Effect>) {
    app.change_theme(Appearance::change_to_auto);
    if app.appearance().follows_background() {
        effects.push(Effect::AskBackground);
    }
    let said =
        "theme auto: it suits the terminal's background; `sockplay --theme auto` starts with it";
    app.notify(said.to_owned(), false);
}

/// Says which theme is in use: its number among all, and its name.
fn say(app: &mut App, (number, count): (usize, usize)) {
    let name = escaped(app.appearance().name());
    let said =
        format!("theme {name}, {number} of {count}; `sockplay --theme {name}` starts with it");
    app.notify(said, false);
}
