//! Names to numbers: what a command means in this world, or why it cannot be run.

mod children;
mod lookup;

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use crate::call::argument::{AddressExpr, Descriptor, Name, NamedAddress};
use crate::call::table::CallKind;
use crate::call::{Call, Command};
use crate::event::{CallId, DescriptorId, Reach, Request};
use crate::notation::diagnostic::nearest;
use crate::socket::{Address, Domain, Kind, ValueType};
pub use crate::world::resolve::lookup::needed_lookup;
use crate::world::{Handle, Process, Progress, Record, TableId, World};

/// Why a command cannot be carried out in this world. No call was made.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unresolved {
    /// No descriptor ever had the name.
    #[error("no socket is called {name}: {hint}")]
    UnknownName {
        /// The name.
        name: Name,
        /// What to do about it.
        hint: String,
    },
    /// The name belongs to an open descriptor, or a pending call will give it.
    #[error("the name {0} is taken: choose another, or close({0}) first")]
    NameTaken(Name),
    /// The socket has no usable local address.
    #[error("{0} has no address yet: bind({0}, …) or connect it first")]
    NoAddress(Name),
    /// The address of the socket has no port.
    #[error("{0} has no port: its address is {1}")]
    NoPort(Name, Address),
    /// A socket with ports needs one in its address.
    #[error("the port is missing: {0}:8080, or {0}:0 to let the kernel choose")]
    PortMissing(AddressExpr),
    /// The socket is of a domain without loopback addresses.
    #[error(
        "a name, or a port alone, is an address of AF_INET and AF_INET6, and {0} is neither: written out, 127.0.0.1:80 is passed to any socket"
    )]
    NotInternet(Name),
    /// The host of an address is called as a socket is.
    #[error(
        "{0} is a socket here, and would be looked up as a host: addr({0}) is its address, and 127.0.0.1:port({0}) has its port"
    )]
    SocketAsHost(Name),
    /// getaddrinfo() gave no address.
    #[error("there is no address to make the call with: getaddrinfo() gave {1} for {0}")]
    NoSuchHost(Box<NamedAddress>, String),
    /// A name was not looked up.
    #[error("{0} has to be looked up first: getaddrinfo() does that")]
    NotLookedUp(Box<NamedAddress>),
    /// wait() or cancel() on a socket on which nothing is pending.
    #[error("nothing is pending on {0}: a call that blocks is started with `-> blocks` or `&`")]
    NothingPending(String),
    /// The descriptor is that of a traced process, which alone can make calls on it.
    #[error(
        "{0} is a descriptor of process {1}: only that process makes calls on it. addr({0}) is its address, for a socket of your own"
    )]
    OfTraced(Name, i32),
    /// step() or inject() on a descriptor of the session.
    #[error("{0} is not a descriptor of a traced program: only its calls are held")]
    NotTraced(String),
    /// No child has the name.
    #[error("no child is called {name}: {hint}")]
    UnknownChild {
        /// The name.
        name: Name,
        /// What to do about it.
        hint: String,
    },
    /// The child has ended, and so makes no call.
    #[error("{0} {1}, so it makes no call")]
    ChildEnded(Name, String),
    /// The child has no descriptor of that name.
    #[error("{process} has no descriptor called {name}: {hint}")]
    NotInChild {
        /// The name.
        name: Name,
        /// The child.
        process: Name,
        /// What to do about it.
        hint: String,
    },
    /// Reading the option would create a descriptor that nobody could name or close.
    #[error("{0} gives a new descriptor, which would have no name here: {1}")]
    Nameless(&'static str, &'static str),
}

/// Makes the request for a command, with this id. It may reach anything; whoever runs a line of a lesson or the like
/// restricts the request.
///
/// # Errors
///
/// When the command refers to something that is not in this world.
pub fn resolve(world: &World, id: CallId, command: &Command) -> Result<Request, Unresolved> {
    // `s = wait(l)` names what the pending call created, which has an automatic name until then.
    let renames = command.call.call_kind() == CallKind::Wait;
    if let Some(name) = command
        .targets
        .iter()
        .find(|name| !renames && world.is_taken(&command.qualified(name)))
    {
        return Err(Unresolved::NameTaken(name.clone()));
    }
    let process = caller(world, command)?;
    let table = process.map_or(TableId::SESSION, |process| process.table);
    let mut call = command.call.clone();
    children::number(world, &mut call)?;
    children::qualify(world, command, &mut call)?;
    if let Call::Getsockopt { option, .. } = &call {
        let row = crate::socket::option::by_number(option.level, option.number);
        if let Some(row) = row.filter(|row| row.value == ValueType::Descriptor) {
            return Err(Unresolved::Nameless(row.name, "SO_PEERCRED gives the pid"));
        }
    }
    let mut on = None;
    let outlives_descriptor = matches!(
        command.call,
        Call::State { .. }
            | Call::Peer { .. }
            | Call::Wait { .. }
            | Call::Cancel { .. }
            | Call::Step { .. }
            | Call::Inject { .. }
    );
    if let Some(socket) = call.socket_mut() {
        let (fd, owner) = subject(world, socket, command.call.call_kind(), table)?;
        // The state of a connection can be queried after its descriptor was closed, and a call that was begun before goes
        // on; its queues cannot be queried.
        on = if outlives_descriptor {
            about(world, socket).or(owner)
        } else {
            owner
        };
        *socket = Descriptor::Raw(fd);
    }
    let mut others = Vec::new();
    for socket in call.others_mut() {
        let (fd, owner) = descriptor(world, socket, table)?;
        *socket = Descriptor::Raw(fd);
        others.extend(owner);
    }
    // A call on a set runs on the thread of its first member.
    if call.passes_set() {
        on = others.first().copied();
    }
    let said = command;
    let mut command = said.clone();
    let written = command.call.addresses_mut();
    for (address, written) in call.addresses_mut().into_iter().zip(written) {
        if let AddressExpr::Named(named) = &address.place {
            return Err(Unresolved::NotLookedUp(named.clone()));
        }
        if let AddressExpr::Loopback(port) = &address.place {
            let host = loopback(called(world, said)?)?;
            let numeric = AddressExpr::Literal(with_port(host, *port));
            // The log shows which address that was.
            written.place = numeric.clone();
            address.place = numeric;
        }
        let has_ports = !on.is_some_and(|on| is_raw(world, on));
        let written = children::address(world, said, &address.place);
        address.place = place(world, &written, has_ports)?;
    }
    Ok(Request {
        id,
        command: Arc::new(command),
        call: Arc::new(call),
        on,
        others: others.into(),
        reach: Reach::Free,
        process: process.and_then(Process::pid),
    })
}

/// The child that makes a call, which has not ended. The words that are about another call may be about one that has.
fn caller<'a>(world: &'a World, command: &Command) -> Result<Option<&'a Process>, Unresolved> {
    let Some(name) = &command.process else {
        return Ok(None);
    };
    let process = children::named(world, name)?;
    match process.ended {
        Some((_, status)) if !command.call.call_kind().collects() => {
            Err(Unresolved::ChildEnded(name.clone(), status.to_string()))
        }
        _ => Ok(Some(process)),
    }
}

/// The socket of a command as the world names it.
///
/// # Errors
///
/// When the child that it is for has none of that name.
pub fn qualified_socket(
    world: &World,
    command: &Command,
    socket: &Descriptor,
) -> Result<Descriptor, Unresolved> {
    match (&command.process, socket) {
        (Some(process), Descriptor::Named(name)) => {
            children::named(world, process)?;
            children::in_child(world, process, name).map(Descriptor::Named)
        }
        _ => Ok(socket.clone()),
    }
}

/// The call whose result `wait` or `cancel` on a socket returns: the oldest that is pending, else the oldest that was
/// left pending and whose result was not collected yet. Of those that were left pending the first `from` are collected.
///
/// # Errors
///
/// When there is none.
pub fn uncollected(
    world: &World,
    socket: &Descriptor,
    is_collected: impl Fn(CallId) -> bool,
    from: usize,
) -> Result<CallId, Unresolved> {
    let owner = awaited_socket(world, socket)?;
    let found = owner.and_then(|owner| {
        let concerns = |record: &&Record| {
            record.concerns(owner)
                && record.call().call_kind().can_be_left()
                && !is_collected(record.id())
        };
        let ended = || {
            let left = world.left_behind(owner, from);
            let mut left = left.map(|(_, record)| record).filter(concerns);
            left.find(|record| {
                record.outcome().is_some() || matches!(record.progress, Progress::Abandoned { .. })
            })
        };
        let mut pending = world.pending_with(owner).filter(concerns);
        // One that is held is made after the others.
        let made = pending.find(|record| record.progress != Progress::Held);
        made.or_else(ended)
            .or_else(|| Holding::On(owner).find(world))
    });
    found
        .map(Record::id)
        .ok_or_else(|| Unresolved::NothingPending(socket.to_string()))
}

/// Which held call `step` or `inject` is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holding {
    /// One on this descriptor.
    On(DescriptorId),
    /// One of this name, where no descriptor has it.
    Called(Name),
}

impl Holding {
    /// What a request means.
    pub fn of(request: &Request) -> Option<Self> {
        match (request.on, request.command.call.socket()) {
            (Some(on), _) => Some(Self::On(on)),
            (None, Some(Descriptor::Named(name))) => Some(Self::Called(name.clone())),
            (None, _) => None,
        }
    }

    /// The call, the one that is held longest. `None`: none is held.
    pub fn find<'a>(&self, world: &'a World) -> Option<&'a Record> {
        let is_held = |record: &&Record| record.progress == Progress::Held;
        match self {
            Self::On(on) => world.pending_with(*on).find(is_held),
            Self::Called(name) => {
                let is_meant = |record: &&Record| record.call().word() == name.as_str();
                world.pending().filter(is_held).find(is_meant)
            }
        }
    }

    /// How the notation refers to a held call: by its descriptor, else by its name.
    pub fn written(world: &World, record: &Record) -> String {
        let on = record.on().and_then(|on| world.descriptor(on));
        match on {
            Some(on) => on.name().to_string(),
            None => record.call().word().to_owned(),
        }
    }
}

/// The socket that `wait` or `cancel` refers to. A call may still be in progress on a socket whose descriptor is
/// closed.
///
/// # Errors
///
/// When no descriptor ever had the name.
pub fn awaited_socket(
    world: &World,
    socket: &Descriptor,
) -> Result<Option<DescriptorId>, Unresolved> {
    let (_, open) = subject(world, socket, CallKind::Wait, TableId::SESSION)?;
    Ok(about(world, socket).or(open))
}

/// The number of the descriptor that a call is made on, and the open descriptor that has it. The words that are about
/// another call may be about one of a traced program.
fn subject(
    world: &World,
    socket: &Descriptor,
    call: CallKind,
    table: TableId,
) -> Result<(i32, Option<DescriptorId>), Unresolved> {
    let needs_traced = matches!(call, CallKind::Step | CallKind::Inject);
    let named = match socket {
        Descriptor::Named(name) => match world.named(name) {
            // The name of a call that is held, or is going to be.
            None if needs_traced && is_call(world, name) => return Ok((-1, None)),
            named => Some(named.ok_or_else(|| unknown(world, name))?),
        },
        Descriptor::Raw(_) => None,
    };
    match named.filter(|own| world.traced_owner(*own).is_some()) {
        Some(traced) if needs_traced || call == CallKind::Wait => {
            Ok((traced.number(), Some(traced.id())))
        }
        None if needs_traced => Err(Unresolved::NotTraced(socket.to_string())),
        Some(_) | None => descriptor(world, socket, table),
    }
}

/// Whether a name is that of a system call: `step(socket)` is about one that is made on no descriptor.
fn is_call(world: &World, name: &Name) -> bool {
    let row = crate::call::table::find(name.as_str());
    let is_word = row.is_some_and(|row| row.call_kind.is_system_call());
    is_word || Holding::Called(name.clone()).find(world).is_some()
}

/// The number of a descriptor argument, and the open descriptor that has it now.
fn descriptor(
    world: &World,
    socket: &Descriptor,
    table: TableId,
) -> Result<(i32, Option<DescriptorId>), Unresolved> {
    let fd = match socket {
        Descriptor::Raw(fd) => *fd,
        Descriptor::Named(name) => {
            let named = world.named(name).ok_or_else(|| unknown(world, name))?;
            if let Some(pid) = world.traced_owner(named) {
                return Err(Unresolved::OfTraced(name.clone(), pid));
            }
            named.number()
        }
    };
    let open = world.with_number(table, fd);
    Ok((fd, open.map(Handle::id)))
}

/// The descriptor with a name, open or closed.
fn about(world: &World, socket: &Descriptor) -> Option<DescriptorId> {
    match socket {
        Descriptor::Named(name) => world.named(name).map(Handle::id),
        Descriptor::Raw(_) => None,
    }
}

fn unknown(world: &World, name: &Name) -> Unresolved {
    let names: Vec<&str> = world
        .descriptors()
        .map(|socket| socket.name().as_str())
        .collect();
    let hint = match nearest(name.as_str(), names.iter().copied()) {
        Some(likely) => format!("did you mean {likely}?"),
        None if names.is_empty() => {
            "there is no socket yet, make one: x = socket(AF_INET, SOCK_STREAM)".to_owned()
        }
        None => format!("there are {}", names.join(", ")),
    };
    Unresolved::UnknownName {
        name: name.clone(),
        hint,
    }
}

/// Whether a socket has no ports.
fn is_raw(world: &World, on: DescriptorId) -> bool {
    let own = world.descriptor(on).filter(|own| own.kind() == Kind::Raw);
    own.is_some_and(|own| matches!(own.domain(), Domain::INET | Domain::INET6))
}

/// The literal address that an address expression evaluates to.
fn place(world: &World, place: &AddressExpr, has_ports: bool) -> Result<AddressExpr, Unresolved> {
    match place {
        AddressExpr::Host(_) if has_ports => Err(Unresolved::PortMissing(place.clone())),
        AddressExpr::Host(host) => Ok(AddressExpr::Literal(with_port(*host, 0))),
        AddressExpr::LocalOf(name) => local(world, name).map(AddressExpr::Literal),
        AddressExpr::PortOf { host, of } => {
            let port = port_of(world, of)?;
            Ok(AddressExpr::Literal(with_port(*host, port)))
        }
        other => Ok(other.clone()),
    }
}

fn port_of(world: &World, name: &Name) -> Result<u16, Unresolved> {
    let address = local(world, name)?;
    let port = address.port();
    port.ok_or_else(|| Unresolved::NoPort(name.clone(), address))
}

/// The loopback address in the domain of a socket; of a number that is none of ours, that of IPv4.
fn loopback(socket: Option<Handle<'_>>) -> Result<IpAddr, Unresolved> {
    match socket.map(|socket| (socket, socket.domain())) {
        None | Some((_, Domain::INET)) => Ok(Ipv4Addr::LOCALHOST.into()),
        Some((_, Domain::INET6)) => Ok(Ipv6Addr::LOCALHOST.into()),
        Some((socket, _)) => Err(Unresolved::NotInternet(socket.name().clone())),
    }
}

/// The socket of ours that a call is made on, in the process that makes it.
fn called<'a>(world: &'a World, command: &Command) -> Result<Option<Handle<'a>>, Unresolved> {
    let Some(socket) = command.call.socket() else {
        return Ok(None);
    };
    let process = caller(world, command)?;
    Ok(match qualified_socket(world, command, socket)? {
        Descriptor::Named(name) => world.named(&name),
        Descriptor::Raw(fd) => {
            let table = process.map_or(TableId::SESSION, |process| process.table);
            world.with_number(table, fd)
        }
    })
}

fn with_port(host: IpAddr, port: u16) -> Address {
    SocketAddr::new(host, port).into()
}

fn local(world: &World, name: &Name) -> Result<Address, Unresolved> {
    let socket = world.named(name).ok_or_else(|| unknown(world, name))?;
    match socket.local() {
        Some(address) if !address.is_unset() => Ok(address.clone()),
        _ => Err(Unresolved::NoAddress(name.clone())),
    }
}
