//! Looking back: the world as it was after any event of a session.
//!
//! A copy of the world shares with the others what is equal. In a session of 1,000,000 events on 30,000 sockets that are
//! closed again, the copies need about 250 MB, or 0.25 MB each (`cargo bench -- memory_of_looking_back`). There are at most
//! 1,024 of them: what happened before the last 1,048,576 events can no longer be looked at.
//!
//! [`Timeline`] gives that world, and [`Moments`] are those at which a call had ended: what a person steps through.

mod moments;
mod timeline;

pub use crate::history::moments::{Moment, Moments};
pub use crate::history::timeline::{NotRecorded, PastEvents, Timeline, Unreachable};

/// The events between two copies of the world.
const INTERVAL: u64 = if cfg!(test) { 32 } else { 1024 };
/// The copies of the world that are kept.
const COPIES: usize = if cfg!(test) { 64 } else { 1024 };
/// How many events can be looked back.
pub const REACH: u64 = INTERVAL * COPIES as u64;
