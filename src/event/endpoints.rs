//! Both ends of a connection as the kernel's own table shows them, sock_diag(7).

use std::net::SocketAddr;
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::event::{DescriptorId, Identity, SocketDetails};
use crate::socket::TcpState;
use crate::socket::recorded;

/// A value and how it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Seen<T> {
    /// The kernel said so.
    Observed(T),
    /// It follows from what the kernel said earlier.
    Inferred(T),
    /// It is not available, and why.
    Unavailable(String),
}

impl<T> Seen<T> {
    /// The value, however it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Observed(value) | Self::Inferred(value) => Some(value),
            Self::Unavailable(_) => None,
        }
    }

    /// Applies a function to the value, and keeps how it is known.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Seen<U> {
        match self {
            Self::Observed(value) => Seen::Observed(change(value)),
            Self::Inferred(value) => Seen::Inferred(change(value)),
            Self::Unavailable(reason) => Seen::Unavailable(reason),
        }
    }

    /// The same, borrowed.
    pub fn as_ref(&self) -> Seen<&T> {
        match self {
            Self::Observed(value) => Seen::Observed(value),
            Self::Inferred(value) => Seen::Inferred(value),
            Self::Unavailable(reason) => Seen::Unavailable(reason.clone()),
        }
    }
}

/// Both ends of a connection, as seen at one moment.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Endpoints {
    /// Our own end, also after close(2). `None`: the kernel no longer has it.
    pub own: Option<End>,
    /// The other end, in whichever process it is.
    pub other: Seen<Other>,
    /// For a TCP listener: the addresses of the clients whose handshake is not complete. `None` for other sockets.
    pub half_open: Option<Seen<Vec<SocketAddr>>>,
    /// Who has a descriptor of our end although the session's is closed: the session itself, as a duplicate; another
    /// process; or, if no process that we may inspect has one, a message in flight or a call that has not returned.
    /// `None`: nobody.
    pub elsewhere: Option<Seen<Owner>>,
}

impl Endpoints {
    /// The state of our connection if it outlived its descriptor.
    pub fn orphaned_state(&self) -> Option<TcpState> {
        let own = self.own.as_ref()?;
        if own.identity.has_descriptor() == Some(true) {
            return None;
        }
        let state = own.state;
        ORPHAN_STATES.contains(&state).then_some(state)
    }

    /// The other end, if it is one of our sockets.
    pub fn other_of_ours(&self) -> Option<DescriptorId> {
        match self.other.value()? {
            Other::There { owner, .. } => match owner.value()? {
                Owner::Ours(socket) => Some(*socket),
                _ => None,
            },
            _ => None,
        }
    }

    /// Clears the time left of the timers, so that two observations can be compared.
    pub fn clear_timers(&mut self) {
        let other = match &mut self.other {
            Seen::Observed(Other::There { end, .. }) => Some(end),
            _ => None,
        };
        let endpoints = self.own.as_mut().into_iter().chain(other);
        for timer in endpoints.filter_map(|end| end.timer.as_mut()) {
            timer.left = Duration::ZERO;
        }
    }

    /// The other end, where the kernel has it.
    pub fn other_end(&self) -> Option<&End> {
        match self.other.value() {
            Some(Other::There { end, .. }) => Some(end),
            _ => None,
        }
    }

    /// The timers running at either end.
    pub fn timers(&self) -> impl Iterator<Item = &Timer> {
        let endpoints = self.own.as_ref().into_iter().chain(self.other_end());
        endpoints.filter_map(|end| end.timer.as_ref())
    }
}

/// The states that a connection can be in after its last descriptor was closed, RFC 9293 section 3.6.
const ORPHAN_STATES: [TcpState; 5] = [
    TcpState::FinWait1,
    TcpState::FinWait2,
    TcpState::Closing,
    TcpState::LastAck,
    TcpState::TimeWait,
];

/// The socket at the other end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Other {
    /// The kernel has it.
    There {
        /// Its state and queues.
        end: End,
        /// Who has a descriptor of it.
        owner: Seen<Owner>,
    },
    /// AF_UNIX: it waits in the queue of a listener, and the kernel does not show it before accept(2).
    Waiting,
    /// It no longer exists.
    Gone,
}

/// One end.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    /// Which socket it is.
    pub identity: Identity,
    /// Its state; for AF_UNIX one of Listen, Established and Close.
    pub state: TcpState,
    /// The receive queue.
    pub receive: Bytes,
    /// What was sent and is not acknowledged. `None` for AF_UNIX, where the kernel counts memory and not bytes.
    pub send: Option<Bytes>,
    /// The timer that is running.
    pub timer: Option<Timer>,
    /// What else is known. `None`: in SYN_RECV and TIME_WAIT the kernel keeps nothing else.
    pub details: Option<Box<SocketDetails>>,
}

impl End {
    /// The part of the send queue that was not sent yet, from TCP_INFO; a FIN that waits there is counted.
    pub fn not_sent(&self) -> Option<Bytes> {
        let count = self.details.as_deref()?.tcp.value()?.not_sent;
        let fin = self.send.and_then(|send| send.control);
        Some(match count.checked_sub(1) {
            Some(count) if fin.is_some() => Bytes {
                count,
                control: fin,
            },
            _ => Bytes {
                count,
                control: None,
            },
        })
    }
}

/// The length of a queue.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Bytes {
    /// Bytes of data.
    pub count: u32,
    /// A SYN or a FIN, for which TCP has a sequence number too: RFC 9293 section 3.4.
    #[serde(default, deserialize_with = "recorded::some_text")]
    pub control: Option<recorded::OwnText>,
}

/// A kernel timer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timer {
    /// Which one.
    pub kind: TimerKind,
    /// The time left.
    pub left: Duration,
    /// How often it has expired.
    pub times: u8,
}

/// Which timer it is, `idiag_timer` of sock_diag(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum TimerKind {
    /// Until the oldest segment is retransmitted; in SYN_RECV that is the SYN+ACK.
    Retransmit,
    /// Until a keepalive probe; also until FIN_WAIT2 ends.
    Keepalive,
    /// Until the kernel drops the connection.
    TimeWait,
    /// Until the closed window of the peer is probed.
    Probe,
}

/// The kernel's number, the kind, and its name.
pub const TIMERS: [(u8, TimerKind, &str); 4] = [
    (1, TimerKind::Retransmit, "retransmit"),
    (2, TimerKind::Keepalive, "keepalive"),
    (3, TimerKind::TimeWait, "time-wait"),
    (4, TimerKind::Probe, "window probe"),
];

impl TimerKind {
    /// The timer with a number.
    pub fn from_number(number: u8) -> Option<Self> {
        let row = TIMERS.iter().find(|(own, _, _)| *own == number)?;
        Some(row.1)
    }

    /// Its name.
    pub fn word(self) -> &'static str {
        let row = TIMERS.iter().find(|(_, own, _)| *own == self);
        row.map_or("", |(_, _, word)| word)
    }
}

/// Who has a descriptor of a socket.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// We do: this descriptor.
    Ours(DescriptorId),
    /// Another process, or this one outside of the session.
    Process {
        /// Its process ID.
        pid: i32,
        /// The name of its program, as it set it itself.
        program: String,
    },
    /// Nobody: it has not been accepted yet, or was closed.
    Nobody,
}
