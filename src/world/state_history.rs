//! The states that a TCP socket went through: those that were seen, and those that it must have passed in between.

use crate::call::outcome::Returned;
use crate::event::Timestamp;
use crate::socket::tcp_figure::{BEFORE_ACCEPT, Facts, passed};
use crate::socket::{Cause, TcpState};
use crate::world::log::Category;
use crate::world::{Handle, Opening, Record, Socket, World};

/// One state that it was in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StateVisit {
    /// The state.
    pub state: TcpState,
    /// When it was first seen. `None`: it was too short to be seen, and is inferred.
    pub at: Option<Timestamp>,
    /// Whether it is known that no other state was between this one and the one before.
    pub is_direct: bool,
}

impl World {
    /// The states of a TCP socket in order, the current one last.
    pub fn state_history(&self, socket: Handle<'_>) -> Vec<StateVisit> {
        let opening = self.opening(socket);
        let facts = Facts {
            opened_by_syn: opening == Opening::Simultaneous,
            ..self.facts(socket)
        };
        let mut state_history: Vec<StateVisit> = Vec::new();
        for (at, state) in self.seen(socket) {
            let between = match state_history.last() {
                Some(last) if last.state == state => continue,
                Some(last) => passed(last.state, state, facts),
                None if socket.is_accepted() => BEFORE_ACCEPT.to_vec(),
                None => Vec::new(),
            };
            let between = between.into_iter().map(|state| (state, None));
            for (state, at) in between.chain([(state, Some(at))]) {
                let before = state_history.last().map(|last| last.state);
                let is_opened = (before, state) == (Some(TcpState::SynSent), TcpState::Established);
                state_history.push(StateVisit {
                    state,
                    at,
                    is_direct: !(is_opened && opening == Opening::Unknown),
                });
            }
        }
        state_history
    }

    /// The last known state in the kernel: for a closed descriptor too, while its orphan exists, or if state() has
    /// asked since.
    pub fn tcp_state(&self, socket: Handle<'_>) -> Option<TcpState> {
        let last = || self.after_close(socket).pop();
        let last = || last().filter(|_| !socket.is_orphan_gone());
        // Another descriptor may keep the socket open although this one is closed.
        let own = socket.socket().and_then(Socket::state_while_open);
        let elsewhere = || socket.state_elsewhere().map(|(state, _)| state);
        own.or_else(elsewhere)
            .or_else(|| last().map(|(_, state)| state))
    }

    /// What the calls on both ends show about how the connection ended.
    fn facts(&self, socket: Handle<'_>) -> Facts {
        let peer = self.peer(socket);
        Facts {
            we_finished: has_finished(socket),
            peer_finished: has_met(socket, &[Cause::EndOfFile]) || peer.is_some_and(has_finished),
            aborted: has_met(socket, &[Cause::Aborted, Cause::Disconnect])
                || peer.is_some_and(|peer| has_met(peer, &[Cause::Aborted])),
            itself: peer.is_some_and(|peer| peer.file_id() == socket.file_id()),
            opened_by_syn: false,
        }
    }

    /// The states that were seen, in order.
    fn seen(&self, socket: Handle<'_>) -> Vec<(Timestamp, TcpState)> {
        let mut path = while_open(socket);
        for (at, state) in self.after_close(socket) {
            match path.last_mut() {
                Some(last) if last.1 == TcpState::Close && state == TcpState::TimeWait => {
                    last.1 = state;
                }
                _ => path.push((at, state)),
            }
        }
        path
    }

    /// What became of a connection whose descriptor is closed.
    fn after_close(&self, socket: Handle<'_>) -> Vec<(Timestamp, TcpState)> {
        let mut found = self.asked_after_close(socket);
        let observations = socket
            .orphan()
            .into_iter()
            .flat_map(|orphan| orphan.observations.iter());
        found.extend(observations.map(|(at, end)| (*at, end.state)));
        found.sort_by_key(|(at, _)| *at);
        found
    }

    /// The states that state() returned for it.
    fn asked_after_close(&self, socket: Handle<'_>) -> Vec<(Timestamp, TcpState)> {
        if socket.is_open() {
            return Vec::new();
        }
        let closed = socket.since();
        let reported_state = |record: &Record| match record.outcome()?.result {
            Ok(Returned::State(state)) => Some((record.asked, state)),
            _ => None,
        };
        let since = self.in_category(socket.id(), Category::State).rev();
        let since = since.take_while(|record| record.asked >= closed);
        let asks = since.filter(|record| record.on() == Some(socket.id()));
        let mut found: Vec<_> = asks.filter_map(reported_state).collect();
        found.reverse();
        found
    }
}

impl Socket {
    /// Whether its open descriptor says CLOSE while the connection is in TIME_WAIT in the kernel's table.
    pub fn hides_time_wait(&self) -> bool {
        let table = self.table_path.last().map(|(_, state)| *state);
        self.tcp == Some(TcpState::Close) && table == Some(TcpState::TimeWait)
    }

    /// The kernel's state as last seen, while a descriptor is open.
    pub fn state_while_open(&self) -> Option<TcpState> {
        let hides = self.hides_time_wait();
        self.tcp
            .map(|state| if hides { TcpState::TimeWait } else { state })
    }
}

/// The states reported through the descriptor, and TIME_WAIT from the kernel's table, during which the descriptor says
/// CLOSE.
fn while_open(socket: Handle<'_>) -> Vec<(Timestamp, TcpState)> {
    let by_descriptor = socket.tcp_path().iter().map(|seen| (*seen, false));
    let table = socket.socket().into_iter();
    let table = table.flat_map(|socket| socket.table_path.iter());
    let table = table.map(|seen| (*seen, true));
    let mut all: Vec<_> = by_descriptor.chain(table).collect();
    all.sort_by_key(|((at, _), _)| *at);
    let mut path: Vec<(Timestamp, TcpState)> = Vec::new();
    for ((at, state), in_table) in all {
        match path.last_mut() {
            // TIME_WAIT began when the descriptor was detached from the connection.
            Some(last) if in_table && last.1 == TcpState::Close => last.1 = state,
            Some((_, TcpState::TimeWait)) if !in_table && state == TcpState::Close => {}
            _ => path.push((at, state)),
        }
    }
    path
}

fn has_finished(socket: Handle<'_>) -> bool {
    has_met(socket, &[Cause::ShutWrite, Cause::ShutBoth])
}

fn has_met(socket: Handle<'_>, causes: &[Cause]) -> bool {
    let mut transitions = socket.path().filter_map(|step| step.by);
    transitions.any(|transition| causes.contains(&transition.cause))
}
