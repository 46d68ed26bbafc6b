//! How the screen is to look, from the command line, the configuration, the environment and the user's theme files.

use std::ffi::OsStr;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use crate::cli::AppearanceArgs;
use crate::config::{Config, Glyphs as Setting};
use crate::socket::text::escaped;
use crate::store::folder;
use crate::sys::environment;
use crate::terminal::configuration;
use crate::theme::{AUTO, Appearance, Glyphs, ThemeFile, check_name};

/// The largest theme file that is read, in bytes.
const LARGEST: u64 = 64 << 10;
/// The ending of a theme file.
const ENDING: &str = "toml";

/// What was asked for, and what is wrong with theme files that were not asked for.
///
/// # Errors
///
/// When no theme has the name that was asked for, or its file cannot be used.
pub(crate) fn of(args: &AppearanceArgs, config: &Config) -> io::Result<(Appearance, Vec<String>)> {
    let (name, place) = match &args.theme {
        Some(name) => (name, None),
        None => (&config.theme, configuration::place(config, "theme")),
    };
    let name = (name != AUTO).then_some(name.as_str());
    let (own, faults) = own_themes(name).map_err(|error| match place {
        Some(place) => io::Error::other(format!("{place}: {error}")),
        None => error,
    })?;
    let appearance = Appearance::new(name, own, environment::no_color(), glyphs(args, config));
    Ok((appearance, faults))
}

/// The characters that are drawn.
fn glyphs(args: &AppearanceArgs, config: &Config) -> Glyphs {
    match config.glyphs {
        _ if args.ascii => Glyphs::Ascii,
        Setting::Ascii => Glyphs::Ascii,
        Setting::Unicode => Glyphs::Unicode,
        Setting::Auto => {
            Glyphs::of_terminal(&environment::terminal(), environment::locale().as_deref())
        }
    }
}

/// What a picture is to look like: nothing of it depends on the terminal.
///
/// # Errors
///
/// As [`of`].
pub(crate) fn of_picture(name: &str, ascii: bool) -> io::Result<Appearance> {
    let (own, _) = own_themes(Some(name))?;
    let glyphs = if ascii {
        Glyphs::Ascii
    } else {
        Glyphs::Unicode
    };
    Ok(Appearance::new(Some(name), own, false, glyphs))
}

/// Whether the terminal can be asked something: the Linux console answers no query, and a dumb terminal shows it.
pub(crate) fn answers_queries() -> bool {
    !["", "dumb", "linux"].contains(&environment::terminal().as_str())
}

/// The themes of the user, by name.
type OwnThemes = Vec<(String, ThemeFile)>;

/// The themes of the user, and what is wrong with files that were not asked for.
fn own_themes(wanted: Option<&str>) -> io::Result<(OwnThemes, Vec<String>)> {
    let (mut themes, mut faults) = (Vec::new(), Vec::new());
    for path in files() {
        let name = name(&path);
        match read(&path) {
            Ok(file) => themes.push((name, file)),
            Err(fault) if Some(name.as_str()) == wanted => return Err(io::Error::other(fault)),
            Err(fault) => faults.push(fault),
        }
    }
    if let Some(wanted) = wanted {
        let own: Vec<String> = themes.iter().map(|(name, _)| name.clone()).collect();
        check_name(wanted, &own)
            .map_err(|unknown| io::Error::other(escaped(&unknown.to_string())))?;
    }
    Ok((themes, faults))
}

/// The theme files of the user, sorted by name.
fn files() -> Vec<PathBuf> {
    let Some(folder) = folder::of_configuration().map(|folder| folder.join("themes")) else {
        return Vec::new();
    };
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.path())
        .filter(|path| path.extension() == Some(OsStr::new(ENDING)))
        .collect();
    files.sort();
    files
}

fn name(path: &Path) -> String {
    let stem = path.file_stem().unwrap_or_default();
    stem.to_string_lossy().into_owned()
}

/// Reads a theme file. Its error names the file, and the line where one is wrong.
fn read(path: &Path) -> Result<ThemeFile, String> {
    let shown = escaped(&path.display().to_string());
    let mut text = String::new();
    let file = crate::sys::regular::open(path);
    file.and_then(|file| file.take(LARGEST).read_to_string(&mut text))
        .map_err(|error| format!("cannot read {shown}: {error}"))?;
    crate::theme::parse(&text).map_err(|fault| format!("{shown}:{}", escaped(&fault.to_string())))
}
