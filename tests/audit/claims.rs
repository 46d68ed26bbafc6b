//! Claims held against the other source, by what they are about.

mod addresses;
mod connections;
mod ends;
mod files;
mod host;
mod options;
mod queues;

pub(crate) use addresses::text;
pub(crate) use connections::{Found, number};
pub(crate) use queues::unread;

use sockplay::explain::Claim;
use sockplay::world::{Record, World};

use super::auditor::{Auditor, Verdict};

impl Auditor<'_> {
    /// Judges a claim about a call.
    pub(crate) fn judge(&mut self, world: &World, record: &Record, claim: &Claim) -> Verdict {
        let found = self
            .judge_files(world, record, claim)
            .or_else(|| self.judge_addresses(record, claim))
            .or_else(|| self.judge_connections(world, claim))
            .or_else(|| self.judge_ends(claim))
            .or_else(|| self.judge_queues(world, claim))
            .or_else(|| self.judge_options(world, claim))
            .or_else(|| self.judge_host(claim));
        found.unwrap_or(Verdict::Undecidable("no other source tells"))
    }
}
