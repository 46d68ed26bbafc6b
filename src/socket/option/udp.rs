//! The options of IPPROTO_UDP: udp(7).

use crate::socket::option::ValueType::{Bool, Int};
use crate::socket::option::{Access, FREE, OptionRow};

rows! {
    IPPROTO_UDP "udp(7)" {
        UDP_CORK: Bool, Both, "2.5.44", FREE, "what is sent is collected into one datagram until the option is cleared", off "each send() is a datagram, and what was collected is sent";
        UDP_SEGMENT: Int, Both, "4.18", FREE, "one send() becomes datagrams of this many bytes each", off "one send() is one datagram", takes [0, 65535];
        UDP_GRO: Bool, Both, "5.0", FREE, "one receive may return several datagrams of one sender, joined", off "one receive returns one datagram";
    }
    IPPROTO_UDP "linux/udp.h" {
        UDP_ENCAP: Int, Both, "2.5.67", FREE, "datagrams that carry other packets: 2 is ESP, 3 L2TP", off "datagrams carry plain data";
        UDP_NO_CHECK6_TX: Bool, Both, "3.16", FREE, "over IPv6: send without a checksum", off "over IPv6: send with a checksum";
        UDP_NO_CHECK6_RX: Bool, Both, "3.16", FREE, "over IPv6: accept datagrams without a checksum", off "over IPv6: drop datagrams without a checksum";
    }
}
