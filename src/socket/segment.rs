//! TCP segments as an IP packet carries them: a codec for the headers, and nothing else of the packet.
//!
//! RFC 791 section 3.1 (IPv4), RFC 8200 section 3 (IPv6), RFC 9293 section 3.1 (TCP). Only the beginning of a packet
//! is needed, so that a capture may cut the rest off. Checksums are not verified: on the loopback nobody fills them in.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};

use serde::{Deserialize, Serialize};

use crate::socket::address::Address;
use crate::socket::endpoint::canonical;

/// The control bits of a segment, RFC 9293 section 3.1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, Serialize, Deserialize)]
pub struct TcpFlags(pub u8);

impl TcpFlags {
    /// No more data from the sender.
    pub const FIN: Self = Self(0x01);
    /// Synchronise sequence numbers.
    pub const SYN: Self = Self(0x02);
    /// Reset the connection.
    pub const RST: Self = Self(0x04);
    /// Push: the end of what one call wrote.
    pub const PSH: Self = Self(0x08);
    /// The acknowledgement number counts.
    pub const ACK: Self = Self(0x10);
    /// The urgent pointer counts.
    pub const URG: Self = Self(0x20);

    /// The bits of both.
    pub const fn and(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether all bits of `other` are set.
    pub const fn contains(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }
}

/// The bits that are shown, in the order in which one says them. PSH and ACK go without saying beside data.
static SHOWN: [(TcpFlags, &str); 5] = [
    (TcpFlags::SYN, "SYN"),
    (TcpFlags::FIN, "FIN"),
    (TcpFlags::RST, "RST"),
    (TcpFlags::URG, "URG"),
    (TcpFlags::ACK, "ACK"),
];

/// One segment, or as many bytes as the loopback carries in one piece (its MTU is 64 KiB).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    /// Who sent it.
    pub from: SocketAddr,
    /// To whom.
    pub to: SocketAddr,
    /// Its control bits.
    pub flags: TcpFlags,
    /// Its sequence number.
    pub seq: u32,
    /// Its acknowledgement number; counts with ACK.
    pub ack: u32,
    /// The window that its sender offers, not scaled.
    pub window: u16,
    /// How many bytes of data it carries.
    pub length: u32,
}

impl Segment {
    /// Whether it does more than carry data or acknowledge some: SYN, FIN or RST.
    pub fn controls(&self) -> bool {
        let control = TcpFlags::SYN.and(TcpFlags::FIN).and(TcpFlags::RST);
        self.flags.0 & control.0 != 0
    }
}

impl fmt::Display for Segment {
    /// `SYN+ACK`, `data 5`, `data 5 FIN`, `ACK`, `ACK win 0`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut words = Vec::new();
        if self.length > 0 {
            words.push(format!("data {}", self.length));
        }
        let implied = |flag| flag == TcpFlags::ACK && (self.length > 0 || self.closes());
        let flags = SHOWN.iter().filter(|(flag, _)| self.flags.contains(*flag));
        let flags: Vec<&str> = flags
            .filter(|(flag, _)| !implied(*flag))
            .map(|(_, word)| *word)
            .collect();
        if !flags.is_empty() {
            words.push(flags.join("+"));
        }
        // After a RST there is nothing that a window could be for.
        if self.window == 0 && !self.flags.contains(TcpFlags::RST) {
            words.push("win 0".to_owned());
        }
        f.pad(&words.join(" "))
    }
}

impl Segment {
    /// Whether it ends something: every FIN carries an ACK, and most RSTs do.
    fn closes(&self) -> bool {
        self.flags.contains(TcpFlags::FIN) || self.flags.contains(TcpFlags::RST)
    }
}

/// An internet address as packets carry it: an IPv4-mapped address is the IPv4 address, and there is no scope ID.
pub fn in_packets(address: &Address) -> Option<SocketAddr> {
    let address = canonical(address)?;
    Some(SocketAddr::new(address.ip(), address.port()))
}

/// The IP protocol number of TCP.
const TCP: u8 = 6;
/// The length of an IPv6 header.
const IPV6_HEADER: usize = 40;

/// Reads the TCP segment of an IP packet. `None` for what is none, is not the first fragment, or is cut off too early.
pub fn parse(packet: &[u8]) -> Option<Segment> {
    match packet.first()? >> 4 {
        4 => parse_ipv4(packet),
        6 => parse_ipv6(packet),
        _ => None,
    }
}

fn parse_ipv4(packet: &[u8]) -> Option<Segment> {
    const FRAGMENT_OFFSET: u16 = 0x1fff;
    let header = usize::from(packet.first()? & 0x0f) * 4;
    let is_first = be16(packet, 6)? & FRAGMENT_OFFSET == 0;
    if header < 20 || *packet.get(9)? != TCP || !is_first {
        return None;
    }
    let ip = |at: usize| {
        let octets: [u8; 4] = packet.get(at..at + 4)?.try_into().ok()?;
        Some(IpAddr::from(Ipv4Addr::from(octets)))
    };
    let total = usize::from(be16(packet, 2)?);
    let (from, to) = (ip(12)?, ip(16)?);
    parse_tcp(packet.get(header..)?, total.checked_sub(header)?, from, to)
}

/// Without extension headers: between two sockets of this playground there are none.
fn parse_ipv6(packet: &[u8]) -> Option<Segment> {
    if *packet.get(6)? != TCP {
        return None;
    }
    let ip = |at: usize| {
        let octets: [u8; 16] = packet.get(at..at + 16)?.try_into().ok()?;
        Some(Ipv6Addr::from(octets).to_canonical())
    };
    let payload = usize::from(be16(packet, 4)?);
    parse_tcp(packet.get(IPV6_HEADER..)?, payload, ip(8)?, ip(24)?)
}

/// Reads the TCP header; `length` is how long it and its data are together.
fn parse_tcp(segment: &[u8], length: usize, from: IpAddr, to: IpAddr) -> Option<Segment> {
    let header = usize::from(segment.get(12)? >> 4) * 4;
    let length = length.checked_sub(header)?;
    Some(Segment {
        from: SocketAddr::new(from, be16(segment, 0)?),
        to: SocketAddr::new(to, be16(segment, 2)?),
        flags: TcpFlags(*segment.get(13)? & 0x3f),
        seq: be32(segment, 4)?,
        ack: be32(segment, 8)?,
        window: be16(segment, 14)?,
        length: u32::try_from(length).ok()?,
    })
}

fn be16(bytes: &[u8], at: usize) -> Option<u16> {
    let two = bytes.get(at..at + 2)?.try_into().ok()?;
    Some(u16::from_be_bytes(two))
}

fn be32(bytes: &[u8], at: usize) -> Option<u32> {
    let four = bytes.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_be_bytes(four))
}

#[cfg(test)]
mod tests {
    use crate::socket::segment::*;
    use proptest::prelude::*;

    /// A TCP header without options, and data.
    fn tcp(flags: TcpFlags, data: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x13, 0x88, 0x1f, 0x90];
        bytes.extend(7u32.to_be_bytes());
        bytes.extend(9u32.to_be_bytes());
        bytes.extend([0x50, flags.0, 0x02, 0x00, 0, 0, 0, 0]);
        bytes.extend(data);
        bytes
    }

    fn ipv4(protocol: u8, payload_bytes: &[u8]) -> Vec<u8> {
        let total = u16::try_from(20 + payload_bytes.len()).expect("short");
        let mut bytes = vec![0x45, 0];
        bytes.extend(total.to_be_bytes());
        bytes.extend([0, 0, 0x40, 0, 64, protocol, 0, 0]);
        bytes.extend([127, 0, 0, 1, 127, 0, 0, 2]);
        bytes.extend(payload_bytes);
        bytes
    }

    fn ipv6(payload_bytes: &[u8]) -> Vec<u8> {
        let payload = u16::try_from(payload_bytes.len()).expect("short");
        let mut bytes = vec![0x60, 0, 0, 0];
        bytes.extend(payload.to_be_bytes());
        bytes.extend([TCP, 64]);
        bytes.extend(Ipv6Addr::LOCALHOST.octets());
        bytes.extend(Ipv6Addr::LOCALHOST.octets());
        bytes.extend(payload_bytes);
        bytes
    }

    #[test]
    fn a_segment_is_read_from_ipv4_and_ipv6() {
        let data = tcp(TcpFlags::PSH.and(TcpFlags::ACK), b"hello");
        let four = parse(&ipv4(TCP, &data)).expect("a segment");
        assert_eq!(four.from, "127.0.0.1:5000".parse().expect("an address"));
        assert_eq!(four.to, "127.0.0.2:8080".parse().expect("an address"));
        assert_eq!((four.seq, four.ack, four.window), (7, 9, 512));
        assert_eq!((four.length, four.to_string().as_str()), (5, "data 5"));
        let six = parse(&ipv6(&data)).expect("a segment");
        assert_eq!(six.from, "[::1]:5000".parse().expect("an address"));
        assert_eq!(six.length, 5);
    }

    #[test]
    fn the_length_is_that_of_the_packet_and_not_of_what_was_captured() {
        let mut whole = ipv4(TCP, &tcp(TcpFlags::ACK, &[0; 1000]));
        whole.truncate(60);
        assert_eq!(parse(&whole).map(|segment| segment.length), Some(1000));
    }

    #[test]
    fn segments_are_called_as_one_says_them() {
        let shown = |flags: u8, data: &[u8]| {
            let packet = ipv4(TCP, &tcp(TcpFlags(flags), data));
            parse(&packet).expect("a segment").to_string()
        };
        assert_eq!(shown(0x02, b""), "SYN");
        assert_eq!(shown(0x12, b""), "SYN+ACK");
        assert_eq!(shown(0x10, b""), "ACK");
        assert_eq!(shown(0x11, b""), "FIN");
        assert_eq!(shown(0x19, b"abc"), "data 3 FIN");
        assert_eq!(shown(0x14, b""), "RST");
    }

    #[test]
    fn a_closed_window_is_said_but_not_of_a_reset() {
        let shown = |flags: u8, data: &[u8]| {
            let mut packet = tcp(TcpFlags(flags), data);
            packet[14..16].fill(0);
            parse(&ipv4(TCP, &packet)).expect("a segment").to_string()
        };
        assert_eq!(shown(0x10, b""), "ACK win 0");
        assert_eq!(shown(0x18, b"abc"), "data 3 win 0");
        assert_eq!(shown(0x14, b""), "RST");
    }

    #[test]
    fn what_is_no_segment_is_none() {
        assert_eq!(parse(&[]), None);
        assert_eq!(parse(&ipv4(17, &tcp(TcpFlags::SYN, b""))), None);
        let mut fragment = ipv4(TCP, &tcp(TcpFlags::SYN, b""));
        fragment[7] = 1;
        assert_eq!(parse(&fragment), None);
    }

    #[test]
    fn both_ends_have_the_same_addresses() {
        let mapped: SocketAddr = "[::ffff:127.0.0.1]:80".parse().expect("an address");
        let plain: SocketAddr = "127.0.0.1:80".parse().expect("an address");
        assert_eq!(in_packets(&Address::from(mapped)), Some(plain));
        assert_eq!(in_packets(&Address::from(plain)), Some(plain));
    }

    proptest! {
        #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

        #[test]
        fn no_bytes_panic(bytes in proptest::collection::vec(any::<u8>(), 0..80)) {
            let _ = parse(&bytes);
        }
    }
}
