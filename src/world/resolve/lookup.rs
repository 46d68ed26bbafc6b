//! The look-up that a command needs before it, where its address has a name in it.

use crate::call::argument::{Name, NamedHost, NamedPort};
use crate::call::lookup::{Hints, HostText, ServiceText, Text};
use crate::call::{Call, Command, Mode};
use crate::socket::{Domain, LookupFlags, Protocol, SocketType};
use crate::world::resolve::{Unresolved, called, children, port_of};
use crate::world::{Handle, World};

/// The getaddrinfo() that a command needs before it: an address has a name in it, the first of them where there are several.
/// The hints are those of its socket.
///
/// # Errors
///
/// Why no name can stand there.
pub fn needed_lookup(world: &World, command: &Command) -> Result<Option<Command>, Unresolved> {
    let Some(named) = command.call.to_look_up().first().copied() else {
        return Ok(None);
    };
    let host = match &named.host {
        NamedHost::Name(name) => {
            let socket = Name::new(name).filter(|name| world.named(name).is_some());
            match socket {
                Some(socket) => return Err(Unresolved::SocketAsHost(socket)),
                None => Some(name.clone()),
            }
        }
        NamedHost::Number(ip) => Some(ip.to_string()),
        NamedHost::Any => None,
    };
    let service = match &named.port {
        NamedPort::Number(port) => port.to_string(),
        NamedPort::Service(service) => service.clone(),
        NamedPort::Of(name) => {
            let name = children::other(world, command, name);
            port_of(world, &name)?.to_string()
        }
    };
    let flags = match host {
        Some(_) => 0,
        None => libc::AI_PASSIVE,
    };
    let (family, socket_type) = hinted(called(world, command)?)?;
    Ok(Some(Command {
        targets: Vec::new(),
        call: Call::Getaddrinfo {
            host: HostText(Text(host.map(String::into_bytes))),
            service: ServiceText(Text(Some(service.into_bytes()))),
            hints: Some(Hints {
                flags: LookupFlags(flags),
                family,
                socket_type,
                protocol: Protocol(0),
            }),
        },
        mode: Mode::Plain,
        process: None,
    }))
}

/// The domain and the type of addresses for a socket; of a number that is none of ours, any.
fn hinted(socket: Option<Handle<'_>>) -> Result<(Domain, SocketType), Unresolved> {
    let Some(socket) = socket else {
        return Ok((Domain(libc::AF_UNSPEC), SocketType(0)));
    };
    if !matches!(socket.domain(), Domain::INET | Domain::INET6) {
        return Err(Unresolved::NotInternet(socket.name().clone()));
    }
    let socket_type = match socket.socket_type() {
        own @ (SocketType::STREAM | SocketType::DGRAM) => own,
        _ => SocketType(0),
    };
    Ok((socket.domain(), socket_type))
}
