//! The C constants of the socket calls: one table a family, read by the parser, the printer, completion and help.
//!
//! A constant is a number that may be wrong on purpose (`socket(0, SOCK_STREAM)` is a fine experiment), so each
//! family is a newtype over the number and not an enum. Printing gives the C name where there is one and the number
//! where there is none; it never guesses.

use std::fmt;

/// One row of a family: the C name, its number on this system and what it is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Constant {
    /// The name in the C headers.
    pub name: &'static str,
    /// The number that the kernel sees.
    pub value: i32,
    /// One clause for completion and help.
    pub meaning: &'static str,
}

/// A table of constants that belong together, with the prefix that may be left out when typing.
#[derive(Debug)]
pub struct Family {
    /// What the family is called in messages: "domain", "flag".
    pub what: &'static str,
    /// The usual prefix: `AF_`, `SOCK_`, `MSG_`.
    pub prefix: &'static str,
    /// The rows, in the order in which they are offered.
    pub rows: &'static [Constant],
}

impl Family {
    /// Looks a name up, with or without the prefix and in any case (`inet` is `AF_INET`).
    pub fn find(&self, text: &str) -> Option<&'static Constant> {
        self.rows.iter().find(|row| {
            row.name.eq_ignore_ascii_case(text)
                || row
                    .name
                    .strip_prefix(self.prefix)
                    .is_some_and(|short| short.eq_ignore_ascii_case(text))
        })
    }

    /// The first name of a number.
    pub fn name_of(&self, value: i32) -> Option<&'static str> {
        self.rows
            .iter()
            .find(|row| row.value == value)
            .map(|row| row.name)
    }

    /// Writes a bit mask as `A|B`, unknown bits in hex, and `0` when nothing is set.
    pub(super) fn write_mask(&self, mask: i32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if mask == 0 {
            return f.write_str("0");
        }
        let mut rest = mask;
        let mut separator = "";
        for row in self.rows {
            if row.value != 0 && rest & row.value == row.value {
                write!(f, "{separator}{}", row.name)?;
                rest &= !row.value;
                separator = "|";
            }
        }
        if rest != 0 {
            write!(f, "{separator}{rest:#x}")?;
        }
        Ok(())
    }
}

/// Declares a family: its newtype, its table and how it prints.
macro_rules! family {
    ($(#[$doc:meta])* $type:ident, $table:ident, $what:literal, $prefix:literal, $style:ident,
     [$(($name:ident, $meaning:literal)),+ $(,)?]) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
        pub struct $type(pub i32);

        #[doc = concat!("The rows of [`", stringify!($type), "`].")]
        pub static $table: Family = Family {
            what: $what,
            prefix: $prefix,
            rows: &[$(Constant { name: stringify!($name), value: libc::$name, meaning: $meaning }),+],
        };

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                family!(@$style self, $table, f)
            }
        }
    };
    (@name $self:ident, $table:ident, $f:ident) => {
        match $table.name_of($self.0) {
            Some(name) => $f.write_str(name),
            None => write!($f, "{}", $self.0),
        }
    };
    (@mask $self:ident, $table:ident, $f:ident) => { $table.write_mask($self.0, $f) };
}

family!(
    /// A communication domain (address family), the first argument of socket(2). See address_families(7).
    Domain, DOMAINS, "domain", "AF_", name, [
        (AF_INET, "IPv4: addresses are 127.0.0.1:8080"),
        (AF_INET6, "IPv6: addresses are [::1]:8080"),
        (AF_UNIX, "the same host: addresses are paths or abstract names"),
        (AF_LOCAL, "the POSIX name of AF_UNIX"),
        (AF_UNSPEC, "no domain: connect() to it dissolves a datagram association"),
        (AF_NETLINK, "messages with the kernel itself"),
        (AF_PACKET, "whole frames, below IP"),
    ]
);

impl Domain {
    /// IPv4, see ip(7).
    pub const INET: Self = Self(libc::AF_INET);
    /// IPv6, see ipv6(7).
    pub const INET6: Self = Self(libc::AF_INET6);
    /// Sockets of one host, see unix(7).
    pub const UNIX: Self = Self(libc::AF_UNIX);

    /// The short name for tables on screen: `inet`, `unix`.
    pub fn short(self) -> String {
        short_name(&DOMAINS, self.0)
    }
}

family!(
    /// A socket type, the second argument of socket(2).
    SocketType, TYPES, "type", "SOCK_", name, [
        (SOCK_STREAM, "a reliable byte stream in both directions, connected"),
        (SOCK_DGRAM, "single messages, not connected, not reliable"),
        (SOCK_SEQPACKET, "a connected stream of records with kept boundaries"),
        (SOCK_RAW, "packets of a protocol, needs CAP_NET_RAW"),
        (SOCK_RDM, "reliable datagrams, not ordered"),
    ]
);

impl SocketType {
    /// A byte stream.
    pub const STREAM: Self = Self(libc::SOCK_STREAM);
    /// Datagrams.
    pub const DGRAM: Self = Self(libc::SOCK_DGRAM);
    /// Records over a connection.
    pub const SEQPACKET: Self = Self(libc::SOCK_SEQPACKET);
    /// Packets of a protocol.
    pub const RAW: Self = Self(libc::SOCK_RAW);

    /// The short name for tables on screen: `stream`, `dgram`.
    pub fn short(self) -> String {
        short_name(&TYPES, self.0)
    }
}

family!(
    /// A protocol, the third argument of socket(2); 0 lets the kernel choose. See protocols(5).
    Protocol, PROTOCOLS, "protocol", "IPPROTO_", name, [
        (IPPROTO_IP, "0: the usual protocol of the domain and type"),
        (IPPROTO_TCP, "the stream protocol of IP"),
        (IPPROTO_UDP, "the datagram protocol of IP"),
        (IPPROTO_ICMP, "control messages of IPv4, with SOCK_RAW or SOCK_DGRAM (ping)"),
        (IPPROTO_ICMPV6, "control messages of IPv6"),
        (IPPROTO_RAW, "whole IP packets, the header written by us"),
        (IPPROTO_UDPLITE, "UDP with partial checksums"),
        (IPPROTO_SCTP, "streams of records, several per association"),
        (IPPROTO_MPTCP, "TCP over several paths"),
    ]
);

family!(
    /// Flags that socket(2), socketpair(2) and accept4(2) take beside the type.
    SockFlags, SOCK_FLAGS, "flag", "SOCK_", mask, [
        (SOCK_NONBLOCK, "calls return EAGAIN instead of waiting"),
        (SOCK_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

family!(
    /// Flags of one send(2) or recv(2).
    MsgFlags, MSG_FLAGS, "flag", "MSG_", mask, [
        (MSG_PEEK, "look at the data and leave it in the queue"),
        (MSG_DONTWAIT, "this call does not block: EAGAIN instead"),
        (MSG_WAITALL, "wait until the whole buffer is full"),
        (MSG_OOB, "urgent (out-of-band) data"),
        (MSG_TRUNC, "recv: say how long the datagram really was"),
        (MSG_NOSIGNAL, "no SIGPIPE, only EPIPE"),
        (MSG_MORE, "more data follows: hold this back"),
        (MSG_EOR, "end of record, for SOCK_SEQPACKET"),
        (MSG_DONTROUTE, "only to hosts on a network of ours"),
        (MSG_CONFIRM, "the neighbour answered: no need to probe it"),
        (MSG_ERRQUEUE, "read the error queue instead of data"),
        (MSG_CTRUNC, "control data was cut off"),
        (MSG_FASTOPEN, "connect and send in one call"),
        (MSG_CMSG_CLOEXEC, "descriptors that arrive are close-on-exec"),
    ]
);

impl MsgFlags {
    /// Whether every bit of `other` is set.
    pub fn contains(self, other: i32) -> bool {
        self.0 & other == other
    }
}

family!(
    /// Which direction shutdown(2) ends.
    How, HOWS, "direction", "SHUT_", name, [
        (SHUT_RD, "no more receiving here; nothing is sent to the peer"),
        (SHUT_WR, "no more sending: the peer reads end of file (half-close)"),
        (SHUT_RDWR, "both"),
    ]
);

family!(
    /// The commands of fcntl(2) that concern a socket.
    FcntlCommand, FCNTL_COMMANDS, "command", "F_", name, [
        (F_GETFL, "the status flags: O_NONBLOCK"),
        (F_SETFL, "set the status flags"),
        (F_GETFD, "the descriptor flags: FD_CLOEXEC"),
        (F_SETFD, "set the descriptor flags"),
    ]
);

family!(
    /// File status flags as `F_GETFL` gives them; the access mode is left out, for sockets it is always O_RDWR.
    StatusFlags, STATUS_FLAGS, "flag", "O_", mask, [
        (O_NONBLOCK, "calls return EAGAIN instead of waiting"),
        (O_ASYNC, "SIGIO when the socket becomes ready"),
    ]
);

family!(
    /// Descriptor flags as `F_GETFD` gives them.
    DescriptorFlags, DESCRIPTOR_FLAGS, "flag", "FD_", mask, [
        (FD_CLOEXEC, "the descriptor is closed by execve(2)"),
    ]
);

fn short_name(family: &Family, value: i32) -> String {
    match family.name_of(value) {
        Some(name) => name
            .strip_prefix(family.prefix)
            .unwrap_or(name)
            .to_ascii_lowercase(),
        None => value.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_prints_what_it_parses() {
        for family in [
            &DOMAINS,
            &TYPES,
            &PROTOCOLS,
            &SOCK_FLAGS,
            &MSG_FLAGS,
            &HOWS,
            &FCNTL_COMMANDS,
            &STATUS_FLAGS,
            &DESCRIPTOR_FLAGS,
        ] {
            for row in family.rows {
                assert!(
                    row.name.starts_with(family.prefix),
                    "{} lacks {}",
                    row.name,
                    family.prefix
                );
                assert_eq!(
                    family.find(row.name),
                    Some(row),
                    "{} is found by its name",
                    row.name
                );
                let short = row.name[family.prefix.len()..].to_ascii_lowercase();
                assert_eq!(
                    family.find(&short),
                    Some(row),
                    "{short} is found without its prefix"
                );
                assert!(!row.meaning.is_empty());
            }
        }
    }

    #[test]
    fn masks_show_unknown_bits() {
        assert_eq!(MsgFlags(0).to_string(), "0");
        assert_eq!(
            MsgFlags(libc::MSG_PEEK | libc::MSG_DONTWAIT).to_string(),
            "MSG_PEEK|MSG_DONTWAIT"
        );
        assert_eq!(
            MsgFlags(libc::MSG_PEEK | 0x0080_0000).to_string(),
            "MSG_PEEK|0x800000"
        );
        assert_eq!(Domain(77).to_string(), "77");
    }
}
