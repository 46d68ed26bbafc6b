//! Which calls cannot succeed on a socket now, and why: used to dim keys, never to refuse a call.

use crate::call::table::CallKind;
use crate::explain::rule::{
    ACCEPTING, ADDRESSED, BIND, CONNECT, CallSet, FILE_CALLS, GETPEERNAME, LISTEN, ON_EPOLL,
    ON_OPEN, ON_TIMERFD, PEER, PENDING, READING, RECEIVING, SEND, SENDING, SENDTO, SHUTDOWN,
    SOCKETS_ONLY, WRITING,
};
use crate::socket::{Domain, Kind, Phase};
use crate::world::Handle;

/// The most characters of a reason: it must fit into one line.
pub(crate) const ROOM: usize = 60;

/// One reason: the calls, kinds and phases for which it holds. An empty list of kinds or phases means all.
struct Reason {
    calls: CallSet,
    kinds: &'static [Kind],
    phases: &'static [Phase],
    only: Only,
    /// With `{}` for the name of the socket.
    text: &'static str,
}

/// A further condition.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Only {
    Always,
    /// The domain is AF_UNIX.
    Unix,
    /// The domain is another.
    NotUnix,
    /// It has a local address, unlike an AF_UNIX client.
    Named,
}

macro_rules! reasons {
    ($($calls:ident $kinds:ident [$($phase:ident),*] $only:ident $text:literal;)+) => {
        &[$(Reason { calls: $calls, kinds: $kinds, phases: &[$(Phase::$phase),*], only: Only::$only, text: $text }),+]
    };
}

const ALL: &[Kind] = &[];
const CONNECTED: &[Kind] = &[Kind::Stream, Kind::Seqpacket];
const MESSAGE: &[Kind] = &[Kind::Datagram, Kind::Raw];
const STREAM: &[Kind] = &[Kind::Stream];
const EPOLL: &[Kind] = &[Kind::Epoll];
const FILE: &[Kind] = &[Kind::File];
const READER: &[Kind] = &[Kind::PipeReader];
const WRITER: &[Kind] = &[Kind::PipeWriter];
const NUMBERS: &[Kind] = &[Kind::Eventfd, Kind::Timerfd];
const TIMERFD: &[Kind] = &[Kind::Timerfd];
const NO_TIMERFD: &[Kind] = &[
    Kind::Stream,
    Kind::Seqpacket,
    Kind::Datagram,
    Kind::Raw,
    Kind::Epoll,
    Kind::PipeReader,
    Kind::PipeWriter,
    Kind::Eventfd,
    Kind::File,
];
const NO_EPOLL: &[Kind] = &[
    Kind::Stream,
    Kind::Seqpacket,
    Kind::Datagram,
    Kind::Raw,
    Kind::PipeReader,
    Kind::PipeWriter,
    Kind::Eventfd,
    Kind::Timerfd,
    Kind::File,
];

/// All reasons, the special before the general.
static REASONS: &[Reason] = reasons! {
    ON_OPEN ALL [Closed] Always "{} is closed: its number may be in use again";
    SOCKETS_ONLY EPOLL [Open] Always "{} is an epoll instance, not a socket";
    SOCKETS_ONLY FILE [Open] Always "{} is an opened file, not a socket";
    SOCKETS_ONLY READER [Open] Always "{} is an end of a pipe, not a socket";
    SOCKETS_ONLY WRITER [Open] Always "{} is an end of a pipe, not a socket";
    SOCKETS_ONLY NUMBERS [Open] Always "{} has a number and is not a socket";
    ON_TIMERFD NO_TIMERFD [] Always "{} is not a timerfd";
    WRITING TIMERFD [Open] Always "{} is a timerfd: timerfd_settime() sets it";
    WRITING READER [Open] Always "{} is the read end of a pipe";
    READING WRITER [Open] Always "{} is the write end of a pipe";
    FILE_CALLS EPOLL [Open] Always "{} has no bytes: epoll_wait() returns its events";
    WRITING FILE [Open] Always "{} was opened for reading only";
    ON_EPOLL NO_EPOLL [] Always "{} is not an epoll instance";
    BIND ALL [Bound] Always "{} has an address, and binds only once";
    BIND ALL [Listening] Always "{} listens: it has an address already";
    BIND ALL [Connecting, Connected, WriteShut, ReadShut, PeerClosed, Shut] Named "{} has an address from connecting: bind first";
    LISTEN MESSAGE [] Always "{} has no connections to listen for";
    LISTEN CONNECTED [Unbound] Unix "{} has no name yet: bind it first";
    LISTEN CONNECTED [Connected, WriteShut, ReadShut, PeerClosed] Always "{} is connected: only a fresh or bound socket can listen";
    LISTEN CONNECTED [Connecting] Always "{} is connecting: only a fresh or bound socket can listen";
    LISTEN CONNECTED [Shut, Reset] Always "{} has been connected: only a fresh socket can listen";
    ACCEPTING MESSAGE [] Always "{} has no connections to accept";
    ACCEPTING CONNECTED [Unbound, Bound, Failed] Always "{} does not listen: listen() first";
    ACCEPTING CONNECTED [Connecting, Connected, WriteShut, ReadShut, PeerClosed, Shut, Reset] Always "{} is an active socket: only a listener accepts";
    CONNECT CONNECTED [Listening] Always "{} listens: a passive socket cannot connect";
    CONNECT CONNECTED [Connected, WriteShut, ReadShut, PeerClosed] Always "{} is connected already";
    CONNECT CONNECTED [Shut, Reset] Always "{} was connected, and connects only once";
    SENDTO STREAM [] Unix "{} takes no addresses: a stream has one peer";
    SENDING ALL [WriteShut, Shut] Always "{} has ended its sending with shutdown()";
    ADDRESSED CONNECTED [Unbound, Bound, Failed] Always "{} is not connected";
    ADDRESSED CONNECTED [Listening] Always "{} listens: send on the socket from accept()";
    ADDRESSED CONNECTED [Reset] Always "{} lost its connection";
    SEND CONNECTED [Unbound, Bound, Failed] Always "{} is not connected";
    SEND CONNECTED [Listening] Always "{} listens: send on the socket from accept()";
    SEND CONNECTED [Reset] Always "{} lost its connection";
    SEND MESSAGE [Unbound, Bound] Always "{} has no peer: sendto(), or connect() first";
    RECEIVING CONNECTED [Unbound, Bound, Failed] Always "{} is not connected";
    RECEIVING CONNECTED [Listening] Always "{} listens: receive on the socket from accept()";
    SHUTDOWN ALL [Unbound, Bound, Failed] NotUnix "{} has no connection to end";
    SHUTDOWN ALL [Reset] NotUnix "{} lost its connection";
    GETPEERNAME ALL [Unbound, Bound, Failed, Connecting] Always "{} has no peer";
    GETPEERNAME ALL [Listening] Always "{} listens: a listener has no peer";
    GETPEERNAME ALL [Reset] NotUnix "{} lost its peer";
    PEER ALL [Unbound, Bound, Failed] Always "{} has no other end";
    PEER ALL [Listening] Always "{} listens: a listener has no other end";
    PENDING ALL [Unbound, Bound, Connecting, Connected, Failed, WriteShut, ReadShut, PeerClosed, Shut, Reset] Always "{} does not listen: it has no queue";
};

/// Why a call cannot succeed on this socket now, in at most 60 characters. `None`: it may succeed.
///
/// Only for calls that fail; they can be made all the same.
pub fn inapplicable(socket: Handle<'_>, call_kind: CallKind) -> Option<String> {
    let reason = REASONS
        .iter()
        .find(|reason| reason.holds(socket, call_kind))?;
    let named = reason.text.replace("{}", socket.name().as_str());
    // A long name is cut, the reason is not.
    Some(if named.chars().count() <= ROOM {
        named
    } else {
        reason.text.replace("{}", "it")
    })
}

impl Reason {
    fn holds(&self, socket: Handle<'_>, call_kind: CallKind) -> bool {
        let only = match self.only {
            Only::Always => true,
            Only::Unix => socket.domain() == Domain::UNIX,
            Only::NotUnix => socket.domain() != Domain::UNIX,
            Only::Named => {
                socket.domain() != Domain::UNIX || socket.local().is_some_and(|a| !a.is_unset())
            }
        };
        only && self.calls.contains(call_kind)
            && (self.kinds.is_empty() || self.kinds.contains(&socket.kind()))
            && (self.phases.is_empty() || self.phases.contains(&socket.phase()))
    }
}

#[cfg(test)]
pub(crate) fn texts() -> impl Iterator<Item = &'static str> {
    REASONS.iter().map(|reason| reason.text)
}
