//! A small task in the middle of a lesson, in a block of its own: its goals, hints and solution.
//!
//! ```text
//! > send(a, "hi") -> 2          # send "hi" from `a`
//! > recv(b, 10)   -> 2 "hi"     # receive it at `b`
//! * state(c) -> ESTABLISHED     # be connected
//! ? `b` is the other end.
//! ```

use crate::call::Mode;
use crate::lesson::goal::{Condition, Goal};
use crate::lesson::prose::{Block, Word, WordStyle};
use crate::lesson::source::SourceLine;
use crate::lesson::{PEER, Prose, Solving, Task};
use crate::notation::parse_line;
use crate::script::ScriptError;

/// The marks of a line of the solution, which is a goal if it has a description; a goal alone; a hint.
const LINE: char = '>';
const GOAL: char = '*';
const HINT: char = '?';

/// Reads the lines of a `task` block; `first` is the line that opens it.
pub(crate) fn read(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Task, ScriptError> {
    let mut conditions = Vec::new();
    let mut hints = Vec::new();
    let mut solution = Vec::new();
    for row in rows.iter().filter(|row| !row.text.trim().is_empty()) {
        let marked = row.text.trim_start();
        let own = SourceLine {
            number: row.number,
            text: marked.get(1..).unwrap_or_default(),
        };
        match marked.chars().next() {
            Some(LINE) => solution.push(line(own, &mut conditions)?),
            Some(GOAL) => conditions.push(crate::lesson::goal::condition(own)?),
            Some(HINT) => hints.push(crate::lesson::hint::read(own, &[own])?),
            _ => {
                return Err(row.fault_with(
                    "this belongs to no task",
                    "`> CALL -> RESULT  # what to do`, `* CONDITION  # what to do`, or `? hint`",
                ));
            }
        }
    }
    if conditions.is_empty() {
        return Err(first.fault_with(
            "the task has no goal",
            "write what to do after `#` behind a line of its solution",
        ));
    }
    if hints.is_empty() {
        hints.push(calls(&solution));
    }
    Ok(Task {
        number: first.number,
        goal: Goal {
            conditions,
            is_named: true,
        },
        hints,
        solution,
    })
}

/// A line of the solution. With a description it is a goal too: that such a call is made.
fn line(row: SourceLine<'_>, conditions: &mut Vec<Condition>) -> Result<Solving, ScriptError> {
    let (code, says) = crate::notation::comment(row.text);
    let tried = code.replace(PEER, "127.0.0.1:1");
    let read = parse_line(&tried).map_err(|error| row.wrong(error))?;
    let command = read
        .command
        .ok_or_else(|| row.fault("there is no call in it"))?;
    if command.mode == Mode::Plain {
        return Err(row.fault_with(
            "the result of the line is missing",
            "each line of a task has its expected result: -> 0",
        ));
    }
    let is_goal = says.is_some_and(|says| !says.trim().is_empty());
    if is_goal {
        conditions.push(crate::lesson::goal::call_condition(row)?);
    }
    Ok(Solving {
        number: row.number,
        text: code.trim().to_owned(),
        goal: is_goal.then(|| conditions.len() - 1),
    })
}

/// The hint of a task that has none of its own: the calls of its solution, in their order, with what they do.
fn calls(solution: &[Solving]) -> Prose {
    let mut rows = Vec::new();
    for line in solution {
        let command = parse_line(&line.text).ok().and_then(|line| line.command);
        let row = command.map(|command| command.call.call_kind().signature());
        rows.extend(row.filter(|row| {
            !rows
                .iter()
                .any(|own: &&crate::call::table::Signature| own.word == row.word)
        }));
    }
    let item = |row: &crate::call::table::Signature| {
        let word = |text: String, style| Word { text, style };
        Block::Item(vec![
            word(row.example.to_owned(), WordStyle::Code),
            word(format!(" {}", row.summary), WordStyle::Plain),
        ])
    };
    Prose(rows.into_iter().map(item).collect())
}
