//! Both ends of a connection as the kernel's own table shows them, sock_diag(7).

use std::net::SocketAddr;
use std::time::Duration;

use crate::event::{DescriptorId, Identity, SocketDetails};
use crate::socket::TcpState;

/// A value and how it is known.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Seen<T> {
    /// The kernel said so.
    Observed(T),
    /// It follows from what the kernel said before.
    Inferred(T),
    /// It cannot be had, and why.
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

    /// The same of a value that follows from this one.
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

/// Both ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Endpoints {
    /// The end of ours, also after close(2). `None`: the kernel has it no more.
    pub own: Option<End>,
    /// The other one, in whatever process.
    pub other: Seen<Other>,
    /// Of a TCP listener: the clients whose handshake is not finished, by their addresses. `None` for others.
    pub half_open: Option<Seen<Vec<SocketAddr>>>,
    /// Who has a descriptor of our end although the one of the session is closed: a duplicate of the session, another
    /// process, or, where no process that can be looked into has one, a message in flight or a call that is still inside.
    /// `None`: nobody has.
    pub elsewhere: Option<Seen<Owner>>,
}

impl Endpoints {
    /// The state of a connection of ours that lives on without its descriptor.
    pub fn orphaned_state(&self) -> Option<TcpState> {
        let own = self.own.as_ref()?;
        if own.identity.has_descriptor() == Some(true) {
            return None;
        }
        let state = own.state;
        ORPHAN_STATES.contains(&state).then_some(state)
    }

    /// The socket of ours that is the other end.
    pub fn other_of_ours(&self) -> Option<DescriptorId> {
        match self.other.value()? {
            Other::There { owner, .. } => match owner.value()? {
                Owner::Ours(socket) => Some(*socket),
                _ => None,
            },
            _ => None,
        }
    }

    /// Leaves out how long its timers run yet, so that two looks can be compared.
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

    /// The timers that run at either end.
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
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Other {
    /// The kernel has it.
    There {
        /// What is to be said of it.
        end: End,
        /// Who has a descriptor of it.
        owner: Seen<Owner>,
    },
    /// AF_UNIX: it waits in the queue of a listener, and the kernel shows nothing of it before accept(2).
    Waiting,
    /// It is there no more.
    Gone,
}

/// One end.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct End {
    /// Which socket it is.
    pub identity: Identity,
    /// Its state; of AF_UNIX Listen, Established or Close.
    pub state: TcpState,
    /// What waits to be received.
    pub receive: Bytes,
    /// What was sent and is not acknowledged. `None` for AF_UNIX, of which the kernel counts memory and not bytes.
    pub send: Option<Bytes>,
    /// The timer that runs.
    pub timer: Option<Timer>,
    /// What else is known. `None`: in SYN_RECV and TIME_WAIT the kernel keeps no more than this.
    pub details: Option<Box<SocketDetails>>,
}

impl End {
    /// What is in the send queue and was not sent yet, as TCP_INFO says; a FIN that waits there is counted in it.
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Bytes {
    /// Bytes of data.
    pub count: u32,
    /// A SYN or a FIN, for which TCP has a sequence number too: RFC 9293 section 3.4.
    pub control: Option<&'static str>,
}

/// A timer of the kernel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Timer {
    /// Which one.
    pub kind: TimerKind,
    /// How long it runs yet.
    pub left: Duration,
    /// How often it has run out already.
    pub times: u8,
}

/// Which timer it is, `idiag_timer` of sock_diag(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimerKind {
    /// Until the oldest segment is sent again; in SYN_RECV that is SYN+ACK.
    Retransmit,
    /// Until a keepalive probe; also how long FIN_WAIT2 lasts.
    Keepalive,
    /// Until the kernel forgets the connection.
    TimeWait,
    /// Until the closed window of the peer is probed.
    Probe,
}

/// Number in the kernel, kind, and its name.
pub const TIMERS: [(u8, TimerKind, &str); 4] = [
    (1, TimerKind::Retransmit, "retransmit"),
    (2, TimerKind::Keepalive, "keepalive"),
    (3, TimerKind::TimeWait, "time-wait"),
    (4, TimerKind::Probe, "window probe"),
];

impl TimerKind {
    /// By its number.
    pub fn from_number(number: u8) -> Option<Self> {
        let row = TIMERS.iter().find(|(own, _, _)| *own == number)?;
        Some(row.1)
    }

    /// How it is called.
    pub fn word(self) -> &'static str {
        let row = TIMERS.iter().find(|(_, own, _)| *own == self);
        row.map_or("", |(_, _, word)| word)
    }
}

/// Who has a descriptor of a socket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Owner {
    /// We, and this socket it is.
    Ours(DescriptorId),
    /// Another process, or this one outside of the playground.
    Process {
        /// Its number.
        pid: i32,
        /// The name of its program, as it gave it itself.
        program: String,
    },
    /// Nobody: it waits to be accepted, or was closed.
    Nobody,
}
