//! All tables of explanations together, and how a row is found in them.

use super::row::Row;
use super::scene::Scene;

/// All tables, the special before the general.
pub(super) static TABLES: &[&[Row]] = &[
    super::rows_waiting::ROWS,
    super::rows_ready::ROWS,
    super::rows_messages::ROWS,
    super::rows_lengths::ROWS,
    super::rows_loops::ROWS,
    super::rows_files::ROWS,
    super::rows_ioctl::ROWS,
    super::rows_descriptors::ROWS,
    super::rows_unix::ROWS,
    super::rows_addresses::ROWS,
    super::rows_connect::ROWS,
    super::rows_sending::ROWS,
    super::rows_receiving::ROWS,
    super::rows_closing::ROWS,
    super::rows_options::ROWS,
    super::rows_words::ROWS,
    super::rows_general::ROWS,
];

/// Every row in the order in which they are tried.
pub(super) fn all() -> impl Iterator<Item = &'static Row> {
    TABLES.iter().copied().flatten()
}

/// The first row that fits.
pub(super) fn find(scene: &Scene<'_>) -> Option<&'static Row> {
    all().find(|row| row.fits(scene))
}
