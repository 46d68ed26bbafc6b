//! Printing commands in the canonical form, which [`super::parse_line`] reads back to the same value.

use std::fmt;
use std::net::IpAddr;

use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, OptionArg, PollEntry,
};
use crate::call::value::{Credentials, Span};
use crate::call::{Call, Command, Line, Mode};
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::text::Quoted;
use crate::socket::{
    Address, Domain, FcntlCommand, MsgFlags, Protocol, Sig, SockFlags, SocketType,
};

impl fmt::Display for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = match (&self.command, &self.comment) {
            (Some(_), Some(_)) => "  ",
            _ => "",
        };
        if let Some(command) = &self.command {
            write!(f, "{command}{separator}")?;
        }
        match &self.comment {
            Some(comment) => write!(f, "#{comment}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, target) in self.targets.iter().enumerate() {
            let comma = if index == 0 { "" } else { ", " };
            write!(f, "{comma}{target}")?;
        }
        if !self.targets.is_empty() {
            f.write_str(" = ")?;
        }
        write!(f, "{}", self.call)?;
        match &self.mode {
            Mode::Plain => Ok(()),
            Mode::Expect(expectation) => write!(f, " -> {expectation}"),
            Mode::Blocks => f.write_str(" -> blocks"),
            Mode::Background => f.write_str(" &"),
        }
    }
}

impl fmt::Display for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Named(name) => write!(f, "{name}"),
            Self::Raw(number) => write!(f, "{number}"),
        }
    }
}

impl fmt::Display for AddressArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.place)?;
        match self.length {
            Some(length) => write!(f, ", {length}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for AddressExpr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Literal(Address::Inet(a)) if a.ip().is_unspecified() => {
                write!(f, "*:{}", a.port())
            }
            Self::Literal(address) => write!(f, "{address}"),
            Self::Zoned { ip, zone, port } => write!(f, "[{ip}%{zone}]:{port}"),
            Self::LocalOf(name) => write!(f, "addr({name})"),
            Self::PortOf {
                host: IpAddr::V4(ip),
                of,
            } if ip.is_unspecified() => write!(f, "*:port({of})"),
            Self::PortOf {
                host: IpAddr::V4(ip),
                of,
            } => write!(f, "{ip}:port({of})"),
            Self::PortOf {
                host: IpAddr::V6(ip),
                of,
            } => write!(f, "[{ip}]:port({of})"),
            Self::Unspecified => f.write_str("AF_UNSPEC"),
            Self::Null => f.write_str("NULL"),
        }
    }
}

impl fmt::Display for OptionArg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(row) = crate::socket::option::by_number(self.level, self.number) {
            return f.write_str(row.name);
        }
        match crate::socket::option::level_name(self.level) {
            Some(level) => write!(f, "{level}, {}", self.number),
            None => write!(f, "{}, {}", self.level, self.number),
        }
    }
}

impl fmt::Display for PollEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.socket, self.events)
    }
}

impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[{}]", commas(&self.data))?;
        if let Some(address) = &self.address {
            write!(f, ", {address}")?;
        }
        write_flags(f, self.flags)?;
        if !self.fds.is_empty() {
            write!(f, ", fds({})", commas(&self.fds))?;
        }
        match self.credentials {
            Some(Credentials { pid, uid, gid }) => write!(f, ", creds({pid}, {uid}, {gid})"),
            None => Ok(()),
        }
    }
}

/// The size of a receive buffer, or of a null pointer.
struct Room(usize, bool);

impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.1 { "NULL*" } else { "" };
        write!(f, "{null}{}", self.0)
    }
}

/// Values between commas.
fn commas(values: &[impl fmt::Display]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

/// A length or other number that follows, where there is one.
fn write_length(f: &mut fmt::Formatter<'_>, length: Option<i32>) -> fmt::Result {
    match length {
        Some(length) => write!(f, ", {length}"),
        None => Ok(()),
    }
}

fn write_fcntl_argument(
    f: &mut fmt::Formatter<'_>,
    command: FcntlCommand,
    argument: Option<IntArg>,
) -> fmt::Result {
    match argument {
        None => Ok(()),
        Some(IntArg::OwnProcess) => f.write_str(", getpid()"),
        Some(IntArg::Number(number)) => match command.0 {
            libc::F_SETFD => write!(f, ", {}", DescriptorFlags(number)),
            libc::F_SETFL => write!(f, ", {}", StatusFlags(number)),
            _ if command.is_signal() => write!(f, ", {}", Sig(number)),
            _ => write!(f, ", {number}"),
        },
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.call_kind().word())?;
        match self {
            Self::Socket {
                domain,
                socket_type,
                flags,
                protocol,
            }
            | Self::Socketpair {
                domain,
                socket_type,
                flags,
                protocol,
            } => {
                write_socket(f, *domain, *socket_type, *flags, *protocol)?;
            }
            Self::Bind { socket, address } | Self::Connect { socket, address } => {
                write!(f, "{socket}, {address}")?;
            }
            Self::Listen { socket, backlog } => write!(f, "{socket}, {backlog}")?,
            Self::Accept {
                socket,
                flags,
                length,
            } => {
                write!(f, "{socket}")?;
                if flags.0 != 0 {
                    write!(f, ", {flags}")?;
                }
                write_length(f, *length)?;
            }
            Self::Send {
                socket,
                data,
                flags,
            } => {
                write!(f, "{socket}, {data}")?;
                write_flags(f, *flags)?;
            }
            Self::Sendto {
                socket,
                data,
                address,
                flags,
            } => {
                write!(f, "{socket}, {data}, {address}")?;
                write_flags(f, *flags)?;
            }
            Self::Sendmsg { socket, message } => write!(f, "{socket}, {message}")?,
            Self::Write { socket, data } => write!(f, "{socket}, {data}")?,
            Self::Recv {
                socket,
                count,
                null,
                flags,
            } => {
                write!(f, "{socket}, {}", Room(*count, *null))?;
                write_flags(f, *flags)?;
            }
            Self::Recvfrom {
                socket,
                count,
                null,
                flags,
                length,
            } => {
                write!(f, "{socket}, {}", Room(*count, *null))?;
                write_flags(f, *flags)?;
                write_length(f, *length)?;
            }
            Self::Recvmsg {
                socket,
                counts,
                flags,
                control,
            } => {
                match counts.as_slice() {
                    [one] => write!(f, "{socket}, {one}")?,
                    several => write!(f, "{socket}, [{}]", commas(several))?,
                }
                write_flags(f, *flags)?;
                write_length(f, *control)?;
            }
            Self::Read {
                socket,
                count,
                null,
            } => write!(f, "{socket}, {}", Room(*count, *null))?,
            Self::Shutdown { socket, how } => write!(f, "{socket}, {how}")?,
            Self::Setsockopt {
                socket,
                option,
                value,
                length,
            } => {
                write!(f, "{socket}, {option}, {value}")?;
                write_length(f, *length)?;
            }
            Self::Getsockopt {
                socket,
                option,
                length,
            } => {
                write!(f, "{socket}, {option}")?;
                write_length(f, *length)?;
            }
            Self::Fcntl {
                socket,
                command,
                argument,
            } => {
                write!(f, "{socket}, {command}")?;
                write_fcntl_argument(f, *command, *argument)?;
            }
            Self::Ioctl {
                socket,
                request,
                argument,
            } => {
                write!(f, "{socket}, {request}")?;
                write_length(f, *argument)?;
            }
            Self::Poll { entries, timeout } => write!(f, "[{}], {timeout}", commas(entries))?,
            Self::Select {
                sets,
                timeout,
                nfds,
            } => {
                for (word, set) in sets.named() {
                    write!(f, "{word} [{}], ", commas(set))?;
                }
                write!(f, "{timeout}")?;
                write_length(f, *nfds)?;
            }
            Self::EpollCreate1 { flags } if flags.0 == 0 => {}
            Self::EpollCreate1 { flags } => write!(f, "{flags}")?,
            Self::EpollCreate { size } => write!(f, "{size}")?,
            Self::EpollCtl {
                socket,
                op,
                target,
                events,
            } => {
                write!(f, "{socket}, {op}, {target}")?;
                if op.0 != libc::EPOLL_CTL_DEL || events.0 != 0 {
                    write!(f, ", {events}")?;
                }
            }
            Self::EpollWait {
                socket,
                max,
                timeout,
            } => write!(f, "{socket}, {max}, {timeout}")?,
            Self::Sigtimedwait { signals, timeout } => {
                write!(f, "[{}], {timeout}", commas(signals))?;
            }
            Self::Open { path } => write!(f, "{}", Quoted(path))?,
            Self::Chmod { address, mode } => write!(f, "{address}, {mode:04o}")?,
            Self::Source {
                socket,
                bytes,
                chunk,
            } => write!(f, "{socket}, {bytes}, {chunk}")?,
            Self::Serve { socket, service } => write!(f, "{socket}, {}", service.word())?,
            Self::Getsockname { socket, length } | Self::Getpeername { socket, length } => {
                write!(f, "{socket}")?;
                write_length(f, *length)?;
            }
            Self::Unlink { address } => write!(f, "{address}")?,
            Self::Sleep { duration } => write!(f, "{}", Span(*duration))?,
            Self::Close { socket }
            | Self::Dup { socket }
            | Self::Wait { socket }
            | Self::Cancel { socket }
            | Self::State { socket }
            | Self::Peer { socket }
            | Self::Pending { socket }
            | Self::Unread { socket }
            | Self::Fill { socket }
            | Self::Drain { socket }
            | Self::Echo { socket }
            | Self::Sink { socket } => write!(f, "{socket}")?,
        }
        f.write_str(")")
    }
}

fn write_socket(
    f: &mut fmt::Formatter<'_>,
    domain: Domain,
    socket_type: SocketType,
    flags: SockFlags,
    protocol: Protocol,
) -> fmt::Result {
    write!(f, "{domain}, {socket_type}")?;
    if flags.0 != 0 {
        write!(f, "|{flags}")?;
    }
    if protocol.0 != 0 {
        write!(f, ", {protocol}")?;
    }
    Ok(())
}

fn write_flags(f: &mut fmt::Formatter<'_>, flags: MsgFlags) -> fmt::Result {
    if flags.0 == 0 {
        return Ok(());
    }
    write!(f, ", {flags}")
}
