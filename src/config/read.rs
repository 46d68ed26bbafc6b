//! A configuration file, read and checked.

use toml::de::DeTable;

use crate::config::keys::Binder;
use crate::config::misplaced::Misplaced;
use crate::config::settings::SETTINGS;
use crate::config::{Config, Fault};
use crate::notation::diagnostic::nearest;

/// The table of the keys.
const KEYS: &str = "keys";

/// Reads a configuration file.
///
/// # Errors
///
/// Everything that is wrong with it, in the order of its lines.
pub fn read(text: &str) -> Result<Config, Vec<Fault>> {
    let (table, errors) = DeTable::parse_recoverable(text);
    let mut wrong: Vec<Misplaced> = errors
        .iter()
        .map(|error| Misplaced {
            at: error.span().unwrap_or(0..0),
            message: format!("this is not TOML: {}", error.message()),
        })
        .collect();
    let mut config = Config::default();
    // What follows an error is not known to mean what it says.
    if wrong.is_empty() {
        settings(text, table.get_ref(), &mut config, &mut wrong);
    }
    if wrong.is_empty() {
        return Ok(config);
    }
    wrong.sort_by_key(|wrong| wrong.at.start);
    let placed = wrong.into_iter().map(|Misplaced { at, message }| {
        let (line, column) = place(text, at.start);
        Fault {
            line,
            column,
            message,
        }
    });
    Err(placed.collect())
}

fn settings(text: &str, table: &DeTable<'_>, config: &mut Config, wrong: &mut Vec<Misplaced>) {
    for (name, value) in table {
        let written: &str = name.get_ref();
        if written == KEYS {
            let mut binder = Binder::default();
            match value.get_ref().as_table() {
                Some(keys) => binder.table("", keys),
                None => binder.complain(value.span(), "keys is a table: [keys]".to_owned()),
            }
            let (keys, faults) = binder.finish();
            config.keys = keys;
            wrong.extend(faults);
            continue;
        }
        let Some(setting) = SETTINGS.iter().find(|setting| setting.name == written) else {
            let message = unknown(written);
            let at = name.span();
            wrong.push(Misplaced { at, message });
            continue;
        };
        config
            .lines
            .insert(setting.name, place(text, name.span().start).0);
        if let Err(fault) = (setting.read)(config, value.get_ref()) {
            let message = format!("{}: {fault}", setting.name);
            let at = value.span();
            wrong.push(Misplaced { at, message });
        }
    }
}

/// That there is no setting of a name, with the one that may be meant.
fn unknown(name: &str) -> String {
    let names = || SETTINGS.iter().map(|setting| setting.name).chain([KEYS]);
    match nearest(name, names()) {
        Some(meant) => format!("there is no setting `{name}`: did you mean `{meant}`?"),
        None => {
            let all: Vec<&str> = names().collect();
            format!(
                "there is no setting `{name}`: the settings are {}",
                all.join(", ")
            )
        }
    }
}

/// The line and the column of a place, from 1.
fn place(text: &str, at: usize) -> (usize, usize) {
    let before = text.get(..at).unwrap_or(text);
    let line = before.matches('\n').count() + 1;
    let begin = before.rfind('\n').map_or(0, |newline| newline + 1);
    (line, before[begin..].chars().count() + 1)
}
