//! Option values: what setsockopt is given and getsockopt gives back.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::bpf::Instruction;
use crate::socket::option::{Named, Names};
use crate::socket::recorded;
use crate::socket::text::Quoted;
use crate::socket::{Address, Errno, TcpState};

/// `struct ucred`: who somebody is, as SO_PEERCRED and SCM_CREDENTIALS say it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// Process.
    pub pid: i32,
    /// User.
    pub uid: u32,
    /// Group.
    pub gid: u32,
}

impl fmt::Display for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { pid, uid, gid } = self;
        write!(f, "{{pid {pid}, uid {uid}, gid {gid}}}")
    }
}

/// The value of a socket option.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Value {
    /// `NULL`: a null pointer, wrong on purpose.
    Null,
    /// A number.
    Int(i32),
    /// A number that is never negative.
    Unsigned(u32),
    /// `0x100`: the same, where its bits count.
    Mask(u32),
    /// A number of eight bytes.
    Long(u64),
    /// A number in network byte order.
    NetworkInt(i32),
    /// `IP_PMTUDISC_DO`, `AF_INET`: a number that has a name.
    Named(Named),
    /// `{1, 5s}`: struct linger.
    Linger {
        /// l_onoff
        on: i32,
        /// l_linger, in seconds
        seconds: i32,
    },
    /// `250ms`: struct timeval.
    Duration(Duration),
    /// `{0, 2000000}`: a struct timeval that is not a duration.
    Timeval {
        /// tv_sec
        seconds: i64,
        /// tv_usec
        micros: i64,
    },
    /// `"reno"`
    #[serde(with = "recorded::bytes")]
    Text(Vec<u8>),
    /// `{239.1.1.1, 127.0.0.1}`: struct ip_mreq.
    Membership {
        /// The multicast group.
        group: Ipv4Addr,
        /// The interface, by its address.
        interface: Ipv4Addr,
    },
    /// `{239.1.1.1, 127.0.0.1, 1}`: struct ip_mreqn.
    IndexedMembership {
        /// The multicast group.
        group: Ipv4Addr,
        /// The interface, by its address.
        interface: Ipv4Addr,
        /// The interface, by its index; goes before the address.
        index: i32,
    },
    /// `{239.1.1.1, 127.0.0.1, 10.0.0.1}`: struct ip_mreq_source.
    SourceMembership {
        /// The multicast group.
        group: Ipv4Addr,
        /// The interface, by its address.
        interface: Ipv4Addr,
        /// Who sends.
        source: Ipv4Addr,
    },
    /// `{239.1.1.1, 127.0.0.1, MCAST_INCLUDE, [10.0.0.1]}`: struct ip_msfilter.
    SourceFilter {
        /// The multicast group.
        group: Ipv4Addr,
        /// The interface, by its address.
        interface: Ipv4Addr,
        /// MCAST_INCLUDE or MCAST_EXCLUDE.
        mode: i32,
        /// Who sends.
        sources: Vec<Ipv4Addr>,
    },
    /// `{239.1.1.1, 1}`: struct group_req; with a third part struct group_source_req.
    Group {
        /// The multicast group.
        group: IpAddr,
        /// The interface, by its index.
        index: u32,
        /// Who sends.
        source: Option<IpAddr>,
    },
    /// `{ff02::1, 1}`: struct ipv6_mreq, and struct in6_pktinfo, which is laid out alike.
    Interface6 {
        /// The multicast group, or an address of this host.
        address: Ipv6Addr,
        /// The interface, by its index.
        index: i32,
    },
    /// `127.0.0.1`: struct in_addr.
    InAddr(Ipv4Addr),
    /// `::1`: struct in6_addr.
    In6Addr(Ipv6Addr),
    /// `{40000, 40010}`: two bounds in one number.
    PortRange {
        /// The lowest port.
        lowest: u16,
        /// The highest port.
        highest: u16,
    },
    /// `[4, 24]`
    Numbers(Vec<u32>),
    /// `[{0x6, 0, 0, 0xffffffff}]`: the instructions of a classic BPF program, to which a struct sock_fprog leads.
    Program(Vec<Instruction>),
    /// `{127.0.0.1, "key"}`: struct tcp_md5sig. TCP_MD5SIG_EXT takes `{10.0.0.0/8, "key", 1}` too.
    Md5Key {
        /// The peer; the kernel takes no port.
        address: IpAddr,
        /// The length of the prefix that is meant instead, TCP_MD5SIG_FLAG_PREFIX.
        #[serde(default)]
        prefix: Option<u8>,
        /// The index of the interface to which the key is bound, TCP_MD5SIG_FLAG_IFINDEX.
        #[serde(default)]
        index: Option<i32>,
        /// The key; an empty one removes the key of this peer.
        #[serde(with = "recorded::bytes")]
        key: Vec<u8>,
    },
    /// `{clockid 1, flags 0}`: a struct of numbers.
    #[serde(deserialize_with = "recorded::named")]
    Fields(Vec<(&'static str, u32)>),
    /// Read only: SO_ERROR; `None`: there was no error.
    Error(Option<Errno>),
    /// Read only: an address.
    Address(Address),
    /// Read only: `{[::1]:9, 65536}`, struct ip6_mtuinfo.
    PathMtu {
        /// The peer; getsockopt() leaves it out.
        to: Option<Address>,
        /// The path MTU in bytes.
        mtu: u32,
    },
    /// Read only: struct ucred.
    Credentials(Credentials),
    /// Read only: the useful fields of struct tcp_info.
    TcpInfo(TcpInfo),
    /// `hex(01 02)`: bytes of a length that no type of ours has.
    #[serde(with = "recorded::bytes")]
    Raw(Vec<u8>),
}

/// The fields of `struct tcp_info` that explain most, tcp(7).
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct TcpInfo {
    /// Whether data that came with a SYN was acknowledged, TCPI_OPT_SYN_DATA.
    pub syn_data: bool,
    /// tcpi_state; `None` for a number that we do not know.
    pub state: Option<TcpState>,
    /// Smoothed round-trip time in microseconds.
    pub rtt_us: u32,
    /// Its variation in microseconds.
    pub rttvar_us: u32,
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
    /// Bytes that the peer has acknowledged; its SYN counts as one.
    pub bytes_acked: u64,
    /// Received bytes.
    pub bytes_received: u64,
    /// Bytes that were not sent yet: there was no room in a window, or more is awaited (MSG_MORE, TCP_CORK).
    pub not_sent: u32,
    /// For how many bytes the peer has room, as it said last. `None` before Linux 5.4.
    pub snd_wnd: Option<u32>,
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

impl Value {
    /// The multicast group that it names, if it is a value that names one.
    pub fn group(&self) -> Option<IpAddr> {
        match self {
            Self::Membership { group, .. }
            | Self::IndexedMembership { group, .. }
            | Self::SourceMembership { group, .. }
            | Self::SourceFilter { group, .. } => Some((*group).into()),
            Self::Group { group, .. } => Some(*group),
            Self::Interface6 { address, .. } => Some((*address).into()),
            _ => None,
        }
    }

    /// Whether it switches an option off: 0, or nothing at all.
    pub fn is_off(&self) -> bool {
        match self {
            Self::Int(number) | Self::NetworkInt(number) => *number == 0,
            Self::Unsigned(number) | Self::Mask(number) => *number == 0,
            Self::Long(number) => *number == 0,
            Self::Named(named) => named.number == 0,
            Self::Linger { on, .. } => *on == 0,
            Self::Duration(duration) => duration.is_zero(),
            Self::Text(text) => text.is_empty(),
            Self::Program(instructions) => instructions.is_empty(),
            Self::Md5Key { key, .. } => key.is_empty(),
            Self::InAddr(ip) => ip.is_unspecified(),
            Self::PortRange { lowest, highest } => (*lowest, *highest) == (0, 0),
            Self::Null
            | Self::Timeval { .. }
            | Self::Membership { .. }
            | Self::IndexedMembership { .. }
            | Self::SourceMembership { .. }
            | Self::SourceFilter { .. }
            | Self::Group { .. }
            | Self::Interface6 { .. }
            | Self::In6Addr(_)
            | Self::Numbers(_)
            | Self::Fields(_)
            | Self::Error(_)
            | Self::Address(_)
            | Self::PathMtu { .. }
            | Self::Credentials(_)
            | Self::TcpInfo(_)
            | Self::Raw(_) => false,
        }
    }

    /// Whether a value that is read is another one than that which was set, where both have the same form.
    pub fn reads_otherwise(&self, read: &Self) -> bool {
        std::mem::discriminant(self) == std::mem::discriminant(read) && self != read
    }
}

impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Null => f.write_str("NULL"),
            Self::Int(number) | Self::NetworkInt(number) => write!(f, "{number}"),
            Self::Unsigned(number) => write!(f, "{number}"),
            Self::Mask(mask) => write!(f, "{mask:#x}"),
            Self::Long(number) => write!(f, "{number}"),
            Self::Named(named) => write!(f, "{named}"),
            Self::Linger { on, seconds } => write!(f, "{{{on}, {seconds}s}}"),
            Self::Duration(duration) => write!(f, "{}", Span(*duration)),
            Self::Timeval { seconds, micros } => write!(f, "{{{seconds}, {micros}}}"),
            Self::Text(text) => write!(f, "{}", Quoted(text)),
            Self::Membership { group, interface } => write!(f, "{{{group}, {interface}}}"),
            Self::IndexedMembership {
                group,
                interface,
                index,
            } => write!(f, "{{{group}, {interface}, {index}}}"),
            Self::SourceMembership {
                group,
                interface,
                source,
            } => write!(f, "{{{group}, {interface}, {source}}}"),
            Self::SourceFilter {
                group,
                interface,
                mode,
                sources,
            } => {
                let mode = Named {
                    names: Names::FilterMode,
                    number: *mode,
                };
                write!(f, "{{{group}, {interface}, {mode}, [{}]}}", list(sources))
            }
            Self::Group {
                group,
                index,
                source,
            } => match source {
                Some(source) => write!(f, "{{{group}, {index}, {source}}}"),
                None => write!(f, "{{{group}, {index}}}"),
            },
            Self::Interface6 { address, index } => write!(f, "{{{address}, {index}}}"),
            Self::InAddr(ip) => write!(f, "{ip}"),
            Self::In6Addr(ip) => write!(f, "{ip}"),
            Self::PortRange { lowest, highest } => write!(f, "{{{lowest}, {highest}}}"),
            Self::Numbers(numbers) => write!(f, "[{}]", list(numbers)),
            Self::Program(instructions) => write!(f, "[{}]", list(instructions)),
            Self::Md5Key {
                address,
                prefix,
                index,
                key,
            } => {
                let prefix = prefix.map_or_else(String::new, |prefix| format!("/{prefix}"));
                let index = index.map_or_else(String::new, |index| format!(", {index}"));
                write!(f, "{{{address}{prefix}, {}{index}}}", Quoted(key))
            }
            Self::Fields(fields) => {
                let fields: Vec<String> = fields
                    .iter()
                    .map(|(name, number)| format!("{name} {number}"))
                    .collect();
                write!(f, "{{{}}}", list(&fields))
            }
            Self::Error(None) => f.write_str("0"),
            Self::Error(Some(errno)) => write!(f, "{errno}"),
            Self::Address(address) => write!(f, "{address}"),
            Self::PathMtu { to: Some(to), mtu } => write!(f, "{{{to}, {mtu}}}"),
            Self::PathMtu { to: None, mtu } => write!(f, "{{AF_UNSPEC, {mtu}}}"),
            Self::Credentials(credentials) => write!(f, "{credentials}"),
            Self::TcpInfo(info) => write!(f, "{info}"),
            Self::Raw(bytes) => write!(f, "{}", crate::call::data::Data::Hex(bytes.clone())),
        }
    }
}

/// Things between commas.
fn list<T: fmt::Display>(items: &[T]) -> String {
    let items: Vec<String> = items.iter().map(T::to_string).collect();
    items.join(", ")
}

/// A duration in the largest unit that writes it exactly: `5s`, `250ms`, `30us`.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
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
