//! Where a receive ended and why: at the urgent mark, at data that came with descriptors, at the end of the stream; and what
//! the error queue holds.

use crate::call::control_message::ControlMessage;
use crate::call::outcome::Returned;
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{open_file_description, succeeded};
use crate::explain::facts::history::last_set;
use crate::socket::Address;
use crate::socket::control::layout::Layout;
use crate::socket::endpoint::equal;
use crate::world::Handle;
use crate::world::log::{Category, Direction};

impl Context<'_> {
    /// How many bytes of a stream waited when the call had returned.
    pub(crate) fn left_unread(&self) -> Option<u64> {
        let left = self.after()?.unread.filter(|left| *left > 0)?;
        Some(left.into())
    }

    /// Whether the stream is at its urgent mark now.
    pub(crate) fn stops_at_mark(&self) -> bool {
        self.after()
            .is_some_and(|after| after.at_mark == Some(true))
    }

    /// Whether poll(2) reported one of these events when the call had returned.
    pub(crate) fn reported_after(&self, events: i16) -> bool {
        let reported = self.after().and_then(|after| after.events);
        reported.is_some_and(|reported| reported & i32::from(events) != 0)
    }

    /// Whether the error queue of the socket holds a record, so that poll(2) reports POLLERR until it is read.
    ///
    /// A call that failed with EAGAIN has found no other error, so that POLLERR can only stand for the queue.
    pub(crate) fn is_error_queued(&self) -> bool {
        let is_again = self.errno().is_some_and(|errno| errno.0 == libc::EAGAIN);
        let by_event = is_again && self.reported_after(libc::POLLERR);
        by_event || self.socket.is_some_and(Handle::error_queued)
    }

    /// The record of the error queue that the call received, in the words of the result.
    pub(crate) fn queued_error(&self) -> Option<String> {
        let is_record = |layout| layout == Layout::Error;
        self.control_of(is_record).map(ControlMessage::value)
    }

    /// The first control message that was received with a layout.
    fn control_of(&self, is_it: impl Fn(Layout) -> bool) -> Option<&ControlMessage> {
        let mut control = self.received()?.control.iter();
        control.find(|message| message.row().is_some_and(|row| is_it(row.layout)))
    }

    /// Of how many bytes that the peer sent in this connection this socket received how many, if some are lost.
    pub(crate) fn lost_of_peer(&self) -> Option<(u64, u64)> {
        let (own, peer) = (self.socket?.id(), self.closed_peer()?.id());
        self.are_counted(peer, self.at)?;
        let sent = self.world.moved_until(peer, self.at, Direction::Sent);
        let received = self.world.moved_until(own, self.at, Direction::Received);
        (sent > received).then_some((sent, received))
    }

    /// The size of the datagrams that UDP_GRO joined into what was received, as its control message says.
    pub(crate) fn joined(&self) -> Option<u64> {
        let mut control = self.received()?.control.iter();
        let of = (libc::SOL_UDP, libc::UDP_GRO);
        let size = control.find(|message| (message.level, message.kind) == of)?;
        let size = size.value().parse().ok()?;
        (self.count()? > size).then_some(size)
    }

    /// Whether our open peer sent more in this connection than this socket received.
    pub(crate) fn is_sent_in_vain(&self) -> bool {
        let (Some(own), Some(peer)) = (self.socket, self.peer()) else {
            return false;
        };
        let sent = self.world.moved_until(peer.id(), self.at, Direction::Sent);
        let received = self
            .world
            .moved_until(own.id(), self.at, Direction::Received);
        let is_counted = self.are_counted(peer.id(), self.at).is_some();
        sent > received && is_counted && self.closed_peer().is_none()
    }

    /// From where one of our sockets last sent to this connected one, if that is not its peer.
    pub(crate) fn foreign_source(&self) -> Option<Address> {
        let own = self.socket?;
        let peer = own.present_peer().filter(|peer| !peer.is_unset())?;
        let alike = self.others().filter(|other| other.kind() == own.kind());
        alike
            .filter_map(|other| self.sent_from(other))
            .find(|source| !equal(source, peer))
    }

    /// From where another socket sent its last message before the call ended, if that was to this one.
    fn sent_from(&self, other: Handle<'_>) -> Option<Address> {
        let mut sent = self
            .world
            .transfers_back(other.id(), self.at, Direction::Sent);
        let last = Context::of(self.world, sent.next()?);
        let receiver = last.filtering_receiver()?;
        (receiver.id() == self.socket?.id())
            .then(|| last.source())
            .flatten()
    }

    /// Whether as many records were received before this call as the peer has sent.
    pub(crate) fn has_all_records(&self) -> bool {
        let (Some(own), Some(peer)) = (self.socket, self.peer()) else {
            return false;
        };
        let sent = self
            .world
            .transfers_until(peer.id(), self.at, Direction::Sent);
        let taken = self
            .world
            .transfers_before(own.id(), self.record, Direction::Received);
        let is_counted = |id, rank: usize, direction| {
            let last = rank.checked_sub(1);
            !last.is_some_and(|last| self.world.has_many(id, last, direction))
        };
        sent == taken
            && is_counted(peer.id(), sent, Direction::Sent)
            && is_counted(own.id(), taken, Direction::Received)
    }

    /// The place in the stream of the only urgent byte that the peer has sent, if it is not in the stream and was not
    /// read with MSG_OOB.
    fn urgent_place(&self) -> Option<u64> {
        let (own, peer) = (self.socket?, self.peer()?);
        let (level, number) = (libc::SOL_SOCKET, libc::SO_OOBINLINE);
        let inline = last_set(self.world, own.id(), level, number, self.at);
        let is_inline = matches!(inline, Some(Value::Int(on)) if *on != 0);
        let source = open_file_description(self.world, peer.id());
        let urgent = self.world.log().in_category(source, Category::Urgent);
        let mut urgent = urgent.filter(|record| succeeded(record));
        let only = urgent.next().filter(|_| urgent.next().is_none())?;
        let mut taken = self
            .world
            .transfers_back(own.id(), self.at, Direction::Received);
        let is_read = taken.any(|record| record.call().msg_flags().contains(libc::MSG_OOB));
        let rank = self
            .world
            .transfers_before(peer.id(), only, Direction::Sent);
        let before = self.world.moved_before(peer.id(), rank, Direction::Sent);
        let length = self.world.moved_by(peer.id(), rank, Direction::Sent);
        let last = (before + length).checked_sub(1)?;
        (!is_inline && !is_read).then_some(last)
    }

    /// Whether receiving has gone past the urgent byte of the peer, which discarded it.
    pub(crate) fn has_skipped_urgent(&self) -> bool {
        let Some((own, place)) = self.socket.zip(self.urgent_place()) else {
            return false;
        };
        self.world
            .moved_until(own.id(), self.at, Direction::Received)
            > place
    }

    /// Whether this call did that.
    pub(crate) fn skips_urgent(&self) -> bool {
        let Some((own, place)) = self.socket.zip(self.urgent_place()) else {
            return false;
        };
        let rank = self
            .world
            .transfers_before(own.id(), self.record, Direction::Received);
        let before = self.world.moved_before(own.id(), rank, Direction::Received);
        before == place && self.count() > Some(0) && self.moves_data()
    }

    /// Whether the call takes what it receives from the queue.
    fn moves_data(&self) -> bool {
        let is_data = matches!(
            self.returned(),
            Some(Returned::Data { .. } | Returned::Message(_))
        );
        is_data && !self.record.call().peeks()
    }
}
