//! Printing commands in the canonical form, which [`super::parse_line`] reads back to the same value.

use std::fmt;
use std::net::IpAddr;

use super::call::{AddressArg, Call, Command, Descriptor, Line, Mode, OptionArg, Place};
use super::value::Span;
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::{Address, Domain, MsgFlags, Protocol, SockFlags, SocketType, option};

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

impl fmt::Display for Place {
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
        if let Some(row) = option::by_number(self.level, self.number) {
            return f.write_str(row.name);
        }
        match option::level_name(self.level) {
            Some(level) => write!(f, "{level}, {}", self.number),
            None => write!(f, "{}, {}", self.level, self.number),
        }
    }
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}(", self.verb().word())?;
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
            Self::Accept { socket, flags } => {
                write!(f, "{socket}")?;
                if flags.0 != 0 {
                    write!(f, ", {flags}")?;
                }
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
            Self::Write { socket, data } => write!(f, "{socket}, {data}")?,
            Self::Recv {
                socket,
                count,
                flags,
            }
            | Self::Recvfrom {
                socket,
                count,
                flags,
            } => {
                write!(f, "{socket}, {count}")?;
                write_flags(f, *flags)?;
            }
            Self::Read { socket, count } => write!(f, "{socket}, {count}")?,
            Self::Shutdown { socket, how } => write!(f, "{socket}, {how}")?,
            Self::Setsockopt {
                socket,
                option,
                value,
            } => write!(f, "{socket}, {option}, {value}")?,
            Self::Getsockopt { socket, option } => write!(f, "{socket}, {option}")?,
            Self::Fcntl {
                socket,
                command,
                argument,
            } => {
                write!(f, "{socket}, {command}")?;
                match argument {
                    Some(flags) if command.0 == libc::F_SETFD => {
                        write!(f, ", {}", DescriptorFlags(*flags))?;
                    }
                    Some(flags) => write!(f, ", {}", StatusFlags(*flags))?,
                    None => {}
                }
            }
            Self::Unlink { address } => write!(f, "{address}")?,
            Self::Sleep { duration } => write!(f, "{}", Span(*duration))?,
            Self::Close { socket }
            | Self::Getsockname { socket }
            | Self::Getpeername { socket }
            | Self::Dup { socket }
            | Self::Wait { socket }
            | Self::Cancel { socket }
            | Self::State { socket }
            | Self::Pending { socket }
            | Self::Fill { socket }
            | Self::Drain { socket } => write!(f, "{socket}")?,
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
