//! What is so in place of what a goal wants: `q: now 8, expected 7`, `made: send(a, "hi") -> 2`.

use crate::call::Mode;
use crate::lesson::goal::check::{Choice, Search, variable, word};
use crate::lesson::goal::{Condition, Goal, Subject};
use crate::world::{Handle, World};

/// The most characters that are shown of a call.
const SHOWN: usize = 48;

/// For each condition that does not hold what is so of the one socket that can be meant, or which such call was made.
pub(crate) fn of(search: &Search<'_>) -> Vec<Option<String>> {
    let conditions = search.goal.conditions.iter().zip(&search.best);
    let all = conditions.map(|(condition, held)| match (held, condition.subject) {
        (true, _) => None,
        // For an answer that is graded the call that came nearest is found instead.
        (false, Subject::Calls) if search.goal.is_named => made(condition, search),
        (false, Subject::Calls) => None,
        (false, _) => now_and_wanted(condition, search.world, &search.chosen),
    });
    all.collect()
}

/// The newest call like the wanted one that fulfils no condition.
fn made(condition: &Condition, search: &Search<'_>) -> Option<String> {
    let shapes = &condition.pattern.either;
    let mut calls = search.calls.iter().filter(|candidate| {
        if candidate.is_several() {
            return false;
        }
        let kinds = candidate.forms.iter().map(|form| form.call_kind);
        let mut kinds =
            kinds.filter(|kind| shapes.iter().any(|own| own.call_kind() == Some(*kind)));
        let mut conditions = search.goal.conditions.iter();
        let is_wanted = |own: &Condition| {
            own.subject == Subject::Calls
                && search.of_call(own, candidate, &search.chosen).is_some()
        };
        kinds.next().is_some() && !conditions.any(is_wanted)
    });
    let record = calls.next()?.record;
    let result = match record.outcome() {
        Some(outcome) => outcome.to_string(),
        None if record.is_blocked() => "blocks".to_owned(),
        None => return None,
    };
    let text = format!("{} -> {result}", record.call());
    let cut = text.chars().count() > SHOWN;
    let shown: String = text.chars().take(SHOWN).collect();
    Some(format!("made: {shown}{}", if cut { "…" } else { "" }))
}

fn now_and_wanted(condition: &Condition, world: &World, chosen: &Choice) -> Option<String> {
    let Mode::Expect(wanted) = &condition.pattern.mode else {
        return None;
    };
    let first = condition.pattern.either[0].arguments.first()?;
    let name = variable(first.first()?)?;
    let socket = match chosen.get(&name) {
        Some(socket) => world.descriptor(*socket)?,
        None => only(condition, world, chosen)?,
    };
    let now = word(world, condition.subject, socket)?;
    Some(format!("{}: now {now}, expected {wanted}", socket.name()))
}

/// The only socket that an unbound variable can be. Where several can, one in whose queue something waits is preferred
/// to those with empty queues.
pub(crate) fn only<'a>(
    condition: &Condition,
    world: &'a World,
    chosen: &Choice,
) -> Option<Handle<'a>> {
    let is_free = |socket: &Handle<'_>| {
        let is_taken = chosen.values().any(|own| *own == socket.id());
        socket.is_open() && !is_taken && word(world, condition.subject, *socket).is_some()
    };
    let free: Vec<Handle<'_>> = world.descriptors().filter(is_free).collect();
    let counts = |socket: &&Handle<'_>| {
        word(world, condition.subject, **socket).is_some_and(|now| now != "0")
    };
    match (
        free.as_slice(),
        free.iter().filter(counts).collect::<Vec<_>>().as_slice(),
    ) {
        ([one], _) => Some(*one),
        (_, [one]) => Some(**one),
        _ => None,
    }
}

/// How many sockets are named where any of them can be meant.
const NAMED: usize = 4;

impl Goal {
    /// What is so in place of what a condition wants, where several sockets can be meant, or none. `None`: it is about a
    /// call.
    pub(crate) fn instead(&self, world: &World, condition: &Condition) -> Option<String> {
        let Mode::Expect(wanted) = &condition.pattern.mode else {
            return None;
        };
        if condition.subject == Subject::Calls {
            return None;
        }
        let open = world.descriptors().filter(|socket| socket.is_open());
        let words: Vec<String> = open
            .filter_map(|socket| {
                let word = word(world, condition.subject, socket)?;
                Some(format!("{}: {word}", socket.name()))
            })
            .collect();
        if words.is_empty() {
            return Some(format!(
                "no open socket has one at the end; expected {wanted}"
            ));
        }
        let rest = words.len().saturating_sub(NAMED);
        let named = words[..words.len() - rest].join(", ");
        let rest = match rest {
            0 => String::new(),
            rest => format!(", and {rest} more"),
        };
        Some(format!("at the end {named}{rest}; expected {wanted}"))
    }
}
