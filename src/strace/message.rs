//! sendmsg(2), recvmsg(2), and the calls of several messages: the header with its buffers, its address and its control messages.

use crate::call::argument::Message;
use crate::call::outcome::{Outcome, Raw, Received, Returned, Written};
use crate::socket::MsgFlags;
use crate::socket::sockaddr::STORAGE;
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, list, sent};
use crate::strace::names::MSG_FLAGS;
use crate::strace::pieces::{scatter, vector};
use crate::strace::sockaddr::address;

/// The header that sendmsg(2) is given, and the flags.
pub(crate) fn given(message: &Message, environment: Environment<'_>) -> Option<String> {
    let header = header(message, environment)?;
    Some(format!("{header}, {}", MSG_FLAGS.mask(message.flags.0)))
}

/// The messages of sendmmsg(2), those that were sent with their lengths.
pub(crate) fn sent_messages(
    messages: &[Message],
    outcome: &Outcome,
    environment: Environment<'_>,
) -> Option<String> {
    let headers = messages.iter().map(|message| header(message, environment));
    let headers: Vec<String> = headers.collect::<Option<_>>()?;
    let lengths = match &outcome.result {
        Ok(Returned::Sent(lengths)) => lengths.as_slice(),
        _ => &[],
    };
    let each = headers.iter().enumerate().map(|(index, header)| {
        let length = lengths.get(index);
        let length = length.map_or_else(String::new, |length| format!(", msg_len={length}"));
        format!("{{msg_hdr={header}{length}}}")
    });
    Some(list(each.collect()))
}

/// The messages that recvmmsg(2) wrote, each into buffers of these sizes.
pub(crate) fn received_messages<'a>(
    sizes: impl Fn(usize) -> &'a [usize],
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> String {
    if outcome.result.is_err() {
        return POINTER.to_owned();
    }
    let each = outcome.messages().iter().zip(&raw.messages).enumerate();
    let each = each.map(|(index, (received, own))| {
        let beside = (&own.address, &own.control, own.flags);
        let header = written_header(sizes(index), received, beside, environment);
        format!("{{msg_hdr={header}, msg_len={}}}", received.count)
    });
    list(each.collect())
}

/// The header of a message that is sent.
fn header(message: &Message, environment: Environment<'_>) -> Option<String> {
    let (name, length) = match &message.address {
        None => ("NULL".to_owned(), 0),
        Some(arg) => crate::strace::sockaddr::argument(arg, environment)?,
    };
    let buffers = message
        .data
        .iter()
        .map(|data| vector(&sent(data), data.len()));
    let control = control_bytes(message, environment);
    Some(format!(
        "{{msg_name={name}, msg_namelen={length}, {}{}, msg_flags=0}}",
        vectors(&list(buffers.collect()), message.data.len()),
        controlled(&control, control.len(), environment),
    ))
}

/// The header that recvmsg(2) wrote into buffers of these sizes, and the flags.
pub(crate) fn written(
    (sizes, flags): (&[usize], MsgFlags),
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> String {
    let flags = MSG_FLAGS.mask(flags.0);
    let Ok(Returned::Message(received)) = &outcome.result else {
        let room = raw.address.as_ref().map(|address| address.offered);
        let room = room.unwrap_or(STORAGE as u32);
        return format!("{{msg_namelen={room}}}, {flags}");
    };
    let (from, control) = (raw.address.clone(), raw.control.clone());
    let (from, control) = (from.unwrap_or_default(), control.unwrap_or_default());
    let beside = (&from, &control, raw.msg_flags);
    let header = written_header(sizes, received, beside, environment);
    format!("{header}, {flags}")
}

/// The header of a message that was received, with the address, the control messages and the flags that came beside it.
fn written_header(
    sizes: &[usize],
    received: &Received,
    (from, control, msg_flags): (&Written, &Written, i32),
    environment: Environment<'_>,
) -> String {
    let (offered, length) = (from.offered.cast_signed(), from.length.cast_signed());
    let name = match (offered, from.bytes.is_empty()) {
        (0, true) => "NULL".to_owned(),
        _ => address(&from.bytes, offered.min(length), environment),
    };
    let length = match offered == length {
        true => length.to_string(),
        false => format!("{offered} => {length}"),
    };
    // TCP throws away what MSG_TRUNC takes: then there are fewer bytes than were counted.
    let count = usize::try_from(received.count).unwrap_or(usize::MAX);
    let buffers = vectors(&scatter(count, received.bytes.head(), sizes), sizes.len());
    format!(
        "{{msg_name={name}, msg_namelen={length}, {buffers}{}, msg_flags={}}}",
        controlled(&control.bytes, control.length as usize, environment),
        MSG_FLAGS.mask(msg_flags)
    )
}

fn vectors(list: &str, count: usize) -> String {
    format!("msg_iov={list}, msg_iovlen={count}")
}

/// The control messages with their length; nothing but the length where there are none.
fn controlled(bytes: &[u8], length: usize, environment: Environment<'_>) -> String {
    let messages = match length {
        0 => String::new(),
        _ => format!(
            ", msg_control={}",
            crate::strace::control::messages(bytes, environment)
        ),
    };
    format!("{messages}, msg_controllen={length}")
}

/// The control buffer of sendmsg(2): descriptors, credentials, then the others, each beginning at a multiple of eight.
fn control_bytes(message: &Message, environment: Environment<'_>) -> Vec<u8> {
    let index = |name: &String| environment.interface_index(name).unwrap_or(0);
    let mut bytes = Vec::new();
    for (level, kind, data) in message.control_data(&index) {
        bytes.extend((16 + data.len() as u64).to_ne_bytes());
        bytes.extend(level.to_ne_bytes());
        bytes.extend(kind.to_ne_bytes());
        bytes.extend(data);
        bytes.resize(bytes.len().next_multiple_of(8), 0);
    }
    bytes
}
