//! Which of the things that could be at a place fit what was typed, and in which order.

use crate::notation::complete::Candidate;
use crate::notation::diagnostic::nearest;

/// Something that could be at a place.
pub(crate) struct Item {
    text: String,
    /// How many of its first bytes may be left out when typing: the prefix of a constant.
    skip: usize,
    meaning: String,
}

/// A text and what it is for.
pub(crate) type Row = (&'static str, &'static str);

/// From so many characters on, text inside a candidate is looked for.
const INSIDE: usize = 2;
/// From so many characters on, a typing mistake is looked for: any two shorter words are alike.
const SLIP: usize = 3;

impl Item {
    /// An item that is found by the beginning of its text.
    pub(crate) fn new(text: impl Into<String>, meaning: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            skip: 0,
            meaning: meaning.into(),
        }
    }

    /// The same, found by its text without the first `skip` bytes too.
    #[must_use]
    pub(crate) fn short(mut self, skip: usize) -> Self {
        self.skip = skip;
        self
    }

    /// What it may be called for short.
    fn short_text(&self) -> &str {
        self.text.get(self.skip..).unwrap_or(&self.text)
    }

    /// How well it fits, least is best. `None`: it does not begin with what was typed.
    fn rank(&self, typed: &str) -> Option<u8> {
        if self.text == typed {
            Some(0)
        } else if self.text.starts_with(typed) {
            Some(1)
        } else if begins(&self.text, typed) {
            Some(2)
        } else {
            begins(self.short_text(), typed).then_some(3)
        }
    }
}

impl From<&Item> for Candidate {
    fn from(item: &Item) -> Self {
        Self {
            text: item.text.clone(),
            meaning: item.meaning.clone(),
        }
    }
}

/// The items of a table.
pub(crate) fn rows(rows: &[Row]) -> Vec<Item> {
    rows.iter()
        .map(|(text, meaning)| Item::new(*text, *meaning))
        .collect()
}

/// The items that begin with what was typed, else those that are like it.
pub(crate) fn find(items: &[Item], typed: &str) -> Vec<Candidate> {
    let found = beginning(items, typed);
    if found.is_empty() {
        near(items, typed)
    } else {
        found
    }
}

/// Whether what was typed is exactly one of the items.
pub(crate) fn has(items: &[Item], typed: &str) -> bool {
    items.iter().any(|item| item.text == typed)
}

/// The items that begin with what was typed, in any case and with or without their prefix; each text once.
pub(crate) fn beginning(items: &[Item], typed: &str) -> Vec<Candidate> {
    let mut ranked: Vec<(u8, &Item)> = items
        .iter()
        .filter_map(|item| Some((item.rank(typed)?, item)))
        .collect();
    ranked.sort_by_key(|(rank, _)| *rank);
    let mut found: Vec<Candidate> = Vec::new();
    for (_, item) in ranked {
        if found.iter().all(|other| other.text != item.text) {
            found.push(item.into());
        }
    }
    found
}

/// The items in which the typed text occurs, else the one that it was probably meant to be.
pub(crate) fn near(items: &[Item], typed: &str) -> Vec<Candidate> {
    let length = typed.chars().count();
    if length < INSIDE || typed.ends_with(char::is_whitespace) {
        return Vec::new();
    }
    let part = typed.to_ascii_lowercase();
    let inner: Vec<Candidate> = items
        .iter()
        .filter(|item| item.text.to_ascii_lowercase().contains(&part))
        .map(Candidate::from)
        .collect();
    if !inner.is_empty() || length < SLIP {
        return inner;
    }
    let full = nearest(typed, items.iter().map(|item| item.text.as_str()));
    let likely = full.or_else(|| nearest(typed, items.iter().map(Item::short_text)));
    items
        .iter()
        .find(|item| Some(item.text.as_str()) == likely || Some(item.short_text()) == likely)
        .map(Candidate::from)
        .into_iter()
        .collect()
}

/// Whether a text begins with what was typed, in any case.
fn begins(text: &str, typed: &str) -> bool {
    text.as_bytes()
        .get(..typed.len())
        .is_some_and(|head| head.eq_ignore_ascii_case(typed.as_bytes()))
}
