//! Who speaks with whom: the peer of a socket among the sockets of the playground, and the calls of both.

use std::net::SocketAddr;

use crate::call::Call;
use crate::call::argument::{AddressArg, AddressExpr};
use crate::call::outcome::Returned;
use crate::event::{CallId, Origin, SocketId, Timestamp};
use crate::socket::segment::canonical;
use crate::socket::{Address, Kind, Phase, TcpState};
use crate::world::captured::{CapturedTraffic, Ends};
use crate::world::sequence::Side;
use crate::world::{Progress, Record, Socket, World};

/// How many of the newest calls of an end are shown.
const CALLS: usize = 200;

/// Two ends and their calls.
#[derive(Debug)]
pub(crate) struct Conversation<'a> {
    pub(crate) near: &'a Socket,
    /// The peer, where it is of this playground.
    pub(crate) far: Option<&'a Socket>,
    /// The calls of each, oldest first.
    pub(crate) calls: [Vec<&'a Record>; 2],
    /// The address of the peer, while and after there was one.
    peer: Option<&'a Address>,
    /// The listener at that address, where it is of this playground.
    listener: Option<&'a Socket>,
}

impl<'a> Conversation<'a> {
    /// The conversation of a socket.
    pub(crate) fn of(world: &'a World, id: SocketId) -> Result<Self, String> {
        let near = world.socket(id).ok_or("it is not known")?;
        if !near.kind().is_socket() {
            return Err(format!("{} is no socket and has no peer", near.name));
        }
        if near.phase == Phase::Listening {
            let name = &near.name;
            return Err(format!("{name} listens: select one end of a connection"));
        }
        let spoken = spoken_to(world, near);
        let far = far(world, near, spoken);
        let peer = far.and_then(|far| far.local.as_ref()).or(spoken);
        if far.is_none() && peer.is_none() {
            let name = &near.name;
            return Err(format!(
                "{name} has no peer yet: connect(), accept() or socketpair() gives it one"
            ));
        }
        let listens = |socket: &&Socket| {
            socket.phase == Phase::Listening && reaches(peer, socket.local.as_ref())
        };
        Ok(Self {
            near,
            far,
            calls: [calls(world, Some(near)), calls(world, far)],
            peer,
            listener: world.sockets().find(listens),
        })
    }

    /// Both ends in words.
    pub(crate) fn titles(&self) -> [String; 2] {
        let address = self.peer.map(ToString::to_string).unwrap_or_default();
        let far = match (self.far, self.listener) {
            (Some(far), _) => far.name.to_string(),
            (None, Some(listener)) if self.near.tcp == Some(TcpState::SynSent) => {
                format!("no answer from {}", listener.name)
            }
            (None, Some(listener)) => format!("in the queue of {}", listener.name),
            (None, None) => address,
        };
        [self.near.name.to_string(), far]
    }

    /// The socket of a side.
    pub(crate) fn socket(&self, side: Side) -> Option<&'a Socket> {
        match side {
            Side::Near => Some(self.near),
            Side::Far => self.far,
        }
    }

    /// Whether the kernel was seen to have a state at a side.
    pub(crate) fn has_seen(&self, side: Side, state: TcpState) -> bool {
        let path = self.socket(side).map(|socket| socket.tcp_path.as_slice());
        let is_in = |path: &[(Timestamp, TcpState)]| path.iter().any(|(_, seen)| *seen == state);
        path.is_some_and(is_in)
            || self.calls[side as usize]
                .iter()
                .any(|record| record.states.0 == Some(state) || record.states.1 == Some(state))
    }

    /// The near end and both ends of the connection, as far as something of it was captured.
    pub(crate) fn captured_ends(
        &self,
        captured_traffic: &CapturedTraffic,
    ) -> Option<(SocketAddr, Ends)> {
        let near = self.near.local.as_ref().and_then(canonical);
        let peer = self.peer.and_then(canonical)?;
        let known = near.map(|near| (near, crate::world::captured::ends(near, peer)));
        let known = known.filter(|(_, ends)| captured_traffic.of(*ends).is_some());
        known.or_else(|| {
            // A connect() that failed has given its port back.
            let mut connects = self.calls[0].iter().rev();
            let connect =
                connects.find(|record| matches!(record.request.call, Call::Connect { .. }))?;
            let ends = captured_traffic.begun(
                peer,
                entered(connect),
                returned(connect).unwrap_or(Timestamp(u64::MAX)),
            )?;
            let near = if ends.0 == peer { ends.1 } else { ends.0 };
            Some((near, ends))
        })
    }
}

/// When a call was made.
pub(crate) fn entered(record: &Record) -> Timestamp {
    record.entered.unwrap_or(record.asked)
}

/// When it returned.
pub(crate) fn returned(record: &Record) -> Option<Timestamp> {
    match record.progress {
        Progress::Returned { at, .. } => Some(at),
        _ => None,
    }
}

/// The calls on a socket, with the one that accepted it; what only looks is left out.
fn calls<'a>(world: &'a World, socket: Option<&Socket>) -> Vec<&'a Record> {
    let Some(socket) = socket else {
        return Vec::new();
    };
    let accepted: Option<CallId> = socket.is_accepted().then_some(socket.made_by);
    let is_its = |record: &&Record| {
        let is_made = !matches!(record.progress, Progress::Refused(_));
        let is_on = record.on() == Some(socket.id) && record.call().call_kind().can_be_left();
        is_made && (is_on || Some(record.id()) == accepted)
    };
    let newest = world.log().iter().rev().filter(is_its).take(CALLS);
    let mut calls: Vec<&Record> = newest.collect();
    calls.reverse();
    calls
}

/// The address that a socket was connected to, sends to or received from last.
fn spoken_to<'a>(world: &'a World, near: &'a Socket) -> Option<&'a Address> {
    let is_set = |address: &&Address| !address.is_unset();
    let present = near.present_peer().filter(is_set);
    present.or_else(|| {
        let mut own = world.log().iter().rev();
        own.find_map(|record| {
            let is_own = record.on() == Some(near.id);
            is_own
                .then(|| target(record).or_else(|| origin(record)))
                .flatten()
        })
    })
}

/// The address that a call names.
fn target(record: &Record) -> Option<&Address> {
    let argument: &AddressArg = match &record.request.call {
        Call::Connect { address, .. } | Call::Sendto { address, .. } => address,
        Call::Sendmsg { message, .. } => message.address.as_ref()?,
        _ => return None,
    };
    match &argument.place {
        AddressExpr::Literal(address) => Some(address),
        _ => None,
    }
}

/// From whom a call received.
fn origin(record: &Record) -> Option<&Address> {
    match record.outcome()?.result.as_ref().ok()? {
        Returned::Data { from, .. } => from.as_ref(),
        Returned::Message(message) => message.from.as_ref(),
        _ => None,
    }
}

/// The peer among the sockets of the playground.
fn far<'a>(world: &'a World, near: &'a Socket, spoken: Option<&Address>) -> Option<&'a Socket> {
    match (near.origin, near.kind()) {
        (Origin::Paired, _) => paired(world, near),
        _ if near.is_tcp() => {
            let is_it = |other: &&Socket| {
                other.is_tcp()
                    && other.id != near.id
                    && is_same(other.local.as_ref(), near.peer.as_ref())
                    && is_same(other.peer.as_ref(), near.local.as_ref())
            };
            world.sockets().rfind(is_it)
        }
        (_, Kind::Datagram) => {
            let owner = world
                .sockets()
                .rfind(|other| other.id != near.id && is_same(other.local.as_ref(), spoken));
            owner.or_else(|| sender(world, near))
        }
        (Origin::Accepted(listener), _) => only(connected(world, world.socket(listener)?)),
        _ => only(accepted(world, spoken)),
    }
}

/// The other of a socketpair().
fn paired<'a>(world: &'a World, near: &Socket) -> Option<&'a Socket> {
    let born = &world.call(near.made_by)?.born;
    let other = born.iter().find(|id| **id != near.id)?;
    world.socket(*other)
}

/// The socket that sent to this one last.
fn sender<'a>(world: &'a World, near: &Socket) -> Option<&'a Socket> {
    let mut log = world.log().iter().rev();
    let record = log.find(|record| is_same(target(record), near.local.as_ref()))?;
    world.socket(record.on()?)
}

/// The AF_UNIX sockets that connected to a listener.
fn connected<'a>(world: &'a World, listener: &'a Socket) -> impl Iterator<Item = &'a Socket> {
    let is_it = |socket: &&Socket| {
        !socket.is_accepted() && is_same(socket.peer.as_ref(), listener.local.as_ref())
    };
    world.sockets().filter(is_it)
}

/// The AF_UNIX sockets that were accepted at an address.
fn accepted<'a>(world: &'a World, at: Option<&Address>) -> impl Iterator<Item = &'a Socket> {
    world.sockets().filter(move |socket| match socket.origin {
        Origin::Accepted(listener) => {
            is_same(world.socket(listener).and_then(|l| l.local.as_ref()), at)
        }
        _ => false,
    })
}

/// The only one there is: of several the kernel does not tell which is whose.
fn only<'a>(mut found: impl Iterator<Item = &'a Socket>) -> Option<&'a Socket> {
    found.next().filter(|_| found.next().is_none())
}

/// Whether both are known and the same.
fn is_same(a: Option<&Address>, b: Option<&Address>) -> bool {
    let (Some(a), Some(b)) = (a, b) else {
        return false;
    };
    !a.is_unset() && (a == b || (canonical(a).is_some() && canonical(a) == canonical(b)))
}

/// Whether what is sent to an address comes to a listener.
fn reaches(to: Option<&Address>, listener: Option<&Address>) -> bool {
    let ports = (to.and_then(Address::port), listener.and_then(Address::port));
    let is_wild = listener.is_some_and(Address::is_wildcard) && ports.0.is_some();
    is_same(to, listener) || (is_wild && ports.0 == ports.1)
}
