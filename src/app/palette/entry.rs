//! What the palette lists, in the order of the list while nothing is typed.

use std::sync::LazyLock;

use crate::app::keymap::{Action, BINDINGS, Binding};
use crate::call::table::{CallKind, Group, SIGNATURES};
use crate::glossary::{SUBJECTS, Subject};
use crate::lesson::course::{File, TOUR, current};
use crate::theme::Listed as Theme;

/// An entry of the palette.
#[derive(Debug, Clone)]
pub enum Entry {
    /// A call, an option, a constant, an error, a state, a term.
    Subject(Subject),
    /// An action that has a row in the table of keys.
    Action(&'static Binding),
    /// A lesson.
    Lesson(&'static Listed),
    /// A setting of the configuration.
    Setting(Setting),
    /// A theme.
    Theme(Theme),
}

/// A lesson as it is listed.
#[derive(Debug, PartialEq, Eq)]
pub struct Listed {
    /// Its name.
    pub id: &'static str,
    /// Its title.
    pub title: &'static str,
    /// What it is for.
    pub goal: &'static str,
}

/// A setting of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Setting {
    /// Its name.
    pub name: &'static str,
    /// What it means.
    pub meaning: &'static str,
}

/// The lessons: the guided first conversation, then the course.
static LISTED: LazyLock<Vec<Listed>> = LazyLock::new(|| {
    let listed = |file: &'static File| Listed {
        id: file.id,
        title: head(file.text, "title: "),
        goal: head(file.text, "goal: "),
    };
    [&TOUR]
        .into_iter()
        .chain(current().lessons)
        .map(listed)
        .collect()
});

/// A line of the head of a lesson.
fn head(text: &'static str, key: &str) -> &'static str {
    let mut lines = text.lines();
    lines
        .find_map(|line| line.strip_prefix(key))
        .unwrap_or_default()
}

/// The calls, by what they are for; those that only a prompt needs are last.
pub fn calls() -> impl Iterator<Item = CallKind> {
    let groups = Group::LISTED.into_iter().chain([Group::Prompt]);
    groups.flat_map(|group| {
        let rows = SIGNATURES.iter().filter(move |row| row.group == group);
        rows.map(|row| row.call_kind)
    })
}

/// All entries.
pub(crate) fn all(settings: &[Setting], themes: Vec<Theme>) -> impl Iterator<Item = Entry> {
    let is_call = |own: &Binding| matches!(own.action, Action::Call(_));
    let actions = BINDINGS.iter().filter(move |own| !is_call(own));
    let subjects = SUBJECTS.iter();
    let subjects = subjects.filter(|own| !matches!(own, Subject::Call(_)));
    calls()
        .map(|call_kind| Entry::Subject(Subject::Call(call_kind)))
        .chain(actions.map(Entry::Action))
        .chain(LISTED.iter().map(Entry::Lesson))
        .chain(settings.iter().copied().map(Entry::Setting))
        .chain(themes.into_iter().map(Entry::Theme))
        .chain(subjects.copied().map(Entry::Subject))
}
