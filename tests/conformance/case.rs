//! The cases as they stand in the scripts.

use std::fs;
use std::path::{Path, PathBuf};

use super::needs::Need;

/// The topic of the scenarios, which have a file each.
pub(crate) const SCENARIOS: &str = "tcp states";

/// A case: a script with what is said about it.
#[derive(Debug, Default)]
pub(crate) struct Case {
    /// What it is called.
    pub(crate) id: String,
    /// What it belongs to: the name of its file, or of the folder of scenarios.
    pub(crate) topic: String,
    /// Where the fact was taken from.
    pub(crate) source: String,
    /// What a host must offer for it.
    pub(crate) needs: Vec<Need>,
    /// All of its lines.
    pub(crate) script: String,
}

/// Where the scripts are.
fn place() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/conformance")
}

/// The committed list of the names of all cases, scenarios excepted.
pub(crate) fn list() -> Vec<String> {
    let text = fs::read_to_string(place().join("cases.txt")).expect("the list");
    text.lines().map(str::to_owned).collect()
}

/// Every script with its topic and text, in the order of their names.
pub(crate) fn scripts() -> Vec<(PathBuf, String, String)> {
    let mut paths = paths(&place());
    let scenarios = place().join("tcp_states");
    paths.extend(self::paths(&scenarios));
    let read = |path: PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let topic = if path.starts_with(&scenarios) {
            SCENARIOS.to_owned()
        } else {
            stem.into_owned()
        };
        let text = fs::read_to_string(&path).expect("a script is text");
        (path, topic, text)
    };
    paths.into_iter().map(read).collect()
}

fn paths(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder).unwrap_or_else(|error| panic!("{folder:?}: {error}"));
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.expect("an entry").path())
        .filter(|path| path.extension().is_some_and(|end| end == "sock"))
        .collect();
    paths.sort();
    paths
}

/// Every case of every script.
pub(crate) fn all() -> Vec<Case> {
    scripts()
        .iter()
        .flat_map(|(_, topic, text)| cases(topic, text))
        .collect()
}

/// The cases of a script. What stands before the first one is about all of them.
fn cases(topic: &str, text: &str) -> Vec<Case> {
    let mut cases: Vec<Case> = Vec::new();
    for line in text.lines() {
        if let Some(id) = line.strip_prefix("# case: ") {
            cases.push(Case {
                id: id.to_owned(),
                topic: topic.to_owned(),
                ..Case::default()
            });
        }
        let Some(case) = cases.last_mut() else {
            continue;
        };
        if let Some(source) = line.strip_prefix("# source: ") {
            source.clone_into(&mut case.source);
        }
        if let Some(needs) = line.strip_prefix("# needs: ") {
            case.needs = needs.split(", ").map(Need::named).collect();
        }
        case.script.push_str(line);
        case.script.push('\n');
    }
    cases
}
