//! Addresses as the bytes that the kernel reads: `struct sockaddr_in`, `sockaddr_in6`, `sockaddr_un`.
//!
//! The layouts are those of ip(7), ipv6(7) and unix(7). Bytes, and not typed structs, because a length may be wrong
//! on purpose and because the bytes themselves are worth showing.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use crate::socket::address::{Address, UnixName};

/// Room for any address: `sizeof(struct sockaddr_storage)`.
pub const STORAGE: usize = 128;
/// `sizeof(struct sockaddr_in)`.
pub const INET_LEN: usize = 16;
/// `sizeof(struct sockaddr_in6)`.
pub const INET6_LEN: usize = 28;
/// The size of `sun_path`; a name that fills it has no NUL at its end.
pub const SUN_PATH: usize = 108;
/// Where `sun_path` begins: after `sa_family_t`.
const FAMILY_LEN: usize = 2;

/// The bytes of an address with the length that a careful program passes.
///
/// A path longer than [`SUN_PATH`] gives more bytes than the struct has; the kernel answers that with EINVAL.
pub fn encode(address: &Address) -> Vec<u8> {
    match address {
        Address::Inet(a) => {
            let mut bytes = family(libc::AF_INET);
            bytes.extend(a.port().to_be_bytes());
            bytes.extend(a.ip().octets());
            bytes.resize(INET_LEN, 0);
            bytes
        }
        Address::Inet6(a) => {
            let mut bytes = family(libc::AF_INET6);
            bytes.extend(a.port().to_be_bytes());
            bytes.extend(a.flowinfo().to_be_bytes());
            bytes.extend(a.ip().octets());
            bytes.extend(a.scope_id().to_ne_bytes());
            bytes
        }
        Address::Unix(UnixName::Unnamed) => family(libc::AF_UNIX),
        Address::Unix(UnixName::Path(path)) => {
            let mut bytes = family(libc::AF_UNIX);
            bytes.extend(path);
            if path.len() < SUN_PATH {
                bytes.push(0);
            }
            bytes
        }
        Address::Unix(UnixName::Abstract(name)) => {
            let mut bytes = family(libc::AF_UNIX);
            bytes.push(0);
            bytes.extend(name);
            bytes
        }
        Address::Other { family: f, data } => {
            let mut bytes = f.to_ne_bytes().to_vec();
            bytes.extend(data);
            bytes
        }
    }
}

/// `struct sockaddr` with the family AF_UNSPEC and nothing else: dissolves the association of a datagram socket.
pub fn unspecified() -> Vec<u8> {
    let mut bytes = family(libc::AF_UNSPEC);
    bytes.resize(INET_LEN, 0);
    bytes
}

/// Reads an address that the kernel wrote. `None` when it wrote none (length 0, as for a connected stream).
pub fn decode(bytes: &[u8]) -> Option<Address> {
    let (head, data) = bytes.split_first_chunk::<FAMILY_LEN>()?;
    let family = u16::from_ne_bytes(*head);
    Some(
        decode_known(i32::from(family), data).unwrap_or_else(|| Address::Other {
            family,
            data: data.to_vec(),
        }),
    )
}

fn decode_known(family: i32, data: &[u8]) -> Option<Address> {
    match family {
        libc::AF_INET => {
            let port = u16::from_be_bytes(array(data, 0)?);
            let ip = Ipv4Addr::from(array::<4>(data, 2)?);
            Some(Address::Inet(SocketAddrV4::new(ip, port)))
        }
        libc::AF_INET6 => {
            let port = u16::from_be_bytes(array(data, 0)?);
            let flow = u32::from_be_bytes(array(data, 2)?);
            let ip = Ipv6Addr::from(array::<16>(data, 6)?);
            let scope = u32::from_ne_bytes(array(data, 22)?);
            Some(Address::Inet6(SocketAddrV6::new(ip, port, flow, scope)))
        }
        libc::AF_UNIX => Some(Address::Unix(match data.split_first() {
            None => UnixName::Unnamed,
            Some((0, name)) => UnixName::Abstract(name.to_vec()),
            Some(_) => {
                let end = data.iter().position(|b| *b == 0).unwrap_or(data.len());
                UnixName::Path(data[..end].to_vec())
            }
        })),
        _ => None,
    }
}

/// The parts of an address of AF_NETLINK, AF_PACKET or AF_VSOCK in words: netlink(7), packet(7), vsock(7). `None` for
/// other families, and where bytes are missing.
pub fn decoded(address: &Address) -> Option<String> {
    let Address::Other { family, data } = address else {
        return None;
    };
    let word = |at| Some(u32::from_ne_bytes(array(data, at)?));
    match i32::from(*family) {
        libc::AF_NETLINK => {
            let (port, groups) = (word(2)?, word(6)?);
            Some(format!("port ID {port}, groups {groups:#x}"))
        }
        libc::AF_VSOCK => {
            let (port, context) = (word(2)?, word(6)?);
            let any = |number: u32| match number {
                u32::MAX => "any".to_owned(),
                number => number.to_string(),
            };
            Some(format!("port {}, CID {}", any(port), any(context)))
        }
        libc::AF_PACKET => {
            let protocol = u16::from_be_bytes(array(data, 0)?);
            let interface = i32::from_ne_bytes(array(data, 2)?);
            Some(format!(
                "protocol {protocol:#06x}, interface number {interface}"
            ))
        }
        _ => None,
    }
}

fn family(family: i32) -> Vec<u8> {
    // sa_family_t is an unsigned short; every AF_ constant fits.
    u16::try_from(family)
        .unwrap_or_default()
        .to_ne_bytes()
        .to_vec()
}

fn array<const N: usize>(bytes: &[u8], at: usize) -> Option<[u8; N]> {
    bytes.get(at..at + N)?.try_into().ok()
}

#[cfg(test)]
mod tests {
    use crate::socket::sockaddr::*;

    #[test]
    fn ports_are_in_network_byte_order() {
        let bytes = encode(&Address::Inet("1.2.3.4:8080".parse().expect("an address")));
        assert_eq!(bytes[2..8], [0x1f, 0x90, 1, 2, 3, 4]);
        assert_eq!(bytes.len(), INET_LEN);
    }

    #[test]
    fn what_is_encoded_is_decoded() {
        for address in [
            Address::Inet("127.0.0.1:1".parse().expect("an address")),
            Address::Inet6("[fe80::1%7]:2".parse().expect("an address")),
            Address::Unix(UnixName::Unnamed),
            Address::Unix(UnixName::Path(b"/tmp/x".to_vec())),
            Address::Unix(UnixName::Path(vec![b'p'; SUN_PATH])),
            Address::Unix(UnixName::Abstract(b"a\0b".to_vec())),
            Address::Other {
                family: 47,
                data: vec![1, 2],
            },
        ] {
            assert_eq!(decode(&encode(&address)), Some(address));
        }
    }

    #[test]
    fn addresses_of_other_domains_have_parts() {
        let of = |family: i32, data: &[u8]| {
            let family = u16::try_from(family).expect("it fits");
            let data = data.to_vec();
            decoded(&Address::Other { family, data })
        };
        let netlink = [&[0, 0][..], &7_u32.to_ne_bytes(), &1_u32.to_ne_bytes()].concat();
        let shown = of(libc::AF_NETLINK, &netlink);
        assert_eq!(shown.as_deref(), Some("port ID 7, groups 0x1"));
        let vsock = [&[0, 0][..], &80_u32.to_ne_bytes(), &u32::MAX.to_ne_bytes()].concat();
        assert_eq!(
            of(libc::AF_VSOCK, &vsock).as_deref(),
            Some("port 80, CID any")
        );
        let packet = [&[8, 0][..], &2_i32.to_ne_bytes()].concat();
        let shown = of(libc::AF_PACKET, &packet);
        assert_eq!(
            shown.as_deref(),
            Some("protocol 0x0800, interface number 2")
        );
        assert_eq!(of(libc::AF_NETLINK, &[0, 0, 1]), None);
    }

    #[test]
    fn lengths_are_those_of_a_careful_program() {
        assert_eq!(
            encode(&Address::Unix(UnixName::Path(b"/tmp/x".to_vec()))).len(),
            2 + 6 + 1
        );
        assert_eq!(
            encode(&Address::Unix(UnixName::Path(vec![b'p'; 108]))).len(),
            110,
            "no NUL"
        );
        assert_eq!(encode(&Address::Unix(UnixName::Unnamed)).len(), 2);
        assert_eq!(unspecified().len(), 16);
        assert_eq!(decode(&[]), None, "no address");
    }
}
