//! A flash card: a question, its answer, where that is from, and lines that show it on the real kernel.

use crate::lesson::Step;
use crate::lesson::source::SourceLine;
use crate::notation::diagnostic::nearest;
use crate::notation::parse_line;
use crate::script::ScriptError;

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its name forever: what was learned is stored under it.
    pub id: String,
    /// What it is about: names of [`crate::lesson::tags::TAGS`], or of the course.
    pub tags: Vec<String>,
    /// The lesson that has to be done before it is asked, where that is not the one it is in.
    pub after: Option<&'static str>,
    /// Manual pages, sections of RFCs, chapters of books.
    pub source: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Lines that show the answer, in a session of their own.
    pub run: Vec<Step>,
}

/// The fields that take one line each, those that must be there first.
const FIELDS: [&str; 4] = ["id", "tags", "source", "after"];

/// Reads the lines of a `card` block; `first` is the line that opens it.
pub(crate) fn read(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Card, ScriptError> {
    let mut fields: [Option<(SourceLine<'_>, &str)>; FIELDS.len()] = [None; FIELDS.len()];
    let mut texts = [String::new(), String::new()];
    let mut run = Vec::new();
    let mut part = Part::Fields;
    for row in rows {
        if let Some((next, rest)) = Part::begun(row.text) {
            part = next;
            if let Some(at) = part.text() {
                texts[at].push_str(rest.trim());
            }
            continue;
        }
        match part {
            Part::Fields => field(*row, &mut fields)?,
            Part::Run => run.extend(step(*row)?),
            Part::Question | Part::Answer => {
                let at = part.text().unwrap_or(0);
                texts[at].push('\n');
                texts[at].push_str(row.text.trim_end());
            }
        }
    }
    let missing = |what: &str| -> ScriptError { first.fault(format!("the card has no {what}")) };
    let [question, answer] = texts.map(|text| text.trim().to_owned());
    let field = |at: usize| fields[at].ok_or_else(|| missing(&format!("`{}:`", FIELDS[at])));
    if question.is_empty() || answer.is_empty() {
        return Err(missing(if question.is_empty() { "`Q:`" } else { "`A:`" }));
    }
    Ok(Card {
        id: id_of(field(0)?)?,
        tags: tags_of(field(1)?)?,
        after: fields[3].map(lesson_of).transpose()?,
        source: field(2)?.1.to_owned(),
        question,
        answer,
        run,
    })
}

/// Which part of the card a line is in.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Part {
    Fields,
    Question,
    Answer,
    Run,
}

impl Part {
    /// The part that a line begins, and the rest of that line.
    fn begun(line: &str) -> Option<(Self, &str)> {
        let marks = [
            ("Q:", Self::Question),
            ("A:", Self::Answer),
            ("RUN:", Self::Run),
        ];
        let found = |(mark, part): (&str, Self)| Some((part, line.strip_prefix(mark)?));
        marks.into_iter().find_map(found)
    }

    /// Which of the two texts it is.
    fn text(self) -> Option<usize> {
        match self {
            Self::Question => Some(0),
            Self::Answer => Some(1),
            Self::Fields | Self::Run => None,
        }
    }
}

/// The name of a card, which is part of a line of Anki's format and of a comment of a note.
fn id_of((row, value): (SourceLine<'_>, &str)) -> Result<String, ScriptError> {
    let may_be = |c: char| c.is_alphanumeric() || ['-', '_', '.'].contains(&c);
    match value.chars().all(may_be) {
        true => Ok(value.to_owned()),
        false => Err(row.fault_with(
            "this is not the name of a card",
            "letters, digits, `-`, `_` and `.`",
        )),
    }
}

/// The tags of a card, all from the table.
fn tags_of((row, value): (SourceLine<'_>, &str)) -> Result<Vec<String>, ScriptError> {
    let known = &crate::lesson::course::current().tags;
    let names = value.split(',').map(str::trim);
    names
        .filter(|name| !name.is_empty())
        .map(|name| match known.iter().any(|(own, _)| *own == name) {
            true => Ok(name.to_owned()),
            false => Err(row.fault_with(
                format!("{name} is not a tag"),
                match nearest(name, known.iter().map(|(own, _)| *own)) {
                    Some(like) => format!("did you mean {like}?"),
                    None => "tags of your own are listed under [tags] in course.toml".to_owned(),
                },
            )),
        })
        .collect()
}

/// A lesson of the course.
fn lesson_of((row, value): (SourceLine<'_>, &str)) -> Result<&'static str, ScriptError> {
    let lessons = || crate::lesson::course::current().lessons.iter();
    let found = lessons().find(|file| file.id == value);
    found.map(|file| file.id).ok_or_else(|| {
        row.fault_with(
            format!("{value} is not a lesson of the course"),
            match nearest(value, lessons().map(|file| file.id)) {
                Some(like) => format!("did you mean {like}?"),
                None => "after: NAME, the name of the lesson's file without the number".to_owned(),
            },
        )
    })
}

fn field<'a>(
    row: SourceLine<'a>,
    fields: &mut [Option<(SourceLine<'a>, &'a str)>; FIELDS.len()],
) -> Result<(), ScriptError> {
    if row.text.trim().is_empty() {
        return Ok(());
    }
    let read = row.text.split_once(':').and_then(|(name, value)| {
        let at = FIELDS.iter().position(|own| *own == name.trim())?;
        Some((at, value.trim()))
    });
    match read {
        Some((at, value)) if !value.is_empty() => {
            fields[at] = Some((row, value));
            Ok(())
        }
        _ => Err(row.fault_with(
            "this is not a field of a card",
            "id:, tags:, source:, after:, then Q: and A:, and RUN: where there is something to run",
        )),
    }
}

/// A line to be run, unless it is empty.
pub(crate) fn step(row: SourceLine<'_>) -> Result<Option<Step>, ScriptError> {
    let line = parse_line(row.text).map_err(|error| row.wrong(error))?;
    let number = row.number;
    Ok(line.command.is_some().then_some(Step { number, line }))
}
