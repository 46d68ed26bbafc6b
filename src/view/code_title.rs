//! What the title of the Code pane says.

use crate::app::code::{Listing, name, next};
use crate::app::keymap::Action;
use crate::app::state::App;

/// For the title: the language, the lines of the selected call, and the key of the next language.
pub(crate) fn subtitle(app: &App) -> Option<String> {
    let language = app.code.language;
    let key = app.keys.name(Action::NextLanguage);
    let switch = format!("{key} {}", name(next(language)));
    let record = app.record().filter(|_| app.prediction().is_none());
    let about = record.and_then(|record| {
        let word = record.call().word();
        let made = app.listing()?.made(record.id());
        Some(match made {
            Some(made) => format!(", {word}() from line {}", made.start + 1),
            None => format!(", {word}() has no line"),
        })
    });
    Some(format!(
        "{}{} · {switch}",
        name(language),
        about.unwrap_or_default()
    ))
}

/// The filter, and how many of how many lines it shows.
pub(crate) fn filter(app: &App) -> Option<String> {
    let listing = app.listing().filter(|_| app.code.filter.is_on())?;
    let shown = fitting(app, &listing).len();
    Some(app.code.filter.title(shown, listing.len()))
}

/// The lines that the filter shows.
pub(crate) fn fitting(app: &App, listing: &Listing) -> Vec<usize> {
    let fits = |at: &usize| app.code.filter.fits(listing.line(*at));
    (0..listing.len()).filter(fits).collect()
}
