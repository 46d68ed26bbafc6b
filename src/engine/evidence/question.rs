//! What is worth asking about a call, from its kind and its result.

use std::net::SocketAddr;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr, OptionArg};
use crate::call::outcome::{Outcome, Returned};
use crate::call::table::CallKind;
use crate::engine::shared::Shared;
use crate::event::{DescriptorId, Evidence, Identity, OptionNow, Request, Reuse};
use crate::kernel::observe::ProbeTarget;
use crate::kernel::sock_diag::ports::States;
use crate::socket::{Address, Domain, Kind, UnixName};

/// What is asked about one call.
#[derive(Debug, Clone, Default)]
pub(crate) struct Question {
    /// What was read already.
    pub(crate) known: Evidence,
    /// The destination whose route is wanted, with the scope of its address.
    pub(crate) route: Option<SocketAddr>,
    /// The interface that the socket is bound to.
    pub(crate) device: Option<String>,
    /// SO_MARK.
    pub(crate) mark: u32,
    /// The port whose users are wanted.
    pub(crate) port: Option<(u16, States)>,
    /// Whether they are of no interest where the route leads to another host.
    pub(crate) only_local: bool,
    /// The destination to which the connections are wanted.
    pub(crate) pairs: Option<SocketAddr>,
    /// IPPROTO_TCP or IPPROTO_UDP.
    pub(crate) protocol: i32,
    /// The settings that are wanted.
    pub(crate) sysctls: &'static [&'static str],
    /// The process that made the call. `None`: this one.
    pub(crate) process: Option<i32>,
    /// Whether the capabilities are wanted.
    pub(crate) capabilities: bool,
    /// Whether the protocols are wanted.
    pub(crate) protocols: bool,
    /// The addresses of the connection whose ends are wanted, and which socket our end is.
    pub(crate) ends: Option<(SocketAddr, SocketAddr, Identity)>,
    /// The AF_UNIX name whose sockets are wanted, as the kernel has it.
    pub(crate) name: Option<Vec<u8>>,
    /// Whether programs outside of the session are looked for, which takes longer.
    pub(crate) owners: bool,
    /// The sockets of the session.
    pub(crate) ours: Vec<Ours>,
}

/// A socket of the session.
#[derive(Debug, Clone)]
pub(crate) struct Ours {
    pub(crate) id: DescriptorId,
    pub(crate) identity: Identity,
    /// Its options, while it is open.
    pub(crate) reuse: Option<Reuse>,
    /// IPV6_V6ONLY, while it is open.
    pub(crate) v6_only: bool,
}

const PORT_RANGE: &[&str] = &[
    "net.ipv4.ip_local_port_range",
    "net.ipv4.ip_local_reserved_ports",
];

/// The options of a socket that decide where its connections and datagrams go.
const DECIDING: &[(i32, i32)] = &[
    (libc::SOL_SOCKET, libc::SO_BINDTODEVICE),
    (libc::SOL_SOCKET, libc::SO_MARK),
    (libc::SOL_SOCKET, libc::SO_BROADCAST),
    (libc::SOL_SOCKET, libc::SO_REUSEADDR),
    (libc::SOL_SOCKET, libc::SO_REUSEPORT),
    (libc::IPPROTO_IP, libc::IP_FREEBIND),
    (libc::IPPROTO_IP, libc::IP_TRANSPARENT),
    (libc::IPPROTO_IP, libc::IP_BIND_ADDRESS_NO_PORT),
    (libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE),
    (libc::IPPROTO_IPV6, libc::IPV6_V6ONLY),
    (libc::IPPROTO_TCP, libc::TCP_FASTOPEN_CONNECT),
];
/// linux/in.h
const IP_LOCAL_PORT_RANGE: i32 = 51;

impl Question {
    /// Whether the answer takes neither a file nor a netlink socket.
    pub(crate) fn opens_nothing(&self) -> bool {
        self.route.is_none()
            && self.port.is_none()
            && self.pairs.is_none()
            && self.sysctls.is_empty()
            && self.ends.is_none()
            && self.name.is_none()
            && !self.capabilities
            && !self.protocols
    }
}

/// What is worth asking; `None`: nothing.
pub(crate) fn about(
    shared: &Shared,
    request: &Request,
    outcome: &Outcome,
    target: Option<&ProbeTarget>,
) -> Option<Question> {
    let call = &*request.call;
    let failed = outcome.errno().map(|errno| errno.0);
    if let Call::Socket { .. } | Call::Socketpair { .. } = call {
        return failed.map(|_| of_making());
    }
    let target = target?;
    let of_unix = target.domain == Domain::UNIX;
    let is_inet = matches!(target.domain, Domain::INET | Domain::INET6);
    let call_kind = call.call_kind();
    let addressed = [CallKind::Connect, CallKind::Sendto, CallKind::Sendmsg];
    let sends = [CallKind::Send, CallKind::Sendto, CallKind::Sendmsg];
    if of_unix && (addressed.contains(&call_kind) || call_kind == CallKind::Bind) {
        at_path(shared, call.address()).or_else(|| named(shared, call, failed?))
    } else if of_unix && call_kind == CallKind::Close {
        own_path(shared, request)
    } else if is_inet && call_kind == CallKind::Connect {
        Some(connecting(shared, request, target, failed))
    } else if is_inet && sends.contains(&call_kind) {
        sending(shared, request, target, failed?)
    } else if is_inet && call_kind == CallKind::Bind {
        Some(binding(shared, call, target, failed))
    } else if (is_inet || of_unix) && call_kind == CallKind::Listen {
        Some(listening(shared, target, failed))
    } else if target.is_tcp() && call_kind.accepts() {
        accepted(outcome)
    } else if target.is_tcp() && call_kind == CallKind::Close && failed.is_none() {
        Some(closing(shared, request))
    } else {
        None
    }
}

/// What is worth asking about a call of a traced process. `target`: a copy of the socket that it was made on.
///
/// Files and descriptors of another process are nothing that can be asked about here.
pub(crate) fn of_traced(
    shared: &Shared,
    request: &Request,
    outcome: &Outcome,
    target: Option<&ProbeTarget>,
    process: i32,
) -> Option<Question> {
    let is_inet = |target: &ProbeTarget| {
        matches!(target.domain, Domain::INET | Domain::INET6) && !request.call.call_kind().accepts()
    };
    if !target.is_none_or(is_inet) {
        return None;
    }
    let mut question = about(shared, request, outcome, target)?;
    question.process = Some(process);
    Some(question)
}

fn of_making() -> Question {
    Question {
        capabilities: true,
        protocols: true,
        sysctls: &["net.ipv4.ping_group_range", "net.mptcp.enabled"],
        ..Question::default()
    }
}

fn connecting(
    shared: &Shared,
    request: &Request,
    target: &ProbeTarget,
    failed: Option<i32>,
) -> Question {
    let to = destination(request.call.address());
    let states = if failed.is_none() {
        States::LISTENING
    } else {
        States::PASSIVE
    };
    let lacks_port = matches!(
        failed,
        Some(libc::EADDRNOTAVAIL | libc::EADDRINUSE | libc::EAGAIN)
    );
    Question {
        route: to,
        port: to.filter(|to| to.port() != 0).map(|to| (to.port(), states)),
        only_local: true,
        pairs: to.filter(|_| lacks_port),
        sysctls: if lacks_port { PORT_RANGE } else { &[] },
        ends: ends(shared, request),
        owners: failed.is_some() && failed != Some(libc::EINPROGRESS),
        ..deciding(shared, target)
    }
}

fn sending(
    shared: &Shared,
    request: &Request,
    target: &ProbeTarget,
    failed: i32,
) -> Option<Question> {
    /// Results that a route, a device or a receiver decides.
    const WORTH: [i32; 8] = [
        libc::EACCES,
        libc::EPERM,
        libc::ENETUNREACH,
        libc::EHOSTUNREACH,
        libc::EINVAL,
        libc::ECONNREFUSED,
        libc::EADDRNOTAVAIL,
        libc::EINPROGRESS,
    ];
    if !WORTH.contains(&failed) {
        return None;
    }
    let connected = || crate::kernel::observe::peer(target.fd)?.internet();
    let to = destination(request.call.address()).or_else(connected);
    Some(Question {
        route: to,
        port: to
            .filter(|to| to.port() != 0)
            .map(|to| (to.port(), States::ALL)),
        only_local: true,
        owners: true,
        ..deciding(shared, target)
    })
}

fn binding(shared: &Shared, call: &Call, target: &ProbeTarget, failed: Option<i32>) -> Question {
    let to = destination(call.address());
    let port = to.map(|to| to.port()).filter(|port| *port != 0);
    let sysctls: &[&str] = match failed {
        Some(libc::EADDRINUSE) => PORT_RANGE,
        Some(libc::EACCES) => &["net.ipv4.ip_unprivileged_port_start"],
        Some(libc::EADDRNOTAVAIL) => &["net.ipv4.ip_nonlocal_bind"],
        _ => &[],
    };
    let is_in_use = failed == Some(libc::EADDRINUSE);
    Question {
        route: to.filter(|to| failed == Some(libc::EADDRNOTAVAIL) && !to.ip().is_unspecified()),
        port: port
            .filter(|_| is_in_use || failed.is_none())
            .map(|port| (port, States::ALL)),
        sysctls,
        capabilities: failed == Some(libc::EACCES),
        owners: is_in_use,
        ..deciding(shared, target)
    }
}

fn listening(shared: &Shared, target: &ProbeTarget, failed: Option<i32>) -> Question {
    let local = crate::kernel::observe::local(target.fd).and_then(|local| local.internet());
    let port = local.map(|local| local.port()).filter(|port| *port != 0);
    let is_in_use = failed == Some(libc::EADDRINUSE);
    Question {
        port: port.filter(|_| is_in_use).map(|port| (port, States::ALL)),
        sysctls: if failed.is_none() {
            &["net.core.somaxconn"]
        } else {
            PORT_RANGE
        },
        owners: is_in_use,
        ..deciding(shared, target)
    }
}

/// In which state the new connection is.
fn accepted(outcome: &Outcome) -> Option<Question> {
    let Ok(Returned::Accepted { fd, .. }) = &outcome.result else {
        return None;
    };
    let known = Evidence {
        made_state: crate::kernel::tcp_info::read(*fd).ok()?.state,
        ..Evidence::default()
    };
    Some(Question {
        known,
        ..Question::default()
    })
}

fn closing(shared: &Shared, request: &Request) -> Question {
    Question {
        ends: ends(shared, request),
        ..Question::default()
    }
}

/// Whether what lies at the path of the address is ours.
fn at_path(shared: &Shared, arg: Option<&AddressArg>) -> Option<Question> {
    match &arg?.place {
        AddressExpr::Literal(address) => of_path(shared, address.path()?),
        AddressExpr::Zoned { .. }
        | AddressExpr::Unspecified
        | AddressExpr::Null
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_) => None,
    }
}

/// The same of the path that a socket is bound to.
fn own_path(shared: &Shared, request: &Request) -> Option<Question> {
    let (local, _) = shared.entry(request.on?)?.connection;
    of_path(shared, local?.path()?)
}

fn of_path(shared: &Shared, path: &[u8]) -> Option<Question> {
    let file_is_ours = Some(shared.bound.has(path));
    let known = Evidence {
        file_is_ours,
        ..Evidence::default()
    };
    Some(Question {
        known,
        ..Question::default()
    })
}

/// The name is looked for where nobody answered at it, or where it is in use.
fn named(shared: &Shared, call: &Call, failed: i32) -> Option<Question> {
    let worth = [libc::ECONNREFUSED, libc::EADDRINUSE, libc::EPROTOTYPE];
    let arg = call.address().filter(|_| worth.contains(&failed))?;
    Some(Question {
        name: Some(abstract_name(arg)?),
        owners: true,
        ours: ours(shared),
        ..Question::default()
    })
}

/// The bytes of an abstract name, as the length beside it says.
fn abstract_name(arg: &AddressArg) -> Option<Vec<u8>> {
    let AddressExpr::Literal(address @ Address::Unix(UnixName::Abstract(_))) = &arg.place else {
        return None;
    };
    let mut bytes = crate::socket::sockaddr::encode(address);
    if let Some(length) = arg.length.and_then(|length| usize::try_from(length).ok()) {
        bytes.resize(length, 0);
    }
    Some(bytes.split_off(bytes.len().min(size_of::<libc::sa_family_t>())))
}

fn destination(arg: Option<&AddressArg>) -> Option<SocketAddr> {
    match &arg?.place {
        AddressExpr::Literal(address) => address.internet(),
        AddressExpr::Zoned { .. }
        | AddressExpr::Unspecified
        | AddressExpr::Null
        | AddressExpr::Host(_)
        | AddressExpr::LocalOf(_)
        | AddressExpr::PortOf { .. }
        | AddressExpr::Named(_)
        | AddressExpr::Loopback(_) => None,
    }
}

/// The addresses of the connection of a socket, as last seen.
fn ends(shared: &Shared, request: &Request) -> Option<(SocketAddr, SocketAddr, Identity)> {
    let entry = shared.entry(request.on?)?;
    let (local, peer) = &entry.connection;
    let (local, peer) = (local.as_ref()?.internet()?, peer.as_ref()?.internet()?);
    Some((local, peer, entry.identity))
}

/// A question with the options that decide, and the sockets of the session.
fn deciding(shared: &Shared, target: &ProbeTarget) -> Question {
    let read = |(level, number): &(i32, i32)| {
        let (level, number) = (*level, *number);
        let option = OptionArg { level, number };
        let value = crate::kernel::observe::option(target.fd, option)?;
        Some(OptionNow {
            level,
            number,
            value,
        })
    };
    let known = Evidence {
        options: DECIDING.iter().filter_map(read).collect(),
        ..Evidence::default()
    };
    let is_datagram = target.kind == Kind::Datagram;
    Question {
        device: crate::kernel::observe::device(target.fd),
        mark: crate::kernel::observe::mark(target.fd),
        protocol: if is_datagram {
            libc::IPPROTO_UDP
        } else {
            libc::IPPROTO_TCP
        },
        known,
        ours: ours(shared),
        ..Question::default()
    }
}

fn ours(shared: &Shared) -> Vec<Ours> {
    let sockets = shared.sockets();
    let all = sockets.iter().map(|(id, entry)| {
        let flag = |level, number| {
            entry.open && crate::kernel::observe::flag(entry.target.fd, level, number)
        };
        Ours {
            id: *id,
            identity: entry.identity,
            reuse: entry.open.then(|| Reuse {
                address: flag(libc::SOL_SOCKET, libc::SO_REUSEADDR),
                port: flag(libc::SOL_SOCKET, libc::SO_REUSEPORT),
            }),
            v6_only: entry.target.domain == Domain::INET6
                && flag(libc::IPPROTO_IPV6, libc::IPV6_V6ONLY),
        }
    });
    all.collect()
}
