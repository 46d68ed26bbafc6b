//! The table of settings: the name of each, what it means, and how it is read and written.

use toml::de::DeValue;

use crate::app::palette::Setting as Listed;
use crate::config::quoted::quoted;
use crate::config::{Clipboard, Config, Glyphs};
use crate::layout::preset::Preset;
use crate::notation::diagnostic::nearest;

/// The most lines that a history may keep.
const MOST_LINES: usize = 100_000;
/// The names of the ways to draw.
const GLYPHS: [(&str, Glyphs); 3] = [
    ("auto", Glyphs::Auto),
    ("unicode", Glyphs::Unicode),
    ("ascii", Glyphs::Ascii),
];

/// The names of the ways to copy.
const CLIPBOARDS: [(&str, Clipboard); 3] = [
    ("auto", Clipboard::Auto),
    ("osc52", Clipboard::Osc52),
    ("file", Clipboard::File),
];

/// The names of the layouts.
const LAYOUTS: [(&str, Option<Preset>); 6] = [
    ("last", None),
    (Preset::All.name(), Some(Preset::All)),
    (Preset::State.name(), Some(Preset::State)),
    (Preset::Log.name(), Some(Preset::Log)),
    (Preset::Ladder.name(), Some(Preset::Ladder)),
    (Preset::Code.name(), Some(Preset::Code)),
];

/// A setting.
pub(crate) struct Setting {
    /// Its name in the file.
    pub(crate) name: &'static str,
    /// What it means and which values it may have.
    pub(crate) meaning: &'static str,
    /// Takes a value over, or says what is wrong with it.
    pub(crate) read: fn(&mut Config, &DeValue<'_>) -> Result<(), String>,
    /// Its value as TOML.
    pub(crate) write: fn(&Config) -> String,
}

/// All of them, in the order in which they are printed.
pub(crate) static SETTINGS: [Setting; 9] = [
    Setting {
        name: "theme",
        meaning: "The theme: the colours of the screen. auto chooses one that suits the terminal.",
        read: |config, value| {
            let name = value.as_str().filter(|name| !name.is_empty());
            config.theme = name
                .ok_or_else(|| needs("the name of a theme", value))?
                .to_owned();
            Ok(())
        },
        write: |config| quoted(&config.theme),
    },
    Setting {
        name: "glyphs",
        meaning: "The characters that are drawn: unicode, ascii, or auto, which is ascii if the terminal or the locale cannot show the others.",
        read: |config, value| {
            config.glyphs = choice(value, &GLYPHS)?;
            Ok(())
        },
        write: |config| {
            let named = GLYPHS.iter().find(|(_, glyphs)| *glyphs == config.glyphs);
            quoted(named.map_or("", |(name, _)| name))
        },
    },
    Setting {
        name: "mouse",
        meaning: "Whether clicks and the wheel act on the screen. While they do, most terminals select text with Shift \
                  held; a key switches this.",
        read: |config, value| {
            config.mouse = value
                .as_bool()
                .ok_or_else(|| needs("true or false", value))?;
            Ok(())
        },
        write: |config| config.mouse.to_string(),
    },
    Setting {
        name: "clipboard",
        meaning: "Where copied text goes: osc52 sends it to the clipboard of the terminal, file writes it to a file of the \
                  state directory, and auto is osc52 unless the terminal is known to take no text.",
        read: |config, value| {
            config.clipboard = choice(value, &CLIPBOARDS)?;
            Ok(())
        },
        write: |config| {
            let mut named = CLIPBOARDS.iter();
            let named = named.find(|(_, clipboard)| *clipboard == config.clipboard);
            quoted(named.map_or("", |(name, _)| name))
        },
    },
    Setting {
        name: "history",
        meaning: "How many lines of the prompt are remembered, at most 100000.",
        read: |config, value| {
            config.history = count(value)?;
            Ok(())
        },
        write: |config| config.history.to_string(),
    },
    Setting {
        name: "journal",
        meaning: "Whether each session is recorded in the state directory: `sockplay sessions` lists them.",
        read: |config, value| {
            config.journal = value
                .as_bool()
                .ok_or_else(|| needs("true or false", value))?;
            Ok(())
        },
        write: |config| config.journal.to_string(),
    },
    Setting {
        name: "journal_days",
        meaning: "For how many days recordings are kept.",
        read: |config, value| {
            config.kept.days = count(value)? as u64;
            Ok(())
        },
        write: |config| config.kept.days.to_string(),
    },
    Setting {
        name: "journal_megabytes",
        meaning: "How many megabytes of recordings are kept; the oldest are removed first.",
        read: |config, value| {
            config.kept.megabytes = count(value)? as u64;
            Ok(())
        },
        write: |config| config.kept.megabytes.to_string(),
    },
    Setting {
        name: "layout",
        meaning: "The layout of the panes at the start: all, state, log, ladder, code, or last, which is the one that was in use last.",
        read: |config, value| {
            config.layout = choice(value, &LAYOUTS)?;
            Ok(())
        },
        write: |config| {
            let named = LAYOUTS.iter().find(|(_, layout)| *layout == config.layout);
            quoted(named.map_or("", |(name, _)| name))
        },
    },
];

/// That a value is not what a setting needs.
fn needs(what: &str, value: &DeValue<'_>) -> String {
    format!("it needs {what}, but this is {}", described(value))
}

/// A value, as a person would name it.
pub(crate) fn described(value: &DeValue<'_>) -> String {
    match value {
        DeValue::String(text) if text.is_empty() => "empty".to_owned(),
        DeValue::String(text) => format!("the text {}", quoted(text)),
        DeValue::Integer(number) => format!("the number {number}"),
        DeValue::Float(number) => format!("the number {number}"),
        DeValue::Boolean(value) => value.to_string(),
        DeValue::Datetime(_) => "a date or a time".to_owned(),
        DeValue::Array(_) => "a list".to_owned(),
        DeValue::Table(_) => "a table".to_owned(),
    }
}

/// A value that is one of several words.
fn choice<T: Copy>(value: &DeValue<'_>, choices: &[(&str, T)]) -> Result<T, String> {
    let names = || choices.iter().map(|(name, _)| *name);
    let typed = value.as_str();
    let found = choices.iter().find(|(name, _)| Some(*name) == typed);
    found.map(|(_, value)| *value).ok_or_else(|| {
        let meant = typed.and_then(|typed| nearest(typed, names()));
        let meant = meant.map(|meant| format!(": did you mean {}?", quoted(meant)));
        let all: Vec<String> = names().map(quoted).collect();
        let needed = format!("one of {}", all.join(", "));
        format!("{}{}", needs(&needed, value), meant.unwrap_or_default())
    })
}

fn count(value: &DeValue<'_>) -> Result<usize, String> {
    let number = value.as_integer();
    let number =
        number.and_then(|number| usize::from_str_radix(number.as_str(), number.radix()).ok());
    number
        .filter(|number| *number <= MOST_LINES)
        .ok_or_else(|| needs(&format!("a number from 0 to {MOST_LINES}"), value))
}

/// The settings, for the palette.
pub fn listed() -> Vec<Listed> {
    let listed = |own: &Setting| Listed {
        name: own.name,
        meaning: own.meaning,
    };
    SETTINGS.iter().map(listed).collect()
}
