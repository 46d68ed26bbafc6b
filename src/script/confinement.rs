//! Which calls a confined line may make: one of a lesson, an answer, a flash card or a screenshot's script.
//!
//! Such a line is not written by the person who runs it. It may use files below the session's own folder, and reach
//! sockets of this session and of other instances of sockplay, over the loopback. What nobody has may be tried too: the
//! kernel's error is part of many lessons. Everything else is refused before the call, with a sentence.
//!
//! The decision is pure. What has to be looked up for it, such as who has a port, comes from [`Facts`].
//!
//! What remains: between the look-up and the call another program may take the port or the name, or put another file at
//! the path. A line cannot bring that about by itself.

mod control;
mod destination;
mod lookup;
mod option;

pub use crate::script::confinement::destination::Table;

use crate::call::Call;
use crate::call::argument::Message;
use crate::call::table::Reach;
use crate::event::LineSource;
use crate::socket::{Address, Domain};

/// What a confined line may do with files.
const FILES: &str =
    "paths below the directory of the session ($DIR), and open() of /dev/null and /dev/zero";
/// What it may do on the network.
const NETWORK: &str = "sockets of this session or of another sockplay, and unused addresses, over the loopback (127.*, ::1) or AF_UNIX";
/// Which names it may look up.
const NAMES: &str = "addresses in numbers, and the names in /etc/hosts and /etc/services, so that no name server is asked";
/// Which sockets it may make.
const DOMAINS: &str = "sockets of AF_UNIX, AF_INET and AF_INET6";
/// Which control messages it may send.
const CONTROL: &str = "control messages that do not send packets elsewhere or off the loopback";
/// Which options it may set.
const OPTIONS: &str = "options that do not send packets elsewhere or off the loopback";

/// Who has the socket that an address leads to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Holder {
    /// No socket is there.
    Nobody,
    /// This session.
    Session,
    /// Another instance of this program, of the same user.
    Sockplay,
    /// Another program, as it is to be called.
    Other(String),
}

/// What a descriptor is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SocketFacts {
    /// SO_DOMAIN
    pub domain: i32,
    /// SO_TYPE
    pub socket_type: i32,
    /// SO_PROTOCOL
    pub protocol: i32,
}

/// What has to be looked up.
pub trait Facts {
    /// Whether a path leads below the session's folder once `..` and symbolic links are resolved; with `follow` also a
    /// link at its end.
    fn is_inside(&self, path: &[u8], follow: bool) -> bool;
    /// What a descriptor is; `None` when it is not an open socket.
    fn socket(&self, fd: i32) -> Option<SocketFacts>;
    /// Whether accept() gave the socket: then its peer has come by itself.
    fn is_accepted(&self, fd: i32) -> bool;
    /// Who has the socket that a datagram or a connection to this address would reach.
    fn holder(&self, address: &Address, table: Table) -> Holder;
    /// The peer of a socket, getpeername(2).
    fn peer(&self, fd: i32) -> Option<Address>;
    /// Who has the socket that an AF_UNIX socket is connected to; `None` when the kernel does not say.
    fn unix_peer(&self, fd: i32) -> Option<Holder>;
    /// Whether a host is in /etc/hosts, or is an address in numbers.
    fn knows_host(&self, host: &[u8]) -> bool;
    /// Whether a service is in /etc/services, or is a port number.
    fn knows_service(&self, service: &[u8]) -> bool;
    /// Whether /etc/hosts has a name for an address.
    fn has_name(&self, address: &Address) -> bool;
    /// Whether what the socket sends to a multicast group leaves by the loopback alone.
    fn multicasts_to_loopback(&self, fd: i32, group: &Address) -> bool;
}

/// What is not allowed: what would be done, and what may be done instead.
type Denied = (String, &'static str);

/// Why a confined line is not made; `None` when it may be. `address` is the one that the kernel will read.
pub fn refusal(
    call: &Call,
    address: Option<&Address>,
    source: LineSource,
    facts: &dyn Facts,
) -> Option<String> {
    let (what, allowed) = denied(call, address, facts)?;
    let word = call.call_kind().word();
    Some(format!(
        "{what}, so {word}() was not made: the line comes from {}, which may use only {allowed}",
        source.words()
    ))
}

/// What a call may reach is a column of the table of calls.
fn denied(call: &Call, address: Option<&Address>, facts: &dyn Facts) -> Option<Denied> {
    match call.call_kind().signature().reach {
        Reach::Nothing => None,
        Reach::Protocol => of_domain(call.domain()?.0),
        Reach::LocalAddress => bind(address?, facts),
        Reach::NewPeer => destination::connect(call.socket()?, address?, facts),
        Reach::Peer => {
            if let Call::Sendmsg { message, .. } = call {
                // Each field by its name: what is added to a message may lead it elsewhere.
                let Message {
                    data: _,
                    address: _,
                    flags: _,
                    fds: _,
                    credentials: _,
                    control,
                } = &**message;
                if let Some(what) = control::send(control) {
                    return Some((what, CONTROL));
                }
            }
            destination::send(call.socket()?, address, facts)
        }
        Reach::Option => {
            let Call::Setsockopt {
                option,
                value,
                length,
                ..
            } = call
            else {
                return Some(("it is not known what it would set".to_owned(), OPTIONS));
            };
            option::set(*option, value, *length).map(|what| (what, OPTIONS))
        }
        Reach::File => {
            let path = call.path()?;
            let is_allowed = [b"/dev/null".as_slice(), b"/dev/zero"].contains(&path);
            (!is_allowed).then(|| (format!("it would open {}", shown(path)), FILES))
        }
        Reach::Path => outside(address?.path()?, false, facts),
        Reach::Names => lookup::denied(call, address, facts),
    }
}

/// Netlink, packet and other sockets reach the kernel's configuration, other hosts and other programs' data.
fn of_domain(domain: i32) -> Option<Denied> {
    /// AF_MAX: a number beyond it is not a domain on any kernel, and the kernel says so.
    const BEYOND: i32 = 64;
    let is_allowed = [libc::AF_UNIX, libc::AF_INET, libc::AF_INET6].contains(&domain);
    let is_none = domain <= 0 || domain >= BEYOND;
    (!is_allowed && !is_none).then(|| {
        let domain = Domain(domain);
        (format!("it would use a socket of {domain}"), DOMAINS)
    })
}

/// A port may be taken on any address: nothing is sent to a peer from elsewhere.
fn bind(address: &Address, facts: &dyn Facts) -> Option<Denied> {
    outside(address.path()?, false, facts)
}

/// A path that is not below the session's folder.
fn outside(path: &[u8], follow: bool, facts: &dyn Facts) -> Option<Denied> {
    (!facts.is_inside(path, follow)).then(|| {
        let path = shown(path);
        (
            format!("{path} is outside of the session's directory"),
            FILES,
        )
    })
}

fn shown(path: &[u8]) -> String {
    let path = String::from_utf8_lossy(path);
    crate::socket::text::escaped(&path).to_string()
}

#[cfg(test)]
mod tests;
