//! What the environment says of the terminal: its type, the encoding of its characters, and whether colours are wanted.

use std::env;

/// The type of the terminal, `TERM`.
pub fn terminal() -> String {
    variable("TERM").unwrap_or_default()
}

/// The locale of characters, setlocale(3); `None`: the default one.
pub fn locale() -> Option<String> {
    let mut variables = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter();
    variables.find_map(variable)
}

/// Whether colours are unwanted, no-color.org.
pub fn no_color() -> bool {
    variable("NO_COLOR").is_some()
}

/// A variable that is set to something.
pub fn variable(name: &str) -> Option<String> {
    let value = env::var_os(name)?.to_string_lossy().into_owned();
    (!value.is_empty()).then_some(value)
}
