//! The configuration file: where it is, and reading it before the screen is taken.

use std::io::{self, Read, Write};
use std::path::{Path, PathBuf};

use crate::cli::{ConfigArgs, ConfigFormat};
use crate::config::{Config, Fault, json, printed, read};
use crate::socket::text::escaped;
use crate::store::folder;

/// The name of the file in the configuration directory.
const FILE: &str = "config.toml";
/// The largest file that is read, in bytes.
const LARGEST: u64 = 1 << 20;

/// Where the file is, whether it is there or not. `None`: there is no home directory.
fn path() -> Option<PathBuf> {
    Some(folder::of_configuration()?.join(FILE))
}

/// The configuration of this person: that of the file, or the default where there is none.
///
/// # Errors
///
/// Everything that is wrong with the file, and what to do about it.
pub fn load() -> io::Result<Config> {
    match path() {
        Some(path) => load_from(&path),
        None => Ok(Config::default()),
    }
}

fn load_from(path: &Path) -> io::Result<Config> {
    let text = match text(path) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Config::default()),
        Err(error) => {
            let what = format!("cannot read {}: {error}", shown(path));
            return Err(io::Error::other(format!("{what}\n{REMEDY}")));
        }
    };
    read(&text).map_err(|faults| io::Error::other(complaint(path, &faults)))
}

/// Where the file has a setting, as `FILE:LINE`; `None`: it has its default.
pub(crate) fn place(config: &Config, setting: &str) -> Option<String> {
    let line = config.line_of(setting)?;
    Some(format!("{}:{line}", shown(&path()?)))
}

/// What to do about a file that cannot be used.
const REMEDY: &str =
    "correct the file, or move it away; `sockplay config --default` prints a valid one";

/// What is wrong, one line for each, and what to do.
fn complaint(path: &Path, faults: &[Fault]) -> String {
    let faults = faults
        .iter()
        .map(|fault| format!("{}:{fault}\n", shown(path)));
    format!("{}{REMEDY}", faults.collect::<String>())
}

fn shown(path: &Path) -> String {
    escaped(&path.display().to_string()).to_string()
}

fn text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let file = crate::sys::regular::open(path)?;
    let read = file.take(LARGEST + 1).read_to_string(&mut text)?;
    if read as u64 > LARGEST {
        return Err(io::ErrorKind::FileTooLarge.into());
    }
    Ok(text)
}

/// Prints the configuration as a file or JSON, or the name of the file.
///
/// # Errors
///
/// That there is no home directory, what is wrong with the file, or that the output cannot be written.
pub fn print_config(args: &ConfigArgs, out: &mut impl Write) -> io::Result<()> {
    if args.path {
        let none = || io::Error::other("there is no home directory, and so no configuration file");
        let path = path().ok_or_else(none)?;
        return writeln!(out, "{}", shown(&path));
    }
    let config = match args.default {
        true => Config::default(),
        false => load()?,
    };
    let text = match args.format {
        ConfigFormat::Toml => printed(&config),
        ConfigFormat::Json => json(&config)?,
    };
    out.write_all(text.as_bytes())
}
