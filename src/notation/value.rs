//! Option values: what setsockopt is given and getsockopt gives back.

use std::fmt;
use std::net::Ipv4Addr;
use std::time::Duration;

use crate::socket::text::{Quoted, harmless};
use crate::socket::{Errno, TcpState};

/// The value of a socket option.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// `NULL`: a null pointer.
    Null,
    /// A number.
    Int(i32),
    /// `{1, 5s}`: struct linger.
    Linger {
        /// l_onoff
        on: i32,
        /// l_linger, in seconds
        seconds: i32,
    },
    /// `250ms`: struct timeval.
    Duration(Duration),
    /// `"reno"`
    Text(Vec<u8>),
    /// `{239.1.1.1, 127.0.0.1}`: struct ip_mreq.
    Membership {
        /// The multicast group.
        group: Ipv4Addr,
        /// The interface, by its address.
        interface: Ipv4Addr,
    },
    /// `127.0.0.1`: struct in_addr.
    InAddr(Ipv4Addr),
    /// Read only: SO_ERROR; `None` is no error.
    Error(Option<Errno>),
    /// Read only: a number that has a name, such as SO_TYPE.
    Named(String),
    /// Read only: struct ucred.
    Credentials {
        /// Process.
        pid: i32,
        /// User.
        uid: u32,
        /// Group.
        gid: u32,
    },
    /// Read only: the useful fields of struct tcp_info.
    TcpInfo(TcpInfo),
    /// Bytes of a length that no type of ours has.
    Raw(Vec<u8>),
}

/// The fields of `struct tcp_info` that explain most, tcp(7).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TcpInfo {
    /// tcpi_state; `None` for a number that we do not know.
    pub state: Option<TcpState>,
    /// Smoothed round-trip time in microseconds.
    pub rtt_us: u32,
    /// Congestion window in segments.
    pub cwnd: u32,
    /// Bytes in a segment that we send.
    pub mss: u32,
    /// Segments sent and not acknowledged; on a listener, connections that wait to be accepted.
    pub unacked: u32,
    /// On a listener, the limit of that queue.
    pub sacked: u32,
    /// Segments sent again since the beginning.
    pub retransmits: u32,
    /// Segments sent.
    pub segs_out: u32,
    /// Segments received.
    pub segs_in: u32,
}

impl fmt::Display for TcpInfo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.state {
            Some(TcpState::Listen) => {
                write!(f, "LISTEN waiting {} backlog {}", self.unacked, self.sacked)
            }
            Some(state) => write!(
                f,
                "{state} rtt {}us cwnd {} mss {} unacked {} retransmits {} segs_out {} segs_in {}",
                self.rtt_us,
                self.cwnd,
                self.mss,
                self.unacked,
                self.retransmits,
                self.segs_out,
                self.segs_in
            ),
            None => f.write_str("unknown"),
        }
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Int(number) => write!(f, "{number}"),
            Self::Linger { on, seconds } => write!(f, "{{{on}, {seconds}s}}"),
            Self::Duration(duration) => write!(f, "{}", Span(*duration)),
            Self::Text(text) => write!(f, "{}", Quoted(text)),
            Self::Membership { group, interface } => write!(f, "{{{group}, {interface}}}"),
            Self::InAddr(ip) => write!(f, "{ip}"),
            Self::Error(None) => f.write_str("0"),
            Self::Error(Some(errno)) => write!(f, "{errno}"),
            Self::Named(name) => f.write_str(&harmless(name)),
            Self::Credentials { pid, uid, gid } => write!(f, "{{pid {pid}, uid {uid}, gid {gid}}}"),
            Self::TcpInfo(info) => write!(f, "{info}"),
            Self::Raw(bytes) => write!(f, "{}", super::Data::Hex(bytes.clone())),
        }
    }
}

/// A duration in the largest unit that writes it exactly: `5s`, `250ms`, `30us`.
#[derive(Debug, Clone, Copy)]
pub struct Span(pub Duration);

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let nanos = self.0.as_nanos();
        match nanos {
            n if n % 1_000_000_000 == 0 => write!(f, "{}s", n / 1_000_000_000),
            n if n % 1_000_000 == 0 => write!(f, "{}ms", n / 1_000_000),
            n if n % 1_000 == 0 => write!(f, "{}us", n / 1_000),
            n => write!(f, "{n}ns"),
        }
    }
}
