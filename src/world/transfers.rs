//! What the calls on a socket moved: sums and ranks from the ledgers of the log, without visiting every call.

use crate::event::{DescriptorId, Timestamp};
use crate::world::log::{Direction, Ledger};
use crate::world::{Record, World};

impl World {
    fn ledger(&self, id: DescriptorId, direction: Direction) -> Option<&Ledger> {
        self.log.ledger(self.file_of(id)?, direction)
    }

    /// How many calls had moved data by a moment, through any descriptor of the socket.
    pub(crate) fn transfers_until(
        &self,
        id: DescriptorId,
        until: Timestamp,
        direction: Direction,
    ) -> usize {
        let ended = |place| self.log.get(place).and_then(Record::returned_at);
        self.ledger(id, direction)
            .map_or(0, |ledger| ledger.rank_at(until, ended))
    }

    /// How many bytes the calls moved until a moment. MSG_PEEK does not move data.
    pub(crate) fn moved_until(
        &self,
        id: DescriptorId,
        until: Timestamp,
        direction: Direction,
    ) -> u64 {
        let rank = self.transfers_until(id, until, direction);
        self.moved_before(id, rank, direction)
    }

    /// How many bytes the calls before a rank moved.
    pub(crate) fn moved_before(&self, id: DescriptorId, rank: usize, direction: Direction) -> u64 {
        self.ledger(id, direction)
            .map_or(0, |ledger| ledger.before(rank))
    }

    /// How many calls had moved data before this one.
    pub(crate) fn transfers_before(
        &self,
        id: DescriptorId,
        record: &Record,
        direction: Direction,
    ) -> usize {
        let until = record.returned_at().unwrap_or(Timestamp(u64::MAX));
        let end = self.transfers_until(id, until, direction);
        let same = |rank: &usize| {
            let other = self.transfer(id, *rank, direction);
            other.is_some_and(|(other, _)| other.returned_at() == Some(until))
        };
        let is_it = |rank: &usize| {
            let other = self.transfer(id, *rank, direction);
            other.is_some_and(|(other, _)| other.id() == record.id())
        };
        // A call that moved several messages has as many ranks.
        let own = (0..end).rev().take_while(same).filter(is_it).last();
        own.unwrap_or(end)
    }

    /// The call with a rank, and how many bytes it moved. `None`: there is none, or it is forgotten.
    pub(crate) fn transfer(
        &self,
        id: DescriptorId,
        rank: usize,
        direction: Direction,
    ) -> Option<(&Record, u64)> {
        let ledger = self.ledger(id, direction)?;
        Some((self.log.get(ledger.place(rank)?)?, ledger.bytes(rank)?))
    }

    /// Which of the messages of its call the transfer with a rank was: the number of those before it.
    pub(crate) fn message_index(
        &self,
        id: DescriptorId,
        rank: usize,
        direction: Direction,
    ) -> usize {
        let Some(ledger) = self.ledger(id, direction) else {
            return 0;
        };
        let place = ledger.place(rank);
        let before = (0..rank).rev().map(|before| ledger.place(before));
        before.take_while(|before| *before == place).count()
    }

    /// How many bytes the call with a rank moved, even if it is forgotten.
    pub(crate) fn moved_by(&self, id: DescriptorId, rank: usize, direction: Direction) -> u64 {
        let bytes = |ledger: &Ledger| ledger.bytes(rank);
        self.ledger(id, direction).and_then(bytes).unwrap_or(0)
    }

    /// The rank of the call that moved the byte at a position, the first of those that are kept.
    pub(crate) fn rank_of_byte(&self, id: DescriptorId, byte: u64, direction: Direction) -> usize {
        self.ledger(id, direction)
            .map_or(0, |ledger| ledger.rank_of(byte))
    }

    /// Whether one of the calls up to a rank made many transfers.
    pub(crate) fn has_many(&self, id: DescriptorId, rank: usize, direction: Direction) -> bool {
        self.ledger(id, direction)
            .is_some_and(|ledger| ledger.has_many(rank))
    }

    /// The calls that moved data until a moment, the one that ended last first.
    pub(crate) fn transfers_back(
        &self,
        id: DescriptorId,
        until: Timestamp,
        direction: Direction,
    ) -> impl Iterator<Item = &Record> {
        let end = self.transfers_until(id, until, direction);
        let first = self.ledger(id, direction).map_or(0, Ledger::first);
        let ranks = (first.min(end)..end).rev();
        ranks.filter_map(move |rank| Some(self.transfer(id, rank, direction)?.0))
    }
}
