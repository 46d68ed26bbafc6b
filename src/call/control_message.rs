//! Control messages of recvmsg(2) as text: records of the error queue, and the addresses of a packet.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::socket::Errno;

/// The bytes of `struct sock_extended_err`, linux/errqueue.h; the address of the sender of the error follows.
const EXTENDED: usize = 16;

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

/// The data of a control message in the form `{…}`. `None`: it has no such form here, or is too short.
pub fn text(level: i32, kind: i32, data: &[u8]) -> Option<String> {
    let fields = match (level, kind) {
        (libc::IPPROTO_IP, libc::IP_RECVERR) | (libc::IPPROTO_IPV6, libc::IPV6_RECVERR) => {
            error(data)?
        }
        (libc::IPPROTO_IP, libc::IP_PKTINFO) => {
            let [own, to] = [address(data, 4)?, address(data, 8)?];
            vec![
                format!("interface {}", number(data, 0)?),
                format!("local {own}"),
                format!("to {to}"),
            ]
        }
        (libc::IPPROTO_IPV6, libc::IPV6_PKTINFO) => vec![
            format!("interface {}", number(data, 16)?),
            format!("to {}", address6(data, 0)?),
        ],
        _ => return None,
    };
    Some(format!("{{{}}}", fields.join(", ")))
}

/// `{ECONNREFUSED, ICMP, type 3, code 3, from 127.0.0.1}`
fn error(data: &[u8]) -> Option<Vec<String>> {
    let errno = Errno(number(data, 0)?.cast_signed());
    let (origin, kind, code) = (*data.get(4)?, *data.get(5)?, *data.get(6)?);
    let info = number(data, 8)?;
    let row = ORIGINS.iter().find(|(number, _)| *number == origin);
    let origin = row.map_or_else(
        || format!("origin {origin}"),
        |(_, word)| (*word).to_owned(),
    );
    let mut fields = vec![errno.to_string(), origin];
    if row.is_some_and(|(_, word)| word.starts_with("ICMP")) {
        fields.extend([format!("type {kind}"), format!("code {code}")]);
    }
    if info != 0 {
        fields.push(format!("info {info}"));
    }
    fields.extend(offender(data).map(|ip| format!("from {ip}")));
    Some(fields)
}

/// Who sent the error, `SO_EE_OFFENDER()`.
fn offender(data: &[u8]) -> Option<IpAddr> {
    let own = data.get(EXTENDED..)?;
    let family = u16::from_ne_bytes(own.get(..2)?.try_into().ok()?);
    match i32::from(family) {
        libc::AF_INET => address(own, 4).map(Into::into),
        libc::AF_INET6 => address6(own, 8).map(Into::into),
        _ => None,
    }
}

fn number(data: &[u8], at: usize) -> Option<u32> {
    let bytes = data.get(at..at + 4)?.try_into().ok()?;
    Some(u32::from_ne_bytes(bytes))
}

fn address(data: &[u8], at: usize) -> Option<Ipv4Addr> {
    let bytes: [u8; 4] = data.get(at..at + 4)?.try_into().ok()?;
    Some(bytes.into())
}

fn address6(data: &[u8], at: usize) -> Option<Ipv6Addr> {
    let bytes: [u8; 16] = data.get(at..at + 16)?.try_into().ok()?;
    Some(bytes.into())
}

#[cfg(test)]
mod tests {
    use crate::call::control_message::*;

    #[test]
    fn a_record_of_the_error_queue_is_taken_apart() {
        let mut data = vec![0; 32];
        data[..4].copy_from_slice(&libc::ECONNREFUSED.to_ne_bytes());
        data[4..7].copy_from_slice(&[2, 3, 3]);
        data[16..18].copy_from_slice(&2_u16.to_ne_bytes());
        data[20..24].copy_from_slice(&[127, 0, 0, 1]);
        let shown = text(libc::IPPROTO_IP, libc::IP_RECVERR, &data);
        let expected = "{ECONNREFUSED, ICMP, type 3, code 3, from 127.0.0.1}";
        assert_eq!(shown.as_deref(), Some(expected));
        data[..4].copy_from_slice(&libc::EMSGSIZE.to_ne_bytes());
        data[4] = 1;
        data[8..12].copy_from_slice(&1500_u32.to_ne_bytes());
        data.truncate(16);
        let shown = text(libc::IPPROTO_IPV6, libc::IPV6_RECVERR, &data);
        assert_eq!(shown.as_deref(), Some("{EMSGSIZE, local, info 1500}"));
        assert_eq!(text(libc::IPPROTO_IP, libc::IP_RECVERR, &data[..7]), None);
    }

    #[test]
    fn the_addresses_of_a_packet_are_shown() {
        let data = [1_u32.to_ne_bytes(), [127, 0, 0, 2], [127, 0, 0, 3]].concat();
        let shown = text(libc::IPPROTO_IP, libc::IP_PKTINFO, &data);
        let expected = "{interface 1, local 127.0.0.2, to 127.0.0.3}";
        assert_eq!(shown.as_deref(), Some(expected));
    }
}
