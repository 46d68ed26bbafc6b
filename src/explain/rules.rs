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
use crate::explain::context::Scene;
use crate::explain::rule::Row;

/// All tables, the special before the general.
pub(crate) static TABLES: &[&[Row]] = &[
    crate::explain::rules::waiting::ROWS,
    crate::explain::rules::readiness::ROWS,
    crate::explain::rules::messages::ROWS,
    crate::explain::rules::lengths::ROWS,
    crate::explain::rules::loops::ROWS,
    crate::explain::rules::files::ROWS,
    crate::explain::rules::ioctl::ROWS,
    crate::explain::rules::descriptors::ROWS,
    crate::explain::rules::unix::ROWS,
    crate::explain::rules::addresses::ROWS,
    crate::explain::rules::connect::ROWS,
    crate::explain::rules::sending::ROWS,
    crate::explain::rules::receiving::ROWS,
    crate::explain::rules::closing::ROWS,
    crate::explain::rules::options::ROWS,
    crate::explain::rules::words::ROWS,
    crate::explain::rules::general::ROWS,
];

/// Every row in the order in which they are tried.
pub(crate) fn all() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// The first row that fits.
pub(crate) fn find(scene: &Scene<'_>) -> Option<&'static Row> {
    all().find(|row| row.fits(scene))
}
