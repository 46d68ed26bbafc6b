//! What the kernel said about the call when it had just returned: the route, the users of a port, settings, options.

use std::collections::HashSet;

use crate::call::Call;
use crate::call::outcome::Returned;
use crate::call::value::Value;
use crate::event::{DescriptorId, Evidence, InTable, Owner, PortUser, Reuse, Route, UnixUser};
use crate::explain::context::Context;
use crate::socket::endpoint::{Bound, Specificity, overlaps, reaches};
use crate::socket::sockaddr::decoded;
use crate::socket::text::escaped;
use crate::socket::{Address, Domain, Kind, SocketType, TcpState, UnixName};
use crate::world::Handle;

/// What has a port, where it is no socket with a name here.
const OUTSIDE: &str = "a socket outside this session";
const ORPHAN: &str = "a connection without a descriptor";

/// Whether a value is a phrase and no name: it begins with a capital letter where a sentence does.
pub(crate) fn is_phrase(value: &str) -> bool {
    [OUTSIDE, ORPHAN].contains(&value)
}

/// The states that the kernel leaves with a RST when a connection is aborted: tcp_need_reset().
const NEED_RESET: [TcpState; 5] = [
    TcpState::Established,
    TcpState::SynRecv,
    TcpState::CloseWait,
    TcpState::FinWait1,
    TcpState::FinWait2,
];

impl<'a> Context<'a> {
    /// All of it.
    pub(crate) fn evidence(&self) -> Option<&'a Evidence> {
        self.record.evidence()
    }

    /// The kernel's route to the destination.
    pub(crate) fn route(&self) -> Option<&'a Route> {
        self.evidence()?.route.as_ref()
    }

    /// Whether the destination is this host itself: by the route, or as an address of the loopback.
    pub(crate) fn leads_here(&self) -> bool {
        match self.route() {
            Some(route) => *route == Route::Local,
            None => self.address().is_some_and(is_loopback),
        }
    }

    /// The interface that the socket is bound to, SO_BINDTODEVICE.
    pub(crate) fn own_device(&self) -> Option<String> {
        let (level, number) = (libc::SOL_SOCKET, libc::SO_BINDTODEVICE);
        let read = self
            .evidence()
            .and_then(|found| found.option(level, number));
        match read.or_else(|| self.was_set(level, number))? {
            Value::Text(name) => text(name),
            _ => None,
        }
    }

    /// Whether SO_BINDTODEVICE leads away from this host what would otherwise arrive here.
    pub(crate) fn is_led_away(&self) -> bool {
        let plain = self.evidence().and_then(|found| found.plain_route.as_ref());
        plain == Some(&Route::Local) && self.route() != Some(&Route::Local)
    }

    /// Whether no route leads there over the interface of SO_BINDTODEVICE, but one does otherwise.
    pub(crate) fn lacks_route_over_device(&self) -> bool {
        let plain = self.evidence().and_then(|found| found.plain_route.as_ref());
        let is_there = |route: &Route| !matches!(route, Route::None | Route::Failed(_));
        self.route() == Some(&Route::None) && plain.is_some_and(is_there)
    }

    /// What an option of the socket reads as; without an answer of the kernel, what it was set to.
    pub(crate) fn reads(&self, level: i32, number: i32) -> Option<&Value> {
        let read = self
            .evidence()
            .and_then(|found| found.option(level, number));
        read.or_else(|| self.was_set(level, number))
    }

    /// Whether an option of the socket that is a number is not 0.
    pub(crate) fn is_on(&self, level: i32, number: i32) -> bool {
        matches!(self.reads(level, number), Some(Value::Int(on)) if *on != 0)
    }

    /// The sockets that have the port. `None`: the kernel was not asked.
    pub(crate) fn port_users(&self) -> Option<&'a [PortUser]> {
        self.evidence()?.port_users.as_deref()
    }

    /// The listener that a SYN to the address argument reaches.
    pub(crate) fn listener_there(&self) -> Option<&'a PortUser> {
        let listens = |user: &&PortUser| user.state == TcpState::Listen;
        self.receivers_there().find(listens)
    }

    /// The open socket that what is sent to the address argument reaches, listening or not.
    pub(crate) fn receiver_there(&self) -> Option<&'a PortUser> {
        let listeners = self.receivers_there();
        let mut listeners = listeners.filter(|user| user.state == TcpState::Listen);
        let first = listeners.next();
        // Of several that share the port, which one gets a connection is the kernel's choice.
        match (first, listeners.next()) {
            (Some(only), None) => Some(only),
            (Some(_), Some(_)) => None,
            (None, _) => self.receivers_there().next(),
        }
    }

    /// A listener that has the port and is bound to another interface than the one over which the SYN arrives.
    pub(crate) fn listener_apart(&self) -> Option<&'a PortUser> {
        let to = self.address()?;
        let mut users = self.port_users()?.iter();
        users.find(|user| {
            let listens = user.state == TcpState::Listen || self.kind() == Some(Kind::Datagram);
            listens && user.peer.is_none() && specificity(to, user).is_some() && is_apart(user)
        })
    }

    /// The sockets that take what is sent to the address argument, the most specific first.
    fn receivers_there(&self) -> impl Iterator<Item = &'a PortUser> {
        let users = self.port_users().unwrap_or_default();
        let to = self.address();
        let passive = users.iter().filter(|user| user.peer.is_none());
        let reached = passive.filter(|user| !is_apart(user));
        let mut reached: Vec<(Specificity, &PortUser)> = reached
            .filter_map(|user| Some((specificity(to?, user)?, user)))
            .collect();
        reached.sort_by_key(|(specificity, _)| std::cmp::Reverse(*specificity));
        reached.into_iter().map(|(_, user)| user)
    }

    /// The socket because of which bind() or listen() failed with EADDRINUSE, by the rule of the kernel. Of a socket of
    /// another process the two options are not known, and then it may be another one that conflicts.
    pub(crate) fn port_conflict(&self) -> Option<&'a PortUser> {
        let wanted = self.wanted_address()?;
        let users = self.port_users()?.iter();
        let own = self.socket?.identity();
        let others = users.filter(|user| user.identity.is_same(&own) != Some(true));
        let conflicting = others.filter(|user| self.conflicts(wanted, user));
        conflicting.max_by_key(|user| {
            let is_ours = matches!(user.owner.value(), Some(Owner::Ours(_)));
            (
                user.reuse.is_some(),
                is_ours,
                user.state == TcpState::Listen,
            )
        })
    }

    /// inet_csk_bind_conflict() of the kernel for TCP, udp_lib_lport_inuse() for UDP.
    fn conflicts(&self, wanted: &Address, user: &PortUser) -> bool {
        let local = user.local.into();
        let (own, theirs) = (
            Bound {
                address: wanted,
                v6_only: self.is_v6_only(),
            },
            Bound {
                address: &local,
                v6_only: user.v6_only,
            },
        );
        let device = self.own_device();
        let are_apart = device.is_some() && user.device.is_some() && device != user.device;
        let reuse = self.own_reuse();
        let as_set = || {
            let own = self.ours(user)?;
            Some(Reuse {
                address: self.has_reuse(own, libc::SO_REUSEADDR),
                port: self.has_reuse(own, libc::SO_REUSEPORT),
            })
        };
        let Some(other) = user.reuse.or_else(as_set) else {
            return overlaps(own, theirs) && !are_apart;
        };
        let listens = user.state == TcpState::Listen;
        let shares_by_address = reuse.address && other.address && !listens;
        let shares = shares_by_address || reuse.port && other.port;
        overlaps(own, theirs) && !are_apart && !shares
    }

    fn own_reuse(&self) -> Reuse {
        Reuse {
            address: self.is_on(libc::SOL_SOCKET, libc::SO_REUSEADDR),
            port: self.is_on(libc::SOL_SOCKET, libc::SO_REUSEPORT),
        }
    }

    /// The socket of the session that a user of a port is.
    pub(crate) fn ours(&self, user: &PortUser) -> Option<Handle<'a>> {
        self.world.descriptor(our_id(user)?)
    }

    /// A user of a port in words: its name, its program, or that it is none of the session.
    pub(crate) fn user_name(&self, user: &PortUser) -> String {
        match (self.ours(user), user.owner.value()) {
            (Some(own), _) => own.name().to_string(),
            (None, Some(Owner::Process { pid, program })) => {
                format!("{} (pid {pid})", escaped(program))
            }
            (None, Some(Owner::Nobody)) => ORPHAN.to_owned(),
            (None, Some(Owner::Ours(_)) | None) => OUTSIDE.to_owned(),
        }
    }

    /// A connection to the destination, from the local address of the socket if it has one.
    pub(crate) fn pair_user(&self) -> Option<&'a PortUser> {
        let mut pairs = self.evidence()?.pairs.iter();
        let local = self.local().filter(|local| !local.is_unset());
        match local.and_then(Address::internet) {
            Some(local) => pairs.find(|user| user.local.port() == local.port()),
            None => pairs.find(|user| self.may_choose(user.local.port())),
        }
    }

    /// The ports that the kernel may choose for this socket: the lowest and the highest, and the setting that says so.
    pub(crate) fn port_range(&self) -> Option<(u16, u16, &'static str)> {
        if let Some((lowest, highest)) = self.range_of_socket() {
            return Some((lowest, highest, "IP_LOCAL_PORT_RANGE"));
        }
        let setting = "net.ipv4.ip_local_port_range";
        let mut ports = self.evidence()?.sysctl(setting)?.split_whitespace();
        let mut port = || ports.next()?.parse().ok();
        Some((port()?, port()?, setting))
    }

    /// IP_LOCAL_PORT_RANGE of the socket, unless it is {0, 0}.
    pub(crate) fn range_of_socket(&self) -> Option<(u16, u16)> {
        /// linux/in.h
        const IP_LOCAL_PORT_RANGE: i32 = 51;
        match self.reads(libc::IPPROTO_IP, IP_LOCAL_PORT_RANGE)? {
            Value::PortRange {
                lowest: 0,
                highest: 0,
            } => None,
            Value::PortRange { lowest, highest } => Some((*lowest, *highest)),
            _ => None,
        }
    }

    fn may_choose(&self, port: u16) -> bool {
        let range = self.port_range();
        range.is_some_and(|(lowest, highest, _)| (lowest..=highest).contains(&port))
    }

    /// Whether a connection to the destination exists from each port that the kernel may choose.
    pub(crate) fn every_port_is_taken(&self) -> bool {
        let (Some((lowest, highest, _)), Some(found)) = (self.port_range(), self.evidence()) else {
            return false;
        };
        let taken: HashSet<u16> = found.pairs.iter().map(|user| user.local.port()).collect();
        (lowest..=highest).all(|port| taken.contains(&port))
    }

    /// The first port that takes no privilege to bind.
    pub(crate) fn unprivileged_from(&self) -> Option<u16> {
        let value = self
            .evidence()?
            .sysctl("net.ipv4.ip_unprivileged_port_start");
        value?.parse().ok()
    }

    /// The limit of the accept queue that listen() has set: as the listener reports it, or the backlog within the limit of
    /// the system.
    pub(crate) fn queue_limit(&self) -> Option<u32> {
        let Call::Listen { backlog, .. } = self.call() else {
            return None;
        };
        let most = self.evidence()?.sysctl("net.core.somaxconn")?;
        Some(backlog.cast_unsigned().min(most.parse().ok()?))
    }

    /// Whether that is less than the backlog.
    pub(crate) fn is_backlog_cut(&self) -> bool {
        let Call::Listen { backlog, .. } = self.call() else {
            return false;
        };
        let limit = self.queue_limit();
        limit.is_some_and(|limit| backlog.cast_unsigned() != limit)
    }

    /// Whether socket() asks for SCTP and the kernel does not have it.
    pub(crate) fn lacks_sctp(&self) -> bool {
        let Call::Socket {
            domain,
            socket_type,
            protocol,
            ..
        } = self.call()
        else {
            return false;
        };
        let is_inet = matches!(*domain, Domain::INET | Domain::INET6);
        let is_default = protocol.0 == 0 && *socket_type == SocketType::SEQPACKET;
        let asks = is_inet && (protocol.0 == libc::IPPROTO_SCTP || is_default);
        let known = self.evidence().map(|found| &found.protocols);
        let lacks = |names: &Vec<String>| {
            !names.is_empty() && !names.iter().any(|name| name.starts_with("SCTP"))
        };
        asks && known.is_some_and(lacks)
    }

    /// The groups that may make ping sockets, as the setting has them.
    pub(crate) fn ping_range(&self) -> Option<String> {
        let range = self.evidence()?.sysctl("net.ipv4.ping_group_range")?;
        Some(range.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The link-local address argument with an interface as its scope.
    pub(crate) fn scoped_address(&self) -> Option<String> {
        match self.address()? {
            Address::Inet6(own) => Some(format!("[{}%eth0]:{}", own.ip(), own.port())),
            Address::Inet(_) | Address::Unix(_) | Address::Other { .. } => None,
        }
    }

    /// The state of the connection of this socket in the kernel's table, where no descriptor of it is open.
    pub(crate) fn orphan_now(&self) -> Option<TcpState> {
        match self.evidence()?.own_end? {
            InTable::There {
                state,
                has_descriptor: false,
            } => Some(state),
            InTable::There { .. } | InTable::Gone => None,
        }
    }

    /// Whether the kernel's table has no connection of this socket.
    pub(crate) fn is_own_end_gone(&self) -> bool {
        self.evidence().and_then(|found| found.own_end) == Some(InTable::Gone)
    }

    /// Whether the kernel's table has the connection of this socket with a descriptor.
    pub(crate) fn is_own_end_held(&self) -> bool {
        let end = self.evidence().and_then(|found| found.own_end);
        matches!(
            end,
            Some(InTable::There {
                has_descriptor: true,
                ..
            })
        )
    }

    /// Whether close() may reset a connection in the state that this one had, and nothing of it is seen to be left.
    pub(crate) fn resets_at_close(&self) -> bool {
        let end = self.evidence().and_then(|found| found.own_end);
        self.was_in(&NEED_RESET) && end.is_none_or(|end| end == InTable::Gone)
    }

    /// The state of the other end in the kernel's table, and whether a descriptor of it exists.
    pub(crate) fn other_end_now(&self) -> Option<(TcpState, bool)> {
        match self.evidence()?.other_end? {
            InTable::There {
                state,
                has_descriptor,
            } => Some((state, has_descriptor)),
            InTable::Gone => None,
        }
    }

    /// Whether the other end waits in the accept queue of its listener.
    pub(crate) fn other_end_waits(&self) -> bool {
        if let Some((state, has_descriptor)) = self.other_end_now() {
            return state != TcpState::SynRecv && !has_descriptor;
        }
        let queue = self.target().and_then(Handle::accept_queue);
        self.evidence().is_none() && queue.is_some_and(|queue| queue.length > 0)
    }

    /// Whether the connection was in a state from which connect() with AF_UNSPEC sends a RST.
    pub(crate) fn needed_reset(&self) -> bool {
        self.was_in(&NEED_RESET)
    }

    /// The AF_UNIX sockets that have the name of the address argument, or one that differs in NUL bytes at its end.
    fn names(&self) -> Option<&'a [UnixUser]> {
        self.evidence()?.names.as_deref()
    }

    /// The bytes of the abstract name that the address argument means, with the length beside it.
    fn abstract_name(&self) -> Option<Vec<u8>> {
        let arg = self.call().address()?;
        let Address::Unix(UnixName::Abstract(name)) = self.address()? else {
            return None;
        };
        let mut name = name.clone();
        let head = size_of::<libc::sa_family_t>() + 1;
        if let Some(length) = arg.length.and_then(|length| usize::try_from(length).ok()) {
            name.resize(length.saturating_sub(head), 0);
        }
        Some(name)
    }

    /// Our socket whose abstract name differs from that of the address argument in NUL bytes at its end.
    pub(crate) fn near_name(&self) -> Option<Handle<'a>> {
        let wanted = self.abstract_name()?;
        let mut near = self.names()?.iter().filter(|user| user.name != wanted);
        near.find_map(|user| match user.owner.value()? {
            Owner::Ours(id) => self.world.descriptor(*id),
            Owner::Process { .. } | Owner::Nobody => None,
        })
    }

    /// The socket with the name of the address argument that does not listen.
    pub(crate) fn deaf_name(&self) -> Option<&'a UnixUser> {
        let wanted = self.abstract_name()?;
        let mut same = self.names()?.iter().filter(|user| user.name == wanted);
        same.find(|user| !user.listens)
    }

    /// Who has that socket, in words.
    pub(crate) fn deaf_owner(&self) -> Option<String> {
        Some(match self.deaf_name()?.owner.value() {
            Some(Owner::Ours(id)) => self.world.descriptor(*id)?.name().to_string(),
            Some(Owner::Process { pid, program }) => format!("{} (pid {pid})", escaped(program)),
            Some(Owner::Nobody) | None => OUTSIDE.to_owned(),
        })
    }

    /// Whether no socket has the name of the address argument.
    pub(crate) fn is_name_free(&self) -> bool {
        let Some(wanted) = self.abstract_name() else {
            return false;
        };
        let names = self.names();
        names.is_some_and(|names| names.iter().all(|user| user.name != wanted))
    }

    /// The parts of the address argument, of a domain that is not explained.
    pub(crate) fn decoded_address(&self) -> Option<String> {
        decoded(self.address()?)
    }

    /// The parts of the address that was returned.
    pub(crate) fn decoded_result(&self) -> Option<String> {
        match self.returned()? {
            Returned::Address(address) => decoded(address),
            _ => None,
        }
    }

    /// Whether the process is known to lack a capability.
    pub(crate) fn lacks(&self, capability: u32) -> bool {
        let effective = self.evidence().and_then(|found| found.capabilities);
        effective.is_some_and(|effective| effective & (1 << capability) == 0)
    }

    /// Whether the address argument is a link-local one of IPv6 that names no interface, and no option names one.
    pub(crate) fn lacks_scope(&self) -> bool {
        let is_bare = match self.address() {
            Some(Address::Inet6(own)) => own.ip().is_unicast_link_local() && own.scope_id() == 0,
            _ => false,
        };
        is_bare && self.own_device().is_none()
    }

    /// Whether IPV6_V6ONLY is on and the address argument is one of IPv4.
    pub(crate) fn v6_only_excludes_it(&self) -> bool {
        let is_ipv4 = match self.address() {
            Some(Address::Inet(_)) => true,
            Some(Address::Inet6(own)) => own.ip().to_ipv4_mapped().is_some(),
            Some(Address::Unix(_) | Address::Other { .. }) | None => false,
        };
        let is_ipv6 = self.domain() == Some(Domain::INET6);
        is_ipv6 && is_ipv4 && self.is_v6_only()
    }
}

/// The id of the session's descriptor of a user of a port.
pub(crate) fn our_id(user: &PortUser) -> Option<DescriptorId> {
    match user.owner.value()? {
        Owner::Ours(id) => Some(*id),
        Owner::Process { .. } | Owner::Nobody => None,
    }
}

/// What is sent to an address of this host arrives over the loopback interface.
fn is_apart(user: &PortUser) -> bool {
    user.device.as_deref().is_some_and(|device| device != "lo")
}

fn specificity(to: &Address, user: &PortUser) -> Option<Specificity> {
    let address = &user.local.into();
    let v6_only = user.v6_only;
    reaches(to, Bound { address, v6_only })
}

/// The text up to its NUL byte; `None` where it is empty.
fn text(bytes: &[u8]) -> Option<String> {
    let name = bytes.split(|byte| *byte == 0).next()?;
    let name = escaped(&String::from_utf8_lossy(name));
    (!name.is_empty()).then_some(name)
}

/// An address that every host has for itself.
fn is_loopback(address: &Address) -> bool {
    let ip = address.internet().map(|at| at.ip().to_canonical());
    ip.is_some_and(|ip| ip.is_loopback() || ip.is_unspecified())
}
