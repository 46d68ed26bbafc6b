//! From the arguments of a call to its value: one arm a call.

use std::time::Duration;

use super::SyntaxError;
use super::args::{Args, bits, constant, mask, unknown_constant};
use super::cut::Piece;
use super::literal::{self, parse_duration};
use super::value::value;
use crate::notation::call::{Call, OptionArg, Place};
use crate::notation::diagnostic::nearest;
use crate::notation::signature::{Signature, Verb};
use crate::socket::constant::{
    DESCRIPTOR_FLAGS, DOMAINS, FCNTL_COMMANDS, HOWS, PROTOCOLS, SOCK_FLAGS, STATUS_FLAGS, TYPES,
};
use crate::socket::option::{self, OPTIONS};
use crate::socket::{Domain, FcntlCommand, How, Protocol, SockFlags, SocketType};

/// Reads the arguments of a call of `row`; the call ends at byte `end` of the line.
pub(super) fn call(
    row: &'static Signature,
    arguments: Vec<Piece<'_>>,
    end: usize,
) -> Result<Call, SyntaxError> {
    let mut args = Args::new(row, arguments, end);
    let call = match row.verb {
        Verb::Socket => {
            let (domain, socket_type, flags, protocol) = socket(&mut args)?;
            Call::Socket {
                domain,
                socket_type,
                flags,
                protocol,
            }
        }
        Verb::Socketpair => {
            let (domain, socket_type, flags, protocol) = socket(&mut args)?;
            Call::Socketpair {
                domain,
                socket_type,
                flags,
                protocol,
            }
        }
        Verb::Bind => Call::Bind {
            socket: args.socket()?,
            address: args.address()?,
        },
        Verb::Listen => Call::Listen {
            socket: args.socket()?,
            backlog: args.int("a backlog")?,
        },
        Verb::Accept => Call::Accept {
            socket: args.socket()?,
            flags: sock_flags(&mut args)?,
        },
        Verb::Connect => Call::Connect {
            socket: args.socket()?,
            address: args.address()?,
        },
        Verb::Send => Call::Send {
            socket: args.socket()?,
            data: args.data()?,
            flags: args.msg_flags()?,
        },
        Verb::Sendto => {
            let (socket, data) = (args.socket()?, args.data()?);
            let (address, flags) = args.address_and_flags()?;
            Call::Sendto {
                socket,
                data,
                address,
                flags,
            }
        }
        Verb::Write => Call::Write {
            socket: args.socket()?,
            data: args.data()?,
        },
        Verb::Recv => Call::Recv {
            socket: args.socket()?,
            count: args.size()?,
            flags: args.msg_flags()?,
        },
        Verb::Recvfrom => Call::Recvfrom {
            socket: args.socket()?,
            count: args.size()?,
            flags: args.msg_flags()?,
        },
        Verb::Read => Call::Read {
            socket: args.socket()?,
            count: args.size()?,
        },
        Verb::Shutdown => Call::Shutdown {
            socket: args.socket()?,
            how: How(constant(args.required("a direction")?, &HOWS)?),
        },
        Verb::Close => Call::Close {
            socket: args.socket()?,
        },
        Verb::Getsockname => Call::Getsockname {
            socket: args.socket()?,
        },
        Verb::Getpeername => Call::Getpeername {
            socket: args.socket()?,
        },
        Verb::Setsockopt => {
            let socket = args.socket()?;
            let option = option(&mut args)?;
            let value = value(args.required("a value")?, option)?;
            Call::Setsockopt {
                socket,
                option,
                value,
            }
        }
        Verb::Getsockopt => Call::Getsockopt {
            socket: args.socket()?,
            option: option(&mut args)?,
        },
        Verb::Fcntl => fcntl(&mut args)?,
        Verb::Dup => Call::Dup {
            socket: args.socket()?,
        },
        Verb::Unlink => unlink(&mut args)?,
        Verb::Wait => Call::Wait {
            socket: args.socket()?,
        },
        Verb::Cancel => Call::Cancel {
            socket: args.socket()?,
        },
        Verb::State => Call::State {
            socket: args.socket()?,
        },
        Verb::Pending => Call::Pending {
            socket: args.socket()?,
        },
        Verb::Fill => Call::Fill {
            socket: args.socket()?,
        },
        Verb::Drain => Call::Drain {
            socket: args.socket()?,
        },
        Verb::Sleep => Call::Sleep {
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
        Some(piece) => constant(piece, &PROTOCOLS)?,
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
        Some(piece) => mask(piece, &SOCK_FLAGS).map(SockFlags),
        None => Ok(SockFlags(0)),
    }
}

/// `SO_REUSEADDR`, or a level and an option.
fn option(args: &mut Args<'_>) -> Result<OptionArg, SyntaxError> {
    let piece = args.required("an option")?;
    if let Some(row) = option::find(piece.text) {
        return Ok(OptionArg {
            level: row.level,
            number: row.number,
        });
    }
    let level = option::find_level(piece.text).or_else(|| literal::int(piece.text).ok());
    let Some(level) = level else {
        return Err(unknown_option(piece));
    };
    let piece = args.required("an option after the level")?;
    let number = match option::find(piece.text) {
        Some(row) => row.number,
        None => literal::int(piece.text).map_err(|_| unknown_option(piece))?,
    };
    Ok(OptionArg { level, number })
}

fn unknown_option(piece: Piece<'_>) -> SyntaxError {
    let error = SyntaxError::new(piece.span(), format!("`{}` is not an option", piece.text));
    let full = |prefix: &str| format!("{prefix}{}", piece.text);
    let typed = [
        piece.text.to_owned(),
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

/// The numbers of the commands of fcntl(2) that POSIX knows, and of those that Linux adds, with room for new ones.
const EXISTING_COMMANDS: std::ops::Range<i32> = 0..100;
const LINUX_COMMANDS: std::ops::Range<i32> = 1024..1100;

fn fcntl(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let socket = args.socket()?;
    let piece = args.required("a command")?;
    // Others that exist take pointers, or make descriptors that nobody would know. What does not exist does no harm.
    let known = |value: &i32| {
        FCNTL_COMMANDS.name_of(*value).is_some()
            || !EXISTING_COMMANDS.contains(value) && !LINUX_COMMANDS.contains(value)
    };
    let command = constant(piece, &FCNTL_COMMANDS)?;
    let command = Some(command)
        .filter(known)
        .ok_or_else(|| unknown_constant(piece, &FCNTL_COMMANDS))?;
    let command = FcntlCommand(command);
    let family = if command.0 == libc::F_SETFD {
        &DESCRIPTOR_FLAGS
    } else {
        &STATUS_FLAGS
    };
    let sets = matches!(command.0, libc::F_SETFL | libc::F_SETFD);
    let argument = match (args.next(), sets) {
        (Some(piece), _) => Some(mask(piece, family)?),
        (None, true) => {
            return Err(args
                .required("the flags to set")
                .map(drop)
                .expect_err("nothing is left"));
        }
        (None, false) => None,
    };
    Ok(Call::Fcntl {
        socket,
        command,
        argument,
    })
}

fn unlink(args: &mut Args<'_>) -> Result<Call, SyntaxError> {
    let piece = args.required("a path")?;
    let mut again = Args::new(Verb::Unlink.signature(), vec![piece], piece.end());
    let address = again.address()?;
    let is_path = match &address.place {
        Place::Literal(address) => address.path().is_some(),
        Place::LocalOf(_) => true,
        _ => false,
    };
    if is_path {
        return Ok(Call::Unlink { address });
    }
    Err(
        SyntaxError::new(piece.span(), format!("`{}` is not a path", piece.text))
            .help("for example unlink(unix:/tmp/x.sock)"),
    )
}

fn duration(piece: Piece<'_>) -> Result<Duration, SyntaxError> {
    parse_duration(piece.text).ok_or_else(|| {
        SyntaxError::new(piece.span(), format!("`{}` is not a duration", piece.text))
            .help("for example 50ms or 2s")
    })
}
