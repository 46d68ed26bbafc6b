//! The packet that a raw socket of AF_INET received: its IPv4 header, RFC 791, and what follows that.

use std::net::Ipv4Addr;

use crate::call::outcome::Returned;
use crate::explain::context::Context;
use crate::socket::{Domain, Kind, Protocol};

/// The least length of an IPv4 header, in bytes.
const LEAST: usize = 20;

/// What is explained of a packet.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Packet {
    /// The length of the header, in bytes.
    pub(crate) header: usize,
    source: Ipv4Addr,
    target: Ipv4Addr,
    hops: u8,
    protocol: u8,
    /// The first two bytes behind the header, if they were received.
    begin: Option<[u8; 2]>,
}

impl Packet {
    fn of(bytes: &[u8]) -> Option<Self> {
        let header = usize::from(bytes.first()? & 0x0f) * 4;
        let is_ipv4 = bytes.first()? >> 4 == 4 && header >= LEAST && bytes.len() >= header;
        let four = |at: usize| <[u8; 4]>::try_from(bytes.get(at..at + 4)?).ok();
        let begin = bytes.get(header..header + 2);
        let packet = Self {
            header,
            source: four(12)?.into(),
            target: four(16)?.into(),
            hops: *bytes.get(8)?,
            protocol: *bytes.get(9)?,
            begin: begin.and_then(|begin| begin.try_into().ok()),
        };
        is_ipv4.then_some(packet)
    }

    /// The fields of the header, in words.
    pub(crate) fn fields(&self) -> String {
        let (source, target, hops) = (self.source, self.target, self.hops);
        format!("{source} to {target}, TTL {hops}")
    }

    /// What follows the header, in words.
    pub(crate) fn payload(&self) -> String {
        let protocol = Protocol(self.protocol.into()).to_string();
        let protocol = protocol.trim_start_matches("IPPROTO_");
        match (i32::from(self.protocol), self.begin) {
            (libc::IPPROTO_ICMP, Some([kind, code])) => {
                let meaning = icmp(kind).map(|words| format!(", {words}"));
                format!(
                    "ICMP type {kind} code {code}{}",
                    meaning.unwrap_or_default()
                )
            }
            (_, Some(_)) => format!("what {protocol} carries"),
            (_, None) => "nothing".to_owned(),
        }
    }
}

/// The more usual types of ICMP, RFC 792.
fn icmp(kind: u8) -> Option<&'static str> {
    match kind {
        0 => Some("an echo reply"),
        3 => Some("destination unreachable"),
        5 => Some("a redirect"),
        8 => Some("an echo request"),
        11 => Some("time exceeded"),
        _ => None,
    }
}

impl Context<'_> {
    /// The packet that the call received, with its header whole.
    pub(crate) fn packet(&self) -> Option<Packet> {
        let own = self.socket?;
        let is_raw = own.kind() == Kind::Raw && own.domain() == Domain::INET;
        let bytes = match self.returned()? {
            Returned::Data { bytes, .. } => bytes.head(),
            Returned::Message(message) => message.bytes.head(),
            _ => return None,
        };
        Packet::of(bytes).filter(|_| is_raw)
    }
}

#[cfg(test)]
mod tests {
    use super::Packet;

    const REQUEST: [u8; 28] = [
        0x45, 0, 0, 28, 0, 0, 0x40, 0, 64, 1, 0, 0, 127, 0, 0, 1, 127, 0, 0, 2, 8, 0, 0xf7, 0xff,
        0, 0, 0, 0,
    ];

    #[test]
    fn a_packet_is_read_by_its_header() {
        let packet = Packet::of(&REQUEST).expect("a packet");
        assert_eq!(packet.header, 20);
        assert_eq!(packet.fields(), "127.0.0.1 to 127.0.0.2, TTL 64");
        assert_eq!(packet.payload(), "ICMP type 8 code 0, an echo request");
    }

    #[test]
    fn what_is_no_whole_header_is_no_packet() {
        assert_eq!(Packet::of(&REQUEST[..19]), None);
        assert_eq!(Packet::of(&[0x60; 40]), None);
        assert_eq!(Packet::of(&[0x44; 40]), None);
        assert_eq!(Packet::of(&[]), None);
    }
}
