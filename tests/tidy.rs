//! Rules for the source, checked by reading it: which module may import which, what belongs where, and which words
//! are not used.

mod tidy {
    pub(crate) mod arms;
    mod calls;
    pub(crate) mod files;
    pub(crate) mod keys;
    pub(crate) mod rust;
}

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use sockplay::call::table as signature;
use sockplay::call::table::SIGNATURES;
use sockplay::theme::glyphs;
use tidy::rust::{Source, Token};
use tidy::{arms, files as used_files, keys, rust};
use unicode_width::UnicodeWidthChar;

/// The modules in reading order: each may use those before it, and itself.
const MODULES: [&str; 30] = [
    "socket",
    "call",
    "notation",
    "glossary",
    "theme",
    "cli",
    "manual",
    "event",
    "journal",
    "world",
    "explain",
    "history",
    "strace",
    "export",
    "script",
    "lesson",
    "sys",
    "store",
    "kernel",
    "engine",
    "trace",
    "io_models",
    "input",
    "run",
    "layout",
    "app",
    "config",
    "view",
    "terminal",
    "main",
];

/// The modules that know of no thread, clock, file or process.
const PURE: [&str; 18] = [
    "socket", "call", "notation", "glossary", "theme", "event", "journal", "world", "explain",
    "history", "strace", "export", "script", "lesson", "layout", "app", "config", "view",
];

/// Words that are not used as identifiers, file names or in headings. The field has its own: orphan, capture, probe, ….
const NOT_NAMES: [&str; 9] = [
    "haunt",
    "haunted",
    "wire",
    "bell",
    "desk",
    "bystander",
    "rouse",
    "specimen",
    "worldly",
];

/// Words that are not used in prose either.
const NOT_IN_PROSE: [&str; 6] = [
    "ghost",
    "haunt",
    "bystander",
    "rouse",
    "specimen",
    "way out",
];

/// What a pure module must not name, as the beginning of a path.
const IMPURE_PATHS: [&str; 11] = [
    "std::env",
    "std::io::stdin",
    "std::io::stdout",
    "std::sync::mpsc",
    "std::thread",
    "std::time::Instant",
    "std::time::SystemTime",
    "std::fs",
    "std::process",
    "crossbeam",
    "crossbeam_channel",
];

/// Words that a pure module does not contain.
const IMPURE_WORDS: [&str; 3] = ["Instant", "SystemTime", "unsafe"];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// Every Rust file below some folders of the project.
fn files(folders: &[&str]) -> Vec<PathBuf> {
    below(folders, &["rs"])
}

/// Every file below some folders of the project whose name ends in one of `endings`.
fn below(folders: &[&str], endings: &[&str]) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open: Vec<PathBuf> = folders.iter().map(|folder| root().join(folder)).collect();
    while let Some(folder) = open.pop() {
        // A folder such as benches need not be there.
        for entry in fs::read_dir(folder).into_iter().flatten() {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                open.push(path);
            } else if path
                .extension()
                .is_some_and(|end| endings.iter().any(|ending| end == *ending))
            {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(!found.is_empty(), "no file in {folders:?}");
    found
}

fn read(path: &Path) -> String {
    fs::read_to_string(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The name of a file as messages show it.
fn shown(path: &Path) -> String {
    path.strip_prefix(root())
        .unwrap_or(path)
        .display()
        .to_string()
}

/// The sources of the library, read as Rust; those that are compiled for tests only are marked so.
fn sources() -> Vec<Source> {
    let files = files(&["src"]);
    let mut sources: Vec<Source> = files
        .iter()
        .map(|path| Source::read(&shown(path), &read(path)))
        .collect();
    let for_tests: BTreeSet<String> = sources.iter().flat_map(Source::files_for_tests).collect();
    for source in &mut sources {
        // And the files below them.
        let is_for_tests = |own: &String| {
            let below = source.name.strip_prefix(own.trim_end_matches(".rs"));
            below.is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        };
        if for_tests.iter().any(is_for_tests) {
            source.mark_as_test();
        }
    }
    sources
}

/// The module that a file belongs to; `None` for the crate's own two files.
fn module(name: &str) -> Option<&str> {
    let path = name.strip_prefix("src/")?;
    let module = path.split(['/', '.']).next()?;
    (module != "lib" && module != "main").then_some(module)
}

/// A use of another module.
#[derive(Debug)]
struct Import {
    from: String,
    to: String,
    place: String,
}

/// All imports between modules, those of tests excepted.
fn imports() -> Vec<Import> {
    let mut imports = Vec::new();
    for source in sources() {
        let Some(from) = module(&source.name) else {
            continue;
        };
        for path in source.paths().filter(|path| !path.in_test) {
            let Some(to) = source.module_of(&path) else {
                continue;
            };
            if to != from {
                imports.push(Import {
                    from: from.to_owned(),
                    to: to.to_owned(),
                    place: format!(
                        "{}:{}: {}",
                        source.name,
                        path.line,
                        path.segments.join("::")
                    ),
                });
            }
        }
    }
    assert!(imports.len() > 50, "the sources are read: {imports:?}");
    imports
}

#[track_caller]
fn nothing_in(found: &[String], rule: &str) {
    assert!(found.is_empty(), "{rule}:\n{}", found.join("\n"));
}

#[test]
fn imports_go_in_one_direction() {
    let rank = |module: &str| MODULES.iter().position(|name| *name == module);
    let wrong: Vec<String> = imports()
        .into_iter()
        .filter_map(|import| match (rank(&import.from), rank(&import.to)) {
            (Some(from), Some(to)) if to < from => None,
            (Some(_), Some(_)) => Some(format!("{}  ({} comes later)", import.place, import.to)),
            _ => Some(format!(
                "{}  (a module that MODULES does not name)",
                import.place
            )),
        })
        .collect();
    nothing_in(&wrong, "a module uses only those before it");
}

#[test]
fn no_module_depends_on_itself_through_others() {
    let mut uses: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for import in imports() {
        uses.entry(import.from)
            .or_default()
            .insert(import.to, import.place);
    }
    for start in uses.keys() {
        let mut seen: BTreeMap<&str, &str> = BTreeMap::new();
        let mut open = vec![start.as_str()];
        while let Some(module) = open.pop() {
            for (to, place) in uses.get(module).into_iter().flatten() {
                assert!(
                    to != start,
                    "{start} depends on itself: at last by {place}, before by {seen:?}"
                );
                if seen.insert(to, place).is_none() {
                    open.push(to);
                }
            }
        }
    }
}

#[test]
fn no_file_depends_on_itself_through_others() {
    let uses = used_files::uses(&sources());
    assert!(uses.len() > 100, "the sources are read");
    nothing_in(
        &used_files::circles(&uses),
        "files do not use each other in circles",
    );
}

#[test]
fn the_pure_modules_know_no_thread_clock_file_or_process() {
    let mut wrong = Vec::new();
    for source in sources() {
        if !module(&source.name).is_some_and(|module| PURE.contains(&module)) {
            continue;
        }
        let is_impure = |path: &rust::Path| {
            let path = path.segments.join("::") + "::";
            IMPURE_PATHS
                .iter()
                .any(|prefix| path.starts_with(&format!("{prefix}::")))
        };
        for path in source
            .paths()
            .filter(|path| !path.in_test && is_impure(path))
        {
            wrong.push(format!(
                "{}:{}: {}",
                source.name,
                path.line,
                path.segments.join("::")
            ));
        }
        wrong.extend(words(&source, |word| IMPURE_WORDS.contains(&word), false));
    }
    nothing_in(&wrong, "a pure module is handed what it must know");
}

/// What pure modules may use of the others: plain values, and how runs of the I/O models are drawn.
const PLAIN: [&str; 4] = [
    "crate::io_models::Model",
    "crate::io_models::Run",
    "crate::io_models::lanes",
    "crate::kernel::listeners::Listener",
];

#[test]
fn the_pure_modules_use_only_plain_values_of_the_others() {
    let is_pure = |module: &str| PURE.contains(&module);
    let is_plain = |import: &Import| PLAIN.iter().any(|plain| import.place.contains(plain));
    let wrong: Vec<String> = imports()
        .into_iter()
        .filter(|import| is_pure(&import.from) && !is_pure(&import.to) && !is_plain(import))
        .map(|import| import.place)
        .collect();
    nothing_in(&wrong, "a pure module uses pure ones");
}

/// The places of words in the code of a file, comments and texts left out.
fn words(source: &Source, wanted: impl Fn(&str) -> bool, in_tests: bool) -> Vec<String> {
    let place = |token: &Token| format!("{}:{}: {}", source.name, token.line, token.text);
    source
        .tokens
        .iter()
        .filter(|token| (in_tests || !token.in_test) && wanted(&token.text))
        .map(place)
        .collect()
}

/// The parts of an identifier: `TypeName`, `snake_case` and `LIMIT` are cut into lower-case words.
fn parts(identifier: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut before = ' ';
    for c in identifier.chars() {
        if !c.is_alphanumeric() || (c.is_uppercase() && before.is_lowercase()) {
            parts.push(String::new());
        }
        if c.is_alphanumeric() {
            parts.last_mut().expect("a part").extend(c.to_lowercase());
        }
        before = c;
    }
    parts
}

#[test]
fn names_are_the_terms_of_the_field() {
    let is_ours = |name: &str| parts(name).iter().any(|part| NOT_NAMES.contains(&&**part));
    let mut wrong: Vec<String> = sources()
        .iter()
        .flat_map(|source| words(source, is_ours, true))
        .collect();
    let paths = files(&["src", "tests", "benches"]);
    wrong.extend(
        paths
            .iter()
            .map(|path| shown(path))
            .filter(|name| is_ours(name)),
    );
    nothing_in(&wrong, "a name is a term of the field");
}

#[test]
fn prose_has_the_words_of_the_field() {
    let mut paths = files(&["src", "benches"]);
    paths.extend(texts(&["assets"]));
    paths.push(root().join("README.md"));
    let mut wrong = Vec::new();
    for path in paths {
        for (number, line) in (1..).zip(read(&path).lines()) {
            let line = line.to_lowercase();
            if NOT_IN_PROSE.iter().any(|word| line.contains(word)) {
                wrong.push(format!("{}:{number}: {line}", shown(&path)));
            }
        }
    }
    nothing_in(&wrong, "prose has the words of the field");
}

/// Every text of the course and of the screenshots below some folders.
fn texts(folders: &[&str]) -> Vec<PathBuf> {
    below(folders, &["md", "sock"])
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent: Vec<String> = files(&["src", "tests", "benches"])
        .iter()
        .filter(|path| {
            let text = read(path);
            let words = text.strip_prefix("//! ").unwrap_or_default();
            words
                .lines()
                .next()
                .is_none_or(|line| line.trim().is_empty())
        })
        .map(|path| shown(path))
        .collect();
    nothing_in(&silent, "a file opens with `//!` and what it is for");
}

#[test]
fn unsafe_is_only_where_system_calls_are_made() {
    let wrong: Vec<String> = sources()
        .iter()
        .filter(|source| module(&source.name) != Some("sys"))
        .flat_map(|source| words(source, |word| word == "unsafe", true))
        .collect();
    nothing_in(&wrong, "unsafe code belongs to src/sys");
    let there = sources()
        .iter()
        .filter(|source| module(&source.name) == Some("sys"))
        .map(|source| words(source, |word| word == "unsafe", true).len())
        .sum::<usize>();
    assert!(there > 10, "it is found where it is");
}

/// Where a forgotten call would become a result that nobody made, a line that nobody prints, or a sentence that is wrong.
const EXHAUSTIVE: [&str; 10] = [
    "src/engine.rs",
    "src/engine/",
    "src/explain.rs",
    "src/explain/",
    "src/strace.rs",
    "src/strace/",
    "src/trace.rs",
    "src/trace/",
    "src/view.rs",
    "src/view/",
];

#[test]
fn no_match_over_calls_takes_what_it_does_not_name() {
    let mut wrong = Vec::new();
    let mut over_calls = 0;
    for source in sources() {
        if !EXHAUSTIVE
            .iter()
            .any(|place| source.name.starts_with(place))
            || source.name.contains("/tests")
        {
            continue;
        }
        let is_over = |found: &arms::Match| found.is_over("Call") || found.is_over("CallKind");
        for found in arms::matches(&source) {
            if found.in_test || !is_over(&found) {
                continue;
            }
            over_calls += 1;
            if found.has_catch_all() {
                wrong.push(format!("{}:{}: match", source.name, found.line));
            }
        }
    }
    nothing_in(&wrong, "a `match` over calls names each of them");
    assert!(over_calls > 0, "the one that makes them is found");
}

#[test]
fn sentences_take_the_names_of_keys_from_the_table() {
    let is_table = |name: &str| name.starts_with("src/app/keymap");
    let mut wrong = Vec::new();
    for source in sources() {
        let is_screen =
            module(&source.name).is_some_and(|own| ["app", "view", "terminal"].contains(&own));
        let is_test = source.name.contains("/tests");
        if !is_screen || is_table(&source.name) || is_test {
            continue;
        }
        let code = read(&root().join(&source.name));
        let texts = keys::texts(&code).into_iter();
        let named = texts.filter(|text| keys::names_key(&text.text));
        wrong.extend(named.map(|text| format!("{}:{}: {}", source.name, text.line, text.text)));
    }
    nothing_in(&wrong, "a sentence takes the name of a key from keymap");
}

/// Types and methods that give a colour.
const COLORS: [&str; 8] = [
    "Color", "red", "green", "yellow", "blue", "magenta", "cyan", "grey",
];

/// Where colours belong: the themes, and what draws them.
const COLOURED: [&str; 5] = [
    "src/theme.rs",
    "src/theme/",
    "src/terminal/characters.rs",
    "src/terminal/svg.rs",
    "src/terminal/svg/",
];

#[test]
fn only_themes_name_colours() {
    let mut wrong = Vec::new();
    let mut themes = 0;
    for source in sources() {
        let is_color = |word: &str| COLORS.contains(&word);
        let found = words(&source, is_color, false);
        if COLOURED.iter().any(|place| source.name.starts_with(place)) {
            themes += found.len();
        } else {
            wrong.extend(found);
        }
    }
    nothing_in(&wrong, "code names roles and no colours");
    assert!(themes > 20, "they are found where they are");
}

/// Every file whose text may be drawn.
fn code_and_assets() -> Vec<PathBuf> {
    let mut paths = files(&["src"]);
    paths.retain(|path| !shown(path).contains("/tests"));
    paths.extend(below(&["assets"], &["md", "sock", "txt"]));
    paths
}

#[test]
fn every_character_that_is_drawn_has_one_of_ascii() {
    let mut wrong = BTreeSet::new();
    let mut found = BTreeSet::new();
    for path in code_and_assets() {
        // The tests of a file are at its end.
        let text = read(&path);
        let text = text.split("#[cfg(test)]").next().unwrap_or_default();
        let is_code = |line: &&str| !line.trim_start().starts_with("//");
        let lines = text.lines().filter(is_code);
        for glyph in lines.flat_map(str::chars).filter(|c| !c.is_ascii()) {
            found.insert(glyph);
            let ascii = glyphs::ascii(glyph);
            let has_width = glyph.width() == Some(1);
            if !ascii.is_some_and(|ascii| ascii.is_ascii_graphic()) || !has_width {
                wrong.insert(format!(
                    "{glyph} U+{:04X}: {}",
                    u32::from(glyph),
                    shown(&path)
                ));
            }
        }
    }
    let wrong: Vec<String> = wrong.into_iter().collect();
    nothing_in(
        &wrong,
        "src/theme/glyphs.rs has an ASCII character of the same width for each",
    );
    assert!(found.len() > 40, "{found:?}");
}

#[test]
fn nothing_is_left_to_be_done() {
    // Cut in two, so that they are not found here.
    let notes = [
        concat!("TO", "DO"),
        concat!("FIX", "ME"),
        concat!("XX", "X"),
    ];
    let is_word = |line: &str, note: &str| {
        let part = |c: char| c.is_alphanumeric() || c == '_';
        line.match_indices(note).any(|(at, _)| {
            !line[..at].ends_with(part) && !line[at + note.len()..].starts_with(part)
        })
    };
    let mut wrong = Vec::new();
    for path in files(&["src", "tests", "benches"]) {
        for (number, line) in (1..).zip(read(&path).lines()) {
            if notes.iter().any(|note| is_word(line, note)) {
                wrong.push(format!("{}:{number}: {}", shown(&path), line.trim()));
            }
        }
    }
    let macros = ["todo", "unimplemented", "dbg"];
    for path in files(&["src", "tests", "benches"]) {
        let source = Source::read(&shown(&path), &read(&path));
        for pair in source.tokens.windows(2) {
            if macros.contains(&pair[0].text.as_str()) && pair[1].text == "!" {
                wrong.push(format!(
                    "{}:{}: {}!",
                    source.name, pair[0].line, pair[0].text
                ));
            }
        }
    }
    nothing_in(&wrong, "what is not done is not there");
}

#[test]
fn no_value_is_taken_by_force() {
    let mut wrong = Vec::new();
    for source in sources() {
        for three in source.tokens.windows(3) {
            let texts = [0, 1, 2].map(|index| three[index].text.as_str());
            if texts == [".", "unwrap", "("] && !three[1].in_test {
                wrong.push(format!("{}:{}: .unwrap()", source.name, three[1].line));
            }
        }
    }
    nothing_in(&wrong, "outside of tests nothing is unwrapped");
}

#[test]
fn no_test_sleeps() {
    let mut all = sources();
    for path in files(&["tests"]) {
        let mut source = Source::read(&shown(&path), &read(&path));
        source.mark_as_test();
        all.push(source);
    }
    let mut wrong = Vec::new();
    for source in &all {
        for path in source.paths().filter(|path| path.in_test) {
            if path
                .segments
                .ends_with(&["thread".to_owned(), "sleep".to_owned()])
            {
                wrong.push(format!("{}:{}: thread::sleep", source.name, path.line));
            }
        }
        for three in source.tokens.windows(3) {
            let texts = [0, 1, 2].map(|index| three[index].text.as_str());
            if texts == ["sleep", "(", "Duration"] && three[0].in_test {
                wrong.push(format!(
                    "{}:{}: sleep(Duration…)",
                    source.name, three[0].line
                ));
            }
        }
    }
    nothing_in(&wrong, "a test waits for what it needs, with a deadline");
}

#[test]
fn every_call_of_the_table_is_found_documented_and_used_by_a_script() {
    let mut used = BTreeSet::new();
    let scripts = fs::read_dir(root().join("tests/scripts")).expect("the scripts");
    for script in scripts {
        let text = read(&script.expect("a script").path());
        for line in text.lines() {
            let command = sockplay::notation::parse_line(line).expect(line).command;
            used.extend(command.map(|command| command.call.call_kind().word()));
        }
    }
    for row in SIGNATURES {
        let found = signature::find(row.word).expect(row.word);
        assert_eq!(
            found.call_kind, row.call_kind,
            "{} is there twice",
            row.word
        );
        assert!(std::ptr::eq(row.call_kind.signature(), row), "{}", row.word);
        assert!(
            !row.summary.is_empty() && !row.result.is_empty(),
            "{}",
            row.word
        );
        assert_eq!(
            row.call_kind.is_system_call() || row.call_kind.is_library_call(),
            row.man.contains('('),
            "{}",
            row.word
        );
        assert!(
            used.contains(row.word),
            "no script of tests/scripts uses {}",
            row.word
        );
    }
}
