//! The arguments of calls as values: names, descriptors, addresses, messages, sets.

use std::borrow::Cow;
use std::fmt;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_with::skip_serializing_none;

use crate::call::control_message::ControlMessage;
use crate::call::data::Data;
use crate::call::value::Credentials;
use crate::socket::text::Quoted;
use crate::socket::{Address, MsgFlags, PollEvents};

/// The name of a socket, as a person chose it. Cheap to clone.
///
/// Of a recording only what is a name is read: an exported program has names as they are.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "Cow<'_, str>")]
pub struct Name(Arc<str>);

impl TryFrom<Cow<'_, str>> for Name {
    type Error = String;

    fn try_from(text: Cow<'_, str>) -> Result<Self, String> {
        let of_child = || Self::of_child(&text).filter(|name| name.as_str() == text);
        let name = Self::new(&text).or_else(of_child);
        name.ok_or_else(|| format!("{} is not a name", Quoted(text.as_bytes())))
    }
}

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

    /// The number of a name that the playground gives by itself; see [`Name::automatic`].
    pub fn automatic_number(&self) -> Option<u32> {
        let number = self.0.strip_prefix('s')?.parse().ok()?;
        (Self::automatic(number) == *self).then_some(number)
    }

    /// The name of what a child has: `x in p`. No person can give such a name.
    #[must_use]
    pub fn in_process(&self, process: &Self) -> Self {
        Self(format!("{}{IN}{process}", self.base()).into())
    }

    /// The name without that of the process.
    #[must_use]
    pub fn base(&self) -> Self {
        match self.0.split_once(IN) {
            Some((base, _)) => Self(base.into()),
            None => self.clone(),
        }
    }

    /// The name of the process in it, where it has one.
    pub fn process(&self) -> Option<Self> {
        self.0
            .split_once(IN)
            .map(|(_, process)| Self(process.into()))
    }

    /// Reads `x in p`.
    pub fn of_child(text: &str) -> Option<Self> {
        let (base, process) = text.split_once(IN)?;
        let (base, process) = (Self::new(base.trim())?, Self::new(process.trim())?);
        Some(base.in_process(&process))
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

/// What is written between a name and that of a process.
const IN: &str = " in ";

/// A descriptor argument.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Descriptor {
    /// A socket of the playground, by its name.
    Named(Name),
    /// A raw number, which may be wrong on purpose.
    Raw(i32),
}

/// An address argument with the length that is passed beside it.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AddressArg {
    /// The address.
    pub place: AddressExpr,
    /// The `socklen_t`, where it is not the right one on purpose.
    pub length: Option<i32>,
}

/// Where an address comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum AddressExpr {
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
    /// `127.0.0.1`: an address without a port, as raw sockets take it.
    Host(IpAddr),
    /// `addr(x)`: the last known local address of x.
    LocalOf(Name),
    /// `127.0.0.1:port(x)`: an address with the port of x.
    PortOf {
        /// The host part.
        host: IpAddr,
        /// Whose port.
        of: Name,
    },
    /// `80`, a port alone: this host, in the domain of the socket.
    Loopback(u16),
    /// `localhost:80` or `127.0.0.1:http`: a name stands for the host, for the port, or for both.
    Named(Box<NamedAddress>),
    /// `AF_UNSPEC`
    Unspecified,
    /// A null pointer.
    Null,
}

/// An address that getaddrinfo(3) has to look up.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NamedAddress {
    /// The host.
    pub host: NamedHost,
    /// The port.
    pub port: NamedPort,
}

/// The host of an address with a name in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamedHost {
    /// `localhost`
    Name(String),
    /// `127.0.0.1` or `[::1]`
    Number(IpAddr),
    /// `*`: every address of this host.
    Any,
}

/// The port of an address with a name in it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum NamedPort {
    /// `80`
    Number(u16),
    /// `http`: a service.
    Service(String),
    /// `port(x)`: that of a socket.
    Of(Name),
}

/// The option of setsockopt and getsockopt: a level and a number.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionArg {
    /// SOL_SOCKET, IPPROTO_TCP, …
    pub level: i32,
    /// The number of the option within its level.
    pub number: i32,
}

/// The argument of fcntl(2) and of ioctl(2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum IntArg {
    /// A number or mask.
    Number(i32),
    /// `getpid()`: this process.
    OwnProcess,
    /// A child that fork(2) made.
    Child(Name),
}

/// One `struct pollfd` of poll(2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PollEntry {
    /// Its descriptor.
    pub socket: Descriptor,
    /// What is waited for.
    pub events: PollEvents,
}

/// What sendmsg(2) is given.
#[skip_serializing_none]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Message {
    /// The buffers, sent as one.
    pub data: Vec<Data>,
    /// To whom.
    pub address: Option<AddressArg>,
    /// MSG_ flags.
    pub flags: MsgFlags,
    /// The descriptors that go along, SCM_RIGHTS.
    pub fds: Vec<Descriptor>,
    /// Who says that it is, SCM_CREDENTIALS.
    pub credentials: Option<Credentials>,
    /// Other control messages, which follow those.
    pub control: Vec<ControlMessage>,
}

impl Message {
    /// How many bytes its buffers have.
    pub fn len(&self) -> usize {
        self.data.iter().map(Data::len).sum()
    }

    /// Whether it has no byte.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Level, type and data of its control messages as they are sent: descriptors, credentials, then the others. `index`
    /// knows the interfaces by their names; a descriptor that has no number yet is -1.
    pub fn control_data(&self, index: &dyn Fn(&String) -> u32) -> Vec<(i32, i32, Vec<u8>)> {
        let rights = (!self.fds.is_empty()).then(|| {
            let numbers = self.fds.iter().map(|fd| match fd {
                Descriptor::Raw(number) => *number,
                Descriptor::Named(_) => -1,
            });
            let data = numbers.flat_map(i32::to_ne_bytes).collect();
            (libc::SOL_SOCKET, libc::SCM_RIGHTS, data)
        });
        let credentials = self.credentials.map(|Credentials { pid, uid, gid }| {
            let data = [pid.to_ne_bytes(), uid.to_ne_bytes(), gid.to_ne_bytes()].concat();
            (libc::SOL_SOCKET, libc::SCM_CREDENTIALS, data)
        });
        let others = self.control.iter().map(|control| {
            let data = match &control.interface {
                Some(name) => control.with_index(index(name)),
                None => control.data.clone(),
            };
            (control.level, control.kind, data)
        });
        rights
            .into_iter()
            .chain(credentials)
            .chain(others)
            .collect()
    }
}

/// The three sets of select(2).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sets {
    /// Watched for data or end of file.
    pub read: Vec<Descriptor>,
    /// Watched for room to send.
    pub write: Vec<Descriptor>,
    /// Watched for urgent data.
    pub except: Vec<Descriptor>,
}

impl Sets {
    /// The words of the notation with their sets.
    pub fn named(&self) -> [(&'static str, &[Descriptor]); 3] {
        [
            ("read", &self.read),
            ("write", &self.write),
            ("except", &self.except),
        ]
    }
}

/// The buffer of a receiving call.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Room {
    /// How many bytes the call may write, as its argument says.
    pub size: usize,
    /// Whether the pointer is null.
    pub null: bool,
}

impl Room {
    /// A buffer of this size.
    pub fn of(size: usize) -> Self {
        Self { size, null: false }
    }
}

/// A timeout in milliseconds; a negative one is forever.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Millis(pub i32);

/// What serve() does with each connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Service {
    /// Send back what comes.
    Echo,
    /// Throw away what comes.
    Sink,
}

impl Service {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Echo, Self::Sink];

    /// The word of the notation.
    pub fn word(self) -> &'static str {
        match self {
            Self::Echo => "echo",
            Self::Sink => "sink",
        }
    }
}

impl From<Address> for AddressArg {
    fn from(address: Address) -> Self {
        Self {
            place: AddressExpr::Literal(address),
            length: None,
        }
    }
}
