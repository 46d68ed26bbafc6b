//! How many bytes the calls on an open file description moved in one direction: sums that do not need the calls
//! themselves.

use imbl::{OrdMap, Vector};

use crate::event::Timestamp;
use crate::world::log::Place;
use crate::world::log::search::{drop_first, partition_from_end, range};

/// A direction of a socket.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Direction {
    /// What its calls sent.
    Sent,
    /// What its calls received.
    Received,
    /// The messages that calls on other sockets of the session sent to it.
    Arrived,
}

/// The number of transfers between two stored sums.
const STEP: usize = 64;

/// A call that moved data.
#[derive(Debug, Clone, Copy)]
struct Transfer {
    place: Place,
    /// How many bytes; numbers that do not fit are stored separately.
    bytes: u32,
}

/// The calls that moved data in one direction, in the order in which they ended. The rank of a call is the number of
/// those before it, from the beginning of the session.
#[derive(Debug, Clone, Default)]
pub(crate) struct Ledger {
    transfers: Vector<Transfer>,
    /// How many of the oldest are forgotten; whole steps.
    forgotten: usize,
    /// The sum before each step that is kept.
    sums: Vector<u64>,
    total: u64,
    /// The byte counts that are too large for an entry.
    large: OrdMap<usize, u64>,
    /// The rank of the first call that made many transfers.
    first_many: Option<usize>,
}

impl Ledger {
    /// Adds a call that has ended.
    pub(crate) fn add(&mut self, place: Place, bytes: u64, is_many: bool) {
        let rank = self.count();
        if rank.is_multiple_of(STEP) {
            self.sums.push_back(self.total);
        }
        if is_many && self.first_many.is_none() {
            self.first_many = Some(rank);
        }
        let short = u32::try_from(bytes).ok();
        if short.is_none() {
            self.large.insert(rank, bytes);
        }
        let bytes_here = short.unwrap_or(u32::MAX);
        self.transfers.push_back(Transfer {
            place,
            bytes: bytes_here,
        });
        self.total = self.total.saturating_add(bytes);
    }

    /// How many calls moved data.
    pub(crate) fn count(&self) -> usize {
        self.forgotten + self.transfers.len()
    }

    /// The rank of the oldest that is kept.
    pub(crate) fn first(&self) -> usize {
        self.forgotten
    }

    /// Whether one of the calls up to this rank made many transfers.
    pub(crate) fn has_many(&self, rank: usize) -> bool {
        self.first_many.is_some_and(|first| first <= rank)
    }

    /// The place in the log of the call with a rank.
    pub(crate) fn place(&self, rank: usize) -> Option<usize> {
        let kept = rank.checked_sub(self.forgotten)?;
        Some(self.transfers.get(kept)?.place as usize)
    }

    /// How many bytes the call with a rank moved.
    pub(crate) fn bytes(&self, rank: usize) -> Option<u64> {
        let kept = rank.checked_sub(self.forgotten)?;
        let short = u64::from(self.transfers.get(kept)?.bytes);
        Some(self.large.get(&rank).copied().unwrap_or(short))
    }

    /// How many bytes the calls before a rank moved; of forgotten ranks, before the oldest that is kept.
    pub(crate) fn before(&self, rank: usize) -> u64 {
        let rank = rank.clamp(self.forgotten, self.count());
        let step = (rank - self.forgotten) / STEP;
        let Some(sum) = self.sums.get(step) else {
            return self.total;
        };
        let within = self.forgotten + step * STEP..rank;
        sum + within.filter_map(|rank| self.bytes(rank)).sum::<u64>()
    }

    /// How many of the calls had ended by a moment; `ended` gives the time at which the call at a place ended.
    pub(crate) fn rank_at(
        &self,
        until: Timestamp,
        ended: impl Fn(usize) -> Option<Timestamp>,
    ) -> usize {
        let is_before =
            |transfer: &Transfer| ended(transfer.place as usize).is_none_or(|at| at <= until);
        self.forgotten
            + partition_from_end(self.transfers.len(), |at| is_before(&self.transfers[at]))
    }

    /// The rank of the call that moved the byte at a position; the number of calls if none has.
    pub(crate) fn rank_of(&self, byte: u64) -> usize {
        let step =
            partition_from_end(self.sums.len(), |at| self.sums[at] <= byte).saturating_sub(1);
        let mut rank = self.forgotten + step * STEP;
        let mut sum = self.sums.get(step).copied().unwrap_or(self.total);
        while let Some(bytes) = self.bytes(rank).filter(|bytes| sum + bytes <= byte) {
            sum += bytes;
            rank += 1;
        }
        rank
    }

    /// Forgets the calls before a place, in whole steps.
    pub(crate) fn forget(&mut self, first: Place) {
        while self.forgets(first) {
            drop_first(&mut self.transfers, STEP);
            self.sums.pop_front();
            self.forgotten += STEP;
        }
        while let Some((rank, _)) = self.large.get_min()
            && *rank < self.forgotten
        {
            let rank = *rank;
            self.large.remove(&rank);
        }
    }

    /// Whether the calls before a place fill a step.
    pub(crate) fn forgets(&self, first: Place) -> bool {
        let is_old = |transfer: &Transfer| transfer.place < first;
        self.transfers.len() > STEP && range(&self.transfers, 0..STEP).all(is_old)
    }
}
