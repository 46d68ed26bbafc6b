//! What comes with the bytes of a stream and is not one of them: the urgent byte, and descriptors.

use crate::call::table::CallKind;
use crate::call::value::Value;
use crate::event::Timestamp;
use crate::explain::context::Context;
use crate::explain::facts::descriptions::{drops_descriptors, open_file_description, succeeded};
use crate::explain::facts::history::{Direction, is_on, last_set, moves_many, transfers};
use crate::socket::{Domain, Kind};
use crate::world::Record;

impl<'a> Context<'a> {
    /// Whether the peer sent urgent data: it is not in the stream, and yet counted among what was sent.
    pub(crate) fn urgent_sent(&self) -> bool {
        let Some(source) = self
            .peer()
            .map(|peer| open_file_description(self.world, peer.id))
        else {
            return false;
        };
        self.world.log().iter().any(|record| {
            is_on(self.world, record, source)
                && succeeded(record)
                && Context::of(self.world, record)
                    .flags()
                    .contains(libc::MSG_OOB)
        })
    }

    /// Whether the urgent byte before this one is there yet: this socket sent one, and the peer has received nothing
    /// since.
    pub(crate) fn urgent_waits(&self) -> bool {
        let (Some(own), Some(peer)) = (self.socket, self.peer()) else {
            return false;
        };
        let source = open_file_description(self.world, own.id);
        let before = self.earlier().find(|record| {
            is_on(self.world, record, source)
                && succeeded(record)
                && record.request.call.call_kind().sends()
                && Context::of(self.world, record)
                    .flags()
                    .contains(libc::MSG_OOB)
        });
        let inline = last_set(
            self.world,
            peer.id,
            libc::SOL_SOCKET,
            libc::SO_OOBINLINE,
            self.at,
        );
        let is_inline = matches!(inline, Some(Value::Int(on)) if *on != 0);
        let mut received = transfers(self.world, peer.id, self.at, Direction::Received);
        let is_unread = |sent: &Record| !received.any(|(record, _)| record.asked >= sent.asked);
        !is_inline && before.is_some_and(is_unread)
    }

    /// The message whose descriptors this call has thrown away: it took the first byte of it, and only recvmsg() takes
    /// descriptors.
    pub(crate) fn lost_descriptors(&self) -> Option<&'a Record> {
        let own = self.socket.filter(|own| own.domain == Domain::UNIX)?;
        let drops = drops_descriptors(self.record) && !self.record.call().peeks();
        let peer = self.peer().filter(|_| drops)?;
        let mut sent = transfers(self.world, peer.id, Timestamp(u64::MAX), Direction::Sent);
        let before = transfers(self.world, own.id, self.at, Direction::Received)
            .take_while(|(record, _)| record.id() != self.record.id());
        let carried = if own.kind() == Kind::Stream {
            let begin: u64 = before.map(|(_, count)| count).sum();
            let connected_elsewhere = begin..begin + self.count()?;
            let first_bytes = sent.scan(0, |next, (record, count)| {
                let first = *next;
                *next += count;
                Some((record, first))
            });
            first_bytes
                .filter(|(_, first)| connected_elsewhere.contains(first))
                .map(|(record, _)| record)
                .find(|record| carries(record))
        } else {
            let before: Vec<_> = before.collect();
            let is_known = !before.iter().any(|(record, _)| moves_many(record));
            let (record, _) = sent.nth(before.len()).filter(|_| is_known)?;
            Some(record)
        };
        carried.filter(|record| carries(record))
    }
}

fn carries(record: &Record) -> bool {
    record.request.call.call_kind() == CallKind::Sendmsg && !record.request.others.is_empty()
}
