//! The themes that are built in, from `assets/themes/`.

use crate::notation::diagnostic::nearest;
use crate::theme::{Background, Theme, ThemeFile, parse};

/// The name that stands for the theme that suits the terminal.
pub const AUTO: &str = "auto";

macro_rules! files {
    ($($name:literal),* $(,)?) => {
        [$(($name, include_str!(concat!("../../assets/themes/", $name, ".toml")))),*]
    };
}

/// The files by the names of the themes.
pub(super) const FILES: [(&str, &str); 9] = files![
    "terminal",
    "terminal-dark",
    "terminal-light",
    "dark",
    "light",
    "solarized-dark",
    "solarized-light",
    "high-contrast",
    "plain",
];

/// The names of the built-in themes.
pub fn names() -> impl Iterator<Item = &'static str> {
    FILES.iter().map(|(name, _)| *name)
}

/// The file of a built-in theme.
pub(super) fn file(name: &str) -> Option<ThemeFile> {
    let (_, text) = FILES.iter().find(|(own, _)| *own == name)?;
    // Tests read every one.
    parse(text).ok()
}

/// A built-in theme.
pub fn builtin(name: &str) -> Option<Theme> {
    file(name).map(|file| file.theme)
}

/// The name of the theme that uses the terminal's own colours and suits its background, as far as that is known.
pub fn auto(background: Option<Background>, no_color: bool) -> &'static str {
    match background {
        _ if no_color => "plain",
        None => "terminal",
        Some(Background::Dark) => "terminal-dark",
        Some(Background::Light) => "terminal-light",
    }
}

/// A name that no theme has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no theme is called `{name}`{}", .nearest.as_ref().map_or_else(all, |near| format!("; did you mean `{near}`?")))]
pub struct Unknown {
    /// The name.
    pub name: String,
    /// The theme with the most similar name, if one is like it at all.
    pub nearest: Option<String>,
}

fn all() -> String {
    let names: Vec<&str> = names().collect();
    format!("; the themes are {}", names.join(", "))
}

/// Checks a name as `--theme` and the setting `theme` have it; `own` are the names of the user's own themes.
///
/// # Errors
///
/// No theme has the name.
pub fn check_name(name: &str, own: &[String]) -> Result<(), Unknown> {
    let mut known: Vec<&str> = names().collect();
    known.push(AUTO);
    known.extend(own.iter().map(String::as_str));
    if known.contains(&name) {
        return Ok(());
    }
    Err(Unknown {
        name: name.to_owned(),
        nearest: nearest(name, known).map(str::to_owned),
    })
}
