//! Options and their values as strace writes them: `SOL_SOCKET, SO_LINGER, {l_onoff=1, l_linger=5}`.

use std::mem::offset_of;

use crate::call::argument::OptionArg;
use crate::socket::Errno;
use crate::socket::sockaddr::STORAGE;
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, data, quoted_hex};
use crate::strace::sockaddr::{address, inet_addr, inet6_addr, number};
use crate::strace::table::Table;

/// Options of SOL_SOCKET whose value strace does not take for an int whatever its length.
const NO_INTS: [&str; 27] = [
    "SO_TYPE",
    "SO_ERROR",
    "SO_LINGER",
    "SO_PEERCRED",
    "SO_RCVTIMEO_OLD",
    "SO_SNDTIMEO_OLD",
    "SO_SECURITY_AUTHENTICATION",
    "SO_SECURITY_ENCRYPTION_TRANSPORT",
    "SO_SECURITY_ENCRYPTION_NETWORK",
    "SO_BINDTODEVICE",
    "SO_PEERNAME",
    "SO_PEERSEC",
    "SO_PROTOCOL",
    "SO_DOMAIN",
    "SO_MAX_PACING_RATE",
    "SO_BPF_EXTENSIONS",
    "SO_ATTACH_BPF",
    "SO_ATTACH_REUSEPORT_EBPF",
    "SO_MEMINFO",
    "SO_COOKIE",
    "SO_PEERGROUPS",
    "SO_TXTIME",
    "SO_BINDTOIFINDEX",
    "SO_RCVTIMEO_NEW",
    "SO_SNDTIMEO_NEW",
    "SO_BUF_LOCK",
    "SO_TXREHASH",
];

/// SO_ATTACH_FILTER, whose number reads as SO_GET_FILTER.
const FILTER: i32 = 26;
/// SO_ATTACH_REUSEPORT_CBPF
const REUSEPORT_FILTER: i32 = 51;
/// SO_TXREHASH, whose values have names.
const REHASH: i32 = 74;
/// ICMP_FILTER
const ICMP_FILTER: i32 = 1;
/// `struct sock_fprog`: a count and a pointer.
const PROGRAM_LEN: i32 = size_of::<libc::sock_fprog>() as i32;
/// `struct group_req`: an index and, aligned, an address.
const GROUP_LEN: i32 = 136;

/// The level and the name of an option.
pub(crate) fn name(option: OptionArg, reads: bool) -> String {
    let level = crate::strace::names::LEVELS.one(option.level);
    let name = match (option.level, option.number) {
        (libc::SOL_SOCKET, FILTER) if reads => "SO_GET_FILTER".to_owned(),
        (libc::SOL_SOCKET, FILTER) => "SO_ATTACH_FILTER".to_owned(),
        (level, number) => match table(level) {
            Some(table) => table.one(number),
            None => number.cast_unsigned().to_string(),
        },
    };
    format!("{level}, {name}")
}

fn table(level: i32) -> Option<&'static Table> {
    Some(match level {
        libc::SOL_SOCKET => &crate::strace::names::SO_OPTIONS,
        libc::SOL_IP => &crate::strace::names::IP_OPTIONS,
        libc::SOL_IPV6 => &crate::strace::names::IPV6_OPTIONS,
        libc::SOL_TCP => &crate::strace::names::TCP_OPTIONS,
        libc::SOL_UDP => &crate::strace::names::UDP_OPTIONS,
        libc::SOL_PACKET => &crate::strace::names::PACKET_OPTIONS,
        libc::SOL_RAW => &crate::strace::names::RAW_OPTIONS,
        libc::SOL_NETLINK => &crate::strace::names::NETLINK_OPTIONS,
        _ => return None,
    })
}

fn is_int(option: OptionArg) -> bool {
    let name = crate::strace::names::SO_OPTIONS.name(option.number.cast_unsigned());
    match option.level {
        libc::SOL_SOCKET => name.is_some_and(|name| !NO_INTS.contains(&name)),
        level => level == libc::SOL_NETLINK,
    }
}

/// The value that setsockopt(2) is given, with the length beside it.
pub(crate) fn given(
    option: OptionArg,
    bytes: &[u8],
    length: i32,
    environment: Environment<'_>,
) -> String {
    // Behind a value that is shorter than its length there is nothing but zeros.
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().max(20), 0);
    let bytes = padded.as_slice();
    let least = |needed: i32, text: &dyn Fn() -> String| match length < needed {
        true => POINTER.to_owned(),
        false => text(),
    };
    match (option.level, option.number) {
        (libc::SOL_SOCKET, libc::SO_LINGER) => least(8, &|| linger(&bytes[..8])),
        (libc::SOL_SOCKET, FILTER | REUSEPORT_FILTER) => filter(bytes, length),
        (libc::SOL_SOCKET, REHASH) => least(4, &|| rehash(bytes)),
        (libc::SOL_RAW, ICMP_FILTER) => least(1, &|| icmp_filter(bytes, length)),
        (libc::SOL_IP | libc::SOL_IPV6, libc::MCAST_JOIN_GROUP | libc::MCAST_LEAVE_GROUP) => {
            least(GROUP_LEN, &|| group(bytes, environment))
        }
        (libc::SOL_IP, libc::IP_ADD_MEMBERSHIP | libc::IP_DROP_MEMBERSHIP) => {
            least(8, &|| membership(bytes))
        }
        (libc::SOL_IPV6, libc::IPV6_ADD_MEMBERSHIP | libc::IPV6_DROP_MEMBERSHIP | 27 | 28) => {
            least(20, &|| membership6(bytes, environment))
        }
        _ if is_int(option) => least(4, &|| int(bytes)),
        // As an unsigned number a negative length is a very long one.
        _ => plain(bytes, usize::try_from(length).unwrap_or(usize::MAX)),
    }
}

/// The value that getsockopt(2) gave, of the length that it gave.
pub(crate) fn got(option: OptionArg, bytes: &[u8], offered: i32, length: i32) -> String {
    let Ok(length) = usize::try_from(length) else {
        return POINTER.to_owned();
    };
    if length == 0 || offered <= 0 {
        return POINTER.to_owned();
    }
    let part = &bytes[..length.min(bytes.len())];
    match (option.level, option.number) {
        (libc::SOL_SOCKET, FILTER) => POINTER.to_owned(),
        (libc::SOL_SOCKET, libc::SO_LINGER) => linger(part),
        (libc::SOL_SOCKET, libc::SO_PEERCRED) => credentials(part),
        (libc::SOL_SOCKET, libc::SO_ERROR) if length < 4 => quoted_hex(part),
        (libc::SOL_SOCKET, libc::SO_ERROR) => error(part),
        (libc::SOL_SOCKET, REHASH) if length >= 4 => rehash(part),
        (libc::SOL_RAW, ICMP_FILTER) => icmp_filter(part, offered),
        (libc::SOL_SOCKET, REHASH) => quoted_hex(part),
        _ if is_int(option) && length < 4 => quoted_hex(part),
        _ if is_int(option) => int(part),
        _ => plain(part, length),
    }
}

/// The struct sock_fprog of a program with so many instructions, and the length beside it. strace shows the instructions
/// only with -v.
pub(crate) fn program(count: usize, length: Option<i32>) -> String {
    let length = length.unwrap_or(PROGRAM_LEN);
    match length {
        PROGRAM_LEN => format!("{{len={count}, filter={POINTER}}}, {length}"),
        _ => format!("{POINTER}, {length}"),
    }
}

/// The bytes of a struct sock_fprog, which are not our own program's: there is a null pointer in them.
fn filter(bytes: &[u8], length: i32) -> String {
    if length != PROGRAM_LEN {
        return POINTER.to_owned();
    }
    let count = u16::from_ne_bytes([bytes[0], bytes[1]]);
    let at = offset_of!(libc::sock_fprog, filter);
    let is_null = bytes[at..at + size_of::<usize>()]
        .iter()
        .all(|byte| *byte == 0);
    let filter = if is_null { "NULL" } else { POINTER };
    format!("{{len={count}, filter={filter}}}")
}

/// What strace has no form for: four bytes as an int, others as text.
fn plain(bytes: &[u8], length: usize) -> String {
    match length {
        4 => int(bytes),
        length => data(bytes, length),
    }
}

fn int(bytes: &[u8]) -> String {
    format!("[{}]", number(bytes).cast_signed())
}

fn error(bytes: &[u8]) -> String {
    match number(bytes).cast_signed() {
        0 => "[0]".to_owned(),
        errno => format!("[{}]", Errno(errno)),
    }
}

fn rehash(bytes: &[u8]) -> String {
    match crate::strace::names::REHASH.name(number(bytes)) {
        Some(name) => format!("[{name}]"),
        None => format!(
            "[{} /* {} */]",
            number(bytes).cast_signed(),
            crate::strace::names::REHASH.unknown
        ),
    }
}

/// A bit for each type of ICMP; where most are set, those that are not.
fn icmp_filter(bytes: &[u8], length: i32) -> String {
    let mut filter = [0xff; 4];
    let length = usize::try_from(length).unwrap_or(0).min(4).min(bytes.len());
    filter[..length].copy_from_slice(&bytes[..length]);
    let mut bits = u32::from_ne_bytes(filter);
    let mut sign = "";
    if bits.count_ones() > u32::BITS / 2 {
        (sign, bits) = ("~", !bits);
    }
    let types = (0..32).filter(|bit| bits & 1 << bit != 0);
    let names: Vec<String> = types
        .map(|bit| crate::strace::names::ICMP_TYPES.one(bit))
        .collect();
    format!("{sign}[{}]", names.join(" "))
}

fn group(bytes: &[u8], environment: Environment<'_>) -> String {
    let interface = environment.interface(number(bytes));
    let address = address(
        bytes.get(8..).unwrap_or_default(),
        STORAGE as i32,
        environment,
    );
    format!("{{gr_interface={interface}, gr_group={address}}}")
}

fn linger(bytes: &[u8]) -> String {
    fields(bytes, &["l_onoff", "l_linger"])
}

/// `struct ucred`.
pub(crate) fn credentials(bytes: &[u8]) -> String {
    fields(bytes, &["pid", "uid", "gid"])
}

/// A struct of ints, as far as the bytes reach. Part of an int is shown in hex.
fn fields(bytes: &[u8], names: &[&str]) -> String {
    let shown = bytes
        .chunks(4)
        .zip(names)
        .map(|(field, name)| match field.len() {
            4 => format!("{name}={}", number(field).cast_signed()),
            _ => format!("{name}={}", quoted_hex(field)),
        });
    format!("{{{}}}", shown.collect::<Vec<_>>().join(", "))
}

fn membership(bytes: &[u8]) -> String {
    let interface = inet_addr(bytes.get(4..).unwrap_or_default());
    format!(
        "{{imr_multiaddr={}, imr_interface={interface}}}",
        inet_addr(bytes)
    )
}

fn membership6(bytes: &[u8], environment: Environment<'_>) -> String {
    let group = inet6_addr(bytes, "ipv6mr_multiaddr");
    let index = number(bytes.get(16..).unwrap_or_default());
    format!(
        "{{{group}, ipv6mr_interface={}}}",
        environment.interface(index)
    )
}

#[cfg(test)]
mod tests {
    use crate::call::option_bytes::encode;
    use crate::call::value::Value;
    use crate::strace::option::*;

    fn option(level: i32, number: i32) -> OptionArg {
        OptionArg { level, number }
    }

    #[test]
    fn options_have_the_names_that_strace_gives_them() {
        for (level, number, text) in [
            (1, libc::SO_RCVTIMEO, "SOL_SOCKET, SO_RCVTIMEO_OLD"),
            (1, 9999, "SOL_SOCKET, 0x270f /* SO_??? */"),
            (6, libc::TCP_NODELAY, "SOL_TCP, TCP_NODELAY"),
            (0, libc::IP_TTL, "SOL_IP, IP_TTL"),
            (41, libc::IPV6_V6ONLY, "SOL_IPV6, IPV6_V6ONLY"),
            (17, 1, "SOL_UDP, UDP_CORK"),
            (5, 1, "0x5 /* SOL_?? */, 1"),
            (58, -1, "SOL_ICMPV6, 4294967295"),
        ] {
            assert_eq!(name(option(level, number), true), text);
        }
        assert_eq!(name(option(1, 26), true), "SOL_SOCKET, SO_GET_FILTER");
        assert_eq!(name(option(1, 26), false), "SOL_SOCKET, SO_ATTACH_FILTER");
    }

    #[test]
    fn a_value_that_is_set_is_shown_as_far_as_its_length_is_right() {
        let set = |level, number, bytes: &[u8], length| {
            given(option(level, number), bytes, length, Environment::default())
        };
        let one = [1, 0, 0, 0];
        assert_eq!(set(1, libc::SO_REUSEADDR, &one, 4), "[1]");
        assert_eq!(set(1, libc::SO_REUSEADDR, &one, 16), "[1]");
        assert_eq!(set(1, libc::SO_REUSEADDR, &one, 3), POINTER);
        assert_eq!(set(6, libc::TCP_NODELAY, &one, 4), "[1]");
        assert_eq!(set(6, libc::TCP_NODELAY, &one, 3), r#""\1\0\0""#);
        assert_eq!(set(6, libc::TCP_NODELAY, &one, 0), r#""""#);
        assert_eq!(set(6, libc::TCP_CONGESTION, b"cubic", 5), r#""cubic""#);
        assert_eq!(set(6, libc::TCP_CONGESTION, b"reno", 4), "[1869505906]");
        let linger = encode(&Value::Linger { on: 1, seconds: 5 }).expect("it can be set");
        assert_eq!(
            set(1, libc::SO_LINGER, &linger, 8),
            "{l_onoff=1, l_linger=5}"
        );
        assert_eq!(
            set(1, libc::SO_LINGER, &linger, 100),
            "{l_onoff=1, l_linger=5}"
        );
        assert_eq!(set(1, libc::SO_LINGER, &linger, 7), POINTER);
        let span = encode(&Value::Duration(std::time::Duration::from_millis(2500)))
            .expect("it can be set");
        assert_eq!(
            set(1, libc::SO_RCVTIMEO, &span, 16),
            r#""\2\0\0\0\0\0\0\0 \241\7\0\0\0\0\0""#
        );
        assert_eq!(
            set(0, libc::IP_ADD_MEMBERSHIP, &[239, 1, 1, 1, 127, 0, 0, 1], 8),
            r#"{imr_multiaddr=inet_addr("239.1.1.1"), imr_interface=inet_addr("127.0.0.1")}"#
        );
    }

    #[test]
    fn a_value_that_is_got_is_shown_as_far_as_it_goes() {
        let get = |level, number, bytes: &[u8], offered| {
            let length = i32::try_from(bytes.len()).expect("it fits");
            got(option(level, number), bytes, offered, length)
        };
        assert_eq!(get(1, libc::SO_REUSEADDR, &[1, 0, 0, 0], 512), "[1]");
        assert_eq!(
            get(1, libc::SO_REUSEADDR, &[1, 0, 0], 3),
            r#""\x01\x00\x00""#
        );
        assert_eq!(get(1, libc::SO_TYPE, &[1, 0], 2), r#""\1\0""#);
        assert_eq!(get(1, libc::SO_REUSEADDR, &[], 0), POINTER);
        assert_eq!(get(1, libc::SO_ERROR, &[111, 0, 0, 0], 4), "[ECONNREFUSED]");
        assert_eq!(get(1, libc::SO_ERROR, &[0; 4], 4), "[0]");
        assert_eq!(get(1, libc::SO_ERROR, &[111, 0], 2), r#""\x6f\x00""#);
        let linger = [1, 0, 0, 0, 5, 0];
        assert_eq!(
            get(1, libc::SO_LINGER, &linger, 6),
            r#"{l_onoff=1, l_linger="\x05\x00"}"#
        );
        assert_eq!(get(1, libc::SO_LINGER, &linger[..4], 4), "{l_onoff=1}");
        let nobody = [vec![0; 4], vec![0xff; 8]].concat();
        assert_eq!(
            get(1, libc::SO_PEERCRED, &nobody, 12),
            "{pid=0, uid=-1, gid=-1}"
        );
        let info = [vec![7], vec![0; 279]].concat();
        let shown = format!("\"\\7{}\"...", "\\0".repeat(31));
        assert_eq!(get(6, libc::TCP_INFO, &info, 512), shown);
        assert_eq!(get(6, libc::TCP_INFO, &info[..4], 4), "[7]");
    }
}
