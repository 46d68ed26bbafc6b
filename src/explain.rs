//! Why a call returned what it returned, in this world: one or two sentences for every result of every call.
//!
//! The explanations are rows of data: which calls, which result, what must hold in the world, the text and its source.
//! [`why`] takes the first row that fits. The tables stand in the `rows_` files in the order of `rows::TABLES`, the
//! special before the general; every call ends with a row for any success and a row for any errno, which the tests check.
//! [`wakes_on`] says what a sleeping call waits for and [`inapplicable`] why a call cannot succeed now; both are tables too.
//!
//! A row also names the suggestions ([`ways`]): lines of the notation, filled from this world, that a person can run next.
//!
//! A row is chosen by the `Context`: the call with its socket, the sockets it met, and what earlier calls set.
//! It looks at the world as it was when the call ended, so an old line of the log keeps its explanation.

mod claims;
mod condition;
pub(crate) mod context;
pub(crate) mod facts;
pub(crate) mod inapplicable;
mod pattern;
pub(crate) mod rule;
pub(crate) mod rules;
pub mod sockaddr_view;
pub(crate) mod suggestions;
pub(crate) mod text;
pub(crate) mod wakes_on;

use crate::call::table::CallKind;
use crate::explain::context::Context;
pub use crate::explain::inapplicable::inapplicable;
use crate::explain::rule::Rule;
pub use crate::explain::suggestions::{Suggestion, ways};
pub use crate::explain::wakes_on::wakes_on;
use crate::socket::{Address, SocketType};
pub use crate::world::claim::Claim;
use crate::world::{Record, World};

/// An explanation of one result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Why {
    /// One or two sentences; an introduction of a few words comes before those of a collected result.
    pub text: String,
    /// Where to read more: `connect(2)`, `TLPI 56.5`, `RFC 9293 3.6`; empty where there is nothing more.
    pub source: &'static str,
    /// What it states as causes, as data.
    pub claims: Vec<Claim>,
}

/// Why a call of the log ended as it did, or what it waits for.
///
/// `wait` and `cancel` give the result of another call, so they are explained by that one where it is known.
pub fn why(world: &World, record: &Record) -> Why {
    let context = Context::of(world, record);
    let Some(collected) = context.collected() else {
        return plain(&context);
    };
    let of_that = plain(&Context::of(world, collected));
    Why {
        text: format!(
            "{} ended. {}",
            text::short_call(&Context::of(world, collected)),
            of_that.text
        ),
        source: of_that.source,
        claims: of_that.claims,
    }
}

/// The address and type of a socket outside of the session that was in the way of bind(), for
/// [`crate::event::EventKind::AddressOwner`] to be found. `None`: the culprit is known, or it is something else.
pub fn owned_outside(world: &World, record: &Record) -> Option<(Address, SocketType)> {
    let context = Context::of(world, record);
    let address = context.owned_outside()?;
    Some((address.clone(), context.socket?.socket_type()))
}

fn plain(context: &Context<'_>) -> Why {
    rules::find(context).map_or_else(
        || Why {
            text: rule::NOTHING_FITS.to_owned(),
            source: manual(context.call_kind()),
            claims: Vec::new(),
        },
        |row| tell(context, row),
    )
}

fn tell(context: &Context<'_>, row: &Rule) -> Why {
    let source = match row.source {
        rule::OF_THE_CALL => manual(context.call_kind()),
        rule::NO_SOURCE => "",
        source => source,
    };
    Why {
        text: text::fill(row.text, context),
        source,
        claims: row
            .claims
            .iter()
            .filter_map(|claim| claim.claim(context))
            .collect(),
    }
}

/// The manual page of a call; the words of the playground have none.
fn manual(call_kind: CallKind) -> &'static str {
    match call_kind.signature().man {
        "" => "the notation",
        man => man,
    }
}

#[cfg(test)]
mod tests;
