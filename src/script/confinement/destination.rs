//! Where the bytes of a confined line may go.

use std::net::IpAddr;

use crate::call::argument::Descriptor;
use crate::script::confinement::{Denied, Facts, Holder, NETWORK, SocketFacts, of_domain, outside};
use crate::socket::{Address, UnixName};

/// The kernel's table in which a holder is looked up.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Table {
    /// TCP sockets that listen.
    TcpListeners,
    /// All TCP sockets: the peer of a connection may have no listener any more.
    Tcp,
    /// UDP sockets.
    Udp,
    /// UDP sockets with the port, whatever their address: those that may have joined a group.
    UdpGroup,
    /// AF_UNIX names.
    Unix,
}

/// Protocols of raw sockets that lead to no program: ICMP, ICMPv6, and those kept free for experiments (RFC 3692).
const RAW: [i32; 4] = [libc::IPPROTO_ICMP, libc::IPPROTO_ICMPV6, 253, 254];
/// `IPPROTO_MPTCP`
const MPTCP: i32 = 262;

/// connect(2), which of a raw socket only sets a filter.
pub(super) fn connect(socket: &Descriptor, address: &Address, facts: &dyn Facts) -> Option<Denied> {
    let fd = number(socket);
    let own = facts.socket(fd)?;
    match address {
        // AF_UNSPEC dissolves a connection; the kernel refuses other families.
        Address::Other { .. } => of_domain(own.domain),
        address => destination(fd, own, address, false, facts),
    }
}

/// A call that sends, to an address or to the peer.
pub(super) fn send(
    socket: &Descriptor,
    address: Option<&Address>,
    facts: &dyn Facts,
) -> Option<Denied> {
    let fd = number(socket);
    let own = facts.socket(fd)?;
    let to = address.filter(|address| is_destination(address));
    let is_message = [libc::SOCK_DGRAM, libc::SOCK_RAW].contains(&own.socket_type);
    of_domain(own.domain)
        .or_else(|| destination(fd, own, to?, true, facts))
        // Connections ignore an address, and datagrams without one go to the peer.
        .or_else(|| (!is_message || to.is_none()).then(|| peer(fd, own, facts))?)
        .or_else(|| unspecified(address?))
}

fn number(socket: &Descriptor) -> i32 {
    match socket {
        Descriptor::Raw(fd) => *fd,
        // Names were resolved before; one that is left is not a descriptor.
        Descriptor::Named(_) => -1,
    }
}

fn is_destination(address: &Address) -> bool {
    match address {
        Address::Inet(_) | Address::Inet6(_) => true,
        Address::Unix(name) => *name != UnixName::Unnamed,
        Address::Other { .. } => false,
    }
}

/// Bytes of the family AF_UNSPEC, which UDP and raw sockets take for an address of their own family.
fn unspecified(address: &Address) -> Option<Denied> {
    let Address::Other { family: 0, data } = address else {
        return None;
    };
    let says_something = data.iter().any(|byte| *byte != 0);
    says_something.then(|| {
        let what = format!("{address} may be taken for an address of any host");
        (what, NETWORK)
    })
}

fn destination(
    fd: i32,
    own: SocketFacts,
    address: &Address,
    sends: bool,
    facts: &dyn Facts,
) -> Option<Denied> {
    let internet = |ip: IpAddr| {
        of_domain(own.domain)
            .or_else(|| host(fd, ip, address, facts))
            .or_else(|| service(own, ip, address, sends, facts))
    };
    match address {
        Address::Unix(UnixName::Path(path)) => {
            outside(path, true, facts).or_else(|| held(address, Table::Unix, facts))
        }
        Address::Unix(UnixName::Abstract(_)) => held(address, Table::Unix, facts),
        Address::Inet(to) => internet((*to.ip()).into()),
        Address::Inet6(to) => internet((*to.ip()).into()),
        Address::Unix(UnixName::Unnamed) | Address::Other { .. } => None,
    }
}

/// Only this host, by the loopback. `0.0.0.0` and `::` mean it too, ip(7).
fn host(fd: i32, ip: IpAddr, address: &Address, facts: &dyn Facts) -> Option<Denied> {
    let ip = ip.to_canonical();
    let is_loopback = ip.is_loopback() || ip.is_unspecified();
    let is_allowed =
        is_loopback || (ip.is_multicast() && facts.multicasts_to_loopback(fd, address));
    (!is_allowed).then(|| {
        let why = match ip.is_multicast() {
            true => "is a group, and the socket does not send to groups by the loopback",
            false => "is not an address of the loopback",
        };
        (format!("{address} {why}"), NETWORK)
    })
}

/// Only programs that are known, behind a port or a protocol.
fn service(
    own: SocketFacts,
    ip: IpAddr,
    address: &Address,
    sends: bool,
    facts: &dyn Facts,
) -> Option<Denied> {
    let is_icmp = [libc::IPPROTO_ICMP, libc::IPPROTO_ICMPV6].contains(&own.protocol);
    let table = match own.socket_type {
        libc::SOCK_STREAM if [0, libc::IPPROTO_TCP, MPTCP].contains(&own.protocol) => {
            Table::TcpListeners
        }
        libc::SOCK_DGRAM if is_icmp => return None,
        libc::SOCK_DGRAM if [0, libc::IPPROTO_UDP].contains(&own.protocol) => {
            match ip.to_canonical().is_multicast() {
                true => Table::UdpGroup,
                false => Table::Udp,
            }
        }
        libc::SOCK_RAW if !sends || RAW.contains(&own.protocol) => return None,
        _ => {
            let what = format!(
                "it is not known who would receive what is sent to {address} by protocol {}",
                own.protocol
            );
            return Some((what, NETWORK));
        }
    };
    held(address, table, facts)
}

fn held(address: &Address, table: Table, facts: &dyn Facts) -> Option<Denied> {
    denied_holder(facts.holder(address, table), &address.to_string())
}

fn denied_holder(holder: Holder, address: &str) -> Option<Denied> {
    match holder {
        Holder::Nobody | Holder::Session | Holder::Sockplay => None,
        Holder::Other(program) => Some((format!("{program} has {address}"), NETWORK)),
    }
}

/// The peer of a socket. One that accept() gave was reached by its peer; the others may have been connected by a line
/// that is not confined.
fn peer(fd: i32, own: SocketFacts, facts: &dyn Facts) -> Option<Denied> {
    let address = facts.peer(fd)?;
    let is_accepted = facts.is_accepted(fd);
    let internet = |ip: IpAddr| {
        host(fd, ip, &address, facts).or_else(|| match own.socket_type {
            libc::SOCK_STREAM if is_accepted => None,
            libc::SOCK_STREAM if [0, libc::IPPROTO_TCP, MPTCP].contains(&own.protocol) => {
                held(&address, Table::Tcp, facts)
            }
            _ => service(own, ip, &address, true, facts),
        })
    };
    match &address {
        Address::Inet(to) => internet((*to.ip()).into()),
        Address::Inet6(to) => internet((*to.ip()).into()),
        Address::Unix(_) if is_accepted => None,
        Address::Unix(name) => match facts.unix_peer(fd) {
            Some(holder) => denied_holder(holder, "the other end"),
            None if *name == UnixName::Unnamed => None,
            None => destination(fd, own, &address, true, facts),
        },
        Address::Other { .. } => of_domain(own.domain),
    }
}
