//! The reference at the end of the README is what the tables of the program say: keys, calls, options, settings, exit
//! statuses.

use std::fmt::Write;

use sockplay::app::keymap::{BINDINGS, Group};
use sockplay::call::table::{self, SIGNATURES};
use sockplay::cli::EXIT_STATUSES;
use sockplay::config;
use sockplay::socket::option::{Access, OPTIONS};

use crate::common::files;

/// Between these lines is what is generated.
const BEGIN: &str = "<!-- begin of the generated reference -->\n";
const END: &str = "<!-- end of the generated reference -->\n";
/// The variable that makes the test write the reference instead of comparing it.
const UPDATE: &str = "UPDATE_README";

#[test]
fn the_reference_is_that_of_the_tables() {
    let readme = files::read("README.md");
    let (before, rest) = readme.split_once(BEGIN).expect("the reference begins");
    let (written, after) = rest.split_once(END).expect("the reference ends");
    let generated = reference();
    if std::env::var_os(UPDATE).is_some() {
        let text = format!("{before}{BEGIN}{generated}{END}{after}");
        std::fs::write(files::path("README.md"), text).expect("it can be written");
        return;
    }
    let mut lines = written.lines().zip(generated.lines());
    let different = lines.find(|(written, generated)| written != generated);
    assert!(
        written == generated,
        "the reference in the README is not that of the tables, first {different:?}: run \
         `{UPDATE}=1 cargo test --test documents`"
    );
}

fn reference() -> String {
    [keys(), calls(), options(), settings(), statuses()].concat()
}

/// A table with its heading. A `|` in a cell is escaped, as Markdown asks for.
fn table<const COLUMNS: usize>(
    heading: &str,
    titles: [&str; COLUMNS],
    rows: impl Iterator<Item = [String; COLUMNS]>,
) -> String {
    let mut text = format!("\n{heading}\n\n| {} |\n", titles.join(" | "));
    text.push_str(&format!("|{}\n", "---|".repeat(COLUMNS)));
    for row in rows {
        let cells = row.map(|cell| cell.replace('|', "\\|"));
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
    text
}

/// Text as code, with more backticks around it where it has one.
fn code(text: &str) -> String {
    match text.contains('`') {
        true => format!("`` {text} ``"),
        false => format!("`{text}`"),
    }
}

/// A clause as a sentence begins.
fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

fn keys() -> String {
    let mut text =
        "\n### Keys\n\nThe action is the name that the configuration file gives keys to.\n"
            .to_owned();
    for (group, title) in Group::SECTIONS {
        let rows = BINDINGS.iter().filter(|row| row.group == group).map(|row| {
            let keys: Vec<String> = row.keys.iter().map(|key| code(key)).collect();
            [keys.join(", "), code(row.name), row.words()]
        });
        let heading = format!("#### {title}");
        text.push_str(&table(&heading, ["Key", "Action", "What it does"], rows));
    }
    text
}

fn calls() -> String {
    let mut text =
        "\n### Calls\n\nWhat is in brackets may be left out. Lines without a manual page are not system calls.\n".to_owned();
    for group in table::Group::LISTED
        .into_iter()
        .chain([table::Group::Prompt])
    {
        let rows = SIGNATURES.iter().filter(|row| row.group == group);
        let rows = rows.map(|row| {
            let [form, example] = [&row.to_string(), row.example].map(code);
            [form, row.summary.to_owned(), example, row.man.to_owned()]
        });
        let heading = format!("#### {}", capital(group.title()));
        let titles = ["Call", "What it does", "Example", "Manual page"];
        text.push_str(&table(&heading, titles, rows));
    }
    text
}

fn options() -> String {
    let mut text = format!(
        "\n### Options\n\nThe {} options that setsockopt() and getsockopt() know by name; any other can be given by number. A struct is written in\n\
         braces: `{{1, 5s}}` is struct linger, `{{127.0.0.1, \"key\"}}` struct tcp_md5sig. A classic BPF program is the list of its\n\
         instructions, as `tcpdump -dd` prints them: `[{{0x28, 0, 0, 0xc}}, {{0x6, 0, 0, 0xffffffff}}]`.\n",
        OPTIONS.len()
    );
    let mut levels: Vec<&str> = OPTIONS.iter().map(|row| row.level_name).collect();
    levels.dedup();
    for level in levels {
        let rows = OPTIONS.iter().filter(|row| row.level_name == level);
        let rows = rows.map(|row| {
            let access = match row.access {
                Access::Both => "set, get",
                Access::Get => "get",
                Access::Set => "set",
            };
            let needs = row.privilege.map(|own| own.to_string());
            [
                code(row.name),
                row.meaning.to_owned(),
                access.to_owned(),
                row.since.to_owned(),
                needs.unwrap_or_default(),
            ]
        });
        let titles = [
            "Option",
            "What it does while it is on",
            "Access",
            "Since Linux",
            "Capability",
        ];
        text.push_str(&table(&format!("#### {level}"), titles, rows));
    }
    text
}

fn settings() -> String {
    let rows = config::settings()
        .map(|(name, meaning, default)| [code(name), meaning.to_owned(), code(&default)]);
    table(
        "### Settings",
        ["Setting", "What it means", "Default"],
        rows,
    )
}

fn statuses() -> String {
    let rows = EXIT_STATUSES.iter();
    let rows = rows.map(|(status, meaning)| [code(status), (*meaning).to_owned()]);
    table("### Exit statuses", ["Status", "Meaning"], rows)
}
