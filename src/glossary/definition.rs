//! The definitions of `assets/glossary.toml`.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use serde::Deserialize;

/// What a word means.
#[derive(Debug, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Definition {
    /// Other words for it.
    #[serde(default)]
    pub also: Vec<String>,
    /// Two or three sentences.
    pub text: String,
    /// Where it is written.
    pub source: String,
}

/// Definitions by name.
pub(crate) type ByName = BTreeMap<String, Definition>;

/// The definitions, by what they are about.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Definitions {
    /// The states of TCP.
    pub(crate) state: ByName,
    /// Errors.
    pub(crate) errno: ByName,
    /// Options.
    pub(crate) option: ByName,
    /// Terms of the field.
    pub(crate) term: ByName,
}

/// All of them. A test checks that the file can be read.
pub(crate) static DEFINITIONS: LazyLock<Definitions> =
    LazyLock::new(|| toml::from_str(FILE).unwrap_or_default());

const FILE: &str = include_str!("../../assets/glossary.toml");

impl Definitions {
    /// Every definition with its name.
    #[cfg(test)]
    pub(crate) fn all(&self) -> Vec<(&str, &Definition)> {
        let tables = [&self.state, &self.errno, &self.option, &self.term];
        let rows = tables.into_iter().flatten();
        rows.map(|(name, definition)| (name.as_str(), definition))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::glossary::definition::*;

    #[test]
    fn the_file_is_read_whole() {
        let read: Result<Definitions, _> = toml::from_str(FILE);
        assert_eq!(read.err().map(|error| error.to_string()), None);
    }
}
