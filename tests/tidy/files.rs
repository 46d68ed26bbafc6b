//! Which file uses which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet};

use crate::rust::{Path, Source};

/// The uses of other files: by each file, and an example of where.
pub(crate) type Uses = BTreeMap<String, BTreeMap<String, String>>;

/// The modules of a file: `src/view/lesson.rs` is `view`, `lesson`.
fn module(name: &str) -> Vec<&str> {
    let path = name.trim_start_matches("src/").trim_end_matches(".rs");
    path.split('/').collect()
}

/// The file that a path leads to from another, by `crate::` or `super::`.
fn target<'a>(from: &str, path: &Path, files: &'a BTreeSet<String>) -> Option<&'a String> {
    let own = module(from);
    let segments: Vec<&str> = path.segments.iter().map(String::as_str).collect();
    let supers = segments.iter().take_while(|word| **word == "super").count();
    let whole = match *segments.first()? {
        "crate" => segments[1..].to_vec(),
        "super" => [
            own.get(..own.len().checked_sub(supers)?)?,
            &segments[supers..],
        ]
        .concat(),
        _ => return None,
    };
    // What comes last are names of items.
    let places = (1..=whole.len()).rev();
    places
        .map(|length| format!("src/{}.rs", whole[..length].join("/")))
        .find_map(|name| files.get(&name))
}

/// The uses between files, those of tests excepted. A module and those below it are one thing to others: what a file uses
/// of its own modules is not counted, and what they use of it is.
pub(crate) fn uses(sources: &[Source]) -> Uses {
    let files: BTreeSet<String> = sources.iter().map(|own| own.name.clone()).collect();
    let mut uses = Uses::new();
    for source in sources {
        for path in source.paths().filter(|path| !path.in_test) {
            let Some(to) = target(&source.name, &path, &files) else {
                continue;
            };
            let is_below = to.starts_with(&format!("{}/", source.name.trim_end_matches(".rs")));
            let is_crate = ["src/lib.rs", "src/main.rs"].contains(&source.name.as_str());
            if *to != source.name && !is_below && !is_crate {
                let place = format!("{}:{}: {to}", source.name, path.line);
                let of_file = uses.entry(source.name.clone()).or_default();
                of_file.entry(to.clone()).or_insert(place);
            }
        }
    }
    uses
}

/// For each file that depends on itself, the uses that lead round.
pub(crate) fn circles(uses: &Uses) -> Vec<String> {
    let mut found = Vec::new();
    for start in uses.keys() {
        let mut reached_from: BTreeMap<&str, (&str, &str)> = BTreeMap::new();
        let mut open = vec![start.as_str()];
        while let Some(file) = open.pop() {
            for (to, place) in uses.get(file).into_iter().flatten() {
                if !reached_from.contains_key(to.as_str()) {
                    reached_from.insert(to, (file, place));
                    open.push(to);
                }
            }
        }
        let mut at = start.as_str();
        let mut round = Vec::new();
        while let Some((before, place)) = reached_from.get(at) {
            round.push((*place).to_owned());
            at = before;
            if at == start {
                round.reverse();
                found.push(round.join(", "));
                break;
            }
        }
    }
    found
}

#[test]
fn a_circle_of_files_is_found() {
    let source = |name: &str, text: &str| Source::read(name, text);
    let mut sources = vec![
        source("src/a.rs", "mod b; use crate::c::Item; fn f() { b::g() }"),
        source("src/a/b.rs", "use super::Own;"),
        source("src/c.rs", "#[cfg(test)] mod tests { use crate::a; }"),
    ];
    assert!(circles(&uses(&sources)).is_empty(), "{:?}", uses(&sources));
    sources.push(source("src/c.rs", "fn f() { crate::a::b::g() }"));
    let circles = circles(&uses(&sources));
    assert_eq!(circles.len(), 3, "{circles:?}");
    assert!(circles[0].contains("src/c.rs:1: src/a/b.rs"), "{circles:?}");
}
