//! A flash card: a question, its answer, where that is from, and lines that show it on the real kernel.

use crate::lesson::Step;
use crate::lesson::source::SourceLine;
use crate::notation::parse_line;
use crate::script::ScriptError;

/// A card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Card {
    /// Its name forever: what was learned is stored under it.
    pub id: String,
    /// What it is about.
    pub tags: Vec<String>,
    /// Manual pages, sections of RFCs, chapters of books.
    pub source: String,
    /// The question.
    pub question: String,
    /// The answer.
    pub answer: String,
    /// Lines that show the answer, in a session of their own.
    pub run: Vec<Step>,
}

/// The fields that take one line each.
const FIELDS: [&str; 3] = ["id", "tags", "source"];

/// Reads the lines of a `card` block; `first` is the line that opens it.
pub(crate) fn read(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Card, ScriptError> {
    let mut fields: [Option<&str>; 3] = [None; 3];
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
    let tags = field(1)?.split(',').map(|tag| tag.trim().to_owned());
    Ok(Card {
        id: field(0)?.to_owned(),
        tags: tags.filter(|tag| !tag.is_empty()).collect(),
        source: field(2)?.to_owned(),
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

fn field<'a>(row: SourceLine<'a>, fields: &mut [Option<&'a str>; 3]) -> Result<(), ScriptError> {
    if row.text.trim().is_empty() {
        return Ok(());
    }
    let read = row.text.split_once(':').and_then(|(name, value)| {
        let at = FIELDS.iter().position(|own| *own == name.trim())?;
        Some((at, value.trim()))
    });
    match read {
        Some((at, value)) if !value.is_empty() => {
            fields[at] = Some(value);
            Ok(())
        }
        _ => Err(row.fault_with(
            "this is not a field of a card",
            "id:, tags:, source:, then Q: and A:, and RUN: where there is something to run",
        )),
    }
}

/// A line to be run, unless it is empty.
pub(crate) fn step(row: SourceLine<'_>) -> Result<Option<Step>, ScriptError> {
    let line = parse_line(row.text).map_err(|error| row.wrong(error))?;
    let number = row.number;
    Ok(line.command.is_some().then_some(Step { number, line }))
}
