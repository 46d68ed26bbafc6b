//! What must be there before a socket counts as readable or writable: SO_RCVLOWAT, and room at an AF_UNIX receiver.

use crate::call::value::Value;
use crate::explain::context::Context;
use crate::explain::facts::history::last_set;
use crate::socket::{Domain, Kind};
use crate::world::Handle;

/// A member of a wait with fewer unread bytes than its SO_RCVLOWAT asks for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct BelowLowat<'a> {
    /// The socket.
    pub(crate) socket: Handle<'a>,
    /// Its unread bytes.
    pub(crate) unread: u64,
    /// How many must be there.
    pub(crate) least: u64,
}

impl<'a> Context<'a> {
    /// The SO_RCVLOWAT of the socket, if it is more than the usual 1.
    pub(crate) fn lowat(&self) -> Option<u64> {
        let own = self.socket?;
        let set = |of, at| last_set(self.world, of, libc::SOL_SOCKET, libc::SO_RCVLOWAT, at);
        let inherited = || set(own.options_from()?, own.created());
        match set(own.id(), self.at).or_else(inherited)? {
            Value::Int(least) => u64::try_from(*least).ok().filter(|least| *least > 1),
            _ => None,
        }
    }

    /// The first member that is waited for and has unread bytes, but fewer than SO_RCVLOWAT.
    pub(crate) fn below_lowat(&self) -> Option<BelowLowat<'a>> {
        self.awaited().into_iter().find_map(|member| {
            let about = self.about(member.socket);
            let socket = member.socket.filter(|own| own.is_tcp())?;
            let (unread, least) = (about.unread_here()?, about.lowat()?);
            let waits = member.events & i32::from(libc::POLLIN) != 0;
            (waits && unread < least).then_some(BelowLowat {
                socket,
                unread,
                least,
            })
        })
    }

    /// The first member that is a connected datagram socket of AF_UNIX and is waited for until there is room, and its
    /// receiver.
    pub(crate) fn unix_receiver(&self) -> Option<(Handle<'a>, Handle<'a>)> {
        self.awaited().into_iter().find_map(|member| {
            let own = member.socket?;
            let is_datagram = own.domain() == Domain::UNIX && own.kind() == Kind::Datagram;
            let waits = member.events & i32::from(libc::POLLOUT) != 0;
            let peer = self.about(Some(own)).peer()?;
            let receiver = self.world.through_descriptor(peer.socket()?)?;
            (is_datagram && waits && self.is_open_then(receiver)).then_some((own, receiver))
        })
    }
}
