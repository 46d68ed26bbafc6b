//! Socket addresses as values, and as the text of the notation.
//!
//! What a program passes to bind(2) is a `sockaddr_in`, `sockaddr_in6` or `sockaddr_un`; [`super::sockaddr`] makes
//! those bytes. See ip(7), ipv6(7), unix(7).

use std::fmt;
use std::net::{SocketAddr, SocketAddrV4, SocketAddrV6};

use serde::{Deserialize, Serialize};

use crate::socket::recorded;
use crate::socket::text::{Escaped, Quoted};

/// A socket address that the kernel gave or that a call is to be given.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Address {
    /// `sockaddr_in`: an IPv4 address and a port.
    Inet(SocketAddrV4),
    /// `sockaddr_in6`: an IPv6 address, a port, flow label and scope.
    Inet6(SocketAddrV6),
    /// `sockaddr_un`: a path, an abstract name, or nothing.
    Unix(UnixName),
    /// A family that this program has no words for, with the bytes after the family.
    Other {
        /// The address family.
        family: u16,
        /// `sa_data`.
        #[serde(with = "recorded::bytes")]
        data: Vec<u8>,
    },
}

/// The three kinds of AF_UNIX names, unix(7).
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum UnixName {
    /// No name: what an unbound socket has, and what asks bind(2) to choose one (autobind).
    Unnamed,
    /// An entry in the file system.
    #[serde(with = "recorded::bytes")]
    Path(Vec<u8>),
    /// A name that is not a file; Linux only. It begins with a NUL byte, which is not part of this value.
    #[serde(with = "recorded::bytes")]
    Abstract(Vec<u8>),
}

impl Address {
    /// An internet address as the standard library has it, unchanged. `None` for those of other families.
    pub fn internet(&self) -> Option<SocketAddr> {
        match self {
            Self::Inet(address) => Some((*address).into()),
            Self::Inet6(address) => Some((*address).into()),
            Self::Unix(_) | Self::Other { .. } => None,
        }
    }

    /// The port of an internet address.
    pub fn port(&self) -> Option<u16> {
        match self {
            Self::Inet(a) => Some(a.port()),
            Self::Inet6(a) => Some(a.port()),
            Self::Unix(_) | Self::Other { .. } => None,
        }
    }

    /// Whether the kernel has not chosen anything yet: port 0, or no AF_UNIX name.
    pub fn is_unset(&self) -> bool {
        match self {
            Self::Unix(name) => *name == UnixName::Unnamed,
            Self::Other { .. } => false,
            Self::Inet(_) | Self::Inet6(_) => self.port() == Some(0),
        }
    }

    /// Whether the host part means every local address (`0.0.0.0`, `::`).
    pub fn is_wildcard(&self) -> bool {
        match self {
            Self::Inet(a) => a.ip().is_unspecified(),
            Self::Inet6(a) => a.ip().is_unspecified(),
            Self::Unix(_) | Self::Other { .. } => false,
        }
    }

    /// The path of an AF_UNIX address that is a file.
    pub fn path(&self) -> Option<&[u8]> {
        match self {
            Self::Unix(UnixName::Path(path)) => Some(path),
            _ => None,
        }
    }
}

impl From<SocketAddr> for Address {
    fn from(address: SocketAddr) -> Self {
        match address {
            SocketAddr::V4(a) => Self::Inet(a),
            SocketAddr::V6(a) => Self::Inet6(a),
        }
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Inet(a) => write!(f, "{a}"),
            Self::Inet6(a) => write!(f, "{a}"),
            Self::Unix(name) => write!(f, "{name}"),
            Self::Other { family, data } => {
                write!(f, "family:{family}")?;
                data.iter().try_for_each(|byte| write!(f, ":{byte:02x}"))
            }
        }
    }
}

impl fmt::Display for UnixName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unnamed => f.write_str("unix:"),
            Self::Path(bytes) => write!(f, "unix:{}", Plain(bytes)),
            Self::Abstract(bytes) => write!(f, "abstract:{}", Plain(bytes)),
        }
    }
}

/// A name without quotes where it can be read back so, quoted otherwise.
struct Plain<'a>(&'a [u8]);

impl fmt::Display for Plain<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let plain = !self.0.is_empty()
            && self
                .0
                .iter()
                .all(|b| b.is_ascii_alphanumeric() || b"/._-+@%:~".contains(b));
        if plain {
            write!(f, "{}", Escaped(self.0))
        } else {
            write!(f, "{}", Quoted(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::socket::address::*;

    #[test]
    fn addresses_print_as_the_notation_writes_them() {
        let inet: SocketAddr = "127.0.0.1:80".parse().expect("an address");
        assert_eq!(Address::from(inet).to_string(), "127.0.0.1:80");
        let inet6: SocketAddr = "[::1]:80".parse().expect("an address");
        assert_eq!(Address::from(inet6).to_string(), "[::1]:80");
        let unix = |bytes: &[u8]| Address::Unix(UnixName::Path(bytes.to_vec())).to_string();
        assert_eq!(unix(b"/tmp/x.sock"), "unix:/tmp/x.sock");
        assert_eq!(unix(b"a b"), "unix:\"a b\"");
        assert_eq!(unix(b"\x1b[2J"), "unix:\"\\x1b[2J\"");
        assert_eq!(Address::Unix(UnixName::Unnamed).to_string(), "unix:");
        assert_eq!(
            Address::Unix(UnixName::Abstract(b"a".to_vec())).to_string(),
            "abstract:a"
        );
    }
}
