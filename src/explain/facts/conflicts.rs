//! The other sockets of a scene: who holds the address, who was to be reached, who is at the other end.

use std::time::Duration;

use crate::call::table::CallKind;
use crate::event::{AddressOwner, PathFile, Timestamp};
use crate::explain::context::{Context, phase_at, went_through};
use crate::explain::facts::descriptions::open_file_description;
use crate::explain::facts::history::{description_is_open, has_call_inside};
use crate::socket::endpoint::{Bound, overlaps};
use crate::socket::{Address, Cause, Domain, Kind, Phase};
use crate::world::peer::AddressPair;
use crate::world::{Handle, OrphanState, Socket};

impl<'a> Context<'a> {
    /// The other sockets that existed when the call ended, duplicates of its own left out.
    pub(crate) fn others(&self) -> impl Iterator<Item = Handle<'a>> {
        let context = *self;
        let own = self
            .socket
            .map(|socket| open_file_description(context.world, socket.id()));
        self.world.descriptors().filter(move |other| {
            other.created() <= context.at
                && Some(open_file_description(context.world, other.id())) != own
        })
    }

    /// The phase of another socket when the call ended.
    pub(crate) fn phase_of(&self, other: Handle<'_>) -> Phase {
        phase_at(other, self.at).unwrap_or_else(|| other.phase())
    }

    /// The address that bind() or listen() wanted to have.
    fn wanted(&self) -> Option<&'a Address> {
        if let CallKind::Listen = self.call_kind() {
            self.local()
        } else {
            self.address()
        }
    }

    /// The open socket of ours that has the wanted address; one that has exactly this address before one that overlaps.
    pub(crate) fn address_owner(&self) -> Option<Handle<'a>> {
        let wanted = self.wanted()?;
        let listens = self.call_kind() == CallKind::Listen;
        self.others()
            .filter(|other| self.shares_names_with(*other) && self.overlaps(*other, wanted))
            .filter(|other| match self.phase_of(*other) {
                Phase::Closed => false,
                phase => !listens || phase == Phase::Listening,
            })
            .max_by_key(|other| {
                (
                    other.local() == Some(wanted),
                    self.phase_of(*other) == Phase::Listening,
                )
            })
    }

    /// How long that socket had had the address when the call ended; how long it had listened, where that is at issue.
    pub(crate) fn owned_for(&self) -> Option<Duration> {
        let listens = self.call_kind() == CallKind::Listen;
        let has_it = |phase: Phase| match phase {
            Phase::Unbound => false,
            Phase::Bound => !listens,
            _ => true,
        };
        let path = self.address_owner()?.path().rev();
        let mut held = path.skip_while(|step| step.at > self.at);
        let since = held.by_ref().take_while(|step| has_it(step.phase)).last()?;
        Some(self.at.since(since.at))
    }

    /// The closed socket of ours that left the wanted address behind: a connection that ends on its own, or a path.
    pub(crate) fn left_behind(&self) -> Option<Handle<'a>> {
        let wanted = self.wanted()?;
        self.others()
            .filter(|other| self.shares_names_with(*other) && self.overlaps(*other, wanted))
            .filter(|other| self.phase_of(*other) == Phase::Closed)
            .filter(|other| wanted.path().is_some() || had_peer(*other))
            .max_by_key(|other| (is_orphan_at(*other, self.at), other.id()))
    }

    /// What the kernel still had of that closed socket's connection when the call ended.
    pub(crate) fn left_behind_orphan(&self) -> Option<OrphanState> {
        let orphan = self.left_behind()?.orphan()?;
        let was_gone = orphan.gone.is_some_and(|gone| gone <= self.at);
        orphan.at(self.at).filter(|_| !was_gone)
    }

    /// Whether what that closed socket left has SO_REUSEADDR: set on it, or on the listener that it came from.
    pub(crate) fn left_behind_is_reusable(&self) -> bool {
        let left_behind = self.left_behind();
        left_behind.is_some_and(|left_behind| self.has_reuse(left_behind, libc::SO_REUSEADDR))
    }

    /// The address that bind() could not get, or the path at which nobody answered, and that no socket of ours has: who has
    /// it is to be looked for. A path that one of ours left may be another program's by now.
    pub(crate) fn owned_outside(&self) -> Option<&'a Address> {
        let address = self.address().filter(|address| address.port() != Some(0))?;
        let is_path = address.path().is_some();
        let is_left = self.left_behind().is_some() && !is_path;
        let errno = self.errno()?.0;
        let wanted = if let CallKind::Bind = self.call_kind() {
            errno == libc::EADDRINUSE && self.address_owner().is_none() && !is_left
        } else if let CallKind::Connect | CallKind::Sendto | CallKind::Sendmsg = self.call_kind() {
            errno == libc::ECONNREFUSED && is_path && self.target().is_none()
        } else {
            false
        };
        let is_socket = self
            .record
            .path_file()
            .is_none_or(|file| file == PathFile::Socket);
        (wanted && is_socket).then_some(address)
    }

    /// Whether two sockets cannot have one address: TCP ports are not UDP ports, while paths are one space.
    fn shares_names_with(&self, other: Handle<'_>) -> bool {
        match self.wanted() {
            Some(Address::Unix(_)) => true,
            _ => self.kind() == Some(other.kind()),
        }
    }

    /// The socket of ours that the address argument leads to: one that listens, else any other, else a closed one.
    pub(crate) fn target(&self) -> Option<Handle<'a>> {
        let address = self.address()?;
        let unix = matches!(address, Address::Unix(_));
        self.others()
            .filter(|other| self.reaches(address, *other) && !other.is_accepted())
            .filter(|other| unix || self.kind() == Some(other.kind()))
            .max_by_key(|other| match self.phase_of(*other) {
                Phase::Listening => 2,
                Phase::Closed => 0,
                _ => 1,
            })
    }

    /// The receiver of sendto(), and for other calls the peer, or the socket that is to become the peer.
    pub(crate) fn other_end(&self) -> Option<Handle<'a>> {
        // TCP ignores the address of sendto().
        let addressed = matches!(self.call_kind(), CallKind::Sendto | CallKind::Sendmsg);
        if addressed && !self.is_tcp() {
            self.target().or_else(|| self.peer())
        } else {
            self.peer().or_else(|| self.target())
        }
    }

    /// The socket of ours at the other end.
    pub(crate) fn peer(&self) -> Option<Handle<'a>> {
        let own = self.socket?;
        // connect() may end before the addresses that it gave were seen.
        let addresses = if let CallKind::Connect = self.call_kind() {
            AddressPair {
                local: own.local(),
                remote: own.remote(),
            }
        } else {
            AddressPair {
                local: self.local(),
                remote: self.remote(),
            }
        };
        let peer = self.world.peer_between(own, addresses)?;
        Some(peer).filter(|peer| peer.created() <= self.at)
    }

    /// The peer, when it is ours and no descriptor of it is open any more.
    pub(crate) fn closed_peer(&self) -> Option<Handle<'a>> {
        let is_closed = |peer: &Handle<'_>| {
            // A call that was inside when this one began kept it open, though it may have returned since.
            !description_is_open(self.world, peer.id(), self.at)
                && !has_call_inside(self.world, peer.file_id(), self.record.asked)
        };
        self.peer().filter(is_closed)
    }

    /// The listener of ours at the peer's address that was closed and never gave our connection to anybody.
    pub(crate) fn listener_gone(&self) -> Option<Handle<'a>> {
        if self.peer().is_some() {
            return None;
        }
        let theirs = self.remote()?;
        self.others()
            .filter(|other| self.reaches(theirs, *other) && other.kind().is_connected_kind())
            .find(|other| {
                self.phase_of(*other) == Phase::Closed
                    && other.path().any(|step| step.phase == Phase::Listening)
            })
    }

    /// Whether another socket has the address that the one of the call wants, or one that the kernel takes for the same.
    pub(crate) fn overlaps(&self, other: Handle<'_>, wanted: &Address) -> bool {
        let Some(local) = other.local() else {
            return false;
        };
        let own = Bound {
            address: wanted,
            v6_only: self.socket.is_some_and(is_v6_only),
        };
        let theirs = Bound {
            address: local,
            v6_only: is_v6_only(other),
        };
        overlaps(own, theirs)
    }

    /// Whether what is sent to an address arrives at a socket.
    pub(crate) fn reaches(&self, to: &Address, to_whom: Handle<'_>) -> bool {
        let socket = to_whom.socket();
        socket.is_some_and(|socket| self.world.arrives_at(to, socket).is_some())
    }

    /// Whether the peer, which is ours, left by connect(AF_UNSPEC).
    pub(crate) fn peer_disconnected(&self) -> bool {
        self.peer()
            .is_some_and(|peer| went_through(peer, &[Cause::Disconnect], self.at))
    }
}

/// Whether IPV6_V6ONLY is set on the socket of a descriptor.
fn is_v6_only(own: Handle<'_>) -> bool {
    own.socket().is_some_and(Socket::is_v6_only)
}

/// Whether the connection of a closed socket was still in the kernel.
pub(crate) fn is_orphan_at(socket: Handle<'_>, at: Timestamp) -> bool {
    let orphan = socket.orphan();
    orphan.is_some_and(|orphan| orphan.gone.is_none_or(|gone| gone > at))
}

fn had_peer(socket: Handle<'_>) -> bool {
    socket.kind() == Kind::Stream && socket.path().any(|step| step.phase.had_peer())
}

/// The domain that an address belongs to. `None` where we have no words for it.
pub(crate) fn domain_of(address: &Address) -> Option<Domain> {
    match address {
        Address::Inet(_) => Some(Domain::INET),
        Address::Inet6(_) => Some(Domain::INET6),
        Address::Unix(_) => Some(Domain::UNIX),
        Address::Other { .. } => None,
    }
}

/// An address that is too short for a socket of another family: the kernel looks at the length before the family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooShort {
    /// How many bytes it has.
    pub(crate) length: usize,
    /// How many the kernel wants at least.
    pub(crate) least: usize,
    /// The struct that it wants.
    pub(crate) wanted: &'static str,
}

impl Context<'_> {
    /// The address argument, where it is shorter than any of the socket's own domain.
    pub(crate) fn short_address(&self) -> Option<TooShort> {
        /// struct sockaddr_in6 without sin6_scope_id, as RFC 2133 had it.
        const SIN6_LEN_RFC2133: usize = 24;
        let (least, wanted) = match self.domain()? {
            Domain::INET => (size_of::<libc::sockaddr_in>(), "sockaddr_in"),
            Domain::INET6 => (SIN6_LEN_RFC2133, "sockaddr_in6"),
            _ => return None,
        };
        let length = crate::socket::sockaddr::encode(self.address()?).len();
        let short = TooShort {
            length,
            least,
            wanted,
        };
        (length < least).then_some(short)
    }
}

/// What that socket is bound to.
pub(crate) fn outside_owner_local<'a>(context: &Context<'a>) -> Option<&'a Address> {
    match context.record.outside_owner()? {
        AddressOwner::Process { local, .. } | AddressOwner::Hidden { local, .. } => Some(local),
        AddressOwner::Nobody => None,
    }
}
