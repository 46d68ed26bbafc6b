//! The public reports of `tests/reports` that say what is to be understood: each holds, and what is said of the line that
//! surprised somebody has the words that name its cause.

mod common;

use std::path::Path;

use crate::common::child::play_apart;
use crate::common::files;
use crate::common::host::{no_ipv6, on_one_processor};
use crate::common::skipped;

/// What a header asks for: `# Why: LINE | WORDS`.
#[derive(Debug)]
struct Wanted<'a> {
    /// How the line begins in the output, with single blanks.
    line: &'a str,
    /// Words of the explanation that follows it.
    words: &'a str,
}

fn wanted(script: &str) -> Vec<Wanted<'_>> {
    let headers = script
        .lines()
        .filter_map(|line| line.strip_prefix("# Why: "));
    headers
        .map(|header| {
            let (line, words) = header.split_once(" | ").expect("a line and words");
            Wanted { line, words }
        })
        .collect()
}

/// The explanation that follows a line of the output.
fn explained<'a>(output: &'a str, line: &str) -> Option<&'a str> {
    let mut lines = output.lines().skip_while(|own| {
        let own: Vec<&str> = own.split_whitespace().collect();
        own.first() == Some(&"#") || !own.join(" ").starts_with(line)
    });
    lines.next()?;
    lines.next()?.strip_prefix("#   ")
}

/// Plays a report, and gives what is not said of it.
fn unsaid(path: &Path) -> Vec<String> {
    let script = files::text(path);
    let ran = play_apart(&script, &["--why"]).exits(0);
    let name = path.file_name().expect("a name").to_string_lossy();
    wanted(&script)
        .iter()
        .filter_map(|wanted| {
            let said = explained(&ran.out, wanted.line).unwrap_or("no such line");
            let is_said = said.contains(wanted.words);
            (!is_said).then(|| format!("{name}: {}: {said}", wanted.line))
        })
        .collect()
}

#[test]
fn what_surprised_somebody_is_explained() {
    on_one_processor();
    let without = no_ipv6();
    let mut wrong = Vec::new();
    let mut played = 0;
    for path in files::scripts("tests/reports") {
        let script = files::text(&path);
        let needs_ipv6 = script.contains("AF_INET6");
        if wanted(&script).is_empty() {
            continue;
        }
        if let Some(reason) = without.as_ref().filter(|_| needs_ipv6) {
            skipped(reason);
            continue;
        }
        played += 1;
        wrong.extend(unsaid(&path));
    }
    assert!(played >= 20, "only {played} reports were played");
    assert!(wrong.is_empty(), "not said:\n{}", wrong.join("\n"));
}
