//! The system calls whose arguments are not those of the notation in the same order, one function each.

use std::time::Duration;

use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Millis, OptionArg, PollEntry, Room, Sets,
};
use crate::call::data::Data;
use crate::call::mask::Mask;
use crate::call::outcome::{Outcome, Raw, Returned};
use crate::call::process::{ChildChange, ProcessArg};
use crate::call::timeout::Timeout;
use crate::call::value::Value;
use crate::socket::{
    Address, Domain, EpollEvents, EpollOp, EventfdFlags, FcntlCommand, IoctlRequest, KillSignal,
    MsgFlags, PipeFlags, Protocol, Resource, SettimeFlags, Sig, SockFlags, SocketType, UnixName,
    WaitFlags,
};
use crate::strace::Environment;
use crate::strace::bytes::{POINTER, quoted, sent};
use crate::strace::names::{EPOLL_OPS, MSG_FLAGS, SOCK_FLAGS};
use crate::strace::number::{F_GETSIG, F_SETSIG, number, open_flags, signal};
use crate::strace::pieces::{Pieces, Seen, changed, lengths, received, written};
use crate::strace::table::hex;

/// An address argument and its length.
fn to(address: &AddressArg, seen: Seen<'_>) -> Option<String> {
    let (address, length) = crate::strace::sockaddr::argument(address, seen.environment)?;
    Some(format!("{address}, {length}"))
}

/// socket(2)
pub(crate) fn socket(
    _: Seen<'_>,
    domain: &Domain,
    socket_type: &SocketType,
    flags: &SockFlags,
    protocol: &Protocol,
) -> Option<Pieces> {
    let protocol = crate::strace::shapes::protocol(*domain, protocol.0);
    let kind = kind(*domain, *socket_type, *flags);
    Some(Pieces::entered(format!("{kind}, {protocol}")))
}

/// socketpair(2), whose protocol is a number.
pub(crate) fn socketpair(
    seen: Seen<'_>,
    domain: &Domain,
    socket_type: &SocketType,
    flags: &SockFlags,
    protocol: &Protocol,
) -> Option<Pieces> {
    let protocol = protocol.0.cast_unsigned();
    let kind = kind(*domain, *socket_type, *flags);
    let pieces = Pieces::entered(format!("{kind}, {protocol}, "));
    Some(pieces.left(seen, |outcome, _| match &outcome.result {
        Ok(Returned::Pair(a, b)) => format!("[{a}, {b}]"),
        _ => POINTER.to_owned(),
    }))
}

/// accept4(2), whose flags are last.
pub(crate) fn accept4(
    seen: Seen<'_>,
    socket: &Descriptor,
    flags: &SockFlags,
    length: &Option<i32>,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    Some(pieces.left(seen, |outcome, raw| {
        let from = written(outcome, raw, *length, seen.environment);
        format!("{from}, {}", SOCK_FLAGS.mask(flags.0))
    }))
}

/// send(2), which is sendto(2) without an address.
pub(crate) fn send(
    _: Seen<'_>,
    socket: &Descriptor,
    data: &Data,
    flags: &MsgFlags,
) -> Option<Pieces> {
    let (fd, flags) = (number(socket), MSG_FLAGS.mask(flags.0));
    let text = format!("{fd}, {}, {}, {flags}, NULL, 0", sent(data), data.len());
    Some(Pieces::entered(text))
}

/// sendto(2), whose flags are before the address.
pub(crate) fn sendto(
    seen: Seen<'_>,
    socket: &Descriptor,
    data: &Data,
    address: &AddressArg,
    flags: &MsgFlags,
) -> Option<Pieces> {
    let (fd, flags, to) = (number(socket), MSG_FLAGS.mask(flags.0), to(address, seen)?);
    let text = format!("{fd}, {}, {}, {flags}, {to}", sent(data), data.len());
    Some(Pieces::entered(text))
}

/// sendmsg(2)
pub(crate) fn sendmsg(seen: Seen<'_>, socket: &Descriptor, message: &Message) -> Option<Pieces> {
    let message = crate::strace::message::given(message, seen.environment)?;
    Some(Pieces::entered(format!("{}, {message}", number(socket))))
}

/// sendmmsg(2), which strace prints when it has returned.
pub(crate) fn sendmmsg(
    seen: Seen<'_>,
    socket: &Descriptor,
    messages: &[Message],
    flags: &MsgFlags,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    let Some((outcome, _)) = seen.gave else {
        return Some(pieces);
    };
    let sent = crate::strace::message::sent_messages(messages, outcome, seen.environment)?;
    let (many, flags) = (messages.len(), MSG_FLAGS.mask(flags.0));
    Some(pieces.left(seen, |_, _| format!("{sent}, {many}, {flags}")))
}

/// recvmmsg(2)
pub(crate) fn recvmmsg(
    seen: Seen<'_>,
    socket: &Descriptor,
    vlen: &i32,
    sizes: &[usize],
    timeout: &Option<Timeout>,
    flags: &MsgFlags,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    let timeout = crate::strace::ready::span(timeout.unwrap_or(Timeout::Forever));
    let (many, flags) = (vlen.cast_unsigned(), MSG_FLAGS.mask(flags.0));
    Some(pieces.left(seen, |outcome, raw| {
        let environment = seen.environment;
        let received =
            crate::strace::message::received_messages(|_| sizes, outcome, raw, environment);
        format!("{received}, {many}, {flags}, {timeout}")
    }))
}

/// recv(2), which is recvfrom(2) without room for an address.
pub(crate) fn recv(
    seen: Seen<'_>,
    socket: &Descriptor,
    room: &Room,
    flags: &MsgFlags,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    Some(pieces.left(seen, |outcome, _| {
        let (buffer, flags) = (received(outcome, *room), MSG_FLAGS.mask(flags.0));
        format!("{buffer}, {}, {flags}, NULL, NULL", room.size)
    }))
}

/// recvfrom(2)
pub(crate) fn recvfrom(
    seen: Seen<'_>,
    socket: &Descriptor,
    room: &Room,
    flags: &MsgFlags,
    length: &Option<i32>,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    Some(pieces.left(seen, |outcome, raw| {
        let (buffer, flags) = (received(outcome, *room), MSG_FLAGS.mask(flags.0));
        let from = written(outcome, raw, *length, seen.environment);
        format!("{buffer}, {}, {flags}, {from}", room.size)
    }))
}

/// recvmsg(2)
pub(crate) fn recvmsg(
    seen: Seen<'_>,
    socket: &Descriptor,
    counts: &[usize],
    flags: &MsgFlags,
    _: &Option<i32>,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    Some(pieces.left(seen, |outcome, raw| {
        crate::strace::message::written((counts, *flags), outcome, raw, seen.environment)
    }))
}

/// setsockopt(2)
pub(crate) fn setsockopt(
    seen: Seen<'_>,
    socket: &Descriptor,
    option: &OptionArg,
    value: &Value,
    length: &Option<i32>,
) -> Option<Pieces> {
    let value = set_value(*option, value, *length, seen.environment)?;
    let name = crate::strace::option::name(*option, false);
    Some(Pieces::entered(format!(
        "{}, {name}, {value}",
        number(socket)
    )))
}

/// getsockopt(2)
pub(crate) fn getsockopt(
    seen: Seen<'_>,
    socket: &Descriptor,
    option: &OptionArg,
    length: &Option<i32>,
) -> Option<Pieces> {
    let name = crate::strace::option::name(*option, true);
    let pieces = Pieces::entered(format!("{}, {name}, ", number(socket)));
    Some(pieces.left(seen, |outcome, raw| {
        got_value(*option, *length, outcome, raw)
    }))
}

/// fcntl(2)
pub(crate) fn fcntl(
    seen: Seen<'_>,
    socket: &Descriptor,
    command: &FcntlCommand,
    argument: &Option<IntArg>,
) -> Option<Pieces> {
    let argument = match argument {
        Some(IntArg::OwnProcess) => seen.environment.pid,
        Some(IntArg::Number(number)) => *number,
        Some(IntArg::Child(_)) => return None,
        None => 0,
    };
    let text = format!("{}, {}", number(socket), controls(*command, argument));
    Some(Pieces::entered(text))
}

/// ioctl(2)
pub(crate) fn ioctl(
    seen: Seen<'_>,
    socket: &Descriptor,
    request: &IoctlRequest,
    argument: &Option<i32>,
) -> Option<Pieces> {
    let asks = asks(*request, argument.unwrap_or(0));
    let pieces = Pieces::entered(format!("{}, {asks}", number(socket)));
    if request.sets() {
        return Some(pieces);
    }
    Some(
        pieces.left(seen, |outcome, raw| match (&raw.value, &outcome.result) {
            (Some(value), Ok(_)) => {
                let value = crate::strace::sockaddr::number(&value.bytes).cast_signed();
                format!(", [{value}]")
            }
            _ => format!(", {POINTER}"),
        }),
    )
}

/// sockatmark(3), which is a request of ioctl(2).
pub(crate) fn sockatmark(seen: Seen<'_>, socket: &Descriptor) -> Option<Pieces> {
    ioctl(seen, socket, &IoctlRequest::AT_MARK, &None)
}

/// open(2), which is openat(2) with the flags that the notation does not show.
pub(crate) fn open(_: Seen<'_>, path: &[u8]) -> Option<Pieces> {
    let flags = libc::O_RDONLY | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
    let text = format!("AT_FDCWD, {}, {}", quoted(path), open_flags(flags));
    Some(Pieces::entered(text))
}

/// pipe2(2), whose descriptors come before the flags.
pub(crate) fn pipe(seen: Seen<'_>, flags: &PipeFlags) -> Option<Pieces> {
    let flags = crate::strace::names::OPEN_FLAGS.mask(flags.0);
    let pieces = Pieces::entered(String::new());
    Some(pieces.left(seen, |outcome, _| match &outcome.result {
        Ok(Returned::Pair(a, b)) => format!("[{a}, {b}], {flags}"),
        _ => format!("{POINTER}, {flags}"),
    }))
}

/// eventfd2(2), whose first argument is unsigned.
pub(crate) fn eventfd(_: Seen<'_>, initial: &i32, flags: &EventfdFlags) -> Option<Pieces> {
    let flags = crate::strace::names::EVENTFD_FLAGS.mask(flags.0);
    Some(Pieces::entered(format!(
        "{}, {flags}",
        initial.cast_unsigned()
    )))
}

/// timerfd_settime(2), which has its flags first, and does not ask for the setting before.
pub(crate) fn timerfd_settime(
    _: Seen<'_>,
    socket: &Descriptor,
    value: &Duration,
    interval: &Option<Duration>,
    flags: &SettimeFlags,
) -> Option<Pieces> {
    let flags = crate::strace::names::TIMERFD_FLAGS.mask(flags.0);
    let span = crate::strace::ready::timespec;
    let (interval, value) = (span(interval.unwrap_or_default()), span(*value));
    Some(Pieces::entered(format!(
        "{}, {flags}, {{it_interval={interval}, it_value={value}}}, NULL",
        number(socket)
    )))
}

/// fork(3), which the C library makes of clone(2).
pub(crate) fn fork(_: Seen<'_>) -> Option<Pieces> {
    Some(Pieces::entered(format!(
        "child_stack=NULL, flags=CLONE_CHILD_CLEARTID|CLONE_CHILD_SETTID|SIGCHLD, child_tidptr={POINTER}"
    )))
}

/// kill(2)
pub(crate) fn kill(_: Seen<'_>, process: &ProcessArg, sent: &KillSignal) -> Option<Pieces> {
    let name = match sent.0 {
        0 => "0".to_owned(),
        number => signal(number),
    };
    Some(Pieces::entered(format!("{process}, {name}")))
}

/// setrlimit(2), which the C library makes of prlimit64(2).
pub(crate) fn setrlimit(_: Seen<'_>, resource: &Resource, limit: &i32) -> Option<Pieces> {
    let resource = crate::strace::names::RESOURCES.one(resource.0);
    Some(Pieces::entered(format!(
        "0, {resource}, {{rlim_cur={limit}, rlim_max={limit}}}, NULL"
    )))
}

/// waitpid(3), which the C library makes of wait4(2).
pub(crate) fn waitpid(seen: Seen<'_>, process: &ProcessArg, options: &WaitFlags) -> Option<Pieces> {
    let options = crate::strace::names::WAIT_OPTIONS.mask(options.0);
    let pieces = Pieces::entered(format!("{process}, "));
    Some(pieces.left(seen, |outcome, _| {
        let status = match &outcome.result {
            Ok(Returned::Child(Some(change))) => format!("[{{{}}}]", wait_status(*change)),
            _ => POINTER.to_owned(),
        };
        format!("{status}, {options}, NULL")
    }))
}

/// A status of wait4(2) in the macros of wait(2).
fn wait_status(change: ChildChange) -> String {
    match change {
        ChildChange::Exited(status) => format!("WIFEXITED(s) && WEXITSTATUS(s) == {status}"),
        ChildChange::Killed { signal: by, core } => {
            let core = if core { " && WCOREDUMP(s)" } else { "" };
            format!("WIFSIGNALED(s) && WTERMSIG(s) == {}{core}", signal(by))
        }
        ChildChange::Stopped(by) => format!("WIFSTOPPED(s) && WSTOPSIG(s) == {}", signal(by)),
        ChildChange::Continued => "WIFCONTINUED(s)".to_owned(),
    }
}

/// chmod(2)
pub(crate) fn chmod(_: Seen<'_>, address: &AddressArg, mode: &u32) -> Option<Pieces> {
    // The kernel's umode_t has 16 bits.
    let text = format!("{}, 0{:02o}", path(address)?, mode & 0xffff);
    Some(Pieces::entered(text))
}

/// unlink(2)
pub(crate) fn unlink(_: Seen<'_>, address: &AddressArg) -> Option<Pieces> {
    path(address).map(Pieces::entered)
}

/// select(2), which is pselect6(2) without a signal mask.
pub(crate) fn select(
    _: Seen<'_>,
    sets: &Sets,
    timeout: &Timeout,
    nfds: &Option<i32>,
) -> Option<Pieces> {
    let text = crate::strace::ready::selects(sets, *timeout, *nfds);
    Some(Pieces::entered(text))
}

/// epoll_ctl(2): the pointer of what is removed is not read.
pub(crate) fn epoll_ctl(
    _: Seen<'_>,
    socket: &Descriptor,
    op: &EpollOp,
    target: &Descriptor,
    events: &EpollEvents,
) -> Option<Pieces> {
    let event = match op.0 {
        libc::EPOLL_CTL_DEL => POINTER.to_owned(),
        _ => crate::strace::ready::event(*events, target),
    };
    let (fd, op, target) = (number(socket), EPOLL_OPS.one(op.0), number(target));
    Some(Pieces::entered(format!("{fd}, {op}, {target}, {event}")))
}

/// epoll_wait(2), which has the array before its length.
pub(crate) fn epoll_wait(
    seen: Seen<'_>,
    socket: &Descriptor,
    max: &i32,
    Millis(timeout): &Millis,
) -> Option<Pieces> {
    let pieces = Pieces::entered(format!("{}, ", number(socket)));
    Some(pieces.left(seen, |outcome, _| {
        let reported = crate::strace::ready::reported(outcome);
        format!("{reported}, {max}, {timeout}")
    }))
}

/// ppoll(2), with the size of the kernel's signal set.
pub(crate) fn ppoll(
    _: Seen<'_>,
    entries: &[PollEntry],
    timeout: &Timeout,
    mask: &Mask,
) -> Option<Pieces> {
    let text = crate::strace::ready::ppolls(entries, *timeout, (mask.bits(), 8));
    Some(Pieces::entered(text))
}

/// pselect(2), which passes the mask in a struct.
pub(crate) fn pselect(
    _: Seen<'_>,
    sets: &Sets,
    timeout: &Timeout,
    mask: &Mask,
    nfds: &Option<i32>,
) -> Option<Pieces> {
    let text = crate::strace::ready::selects(sets, *timeout, *nfds);
    let text = text.strip_suffix("NULL").unwrap_or(&text);
    let mask = crate::strace::ready::signals(mask.bits());
    let text = format!("{text}{{sigmask={mask}, sigsetsize=8}}");
    Some(Pieces::entered(text))
}

/// epoll_pwait(2)
pub(crate) fn epoll_pwait(
    seen: Seen<'_>,
    socket: &Descriptor,
    max: &i32,
    timeout: &Millis,
    mask: &Mask,
) -> Option<Pieces> {
    let mut pieces = epoll_wait(seen, socket, max, timeout)?;
    if let Some((outcome, _)) = seen.gave {
        let mask = crate::strace::ready::mask_after(mask.bits(), outcome.result.is_err());
        pieces.left.push_str(&format!(", {mask}, 8"));
    }
    Some(pieces)
}

/// sigtimedwait(2), which has what it writes before the timeout.
pub(crate) fn sigtimedwait(seen: Seen<'_>, signals: &[Sig], timeout: &Timeout) -> Option<Pieces> {
    let set = crate::strace::ready::signal_set(signals);
    let pieces = Pieces::entered(format!("{set}, "));
    Some(pieces.left(seen, |outcome, _| {
        crate::strace::ready::waited(outcome, *timeout)
    }))
}

/// The domain and the type of socket(2), with the flags beside it.
fn kind(domain: Domain, socket_type: SocketType, flags: SockFlags) -> String {
    const TYPE_MASK: i32 = 0xf;
    let value = socket_type.0 | flags.0;
    let low = crate::strace::names::TYPES.name((value & TYPE_MASK).cast_unsigned());
    let kind = match (low, value & !TYPE_MASK) {
        (Some(name), 0) => name.to_owned(),
        (Some(name), flags) => format!("{name}|{}", SOCK_FLAGS.mask(flags)),
        (None, _) => SOCK_FLAGS.mask(value),
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
    if let Value::Program(instructions) = value {
        return Some(crate::strace::option::program(instructions.len(), length));
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
pub(crate) fn controls(FcntlCommand(command): FcntlCommand, argument: i32) -> String {
    let name = crate::strace::names::FCNTL_COMMANDS.one(command);
    let argument = match command {
        libc::F_GETOWN
        | libc::F_GETFD
        | libc::F_GETFL
        | F_GETSIG
        | libc::F_GETLEASE
        | libc::F_GETPIPE_SZ
        | libc::F_GET_SEALS => return name,
        libc::F_SETFD => crate::strace::names::DESCRIPTOR_FLAGS.mask(argument),
        libc::F_SETFL => open_flags(argument),
        libc::F_SETOWN | libc::F_SETPIPE_SZ => argument.to_string(),
        F_SETSIG => signal(argument),
        libc::F_DUPFD | libc::F_DUPFD_CLOEXEC => argument.cast_unsigned().to_string(),
        _ => hex(argument.cast_unsigned()),
    };
    format!("{name}, {argument}")
}

/// The request of ioctl(2), with the int that it sets.
fn asks(request: IoctlRequest, argument: i32) -> String {
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
