//! A goal: what must be true of the world, in whatever way it was reached.
//!
//! Each condition is a pattern of the notation in which names are variables for sockets. `state`, `peer`, `pending`,
//! `unread` and `foreign` say what the kernel must say now; every other call, that such a call was made since the
//! learner was asked, with that result. All of them must hold with one choice of the variables.

mod check;
mod words;

use crate::call::Mode;
use crate::call::table::CallKind;
pub(crate) use crate::lesson::goal::check::is_counted;
pub use crate::lesson::goal::check::{Checked, Since};
use crate::lesson::source::SourceLine;
use crate::notation::diagnostic::SyntaxError;
use crate::notation::pattern::{Pattern, parse_pattern};
use crate::script::ScriptError;

/// A goal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Goal {
    /// Its conditions; never none.
    pub conditions: Vec<Condition>,
    /// Whether a name in them is that of the socket, and not a variable: what follows in the lesson needs it.
    pub is_named: bool,
}

/// One condition.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Condition {
    /// As it is written.
    pub text: String,
    /// What to do while it does not hold, as an imperative.
    pub says: String,
    /// The pattern.
    pub(crate) pattern: Pattern,
    /// What it asks about.
    pub(crate) subject: Subject,
    /// Whether a single call must do it; on a stream several may otherwise.
    pub(crate) is_once: bool,
}

/// What a condition asks about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Subject {
    /// The calls that were made.
    Calls,
    /// What `state(x)` would give.
    State,
    /// What `peer(x)` would give.
    Peer,
    /// What `pending(x)` would give.
    Pending,
    /// What `unread(x)` would give.
    Unread,
    /// Whether the other end belongs to another process.
    Foreign,
}

impl Goal {
    /// Whether it is reached only together with another process.
    pub fn needs_another(&self) -> bool {
        self.conditions
            .iter()
            .any(|own| own.subject == Subject::Foreign)
    }

    /// Whether it asks about sockets as they are now, and not only about the calls that were made.
    pub fn asks_about_sockets(&self) -> bool {
        self.conditions
            .iter()
            .any(|own| own.subject != Subject::Calls)
    }

    /// Whether it asks about the other ends of connections, or about orphans.
    pub fn asks_about_endpoints(&self) -> bool {
        self.conditions.iter().any(|own| match own.subject {
            Subject::State | Subject::Peer | Subject::Foreign => true,
            Subject::Calls | Subject::Pending | Subject::Unread => false,
        })
    }
}

/// Words for conditions only, and what they ask about.
const WORDS: [(&str, Subject); 1] = [("foreign", Subject::Foreign)];

/// Before a condition that a single call must fulfil.
const ONCE: &str = "once ";

/// Reads the lines of a `goal` block; `first` is the line that opens it.
pub(crate) fn read(first: SourceLine<'_>, rows: &[SourceLine<'_>]) -> Result<Goal, ScriptError> {
    let rows = rows.iter().filter(|row| !row.text.trim().is_empty());
    let conditions: Result<Vec<Condition>, ScriptError> = rows.map(|row| condition(*row)).collect();
    let conditions = conditions?;
    if conditions.is_empty() {
        return Err(first.fault("the goal has no condition"));
    }
    Ok(Goal {
        conditions,
        is_named: false,
    })
}

/// Reads a condition with its description.
pub(crate) fn condition(row: SourceLine<'_>) -> Result<Condition, ScriptError> {
    let (code, says) = crate::notation::comment(row.text);
    let says = says.map(str::trim).filter(|says| !says.is_empty());
    let Some(says) = says else {
        return Err(row.fault_with(
            "the condition has no description",
            "write it after `#`: it is shown until the condition holds",
        ));
    };
    let is_once = code.trim_start().starts_with(ONCE);
    // Blanks in its place, so that the places of what is wrong stay.
    let call = match is_once {
        true => code.replacen(ONCE, &" ".repeat(ONCE.len()), 1),
        false => code.to_owned(),
    };
    let words = WORDS.map(|(word, _)| word);
    let pattern = parse_pattern(&call, &words).map_err(|error| row.wrong(error))?;
    if let Some((place, like)) = words::unknown(code) {
        let error = SyntaxError::new(place.clone(), format!("`{}` is not known", &code[place]));
        return Err(row.wrong(match like {
            Some(like) => error.help(format!("did you mean {like}?")),
            None => error,
        }));
    }
    let subject = subject(&pattern);
    if subject != Subject::Calls {
        check_subject(row, &pattern, subject)?;
    }
    Ok(Condition {
        text: code.trim().to_owned(),
        says: says.to_owned(),
        pattern,
        subject,
        is_once,
    })
}

/// Reads a line whose call is to be made, whatever call it is.
pub(crate) fn call_condition(row: SourceLine<'_>) -> Result<Condition, ScriptError> {
    let subject = Subject::Calls;
    Ok(Condition {
        subject,
        ..condition(row)?
    })
}

fn subject(pattern: &Pattern) -> Subject {
    let shape = &pattern.either[0];
    let own = WORDS.iter().find(|(word, _)| *word == shape.word);
    match (own, shape.call_kind()) {
        (Some((_, subject)), _) => *subject,
        (_, Some(CallKind::State)) => Subject::State,
        (_, Some(CallKind::Peer)) => Subject::Peer,
        (_, Some(CallKind::Pending)) => Subject::Pending,
        (_, Some(CallKind::Unread)) => Subject::Unread,
        _ => Subject::Calls,
    }
}

/// Such a condition is about one socket, and all but one have a result.
fn check_subject(
    row: SourceLine<'_>,
    pattern: &Pattern,
    subject: Subject,
) -> Result<(), ScriptError> {
    let [shape] = pattern.either.as_slice() else {
        return Err(
            row.fault("state(), peer(), pending(), unread() and foreign() cannot have `or`")
        );
    };
    let one_name = matches!(shape.arguments.as_slice(), [one] if one.len() == 1);
    if !one_name || shape.is_open || !pattern.targets.is_empty() {
        return Err(row.fault_with(
            format!("{} looks at one socket", shape.word),
            format!("{}(x)", shape.word),
        ));
    }
    let has_result = matches!(pattern.mode, Mode::Expect(_));
    if has_result == (subject == Subject::Foreign) {
        let message = if has_result {
            "foreign(x) holds or does not, and has no result"
        } else {
            "what it must be is missing"
        };
        return Err(row.fault(message));
    }
    Ok(())
}

#[cfg(test)]
mod tests;
