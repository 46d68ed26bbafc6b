//! A command as a value: the call with its arguments, the names that its descriptors get, and what is expected.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;
use std::time::Duration;

use super::data::Data;
use super::expect::Expectation;
use super::signature::Verb;
use super::value::Value;
use crate::socket::{
    Address, Domain, FcntlCommand, How, MsgFlags, Protocol, SockFlags, SocketType,
};

/// The name of a socket, as a person chose it. Cheap to clone.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Name(Arc<str>);

impl Name {
    /// Longest name that is accepted, so that tables stay readable.
    pub const MAX: usize = 24;

    /// A name, when the text is one: a letter or `_`, then letters, digits or `_`.
    pub fn new(text: &str) -> Option<Self> {
        let mut chars = text.chars();
        let first = chars.next()?;
        let good = (first.is_ascii_alphabetic() || first == '_')
            && chars.all(|c| c.is_ascii_alphanumeric() || c == '_')
            && text.len() <= Self::MAX
            && text != "NULL";
        good.then(|| Self(text.into()))
    }

    /// The `n`th name that the playground gives by itself: `s1`, `s2`, …
    pub fn automatic(n: u32) -> Self {
        Self(format!("s{n}").into())
    }

    /// The text of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// One line of a script: a command, a comment, both, or nothing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Line {
    /// What is to be done, if anything.
    pub command: Option<Command>,
    /// The text after `#`, with its blanks.
    pub comment: Option<String>,
}

/// A call, the names for what it makes, and what is expected of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// The names before `=`; empty where none is given.
    pub targets: Vec<Name>,
    /// The call.
    pub call: Call,
    /// What stands after it.
    pub mode: Mode,
}

/// How a command is run and judged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// It must not fail and not block for long.
    Plain,
    /// `-> result`
    Expect(Expectation),
    /// `-> blocks`: it must still be inside the kernel after a short while; the script goes on.
    Blocks,
    /// `&`: started, nothing said about its result.
    Background,
}

/// A descriptor argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Descriptor {
    /// A socket of the playground, by its name.
    Named(Name),
    /// A raw number, which may be wrong on purpose.
    Raw(i32),
}

/// An address argument with the length that is passed beside it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AddressArg {
    /// The address.
    pub place: Place,
    /// The `socklen_t`, where it is not the right one on purpose.
    pub length: Option<i32>,
}

/// Where an address comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// Written out.
    Literal(Address),
    /// `[fe80::1%lo]:1`: an IPv6 address with the name of an interface, which the system turns into a number.
    Zoned {
        /// The address.
        ip: Ipv6Addr,
        /// The interface.
        zone: String,
        /// The port.
        port: u16,
    },
    /// `addr(x)`: the last known local address of x.
    LocalOf(Name),
    /// `127.0.0.1:port(x)`: an address with the port of x.
    PortOf {
        /// The host part.
        host: IpAddr,
        /// Whose port.
        of: Name,
    },
    /// `AF_UNSPEC`
    Unspecified,
    /// A null pointer.
    Null,
}

/// The option of setsockopt and getsockopt: a level and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OptionArg {
    /// SOL_SOCKET, IPPROTO_TCP, …
    pub level: i32,
    /// The number of the option within its level.
    pub number: i32,
}

/// A call of the notation with its arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the fields are the parameters of the manual page that each variant names"
)]
pub enum Call {
    /// socket(2)
    Socket {
        domain: Domain,
        socket_type: SocketType,
        flags: SockFlags,
        protocol: Protocol,
    },
    /// socketpair(2)
    Socketpair {
        domain: Domain,
        socket_type: SocketType,
        flags: SockFlags,
        protocol: Protocol,
    },
    /// bind(2)
    Bind {
        socket: Descriptor,
        address: AddressArg,
    },
    /// listen(2)
    Listen { socket: Descriptor, backlog: i32 },
    /// accept(2), accept4(2) with flags
    Accept {
        socket: Descriptor,
        flags: SockFlags,
    },
    /// connect(2)
    Connect {
        socket: Descriptor,
        address: AddressArg,
    },
    /// send(2)
    Send {
        socket: Descriptor,
        data: Data,
        flags: MsgFlags,
    },
    /// sendto(2)
    Sendto {
        socket: Descriptor,
        data: Data,
        address: AddressArg,
        flags: MsgFlags,
    },
    /// write(2)
    Write { socket: Descriptor, data: Data },
    /// recv(2)
    Recv {
        socket: Descriptor,
        count: usize,
        flags: MsgFlags,
    },
    /// recvfrom(2)
    Recvfrom {
        socket: Descriptor,
        count: usize,
        flags: MsgFlags,
    },
    /// read(2)
    Read { socket: Descriptor, count: usize },
    /// shutdown(2)
    Shutdown { socket: Descriptor, how: How },
    /// close(2)
    Close { socket: Descriptor },
    /// getsockname(2)
    Getsockname { socket: Descriptor },
    /// getpeername(2)
    Getpeername { socket: Descriptor },
    /// setsockopt(2)
    Setsockopt {
        socket: Descriptor,
        option: OptionArg,
        value: Value,
    },
    /// getsockopt(2)
    Getsockopt {
        socket: Descriptor,
        option: OptionArg,
    },
    /// fcntl(2)
    Fcntl {
        socket: Descriptor,
        command: FcntlCommand,
        argument: Option<i32>,
    },
    /// dup(2)
    Dup { socket: Descriptor },
    /// unlink(2) of an AF_UNIX path
    Unlink { address: AddressArg },
    /// Wait for the call that is pending on a socket.
    Wait { socket: Descriptor },
    /// Interrupt it.
    Cancel { socket: Descriptor },
    /// The kernel's state of the connection.
    State { socket: Descriptor },
    /// How many connections wait to be accepted.
    Pending { socket: Descriptor },
    /// Send until EAGAIN.
    Fill { socket: Descriptor },
    /// Receive until EAGAIN or end of stream.
    Drain { socket: Descriptor },
    /// Do nothing for a while.
    Sleep { duration: Duration },
}

/// The field `socket` of a call, by shared or by mutable reference as the receiver is.
macro_rules! socket_of {
    ($call:expr) => {
        match $call {
            Call::Bind { socket, .. }
            | Call::Listen { socket, .. }
            | Call::Accept { socket, .. }
            | Call::Connect { socket, .. }
            | Call::Send { socket, .. }
            | Call::Sendto { socket, .. }
            | Call::Write { socket, .. }
            | Call::Recv { socket, .. }
            | Call::Recvfrom { socket, .. }
            | Call::Read { socket, .. }
            | Call::Shutdown { socket, .. }
            | Call::Close { socket }
            | Call::Getsockname { socket }
            | Call::Getpeername { socket }
            | Call::Setsockopt { socket, .. }
            | Call::Getsockopt { socket, .. }
            | Call::Fcntl { socket, .. }
            | Call::Dup { socket }
            | Call::Wait { socket }
            | Call::Cancel { socket }
            | Call::State { socket }
            | Call::Pending { socket }
            | Call::Fill { socket }
            | Call::Drain { socket } => Some(socket),
            Call::Socket { .. }
            | Call::Socketpair { .. }
            | Call::Unlink { .. }
            | Call::Sleep { .. } => None,
        }
    };
}

/// The field `address` of a call, likewise.
macro_rules! address_of {
    ($call:expr) => {
        match $call {
            Call::Bind { address, .. }
            | Call::Connect { address, .. }
            | Call::Sendto { address, .. }
            | Call::Unlink { address } => Some(address),
            _ => None,
        }
    };
}

impl Call {
    /// Which call it is.
    pub fn verb(&self) -> Verb {
        match self {
            Self::Socket { .. } => Verb::Socket,
            Self::Socketpair { .. } => Verb::Socketpair,
            Self::Bind { .. } => Verb::Bind,
            Self::Listen { .. } => Verb::Listen,
            Self::Accept { .. } => Verb::Accept,
            Self::Connect { .. } => Verb::Connect,
            Self::Send { .. } => Verb::Send,
            Self::Sendto { .. } => Verb::Sendto,
            Self::Write { .. } => Verb::Write,
            Self::Recv { .. } => Verb::Recv,
            Self::Recvfrom { .. } => Verb::Recvfrom,
            Self::Read { .. } => Verb::Read,
            Self::Shutdown { .. } => Verb::Shutdown,
            Self::Close { .. } => Verb::Close,
            Self::Getsockname { .. } => Verb::Getsockname,
            Self::Getpeername { .. } => Verb::Getpeername,
            Self::Setsockopt { .. } => Verb::Setsockopt,
            Self::Getsockopt { .. } => Verb::Getsockopt,
            Self::Fcntl { .. } => Verb::Fcntl,
            Self::Dup { .. } => Verb::Dup,
            Self::Unlink { .. } => Verb::Unlink,
            Self::Wait { .. } => Verb::Wait,
            Self::Cancel { .. } => Verb::Cancel,
            Self::State { .. } => Verb::State,
            Self::Pending { .. } => Verb::Pending,
            Self::Fill { .. } => Verb::Fill,
            Self::Drain { .. } => Verb::Drain,
            Self::Sleep { .. } => Verb::Sleep,
        }
    }

    /// The socket that the call is made on. `None` for those that make one, or need none.
    pub fn socket(&self) -> Option<&Descriptor> {
        socket_of!(self)
    }

    /// The same, to be replaced by a number when names are resolved.
    pub fn socket_mut(&mut self) -> Option<&mut Descriptor> {
        socket_of!(self)
    }

    /// The address argument, if the call has one.
    pub fn address(&self) -> Option<&AddressArg> {
        address_of!(self)
    }

    /// The same, to be replaced by its literal when names are resolved.
    pub fn address_mut(&mut self) -> Option<&mut AddressArg> {
        address_of!(self)
    }

    /// Every name that the call uses, so that a script can be checked before it runs.
    pub fn names(&self) -> impl Iterator<Item = &Name> {
        let socket = match self.socket() {
            Some(Descriptor::Named(name)) => Some(name),
            _ => None,
        };
        let address = match self.address().map(|arg| &arg.place) {
            Some(Place::LocalOf(name) | Place::PortOf { of: name, .. }) => Some(name),
            _ => None,
        };
        socket.into_iter().chain(address)
    }
}

impl From<Address> for AddressArg {
    fn from(address: Address) -> Self {
        Self {
            place: Place::Literal(address),
            length: None,
        }
    }
}
