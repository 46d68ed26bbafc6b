//! A call as strace(1) prints it, as a call of the notation.

pub(super) mod option;
pub(super) mod transfer;
pub(super) mod wait;

use crate::call::Call;
use crate::call::argument::IntArg;
use crate::socket::constant::{FCNTL_COMMANDS, FcntlCommand, IOCTL_REQUESTS};
use crate::socket::{
    Clock, Domain, DupFlags, EpollFlags, EventfdFlags, How, IoctlRequest, PipeFlags, Protocol,
    SettimeFlags, SockFlags, SocketType, TimerfdFlags,
};
use crate::strace::import::address;
use crate::strace::import::arguments::{Arguments, timespec, unusual};
use crate::strace::import::number::{constant_of, option_int, protocol, signal_number};
use crate::strace::import::value::{Field, member};
use crate::strace::names::{
    ACCESS_MODES, CLOCKS, DESCRIPTOR_FLAGS, DIRECTIONS, EPOLL_FLAGS, EVENTFD_FLAGS, FAMILIES,
    OPEN_FLAGS, REQUESTS, SOCK_FLAGS, TIMERFD_FLAGS, TYPES,
};

/// The low bits of the second argument of socket(2) are the type, the others flags.
const TYPE_MASK: i32 = 0xf;

/// The call. `None`: the notation has no form for these arguments, or they are not all shown.
pub(super) fn call(name: &str, fields: &[Field<'_>]) -> Option<Call> {
    let all = Arguments(fields);
    Some(match name {
        "socket" | "socketpair" => make_socket(name, all)?,
        "bind" => Call::Bind {
            socket: all.fd(0)?,
            address: address::argument(all.get(1)?, all.get(2)?)?,
        },
        "connect" => Call::Connect {
            socket: all.fd(0)?,
            address: address::argument(all.get(1)?, all.get(2)?)?,
        },
        "listen" => Call::Listen {
            socket: all.fd(0)?,
            backlog: all.int(1)?,
        },
        "accept" | "accept4" => accept(name, all)?,
        "getsockname" => Call::Getsockname {
            socket: all.fd(0)?,
            length: unusual(all.lengths(2)?.0),
        },
        "getpeername" => Call::Getpeername {
            socket: all.fd(0)?,
            length: unusual(all.lengths(2)?.0),
        },
        "shutdown" => Call::Shutdown {
            socket: all.fd(0)?,
            how: How(all.constant(1, &[&DIRECTIONS])?),
        },
        "close" => Call::Close { socket: all.fd(0)? },
        "dup" => Call::Dup { socket: all.fd(0)? },
        "dup2" => Call::Dup2 {
            socket: all.fd(0)?,
            number: all.fd(1)?,
        },
        "dup3" => Call::Dup3 {
            socket: all.fd(0)?,
            number: all.fd(1)?,
            flags: DupFlags(all.constant(2, &[&OPEN_FLAGS])?),
        },
        "fcntl" => fcntl(all)?,
        "ioctl" => ioctl(all)?,
        "setsockopt" => option::set(all)?,
        "getsockopt" => option::get(all)?,
        "epoll_create" => Call::EpollCreate { size: all.int(0)? },
        "epoll_create1" => Call::EpollCreate1 {
            flags: EpollFlags(all.constant(0, &[&EPOLL_FLAGS])?),
        },
        "pipe" | "pipe2" | "eventfd" | "eventfd2" | "timerfd_create" | "timerfd_settime" => {
            beside_sockets(name, all)?
        }
        _ => transfer::call(name, all).or_else(|| wait::call(name, all))?,
    })
}

fn make_socket(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    let domain = Domain(all.constant(0, &[&FAMILIES])?);
    let kind = all.constant(1, &[&TYPES, &SOCK_FLAGS])?;
    let socket_type = SocketType(kind & TYPE_MASK);
    let flags = SockFlags(kind & !TYPE_MASK);
    let protocol = Protocol(protocol(all.get(2)?)?);
    Some(match name {
        "socket" => Call::Socket {
            domain,
            socket_type,
            flags,
            protocol,
        },
        _ => Call::Socketpair {
            domain,
            socket_type,
            flags,
            protocol,
        },
    })
}

fn accept(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    let socket = all.fd(0)?;
    let length = match all.is_null(2) {
        true => None,
        false => unusual(all.lengths(2)?.0),
    };
    Some(match name {
        "accept" => Call::Accept { socket, length },
        _ => Call::Accept4 {
            socket,
            flags: SockFlags(all.constant(3, &[&SOCK_FLAGS])?),
            length,
        },
    })
}

fn fcntl(all: Arguments<'_, '_>) -> Option<Call> {
    let command = FcntlCommand(all.constant(1, &[&crate::strace::names::FCNTL_COMMANDS])?);
    FCNTL_COMMANDS.name_of(command.0)?;
    let argument = match command.takes() {
        true => {
            let field = all.get(2)?;
            let flags = || constant_of(field, &[&ACCESS_MODES, &OPEN_FLAGS, &DESCRIPTOR_FLAGS]);
            let signal = || signal_number(field.word()?);
            let number = match command.is_signal() {
                true => signal(),
                false => flags(),
            };
            Some(IntArg::Number(number?))
        }
        false => None,
    };
    Some(Call::Fcntl {
        socket: all.fd(0)?,
        command,
        argument,
    })
}

fn ioctl(all: Arguments<'_, '_>) -> Option<Call> {
    let request = IoctlRequest(all.constant(1, &[&REQUESTS])?);
    IOCTL_REQUESTS.name_of(request.0)?;
    let argument = match request.sets() {
        true => Some(option_int(&all.get(2)?.list()?.first()?.value)?),
        false => None,
    };
    Some(Call::Ioctl {
        socket: all.fd(0)?,
        request,
        argument,
    })
}

/// What event loops wait for beside sockets.
fn beside_sockets(name: &str, all: Arguments<'_, '_>) -> Option<Call> {
    Some(match name {
        "pipe" => Call::Pipe {
            flags: PipeFlags(0),
        },
        "pipe2" => Call::Pipe {
            flags: PipeFlags(all.constant(1, &[&OPEN_FLAGS])?),
        },
        "eventfd" | "eventfd2" => Call::Eventfd {
            initial: all.int(0)?,
            flags: EventfdFlags(match all.get(1) {
                Some(flags) => constant_of(flags, &[&EVENTFD_FLAGS])?,
                None => 0,
            }),
        },
        "timerfd_create" => Call::TimerfdCreate {
            clock: Clock(all.constant(0, &[&CLOCKS])?),
            flags: TimerfdFlags(all.constant(1, &[&TIMERFD_FLAGS])?),
        },
        _ => {
            let setting = all.get(2)?.members()?;
            let part = |name| timespec(&member(setting, name)?.value);
            let interval = part("it_interval")?;
            Call::TimerfdSettime {
                socket: all.fd(0)?,
                value: part("it_value")?,
                interval: (!interval.is_zero()).then_some(interval),
                flags: SettimeFlags(all.constant(1, &[&TIMERFD_FLAGS])?),
            }
        }
    })
}
