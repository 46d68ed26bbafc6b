//! The other sockets that a call involves: the owner of the address, the target, and the peer.

use std::time::Duration;

use crate::call::outcome::Returned;
use crate::call::table::CallKind;
use crate::event::{AddressOwner, PathFile, Timestamp};
use crate::explain::context::{Context, phase_at, went_through};
use crate::explain::facts::descriptions::open_file_description;
use crate::explain::facts::history::{description_is_open, has_call_inside};
use crate::socket::endpoint::{Bound, equal, overlaps};
use crate::socket::sockaddr::STORAGE;
use crate::socket::{Address, Cause, Domain, Kind, Phase};
use crate::world::peer::AddressPair;
use crate::world::{Handle, OrphanState, Record, Socket};

/// struct sockaddr_in6 without sin6_scope_id, as RFC 2133 had it.
const SIN6_LEN_RFC2133: usize = 24;

impl<'a> Context<'a> {
    /// The other sockets that existed when the call ended, except duplicates of its own.
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
    pub(crate) fn wanted_address(&self) -> Option<&'a Address> {
        if let CallKind::Listen = self.call_kind() {
            self.local()
        } else {
            self.address()
        }
    }

    /// Our open socket that has the wanted address: preferably one with exactly this address, otherwise one that
    /// overlaps it.
    pub(crate) fn address_owner(&self) -> Option<Handle<'a>> {
        if self.port_users().is_some() {
            let holder = self.ours(self.port_conflict()?)?;
            return Some(holder).filter(|holder| self.phase_of(*holder) != Phase::Closed);
        }
        let wanted = self.wanted_address()?;
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

    /// How long that socket had had the address when the call ended, or if listening is the conflict, how long it had
    /// listened.
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

    /// Our closed socket that left the wanted address behind: as an orphaned connection, or as a path.
    pub(crate) fn left_behind(&self) -> Option<Handle<'a>> {
        if self.port_users().is_some() {
            let left = self.ours(self.port_conflict()?)?;
            return Some(left).filter(|left| self.phase_of(*left) == Phase::Closed);
        }
        let wanted = self.wanted_address()?;
        self.others()
            .filter(|other| self.shares_names_with(*other) && self.overlaps(*other, wanted))
            .filter(|other| self.phase_of(*other) == Phase::Closed)
            .filter(|other| wanted.path().is_some() || had_peer(*other))
            .max_by_key(|other| (is_orphan_at(*other, self.at), other.id()))
    }

    /// The orphaned connection of that closed socket when the call ended.
    pub(crate) fn left_behind_orphan(&self) -> Option<OrphanState> {
        let orphan = self.left_behind()?.orphan()?;
        let was_gone = orphan.gone.is_some_and(|gone| gone <= self.at);
        orphan.at(self.at).filter(|_| !was_gone)
    }

    /// Whether what that closed socket left has SO_REUSEADDR: set on it, or on the listener that accepted it.
    pub(crate) fn left_behind_is_reusable(&self) -> bool {
        let left_behind = self.left_behind();
        left_behind.is_some_and(|left_behind| self.has_reuse(left_behind, libc::SO_REUSEADDR))
    }

    /// The address that bind() could not get, or the path at which nobody answered, if no socket of ours has it: its
    /// owner is to be looked for. A path that one of our sockets left may belong to another program by now.
    pub(crate) fn owned_outside(&self) -> Option<&'a Address> {
        let address = self.address().filter(|address| address.port() != Some(0))?;
        let is_path = address.path().is_some();
        let is_left = self.left_behind().is_some() && !is_path;
        let errno = self.errno()?.0;
        let wanted = if let CallKind::Bind = self.call_kind() {
            let is_known = self.port_users().is_some();
            errno == libc::EADDRINUSE && self.address_owner().is_none() && !is_left && !is_known
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

    /// Whether two sockets compete for addresses: TCP and UDP ports are separate, while all paths are in one name
    /// space.
    fn shares_names_with(&self, other: Handle<'_>) -> bool {
        match self.wanted_address() {
            Some(Address::Unix(_)) => true,
            _ => self.kind() == Some(other.kind()),
        }
    }

    /// Our socket at the address argument: preferably one that is listening, then any other open one, then a closed
    /// one.
    pub(crate) fn target(&self) -> Option<Handle<'a>> {
        let address = self.address()?;
        let unix = matches!(address, Address::Unix(_));
        if !unix && !self.leads_here() || self.is_led_away() {
            return None;
        }
        if let Some(there) = self.receiver_there().filter(|_| !unix) {
            return self.ours(there);
        }
        let is_shown = |other: &Handle<'_>| {
            // The kernel's table has every open socket.
            unix || self.port_users().is_none() || self.phase_of(*other) == Phase::Closed
        };
        self.others()
            .filter(|other| self.reaches(address, *other) && !other.is_accepted())
            .filter(is_shown)
            .filter(|other| unix || self.kind() == Some(other.kind()))
            .max_by_key(|other| match self.phase_of(*other) {
                Phase::Listening => 2,
                Phase::Closed => 0,
                _ => 1,
            })
    }

    /// The receiver of sendto(); for other calls the peer, or the socket that is to become the peer.
    pub(crate) fn other_end(&self) -> Option<Handle<'a>> {
        // TCP ignores the address of sendto().
        let addressed = matches!(self.call_kind(), CallKind::Sendto | CallKind::Sendmsg);
        if addressed && !self.is_tcp() {
            self.target().or_else(|| self.peer())
        } else {
            self.peer().or_else(|| self.target())
        }
    }

    /// The peer, if it is one of our sockets.
    pub(crate) fn peer(&self) -> Option<Handle<'a>> {
        let own = self.socket?;
        // connect() may end before the addresses that it assigned were observed.
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

    /// The peer, if it is one of our sockets and no descriptor of it is open any more.
    pub(crate) fn closed_peer(&self) -> Option<Handle<'a>> {
        let is_closed = |peer: &Handle<'_>| {
            // A call that was in progress when this one began kept it open, although it may have returned since.
            !description_is_open(self.world, peer.id(), self.at)
                && !has_call_inside(self.world, peer.file_id(), self.record.asked)
        };
        self.peer().filter(is_closed)
    }

    /// Our listener at the peer's address that was closed before it accepted this connection.
    pub(crate) fn listener_gone(&self) -> Option<Handle<'a>> {
        // A connection that connect() with AF_UNSPEC has dissolved waits in no queue.
        let has_peer = self.phase().is_some_and(Phase::had_peer);
        if !has_peer || self.peer().is_some() || self.was_accepted() {
            return None;
        }
        let theirs = self.remote()?;
        self.others()
            .filter(|other| self.reaches(theirs, *other) && other.kind().is_connected_kind())
            .find(|other| {
                // Another descriptor of it keeps it listening.
                let is_released = other.socket().is_some_and(|socket| !socket.is_open());
                is_released
                    && self.phase_of(*other) == Phase::Closed
                    && other.path().any(|step| step.phase == Phase::Listening)
            })
    }

    /// Whether an accept() here gave the other end of this connection, which may have left it since.
    fn was_accepted(&self) -> bool {
        let Some(local) = self.local() else {
            return false;
        };
        self.others().any(|other| {
            let made = other.socket().and_then(|own| self.world.call(own.created_by));
            let result = made.and_then(Record::outcome).map(|outcome| &outcome.result);
            matches!(result, Some(Ok(Returned::Accepted { from: Some(from), .. })) if equal(from, local))
        })
    }

    /// Whether another socket has the address that the call wants, or one that conflicts with it.
    pub(crate) fn overlaps(&self, other: Handle<'_>, wanted: &Address) -> bool {
        let Some(local) = other.local() else {
            return false;
        };
        let own = Bound {
            address: wanted,
            v6_only: self.is_v6_only(),
        };
        let theirs = Bound {
            address: local,
            v6_only: other.socket().is_some_and(Socket::is_v6_only),
        };
        overlaps(own, theirs)
    }

    /// Whether IPV6_V6ONLY of the socket of the call is on.
    pub(crate) fn is_v6_only(&self) -> bool {
        let own = self.socket.and_then(Handle::socket);
        own.is_some_and(Socket::is_v6_only)
    }

    /// Whether messages sent to an address arrive at a socket.
    pub(crate) fn reaches(&self, to: &Address, to_whom: Handle<'_>) -> bool {
        let socket = to_whom.socket();
        socket.is_some_and(|socket| self.world.arrives_at(to, socket).is_some())
    }

    /// Whether our peer dissolved the connection with connect(AF_UNSPEC).
    pub(crate) fn peer_disconnected(&self) -> bool {
        self.peer()
            .is_some_and(|peer| went_through(peer, &[Cause::Disconnect], self.at))
    }
}

/// Whether the connection of a closed socket was still in the kernel.
pub(crate) fn is_orphan_at(socket: Handle<'_>, at: Timestamp) -> bool {
    let orphan = socket.orphan();
    orphan.is_some_and(|orphan| orphan.gone.is_none_or(|gone| gone > at))
}

fn had_peer(socket: Handle<'_>) -> bool {
    socket.kind() == Kind::Stream && socket.path().any(|step| step.phase.had_peer())
}

/// The domain that an address belongs to. `None` for a domain that sockplay does not know.
pub(crate) fn domain_of(address: &Address) -> Option<Domain> {
    match address {
        Address::Inet(_) => Some(Domain::INET),
        Address::Inet6(_) => Some(Domain::INET6),
        Address::Unix(_) => Some(Domain::UNIX),
        Address::Other { .. } => None,
    }
}

/// An address that is too short for the family of the socket: the kernel checks the length before the family.
#[derive(Debug, Clone, Copy)]
pub(crate) struct TooShort {
    /// Its length.
    pub(crate) length: usize,
    /// The least length that the kernel accepts.
    pub(crate) least: usize,
    /// The struct that it expects.
    pub(crate) wanted: &'static str,
}

impl Context<'_> {
    /// Whether the length that was passed beside the address is one that the kernel does not take for it.
    pub(crate) fn has_wrong_length(&self) -> bool {
        let Some(length) = self.call().address().and_then(|arg| arg.length) else {
            return false;
        };
        let Ok(length) = usize::try_from(length) else {
            return true;
        };
        let fits = match self.domain() {
            Some(Domain::INET) => size_of::<libc::sockaddr_in>()..=STORAGE,
            Some(Domain::INET6) => SIN6_LEN_RFC2133..=STORAGE,
            Some(Domain::UNIX) => {
                size_of::<libc::sa_family_t>() + 1..=size_of::<libc::sockaddr_un>()
            }
            Some(_) | None => 0..=STORAGE,
        };
        !fits.contains(&length)
    }

    /// The address argument, if it is shorter than every address of the socket's own domain.
    pub(crate) fn short_address(&self) -> Option<TooShort> {
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

/// The address that the socket outside of the session is bound to.
pub(crate) fn outside_owner_local<'a>(context: &Context<'a>) -> Option<&'a Address> {
    match context.record.outside_owner()? {
        AddressOwner::Process { local, .. } | AddressOwner::Hidden { local, .. } => Some(local),
        AddressOwner::Nobody => None,
    }
}
