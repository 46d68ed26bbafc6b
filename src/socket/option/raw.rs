//! The options of raw sockets: raw(7), and RFC 3542 for ICMPv6. The libc crate has neither; the numbers are those of
//! linux/icmp.h and linux/icmpv6.h.

use crate::socket::option::ValueType::{Mask, Raw};
use crate::socket::option::{Access, FREE, OptionRow};

rows! {
    SOL_RAW "raw(7)" {
        ICMP_FILTER = 1: Mask, Both, "2.2", FREE, "ICMP messages that are kept out: one bit for each type", off "no ICMP message is kept out";
    }
    IPPROTO_ICMPV6 "RFC 3542" {
        ICMPV6_FILTER = 1: Raw, Both, "2.2", FREE, "ICMPv6 messages that are kept out: one bit for each type, 32 bytes";
    }
}
