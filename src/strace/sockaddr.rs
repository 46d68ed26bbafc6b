//! Socket addresses as strace writes them: `{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}`.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::call::argument::{AddressArg, AddressExpr};
use crate::socket::Address;
use crate::socket::sockaddr::{INET_LEN, STORAGE};
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, quoted};
use crate::strace::names::FAMILIES;
use crate::strace::table::hex;

/// An IPv6 address from this length on: with or without its scope.
const INET6_SHORT: usize = 24;
/// `struct sockaddr_nl`.
const NETLINK_LEN: usize = 12;
/// Room in `struct sockaddr_un`.
const UNIX_LEN: usize = 110;

/// An address argument: what the pointer leads to and, beside it, the length. `None` for what no call is made with: an
/// interface that does not exist.
pub(crate) fn argument(arg: &AddressArg, environment: Environment<'_>) -> Option<(String, i32)> {
    let Some(bytes) = given(&arg.place, environment)? else {
        return Some(("NULL".to_owned(), arg.length.unwrap_or(0)));
    };
    let natural = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    let length = arg.length.unwrap_or(natural);
    Some((address(&bytes, length, environment), length))
}

/// The bytes of an address argument, or a null pointer.
fn given(place: &AddressExpr, environment: Environment<'_>) -> Option<Option<Vec<u8>>> {
    Some(Some(match place {
        AddressExpr::Literal(address) => crate::socket::sockaddr::encode(address),
        AddressExpr::Zoned { ip, zone, port } => {
            let scope = environment.interface_index(zone)?;
            let address = std::net::SocketAddrV6::new(*ip, *port, 0, scope);
            crate::socket::sockaddr::encode(&Address::Inet6(address))
        }
        AddressExpr::Unspecified => crate::socket::sockaddr::unspecified(),
        AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_)
        | AddressExpr::Null => {
            return Some(None);
        }
    }))
}

/// The first `length` bytes of an address, as far as any address goes. A length without family shows the pointer.
pub(crate) fn address(bytes: &[u8], length: i32, environment: Environment<'_>) -> String {
    let length = usize::try_from(length).unwrap_or(0).min(STORAGE);
    let mut bytes = bytes.to_vec();
    bytes.resize(length, 0);
    let Some((family, data)) = bytes.split_first_chunk::<2>() else {
        return POINTER.to_owned();
    };
    let family = i32::from(u16::from_ne_bytes(*family));
    let name = FAMILIES.one(family);
    if data.is_empty() {
        return format!("{{sa_family={name}}}");
    }
    let fields = match family {
        libc::AF_UNIX => unix(&bytes[..length.min(UNIX_LEN)][2..]),
        libc::AF_INET if length >= INET_LEN => inet(data),
        libc::AF_INET6 if length >= INET6_SHORT => inet6(data, environment),
        libc::AF_NETLINK if length >= NETLINK_LEN => netlink(data),
        _ => format!("sa_data={}", quoted(data)),
    };
    format!("{{sa_family={name}, {fields}}}")
}

fn unix(path: &[u8]) -> String {
    match path.split_first() {
        Some((0, name)) => format!("sun_path=@{}", quoted(name)),
        _ => {
            let path = path.split(|byte| *byte == 0).next().unwrap_or_default();
            format!("sun_path={}", quoted(path))
        }
    }
}

fn inet(data: &[u8]) -> String {
    let ip = inet_addr(&data[2..]);
    format!("sin_port=htons({}), sin_addr={ip}", port(data))
}

fn inet6(data: &[u8], environment: Environment<'_>) -> String {
    let word = |at: usize| number(data.get(at..).unwrap_or_default());
    let mut text = format!(
        "sin6_port=htons({}), sin6_flowinfo=htonl({}), {}",
        port(data),
        u32::from_be(word(2)),
        inet6_addr(&data[6..], "sin6_addr")
    );
    if data.len() > INET6_SHORT - 2 {
        let (first, second) = (data[6], data[7]);
        let belongs_to_link =
            (first == 0xfe && second & 0xc0 == 0x80) || (first == 0xff && second & 0xf == 2);
        let scope = match belongs_to_link {
            true => environment.interface(word(22)),
            false => word(22).to_string(),
        };
        text.push_str(&format!(", sin6_scope_id={scope}"));
    }
    text
}

fn netlink(data: &[u8]) -> String {
    let (pad, rest) = data.split_at(2);
    let pad = match u32::from(u16::from_ne_bytes([pad[0], pad[1]])) {
        0 => String::new(),
        pad => format!("nl_pad={}, ", hex(pad)),
    };
    let pid = number(rest).cast_signed();
    format!("{pad}nl_pid={pid}, nl_groups={:08x}", number(&rest[4..]))
}

/// `inet_addr("127.0.0.1")` of the first four bytes.
pub(crate) fn inet_addr(bytes: &[u8]) -> String {
    let octets = bytes.first_chunk::<4>().copied().unwrap_or_default();
    format!("inet_addr(\"{}\")", Ipv4Addr::from(octets))
}

/// `inet_pton(AF_INET6, "::1", &sin6_addr)` of the first sixteen bytes.
pub(crate) fn inet6_addr(bytes: &[u8], field: &str) -> String {
    let octets = bytes.first_chunk::<16>().copied().unwrap_or_default();
    let ip = Printed(Ipv6Addr::from(octets));
    format!("inet_pton(AF_INET6, \"{ip}\", &{field})")
}

fn port(data: &[u8]) -> u16 {
    u16::from_be_bytes(data.first_chunk().copied().unwrap_or_default())
}

/// The first four bytes as a number; nought where there are fewer.
pub(crate) fn number(bytes: &[u8]) -> u32 {
    u32::from_ne_bytes(bytes.first_chunk().copied().unwrap_or_default())
}

/// An IPv6 address as inet_ntop(3) of the C library prints it: unlike RFC 5952 it shows `::0.1.0.2` with dots.
struct Printed(Ipv6Addr);

impl std::fmt::Display for Printed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let octets = self.0.octets();
        match octets.split_last_chunk::<4>() {
            Some((zeros, last)) if zeros.iter().all(|b| *b == 0) && last[..2] != [0, 0] => {
                write!(f, "::{}", Ipv4Addr::from(*last))
            }
            _ => write!(f, "{}", self.0),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::strace::sockaddr::*;

    fn shown(place: &str, length: i32) -> String {
        let command = format!("bind(1, {place}, {length})");
        let line = crate::notation::parse_line(&command).expect(place);
        let call = line.command.expect(place).call;
        let lo = [(1, "lo".to_owned())];
        let environment = Environment {
            interfaces: &lo,
            ..Environment::default()
        };
        argument(call.address().expect(place), environment)
            .expect(place)
            .0
    }

    #[test]
    fn addresses_are_as_long_as_the_length_says() {
        let inet = r#"{sa_family=AF_INET, sin_port=htons(80), sin_addr=inet_addr("127.0.0.1")}"#;
        for (length, text) in [
            (-1, POINTER),
            (1, POINTER),
            (2, "{sa_family=AF_INET}"),
            (3, r#"{sa_family=AF_INET, sa_data="\0"}"#),
            (
                15,
                r#"{sa_family=AF_INET, sa_data="\0P\177\0\0\1\0\0\0\0\0\0\0"}"#,
            ),
            (16, inet),
            (100_000, inet),
        ] {
            assert_eq!(shown("127.0.0.1:80", length), text, "{length}");
        }
        assert_eq!(shown("NULL", 16), "NULL");
    }

    #[test]
    fn a_scope_has_the_name_of_its_interface_where_it_means_one() {
        let six = |ip: &str, flow: u32, scope: &str| {
            format!(
                "{{sa_family=AF_INET6, sin6_port=htons(80), sin6_flowinfo=htonl({flow}), \
                 inet_pton(AF_INET6, \"{ip}\", &sin6_addr){scope}}}"
            )
        };
        let lo = r#", sin6_scope_id=if_nametoindex("lo")"#;
        assert_eq!(shown("[fe80::1%lo]:80", 28), six("fe80::1", 0, lo));
        assert_eq!(shown("[fe80::1%lo]:80", 24), six("fe80::1", 0, ""));
        assert_eq!(
            shown("[fe80::1%77]:80", 28),
            six("fe80::1", 0, ", sin6_scope_id=77")
        );
        assert_eq!(shown("[::1%lo]:80", 28), six("::1", 0, ", sin6_scope_id=1"));
        assert_eq!(
            shown("[::1:2]:80", 28),
            six("::0.1.0.2", 0, ", sin6_scope_id=0")
        );
        assert_eq!(
            shown("[::ffff:1.2.3.4]:80", 28),
            six("::ffff:1.2.3.4", 0, ", sin6_scope_id=0")
        );
        assert_eq!(
            shown("[::1]:80", 23),
            r#"{sa_family=AF_INET6, sa_data="\0P\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"}"#
        );
    }

    #[test]
    fn unix_names_and_other_families() {
        for (place, length, text) in [
            (
                "unix:/tmp/x",
                110,
                r#"{sa_family=AF_UNIX, sun_path="/tmp/x"}"#,
            ),
            ("unix:/tmp/x", 5, r#"{sa_family=AF_UNIX, sun_path="/tm"}"#),
            ("unix:/tmp/x", 2, "{sa_family=AF_UNIX}"),
            (
                "abstract:\"a\\0b1\"",
                7,
                r#"{sa_family=AF_UNIX, sun_path=@"a\0b1"}"#,
            ),
            ("abstract:a", 3, r#"{sa_family=AF_UNIX, sun_path=@""}"#),
            (
                "family:47:01",
                6,
                r#"{sa_family=0x2f /* AF_??? */, sa_data="\1\0\0\0"}"#,
            ),
            (
                "family:16:01:00",
                12,
                "{sa_family=AF_NETLINK, nl_pad=0x1, nl_pid=0, nl_groups=00000000}",
            ),
            (
                "AF_UNSPEC",
                16,
                r#"{sa_family=AF_UNSPEC, sa_data="\0\0\0\0\0\0\0\0\0\0\0\0\0\0"}"#,
            ),
        ] {
            assert_eq!(shown(place, length), text, "{place}");
        }
    }
}
