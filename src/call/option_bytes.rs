//! Option values as bytes: what setsockopt(2) is given and how what getsockopt(2) gave is read.

use std::ffi::c_long;
use std::mem::offset_of;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::time::Duration;

use crate::call::argument::OptionArg;
use crate::call::bpf::{self, Instruction};
use crate::call::value::{Credentials, Value};
use crate::socket::option::{Named, ValueType};
use crate::socket::{Address, Errno};

/// Bytes offered to getsockopt for an option whose type is unknown, and for a text.
const ROOM: usize = 256;
/// The same for bytes and lists of any length.
const PLENTY: usize = 4096;

/// The bytes of a value, by its form; of a program those of its instructions. `None` for a null pointer, and for values that can only be read.
pub fn encode(value: &Value) -> Option<Vec<u8>> {
    Some(match value {
        Value::Int(number) => number.to_ne_bytes().to_vec(),
        Value::Unsigned(number) | Value::Mask(number) => number.to_ne_bytes().to_vec(),
        Value::Long(number) => number.to_ne_bytes().to_vec(),
        Value::NetworkInt(number) => number.to_be_bytes().to_vec(),
        Value::Named(named) => named.number.to_ne_bytes().to_vec(),
        Value::Linger { on, seconds } => [on.to_ne_bytes(), seconds.to_ne_bytes()].concat(),
        Value::Duration(duration) => {
            let seconds = i64::try_from(duration.as_secs()).unwrap_or(i64::MAX);
            timeval(seconds, i64::from(duration.subsec_micros()))
        }
        Value::Timeval { seconds, micros } => timeval(*seconds, *micros),
        Value::Text(bytes) | Value::Raw(bytes) => bytes.clone(),
        Value::Membership { group, interface } => [group.octets(), interface.octets()].concat(),
        Value::IndexedMembership {
            group,
            interface,
            index,
        } => [group.octets(), interface.octets(), index.to_ne_bytes()].concat(),
        Value::SourceMembership {
            group,
            interface,
            source,
        } => [group.octets(), interface.octets(), source.octets()].concat(),
        Value::SourceFilter {
            group,
            interface,
            mode,
            sources,
        } => {
            let count = u32::try_from(sources.len()).unwrap_or(u32::MAX);
            let head = [
                group.octets(),
                interface.octets(),
                mode.to_ne_bytes(),
                count.to_ne_bytes(),
            ];
            let sources = sources.iter().map(Ipv4Addr::octets);
            head.into_iter().chain(sources).flatten().collect()
        }
        Value::Group {
            group,
            index,
            source,
        } => group_request(*group, *index, *source),
        Value::Interface6 { address, index } => {
            [address.octets().as_slice(), &index.to_ne_bytes()].concat()
        }
        Value::InAddr(ip) => ip.octets().to_vec(),
        Value::In6Addr(ip) => ip.octets().to_vec(),
        Value::PortRange { lowest, highest } => (u32::from(*highest) << 16 | u32::from(*lowest))
            .to_ne_bytes()
            .to_vec(),
        Value::Numbers(numbers) => numbers
            .iter()
            .flat_map(|number| number.to_ne_bytes())
            .collect(),
        Value::Program(instructions) => instructions.iter().flat_map(Instruction::bytes).collect(),
        Value::Md5Key {
            address,
            prefix,
            index,
            key,
        } => md5_key(*address, (*prefix, *index), key),
        Value::Fields(fields) => fields
            .iter()
            .flat_map(|(_, number)| number.to_ne_bytes())
            .collect(),
        Value::Null
        | Value::Error(_)
        | Value::Address(_)
        | Value::PathMtu { .. }
        | Value::Credentials(_)
        | Value::TcpInfo(_) => return None,
    })
}

/// `struct timeval` of the kernel: seconds and microseconds, each a long.
fn timeval(seconds: i64, micros: i64) -> Vec<u8> {
    let past_seconds = if seconds < 0 {
        c_long::MIN
    } else {
        c_long::MAX
    };
    let past_micros = if micros < 0 { c_long::MIN } else { c_long::MAX };
    let seconds = c_long::try_from(seconds).unwrap_or(past_seconds);
    let micros = c_long::try_from(micros).unwrap_or(past_micros);
    [
        seconds.to_ne_bytes().as_slice(),
        micros.to_ne_bytes().as_slice(),
    ]
    .concat()
}

/// `struct group_req`, and with a source `struct group_source_req`: an index and one or two `sockaddr_storage`.
fn group_request(group: IpAddr, index: u32, source: Option<IpAddr>) -> Vec<u8> {
    let mut bytes = index.to_ne_bytes().to_vec();
    bytes.resize(offset_of!(libc::group_req, gr_group), 0);
    for ip in [Some(group), source].into_iter().flatten() {
        let end = bytes.len() + crate::socket::sockaddr::STORAGE;
        bytes.extend(crate::socket::sockaddr::encode(
            &SocketAddr::new(ip, 0).into(),
        ));
        bytes.resize(end, 0);
    }
    bytes
}

/// `struct tcp_md5sig`: a `sockaddr_storage`, flags, the length of a prefix, the length of the key, an interface and 80
/// bytes for the key. A longer key is cut, and keeps its length, which the kernel refuses.
fn md5_key(address: IpAddr, (prefix, index): (Option<u8>, Option<i32>), key: &[u8]) -> Vec<u8> {
    let length = u16::try_from(key.len()).unwrap_or(u16::MAX);
    let mut bytes = crate::socket::sockaddr::encode(&SocketAddr::new(address, 0).into());
    bytes.resize(crate::socket::sockaddr::STORAGE, 0);
    let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
    bytes.push(flag(prefix.is_some(), MD5_PREFIX) | flag(index.is_some(), MD5_INDEX));
    bytes.push(prefix.unwrap_or(0));
    bytes.extend(length.to_ne_bytes());
    bytes.extend(index.unwrap_or(0).to_ne_bytes());
    let end = bytes.len() + MD5_ROOM;
    bytes.extend(&key[..key.len().min(MD5_ROOM)]);
    bytes.resize(end, 0);
    bytes
}

/// TCP_MD5SIG_MAXKEYLEN
const MD5_ROOM: usize = 80;
/// TCP_MD5SIG_FLAG_PREFIX
const MD5_PREFIX: u8 = 1;
/// TCP_MD5SIG_FLAG_IFINDEX
const MD5_INDEX: u8 = 2;

/// The fields of a `struct tcp_md5sig`. What they do not say is for the caller to find.
fn md5_fields(bytes: &[u8]) -> Option<Value> {
    let (address, rest) = bytes.split_at_checked(crate::socket::sockaddr::STORAGE)?;
    let (&[flags, prefix], length) = rest.split_first_chunk()?;
    let length = u16::from_ne_bytes(*length.first_chunk()?);
    Some(Value::Md5Key {
        address: storage_ip(address)?,
        prefix: (flags & MD5_PREFIX != 0).then_some(prefix),
        index: int(rest, 4).filter(|_| flags & MD5_INDEX != 0),
        key: rest.get(8..8 + usize::from(length))?.to_vec(),
    })
}

/// The address in a `sockaddr_storage`.
fn storage_ip(bytes: &[u8]) -> Option<IpAddr> {
    Some(address(bytes)?.internet()?.ip())
}

/// One of the structs of multicast, which differ by their length and by the option.
fn membership(kind: ValueType, bytes: &[u8]) -> Option<Value> {
    let ip = |at: usize| {
        let octets = bytes.get(at..)?.first_chunk::<4>()?;
        Some(Ipv4Addr::from(*octets))
    };
    let (group, interface) = (ip(0)?, ip(4)?);
    match (kind, bytes.len()) {
        (ValueType::Membership | ValueType::InAddr, 8) => {
            Some(Value::Membership { group, interface })
        }
        (ValueType::Membership | ValueType::InAddr, 12) => Some(Value::IndexedMembership {
            group,
            interface,
            index: int(bytes, 8)?,
        }),
        (ValueType::SourceMembership, 12) => Some(Value::SourceMembership {
            group,
            interface,
            source: ip(8)?,
        }),
        _ => None,
    }
}

/// A `struct group_req` or `struct group_source_req`.
fn group(bytes: &[u8], has_source: bool) -> Option<Value> {
    let first = offset_of!(libc::group_req, gr_group);
    let source = bytes.get(first + crate::socket::sockaddr::STORAGE..)?;
    Some(Value::Group {
        group: storage_ip(bytes.get(first..)?)?,
        index: unsigned(bytes, 0)?,
        source: match has_source {
            true => Some(storage_ip(source)?),
            false => None,
        },
    })
}

/// How many bytes to offer to getsockopt for an option.
pub fn room(arg: OptionArg) -> usize {
    match crate::socket::option::by_number(arg.level, arg.number).map(|row| row.value) {
        Some(ValueType::TcpInfo) => crate::call::tcp_info::ROOM,
        Some(ValueType::Linger | ValueType::Long) => 8,
        Some(ValueType::Timeval) => size_of::<libc::timeval>(),
        Some(ValueType::Credentials) => size_of::<libc::ucred>(),
        Some(ValueType::PathMtu) => crate::socket::sockaddr::INET6_LEN + 4,
        // The kernel refuses more than the address has.
        Some(ValueType::Address) => crate::socket::sockaddr::INET_LEN,
        Some(ValueType::Fields(names)) => 4 * names.len(),
        Some(ValueType::Numbers | ValueType::Raw) => PLENTY,
        // Of SO_GET_FILTER the length counts instructions and not bytes.
        Some(ValueType::Program) => bpf::MOST,
        Some(ValueType::Pointers | ValueType::Descriptor) => 0,
        Some(ValueType::Text) | None => ROOM,
        Some(_) => size_of::<libc::c_int>(),
    }
}

/// How many bytes the length of getsockopt counts as one: of SO_GET_FILTER those of an instruction.
pub fn unit(arg: OptionArg) -> usize {
    match (arg.level, arg.number) {
        (libc::SOL_SOCKET, libc::SO_GET_FILTER) => size_of::<libc::sock_filter>(),
        _ => 1,
    }
}

/// Reads what getsockopt gave, by the type of the option; a length that does not fit the type gives the bytes.
pub fn decode(arg: OptionArg, bytes: &[u8]) -> Value {
    let raw = || Value::Raw(bytes.to_vec());
    let Some(row) = crate::socket::option::by_number(arg.level, arg.number) else {
        return int(bytes, 0)
            .filter(|_| bytes.len() == 4)
            .map_or_else(raw, Value::Int);
    };
    let value = match row.value {
        ValueType::Bool | ValueType::Int => int(bytes, 0).map(Value::Int),
        ValueType::Unsigned => unsigned(bytes, 0).map(Value::Unsigned),
        ValueType::Mask => unsigned(bytes, 0).map(Value::Mask),
        ValueType::Long => match bytes.first_chunk() {
            Some(bytes) => Some(Value::Long(u64::from_ne_bytes(*bytes))),
            None => unsigned(bytes, 0).map(|number| Value::Long(u64::from(number))),
        },
        ValueType::NetworkInt => {
            int(bytes, 0).map(|number| Value::NetworkInt(i32::from_be(number)))
        }
        ValueType::Error => {
            int(bytes, 0).map(|number| Value::Error((number != 0).then_some(Errno(number))))
        }
        ValueType::Named(names) => {
            int(bytes, 0).map(|number| Value::Named(Named { names, number }))
        }
        ValueType::Linger => int(bytes, 0)
            .zip(int(bytes, 4))
            .map(|(on, seconds)| Value::Linger { on, seconds }),
        ValueType::Timeval => time(bytes),
        ValueType::Text => {
            let end = bytes
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(bytes.len());
            Some(Value::Text(bytes[..end].to_vec()))
        }
        ValueType::Credentials => credentials(bytes),
        ValueType::InAddr if bytes.len() > 4 => membership(row.value, bytes),
        ValueType::InAddr => bytes
            .first_chunk::<4>()
            .map(|octets| Value::InAddr(Ipv4Addr::from(*octets))),
        ValueType::Membership | ValueType::SourceMembership => membership(row.value, bytes),
        ValueType::Group => group(bytes, false),
        ValueType::GroupSource => group(bytes, true),
        ValueType::Interface6 => bytes.split_first_chunk::<16>().and_then(|(octets, rest)| {
            Some(Value::Interface6 {
                address: Ipv6Addr::from(*octets),
                index: int(rest, 0)?,
            })
        }),
        ValueType::Md5Key | ValueType::Md5KeyExt => md5_fields(bytes),
        ValueType::Address => address(bytes).map(Value::Address),
        ValueType::PathMtu => bytes
            .split_at_checked(crate::socket::sockaddr::INET6_LEN)
            .and_then(|(to, mtu)| {
                Some(Value::PathMtu {
                    to: address(to),
                    mtu: unsigned(mtu, 0)?,
                })
            }),
        ValueType::PortRange => unsigned(bytes, 0).map(|range| Value::PortRange {
            lowest: range as u16,
            highest: (range >> 16) as u16,
        }),
        ValueType::Numbers => numbers(bytes).map(Value::Numbers),
        ValueType::Fields(names) => numbers(bytes)
            .filter(|numbers| numbers.len() == names.len())
            .map(|numbers| Value::Fields(names.iter().copied().zip(numbers).collect())),
        ValueType::Program => bpf::decode(bytes).map(Value::Program),
        ValueType::TcpInfo => Some(Value::TcpInfo(crate::call::tcp_info::decode(bytes))),
        ValueType::SourceFilter | ValueType::Raw | ValueType::Pointers | ValueType::Descriptor => {
            None
        }
    };
    value.unwrap_or_else(raw)
}

fn int(bytes: &[u8], at: usize) -> Option<i32> {
    bytes
        .get(at..at + 4)?
        .try_into()
        .ok()
        .map(i32::from_ne_bytes)
}

fn unsigned(bytes: &[u8], at: usize) -> Option<u32> {
    int(bytes, at).map(i32::cast_unsigned)
}

/// A list that the bytes are exactly as long as.
fn numbers(bytes: &[u8]) -> Option<Vec<u32>> {
    let (numbers, []) = bytes.as_chunks() else {
        return None;
    };
    Some(
        numbers
            .iter()
            .map(|number| u32::from_ne_bytes(*number))
            .collect(),
    )
}

/// A whole address of IP.
fn address(bytes: &[u8]) -> Option<Address> {
    crate::socket::sockaddr::decode(bytes)
        .filter(|address| matches!(address, Address::Inet(_) | Address::Inet6(_)))
}

/// A C type that has four bytes on some machines and eight on others.
fn wide(number: impl Into<i64>) -> i64 {
    number.into()
}

/// `struct timeval`, as a duration where it is one.
fn time(bytes: &[u8]) -> Option<Value> {
    let (seconds, rest) = bytes.split_first_chunk::<{ size_of::<c_long>() }>()?;
    let micros = rest.first_chunk::<{ size_of::<c_long>() }>()?;
    let seconds = wide(c_long::from_ne_bytes(*seconds));
    let micros = wide(c_long::from_ne_bytes(*micros));
    let whole = u64::try_from(seconds).ok();
    let part = u32::try_from(micros).ok().filter(|part| *part < 1_000_000);
    Some(match whole.zip(part) {
        Some((whole, part)) => Value::Duration(Duration::new(whole, part * 1000)),
        None => Value::Timeval { seconds, micros },
    })
}

fn credentials(bytes: &[u8]) -> Option<Value> {
    let (pid, uid, gid) = (int(bytes, 0)?, int(bytes, 4)?, int(bytes, 8)?);
    Some(Value::Credentials(Credentials {
        pid,
        uid: uid.cast_unsigned(),
        gid: gid.cast_unsigned(),
    }))
}

#[cfg(test)]
mod tests {
    use crate::call::Call;
    use crate::call::option_bytes::*;
    use crate::notation::parse_line;
    use crate::socket::option::{Access, OPTIONS};

    /// The option and the value of `setsockopt(c, …)`.
    fn set(line: &str) -> (OptionArg, Value) {
        let line = format!("setsockopt(c, {line})");
        let command = parse_line(&line).expect(&line).command;
        match command.expect(&line).call {
            Call::Setsockopt { option, value, .. } => (option, value),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_is_set_reads_back_in_the_form_in_which_it_was_set() {
        for row in OPTIONS.iter().filter(|row| row.access == Access::Both) {
            let (option, value) = set(&format!("{}, {}", row.name, row.example()));
            let bytes = encode(&value).expect(row.name);
            let printed = decode(option, &bytes).to_string();
            assert_eq!(printed, value.to_string(), "{}", row.name);
            assert!(bytes.len() <= room(option), "{} has room", row.name);
        }
    }

    #[test]
    fn structs_that_a_traced_program_sets_are_read_in_the_form_in_which_they_are_written() {
        for line in [
            "IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1}",
            "IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1, 1}",
            "IP_MULTICAST_IF, {0.0.0.0, 127.0.0.1, 1}",
            "IP_ADD_SOURCE_MEMBERSHIP, {239.1.1.1, 127.0.0.1, 10.0.0.1}",
            "MCAST_JOIN_GROUP, {ff02::1, 1}",
            "MCAST_BLOCK_SOURCE, {239.1.1.1, 1, 10.0.0.1}",
            "IPV6_ADD_MEMBERSHIP, {ff02::1, 1}",
            "TCP_MD5SIG, {::1, \"key\"}",
            "TCP_MD5SIG_EXT, {10.0.0.0/8, \"key\"}",
            "TCP_MD5SIG_EXT, {10.0.0.1, \"key\", 1}",
            "TCP_MD5SIG_EXT, {::1/128, \"\", 2}",
        ] {
            let (option, value) = set(line);
            let bytes = encode(&value).expect(line);
            assert_eq!(decode(option, &bytes), value, "{line}");
        }
    }

    #[test]
    fn structs_are_laid_out_as_the_kernel_reads_them() {
        let bytes = |line| encode(&set(line).1).expect(line);
        assert_eq!(
            bytes("IP_ADD_MEMBERSHIP, {239.1.1.1, 127.0.0.1, 1}"),
            [&[239, 1, 1, 1, 127, 0, 0, 1][..], &1_i32.to_ne_bytes()].concat()
        );
        assert_eq!(
            bytes("IP_MSFILTER, {239.1.1.1, 127.0.0.1, MCAST_INCLUDE, [10.0.0.1]}"),
            [
                &[239, 1, 1, 1, 127, 0, 0, 1][..],
                &1_i32.to_ne_bytes(),
                &1_i32.to_ne_bytes(),
                &[10, 0, 0, 1]
            ]
            .concat()
        );
        assert_eq!(
            bytes("MCAST_JOIN_GROUP, {ff02::1, 1}").len(),
            size_of::<libc::group_req>()
        );
        assert_eq!(
            bytes("MCAST_BLOCK_SOURCE, {239.1.1.1, 1, 10.0.0.1}").len(),
            size_of::<libc::group_source_req>()
        );
        assert_eq!(
            bytes("IPV6_ADD_MEMBERSHIP, {ff02::1, 1}").len(),
            size_of::<libc::ipv6_mreq>()
        );
        let signature = bytes("TCP_MD5SIG, {127.0.0.1, \"key\"}");
        assert_eq!(signature.len(), 216, "struct tcp_md5sig");
        assert_eq!(signature[4..8], [127, 0, 0, 1]);
        assert_eq!(signature[130..132], 3_u16.to_ne_bytes(), "tcpm_keylen");
        assert_eq!(signature[136..140], *b"key\0");
        let extended = bytes("TCP_MD5SIG_EXT, {10.0.0.0/8, \"key\", 1}");
        assert_eq!(extended[128..136], [3, 8, 3, 0, 1, 0, 0, 0]);
        assert_eq!(
            bytes("SO_ATTACH_FILTER, [{0x6, 0, 0, 1}]"),
            [&6_u16.to_ne_bytes()[..], &[0, 0], &1_u32.to_ne_bytes()].concat()
        );
        assert_eq!(bytes("IP_UNICAST_IF, 1"), [0, 0, 0, 1]);
        assert_eq!(
            bytes("SO_RCVTIMEO, {-1, 2000000}"),
            timeval(-1, 2_000_000),
            "wrong on purpose"
        );
        assert_eq!(encode(&Value::Null), None);
    }

    #[test]
    fn no_bytes_panic_and_every_option_has_room() {
        for row in OPTIONS {
            let arg = OptionArg {
                level: row.level,
                number: row.number,
            };
            let none = matches!(row.value, ValueType::Pointers | ValueType::Descriptor);
            assert!(none || room(arg) >= 4, "{}", row.name);
            for length in 0..40 {
                let _ = decode(arg, &vec![0xff; length]).to_string();
            }
        }
    }
}
