//! Control messages, which travel beside the data of sendmsg(2) and recvmsg(2): one table with level, type, name, layout,
//! who may send them, and the option that asks for them. See cmsg(3).
//!
//! Read by the parser, the printer, completion, the byte view, confinement and the explanations. The sources are the
//! manual pages, and for what they leave out the header of the kernel that has it.

pub mod fields;
pub mod layout;

use crate::socket::control::layout::Layout;

/// One kind of control message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ControlRow {
    /// `cmsg_level`
    pub level: i32,
    /// `cmsg_type`
    pub kind: i32,
    /// The name that the notation has for it: that of its type.
    pub name: &'static str,
    /// How its data is laid out.
    pub layout: Layout,
    /// Who may pass it to sendmsg(2).
    pub sent: Sent,
    /// The option that makes the kernel add it to what is received. Empty: there is none.
    pub asked: &'static str,
    /// What it says or does, in one line.
    pub meaning: &'static str,
    /// The numbers that sendmsg(2) takes, both ends included; others give EINVAL. `None`: it is no such number.
    pub takes: Option<(i32, i32)>,
    /// An example of its data in the notation; empty where a program does not send it.
    pub example: &'static str,
    /// Where it is described.
    pub man: &'static str,
}

/// Who may pass a control message to sendmsg(2).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sent {
    /// Nobody: the kernel only gives it.
    Never,
    /// Everybody, and the datagram still goes where its address says.
    Freely,
    /// Everybody who owns what it names, over AF_UNIX.
    OverUnix,
    /// Everybody or a privileged process; it may lead the datagram elsewhere.
    Elsewhere,
}

macro_rules! rows {
    (@takes) => { None };
    (@takes $least:literal $most:literal) => { Some(($least, $most)) };
    ($($level:ident {
        $($name:ident = $kind:literal: $layout:expr, $sent:ident, $asked:literal, $meaning:literal, $example:literal, $man:literal $(, takes $least:literal to $most:literal)?;)+
    })+) => {
        /// All that have a name here.
        pub static CONTROL_MESSAGES: &[ControlRow] = &[$($(ControlRow {
            level: libc::$level,
            kind: $kind,
            name: stringify!($name),
            layout: $layout,
            sent: Sent::$sent,
            asked: $asked,
            meaning: $meaning,
            takes: rows!(@takes $($least $most)?),
            example: $example,
            man: $man,
        }),+),+];
    };
}

rows! {
    SOL_SOCKET {
        SCM_RIGHTS = 1: Layout::Descriptors, OverUnix, "", "passes descriptors, over AF_UNIX only", "x", "unix(7)";
        SCM_CREDENTIALS = 2: Layout::Credentials, OverUnix, "SO_PASSCRED", "pid, uid and gid of the sender, over AF_UNIX only", "1, 0, 0", "unix(7)";
        SO_TIMESTAMP = 29: Layout::Time { places: 6, stamps: 1 }, Never, "SO_TIMESTAMP", "when the packet arrived, in seconds and microseconds", "", "socket(7)";
        SO_TIMESTAMPNS = 35: Layout::Time { places: 9, stamps: 1 }, Never, "SO_TIMESTAMPNS", "when the packet arrived, in seconds and nanoseconds", "", "socket(7)";
        SO_MARK = 36: Layout::Unsigned(4), Elsewhere, "SO_RCVMARK", "the mark of the packet for routing and netfilter", "1", "socket(7)";
        SO_TIMESTAMPING = 37: Layout::Time { places: 9, stamps: 3 }, Freely, "SO_TIMESTAMPING", "times of a packet: by software, unused, by hardware; sent, which of them are wanted", "8", "networking/timestamping.rst";
        SO_RXQ_OVFL = 40: Layout::Unsigned(4), Never, "SO_RXQ_OVFL", "how many packets the receive queue has dropped so far", "", "socket(7)";
        SCM_TXTIME = 61: Layout::Unsigned(8), Freely, "", "when the packet is to leave, in nanoseconds of the clock that SO_TXTIME names", "0", "linux/net_tstamp.h";
    }
    IPPROTO_IP {
        IP_TOS = 1: Layout::Int, Freely, "IP_RECVTOS", "the type of service of the packet", "16", "ip(7)", takes 0 to 255;
        IP_TTL = 2: Layout::Int, Freely, "IP_RECVTTL", "the time to live of the packet, in hops", "5", "ip(7)", takes 1 to 255;
        IP_PKTINFO = 8: Layout::PacketInfo, Freely, "IP_PKTINFO", "sent, the source address and interface; received, the local address, the interface, and the address in the header", "{127.0.0.1, lo}", "ip(7)";
        IP_RECVERR = 11: Layout::Error, Never, "IP_RECVERR", "a record of the error queue", "", "ip(7)";
        IP_ORIGDSTADDR = 20: Layout::Address, Never, "IP_RECVORIGDSTADDR", "the address to which the packet was sent at first", "", "ip(7)";
        IP_CHECKSUM = 23: Layout::Unsigned(4), Never, "IP_CHECKSUM", "the checksum of the bytes, as far as it was computed", "", "linux/in.h";
        IP_RECVFRAGSIZE = 25: Layout::Int, Never, "IP_RECVFRAGSIZE", "the size of the largest fragment", "", "linux/in.h";
    }
    IPPROTO_IPV6 {
        IPV6_RECVERR = 25: Layout::Error, Never, "IPV6_RECVERR", "a record of the error queue", "", "ipv6(7)";
        IPV6_PKTINFO = 50: Layout::PacketInfo6, Freely, "IPV6_RECVPKTINFO", "sent, the source address and interface; received, the destination address and interface", "{::1, lo}", "ipv6(7)";
        IPV6_HOPLIMIT = 52: Layout::Int, Freely, "IPV6_RECVHOPLIMIT", "the hop limit of the packet", "5", "ipv6(7)", takes -1 to 255;
        IPV6_DONTFRAG = 62: Layout::Int, Freely, "", "whether the packet must not be fragmented", "1", "RFC 3542", takes 0 to 1;
        IPV6_TCLASS = 67: Layout::Int, Freely, "IPV6_RECVTCLASS", "the traffic class of the packet", "16", "ipv6(7)", takes -1 to 255;
        IPV6_ORIGDSTADDR = 74: Layout::Address, Never, "IPV6_RECVORIGDSTADDR", "the address to which the packet was sent at first", "", "linux/in6.h";
    }
    IPPROTO_UDP {
        UDP_SEGMENT = 103: Layout::Unsigned(2), Freely, "", "the data becomes datagrams of this many bytes each", "1200", "udp(7)";
        UDP_GRO = 104: Layout::Int, Never, "UDP_GRO", "the size of the datagrams that were joined, the last one perhaps shorter", "", "udp(7)";
    }
    IPPROTO_TCP {
        TCP_CM_INQ = 36: Layout::Int, Never, "TCP_INQ", "how many bytes still wait", "", "tcp(7)";
    }
}

/// The row of a name, in any case.
pub fn find(text: &str) -> Option<&'static ControlRow> {
    // The other names of the same types, in socket(7).
    let other = match text {
        "SCM_TIMESTAMP" => "SO_TIMESTAMP",
        "SCM_TIMESTAMPNS" => "SO_TIMESTAMPNS",
        "SCM_TIMESTAMPING" => "SO_TIMESTAMPING",
        text => text,
    };
    let mut rows = CONTROL_MESSAGES.iter();
    rows.find(|row| row.name.eq_ignore_ascii_case(other))
}

/// The row of a level and a type.
pub fn by_number(level: i32, kind: i32) -> Option<&'static ControlRow> {
    let mut rows = CONTROL_MESSAGES.iter();
    rows.find(|row| row.level == level && row.kind == kind)
}

#[cfg(test)]
mod tests {
    use crate::socket::control::*;

    #[test]
    fn names_and_numbers_are_unique_and_the_options_exist() {
        for (at, row) in CONTROL_MESSAGES.iter().enumerate() {
            assert_eq!(find(row.name), Some(row));
            assert_eq!(by_number(row.level, row.kind), Some(row));
            let others = || CONTROL_MESSAGES.iter().skip(at + 1);
            assert!(others().all(|other| other.name != row.name), "{}", row.name);
            let option = crate::socket::option::find(row.asked);
            assert!(
                row.asked.is_empty() || option.is_some_and(|option| option.name == row.asked),
                "{} is asked for by {}",
                row.name,
                row.asked
            );
            let is_sent = row.sent != Sent::Never;
            assert_eq!(is_sent, !row.example.is_empty(), "{}", row.name);
        }
    }
}
