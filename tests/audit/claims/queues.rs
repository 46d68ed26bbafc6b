//! Claims about queues and buffers.

use sockplay::event::DescriptorId;
use sockplay::explain::Claim;
use sockplay::world::{Record, World};

use super::super::auditor::{Auditor, Verdict, holds, is_loop};
use super::super::shot::{Own, Shot, state};

impl Auditor<'_> {
    pub(super) fn judge_queues(&mut self, world: &World, claim: &Claim) -> Option<Verdict> {
        Some(match claim {
            Claim::Unread { socket, bytes } => self.has_unread(*socket, *bytes)?,
            Claim::NothingUnread(own) => self.has_unread(*own, 0)?,
            Claim::NextMessage { socket, bytes } => next_message(self.last(*socket)?, *bytes)?,
            Claim::MessageTaken { socket, bytes } => match self.before.own.get(socket) {
                Some(own) => next_message(own, *bytes)?,
                None => Verdict::Undecidable("the message came and went between two looks"),
            },
            Claim::LeftUnreadByProcess { socket, bytes, .. } => match self
                .past(*socket)?
                .other_unread
            {
                Some(unread) => holds(unread == *bytes, || format!("/proc/net/tcp had {unread}")),
                None => Verdict::Undecidable("/proc/net/tcp never listed the other end"),
            },
            Claim::UrgentUnread(own) => {
                // A newer urgent byte that has not arrived yet hides the one that waited when the call began, and
                // it may have been lost on its way.
                let before = self.before.own.get(own);
                let waited = before.and_then(|before| before.has(libc::POLLPRI)) == Some(true);
                let urgent = self.own(*own)?.has(libc::POLLPRI)?;
                let under_way = self
                    .other_connection(*own)
                    .is_some_and(|other| other.sent > 0);
                match urgent || waited {
                    false if under_way => Verdict::Undecidable("the urgent byte may be under way"),
                    urgent => holds(urgent, || "poll(2) does not say POLLPRI".to_owned()),
                }
            }
            Claim::UrgentSkipped(own) => {
                let urgent = self.own(*own)?.text("urgent")?;
                holds(urgent == "EINVAL", || {
                    format!("recv(MSG_OOB) gives {urgent}")
                })
            }
            Claim::AtMark(own) => {
                let mark = self.own(*own)?.text("mark")?;
                holds(mark == "1", || format!("SIOCATMARK gives {mark}"))
            }
            Claim::SynDataAcked(own) => {
                // TCPI_OPT_SYN_DATA of linux/tcp.h.
                let options = self.own(*own)?.text("tcp_options")?;
                let has_it = options.parse::<u8>().is_ok_and(|options| options & 32 != 0);
                holds(has_it, || format!("tcpi_options is {options}"))
            }
            Claim::ErrorQueued(own) => {
                let error = self.own(*own)?.has(libc::POLLERR)?;
                holds(error, || "poll(2) does not say POLLERR".to_owned())
            }
            Claim::WindowClosed(own) => self.window_is_closed(*own)?,
            Claim::SendBufferFull(own) => {
                let room = self.own(*own)?.has(libc::POLLOUT)?;
                holds(!room, || "poll(2) says POLLOUT".to_owned())
            }
            Claim::SendQueueEmpty(own) => self.send_queue(*own, 0)?,
            Claim::SendQueueHolds { socket, bytes } => self.send_queue(*socket, *bytes)?,
            Claim::NothingUnsent(own) => self.unsent(world, *own, 0)?,
            Claim::Unsent { socket, bytes } => self.unsent(world, *socket, *bytes)?,
            Claim::ConnectionWaits(own) => self.is_waiting(*own, true)?,
            Claim::AcceptQueueEmpty(own) => self.is_waiting(*own, false)?,
            Claim::ConnectionsWait { listener, count } => self.waiting(*listener, *count)?,
            Claim::AcceptQueueFull(own) => self.is_full(*own)?,
            _ => return None,
        })
    }

    fn has_unread(&self, own: DescriptorId, bytes: u64) -> Option<Verdict> {
        let last = self.last(own)?;
        let at = self.own(own).map_or(&self.before, |_| &self.now);
        let found = unread(at, last).or_else(|| unread(&self.before, last));
        let Some(found) = found else {
            return Some(Verdict::Undecidable("a look would take the pending error"));
        };
        let fits = found.contains(&bytes);
        if !fits && self.was_under_way(own) {
            return Some(Verdict::Undecidable(
                "data of the other end may have come since",
            ));
        }
        Some(holds(fits, || {
            format!("MSG_PEEK and /proc/net/tcp have {found:?} bytes")
        }))
    }

    /// Whether the other end had data in its send queue at the look before: MSG_MORE and TCP_CORK hold it back for
    /// 200 ms, tcp(7).
    fn was_under_way(&self, own: DescriptorId) -> bool {
        let pair = self.past(own).and_then(|past| past.pair.as_ref());
        let other = pair.and_then(|(local, remote)| self.before.connection(remote, local));
        other.is_some_and(|other| other.sent > 0)
    }

    fn window_is_closed(&self, own: DescriptorId) -> Option<Verdict> {
        let sender = self.other_connection(own)?;
        // The window probe timer runs only where the peer has announced a window of 0.
        if sender.timer == 4 {
            return Some(Verdict::Confirmed);
        }
        let unread = self.connection(own)?.received;
        Some(match unread {
            0 => Verdict::Refuted("nothing is unread, so the window is open".to_owned()),
            _ => Verdict::Undecidable("no window probe is scheduled"),
        })
    }

    /// What is not acknowledged: /proc/net for internet sockets, the ioctl for AF_UNIX.
    fn send_queue(&self, own: DescriptorId, bytes: u64) -> Option<Verdict> {
        let last = self.last(own)?;
        let row = last.inode().and_then(|inode| self.now.row(inode));
        let found = row.map(|row| row.sent).or_else(|| last.number("unacked"))?;
        Some(holds(found == bytes, || {
            format!("the send queue has {found} bytes")
        }))
    }

    /// What was not sent when the call returned. Some of it may have been sent since, and more comes only while another
    /// call sends.
    fn unsent(&self, world: &World, own: DescriptorId, bytes: u64) -> Option<Verdict> {
        let found = self.last(own)?.number("unsent")?;
        let sends = |record: &Record| record.call().call_kind().sends() || is_loop(record.call());
        if found < bytes || found > bytes && world.pending().any(sends) {
            return Some(Verdict::Undecidable(
                "the queue has changed since the call returned",
            ));
        }
        Some(holds(found == bytes, || {
            format!("SIOCOUTQNSD gives {found}")
        }))
    }

    fn is_waiting(&self, own: DescriptorId, wanted: bool) -> Option<Verdict> {
        let waits = self.last(own)?.has(libc::POLLIN)?;
        Some(holds(waits == wanted, || {
            format!("POLLIN of poll(2) is {waits}")
        }))
    }

    fn waiting(&self, listener: DescriptorId, count: u64) -> Option<Verdict> {
        let own = self.last(listener)?;
        if own.is_unix() {
            let waits = own.has(libc::POLLIN)?;
            return Some(if waits == (count > 0) {
                Verdict::Confirmed
            } else {
                Verdict::Refuted(format!("POLLIN of poll(2) is {waits}"))
            });
        }
        let found = self.now.row(own.inode()?)?.received;
        Some(holds(found == count, || {
            format!("/proc/net/tcp has {found}")
        }))
    }

    fn is_full(&mut self, own: DescriptorId) -> Option<Verdict> {
        let last = self.last(own)?.clone();
        let wanted = last.local()?.to_owned();
        let rows = self.oracle.ss();
        // `t LISTEN 6 5 127.0.0.1:80 …`: the queue and its limit; Linux lets in one more.
        let found = rows.iter().find_map(|words| match &words[..] {
            [_, state, length, limit, local, ..] if state == "LISTEN" && *local == wanted => {
                Some((length.parse::<u64>().ok()?, limit.parse::<u64>().ok()?))
            }
            [_, _, state, length, limit, local, ..]
                if state == "LISTEN" && format!("unix:{local}") == wanted =>
            {
                Some((length.parse::<u64>().ok()?, limit.parse::<u64>().ok()?))
            }
            _ => None,
        });
        let (length, limit) = found?;
        Some(holds(length > limit, || {
            format!("ss shows {length} of {limit}")
        }))
    }
}

/// How many bytes may be said to wait at a socket: what a look at the queue gives, and what /proc/net/tcp counts, which has
/// the FIN as one byte.
pub(crate) fn unread(shot: &Shot, own: &Own) -> Option<Vec<u64>> {
    // A look gives only the first record, and FIONREAD of another process the sum.
    if own.is_type(libc::SOCK_SEQPACKET) {
        return own.number("readable").map(|bytes| vec![bytes]);
    }
    let looked = own.text("peek").and_then(|peek| match peek {
        "EAGAIN" | "ENOTCONN" | "EINVAL" => Some(0),
        count => count.parse().ok(),
    });
    let row = own
        .inode()
        .and_then(|inode| shot.row(inode))
        .filter(|row| row.is_tcp());
    let has_fin = |state: u64| {
        matches!(
            state,
            state::CLOSE_WAIT | state::LAST_ACK | state::CLOSING | state::TIME_WAIT
        )
    };
    let counted = row.filter(|row| row.state != state::LISTEN).map(|row| {
        let fin = u64::from(has_fin(row.state) && row.received > 0);
        [row.received, row.received - fin]
    });
    // A look ends before the urgent byte and does not give it, so both may differ; either is a source of its own.
    let has_urgent = own.has(libc::POLLPRI) == Some(true);
    // FIONREAD stops at the urgent byte, and says what a call can receive at once; without MSG_OOB the urgent byte itself
    // is not received.
    let readable = own.number("readable");
    let stops = |counted: &[u64; 2]| readable.is_some_and(|readable| readable < counted[1]);
    if let Some([all, data]) = counted.filter(stops).filter(|_| own.is_tcp()) {
        return Some(vec![all, data, data - 1, readable?]);
    }
    let urgent = has_urgent.then(|| looked.map(|looked| looked + 1));
    let looked = looked.into_iter().chain(urgent.flatten());
    let found: Vec<u64> = looked
        .into_iter()
        .chain(counted.into_iter().flatten())
        .collect();
    (!found.is_empty()).then_some(found)
}

fn next_message(own: &Own, bytes: u64) -> Option<Verdict> {
    let found = own.text("peek")?;
    let length = if found == "EAGAIN" { "0" } else { found };
    Some(holds(length == bytes.to_string(), || {
        format!("MSG_PEEK|MSG_TRUNC gives {found}")
    }))
}
