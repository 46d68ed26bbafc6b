//! What the kernel said about a call when it had just returned: the sources that decide why it returned what it did.

use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::value::Value;
use crate::event::{Identity, Owner, Seen};
use crate::socket::recorded;
use crate::socket::{Errno, TcpState};

/// What was asked about one call. What was not asked, or not answered, is absent.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Evidence {
    /// The kernel's route to the destination, RTM_GETROUTE of rtnetlink(7).
    pub route: Option<Route>,
    /// The same without SO_BINDTODEVICE and SO_MARK, where the socket has one of them.
    pub plain_route: Option<Route>,
    /// The sockets of this network namespace that have the port, sock_diag(7). `None`: not asked.
    pub port_users: Option<Vec<PortUser>>,
    /// The connections to the destination from the ports that the socket may use.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub pairs: Vec<PortUser>,
    /// Files below /proc/sys, each with what it contains.
    #[serde(
        default,
        skip_serializing_if = "recorded::is_default",
        deserialize_with = "recorded::named"
    )]
    pub sysctls: Vec<(&'static str, String)>,
    /// Options of the socket of the call, as they read.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub options: Vec<OptionNow>,
    /// The effective capabilities of the process, capabilities(7).
    pub capabilities: Option<u64>,
    /// The protocols of this kernel that have sockets, /proc/net/protocols.
    #[serde(default, skip_serializing_if = "recorded::is_default")]
    pub protocols: Vec<String>,
    /// The connection of the socket in the kernel's table.
    pub own_end: Option<InTable>,
    /// The other end of the connection in the kernel's table.
    pub other_end: Option<InTable>,
    /// The state of the connection that accept() gave.
    pub made_state: Option<TcpState>,
    /// Whether what lies at the path of an AF_UNIX address is the file that bind() created in this session.
    pub file_is_ours: Option<bool>,
    /// The AF_UNIX sockets of this network namespace with the name, or one that differs from it in NUL bytes only.
    pub names: Option<Vec<UnixUser>>,
}

/// The answer of the kernel's table of sockets for one end of a connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum InTable {
    /// It is there.
    There {
        /// Its state.
        state: TcpState,
        /// Whether a descriptor of it exists. Without one it waits in an accept queue, or is an orphan.
        has_descriptor: bool,
    },
    /// It is not there.
    Gone,
}

/// Where the kernel sends what is meant for an address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Route {
    /// To this host itself.
    Local,
    /// To all hosts of a network.
    Broadcast,
    /// To a group.
    Multicast,
    /// To a host, over this interface.
    Unicast {
        /// The interface.
        device: String,
        /// The next router. `None`: the host is on that network.
        gateway: Option<IpAddr>,
    },
    /// Nowhere: no route fits.
    None,
    /// Nowhere: a route of this type forbids it.
    Denied(Denial),
    /// The look-up failed for another reason.
    Failed(Errno),
}

/// A type of route that discards what it is given, ip-route(8).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Denial {
    /// Fails with EACCES.
    Prohibit,
    /// Fails with EHOSTUNREACH.
    Unreachable,
    /// Fails with EINVAL.
    Blackhole,
}

impl Denial {
    /// How ip-route(8) calls it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Prohibit => "prohibit",
            Self::Unreachable => "unreachable",
            Self::Blackhole => "blackhole",
        }
    }
}

/// A socket that has a port.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PortUser {
    /// Which socket it is.
    pub identity: Identity,
    /// Its local address.
    pub local: SocketAddr,
    /// The address of its peer.
    pub peer: Option<SocketAddr>,
    /// Its state; Close is bound and neither listening nor connected.
    pub state: TcpState,
    /// Whether IPV6_V6ONLY is on.
    pub v6_only: bool,
    /// The interface of SO_BINDTODEVICE.
    pub device: Option<String>,
    /// Who has a descriptor of it.
    pub owner: Seen<Owner>,
    /// SO_REUSEADDR and SO_REUSEPORT. `None`: they cannot be read of a socket of another process.
    pub reuse: Option<Reuse>,
    /// Until the kernel drops it, in TIME_WAIT and the like.
    pub left: Option<Duration>,
}

/// The two options that let sockets share a port.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Reuse {
    /// SO_REUSEADDR
    pub address: bool,
    /// SO_REUSEPORT
    pub port: bool,
}

/// An option as it reads.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionNow {
    /// Its level.
    pub level: i32,
    /// Its number.
    pub number: i32,
    /// Its value.
    pub value: Value,
}

/// An AF_UNIX socket with a name, /proc/net/unix.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct UnixUser {
    /// Its inode.
    pub inode: u32,
    /// Its name, without the NUL byte at the beginning of an abstract one.
    #[serde(with = "recorded::bytes")]
    pub name: Vec<u8>,
    /// Its SOCK_ type.
    pub socket_type: i32,
    /// Whether it listens.
    pub listens: bool,
    /// Who has a descriptor of it.
    pub owner: Seen<Owner>,
}

impl Evidence {
    /// Whether nothing was found out.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// What a file below /proc/sys contains.
    pub fn sysctl(&self, name: &str) -> Option<&str> {
        let found = self.sysctls.iter().find(|(own, _)| *own == name);
        found.map(|(_, value)| value.as_str())
    }

    /// What an option of the socket of the call reads as.
    pub fn option(&self, level: i32, number: i32) -> Option<&Value> {
        let is_it = |now: &&OptionNow| now.level == level && now.number == number;
        self.options.iter().find(is_it).map(|now| &now.value)
    }
}
