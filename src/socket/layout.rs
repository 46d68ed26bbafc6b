//! The C structs of socket addresses field by field: `sockaddr_in`, `sockaddr_in6`, `sockaddr_un`, as ip(7), ipv6(7) and
//! unix(7) declare them, laid over the bytes that a call passes or that the kernel wrote.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::socket::sockaddr::{INET_LEN, INET6_LEN};
use crate::socket::text::Quoted;

/// One field with its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Where it begins.
    pub at: usize,
    /// Its bytes, as far as there are any.
    pub bytes: Vec<u8>,
    /// Its type.
    pub c_type: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What a C program would write for its value.
    pub value: String,
    /// What is to be known of it; may be empty.
    pub note: String,
}

/// A field of a struct whose fields are all of fixed size: type, name, size, and how to read it.
pub(crate) type FixedField = (
    &'static str,
    &'static str,
    usize,
    fn(&[u8]) -> (String, String),
);

static INET: [FixedField; 4] = [
    ("sa_family_t", "sin_family", 2, family),
    ("in_port_t", "sin_port", 2, port),
    ("struct in_addr", "sin_addr", 4, in_addr),
    ("unsigned char[8]", "sin_zero", 8, zero),
];

static INET6: [FixedField; 5] = [
    ("sa_family_t", "sin6_family", 2, family),
    ("in_port_t", "sin6_port", 2, port),
    ("uint32_t", "sin6_flowinfo", 4, flowinfo),
    ("struct in6_addr", "sin6_addr", 16, in6_addr),
    ("uint32_t", "sin6_scope_id", 4, scope),
];

static ANY: [FixedField; 1] = [("sa_family_t", "sa_family", 2, family)];
static UNIX: [FixedField; 1] = [("sa_family_t", "sun_family", 2, family)];

/// The struct that the family of some bytes says they are: its name and its manual page.
pub fn struct_of(bytes: &[u8]) -> (&'static str, &'static str) {
    match family_of(bytes) {
        Some(libc::AF_INET) => ("struct sockaddr_in", "ip(7)"),
        Some(libc::AF_INET6) => ("struct sockaddr_in6", "ipv6(7)"),
        Some(libc::AF_UNIX) => ("struct sockaddr_un", "unix(7)"),
        _ => ("struct sockaddr", "sockaddr(3type)"),
    }
}

/// The size of the struct, where its family has only one.
pub fn size_of(bytes: &[u8]) -> Option<usize> {
    match family_of(bytes) {
        Some(libc::AF_INET) => Some(INET_LEN),
        Some(libc::AF_INET6) => Some(INET6_LEN),
        _ => None,
    }
}

/// The fields that some bytes have.
pub fn fields(bytes: &[u8]) -> Vec<Field> {
    match family_of(bytes) {
        Some(libc::AF_INET) => fixed(&INET, bytes),
        Some(libc::AF_INET6) => fixed(&INET6, bytes),
        Some(libc::AF_UNIX) => [fixed(&UNIX, &bytes[..2]), path(&bytes[2..])].concat(),
        Some(_) => [fixed(&ANY, &bytes[..2]), data(&bytes[2..])].concat(),
        None => data(bytes),
    }
}

fn family_of(bytes: &[u8]) -> Option<i32> {
    let head = bytes.first_chunk::<2>()?;
    Some(i32::from(u16::from_ne_bytes(*head)))
}

/// The fields of a struct as far as the bytes go, and what follows it.
pub(crate) fn fixed(rows: &[FixedField], bytes: &[u8]) -> Vec<Field> {
    let (mut fields, mut at) = (Vec::new(), 0);
    for (c_type, name, size, read) in rows {
        let own = bytes.get(at..).unwrap_or_default();
        let own = &own[..own.len().min(*size)];
        let (value, note) = if own.len() == *size {
            read(own)
        } else {
            let cut = format!("{} of {size} bytes", own.len());
            (cut, "the length ends here".to_owned())
        };
        fields.push(Field {
            at,
            bytes: own.to_vec(),
            c_type,
            name,
            value,
            note,
        });
        at += size;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    if !rest.is_empty() {
        let value = format!("{} bytes", rest.len());
        fields.push(field(
            at,
            rest,
            "",
            "behind the struct",
            value,
            "not looked at",
        ));
    }
    fields
}

fn field(
    at: usize,
    bytes: &[u8],
    c_type: &'static str,
    name: &'static str,
    value: String,
    note: &str,
) -> Field {
    Field {
        at,
        bytes: bytes.to_vec(),
        c_type,
        name,
        value,
        note: note.to_owned(),
    }
}

/// `sun_path`: a path with its NUL, a NUL and an abstract name, or nothing.
fn path(bytes: &[u8]) -> Vec<Field> {
    let of = |at, bytes: &[u8], name, value, note: &str| {
        field(at, bytes, "char[108]", name, value, note)
    };
    match bytes.split_first() {
        None => {
            let note = "no name: bind() lets the kernel choose one (autobind)";
            vec![of(2, &[], "sun_path", "0 bytes".to_owned(), note)]
        }
        Some((0, name)) => vec![
            of(
                2,
                &[0],
                "sun_path[0]",
                "'\\0'".to_owned(),
                "the mark of an abstract name: it is not a file",
            ),
            of(
                3,
                name,
                "sun_path + 1",
                format!("{}, {} bytes", Quoted(name), name.len()),
                "only the length says where it ends: a NUL would be part of the name",
            ),
        ],
        Some(_) => {
            let end = bytes.iter().position(|byte| *byte == 0);
            let text = &bytes[..end.unwrap_or(bytes.len())];
            let value = format!("{}, {} bytes", Quoted(text), text.len());
            let note = match end {
                Some(_) => "a path in the file system, ended by a NUL",
                None => "a path in the file system without a NUL at its end: the length ends it",
            };
            vec![of(2, bytes, "sun_path", value, note)]
        }
    }
}

/// What follows a family that has no struct here.
fn data(bytes: &[u8]) -> Vec<Field> {
    if bytes.is_empty() {
        return Vec::new();
    }
    let value = format!("{} bytes", bytes.len());
    vec![field(2, bytes, "char[]", "sa_data", value, "")]
}

fn family(bytes: &[u8]) -> (String, String) {
    let number = family_of(bytes).unwrap_or_default();
    let name = match number {
        libc::AF_UNSPEC => "AF_UNSPEC",
        libc::AF_UNIX => "AF_UNIX",
        libc::AF_INET => "AF_INET",
        libc::AF_INET6 => "AF_INET6",
        libc::AF_NETLINK => "AF_NETLINK",
        libc::AF_PACKET => "AF_PACKET",
        libc::AF_VSOCK => "AF_VSOCK",
        _ => "an address family",
    };
    let note = "in the byte order of this host: only the kernel here reads it";
    (format!("{name} ({number})"), note.to_owned())
}

fn port(bytes: &[u8]) -> (String, String) {
    let port = u16::from_be_bytes(array(bytes));
    let note = match port {
        0 => "0 at bind() lets the kernel choose one".to_owned(),
        _ => format!(
            "htons: in memory {} before, {} after, the order of the network",
            hex(&port.to_ne_bytes()),
            hex(bytes)
        ),
    };
    (format!("htons({port})"), note)
}

pub(crate) fn in_addr(bytes: &[u8]) -> (String, String) {
    let ip = Ipv4Addr::from(array::<4>(bytes));
    let number = u32::from(ip);
    let note = match ip {
        Ipv4Addr::UNSPECIFIED => "INADDR_ANY: every address of this host".to_owned(),
        Ipv4Addr::BROADCAST => "INADDR_BROADCAST".to_owned(),
        _ => format!(
            "htonl({number:#010x}): in memory {} before, {} after",
            hex(&number.to_ne_bytes()),
            hex(bytes)
        ),
    };
    (format!("inet_addr(\"{ip}\")"), note)
}

fn zero(bytes: &[u8]) -> (String, String) {
    let value = if bytes.iter().all(|byte| *byte == 0) {
        "{0}"
    } else {
        "not zero"
    };
    let note = "fills it up to the size of struct sockaddr; the kernel ignores it";
    (value.to_owned(), note.to_owned())
}

fn flowinfo(bytes: &[u8]) -> (String, String) {
    let number = u32::from_be_bytes(array(bytes));
    let note = "traffic class and flow label, in the order of the network; seldom used";
    (format!("htonl({number})"), note.to_owned())
}

pub(crate) fn in6_addr(bytes: &[u8]) -> (String, String) {
    let ip = Ipv6Addr::from(array::<16>(bytes));
    let note = match ip.to_ipv4_mapped() {
        Some(v4) => format!(
            "IPv4-mapped: ten zero bytes, ff ff, and {v4} as {}",
            hex(&v4.octets())
        ),
        None if ip.is_unspecified() => "in6addr_any: every address of this host".to_owned(),
        None => "an array of bytes: nothing to be swapped".to_owned(),
    };
    (format!("inet_pton(\"{ip}\")"), note)
}

pub(crate) fn scope(bytes: &[u8]) -> (String, String) {
    let number = u32::from_ne_bytes(array(bytes));
    let note = match number {
        0 => "no interface; link-local addresses (fe80::) need one",
        _ => "the number of an interface, if_nametoindex(3), in the order of this host",
    };
    (number.to_string(), note.to_owned())
}

/// The bytes of a field whose size is known.
fn array<const N: usize>(bytes: &[u8]) -> [u8; N] {
    bytes.first_chunk().copied().unwrap_or([0; N])
}

/// Bytes as two hexadecimal digits each.
pub fn hex(bytes: &[u8]) -> String {
    let bytes: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    bytes.join(" ")
}

#[cfg(test)]
mod tests {
    use crate::socket::layout::*;
    use crate::socket::sockaddr::{SUN_PATH, encode, unspecified};
    use crate::socket::{Address, UnixName};

    fn of(bytes: &[u8]) -> Vec<(usize, &'static str, String, String)> {
        let all = fields(bytes).into_iter();
        all.map(|field| (field.at, field.name, hex(&field.bytes), field.value))
            .collect()
    }

    fn rows(
        rows: &[(usize, &'static str, &str, &str)],
    ) -> Vec<(usize, &'static str, String, String)> {
        let all = rows.iter();
        all.map(|(at, name, bytes, value)| (*at, *name, (*bytes).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn native(number: u16) -> String {
        hex(&number.to_ne_bytes())
    }

    #[test]
    fn inet() {
        let bytes = encode(&Address::Inet(
            "127.0.0.1:8080".parse().expect("an address"),
        ));
        assert_eq!(
            of(&bytes),
            rows(&[
                (0, "sin_family", &native(2), "AF_INET (2)"),
                (2, "sin_port", "1f 90", "htons(8080)"),
                (4, "sin_addr", "7f 00 00 01", "inet_addr(\"127.0.0.1\")"),
                (8, "sin_zero", "00 00 00 00 00 00 00 00", "{0}"),
            ])
        );
        let note = &fields(&bytes)[1].note;
        let before = native(8080);
        assert!(
            note.contains(&format!("{before} before, 1f 90 after")),
            "{note}"
        );
        assert_eq!(struct_of(&bytes), ("struct sockaddr_in", "ip(7)"));
    }

    #[test]
    fn inet6_and_the_mapped_form() {
        let bytes = encode(&Address::Inet6(
            "[fe80::1%2]:80".parse().expect("an address"),
        ));
        assert_eq!(
            of(&bytes),
            rows(&[
                (0, "sin6_family", &native(10), "AF_INET6 (10)"),
                (2, "sin6_port", "00 50", "htons(80)"),
                (4, "sin6_flowinfo", "00 00 00 00", "htonl(0)"),
                (
                    8,
                    "sin6_addr",
                    "fe 80 00 00 00 00 00 00 00 00 00 00 00 00 00 01",
                    "inet_pton(\"fe80::1\")"
                ),
                (24, "sin6_scope_id", &hex(&2_u32.to_ne_bytes()), "2"),
            ])
        );
        let mapped = encode(&Address::Inet6(
            "[::ffff:1.2.3.4]:80".parse().expect("an address"),
        ));
        let note = &fields(&mapped)[3].note;
        assert!(note.contains("ff ff, and 1.2.3.4 as 01 02 03 04"), "{note}");
    }

    #[test]
    fn unix_names_of_every_kind() {
        let path = encode(&Address::Unix(UnixName::Path(b"/tmp/x".to_vec())));
        assert_eq!(
            of(&path)[1..],
            rows(&[(2, "sun_path", "2f 74 6d 70 2f 78 00", "\"/tmp/x\", 6 bytes")])
        );
        let full = encode(&Address::Unix(UnixName::Path(vec![b'p'; SUN_PATH])));
        assert!(fields(&full)[1].note.contains("without a NUL"));
        let name = encode(&Address::Unix(UnixName::Abstract(b"a\0b".to_vec())));
        assert_eq!(
            of(&name)[1..],
            rows(&[
                (2, "sun_path[0]", "00", "'\\0'"),
                (3, "sun_path + 1", "61 00 62", "\"a\\0b\", 3 bytes"),
            ])
        );
        let none = encode(&Address::Unix(UnixName::Unnamed));
        assert_eq!(of(&none)[1..], rows(&[(2, "sun_path", "", "0 bytes")]));
    }

    #[test]
    fn other_families_and_lengths_that_are_wrong() {
        let none = of(&unspecified());
        assert_eq!((none.len(), none[0].3.as_str()), (2, "AF_UNSPEC (0)"));
        let vsock = of(&encode(&Address::Other {
            family: 40,
            data: vec![1, 2],
        }));
        assert_eq!(
            vsock[1],
            (2, "sa_data", "01 02".to_owned(), "2 bytes".to_owned())
        );
        let bytes = encode(&Address::Inet("1.2.3.4:80".parse().expect("an address")));
        let cut = of(&bytes[..6]);
        assert_eq!(
            (cut[2].2.as_str(), cut[2].3.as_str()),
            ("01 02", "2 of 4 bytes")
        );
        let long = of(&[&bytes[..], &[0; 4]].concat());
        assert_eq!(long[4].1, "behind the struct");
        assert_eq!(fields(&[]), []);
        assert_eq!(of(&[7])[0].1, "sa_data");
    }
}
