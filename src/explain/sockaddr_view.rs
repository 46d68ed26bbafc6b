//! The address of a call byte by byte: what was passed and what came back, with the lengths beside it; and the control
//! messages of sendmsg(2) and recvmsg(2) in the same way. See bind(2), accept(2), recvfrom(2), cmsg(3).

use crate::call::argument::AddressExpr;
use crate::call::outcome::Written;
use crate::call::table::CallKind;
use crate::socket::layout::Field;
use crate::socket::sockaddr::{STORAGE, SUN_PATH};
use crate::socket::{Address, UnixName};
use crate::world::Record;

/// One address of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SockaddrBytes {
    /// Where it comes from.
    pub title: String,
    /// Its fields; none for a null pointer.
    pub fields: Vec<Field>,
    /// Sentences about its length.
    pub length: Vec<String>,
}

/// The addresses of a call, the one that it passes and the one that the kernel wrote, each followed by the control
/// messages beside it. `interfaces` are those of this machine, by index.
pub fn sockaddr_pages(record: &Record, interfaces: &[(u32, String)]) -> Vec<SockaddrBytes> {
    let passed = passed(record, interfaces).into_iter();
    let passed = passed.chain(control_passed(record, interfaces));
    let written = written(record).into_iter().chain(control_written(record));
    passed.chain(written).collect()
}

/// The control messages that a call passes.
fn control_passed(record: &Record, interfaces: &[(u32, String)]) -> Vec<SockaddrBytes> {
    let word = record.call().word();
    let Some(message) = record.call().message() else {
        return Vec::new();
    };
    let index = |name: &String| {
        let found = interfaces.iter().find(|(_, known)| known == name);
        found.map_or(0, |(index, _)| *index)
    };
    let page = |(level, kind, data): (i32, i32, Vec<u8>)| {
        control_page(&format!("{word}() passed"), level, kind, &data)
    };
    message.control_data(&index).into_iter().map(page).collect()
}

/// The control messages that the kernel wrote.
fn control_written(record: &Record) -> Vec<SockaddrBytes> {
    let raw = record.given().and_then(|outcome| outcome.raw.as_ref());
    let Some(control) = raw.and_then(|raw| raw.control.as_ref()) else {
        return Vec::new();
    };
    let title = format!("{}() gave", record.call().word());
    let messages = crate::socket::control::fields::messages(&control.bytes);
    messages
        .into_iter()
        .map(|(level, kind, data)| control_page(&title, level, kind, data))
        .collect()
}

fn control_page(title: &str, level: i32, kind: i32, data: &[u8]) -> SockaddrBytes {
    let row = crate::socket::control::by_number(level, kind);
    let (name, man) = row.map_or(("a control message", "cmsg(3)"), |row| (row.name, row.man));
    SockaddrBytes {
        title: format!("{title} {name}, {man}"),
        fields: crate::socket::control::fields::fields(level, kind, data),
        length: vec![format!(
            "In the control buffer it takes CMSG_SPACE({}) bytes: the header, the data, and what aligns the next one.",
            data.len()
        )],
    }
}

/// Why a call has no address.
pub fn why_none(record: &Record) -> String {
    let word = record.call().word();
    let gives_address = record.call().call_kind().gives_address();
    if gives_address && record.is_pending() {
        format!("{word}() has not returned: the kernel writes the address when it does.")
    } else if gives_address {
        format!("{word}() returned no address: it failed.")
    } else {
        format!(
            "{word}() neither takes nor returns an address. Those that do: bind, connect, sendto, sendmsg, accept, accept4, \
             recvfrom, recvmsg, getsockname, getpeername."
        )
    }
}

/// The address argument.
fn passed(record: &Record, interfaces: &[(u32, String)]) -> Option<SockaddrBytes> {
    let call_kind = record.call().call_kind();
    // These take only a path.
    if matches!(call_kind, CallKind::Chmod | CallKind::Unlink) {
        return None;
    }
    let argument = record.request.call.address()?;
    let title = format!("{}() passed", call_kind.word());
    let Some(bytes) = bytes(&argument.place, interfaces) else {
        let length = argument.length.unwrap_or(0);
        return Some(SockaddrBytes {
            title: format!("{title} a null pointer"),
            fields: Vec::new(),
            length: vec![format!("socklen_t addrlen = {length}.")],
        });
    };
    let right = bytes.len();
    let length = argument.length;
    let connected_elsewhere = length.map_or(right, |length| usize::try_from(length).unwrap_or(0));
    let mut seen = bytes.clone();
    seen.resize(connected_elsewhere.min(STORAGE), 0);
    let mut sentences = vec![format!(
        "socklen_t addrlen = {}{}.",
        length.map_or_else(|| right.to_string(), |length| length.to_string()),
        if connected_elsewhere == right {
            sum(&bytes)
        } else {
            String::new()
        }
    )];
    if connected_elsewhere != right {
        sentences.push(format!(
            "The right one is {right}{}: the kernel reads only what addrlen says.",
            sum(&bytes)
        ));
    }
    if bytes.len() > 2 + SUN_PATH && crate::socket::layout::size_of(&bytes).is_none() {
        sentences.push(format!(
            "sun_path has room for {SUN_PATH} bytes: this is too long."
        ));
    }
    Some(sockaddr_page(&title, &seen, sentences))
}

/// The bytes of an address argument; `None` for a null pointer.
fn bytes(place: &AddressExpr, interfaces: &[(u32, String)]) -> Option<Vec<u8>> {
    match place {
        AddressExpr::Literal(address) => Some(crate::socket::sockaddr::encode(address)),
        AddressExpr::Zoned { ip, zone, port } => {
            let known = interfaces.iter().find(|(_, name)| name == zone);
            let scope = known.map_or(0, |(number, _)| *number);
            let address = std::net::SocketAddrV6::new(*ip, *port, 0, scope);
            Some(crate::socket::sockaddr::encode(&Address::Inet6(address)))
        }
        AddressExpr::Unspecified => Some(crate::socket::sockaddr::unspecified()),
        AddressExpr::Null
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_) => None,
    }
}

/// The address that the kernel wrote.
fn written(record: &Record) -> Option<SockaddrBytes> {
    let raw = record.given()?.raw.as_ref()?;
    let Written {
        bytes,
        offered,
        length,
    } = raw.address.as_ref()?;
    let title = format!("{}() gave", record.call().word());
    let mut sentences = vec![format!(
        "Value-result: addrlen was {offered} before, {length} after{}.",
        if length <= offered {
            sum(bytes)
        } else {
            String::new()
        }
    )];
    if length > offered {
        sentences.push(format!(
            "The address has {length} bytes and was truncated: only {} were written.",
            bytes.len()
        ));
    } else if *length == 0 {
        sentences.push("Nothing was written: there is no address to report.".to_owned());
    }
    Some(sockaddr_page(&title, bytes, sentences))
}

fn sockaddr_page(title: &str, bytes: &[u8], length: Vec<String>) -> SockaddrBytes {
    let (name, page) = crate::socket::layout::struct_of(bytes);
    SockaddrBytes {
        title: format!("{title} {name}, {page}"),
        fields: crate::socket::layout::fields(bytes),
        length,
    }
}

/// The parts that add up to a length.
fn sum(bytes: &[u8]) -> String {
    if crate::socket::layout::size_of(bytes) == Some(bytes.len()) {
        return format!(" = sizeof({})", crate::socket::layout::struct_of(bytes).0);
    }
    match crate::socket::sockaddr::decode(bytes) {
        Some(Address::Unix(UnixName::Unnamed)) => " = sizeof(sa_family_t)".to_owned(),
        Some(Address::Unix(UnixName::Abstract(name))) => {
            format!(
                " = 2 for the family + 1 for the NUL in front + {}",
                name.len()
            )
        }
        Some(Address::Unix(UnixName::Path(path))) => {
            let nul = match bytes.len().saturating_sub(2 + path.len()) {
                0 => String::new(),
                more => format!(" + {more} for the NUL"),
            };
            format!(" = 2 for the family + {}{nul}", path.len())
        }
        _ => String::new(),
    }
}
