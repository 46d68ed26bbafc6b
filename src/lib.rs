//! x
pub mod event;
pub mod notation;
pub mod socket;
pub mod world;
