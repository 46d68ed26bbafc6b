//! The data of control messages: from its bytes to the form of the notation.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::socket::{Address, Errno};

/// How the data of a control message is laid out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// An array of descriptors.
    Descriptors,
    /// `struct ucred`
    Credentials,
    /// An `int`. The kernel also gives some as a byte.
    Int,
    /// An unsigned number of so many bytes.
    Unsigned(usize),
    /// So many of `struct timeval`, or of `struct timespec`, whose second part has so many decimal places.
    Time {
        /// 6 or 9.
        places: usize,
        /// How many.
        stamps: usize,
    },
    /// `struct in_pktinfo`
    PacketInfo,
    /// `struct in6_pktinfo`
    PacketInfo6,
    /// `struct sock_extended_err`, and the address of who sent the error.
    Error,
    /// A socket address.
    Address,
}

/// The bytes of `struct in_pktinfo` and of `struct in6_pktinfo`, and where they have the number of the interface.
pub const PACKET_INFO: usize = 12;
/// The same of IPv6.
pub const PACKET_INFO6: usize = 20;
/// The bytes of `struct sock_extended_err`, linux/errqueue.h; the address of the sender of the error follows.
pub(crate) const EXTENDED: usize = 16;
/// The bytes of `struct timeval` and of `struct timespec`.
pub(crate) const TIME: usize = 16;

/// Where a record of the error queue comes from, `ee_origin`.
const ORIGINS: [(u8, &str); 7] = [
    (0, "none"),
    (1, "local"),
    (2, "ICMP"),
    (3, "ICMPv6"),
    (4, "timestamp"),
    (5, "zerocopy"),
    (6, "txtime"),
];

impl Layout {
    /// Where the data has the number of an interface.
    pub fn interface_at(self) -> Option<usize> {
        match self {
            Self::PacketInfo => Some(0),
            Self::PacketInfo6 => Some(16),
            Self::Descriptors
            | Self::Credentials
            | Self::Int
            | Self::Unsigned(_)
            | Self::Time { .. }
            | Self::Error
            | Self::Address => None,
        }
    }

    /// The data in the form of the notation, with the name of its interface where that is known. `None`: these bytes
    /// have no such form.
    pub fn text(self, data: &[u8], interface: Option<&str>) -> Option<String> {
        match self {
            Self::Descriptors | Self::Credentials => None,
            Self::Int => integer(data, true),
            Self::Unsigned(_) => integer(data, false),
            Self::Time { stamps, .. } if stamps > 1 && data.len() == 4 => integer(data, false),
            Self::Time { places, stamps } => times(data, places, stamps),
            Self::PacketInfo => packet_info(data, interface),
            Self::PacketInfo6 => packet_info6(data, interface),
            Self::Error => error(data),
            Self::Address => crate::socket::sockaddr::decode(data)
                .filter(|address| !matches!(address, Address::Other { .. }))
                .map(|address| address.to_string()),
        }
    }
}

/// A number in the byte order of the host: an `int`, or as many bytes as there are.
fn integer(data: &[u8], is_signed: bool) -> Option<String> {
    match data {
        [byte] => Some(byte.to_string()),
        [_, _] => array(data, 0).map(|bytes| u16::from_ne_bytes(bytes).to_string()),
        [_, _, _, _] if is_signed => {
            array(data, 0).map(|bytes| i32::from_ne_bytes(bytes).to_string())
        }
        [_, _, _, _] => number(data, 0).map(|number| number.to_string()),
        [_, _, _, _, _, _, _, _] => {
            array(data, 0).map(|bytes| u64::from_ne_bytes(bytes).to_string())
        }
        _ => None,
    }
}

/// `1800000000.000001`; several as `{1800000000.000000001, 0, 0}`.
fn times(data: &[u8], places: usize, stamps: usize) -> Option<String> {
    if data.len() != stamps * TIME {
        return None;
    }
    let texts: Option<Vec<String>> = (0..stamps)
        .map(|at| time(data, at * TIME, places))
        .collect();
    let texts = texts?.join(", ");
    Some(if stamps == 1 {
        texts
    } else {
        format!("{{{texts}}}")
    })
}

/// Seconds since 1970 with the part behind the point; 0 where there is none.
pub(crate) fn time(data: &[u8], at: usize, places: usize) -> Option<String> {
    let seconds = i64::from_ne_bytes(array(data, at)?);
    let rest = i64::from_ne_bytes(array(data, at + 8)?);
    if seconds == 0 && rest == 0 {
        return Some("0".to_owned());
    }
    Some(format!("{seconds}.{rest:0places$}"))
}

/// `{127.0.0.2, lo, to 127.0.0.3}`: what is not said is left out from the end.
fn packet_info(data: &[u8], interface: Option<&str>) -> Option<String> {
    if data.len() != PACKET_INFO {
        return None;
    }
    let [own, to] = [address(data, 4)?, address(data, 8)?];
    let index = number(data, 0)?;
    let mut parts = vec![own.to_string()];
    let has_interface = index != 0 || interface.is_some();
    if has_interface || !to.is_unspecified() {
        parts.push(name_or(interface, index));
    }
    if !to.is_unspecified() {
        parts.push(format!("to {to}"));
    }
    Some(format!("{{{}}}", parts.join(", ")))
}

/// `{::1, lo}`
fn packet_info6(data: &[u8], interface: Option<&str>) -> Option<String> {
    if data.len() != PACKET_INFO6 {
        return None;
    }
    let ip = address6(data, 0)?;
    let index = number(data, 16)?;
    Some(match (index, interface) {
        (0, None) => format!("{{{ip}}}"),
        _ => format!("{{{ip}, {}}}", name_or(interface, index)),
    })
}

fn name_or(interface: Option<&str>, index: u32) -> String {
    interface.map_or_else(|| index.to_string(), str::to_owned)
}

/// `{ECONNREFUSED, ICMP, type 3, code 3, from 127.0.0.1}`
fn error(data: &[u8]) -> Option<String> {
    let errno = Errno(number(data, 0)?.cast_signed());
    let (origin, kind, code) = (*data.get(4)?, *data.get(5)?, *data.get(6)?);
    let info = number(data, 8)?;
    let word = origin_word(origin);
    let origin = word.map_or_else(|| format!("origin {origin}"), str::to_owned);
    let mut fields = vec![errno.to_string(), origin];
    if word.is_some_and(|word| word.starts_with("ICMP")) {
        fields.extend([format!("type {kind}"), format!("code {code}")]);
    }
    if info != 0 {
        fields.push(format!("info {info}"));
    }
    fields.extend(offender(data).map(|ip| format!("from {ip}")));
    Some(format!("{{{}}}", fields.join(", ")))
}

/// The word for `ee_origin`.
pub(crate) fn origin_word(origin: u8) -> Option<&'static str> {
    let row = ORIGINS.iter().find(|(number, _)| *number == origin);
    row.map(|(_, word)| *word)
}

/// Who sent the error, `SO_EE_OFFENDER()`.
fn offender(data: &[u8]) -> Option<String> {
    let own = data.get(EXTENDED..)?;
    let family = u16::from_ne_bytes(array(own, 0)?);
    match i32::from(family) {
        libc::AF_INET => address(own, 4).map(|ip| ip.to_string()),
        libc::AF_INET6 => address6(own, 8).map(|ip| ip.to_string()),
        _ => None,
    }
}

pub(crate) fn number(data: &[u8], at: usize) -> Option<u32> {
    array(data, at).map(u32::from_ne_bytes)
}

fn address(data: &[u8], at: usize) -> Option<Ipv4Addr> {
    array::<4>(data, at).map(Ipv4Addr::from)
}

fn address6(data: &[u8], at: usize) -> Option<Ipv6Addr> {
    array::<16>(data, at).map(Ipv6Addr::from)
}

fn array<const N: usize>(data: &[u8], at: usize) -> Option<[u8; N]> {
    data.get(at..)?.first_chunk().copied()
}

#[cfg(test)]
mod tests {
    use crate::socket::control::layout::*;

    #[test]
    fn a_record_of_the_error_queue_is_taken_apart() {
        let mut data = vec![0; 32];
        data[..4].copy_from_slice(&libc::ECONNREFUSED.to_ne_bytes());
        data[4..7].copy_from_slice(&[2, 3, 3]);
        data[16..18].copy_from_slice(&2_u16.to_ne_bytes());
        data[20..24].copy_from_slice(&[127, 0, 0, 1]);
        let expected = "{ECONNREFUSED, ICMP, type 3, code 3, from 127.0.0.1}";
        assert_eq!(Layout::Error.text(&data, None).as_deref(), Some(expected));
        data[..4].copy_from_slice(&libc::EMSGSIZE.to_ne_bytes());
        data[4] = 1;
        data[8..12].copy_from_slice(&1500_u32.to_ne_bytes());
        data.truncate(16);
        let shown = Layout::Error.text(&data, None);
        assert_eq!(shown.as_deref(), Some("{EMSGSIZE, local, info 1500}"));
        assert_eq!(Layout::Error.text(&data[..7], None), None);
    }

    #[test]
    fn the_addresses_of_a_packet_are_shown() {
        let data = [1_u32.to_ne_bytes(), [127, 0, 0, 2], [127, 0, 0, 3]].concat();
        let shown = |interface| Layout::PacketInfo.text(&data, interface);
        assert_eq!(
            shown(Some("lo")).as_deref(),
            Some("{127.0.0.2, lo, to 127.0.0.3}")
        );
        assert_eq!(shown(None).as_deref(), Some("{127.0.0.2, 1, to 127.0.0.3}"));
        let source = [[0; 4], [127, 0, 0, 2], [0; 4]].concat();
        let shown = Layout::PacketInfo.text(&source, None);
        assert_eq!(shown.as_deref(), Some("{127.0.0.2}"));
    }

    #[test]
    fn numbers_are_read_by_their_length_and_times_by_their_places() {
        let text = |layout: Layout, data: &[u8]| layout.text(data, None);
        assert_eq!(text(Layout::Int, &[16]).as_deref(), Some("16"));
        let minus = (-1_i32).to_ne_bytes();
        assert_eq!(text(Layout::Int, &minus).as_deref(), Some("-1"));
        assert_eq!(
            text(Layout::Unsigned(4), &minus).as_deref(),
            Some("4294967295")
        );
        assert_eq!(text(Layout::Int, &[1, 2, 3]), None);
        let stamp = [5_i64.to_ne_bytes(), 7_i64.to_ne_bytes()].concat();
        let time = |places| Layout::Time { places, stamps: 1 };
        assert_eq!(text(time(6), &stamp).as_deref(), Some("5.000007"));
        let three = [stamp, vec![0; 32]].concat();
        let shown = text(
            Layout::Time {
                places: 9,
                stamps: 3,
            },
            &three,
        );
        assert_eq!(shown.as_deref(), Some("{5.000000007, 0, 0}"));
    }
}
