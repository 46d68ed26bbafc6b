//! All tables of rules together, and how a rule is found in them.

pub(crate) mod addresses;
pub(crate) mod closing;
pub(crate) mod connect;
pub(crate) mod counters;
pub(crate) mod descriptors;
pub(crate) mod domains;
pub(crate) mod files;
pub(crate) mod general;
pub(crate) mod ioctl;
pub(crate) mod lengths;
pub(crate) mod loops;
pub(crate) mod messages;
pub(crate) mod names;
pub(crate) mod options;
pub(crate) mod pipes;
pub(crate) mod processes;
pub(crate) mod raw;
pub(crate) mod readiness;
pub(crate) mod receiving;
pub(crate) mod sending;
pub(crate) mod traced;
pub(crate) mod unix;
pub(crate) mod waiting;
pub(crate) mod words;

use std::collections::HashMap;
use std::sync::LazyLock;

use crate::call::table::{CallKind, SIGNATURES};
use crate::explain::context::Context;
use crate::explain::rule::Rule;

/// All tables, the special before the general.
pub(crate) static TABLES: &[&[Rule]] = &[
    traced::ROWS,
    names::ROWS,
    processes::ROWS,
    waiting::ROWS,
    readiness::ROWS,
    messages::ROWS,
    lengths::ROWS,
    loops::ROWS,
    pipes::ROWS,
    counters::ROWS,
    files::ROWS,
    ioctl::ROWS,
    descriptors::ROWS,
    raw::ROWS,
    domains::ROWS,
    unix::ROWS,
    addresses::ROWS,
    connect::ROWS,
    sending::ROWS,
    receiving::ROWS,
    closing::ROWS,
    options::ROWS,
    words::ROWS,
    general::ROWS,
];

/// Every rule, in the order in which they are tried. The place of a rule here is its number.
static ALL: LazyLock<Vec<&'static Rule>> =
    LazyLock::new(|| TABLES.iter().copied().flatten().collect());

/// A rule with its number.
type Numbered = (u16, &'static Rule);

/// The rules about each call, in the order in which they are tried.
static ABOUT: LazyLock<HashMap<CallKind, Vec<Numbered>>> = LazyLock::new(|| {
    let kinds = SIGNATURES.iter().map(|row| row.call_kind);
    let kinds = kinds.chain([CallKind::Syscall]);
    let about = |kind| {
        let all = (0..).zip(ALL.iter().copied());
        all.filter(|(_, rule)| rule.is_about(kind)).collect()
    };
    kinds.map(|kind| (kind, about(kind))).collect()
});

/// The rule with a number.
pub(crate) fn numbered(number: u16) -> Option<&'static Rule> {
    ALL.get(usize::from(number)).copied()
}

/// The number of the first rule that applies.
pub(crate) fn find(context: &Context<'_>) -> Option<u16> {
    let mut about = ABOUT.get(&context.call_kind())?.iter();
    let (number, _) = about.find(|(_, rule)| rule.fits(context))?;
    Some(*number)
}

/// Every rule.
#[cfg(test)]
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied()
}
