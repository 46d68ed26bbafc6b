//! Packets that are seen again on their way through this host: over a bridge, or at both ends of a veth pair.

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hasher};
use std::time::Duration;

use crate::sys::packet::Packet;

/// How many of the newest packets are remembered.
const KEPT: usize = 64;
/// What comes later is another packet: a segment is sent again after 200 ms at the earliest.
const SPAN: Duration = Duration::from_millis(100);

/// The newest packets: what they carry, where they were seen, and when.
#[derive(Debug, Default)]
pub(crate) struct Copies(VecDeque<(u64, i32, Duration)>);

impl Copies {
    /// Whether a packet was seen before on another interface. On the same one it is sent again, and none.
    pub(crate) fn is_one(&mut self, packet: &Packet<'_>) -> bool {
        let (key, here) = (key(packet.bytes), packet.interface);
        let seen = |(other, interface, at): &(u64, i32, Duration)| {
            *other == key && *interface != here && packet.at.abs_diff(*at) < SPAN
        };
        if self.0.iter().any(seen) {
            return true;
        }
        if self.0.len() == KEPT {
            self.0.pop_front();
        }
        self.0.push_back((key, here, packet.at));
        false
    }
}

/// The offset of the checksum in a TCP header, which is filled in as the packet leaves.
const CHECKSUM: usize = 16;

/// All of a TCP packet that stays the same from one interface to the next: not its time to live, nor its checksums.
fn key(bytes: &[u8]) -> u64 {
    let (header, changing) = match bytes.first().map(|first| (first >> 4, first & 0x0f)) {
        Some((4, words)) => (usize::from(words) * 4, 8..12),
        _ => (40, 7..8),
    };
    let checksum = header + CHECKSUM..header + CHECKSUM + 2;
    let mut hasher = DefaultHasher::new();
    for part in [
        0..changing.start,
        changing.end..checksum.start,
        checksum.end..bytes.len(),
    ] {
        hasher.write(bytes.get(part).unwrap_or_default());
    }
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use crate::kernel::capture::copies::*;

    fn packet(bytes: &[u8], interface: i32, millis: u64) -> Packet<'_> {
        Packet {
            bytes,
            interface,
            at: Duration::from_millis(millis),
        }
    }

    #[test]
    fn a_packet_on_its_second_interface_is_a_copy_and_one_sent_again_is_none() {
        let first: Vec<u8> = (0x45..0x45 + 60).collect();
        let mut forwarded = first.clone();
        // Its time to live, the checksum of the IP header, and that of TCP.
        for at in [8, 10, 11, 36, 37] {
            forwarded[at] ^= 0xff;
        }
        let mut other = first.clone();
        other[27] += 1;
        let mut copies = Copies::default();
        assert!(!copies.is_one(&packet(&first, 1, 0)));
        assert!(copies.is_one(&packet(&forwarded, 2, 1)));
        assert!(!copies.is_one(&packet(&other, 2, 2)));
        assert!(!copies.is_one(&packet(&first, 1, 3)), "the same interface");
        assert!(!copies.is_one(&packet(&first, 2, 400)), "too late");
    }

    #[test]
    fn what_is_no_packet_is_none_either() {
        let mut copies = Copies::default();
        for bytes in [&[][..], &[0x45], &[0x60; 50]] {
            assert!(!copies.is_one(&packet(bytes, 1, 0)));
        }
    }
}
