//! What each call is in a program.
//!
//! One arm a call and none for all others: a call that is forgotten here does not compile.

use crate::call::Call;
use crate::call::argument::{IntArg, Millis, OptionArg};
use crate::call::process::ProcessArg;
use crate::call::timeout::Timeout;
use crate::export::function::{Arg, Function, Gives, Loop, Meaning, Question};
use crate::socket::{FcntlCommand, Protocol};

fn constant(text: impl ToString, number: i32) -> Arg<'static> {
    Arg::Constant(text.to_string(), number.into())
}

/// The protocol of a new socket, where 0 stands for the usual one and for no name.
fn the_protocol(protocol: Protocol) -> Arg<'static> {
    match protocol.0 {
        0 => constant("0", 0),
        number => constant(protocol, number),
    }
}

fn function<'a>(name: &'static str, args: Vec<Arg<'a>>, gives: Gives) -> Meaning<'a> {
    Meaning::Function(Function { name, args, gives })
}

/// The type of a socket with its flags, as one argument.
fn kind(socket_type: crate::socket::SocketType, flags: crate::socket::SockFlags) -> Arg<'static> {
    let number = socket_type.0 | flags.0;
    match flags.0 {
        0 => constant(socket_type, number),
        _ => constant(format!("{socket_type}|{flags}"), number),
    }
}

/// What a call means. Names are still in it where the person wrote names.
pub(crate) fn meaning(call: &Call) -> Meaning<'_> {
    match call {
        Call::Socket {
            domain,
            socket_type,
            flags,
            protocol,
        } => {
            let args = vec![
                constant(domain, domain.0),
                kind(*socket_type, *flags),
                the_protocol(*protocol),
            ];
            function("socket", args, Gives::Descriptor)
        }
        Call::Socketpair {
            domain,
            socket_type,
            flags,
            protocol,
        } => {
            let args = vec![
                constant(domain, domain.0),
                kind(*socket_type, *flags),
                the_protocol(*protocol),
                Arg::Pair,
            ];
            function("socketpair", args, Gives::Pair)
        }
        Call::Bind { socket, address } => {
            function("bind", vec![Arg::Fd(socket), Arg::To(address)], Gives::Zero)
        }
        Call::Listen { socket, backlog } => {
            let args = vec![Arg::Fd(socket), Arg::Number((*backlog).into())];
            function("listen", args, Gives::Zero)
        }
        Call::Accept { socket, length } => {
            let args = vec![Arg::Fd(socket), Arg::From(*length)];
            function("accept", args, Gives::Accepted)
        }
        Call::Accept4 {
            socket,
            flags,
            length,
        } => {
            let flags = constant(flags, flags.0);
            let args = vec![Arg::Fd(socket), Arg::From(*length), flags];
            function("accept4", args, Gives::Accepted)
        }
        Call::Connect { socket, address } => {
            let args = vec![Arg::Fd(socket), Arg::To(address)];
            function("connect", args, Gives::Zero)
        }
        Call::Send {
            socket,
            data,
            flags,
        } => {
            let args = vec![Arg::Fd(socket), Arg::Data(data), constant(flags, flags.0)];
            function("send", args, Gives::Count)
        }
        Call::Write { socket, data } => {
            let args = vec![Arg::Fd(socket), Arg::Data(data)];
            function("write", args, Gives::Count)
        }
        Call::Sendto {
            socket,
            data,
            address,
            flags,
        } => {
            let flags = constant(flags, flags.0);
            let args = vec![Arg::Fd(socket), Arg::Data(data), flags, Arg::To(address)];
            function("sendto", args, Gives::Count)
        }
        Call::Sendmsg { socket, message } => {
            let flags = constant(message.flags, message.flags.0);
            let args = vec![Arg::Fd(socket), Arg::Message(message), flags];
            function("sendmsg", args, Gives::Count)
        }
        Call::Sendmmsg {
            socket,
            messages,
            flags,
        } => {
            let flags = constant(flags, flags.0);
            let args = vec![Arg::Fd(socket), Arg::Messages(messages), flags];
            function("sendmmsg", args, Gives::Sent)
        }
        Call::Writev { socket, buffers } => {
            let args = vec![Arg::Fd(socket), Arg::Gather(buffers)];
            function("writev", args, Gives::Count)
        }
        Call::Recv {
            socket,
            room,
            flags,
        } => {
            let args = vec![Arg::Fd(socket), Arg::Room(*room), constant(flags, flags.0)];
            function("recv", args, Gives::Data)
        }
        Call::Read { socket, room } => {
            let args = vec![Arg::Fd(socket), Arg::Room(*room)];
            function("read", args, Gives::Data)
        }
        Call::Readv { socket, sizes } => {
            let args = vec![Arg::Fd(socket), Arg::Scatter(sizes)];
            function("readv", args, Gives::Buffers)
        }
        Call::Recvfrom {
            socket,
            room,
            flags,
            length,
        } => {
            let flags = constant(flags, flags.0);
            let args = vec![Arg::Fd(socket), Arg::Room(*room), flags, Arg::From(*length)];
            function("recvfrom", args, Gives::DataFrom)
        }
        Call::Recvmsg {
            socket,
            counts,
            flags,
            control,
        } => {
            let flags = constant(flags, flags.0);
            let args = vec![Arg::Fd(socket), Arg::Incoming(counts, *control), flags];
            function("recvmsg", args, Gives::Message)
        }
        Call::Recvmmsg {
            socket,
            vlen,
            sizes,
            timeout,
            flags,
        } => {
            let args = vec![
                Arg::Fd(socket),
                Arg::ManyIncoming(sizes, *vlen),
                constant(flags, flags.0),
                Arg::Timespec(timeout.unwrap_or(Timeout::Forever)),
            ];
            function("recvmmsg", args, Gives::Messages)
        }
        Call::Shutdown { socket, how } => {
            let args = vec![Arg::Fd(socket), constant(how, how.0)];
            function("shutdown", args, Gives::Zero)
        }
        Call::Close { socket } => function("close", vec![Arg::Fd(socket)], Gives::Zero),
        Call::Getsockname { socket, length } => {
            let args = vec![Arg::Fd(socket), Arg::From(*length)];
            function("getsockname", args, Gives::Address)
        }
        Call::Getpeername { socket, length } => {
            let args = vec![Arg::Fd(socket), Arg::From(*length)];
            function("getpeername", args, Gives::Address)
        }
        Call::Setsockopt {
            socket,
            option,
            value,
            length,
        } => {
            let [level, name] = option_names(*option);
            let value = Arg::Value(*option, value, *length);
            let args = vec![Arg::Fd(socket), level, name, value];
            function("setsockopt", args, Gives::Zero)
        }
        Call::Getsockopt {
            socket,
            option,
            length,
        } => {
            let [level, name] = option_names(*option);
            let room = Arg::ValueRoom(*option, *length);
            let args = vec![Arg::Fd(socket), level, name, room];
            function("getsockopt", args, Gives::Value)
        }
        Call::Fcntl {
            socket,
            command,
            argument,
        } => {
            let args = vec![Arg::Fd(socket), constant(command, command.0)];
            let more = control_argument(*command, argument.as_ref());
            let args = args.into_iter().chain(more).collect();
            let makes = command.makes();
            function(
                "fcntl",
                args,
                if makes {
                    Gives::Descriptor
                } else {
                    Gives::Number
                },
            )
        }
        Call::Ioctl {
            socket,
            request,
            argument,
        } => {
            let args = vec![
                Arg::Fd(socket),
                constant(request, request.0),
                Arg::IntAt(argument.unwrap_or(0)),
            ];
            let sets = request.sets();
            function("ioctl", args, if sets { Gives::Zero } else { Gives::Int })
        }
        Call::Sockatmark { socket } => function("sockatmark", vec![Arg::Fd(socket)], Gives::Number),
        Call::Dup { socket } => function("dup", vec![Arg::Fd(socket)], Gives::Descriptor),
        Call::Dup2 { socket, number } => {
            let args = vec![Arg::Fd(socket), Arg::Fd(number)];
            function("dup2", args, Gives::Descriptor)
        }
        Call::Dup3 {
            socket,
            number,
            flags,
        } => {
            let args = vec![Arg::Fd(socket), Arg::Fd(number), constant(flags, flags.0)];
            function("dup3", args, Gives::Descriptor)
        }
        Call::Pipe { flags } => {
            let args = vec![Arg::Pair, constant(flags, flags.0)];
            function("pipe2", args, Gives::Pair)
        }
        Call::Eventfd { initial, flags } => {
            let args = vec![Arg::Number((*initial).into()), constant(flags, flags.0)];
            function("eventfd", args, Gives::Descriptor)
        }
        Call::TimerfdCreate { clock, flags } => {
            let args = vec![constant(clock, clock.0), constant(flags, flags.0)];
            function("timerfd_create", args, Gives::Descriptor)
        }
        Call::TimerfdSettime {
            socket,
            value,
            interval,
            flags,
        } => {
            let args = vec![
                Arg::Fd(socket),
                constant(flags, flags.0),
                Arg::Timer(*value, interval.unwrap_or_default()),
                Arg::Null,
            ];
            function("timerfd_settime", args, Gives::Zero)
        }
        Call::Poll { entries, timeout } => {
            let args = vec![Arg::Entries(entries), Arg::Number(timeout.0.into())];
            function("poll", args, Gives::Polled)
        }
        Call::Ppoll {
            entries,
            timeout,
            mask,
        } => {
            let args = vec![
                Arg::Entries(entries),
                Arg::Timespec(*timeout),
                Arg::Mask(mask),
            ];
            function("ppoll", args, Gives::Polled)
        }
        Call::Select {
            sets,
            timeout,
            nfds,
        } => {
            let args = vec![Arg::Sets(sets, *nfds), Arg::Timeval(*timeout)];
            function("select", args, Gives::Selected)
        }
        Call::Pselect {
            sets,
            timeout,
            mask,
            nfds,
        } => {
            let args = vec![
                Arg::Sets(sets, *nfds),
                Arg::Timespec(*timeout),
                Arg::Mask(mask),
            ];
            function("pselect", args, Gives::Selected)
        }
        Call::EpollCreate1 { flags } => function(
            "epoll_create1",
            vec![constant(flags, flags.0)],
            Gives::Descriptor,
        ),
        Call::EpollCreate { size } => {
            let args = vec![Arg::Number((*size).into())];
            function("epoll_create", args, Gives::Descriptor)
        }
        Call::EpollCtl {
            socket,
            op,
            target,
            events,
        } => {
            let args = vec![
                Arg::Fd(socket),
                constant(op, op.0),
                Arg::Fd(target),
                Arg::Event(*events, target),
            ];
            function("epoll_ctl", args, Gives::Zero)
        }
        Call::EpollWait {
            socket,
            max,
            timeout: Millis(timeout),
        } => {
            let args = vec![
                Arg::Fd(socket),
                Arg::Events(*max),
                Arg::Number((*timeout).into()),
            ];
            function("epoll_wait", args, Gives::Events)
        }
        Call::EpollPwait {
            socket,
            max,
            timeout: Millis(timeout),
            mask,
        } => {
            let args = vec![
                Arg::Fd(socket),
                Arg::Events(*max),
                Arg::Number((*timeout).into()),
                Arg::Mask(mask),
            ];
            function("epoll_pwait", args, Gives::Events)
        }
        Call::Sigtimedwait { signals, timeout } => {
            let args = vec![Arg::Signals(signals), Arg::Info, Arg::Timespec(*timeout)];
            function("sigtimedwait", args, Gives::Signal)
        }
        Call::Open { path } => {
            let flags = libc::O_RDONLY | libc::O_NOCTTY | libc::O_NONBLOCK | libc::O_CLOEXEC;
            let names = "O_RDONLY|O_NOCTTY|O_NONBLOCK|O_CLOEXEC";
            let args = vec![Arg::Path(path), constant(names, flags)];
            function("open", args, Gives::Descriptor)
        }
        Call::Chmod { address, mode } => {
            let mode = Arg::Constant(format!("0{mode:o}"), i64::from(*mode));
            function("chmod", vec![Arg::PathOf(address), mode], Gives::Zero)
        }
        Call::Unlink { address } => function("unlink", vec![Arg::PathOf(address)], Gives::Zero),
        Call::Getaddrinfo {
            host,
            service,
            hints,
        } => {
            let args = vec![
                Arg::Text(&host.0),
                Arg::Text(&service.0),
                Arg::Hints(*hints),
                Arg::List,
            ];
            function("getaddrinfo", args, Gives::List)
        }
        Call::Getnameinfo { address, room } => {
            let flags = constant(room.flags, room.flags.0);
            let args = vec![Arg::To(address), Arg::Names(*room), flags];
            function("getnameinfo", args, Gives::Names)
        }
        Call::InetPton { family, source } => {
            let args = vec![
                constant(family, family.0),
                Arg::Text(&source.0),
                Arg::Binary(*family),
            ];
            function("inet_pton", args, Gives::Binary)
        }
        Call::InetNtop {
            family,
            source,
            size,
        } => {
            let args = vec![
                constant(family, family.0),
                Arg::Bytes(source),
                Arg::TextRoom(size.0),
            ];
            function("inet_ntop", args, Gives::Text)
        }
        Call::Htons { number } => function("htons", vec![Arg::Short(number.0)], Gives::Swapped),
        Call::Htonl { number } => function("htonl", vec![Arg::Long(number.0)], Gives::Swapped),
        Call::Ntohs { number } => function("ntohs", vec![Arg::Short(number.0)], Gives::Swapped),
        Call::Ntohl { number } => function("ntohl", vec![Arg::Long(number.0)], Gives::Swapped),
        Call::Fork {} => Meaning::Fork,
        Call::Kill { process, signal } => {
            let args = vec![Arg::Process(process.clone()), constant(signal, signal.0)];
            function("kill", args, Gives::Zero)
        }
        Call::Waitpid { process, options } => {
            let args = vec![
                Arg::Process(process.clone()),
                Arg::Status,
                constant(options, options.0),
            ];
            function("waitpid", args, Gives::Child)
        }
        Call::Exit { status } => {
            function("_exit", vec![Arg::Number((*status).into())], Gives::Nothing)
        }
        Call::Setrlimit { resource, limit } => {
            let args = vec![constant(resource, resource.0), Arg::Limit(*limit)];
            function("setrlimit", args, Gives::Zero)
        }
        Call::Wait { .. } => Meaning::Wait,
        Call::Cancel { .. } => Meaning::Cancel,
        Call::Step { .. } | Call::Inject { .. } => {
            Meaning::None("only a tracer can hold the calls of another program")
        }
        Call::State { socket } => Meaning::Question(Question::State, socket),
        Call::Peer { socket } => Meaning::Question(Question::Peer, socket),
        Call::Pending { socket } => Meaning::Question(Question::Pending, socket),
        Call::Unread { socket } => Meaning::Question(Question::Unread, socket),
        Call::Fill { socket } => Meaning::Loop(Loop::Fill, socket),
        Call::Drain { socket } => Meaning::Loop(Loop::Drain, socket),
        Call::Source {
            socket,
            bytes,
            chunk,
        } => Meaning::Loop(Loop::Source(*bytes, *chunk), socket),
        Call::Sink { socket } => Meaning::Loop(Loop::Sink, socket),
        Call::Echo { socket } => Meaning::Loop(Loop::Echo, socket),
        Call::Serve { socket, service } => Meaning::Loop(Loop::Serve(*service), socket),
        Call::Sleep { duration } => Meaning::Sleep(*duration),
        Call::Syscall { .. } => {
            Meaning::None("the notation has no such call, so its arguments are not known in full")
        }
    }
}

/// The level and the name of an option.
fn option_names(option: OptionArg) -> [Arg<'static>; 2] {
    let row = crate::socket::option::by_number(option.level, option.number);
    let level = crate::socket::option::level_name(option.level);
    let level = level.map_or_else(|| option.level.to_string(), str::to_owned);
    let name = row.map_or_else(|| option.number.to_string(), |row| row.name.to_owned());
    [constant(level, option.level), constant(name, option.number)]
}

/// The argument of fcntl(), where there is one.
fn control_argument(command: FcntlCommand, argument: Option<&IntArg>) -> Option<Arg<'static>> {
    if !command.takes() {
        return None;
    }
    Some(match argument {
        Some(IntArg::OwnProcess) => Arg::Constant("getpid()".to_owned(), 0),
        Some(IntArg::Child(child)) => Arg::Process(ProcessArg::Named(child.clone())),
        Some(IntArg::Number(number)) => {
            let family = match command.0 {
                libc::F_SETFL => Some(&crate::socket::constant::STATUS_FLAGS),
                libc::F_SETFD => Some(&crate::socket::constant::DESCRIPTOR_FLAGS),
                _ => None,
            };
            match family {
                Some(family) => constant(family.mask(*number), *number),
                None => Arg::Number((*number).into()),
            }
        }
        None => Arg::Number(0),
    })
}
