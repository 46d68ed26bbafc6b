//! What a word means: `sockplay explain`.

mod formats;

use std::io::{self, Write};

use crate::cli::{ExplainArgs, ExplainFormat};
use crate::glossary::{self, SUBJECTS, Subject};
use crate::run::Exit;
use crate::socket::text::escaped;

/// The columns of a printed line.
const WIDTH: usize = 80;

/// Prints what a word means, or all words.
///
/// # Errors
///
/// The output cannot be written.
pub fn explain(args: &ExplainArgs) -> io::Result<Exit> {
    let word = args.word.join(" ");
    let mut out = io::stdout().lock();
    let all = word.trim().is_empty();
    if all && args.format == ExplainFormat::Text {
        list(&mut out)?;
        return Ok(Exit::Held);
    }
    let found = match all {
        true => SUBJECTS.iter().collect(),
        false => glossary::find(&word),
    };
    if found.is_empty() {
        unknown(&word, &mut io::stderr().lock())?;
        return Ok(Exit::Unrunnable);
    }
    for (index, subject) in found.into_iter().enumerate() {
        if index > 0 && args.format != ExplainFormat::Json {
            writeln!(out)?;
        }
        match args.format {
            ExplainFormat::Text => write(*subject, &mut out)?,
            ExplainFormat::Json => writeln!(out, "{}", formats::json(*subject)?)?,
            ExplainFormat::Markdown => out.write_all(formats::markdown(*subject).as_bytes())?,
        }
    }
    Ok(Exit::Held)
}

/// A subject: its name and what it is, the explanation, the source.
fn write(subject: Subject, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}: {}", subject.name(), subject.described())?;
    let also: Vec<&str> = subject.other_words().collect();
    if !also.is_empty() {
        paragraph(&format!("Also: {}", also.join(", ")), out)?;
    }
    writeln!(out)?;
    for text in subject.text() {
        paragraph(&text, out)?;
    }
    writeln!(out)?;
    paragraph(&format!("Source: {}", subject.source()), out)
}

/// A text, indented and broken at blanks.
fn paragraph(text: &str, out: &mut impl Write) -> io::Result<()> {
    let mut line = String::new();
    for word in text.split(' ') {
        if !line.is_empty() && 2 + line.len() + 1 + word.len() > WIDTH {
            writeln!(out, "  {line}")?;
            line.clear();
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    writeln!(out, "  {line}")
}

/// All words, each with what it is.
fn list(out: &mut impl Write) -> io::Result<()> {
    for subject in SUBJECTS.iter() {
        let text = format!(
            "{:9} {:28} {}",
            subject.kind(),
            subject.name(),
            subject.brief()
        );
        writeln!(out, "{text}")?;
    }
    Ok(())
}

fn unknown(word: &str, out: &mut impl Write) -> io::Result<()> {
    let near = glossary::nearest(word);
    let word = escaped(word);
    match near.as_slice() {
        [] => writeln!(
            out,
            "sockplay: no word is like {word}: `sockplay explain` lists all"
        ),
        near => writeln!(
            out,
            "sockplay: {word} is unknown; the nearest: {}",
            near.join(", ")
        ),
    }
}
