//! The two participants: a socket, its peer among the sockets of the session, and the calls of both.

use std::net::SocketAddr;

use crate::call::Call;
use crate::call::argument::{AddressExpr, Name};
use crate::call::column::Role;
use crate::call::outcome::Returned;
use crate::event::{CallId, DescriptorId, Timestamp};
use crate::socket::endpoint::equal;
use crate::socket::segment::in_packets;
use crate::socket::{Address, Kind, Phase, TcpState};
use crate::world::captured::{CapturedTraffic, ConnectionKey};
use crate::world::peer::AddressPair;
use crate::world::sequence::Side;
use crate::world::{Handle, Opening, Progress, Record, Socket, StateVisit, World};

/// How many of the newest calls of an end are shown.
const CALLS: usize = 200;

/// Why there is no conversation to show.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NoConversation {
    /// No socket is selected.
    #[error("no socket is selected")]
    NothingSelected,
    /// There is no such socket.
    #[error("it is not known")]
    UnknownSocket,
    /// The descriptor refers to something else.
    #[error("{0} is not a socket and has no peer")]
    NotSocket(Name),
    /// It is listening, and each of its connections is a conversation of its own.
    #[error("{0} listens: select one end of a connection")]
    Listens(Name),
    /// It was never connected and has received nothing.
    #[error("{0} has no peer yet: connect(), accept() or socketpair() gives it one")]
    NoPeer(Name),
}

/// Two ends and their calls.
#[derive(Debug)]
pub(crate) struct Conversation<'a> {
    pub(crate) near: Handle<'a>,
    /// The peer, if it belongs to this session and is another socket.
    pub(crate) far: Option<Handle<'a>>,
    /// Whether it is connected to itself, and so is both ends.
    pub(crate) is_itself: bool,
    /// The states of each, oldest first.
    pub(crate) histories: [Vec<StateVisit>; 2],
    /// How each was opened.
    pub(crate) openings: [Opening; 2],
    /// The calls of each, oldest first.
    pub(crate) calls: [Vec<&'a Record>; 2],
    /// The address of the peer, kept after the connection ended.
    peer: Option<&'a Address>,
    /// The listener at that address, if it belongs to this session.
    listener: Option<Handle<'a>>,
}

impl<'a> Conversation<'a> {
    /// The conversation of a socket.
    pub(crate) fn of(world: &'a World, id: DescriptorId) -> Result<Self, NoConversation> {
        let near = world.descriptor(id).ok_or(NoConversation::UnknownSocket)?;
        if !near.kind().is_socket() {
            return Err(NoConversation::NotSocket(near.name().clone()));
        }
        if near.phase() == Phase::Listening {
            return Err(NoConversation::Listens(near.name().clone()));
        }
        let spoken = spoken_to(world, near);
        let far = far(world, near, spoken);
        let is_itself = far.is_some_and(|far| far.file_id() == near.file_id());
        let far = far.filter(|_| !is_itself);
        let peer = far.and_then(Handle::local).or(spoken);
        let ends = [Some(near), far];
        if far.is_none() && peer.is_none() {
            return Err(NoConversation::NoPeer(near.name().clone()));
        }
        let reached = near.socket().and_then(|near| world.name_owner(near));
        let listens = |socket: &&Socket| {
            let is_reached = reached
                .is_none_or(|reached| reached.is_some_and(|reached| reached.id == socket.id));
            let is_at = |peer| world.arrives_at(peer, socket).is_some();
            is_reached
                && socket.is_open()
                && socket.phase == Phase::Listening
                && peer.is_some_and(is_at)
        };
        let listener = world.sockets().find(listens);
        Ok(Self {
            near,
            far,
            is_itself,
            histories: ends.map(|end| end.map_or_else(Vec::new, |end| world.state_history(end))),
            openings: ends.map(|end| end.map_or(Opening::Answered, |end| world.opening(end))),
            calls: [calls(world, Some(near)), calls(world, far)],
            peer,
            listener: listener.and_then(|socket| world.through_descriptor(socket)),
        })
    }

    /// Both ends in words.
    pub(crate) fn titles(&self) -> [String; 2] {
        let is_raw = self.near.kind() == Kind::Raw;
        let address = match self.peer {
            // A raw socket has no ports.
            Some(Address::Inet(own)) if is_raw => own.ip().to_string(),
            Some(Address::Inet6(own)) if is_raw => own.ip().to_string(),
            other => other.map(ToString::to_string).unwrap_or_default(),
        };
        let far = match (self.far, self.listener) {
            _ if self.is_itself => format!("{} itself", self.near.name()),
            (Some(far), _) => far.name().to_string(),
            (None, Some(listener)) if self.near.tcp() == Some(TcpState::SynSent) => {
                format!("no answer from {}", listener.name())
            }
            (None, Some(listener)) => format!("in the queue of {}", listener.name()),
            (None, None) => address,
        };
        [self.near.name().to_string(), far]
    }

    /// The socket of a side.
    pub(crate) fn socket(&self, side: Side) -> Option<Handle<'a>> {
        match side {
            Side::Near => Some(self.near),
            Side::Far => self.far,
        }
    }

    /// Whether the kernel was seen to have a state at a side.
    pub(crate) fn has_seen(&self, side: Side, state: TcpState) -> bool {
        let history = &self.histories[side as usize];
        let is_seen = |visit: &StateVisit| visit.state == state && visit.at.is_some();
        let is_in = |path: &[(Timestamp, TcpState)]| path.iter().any(|(_, seen)| *seen == state);
        history.iter().any(is_seen)
            || self.socket(side).map(Handle::tcp_path).is_some_and(is_in)
            || self.calls[side as usize]
                .iter()
                .any(|record| record.tcp_before == Some(state) || record.tcp_after == Some(state))
    }

    /// The address of the near end and the key of the connection, if any of its segments were captured.
    pub(crate) fn captured_connection(
        &self,
        captured_traffic: &CapturedTraffic,
    ) -> Option<(SocketAddr, ConnectionKey)> {
        let near = self.near.local().and_then(in_packets);
        let peer = self.peer.and_then(in_packets)?;
        let known = near.map(|near| (near, crate::world::captured::connection_key(near, peer)));
        let known = known.filter(|(_, key)| captured_traffic.of(*key).is_some());
        known.or_else(|| {
            // A connect() that failed has released its port.
            let mut connects = self.calls[0].iter().rev();
            let connect =
                connects.find(|record| matches!(*record.request.call, Call::Connect { .. }))?;
            let key = captured_traffic.begun(
                peer,
                entered(connect),
                returned(connect).unwrap_or(Timestamp(u64::MAX)),
            )?;
            let near = if key.0 == peer { key.1 } else { key.0 };
            Some((near, key))
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

/// The calls on a socket, with the one that accepted it, but without those that only query.
fn calls<'a>(world: &'a World, socket: Option<Handle<'_>>) -> Vec<&'a Record> {
    let Some(socket) = socket else {
        return Vec::new();
    };
    let accepted: Option<CallId> = socket.is_accepted().then_some(socket.created_by());
    let is_its = |record: &&Record| {
        let is_made = !matches!(record.progress, Progress::Refused(_));
        is_made && record.on() == Some(socket.id()) && record.call().call_kind().can_be_left()
    };
    let own = world.concerning(socket.id());
    let mut calls: Vec<&Record> = own.rev().filter(is_its).take(CALLS).collect();
    calls.extend(
        accepted
            .and_then(|call| world.call(call))
            .filter(|_| calls.len() < CALLS),
    );
    calls.sort_by_key(|record| std::cmp::Reverse(world.log().place(record.id())));
    calls.reverse();
    calls
}

/// The address that a socket was connected to, sends to or received from last.
fn spoken_to<'a>(world: &'a World, near: Handle<'a>) -> Option<&'a Address> {
    let is_set = |address: &&Address| !address.is_unset();
    let present = near.present_peer().filter(is_set);
    present.or_else(|| {
        let mut own = world.concerning(near.id()).rev();
        own.find_map(|record| {
            let is_own = record.on() == Some(near.id());
            is_own
                .then(|| target(record).or_else(|| origin(record)))
                .flatten()
        })
    })
}

/// The address argument of a call.
fn target(record: &Record) -> Option<&Address> {
    let call = &record.request.call;
    let kind = call.call_kind();
    if !kind.sends() && kind.role() != Role::Connects {
        return None;
    }
    let several = call.messages().unwrap_or_default().iter();
    let mut several = several.filter_map(|one| one.address.as_ref());
    let argument = call.address().or_else(|| several.next())?;
    match &argument.place {
        AddressExpr::Literal(address) => Some(address),
        _ => None,
    }
}

/// The sender from which a call received.
fn origin(record: &Record) -> Option<&Address> {
    match record.outcome()?.result.as_ref().ok()? {
        Returned::Data { from, .. } => from.as_ref(),
        Returned::Message(message) => message.from.as_ref(),
        Returned::Messages(messages) => messages.last()?.from.as_ref(),
        _ => None,
    }
}

/// The peer among the sockets of the session; for datagrams, if nothing was sent, the last sender to this socket.
fn far<'a>(world: &'a World, near: Handle<'a>, spoken: Option<&Address>) -> Option<Handle<'a>> {
    let addresses = AddressPair {
        local: near.local(),
        remote: spoken,
    };
    let found = world.peer_between(near, addresses);
    found.or_else(|| match near.kind() {
        Kind::Datagram => sender(world, near),
        Kind::Stream
        | Kind::Seqpacket
        | Kind::Raw
        | Kind::Epoll
        | Kind::PipeReader
        | Kind::PipeWriter
        | Kind::Eventfd
        | Kind::Timerfd
        | Kind::File => None,
    })
}

/// The last socket that sent to this one.
fn sender<'a>(world: &'a World, near: Handle<'_>) -> Option<Handle<'a>> {
    let mut log = world.log().iter().rev();
    let record = log.find(|record| is_at(target(record), near.local()))?;
    world.descriptor(record.on()?)
}

/// Whether both are known and equal.
fn is_at(one: Option<&Address>, other: Option<&Address>) -> bool {
    matches!((one, other), (Some(one), Some(other)) if equal(one, other))
}
