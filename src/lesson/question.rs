//! A prediction: a question about one call, answered before the call; or a question alone.

use crate::call::argument::Name;
use crate::call::expectation::Expectation;
use crate::call::outcome::Outcome;
use crate::call::{Command, Line, Mode};
use crate::lesson::Prose;
use crate::lesson::hides::{self, Hidden};
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
    /// The line that it is about, with the right answer as what is expected. `None`: it is about no call.
    pub line: Option<Line>,
    /// Whether it was asked before: the line is shown, and not run again.
    pub is_repeated: bool,
    /// What is not drawn while it is open.
    pub hides: Vec<Hidden>,
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
    /// Why it is right or wrong, said once an answer was chosen.
    pub says: String,
}

impl Question {
    /// The line that is run once it was answered.
    pub fn runs(&self) -> Option<&Line> {
        self.line.as_ref().filter(|_| !self.is_repeated)
    }

    /// The call that it is about.
    pub fn command(&self) -> Option<&Command> {
        self.line.as_ref()?.command.as_ref()
    }

    /// The same to be asked a second time, when the call was made.
    pub(crate) fn again(&self) -> Self {
        Self {
            is_repeated: true,
            hides: Vec::new(),
            ..self.clone()
        }
    }
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
    let is_hiding = |row: &&SourceLine<'_>| row.text.trim_start().starts_with(hides::MARK);
    let (hiding, rows): (Vec<_>, Vec<SourceLine<'_>>) =
        rows.iter().copied().partition(|row| is_hiding(&row));
    let first_with = |marks: &[char]| {
        let is_marked = |row: &SourceLine<'_>| row.text.trim_start().starts_with(marks);
        rows.iter().position(is_marked)
    };
    let asked = first_with(&[LINE]).or_else(|| first_with(&[RIGHT, WRONG]));
    let (asked, marked) = rows.split_at(asked.unwrap_or(rows.len()));
    let text = question_text(first, asked)?;
    let (command, code, rows) = match marked.split_first() {
        Some((row, rows)) if row.text.trim_start().starts_with(LINE) => {
            let code = after_mark(*row);
            (Some(call(*row, code)?), Some(code), rows)
        }
        _ => (None, None, marked),
    };
    let (answers, right) = answers(first, rows, code)?;
    let mut hidden = Vec::new();
    for row in hiding {
        hidden.extend(hides::read(row)?);
    }
    hidden.extend(command.as_ref().and_then(hides::implied));
    let line = command.map(|command| Line {
        command: Some(Command {
            mode: answers[right].mode.clone(),
            ..command
        }),
        comment: None,
    });
    Ok(Question {
        number: first.number,
        text,
        line,
        is_repeated: false,
        hides: hidden,
        answers,
        right,
    })
}

/// The call of a question, whose result the answers say.
fn call(row: SourceLine<'_>, code: &str) -> Result<Command, ScriptError> {
    let command = parsed(row, code, code)?;
    if !matches!(command.mode, Mode::Plain) {
        return Err(row.fault_with(
            "the answers say what the result is",
            "leave out what comes after `->`",
        ));
    }
    Ok(command)
}

/// The answers, and which of them is right. `code`: the call whose results they are.
fn answers(
    first: SourceLine<'_>,
    rows: &[SourceLine<'_>],
    code: Option<&str>,
) -> Result<(Vec<Answer>, usize), ScriptError> {
    let mut answers = Vec::new();
    let mut right = None;
    for row in rows.iter().filter(|row| !row.text.trim().is_empty()) {
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
        answers.push(match code {
            Some(code) => answer(*row, code)?,
            None => sentence(*row)?,
        });
    }
    match (right, answers.len()) {
        (Some(right), 2..) => Ok((answers, right)),
        _ => Err(first.fault_with(
            "a question needs a right answer and a wrong one",
            "`+ RESULT` and `- RESULT`; a call comes before them, after `> `",
        )),
    }
}

/// An answer to a question that is about no call.
fn sentence(row: SourceLine<'_>) -> Result<Answer, ScriptError> {
    let (text, says) = after_mark(row)
        .split_once('#')
        .ok_or_else(|| unexplained(row))?;
    let (text, says) = (text.trim().to_owned(), says.trim().to_owned());
    if text.is_empty() || says.is_empty() {
        return Err(unexplained(row));
    }
    Ok(Answer {
        text,
        mode: Mode::Plain,
        says,
    })
}

fn unexplained(row: SourceLine<'_>) -> ScriptError {
    row.fault_with(
        "why this answer is right or wrong is missing",
        "write it after `#`: it is shown once an answer was chosen",
    )
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
        return Err(unexplained(row));
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
