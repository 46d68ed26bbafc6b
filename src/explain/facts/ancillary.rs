//! What travels with the bytes of a stream without being one of them: the urgent byte, and descriptors.

use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{drops_descriptors, open_file_description, succeeded};
use crate::explain::facts::history::last_set;
use crate::socket::{Domain, Kind};
use crate::world::Record;
use crate::world::log::{Category, Direction};

impl<'a> Context<'a> {
    /// Whether the peer sent urgent data: it is not in the stream, but is counted among what was sent.
    pub(crate) fn urgent_sent(&self) -> bool {
        let Some(source) = self
            .peer()
            .map(|peer| open_file_description(self.world, peer.id()))
        else {
            return false;
        };
        let mut urgent = self.world.log().in_category(source, Category::Urgent);
        urgent.any(succeeded)
    }

    /// Whether the previous urgent byte is still unread: this socket sent one, and the peer has received nothing since.
    pub(crate) fn urgent_waits(&self) -> bool {
        let (Some(own), Some(peer)) = (self.socket, self.peer()) else {
            return false;
        };
        let source = open_file_description(self.world, own.id());
        let urgent =
            self.world
                .log()
                .in_category_before(source, Category::Urgent, self.record.id());
        let before = urgent.rev().find(|record| succeeded(record));
        let inline = last_set(
            self.world,
            peer.id(),
            libc::SOL_SOCKET,
            libc::SO_OOBINLINE,
            self.at,
        );
        let is_inline = matches!(inline, Some(Value::Int(on)) if *on != 0);
        let is_unread = |sent: &Record| {
            let received = self
                .world
                .transfers_back(peer.id(), self.at, Direction::Received);
            let mut since = received.take_while(|record| record.returned_at() >= Some(sent.asked));
            !since.any(|record| record.asked >= sent.asked)
        };
        !is_inline && before.is_some_and(is_unread)
    }

    /// The message whose descriptors this call has dropped: it received the first byte of it, and only recvmsg() can
    /// receive descriptors.
    pub(crate) fn lost_descriptors(&self) -> Option<&'a Record> {
        let own = self.socket.filter(|own| own.domain() == Domain::UNIX)?;
        let drops = drops_descriptors(self.record) && !self.record.call().peeks();
        let peer = self.peer().filter(|_| drops)?;
        let carriers = self
            .world
            .in_category(peer.id(), Category::PassesDescriptors);
        let carriers = carriers.filter(|record| succeeded(record) && carries(record));
        let taken = self
            .world
            .transfers_before(own.id(), self.record, Direction::Received);
        if own.kind() == Kind::Stream {
            let begin = self
                .world
                .moved_before(own.id(), taken, Direction::Received);
            let end = begin + self.count()?;
            let first_byte = |record: &Record| {
                let before = self
                    .world
                    .transfers_before(peer.id(), record, Direction::Sent);
                self.world.moved_before(peer.id(), before, Direction::Sent)
            };
            let newest = carriers.rev().map(|record| (record, first_byte(record)));
            let mut since = newest.take_while(|(_, first)| *first >= begin);
            let last = since.by_ref().skip_while(|(_, first)| *first >= end);
            return last.map(|(record, _)| record).last();
        }
        let is_counted_one_by_one = !taken
            .checked_sub(1)
            .is_some_and(|last| self.world.has_many(own.id(), last, Direction::Received));
        let (message, _) = self
            .world
            .transfer(peer.id(), taken, Direction::Sent)
            .filter(|_| is_counted_one_by_one)?;
        Some(message).filter(|message| carries(message))
    }
}

fn carries(record: &Record) -> bool {
    record.request.call.call_kind() == CallKind::Sendmsg && !record.request.others.is_empty()
}
