//! Why a call returned what it returned, in this world: one or two sentences forevery result of every call.
//!
//! The explanations are rules, which are data: the calls, the result, what must hold in the world, the text and its
//! source. The first rule that applies explains a call. The tables are in `rules/` in the order of `rules::TABLES`, the
//! special before the general; every call ends with a rule for any success and one for any errno, which the tests
//! check.
//!
//! The rule is found when the call has ended ([`fold`]). Its number, the values in its text and its claims are kept
//! with the call as [`Facts`]. [`why`] reads them; for a call that has not ended it finds them again each time.
//!
//! [`wakes_on`] says what a sleeping call waits for, and [`inapplicable`] why a call cannot succeed now. Both are
//! tables too.
//!
//! A rule also names the suggestions ([`suggestions()`]): lines of the notation, with arguments from the present world,
//! that the user can run next.
//!
//! A rule is chosen by the `Context`: the call with its socket, the other sockets that it involves, and what earlier
//! calls set, as it was when the call ended.

mod claims;
mod commands;
mod condition;
pub(crate) mod context;
mod difference;
pub(crate) mod facts;
pub(crate) mod inapplicable;
mod meaning;
mod pattern;
pub(crate) mod rule;
pub(crate) mod rules;
pub mod sockaddr_view;
pub(crate) mod suggestions;
pub(crate) mod text;
pub(crate) mod wakes_on;

use crate::call::table::CallKind;
use crate::event::Event;
pub use crate::explain::commands::{ShellCommand, shell_commands};
use crate::explain::context::Context;
pub use crate::explain::difference::difference;
pub use crate::explain::inapplicable::inapplicable;
use crate::explain::rule::Rule;
pub use crate::explain::suggestions::{Promise, Suggestion, suggestions};
pub use crate::explain::wakes_on::wakes_on;
use crate::socket::{Address, SocketType};
pub use crate::world::claim::Claim;
use crate::world::{Facts, Record, World};

/// An explanation of one result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// One or two sentences; an introduction of a few words comes before those of a collected result.
    pub text: String,
    /// Where to read more: `connect(2)`, `TLPI 56.5`, `RFC 9293 3.6`; empty where there is nothing more.
    pub source: &'static str,
    /// The causes that it states, as data.
    pub claims: Vec<Claim>,
}

/// Folds an event into the world, and finds the facts of the calls that it ends, or whose facts it completes.
///
/// A driver that shows explanations calls this and not [`World::apply`].
pub fn fold(world: &mut World, event: &Event) {
    world.apply(event);
    for call in world.completed_by(event) {
        let ended = world.call(call).filter(|record| !record.is_pending());
        if let Some(facts) = ended.map(|record| facts_of(world, record)) {
            world.keep_facts(call, facts);
        }
    }
}

/// Why a call of the log ended as it did, or what it waits for. Once it has ended this comes from its facts.
pub fn why(world: &World, record: &Record) -> Why {
    match &record.facts {
        Some(facts) => explained(facts),
        None => explained(&facts_of(world, record)),
    }
}

/// What the explanation of a call rests on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Basis {
    /// Its sentence, with `{placeholders}` for what it quotes.
    pub sentence: &'static str,
    /// Where to read more.
    pub source: &'static str,
    /// Why it carries no claim, or not only claims.
    pub reasons: Vec<&'static str>,
}

/// What the explanation of a call rests on. `None`: it has none.
pub fn basis(world: &World, record: &Record) -> Option<Basis> {
    let context = Context::of(world, record);
    let rule = rule_of(&context)?;
    let reasons = rule.claims.iter().filter_map(|claim| claim.reason());
    Some(Basis {
        sentence: rule.text,
        source: why(world, record).source,
        reasons: reasons.collect(),
    })
}

fn explained(facts: &Facts) -> Why {
    let rule = facts.rule.and_then(rules::numbered);
    let text = rule.map_or_else(
        || rule::NOTHING_FITS.to_owned(),
        |rule| text::filled(rule.text, &facts.values),
    );
    Why {
        text: match (&facts.collected, &facts.looked_up) {
            (Some(collected), _) => format!("{collected} ended. {text}"),
            (None, Some(looked_up)) => format!("{looked_up} {text}"),
            (None, None) => text,
        },
        source: facts.source,
        claims: facts.claims.to_vec(),
    }
}

/// What explains a call as it is now in this world.
///
/// `wait` and `cancel` return the result of another call, so they are explained by that one if it is known.
fn facts_of(world: &World, record: &Record) -> Facts {
    let context = Context::of(world, record);
    let Some(collected) = context.collected() else {
        return own_facts(&context);
    };
    let collected = Context::of(world, collected);
    Facts {
        collected: Some(text::short_call(&collected).into()),
        ..own_facts(&collected)
    }
}

fn own_facts(context: &Context<'_>) -> Facts {
    let number = rules::find(context);
    let manual = manual(context.call_kind());
    let Some(rule) = number.and_then(rules::numbered) else {
        return Facts {
            source: manual,
            ..Facts::default()
        };
    };
    Facts {
        rule: number,
        values: text::values(rule.text, context),
        claims: rule
            .claims
            .iter()
            .filter_map(|claim| claim.claim(context))
            .collect(),
        collected: None,
        looked_up: context.looked_up().map(Into::into),
        source: match rule.source {
            rule::OF_THE_CALL => manual,
            rule::NO_SOURCE => "",
            source => source,
        },
    }
}

/// The rule that explains a call.
pub(crate) fn rule_of(context: &Context<'_>) -> Option<&'static Rule> {
    let number = match &context.record.facts {
        Some(facts) => facts.rule,
        None => rules::find(context),
    };
    number.and_then(rules::numbered)
}

/// The address and type of the socket outside of the session that conflicted with bind(), so that its owner can be
/// looked for ([`crate::event::EventKind::AddressOwner`]). `None`: the conflict is with a known socket, or bind()
/// failed for another reason.
pub fn owned_outside(world: &World, record: &Record) -> Option<(Address, SocketType)> {
    let context = Context::of(world, record);
    let address = context.owned_outside()?;
    Some((address.clone(), context.socket?.socket_type()))
}

/// The manual page of a call; the commands that sockplay adds have none.
fn manual(call_kind: CallKind) -> &'static str {
    match call_kind.signature().man {
        "" => "the notation",
        man => man,
    }
}

#[cfg(test)]
pub(crate) mod tests;
