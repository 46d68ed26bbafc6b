//! x
pub mod notation;
pub mod socket;
