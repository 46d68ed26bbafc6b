//! The cases as the scripts have them.

use std::path::PathBuf;

use super::needs::Need;
use crate::common::files;

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

/// The folder of the scenarios.
const FOLDER: &str = "tests/conformance/tcp_states";

/// The committed list of the names of all cases, scenarios excepted.
pub(crate) fn list() -> Vec<String> {
    let text = files::read("tests/conformance/cases.txt");
    text.lines().map(str::to_owned).collect()
}

/// Every script with its topic and text, in the order of their names.
pub(crate) fn scripts() -> Vec<(PathBuf, String, String)> {
    let scenarios = files::path(FOLDER);
    let read = |path: PathBuf| {
        let stem = path.file_stem().unwrap_or_default().to_string_lossy();
        let topic = if path.starts_with(&scenarios) {
            SCENARIOS.to_owned()
        } else {
            stem.into_owned()
        };
        let text = files::text(&path);
        (path, topic, text)
    };
    let folders = ["tests/conformance", FOLDER].into_iter();
    folders.flat_map(files::scripts).map(read).collect()
}

/// Every case of every script.
pub(crate) fn all() -> Vec<Case> {
    scripts()
        .iter()
        .flat_map(|(_, topic, text)| cases(topic, text))
        .collect()
}

/// The cases of a script. What is before the first one is about all of them.
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
