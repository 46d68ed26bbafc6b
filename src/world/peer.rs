//! The peer of a socket: the only place that determines it. Panes, explanations, the ladder and queues ask here.
//!
//! The first of these that has an answer decides:
//!
//! 1. The other socket of a socketpair(2).
//! 2. The kernel's table: the socket of the session that has the identity (cookie, inode) of the other end.
//! 3. For TCP: the socket itself if it is connected to its own address.
//! 4. For TCP: the connection with the same two addresses that existed at the same time.
//! 5. For an accepted AF_UNIX connection: the only client, or the only accepted socket, of that name.
//! 6. For datagrams: the socket at which sent messages arrive.
//!
//! Answers 1 and 2 are observed, the others inferred.

use crate::event::{End, Identity, Origin, Other};
use crate::socket::endpoint::{Bound, Specificity, equal, pair_key, reaches};
use crate::socket::{Address, Domain, Kind, Phase};
use crate::world::{Handle, Socket, World};

/// The local address of a socket and that of its peer at one moment.
#[derive(Debug, Clone, Copy, Default)]
pub struct AddressPair<'a> {
    /// Its own.
    pub local: Option<&'a Address>,
    /// The peer's.
    pub remote: Option<&'a Address>,
}

impl AddressPair<'_> {
    /// Whether both are the same: a TCP socket that is connected to itself.
    fn are_equal(self) -> bool {
        let (Some(local), Some(remote)) = (self.local, self.remote) else {
            return false;
        };
        equal(local, remote)
    }
}

impl World {
    /// The socket of the session at the other end, through an open descriptor if it has one. `None`: the other end is
    /// elsewhere, waits in an accept queue, or is not known.
    pub fn peer<'a>(&'a self, own: Handle<'a>) -> Option<Handle<'a>> {
        self.through_descriptor(self.peer_socket(own.socket()?)?)
    }

    /// The same for the addresses that the socket had at an earlier moment.
    pub fn peer_between<'a>(
        &'a self,
        own: Handle<'a>,
        addresses: AddressPair<'_>,
    ) -> Option<Handle<'a>> {
        self.through_descriptor(self.other_end(own.socket()?, addresses)?)
    }

    /// The kernel socket at the other end, if the session has or had a descriptor of it.
    pub fn peer_socket<'a>(&'a self, own: &'a Socket) -> Option<&'a Socket> {
        let addresses = AddressPair {
            local: own.local.as_ref(),
            remote: own.present_peer(),
        };
        self.other_end(own, addresses)
    }

    fn other_end<'a>(&'a self, own: &'a Socket, addresses: AddressPair<'_>) -> Option<&'a Socket> {
        self.paired(own)
            .or_else(|| self.in_table(own))
            .or_else(|| match (own.kind, own.domain) {
                _ if own.is_tcp() && addresses.are_equal() => Some(own),
                _ if own.is_tcp() => self.with_swapped_addresses(own, addresses),
                (Kind::Datagram, _) => self.receiver(own, addresses.remote?),
                (_, Domain::UNIX) => self.unix_connection(own, addresses.remote),
                _ => None,
            })
    }

    /// The listener of the session whose accept queue holds the other end of a connection, as far as the addresses and
    /// the length of the queue show.
    pub fn queue_of_peer(&self, own: Handle<'_>) -> Option<Handle<'_>> {
        let remote = own.present_peer()?;
        let waits_at = |other: &&Socket| {
            let has_waiting = other.accept_queue().is_some_and(|queue| queue.length > 0);
            has_waiting && self.arrives_at(remote, other).is_some()
        };
        let reached = own.socket().and_then(|own| self.name_owner(own));
        let listeners = self.sockets().filter(|other| {
            reached.is_none_or(|reached| reached.is_some_and(|reached| reached.id == other.id))
                && other.is_open()
                && other.phase == Phase::Listening
                && other.domain_matches(remote)
                && other.file != own.file_id()
        });
        let found = listeners
            .filter(waits_at)
            .max_by_key(|other| self.arrives_at(remote, other))?;
        self.through_descriptor(found)
    }

    /// Whether messages sent to an address arrive at a socket, judging by its local address and IPV6_V6ONLY, and how
    /// specific the match is.
    pub fn arrives_at(&self, to: &Address, socket: &Socket) -> Option<Specificity> {
        let bound = Bound {
            address: socket.local.as_ref()?,
            v6_only: socket.is_v6_only(),
        };
        reaches(to, bound)
    }

    /// The socket of the session with this identity.
    pub fn identified(&self, identity: &Identity) -> Option<&Socket> {
        let with_cookie = identity
            .cookie
            .and_then(|cookie| self.by_cookie.get(&cookie));
        if let Some(socket) = with_cookie.and_then(|id| self.socket(*id)) {
            return Some(socket);
        }
        let inode = identity.inode.filter(|inode| *inode != 0)?;
        let socket = self.socket(*self.by_inode.get(&inode)?)?;
        (socket.identity.is_same(identity) != Some(false)).then_some(socket)
    }

    /// The other socket of a socketpair().
    fn paired(&self, own: &Socket) -> Option<&Socket> {
        if own.origin != Origin::Paired {
            return None;
        }
        let made = self.call(own.created_by)?.new_descriptors().iter();
        let mut made = made.filter_map(|id| self.socket_of(*id));
        made.find(|other| other.id != own.id)
    }

    /// The socket that the kernel's table has at the other end.
    fn in_table(&self, socket: &Socket) -> Option<&Socket> {
        let (_, endpoints) = socket.endpoints.as_deref()?;
        let Other::There { end, .. } = endpoints.other.value()? else {
            return None;
        };
        let End { identity, .. } = end;
        self.identified(identity)
    }

    /// The TCP socket with the same addresses swapped. If several had them one after the other, the one whose
    /// connection began together with that of `own`.
    fn with_swapped_addresses(&self, own: &Socket, addresses: AddressPair<'_>) -> Option<&Socket> {
        let (local, remote) = (addresses.local?, addresses.remote?);
        let key = pair_key(local, remote)?;
        let is_other_end = |other: &&Socket| {
            // Also after connect(AF_UNSPEC) dissolved the connection.
            let endpoints = (other.local.as_ref(), other.remote.as_ref());
            matches!(endpoints, (Some(its), Some(of)) if equal(its, remote) && equal(of, local))
        };
        let others = self.by_pair.get(&key)?.iter();
        let others = others.filter_map(|id| self.socket(*id));
        let others = others.filter(|other| other.id != own.id && other.is_tcp());
        let mut others: Vec<&Socket> = others.filter(is_other_end).collect();
        // The kernel has shown that these are not the peer.
        others.retain(|other| !self.has_another_peer(other, own));
        match own.is_accepted() {
            // A connection is accepted after its client was created, and before the client of the next one is.
            true => others
                .into_iter()
                .filter(|other| other.created() <= own.created())
                .max_by_key(|other| other.created()),
            false => others
                .into_iter()
                .filter(|other| !other.is_accepted() || other.created() >= own.created())
                .min_by_key(|other| (!other.is_accepted(), other.created())),
        }
    }

    /// Whether the kernel's table was seen to have another socket at the other end of `other`.
    fn has_another_peer(&self, other: &Socket, own: &Socket) -> bool {
        let table = other.endpoints.as_deref().map(|(_, endpoints)| endpoints);
        let far = table.and_then(|endpoints| endpoints.other_end());
        far.is_some_and(|far| far.identity.is_same(&own.identity) == Some(false))
    }

    /// The datagram socket at which messages from `own` to an address arrive: the one with the most specific binding,
    /// and of equal ones the newest. A socket that is connected elsewhere receives only from there.
    fn receiver(&self, own: &Socket, to: &Address) -> Option<&Socket> {
        if own.present_peer().is_some_and(|peer| equal(peer, to))
            && let Some(owner) = self.name_owner(own)
        {
            return owner;
        }
        let takes_from_us = |other: &&Socket| match (other.present_peer(), own.local.as_ref()) {
            (Some(peer), Some(local)) => equal(peer, local) || local.is_unset(),
            _ => true,
        };
        let alike = self.sockets().filter(|other| {
            other.kind == own.kind && other.id != own.id && other.domain_matches(to)
        });
        alike
            .filter(takes_from_us)
            .filter_map(|other| Some((self.arrives_at(to, other)?, other)))
            .max_by_key(|(specificity, other)| (other.is_open(), *specificity, other.id))
            .map(|(_, other)| other)
    }
}

impl Socket {
    /// Whether a socket of this domain can have an address, or receive at it.
    pub(crate) fn domain_matches(&self, address: &Address) -> bool {
        match address {
            Address::Unix(_) => self.domain == Domain::UNIX,
            Address::Inet(_) | Address::Inet6(_) => {
                matches!(self.domain, Domain::INET | Domain::INET6)
            }
            Address::Other { family, .. } => self.domain.0 == i32::from(*family),
        }
    }
}
