//! Printing commands in the canonical form, which [`super::parse_line`] reads back to the same value.

use std::fmt;
use std::net::IpAddr;

use crate::call::argument::{
    AddressArg, AddressExpr, Descriptor, IntArg, Message, Millis, NamedAddress, NamedHost,
    NamedPort, OptionArg, PollEntry, Room,
};
use crate::call::lookup::TextSize;
use crate::call::mask::Mask;
use crate::call::parameter::{Argument, LookupArgument};
use crate::call::value::{Credentials, Span};
use crate::call::{Call, Command, Line, Mode};
use crate::socket::constant::{DescriptorFlags, StatusFlags};
use crate::socket::text::Quoted;
use crate::socket::{Address, EpollOp, MsgFlags, Sig, SockFlags};

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
        if let Some(process) = &self.process {
            write!(f, " in {process}")?;
        }
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
            Self::Host(IpAddr::V4(ip)) => write!(f, "{ip}"),
            Self::Host(IpAddr::V6(ip)) => write!(f, "[{ip}]"),
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
            Self::Loopback(port) => write!(f, "{port}"),
            Self::Named(named) => write!(f, "{named}"),
            Self::Unspecified => f.write_str("AF_UNSPEC"),
            Self::Null => f.write_str("NULL"),
        }
    }
}

impl fmt::Display for NamedAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.host {
            NamedHost::Name(name) => f.write_str(name)?,
            NamedHost::Number(IpAddr::V4(ip)) => write!(f, "{ip}")?,
            NamedHost::Number(IpAddr::V6(ip)) => write!(f, "[{ip}]")?,
            NamedHost::Any => f.write_str("*")?,
        }
        match &self.port {
            NamedPort::Number(port) => write!(f, ":{port}"),
            NamedPort::Service(service) => write!(f, ":{service}"),
            NamedPort::Of(name) => write!(f, ":port({name})"),
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
        if let Some(Credentials { pid, uid, gid }) = self.credentials {
            write!(f, ", creds({pid}, {uid}, {gid})")?;
        }
        self.control
            .iter()
            .try_for_each(|message| write!(f, ", {message}"))
    }
}

/// The size of a receive buffer, or of a null pointer.
impl fmt::Display for Room {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let null = if self.null { "NULL*" } else { "" };
        write!(f, "{null}{}", self.size)
    }
}

/// Values between commas.
fn commas(values: &[impl fmt::Display]) -> String {
    let texts: Vec<String> = values.iter().map(ToString::to_string).collect();
    texts.join(", ")
}

impl fmt::Display for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Self::Syscall { made } = self {
            return write!(
                f,
                "{}({})",
                made.name,
                made.entered.trim_end_matches([',', ' '])
            );
        }
        write!(f, "{}(", self.call_kind().word())?;
        let mut printed = Ok(());
        let (mut before, mut removes) = (None, false);
        self.visit(&mut |argument| {
            removes |= argument == Argument::EpollOp(EpollOp(libc::EPOLL_CTL_DEL));
            let text = text(argument, before, removes);
            printed = printed.and_then(|()| match text {
                Some(text) => write!(f, "{}{text}", separator(argument, before)),
                None => Ok(()),
            });
            before = Some(argument);
        });
        printed?;
        f.write_str(")")
    }
}

/// What is between an argument and the one before it.
fn separator(argument: Argument<'_>, before: Option<Argument<'_>>) -> &'static str {
    match (argument, before) {
        (_, None) => "",
        (Argument::SockFlags(_), Some(Argument::Type(_))) => "|",
        _ => ", ",
    }
}

/// An argument as it is written; `None` for one that is said by leaving it out, as the events of what epoll_ctl(2)
/// removes are.
fn text(argument: Argument<'_>, before: Option<Argument<'_>>, removes: bool) -> Option<String> {
    Some(match argument {
        Argument::Descriptor(socket) => socket.to_string(),
        Argument::Address(address) => address.to_string(),
        Argument::Domain(domain) => domain.to_string(),
        Argument::Type(socket_type) => socket_type.to_string(),
        Argument::SockFlags(flags) if flags.0 == 0 => return None,
        Argument::SockFlags(flags) => flags.to_string(),
        Argument::Protocol(protocol) if protocol.0 == 0 => return None,
        Argument::Protocol(protocol) => protocol.to_string(),
        Argument::Int(number) => number.to_string(),
        Argument::Data(data) => data.to_string(),
        Argument::Buffers(buffers) => format!("[{}]", commas(buffers)),
        Argument::Message(message) => message.to_string(),
        Argument::Messages(messages) => {
            let texts: Vec<String> = messages.iter().map(one_of_several).collect();
            format!("[{}]", texts.join(", "))
        }
        Argument::MsgFlags(flags) if flags.0 == 0 => return None,
        Argument::MsgFlags(flags) => flags.to_string(),
        Argument::Room(room) => room.to_string(),
        Argument::Sizes([one]) => one.to_string(),
        Argument::Sizes(several) => format!("[{}]", commas(several)),
        Argument::How(how) => how.to_string(),
        // Alone it would be read as the flags.
        Argument::Length(Some(0)) if before == Some(Argument::SockFlags(SockFlags(0))) => {
            "0, 0".to_owned()
        }
        Argument::Length(length) => length?.to_string(),
        Argument::Option(option) => option.to_string(),
        Argument::Value(value) => value.to_string(),
        Argument::FcntlCommand(command) => command.to_string(),
        Argument::FcntlArg(argument) => fcntl_argument(argument?, before),
        Argument::IoctlRequest(request) => request.to_string(),
        Argument::Entries(entries) => format!("[{}]", commas(entries)),
        Argument::Millis(Millis(millis)) => millis.to_string(),
        Argument::Sets(sets) => {
            let sets = sets.named();
            sets.map(|(word, set)| format!("{word} [{}]", commas(set)))
                .join(", ")
        }
        Argument::Timeout(timeout) => timeout.to_string(),
        Argument::Limit(None) => return None,
        Argument::Limit(Some(timeout)) => timeout.to_string(),
        Argument::Constant(family, value) => match family.name_of(value) {
            Some(name) => name.to_owned(),
            None => value.to_string(),
        },
        Argument::Flags(_, 0) => return None,
        Argument::Flags(family, flags) => family.mask(flags),
        Argument::EpollOp(operation) => operation.to_string(),
        Argument::EpollEvents(events) if events.0 == 0 && removes => return None,
        Argument::EpollEvents(events) => events.to_string(),
        Argument::Signals(signals) => format!("[{}]", commas(signals)),
        Argument::Mask(Mask(None)) => return None,
        Argument::Mask(mask) => mask.to_string(),
        Argument::Path(path) => Quoted(path).to_string(),
        Argument::Mode(mode) => format!("{mode:04o}"),
        Argument::Bytes(bytes) => bytes.to_string(),
        Argument::Chunk(chunk) => chunk.to_string(),
        Argument::Service(service) => service.word().to_owned(),
        Argument::Fault(fault) => fault.to_string(),
        Argument::Process(process) => process.to_string(),
        Argument::Interval(interval) => Span(interval?).to_string(),
        Argument::Duration(duration) => Span(duration).to_string(),
        Argument::Lookup(argument) => return lookup_argument(argument),
    })
}

/// An argument of a call of the C library; `None` for one that is left out.
fn lookup_argument(argument: LookupArgument<'_>) -> Option<String> {
    use LookupArgument as L;
    Some(match argument {
        L::Host(host) => host.0.to_string(),
        L::Service(service) => service.0.to_string(),
        L::Hints(hints) => hints?.to_string(),
        L::Room(room) if room.is_default() => return None,
        L::Room(room) => room.to_string(),
        L::Number(number) => number.0.to_string(),
        L::Size(TextSize(size)) => size?.to_string(),
    })
}

/// One of the messages of sendmmsg(2): its buffers alone, or in braces what goes with them.
fn one_of_several(message: &Message) -> String {
    let text = message.to_string();
    match text.ends_with(']') {
        true => text,
        false => format!("{{{text}}}"),
    }
}

/// The argument of fcntl(2), in the words of the command before it.
fn fcntl_argument(argument: &IntArg, before: Option<Argument<'_>>) -> String {
    let number = match argument {
        IntArg::Number(number) => *number,
        IntArg::OwnProcess => return "getpid()".to_owned(),
        IntArg::Child(name) => return name.to_string(),
    };
    match before {
        Some(Argument::FcntlCommand(command)) => match command.0 {
            libc::F_SETFD => DescriptorFlags(number).to_string(),
            libc::F_SETFL => StatusFlags(number).to_string(),
            _ if command.is_signal() => Sig(number).to_string(),
            _ => number.to_string(),
        },
        _ => number.to_string(),
    }
}

fn write_flags(f: &mut fmt::Formatter<'_>, flags: MsgFlags) -> fmt::Result {
    if flags.0 == 0 {
        return Ok(());
    }
    write!(f, ", {flags}")
}
