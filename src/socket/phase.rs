//! Phases: what the calls made so far imply about a socket, and the one table that moves it.
//!
//! A phase follows from calls and their results alone; what the kernel says is a [`super::TcpState`]. Where the two
//! differ there is something to learn, so they are never mixed. [`next`] is the only way from one phase to another.

use std::fmt;

use crate::socket::kind::Kind;

/// The phase of a socket, as its calls imply.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// It exists and has no address.
    Unbound,
    /// It has a local address.
    Bound,
    /// It is passive: it accepts connections.
    Listening,
    /// connect() has begun and not ended.
    Connecting,
    /// It has a peer.
    Connected,
    /// connect() failed.
    Failed,
    /// We ended our sending direction; the peer may go on.
    WriteShut,
    /// We ended our receiving direction.
    ReadShut,
    /// The peer ended its sending direction; we may go on.
    PeerClosed,
    /// Both directions have ended; the descriptor is still open.
    Shut,
    /// The connection was aborted.
    Reset,
    /// An open descriptor that is not a socket.
    Open,
    /// The descriptor is closed.
    Closed,
}

impl Phase {
    /// All of them.
    pub const ALL: [Self; 13] = [
        Self::Unbound,
        Self::Bound,
        Self::Listening,
        Self::Connecting,
        Self::Connected,
        Self::Failed,
        Self::WriteShut,
        Self::ReadShut,
        Self::PeerClosed,
        Self::Shut,
        Self::Reset,
        Self::Open,
        Self::Closed,
    ];

    /// The words used on screen and in diagrams.
    pub fn label(self) -> &'static str {
        match self {
            Self::Unbound => "unbound",
            Self::Bound => "bound",
            Self::Listening => "listening",
            Self::Connecting => "connecting",
            Self::Connected => "connected",
            Self::Failed => "connect failed",
            Self::WriteShut => "sending shut",
            Self::ReadShut => "reading shut",
            Self::PeerClosed => "peer sent EOF",
            Self::Shut => "both ended",
            Self::Reset => "reset",
            Self::Open => "open",
            Self::Closed => "closed",
        }
    }

    /// Whether a peer is there or was there, so that sending and receiving make sense or explain themselves.
    pub fn had_peer(self) -> bool {
        matches!(
            self,
            Self::Connected
                | Self::WriteShut
                | Self::ReadShut
                | Self::PeerClosed
                | Self::Shut
                | Self::Reset
        )
    }
}

impl fmt::Display for Phase {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.label())
    }
}

/// What moves a socket from phase to phase: a call with its result, or something the kernel said.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Cause {
    /// bind() succeeded.
    Bind,
    /// The kernel chose an address because a call needed one.
    AutoBind,
    /// listen() succeeded.
    Listen,
    /// connect() is under way: blocked, interrupted, or EINPROGRESS.
    ConnectBegun,
    /// connect() succeeded.
    Connect,
    /// The kernel says that the connection which was under way is there.
    Established,
    /// connect() failed.
    ConnectFailed,
    /// connect() with AF_UNSPEC succeeded.
    Disconnect,
    /// The kernel took back a local address that it had chosen.
    Unnamed,
    /// shutdown(SHUT_WR) succeeded.
    ShutWrite,
    /// shutdown(SHUT_RD) succeeded.
    ShutRead,
    /// shutdown(SHUT_RDWR) succeeded.
    ShutBoth,
    /// A receiving call returned 0 on a stream.
    EndOfFile,
    /// A call reported that the connection was aborted.
    Aborted,
    /// close() succeeded.
    Close,
}

impl Cause {
    /// How the cause is written in diagrams and lists.
    pub fn label(self) -> &'static str {
        match self {
            Self::Bind => "bind()",
            Self::AutoBind => "first sendto()",
            Self::Listen => "listen()",
            Self::ConnectBegun => "connect() in progress",
            Self::Connect => "connect()",
            Self::Established => "handshake complete",
            Self::ConnectFailed => "connect() failed",
            Self::Disconnect => "connect(AF_UNSPEC)",
            Self::Unnamed => "address taken back",
            Self::ShutWrite => "shutdown(SHUT_WR)",
            Self::ShutRead => "shutdown(SHUT_RD)",
            Self::ShutBoth => "shutdown(SHUT_RDWR)",
            Self::EndOfFile => "recv() -> 0",
            Self::Aborted => "ECONNRESET or EPIPE",
            Self::Close => "close()",
        }
    }
}

/// One row of the table of transitions.
#[derive(Debug, Clone, Copy)]
pub struct Transition {
    /// The kinds of sockets it holds for.
    pub kinds: &'static [Kind],
    /// The phase before.
    pub from: Phase,
    /// What happened.
    pub cause: Cause,
    /// The phase after.
    pub to: Phase,
    /// Why, in one sentence.
    pub why: &'static str,
}

const CONNECTED_KINDS: &[Kind] = &[Kind::Stream, Kind::Seqpacket];
const MESSAGE_KINDS: &[Kind] = &[Kind::Datagram, Kind::Raw];
const DATAGRAMS: &[Kind] = &[Kind::Datagram];
const NO_SOCKETS: &[Kind] = &[
    Kind::Epoll,
    Kind::PipeReader,
    Kind::PipeWriter,
    Kind::Eventfd,
    Kind::Timerfd,
    Kind::File,
];
const ALL: &[Kind] = &[Kind::Stream, Kind::Seqpacket, Kind::Datagram, Kind::Raw];

/// Writes the table: `kinds: from, cause => to, why;`.
macro_rules! transitions {
    ($($kinds:ident: $from:ident, $cause:ident => $to:ident, $why:literal;)+) => {
        &[$(Transition {
            kinds: $kinds, from: Phase::$from, cause: Cause::$cause, to: Phase::$to, why: $why,
        }),+]
    };
}

/// Every transition there is. A pair of phase and cause that has no row leaves the phase as it is.
pub static TRANSITIONS: &[Transition] = transitions! {
    // Getting an address.
    ALL: Unbound, Bind => Bound, "It now has a name by which others can reach it.";
    DATAGRAMS: Unbound, AutoBind => Bound, "A call needed a local address and the kernel chose one.";
    // Passive sockets.
    CONNECTED_KINDS: Unbound, Listen => Listening, "listen() made it passive; without bind() the kernel chose the port.";
    CONNECTED_KINDS: Bound, Listen => Listening, "listen() made it passive: it accepts connections and can no longer connect.";
    CONNECTED_KINDS: Listening, ShutRead => Bound, "On Linux shutdown() takes a TCP listener out of LISTEN; listen() brings it back.";
    CONNECTED_KINDS: Listening, ShutBoth => Bound, "On Linux shutdown() takes a TCP listener out of LISTEN; listen() brings it back.";
    // Active open.
    CONNECTED_KINDS: Unbound, ConnectBegun => Connecting, "The connection is being made; for TCP a SYN was sent from a port that the kernel chose.";
    CONNECTED_KINDS: Bound, ConnectBegun => Connecting, "The connection is being made; for TCP a SYN was sent.";
    CONNECTED_KINDS: Failed, ConnectBegun => Connecting, "Linux lets a socket try again; portable programs make a new one.";
    CONNECTED_KINDS: Unbound, Connect => Connected, "The peer's kernel accepted the connection.";
    CONNECTED_KINDS: Bound, Connect => Connected, "The peer's kernel accepted the connection.";
    CONNECTED_KINDS: Failed, Connect => Connected, "Linux lets a socket try again after a failed connect(); portable programs make a new one.";
    CONNECTED_KINDS: Connecting, Connect => Connected, "The peer's kernel accepted the connection.";
    CONNECTED_KINDS: Connecting, Established => Connected, "The handshake ended after connect() had returned.";
    CONNECTED_KINDS: Unbound, ConnectFailed => Failed, "There is no connection; portable programs close the socket and make a new one.";
    CONNECTED_KINDS: Bound, ConnectFailed => Failed, "There is no connection; portable programs close the socket and make a new one.";
    CONNECTED_KINDS: Connecting, ConnectFailed => Failed, "There is no connection; portable programs close the socket and make a new one.";
    // Ending a connection.
    CONNECTED_KINDS: Connected, ShutWrite => WriteShut, "Half-close: the peer reads end of file, and may still send to us.";
    CONNECTED_KINDS: Connected, ShutRead => ReadShut, "Receiving calls return 0 from now on; over TCP the peer is not notified.";
    CONNECTED_KINDS: Connected, ShutBoth => Shut, "Both directions have ended; the descriptor stays open until close().";
    CONNECTED_KINDS: Connected, EndOfFile => PeerClosed, "The peer sends no more; we may still send.";
    CONNECTED_KINDS: WriteShut, EndOfFile => Shut, "Now the peer has ended its direction too.";
    CONNECTED_KINDS: WriteShut, ShutRead => Shut, "Both directions have ended; the descriptor stays open until close().";
    CONNECTED_KINDS: WriteShut, ShutBoth => Shut, "Both directions have ended; the descriptor stays open until close().";
    CONNECTED_KINDS: ReadShut, ShutWrite => Shut, "Both directions have ended; the descriptor stays open until close().";
    CONNECTED_KINDS: ReadShut, ShutBoth => Shut, "Both directions have ended; the descriptor stays open until close().";
    CONNECTED_KINDS: PeerClosed, ShutWrite => Shut, "We have ended our direction too.";
    CONNECTED_KINDS: PeerClosed, ShutBoth => Shut, "We have ended our direction too.";
    CONNECTED_KINDS: Connected, Aborted => Reset, "The connection was aborted; what was in transit is lost.";
    CONNECTED_KINDS: PeerClosed, Aborted => Reset, "The connection was aborted; what was in transit is lost.";
    CONNECTED_KINDS: WriteShut, Aborted => Reset, "The connection was aborted; what was in transit is lost.";
    CONNECTED_KINDS: ReadShut, Aborted => Reset, "The connection was aborted; what was in transit is lost.";
    CONNECTED_KINDS: Connecting, Disconnect => Bound, "connect() with AF_UNSPEC abandoned the attempt; the socket can be used again.";
    CONNECTED_KINDS: Connected, Disconnect => Bound, "connect() with AF_UNSPEC aborted the connection; the socket can be used again.";
    CONNECTED_KINDS: PeerClosed, Disconnect => Bound, "connect() with AF_UNSPEC aborted the connection; the socket can be used again.";
    CONNECTED_KINDS: WriteShut, Disconnect => Bound, "connect() with AF_UNSPEC aborted the connection; the socket can be used again.";
    CONNECTED_KINDS: ReadShut, Disconnect => Bound, "connect() with AF_UNSPEC aborted the connection; the socket can be used again.";
    CONNECTED_KINDS: Shut, Disconnect => Bound, "connect() with AF_UNSPEC ended what was left of the connection; the socket can be used again.";
    CONNECTED_KINDS: Reset, Disconnect => Bound, "connect() with AF_UNSPEC discarded the connection; the socket can be used again.";
    CONNECTED_KINDS: Listening, Disconnect => Bound, "On Linux connect() with AF_UNSPEC takes a TCP listener out of LISTEN.";
    CONNECTED_KINDS: Failed, Disconnect => Bound, "connect() with AF_UNSPEC discarded the failed attempt.";
    CONNECTED_KINDS: Failed, Bind => Bound, "On Linux a socket whose connect() failed can be given an address; portable programs make a new one.";
    CONNECTED_KINDS: Failed, Listen => Listening, "On Linux a socket whose connect() failed can still become passive; portable programs make a new one.";
    // Messages: connect() only records the peer.
    MESSAGE_KINDS: Unbound, Connect => Connected, "The kernel recorded the peer and chose a local address; nothing was sent.";
    MESSAGE_KINDS: Bound, Connect => Connected, "The kernel recorded the peer; nothing was sent, and the peer is not notified.";
    MESSAGE_KINDS: Connected, Disconnect => Bound, "The peer is removed; the socket receives from any sender again.";
    MESSAGE_KINDS: Connected, ShutWrite => WriteShut, "Sending fails with EPIPE from now on; the peer is not notified.";
    MESSAGE_KINDS: Connected, ShutRead => ReadShut, "Receiving calls return 0 once the queue is empty; the peer is not notified.";
    MESSAGE_KINDS: Connected, ShutBoth => Shut, "Neither sending nor receiving; the peer is not notified.";
    MESSAGE_KINDS: WriteShut, ShutRead => Shut, "Neither sending nor receiving; the peer is not notified.";
    MESSAGE_KINDS: WriteShut, ShutBoth => Shut, "Neither sending nor receiving; the peer is not notified.";
    MESSAGE_KINDS: ReadShut, ShutWrite => Shut, "Neither sending nor receiving; the peer is not notified.";
    MESSAGE_KINDS: ReadShut, ShutBoth => Shut, "Neither sending nor receiving; the peer is not notified.";
    ALL: Bound, Unnamed => Unbound, "The local address, which the kernel had chosen, was removed with the peer.";
    // The end, from everywhere.
    ALL: Unbound, Close => Closed, "The descriptor is gone; its number will be used again.";
    ALL: Bound, Close => Closed, "The descriptor is gone; its number will be used again.";
    ALL: Listening, Close => Closed, "The listener is gone; connections that were not accepted are reset.";
    ALL: Connecting, Close => Closed, "The descriptor is gone; its number will be used again.";
    ALL: Connected, Close => Closed, "The descriptor is gone; for TCP the kernel ends the connection on its own.";
    ALL: Failed, Close => Closed, "The descriptor is gone; its number will be used again.";
    ALL: WriteShut, Close => Closed, "The descriptor is gone; for TCP the kernel ends the connection on its own.";
    ALL: ReadShut, Close => Closed, "The descriptor is gone; for TCP the kernel ends the connection on its own.";
    ALL: PeerClosed, Close => Closed, "The descriptor is gone; for TCP our FIN follows the peer's.";
    ALL: Shut, Close => Closed, "The descriptor is gone; its number will be used again.";
    ALL: Reset, Close => Closed, "The descriptor is gone; its number will be used again.";
    NO_SOCKETS: Open, Close => Closed, "The descriptor is gone; its number will be used again.";
};

/// The row that moves a socket of `kind` in phase `from` when `cause` happens.
pub fn next(kind: Kind, from: Phase, cause: Cause) -> Option<&'static Transition> {
    TRANSITIONS
        .iter()
        .find(|t| t.from == from && t.cause == cause && t.kinds.contains(&kind))
}

/// Everything that can move a socket of `kind` on from `from`.
pub fn transitions_from(kind: Kind, from: Phase) -> impl Iterator<Item = &'static Transition> {
    TRANSITIONS
        .iter()
        .filter(move |t| t.from == from && t.kinds.contains(&kind))
}

#[cfg(test)]
mod tests {
    use crate::socket::phase::*;

    #[test]
    fn no_two_rows_answer_the_same_question() {
        for (index, a) in TRANSITIONS.iter().enumerate() {
            for b in &TRANSITIONS[index + 1..] {
                let same = a.from == b.from
                    && a.cause == b.cause
                    && a.kinds.iter().any(|kind| b.kinds.contains(kind));
                assert!(!same, "{:?} on {:?} twice", a.from, a.cause);
            }
        }
    }

    #[test]
    fn every_row_says_why_in_a_sentence() {
        for t in TRANSITIONS {
            assert!(t.why.ends_with('.'), "{:?} {:?}", t.from, t.cause);
        }
    }

    #[test]
    fn every_phase_can_be_left_by_close_and_closed_by_nothing() {
        for kind in ALL {
            assert_eq!(transitions_from(*kind, Phase::Closed).count(), 0);
            for t in TRANSITIONS.iter().filter(|t| t.kinds.contains(kind)) {
                if t.to != Phase::Closed {
                    assert!(
                        next(*kind, t.to, Cause::Close).is_some(),
                        "{:?} can be closed",
                        t.to
                    );
                }
            }
        }
    }

    #[test]
    fn a_connected_socket_cannot_listen() {
        assert!(next(Kind::Stream, Phase::Connected, Cause::Listen).is_none());
        assert!(next(Kind::Datagram, Phase::Bound, Cause::Listen).is_none());
    }
}
