//! The cards as a list, for people and for other programs.

use std::collections::BTreeSet;
use std::io::{self, Write};
use std::path::Path;

use serde::Serialize;
use tempfile::NamedTempFile;

use crate::cli::CardsFormat;
use crate::lesson::deck::Filed;
use crate::lesson::schedule::{Readiness, Schedule};
use crate::run::cards::days;
use crate::socket::text::{escaped, escaped_json};
use crate::store::StateFile;

/// One card for machines.
#[derive(Debug, Serialize)]
struct JsonCard<'a> {
    id: &'a str,
    topic: &'a str,
    /// The lesson after which it is asked.
    lesson: Option<&'a str>,
    tags: &'a [String],
    /// `new`, `due`, `later`, or `locked`: its lesson is not done.
    when: &'static str,
    /// When it will be due, in seconds since 1970, where that is later.
    due_at: Option<i64>,
    question: &'a str,
    answer: &'a str,
    source: &'a str,
    lines: Vec<String>,
}

/// Prints the cards to a file, or to standard output.
pub(crate) fn print(
    cards: &[Filed],
    done: &BTreeSet<&'static str>,
    format: CardsFormat,
    file: Option<&Path>,
) -> io::Result<()> {
    let text = match format {
        CardsFormat::Text => list(cards, done, &schedule()),
        CardsFormat::Json => json(cards, done, &schedule())?,
        CardsFormat::Anki => crate::lesson::export::anki(cards),
        CardsFormat::Obsidian => crate::lesson::note::note(&note_at(file)?, cards),
    };
    let Some(file) = file else {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())?;
        return out.flush();
    };
    let written = match is_note(file, format) {
        true => replace(file, &text),
        false => std::fs::write(file, text),
    };
    written.map_err(|error| at_fault("write", file, &error))
}

/// Whether the file is a note that is there already.
fn is_note(file: &Path, format: CardsFormat) -> bool {
    format == CardsFormat::Obsidian && file.is_file()
}

/// The note that is there already; empty where there is none.
fn note_at(file: Option<&Path>) -> io::Result<String> {
    match file.filter(|file| is_note(file, CardsFormat::Obsidian)) {
        Some(file) => std::fs::read_to_string(file).map_err(|error| at_fault("read", file, &error)),
        None => Ok(String::new()),
    }
}

/// Replaces a note as a whole: what plugins have noted in it must not be lost half way.
fn replace(file: &Path, text: &str) -> io::Result<()> {
    // Where the name is a symbolic link, what it leads to is replaced.
    let file = file.canonicalize()?;
    let folder = file.parent().unwrap_or_else(|| Path::new("/"));
    let mut new = NamedTempFile::new_in(folder)?;
    new.write_all(text.as_bytes())?;
    new.as_file()
        .set_permissions(file.metadata()?.permissions())?;
    new.as_file().sync_all()?;
    new.persist(&file).map(drop).map_err(|failed| failed.error)
}

fn at_fault(doing: &str, file: &Path, error: &io::Error) -> io::Error {
    let name = escaped(&file.display().to_string());
    io::Error::new(error.kind(), format!("cannot {doing} {name}: {error}"))
}

/// When each card is asked next.
fn schedule() -> Schedule {
    let (_, schedule, notice) =
        StateFile::<Schedule>::open(&crate::run::lesson_store::state_file("cards"));
    if let Some(notice) = notice {
        crate::run::complain(&format!("sockplay: {notice}"));
    }
    schedule
}

/// One line for each card: its name, when it is asked next, how its question begins, and what it is about.
fn list(cards: &[Filed], done: &BTreeSet<&'static str>, schedule: &Schedule) -> String {
    let today = days::today();
    let widest = cards.iter().map(|own| own.card.id.len()).max().unwrap_or(0);
    let lines = cards.iter().map(|filed| {
        let card = &filed.card;
        let when = match schedule.standing(&card.id, today) {
            Readiness::New if !filed.is_open(done) => "locked".to_owned(),
            Readiness::New => "new".to_owned(),
            Readiness::Due => "due".to_owned(),
            Readiness::Later(at) => days::date(at, today),
        };
        let tags = card.tags.join(", ");
        let question = card.question.lines().next().unwrap_or_default();
        let text = format!("{:widest$}  {when:10}  {question} ({tags})", card.id);
        escaped(&text) + "\n"
    });
    lines.collect()
}

/// One JSON object for each card.
fn json(cards: &[Filed], done: &BTreeSet<&'static str>, schedule: &Schedule) -> io::Result<String> {
    let today = days::today();
    let mut text = String::new();
    for filed in cards {
        let Filed {
            topic,
            lesson,
            card,
        } = filed;
        let (when, due_at) = match schedule.standing(&card.id, today) {
            Readiness::New if !filed.is_open(done) => ("locked", None),
            Readiness::New => ("new", None),
            Readiness::Due => ("due", None),
            Readiness::Later(at) => ("later", Some(at)),
        };
        let line = serde_json::to_string(&JsonCard {
            id: &card.id,
            topic,
            lesson: *lesson,
            tags: &card.tags,
            when,
            due_at,
            question: &card.question,
            answer: &card.answer,
            source: &card.source,
            lines: card.run.iter().map(|step| step.line.to_string()).collect(),
        })
        .map_err(io::Error::other)?;
        text.push_str(&escaped_json(&line));
        text.push('\n');
    }
    Ok(text)
}
