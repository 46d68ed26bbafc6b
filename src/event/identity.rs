//! What distinguishes one kernel socket from every other: its cookie, and its inode while a descriptor is open.

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use std::fmt;
use std::num::NonZeroU64;

/// A number that the kernel gives to one socket of this boot and to no other: `SO_COOKIE` of socket(7), `idiag_cookie`
/// of sock_diag(7). It is kept from the handshake into TIME_WAIT.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Cookie(pub NonZeroU64);

impl Cookie {
    /// From the kernel's number; 0 means none.
    pub fn new(number: u64) -> Option<Self> {
        NonZeroU64::new(number).map(Self)
    }
}

impl fmt::Display for Cookie {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:x}", self.0)
    }
}

/// How a socket is recognised. The addresses of a connection do not identify it: a later connection may have the same
/// ones.
#[skip_serializing_none]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct Identity {
    /// The inode, fstat(2). 0 while no descriptor refers to the socket: in an accept queue, and after the last close(2).
    /// `None`: not asked.
    pub inode: Option<u32>,
    /// The cookie. `None`: the kernel did not give one.
    pub cookie: Option<Cookie>,
}

impl Identity {
    /// Whether both are the same socket. `None` if the kernel gave too little to decide.
    pub fn is_same(&self, other: &Self) -> Option<bool> {
        if let (Some(own), Some(other)) = (self.cookie, other.cookie) {
            return Some(own == other);
        }
        match (self.inode, other.inode) {
            (Some(own), Some(other)) if own != 0 && other != 0 => Some(own == other),
            _ => None,
        }
    }

    /// Whether any process has a descriptor of it. `None`: not asked.
    pub fn has_descriptor(&self) -> Option<bool> {
        self.inode.map(|inode| inode != 0)
    }
}

#[cfg(test)]
mod tests {
    use crate::event::identity::*;

    fn identity(inode: u32, cookie: u64) -> Identity {
        Identity {
            inode: Some(inode),
            cookie: Cookie::new(cookie),
        }
    }

    #[test]
    fn the_cookie_decides_and_the_inode_only_without_it() {
        assert_eq!(identity(7, 1).is_same(&identity(0, 1)), Some(true));
        assert_eq!(identity(7, 1).is_same(&identity(7, 2)), Some(false));
        assert_eq!(identity(7, 0).is_same(&identity(7, 2)), Some(true));
        assert_eq!(
            identity(0, 0).is_same(&identity(0, 0)),
            None,
            "two sockets without a descriptor both have inode 0"
        );
        assert_eq!(Identity::default().is_same(&identity(7, 1)), None);
    }
}
