//! What strace says of a descriptor with `-y` or `-yy`: `TCP:[127.0.0.1:80->127.0.0.1:40000]`, `UNIX-STREAM:[12->13]`,
//! `socket:[12]`, `pipe:[12]`, `anon_inode:[eventpoll]`, or a path.

use std::net::SocketAddr;

use crate::socket::{Address, Domain, Kind, Protocol, SocketType, UnixName};

/// What a descriptor refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Annotation {
    /// Something that is taken over.
    Known(Target, Beside),
    /// A socket of which no more is said than its inode.
    Socket(Option<u32>),
    /// An end of a pipe, and it is not said which.
    Pipe,
    /// A file.
    Other,
    /// Something of which it is not known what it is.
    Unsure,
}

/// What kind of object a descriptor refers to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Target {
    /// What kind.
    pub(super) kind: Kind,
    /// As given to socket(2); 0 for what is not a socket.
    pub(super) domain: Domain,
    /// As given to socket(2).
    pub(super) socket_type: SocketType,
    /// As given to socket(2).
    pub(super) protocol: Protocol,
}

/// What is said beside that.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Beside {
    /// Its own address.
    pub(super) local: Option<Address>,
    /// That of its peer.
    pub(super) peer: Option<Address>,
    /// Its inode.
    pub(super) inode: Option<u32>,
}

impl Target {
    /// A socket.
    pub(super) fn socket(domain: Domain, socket_type: SocketType, protocol: Protocol) -> Self {
        Self {
            kind: Kind::of(socket_type),
            domain,
            socket_type,
            protocol,
        }
    }

    /// What is not a socket.
    pub(super) fn other(kind: Kind) -> Self {
        Self {
            kind,
            domain: Domain(0),
            socket_type: SocketType(0),
            protocol: Protocol(0),
        }
    }

    /// Whether it is a TCP socket.
    pub(super) fn is_tcp(&self) -> bool {
        let is_internet = [Domain::INET, Domain::INET6].contains(&self.domain);
        let is_plain = [0, libc::IPPROTO_TCP].contains(&self.protocol.0);
        self.kind == Kind::Stream && is_internet && is_plain
    }
}

/// The names of protocols before the colon.
const PROTOCOLS: [(&str, Domain, SocketType, i32); 11] = [
    ("TCP", Domain::INET, SocketType::STREAM, libc::IPPROTO_TCP),
    (
        "TCPv6",
        Domain::INET6,
        SocketType::STREAM,
        libc::IPPROTO_TCP,
    ),
    ("UDP", Domain::INET, SocketType::DGRAM, libc::IPPROTO_UDP),
    ("UDPv6", Domain::INET6, SocketType::DGRAM, libc::IPPROTO_UDP),
    (
        "UDP-Lite",
        Domain::INET,
        SocketType::DGRAM,
        libc::IPPROTO_UDPLITE,
    ),
    (
        "UDP-Litev6",
        Domain::INET6,
        SocketType::DGRAM,
        libc::IPPROTO_UDPLITE,
    ),
    ("UNIX-STREAM", Domain::UNIX, SocketType::STREAM, 0),
    ("UNIX-DGRAM", Domain::UNIX, SocketType::DGRAM, 0),
    ("UNIX-SEQPACKET", Domain::UNIX, SocketType::SEQPACKET, 0),
    ("RAW", Domain::INET, SocketType::RAW, 0),
    ("RAWv6", Domain::INET6, SocketType::RAW, 0),
];

/// Reads what stands between `<` and `>`. `None`: nothing does.
pub(super) fn read(text: &str) -> Option<Annotation> {
    if text.is_empty() {
        return None;
    }
    let inside = text
        .split_once(":[")
        .and_then(|(name, rest)| Some((name, rest.strip_suffix(']')?)));
    let Some((name, inside)) = inside else {
        let is_path = text.starts_with('/');
        return Some(match is_path {
            true => Annotation::Other,
            false => Annotation::Unsure,
        });
    };
    Some(match (name, inside) {
        ("socket", inode) => Annotation::Socket(inode.parse().ok()),
        ("pipe", _) => Annotation::Pipe,
        ("anon_inode", "eventpoll" | "[eventpoll]") => other(Kind::Epoll),
        ("anon_inode", "eventfd" | "[eventfd]") => other(Kind::Eventfd),
        ("anon_inode", "timerfd" | "[timerfd]") => other(Kind::Timerfd),
        (name, inside) => match PROTOCOLS.iter().find(|(known, ..)| *known == name) {
            Some((_, domain, socket_type, protocol)) => Annotation::Known(
                Target::socket(*domain, *socket_type, Protocol(*protocol)),
                beside(*domain, inside),
            ),
            None if name.starts_with('/') => Annotation::Other,
            None if name == "anon_inode" => Annotation::Unsure,
            // A protocol that has no row above.
            None => Annotation::Socket(None),
        },
    })
}

fn other(kind: Kind) -> Annotation {
    Annotation::Known(Target::other(kind), Beside::default())
}

/// An inode, an address, or both ends of a connection.
fn beside(domain: Domain, text: &str) -> Beside {
    if domain == Domain::UNIX {
        return unix(text);
    }
    if let Ok(inode) = text.parse() {
        return Beside {
            inode: Some(inode),
            ..Beside::default()
        };
    }
    let address = |text: &str| text.parse::<SocketAddr>().ok().map(Address::from);
    let (local, peer) = match text.split_once("->") {
        Some((local, peer)) => (local, address(peer)),
        None => (text, None),
    };
    Beside {
        local: address(local),
        peer,
        inode: None,
    }
}

/// `12`, `12->13`, `12,"/tmp/x"`, `12,@"name"`.
fn unix(text: &str) -> Beside {
    let (numbers, name) = match text.split_once(',') {
        Some((numbers, name)) => (numbers, Some(name)),
        None => (text, None),
    };
    let own = numbers.split("->").next().unwrap_or_default();
    Beside {
        local: name.and_then(unix_name).map(Address::Unix),
        peer: None,
        inode: own.parse().ok(),
    }
}

/// A name in quotes without escapes: others are left out.
fn unix_name(text: &str) -> Option<UnixName> {
    let plain = |text: &str| {
        let inner = text.strip_prefix('"')?.strip_suffix('"')?;
        let is_plain = !inner.contains(['\\', '"']);
        is_plain.then(|| inner.as_bytes().to_vec())
    };
    match text.strip_prefix('@') {
        Some(name) => plain(name).map(UnixName::Abstract),
        None => plain(text).map(UnixName::Path),
    }
}

#[cfg(test)]
mod tests {
    use crate::strace::import::annotation::*;

    fn known(text: &str) -> (Target, Beside) {
        match read(text) {
            Some(Annotation::Known(target, beside)) => (target, beside),
            other => panic!("{text}: {other:?}"),
        }
    }

    fn inet(text: &str) -> Option<Address> {
        text.parse::<SocketAddr>().ok().map(Address::from)
    }

    #[test]
    fn a_socket_has_its_protocol_and_what_is_known_of_its_ends() {
        let (target, beside) = known("TCP:[127.0.0.1:80->127.0.0.1:40000]");
        assert!(target.is_tcp());
        assert_eq!(
            (beside.local, beside.peer),
            (inet("127.0.0.1:80"), inet("127.0.0.1:40000"))
        );
        let (target, beside) = known("TCPv6:[[::1]:80->[::1]:81]");
        assert_eq!(
            (target.domain, beside.peer),
            (Domain::INET6, inet("[::1]:81"))
        );
        assert_eq!(known("UDP:[12345]").1.inode, Some(12345));
        let (target, beside) = known("UNIX-STREAM:[12->13,\"/tmp/x\"]");
        assert_eq!((target.domain, beside.inode), (Domain::UNIX, Some(12)));
        assert_eq!(
            beside.local,
            Some(Address::Unix(UnixName::Path(b"/tmp/x".to_vec())))
        );
    }

    #[test]
    fn what_is_no_socket_is_told_apart() {
        assert_eq!(known("anon_inode:[eventpoll]").0.kind, Kind::Epoll);
        assert_eq!(read("socket:[7]"), Some(Annotation::Socket(Some(7))));
        assert_eq!(read("pipe:[7]"), Some(Annotation::Pipe));
        assert_eq!(read("NETLINK:[ROUTE:1]"), Some(Annotation::Socket(None)));
        for file in ["/etc/hosts", "/dev/null<char 1:3>", "/tmp/x:[7]"] {
            assert_eq!(read(file), Some(Annotation::Other), "{file}");
        }
        for other in ["x:[", "anon_inode:[perf]", "\u{e9}"] {
            assert_eq!(read(other), Some(Annotation::Unsure), "{other}");
        }
        assert_eq!(read(""), None);
    }
}
