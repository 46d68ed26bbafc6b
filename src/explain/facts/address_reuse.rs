//! Which sockets may share a port: SO_REUSEADDR and SO_REUSEPORT, which both sockets need, and IPV6_V6ONLY.

use crate::call::value::Value;
use crate::event::Timestamp;
use crate::explain::context::Context;
use crate::explain::facts::history::last_set;
use crate::socket::{Address, Domain, Phase};
use crate::world::Handle;

/// An option that lets two sockets share a port, set on one of them only.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneSided<'a> {
    /// Its C name.
    pub(crate) option: &'static str,
    /// The socket that has it.
    pub(crate) has: Handle<'a>,
    /// The socket that lacks it.
    pub(crate) lacks: Handle<'a>,
}

const OPTIONS: [(i32, &str); 2] = [
    (libc::SO_REUSEADDR, "SO_REUSEADDR"),
    (libc::SO_REUSEPORT, "SO_REUSEPORT"),
];

impl<'a> Context<'a> {
    /// The option that only one of the two sockets has: the one of bind(), or the one that has or left the address.
    pub(crate) fn one_sided(&self) -> Option<OneSided<'a>> {
        let own = self.socket.filter(|own| own.domain() != Domain::UNIX)?;
        let other = self.address_owner().or_else(|| self.left_behind())?;
        let phase = self.phase_of(other);
        let helps = |number: i32| match number {
            // A listener never shares its port through SO_REUSEADDR.
            libc::SO_REUSEADDR => phase != Phase::Listening,
            _ => phase != Phase::Closed,
        };
        let mut options = OPTIONS.into_iter().filter(|(number, _)| helps(*number));
        options.find_map(|(number, option)| {
            let (has, lacks) = match [own, other].map(|one| self.has_reuse(one, number)) {
                [true, false] => (own, other),
                [false, true] => (other, own),
                _ => return None,
            };
            Some(OneSided { option, has, lacks })
        })
    }

    /// The other open socket of ours that has exactly the address of bind(), and takes messages from everybody.
    pub(crate) fn sharer(&self) -> Option<Handle<'a>> {
        let wanted = self.address().filter(|address| address.port() != Some(0))?;
        self.others().find(|other| {
            let phase = self.phase_of(*other);
            let is_alike =
                self.kind() == Some(other.kind()) && self.domain() == Some(other.domain());
            is_alike && other.local() == Some(wanted) && phase == Phase::Bound
        })
    }

    /// Whether the socket of the call has SO_REUSEADDR.
    pub(crate) fn reuses(&self) -> bool {
        let own = self.socket;
        own.is_some_and(|own| self.has_reuse(own, libc::SO_REUSEADDR))
    }

    /// Whether an option is on: set on the socket, or on the listener that accepted it.
    pub(crate) fn has_reuse(&self, socket: Handle<'_>, number: i32) -> bool {
        let is_on = |id, until: Timestamp| {
            let value = last_set(self.world, id, libc::SOL_SOCKET, number, until);
            value.map(|value| matches!(value, Value::Int(on) if *on != 0))
        };
        let inherited = || is_on(socket.options_from()?, socket.created());
        is_on(socket.id(), self.at).or_else(inherited) == Some(true)
    }

    /// Whether the socket of bind() also asks for IPv4, which the owner has.
    pub(crate) fn takes_ipv4_too(&self) -> bool {
        let is_off = !self.is_v6_only();
        let wild = is_off && self.address().is_some_and(is_both);
        let theirs = self.address_owner().and_then(Handle::local);
        wild && theirs.is_some_and(is_ipv4)
    }

    /// Whether the owner also has the IPv4 port that was asked for.
    pub(crate) fn ipv4_is_taken_too(&self) -> bool {
        let address_owner = self.address_owner().and_then(Handle::local);
        address_owner.is_some_and(is_both) && self.address().is_some_and(is_ipv4)
    }
}

fn is_both(address: &Address) -> bool {
    matches!(address, Address::Inet6(own) if own.ip().is_unspecified())
}

fn is_ipv4(address: &Address) -> bool {
    matches!(address, Address::Inet(_))
}
