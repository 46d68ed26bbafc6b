//! A configuration, printed as a file that says what each setting means.

use std::io;

use crate::app::keymap::Bound;
use crate::config::Config;
use crate::config::quoted::quoted;
use crate::config::settings::SETTINGS;
use crate::socket::text::escaped_json;

/// The width to which comments are wrapped.
const WIDTH: usize = 98;

/// A configuration as a file: each setting with its meaning, its default and its value.
pub fn printed(config: &Config) -> String {
    let defaults = Config::default();
    let mut text = String::new();
    comment(
        &mut text,
        "The settings in effect. A configuration file may contain any of these lines; `sockplay config --path` prints its path.",
    );
    for setting in &SETTINGS {
        let default = (setting.write)(&defaults);
        text.push('\n');
        comment(
            &mut text,
            &format!("{} Default: {default}.", setting.meaning),
        );
        text.push_str(&format!("{} = {}\n", setting.name, (setting.write)(config)));
    }
    text.push('\n');
    comment(
        &mut text,
        "The keys of each action: one, or several as [\"Up\", \"k\"], the first of which is named on the screen. A key is \
         a character, Ctrl- or Alt- with one, or a name: Space, Enter, Esc, Tab, Shift-Tab, Backspace, Up, PageDown, \
         Home, Insert, F5. A call may have none, [].",
    );
    text.push_str("[keys]\n");
    for ((row, keys), (_, default)) in config.keys.rows().zip(defaults.keys.rows()) {
        text.push('\n');
        comment(
            &mut text,
            &format!("{}. Default: {}.", row.words(), list(default)),
        );
        text.push_str(&format!("{} = {}\n", row.name, list(keys)));
    }
    text
}

/// The same values as a JSON object in one line, as they are nested in the file.
///
/// # Errors
///
/// None is known: what is printed is a file that can be read.
pub fn json(config: &Config) -> io::Result<String> {
    let table: toml::Table = toml::from_str(&printed(config)).map_err(io::Error::other)?;
    let text = serde_json::to_string(&table).map_err(io::Error::other)?;
    Ok(escaped_json(&text) + "\n")
}

fn list(keys: &[Bound]) -> String {
    match keys {
        [one] => quoted(&one.name),
        several => {
            let keys: Vec<String> = several.iter().map(|key| quoted(&key.name)).collect();
            format!("[{}]", keys.join(", "))
        }
    }
}

/// Adds a comment, wrapped.
fn comment(text: &mut String, words: &str) {
    let mut line = String::from("#");
    for word in words.split(' ') {
        if line.len() + 1 + word.len() > WIDTH {
            text.push_str(&line);
            text.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    text.push_str(&line);
    text.push('\n');
}
