//! From the arguments of a call to its value: one arm a call.

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, OptionArg, Service};
use crate::call::table::{CallKind, Signature};
use crate::notation::diagnostic::nearest;
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, bits, constant, mask, unknown_constant};
use crate::notation::parse::control::{fcntl, ioctl};
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::literal::parse_duration;
use crate::notation::parse::value::value;
use crate::socket::constant::{
    DOMAINS, EPOLL_EVENTS, EPOLL_FLAGS, HOWS, PROTOCOLS, SOCK_FLAGS, TYPES,
};
use crate::socket::option::OPTIONS;
use crate::socket::{
    Domain, EpollEvents, EpollFlags, EpollOp, How, Protocol, SockFlags, SocketType,
};

/// Reads the arguments of a call of `row`; the call ends at byte `end` of the line.
pub(crate) fn call(
    row: &'static Signature,
    arguments: Vec<Lexeme<'_>>,
    end: usize,
) -> Result<Call, SyntaxError> {
    let mut args = Args::new(row, arguments, end);
    let call = match row.call_kind {
        CallKind::Socket => {
            let (domain, socket_type, flags, protocol) = socket(&mut args)?;
            Call::Socket {
                domain,
                socket_type,
                flags,
                protocol,
            }
        }
        CallKind::Socketpair => {
            let (domain, socket_type, flags, protocol) = socket(&mut args)?;
            Call::Socketpair {
                domain,
                socket_type,
                flags,
                protocol,
            }
        }
        CallKind::Bind => Call::Bind {
            socket: args.socket()?,
            address: args.address()?,
        },
        CallKind::Listen => Call::Listen {
            socket: args.socket()?,
            backlog: args.int("a backlog")?,
        },
        CallKind::Accept => Call::Accept {
            socket: args.socket()?,
            flags: accept_flags(&mut args)?,
            length: args.length(),
        },
        CallKind::Connect => Call::Connect {
            socket: args.socket()?,
            address: args.address()?,
        },
        CallKind::Send => Call::Send {
            socket: args.socket()?,
            data: args.data()?,
            flags: args.msg_flags()?,
        },
        CallKind::Sendto => {
            let (socket, data) = (args.socket()?, args.data()?);
            let (address, flags) = args.address_and_flags()?;
            Call::Sendto {
                socket,
                data,
                address,
                flags,
            }
        }
        CallKind::Sendmsg => Call::Sendmsg {
            socket: args.socket()?,
            message: Box::new(crate::notation::parse::sets::message(&mut args)?),
        },
        CallKind::Write => Call::Write {
            socket: args.socket()?,
            data: args.data()?,
        },
        CallKind::Recv => {
            let (socket, (count, null)) = (args.socket()?, args.room()?);
            Call::Recv {
                socket,
                count,
                null,
                flags: args.msg_flags()?,
            }
        }
        CallKind::Recvfrom => {
            let (socket, (count, null)) = (args.socket()?, args.room()?);
            Call::Recvfrom {
                socket,
                count,
                null,
                flags: args.flags_before_length()?,
                length: args.length(),
            }
        }
        CallKind::Recvmsg => Call::Recvmsg {
            socket: args.socket()?,
            counts: crate::notation::parse::sets::sizes(&mut args)?,
            flags: args.flags_before_length()?,
            control: args.length(),
        },
        CallKind::Read => {
            let (socket, (count, null)) = (args.socket()?, args.room()?);
            Call::Read {
                socket,
                count,
                null,
            }
        }
        CallKind::Shutdown => Call::Shutdown {
            socket: args.socket()?,
            how: How(constant(args.required("a direction")?, &HOWS)?),
        },
        CallKind::Close => Call::Close {
            socket: args.socket()?,
        },
        CallKind::Getsockname => Call::Getsockname {
            socket: args.socket()?,
            length: args.length(),
        },
        CallKind::Getpeername => Call::Getpeername {
            socket: args.socket()?,
            length: args.length(),
        },
        CallKind::Setsockopt => {
            let socket = args.socket()?;
            let option = option(&mut args)?;
            let value = value(args.required("a value")?, option)?;
            Call::Setsockopt {
                socket,
                option,
                value,
                length: args.length(),
            }
        }
        CallKind::Getsockopt => Call::Getsockopt {
            socket: args.socket()?,
            option: option(&mut args)?,
            length: args.length(),
        },
        CallKind::Fcntl => fcntl(&mut args)?,
        CallKind::Ioctl => ioctl(&mut args)?,
        CallKind::Poll => Call::Poll {
            entries: crate::notation::parse::sets::poll_entries(&mut args)?,
            timeout: crate::notation::parse::sets::millis(&mut args)?,
        },
        CallKind::Select => Call::Select {
            sets: Box::new(crate::notation::parse::sets::select_sets(&mut args)?),
            timeout: crate::notation::parse::sets::timeout(&mut args)?,
            nfds: args.length(),
        },
        CallKind::EpollCreate1 => Call::EpollCreate1 {
            flags: EpollFlags(match args.next() {
                Some(lexeme) => mask(lexeme, &EPOLL_FLAGS)?,
                None => 0,
            }),
        },
        CallKind::EpollCreate => Call::EpollCreate {
            size: args.int("a size")?,
        },
        CallKind::EpollCtl => epoll_ctl(&mut args)?,
        CallKind::EpollWait => Call::EpollWait {
            socket: args.socket()?,
            max: args.int("how many events fit")?,
            timeout: crate::notation::parse::sets::millis(&mut args)?,
        },
        CallKind::Sigtimedwait => Call::Sigtimedwait {
            signals: crate::notation::parse::sets::signals(&mut args)?,
            timeout: crate::notation::parse::sets::timeout(&mut args)?,
        },
        CallKind::Open => Call::Open {
            path: path(args.required("a path")?)?,
        },
        CallKind::Chmod => chmod(&mut args)?,
        CallKind::Dup => Call::Dup {
            socket: args.socket()?,
        },
        CallKind::Unlink => Call::Unlink {
            address: socket_path(&mut args)?,
        },
        CallKind::Wait => Call::Wait {
            socket: args.socket()?,
        },
        CallKind::Cancel => Call::Cancel {
            socket: args.socket()?,
        },
        CallKind::State => Call::State {
            socket: args.socket()?,
        },
        CallKind::Peer => Call::Peer {
            socket: args.socket()?,
        },
        CallKind::Pending => Call::Pending {
            socket: args.socket()?,
        },
        CallKind::Unread => Call::Unread {
            socket: args.socket()?,
        },
        CallKind::Fill => Call::Fill {
            socket: args.socket()?,
        },
        CallKind::Drain => Call::Drain {
            socket: args.socket()?,
        },
        CallKind::Echo => Call::Echo {
            socket: args.socket()?,
        },
        CallKind::Sink => Call::Sink {
            socket: args.socket()?,
        },
        CallKind::Source => source(&mut args)?,
        CallKind::Serve => Call::Serve {
            socket: args.socket()?,
            service: service(args.required("what to do with each connection")?)?,
        },
        CallKind::Sleep => Call::Sleep {
            duration: duration(args.required("a duration")?)?,
        },
    };
    args.finish()?;
    Ok(call)
}

fn socket(args: &mut Args<'_>) -> Result<(Domain, SocketType, SockFlags, Protocol), SyntaxError> {
    let domain = Domain(constant(args.required("a domain")?, &DOMAINS)?);
    let type_piece = args.required("a type")?;
    let (mut socket_type, mut flags) = (None, 0);
    for bit in bits(type_piece) {
        if let Some(flag) = SOCK_FLAGS.find(bit.text) {
            flags |= flag.value;
        } else if socket_type.is_none() {
            socket_type = Some(constant(bit, &TYPES)?);
        } else {
            return Err(unknown_constant(bit, &SOCK_FLAGS));
        }
    }
    let Some(socket_type) = socket_type else {
        return Err(
            SyntaxError::new(type_piece.span(), "the type is missing beside the flags")
                .help("for example SOCK_STREAM|SOCK_NONBLOCK"),
        );
    };
    // The flags may stand as an argument of their own, before the protocol or instead of it.
    if let Some(text) = args.peek()
        && text
            .split('|')
            .all(|part| SOCK_FLAGS.find(part.trim()).is_some())
    {
        flags |= sock_flags(args)?.0;
    }
    let protocol = match args.next() {
        Some(lexeme) => constant(lexeme, &PROTOCOLS)?,
        None => 0,
    };
    Ok((
        domain,
        SocketType(socket_type),
        SockFlags(flags),
        Protocol(protocol),
    ))
}

fn sock_flags(args: &mut Args<'_>) -> Result<SockFlags, SyntaxError> {
    match args.next() {
        Some(lexeme) => mask(lexeme, &SOCK_FLAGS).map(SockFlags),
        None => Ok(SockFlags(0)),
    }
}

/// The flags of accept4, where a length may stand in their place.
fn accept_flags(args: &mut Args<'_>) -> Result<SockFlags, SyntaxError> {
    if args.flags_follow() {
        return sock_flags(args);
    }
    Ok(SockFlags(0))
}

/// `SO_REUSEADDR`, or a level and an option.
fn option(args: &mut Args<'_>) -> Result<OptionArg, SyntaxError> {
    let lexeme = args.required("an option")?;
    if let Some(row) = crate::socket::option::find(lexeme.text) {
        return Ok(OptionArg {
            level: row.level,
            number: row.number,
        });
    }
    let level = crate::socket::option::find_level(lexeme.text)
        .or_else(|| crate::notation::parse::literal::int(lexeme.text).ok());
    let Some(level) = level else {
        return Err(unknown_option(lexeme));
    };
    let lexeme = args.required("an option after the level")?;
    let number = match crate::socket::option::find(lexeme.text) {
        Some(row) => row.number,
        None => {
            crate::notation::parse::literal::int(lexeme.text).map_err(|_| unknown_option(lexeme))?
        }
    };
    Ok(OptionArg { level, number })
}

fn unknown_option(lexeme: Lexeme<'_>) -> SyntaxError {
    let error = SyntaxError::new(lexeme.span(), format!("`{}` is not an option", lexeme.text));
    let full = |prefix: &str| format!("{prefix}{}", lexeme.text);
    let typed = [
        lexeme.text.to_owned(),
        full("SO_"),
        full("TCP_"),
        full("IP_"),
        full("IPV6_"),
    ];
    let likely = typed
        .iter()
        .find_map(|text| nearest(text, OPTIONS.iter().map(|row| row.name)));
    match likely {
        Some(name) => error.help(format!("did you mean `{name}`?")),
        None => error.help("a level and a number work too: SOL_SOCKET, 2"),
    }
}

fn epoll_ctl(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let socket = args.socket()?;
    let op = EpollOp(crate::notation::parse::sets::epoll_op(args)?);
    let target = args.socket()?;
    let events = match args.next() {
        Some(lexeme) => mask(lexeme, &EPOLL_EVENTS)?,
        None if op.0 == libc::EPOLL_CTL_DEL => 0,
        None => {
            return Err(args
                .required("the events to wait for")
                .map(drop)
                .expect_err("nothing is left"));
        }
    };
    Ok(Call::EpollCtl {
        socket,
        op,
        target,
        events: EpollEvents(events),
    })
}

/// The chunk of source() where none is said: what a careful program would take.
const CHUNK: usize = 64 << 10;

fn source(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let socket = args.socket()?;
    let lexeme = args.required("how many bytes")?;
    let bytes = crate::notation::parse::literal::number(lexeme.text)
        .ok()
        .and_then(|bytes| u64::try_from(bytes).ok())
        .ok_or_else(|| {
            let message = format!("`{}` is not a number of bytes", lexeme.text);
            SyntaxError::new(lexeme.span(), message)
        })?;
    let chunk = match args.peek() {
        Some(_) => args.size()?,
        None => CHUNK,
    };
    if chunk == 0 {
        let message = "a chunk has at least one byte";
        return Err(SyntaxError::new(lexeme.span(), message));
    }
    Ok(Call::Source {
        socket,
        bytes,
        chunk,
    })
}

fn service(lexeme: Lexeme<'_>) -> Result<Service, SyntaxError> {
    Service::ALL
        .into_iter()
        .find(|service| service.word() == lexeme.text)
        .ok_or_else(|| {
            let message = format!("`{}` is no service", lexeme.text);
            SyntaxError::new(lexeme.span(), message).help("serve(l, echo) or serve(l, sink)")
        })
}

/// A path of the file system: text in quotes, or bare.
fn path(lexeme: Lexeme<'_>) -> Result<Vec<u8>, SyntaxError> {
    let wrong = |message: String| SyntaxError::new(lexeme.span(), message);
    let bytes = if lexeme.text.starts_with('"') {
        crate::notation::parse::literal::parse_data(lexeme.text)
            .map_err(wrong)?
            .bytes()
            .map_err(|error| wrong(error.to_string()))?
    } else {
        Some(lexeme.text.as_bytes().to_vec())
    };
    match bytes {
        Some(bytes) if !bytes.is_empty() && !bytes.contains(&0) => Ok(bytes),
        _ => Err(wrong(format!("`{}` is not a path", lexeme.text))),
    }
}

fn chmod(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let address = socket_path(args)?;
    let lexeme = args.required("a mode such as 0700")?;
    let mode = u32::from_str_radix(lexeme.text, 8)
        .ok()
        .filter(|mode| *mode <= 0o7777)
        .ok_or_else(|| {
            let message = format!("`{}` is not an octal mode", lexeme.text);
            SyntaxError::new(lexeme.span(), message)
                .help("for example chmod(unix:/tmp/x.sock, 0700)")
        })?;
    Ok(Call::Chmod { address, mode })
}

/// An AF_UNIX address that is a file.
fn socket_path(args: &mut Args<'_>) -> Result<AddressArg, SyntaxError> {
    let lexeme = args.required("a path")?;
    let mut again = Args::new(CallKind::Unlink.signature(), vec![lexeme], lexeme.end());
    let address = again.address()?;
    let is_path = match &address.place {
        AddressExpr::Literal(address) => address.path().is_some(),
        AddressExpr::LocalOf(_) => true,
        _ => false,
    };
    if is_path {
        return Ok(address);
    }
    Err(
        SyntaxError::new(lexeme.span(), format!("`{}` is not a path", lexeme.text))
            .help("for example unlink(unix:/tmp/x.sock)"),
    )
}

fn duration(lexeme: Lexeme<'_>) -> Result<Duration, SyntaxError> {
    parse_duration(lexeme.text).ok_or_else(|| {
        SyntaxError::new(
            lexeme.span(),
            format!("`{}` is not a duration", lexeme.text),
        )
        .help("for example 50ms or 2s")
    })
}
