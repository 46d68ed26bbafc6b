//! The table `[keys]`: the names of actions with their keys.

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::app::keymap::{BINDINGS, Binding, Chord, Context, Keymap, NotAKey};
use crate::config::misplaced::Misplaced;
use crate::config::quoted::quoted;
use crate::config::settings::described;
use crate::notation::diagnostic::nearest;

/// Takes the bindings of a file into the table of keys.
#[derive(Default)]
pub(crate) struct Binder {
    keys: Keymap,
    /// The rows that the file binds, with the places of their names.
    bound: Vec<(usize, Range<usize>)>,
    wrong: Vec<Misplaced>,
}

impl Binder {
    /// Notes that something is wrong.
    pub(crate) fn complain(&mut self, at: Range<usize>, message: String) {
        self.wrong.push(Misplaced { at, message });
    }

    /// Takes a table; names in it follow `prefix`, since `call.bind = "b"` is a table in a table.
    pub(crate) fn table(&mut self, prefix: &str, table: &DeTable<'_>) {
        for (name, value) in table {
            let full = format!("{prefix}{}", name.get_ref());
            let row = BINDINGS.iter().position(|row| row.name == full);
            match (row, value.get_ref()) {
                (Some(row), _) => self.bind(row, name.span(), value),
                (None, DeValue::Table(inner)) if is_prefix(&full) => {
                    self.table(&format!("{full}."), inner);
                }
                (None, _) => self.complain(name.span(), unknown(&full, value.get_ref())),
            }
        }
    }

    /// Gives an action the keys that the file says.
    fn bind(&mut self, row: usize, at: Range<usize>, value: &Spanned<DeValue<'_>>) {
        let written: Vec<&Spanned<DeValue<'_>>> = match value.get_ref() {
            DeValue::Array(several) => several.iter().collect(),
            _ => vec![value],
        };
        let before = self.wrong.len();
        let mut chords = Vec::new();
        for one in written {
            match chord(&BINDINGS[row], one.get_ref()) {
                Ok(chord) => chords.push(chord),
                Err(message) => self.complain(one.span(), message),
            }
        }
        let name = BINDINGS[row].name;
        if value
            .get_ref()
            .as_array()
            .is_some_and(|keys| keys.is_empty())
            && !BINDINGS[row].may_have_no_key()
        {
            let message = format!("`{name}` needs a key, because the screen mentions it");
            self.complain(value.span(), message);
        }
        if self.wrong.len() == before {
            self.keys.bind(row, &chords);
            self.bound.push((row, at));
        }
    }

    /// The table of keys, and what is wrong; also that two actions have the same key.
    pub(crate) fn finish(mut self) -> (Keymap, Vec<Misplaced>) {
        let clashes: Vec<Misplaced> = self
            .bound
            .iter()
            .filter_map(|(row, at)| {
                let message = self.clash(*row, at.start)?;
                let at = at.clone();
                Some(Misplaced { at, message })
            })
            .collect();
        self.wrong.extend(clashes);
        (self.keys, self.wrong)
    }

    /// That an action has a key of another one; of two in the file the second is to blame.
    fn clash(&self, row: usize, at: usize) -> Option<String> {
        let rows: Vec<_> = self.keys.rows().collect();
        let (own, keys) = rows[row];
        let is_later = |other: usize| {
            let mut bound = self.bound.iter();
            bound.any(|(bound, place)| *bound == other && place.start > at)
        };
        let others = rows
            .iter()
            .enumerate()
            .filter(|(index, (other, _))| *index != row && own.meets(other) && !is_later(*index));
        let mut shared = others.filter_map(|(_, (other, others))| {
            let key = keys.iter().find(|key| others.contains(key))?;
            Some((*other, key))
        });
        let (other, key) = shared.next()?;
        let (name, other) = (own.name, other.name);
        Some(format!(
            "`{}` cannot be the key of `{name}`, because it is the key of `{other}`: give `{other}` another key, or use one that is free",
            key.name
        ))
    }
}

/// Whether names of actions begin with a word.
fn is_prefix(word: &str) -> bool {
    BINDINGS.iter().any(|row| {
        row.name
            .strip_prefix(word)
            .is_some_and(|rest| rest.starts_with('.'))
    })
}

/// A key that an action can have.
fn chord(binding: &Binding, value: &DeValue<'_>) -> Result<Chord, String> {
    let text = value.as_str().ok_or_else(|| {
        format!(
            "`{}` needs a key or a list of keys, such as \"b\" or [\"Up\", \"k\"], but this is {}",
            binding.name,
            described(value)
        )
    })?;
    let chord: Chord = text.parse().map_err(|fault| unreadable(&fault))?;
    let is_typed = matches!(binding.context, Context::Anywhere | Context::Text);
    if is_typed && (chord.is_text() || chord.edits()) {
        let does = match chord.is_text() {
            true => "is a character there",
            false => "edits the line there",
        };
        return Err(format!(
            "`{chord}` cannot be the key of `{}`, which applies where text is typed, too: it {does}",
            binding.name
        ));
    }
    Ok(chord)
}

fn unreadable(fault: &NotAKey) -> String {
    let NotAKey::Unknown(typed) = fault else {
        return fault.to_string();
    };
    let names: Vec<String> = Chord::names().collect();
    match nearest(typed, names.iter().map(String::as_str)) {
        Some(meant) => format!("{fault}: did you mean `{meant}`?"),
        None => {
            format!(
                "{fault}: a key is a character, Ctrl- or Alt- with one, or a name such as Enter, F5, PageUp"
            )
        }
    }
}

/// That there is no action of a name, with the one that may be meant.
fn unknown(name: &str, value: &DeValue<'_>) -> String {
    let is_action = |text: &str| BINDINGS.iter().any(|row| row.name == text);
    if let (Ok(_), Some(action)) = (
        name.parse::<Chord>(),
        value.as_str().filter(|text| is_action(text)),
    ) {
        return format!("the action comes first: {action} = {}", quoted(name));
    }
    match nearest(name, BINDINGS.iter().map(|row| row.name)) {
        Some(meant) => format!("there is no action `{name}`: did you mean `{meant}`?"),
        None => {
            format!("there is no action `{name}`: `sockplay config --default` lists all of them")
        }
    }
}
