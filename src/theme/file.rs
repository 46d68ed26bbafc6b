//! Reads a theme file: TOML with a style for each role.
//!
//! ```toml
//! about = "Solarized, with brighter errors"   # a line for the palette
//! base = "solarized-dark"   # the built-in theme that has what is not given here
//! background = "dark"       # what it is made for
//! accent = "bold #2aa198"
//! selection = "reversed"
//! ```

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::notation::diagnostic::nearest;
use crate::theme::builtin::{file, names};
use crate::theme::{Background, ROLES, Theme, style};

/// The theme that a file without a base builds on.
const BASE: &str = "terminal";

/// The keys besides the roles.
const KEYS: [&str; 3] = ["about", "base", "background"];

/// The content of a theme file.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ThemeFile {
    /// What it looks like, in a line.
    pub about: Option<String>,
    /// The styles.
    pub theme: Theme,
    /// The background that it is made for; `None`: any.
    pub background: Option<Background>,
}

/// What is wrong with a theme file, and in which line.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{line}: {text}")]
pub struct Fault {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong.
    pub text: String,
}

/// Reads the text of a theme file.
///
/// # Errors
///
/// The first thing that is wrong with it.
pub fn parse(text: &str) -> Result<ThemeFile, Fault> {
    let fault = |place: Range<usize>, said: String| Fault {
        line: 1 + text[..place.start.min(text.len())].matches('\n').count(),
        text: said,
    };
    let table = DeTable::parse(text).map_err(|error| {
        let said = error.message().replace('\n', ", ");
        fault(error.span().unwrap_or_default(), said)
    })?;
    let table = table.into_inner();
    let mut found = match table.get("base") {
        Some(value) => base(value).map_err(|said| fault(value.span(), said))?,
        // Such as the file of `terminal` itself.
        None if ROLES.iter().all(|(role, _)| table.contains_key(*role)) => ThemeFile::default(),
        None => ThemeFile {
            about: None,
            ..file(BASE).unwrap_or_default()
        },
    };
    for (key, value) in &table {
        let set = set(&mut found, key.get_ref(), value);
        set.map_err(|(is_key, said)| fault(if is_key { key.span() } else { value.span() }, said))?;
    }
    Ok(found)
}

/// The theme that is built on, whose description is not that of the other.
fn base(value: &Spanned<DeValue<'_>>) -> Result<ThemeFile, String> {
    let name = word(value)?;
    let found = file(name).ok_or_else(|| choice("theme", name, names()))?;
    Ok(ThemeFile {
        about: Some(format!("your own, built on {name}")),
        ..found
    })
}

/// Sets what a key says. Of an error, says whether it is in the key.
fn set(
    file: &mut ThemeFile,
    key: &str,
    value: &Spanned<DeValue<'_>>,
) -> Result<(), (bool, String)> {
    if let Some((_, role)) = ROLES.iter().find(|(name, _)| *name == key) {
        let style = word(value).and_then(style::parse);
        *role(&mut file.theme) = style.map_err(|said| (false, said))?;
        return Ok(());
    }
    match key {
        // It was read first.
        "base" => Ok(()),
        "about" => {
            file.about = Some(word(value).map_err(|said| (false, said))?.to_owned());
            Ok(())
        }
        "background" => {
            file.background = Some(background(value).map_err(|said| (false, said))?);
            Ok(())
        }
        _ => {
            let keys = ROLES.iter().map(|(name, _)| *name).chain(KEYS);
            Err((true, choice("key", key, keys)))
        }
    }
}

fn background(value: &Spanned<DeValue<'_>>) -> Result<Background, String> {
    match word(value)? {
        "dark" => Ok(Background::Dark),
        "light" => Ok(Background::Light),
        other => Err(choice("background", other, ["dark", "light"])),
    }
}

fn word<'a>(value: &'a Spanned<DeValue<'_>>) -> Result<&'a str, String> {
    let text = value.get_ref().as_str();
    text.ok_or_else(|| "this must be a text in quotes".to_owned())
}

fn choice<'a>(what: &str, typed: &str, valid: impl IntoIterator<Item = &'a str>) -> String {
    let valid: Vec<&str> = valid.into_iter().collect();
    match nearest(typed, valid.iter().copied()) {
        Some(near) => format!("unknown {what} `{typed}`; did you mean `{near}`?"),
        None => format!("unknown {what} `{typed}`; valid: {}", valid.join(", ")),
    }
}
