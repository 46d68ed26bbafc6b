//! An entry with its texts, as it is shown and as it is searched.

use crate::app::keymap::{Action, Keymap};
use crate::app::palette::entry::Entry;
use crate::app::palette::keywords;
use crate::glossary::{Subject, folded};
use crate::socket::text::escaped;

/// An entry with its texts.
#[derive(Debug)]
pub struct Item {
    /// The entry.
    pub entry: Entry,
    /// What it is.
    pub kind: &'static str,
    /// Its name.
    pub name: String,
    /// What it is for, or what it means.
    pub about: String,
    /// Its key; empty if it has none.
    pub key: String,
    /// The name, folded.
    pub(crate) folded: String,
    /// Other words for it, folded.
    pub(crate) words: Vec<String>,
    /// The description and the definition, folded.
    pub(crate) text: String,
}

impl Item {
    /// The texts of an entry.
    pub(crate) fn new(entry: Entry, keys: &Keymap) -> Self {
        let (name, about) = (escaped(entry.name()), escaped(&entry.about()));
        let mut text = folded(&about);
        if let Entry::Subject(subject) = &entry
            && let Some(definition) = subject.definition()
        {
            text.push(' ');
            text.push_str(&folded(&definition.text));
        }
        let key = entry.action().map_or("", |action| keys.name(action));
        let bound = entry.action().map(|action| keys.keys_of(action));
        let bound = bound.into_iter().flatten().map(str::to_ascii_lowercase);
        let as_written = match &entry {
            Entry::Theme(theme) => Some(folded(&format!("theme: {}", theme.name))),
            _ => None,
        };
        let words = entry.words().map(folded);
        Self {
            kind: entry.kind(),
            key: key.to_owned(),
            folded: folded(&name),
            words: words.chain(as_written).chain(bound).collect(),
            entry,
            name,
            about,
            text,
        }
    }
}

impl Entry {
    /// What it is.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Subject(subject) => subject.kind(),
            Self::Action(_) => "action",
            Self::Lesson(_) => "lesson",
            Self::Setting(_) => "setting",
            Self::Theme(_) => "theme",
        }
    }

    /// Its name.
    pub fn name(&self) -> &str {
        match self {
            Self::Subject(subject) => subject.name(),
            Self::Action(binding) => binding.name,
            Self::Lesson(lesson) => lesson.title,
            Self::Setting(setting) => setting.name,
            Self::Theme(theme) => &theme.name,
        }
    }

    /// What it is for, or what it means.
    pub fn about(&self) -> String {
        match self {
            Self::Subject(subject) => subject.brief(),
            Self::Action(binding) => binding.words(),
            Self::Lesson(lesson) => lesson.goal.to_owned(),
            Self::Setting(setting) => setting.meaning.to_owned(),
            Self::Theme(theme) => theme.about.clone(),
        }
    }

    /// The action whose keys it has.
    pub fn action(&self) -> Option<Action> {
        match self {
            Self::Subject(Subject::Call(call_kind)) => Some(Action::Call(*call_kind)),
            Self::Action(binding) => Some(binding.action),
            Self::Subject(_) | Self::Lesson(_) | Self::Setting(_) | Self::Theme(_) => None,
        }
    }

    /// Other words for it.
    fn words(&self) -> impl Iterator<Item = &'static str> {
        let (own, other): (&[&str], Option<Subject>) = match self {
            Self::Subject(subject) => {
                (keywords::of(subject.kind(), subject.name()), Some(*subject))
            }
            Self::Action(binding) => (keywords::of("action", binding.name), None),
            Self::Lesson(lesson) => (std::slice::from_ref(&lesson.id), None),
            Self::Theme(_) => (&["colours", "colors"], None),
            Self::Setting(setting) => (keywords::of("setting", setting.name), None),
        };
        let short = other.and_then(|subject| subject.short_name());
        let also = other.into_iter().flat_map(|subject| subject.other_words());
        own.iter().copied().chain(short).chain(also)
    }
}
