//! What poll, select, epoll_wait and a signal report about each descriptor, and what would make them report it.
//!
//! Both are tables of words with a row for each event. The events of poll(2) and epoll(7) have the same numbers, and
//! each set of select(2) corresponds to one of them.

use crate::call::argument::{Descriptor, Sets};
use crate::call::outcome::{Events, Returned};
use crate::explain::condition::Condition;
use crate::explain::context::{Context, phase_at};
use crate::socket::Phase;
use crate::world::Handle;

/// The most characters for all descriptors together.
const ROOM: usize = 140;
/// The most events that are explained for one descriptor.
const MOST: usize = 2;

/// A descriptor with events: those reported, or those waited for.
#[derive(Debug, Clone)]
pub(crate) struct Member<'a> {
    /// Its name or number in the call.
    pub(crate) name: String,
    /// The descriptor, if it is one of ours.
    pub(crate) socket: Option<Handle<'a>>,
    /// Its events.
    pub(crate) events: i32,
}

/// What an event means: the event, others that must be set with it, what must hold, the words.
pub(crate) struct Clause {
    bit: i16,
    with: &'static [i16],
    when: &'static [Condition],
    /// Empty if the words for another event of the same descriptor cover it.
    pub(crate) words: &'static str,
}

macro_rules! clauses {
    ($($bit:ident $(+ $with:ident)* [$($when:ident),*] $words:literal;)+) => {
        &[$(Clause {
            bit: libc::$bit, with: &[$(libc::$with),*], when: &[$(Condition::$when),*], words: $words,
        }),+]
    };
}

/// What each event means: the more important events first, and for each event the special before the general.
pub(crate) static MEANINGS: &[Clause] = clauses! {
    POLLNVAL [] "no file is open under this number (POLLNVAL)";
    POLLERR [ConnectFailed] "connect() failed, SO_ERROR says why";
    POLLERR [ErrorsAreQueued] "the error queue holds an error: recvmsg() with MSG_ERRQUEUE takes it, and POLLERR lasts until then";
    POLLERR [NoticesAreQueued] "the error queue holds something for recvmsg() with MSG_ERRQUEUE, or an error is pending for SO_ERROR";
    POLLERR + POLLHUP [Tcp] "the connection was aborted; recv() first gives what is left to read, then the error";
    POLLERR [PipeWriter] "the read end is closed: write() fails with EPIPE";
    POLLERR [Unix, ConnectedKind] "the peer was closed with data unread; a receiving call or SO_ERROR reports that";
    POLLERR [Message] "an error is pending: the next call that sends or receives reports it, or SO_ERROR";
    POLLERR [] "an error is pending; SO_ERROR reports it, and so does recv() after what is left to read";
    POLLHUP + POLLERR [] "";
    POLLHUP [PipeReader] "the write end is closed (POLLHUP)";
    POLLHUP [File] "the other end is closed (POLLHUP)";
    POLLHUP [Unconnected] "no connection (POLLHUP)";
    POLLHUP [Unix, PeerGone] "{peer} is closed";
    POLLHUP [] "both directions have ended";
    POLLRDHUP + POLLHUP [] "";
    POLLRDHUP [WeShutRead] "receiving was ended here by shutdown()";
    POLLRDHUP [PeerGone] "{peer} is closed";
    POLLRDHUP [] "the peer sends no more";
    POLLPRI + POLLERR [] "";
    POLLPRI [UrgentInline] "an urgent byte, in the stream (SO_OOBINLINE)";
    POLLPRI [] "an urgent byte for recv(MSG_OOB)";
    POLLIN + POLLERR [Message] "";
    POLLIN + POLLERR + POLLHUP [] "";
    POLLIN [WasListening] "a connection for accept()";
    POLLIN [Epoll] "its own epoll_wait() has events";
    POLLIN [PipeReader] "bytes to read";
    POLLIN [IsEventfd] "its counter is above 0";
    POLLIN [IsTimerfd] "it has expired";
    POLLIN [File] "a file is always ready";
    POLLIN + POLLHUP [Unconnected] "";
    POLLIN [Unconnected, ConnectedKind] "recv() fails at once, for there is no connection";
    POLLIN [ConnectedKind, UrgentSent] "data to read, or end of file";
    POLLIN [ConnectedKind, UnreadHere] "{unread_here} bytes to read";
    POLLIN [Message, WeShutRead] "a message to receive, or nothing more: receiving was ended here by shutdown()";
    POLLIN [RawInet] "a packet to receive";
    POLLIN [Message] "a message to receive";
    POLLIN [ConnectedKind, PeerEnded, AllRead] "end of file";
    POLLIN [ConnectedKind, WeShutRead, AllRead] "end of file";
    POLLIN [ConnectedKind, WasPeerClosed] "end of file";
    POLLIN [ConnectedKind, PeerOpen] "data to read";
    POLLIN [] "data to read, or end of file";
    POLLOUT + POLLHUP [] "";
    POLLOUT + POLLERR [] "";
    POLLOUT [File] "";
    POLLOUT [PipeWriter] "room in the pipe";
    POLLOUT [IsEventfd] "1 can be added to its counter";
    POLLOUT [WasConnecting, SaysErrors] "connect() has succeeded";
    POLLOUT [WasConnecting] "connect() has ended, SO_ERROR says how";
    POLLOUT [Unconnected, ConnectedKind] "send() fails at once, for there is no connection";
    POLLOUT [WeShutWrite] "send() fails at once with EPIPE";
    POLLOUT [Unix, Datagram, PeerGone] "send() fails at once with ECONNREFUSED";
    POLLOUT [Unix, PeerGone] "send() fails at once with EPIPE";
    POLLOUT [Unix, Datagram, NeverConnected] "room in its own send buffer; the queue of a receiver may still be full: poll() sees only that of a peer";
    POLLOUT [] "room to send";
};

/// What causes an event: usually a call at the other end.
pub(crate) static WAKERS: &[Clause] = clauses! {
    POLLIN [WasListening, DefersHere] "a connect() to {local} and its first data";
    POLLIN [WasListening] "a connect() to {local}";
    POLLIN [Epoll] "an event of what {socket} watches";
    POLLIN [IsEventfd] "a write() to {socket}";
    POLLIN [IsTimerfd] "the time of {socket}";
    POLLIN [PipeReader] "a write() to the other end of {socket}";
    POLLIN [RawInet] "a packet for {socket}";
    POLLIN [Message] "a message to {socket}";
    POLLIN [PeerOpen, Tcp, LowatHere] "{lowat} bytes from {peer} (SO_RCVLOWAT of {socket}), its shutdown() or close()";
    POLLIN [PeerOpen] "send(), shutdown() or close() of {peer}";
    POLLIN [] "data or end of file for {socket}";
    POLLPRI [PeerOpen] "an urgent byte (MSG_OOB) from {peer}";
    POLLPRI [] "an urgent byte for {socket}";
    POLLOUT [WasConnecting] "the end of connect() of {socket}";
    POLLOUT [IsEventfd] "a read() of {socket}";
    POLLOUT [PipeWriter] "a read() of the other end of {socket}";
    POLLOUT [Inet, Message] "room in the send buffer of {socket}";
    POLLOUT [Unix, Datagram, PeerOpen] "room in the queue of {peer} and in the send buffer of {socket}, which recv() of {peer} makes";
    POLLOUT [PeerOpen, Tcp] "recv() of {peer}, until a third of the send buffer of {socket} is free";
    POLLOUT [PeerOpen] "recv() of {peer}, until three quarters of the send buffer of {socket} are free";
    POLLOUT [] "room to send on {socket}";
    POLLRDHUP + POLLIN [] "";
    POLLRDHUP [PeerOpen] "shutdown() or close() of {peer}";
    POLLRDHUP [] "the end of the peer of {socket}";
};

/// Said of a descriptor that is watched without requested events.
const UNASKED: &str = "an error or hang-up of {socket}";

impl<'a> Context<'a> {
    /// Whether epoll_wait() reported a registration with this flag.
    pub(crate) fn reports_by(&self, flag: i32) -> bool {
        if !self.call_kind().waits_on_epoll() {
            return false;
        }
        let reported = self.reported();
        self.registrations().iter().any(|entry| {
            let name = entry.socket.map(|socket| socket.name().as_str());
            entry.events.contains(flag)
                && reported
                    .iter()
                    .any(|member| Some(member.name.as_str()) == name)
        })
    }

    /// The names of what epoll_wait() reported by registrations with this flag, as a part of a sentence.
    pub(crate) fn reported_with(&self, flag: i32) -> Option<String> {
        let reported = self.reported();
        let names = self.registrations().into_iter().filter_map(|entry| {
            let name = entry.socket?.name().to_string();
            let is_reported = reported.iter().any(|member| member.name == name);
            (entry.events.contains(flag) && is_reported).then_some(name)
        });
        let names: Vec<String> = names.collect();
        (!names.is_empty()).then(|| together(&names))
    }

    /// How many bits are set in the sets of select() afterwards.
    pub(crate) fn left_in_sets(&self) -> Option<u64> {
        match self.returned()? {
            Returned::Selected { sets, .. } => {
                let sizes = sets.named().map(|(_, set)| set.len());
                u64::try_from(sizes.iter().sum::<usize>()).ok()
            }
            _ => None,
        }
    }

    /// How many bytes are unread at a registration whose edge was reported before.
    pub(crate) fn overlooked_unread(&self) -> Option<u64> {
        self.about(self.overlooked()?.socket).unread_here()
    }

    /// What the call reported for each descriptor.
    pub(crate) fn reported(&self) -> Vec<Member<'a>> {
        match self.returned() {
            Some(Returned::Ready(ready)) => ready
                .iter()
                .map(|(socket, events)| self.member(socket, bits(*events)))
                .collect(),
            Some(Returned::Selected { sets, .. }) => self.in_sets(sets),
            Some(Returned::Signal {
                about: Some((socket, events)),
                ..
            }) => vec![self.member(socket, events.0)],
            _ => Vec::new(),
        }
    }

    /// What the call waits for at each descriptor.
    pub(crate) fn awaited(&self) -> Vec<Member<'a>> {
        if let Some(entries) = self.record.call().entries() {
            entries
                .iter()
                .map(|entry| self.member(&entry.socket, entry.events.0))
                .collect()
        } else if let Some(sets) = self.record.call().sets() {
            self.in_sets(sets)
        } else if self.call_kind().waits_on_epoll() {
            self.registrations()
                .into_iter()
                .filter(|entry| !entry.is_disarmed())
                .filter_map(|entry| {
                    let socket = entry.socket?;
                    Some(Member {
                        name: socket.name().to_string(),
                        socket: Some(socket),
                        events: entry.events.0,
                    })
                })
                .collect()
        } else {
            Vec::new()
        }
    }

    fn member(&self, socket: &Descriptor, events: i32) -> Member<'a> {
        let bearer = match socket {
            Descriptor::Named(name) => self.named_at_call(name),
            Descriptor::Raw(_) => None,
        };
        // epoll_wait() reports the number that was registered; it may be closed by now, or belong to another
        // descriptor.
        let registered = || {
            let fd = match socket {
                Descriptor::Raw(fd) => *fd,
                Descriptor::Named(_) => bearer?.number(),
            };
            let list = self.registrations();
            let is_bearer = |own: Handle<'_>| bearer.is_some_and(|bearer| bearer.id() == own.id());
            let of_number = list.iter().rfind(|entry| entry.fd == fd);
            let of_name = list
                .iter()
                .find(|entry| entry.socket.is_some_and(is_bearer));
            of_name.or(of_number)?.socket
        };
        let registered = if self.call_kind().waits_on_epoll() {
            registered()
        } else {
            None
        };
        Member {
            name: registered.map_or_else(|| socket.to_string(), |own| own.name().to_string()),
            socket: registered.or(bearer),
            events,
        }
    }

    /// The members of the sets, each once.
    fn in_sets(&self, sets: &Sets) -> Vec<Member<'a>> {
        let events = [libc::POLLIN, libc::POLLOUT, libc::POLLPRI];
        let mut members: Vec<Member<'a>> = Vec::new();
        for ((_, set), bit) in sets.named().into_iter().zip(events) {
            for socket in set {
                let member = self.member(socket, bit.into());
                match members.iter_mut().find(|known| known.name == member.name) {
                    Some(known) => known.events |= member.events,
                    None => members.push(member),
                }
            }
        }
        members
    }

    /// A descriptor argument, other than the call's own, that is not open: in a set, to be watched, or to be sent.
    pub(crate) fn dead(&self) -> Option<String> {
        let numbers = self.call().others();
        let names = self.record.call().others();
        let table = self.world.table_of(self.record.source);
        numbers.into_iter().zip(names).find_map(|(number, name)| {
            let is_open = match (name, number) {
                (Descriptor::Named(name), _) => self.named_at_call(name).is_some_and(|socket| {
                    phase_at(socket, self.record.asked) != Some(Phase::Closed)
                }),
                (_, Descriptor::Raw(fd)) => self.world.descriptors().any(|socket| {
                    let phase = phase_at(socket, self.record.asked);
                    let is_it = table == Some(socket.descriptor.table) && socket.number() == *fd;
                    is_it && phase.is_some_and(|phase| phase != Phase::Closed)
                }),
                _ => true,
            };
            (!is_open).then(|| name.to_string())
        })
    }

    /// A registration that is reported although its descriptor was closed, because another descriptor of the same file
    /// is open.
    pub(crate) fn reported_though_closed(&self) -> Option<Handle<'a>> {
        let mut reported = self
            .reported()
            .into_iter()
            .filter_map(|member| member.socket);
        reported.find(|socket| phase_at(*socket, self.at) == Some(Phase::Closed))
    }

    /// What was reported, as sentences; descriptors with the same words share one.
    pub(crate) fn findings(&self) -> Option<String> {
        let mut sentences: Vec<(String, Vec<String>)> = Vec::new();
        for member in self.reported() {
            let clauses = self.clauses(&member, MEANINGS);
            let words: Vec<String> = clauses
                .iter()
                .map(|clause| self.words(&member, clause))
                .collect();
            let words = words.join(", ");
            match sentences.iter_mut().find(|(known, _)| *known == words) {
                _ if words.is_empty() => {}
                Some((_, names)) => names.push(member.name),
                None => sentences.push((words, vec![member.name])),
            }
        }
        let sentences = sentences
            .into_iter()
            .map(|(words, names)| format!("{}: {words}", together(&names)));
        joined(sentences.collect(), ". ")
    }

    /// What would cause the events that are waited for; of many descriptors with the same kind of event only the first.
    pub(crate) fn wakers(&self) -> Option<String> {
        let mut sentences: Vec<(&'static str, Vec<String>)> = Vec::new();
        let mut note = |kind: &'static str, words: String| match sentences
            .iter_mut()
            .find(|(known, _)| *known == kind)
        {
            Some((_, several)) if several.contains(&words) => {}
            Some((_, several)) => several.push(words),
            None => sentences.push((kind, vec![words])),
        };
        for member in self.awaited() {
            let context = self.about(member.socket);
            let clauses = self.clauses(&member, WAKERS);
            if clauses.is_empty() && member.events == 0 {
                note(UNASKED, crate::explain::text::fill(UNASKED, &context));
            }
            for clause in clauses {
                note(clause.words, self.words(&member, clause));
            }
        }
        let sentences = sentences
            .into_iter()
            .map(|(_, several)| match several.as_slice() {
                [first, _, _, ..] => format!("{first}, and the same of {} more", several.len() - 1),
                few => few.join("; "),
            });
        joined(sentences.collect(), "; ")
    }

    /// The rows of a table for the events of a member, one for each event.
    pub(crate) fn clauses(
        &self,
        member: &Member<'a>,
        table: &'static [Clause],
    ) -> Vec<&'static Clause> {
        let context = self.about(member.socket);
        let has = |bit: i16| member.events & i32::from(bit) != 0;
        let mut seen = 0;
        table
            .iter()
            .filter(|row| {
                let fits = has(row.bit)
                    && seen & i32::from(row.bit) == 0
                    && row.with.iter().all(|bit| has(*bit))
                    && row.when.iter().all(|when| when.holds(&context));
                if fits {
                    seen |= i32::from(row.bit);
                }
                fits
            })
            .filter(|row| !row.words.is_empty())
            .take(MOST)
            .collect()
    }

    fn words(&self, member: &Member<'a>, clause: &Clause) -> String {
        crate::explain::text::fill(clause.words, &self.about(member.socket))
    }
}

/// The events, with the numbers of poll(2).
fn bits(events: Events) -> i32 {
    match events {
        Events::Poll(events) => events.0,
        Events::Epoll(events) => events.0,
    }
}

/// A list of names: the first few, and how many more.
fn together(names: &[String]) -> String {
    match names {
        [one] => one.clone(),
        [first, second] => format!("{first} and {second}"),
        [first, second, third] => format!("{first}, {second} and {third}"),
        [first, second, rest @ ..] => format!("{first}, {second} and {} more", rest.len()),
        [] => String::new(),
    }
}

/// As many parts as fit, and how many are left out.
fn joined(parts: Vec<String>, between: &str) -> Option<String> {
    let count = parts.len();
    let mut text = String::new();
    for (index, part) in parts.into_iter().enumerate() {
        if index > 0 && text.chars().count() + part.chars().count() > ROOM {
            text.push_str(&format!(" (and {} more)", count - index));
            break;
        }
        if index > 0 {
            text.push_str(between);
        }
        text.push_str(&part);
    }
    (!text.is_empty()).then_some(text)
}
