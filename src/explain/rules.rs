//! All tables of explanations together, and how a row is found in them.

pub(crate) mod addresses;
pub(crate) mod closing;
pub(crate) mod connect;
pub(crate) mod descriptors;
pub(crate) mod files;
pub(crate) mod general;
pub(crate) mod ioctl;
pub(crate) mod lengths;
pub(crate) mod loops;
pub(crate) mod messages;
pub(crate) mod options;
pub(crate) mod readiness;
pub(crate) mod receiving;
pub(crate) mod sending;
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
    waiting::ROWS,
    readiness::ROWS,
    messages::ROWS,
    lengths::ROWS,
    loops::ROWS,
    files::ROWS,
    ioctl::ROWS,
    descriptors::ROWS,
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

/// Every row in the order in which they are tried.
pub(crate) fn all() -> impl Iterator<Item = &'static Rule> {
    TABLES.iter().copied().flatten()
}

/// The rows that speak of each call, in the order in which they are tried.
static ABOUT: LazyLock<HashMap<CallKind, Vec<&'static Rule>>> = LazyLock::new(|| {
    let kinds = SIGNATURES.iter().map(|row| row.call_kind);
    let about = |kind| all().filter(|row| row.is_about(kind)).collect();
    kinds.map(|kind| (kind, about(kind))).collect()
});

/// The first row that fits.
pub(crate) fn find(context: &Context<'_>) -> Option<&'static Rule> {
    let rows = ABOUT.get(&context.call_kind())?;
    rows.iter().copied().find(|row| row.fits(context))
}
