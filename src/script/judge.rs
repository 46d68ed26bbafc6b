//! Judging: whether the result of a line is the expected one.

use std::time::Duration;

use crate::call::argument::Name;
use crate::call::outcome::Outcome;
use crate::call::table::Gives;
use crate::call::{Call, Command, Mode};
use crate::event::Abandonment;
use crate::world::World;

/// How long a line may block, and a state take to come true, where nothing else is said.
pub const TIMEOUT: Duration = Duration::from_secs(2);

/// Who gives the lines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// A file: each line is judged, a line without expectation must neither fail nor block.
    Script,
    /// A person: nothing is judged that was not asked for, and a call that blocks is left to itself.
    Prompt,
}

/// Whether a line did what was expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Verdict {
    /// It did.
    Held,
    /// It did not; what was expected.
    Broken(String),
}

impl Verdict {
    /// Whether it held.
    pub fn held(&self) -> bool {
        *self == Self::Held
    }
}

/// What is expected of lines that say nothing else.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Standard {
    /// Who gives them.
    pub(crate) pace: Pace,
    /// How long they may take.
    pub(crate) timeout: Duration,
}

/// Whether an outcome is what a line expects; `None` for a call that has not returned.
pub(crate) fn verdict(
    standard: Standard,
    world: &World,
    command: &Command,
    outcome: Option<&Outcome>,
) -> Verdict {
    let broken = |expected: &str| Verdict::Broken(format!("expected {expected}"));
    match (&command.mode, outcome) {
        (Mode::Background, _) => Verdict::Held,
        (Mode::Blocks, Some(_)) => broken("that it blocks"),
        (Mode::Blocks, None) => broken("that it blocks; it neither returned nor slept"),
        (Mode::Expect(expectation), outcome) => {
            let holds = outcome.is_some_and(|outcome| as_expected(world, &command.mode, outcome));
            if holds {
                Verdict::Held
            } else {
                broken(&expectation.to_string())
            }
        }
        (Mode::Plain, _) if standard.pace == Pace::Prompt => Verdict::Held,
        (Mode::Plain, None) => broken(&format!(
            "that it does not block for more than {}",
            seconds(standard.timeout)
        )),
        // What cancel() and inject() give is the failure that they are for.
        (Mode::Plain, Some(_))
            if matches!(command.call, Call::Cancel { .. } | Call::Inject { .. }) =>
        {
            Verdict::Held
        }
        (Mode::Plain, Some(outcome)) if outcome.errno().is_some() => {
            broken("that it does not fail")
        }
        (Mode::Plain, Some(_)) => Verdict::Held,
    }
}

/// Whether it is as expected that a call was not made, and why it was not.
pub(crate) fn refusal(mode: &Mode, reason: &str) -> Verdict {
    match mode {
        Mode::Expect(expectation) if expectation.is_refusal() => Verdict::Held,
        _ => Verdict::Broken(reason.to_owned()),
    }
}

/// Whether it is as expected that a call never returned, and why it did not.
pub(crate) fn abandoned(command: &Command, reason: Abandonment) -> Verdict {
    let never_returns = command.call.call_kind().signature().gives == Gives::Nothing;
    match &command.mode {
        Mode::Expect(expectation) if expectation.is_never() => Verdict::Held,
        Mode::Plain if never_returns => Verdict::Held,
        Mode::Background => Verdict::Held,
        Mode::Expect(_) | Mode::Plain | Mode::Blocks => {
            Verdict::Broken(format!("the call did not return: {reason}"))
        }
    }
}

/// Whether an outcome is the expected one, where one is.
pub(crate) fn as_expected(world: &World, mode: &Mode, outcome: &Outcome) -> bool {
    let Mode::Expect(expectation) = mode else {
        return true;
    };
    let lookup = |name: &Name| world.named(name).and_then(|socket| socket.local().cloned());
    expectation.holds(&outcome.words(), &lookup)
}

/// A span in seconds.
pub(crate) fn seconds(span: Duration) -> String {
    format!("{} s", crate::event::refusal::seconds(span))
}
