//! Socket options: one table with level, number, value type and what each is for.
//!
//! Read by the parser (a name gives its level), the printer, completion, the forms and the help. Sources are the
//! manual pages socket(7), tcp(7), ip(7) and ipv6(7).

/// How the value of an option is laid out in memory, and so how it is written in the notation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// An `int` that is 0 or 1.
    Bool,
    /// An `int`.
    Int,
    /// `struct linger`: `{1, 5s}`.
    Linger,
    /// `struct timeval`: `250ms`.
    Timeval,
    /// Text without NUL: `"reno"`.
    Text,
    /// An `int` that is an errno, cleared by reading: `0` or `ECONNREFUSED`.
    Error,
    /// An `int` that is a domain, type or protocol.
    Named(Names),
    /// `struct ucred`: `{pid 12, uid 0, gid 0}`.
    Credentials,
    /// `struct ip_mreq`: `{239.1.1.1, 127.0.0.1}`.
    Membership,
    /// `struct in_addr`: `127.0.0.1`.
    InAddr,
    /// `struct tcp_info`: the state, then the fields.
    TcpInfo,
}

/// Which family of constants an [`ValueType::Named`] value is printed with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Names {
    /// AF_ constants.
    Domain,
    /// SOCK_ constants.
    Type,
    /// IPPROTO_ constants.
    Protocol,
}

/// What may be done with an option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// setsockopt and getsockopt.
    Both,
    /// Only getsockopt.
    Get,
    /// Only setsockopt.
    Set,
}

/// One option.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionRow {
    /// The C name of the level: `SOL_SOCKET`.
    pub level_name: &'static str,
    /// The number of the level.
    pub level: i32,
    /// The C name.
    pub name: &'static str,
    /// Its number.
    pub number: i32,
    /// How its value looks.
    pub value: ValueType,
    /// Whether it can be set, read or both.
    pub access: Access,
    /// What it is for, in one line.
    pub meaning: &'static str,
    /// The manual page.
    pub man: &'static str,
}

macro_rules! options {
    ($($level:ident $man:literal { $($name:ident $value:expr, $access:ident, $meaning:literal;)+ })+) => {
        /// All options, by level.
        pub static OPTIONS: &[OptionRow] = &[$($(OptionRow {
            level_name: stringify!($level), level: libc::$level,
            name: stringify!($name), number: libc::$name,
            value: $value, access: Access::$access, meaning: $meaning, man: $man,
        }),+),+];

        /// The levels, by name.
        pub static LEVELS: &[(&str, i32)] = &[$((stringify!($level), libc::$level)),+, ("IPPROTO_UDP", libc::IPPROTO_UDP)];
    };
}

use ValueType::{
    Bool, Credentials, Error, InAddr, Int, Linger, Membership, Named, TcpInfo, Text, Timeval,
};

options! {
    SOL_SOCKET "socket(7)" {
        SO_REUSEADDR Bool, Both, "bind() to a port that old connections still hold in TIME_WAIT";
        SO_REUSEPORT Bool, Both, "several sockets of one user share a port, the kernel deals out the work";
        SO_KEEPALIVE Bool, Both, "probe an idle connection to find a dead peer";
        SO_BROADCAST Bool, Both, "allow sending to a broadcast address";
        SO_OOBINLINE Bool, Both, "urgent data stays in the normal stream";
        SO_DONTROUTE Bool, Both, "send only to hosts that are directly connected";
        SO_LINGER Linger, Both, "close() waits for unsent data; {1, 0s} makes it reset the connection";
        SO_RCVBUF Int, Both, "bytes of receive buffer; reads back doubled, the kernel adds its overhead";
        SO_SNDBUF Int, Both, "bytes of send buffer; reads back doubled, the kernel adds its overhead";
        SO_RCVLOWAT Int, Both, "bytes that must be there before a receiving call returns";
        SO_SNDLOWAT Int, Get, "always 1 on Linux";
        SO_RCVTIMEO Timeval, Both, "a blocked receive or accept returns EAGAIN after this time";
        SO_SNDTIMEO Timeval, Both, "a blocked send returns EAGAIN, a connect EINPROGRESS, after this time";
        SO_PRIORITY Int, Both, "priority of outgoing packets in the queueing discipline";
        SO_TIMESTAMP Bool, Both, "each message carries the time at which it arrived";
        SO_PASSCRED Bool, Both, "AF_UNIX: each message carries pid, uid and gid of its sender";
        SO_ERROR Error, Get, "the pending error; reading clears it";
        SO_TYPE Named(Names::Type), Get, "the type given to socket()";
        SO_DOMAIN Named(Names::Domain), Get, "the domain given to socket()";
        SO_PROTOCOL Named(Names::Protocol), Get, "the protocol, also where socket() was given 0";
        SO_ACCEPTCONN Bool, Get, "whether listen() made it passive";
        SO_PEERCRED Credentials, Get, "AF_UNIX: who was at the other end when it connected";
    }
    IPPROTO_TCP "tcp(7)" {
        TCP_NODELAY Bool, Both, "send small segments at once (Nagle's algorithm off)";
        TCP_CORK Bool, Both, "hold partial segments back until it is cleared, at most 200 ms";
        TCP_MAXSEG Int, Both, "the largest segment in bytes";
        TCP_KEEPIDLE Int, Both, "seconds of silence before the first keep-alive probe";
        TCP_KEEPINTVL Int, Both, "seconds between keep-alive probes";
        TCP_KEEPCNT Int, Both, "unanswered probes until the connection is dropped";
        TCP_SYNCNT Int, Both, "how often a SYN is sent again before connect() gives up";
        TCP_DEFER_ACCEPT Int, Both, "seconds: accept() only once data has come";
        TCP_USER_TIMEOUT Int, Both, "milliseconds that sent data may stay unacknowledged";
        TCP_QUICKACK Bool, Both, "acknowledge at once; the kernel may turn it off again";
        TCP_LINGER2 Int, Both, "seconds that a closed socket may stay in FIN_WAIT2";
        TCP_WINDOW_CLAMP Int, Both, "upper bound of the advertised window in bytes";
        TCP_CONGESTION Text, Both, "the congestion control: \"reno\", \"cubic\", \"bbr\"";
        TCP_FASTOPEN Int, Both, "listener: accept data in the SYN, with this many pending";
        TCP_INFO TcpInfo, Get, "what the kernel knows of the connection";
    }
    IPPROTO_IP "ip(7)" {
        IP_TTL Int, Both, "hops that an outgoing packet may live";
        IP_TOS Int, Both, "type of service of outgoing packets";
        IP_MTU_DISCOVER Int, Both, "path MTU discovery: whether packets may be fragmented";
        IP_RECVTTL Bool, Both, "each message carries the TTL with which it came";
        IP_PKTINFO Bool, Both, "each message carries the interface and address it came to";
        IP_HDRINCL Bool, Both, "raw sockets: we write the IP header ourselves";
        IP_MULTICAST_TTL Int, Both, "hops for multicast; 1 keeps it on the link";
        IP_MULTICAST_LOOP Bool, Both, "our own multicast comes back to this host";
        IP_MULTICAST_IF InAddr, Both, "the interface (by its address) that multicast leaves by";
        IP_ADD_MEMBERSHIP Membership, Set, "join a multicast group: {group, interface}";
        IP_DROP_MEMBERSHIP Membership, Set, "leave a multicast group";
    }
    IPPROTO_IPV6 "ipv6(7)" {
        IPV6_V6ONLY Bool, Both, "do not serve IPv4 clients as ::ffff:a.b.c.d; set before bind()";
        IPV6_UNICAST_HOPS Int, Both, "hops that an outgoing packet may live";
        IPV6_MULTICAST_HOPS Int, Both, "hops for multicast";
        IPV6_MULTICAST_LOOP Bool, Both, "our own multicast comes back to this host";
        IPV6_RECVPKTINFO Bool, Both, "each message carries the interface and address it came to";
    }
}

/// The prefixes that may be left out when typing, tried in this order.
const PREFIXES: [&str; 4] = ["SO_", "TCP_", "IP_", "IPV6_"];

/// The row of a name, with or without its prefix and in any case.
pub fn find(text: &str) -> Option<&'static OptionRow> {
    let exact = |name: &str| {
        OPTIONS
            .iter()
            .find(|row| row.name.eq_ignore_ascii_case(name))
    };
    exact(text).or_else(|| {
        PREFIXES
            .iter()
            .find_map(|prefix| exact(&format!("{prefix}{text}")))
    })
}

/// The row of a level and number.
pub fn by_number(level: i32, number: i32) -> Option<&'static OptionRow> {
    OPTIONS
        .iter()
        .find(|row| row.level == level && row.number == number)
}

/// The number of a level name: `SOL_SOCKET`, `tcp`.
pub fn find_level(text: &str) -> Option<i32> {
    LEVELS
        .iter()
        .find(|(name, _)| {
            name.eq_ignore_ascii_case(text)
                || name
                    .split_once('_')
                    .is_some_and(|(_, short)| short.eq_ignore_ascii_case(text))
        })
        .map(|(_, level)| *level)
}

/// The name of a level.
pub fn level_name(level: i32) -> Option<&'static str> {
    LEVELS
        .iter()
        .find(|(_, number)| *number == level)
        .map(|(name, _)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_numbers_are_unique() {
        for (index, a) in OPTIONS.iter().enumerate() {
            for b in &OPTIONS[index + 1..] {
                assert_ne!(a.name, b.name);
                assert_ne!(
                    (a.level, a.number),
                    (b.level, b.number),
                    "{} and {}",
                    a.name,
                    b.name
                );
            }
        }
    }

    #[test]
    fn every_row_is_found_and_explained() {
        for row in OPTIONS {
            assert_eq!(find(row.name), Some(row));
            assert_eq!(by_number(row.level, row.number), Some(row));
            assert_eq!(level_name(row.level), Some(row.level_name));
            assert!(
                row.meaning.len() < 90 && !row.meaning.is_empty(),
                "{}",
                row.name
            );
        }
        assert_eq!(find("reuseaddr").map(|row| row.name), Some("SO_REUSEADDR"));
        assert_eq!(find("nodelay").map(|row| row.name), Some("TCP_NODELAY"));
        assert_eq!(find_level("tcp"), Some(libc::IPPROTO_TCP));
    }
}
