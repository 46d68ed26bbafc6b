//! The other end of an AF_UNIX connection by its name, where the kernel's table was not asked. A name can be bound again
//! after unlink(2) or close(2), and a connection stays with the socket that had the name when it was made.

use crate::call::Call;
use crate::event::{Origin, Timestamp};
use crate::socket::endpoint::equal;
use crate::socket::{Address, Domain, Phase};
use crate::world::{Socket, World};

impl World {
    /// The other end of a connection to a listener of the session, where only one can be it.
    pub(crate) fn unix_connection(
        &self,
        own: &Socket,
        remote: Option<&Address>,
    ) -> Option<&Socket> {
        let alike = self.sockets().filter(|other| other.kind == own.kind);
        match own.origin {
            Origin::Accepted(listener) => {
                let listener = self.socket_of(listener)?;
                only(alike.filter(|other| self.is_client(other, listener, own)))
            }
            _ => {
                let at = remote?;
                only(alike.filter(|other| match other.origin {
                    Origin::Accepted(listener) => {
                        self.socket_of(listener).is_some_and(|listener| {
                            let is_named = listener
                                .local
                                .as_ref()
                                .is_some_and(|local| equal(local, at));
                            is_named && self.is_client(own, listener, other)
                        })
                    }
                    _ => false,
                }))
            }
        }
    }

    /// Whether a socket can be the client of a connection that a listener has accepted.
    fn is_client(&self, client: &Socket, listener: &Socket, accepted: &Socket) -> bool {
        let remote = client.remote.as_ref().filter(|_| !client.is_accepted());
        let (Some(to), Some(at)) = (remote, listener.local.as_ref()) else {
            return false;
        };
        let reached = self.name_owner(client);
        let is_reached =
            reached.is_none_or(|reached| reached.is_some_and(|reached| reached.id == listener.id));
        let connected = self.connected(client);
        equal(to, at) && is_reached && connected.is_none_or(|at| at <= accepted.created())
    }

    /// The socket that had the name to which an AF_UNIX socket is connected when connect() was called. `None`: it is not
    /// known when that was, or it is of another domain; `Some(None)`: no socket of this session.
    pub(crate) fn name_owner(&self, own: &Socket) -> Option<Option<&Socket>> {
        let to = own.remote.as_ref().filter(|_| own.domain == Domain::UNIX)?;
        let at = self.connected(own)?;
        let had_it = |other: &&Socket| {
            let is_named = other.local.as_ref().is_some_and(|local| equal(local, to));
            let had = named_since(other).is_some_and(|since| since <= at)
                && other.released.is_none_or(|released| released > at);
            other.kind == own.kind && other.origin == Origin::Created && is_named && had
        };
        let owners = self.sockets().filter(had_it);
        Some(owners.max_by_key(|other| named_since(other)))
    }

    /// When connect() was called that made the present connection.
    fn connected(&self, own: &Socket) -> Option<Timestamp> {
        let descriptors = self.descriptors_of(own.file);
        let connects = descriptors.filter_map(|descriptor| {
            let mut calls = self.concerning(descriptor.id()).rev();
            let connect = calls.find(|record| {
                let is_its = record.on() == Some(descriptor.id());
                let is_done = record
                    .outcome()
                    .is_some_and(|outcome| outcome.result.is_ok());
                is_its && is_done && matches!(record.call(), Call::Connect { .. })
            });
            connect.map(|record| record.asked)
        });
        connects.max()
    }
}

/// When a socket got its name.
fn named_since(socket: &Socket) -> Option<Timestamp> {
    let mut path = socket.path.iter();
    path.find(|step| step.phase != Phase::Unbound)
        .map(|step| step.at)
}

/// The item if there is only one: of several the kernel does not show which belongs to which.
fn only<'a>(mut found: impl Iterator<Item = &'a Socket>) -> Option<&'a Socket> {
    found.next().filter(|_| found.next().is_none())
}
