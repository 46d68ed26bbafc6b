//! The arguments of each call, in two parts: those that are known when it is entered, and those that it writes.

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, IntArg, Millis, OptionArg, Room};
use crate::call::outcome::{Outcome, Raw, Returned, Written};
use crate::call::value::Value;
use crate::socket::sockaddr::STORAGE;
use crate::socket::{Address, Domain, FcntlCommand, IoctlRequest, SockFlags, SocketType, UnixName};
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, data, quoted, sent};
use crate::strace::number::{F_GETSIG, F_SETSIG, number, open_flags, signal};
use crate::strace::sockaddr::address;
use crate::strace::table::hex;

/// The name of the system call and the arguments that are known when it is entered. `None` for what is no single system
/// call, and for what is refused: an address with an interface that does not exist.
pub(crate) fn entered(call: &Call, environment: Environment<'_>) -> Option<(&'static str, String)> {
    let fd = call.socket().map_or(-1, number);
    let to = |arg: &AddressArg| {
        let (address, length) = crate::strace::sockaddr::argument(arg, environment)?;
        Some(format!("{address}, {length}"))
    };
    Some(match call {
        Call::Socket {
            domain,
            socket_type,
            flags,
            protocol,
        } => {
            let protocol = crate::strace::call::protocol(*domain, protocol.0);
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
        Call::Bind { address, .. } => ("bind", format!("{fd}, {}", to(address)?)),
        Call::Listen { backlog, .. } => ("listen", format!("{fd}, {backlog}")),
        Call::Accept { flags, .. } if flags.0 != 0 => ("accept4", format!("{fd}, ")),
        Call::Accept { .. } => ("accept", format!("{fd}, ")),
        Call::Connect { address, .. } => ("connect", format!("{fd}, {}", to(address)?)),
        Call::Send { data, flags, .. } => {
            let flags = crate::strace::names::MSG_FLAGS.mask(flags.0);
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
            let (flags, address) = (crate::strace::names::MSG_FLAGS.mask(flags.0), to(address)?);
            (
                "sendto",
                format!("{fd}, {}, {}, {flags}, {address}", sent(data), data.len()),
            )
        }
        Call::Sendmsg { message, .. } => (
            "sendmsg",
            format!(
                "{fd}, {}",
                crate::strace::message::given(message, environment)?
            ),
        ),
        Call::Write { data, .. } => ("write", format!("{fd}, {}, {}", sent(data), data.len())),
        Call::Recv { .. } | Call::Recvfrom { .. } => ("recvfrom", format!("{fd}, ")),
        Call::Recvmsg { .. } => ("recvmsg", format!("{fd}, ")),
        Call::Read { .. } => ("read", format!("{fd}, ")),
        Call::Shutdown { how, .. } => (
            "shutdown",
            format!("{fd}, {}", crate::strace::names::DIRECTIONS.one(how.0)),
        ),
        Call::Close { .. } => ("close", fd.to_string()),
        Call::Getsockname { .. } => ("getsockname", format!("{fd}, ")),
        Call::Getpeername { .. } => ("getpeername", format!("{fd}, ")),
        Call::Setsockopt {
            option,
            value,
            length,
            ..
        } => {
            let value = set_value(*option, value, *length, environment)?;
            (
                "setsockopt",
                format!(
                    "{fd}, {}, {value}",
                    crate::strace::option::name(*option, false)
                ),
            )
        }
        Call::Getsockopt { option, .. } => (
            "getsockopt",
            format!("{fd}, {}, ", crate::strace::option::name(*option, true)),
        ),
        Call::Fcntl {
            command, argument, ..
        } => {
            let argument = match argument {
                Some(IntArg::OwnProcess) => environment.pid,
                Some(IntArg::Number(number)) => *number,
                None => 0,
            };
            ("fcntl", format!("{fd}, {}", fcntl(*command, argument)))
        }
        Call::Ioctl {
            request, argument, ..
        } => (
            "ioctl",
            format!("{fd}, {}", ioctl(*request, argument.unwrap_or(0))),
        ),
        Call::Dup { .. } => ("dup", fd.to_string()),
        Call::Open { path } => {
            let flags = libc::O_RDONLY | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
            (
                "openat",
                format!("AT_FDCWD, {}, {}", quoted(path), open_flags(flags)),
            )
        }
        // The kernel's umode_t has 16 bits.
        Call::Chmod { address, mode } => (
            "chmod",
            format!("{}, 0{:02o}", path(address)?, mode & 0xffff),
        ),
        Call::Unlink { address } => ("unlink", path(address)?),
        Call::Poll { entries, timeout } => {
            let set = crate::strace::ready::poll_set(entries);
            let Millis(timeout) = timeout;
            ("poll", format!("{set}, {}, {timeout}", entries.len()))
        }
        Call::Select {
            sets,
            timeout,
            nfds,
        } => (
            "pselect6",
            crate::strace::ready::selects(sets, *timeout, *nfds),
        ),
        Call::EpollCreate1 { flags } => (
            "epoll_create1",
            crate::strace::names::EPOLL_FLAGS.mask(flags.0),
        ),
        Call::EpollCreate { size } => ("epoll_create", size.to_string()),
        Call::EpollCtl {
            op, target, events, ..
        } => {
            let event = match op.0 {
                libc::EPOLL_CTL_DEL => POINTER.to_owned(),
                _ => crate::strace::ready::event(*events, target),
            };
            let op = crate::strace::names::EPOLL_OPS.one(op.0);
            (
                "epoll_ctl",
                format!("{fd}, {op}, {}, {event}", number(target)),
            )
        }
        Call::EpollWait { .. } => ("epoll_wait", format!("{fd}, ")),
        Call::Sigtimedwait { signals, .. } => (
            "rt_sigtimedwait",
            format!("{}, ", crate::strace::ready::signal_set(signals)),
        ),
        Call::Wait { .. }
        | Call::Cancel { .. }
        | Call::State { .. }
        | Call::Peer { .. }
        | Call::Pending { .. }
        | Call::Unread { .. }
        | Call::Fill { .. }
        | Call::Drain { .. }
        | Call::Echo { .. }
        | Call::Sink { .. }
        | Call::Source { .. }
        | Call::Serve { .. }
        | Call::Sleep { .. } => return None,
    })
}

/// The arguments that the call wrote, or pointers where it failed and wrote nothing.
pub(crate) fn left(
    call: &Call,
    outcome: &Outcome,
    raw: &Raw,
    environment: Environment<'_>,
) -> String {
    match call {
        Call::Socketpair { .. } => match &outcome.result {
            Ok(Returned::Pair(a, b)) => format!("[{a}, {b}]"),
            _ => POINTER.to_owned(),
        },
        Call::Accept { flags, length, .. } if flags.0 != 0 => {
            let flags = crate::strace::names::SOCK_FLAGS.mask(flags.0);
            format!("{}, {flags}", written(outcome, raw, *length, environment))
        }
        Call::Accept { length, .. }
        | Call::Getsockname { length, .. }
        | Call::Getpeername { length, .. } => written(outcome, raw, *length, environment),
        Call::Recv { room, flags, .. } => {
            let flags = crate::strace::names::MSG_FLAGS.mask(flags.0);
            let buffer = received(outcome, *room);
            format!("{buffer}, {}, {flags}, NULL, NULL", room.size)
        }
        Call::Recvfrom {
            room,
            flags,
            length,
            ..
        } => {
            let flags = crate::strace::names::MSG_FLAGS.mask(flags.0);
            let from = written(outcome, raw, *length, environment);
            let buffer = received(outcome, *room);
            format!("{buffer}, {}, {flags}, {from}", room.size)
        }
        Call::Recvmsg { .. } => crate::strace::message::written(call, outcome, raw, environment),
        Call::Read { room, .. } => {
            format!("{}, {}", received(outcome, *room), room.size)
        }
        Call::Getsockopt { option, length, .. } => got_value(*option, *length, outcome, raw),
        Call::Ioctl { request, .. } if !request.sets() => match (&raw.value, &outcome.result) {
            (Some(value), Ok(_)) => {
                format!(
                    ", [{}]",
                    crate::strace::sockaddr::number(&value.bytes).cast_signed()
                )
            }
            _ => format!(", {POINTER}"),
        },
        Call::EpollWait {
            max,
            timeout: Millis(timeout),
            ..
        } => {
            format!(
                "{}, {max}, {timeout}",
                crate::strace::ready::reported(outcome)
            )
        }
        Call::Sigtimedwait { timeout, .. } => crate::strace::ready::waited(outcome, *timeout),
        // They write nothing, or what they write stands with the result.
        Call::Socket { .. }
        | Call::Bind { .. }
        | Call::Listen { .. }
        | Call::Connect { .. }
        | Call::Send { .. }
        | Call::Sendto { .. }
        | Call::Sendmsg { .. }
        | Call::Write { .. }
        | Call::Shutdown { .. }
        | Call::Close { .. }
        | Call::Setsockopt { .. }
        | Call::Fcntl { .. }
        | Call::Ioctl { .. }
        | Call::Dup { .. }
        | Call::Poll { .. }
        | Call::Select { .. }
        | Call::EpollCreate1 { .. }
        | Call::EpollCreate { .. }
        | Call::EpollCtl { .. }
        | Call::Open { .. }
        | Call::Chmod { .. }
        | Call::Unlink { .. }
        | Call::Wait { .. }
        | Call::Cancel { .. }
        | Call::State { .. }
        | Call::Peer { .. }
        | Call::Pending { .. }
        | Call::Unread { .. }
        | Call::Fill { .. }
        | Call::Drain { .. }
        | Call::Echo { .. }
        | Call::Sink { .. }
        | Call::Source { .. }
        | Call::Serve { .. }
        | Call::Sleep { .. } => String::new(),
    }
}

/// The domain and the type of socket(2), with the flags beside it.
fn kind(domain: Domain, socket_type: SocketType, flags: SockFlags) -> String {
    const TYPE_MASK: i32 = 0xf;
    let value = socket_type.0 | flags.0;
    let low = crate::strace::names::TYPES.name((value & TYPE_MASK).cast_unsigned());
    let kind = match (low, value & !TYPE_MASK) {
        (Some(name), 0) => name.to_owned(),
        (Some(name), flags) => format!("{name}|{}", crate::strace::names::SOCK_FLAGS.mask(flags)),
        (None, _) => crate::strace::names::SOCK_FLAGS.mask(value),
    };
    format!("{}, {kind}", crate::strace::names::FAMILIES.one(domain.0))
}

/// The third argument of socket(2), which means something else in each domain.
fn protocol(domain: Domain, protocol: i32) -> String {
    match domain.0 {
        libc::AF_INET | libc::AF_INET6 => crate::strace::names::IP_PROTOCOLS.one(protocol),
        libc::AF_NETLINK => crate::strace::names::NETLINK_PROTOCOLS.one(protocol),
        libc::AF_PACKET => {
            let [.., high, low] = protocol.to_be_bytes();
            let protocol = i32::from(u16::from_le_bytes([high, low]));
            format!(
                "htons({})",
                crate::strace::names::ETHERNET_PROTOCOLS.one(protocol)
            )
        }
        _ => protocol.cast_unsigned().to_string(),
    }
}

/// The value of setsockopt(2) and its length.
fn set_value(
    option: OptionArg,
    value: &Value,
    length: Option<i32>,
    environment: Environment<'_>,
) -> Option<String> {
    let int = size_of::<libc::c_int>();
    if matches!(value, Value::Null) {
        let length = length.unwrap_or(int as i32);
        return Some(format!("NULL, {length}"));
    }
    let bytes = crate::call::option_bytes::encode(value)?;
    let natural = i32::try_from(bytes.len()).unwrap_or(i32::MAX);
    let length = length.unwrap_or(natural);
    Some(format!(
        "{}, {length}",
        crate::strace::option::given(option, &bytes, length, environment)
    ))
}

/// The value of getsockopt(2) and its value-result length.
fn got_value(option: OptionArg, length: Option<i32>, outcome: &Outcome, raw: &Raw) -> String {
    let (Some(value), Ok(_)) = (&raw.value, &outcome.result) else {
        let room = i32::try_from(crate::call::option_bytes::room(option)).unwrap_or(i32::MAX);
        return format!("{POINTER}, [{}]", length.unwrap_or(room));
    };
    let (offered, length) = lengths(value);
    let shown = crate::strace::option::got(option, &value.bytes, offered, length);
    format!("{shown}, {}", changed(offered, length))
}

/// The command of fcntl(2) and its argument. The C library asks for the owner with another command.
fn fcntl(FcntlCommand(command): FcntlCommand, argument: i32) -> String {
    let name = crate::strace::names::FCNTL_COMMANDS.one(command);
    let argument = match command {
        libc::F_GETOWN | libc::F_GETFD | libc::F_GETFL | F_GETSIG => return name,
        libc::F_SETFD => crate::strace::names::DESCRIPTOR_FLAGS.mask(argument),
        libc::F_SETFL => open_flags(argument),
        libc::F_SETOWN => argument.to_string(),
        F_SETSIG => signal(argument),
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => argument.cast_unsigned().to_string(),
        _ => hex(argument.cast_unsigned()),
    };
    format!("{name}, {argument}")
}

/// The request of ioctl(2), with the int that it sets.
fn ioctl(request: IoctlRequest, argument: i32) -> String {
    let number = request.0.cast_unsigned();
    let name = crate::strace::names::REQUESTS
        .name(number)
        .map_or_else(|| hex(number), str::to_owned);
    if request.sets() {
        format!("{name}, [{argument}]")
    } else {
        name
    }
}

fn path(arg: &AddressArg) -> Option<String> {
    match &arg.place {
        AddressExpr::Literal(Address::Unix(UnixName::Path(path))) => Some(quoted(path)),
        _ => None,
    }
}

/// An address that a call wrote, with its value-result length, which was `offered` where it failed.
fn written(
    outcome: &Outcome,
    raw: &Raw,
    offered: Option<i32>,
    environment: Environment<'_>,
) -> String {
    match (&raw.address, &outcome.result) {
        (Some(written), Ok(_)) => {
            let (offered, length) = lengths(written);
            let address = address(&written.bytes, offered.min(length), environment);
            format!("{address}, {}", changed(offered, length))
        }
        _ => format!("{POINTER}, [{}]", offered.unwrap_or(STORAGE as i32)),
    }
}

/// Both lengths as strace reads them, signed.
fn lengths(written: &Written) -> (i32, i32) {
    (written.offered.cast_signed(), written.length.cast_signed())
}

/// A value-result length: both values where the call changed it.
fn changed(offered: i32, length: i32) -> String {
    if offered == length {
        format!("[{length}]")
    } else {
        format!("[{offered} => {length}]")
    }
}

/// What a receiving call put into its buffer, or into none.
fn received(outcome: &Outcome, room: Room) -> String {
    match &outcome.result {
        _ if room.null => "NULL".to_owned(),
        Ok(Returned::Data { count, bytes, .. }) => {
            let count = usize::try_from(*count).unwrap_or(usize::MAX);
            data(bytes, count.min(room.size))
        }
        _ => POINTER.to_owned(),
    }
}
