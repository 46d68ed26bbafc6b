//! Control messages as strace writes them: `[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]`.

use crate::strace::Environment;
use crate::strace::bytes::{POINTER, quoted};
use crate::strace::names::{IP_MESSAGES, LEVELS, SOCKET_MESSAGES};
use crate::strace::option::credentials;
use crate::strace::sockaddr::{address, inet_addr, number};
use crate::strace::table::hex;

/// `struct cmsghdr` without its data.
const HEADER: usize = 16;

/// The messages of a control buffer.
pub(crate) fn messages(buffer: &[u8], environment: Environment<'_>) -> String {
    if buffer.len() < HEADER {
        return POINTER.to_owned();
    }
    let (mut rest, mut shown) = (buffer, Vec::new());
    while rest.len() >= HEADER {
        let length = rest
            .first_chunk()
            .map_or(0, |length| u64::from_ne_bytes(*length));
        let end = usize::try_from(length)
            .unwrap_or(usize::MAX)
            .min(rest.len());
        shown.push(message(length, rest, end, environment));
        if end < HEADER {
            rest = &rest[HEADER..];
            break;
        }
        rest = rest.get(end.next_multiple_of(8)..).unwrap_or_default();
    }
    if !rest.is_empty() {
        shown.push(format!("... /* {POINTER} */"));
    }
    format!("[{}]", shown.join(", "))
}

fn message(length: u64, bytes: &[u8], end: usize, environment: Environment<'_>) -> String {
    let (level, kind) = (number(&bytes[8..]), number(&bytes[12..]));
    let data = bytes.get(HEADER..end).unwrap_or_default();
    let (name, shown) = match level.cast_signed() {
        libc::SOL_SOCKET => (
            SOCKET_MESSAGES.one(kind.cast_signed()),
            of_socket(kind, data),
        ),
        libc::SOL_IP => (
            IP_MESSAGES.one(kind.cast_signed()),
            of_ip(kind, data, environment),
        ),
        _ => (hex(kind), None),
    };
    // Of an option strace says SOL_??.
    let level = LEVELS
        .one(level.cast_signed())
        .replace("SOL_?? ", "SOL_??? ");
    let data = shown.map_or_else(String::new, |shown| format!(", cmsg_data={shown}"));
    format!("{{cmsg_len={length}, cmsg_level={level}, cmsg_type={name}{data}}}")
}

/// The data of a message of SOL_SOCKET, where strace has a form for it and there is enough of it.
fn of_socket(kind: u32, data: &[u8]) -> Option<String> {
    const NEW: std::ops::RangeInclusive<u32> = 63..=65;
    Some(match kind.cast_signed() {
        libc::SCM_RIGHTS if data.len() >= 4 => list(
            data.chunks_exact(4)
                .map(|fd| number(fd).cast_signed().to_string()),
        ),
        libc::SCM_CREDENTIALS if data.len() >= 12 => credentials(&data[..12]),
        _ if data.is_empty() => return None,
        3 => quoted(data),
        libc::SO_TIMESTAMP => time(data, "tv_usec"),
        libc::SO_TIMESTAMPNS => time(data, "tv_nsec"),
        libc::SO_TIMESTAMPING => list(data.chunks(16).take(3).map(|span| time(span, "tv_nsec"))),
        _ if NEW.contains(&kind) => match kind {
            63 => time(data, "tv_usec"),
            64 => time(data, "tv_nsec"),
            _ => list(data.chunks(16).take(3).map(|span| time(span, "tv_nsec"))),
        },
        _ => return None,
    })
}

/// The data of a message of SOL_IP, likewise.
fn of_ip(kind: u32, data: &[u8], environment: Environment<'_>) -> Option<String> {
    Some(match kind.cast_signed() {
        libc::IP_PKTINFO if data.len() >= 12 => format!(
            "{{ipi_ifindex={}, ipi_spec_dst={}, ipi_addr={}}}",
            environment.interface(number(data)),
            inet_addr(&data[4..]),
            inet_addr(&data[8..])
        ),
        libc::IP_TTL | 23 if data.len() >= 4 => list(
            data.chunks_exact(4)
                .map(|number| crate::strace::control::number(number).to_string()),
        ),
        libc::IP_TOS | libc::IP_RECVOPTS | libc::IP_RETOPTS if !data.is_empty() => {
            list(data.iter().map(|byte| hex(u32::from(*byte))))
        }
        libc::IP_RECVERR if data.len() >= 32 => extended_error(data, environment),
        libc::IP_ORIGDSTADDR if data.len() >= 16 => whole_address(data, environment),
        _ => return None,
    })
}

/// `struct sock_extended_err` and the address of who complains.
fn extended_error(data: &[u8], environment: Environment<'_>) -> String {
    format!(
        "{{ee_errno={}, ee_origin={}, ee_type={}, ee_code={}, ee_info={}, ee_data={}, offender={}}}",
        number(data),
        data[4],
        data[5],
        data[6],
        number(&data[8..]),
        number(&data[12..]),
        whole_address(&data[16..32], environment)
    )
}

fn whole_address(bytes: &[u8], environment: Environment<'_>) -> String {
    let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    address(bytes, length, environment)
}

/// `struct timeval` or `struct timespec`.
fn time(bytes: &[u8], part: &str) -> String {
    let word = |at: usize| {
        let bytes = bytes.get(at..).and_then(|rest| rest.first_chunk());
        bytes.map(|bytes| i64::from_ne_bytes(*bytes))
    };
    match (word(0), word(8)) {
        (Some(seconds), Some(rest)) => {
            format!("{{tv_sec={seconds}, {part}={}}}", rest.cast_unsigned())
        }
        _ => "???".to_owned(),
    }
}

fn list(items: impl Iterator<Item = String>) -> String {
    crate::strace::bytes::list(items.collect())
}
