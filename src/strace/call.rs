//! The arguments of each call, in two parts: those that are known when it is entered, and those that it writes.

use super::Interfaces;
use super::bytes::{POINTER, data, sent};
use super::names::{self, ACCESS_MODES, OPEN_FLAGS};
use super::option;
use super::result::{F_GETSIG, F_SETSIG};
use super::sockaddr::{self, address};
use crate::notation::outcome::{Raw, Written};
use crate::notation::{AddressArg, Call, Descriptor, Outcome, Place, Returned};
use crate::socket::sockaddr::STORAGE;
use crate::socket::{Address, Domain, FcntlCommand, SockFlags, SocketType, UnixName};

/// The name of the system call and the arguments that are known when it is entered. `None` for what is no single system
/// call.
pub(super) fn entered(call: &Call, interfaces: Interfaces<'_>) -> Option<(&'static str, String)> {
    let fd = call.socket().map_or(-1, number);
    let to = |arg: &AddressArg| {
        let (address, length) = sockaddr::argument(arg, interfaces);
        format!("{address}, {length}")
    };
    Some(match call {
        Call::Socket {
            domain,
            socket_type,
            flags,
            protocol,
        } => {
            let protocol = self::protocol(*domain, protocol.0);
            (
                "socket",
                format!("{}, {protocol}", kind(*domain, *socket_type, *flags)),
            )
        }
        Call::Socketpair {
            domain,
            socket_type,
            flags,
            protocol,
        } => {
            let protocol = protocol.0.cast_unsigned();
            (
                "socketpair",
                format!("{}, {protocol}, ", kind(*domain, *socket_type, *flags)),
            )
        }
        Call::Bind { address, .. } => ("bind", format!("{fd}, {}", to(address))),
        Call::Listen { backlog, .. } => ("listen", format!("{fd}, {backlog}")),
        Call::Accept { flags, .. } if flags.0 != 0 => ("accept4", format!("{fd}, ")),
        Call::Accept { .. } => ("accept", format!("{fd}, ")),
        Call::Connect { address, .. } => ("connect", format!("{fd}, {}", to(address))),
        Call::Send { data, flags, .. } => {
            let flags = names::MSG_FLAGS.mask(flags.0);
            (
                "sendto",
                format!("{fd}, {}, {}, {flags}, NULL, 0", sent(data), data.len()),
            )
        }
        Call::Sendto {
            data,
            address,
            flags,
            ..
        } => {
            let (flags, address) = (names::MSG_FLAGS.mask(flags.0), to(address));
            (
                "sendto",
                format!("{fd}, {}, {}, {flags}, {address}", sent(data), data.len()),
            )
        }
        Call::Write { data, .. } => ("write", format!("{fd}, {}, {}", sent(data), data.len())),
        Call::Recv { .. } | Call::Recvfrom { .. } => ("recvfrom", format!("{fd}, ")),
        Call::Read { .. } => ("read", format!("{fd}, ")),
        Call::Shutdown { how, .. } => (
            "shutdown",
            format!("{fd}, {}", names::DIRECTIONS.one(how.0)),
        ),
        Call::Close { .. } => ("close", fd.to_string()),
        Call::Getsockname { .. } => ("getsockname", format!("{fd}, ")),
        Call::Getpeername { .. } => ("getpeername", format!("{fd}, ")),
        Call::Setsockopt { option, value, .. } => {
            let bytes = option::bytes_of(value);
            let length = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
            let value = option::given(*option, &bytes, length, interfaces);
            (
                "setsockopt",
                format!("{fd}, {}, {value}, {length}", option::name(*option, false)),
            )
        }
        Call::Getsockopt { option, .. } => (
            "getsockopt",
            format!("{fd}, {}, ", option::name(*option, true)),
        ),
        Call::Fcntl {
            command, argument, ..
        } => (
            "fcntl",
            format!("{fd}, {}", fcntl(*command, argument.unwrap_or(0))),
        ),
        Call::Dup { .. } => ("dup", fd.to_string()),
        Call::Unlink { address } => ("unlink", path(address)?),
        Call::Wait { .. }
        | Call::Cancel { .. }
        | Call::State { .. }
        | Call::Pending { .. }
        | Call::Fill { .. }
        | Call::Drain { .. }
        | Call::Sleep { .. } => return None,
    })
}

/// The arguments that the call wrote, or pointers where it failed and wrote nothing.
pub(super) fn left(
    call: &Call,
    outcome: &Outcome,
    raw: &Raw,
    interfaces: Interfaces<'_>,
) -> String {
    match call {
        Call::Socketpair { .. } => match &outcome.result {
            Ok(Returned::Pair(a, b)) => format!("[{a}, {b}]"),
            _ => POINTER.to_owned(),
        },
        Call::Accept { flags, .. } if flags.0 != 0 => {
            let flags = names::SOCK_FLAGS.mask(flags.0);
            format!("{}, {flags}", written(outcome, raw, interfaces))
        }
        Call::Accept { .. } | Call::Getsockname { .. } | Call::Getpeername { .. } => {
            written(outcome, raw, interfaces)
        }
        Call::Recv { count, flags, .. } => {
            let flags = names::MSG_FLAGS.mask(flags.0);
            format!(
                "{}, {count}, {flags}, NULL, NULL",
                received(outcome, *count)
            )
        }
        Call::Recvfrom { count, flags, .. } => {
            let flags = names::MSG_FLAGS.mask(flags.0);
            let from = written(outcome, raw, interfaces);
            format!("{}, {count}, {flags}, {from}", received(outcome, *count))
        }
        Call::Read { count, .. } => format!("{}, {count}", received(outcome, *count)),
        Call::Getsockopt { option, .. } => {
            let value = raw.value.clone().unwrap_or_default();
            let (offered, length) = lengths(&value);
            match outcome.result {
                Err(_) => format!("{POINTER}, [{offered}]"),
                Ok(_) => format!(
                    "{}, {}",
                    option::got(*option, &value.bytes, offered, length),
                    changed(offered, length)
                ),
            }
        }
        Call::Fcntl {
            command: FcntlCommand(libc::F_GETOWN),
            ..
        } => owner(outcome, raw),
        _ => String::new(),
    }
}

fn number(socket: &Descriptor) -> i32 {
    match socket {
        Descriptor::Raw(fd) => *fd,
        Descriptor::Named(_) => -1,
    }
}

/// The domain and the type of socket(2), with the flags beside it.
fn kind(domain: Domain, socket_type: SocketType, flags: SockFlags) -> String {
    const TYPE_MASK: i32 = 0xf;
    let value = socket_type.0 | flags.0;
    let low = names::TYPES.name((value & TYPE_MASK).cast_unsigned());
    let kind = match (low, value & !TYPE_MASK) {
        (Some(name), 0) => name.to_owned(),
        (Some(name), flags) => format!("{name}|{}", names::SOCK_FLAGS.mask(flags)),
        (None, _) => names::SOCK_FLAGS.mask(value),
    };
    format!("{}, {kind}", names::FAMILIES.one(domain.0))
}

/// The third argument of socket(2), which means something else in each domain.
fn protocol(domain: Domain, protocol: i32) -> String {
    match domain.0 {
        libc::AF_INET | libc::AF_INET6 => names::IP_PROTOCOLS.one(protocol),
        libc::AF_NETLINK => names::NETLINK_PROTOCOLS.one(protocol),
        libc::AF_PACKET => {
            let [.., low, high] = protocol.to_be_bytes();
            let protocol = i32::from(u16::from_le_bytes([low, high]));
            format!("htons({})", names::ETHERNET_PROTOCOLS.one(protocol))
        }
        _ => protocol.cast_unsigned().to_string(),
    }
}

/// The command of fcntl(2) and its argument. The C library asks for the owner with another command.
fn fcntl(FcntlCommand(command): FcntlCommand, argument: i32) -> String {
    let name = names::FCNTL_COMMANDS.one(command);
    let argument = match command {
        libc::F_GETOWN => return "F_GETOWN_EX".to_owned(),
        libc::F_GETFD | libc::F_GETFL | F_GETSIG => return name,
        libc::F_SETFD => names::DESCRIPTOR_FLAGS.mask(argument),
        libc::F_SETFL => open_flags(argument),
        libc::F_SETOWN => argument.to_string(),
        F_SETSIG => super::result::signal(argument),
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => argument.cast_unsigned().to_string(),
        _ => super::table::hex(argument.cast_unsigned()),
    };
    format!("{name}, {argument}")
}

/// Status flags with the access mode before them.
pub(super) fn open_flags(flags: i32) -> String {
    let mode = (flags & libc::O_ACCMODE).cast_unsigned();
    let name = ACCESS_MODES.name(mode).unwrap_or_default();
    match OPEN_FLAGS.bits(flags.cast_unsigned() & !mode) {
        Some(others) => format!("{name}|{others}"),
        None => name.to_owned(),
    }
}

fn path(arg: &AddressArg) -> Option<String> {
    match &arg.place {
        Place::Literal(Address::Unix(UnixName::Path(path))) => Some(super::bytes::quoted(path)),
        _ => None,
    }
}

/// An address that a call wrote, with its value-result length.
fn written(outcome: &Outcome, raw: &Raw, interfaces: Interfaces<'_>) -> String {
    let none = Written {
        offered: STORAGE as u32,
        ..Written::default()
    };
    let written = raw.address.as_ref().unwrap_or(&none);
    let (offered, length) = lengths(written);
    match outcome.result {
        Err(_) => format!("{POINTER}, [{offered}]"),
        Ok(_) => format!(
            "{}, {}",
            address(&written.bytes, offered.min(length), interfaces),
            changed(offered, length)
        ),
    }
}

/// Both lengths as strace reads them, signed.
fn lengths(written: &Written) -> (i32, i32) {
    (written.offered.cast_signed(), written.length.cast_signed())
}

/// A value-result length: both values where the call changed it.
fn changed(offered: i32, length: i32) -> String {
    match offered == length {
        true => format!("[{length}]"),
        false => format!("[{offered} => {length}]"),
    }
}

/// What a receiving call put into a buffer of `room` bytes.
fn received(outcome: &Outcome, room: usize) -> String {
    match &outcome.result {
        Ok(Returned::Data { count, bytes, .. }) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            data(bytes, count.min(room))
        }
        _ => POINTER.to_owned(),
    }
}

/// The `struct f_owner_ex` with which the C library asks for the owner.
fn owner(outcome: &Outcome, raw: &Raw) -> String {
    match (&outcome.result, raw.returned) {
        (Err(_), _) => format!(", {POINTER}"),
        (Ok(_), group @ ..0) => format!(", {{type=F_OWNER_PGRP, pid={}}}", -group),
        (Ok(_), pid) => format!(", {{type=F_OWNER_PID, pid={pid}}}"),
    }
}
