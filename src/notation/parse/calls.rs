//! From the arguments of a call to its value: each argument is read as its type says.

mod address;
mod epoll;
mod lookup;
mod option;

use std::time::Duration;

use crate::call::Call;
use crate::call::argument::{Descriptor, Name, Room, Service};
use crate::call::data::Data;
use crate::call::fault::Fault;
use crate::call::process::ProcessArg;
use crate::call::rows::with_calls;
use crate::call::table::{CallKind, ParamKind, Signature, name_of};
use crate::notation::parse::SyntaxError;
use crate::notation::parse::args::{Args, article, bits, constant, mask, unknown_constant};
pub(crate) use crate::notation::parse::calls::address::address;
use crate::notation::parse::lexer::Lexeme;
use crate::notation::parse::literal::parse_duration;
use crate::socket::constant::{
    CLOCKS, DOMAINS, DUP_FLAGS, EPOLL_FLAGS, EVENTFD_FLAGS, HOWS, KILL_SIGNALS, MSG_FLAGS,
    PIPE_FLAGS, PROTOCOLS, RESOURCES, SETTIME_FLAGS, SOCK_FLAGS, TIMERFD_FLAGS, TYPES, WAIT_FLAGS,
};
use crate::socket::{
    Clock, Domain, DupFlags, EpollFlags, Errno, EventfdFlags, How, KillSignal, MsgFlags, PipeFlags,
    Protocol, Resource, SettimeFlags, SockFlags, SocketType, TimerfdFlags, WaitFlags,
};

/// A type that an argument of a call can have, as it is read.
pub(crate) trait Read: Sized {
    /// Takes as many arguments as it needs. `name` is what the table calls it.
    fn read(args: &mut Args<'_>, name: &str) -> Result<Self, SyntaxError>;
}

macro_rules! define_parser {
    ($(
        #[doc = $summary:literal]
        $kind:ident $word:literal ($($field:ident: $type:ty $(as $param:literal)?),*) -> $result:literal
        traced $syscall:literal $(by $hook:ident)?
        { $($columns:tt)* }
    )+) => {
        /// Reads the arguments of a call of `row`; the call ends at byte `end` of the line.
        pub(crate) fn call(
            row: &'static Signature,
            arguments: Vec<Lexeme<'_>>,
            end: usize,
        ) -> Result<Call, SyntaxError> {
            let mut args = Args::new(row, arguments, end);
            let call = match row.call_kind {
                $(CallKind::$kind => Call::$kind {
                    $($field: Read::read(&mut args, name_of!($field $($param)?))?),*
                },)+
                CallKind::Syscall => return Err(SyntaxError::new(0..end, "the notation does not have it")),
            };
            args.finish()?;
            Ok(call)
        }
    };
}

with_calls!(define_parser);

/// The next argument as one constant of a family, or a number.
macro_rules! constants {
    ($($type:ident $family:ident $what:literal;)+) => {
        $(impl Read for $type {
            fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
                constant(args.required($what)?, &$family).map(Self)
            }
        })+
    };
}

constants! {
    Clock CLOCKS "a clock";
    KillSignal KILL_SIGNALS "a signal";
    How HOWS "a direction";
    Resource RESOURCES "a resource";
}

/// What people call the usual sockets: `socket tcp` is `socket(AF_INET, SOCK_STREAM)`.
const SHORT_NAMES: [(&str, Domain, SocketType); 4] = [
    ("tcp", Domain::INET, SocketType::STREAM),
    ("udp", Domain::INET, SocketType::DGRAM),
    ("tcp6", Domain::INET6, SocketType::STREAM),
    ("udp6", Domain::INET6, SocketType::DGRAM),
];

/// A domain; for a call that makes a socket also a short name for the domain and the type.
impl Read for Domain {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a domain")?;
        let is_meant = |(name, ..): &&(&str, Self, SocketType)| {
            args.row.call_kind == CallKind::Socket && lexeme.text.eq_ignore_ascii_case(name)
        };
        if let Some((_, domain, socket_type)) = SHORT_NAMES.iter().find(is_meant) {
            args.read.implied_type = Some(*socket_type);
            return Ok(*domain);
        }
        constant(lexeme, &DOMAINS).map(Self)
    }
}

/// The next argument, if there is one, as flags of a family.
macro_rules! optional_flags {
    ($($type:ident $family:ident;)+) => {
        $(impl Read for $type {
            fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
                let flags = args.next().map(|lexeme| mask(lexeme, &$family));
                flags.unwrap_or(Ok(0)).map(Self)
            }
        })+
    };
}

optional_flags! {
    DupFlags DUP_FLAGS;
    EpollFlags EPOLL_FLAGS;
    EventfdFlags EVENTFD_FLAGS;
    PipeFlags PIPE_FLAGS;
    SettimeFlags SETTIME_FLAGS;
    TimerfdFlags TIMERFD_FLAGS;
    WaitFlags WAIT_FLAGS;
}

impl Read for Descriptor {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        args.socket()
    }
}

/// A child by its name, or a process ID.
impl Read for ProcessArg {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a child")?;
        if let Some(name) = Name::new(lexeme.text) {
            return Ok(Self::Named(name));
        }
        crate::notation::parse::literal::int(lexeme.text)
            .map(Self::Number)
            .map_err(|_| {
                SyntaxError::new(lexeme.span(), format!("`{}` is not a process", lexeme.text))
                    .help("write the name that fork() gave, such as p")
            })
    }
}

impl Read for SocketType {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if let Some(implied) = args.read.implied_type {
            return Ok(implied);
        }
        let lexeme = args.required("a type")?;
        let mut socket_type = None;
        for bit in bits(lexeme) {
            if let Some(flag) = SOCK_FLAGS.find(bit.text) {
                args.read.type_flags |= flag.value;
            } else if socket_type.is_none() {
                socket_type = Some(constant(bit, &TYPES)?);
            } else {
                return Err(unknown_constant(bit, &SOCK_FLAGS));
            }
        }
        let Some(socket_type) = socket_type else {
            return Err(
                SyntaxError::new(lexeme.span(), "the flags need a socket type")
                    .help("for example SOCK_STREAM|SOCK_NONBLOCK"),
            );
        };
        Ok(Self(socket_type))
    }
}

/// The flags of a call, or those beside a type.
impl Read for SockFlags {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let beside_type = args.read.type_flags;
        // Beside a type only names are flags: a number is the protocol. Elsewhere a number is a length, unless it is 0 or
        // a length follows it.
        let follow = if args.row.takes(ParamKind::Type) {
            args.peek().is_some_and(|text| {
                let mut parts = text.split('|');
                parts.all(|part| SOCK_FLAGS.find(part.trim()).is_some())
            })
        } else {
            args.flags_follow() || args.left() == 2 || args.peek() == Some("0")
        };
        match args.next_if(follow) {
            Some(lexeme) => mask(lexeme, &SOCK_FLAGS).map(|flags| Self(flags | beside_type)),
            None => Ok(Self(beside_type)),
        }
    }
}

impl Read for Protocol {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        match args.next() {
            Some(lexeme) => constant(lexeme, &PROTOCOLS).map(Self),
            None => Ok(Self(0)),
        }
    }
}

/// Only listen(2) has a number that people leave out: the backlog is as large as it can be then.
impl Read for i32 {
    fn read(args: &mut Args<'_>, name: &str) -> Result<Self, SyntaxError> {
        if args.row.call_kind == CallKind::Listen && args.left() == 0 {
            return Ok(libc::SOMAXCONN);
        }
        args.int(&format!("{} {name}", article(name)))
    }
}

/// A decimal number that may follow: the length beside a pointer. A request of ioctl(2) that sets something needs one.
impl Read for Option<i32> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        match args.read.request {
            Some(request) if request.sets() => args.int("0 or 1").map(Some),
            Some(_) => Ok(None),
            None => Ok(args.length()),
        }
    }
}

/// Data; a bare word is the text of it, if it is nothing else.
impl Read for Data {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("data")?;
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"_-".contains(&byte);
        let is_word = lexeme.text.starts_with(|c: char| c.is_ascii_alphabetic())
            && lexeme.text.bytes().all(is_plain)
            && !lexeme.text.starts_with("NULL");
        if let Some(flag) = MSG_FLAGS.find(lexeme.text).filter(|_| is_word) {
            let message = format!("the data is missing: {} is a flag", flag.name);
            return Err(SyntaxError::new(lexeme.span(), message)
                .help("as data it is written in quotes, and flags come after the data"));
        }
        if is_word {
            return Ok(Self::Text(lexeme.text.as_bytes().to_vec()));
        }
        crate::notation::parse::literal::parse_data(lexeme.text)
            .map_err(|message| SyntaxError::new(lexeme.span(), message))
    }
}

/// Optional flags, unless they were before an address; where a length may be in their place, a number is that.
impl Read for MsgFlags {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        if let Some(flags) = args.read.flags.take() {
            return Ok(flags);
        }
        if args.row.takes(ParamKind::Length) && !args.flags_follow() {
            return Ok(Self(0));
        }
        args.msg_flags()
    }
}

/// The size of a receive buffer, or `NULL*n`: a null pointer of that size.
impl Read for Room {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a size in bytes")?;
        let (text, null) = match lexeme.text.strip_prefix("NULL*") {
            Some(size) => (size, true),
            None => (lexeme.text, false),
        };
        crate::notation::parse::literal::size(text)
            .map(|size| Self { size, null })
            .map_err(|message| SyntaxError::new(lexeme.span(), message))
    }
}

/// How many bytes a loop moves.
impl Read for u64 {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("how many bytes")?;
        crate::notation::parse::literal::number(lexeme.text)
            .ok()
            .and_then(|bytes| Self::try_from(bytes).ok())
            .ok_or_else(|| {
                let message = format!("`{}` is not a number of bytes", lexeme.text);
                SyntaxError::new(lexeme.span(), message)
            })
    }
}

/// How many bytes a loop moves at a time.
impl Read for usize {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        /// Where none is said: what a careful program would take.
        const CHUNK: usize = 64 << 10;
        let Some(lexeme) = args.next() else {
            return Ok(CHUNK);
        };
        let size = crate::notation::parse::literal::size(lexeme.text)
            .map_err(|message| SyntaxError::new(lexeme.span(), message))?;
        if size == 0 {
            let message = "a chunk has at least one byte";
            return Err(SyntaxError::new(lexeme.span(), message));
        }
        Ok(size)
    }
}

impl Read for Service {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("what to do with each connection")?;
        Self::ALL
            .into_iter()
            .find(|service| service.word() == lexeme.text)
            .ok_or_else(|| {
                let message = format!("`{}` is not a service", lexeme.text);
                SyntaxError::new(lexeme.span(), message).help("serve(l, echo) or serve(l, sink)")
            })
    }
}

/// What is injected into a call of a traced program.
impl Read for Fault {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a fault")?;
        let errno = || Errno::from_name(lexeme.text).map(Self::Errno);
        let delay = || parse_duration(lexeme.text).map(Self::Delay);
        let short = (lexeme.text == Self::SHORT).then_some(Self::Short);
        short.or_else(errno).or_else(delay).ok_or_else(|| {
            let message = format!("`{}` is not a fault", lexeme.text);
            SyntaxError::new(lexeme.span(), message).help(
                "an errno such as EINTR, short (half of the length), or a delay such as 100ms",
            )
        })
    }
}

/// A path of the file system: text in quotes, or bare.
impl Read for Vec<u8> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a path")?;
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
}

/// The mode of a file, in octal.
impl Read for u32 {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a mode such as 0700")?;
        Self::from_str_radix(lexeme.text, 8)
            .ok()
            .filter(|mode| *mode <= 0o7777)
            .ok_or_else(|| {
                let message = format!("`{}` is not an octal mode", lexeme.text);
                SyntaxError::new(lexeme.span(), message)
                    .help("for example chmod(unix:/tmp/x.sock, 0700)")
            })
    }
}

/// A duration that may follow: what is none is something else.
impl Read for Option<Duration> {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let span = args.peek().and_then(parse_duration);
        Ok(args.next_if(span.is_some()).and(span))
    }
}

impl Read for Duration {
    fn read(args: &mut Args<'_>, _: &str) -> Result<Self, SyntaxError> {
        let lexeme = args.required("a duration")?;
        parse_duration(lexeme.text).ok_or_else(|| {
            SyntaxError::new(
                lexeme.span(),
                format!("`{}` is not a duration", lexeme.text),
            )
            .help("for example 50ms or 2s")
        })
    }
}
