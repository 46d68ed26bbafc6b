//! Files of the project: where they are, their texts, and the scripts among them.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// The path of a file or folder of the project.
pub(crate) fn path(relative: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(relative)
}

/// The text of a file of the project.
#[track_caller]
pub(crate) fn read(relative: &str) -> String {
    text(&path(relative))
}

/// The text of a file.
#[track_caller]
pub(crate) fn text(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The names of the files in a folder.
#[track_caller]
pub(crate) fn names(folder: &Path) -> BTreeSet<String> {
    let files =
        fs::read_dir(folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display()));
    files
        .map(|file| {
            let name = file.expect("a file").file_name();
            name.to_string_lossy().into_owned()
        })
        .collect()
}

/// The scripts in a folder of the project, in the order of their names.
#[track_caller]
pub(crate) fn scripts(folder: &str) -> Vec<PathBuf> {
    let place = path(folder);
    let names = names(&place).into_iter();
    let scripts: Vec<PathBuf> = names
        .filter(|name| name.ends_with(".sock"))
        .map(|name| place.join(name))
        .collect();
    assert!(!scripts.is_empty(), "no script in {folder}");
    scripts
}

/// The sessions of a script: the cases that it has, or the whole of it.
pub(crate) fn sessions(text: &str) -> Vec<String> {
    let mut cases = text.split("# case: ");
    let whole = cases.next().unwrap_or_default().to_owned();
    let cases: Vec<String> = cases.map(|case| format!("# case: {case}")).collect();
    if cases.is_empty() { vec![whole] } else { cases }
}
