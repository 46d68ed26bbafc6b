//! Options of sockets and their values.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::OptionArg;
use crate::call::option_bytes;
use crate::call::value::Value as OptionValue;
use crate::strace::import::address::inet_addr;
use crate::strace::import::arguments::{Arguments, timespec};
use crate::strace::import::number::{constant, int_of, option_int};
use crate::strace::import::value::{Field, Value, member};
use crate::strace::names::{
    IP_OPTIONS, IPV6_OPTIONS, LEVELS, NETLINK_OPTIONS, PACKET_OPTIONS, RAW_OPTIONS, SO_OPTIONS,
    TCP_OPTIONS, UDP_OPTIONS,
};
use crate::strace::table::Table;

/// The number that reads as SO_GET_FILTER and sets SO_ATTACH_FILTER.
const FILTER: i32 = 26;

/// setsockopt(2)
pub(super) fn set(all: Arguments<'_, '_>) -> Option<Call> {
    let option = option(all)?;
    let length = all.int(4)?;
    let (value, length) = match all.is_null(3) {
        true => (OptionValue::Null, Some(length)),
        false => {
            let bytes = bytes(all.get(3)?)?;
            if usize::try_from(length) != Ok(bytes.len()) {
                return None;
            }
            (value(option, bytes), None)
        }
    };
    Some(Call::Setsockopt {
        socket: all.fd(0)?,
        option,
        value,
        length,
    })
}

/// getsockopt(2)
pub(super) fn get(all: Arguments<'_, '_>) -> Option<Call> {
    let option = option(all)?;
    let (offered, _) = all.lengths(4)?;
    let is_usual = usize::try_from(offered) == Ok(option_bytes::room(option));
    Some(Call::Getsockopt {
        socket: all.fd(0)?,
        option,
        length: (!is_usual).then_some(offered.cast_signed()),
    })
}

/// The level and the number.
pub(in crate::strace::import) fn option(all: Arguments<'_, '_>) -> Option<OptionArg> {
    let level = all.constant(1, &[&LEVELS])?;
    let text = all.get(2)?.word()?;
    let number = match text {
        "SO_GET_FILTER" | "SO_ATTACH_FILTER" => FILTER,
        _ => constant(text, table(level).as_slice())?,
    };
    Some(OptionArg { level, number })
}

fn table(level: i32) -> Option<&'static Table> {
    Some(match level {
        libc::SOL_SOCKET => &SO_OPTIONS,
        libc::SOL_IP => &IP_OPTIONS,
        libc::SOL_IPV6 => &IPV6_OPTIONS,
        libc::SOL_TCP => &TCP_OPTIONS,
        libc::SOL_UDP => &UDP_OPTIONS,
        libc::SOL_PACKET => &PACKET_OPTIONS,
        libc::SOL_RAW => &RAW_OPTIONS,
        libc::SOL_NETLINK => &NETLINK_OPTIONS,
        _ => return None,
    })
}

/// The value in these bytes, if they are all of it.
fn value(option: OptionArg, bytes: Vec<u8>) -> OptionValue {
    let value = option_bytes::decode(option, &bytes);
    match option_bytes::encode(&value) {
        Some(own) if own == bytes => value,
        _ => OptionValue::Raw(bytes),
    }
}

/// The bytes of a value. `None`: not all of them are shown.
pub(in crate::strace::import) fn bytes(field: &Field<'_>) -> Option<Vec<u8>> {
    match field.present() {
        Value::Text(bytes, true) => Some(bytes.clone()),
        Value::List(items) => match items.as_slice() {
            [one] => Some(option_int(&one.value)?.to_ne_bytes().to_vec()),
            _ => None,
        },
        value @ Value::Struct(members) => ints(members)
            .or_else(|| timespec(value).map(timeval))
            .or_else(|| membership(members)),
        _ => None,
    }
}

/// The structs whose members are ints.
fn ints(members: &[Field<'_>]) -> Option<Vec<u8>> {
    const STRUCTS: [&[&str]; 2] = [&["l_onoff", "l_linger"], &["pid", "uid", "gid"]];
    let names = || members.iter().map(|field| field.name);
    STRUCTS.iter().find(|own| names().eq(own.iter().copied()))?;
    let all = members
        .iter()
        .map(|field| int_of(field).map(i32::to_ne_bytes));
    Some(all.collect::<Option<Vec<_>>>()?.concat())
}

/// `struct timeval`, which newer versions print by its members.
fn timeval(span: Duration) -> Vec<u8> {
    option_bytes::encode(&OptionValue::Duration(span)).unwrap_or_default()
}

/// `struct ip_mreq`
fn membership(members: &[Field<'_>]) -> Option<Vec<u8>> {
    let address = |name| inet_addr(&member(members, name)?.value);
    let (group, interface) = (address("imr_multiaddr")?, address("imr_interface")?);
    Some([group.octets(), interface.octets()].concat())
}
