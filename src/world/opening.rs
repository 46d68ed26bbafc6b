//! How a TCP connection was opened, RFC 9293 section 3.5: by a SYN+ACK that answered a SYN, or by SYNs of both ends.

use crate::call::Call;
use crate::event::Origin;
use crate::socket::TcpState;
use crate::world::{Handle, Record, World};

/// How an end left SYN_SENT, as far as the calls and the observed states show it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Opening {
    /// By the answer to its SYN; or it is the end of a server and was never there.
    #[default]
    Answered,
    /// By the SYN of the other end: it went through SYN_RECV.
    Simultaneous,
    /// Both ends called connect(), and which SYN was the first to arrive is not known.
    Unknown,
}

impl World {
    /// How an end of a connection was opened.
    pub fn opening(&self, own: Handle<'_>) -> Opening {
        let Some(peer) = self.peer(own).filter(|_| own.is_tcp()) else {
            return Opening::Answered;
        };
        if peer.file_id() == own.file_id() {
            return Opening::Simultaneous;
        }
        let is_client = |end: Handle<'_>| end.origin() == Origin::Created;
        if !is_client(own) || !is_client(peer) {
            return Opening::Answered;
        }
        let (Some(own), Some(peer)) = (self.first_connect(own), self.first_connect(peer)) else {
            return Opening::Unknown;
        };
        let is_first = own.asked < peer.asked;
        let second = if is_first { peer } else { own };
        // It was connected when the call returned: its SYN had been answered by the end that was in SYN_SENT before.
        let is_answered = second.tcp_after == Some(TcpState::Established) && !second.ever_blocked;
        match (is_answered, is_first) {
            (false, _) => Opening::Unknown,
            (true, true) => Opening::Simultaneous,
            (true, false) => Opening::Answered,
        }
    }

    /// The connect() that sent the SYN of its present connection; later ones only report it.
    fn first_connect(&self, own: Handle<'_>) -> Option<&Record> {
        let mut calls = self.concerning(own.id()).rev();
        calls.find(|record| record.on() == Some(own.id()) && record.begins_connection())
    }

    /// Whether the newest connect() of a socket has put its SYN off, and no call has sent it since.
    pub fn defers_syn(&self, own: Handle<'_>) -> bool {
        let calls = self.concerning(own.id()).rev();
        awaits_data(calls.filter(|record| record.on() == Some(own.id())))
    }

    /// The same just before a call on it.
    pub(crate) fn had_deferred_syn(&self, own: Handle<'_>, before: &Record) -> bool {
        let calls = self.concerning(own.id()).rev();
        let mut calls = calls.filter(|record| record.on() == Some(own.id()));
        calls.any(|record| record.id() == before.id()) && awaits_data(calls)
    }
}

/// Whether the first of these calls that connected or sent, the newest first, is a connect() that put its SYN off.
fn awaits_data<'a>(mut calls: impl Iterator<Item = &'a Record>) -> bool {
    let decides = |record: &&Record| {
        let has_sent =
            record.call().call_kind().sends() && record.outcome().is_some_and(|o| o.result.is_ok());
        has_sent || record.begins_connection()
    };
    calls.find(decides).is_some_and(Record::defers_syn)
}

impl Record {
    /// Whether it is a connect() that succeeded and yet sent no SYN, TCP_FASTOPEN_CONNECT of tcp(7): the first data goes
    /// with it.
    pub(crate) fn defers_syn(&self) -> bool {
        let is_done = self.outcome().is_some_and(|outcome| outcome.result.is_ok());
        is_done && self.begins_connection() && self.tcp_after == Some(TcpState::SynSent)
    }

    /// Whether it is a connect() on a socket that had no connection and was not about to get one.
    pub(crate) fn begins_connection(&self) -> bool {
        let had_none = matches!(
            self.tcp_before,
            None | Some(TcpState::Close | TcpState::TimeWait)
        );
        had_none && matches!(self.call(), Call::Connect { .. })
    }
}
