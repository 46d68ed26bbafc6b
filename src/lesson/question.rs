//! A prediction: a question about one call, answered before the call.

use crate::call::argument::Name;
use crate::call::expectation::Expectation;
use crate::call::outcome::Outcome;
use crate::call::{Command, Line, Mode};
use crate::lesson::Prose;
use crate::lesson::source::SourceLine;
use crate::notation::parse_line;
use crate::script::ScriptError;
use crate::world::World;

/// A question.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Question {
    /// The number of the line in the file at which it begins.
    pub number: usize,
    /// What is asked.
    pub text: Prose,
    /// The line that is run once it was answered, with the right answer as what is expected.
    pub line: Line,
    /// The answers.
    pub answers: Vec<Answer>,
    /// Which of them is right.
    pub right: usize,
}

/// An answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// The result that it says, as it is written.
    pub text: String,
    /// The same as what is expected of the call.
    pub mode: Mode,
    /// What is said to those who chose it.
    pub says: String,
}

impl Answer {
    /// Whether it is the result of the call; `None`: it blocks.
    pub fn holds(&self, world: &World, outcome: Option<&Outcome>) -> bool {
        let lookup = |name: &Name| world.named(name).and_then(|socket| socket.local().cloned());
        match (&self.mode, outcome) {
            (Mode::Blocks, outcome) => outcome.is_none(),
            (Mode::Expect(expected), Some(outcome)) => holds(expected, outcome, &lookup),
            _ => false,
        }
    }
}

fn holds(
    expected: &Expectation,
    outcome: &Outcome,
    lookup: crate::notation::matching::Lookup<'_>,
) -> bool {
    expected.holds(&outcome.words(), lookup)
}

/// The marks of the line, a right answer, a wrong one.
const LINE: char = '>';
const RIGHT: char = '+';
const WRONG: char = '-';

/// Reads the lines of a `predict` block; `first` is the line that opens it.
pub(crate) fn read(
    first: SourceLine<'_>,
    rows: &[SourceLine<'_>],
) -> Result<Question, ScriptError> {
    let marked = |mark: char| move |row: &&SourceLine<'_>| row.text.trim_start().starts_with(mark);
    let line_at = rows.iter().position(|row| marked(LINE)(&row));
    let Some(line_at) = line_at else {
        return Err(first.fault_with("the question has no line to run", "it comes after `> `"));
    };
    let text = question_text(first, &rows[..line_at])?;
    let row = rows[line_at];
    let code = after_mark(row);
    let command = parsed(row, code, code)?;
    if !matches!(command.mode, Mode::Plain) {
        return Err(row.fault_with(
            "the answers say what the result is",
            "leave out what comes after `->`",
        ));
    }
    let mut answers = Vec::new();
    let mut right = None;
    for row in rows[line_at + 1..]
        .iter()
        .filter(|row| !row.text.trim().is_empty())
    {
        match row.text.trim_start().chars().next() {
            Some(RIGHT) if right.is_some() => {
                return Err(row.fault("a second right answer"));
            }
            Some(RIGHT) => right = Some(answers.len()),
            Some(WRONG) => {}
            _ => {
                return Err(row.fault_with(
                    "this is not an answer",
                    "`+ RESULT  # why` is the right one, `- RESULT  # why not` a wrong one",
                ));
            }
        }
        answers.push(answer(*row, code)?);
    }
    let (Some(right), 2..) = (right, answers.len()) else {
        return Err(first.fault_with(
            "a question needs a right answer and a wrong one",
            "`+ RESULT` and `- RESULT`",
        ));
    };
    let command = Command {
        mode: answers[right].mode.clone(),
        ..command
    };
    Ok(Question {
        number: first.number,
        text,
        line: Line {
            command: Some(command),
            comment: None,
        },
        answers,
        right,
    })
}

fn question_text(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Prose, ScriptError> {
    let lines: Vec<&str> = rows.iter().map(|row| row.text).collect();
    let text = lines.join("\n");
    let parts = crate::lesson::prose::parts(&text).map_err(|(_, why)| first.fault(why))?;
    let blocks = parts.into_iter().filter_map(|(_, part)| match part {
        crate::lesson::prose::Part::Text(block) => Some(block),
        _ => None,
    });
    let text = Prose(blocks.collect());
    if text.0.is_empty() {
        return Err(first.fault("the question is missing"));
    }
    Ok(text)
}

/// What follows the mark of a line.
fn after_mark<'a>(row: SourceLine<'a>) -> &'a str {
    let text = row.text.trim_start();
    text.get(1..).unwrap_or_default().trim()
}

fn answer(row: SourceLine<'_>, code: &str) -> Result<Answer, ScriptError> {
    let text = after_mark(row);
    let line = parse_line(&format!("{code} -> {text}")).map_err(|error| {
        let at = code.len() + 4;
        let lead = row.text.len() - row.text.trim_start().len() + 2;
        let moved = |byte: usize| (byte.saturating_sub(at) + lead).min(row.text.len());
        let span = moved(error.span.start)..moved(error.span.end);
        row.wrong(crate::notation::SyntaxError { span, ..error })
    })?;
    let mode = line.command.map_or(Mode::Plain, |command| command.mode);
    let says = line.comment.map(|comment| comment.trim().to_owned());
    let Some(says) = says.filter(|says| !says.is_empty()) else {
        return Err(row.fault_with(
            "what this answer means is missing",
            "write it after `#`, for whoever picks the answer",
        ));
    };
    let text = match &mode {
        Mode::Expect(expected) => expected.to_string(),
        _ => "blocks".to_owned(),
    };
    Ok(Answer { text, mode, says })
}

fn parsed(row: SourceLine<'_>, code: &str, text: &str) -> Result<Command, ScriptError> {
    let lead = row.text.len() - row.text.trim_start().len();
    let offset = row.text.find(code).unwrap_or(lead);
    let line = parse_line(text).map_err(|mut error| {
        error.span = error.span.start + offset..error.span.end + offset;
        row.wrong(error)
    })?;
    line.command
        .ok_or_else(|| row.fault("there is no call in it"))
}
