//! Option values as bytes: what setsockopt(2) is given and how what getsockopt(2) gave is read.

use std::net::Ipv4Addr;
use std::time::Duration;

use super::tcp_info;
use crate::notation::{OptionArg, Value};
use crate::socket::option::{self, Names, ValueType};
use crate::socket::{Domain, Errno, Protocol, SocketType};

/// Bytes offered to getsockopt for an option whose type is unknown.
const ROOM: usize = 256;

/// The bytes of a value, by its form. `None` for values that can only be read.
pub fn encode(value: &Value) -> Option<Vec<u8>> {
    Some(match value {
        Value::Int(number) => number.to_ne_bytes().to_vec(),
        Value::Linger { on, seconds } => [on.to_ne_bytes(), seconds.to_ne_bytes()].concat(),
        Value::Duration(duration) => timeval(*duration),
        Value::Text(bytes) | Value::Raw(bytes) => bytes.clone(),
        Value::Membership { group, interface } => [group.octets(), interface.octets()].concat(),
        Value::InAddr(ip) => ip.octets().to_vec(),
        Value::Null
        | Value::Error(_)
        | Value::Named(_)
        | Value::Credentials { .. }
        | Value::TcpInfo(_) => {
            return None;
        }
    })
}

/// `struct timeval`: seconds and microseconds, each as wide as the C types are here.
fn timeval(duration: Duration) -> Vec<u8> {
    let seconds = libc::time_t::try_from(duration.as_secs()).unwrap_or(libc::time_t::MAX);
    let micros = libc::suseconds_t::from(duration.subsec_micros());
    [
        seconds.to_ne_bytes().as_slice(),
        micros.to_ne_bytes().as_slice(),
    ]
    .concat()
}

/// How many bytes to offer to getsockopt for an option.
pub fn room(arg: OptionArg) -> usize {
    match option::by_number(arg.level, arg.number).map(|row| row.value) {
        Some(ValueType::TcpInfo) => tcp_info::ROOM,
        Some(ValueType::Linger) => 8,
        Some(ValueType::Timeval) => size_of::<libc::timeval>(),
        Some(ValueType::Credentials) => size_of::<libc::ucred>(),
        Some(ValueType::Text) | None => ROOM,
        Some(_) => size_of::<libc::c_int>(),
    }
}

/// Reads what getsockopt gave, by the type of the option; a length that does not fit the type gives the bytes.
pub fn decode(arg: OptionArg, bytes: &[u8]) -> Value {
    let raw = || Value::Raw(bytes.to_vec());
    let Some(row) = option::by_number(arg.level, arg.number) else {
        return int(bytes, 0)
            .filter(|_| bytes.len() == 4)
            .map_or_else(raw, Value::Int);
    };
    let value = match row.value {
        ValueType::Bool | ValueType::Int => int(bytes, 0).map(Value::Int),
        ValueType::Error => {
            int(bytes, 0).map(|number| Value::Error((number != 0).then_some(Errno(number))))
        }
        ValueType::Named(names) => int(bytes, 0).map(|number| Value::Named(name(names, number))),
        ValueType::Linger => int(bytes, 0)
            .zip(int(bytes, 4))
            .map(|(on, seconds)| Value::Linger { on, seconds }),
        ValueType::Timeval => duration(bytes).map(Value::Duration),
        ValueType::Text => {
            let end = bytes
                .iter()
                .position(|byte| *byte == 0)
                .unwrap_or(bytes.len());
            Some(Value::Text(bytes[..end].to_vec()))
        }
        ValueType::Credentials => credentials(bytes),
        ValueType::InAddr => bytes
            .first_chunk::<4>()
            .map(|octets| Value::InAddr(Ipv4Addr::from(*octets))),
        ValueType::Membership => None,
        ValueType::TcpInfo => Some(Value::TcpInfo(tcp_info::decode(bytes))),
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

fn name(names: Names, number: i32) -> String {
    match names {
        Names::Domain => Domain(number).to_string(),
        Names::Type => SocketType(number).to_string(),
        Names::Protocol => Protocol(number).to_string(),
    }
}

fn duration(bytes: &[u8]) -> Option<Duration> {
    let (seconds, rest) = bytes.split_first_chunk::<{ size_of::<libc::time_t>() }>()?;
    let micros = rest.first_chunk::<{ size_of::<libc::suseconds_t>() }>()?;
    let seconds = u64::try_from(libc::time_t::from_ne_bytes(*seconds)).ok()?;
    let micros = u32::try_from(libc::suseconds_t::from_ne_bytes(*micros)).ok()?;
    Some(Duration::new(seconds, micros.checked_mul(1000)?))
}

fn credentials(bytes: &[u8]) -> Option<Value> {
    let (pid, uid, gid) = (int(bytes, 0)?, int(bytes, 4)?, int(bytes, 8)?);
    Some(Value::Credentials {
        pid,
        uid: uid.cast_unsigned(),
        gid: gid.cast_unsigned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::socket::option::OPTIONS;

    #[test]
    fn what_is_set_reads_back_in_the_form_in_which_it_was_set() {
        let arg = |name: &str| {
            let row = option::find(name).expect(name);
            OptionArg {
                level: row.level,
                number: row.number,
            }
        };
        for (name, value) in [
            ("SO_REUSEADDR", Value::Int(1)),
            ("SO_LINGER", Value::Linger { on: 1, seconds: 5 }),
            ("SO_RCVTIMEO", Value::Duration(Duration::from_millis(1250))),
            ("TCP_CONGESTION", Value::Text(b"reno".to_vec())),
            ("IP_MULTICAST_IF", Value::InAddr(Ipv4Addr::LOCALHOST)),
        ] {
            let bytes = encode(&value).expect("it can be set");
            assert_eq!(decode(arg(name), &bytes), value, "{name}");
        }
    }

    #[test]
    fn no_bytes_panic_and_every_option_has_room() {
        for row in OPTIONS {
            let arg = OptionArg {
                level: row.level,
                number: row.number,
            };
            assert!(room(arg) >= 4, "{}", row.name);
            for length in 0..40 {
                let _ = decode(arg, &vec![0xff; length]).to_string();
            }
        }
    }
}
