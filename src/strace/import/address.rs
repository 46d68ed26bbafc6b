//! Socket addresses as strace(1) prints them, back as values.

use std::net::{Ipv4Addr, Ipv6Addr, SocketAddrV4, SocketAddrV6};

use crate::call::argument::{AddressArg, AddressExpr};
use crate::socket::sockaddr::{SUN_PATH, decode, encode, unspecified};
use crate::socket::{Address, UnixName};
use crate::strace::import::number::{constant_of, int_of, integer};
use crate::strace::import::value::{Field, Value, member};
use crate::strace::names::FAMILIES;

/// The address argument of a call with the length beside it. `None`: the pointer leads nowhere, or strace shows an address
/// that the notation has no form for.
pub(super) fn argument(field: &Field<'_>, length: &Field<'_>) -> Option<AddressArg> {
    let length = int_of(length)?;
    if field.word() == Some("NULL") {
        return Some(AddressArg {
            place: AddressExpr::Null,
            length: (length != 0).then_some(length),
        });
    }
    let members = field.members()?;
    if let Some(zoned) = zoned(members) {
        let is_usual = length == crate::socket::sockaddr::INET6_LEN as i32;
        return Some(AddressArg {
            place: zoned,
            length: (!is_usual).then_some(length),
        });
    }
    let address = of_members(members, usize::try_from(length).ok()?)?;
    if let Address::Other { family: 0, .. } = &address
        && encode(&address) == unspecified()
    {
        return Some(AddressArg {
            place: AddressExpr::Unspecified,
            length: None,
        });
    }
    let usual = encode(&address).len();
    Some(AddressArg {
        place: AddressExpr::Literal(address),
        length: (usize::try_from(length) != Ok(usual)).then_some(length),
    })
}

/// An address that a call wrote, of which this many bytes are there.
pub(super) fn written(field: &Field<'_>, length: usize) -> Option<Address> {
    of_members(field.members()?, length)
}

/// An IPv6 address whose scope has the name of an interface.
fn zoned(members: &[Field<'_>]) -> Option<AddressExpr> {
    let scope = &member(members, "sin6_scope_id")?.value;
    let Value::Call("if_nametoindex", name) = scope else {
        return None;
    };
    let Value::Text(zone, true) = &name.first()?.value else {
        return None;
    };
    let (ip, port, flow) = inet6(members)?;
    (flow == 0).then(|| AddressExpr::Zoned {
        ip,
        zone: String::from_utf8_lossy(zone).into_owned(),
        port,
    })
}

fn of_members(members: &[Field<'_>], length: usize) -> Option<Address> {
    let family = constant_of(member(members, "sa_family")?, &[&FAMILIES])?;
    if let Some(data) = member(members, "sa_data") {
        let Value::Text(data, true) = &data.value else {
            return None;
        };
        let family = u16::try_from(family).ok()?;
        let bytes = [family.to_ne_bytes().as_slice(), data.as_slice()].concat();
        return decode(&bytes);
    }
    match family {
        libc::AF_INET => inet(members).map(Address::Inet),
        libc::AF_INET6 => {
            let (ip, port, flow) = inet6(members)?;
            let scope = member(members, "sin6_scope_id").and_then(Field::word);
            let scope = scope.and_then(integer).unwrap_or(0);
            let scope = u32::try_from(scope).ok()?;
            Some(Address::Inet6(SocketAddrV6::new(ip, port, flow, scope)))
        }
        libc::AF_UNIX => Some(Address::Unix(unix(members, length)?)),
        libc::AF_NETLINK => netlink(members),
        _ if members.len() == 1 => Some(Address::Other {
            family: u16::try_from(family).ok()?,
            data: Vec::new(),
        }),
        _ => None,
    }
}

/// The text in `inet_addr("127.0.0.1")` or `inet_pton(AF_INET6, "::1", &sin6_addr)`.
fn text_in<'b>(value: &'b Value<'_>, function: &str) -> Option<&'b str> {
    let Value::Call(name, inner) = value else {
        return None;
    };
    let text = inner.iter().find_map(|field| match &field.value {
        Value::Text(bytes, true) => std::str::from_utf8(bytes).ok(),
        _ => None,
    });
    text.filter(|_| *name == function)
}

/// An IPv4 address.
pub(super) fn inet_addr(value: &Value<'_>) -> Option<Ipv4Addr> {
    text_in(value, "inet_addr")?.parse().ok()
}

fn port(field: &Field<'_>) -> Option<u16> {
    match &field.value {
        Value::Call("htons", inner) => u16::try_from(int_of(inner.first()?)?).ok(),
        _ => None,
    }
}

fn inet(members: &[Field<'_>]) -> Option<SocketAddrV4> {
    let ip = inet_addr(&member(members, "sin_addr")?.value)?;
    Some(SocketAddrV4::new(ip, port(member(members, "sin_port")?)?))
}

/// Address, port and flow label. The address has no name in its struct.
fn inet6(members: &[Field<'_>]) -> Option<(Ipv6Addr, u16, u32)> {
    let ip = members
        .iter()
        .find_map(|field| text_in(&field.value, "inet_pton"))?;
    let flow = match &member(members, "sin6_flowinfo")?.value {
        Value::Call("htonl", inner) => int_of(inner.first()?)?.cast_unsigned(),
        _ => return None,
    };
    Some((ip.parse().ok()?, port(member(members, "sin6_port")?)?, flow))
}

fn unix(members: &[Field<'_>], length: usize) -> Option<UnixName> {
    let Some(path) = member(members, "sun_path") else {
        return (length <= 2).then_some(UnixName::Unnamed);
    };
    match &path.value {
        Value::Text(bytes, true) if bytes.len() <= SUN_PATH => Some(UnixName::Path(bytes.clone())),
        Value::Abstract(bytes) => Some(UnixName::Abstract(bytes.clone())),
        _ => None,
    }
}

fn netlink(members: &[Field<'_>]) -> Option<Address> {
    let pad = member(members, "nl_pad").map_or(Some(0), |pad| int_of(pad));
    let pad = u16::try_from(pad?).ok()?;
    let pid = int_of(member(members, "nl_pid")?)?;
    let groups = member(members, "nl_groups")?.word()?;
    let groups = u32::from_str_radix(groups.trim_start_matches("0x"), 16).ok()?;
    let mut data = pad.to_ne_bytes().to_vec();
    data.extend(pid.to_ne_bytes());
    data.extend(groups.to_ne_bytes());
    Some(Address::Other {
        family: libc::AF_NETLINK as u16,
        data,
    })
}

#[cfg(test)]
mod tests {
    use crate::strace::Environment;
    use crate::strace::import::address::*;
    use crate::strace::import::value::arguments;

    /// What is printed of an address is read as the same address with the same length.
    fn returns(place: &str, length: Option<i32>) {
        let text = match length {
            Some(length) => format!("bind(1, {place}, {length})"),
            None => format!("bind(1, {place})"),
        };
        let line = crate::notation::parse_line(&text).expect(place);
        let call = line.command.expect(place).call;
        let given = call.address().expect(place);
        let lo = [(7, "lo".to_owned())];
        let environment = Environment {
            interfaces: &lo,
            ..Environment::default()
        };
        let (shown, length) = crate::strace::sockaddr::argument(given, environment).expect(place);
        let text = format!("{shown}, {length}");
        let fields = arguments(&text).expect(place);
        let read = argument(&fields[0], &fields[1]);
        assert_eq!(read.as_ref(), Some(given), "{text}");
    }

    #[test]
    fn every_form_of_an_address_is_read_back() {
        for place in [
            "127.0.0.1:80",
            "[::1]:80",
            "[fe80::1%lo]:9",
            "[::1:2]:80",
            "unix:/tmp/x.sock",
            "unix:\"a b\\n\"",
            "unix:",
            "abstract:name",
            "abstract:\"a\\0b1\"",
            "AF_UNSPEC",
            "family:16:00:00:01:00:00:00:02:00:00:00",
            "family:47:01",
        ] {
            returns(place, None);
        }
        returns("127.0.0.1:80", Some(100));
        returns("NULL", Some(16));
        returns("NULL", None);
    }

    #[test]
    fn what_is_not_shown_is_not_made_up() {
        for text in [
            "0x7ffd1234, 16",
            "{sa_family=AF_INET, sin_port=htons(80)}, 16",
            "{sa_family=AF_UNIX, sun_path=\"/tmp/x\"...}, 110",
            "{sa_family=AF_PACKET, sll_ifindex=if_nametoindex(\"lo\")}, 20",
        ] {
            let fields = arguments(text).expect(text);
            assert_eq!(argument(&fields[0], &fields[1]), None, "{text}");
        }
    }
}
