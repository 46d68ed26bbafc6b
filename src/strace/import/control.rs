//! Control messages as strace(1) prints them: `[{cmsg_len=20, cmsg_level=SOL_SOCKET, cmsg_type=SCM_RIGHTS, cmsg_data=[5]}]`.

use crate::call::control_message::ControlMessage;
use crate::socket::sockaddr::encode;
use crate::strace::import::address;
use crate::strace::import::number::{constant_of, int_of, integer};
use crate::strace::import::value::{Field, Value, member, word};
use crate::strace::names::{IP_MESSAGES, LEVELS, SOCKET_MESSAGES};

/// `struct cmsghdr` without its data.
const HEADER: usize = 16;
/// linux/in.h
const IP_CHECKSUM: i32 = 23;
/// The size of the address in a message about an error of IPv4.
const OFFENDER: usize = 16;
/// Messages with times: a `struct timeval`, a `struct timespec`, or three of those.
const TIMES: [i32; 6] = [
    libc::SO_TIMESTAMP,
    libc::SO_TIMESTAMPNS,
    libc::SO_TIMESTAMPING,
    63,
    64,
    65,
];

/// The control messages of a header. `None`: not all of their data is shown.
pub(super) fn messages(header: &[Field<'_>]) -> Option<Vec<ControlMessage>> {
    match member(header, "msg_control") {
        Some(control) => control.list()?.iter().map(message).collect(),
        None => Some(Vec::new()),
    }
}

fn message(field: &Field<'_>) -> Option<ControlMessage> {
    let members = field.members()?;
    let length = int_of(member(members, "cmsg_len")?)?;
    let level = constant_of(member(members, "cmsg_level")?, &[&LEVELS])?;
    let names = match level {
        libc::SOL_IP => &IP_MESSAGES,
        _ => &SOCKET_MESSAGES,
    };
    let kind = constant_of(member(members, "cmsg_type")?, &[names])?;
    let (data, interface) = match member(members, "cmsg_data") {
        Some(data) => data_of(level, kind, &data.value)?,
        None => (Vec::new(), None),
    };
    // What is left out, or printed in a form that is not known here.
    let is_whole = usize::try_from(length) == Ok(HEADER + data.len());
    is_whole.then_some(ControlMessage {
        level,
        kind,
        data,
        interface,
    })
}

/// The data, and the interface that is named in it.
fn data_of(level: i32, kind: i32, value: &Value<'_>) -> Option<(Vec<u8>, Option<String>)> {
    let plain = |data: Vec<u8>| Some((data, None));
    match (level, kind, value) {
        (libc::SOL_SOCKET, libc::SCM_RIGHTS, Value::List(fds)) => plain(ints(fds)?),
        (libc::SOL_SOCKET, libc::SCM_CREDENTIALS, Value::Struct(ids)) => plain(ints(ids)?),
        (libc::SOL_SOCKET, kind, value) if TIMES.contains(&kind) => plain(times(value)?),
        (libc::SOL_IP, libc::IP_TTL | IP_CHECKSUM, Value::List(numbers)) => plain(ints(numbers)?),
        (libc::SOL_IP, libc::IP_TOS | libc::IP_RECVOPTS | libc::IP_RETOPTS, Value::List(bytes)) => {
            let bytes = bytes.iter().map(|byte| u8::try_from(int_of(byte)?).ok());
            plain(bytes.collect::<Option<_>>()?)
        }
        (libc::SOL_IP, libc::IP_PKTINFO, Value::Struct(info)) => packet_info(info),
        (libc::SOL_IP, libc::IP_RECVERR, Value::Struct(error)) => plain(extended_error(error)?),
        _ => None,
    }
}

fn ints(fields: &[Field<'_>]) -> Option<Vec<u8>> {
    let all = fields
        .iter()
        .map(|field| int_of(field).map(i32::to_ne_bytes));
    Some(all.collect::<Option<Vec<_>>>()?.concat())
}

fn times(value: &Value<'_>) -> Option<Vec<u8>> {
    match value {
        Value::List(all) => {
            let all = all.iter().map(|one| times(&one.value));
            Some(all.collect::<Option<Vec<_>>>()?.concat())
        }
        Value::Struct(members) => {
            let number = |field: &Field<'_>| Some(integer(field.word()?)?.to_ne_bytes());
            let all = members.iter().map(number);
            Some(all.collect::<Option<Vec<_>>>()?.concat())
        }
        _ => None,
    }
}

/// `struct in_pktinfo`
fn packet_info(members: &[Field<'_>]) -> Option<(Vec<u8>, Option<String>)> {
    let index = &member(members, "ipi_ifindex")?.value;
    let (number, interface) = match index {
        Value::Call("if_nametoindex", name) => match &name.first()?.value {
            Value::Text(name, true) => (0, Some(String::from_utf8_lossy(name).into_owned())),
            _ => return None,
        },
        value => (integer(word(value)?)?, None),
    };
    let ip = |name| address::inet_addr(&member(members, name)?.value);
    let parts = [
        u32::try_from(number).ok()?.to_ne_bytes(),
        ip("ipi_spec_dst")?.octets(),
        ip("ipi_addr")?.octets(),
    ];
    Some((parts.concat(), interface))
}

/// `struct sock_extended_err` and the address of who complains.
fn extended_error(members: &[Field<'_>]) -> Option<Vec<u8>> {
    let number = |name| int_of(member(members, name)?);
    let byte = |name| u8::try_from(number(name)?).ok();
    let mut bytes = number("ee_errno")?.to_ne_bytes().to_vec();
    bytes.extend([byte("ee_origin")?, byte("ee_type")?, byte("ee_code")?, 0]);
    bytes.extend(number("ee_info")?.to_ne_bytes());
    bytes.extend(number("ee_data")?.to_ne_bytes());
    let offender = address::written(member(members, "offender")?, OFFENDER)?;
    let mut offender = encode(&offender);
    offender.resize(OFFENDER, 0);
    bytes.extend(offender);
    Some(bytes)
}
