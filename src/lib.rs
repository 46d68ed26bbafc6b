//! x
pub mod event;
pub mod explain;
pub mod notation;
pub mod socket;
pub mod world;
